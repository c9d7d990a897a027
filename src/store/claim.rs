//! Claiming letters: one statement, so that two processes never hold the same row.
//!
//! The claim is committed before the letter is sent. A process that ends in between leaves the row
//! `in_flight` with a lease; when that runs out the row is claimed again and marked ambiguous: it may
//! have arrived.

use super::{
    Result, Store,
    chat::{self, Chat},
    column::{from_json, ms},
    outbox::{IN_FLIGHT, PENDING},
};
use crate::dialogue::{ChannelKind, Outgoing};
use chrono::{DateTime, Duration, Utc};
use entity::{card, chat as chat_table, outbox};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
    sea_query::{
        Alias, CommonTableExpression, Expr, ExprTrait, LockBehavior, LockType, Order, Query, Returning,
        SelectStatement, UpdateStatement, WithClause,
    },
};
use std::collections::HashMap;

/// The table's name inside the statements.
const LETTER: &str = "letter";

/// A claimed letter.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxRow {
    /// The row, for [`Store::finish`].
    pub id: i64,
    /// To whom.
    pub chat: Chat,
    /// What.
    pub outgoing: Outgoing,
    /// How often it was tried before.
    pub attempts: u32,
    /// An earlier try may have arrived.
    pub ambiguous: bool,
    /// The message of the chat that shows the case already: to be edited in place.
    pub message: Option<String>,
}

impl Store {
    /// Claims letters for `holder` (one process) until `now + lease`: of each chat at most the one whose
    /// turn it is, oldest first. A chat with a letter on its way, or waiting to be tried again, waits.
    pub async fn claim(
        &self,
        holder: &str,
        channels: &[ChannelKind],
        limit: u64,
        lease: Duration,
        now: DateTime<Utc>,
    ) -> Result<Vec<OutboxRow>> {
        let claimed = {
            let _turn = self.turn().await?;
            self.db.query_all(&claim(holder, channels, limit, lease, now)).await?
        };
        let mut claimed = claimed
            .iter()
            .map(|row| outbox::Model::from_query_result(row, ""))
            .collect::<std::result::Result<Vec<_>, _>>()?;
        claimed.sort_by_key(|row| row.id);
        self.with_chats(claimed).await
    }

    async fn with_chats(&self, claimed: Vec<outbox::Model>) -> Result<Vec<OutboxRow>> {
        let ids: Vec<i64> = claimed.iter().map(|row| row.chat_id).collect();
        let chats = chat_table::Entity::find()
            .filter(chat_table::Column::Id.is_in(ids.clone()))
            .all(&self.db)
            .await?;
        let mut chats: HashMap<i64, chat_table::Model> = chats.into_iter().map(|row| (row.id, row)).collect();
        let cases = claimed.iter().filter_map(|row| row.case_id);
        let cards = card::Entity::find()
            .filter(card::Column::ChatId.is_in(ids))
            .filter(card::Column::CaseId.is_in(cases))
            .all(&self.db)
            .await?;
        let message = |row: &outbox::Model| {
            let same = |card: &&card::Model| card.chat_id == row.chat_id && Some(card.case_id) == row.case_id;
            cards.iter().find(same).map(|card| card.message.clone())
        };
        let mut rows = Vec::with_capacity(claimed.len());
        for row in claimed {
            // One letter a chat, so each chat is taken out once.
            let Some(chat) = chats.remove(&row.chat_id) else { continue };
            rows.push(OutboxRow {
                id: row.id,
                chat: chat::from_row(chat)?,
                outgoing: from_json("outbox", row.id, &row.body)?,
                attempts: u32::try_from(row.attempts - 1).unwrap_or(0),
                ambiguous: row.ambiguous,
                message: message(&row),
            });
        }
        Ok(rows)
    }
}

