//! Cases found by what somebody or something needs: the clock, a person's tasks, a place, the figures.

use super::{
    Result, Rows, case_row,
    column::{ms, party, person},
    listing::{with_party, within},
    many::filled,
};
use crate::{
    atlas::Point,
    domain::{Case, CaseId, Party, PersonCode, State, UnitCode},
};
use chrono::{DateTime, Utc};
use entity::{case_party, case_unit, cases, unit};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{
        Alias, CommonTableExpression, Expr, ExprTrait, Query, SelectStatement, SimpleExpr, UnionType,
        WithClause,
    },
};

/// Metres of a degree of latitude, at least: a box over a circle must not be too small.
const DEGREE_M: f64 = 110_500.0;

impl<C: ConnectionTrait> Rows<C> {
    /// Cases with a deadline that rests on a year nobody had published: to be computed again when a
    /// calendar is loaded.
    pub async fn provisional(&self) -> Result<Vec<CaseId>> {
        let ids: Vec<i64> = cases::Entity::find()
            .select_only()
            .column(cases::Column::Id)
            .filter(cases::Column::Provisional.eq(true))
            .order_by_asc(cases::Column::Id)
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(ids.into_iter().map(CaseId).collect())
    }

    /// What may be the same matter as each of several: not ended, reported since then, within so many
    /// metres; nearest first.
    pub async fn near(&self, points: &[Point], metres: f64, since: DateTime<Utc>) -> Result<Vec<Vec<Case>>> {
        if points.is_empty() {
            return Ok(Vec::new());
        }
        let boxes = filled(points.to_vec()).into_iter().map(|point| around(point, metres));
        let rows = cases::Entity::find()
            .filter(boxes.fold(Condition::any(), Condition::add))
            .filter(cases::Column::ReportedAt.gte(ms(since)))
            .filter(running())
            .all(&self.db)
            .await?;
        let cases: Vec<Case> = read(rows)?;
        Ok(points.iter().map(|point| nearest(&cases, *point, metres)).collect())
    }

    /// Cases on which something is owed by one of these units, or by the person as lead or helper; the
    /// most urgent first.
    pub async fn tasks(&self, whose: Option<&PersonCode>, units: &[UnitCode]) -> Result<Vec<Case>> {
        let of_units = Query::select()
            .column(case_unit::Column::CaseId)
            .from(case_unit::Entity)
            .and_where(case_unit::Column::Open.eq(true))
            .and_where(one_of(Expr::col(case_unit::Column::Unit), units.iter().map(UnitCode::as_str)))
            .take();
        let of_person = whose.map(|code| {
            let led = Query::select()
                .column(case_party::Column::CaseId)
                .from(case_party::Entity)
                .and_where(case_party::Column::Open.eq(true))
                .and_where(case_party::Column::Party.eq(person(code)))
                .take();
            cases::Column::Id.in_subquery(led)
        });
        let mine = Condition::any().add(cases::Column::Id.in_subquery(of_units)).add_option(of_person);
        let rows = cases::Entity::find()
            .filter(mine)
            .filter(running())
            .order_by_asc(cases::Column::DueKey)
            .order_by_asc(cases::Column::Id)
            .all(&self.db)
            .await?;
        read(rows)
    }

    /// What somebody has reported, the newest first.
    pub async fn reported_by(&self, who: &Party, limit: u64) -> Result<Vec<Case>> {
        if *who == Party::Anonymous {
            return Ok(Vec::new());
        }
        let rows = cases::Entity::find()
            .filter(with_party(party(who), &["reporter"]))
            .order_by_desc(cases::Column::ReportedAt)
            .order_by_desc(cases::Column::Id)
            .limit(limit)
            .all(&self.db)
            .await?;
        read(rows)
    }

