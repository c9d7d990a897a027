//! The alarms of cases: which have rung, which is next, and which could not be given.

use super::{
    Result, Rows, Store,
    column::{at, ms},
};
use crate::domain::CaseId;
use chrono::{DateTime, Utc};
use entity::cases;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Func},
};

impl<C: ConnectionTrait> Rows<C> {
    /// Cases whose alarm has rung, the oldest alarm first.
    pub async fn due(&self, now: DateTime<Utc>, limit: u64) -> Result<Vec<CaseId>> {
        let ids: Vec<i64> = cases::Entity::find()
            .select_only()
            .column(cases::Column::Id)
            .filter(cases::Column::WakeAt.lte(ms(now)))
            .order_by_asc(cases::Column::WakeAt)
            .order_by_asc(cases::Column::Id)
            .limit(limit)
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(ids.into_iter().map(CaseId).collect())
    }

    /// The next alarm of any case.
    pub async fn next_wake(&self) -> Result<Option<DateTime<Utc>>> {
        let next: Option<Option<i64>> = cases::Entity::find()
            .select_only()
            .column_as(cases::Column::WakeAt.min(), "next")
            .into_tuple()
            .one(&self.db)
            .await?;
        Ok(next.flatten().map(at))
    }

    /// How many cases have an alarm that could not be given, and is tried again and again.
    pub async fn stuck_alarms(&self) -> Result<u64> {
        Ok(cases::Entity::find().filter(cases::Column::StuckSince.is_not_null()).count(&self.db).await?)
    }
}

impl<C: ConnectionTrait> Rows<C> {
    /// Which cases they are, the longest first, and since when.
    pub async fn stuck_cases(&self, most: u64) -> Result<Vec<(CaseId, DateTime<Utc>)>> {
        let rows: Vec<(i64, i64)> = cases::Entity::find()
            .select_only()
            .columns([cases::Column::Id, cases::Column::StuckSince])
            .filter(cases::Column::StuckSince.is_not_null())
            .order_by_asc(cases::Column::StuckSince)
            .limit(most)
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|(id, since)| (CaseId(id), at(since))).collect())
    }
}

impl Store {
    /// An alarm that has rung could not be given: it rings again then. The case itself is not read, for
    /// that may be what is wrong; its next change takes the mark away.
    pub async fn alarm_failed(&self, id: CaseId, again: DateTime<Utc>, now: DateTime<Utc>) -> Result<()> {
        use cases::Column::{Id, StuckSince, WakeAt};
        let _turn = self.turn().await?;
        let since = Func::coalesce([Expr::col(StuckSince), Expr::val(ms(now))]);
        cases::Entity::update_many()
            .col_expr(WakeAt, Expr::val(ms(again)))
            .col_expr(StuckSince, since.into())
            .filter(Id.eq(id.0))
            .filter(WakeAt.lte(ms(now)))
            .exec(&self.db)
            .await?;
        Ok(())
    }
}
