//! What has served its purpose goes: raw messages that were taken, and letters that have ended. Cases,
//! their events, what was put aside and dead letters stay.

use super::{Result, Store, column::ms};
use chrono::{DateTime, Utc};
use entity::{inbound, outbox};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

/// Rows a statement, so that nobody waits long for the writer's turn.
const BATCH: u64 = 500;
/// How letters end that nobody will look for.
const ENDED: [&str; 5] = ["sent", "uncertain", "superseded", "expired", "dismissed"];

impl Store {
    /// Has done with a dead letter: it goes with the others that have ended. False when there is none.
    pub async fn dismiss(&self, letter: i64) -> Result<bool> {
        let _turn = self.turn().await?;
        let done = outbox::Entity::update_many()
            .col_expr(outbox::Column::State, Expr::value("dismissed"))
            .filter(outbox::Column::Id.eq(letter))
            .filter(super::finish::dead())
            .exec(&self.db)
            .await?;
        Ok(done.rows_affected > 0)
    }

    /// Removes messages that were taken before a time; at most a batch. How many.
    pub async fn forget_inbound(&self, before: DateTime<Utc>) -> Result<u64> {
        use inbound::Column::{At, Channel, State, Uid};
        let old: Vec<(String, String)> = inbound::Entity::find()
            .select_only()
            .columns([Channel, Uid])
            .filter(State.eq("taken"))
            .filter(At.lt(ms(before)))
            .order_by_asc(At)
            .limit(BATCH)
            .into_tuple()
            .all(&self.db)
            .await?;
        if old.is_empty() {
            return Ok(0);
        }
        let _turn = self.turn().await?;
        let mut gone = 0;
        for channel in old.iter().map(|(channel, _)| channel).collect::<std::collections::BTreeSet<_>>() {
            let uids = old.iter().filter(|(of, _)| of == channel).map(|(_, uid)| uid.as_str());
            let deleted = inbound::Entity::delete_many()
                .filter(Channel.eq(channel.as_str()))
                .filter(Uid.is_in(uids))
                .filter(State.eq("taken"))
                .exec(&self.db)
                .await?;
            gone += deleted.rows_affected;
        }
        Ok(gone)
    }

    /// Removes letters that ended before a time, dead ones not among them; at most a batch. How many.
    pub async fn forget_letters(&self, before: DateTime<Utc>) -> Result<u64> {
        use outbox::Column::{FinishedAt, Id, State};
        let old: Vec<i64> = outbox::Entity::find()
            .select_only()
            .column(Id)
            .filter(State.is_in(ENDED))
            .filter(FinishedAt.lt(ms(before)))
            .order_by_asc(Id)
            .limit(BATCH)
            .into_tuple()
            .all(&self.db)
            .await?;
        if old.is_empty() {
            return Ok(0);
        }
        let _turn = self.turn().await?;
        Ok(outbox::Entity::delete_many().filter(Id.is_in(old)).exec(&self.db).await?.rows_affected)
    }
}
