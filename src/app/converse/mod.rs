//! The only way a chat message is taken: inbound id, chat state, case, events, letters and replies in
//! one transaction. Only after its commit is the message acknowledged.
//!
//! Messages of different chats that come at the same time are taken together, in one transaction. Where
//! that fails, by whomever, each is taken alone: one that cannot be taken holds up no other.

mod asks;
mod talk;

use super::{App, Error, Result};
use crate::{
    dialogue::{self, Inbound},
    domain::{ChatId, MediaId},
    store::{self, Came, Kept},
};
use talk::{Talk, conclude};
use tracing::Span;

/// How often a message is taken again when somebody else was faster.
const TRIES: usize = 8;
/// Messages that are taken together, at most.
pub(super) const TOGETHER: usize = 32;

/// A message that was typed on our own page, which shows it from the moment it is taken: its row and
/// its file's row are written with it, so that the same message again shows nothing twice.
pub struct Typed<'a> {
    /// The bytes that came with it, and what they are (`photo`, `voice`).
    pub file: Option<(Kept, &'static str)>,
    /// What the page shows, as JSON, given the row of the file.
    pub shown: &'a (dyn Fn(Option<MediaId>) -> String + Sync),
}

/// What became of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// It was taken before; nothing has happened now.
    pub repeated: bool,
    /// The answer to a press.
    pub toast: Option<String>,
}

/// A message and how it came.
pub(super) struct Told {
    inbound: Inbound,
    raw: String,
    /// In which it came.
    span: Span,
}

impl App {
    /// Takes one message. `raw` is kept as it came.
    ///
    /// # Errors
    /// The store's; nothing is kept then, and the message may be brought again.
    pub async fn converse(&self, inbound: &Inbound, raw: &str) -> Result<Heard> {
        let told = Told { inbound: inbound.clone(), raw: raw.to_owned(), span: Span::current() };
        let lane = format!("{}:{}", inbound.channel.as_str(), inbound.chat);
        let app = self.clone();
        let all = move |told| {
            let app = app.clone();
            async move { app.converse_together(told).await }
        };
        match self.inner.taking.join(lane, told, all).await.flatten() {
            Some(heard) => Ok(heard),
            None => self.converse_alone(inbound, raw, None).await,
        }
    }

    /// The same for a message that our own page shows.
    ///
    /// # Errors
    /// The store's; nothing is kept then, and the message may be brought again.
    pub async fn converse_typed(&self, inbound: &Inbound, raw: &str, typed: &Typed<'_>) -> Result<Heard> {
        self.converse_alone(inbound, raw, Some(typed)).await
    }

    /// Nothing of those that have to be taken alone.
    #[tracing::instrument(name = "converse", level = "debug", skip_all, fields(messages = told.len()))]
    async fn converse_together(&self, told: Vec<Told>) -> Vec<Option<Heard>> {
        for told in &told {
            Span::current().follows_from(&told.span);
        }
        let messages: Vec<_> = told.iter().map(|told| (&told.inbound, told.raw.as_str())).collect();
        match self.converse_once(&messages, None).await {
            Ok(Some(heard)) => heard.into_iter().map(Some).collect(),
            Ok(None) => vec![None; told.len()],
            Err(error) => {
                tracing::debug!(%error, messages = told.len(), "messages could not be taken together");
                vec![None; told.len()]
            }
        }
    }

    async fn converse_alone(&self, inbound: &Inbound, raw: &str, typed: Option<&Typed<'_>>) -> Result<Heard> {
        for _ in 0..TRIES {
            match self.converse_once(&[(inbound, raw)], typed).await {
                Ok(Some(heard)) => return heard.into_iter().next().ok_or(Error::NotFound("message")),
                Ok(None) | Err(Error::Store(store::Error::Busy)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Internal("a chat kept changing under a message".into()))
    }

    /// Takes messages of different chats in one transaction; none when somebody else was faster.
    async fn converse_once(
        &self,
        messages: &[(&Inbound, &str)],
        typed: Option<&Typed<'_>>,
    ) -> Result<Option<Vec<Heard>>> {
        let (mut tx, city) = self.begin().await?;
        let came =
            messages.iter().map(|(inbound, raw)| Came { channel: inbound.channel, uid: &inbound.uid, raw });
        let is_new = tx.take_inbound(&came.collect::<Vec<_>>(), self.now()).await?;
        let fresh: Vec<&Inbound> = messages
            .iter()
            .zip(&is_new)
            .filter(|(_, is_new)| **is_new)
            .map(|((inbound, _), _)| *inbound)
            .collect();
        if fresh.is_empty() {
            return Ok(Some(vec![Heard { repeated: true, toast: None }; messages.len()]));
        }
        if let Some(typed) = typed {
            talk::show_typed(&tx, fresh[0], typed, self.now()).await?;
        }
        let mut talks = Talk::begin(self, &mut tx, &city, &fresh).await?;
        let turns = talks
            .iter()
            .zip(&fresh)
            .map(|(talk, inbound)| talk.with_scene(|scene| dialogue::step(talk.state(), inbound, scene)));
        let turns = turns.collect();
        let Some(toasts) = conclude(self, &mut tx, &mut talks, turns).await? else { return Ok(None) };
        tx.commit().await?;
        talks.into_iter().for_each(Talk::announce);
        let mut toasts = toasts.into_iter();
        let heard = |is_new: bool| Heard {
            repeated: !is_new,
            toast: if is_new { toasts.next().flatten() } else { None },
        };
        Ok(Some(is_new.into_iter().map(heard).collect()))
    }

    /// Hands over what a chat told and nobody completed: words without a place reach the desk too.
    /// False when there was nothing (any more) to hand over.
    ///
    /// # Errors
    /// The store's; the report waits then, and is found again.
    pub async fn finish_overdue(&self, chat: ChatId) -> Result<bool> {
        for _ in 0..TRIES {
            match self.finish_overdue_once(chat).await {
                Ok(Some(finished)) => return Ok(finished),
                Ok(None) | Err(Error::Store(store::Error::Busy)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Internal("a chat kept changing under its unfinished report".into()))
    }

    async fn finish_overdue_once(&self, id: ChatId) -> Result<Option<bool>> {
        let (mut tx, city) = self.begin().await?;
        let Some(chat) = tx.chat_by_id(id).await? else { return Ok(Some(false)) };
        if chat.overdue_at.is_none_or(|at| at > self.now()) {
            return Ok(Some(false));
        }
        let mut talks = [Talk::unasked(self, &mut tx, city, chat).await?];
        let turn = talks[0].with_scene(|scene| dialogue::overdue(talks[0].state(), scene));
        let handed_over = !turn.asks.is_empty();
        if conclude(self, &mut tx, &mut talks, vec![turn]).await?.is_none() {
            return Ok(None);
        }
        tx.commit().await?;
        talks.into_iter().for_each(Talk::announce);
        Ok(Some(handed_over))
    }
}
