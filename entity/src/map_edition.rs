//! A map as it was loaded; a case keeps the edition that it was routed by.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "map_edition")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub digest: String,
    pub effective_at: i64,
    pub loaded_at: i64,
    pub datum: String,
    #[sea_orm(column_type = "Text")]
    pub geojson: String,
}

impl ActiveModelBehavior for ActiveModel {}
