//! The newest events are found at once: every process looks at them now and then, to learn what others did.

use crate::step::index;
use sea_orm_migration::prelude::*;

pub(crate) struct News;

pub(crate) fn step() -> News {
    News
}

impl MigrationName for News {
    fn name(&self) -> &'static str {
        "m20261125_000022_news"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for News {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("event", &["at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("event_at").table("event").to_owned()).await
    }
}
