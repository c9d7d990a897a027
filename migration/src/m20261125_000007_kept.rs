//! What was read and not kept: a department's published work list, and when a bot's last update came.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer_null, text_null},
};

pub(crate) struct Kept;

pub(crate) fn step() -> Kept {
    Kept
}

impl MigrationName for Kept {
    fn name(&self) -> &'static str {
        "m20261125_000007_kept"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Kept {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let list = Table::alter().table("unit").add_column(text_null("work_list")).take();
        manager.alter_table(list).await?;
        manager
            .alter_table(Table::alter().table("poll_offset").add_column(big_integer_null("at")).take())
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("poll_offset").drop_column("at").take()).await?;
        manager.alter_table(Table::alter().table("unit").drop_column("work_list").take()).await
    }
}
