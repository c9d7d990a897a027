//! A person's way into the console.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "password")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub person: String,
    /// Argon2id, in PHC form.
    pub hash: String,
    pub set_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
