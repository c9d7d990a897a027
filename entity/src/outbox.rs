//! A letter to a chat. Written in the transaction of what it tells, sent afterwards.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub chat_id: i64,
    /// The case of a card.
    pub case_id: Option<i64>,
    /// The case's version that a card shows.
    pub version: Option<i32>,
    /// `pending`, `in_flight`, or how it ended.
    pub state: String,
    pub attempts: i32,
    pub not_before: i64,
    /// It was tried or paced and waits: the chat's later letters wait behind it.
    pub held: bool,
    /// The process that sends it.
    pub holder: Option<String>,
    pub lease_until: Option<i64>,
    /// An earlier try may have arrived.
    pub ambiguous: bool,
    /// JSON of `dialogue::Outgoing`.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    pub error: Option<String>,
    pub created_at: i64,
    pub finished_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
