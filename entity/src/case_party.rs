//! People and chats that a case has to do with.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "case_party")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: i64,
    /// `person:CODE` or `chat:ID`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub party: String,
    /// `reporter`, `lead`, `helper` or `settler`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub part: String,
    /// It waits for this lead or helper.
    pub open: bool,
}

impl ActiveModelBehavior for ActiveModel {}
