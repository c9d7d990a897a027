//! What goes out to any messenger: a title, lines and buttons. The adapter does the markup.

use crate::{
    atlas::Point,
    domain::{CaseId, MediaId},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One row of the outbox, without its address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Makes it a card: there is one such message in a chat, and a newer version edits it in place.
    pub card: Option<CardKey>,
    /// Only redraw a card that the chat has; never send a new one.
    pub only_edit: bool,
    /// The words and buttons.
    pub message: Message,
    /// Sent as a native location before the card, the first time.
    pub place: Option<Point>,
    /// Shown with the card, the first time.
    pub photo: Option<MediaId>,
    /// The message that it answers.
    pub reply_to: Option<String>,
    /// Makes a sound. A redrawn card does not.
    pub loud: bool,
    /// Pointless as a new message from then on: a whistle of a case that has ended, a reminder of a limit
    /// that is over. A card that the chat has is redrawn all the same.
    pub expires_at: Option<DateTime<Utc>>,
    /// Missed while the machine was off: told together with what else was missed, in one message.
    #[serde(default)]
    pub digest: bool,
    /// A courtesy: when it is unknown whether it arrived, it is not repeated.
    pub courtesy: bool,
}

/// Which card of a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CardKey {
    /// Of which case.
    pub case: CaseId,
    /// The case's version that it shows.
    pub version: u32,
}

/// Words and buttons, free of any markup.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// First line, emphasised.
    pub title: Option<String>,
    /// The lines below.
    pub lines: Vec<String>,
    /// Rows of buttons under the message.
    pub buttons: Vec<Vec<Button>>,
    /// What the phone shows in place of its keyboard.
    ///
    /// Where a messenger cannot show both: beside [`Keyboard::AskLocation`] the buttons' labels become
    /// further keys, and a label that comes back as text counts as its button; beside
    /// [`Keyboard::Remove`] only the buttons are shown.
    pub keyboard: Option<Keyboard>,
}

/// Rows of buttons under a message of several.
const MOST_ROWS: usize = 8;

/// A button under a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// What comes back when it is pressed: 1–64 bytes.
    pub data: String,
}

/// A one-time keyboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keyboard {
    /// One button that sends the phone's position.
    AskLocation(String),
    /// One button that sends the phone's own number.
    AskContact(String),
    /// Back to the usual keyboard.
    Remove,
}

impl Message {
    /// A message of one line.
    pub fn line(text: impl Into<String>) -> Self {
        Self { lines: vec![text.into()], ..Self::default() }
    }

    /// Appends another message: its words below, its buttons as far as there is room.
    pub fn absorb(&mut self, other: Self) {
        self.lines.push(String::new());
        self.lines.extend(other.title);
        self.lines.extend(other.lines);
        let room = MOST_ROWS.saturating_sub(self.buttons.len());
        self.buttons.extend(other.buttons.into_iter().take(room));
        self.keyboard = self.keyboard.take().or(other.keyboard);
    }

    /// Title and lines as plain text.
    pub fn plain(&self) -> String {
        self.title.iter().chain(&self.lines).map(String::as_str).collect::<Vec<_>>().join("\n")
    }
}

impl Outgoing {
    /// A plain reply, which is a courtesy.
    pub fn reply(message: Message) -> Self {
        Self {
            card: None,
            only_edit: false,
            message,
            place: None,
            photo: None,
            reply_to: None,
            loud: false,
            expires_at: None,
            digest: false,
            courtesy: true,
        }
    }
}
