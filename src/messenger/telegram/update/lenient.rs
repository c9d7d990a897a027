//! Leniently: only the fields that are needed, each for itself. Whatever else an update has, in whatever
//! form and however deeply nested, does not matter, and a number of any size stays its digits.

use super::{Frame, is_image, membership, venue};
use crate::dialogue::{Body, ChatKind, Inbound, RemoteFile, Sender};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

pub(super) fn read(text: &str, frame: &Frame) -> Option<Inbound> {
    let update = Fields::of(text)?;
    if let Some(message) = update.object("message") {
        return read_message(&message, false, frame);
    }
    if let Some(message) = update.object("edited_message") {
        return read_message(&message, true, frame);
    }
    if let Some(press) = update.object("callback_query") {
        return read_press(&press, frame);
    }
    if let Some(change) = update.object("my_chat_member") {
        return read_membership(&change, frame);
    }
    read_unknown(&update, frame)
}

fn read_message(message: &Fields, edited: bool, frame: &Frame) -> Option<Inbound> {
    let (mut chat, kind) = read_chat(message)?;
    let sender = message.object("from").and_then(|user| read_user(&user));
    let forwarded = ["forward_origin", "forward_date", "forward_from"].iter().any(|field| message.has(field));
    let body = if let Some(to) = message.id("migrate_to_chat_id") {
        Body::Migrated { to }
    } else if let Some(from) = message.id("migrate_from_chat_id") {
        Body::Migrated { to: std::mem::replace(&mut chat, from) }
    } else {
        let from = sender.as_ref().filter(|_| !forwarded).map(|sender| sender.address.as_str());
        read_body(message, from, edited, frame).unwrap_or_else(|| Body::Unknown { what: what(message) })
    };
    let sender = sender.unwrap_or_else(|| Sender { address: chat.clone(), ..Sender::default() });
    let edit_date = message.instant("edit_date").filter(|_| edited);
    Some(Inbound {
        said_at: edit_date.or_else(|| message.instant("date")).unwrap_or(frame.now),
        message: message.id("message_id"),
        reply_to: message.object("reply_to_message").and_then(|message| message.id("message_id")),
        edited,
        forwarded,
        ..frame.inbound(chat, kind, sender, body)
    })
}

fn read_body(message: &Fields, from: Option<&str>, edited: bool, frame: &Frame) -> Option<Body> {
    if let Some(text) = message.text("text") {
        return Some(Body::Text { text });
    }
    let (caption, album) = (message.text("caption"), message.text("media_group_id"));
    if let Some(file) = largest(message).or_else(|| image(message)) {
        return Some(Body::Photo { file, album, caption });
    }
    if let Some(sound) = message.object("voice").or_else(|| message.object("audio")) {
        let seconds = sound.number("duration").map_or(0, |seconds| seconds as u32);
        return Some(Body::Voice { file: sound.file()?, seconds, caption });
    }
    let named = message.object("venue");
    let at = named.as_ref().and_then(|venue| venue.object("location")).or_else(|| message.object("location"));
    if let Some(at) = at {
        let words = named.and_then(|named| {
            venue(&named.text("title").unwrap_or_default(), &named.text("address").unwrap_or_default())
        });
        let live = edited || at.has("live_period");
        return frame.location(
            (at.number("longitude")?, at.number("latitude")?),
            at.number("horizontal_accuracy"),
            live,
            words,
        );
    }
    let contact = message.object("contact")?;
    let own = from.is_some() && contact.id("user_id").as_deref() == from;
    Some(Body::Contact { phone: contact.text("phone_number")?, own })
}

fn largest(message: &Fields) -> Option<RemoteFile> {
    let sizes = message.list("photo").into_iter().filter_map(|size| Fields::of(size.get()));
    let area = |size: &Fields| size.number("width").unwrap_or(0.0) * size.number("height").unwrap_or(0.0);
    sizes.max_by(|a, b| area(a).total_cmp(&area(b)))?.file()
}

fn image(message: &Fields) -> Option<RemoteFile> {
    if message.has("animation") {
        return None; // it comes with a document, for older programs
    }
    let document = message.object("document")?;
    let is_image = is_image(document.text("mime_type").as_deref(), document.text("file_name").as_deref());
    document.file().filter(|_| is_image)
}

fn read_press(press: &Fields, frame: &Frame) -> Option<Inbound> {
    let sender = read_user(&press.object("from")?)?;
    let message = press.object("message");
    let (chat, kind) =
        message.as_ref().and_then(read_chat).unwrap_or_else(|| (sender.address.clone(), ChatKind::Private));
    let body = match (press.text("data"), press.text("id").or_else(|| press.id("id"))) {
        (Some(data), Some(press)) => Body::Press { data, press },
        _ => Body::Unknown { what: "callback_query".into() },
    };
    let card = message.and_then(|message| message.id("message_id"));
    Some(Inbound { reply_to: card, ..frame.inbound(chat, kind, sender, body) })
}

