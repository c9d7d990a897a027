//! After a calendar was loaded: deadlines that rested on a year nobody had published are computed again.

use crate::{
    app::{App, Change, Result, letters::Occasion},
    domain::{CaseId, life},
};

/// How often a case that somebody else has just changed is tried again.
const TRIES: usize = 8;

/// Computes deadlines again that rested on a year nobody had published. How many cases have new ones.
///
/// # Errors
/// The store's.
pub async fn recompute(app: &App) -> Result<usize> {
    let mut changed = 0;
    for id in app.store().provisional().await? {
        for _ in 0..TRIES {
            if let Some(again) = recompute_one(app, id).await? {
                changed += usize::from(again);
                break;
            }
        }
    }
    Ok(changed)
}

/// Did it get a new deadline? None when somebody else was faster.
async fn recompute_one(app: &App, id: CaseId) -> Result<Option<bool>> {
    let city = app.city();
    let mut tx = app.store().begin().await?;
    let Some(case) = tx.case(id).await? else { return Ok(Some(false)) };
    let Some(mut decision) = life::recompute(&case, &city.city, app.now()) else { return Ok(Some(false)) };
    decision.case.id = id;
    if !tx.save_case(&decision.case, case.version).await? {
        return Ok(None);
    }
    tx.append_events(id, &decision.events).await?;
    let changed = Change::to(&decision.case);
    app.write_letters(&mut tx, &city, &[decision], Occasion::Changed).await?;
    tx.commit().await?;
    app.announce(changed);
    Ok(Some(true))
}
