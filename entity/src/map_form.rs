//! A map edition as bytes that load quickly: made from its file, and made anew where it is missing.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "map_form")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub edition: i64,
    pub body: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
