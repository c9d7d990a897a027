//! The ways of reaching people. Nothing outside this room knows which one it is.
//!
//! A [`Messenger`] sends one letter and says what became of it; what follows from that (again, later,
//! never) is decided by whoever keeps the outbox. It holds no letters itself.

pub mod telegram;
pub mod web_chat;

use crate::dialogue::{ChannelKind, ChatKind, Outgoing};
use bytes::Bytes;
pub use futures_util::future::BoxFuture;
use std::time::Duration;

/// A way of reaching people.
pub trait Messenger: Send + Sync {
    /// Which one.
    fn channel(&self) -> ChannelKind;

    /// Sends a letter, or redraws the card that the chat has of it, and is done within the time that
    /// the delivery gives.
    fn send<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Outcome>;

    /// Of how many messages a letter is: its pace is kept by messages. `redraws`: the chat has its card.
    fn messages(&self, outgoing: &Outgoing, redraws: bool) -> u32;

    /// The bytes of a file that somebody sent, of at most `max_bytes`.
    fn fetch<'a>(&'a self, file_id: &'a str, max_bytes: u64) -> BoxFuture<'a, Result<Bytes, FetchError>>;
}

/// A letter with its address.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// The chat's address in the channel.
    pub chat: String,
    /// One person or many.
    pub kind: ChatKind,
    /// The words, buttons and place.
    pub outgoing: Outgoing,
    /// The card that is redrawn in place; none sends a new message.
    pub card_message: Option<String>,
    /// The photo that a new card is shown with.
    pub photo: Option<Picture>,
    /// An earlier try may have arrived: say that this is a repeat.
    pub repeat: bool,
    /// BCP 47 tag, for the few words of the adapter's own.
    pub language: String,
    /// The longest that all of it may take: afterwards the letter may be another process's.
    pub within: Duration,
}

/// A photo, by whichever way it can be had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// The file's reference in this channel, tried first.
    pub remote: Option<String>,
    /// The bytes and their type (`image/jpeg`).
    pub bytes: Option<(Bytes, String)>,
}

/// What became of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is there.
    Sent {
        /// The message's reference in the chat, where the channel told it.
        message: Option<String>,
    },
    /// Not now; nothing of it was sent.
    Later {
        /// Wait so long.
        after: Duration,
        /// Why.
        error: String,
    },
    /// The channel was never reached: trying again is free.
    Unreached {
        /// Why.
        error: String,
    },
    /// It left, and whether it arrived is unknown.
    Ambiguous {
        /// Why.
        error: String,
    },
    /// It will never arrive.
    Never {
        /// In a word.
        reason: Never,
        /// In the channel's words.
        error: String,
    },
    /// The chat has a new address: write it down and send again.
    Migrated {
        /// Which.
        to: String,
    },
    /// The card to redraw is not there any more: send a new one.
    CardGone,
}

/// Why a letter never arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Never {
    /// The person blocked us, or the group put us out or took away the right to write.
    Blocked,
    /// There is no such chat.
    NotFound,
    /// The message itself is refused.
    Refused,
    /// We are refused: the token is wrong.
    Unauthorised,
}

/// Why a file could not be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The channel does not have it, or not any more.
    #[error("the file is not there any more")]
    Gone,
    /// Larger than allowed, or than the channel gives out.
    #[error("the file is larger than {most} bytes")]
    TooLarge {
        /// What is allowed.
        most: u64,
    },
    /// The channel could not be asked, or asked us to wait; try again.
    #[error("{0}")]
    Unreached(String),
    /// It was asked, and this file did not come, or not whole; try again.
    #[error("{0}")]
    Failed(String),
}
