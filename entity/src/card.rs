//! The one message of a chat that shows a case; edited in place.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "card")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub chat_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: i64,
    /// The message's reference in the chat.
    pub message: String,
    /// The case's version that it shows.
    pub version: i32,
    pub sent_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
