//! Letters leave: claim the oldest letter of each chat with a lease, send with no transaction open,
//! then say what became of it. At least once; a repeat is marked and harmless.

use super::{Jobs, lanes::Lanes, pause};
use crate::{
    app::Result,
    dialogue::ChannelKind,
    messenger::{Delivery, Never, Outcome, Picture},
    store::{Finished, OutboxRow, Place, SENDS},
};
use chrono::{DateTime, Duration, Utc};
use std::sync::Arc;
use tokio::sync::watch;
use tracing::field::Empty;

/// The longest wait before looking again: another process may have written a letter.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(1);
/// How often the processes that send are counted.
const COUNTED_EVERY: Duration = Duration::seconds(10);
/// Before a refused token is tried again.
const TOKEN_WAIT: Duration = Duration::minutes(1);

impl Jobs {
    /// Sends what is due until nothing is: of a chat one letter at a time, the chats side by side. How
    /// many were handled.
    ///
    /// # Errors
    /// The store's.
    pub async fn deliver(self: &Arc<Self>) -> Result<usize> {
        let mut lanes = Lanes::new(self.clone());
        loop {
            lanes.fill().await?;
            if !lanes.one_ends().await {
                return lanes.outcome();
            }
        }
    }

    pub(super) async fn deliver_loop(self: Arc<Self>, on: bool, mut stop: watch::Receiver<bool>) {
        let mut lanes = Lanes::new(self.clone());
        while on && !*stop.borrow() {
            let wait = match lanes.fill().await {
                Ok(0) => self.until_next_letter().await,
                Ok(_) => LONGEST,
                Err(error) => {
                    tracing::error!(%error, "letters could not be claimed");
                    pause(LONGEST, std::future::pending(), &mut stop).await;
                    continue;
                }
            };
            let room = lanes.free() > 0;
            tokio::select! {
                true = lanes.one_ends() => {}
                () = self.app.posted(), if room => {}
                () = tokio::time::sleep(wait), if room => {}
                _ = stop.changed() => {}
            }
            if let Err(error) = lanes.outcome() {
                tracing::error!(%error, "what became of a letter could not be written down");
            }
        }
        while lanes.one_ends().await {}
        if let Err(error) = lanes.outcome() {
            tracing::error!(%error, "what became of a letter could not be written down");
        }
        if let Err(error) = self.app.store().part_ended(SENDS, &self.holder).await {
            tracing::warn!(%error, "the other processes learn by and by that this one sends no more");
        }
    }

    pub(super) async fn claim(&self, most: usize, place: &mut Place) -> Result<Vec<OutboxRow>> {
        let (now, lease) = (self.app.now(), self.rules.lease);
        self.share_the_pace(now).await?;
        Ok(self.app.store().claim((&self.holder, lease), &self.served(), most as u64, place, now).await?)
    }

    /// The limits are the bot's, whoever sends: each process keeps its part of them. Who sends says so
    /// now and then, and counts the others.
    async fn share_the_pace(&self, now: DateTime<Utc>) -> Result<()> {
        let mut counted = self.counted.lock().await;
        let lately = counted.is_some_and(|at| (Duration::zero()..COUNTED_EVERY).contains(&(now - at)));
        if lately || !self.messengers.contains_key(&ChannelKind::Telegram) {
            return Ok(());
        }
        let processes = self.app.store().take_part(SENDS, &self.holder, now + COUNTED_EVERY * 2, now).await?;
        self.pace.lock().await.share(processes);
        *counted = Some(now);
        Ok(())
    }

    fn served(&self) -> Vec<ChannelKind> {
        self.messengers.keys().copied().collect()
    }

    async fn until_next_letter(&self) -> std::time::Duration {
        let now = self.app.now();
        let next = self.app.store().next_outbox(&self.served(), now).await.ok().flatten();
        let wait = next.and_then(|at| (at - now).to_std().ok()).unwrap_or(LONGEST);
        wait.clamp(std::time::Duration::from_millis(20), LONGEST)
    }

