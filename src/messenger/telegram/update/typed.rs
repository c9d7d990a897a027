//! With teloxide's types. What it does not know is `None` here, and read leniently.

use super::{Frame, is_image, membership, venue};
use crate::dialogue::{Body, ChatKind, Inbound, RemoteFile, Sender};
use teloxide::types::{
    CallbackQuery, Chat, ChatMemberUpdated, FileMeta, Location, MediaDocument, MediaKind, MediaPhoto,
    Message, MessageCommon, MessageKind, Update, UpdateKind, User,
};

pub(super) fn read(text: &str, frame: &Frame) -> Option<Inbound> {
    // `from_value` fails on good updates: this must be a text.
    match serde_json::from_str::<Update>(text).ok()?.kind {
        UpdateKind::Message(message) => read_message(&message, false, frame),
        UpdateKind::EditedMessage(message) => read_message(&message, true, frame),
        UpdateKind::CallbackQuery(press) => read_press(&press, frame),
        UpdateKind::MyChatMember(change) => Some(read_membership(&change, frame)),
        _ => None,
    }
}

fn read_message(message: &Message, edited: bool, frame: &Frame) -> Option<Inbound> {
    let MessageKind::Common(common) = &message.kind else { return None };
    let mut chat = message.chat.id.to_string();
    if let Some(from) = message.migrate_from_chat_id() {
        chat = from.to_string(); // both chats tell of the move: say it once, as the old one
    }
    let body = match (message.migrate_to_chat_id(), message.migrate_from_chat_id()) {
        (Some(to), _) => Body::Migrated { to: to.to_string() },
        (None, Some(_)) => Body::Migrated { to: message.chat.id.to_string() },
        (None, None) => read_body(message, common, edited, frame)?,
    };
    let sender = message.from.as_ref().map_or_else(|| nobody(&chat), sender);
    Some(Inbound {
        said_at: common.edit_date.filter(|_| edited).unwrap_or(message.date),
        message: Some(message.id.to_string()),
        reply_to: common.reply_to_message.as_ref().map(|message| message.id.to_string()),
        edited,
        forwarded: common.forward_origin.is_some(),
        ..frame.inbound(chat, kind(&message.chat), sender, body)
    })
}

fn read_body(message: &Message, common: &MessageCommon, edited: bool, frame: &Frame) -> Option<Body> {
    match &common.media_kind {
        MediaKind::Text(media) => Some(Body::Text { text: media.text.clone() }),
        MediaKind::Photo(media) => read_photo(media),
        MediaKind::Document(media) => read_document(media),
        MediaKind::Voice(media) => Some(Body::Voice {
            file: file(&media.voice.file, media.voice.mime_type.as_ref().map(ToString::to_string)),
            seconds: media.voice.duration.seconds(),
            caption: media.caption.clone(),
        }),
        MediaKind::Audio(media) => Some(Body::Voice {
            file: file(&media.audio.file, media.audio.mime_type.as_ref().map(ToString::to_string)),
            seconds: media.audio.duration.seconds(),
            caption: media.caption.clone(),
        }),
        MediaKind::Location(media) => read_location(&media.location, edited, None, frame),
        MediaKind::Venue(media) => {
            let words = venue(&media.venue.title, &media.venue.address);
            read_location(&media.venue.location, edited, words, frame)
        }
        MediaKind::Contact(media) => {
            let from = message.from.as_ref().map(|user| user.id);
            let own = common.forward_origin.is_none() && from.is_some() && media.contact.user_id == from;
            Some(Body::Contact { phone: media.contact.phone_number.clone(), own })
        }
        _ => None,
    }
}

fn read_photo(media: &MediaPhoto) -> Option<Body> {
    let largest = media.photo.iter().max_by_key(|size| u64::from(size.width) * u64::from(size.height))?;
    Some(Body::Photo {
        file: file(&largest.file, None),
        album: media.media_group_id.as_ref().map(ToString::to_string),
        caption: media.caption.clone(),
    })
}

fn read_document(media: &MediaDocument) -> Option<Body> {
    let mime = media.document.mime_type.as_ref().map(ToString::to_string);
    is_image(mime.as_deref(), media.document.file_name.as_deref()).then(|| Body::Photo {
        file: file(&media.document.file, mime),
        album: media.media_group_id.as_ref().map(ToString::to_string),
        caption: media.caption.clone(),
    })
}

/// A plain pin cannot be edited: an edited one is a live location that has come to its end.
fn read_location(location: &Location, edited: bool, words: Option<String>, frame: &Frame) -> Option<Body> {
    let live = edited || location.live_period.is_some();
    frame.location((location.longitude, location.latitude), location.horizontal_accuracy, live, words)
}

/// In a group the press counts for the member who pressed. The card may be so old that Telegram does not
/// show it any more; then it was in the person's own chat.
fn read_press(press: &CallbackQuery, frame: &Frame) -> Option<Inbound> {
    let body = Body::Press { data: press.data.clone()?, press: press.id.0.clone() };
    let sender = sender(&press.from);
    let (chat, kind, card) = match &press.message {
        Some(message) => {
            (message.chat().id.to_string(), kind(message.chat()), Some(message.id().to_string()))
        }
        None => (sender.address.clone(), ChatKind::Private, None),
    };
    Some(Inbound { reply_to: card, ..frame.inbound(chat, kind, sender, body) })
}

fn read_membership(change: &ChatMemberUpdated, frame: &Frame) -> Inbound {
    let body = membership(change.old_chat_member.is_present(), change.new_chat_member.is_present());
    let sender = sender(&change.from);
    let inbound = frame.inbound(change.chat.id.to_string(), kind(&change.chat), sender, body);
    Inbound { said_at: change.date, ..inbound }
}

fn kind(chat: &Chat) -> ChatKind {
    if chat.is_private() { ChatKind::Private } else { ChatKind::Group }
}

fn sender(user: &User) -> Sender {
    Sender {
        address: user.id.to_string(),
        name: Some(user.full_name()).filter(|name| !name.trim().is_empty()),
        language: user.language_code.clone(),
    }
}

/// A channel speaks without a sender.
fn nobody(chat: &str) -> Sender {
    Sender { address: chat.to_owned(), name: None, language: None }
}

fn file(meta: &FileMeta, mime: Option<String>) -> RemoteFile {
    RemoteFile {
        id: meta.id.to_string(),
        unique_id: Some(meta.unique_id.to_string()),
        size: (meta.size != u32::MAX).then(|| u64::from(meta.size)), // that is teloxide's "not told"
        mime,
    }
}
