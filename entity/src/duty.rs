//! A turn of the duty roster: one week that repeats.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "duty")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub unit: String,
    pub person: String,
    /// 1 Monday to 7 Sunday.
    pub weekday: i32,
    /// `08:00`, the district's own time.
    pub from_time: String,
    /// Before `from_time` where it ends on the next day.
    pub to_time: String,
    /// First day, `2026-10-01`.
    pub valid_from: Option<String>,
    /// Last day.
    pub valid_to: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