    /// Every case of which a step was taken or fell due from `from` until before `to`, or which was rated
    /// then ([`Case::dates`]): what the figures of a period are made of.
    pub async fn finished_or_due(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<Case>> {
        self.in_period(from, to, Condition::all()).await
    }

    /// The same of what lies at or below these units, or was owned by one.
    pub async fn finished_or_due_within(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        units: &[UnitCode],
    ) -> Result<Vec<Case>> {
        self.in_period(from, to, within(units)).await
    }

    async fn in_period(&self, from: DateTime<Utc>, to: DateTime<Utc>, which: Condition) -> Result<Vec<Case>> {
        use cases::Column::{FirstAt, Id, LastAt};
        let rows = cases::Entity::find()
            .filter(FirstAt.lt(ms(to)))
            .filter(LastAt.gte(ms(from)))
            .filter(which)
            .order_by_asc(Id)
            .all(&self.db)
            .await?;
        let mut found = read(rows)?;
        // What began before and went on after, and had nothing in between.
        found.retain(|case| case.dates().any(|at| from <= at && at < to));
        Ok(found)
    }

    /// How many cases are in each state; none is left out.
    pub async fn count_by_state(&self) -> Result<Vec<(State, u64)>> {
        let counted: Vec<(String, i64)> = cases::Entity::find()
            .select_only()
            .column(cases::Column::State)
            .column_as(cases::Column::Id.count(), "count")
            .group_by(cases::Column::State)
            .into_tuple()
            .all(&self.db)
            .await?;
        let count =
            |state: State| counted.iter().find(|(word, _)| word == state.as_str()).map_or(0, |(_, n)| *n);
        Ok(State::ALL.into_iter().map(|state| (state, count(state) as u64)).collect())
    }
}

/// Not ended.
fn running() -> SimpleExpr {
    let ended = State::ALL.into_iter().filter(|state| state.is_terminal()).map(State::as_str);
    cases::Column::State.is_not_in(ended)
}

/// Rows as cases.
pub(super) fn read(rows: Vec<cases::Model>) -> Result<Vec<Case>> {
    rows.into_iter().map(case_row::from_row).collect()
}

fn around(point: Point, metres: f64) -> Condition {
    let (high, wide) = (metres / DEGREE_M, metres / (DEGREE_M * point.lat.to_radians().cos().max(0.01)));
    Condition::all()
        .add(cases::Column::Lat.between(point.lat - high, point.lat + high))
        .add(cases::Column::Lon.between(point.lon - wide, point.lon + wide))
}

fn nearest(cases: &[Case], point: Point, metres: f64) -> Vec<Case> {
    let away = |case: &Case| Some(case.place.point()?.distance_m(point));
    let near = cases.iter().filter_map(|case| Some((away(case)?, case))).filter(|(away, _)| *away <= metres);
    let mut near: Vec<(f64, &Case)> = near.collect();
    near.sort_by(|(a, one), (b, other)| a.total_cmp(b).then(one.id.cmp(&other.id)));
    near.into_iter().map(|(_, case)| case.clone()).collect()
}

/// `IN`, also of nothing.
pub(super) fn one_of<'a>(column: Expr, words: impl IntoIterator<Item = &'a str>) -> SimpleExpr {
    column.is_in(words.into_iter().map(str::to_owned))
}

/// The column names one of the units or a unit below one.
pub(super) fn among(column: Expr, units: &[UnitCode]) -> SimpleExpr {
    let codes = || units.iter().map(UnitCode::as_str);
    // The named ones by name as well: they count even where the roster does not know them.
    one_of(column.clone(), codes()).or(column.in_subquery(below(codes())))
}

/// `WITH RECURSIVE`: the units named and everything below them, in the organisation as it is now.
fn below<'a>(units: impl IntoIterator<Item = &'a str>) -> SelectStatement {
    let (tree, code) = (Alias::new("tree"), Alias::new("code"));
    let step = Query::select()
        .column((unit::Entity, unit::Column::Code))
        .from(unit::Entity)
        .inner_join(
            tree.clone(),
            Expr::col((tree.clone(), code.clone())).equals((unit::Entity, unit::Column::Parent)),
        )
        .take();
    let base = Query::select()
        .column((unit::Entity, unit::Column::Code))
        .from(unit::Entity)
        .and_where(one_of(Expr::col((unit::Entity, unit::Column::Code)), units))
        // UNION, not UNION ALL: a circle in the roster ends.
        .union(UnionType::Distinct, step)
        .take();
    let cte =
        CommonTableExpression::new().query(base).column(code.clone()).table_name(tree.clone()).to_owned();
    Query::select()
        .column((tree.clone(), code))
        .from(tree)
        .with_cte(WithClause::new().recursive(true).cte(cte).to_owned())
        .take()
}
