//! Cases whose alarm could not be given: since when.

use crate::step::index;
use sea_orm_migration::{prelude::*, schema::big_integer_null};

const COLUMN: &str = "stuck_since";

pub(crate) struct Stuck;

pub(crate) fn step() -> Stuck {
    Stuck
}

impl MigrationName for Stuck {
    fn name(&self) -> &'static str {
        "m20261125_000010_stuck"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Stuck {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter().table("cases").add_column(big_integer_null(COLUMN)).take();
        manager.alter_table(table).await?;
        manager.create_index(index("cases", &[COLUMN])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite takes away no column that an index still uses.
        let index = Index::drop().name(format!("cases_{COLUMN}")).table("cases").to_owned();
        manager.drop_index(index).await?;
        manager.alter_table(Table::alter().table("cases").drop_column(COLUMN).take()).await
    }
}
