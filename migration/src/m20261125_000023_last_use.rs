//! When a program used its token last: one that nobody uses can be taken back.

use sea_orm_migration::{prelude::*, schema::big_integer_null};

const TABLE: &str = "api_client";
const COLUMN: &str = "last_used_at";

pub(crate) struct LastUse;

pub(crate) fn step() -> LastUse {
    LastUse
}

impl MigrationName for LastUse {
    fn name(&self) -> &'static str {
        "m20261125_000023_last_use"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for LastUse {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = big_integer_null(COLUMN);
        manager.alter_table(Table::alter().table(TABLE).add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table(TABLE).drop_column(COLUMN).to_owned()).await
    }
}
