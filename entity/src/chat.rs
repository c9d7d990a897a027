//! One conversation on one channel.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "chat")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub channel: String,
    /// The chat's address in the channel.
    pub address: String,
    /// `private` or `group`.
    pub kind: String,
    /// Who is bound to a private chat.
    pub person: Option<String>,
    /// Which unit has bound a group.
    pub unit: Option<String>,
    pub language: Option<String>,
    pub name: Option<String>,
    /// JSON, the conversation's own.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// Counts writes: the optimistic version.
    pub version: i32,
    pub reachable: bool,
    /// Counts changes of its messages in the built-in chat.
    pub revision: i64,
    pub created_at: i64,
    /// When its unfinished report goes to the desk as it is.
    pub overdue_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
