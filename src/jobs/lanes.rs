//! Letters on their way, each in the lane of its chat: as many side by side as the rules allow, and one
//! that is slow holds up its own chat only.

use super::Jobs;
use crate::{
    app::{Error, Result},
    store::Place,
};
use std::{sync::Arc, time::Duration};
use tokio::{task::JoinSet, time::Instant};

/// A claim is a round trip. Where few lanes are free it waits so long for more to become so.
const GATHERED: Duration = Duration::from_millis(10);

/// The lanes of one process. Dropped, what was on its way stays claimed until its lease runs out.
pub(super) struct Lanes {
    jobs: Arc<Jobs>,
    sending: JoinSet<Result<()>>,
    place: Place,
    handled: usize,
    failed: Option<Error>,
}

impl Lanes {
    /// Nothing is on its way yet.
    pub(super) fn new(jobs: Arc<Jobs>) -> Self {
        Self { jobs, sending: JoinSet::new(), place: Place::default(), handled: 0, failed: None }
    }

    /// Claims letters for the free lanes and begins to send them. How many.
    ///
    /// # Errors
    /// The store's; what is on its way goes on.
    pub(super) async fn fill(&mut self) -> Result<usize> {
        if self.free() == 0 {
            return Ok(0);
        }
        let rows = self.jobs.claim(self.free(), &mut self.place).await?;
        let claimed = rows.len();
        for row in rows {
            let jobs = self.jobs.clone();
            self.sending.spawn(async move { jobs.handle(&row).await });
        }
        Ok(claimed)
    }

    /// Waits until a lane is free again, a moment longer where that gives more of them; false when
    /// nothing was on its way.
    pub(super) async fn one_ends(&mut self) -> bool {
        let Some(ended) = self.sending.join_next().await else { return false };
        self.count(ended);
        let enough = self.jobs.rules.lanes.div_ceil(4);
        let until = Instant::now() + GATHERED;
        while self.free() < enough {
            match tokio::time::timeout_at(until, self.sending.join_next()).await {
                Ok(Some(ended)) => self.count(ended),
                _ => break,
            }
        }
        while let Some(ended) = self.sending.try_join_next() {
            self.count(ended);
        }
        true
    }

    /// How many more chats could be written to.
    pub(super) fn free(&self) -> usize {
        self.jobs.rules.lanes.saturating_sub(self.sending.len())
    }

    /// How many letters were handled, or what went wrong with one of them, since this was asked last.
    ///
    /// # Errors
    /// The store's. That letter stays claimed until its lease runs out.
    pub(super) fn outcome(&mut self) -> Result<usize> {
        let handled = std::mem::take(&mut self.handled);
        self.failed.take().map_or(Ok(handled), Err)
    }

    fn count(&mut self, ended: std::result::Result<Result<()>, tokio::task::JoinError>) {
        match ended.unwrap_or_else(|broken| Err(Error::Internal(format!("a letter: {broken}")))) {
            Ok(()) => self.handled += 1,
            Err(error) => self.failed = Some(error),
        }
    }
}
