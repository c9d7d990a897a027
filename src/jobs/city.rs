//! The city of this process follows the database: what another process has loaded, and the edition of the
//! map whose time has come. It runs in every process, whatever else runs there.

use super::{Jobs, pause};
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;

/// The longest wait before looking again: another process may have loaded a file.
const LONGEST: Duration = Duration::from_secs(5);
/// The shortest: an edition that cannot take over is not tried in a tight loop.
const SHORTEST: Duration = Duration::from_millis(100);

impl Jobs {
    pub(super) async fn city_loop(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.app.refresh_city().await {
                tracing::error!(%error, "the city could not be read");
            }
            pause(self.until_next_edition().await, std::future::pending(), &mut stop).await;
        }
    }

    /// A take-over is not late by a whole round.
    async fn until_next_edition(&self) -> Duration {
        let now = self.app.now();
        let next = self.app.store().next_edition_at(now).await.ok().flatten();
        let wait = next.map(|at| (at - now).to_std().unwrap_or_default());
        wait.unwrap_or(LONGEST).clamp(SHORTEST, LONGEST)
    }
}