fn claim(
    holder: &str,
    channels: &[ChannelKind],
    limit: u64,
    lease: Duration,
    now: DateTime<Utc>,
) -> UpdateStatement {
    use outbox::Column::{Ambiguous, Attempts, Holder, Id, LeaseUntil, State};
    let next = Alias::new("next");
    let cte = CommonTableExpression::new()
        .query(next_letters(channels, limit, now))
        .column(Id)
        .table_name(next.clone())
        .materialized(true)
        .to_owned();
    let chosen = Query::select().column((next.clone(), Id)).from(next).take();
    Query::update()
        .table(outbox::Entity)
        .value(State, IN_FLIGHT)
        .value(Holder, holder)
        .value(LeaseUntil, ms(now + lease))
        .value(Attempts, Expr::col((outbox::Entity, Attempts)).add(1))
        // A claim that ran out: that try may have arrived.
        .value(Ambiguous, Expr::col((outbox::Entity, Ambiguous)).or(State.eq(IN_FLIGHT)))
        .and_where(Id.in_subquery(chosen))
        // Once more in the statement itself: a row that somebody claimed since it was chosen is not taken.
        .cond_where(claimable(|column| Expr::col((outbox::Entity, column)), now))
        .returning(Returning::new().all())
        .with_cte(WithClause::new().cte(cte).to_owned())
        .to_owned()
}

/// Of each chat the letter whose turn it is, where it may leave now.
fn next_letters(channels: &[ChannelKind], limit: u64, now: DateTime<Utc>) -> SelectStatement {
    use outbox::Column::Id;
    let letter = Alias::new(LETTER);
    ready(channels, now)
        .column((letter.clone(), Id))
        .order_by((letter.clone(), Id), Order::Asc)
        .limit(limit)
        .lock_with_tables_behavior(LockType::Update, [letter], LockBehavior::SkipLocked)
        .take()
}

/// Since when the letter that could have left first could have: milliseconds, or nothing.
pub(super) fn oldest_ready(channels: &[ChannelKind], now: DateTime<Utc>) -> SelectStatement {
    ready(channels, now).expr(Expr::col((Alias::new(LETTER), outbox::Column::NotBefore)).min()).take()
}

/// Letters of these channels, as [`LETTER`], whose turn it is and that may leave now.
fn ready(channels: &[ChannelKind], now: DateTime<Utc>) -> SelectStatement {
    let letter = Alias::new(LETTER);
    let of = |column: outbox::Column| Expr::col((letter.clone(), column));
    Query::select()
        .from_as(outbox::Entity, letter.clone())
        .inner_join(
            chat_table::Entity,
            Expr::col((chat_table::Entity, chat_table::Column::Id))
                .equals((letter.clone(), outbox::Column::ChatId)),
        )
        .and_where(
            Expr::col((chat_table::Entity, chat_table::Column::Channel))
                .is_in(channels.iter().map(|channel| channel.as_str())),
        )
        .cond_where(claimable(of, now))
        .and_where(of(outbox::Column::Id).in_subquery(heads_of_lanes(now)))
        .take()
}

/// Of each lane the oldest letter that is due, on its way, or holds the lane until it is tried again. A
/// letter that was only written for a later time holds nothing.
fn heads_of_lanes(now: DateTime<Utc>) -> SelectStatement {
    use outbox::Column::{ChatId, Held, Id, NotBefore, State};
    let holds = Condition::any().add(NotBefore.lte(ms(now))).add(Held.eq(true)).add(State.eq(IN_FLIGHT));
    Query::select()
        .expr(Id.min())
        .from(outbox::Entity)
        .and_where(State.is_in([PENDING, IN_FLIGHT]))
        .cond_where(holds)
        .group_by_col(ChatId)
        .take()
}

fn claimable(of: impl Fn(outbox::Column) -> Expr, now: DateTime<Utc>) -> Condition {
    use outbox::Column::{LeaseUntil, NotBefore, State};
    let waits = of(State).eq(PENDING).and(of(NotBefore).lte(ms(now)));
    let ran_out = of(State).eq(IN_FLIGHT).and(of(LeaseUntil).lte(ms(now)));
    Condition::any().add(waits).add(ran_out)
}
