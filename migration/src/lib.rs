//! Whistle's schema in dated steps, written with the schema builder so that SQLite and PostgreSQL get
//! the same. A step that has been released is never changed: a change is a new step.
//!
//! Text is `text` and times are 64-bit integers on both; `entity` says why.

mod m20261124_000001_case;
mod m20261124_000002_conversation;
mod m20261124_000003_city;
mod m20261124_000004_access;
mod m20261124_000005_unfinished;
mod m20261125_000007_kept;
mod m20261125_000008_standing;
mod m20261125_000009_map_form;
mod m20261125_000010_stuck;
mod m20261125_000011_map_change;
mod m20261125_000016_corrected;
mod m20261125_000017_lanes;
mod m20261125_000022_news;
mod m20261125_000023_last_use;
mod step;

pub use m20261125_000008_standing::UNRECKONED;
pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::{
    MigrationTrait, SchemaManager,
    sea_orm::{DbErr, EntityTrait, IntoDatabaseExecutor, QueryOrder},
    seaql_migrations::{Column, Entity},
};

/// How the name of a step ends that takes away, or makes narrower, what the version before reads or writes.
/// A program that does not know such a step is too old for the schema; any other it works beside.
pub const NARROWS: &str = "_narrows";

/// The names of the steps that have been taken, by whichever version.
///
/// # Errors
/// The database's.
pub async fn applied<'c>(db: impl IntoDatabaseExecutor<'c>) -> Result<Vec<String>, DbErr> {
    let manager = SchemaManager::new(db);
    if !manager.has_table("seaql_migrations").await? {
        return Ok(Vec::new());
    }
    let rows = Entity::find().order_by_asc(Column::Version).all(manager.get_connection()).await?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

/// Every step, oldest first.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261124_000001_case::step()),
            Box::new(m20261124_000002_conversation::step()),
            Box::new(m20261124_000003_city::step()),
            Box::new(m20261124_000004_access::step()),
            Box::new(m20261124_000005_unfinished::step()),
            Box::new(m20261125_000007_kept::step()),
            Box::new(m20261125_000008_standing::step()),
            Box::new(m20261125_000009_map_form::step()),
            Box::new(m20261125_000010_stuck::step()),
            Box::new(m20261125_000011_map_change::step()),
            Box::new(m20261125_000016_corrected::step()),
            Box::new(m20261125_000017_lanes::step()),
            Box::new(m20261125_000022_news::step()),
            Box::new(m20261125_000023_last_use::step()),
        ]
    }
}
