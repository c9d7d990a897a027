//! Asks for updates by long polling, and says where the webhook is.
//!
//! Each update keeps its text as it came: teloxide reads what it does not know as nothing, and what was
//! read as nothing could not be read again by a newer version. The offset is the caller's: an update is
//! confirmed by asking for the one after it, which is done after the commit.

use super::{CallError, Telegram};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::{sync::atomic::Ordering, time::Duration};
use teloxide::{payloads::DeleteWebhook, types::AllowedUpdate};
use tokio::time::Instant;

/// Some servers do not hold an empty answer back, whatever they are asked; they are left alone so long.
const REST: Duration = Duration::from_millis(200);
/// Updates at a time: few enough to be taken within the lease of whoever polls.
const BATCH: u8 = 50;
const ALLOWED: [AllowedUpdate; 4] = [
    AllowedUpdate::Message,
    AllowedUpdate::EditedMessage,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::MyChatMember,
];

/// One update as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawUpdate {
    /// Increases, but for a fresh start after a quiet week.
    pub id: i64,
    /// JSON.
    pub text: String,
}

/// Why there are no updates.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PollError {
    /// Only one may ask.
    #[error("another program asks for this bot's updates ({0}); stop it, or give it a bot of its own")]
    Conflict(CallError),
    /// The token is wrong or was revoked.
    #[error("the token is refused ({0}); see telegram.token")]
    Unauthorised(CallError),
    /// Anything else; ask again.
    #[error(transparent)]
    Failed(CallError),
}

/// teloxide's offset is an `i32`.
#[derive(Serialize)]
struct GetUpdates {
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<i64>,
    limit: u8,
    timeout: u64,
    allowed_updates: [AllowedUpdate; 4],
}

/// teloxide's `SetWebhook` is a form, for the sake of a certificate that we do not send.
#[derive(Serialize)]
struct SetWebhook<'a> {
    url: &'a str,
    secret_token: &'a str,
    allowed_updates: [AllowedUpdate; 4],
}

impl Telegram {
    /// The updates from `offset` on; held open for at most `timeout` while there are none.
    ///
    /// # Errors
    /// Why there are none; nothing is lost, ask again.
    pub async fn next_batch(
        &self,
        offset: impl Into<Option<i64>>,
        timeout: Duration,
    ) -> Result<Vec<RawUpdate>, PollError> {
        if !self.webhook_taken_away.load(Ordering::Relaxed) {
            self.delete_webhook().await;
        }
        let ask = GetUpdates {
            offset: offset.into(),
            limit: BATCH,
            timeout: timeout.as_secs(),
            allowed_updates: ALLOWED,
        };
        let rested = Instant::now() + REST.min(timeout);
        let answer = self.client.call_with("GetUpdates", &ask, timeout).await;
        let updates = answer.and_then(|answer| answer.read::<Vec<Box<RawValue>>>());
        let updates = updates.map_err(|error| self.poll_error(error))?;
        if updates.is_empty() {
            tokio::time::sleep_until(rested).await;
        }
        Ok(updates.iter().filter_map(|update| raw_update(update.get())).collect())
    }

    /// Has the updates brought to `url`, with `secret` in a header.
    ///
    /// # Errors
    /// The call's.
    pub async fn set_webhook(&self, url: &str, secret: &str) -> Result<(), CallError> {
        self.webhook_taken_away.store(false, Ordering::Relaxed);
        let set = SetWebhook { url, secret_token: secret, allowed_updates: ALLOWED };
        self.client.call_with("SetWebhook", &set, Duration::ZERO).await.map(drop)
    }

    /// A webhook that cannot be taken away is told by the next getUpdates.
    async fn delete_webhook(&self) {
        match self.client.call(&DeleteWebhook::new()).await {
            Ok(_) => self.webhook_taken_away.store(true, Ordering::Relaxed),
            Err(error) => tracing::warn!(%error, "the webhook could not be taken away"),
        }
    }

    fn poll_error(&self, error: CallError) -> PollError {
        match &error {
            CallError::Refused { code: 409, .. } => {
                // It may be a webhook that somebody has set since.
                self.webhook_taken_away.store(false, Ordering::Relaxed);
                PollError::Conflict(error)
            }
            error_of_token if error_of_token.is_unauthorised() => PollError::Unauthorised(error),
            _ => PollError::Failed(error),
        }
    }
}

/// What has no id can be neither kept nor confirmed.
fn raw_update(text: &str) -> Option<RawUpdate> {
    #[derive(Deserialize)]
    struct Id {
        update_id: i64,
    }
    match serde_json::from_str::<Id>(text) {
        Ok(Id { update_id: id }) => Some(RawUpdate { id, text: text.to_owned() }),
        Err(error) => {
            tracing::error!(%error, "an update without an id");
            None
        }
    }
}
