//! What came in, by its id in the channel: a second delivery finds it there.

use super::{
    Result, Rows, Store, Tx,
    column::{at, from_word, ms},
    many::lots,
};
use crate::dialogue::ChannelKind;
use chrono::{DateTime, Utc};
use entity::inbound;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use std::collections::HashSet;

/// A message that could not be taken, for an administrator to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// By which way it came.
    pub channel: ChannelKind,
    /// Its id in the channel.
    pub uid: String,
    /// As it came.
    pub raw: String,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it could not be taken.
    pub error: String,
    /// When it was put aside.
    pub at: DateTime<Utc>,
}

/// It was put aside and is being taken again: until it is taken it stays on the list.
pub(super) const AGAIN: &str = "again";

/// A message that came in.
#[derive(Clone, Copy, Debug)]
pub struct Came<'a> {
    /// By which way.
    pub channel: ChannelKind,
    /// Its id in the channel.
    pub uid: &'a str,
    /// As it came.
    pub raw: &'a str,
}

impl Tx {
    /// Takes messages, each with an id of its own. Of each whether it is new: not when it was taken
    /// before or put aside. One whose taking had failed may come again.
    pub async fn take_inbound(&self, came: &[Came<'_>], now: DateTime<Utc>) -> Result<Vec<bool>> {
        let again = on_conflict()
            .update_columns([inbound::Column::State, inbound::Column::At])
            .action_and_where(Expr::col((inbound::Entity, inbound::Column::State)).is_in(["failed", AGAIN]))
            .to_owned();
        // In the order of their ids: of two that take the same ones, one waits for the other.
        let mut rows: Vec<_> = came.iter().collect();
        rows.sort_by_key(|one| one.uid);
        let rows = rows.into_iter().map(|one| row(one.channel, one.uid, "taken", one.raw, now)).collect();
        let mut taken = HashSet::new();
        for some in lots(rows) {
            let insert = inbound::Entity::insert_many(some).on_conflict(again.clone());
            taken.extend(insert.exec_with_returning_keys(&self.db).await?);
        }
        let key = |one: &Came<'_>| (one.channel.as_str().to_owned(), one.uid.to_owned());
        Ok(came.iter().map(|one| taken.contains(&key(one))).collect())
    }
}

impl Store {
    /// The taking of a message failed and its transaction is gone. How often that has happened.
    pub async fn inbound_failed(
        &self,
        channel: ChannelKind,
        uid: &str,
        raw: &str,
        error: &str,
        now: DateTime<Utc>,
    ) -> Result<u32> {
        let _turn = self.turn().await?;
        let again = on_conflict()
            .update_columns([inbound::Column::Error, inbound::Column::At])
            .value(inbound::Column::Attempts, Expr::col((inbound::Entity, inbound::Column::Attempts)).add(1))
            .to_owned();
        let row = inbound::ActiveModel {
            attempts: Set(1),
            error: Set(Some(error.to_owned())),
            ..row(channel, uid, "failed", raw, now)
        };
        let row = inbound::Entity::insert(row).on_conflict(again).exec_with_returning(&self.db).await?;
        Ok(row.attempts as u32)
    }

    /// Puts a message aside: it is not taken again, does not stop the others, and is shown to an
    /// administrator.
    pub async fn put_aside(
        &self,
        channel: ChannelKind,
        uid: &str,
        raw: &str,
        error: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let _turn = self.turn().await?;
        let again = on_conflict()
            .update_columns([inbound::Column::State, inbound::Column::Error, inbound::Column::At])
            .action_and_where(Expr::col((inbound::Entity, inbound::Column::State)).ne("taken"))
            .to_owned();
        let row = inbound::ActiveModel {
            error: Set(Some(error.to_owned())),
            ..row(channel, uid, "aside", raw, now)
        };
        inbound::Entity::insert(row).on_conflict(again).exec_without_returning(&self.db).await?;
        Ok(())
    }

    /// A message that was put aside may be taken again; false when there is none.
    pub async fn reopen_aside(&self, channel: ChannelKind, uid: &str) -> Result<bool> {
        self.move_aside(channel, uid, AGAIN).await
    }

    /// A message that was put aside is done with: it is kept as long as others and troubles nobody. False
    /// when there is none.
    pub async fn dismiss_aside(&self, channel: ChannelKind, uid: &str) -> Result<bool> {
        self.move_aside(channel, uid, "taken").await
    }

    async fn move_aside(&self, channel: ChannelKind, uid: &str, state: &str) -> Result<bool> {
        let _turn = self.turn().await?;
        let moved = inbound::Entity::update_many()
            .col_expr(inbound::Column::State, Expr::value(state))
            .filter(inbound::Column::Channel.eq(channel.as_str()))
            .filter(inbound::Column::Uid.eq(uid))
            .filter(inbound::Column::State.is_in(["aside", AGAIN]))
            .exec(&self.db)
            .await?;
        Ok(moved.rows_affected > 0)
    }
}

impl<C: ConnectionTrait> Rows<C> {
    /// What was put aside, the newest first; also what was to be taken again and was not.
    pub async fn aside(&self, limit: u64) -> Result<Vec<Aside>> {
        let rows = inbound::Entity::find()
            .filter(inbound::Column::State.is_in(["aside", AGAIN]))
            .order_by_desc(inbound::Column::At)
            .order_by_desc(inbound::Column::Uid)
            .limit(limit)
            .all(&self.db)
            .await?;
        rows.into_iter().map(aside).collect()
    }
}

fn on_conflict() -> OnConflict {
    OnConflict::columns([inbound::Column::Channel, inbound::Column::Uid])
}

fn row(channel: ChannelKind, uid: &str, state: &str, raw: &str, now: DateTime<Utc>) -> inbound::ActiveModel {
    inbound::ActiveModel {
        channel: Set(channel.as_str().to_owned()),
        uid: Set(uid.to_owned()),
        state: Set(state.to_owned()),
        raw: Set(raw.to_owned()),
        attempts: Set(0),
        error: Set(None),
        at: Set(ms(now)),
    }
}

fn aside(row: inbound::Model) -> Result<Aside> {
    Ok(Aside {
        channel: from_word("inbound", &row.uid, &row.channel)?,
        uid: row.uid,
        raw: row.raw,
        attempts: row.attempts as u32,
        error: row.error.unwrap_or_default(),
        at: at(row.at),
    })
}
