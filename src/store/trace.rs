//! Cases as a map needs them: where, when, whose, and nothing else. The columns are read and not the whole
//! case, a page at a time, so that a million of them can be gone through.

use super::{
    Keyset, Result, Rows,
    column::{at, ms},
    listing::within,
};
use crate::{
    atlas::Point,
    domain::{CaseId, UnitCode},
};
use chrono::{DateTime, Utc};
use entity::cases::{self, Column};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};
use std::collections::HashMap;

/// A case as a map needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The case.
    pub case: CaseId,
    /// When it was reported.
    pub reported: DateTime<Utc>,
    /// Where, WGS-84.
    pub point: Option<Point>,
    /// The grid that the map gave it.
    pub map_grid: Option<UnitCode>,
    /// The same, or the one that a person chose instead.
    pub grid: Option<UnitCode>,
    /// The unit of its whistle.
    pub owner: Option<UnitCode>,
    /// When it was whistled first.
    pub whistled: Option<DateTime<Utc>>,
    /// When somebody arrived first.
    pub arrived: Option<DateTime<Utc>>,
    /// When it was settled first.
    pub settled: Option<DateTime<Utc>>,
}

/// Which cases are gone through: the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceFilter {
    /// Reported at this time or later.
    pub since: DateTime<Utc>,
    /// Reported before this time.
    pub until: DateTime<Utc>,
    /// At or below one of these units, as in [`CaseFilter::desks`](super::CaseFilter::desks).
    pub desks: Option<Vec<UnitCode>>,
    /// Which of them.
    pub part: TracePart,
    /// At most so many.
    pub limit: u64,
    /// Those behind this one.
    pub after: Option<Keyset>,
}

/// Which of the cases of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TracePart {
    /// All of them.
    All,
    /// Only those that are not with the grid that the map gave them.
    Elsewhere,
    /// Only those that the map gave to one of these and that are, by their grid or their owner, with the
    /// other.
    Between(UnitCode, UnitCode),
}

/// Cases that are not with the grid that the map gave them, and are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strayed {
    /// The grid that the map gave.
    pub map_grid: Option<UnitCode>,
    /// The same, or the one that a person chose instead.
    pub grid: Option<UnitCode>,
    /// The unit of their whistle.
    pub owner: Option<UnitCode>,
    /// How many.
    pub cases: u64,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    reported_at: i64,
    lon: Option<f64>,
    lat: Option<f64>,
    map_grid: Option<String>,
    grid: Option<String>,
    owner: Option<String>,
    whistled_at: Option<i64>,
    arrived_at: Option<i64>,
    settled_at: Option<i64>,
}

#[derive(FromQueryResult)]
struct StrayedRow {
    map_grid: Option<String>,
    grid: Option<String>,
    owner: Option<String>,
    cases: i64,
}

impl Trace {
    /// Where a page that ends with it ended.
    pub fn keyset(&self) -> Keyset {
        Keyset { key: ms(self.reported), id: self.case }
    }
}

impl<C: ConnectionTrait> Rows<C> {
    /// A page of traces.
    pub async fn traces(&self, filter: &TraceFilter) -> Result<Vec<Trace>> {
        use Column::{ArrivedAt, Grid, Id, Lat, Lon, MapGrid, Owner, ReportedAt, SettledAt, WhistledAt};
        let after = filter.after.map(|last| {
            let same = ReportedAt.eq(last.key).and(Id.lt(last.id.0));
            ReportedAt.lt(last.key).or(same)
        });
        let rows: Vec<Row> = found(filter)
            .filter(Condition::all().add_option(after))
            .select_only()
            .columns([Id, ReportedAt, Lon, Lat, MapGrid, Grid, Owner, WhistledAt, ArrivedAt, SettledAt])
            .order_by_desc(ReportedAt)
            .order_by_desc(Id)
            .limit(filter.limit)
            .into_model()
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(trace).collect())
    }

    /// How many there are, whatever the page.
    pub async fn count_traces(&self, filter: &TraceFilter) -> Result<u64> {
        use sea_orm::PaginatorTrait;
        Ok(found(filter).count(&self.db).await?)
    }

    /// How many cases of the filter went where, counted where they lie.
    pub async fn count_strayed(&self, filter: &TraceFilter) -> Result<Vec<Strayed>> {
        use Column::{Grid, Id, MapGrid, Owner};
        let counted: Vec<StrayedRow> = found(filter)
            .select_only()
            .columns([MapGrid, Grid, Owner])
            .column_as(Id.count(), "cases")
            .group_by(MapGrid)
            .group_by(Grid)
            .group_by(Owner)
            .into_model()
            .all(&self.db)
            .await?;
        let strayed = |row: StrayedRow| Strayed {
            map_grid: row.map_grid.map(UnitCode),
            grid: row.grid.map(UnitCode),
            owner: row.owner.map(UnitCode),
            cases: row.cases as u64,
        };
        Ok(counted.into_iter().map(strayed).collect())
    }

    /// How many cases the map gave to each grid.
    pub async fn count_by_map_grid(&self, filter: &TraceFilter) -> Result<HashMap<UnitCode, u64>> {
        let counted: Vec<(String, i64)> = found(filter)
            .filter(Column::MapGrid.is_not_null())
            .select_only()
            .column(Column::MapGrid)
            .column_as(Column::Id.count(), "count")
            .group_by(Column::MapGrid)
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(counted.into_iter().map(|(grid, count)| (UnitCode(grid), count as u64)).collect())
    }
}

fn found(filter: &TraceFilter) -> Select<cases::Entity> {
    cases::Entity::find()
        .filter(Column::ReportedAt.gte(ms(filter.since)))
        .filter(Column::ReportedAt.lt(ms(filter.until)))
        .filter(Condition::all().add_option(filter.desks.as_deref().map(within)).add_option(
            match &filter.part {
                TracePart::All => None,
                TracePart::Elsewhere => Some(elsewhere().into()),
                TracePart::Between(one, other) => {
                    Some(Condition::any().add(went(one, other)).add(went(other, one)))
                }
            },
        ))
}

fn went(from: &UnitCode, to: &UnitCode) -> Condition {
    let there = Condition::any().add(Column::Grid.eq(to.as_str())).add(Column::Owner.eq(to.as_str()));
    Condition::all().add(Column::MapGrid.eq(from.as_str())).add(there)
}

/// Comparing with nothing is never true: a case without an owner is elsewhere by its grid alone.
fn elsewhere() -> SimpleExpr {
    let column = |column| Expr::col((cases::Entity, column));
    let other = |other| column(other).ne(column(Column::MapGrid));
    other(Column::Grid).or(other(Column::Owner))
}

fn trace(row: Row) -> Trace {
    Trace {
        case: CaseId(row.id),
        reported: at(row.reported_at),
        point: row.lon.zip(row.lat).map(|(lon, lat)| Point { lon, lat }),
        map_grid: row.map_grid.map(UnitCode),
        grid: row.grid.map(UnitCode),
        owner: row.owner.map(UnitCode),
        whistled: row.whistled_at.map(at),
        arrived: row.arrived_at.map(at),
        settled: row.settled_at.map(at),
    }
}
