//! Map editions: kept as they were loaded, in force from a time on. Nothing replaces one.

use super::{
    Result, Rows, Tx,
    column::{at, from_word, ms, word},
};
use crate::atlas::Datum;
use chrono::{DateTime, Utc};
use entity::map_edition;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

/// A map to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditionNew<'a> {
    /// A digest of the file: the same map loaded again is no new edition.
    pub digest: &'a str,
    /// In force from then on.
    pub effective_at: DateTime<Utc>,
    /// The datum that the file is in.
    pub datum: Datum,
    /// The file, checked already.
    pub geojson: &'a str,
}

/// An edition without its map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditionRow {
    /// The row.
    pub id: i64,
    /// A digest of the file.
    pub digest: String,
    /// In force from then on.
    pub effective_at: DateTime<Utc>,
    /// When it was loaded.
    pub loaded_at: DateTime<Utc>,
    /// The datum that the file is in.
    pub datum: Datum,
}

impl Tx {
    /// Keeps an edition. Where the same map is in force at that time already, it is that edition.
    pub async fn save_edition(&self, edition: &EditionNew<'_>, now: DateTime<Utc>) -> Result<i64> {
        let before = in_force(edition.effective_at).one(&self.db).await?;
        if let Some(same) = before.filter(|row| row.digest == edition.digest) {
            return Ok(same.id);
        }
        let row = map_edition::ActiveModel {
            digest: Set(edition.digest.to_owned()),
            effective_at: Set(ms(edition.effective_at)),
            loaded_at: Set(ms(now)),
            datum: Set(word(&edition.datum)),
            geojson: Set(edition.geojson.to_owned()),
            ..Default::default()
        };
        Ok(map_edition::Entity::insert(row).exec(&self.db).await?.last_insert_id)
    }
}

impl<C: ConnectionTrait> Rows<C> {
    /// The edition in force, with its map.
    pub async fn edition_at(&self, now: DateTime<Utc>) -> Result<Option<(i64, String)>> {
        let row = in_force(now).one(&self.db).await?;
        Ok(row.map(|row| (row.id, row.geojson)))
    }

    /// The edition in force.
    pub async fn edition_in_force(&self, now: DateTime<Utc>) -> Result<Option<i64>> {
        let found = in_force(now).select_only().column(map_edition::Column::Id);
        Ok(found.into_tuple().one(&self.db).await?)
    }

    /// The map of an edition.
    pub async fn edition(&self, id: i64) -> Result<Option<String>> {
        let row = map_edition::Entity::find_by_id(id).one(&self.db).await?;
        Ok(row.map(|row| row.geojson))
    }

    /// Every edition without its map, the newest in force first.
    pub async fn editions(&self) -> Result<Vec<EditionRow>> {
        use map_edition::Column::{Datum, Digest, EffectiveAt, Id, LoadedAt};
        let rows: Vec<(i64, String, i64, i64, String)> = newest(map_edition::Entity::find())
            .select_only()
            .columns([Id, Digest, EffectiveAt, LoadedAt, Datum])
            .into_tuple()
            .all(&self.db)
            .await?;
        let row = |(id, digest, effective, loaded, datum): (i64, String, i64, i64, String)| {
            let datum = from_word("map_edition", id, &datum)?;
            Ok(EditionRow { id, digest, effective_at: at(effective), loaded_at: at(loaded), datum })
        };
        rows.into_iter().map(row).collect()
    }
}

fn in_force(now: DateTime<Utc>) -> Select<map_edition::Entity> {
    newest(map_edition::Entity::find().filter(map_edition::Column::EffectiveAt.lte(ms(now)))).limit(1)
}

/// Of two that begin at the same time the later one holds.
fn newest(found: Select<map_edition::Entity>) -> Select<map_edition::Entity> {
    found.order_by_desc(map_edition::Column::EffectiveAt).order_by_desc(map_edition::Column::Id)
}
