//! Map editions: kept as they were loaded, in force from a time on. Nothing replaces one; a draft is one
//! without a time. Which edition has taken over is a row of its own, written together with its units, so
//! that nobody reads the one without the other.

use super::{
    Result, Rows, Tx,
    column::{at, from_word, ms, ms_opt, word},
};
use crate::{atlas::Datum, domain::PersonCode};
use chrono::{DateTime, Utc};
use entity::{
    map_edition::{self, Column},
    revision,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, Func, OnConflict},
};

/// The row of `revision` that names the edition that has taken over.
const TAKEN: &str = "edition";

/// A map to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditionNew<'a> {
    /// A digest of the file: the same map loaded again is no new edition.
    pub digest: &'a str,
    /// What people call it.
    pub name: Option<&'a str>,
    /// In force from then on; none: a draft.
    pub effective_at: Option<DateTime<Utc>>,
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
    /// What people call it.
    pub name: Option<String>,
    /// In force from then on; none: a draft.
    pub effective_at: Option<DateTime<Utc>>,
    /// When it was loaded.
    pub loaded_at: DateTime<Utc>,
    /// When it took over.
    pub taken_at: Option<DateTime<Utc>>,
    /// When it was withdrawn: it never comes into force.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Who gave it its time, or withdrew it.
    pub decided_by: Option<PersonCode>,
    /// The datum that the file is in.
    pub datum: Datum,
}

impl Tx {
    /// Keeps an edition. Where the same map is in force at that time already, or is a draft already, it
    /// is that edition.
    pub async fn save_edition(&self, edition: &EditionNew<'_>, now: DateTime<Utc>) -> Result<i64> {
        if let Some(same) = self.same_edition(edition).await? {
            return Ok(same);
        }
        let row = map_edition::ActiveModel {
            digest: Set(edition.digest.to_owned()),
            name: Set(edition.name.map(str::to_owned)),
            effective_at: Set(ms_opt(edition.effective_at)),
            loaded_at: Set(ms(now)),
            datum: Set(word(&edition.datum)),
            geojson: Set(edition.geojson.to_owned()),
            ..Default::default()
        };
        Ok(map_edition::Entity::insert(row).exec(&self.db).await?.last_insert_id)
    }

    /// The edition that this one would be again.
    pub async fn same_edition(&self, edition: &EditionNew<'_>) -> Result<Option<i64>> {
        let among = match edition.effective_at {
            Some(at) => in_force(at),
            None => {
                standing().filter(Column::EffectiveAt.is_null()).filter(Column::Digest.eq(edition.digest))
            }
        };
        let found = among.select_only().columns([Column::Id, Column::Digest]).into_tuple();
        let found: Option<(i64, String)> = found.one(&self.db).await?;
        Ok(found.filter(|(_, digest)| digest == edition.digest).map(|(id, _)| id))
    }

    /// An edition is called so from now on; false: it was already.
    pub async fn name_edition(&self, id: i64, name: &str) -> Result<bool> {
        let other = Condition::any().add(Column::Name.is_null()).add(Column::Name.ne(name));
        let done = map_edition::Entity::update_many()
            .col_expr(Column::Name, Expr::value(name))
            .filter(Column::Id.eq(id))
            .filter(other)
            .exec(&self.db)
            .await?;
        Ok(done.rows_affected > 0)
    }

    /// An edition that has not taken over yet comes into force then; false: there is none such.
    pub async fn schedule_edition(
        &self,
        id: i64,
        at: DateTime<Utc>,
        by: Option<&PersonCode>,
    ) -> Result<bool> {
        let row = map_edition::ActiveModel {
            effective_at: Set(Some(ms(at))),
            decided_by: Set(by.map(ToString::to_string)),
            ..Default::default()
        };
        self.change_waiting(id, row).await
    }

    /// An edition that has not taken over yet never will; false: there is none such.
    pub async fn withdraw_edition(
        &self,
        id: i64,
        by: Option<&PersonCode>,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let row = map_edition::ActiveModel {
            withdrawn_at: Set(Some(ms(now))),
            decided_by: Set(by.map(ToString::to_string)),
            ..Default::default()
        };
        self.change_waiting(id, row).await
    }

    async fn change_waiting(&self, id: i64, row: map_edition::ActiveModel) -> Result<bool> {
        let changed = map_edition::Entity::update_many()
            .set(row)
            .filter(Column::Id.eq(id))
            .filter(Column::TakenAt.is_null())
            .filter(Column::WithdrawnAt.is_null())
            .exec(&self.db)
            .await?;
        Ok(changed.rows_affected > 0)
    }

