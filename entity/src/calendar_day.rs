//! A day that differs from Monday to Friday.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_day")]
pub struct Model {
    /// `2026-10-01`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub date: String,
    /// `off` or `work`.
    pub kind: String,
    pub name: String,
}

impl ActiveModelBehavior for ActiveModel {}
