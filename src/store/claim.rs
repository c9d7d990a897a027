//! Claiming letters: one statement, so that two processes never hold the same row.
//!
//! The claim is committed before the letter is sent. A process that ends in between leaves the row
//! `in_flight` with a lease; when that runs out the row is claimed again and marked ambiguous: it may
//! have arrived.

use super::{
    Result, Store,
    chat::{self, Chat},
    column::{from_json, ms},
    outbox::{IN_FLIGHT, PENDING, open},
};
use crate::dialogue::{ChannelKind, Outgoing};
use chrono::{DateTime, Duration, Utc};
use entity::{card, chat as chat_table, outbox};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
    sea_query::{
        Alias, CommonTableExpression, Expr, ExprTrait, LockBehavior, LockType, Order, Query, Returning,
        SelectStatement, UnionType, UpdateStatement, WithClause,
    },
};
use std::collections::HashMap;

/// The table's name inside the statements.
const LETTER: &str = "letter";

/// A claimed letter, for [`Store::finish`].
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxRow {
    /// The row.
    pub id: i64,
    /// Whose it is, and until when.
    pub claim: Claim,
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

/// A claim on a letter: no two of the same letter are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The process that sends it.
    pub holder: String,
    /// From then on it is free for another.
    pub until: DateTime<Utc>,
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
        let held = Claim { holder: holder.to_owned(), until: now + lease };
        let mut claimed = claimed
            .iter()
            .map(|row| outbox::Model::from_query_result(row, ""))
            .collect::<std::result::Result<Vec<_>, _>>()?;
        claimed.sort_by_key(|row| row.id);
        self.with_chats(claimed, &held, now).await
    }

    async fn with_chats(
        &self,
        claimed: Vec<outbox::Model>,
        held: &Claim,
        now: DateTime<Utc>,
    ) -> Result<Vec<OutboxRow>> {
        if claimed.is_empty() {
            return Ok(Vec::new());
        }
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
            let (id, message) = (row.id, message(&row));
            match letter(row, chat, message, held) {
                Ok(row) => rows.push(row),
                // The letters claimed with it are good.
                Err(error) => self.unreadable(id, held, &error, now).await?,
            }
        }
        Ok(rows)
    }
}

fn letter(
    row: outbox::Model,
    chat: chat_table::Model,
    message: Option<String>,
    held: &Claim,
) -> Result<OutboxRow> {
    Ok(OutboxRow {
        id: row.id,
        claim: held.clone(),
        chat: chat::addressee(chat)?,
        outgoing: from_json("outbox", row.id, &row.body)?,
        attempts: u32::try_from(row.attempts - 1).unwrap_or(0),
        ambiguous: row.ambiguous,
        message,
    })
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
    lanes(channels)
        .cond_where(claimable(of, now))
        .and_where(of(outbox::Column::Id).in_subquery(heads_of_lanes(now)))
        .take()
}

/// Letters of these channels, as [`LETTER`].
fn lanes(channels: &[ChannelKind]) -> SelectStatement {
    let letter = Alias::new(LETTER);
    Query::select()
        .from_as(outbox::Entity, letter.clone())
        .inner_join(
            chat_table::Entity,
            Expr::col((chat_table::Entity, chat_table::Column::Id)).equals((letter, outbox::Column::ChatId)),
        )
        .and_where(
            Expr::col((chat_table::Entity, chat_table::Column::Channel))
                .is_in(channels.iter().map(|channel| channel.as_str())),
        )
        .take()
}

/// The next time that the letter whose turn it is may leave or be claimed again, over the lanes of these
/// channels: milliseconds, or nothing. What waits behind it does not count.
pub(super) fn next_turn(channels: &[ChannelKind], now: DateTime<Utc>) -> SelectStatement {
    use outbox::Column::{Id, LeaseUntil, NotBefore, State};
    let letter = Alias::new(LETTER);
    let of = |column: outbox::Column| Expr::col((letter.clone(), column));
    let when = Expr::case(of(State).eq(IN_FLIGHT), of(LeaseUntil)).finally(of(NotBefore));
    lanes(channels).expr(Expr::expr(when).min()).and_where(of(Id).in_subquery(heads_of_lanes(now))).take()
}

/// The next time that a letter which was written for a later one joins its lane: milliseconds, or nothing.
pub(super) fn next_written(channels: &[ChannelKind], now: DateTime<Utc>) -> SelectStatement {
    use outbox::Column::{FinishedAt, NotBefore, State};
    let letter = Alias::new(LETTER);
    let of = |column: outbox::Column| Expr::col((letter.clone(), column));
    lanes(channels)
        .expr(of(NotBefore).min())
        .and_where(of(FinishedAt).is_null())
        .and_where(of(State).eq(PENDING))
        .and_where(of(NotBefore).gt(ms(now)))
        .take()
}

/// Of each lane the oldest letter that is due, on its way, or holds the lane until it is tried again. A
/// letter that was only written for a later time holds nothing.
///
/// `WITH RECURSIVE` goes from lane to lane along their index: what waits behind a lane's head is not
/// looked at. Grouping by lane takes as long as there are letters waiting, and with it a claim.
fn heads_of_lanes(now: DateTime<Utc>) -> SelectStatement {
    use outbox::Column::{ChatId, Held, Id, NotBefore, State};
    let (lane, chat) = (Alias::new("lane"), Alias::new("chat"));
    let here = || Expr::col((lane.clone(), chat.clone()));
    let waiting = || Query::select().from(outbox::Entity).and_where(open()).take();
    let next = waiting().expr(ChatId.min()).and_where(ChatId.into_expr().gt(here())).take();
    let step = Query::select().expr(part(next)).from(lane.clone()).and_where(here().is_not_null()).take();
    let lanes = waiting().expr(ChatId.min()).union(UnionType::All, step).take();
    let cte =
        CommonTableExpression::new().query(lanes).column(chat.clone()).table_name(lane.clone()).to_owned();
    let holds = Condition::any().add(NotBefore.lte(ms(now))).add(Held.eq(true)).add(State.eq(IN_FLIGHT));
    let head = waiting().expr(Id.min()).and_where(ChatId.into_expr().eq(here())).cond_where(holds).take();
    Query::select()
        .expr(part(head))
        .from(lane.clone())
        .and_where(here().is_not_null())
        .with_cte(WithClause::new().recursive(true).cte(cte).to_owned())
        .take()
}

fn part(of: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(of.into()))
}

fn claimable(of: impl Fn(outbox::Column) -> Expr, now: DateTime<Utc>) -> Condition {
    use outbox::Column::{LeaseUntil, NotBefore, State};
    let waits = of(State).eq(PENDING).and(of(NotBefore).lte(ms(now)));
    let ran_out = of(State).eq(IN_FLIGHT).and(of(LeaseUntil).lte(ms(now)));
    Condition::any().add(waits).add(ran_out)
}
