//! A person of the roster.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub name: String,
    pub language: String,
    /// The number, encrypted.
    pub phone: Option<Vec<u8>>,
}

impl ActiveModelBehavior for ActiveModel {}