fn read_membership(change: &Fields, frame: &Frame) -> Option<Inbound> {
    let (chat, kind) = read_chat(change)?;
    let is_in = |field: &str| {
        let member = change.object(field)?;
        Some(match member.text("status")?.as_str() {
            "left" | "kicked" => false,
            "restricted" => member.is_true("is_member"),
            _ => true,
        })
    };
    let body = match is_in("new_chat_member") {
        Some(now) => membership(is_in("old_chat_member").unwrap_or(false), now),
        None => Body::Unknown { what: "my_chat_member".into() },
    };
    let sender = change.object("from").and_then(|user| read_user(&user));
    let sender = sender.unwrap_or_else(|| Sender { address: chat.clone(), ..Sender::default() });
    let said_at = change.instant("date").unwrap_or(frame.now);
    Some(Inbound { said_at, ..frame.inbound(chat, kind, sender, body) })
}

/// A kind of update that is not known: whoever did it is told so, where it says who.
fn read_unknown(update: &Fields, frame: &Frame) -> Option<Inbound> {
    let (what, event) = update.0.iter().find(|(name, _)| *name != "update_id")?;
    let event = Fields::of(event.get())?;
    let sender = event.object("from").or_else(|| event.object("user")).and_then(|user| read_user(&user));
    let private = || sender.as_ref().map(|sender| (sender.address.clone(), ChatKind::Private));
    let (chat, kind) = read_chat(&event).or_else(private)?;
    let sender = sender.unwrap_or_else(|| Sender { address: chat.clone(), ..Sender::default() });
    Some(frame.inbound(chat, kind, sender, Body::Unknown { what: what.clone() }))
}

fn read_chat(message: &Fields) -> Option<(String, ChatKind)> {
    let chat = message.object("chat")?;
    let id = chat.id("id")?;
    let private = chat.text("type").map_or(!id.starts_with('-'), |kind| kind == "private");
    Some((id, if private { ChatKind::Private } else { ChatKind::Group }))
}

fn read_user(user: &Fields) -> Option<Sender> {
    let names: Vec<_> = ["first_name", "last_name"].into_iter().filter_map(|name| user.text(name)).collect();
    Some(Sender {
        address: user.id("id")?,
        name: Some(names.join(" ")).filter(|name| !name.trim().is_empty()),
        language: user.text("language_code"),
    })
}

/// Fields that any message has, whatever it is.
const COMMON: [&str; 22] = [
    "author_signature",
    "business_connection_id",
    "caption",
    "caption_entities",
    "chat",
    "date",
    "edit_date",
    "effect_id",
    "entities",
    "external_reply",
    "from",
    "has_protected_content",
    "link_preview_options",
    "media_group_id",
    "message_id",
    "message_thread_id",
    "quote",
    "reply_markup",
    "reply_to_message",
    "sender_chat",
    "show_caption_above_media",
    "via_bot",
];

/// The word for what a message is: the first field that is its own.
fn what(message: &Fields) -> String {
    let own = message.0.keys().find(|name| {
        !COMMON.contains(&name.as_str()) && !name.starts_with("forward_") && !name.starts_with("is_")
    });
    own.cloned().unwrap_or_else(|| "message".into())
}

/// The fields of an object, each still a text: nothing inside is looked at before it is asked for.
pub(super) struct Fields<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Fields<'a> {
    pub(super) fn of(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self)
    }

    /// An integer of any size, as its digits.
    pub(super) fn id(&self, name: &str) -> Option<String> {
        let text = self.0.get(name)?.get();
        let digits = text.strip_prefix('-').unwrap_or(text);
        let whole =
            !digits.is_empty() && digits.len() <= 32 && digits.bytes().all(|byte| byte.is_ascii_digit());
        whole.then(|| text.to_owned())
    }

    fn read<T: Deserialize<'a>>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.0.get(name)?.get()).ok()
    }

    fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| value.get() != "null")
    }

    fn is_true(&self, name: &str) -> bool {
        self.read(name) == Some(true)
    }

    fn object(&self, name: &str) -> Option<Fields<'a>> {
        Fields::of(self.0.get(name)?.get())
    }

    fn list(&self, name: &str) -> Vec<&'a RawValue> {
        self.read(name).unwrap_or_default()
    }

    fn text(&self, name: &str) -> Option<String> {
        self.read(name)
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.read(name)
    }

    fn instant(&self, name: &str) -> Option<DateTime<Utc>> {
        self.read(name).and_then(|seconds| DateTime::from_timestamp(seconds, 0))
    }

    /// The object as a file.
    fn file(&self) -> Option<RemoteFile> {
        Some(RemoteFile {
            id: self.text("file_id")?,
            unique_id: self.text("file_unique_id"),
            size: self.read("file_size"),
            mime: self.text("mime_type"),
        })
    }
}
