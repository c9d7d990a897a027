//! What was decided about open cases whose owner is another on an edition that took over.

use super::{
    Result, Rows, Tx,
    column::{at, ms},
};
use crate::domain::{CaseId, PersonCode, UnitCode};
use chrono::{DateTime, Utc};
use entity::map_choice::{self, Column};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};
use std::collections::HashSet;

/// A decision about one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapChoice {
    /// The edition that took over.
    pub edition: i64,
    /// The case.
    pub case: CaseId,
    /// It went to the new owner; else it was kept.
    pub moved: bool,
    /// Its owner before.
    pub from: UnitCode,
    /// The new map's owner; none where its place is nobody's.
    pub to: Option<UnitCode>,
    /// Who decided.
    pub person: PersonCode,
    /// When.
    pub at: DateTime<Utc>,
}

impl Tx {
    /// Keeps a decision; a later one about the same case and edition takes its place.
    pub async fn save_map_choice(&self, choice: &MapChoice) -> Result<()> {
        let row = map_choice::ActiveModel {
            edition: Set(choice.edition),
            case_id: Set(choice.case.0),
            moved: Set(choice.moved),
            from_unit: Set(choice.from.to_string()),
            to_unit: Set(choice.to.as_ref().map(ToString::to_string)),
            person: Set(choice.person.to_string()),
            at: Set(ms(choice.at)),
        };
        let again = OnConflict::columns([Column::Edition, Column::CaseId])
            .update_columns([Column::Moved, Column::FromUnit, Column::ToUnit, Column::Person, Column::At])
            .to_owned();
        map_choice::Entity::insert(row).on_conflict(again).exec_without_returning(&self.db).await?;
        Ok(())
    }
}

impl<C: ConnectionTrait> Rows<C> {
    /// Those of the cases that were decided on.
    pub async fn chosen(&self, edition: i64, cases: &[CaseId]) -> Result<HashSet<CaseId>> {
        if cases.is_empty() {
            return Ok(HashSet::new());
        }
        let ids: Vec<i64> = map_choice::Entity::find()
            .select_only()
            .column(Column::CaseId)
            .filter(Column::Edition.eq(edition))
            .filter(Column::CaseId.is_in(cases.iter().map(|case| case.0)))
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(ids.into_iter().map(CaseId).collect())
    }

    /// The cases that were kept at the take-over of an edition, those decided on last first: `most` of them
    /// after the first `skipped`.
    pub async fn kept_cases(&self, edition: i64, skipped: u64, most: u64) -> Result<Vec<MapChoice>> {
        let rows = map_choice::Entity::find()
            .filter(Column::Edition.eq(edition))
            .filter(Column::Moved.eq(false))
            .order_by_desc(Column::At)
            .order_by_desc(Column::CaseId)
            .offset(skipped)
            .limit(most)
            .all(&self.db)
            .await?;
        let choice = |row: map_choice::Model| MapChoice {
            edition: row.edition,
            case: CaseId(row.case_id),
            moved: row.moved,
            from: UnitCode(row.from_unit),
            to: row.to_unit.map(UnitCode),
            person: PersonCode(row.person),
            at: at(row.at),
        };
        Ok(rows.into_iter().map(choice).collect())
    }
}
