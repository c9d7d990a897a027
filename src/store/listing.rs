//! Lists of cases, a page at a time: what the console shows, never more than a person may see.

use super::{
    Result, Rows, case_row,
    column::{ms, party, person},
    search::{among, one_of},
};
use crate::domain::{Case, CaseId, CategoryCode, Party, PersonCode, State, UnitCode};
use chrono::{DateTime, Utc};
use entity::{case_party, case_unit, cases};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, LikeExpr, Query, SimpleExpr},
};

/// Which cases, in which order. The default is everything, newest first, 50 of them.
#[derive(Clone, Debug)]
pub struct CaseFilter {
    /// Cases whose desk, place, owner or called department is one of these units or below one: what a
    /// person with posts there may see. None: no limit; an empty list: nothing.
    pub desks: Option<Vec<UnitCode>>,
    /// In one of these states; empty: in any.
    pub states: Vec<State>,
    /// Owned by one of these units; empty: by any.
    pub owner_in: Vec<UnitCode>,
    /// Reported by.
    pub reporter: Option<Party>,
    /// Led by (the owner's whistle or a department's).
    pub lead: Option<PersonCode>,
    /// With this person as reporter, lead, helper or the one who settled it.
    pub involved: Option<PersonCode>,
    /// Of this matter.
    pub category: Option<CategoryCode>,
    /// Reported at this time or later.
    pub since: Option<DateTime<Utc>>,
    /// Reported before this time.
    pub until: Option<DateTime<Utc>>,
    /// A person at a desk must decide something.
    pub waiting: bool,
    /// Stuck, or past its deadline at this time; what is put aside has none.
    pub late_at: Option<DateTime<Utc>>,
    /// With every one of these words (parted by spaces) in what was told or in the place.
    pub words: Option<String>,
    /// In which order.
    pub order: Order,
    /// At most so many.
    pub limit: u64,
    /// Those behind this one: the last case of the page before ([`Keyset::of`]).
    pub after: Option<Keyset>,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The one that is due first, first; what nothing is owed on comes last.
    DueFirst,
    /// The newest report first.
    #[default]
    NewestFirst,
}

/// Where a page ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyset {
    /// The order's key of the last case, milliseconds since 1970.
    pub key: i64,
    /// The last case.
    pub id: CaseId,
}

impl Default for CaseFilter {
    fn default() -> Self {
        Self {
            desks: None,
            states: Vec::new(),
            owner_in: Vec::new(),
            reporter: None,
            lead: None,
            involved: None,
            category: None,
            since: None,
            until: None,
            waiting: false,
            late_at: None,
            words: None,
            order: Order::default(),
            limit: 50,
            after: None,
        }
    }
}

impl Keyset {
    /// Where a page that ends with this case ended.
    pub fn of(case: &Case, order: Order) -> Self {
        let key = match order {
            Order::DueFirst => case_row::due_key(case),
            Order::NewestFirst => case_row::reported_at(case),
        };
        Self { key, id: case.id }
    }
}

impl<C: ConnectionTrait> Rows<C> {
    /// A page of cases.
    pub async fn list(&self, filter: &CaseFilter) -> Result<Vec<Case>> {
        let Some(now) = filter.late_at else { return self.part(filter, Condition::all()).await };
        // Either half lies in order in an index; both at once would have to be sorted for every page.
        let (stuck, overdue) =
            (self.part(filter, stuck(true)).await?, self.part(filter, overdue(now)).await?);
        let mut both = stuck;
        both.extend(overdue);
        match filter.order {
            Order::DueFirst => both.sort_by_key(|case| (case_row::due_key(case), case.id)),
            Order::NewestFirst => {
                both.sort_by_key(|case| std::cmp::Reverse((case_row::reported_at(case), case.id)));
            }
        }
        both.truncate(usize::try_from(filter.limit).unwrap_or(usize::MAX));
        Ok(both)
    }

    async fn part(&self, filter: &CaseFilter, late: Condition) -> Result<Vec<Case>> {
        let found = cases::Entity::find().filter(asked(filter)).filter(late);
        super::search::read(ordered(found, filter).limit(filter.limit).all(&self.db).await?)
    }

    /// How many cases the filter holds, whatever its page.
    pub async fn count(&self, filter: &CaseFilter) -> Result<u64> {
        use sea_orm::PaginatorTrait;
        Ok(cases::Entity::find().filter(condition(filter)).count(&self.db).await?)
    }
}

