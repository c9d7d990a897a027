//! Cases and their events: the row is saved where the version still matches, the events are added.

use super::{
    Backend, Result, Rows, Tx, case_row,
    column::{from_json, json, ms, who},
    many::{self, lots, padded},
};
use crate::domain::{Case, CaseId, Event};
use entity::{case_party, case_unit, cases, event, media};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Statement,
    sea_query::{Expr, ExprTrait, Query, TableRef, ValueTuple},
};

impl<C: ConnectionTrait> Rows<C> {
    /// A case by its id.
    ///
    /// # Errors
    /// [`Error::Corrupt`](super::Error) when its row cannot be read.
    pub async fn case(&self, id: CaseId) -> Result<Option<Case>> {
        let row = cases::Entity::find_by_id(id.0).one(&self.db).await?;
        row.map(case_row::from_row).transpose()
    }

    /// Cases by their ids, as far as there are any, in no order.
    ///
    /// # Errors
    /// As [`Rows::case`].
    pub async fn cases_by_id(&self, ids: &[CaseId]) -> Result<Vec<Case>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let these = cases::Column::Id.is_in(padded(ids.iter().map(|id| id.0)));
        super::search::read(cases::Entity::find().filter(these).all(&self.db).await?)
    }

    /// What has happened to a case, in order.
    pub async fn events(&self, id: CaseId) -> Result<Vec<Event>> {
        let rows =
            event::Entity::find().filter(event::Column::CaseId.eq(id.0)).order_by_asc(event::Column::Seq);
        let rows = rows.all(&self.db).await?;
        rows.iter().map(|row| from_json("event", format!("{id}/{}", row.seq), &row.body)).collect()
    }
}

impl Tx {
    /// A new case; its id is the database's.
    pub async fn insert_case(&self, case: &Case) -> Result<CaseId> {
        let id = self.new_case_ids(1).await?[0];
        self.insert_cases(&[&Case { id, ..case.clone() }]).await?;
        Ok(id)
    }

    /// Ids for cases that are to be inserted: nobody else gets them.
    pub async fn new_case_ids(&self, count: usize) -> Result<Vec<CaseId>> {
        let count = count as i64;
        let next = match self.backend() {
            Backend::Postgres => {
                "SELECT nextval(pg_get_serial_sequence('cases', 'id')) FROM generate_series(1, $1)"
            }
            // The last of them; the row is there from the first case on, and nobody else writes now.
            Backend::Sqlite => "UPDATE sqlite_sequence SET seq = seq + $1 WHERE name = 'cases' RETURNING seq",
        };
        let statement =
            |sql| Statement::from_sql_and_values(self.db.get_database_backend(), sql, [count.into()]);
        let rows = self.db.query_all_raw(statement(next)).await?;
        let ids =
            rows.iter().map(|row| row.try_get_by_index(0)).collect::<std::result::Result<Vec<i64>, _>>()?;
        if self.backend() == Backend::Postgres {
            return Ok(ids.into_iter().map(CaseId).collect());
        }
        if ids.is_empty() {
            let first = "INSERT INTO sqlite_sequence (name, seq) VALUES ('cases', $1)";
            self.db.execute_raw(statement(first)).await?;
        }
        let last = ids.first().copied().unwrap_or(count);
        Ok((last - count + 1..=last).map(CaseId).collect())
    }

    /// New cases, by their ids.
    pub async fn insert_cases(&self, all: &[&Case]) -> Result<()> {
        let row = |case: &Case| Ok(cases::ActiveModel { id: Set(case.id.0), ..case_row::to_row(case)? });
        many::insert(&self.db, all.iter().map(|case| row(case)).collect::<Result<Vec<_>>>()?).await?;
        self.link(all).await
    }

    /// Saves a case (by its `id`) where it still has the version that was read; false: somebody was
    /// faster, and nothing was written.
    pub async fn save_case(&self, case: &Case, expected_version: u32) -> Result<bool> {
        let saved = cases::Entity::update_many()
            .set(case_row::to_row(case)?)
            .filter(cases::Column::Id.eq(case.id.0))
            .filter(cases::Column::Version.eq(expected_version as i32))
            .exec(&self.db)
            .await?;
        if saved.rows_affected == 0 {
            return Ok(false);
        }
        case_unit::Entity::delete_many()
            .filter(case_unit::Column::CaseId.eq(case.id.0))
            .exec(&self.db)
            .await?;
        case_party::Entity::delete_many()
            .filter(case_party::Column::CaseId.eq(case.id.0))
            .exec(&self.db)
            .await?;
        self.link(&[case]).await?;
        Ok(true)
    }

    /// Adds events; one that is there already fails the transaction.
    ///
    /// # Errors
    /// [`Error::Taken`](super::Error) when a sequence number is used.
    pub async fn append_events(&self, id: CaseId, events: &[Event]) -> Result<()> {
        self.append_all_events(&[(id, events)]).await
    }

    /// The same for several cases.
    ///
    /// # Errors
    /// As [`Tx::append_events`].
    pub async fn append_all_events(&self, all: &[(CaseId, &[Event])]) -> Result<()> {
        let rows = all.iter().flat_map(|(id, events)| events.iter().map(|one| event_row(*id, one)));
        many::insert(&self.db, rows.collect::<Result<Vec<_>>>()?).await
    }

    async fn link(&self, all: &[&Case]) -> Result<()> {
        many::insert(&self.db, all.iter().flat_map(|case| case_row::units(case.id, case)).collect()).await?;
        many::insert(&self.db, all.iter().flat_map(|case| case_row::parties(case.id, case)).collect())
            .await?;
        let file = |id: CaseId, file: i64| ValueTuple::Two(file.into(), id.0.into());
        let files =
            all.iter().flat_map(|case| case_row::media(case).into_iter().map(|one| file(case.id, one)));
        for some in lots(files.collect()) {
            let new = |at: &'static str| Expr::col(("new", at));
            let update = Query::update()
                .table(media::Entity)
                .from(TableRef::ValuesList(some, "new".into()))
                .value(media::Column::CaseId, new("column2"))
                .and_where(Expr::col((media::Entity, media::Column::Id)).eq(new("column1")))
                .take();
            self.db.execute(&update).await?;
        }
        Ok(())
    }
}

fn event_row(id: CaseId, one: &Event) -> Result<event::ActiveModel> {
    let fact = serde_json::to_value(&one.fact).unwrap_or_default();
    Ok(event::ActiveModel {
        case_id: Set(id.0),
        seq: Set(one.seq as i32),
        kind: Set(fact["kind"].as_str().unwrap_or_default().to_owned()),
        at: Set(ms(one.at)),
        said_at: Set(ms(one.said_at)),
        by: Set(who(&one.by)),
        via: Set(super::column::word(&one.via)),
        body: Set(json("event", one)?),
    })
}
