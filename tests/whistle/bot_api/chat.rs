//! A chat as its people see it.

use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A message of the bot, as it is shown now.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// In which chat.
    pub chat: i64,
    /// Its id in the chat.
    pub id: i64,
    /// Its place in time among everything that was sent.
    pub order: u64,
    /// What it is.
    pub kind: Kind,
    /// The text or caption, as it reads: without markup.
    pub text: String,
    /// What is emphasised.
    pub bold: Vec<String>,
    /// Rows of buttons: label and data.
    pub buttons: Vec<Vec<(String, String)>>,
    /// The reply keyboard that came with it.
    pub keyboard: Option<Value>,
    /// It made no sound.
    pub silent: bool,
    /// The message that it answers.
    pub reply_to: Option<i64>,
    /// Texts that it had before, oldest first.
    pub earlier: Vec<String>,
    /// It was deleted.
    pub deleted: bool,
}

/// What a message is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Words.
    Text,
    /// A pin.
    Location {
        /// Latitude.
        lat: f64,
        /// Longitude.
        lon: f64,
    },
    /// A photo.
    Photo {
        /// By reference.
        file_id: Option<String>,
        /// Uploaded.
        bytes: Option<Vec<u8>>,
    },
}

impl Shown {
    /// All labels of its buttons.
    pub fn labels(&self) -> Vec<&str> {
        self.buttons.iter().flatten().map(|(label, _)| label.as_str()).collect()
    }

    /// The data of the first button whose label contains the words.
    pub fn data(&self, label: &str) -> Option<&str> {
        self.buttons.iter().flatten().find(|(words, _)| words.contains(label)).map(|(_, data)| data.as_str())
    }

    /// As the Bot API tells of it.
    pub(super) fn to_json(&self, chat: &Value, date: i64) -> Value {
        let mut message =
            json!({ "message_id": self.id, "from": super::state::bot(), "chat": chat, "date": date });
        match &self.kind {
            Kind::Text => message["text"] = self.text.clone().into(),
            Kind::Location { lat, lon } => message["location"] = json!({ "latitude": lat, "longitude": lon }),
            Kind::Photo { .. } => {
                message["photo"] = json!([{
                    "file_id": "sent", "file_unique_id": "sent", "width": 90, "height": 60, "file_size": 1_200,
                }]);
                message["caption"] = self.text.clone().into();
            }
        }
        if !self.buttons.is_empty() {
            let button = |(text, data): &(String, String)| json!({ "text": text, "callback_data": data });
            let rows: Vec<Vec<Value>> =
                self.buttons.iter().map(|row| row.iter().map(button).collect()).collect();
            message["reply_markup"] = json!({ "inline_keyboard": rows });
        }
        message
    }
}

/// May the bot write here?
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Standing {
    Open,
    Blocked,
    Kicked,
    MovedTo(i64),
}

#[derive(Clone, Debug)]
pub(super) struct Chat {
    /// The chat object of the Bot API.
    pub(super) about: Value,
    pub(super) standing: Standing,
    pub(super) next_message: i64,
    shown: BTreeMap<i64, Shown>,
}

impl Chat {
    pub(super) fn new(about: Value, standing: Standing) -> Self {
        Self { about, standing, next_message: 1, shown: BTreeMap::new() }
    }

    pub(super) fn is_private(&self) -> bool {
        self.about["type"] == "private"
    }

    /// An id for whatever is written next. Chats count for themselves: ids are not unique among them.
    pub(super) fn number(&mut self) -> i64 {
        self.next_message += 1;
        self.next_message - 1
    }

    pub(super) fn show(&mut self, shown: Shown) {
        self.shown.insert(shown.id, shown);
    }

    pub(super) fn shown(&mut self, id: i64) -> Option<&mut Shown> {
        self.shown.get_mut(&id)
    }

    /// The bot's messages that are still there.
    pub(super) fn sent(&self) -> impl DoubleEndedIterator<Item = &Shown> {
        self.shown.values().filter(|shown| !shown.deleted)
    }
}
