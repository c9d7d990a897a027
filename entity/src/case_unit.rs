//! Units that a case has to do with: its owner and the departments called to it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "case_unit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit: String,
    /// `owner` or `department`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    pub stage: String,
    /// Something is still owed by this unit.
    pub open: bool,
}

impl ActiveModelBehavior for ActiveModel {}
