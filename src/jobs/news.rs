//! Pages are told what other processes do. Each process nudges the others after its commits, hears their
//! nudges, and looks at the event log now and then: a nudge that is lost costs a look's time, and nothing else.

use super::{Jobs, pause};
use crate::store;
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;

/// What is to be told is gathered for so long: however much is committed, the server carries few nudges.
const GATHER: Duration = Duration::from_millis(50);
/// How often the others are greeted.
const GREET: Duration = Duration::from_secs(10);
/// How often the log is looked at, and a broken line to the server is tried.
const LOOK: Duration = Duration::from_secs(2);

impl Jobs {
    pub(super) async fn news_loop(self: Arc<Self>, delivers: bool, stop: watch::Receiver<bool>) {
        let tell = self.tell_loop(delivers, stop.clone());
        let hear = self.hear_loop(stop.clone());
        let greet = self.greet_loop(stop.clone());
        let look = self.look_loop(stop);
        tokio::join!(tell, hear, greet, look);
    }

    async fn tell_loop(&self, delivers: bool, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            tokio::select! { () = self.app.has_news() => {}, _ = stop.changed() => {} }
            if let Err(error) = self.app.tell_others(&self.holder, delivers).await {
                tracing::warn!(%error, "the other processes could not be nudged; they look by themselves");
            }
            pause(GATHER, std::future::pending(), &mut stop).await;
        }
    }

    async fn hear_loop(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() && self.app.store().nudges() {
            tokio::select! {
                Err(error) = self.listen() => tracing::warn!(%error, "the line for nudges broke"),
                _ = stop.changed() => return,
            }
            pause(LOOK, std::future::pending(), &mut stop).await;
        }
    }

    /// Hears nudges until the line breaks.
    async fn listen(&self) -> store::Result<()> {
        let Some(mut listener) = self.app.store().listen().await? else { return Ok(()) };
        loop {
            match listener.heard().await? {
                Some(words) => self.app.hear(&words, &self.holder),
                None => self.look().await,
            }
        }
    }

    async fn greet_loop(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() && self.app.store().nudges() {
            if let Err(error) = self.app.greet(&self.holder).await {
                tracing::debug!(%error, "the other processes could not be greeted");
            }
            pause(GREET, std::future::pending(), &mut stop).await;
        }
    }

    async fn look_loop(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            self.look().await;
            pause(LOOK, std::future::pending(), &mut stop).await;
        }
    }

    async fn look(&self) {
        if let Err(error) = self.app.look_for_news().await {
            tracing::warn!(%error, "the event log could not be looked at");
        }
    }
}
