//! A map as it was loaded; a case keeps the edition that it was routed by.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "map_edition")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub digest: String,
    /// None: a draft.
    pub effective_at: Option<i64>,
    pub loaded_at: i64,
    /// What people call it.
    pub name: Option<String>,
    /// Who gave it its time, or withdrew it.
    pub decided_by: Option<String>,
    /// When it took over in truth.
    pub taken_at: Option<i64>,
    /// It will not come into force.
    pub withdrawn_at: Option<i64>,
    pub datum: String,
    #[sea_orm(column_type = "Text")]
    pub geojson: String,
}

impl ActiveModelBehavior for ActiveModel {}
