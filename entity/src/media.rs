//! A photo or voice note: known by the messenger's reference first, by its bytes later.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "media")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub channel: String,
    /// The reference to fetch it by.
    pub remote: String,
    pub unique_id: Option<String>,
    /// `photo` or `voice`.
    pub kind: String,
    pub mime: Option<String>,
    /// Bytes.
    pub size: Option<i64>,
    /// `waiting`, `stored`, `refused` or `lost`.
    pub state: String,
    /// Where the bytes lie as they came.
    pub original_key: Option<String>,
    /// Where the bytes lie that others may see.
    pub shown_key: Option<String>,
    pub attempts: i32,
    pub not_before: i64,
    pub error: Option<String>,
    pub case_id: Option<i64>,
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
