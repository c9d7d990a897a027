//! Who has looked at what they had to give a reason for; rows are added and never changed.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_log")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub at: i64,
    pub person: String,
    pub action: String,
    pub subject: String,
    pub reason: String,
}

impl ActiveModelBehavior for ActiveModel {}
