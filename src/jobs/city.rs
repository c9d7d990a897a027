//! The city of this process follows the database: what another process has loaded, and the edition of the
//! map whose time has come. It runs in every process, whatever else runs there.

use super::{Jobs, pause};
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;

/// The wait before looking again: another process may have loaded a file.
const LONGEST: Duration = Duration::from_secs(5);

impl Jobs {
    pub(super) async fn city_loop(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.app.refresh_city().await {
                tracing::error!(%error, "the city could not be read");
            }
            pause(LONGEST, std::future::pending(), &mut stop).await;
        }
    }
}
