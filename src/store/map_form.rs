//! The stored form of a map edition: what `atlas` wrote, kept beside the file that it was made from.

use super::{Result, Rows};
use entity::map_form::{self, Column};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, sea_query::OnConflict};

impl<C: ConnectionTrait> Rows<C> {
    /// Keeps the form of an edition, in place of the one before.
    pub async fn save_map_form(&self, edition: i64, body: Vec<u8>) -> Result<()> {
        let _turn = self.turn().await?;
        let row = map_form::ActiveModel { edition: Set(edition), body: Set(body) };
        let again = OnConflict::column(Column::Edition).update_column(Column::Body).to_owned();
        map_form::Entity::insert(row).on_conflict(again).exec_without_returning(&self.db).await?;
        Ok(())
    }

    /// The form of an edition.
    pub async fn map_form(&self, edition: i64) -> Result<Option<Vec<u8>>> {
        let row = map_form::Entity::find_by_id(edition).one(&self.db).await?;
        Ok(row.map(|row| row.body))
    }
}
