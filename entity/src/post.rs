//! A role of a person in a unit.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "post")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub person: String,
    /// The order of the roster.
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: i32,
    pub role: String,
    pub unit: String,
}

impl ActiveModelBehavior for ActiveModel {}
