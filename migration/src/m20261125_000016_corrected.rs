//! Cases by the grid that the map gave them: where people knew better than the map.

use crate::step::index;
use sea_orm_migration::prelude::*;

pub(crate) struct Corrected;

pub(crate) fn step() -> Corrected {
    Corrected
}

impl MigrationName for Corrected {
    fn name(&self) -> &'static str {
        "m20261125_000016_corrected"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Corrected {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("cases", &["map_grid", "reported_at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::drop().name("cases_map_grid_reported_at").table("cases").to_owned();
        manager.drop_index(index).await
    }
}
