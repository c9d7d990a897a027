//! A unit of the organisation.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "unit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub name: String,
    pub name_en: Option<String>,
    pub level: String,
    pub parent: Option<String>,
    /// JSON of a list of words; none when it is empty.
    #[sea_orm(column_type = "Text", nullable)]
    pub work_list: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