    #[tracing::instrument(
        name = "deliver",
        level = "debug",
        skip_all,
        fields(outbox.id = row.id, chat.id = row.chat.id.0, attempts = row.attempts, result = Empty)
    )]
    pub(super) async fn handle(&self, row: &OutboxRow) -> Result<()> {
        let finished = match self.before_sending(row).await {
            Some(finished) => finished,
            None => self.send(row).await?,
        };
        let result = finished_word(&finished);
        tracing::Span::current().record("result", result);
        self.metrics.delivered(row.chat.channel, result);
        if matches!(finished, Finished::Sent { .. }) {
            self.metrics.sent((self.app.now() - row.written_at).as_seconds_f64());
        }
        tracing::debug!(outbox.id = row.id, chat.id = row.chat.id.0, result, "letter");
        self.app.finish(row, finished).await?;
        self.app.announce_quietly(row.chat.id);
        Ok(())
    }

    /// What needs no sending, or not now.
    async fn before_sending(&self, row: &OutboxRow) -> Option<Finished> {
        let now = self.app.now();
        if row.message.is_none() && row.outgoing.expires_at.is_some_and(|at| at <= now) {
            return Some(Finished::Expired);
        }
        if row.outgoing.only_edit && row.message.is_none() {
            return Some(Finished::Superseded);
        }
        if row.ambiguous && row.outgoing.courtesy && row.message.is_none() {
            return Some(Finished::Uncertain { error: "it is unknown whether it arrived".into() });
        }
        let messenger = self.messengers.get(&ChannelKind::Telegram).filter(|_| is_paced(row))?;
        let messages = messenger.messages(&row.outgoing, row.message.is_some());
        let admitted = self.pace.lock().await.admit(&row.chat.address, row.chat.kind, messages, now);
        admitted.err().map(|not_before| Finished::Later { not_before, error: None })
    }

    #[tracing::instrument(level = "debug", skip_all)]
    async fn send(&self, row: &OutboxRow) -> Result<Finished> {
        let Some(messenger) = self.messengers.get(&row.chat.channel) else {
            return Ok(Finished::Never { error: "this channel is switched off".into() });
        };
        let delivery = self.delivery(row).await?;
        let outcome = messenger.send(&delivery).await;
        self.conclude(row, outcome).await
    }

    async fn delivery(&self, row: &OutboxRow) -> Result<Delivery> {
        let photo = match row.outgoing.photo.filter(|_| row.message.is_none()) {
            Some(media) => self.picture(row.chat.channel, media).await?,
            None => None,
        };
        Ok(Delivery {
            chat: row.chat.address.clone(),
            kind: row.chat.kind,
            outgoing: row.outgoing.clone(),
            card_message: row.message.clone(),
            photo,
            repeat: row.ambiguous,
            language: crate::app::language(&self.app.city(), &row.chat).to_owned(),
            within: self.time_left(row),
        })
    }

    /// How long the sending may take: a sixth of the lease is left for writing down what became of it.
    fn time_left(&self, row: &OutboxRow) -> std::time::Duration {
        let sixth = self.rules.lease / 6;
        let left = row.claim.until - self.app.now() - sixth;
        left.max(sixth).to_std().unwrap_or_default()
    }

    /// A photo as this channel can show it: by its own reference, or by the cleaned bytes.
    async fn picture(&self, channel: ChannelKind, media: crate::domain::MediaId) -> Result<Option<Picture>> {
        let Some(media) = self.app.store().media(media).await? else { return Ok(None) };
        // The bytes too, where they are kept: what came as a file is not taken as a photo by its reference.
        let bytes = self.app.shown_bytes(&media).await;
        let remote = (media.channel == channel).then_some(media.remote);
        Ok((remote.is_some() || bytes.is_some()).then_some(Picture { remote, bytes }))
    }

    /// What to do with the outcome of a send.
    async fn conclude(&self, row: &OutboxRow, outcome: Outcome) -> Result<Finished> {
        let now = self.app.now();
        Ok(match outcome {
            Outcome::Sent { message } => Finished::Sent { message },
            Outcome::Later { after, error } => {
                let not_before = now + Duration::from_std(after).unwrap_or(Duration::seconds(30));
                if is_paced(row) {
                    self.pace.lock().await.hold(&row.chat.address, not_before);
                }
                Finished::Later { not_before, error: Some(error) }
            }
            Outcome::Unreached { error } => self.again(row, error, now),
            Outcome::Ambiguous { error } => self.maybe_again(row, error, now),
            Outcome::CardGone => {
                self.app.store().forget_card(row.chat.id, row.outgoing.card.map(|card| card.case)).await?;
                if row.outgoing.only_edit {
                    self.app.resend_card(row).await?;
                    Finished::Superseded
                } else {
                    Finished::Again { not_before: now, error: "the card was gone".into() }
                }
            }
            Outcome::Migrated { to } => {
                self.app.migrate_chat(row.chat.channel, &row.chat.address, &to).await?;
                Finished::Again { not_before: now, error: "the chat has moved".into() }
            }
            // A wrong token is the operator's to mend; the letters are as good as before.
            Outcome::Never { reason: Never::Unauthorised, error } => {
                Finished::Later { not_before: now + TOKEN_WAIT, error: Some(error) }
            }
            Outcome::Never { reason, error } => {
                if matches!(reason, Never::Blocked | Never::NotFound) {
                    self.app.unreachable(&row.chat, row.outgoing.card.map(|card| card.case)).await?;
                }
                Finished::Never { error }
            }
        })
    }

    fn again(&self, row: &OutboxRow, error: String, now: DateTime<Utc>) -> Finished {
        match self.rules.schedule.get(row.attempts as usize) {
            Some(wait) => Finished::Again { not_before: now + *wait, error },
            None => Finished::Never { error },
        }
    }

    /// It may have arrived. Edits are repeated freely; a letter once more, marked; a courtesy not.
    fn maybe_again(&self, row: &OutboxRow, error: String, now: DateTime<Utc>) -> Finished {
        if row.message.is_some() {
            return self.again(row, error, now);
        }
        if row.outgoing.courtesy || row.ambiguous {
            return Finished::Uncertain { error };
        }
        Finished::Ambiguous { not_before: now + self.rules.repeat_after, error }
    }
}

fn is_paced(row: &OutboxRow) -> bool {
    row.chat.channel == ChannelKind::Telegram
}

fn finished_word(finished: &Finished) -> &'static str {
    match finished {
        Finished::Sent { .. } => "sent",
        Finished::Again { .. } | Finished::Later { .. } => "later",
        Finished::Ambiguous { .. } | Finished::Uncertain { .. } => "uncertain",
        Finished::Never { .. } => "never",
        Finished::Superseded => "superseded",
        Finished::Expired => "expired",
    }
}
