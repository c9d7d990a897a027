//! The schema: brought up to date or back, each time as a whole.

use super::{Backend, Result, Store, Tx};
use migration::{MigrationStatus, Migrator, MigratorTrait};
use sea_orm::ConnectionTrait;

/// A dated step of the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name, which begins with its date.
    pub name: String,
    /// It has been taken.
    pub applied: bool,
}

/// Two processes that start at once must not both build: this number is ours (`whistle` on a telephone).
const LOCK: i64 = 9_447_853;

impl Store {
    /// Brings the schema up to date; all missing steps or none.
    pub async fn migrate_up(&self) -> Result<()> {
        let tx = self.alone().await?;
        Migrator::up(&tx.db, None).await?;
        tx.reckon_standings().await?;
        tx.commit().await
    }

    /// Takes back the newest `steps`, or all of them, with everything in their tables.
    pub async fn migrate_down(&self, steps: Option<u32>) -> Result<()> {
        let tx = self.alone().await?;
        Migrator::down(&tx.db, steps).await?;
        tx.commit().await
    }

    /// Every step, oldest first.
    pub async fn migrate_status(&self) -> Result<Vec<Step>> {
        let steps = Migrator::get_migration_with_status_read_only(&self.db).await?;
        let step = |one: &migration::Migration| Step {
            name: one.name().to_owned(),
            applied: one.status() == MigrationStatus::Applied,
        };
        Ok(steps.iter().map(step).collect())
    }

    /// Has every step been taken?
    ///
    /// # Errors
    /// Also when a newer program has taken steps that this one does not know.
    pub async fn is_current_schema(&self) -> Result<bool> {
        Ok(self.migrate_status().await?.iter().all(|step| step.applied))
    }

    async fn alone(&self) -> Result<Tx> {
        let tx = self.begin().await?;
        if tx.backend() == Backend::Postgres {
            tx.db.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
        }
        Ok(tx)
    }
}
