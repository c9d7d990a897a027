//! Upkeep: the bytes of photos and voice notes are fetched from the messenger that has them, and what
//! has served its purpose is removed.

use super::{Jobs, pause};
use crate::{
    app::{Error, Result},
    messenger::FetchError,
    store::{Media, Unfetched},
};
use chrono::Duration;
use std::sync::Arc;
use tokio::sync::watch;

/// Files fetched at a time.
const BATCH: u64 = 8;
/// A file that did not come so often is given up, after more than a day; the case and its words stay.
const MOST_TRIES: u32 = 36;
/// The shortest and the longest wait before a file is asked for again. Between them it is waited as long
/// again as the file has been waited for already.
const WAITS: (Duration, Duration) = (Duration::seconds(5), Duration::hours(1));
/// How often is looked for what is kept no longer.
const FORGET_EVERY: Duration = Duration::hours(1);
const PAUSE: std::time::Duration = std::time::Duration::from_secs(2);

impl Jobs {
    /// Fetches what waits. How many files were handled.
    ///
    /// # Errors
    /// The store's.
    pub async fn fetch_media(&self) -> Result<usize> {
        let waiting = self.app.store().media_waiting(self.app.now(), BATCH).await?;
        for media in &waiting {
            self.fetch(media).await?;
        }
        Ok(waiting.len())
    }

    /// Removes a batch of what is kept no longer. How many rows.
    ///
    /// # Errors
    /// The store's.
    pub async fn forget(&self) -> Result<u64> {
        let (store, now, spans) = (self.app.store(), self.app.now(), self.app.options().spans);
        let messages = store.forget_inbound(now - spans.inbound).await?;
        let letters = store.forget_letters(now - spans.letters).await?;
        Ok(messages + letters + store.end_expired_sessions(now).await?)
    }

    pub(super) async fn keep_loop(self: Arc<Self>, on: bool, mut stop: watch::Receiver<bool>) {
        let mut next_forget = self.app.now();
        while on && !*stop.borrow() {
            match self.fetch_media().await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::error!(%error, "files could not be fetched"),
            }
            if self.app.now() >= next_forget {
                match self.forget().await {
                    Ok(0) => next_forget = self.app.now() + FORGET_EVERY,
                    Ok(_) => continue,
                    Err(error) => tracing::error!(%error, "what is no longer needed could not be removed"),
                }
            }
            pause(PAUSE, std::future::pending(), &mut stop).await;
        }
    }

    async fn fetch(&self, media: &Media) -> Result<()> {
        let (store, now) = (self.app.store(), self.app.now());
        let not_before = now + (now - media.at).clamp(WAITS.0, WAITS.1);
        let why = match self.bytes(media).await {
            Ok(kept) => {
                store.media_stored(media.id, &kept.original, &kept.shown, &kept.mime, kept.size).await?;
                return Ok(());
            }
            Err(Refetch::Refused(error)) => return Ok(store.media_refused(media.id, &error).await?),
            Err(Refetch::Later(error)) => Unfetched::Later { not_before, error },
            Err(Refetch::Again(error)) if media.attempts + 1 < MOST_TRIES => {
                Unfetched::Again { not_before, error }
            }
            Err(Refetch::Again(error) | Refetch::Never(error)) => Unfetched::Lost { error },
        };
        Ok(store.media_failed(media.id, &why).await?)
    }

    async fn bytes(&self, media: &Media) -> std::result::Result<crate::app::media::Kept, Refetch> {
        let messenger = self.messengers.get(&media.channel);
        let messenger = messenger.ok_or_else(|| Refetch::Later("this channel is switched off".into()))?;
        let most = self.app.options().blobs.as_ref().map_or(0, |blobs| blobs.max_bytes);
        let bytes = messenger.fetch(&media.remote, most).await.map_err(|error| match error {
            FetchError::Unreached(error) => Refetch::Later(error),
            FetchError::Failed(error) => Refetch::Again(error),
            other => Refetch::Never(other.to_string()),
        })?;
        self.app.keep_upload(bytes).await.map_err(|error| match error {
            Error::BadInput(why) => Refetch::Refused(why),
            other => Refetch::Later(other.to_string()),
        })
    }
}

enum Refetch {
    /// Nobody could be asked, or there is nowhere to keep it just now.
    Later(String),
    /// It did not come.
    Again(String),
    /// The messenger does not give it.
    Never(String),
    /// It is not what is taken here.
    Refused(String),
}
