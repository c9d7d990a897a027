//! Cases and their events: the row is saved where the version still matches, the events are added.

use super::{
    Result, Rows, Tx, case_row,
    column::{from_json, json, ms, who},
};
use crate::domain::{Case, CaseId, Event};
use entity::{case_party, case_unit, cases, event, media};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

impl<C: ConnectionTrait> Rows<C> {
    /// A case by its id.
    ///
    /// # Errors
    /// [`Error::Corrupt`](super::Error) when its row cannot be read.
    pub async fn case(&self, id: CaseId) -> Result<Option<Case>> {
        let row = cases::Entity::find_by_id(id.0).one(&self.db).await?;
        row.map(case_row::from_row).transpose()
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
        let inserted = cases::Entity::insert(case_row::to_row(case)?).exec(&self.db).await?;
        let id = CaseId(inserted.last_insert_id);
        self.link(id, case).await?;
        Ok(id)
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
        self.link(case.id, case).await?;
        Ok(true)
    }

    /// Adds events; one that is there already fails the transaction.
    ///
    /// # Errors
    /// [`Error::Taken`](super::Error) when a sequence number is used.
    pub async fn append_events(&self, id: CaseId, events: &[Event]) -> Result<()> {
        let rows = events.iter().map(|one| event_row(id, one)).collect::<Result<Vec<_>>>()?;
        event::Entity::insert_many(rows).exec(&self.db).await?;
        Ok(())
    }

    async fn link(&self, id: CaseId, case: &Case) -> Result<()> {
        case_unit::Entity::insert_many(case_row::units(id, case)).exec(&self.db).await?;
        case_party::Entity::insert_many(case_row::parties(id, case)).exec(&self.db).await?;
        let files = case_row::media(case);
        if !files.is_empty() {
            media::Entity::update_many()
                .set(media::ActiveModel { case_id: Set(Some(id.0)), ..Default::default() })
                .filter(media::Column::Id.is_in(files))
                .exec(&self.db)
                .await?;
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
