//! Chats whose unfinished report waits for its end: found by the time at which it goes to the desk.

use crate::step::index;
use sea_orm_migration::{prelude::*, schema::big_integer_null};

const COLUMN: &str = "overdue_at";

pub(crate) struct Unfinished;

pub(crate) fn step() -> Unfinished {
    Unfinished
}

impl MigrationName for Unfinished {
    fn name(&self) -> &'static str {
        "m20261124_000005_unfinished"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Unfinished {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("chat").add_column(big_integer_null(COLUMN)).take()).await?;
        manager.create_index(index("chat", &[COLUMN])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite takes away no column that an index still uses.
        let index = Index::drop().name(format!("chat_{COLUMN}")).table("chat").to_owned();
        manager.drop_index(index).await?;
        manager.alter_table(Table::alter().table("chat").drop_column(COLUMN).take()).await
    }
}
