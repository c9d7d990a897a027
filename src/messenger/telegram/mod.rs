//! Telegram, by the Bot API: teloxide's types, payloads and errors over a client of our own.
//!
//! [`update`] reads what comes in, [`outgoing`] sends a letter, [`outcome`] says what became of it,
//! [`polling`] asks for updates, [`pace`] keeps Telegram's limits.

mod answer;
mod client;
mod commands;
mod files;
mod listen;
mod markup;
mod outcome;
mod outgoing;
pub mod pace;
mod polling;
mod update;
mod webhook;

pub use answer::CallError;
pub use client::ClientOptions;
pub use listen::{Listener, Round};
pub use pace::{Pace, PaceLimits};
pub use polling::{PollError, RawUpdate};
pub use update::{fallback_uid, read_update};
pub use webhook::Webhook;

use super::{BoxFuture, Delivery, FetchError, Messenger, Outcome};
use crate::{
    atlas::Datum,
    dialogue::{ChannelKind, Outgoing},
};
use bytes::Bytes;
use client::Client;
use serde::Deserialize;
use std::sync::{OnceLock, atomic::AtomicBool};
use teloxide::payloads::{AnswerCallbackQuery, GetMe};

/// One bot.
pub struct Telegram {
    client: Client,
    datum: Datum,
    bot_id: i64,
    /// Empty while Telegram could not be asked.
    username: OnceLock<String>,
    begun: outgoing::Begun,
    /// Polling is refused while a webhook is set.
    webhook_taken_away: AtomicBool,
}

/// Who the bot is; teloxide's `Me` insists on fields that other Bot API servers leave out.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Me {
    /// The bot's user id.
    pub id: i64,
    /// Its name in links.
    #[serde(default)]
    pub username: Option<String>,
}

impl Telegram {
    /// A bot of a Bot API server. A server that cannot be reached now is no error: Telegram may be
    /// away when the program starts.
    ///
    /// # Errors
    /// The token is refused, or is none.
    pub async fn connect(options: ClientOptions) -> Result<Self, CallError> {
        let client = Client::new(&options)?;
        let by_token = options.token.split(':').next().and_then(|id| id.parse().ok());
        let me = who_am_i(&client).await;
        let (bot_id, username) = match (me, by_token) {
            // By the token first: ids of updates must not change their names when Telegram is away.
            (Ok(me), id) => (id.unwrap_or(me.id), me.username),
            (Err(error), Some(id)) if !error.is_unauthorised() => {
                tracing::warn!(%error, "Telegram could not be asked who the bot is");
                (id, None)
            }
            (Err(error), _) => return Err(error),
        };
        Ok(Self {
            client,
            datum: options.datum,
            bot_id,
            username: username.map(OnceLock::from).unwrap_or_default(),
            begun: outgoing::Begun::default(),
            webhook_taken_away: AtomicBool::new(false),
        })
    }

    /// The bot's user id.
    pub fn bot_id(&self) -> i64 {
        self.bot_id
    }

    /// The datum of positions that arrive.
    pub fn datum(&self) -> Datum {
        self.datum
    }

    /// Asks who the bot is.
    ///
    /// # Errors
    /// The call's.
    pub async fn get_me(&self) -> Result<Me, CallError> {
        let me = who_am_i(&self.client).await?;
        if let Some(username) = &me.username {
            let _ = self.username.set(username.clone()); // a bot keeps its name
        }
        Ok(me)
    }

    /// `https://t.me/<bot>?start=<code>`: opens the chat and sends `/start <code>`. None while the
    /// bot's name is unknown, or when the code is not 1–64 of `A-Za-z0-9_-`.
    pub fn deep_link(&self, code: &str) -> Option<String> {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let username = self.username.get()?;
        let good = (1..=64).contains(&code.len()) && code.chars().all(fits);
        good.then(|| format!("https://t.me/{username}?start={code}"))
    }

    /// Takes the waiting sign off a pressed button, with at most 200 characters of words. A press that
    /// is too old to be answered is no error.
    ///
    /// # Errors
    /// The call's.
    pub async fn answer_press(&self, press: &str, words: Option<&str>) -> Result<(), CallError> {
        let mut answer = AnswerCallbackQuery::new(press.to_owned().into());
        answer.text = words.map(|words| markup::cut(words, markup::MOST_ANSWER).into_owned());
        match self.client.call(&answer).await {
            Err(error) if !error.is_late_press() => Err(error),
            _ => Ok(()),
        }
    }
}

async fn who_am_i(client: &Client) -> Result<Me, CallError> {
    client.call(&GetMe::new()).await?.read()
}

impl Messenger for Telegram {
    fn channel(&self) -> ChannelKind {
        ChannelKind::Telegram
    }

    fn send<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Outcome> {
        Box::pin(self.deliver(delivery))
    }

    fn messages(&self, outgoing: &Outgoing, redraws: bool) -> u32 {
        outgoing::messages(outgoing, redraws)
    }

    fn fetch<'a>(&'a self, file_id: &'a str, max_bytes: u64) -> BoxFuture<'a, Result<Bytes, FetchError>> {
        Box::pin(self.download(file_id, max_bytes))
    }
}
