//! What has happened to a case; rows are added and never changed.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: i64,
    /// 1 for the report, then without a gap.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i32,
    pub kind: String,
    /// The server's time.
    pub at: i64,
    /// The person's own time, capped.
    pub said_at: i64,
    /// `person:CODE`, `chat:ID`, `anonymous` or `clock`.
    pub by: String,
    pub via: String,
    /// JSON of `domain::Event`.
    #[sea_orm(column_type = "Text")]
    pub body: String,
}

impl ActiveModelBehavior for ActiveModel {}
