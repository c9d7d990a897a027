//! Updates in: by long polling with the offset kept after the commit, or by the webhook.
//!
//! The updates of a chat are taken one after the other, the chats side by side, and each for itself: what
//! fails, even by a panic, is tried again, and after [`MOST_TRIES`] put aside with its error where an
//! administrator sees it; the others go on.

use super::{PollError, RawUpdate, Telegram, read_update};
use crate::{
    app::{App, Error, Heard, Result},
    dialogue::{Body, ChannelKind, Inbound},
    store::{Aside, POLLS},
    telemetry::Metrics,
};
use chrono::Duration;
use futures_util::future::join_all;
use std::{collections::BTreeMap, sync::Arc};
use tokio::{sync::watch, task::JoinSet};
use tracing::Instrument;

/// An update that failed this often is put aside.
const MOST_TRIES: u32 = 5;
/// Who polls is settled by a lease: a process that dies is followed by another after this.
const LEASE: Duration = Duration::seconds(15);
/// The lease is kept while a poll is held open and while updates are taken.
const RENEW: std::time::Duration = std::time::Duration::from_secs(5);
/// After a week without updates Telegram counts from a number of its choice; we forget ours a day before.
const QUIET: Duration = Duration::days(6);
const PAUSE: std::time::Duration = std::time::Duration::from_secs(2);

/// Takes the updates of one bot.
#[derive(Clone)]
pub struct Listener {
    app: App,
    telegram: Arc<Telegram>,
    metrics: Arc<Metrics>,
    holder: String,
}

impl Listener {
    /// A listener of a bot; `holder` names this process in leases.
    pub fn new(app: App, telegram: Arc<Telegram>, metrics: Arc<Metrics>, holder: String) -> Self {
        Self { app, telegram, metrics, holder }
    }

