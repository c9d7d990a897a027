//! The take-over: whoever notices first that an edition's time has come writes its units and its name in
//! one transaction; everybody else reads both or neither.

use crate::{
    app::{App, Result},
    domain::{Organisation, Unit, UnitCode, UnitLevel},
    store::{EditionRow, Tx},
};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// The levels that own ground.
pub(in crate::app) const GROUND: [UnitLevel; 5] = [
    UnitLevel::District,
    UnitLevel::Subdistrict,
    UnitLevel::Community,
    UnitLevel::Grid,
    UnitLevel::BuildingGroup,
];

impl App {
    /// Lets the edition whose time has come take over, where it has not yet.
    ///
    /// # Errors
    /// The store's; the edition before stays in force then.
    pub(in crate::app) async fn take_over_when_due(&self) -> Result<()> {
        let now = self.now();
        let due = self.store().edition_in_force(now).await?;
        let Some(due) = due.filter(|due| Some(*due) != self.look().edition_id) else { return Ok(()) };
        if self.store().edition_taken().await? == Some(due) {
            return Ok(());
        }
        let units = self.edition_units(due).await?;
        let tx = self.store().begin().await?;
        // The first write: it makes two processes that come here at once wait for each other.
        tx.bump_city_revision().await?;
        if tx.edition_in_force(now).await? == Some(due) && is_newer(&tx, due).await? {
            take_over(&tx, due, units, now).await?;
            tx.commit().await?;
            tracing::info!(edition = due, "a map edition has taken over");
        }
        Ok(())
    }
}

/// Is it newer than the one that has taken over? A process whose clock is behind must not go back.
async fn is_newer(tx: &Tx, due: i64) -> Result<bool> {
    let Some(taken) = tx.edition_taken().await? else { return Ok(true) };
    let key = |row: Option<EditionRow>| row.map(|row| (row.effective_at, row.id));
    Ok(key(tx.edition_row(due).await?) > key(tx.edition_row(taken).await?))
}

/// The edition and its units, in the caller's transaction. Units that it has no longer stay: cases were
/// routed by them, and people may hold posts there.
pub(in crate::app) async fn take_over(
    tx: &Tx,
    edition: i64,
    units: Vec<Unit>,
    now: DateTime<Utc>,
) -> Result<()> {
    let (known, _) = tx.load_organisation().await?;
    tx.replace_units(&GROUND, &with_gone(&Organisation::new(known, Vec::new()), units)).await?;
    Ok(tx.take_edition(edition, now).await?)
}

/// Units of an edition that waits, so that people can be given posts in new ones before it takes over.
/// What is known stays as it is. How many were new.
pub(in crate::app) async fn foretell(tx: &Tx, units: Vec<Unit>) -> Result<usize> {
    let (known, _) = tx.load_organisation().await?;
    let known = Organisation::new(known, Vec::new());
    let new: Vec<Unit> = units.into_iter().filter(|unit| known.unit(&unit.code).is_none()).collect();
    let count = new.len();
    if count > 0 {
        tx.replace_units(&GROUND, &with_gone(&known, new)).await?;
    }
    Ok(count)
}

/// The new units of the ground, and those that the new map has no longer, in code order.
pub(in crate::app) fn with_gone(before: &Organisation, now: Vec<Unit>) -> Vec<Unit> {
    let ground = before.units().filter(|unit| GROUND.contains(&unit.level)).cloned();
    let mut units: BTreeMap<UnitCode, Unit> = ground.map(|unit| (unit.code.clone(), unit)).collect();
    units.extend(now.into_iter().map(|unit| (unit.code.clone(), unit)));
    units.into_values().collect()
}
