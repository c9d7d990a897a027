//! What the server knows.

use super::{BOT_ID, BOT_NAME, chat::Chat, fault::Scripted, form::Params};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// A call of the bot.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its method, as it was written.
    pub method: String,
    /// For which chat.
    pub chat: Option<i64>,
    /// What it brought.
    pub params: Value,
    /// The names and bytes of its files.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Was it done? The answer may have been lost.
    pub done: bool,
}

/// Where updates are to be brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// The address.
    pub url: String,
    /// The header `X-Telegram-Bot-Api-Secret-Token`.
    pub secret: String,
}

/// A file that lies with the server.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) bytes: Vec<u8>,
    pub(super) path: String,
    /// Only a photo can be sent as one by its id.
    pub(super) photo: bool,
}

pub(super) struct State {
    pub(super) now: DateTime<Utc>,
    pub(super) next_update: i64,
    pub(super) order: u64,
    pub(super) updates: VecDeque<(i64, String)>,
    pub(super) chats: BTreeMap<i64, Chat>,
    pub(super) people: BTreeMap<i64, Value>,
    pub(super) files: HashMap<String, Stored>,
    pub(super) calls: Vec<Call>,
    pub(super) faults: Vec<Scripted>,
    pub(super) answers: BTreeMap<String, String>,
    pub(super) menus: BTreeMap<String, Value>,
    pub(super) webhook: Option<Webhook>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            now: DateTime::from_timestamp(1_785_000_000, 0).unwrap(),
            next_update: 814_000_001,
            order: 0,
            updates: VecDeque::new(),
            chats: BTreeMap::new(),
            people: BTreeMap::new(),
            files: HashMap::new(),
            calls: Vec::new(),
            faults: Vec::new(),
            answers: BTreeMap::new(),
            menus: BTreeMap::new(),
            webhook: None,
        }
    }
}

impl State {
    pub(super) fn push(&mut self, mut update: Value) -> i64 {
        let id = self.next_update;
        self.next_update += 1;
        update["update_id"] = id.into();
        self.updates.push_back((id, update.to_string()));
        id
    }

    /// Everything that happens has its place in time.
    pub(super) fn next_order(&mut self) -> u64 {
        self.order += 1;
        self.order
    }

    pub(super) fn store(&mut self, bytes: &[u8], folder: &str, ending: &str, photo: bool) -> (String, Value) {
        let number = self.files.len() + 1;
        let id = format!("AgACAgUAAxkBAAIB{number:04}_{folder}");
        let path = format!("{folder}/file_{number}.{ending}");
        self.files.insert(id.clone(), Stored { bytes: bytes.to_vec(), path, photo });
        let file = json!({
            "file_id": id, "file_unique_id": format!("AQAD{number:04}"), "file_size": bytes.len(),
        });
        (id, file)
    }

    pub(super) fn record(&mut self, method: &str, params: &Params, done: bool) {
        self.calls.push(Call {
            method: method.to_owned(),
            chat: params.int("chat_id"),
            params: Value::Object(params.fields.clone()),
            files: params.files.clone(),
            done,
        });
    }

    /// The first fault that the call meets.
    pub(super) fn fault(&mut self, method: &str, chat: Option<i64>) -> Option<Scripted> {
        self.faults.iter_mut().find_map(|scripted| scripted.meets(method, chat).then(|| scripted.clone()))
    }
}

pub(super) fn bot() -> Value {
    json!({ "id": BOT_ID, "is_bot": true, "first_name": "哨响", "username": BOT_NAME })
}
