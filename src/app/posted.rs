//! What became of letters is written down together: a letter that left costs a transaction, and in a
//! storm hundreds leave in a second.

use super::{App, Result};
use crate::store::{Finished, OutboxRow};

/// Letters whose ends are written together, at most.
pub(super) const TOGETHER: usize = 64;

/// A claimed letter and what became of it.
pub(super) type Ended = (OutboxRow, Finished);

impl App {
    /// Says what became of a claimed letter; false when that claim is no longer the letter's.
    ///
    /// # Errors
    /// The store's. The letter stays claimed until its lease runs out.
    pub async fn finish(&self, row: &OutboxRow, finished: Finished) -> Result<bool> {
        let app = self.clone();
        let all = move |ended: Vec<Ended>| {
            let app = app.clone();
            async move {
                let letters: Vec<_> = ended.iter().map(|(row, finished)| (row, finished)).collect();
                match app.store().finish_all(&letters, app.now()).await {
                    Ok(mine) => mine.into_iter().map(Some).collect(),
                    Err(error) => {
                        tracing::debug!(%error, letters = letters.len(), "letters could not be ended together");
                        vec![None; letters.len()]
                    }
                }
            }
        };
        match self.inner.ending.join(row.id.to_string(), (row.clone(), finished.clone()), all).await.flatten()
        {
            Some(mine) => Ok(mine),
            None => Ok(self.store().finish(row, finished, self.now()).await?),
        }
    }
}
