//! Lanes of letters, found without looking at what has ended, and letters that change without a change
//! in an index: of a claim and of what became of it, every index with the state in it was written twice.

use crate::step::index;
use sea_orm_migration::prelude::*;

const TABLE: &str = "outbox";

pub(crate) struct Lanes;

pub(crate) fn step() -> Lanes {
    Lanes
}

fn old() -> [IndexCreateStatement; 3] {
    [
        index(TABLE, &["chat_id", "state", "id"]),
        index(TABLE, &["state", "id"]),
        index(TABLE, &["case_id", "state"]),
    ]
}

fn new() -> [IndexCreateStatement; 3] {
    let open = index(TABLE, &["chat_id", "id"])
        .name("outbox_open")
        .and_where(Expr::col("finished_at").is_null())
        .take();
    let dead = index(TABLE, &["id"]).name("outbox_dead").and_where(Expr::cust("state = 'never'")).take();
    [open, dead, index(TABLE, &["case_id"])]
}

impl MigrationName for Lanes {
    fn name(&self) -> &'static str {
        "m20261125_000017_lanes"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Lanes {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, old(), new()).await?;
        fill(manager, "SET (fillfactor = 60)").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, new(), old()).await?;
        fill(manager, "RESET (fillfactor)").await
    }
}

async fn replace(
    manager: &SchemaManager<'_>,
    gone: [IndexCreateStatement; 3],
    instead: [IndexCreateStatement; 3],
) -> Result<(), DbErr> {
    for index in instead {
        manager.create_index(index).await?;
    }
    for index in gone {
        if let Some(name) = index.get_index_spec().get_name() {
            manager.drop_index(Index::drop().name(name).table(TABLE).to_owned()).await?;
        }
    }
    Ok(())
}

/// PostgreSQL: room in a page for the changes that its letters are yet to go through.
async fn fill(manager: &SchemaManager<'_>, how: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == sea_orm_migration::sea_orm::DbBackend::Postgres {
        manager.get_connection().execute_unprepared(&format!("ALTER TABLE {TABLE} {how}")).await?;
    }
    Ok(())
}
