//! The schema: brought up to date or back, each time as a whole.
//!
//! While a new version is rolled out the one before goes on beside it, over a schema that has steps it does
//! not know. That is well as long as those steps only add; one that takes away what the version before
//! reads says so by the end of its name ([`NARROWS`]), and an older program goes no further.

use super::{Backend, Error, Result, Store, Tx};
use migration::{Migrator, MigratorTrait, NARROWS};
use sea_orm::{ConnectionTrait, IntoDatabaseExecutor};
use std::collections::BTreeSet;

/// A dated step of the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name, which begins with its date.
    pub name: String,
    /// It has been taken.
    pub applied: bool,
    /// This program knows it; else a newer one has taken it.
    pub known: bool,
}

/// Two processes that start at once must not both build: this number is ours (`whistle` on a telephone).
const LOCK: i64 = 9_447_853;

impl Store {
    /// Brings the schema up to date; all missing steps or none.
    ///
    /// # Errors
    /// [`Error::Newer`] when this program is too old for it.
    pub async fn migrate_up(&self) -> Result<()> {
        let tx = self.alone().await?;
        let steps = steps(&tx.db).await?;
        // With a newer step there, nothing of ours is missing.
        is_current(&steps)?;
        if steps.iter().all(|step| step.known) {
            Migrator::up(&tx.db, None).await?;
        }
        tx.reckon_standings().await?;
        tx.commit().await
    }

    /// Takes back the newest `steps`, or all of them, with everything in their tables.
    ///
    /// # Errors
    /// [`Error::Newer`] when the newest are those of a newer program.
    pub async fn migrate_down(&self, steps: Option<u32>) -> Result<()> {
        let tx = self.alone().await?;
        if let Some(newer) = self::steps(&tx.db).await?.into_iter().find(|step| !step.known) {
            return Err(Error::Newer(newer.name));
        }
        Migrator::down(&tx.db, steps).await?;
        tx.commit().await
    }

    /// Every step, oldest first.
    pub async fn migrate_status(&self) -> Result<Vec<Step>> {
        steps(&self.db).await
    }

    /// Has every step been taken? A newer program may have taken more, as long as they add.
    ///
    /// # Errors
    /// [`Error::Newer`] when this program is too old for the schema.
    pub async fn is_current_schema(&self) -> Result<bool> {
        is_current(&self.migrate_status().await?)
    }

    async fn alone(&self) -> Result<Tx> {
        let tx = self.begin().await?;
        if tx.backend() == Backend::Postgres {
            tx.db.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
        }
        Ok(tx)
    }
}

async fn steps<'c>(db: impl IntoDatabaseExecutor<'c>) -> Result<Vec<Step>> {
    let mut applied: BTreeSet<String> = migration::applied(db).await?.into_iter().collect();
    let own = Migrator::migrations();
    let own = own.iter().map(|step| step.name().to_owned());
    let mut steps: Vec<Step> =
        own.map(|name| Step { applied: applied.remove(&name), name, known: true }).collect();
    steps.extend(applied.into_iter().map(|name| Step { name, applied: true, known: false }));
    Ok(steps)
}

/// A schema that lacks steps of this program while it has those of another was built by a stranger.
fn is_current(steps: &[Step]) -> Result<bool> {
    let is_complete = steps.iter().all(|step| step.applied);
    let mut newer = steps.iter().filter(|step| !step.known);
    match newer.find(|step| !is_complete || step.name.ends_with(NARROWS)) {
        Some(step) => Err(Error::Newer(step.name.clone())),
        None => Ok(is_complete),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &str, applied: bool, known: bool) -> Step {
        Step { name: name.into(), applied, known }
    }

    #[test]
    fn a_newer_step_is_well_where_it_adds_and_nothing_is_missing() {
        let (old, new) = (step("m1_case", true, true), step("m9_more", true, false));
        assert_eq!(is_current(std::slice::from_ref(&old)), Ok(true));
        assert_eq!(is_current(&[old.clone(), step("m2_chat", false, true)]), Ok(false));
        assert_eq!(is_current(&[old.clone(), new.clone()]), Ok(true));
        let narrow = step("m9_chat_narrows", true, false);
        assert_eq!(
            is_current(&[old.clone(), new.clone(), narrow]),
            Err(Error::Newer("m9_chat_narrows".into()))
        );
        assert_eq!(
            is_current(&[old.clone(), step("m3_own_narrows", true, true)]),
            Ok(true),
            "it knows that one"
        );
        let missing = [old, step("m2_chat", false, true), new];
        assert_eq!(is_current(&missing), Err(Error::Newer("m9_more".into())), "another line of versions");
    }
}
