//! What comes in from any messenger.

use crate::atlas::Datum;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A way of reaching people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// The Telegram Bot API.
    Telegram,
    /// The built-in chat page.
    Web,
}

impl ChannelKind {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Telegram, Self::Web];

    /// The word in the database, the settings and the metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Telegram => "telegram",
            Self::Web => "web",
        }
    }

    /// The channel that a word names.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == word)
    }
}

/// One person or many?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatKind {
    /// One person.
    Private,
    /// Several; a branch may bind it.
    Group,
}

/// One thing that somebody did in a chat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inbound {
    /// By which way.
    pub channel: ChannelKind,
    /// Unique in the channel, the same when delivered again (`bot:update_id`).
    pub uid: String,
    /// The chat's address in the channel (Telegram chat id as text).
    pub chat: String,
    /// One person or many.
    pub kind: ChatKind,
    /// Who.
    pub sender: Sender,
    /// When it was written, by the messenger's word.
    pub said_at: DateTime<Utc>,
    /// The message's own reference in the chat (Telegram message id), where it is one.
    pub message: Option<String>,
    /// The message that it replies to.
    pub reply_to: Option<String>,
    /// It replaces an earlier message with the same `message`.
    pub edited: bool,
    /// It was forwarded, written by somebody else.
    pub forwarded: bool,
    /// What.
    pub body: Body,
}

/// Who did it, as far as the channel tells.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sender {
    /// The user's address in the channel (Telegram user id as text). In a private chat the chat's.
    pub address: String,
    /// The name that the channel shows.
    pub name: Option<String>,
    /// BCP 47 tag of the client's language.
    pub language: Option<String>,
}

/// A file that lies with the messenger; its bytes are fetched later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteFile {
    /// The reference to fetch it by.
    pub id: String,
    /// The same for the same bytes, where the channel says so.
    pub unique_id: Option<String>,
    /// Bytes, where told.
    pub size: Option<u64>,
    /// Type, where told.
    pub mime: Option<String>,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Body {
    /// Words or a command (`/start CODE`).
    Text {
        /// As written.
        text: String,
    },
    /// A photo, or an image sent as a document.
    Photo {
        /// The largest size.
        file: RemoteFile,
        /// Siblings of an album share it.
        album: Option<String>,
        /// Words under it.
        caption: Option<String>,
    },
    /// A voice note.
    Voice {
        /// The sound.
        file: RemoteFile,
        /// Its length.
        seconds: u32,
        /// Words under it.
        caption: Option<String>,
    },
    /// A pin, a venue, a live location.
    Location {
        /// Longitude as it came.
        lon: f64,
        /// Latitude as it came.
        lat: f64,
        /// In which datum.
        datum: Datum,
        /// Radius of uncertainty in metres.
        accuracy_m: Option<f64>,
        /// A live location, or an update of one.
        live: bool,
        /// Name and address of a venue.
        venue: Option<String>,
    },
    /// A telephone number.
    Contact {
        /// The number.
        phone: String,
        /// It is the sender's own.
        own: bool,
    },
    /// A button was pressed.
    Press {
        /// The button's data.
        data: String,
        /// The press itself, to be answered at once.
        press: String,
    },
    /// The person blocked the bot, or the bot was put out of the group.
    Blocked,
    /// The person is back, or the bot was taken into a group.
    Unblocked,
    /// The group has a new address.
    Migrated {
        /// Which.
        to: String,
    },
    /// Something the program does not know (a sticker, a poll): gets a helpful line.
    Unknown {
        /// What, for the log.
        what: String,
    },
}
