//! Reads an update: first with teloxide's types, and where they see nothing, or nothing that they know,
//! leniently for the few fields that are needed ([`lenient`]).
//!
//! An entity type of next year makes teloxide read a whole message as empty, photo and caption included.
//! Entities and keyboards are not needed here and are taken off before.

mod lenient;
mod typed;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

use crate::{
    atlas::Datum,
    dialogue::{Body, ChannelKind, ChatKind, Inbound, Sender},
};
use chrono::{DateTime, Utc};
use lenient::Fields;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Reads an update of a bot as it came. `now` is when a press was made, for which Telegram gives no
/// time. None when it has no id, or tells of no chat: nobody could be answered.
pub fn read_update(text: &str, bot_id: i64, datum: Datum, now: DateTime<Utc>) -> Option<Inbound> {
    let frame = Frame { uid: format!("{bot_id}:{}", update_id(text)?), datum, now };
    let typed = bare(text).and_then(|bare| typed::read(&bare, &frame));
    typed.or_else(|| lenient::read(text, &frame))
}

/// What an update that cannot be read is put aside under: its id where it has one, else a digest.
pub fn fallback_uid(text: &str) -> String {
    update_id(text).unwrap_or_else(|| hex::encode(&Sha256::digest(text)[..12]))
}

fn update_id(text: &str) -> Option<String> {
    Fields::of(text)?.id("update_id")
}

/// What every reading of one update shares.
struct Frame {
    uid: String,
    datum: Datum,
    now: DateTime<Utc>,
}

impl Frame {
    /// Something that was done just now, by whoever and in whichever chat.
    fn inbound(&self, chat: String, kind: ChatKind, sender: Sender, body: Body) -> Inbound {
        Inbound {
            channel: ChannelKind::Telegram,
            uid: self.uid.clone(),
            chat,
            kind,
            sender,
            said_at: self.now,
            message: None,
            reply_to: None,
            edited: false,
            forwarded: false,
            body,
        }
    }

    /// A position on the earth; a venue has its name and address in words.
    fn location(
        &self,
        (lon, lat): (f64, f64),
        accuracy_m: Option<f64>,
        live: bool,
        venue: Option<String>,
    ) -> Option<Body> {
        let on_earth = (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat);
        let accuracy_m = accuracy_m.filter(|metres| *metres >= 0.0);
        on_earth.then_some(Body::Location { lon, lat, datum: self.datum, accuracy_m, live, venue })
    }
}

/// A membership of the bot in a chat, before and after.
fn membership(was_in: bool, is_in: bool) -> Body {
    match (was_in, is_in) {
        (_, false) => Body::Blocked,
        (false, true) => Body::Unblocked,
        (true, true) => Body::Unknown { what: "my_chat_member".into() },
    }
}

fn venue(title: &str, address: &str) -> Option<String> {
    let words: Vec<_> = [title, address].into_iter().map(str::trim).filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// Is a document an image?
fn is_image(mime: Option<&str>, name: Option<&str>) -> bool {
    let by_name = || {
        let ending =
            name.and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending.to_ascii_lowercase());
        ending.is_some_and(|ending| ["jpg", "jpeg", "png", "webp", "heic", "heif"].contains(&ending.as_str()))
    };
    mime.map_or_else(by_name, |mime| mime.starts_with("image/"))
}

/// The update without entities and keyboards; none where it is nested too deeply for a tree.
fn bare(text: &str) -> Option<String> {
    let mut update: Value = serde_json::from_str(text).ok()?;
    strip(&mut update);
    Some(update.to_string())
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields
                .retain(|name, _| !["entities", "caption_entities", "reply_markup"].contains(&name.as_str()));
            fields.values_mut().for_each(strip);
        }
        Value::Array(values) => values.iter_mut().for_each(strip),
        _ => {}
    }
}
