//! The next update to ask a messenger for.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "poll_offset")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub bot: String,
    pub value: i64,
    /// When the update before it was taken.
    pub at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