    /// Takes one update as it came. `Ok` means that it is kept, or put aside: it may be acknowledged.
    ///
    /// # Errors
    /// It could not be kept now; let it be brought again.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn take(&self, text: &str) -> Result<()> {
        let inbound = read_update(text, self.telegram.bot_id(), self.telegram.datum(), self.app.now());
        let uid = inbound.as_ref().map_or_else(|| super::fallback_uid(text), |inbound| inbound.uid.clone());
        let Some(inbound) = inbound else { return self.put_aside(&uid, text, "it cannot be read").await };
        match self.isolated(inbound.clone(), text.to_owned()).await {
            Ok(heard) => {
                self.metrics.heard(ChannelKind::Telegram, if heard.repeated { "repeated" } else { "taken" });
                self.answer(&inbound, heard);
                Ok(())
            }
            Err(error) => self.failed(&uid, text, error).await,
        }
    }

    /// Takes an update that was put aside once more. One that still cannot be taken is put aside again.
    ///
    /// # Errors
    /// The store's.
    pub async fn take_again(&self, aside: &Aside) -> Result<()> {
        if !self.app.store().reopen_aside(aside.channel, &aside.uid).await? {
            return Ok(());
        }
        match self.take(&aside.raw).await {
            Ok(()) => Ok(()),
            // Nobody brings it again.
            Err(error) => self.put_aside(&aside.uid, &aside.raw, &error.to_string()).await,
        }
    }

    /// A panic in the taking of one update must not end the taking of the others.
    async fn isolated(&self, inbound: Inbound, text: String) -> Result<Heard> {
        let app = self.app.clone();
        let taking = async move { app.converse(&inbound, &text).await };
        let taking = tokio::spawn(taking.in_current_span());
        taking.await.unwrap_or_else(|error| Err(Error::Internal(format!("a panic: {error}"))))
    }

    /// A press is answered at once and after the commit. A courtesy: it is not worth a row.
    fn answer(&self, inbound: &Inbound, heard: Heard) {
        let Body::Press { press, .. } = &inbound.body else { return };
        let (telegram, press) = (self.telegram.clone(), press.clone());
        tokio::spawn(async move {
            if let Err(error) = telegram.answer_press(&press, heard.toast.as_deref()).await {
                tracing::debug!(%error, "a press was not answered");
            }
        });
    }

    async fn failed(&self, uid: &str, text: &str, error: Error) -> Result<()> {
        let why = error.to_string();
        let tries =
            self.app.store().inbound_failed(ChannelKind::Telegram, uid, text, &why, self.app.now()).await?;
        tracing::error!(tries, %error, "an update could not be taken");
        if tries < MOST_TRIES {
            self.metrics.heard(ChannelKind::Telegram, "failed");
            return Err(error);
        }
        self.put_aside(uid, text, &why).await
    }

    async fn put_aside(&self, uid: &str, text: &str, why: &str) -> Result<()> {
        self.app.store().put_aside(ChannelKind::Telegram, uid, text, why, self.app.now()).await?;
        self.metrics.heard(ChannelKind::Telegram, "put_aside");
        Ok(())
    }

    /// Asks for updates until `stop` says so. One that is being taken then is not confirmed: it comes again,
    /// and is known by its id where its transaction was committed.
    pub async fn poll(self, timeout: std::time::Duration, mut stop: watch::Receiver<bool>) {
        let lease = format!("{POLLS}{}", self.telegram.bot_id());
        let mut waits = false;
        while !*stop.borrow() {
            let wait = tokio::select! {
                done = self.poll_once(&lease, timeout) => match done {
                    Ok(Round::Done) => {
                        waits = false;
                        None
                    }
                    Ok(Round::Again) => Some(PAUSE),
                    Ok(Round::Others) => {
                        if !waits {
                            tracing::info!("another process asks for this bot's updates; waiting for its lease");
                        }
                        waits = true;
                        Some(PAUSE)
                    }
                    Err(error) => {
                        tracing::warn!(%error, "updates could not be asked for");
                        Some(PAUSE)
                    }
                },
                _ = stop.changed() => None,
            };
            if let Some(wait) = wait {
                tokio::select! { () = tokio::time::sleep(wait) => {}, _ = stop.changed() => {} }
            }
        }
        let _ = self.app.store().release_lease(&lease, &self.holder).await;
    }

    /// One round, under the lease of this name.
    ///
    /// # Errors
    /// The store's, or the Bot API's.
    pub async fn poll_once(&self, lease: &str, timeout: std::time::Duration) -> Result<Round> {
        let (store, now) = (self.app.store(), self.app.now());
        if !store.take_lease(lease, &self.holder, now + LEASE, now).await? {
            return Ok(Round::Others);
        }
        // A task of its own, ended with this round: it must not wait for what is taken beside it.
        let mut kept = JoinSet::new();
        kept.spawn(keep_lease(self.app.clone(), lease.to_owned(), self.holder.clone()));
        tokio::select! {
            round = self.take_batch(timeout) => round,
            _ = kept.join_next() => Ok(Round::Others),
        }
    }

    async fn take_batch(&self, timeout: std::time::Duration) -> Result<Round> {
        let (store, now) = (self.app.store(), self.app.now());
        let bot = self.telegram.bot_id().to_string();
        // Asking for what comes after a number that is higher than theirs would bring nothing, for ever.
        // What was taken and comes again without an offset is known by its id.
        let offset = store.offset(&bot).await?;
        let offset =
            offset.filter(|(_, taken)| taken.is_some_and(|at| now - at < QUIET)).map(|(next, _)| next);
        let batch = self
            .telegram
            .next_batch(offset, timeout)
            .await
            .map_err(|error: PollError| Error::Internal(error.to_string()))?;
        let Some(last) = batch.iter().map(|update| update.id).max() else { return Ok(Round::Done) };
        let mut lanes: BTreeMap<String, Vec<RawUpdate>> = BTreeMap::new();
        for update in batch {
            lanes.entry(self.lane_of(&update)).or_default().push(update);
        }
        let held_up = join_all(lanes.into_values().map(|lane| self.take_lane(lane))).await;
        let held_up = held_up.into_iter().flatten().min();
        // What was taken behind one that is held up comes again, and is known by its id.
        store.set_offset(&bot, held_up.unwrap_or(last + 1), self.app.now()).await?;
        Ok(if held_up.is_some() { Round::Again } else { Round::Done })
    }

    /// What one chat says is taken in its order.
    fn lane_of(&self, RawUpdate { text, .. }: &RawUpdate) -> String {
        let inbound = read_update(text, self.telegram.bot_id(), self.telegram.datum(), self.app.now());
        inbound.map_or_else(|| super::fallback_uid(text), |inbound| inbound.chat)
    }

    /// Takes updates one after the other; the number of the first one that could not be taken, with which
    /// the lane ends.
    async fn take_lane(&self, lane: Vec<RawUpdate>) -> Option<i64> {
        for RawUpdate { id, text } in lane {
            if self.take(&text).await.is_err() {
                return Some(id);
            }
        }
        None
    }
}

/// What a round of polling came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// Everything that came was taken.
    Done,
    /// An update could not be taken and has to be brought again.
    Again,
    /// Another process polls.
    Others,
}

/// Ends when the lease is another's.
async fn keep_lease(app: App, lease: String, holder: String) {
    loop {
        tokio::time::sleep(RENEW).await;
        let now = app.now();
        match app.store().take_lease(&lease, &holder, now + LEASE, now).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::warn!(%error, "the lease on a bot's updates could not be renewed"),
        }
    }
}