fn condition(filter: &CaseFilter) -> Condition {
    let late = filter.late_at.map(|now| Condition::any().add(stuck(true)).add(overdue(now)));
    asked(filter).add_option(late)
}

fn stuck(yes: bool) -> Condition {
    Condition::all().add(cases::Column::Stuck.eq(yes))
}

/// Past its deadline with a running clock, and not stuck.
fn overdue(now: DateTime<Utc>) -> Condition {
    use cases::Column::{DueKey, Suspended};
    stuck(false).add(DueKey.lt(ms(now))).add(Suspended.eq(false))
}

/// All that is asked for but [`CaseFilter::late_at`].
fn asked(filter: &CaseFilter) -> Condition {
    use cases::Column::{Category, Owner, ReportedAt, State as InState};
    let states: Vec<&str> = filter.states.iter().map(|state| state.as_str()).collect();
    let owners: Vec<&str> = filter.owner_in.iter().map(UnitCode::as_str).collect();
    Condition::all()
        .add_option(filter.desks.as_deref().map(within))
        .add_option((!states.is_empty()).then(|| InState.is_in(states)))
        .add_option((!owners.is_empty()).then(|| Owner.is_in(owners)))
        .add_option(filter.reporter.as_ref().map(|one| with_party(party(one), &["reporter"])))
        .add_option(filter.lead.as_ref().map(|code| with_party(person(code), &["lead"])))
        .add_option(filter.involved.as_ref().map(|code| with_party(person(code), &[])))
        .add_option(filter.category.as_ref().map(|code| Category.eq(code.as_str())))
        .add_option(filter.since.map(|at| ReportedAt.gte(ms(at))))
        .add_option(filter.until.map(|at| ReportedAt.lt(ms(at))))
        .add_option(filter.waiting.then(|| cases::Column::Waits.eq(true)))
        .add_option(filter.words.as_deref().map(with_words))
}

/// Desk, place, owner or called department at or below one of the units.
pub(super) fn within(units: &[UnitCode]) -> Condition {
    use cases::Column::{Community, Desk, Grid, Id, Subdistrict};
    let called = Query::select()
        .column(case_unit::Column::CaseId)
        .from(case_unit::Entity)
        .cond_where(among(Expr::col(case_unit::Column::Unit), units))
        .take();
    [Desk, Grid, Community, Subdistrict]
        .into_iter()
        .fold(Condition::any(), |any, column| any.add(among(Expr::col((cases::Entity, column)), units)))
        .add(Id.in_subquery(called))
}

/// With the party in one of these parts; no parts: in any.
pub(super) fn with_party(party: String, parts: &[&'static str]) -> SimpleExpr {
    let mut of = Query::select();
    of.column(case_party::Column::CaseId)
        .from(case_party::Entity)
        .and_where(case_party::Column::Party.eq(party));
    if !parts.is_empty() {
        of.and_where(one_of(Expr::col(case_party::Column::Part), parts.iter().copied()));
    }
    cases::Column::Id.in_subquery(of)
}

fn with_words(words: &str) -> Condition {
    words.to_lowercase().split_whitespace().fold(Condition::all(), |all, word| {
        let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        all.add(
            Expr::col((cases::Entity, cases::Column::Words))
                .like(LikeExpr::new(format!("%{escaped}%")).escape('\\')),
        )
    })
}

fn ordered(found: Select<cases::Entity>, filter: &CaseFilter) -> Select<cases::Entity> {
    use cases::Column::{DueKey, Id, ReportedAt};
    match filter.order {
        Order::DueFirst => {
            let after = filter.after.map(|last| {
                // The first bound says nothing new, and is the one that an index begins at.
                let same = DueKey.eq(last.key).and(Id.gt(last.id.0));
                DueKey.gte(last.key).and(DueKey.gt(last.key).or(same))
            });
            found.filter(Condition::all().add_option(after)).order_by_asc(DueKey).order_by_asc(Id)
        }
        Order::NewestFirst => {
            let after = filter.after.map(|last| {
                let same = ReportedAt.eq(last.key).and(Id.lt(last.id.0));
                ReportedAt.lte(last.key).and(ReportedAt.lt(last.key).or(same))
            });
            found.filter(Condition::all().add_option(after)).order_by_desc(ReportedAt).order_by_desc(Id)
        }
    }
}
