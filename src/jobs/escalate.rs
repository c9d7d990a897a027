//! Deadlines: every case whose alarm is due is woken through `act`. Two processes meeting is harmless:
//! the version lets one win, and the other finds nothing due. A case that cannot be woken is put back a
//! little and marked, and holds up no other.

use super::{Jobs, pause};
use crate::{
    app::{Error, Result},
    domain::{Actor, CaseId, Command},
};
use chrono::{DateTime, TimeDelta, Utc};
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;

/// Cases woken at a time, oldest alarm first.
const BATCH: u64 = 64;
/// Before an alarm that could not be given rings again.
const AGAIN: TimeDelta = TimeDelta::minutes(1);
/// The longest wait before looking again: another process may have set an alarm.
const LONGEST: Duration = Duration::from_secs(5);
/// The shortest: an alarm that cannot be given is not tried in a tight loop.
const SHORTEST: Duration = Duration::from_millis(200);

impl Jobs {
    /// Wakes what is due, oldest first, and hands over the reports that nobody finished. How many were
    /// dealt with.
    ///
    /// # Errors
    /// The store's. One case that cannot be woken is logged and does not stop the others, and none of
    /// them the reports.
    pub async fn escalate(&self) -> Result<usize> {
        let now = self.app.now();
        let woken = self.wake_due(now).await;
        let finished = self.finish_reports(now).await?;
        Ok(woken? + finished)
    }

    async fn wake_due(&self, now: DateTime<Utc>) -> Result<usize> {
        let due = self.app.store().due(now, BATCH).await?;
        for id in &due {
            if let Err(error) = self.wake(*id, now).await {
                tracing::error!(case.id = id.0, %error, "a due case could not be woken");
                self.app.store().alarm_failed(*id, now + AGAIN, now).await?;
            }
        }
        Ok(due.len())
    }

    #[tracing::instrument(level = "debug", skip_all, fields(case.id = id.0))]
    async fn wake(&self, id: CaseId, now: DateTime<Utc>) -> Result<()> {
        let case = self.app.act(id, Command::Wake, &Actor::clock(now), None).await?;
        if case.wake_at.is_some_and(|at| at <= now) {
            return Err(Error::Internal("it is still due after waking".into()));
        }
        Ok(())
    }

    /// Unfinished reports whose time has come go to the desk as they are, each for itself.
    async fn finish_reports(&self, now: DateTime<Utc>) -> Result<usize> {
        let mut finished = 0;
        for chat in self.app.store().overdue_chats(now, BATCH).await? {
            match self.app.finish_overdue(chat).await {
                Ok(handed_over) => finished += usize::from(handed_over),
                Err(error) => {
                    tracing::error!(chat.id = chat.0, %error, "an unfinished report stays");
                    self.app.store().overdue_failed(chat, now + AGAIN, now).await?;
                }
            }
        }
        Ok(finished)
    }

    pub(super) async fn escalate_loop(self: Arc<Self>, on: bool, mut stop: watch::Receiver<bool>) {
        while on && !*stop.borrow() {
            match self.escalate().await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::error!(%error, "deadlines could not be looked at"),
            }
            pause(self.until_next_alarm().await, std::future::pending(), &mut stop).await;
        }
    }

    async fn until_next_alarm(&self) -> Duration {
        let next = self.app.store().next_wake().await.ok().flatten();
        let wait = next.map(|at| (at - self.app.now()).to_std().unwrap_or_default());
        wait.unwrap_or(LONGEST).clamp(SHORTEST, LONGEST)
    }
}
