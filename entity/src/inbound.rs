//! Every message that came in, by its id in the channel: what makes a second delivery harmless.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inbound")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub uid: String,
    /// `taken`, `failed` (may come again), `aside`, or `again` (from aside, being taken).
    pub state: String,
    /// As it came.
    #[sea_orm(column_type = "Text")]
    pub raw: String,
    pub attempts: i32,
    pub error: Option<String>,
    pub at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
