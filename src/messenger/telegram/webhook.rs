//! Where updates are brought, told to Telegram: in the background, because Telegram may be away when the
//! program starts, and once is enough.

use super::Telegram;
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;

/// The first wait before Telegram is told again; it doubles …
const FIRST: Duration = Duration::from_secs(1);
/// … up to this one.
const LONGEST: Duration = Duration::from_mins(5);

/// Where updates are to be brought.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// The address, `https://…/telegram/webhook`.
    pub url: String,
    /// What every request must bring in its header.
    pub secret: String,
}

impl Telegram {
    /// Sets the webhook, where there is one, and publishes the menus; tries until Telegram has heard it or
    /// `stop` says so.
    pub async fn announce(self: Arc<Self>, webhook: Option<Webhook>, mut stop: watch::Receiver<bool>) {
        let told = async {
            if let Some(webhook) = &webhook {
                self.tell(webhook).await;
            }
            self.publish_commands().await;
        };
        tokio::select! { () = told => {}, _ = stop.wait_for(|stopped| *stopped) => {} }
    }

    async fn tell(&self, webhook: &Webhook) {
        let mut wait = FIRST;
        while let Err(error) = self.set_webhook(&webhook.url, &webhook.secret).await {
            tracing::warn!(%error, wait = wait.as_secs(), "the webhook could not be set, it is tried again");
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST);
        }
    }
}
