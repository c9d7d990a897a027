//! A message of the built-in chat.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "chat_message")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub chat_id: i64,
    /// From the person, not to the person.
    pub mine: bool,
    /// JSON of what the page shows.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    pub at: i64,
    pub edited_at: Option<i64>,
    /// The chat's revision that last touched it.
    pub revision: i64,
}

impl ActiveModelBehavior for ActiveModel {}
