//! What was decided about an open case whose owner is another on an edition that took over.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "map_choice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub edition: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: i64,
    /// It went to the new owner; else it was kept.
    pub moved: bool,
    pub from_unit: String,
    /// The new map's owner; none where its place is nobody's.
    pub to_unit: Option<String>,
    pub person: String,
    pub at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