    /// The edition has taken over. Its units are replaced in the same transaction.
    pub async fn take_edition(&self, id: i64, now: DateTime<Utc>) -> Result<()> {
        let row = map_edition::ActiveModel { taken_at: Set(Some(ms(now))), ..Default::default() };
        map_edition::Entity::update_many().set(row).filter(Column::Id.eq(id)).exec(&self.db).await?;
        let taken = revision::ActiveModel { name: Set(TAKEN.to_owned()), value: Set(id) };
        let again =
            OnConflict::column(revision::Column::Name).update_column(revision::Column::Value).to_owned();
        revision::Entity::insert(taken).on_conflict(again).exec_without_returning(&self.db).await?;
        Ok(())
    }
}

impl<C: ConnectionTrait> Rows<C> {
    /// The edition whose time has come.
    pub async fn edition_in_force(&self, now: DateTime<Utc>) -> Result<Option<i64>> {
        let found = in_force(now).select_only().column(Column::Id);
        Ok(found.into_tuple().one(&self.db).await?)
    }

    /// The edition that has taken over.
    pub async fn edition_taken(&self) -> Result<Option<i64>> {
        let row = revision::Entity::find_by_id(TAKEN).one(&self.db).await?;
        Ok(row.map(|row| row.value))
    }

    /// When the next edition takes over.
    pub async fn next_edition_at(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
        let next: Option<Option<i64>> = standing()
            .filter(Column::EffectiveAt.gt(ms(now)))
            .select_only()
            .column_as(Column::EffectiveAt.min(), "next")
            .into_tuple()
            .one(&self.db)
            .await?;
        Ok(next.flatten().map(at))
    }

    /// The map of an edition.
    pub async fn edition(&self, id: i64) -> Result<Option<String>> {
        let row = map_edition::Entity::find_by_id(id).one(&self.db).await?;
        Ok(row.map(|row| row.geojson))
    }

    /// An edition without its map.
    pub async fn edition_row(&self, id: i64) -> Result<Option<EditionRow>> {
        let row = described(map_edition::Entity::find_by_id(id)).one(&self.db).await?;
        row.map(edition_row).transpose()
    }

    /// Every edition without its map, withdrawn ones too: drafts, then the newest in force first.
    pub async fn editions(&self) -> Result<Vec<EditionRow>> {
        let rows = described(newest(map_edition::Entity::find())).all(&self.db).await?;
        rows.into_iter().map(edition_row).collect()
    }
}

/// Columns of an edition but its map.
type Described =
    (i64, String, Option<String>, Option<i64>, i64, Option<i64>, Option<i64>, Option<String>, String);

fn described(
    found: Select<map_edition::Entity>,
) -> sea_orm::Selector<sea_orm::SelectGetableTuple<Described>> {
    use Column::{Datum, DecidedBy, Digest, EffectiveAt, Id, LoadedAt, Name, TakenAt, WithdrawnAt};
    found
        .select_only()
        .columns([Id, Digest, Name, EffectiveAt, LoadedAt, TakenAt, WithdrawnAt, DecidedBy, Datum])
        .into_tuple()
}

fn edition_row(row: Described) -> Result<EditionRow> {
    let (id, digest, name, effective, loaded, taken, withdrawn, decided_by, datum) = row;
    Ok(EditionRow {
        id,
        digest,
        name,
        effective_at: effective.map(at),
        loaded_at: at(loaded),
        taken_at: taken.map(at),
        withdrawn_at: withdrawn.map(at),
        decided_by: decided_by.map(PersonCode),
        datum: from_word("map_edition", id, &datum)?,
    })
}

/// Those that were not withdrawn.
fn standing() -> Select<map_edition::Entity> {
    map_edition::Entity::find().filter(Column::WithdrawnAt.is_null())
}

fn in_force(now: DateTime<Utc>) -> Select<map_edition::Entity> {
    newest(standing().filter(Column::EffectiveAt.lte(ms(now)))).limit(1)
}

/// Of two that begin at the same time the later one holds; what has no time comes first, which the
/// databases do not agree on by themselves.
fn newest(found: Select<map_edition::Entity>) -> Select<map_edition::Entity> {
    let time = Func::coalesce([Expr::col(Column::EffectiveAt), Expr::val(i64::MAX)]);
    found.order_by_desc(Expr::expr(time)).order_by_desc(Column::Id)
}
