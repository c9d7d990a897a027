//! Claiming letters: one statement changes the rows, so that two processes never hold the same one.
//!
//! The claim is committed before the letter is sent. A process that ends in between leaves the row
//! `in_flight` with a lease; when that runs out the row is claimed again and marked ambiguous: it may
//! have arrived.

use super::{
    Result, Store,
    chat::{self, Chat},
    column::{from_json, ms},
    many::padded,
    outbox::{IN_FLIGHT, PENDING, open},
};
use crate::dialogue::{ChannelKind, Outgoing};
use chrono::{DateTime, Duration, Utc};
use entity::{card, chat as chat_table, outbox};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
    sea_query::{
        CommonTableExpression, Expr, ExprTrait, LockBehavior, LockType, Order, Query, Returning,
        SelectStatement, UnionType, UpdateStatement, WithClause,
    },
};
use std::collections::HashMap;

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
            let free = self.db.query_all(&next_letters(channels, limit, now)).await?;
            let free = free.iter().map(|row| row.try_get_by_index(0));
            let free = free.collect::<std::result::Result<Vec<i64>, _>>()?;
            if free.is_empty() {
                return Ok(Vec::new());
            }
            self.db.query_all(&claim(holder, free, lease, now)).await?
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

/// Claims letters that were found to be free; none that somebody else has taken since.
fn claim(holder: &str, letters: Vec<i64>, lease: Duration, now: DateTime<Utc>) -> UpdateStatement {
    use outbox::Column::{Ambiguous, Attempts, Holder, Id, LeaseUntil, State};
    let of = |column: outbox::Column| Expr::col((outbox::Entity, column));
    let free = Query::select()
        .column(Id)
        .from(outbox::Entity)
        .and_where(Id.is_in(padded(letters)))
        .cond_where(claimable(of, now))
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .take();
    Query::update()
        .table(outbox::Entity)
        .value(State, IN_FLIGHT)
        .value(Holder, holder)
        .value(LeaseUntil, ms(now + lease))
        .value(Attempts, of(Attempts).add(1))
        // A claim that ran out: that try may have arrived.
        .value(Ambiguous, of(Ambiguous).or(State.eq(IN_FLIGHT)))
        .and_where(Id.in_subquery(free))
        // Once more in the statement itself: a row that was claimed since it was chosen is not taken.
        .cond_where(claimable(of, now))
        .returning(Returning::new().all())
        .take()
}

/// Of each chat the letter whose turn it is, where it may leave now; the oldest first.
fn next_letters(channels: &[ChannelKind], limit: u64, now: DateTime<Utc>) -> SelectStatement {
    let claimable = claimable(of_letter, now);
    heads(channels, now)
        .expr(head())
        .and_where(of_head(of_letter(outbox::Column::Id), claimable).is_not_null())
        .order_by_expr(head(), Order::Asc)
        .limit(limit)
        .take()
}

/// Since when the letter that could have left first could have: milliseconds, or nothing.
pub(super) fn oldest_ready(channels: &[ChannelKind], now: DateTime<Utc>) -> SelectStatement {
    let since = of_head(of_letter(outbox::Column::NotBefore), claimable(of_letter, now));
    heads(channels, now).expr(since.min()).take()
}

/// The next time that the letter whose turn it is may leave or be claimed again, over the lanes of these
/// channels: milliseconds, or nothing. What waits behind it does not count.
pub(super) fn next_turn(channels: &[ChannelKind], now: DateTime<Utc>) -> SelectStatement {
    use outbox::Column::{LeaseUntil, NotBefore, State};
    let when =
        Expr::case(of_letter(State).eq(IN_FLIGHT), of_letter(LeaseUntil)).finally(of_letter(NotBefore));
    heads(channels, now).expr(of_head(when.into(), Condition::all()).min()).take()
}

/// The next time that a letter which was written for a later one joins its lane: milliseconds, or nothing.
pub(super) fn next_written(channels: &[ChannelKind], now: DateTime<Utc>) -> SelectStatement {
    use outbox::Column::{ChatId, FinishedAt, NotBefore, State};
    Query::select()
        .expr(of_letter(NotBefore).min())
        .from_as(outbox::Entity, LETTER)
        .and_where(of_letter(FinishedAt).is_null())
        .and_where(of_letter(State).eq(PENDING))
        .and_where(of_letter(NotBefore).gt(ms(now)))
        .and_where(is_of(of_letter(ChatId), channels))
        .take()
}

/// The table's name inside the statements, of the lanes, and of their heads.
const LETTER: &str = "letter";
const LANE: &str = "lane";
const HEAD: &str = "head";

fn of_letter(column: outbox::Column) -> Expr {
    Expr::col((LETTER, column))
}

fn head() -> Expr {
    Expr::col((HEAD, outbox::Column::Id))
}

/// `FROM head`: of each lane of these channels the oldest letter that is due, on its way, or holds the
/// lane until it is tried again. A letter that was only written for a later time holds nothing.
///
/// `WITH RECURSIVE` goes from lane to lane along their index: what waits behind a lane's head is not
/// looked at. Grouping by lane takes as long as there are letters waiting, and with it a claim.
///
/// Everything is asked row by row, in parts that give one value. As joins, PostgreSQL read the whole table
/// for each claim as long as its statistics did not know of a storm: 450 letters a second for a minute.
fn heads(channels: &[ChannelKind], now: DateTime<Utc>) -> SelectStatement {
    use outbox::Column::{ChatId, Held, Id, NotBefore, State};
    let here = || Expr::col((LANE, ChatId));
    let waiting = || Query::select().from(outbox::Entity).and_where(open()).take();
    let next = waiting().expr(ChatId.min()).and_where(ChatId.into_expr().gt(here())).take();
    let step = Query::select().expr(part(next)).from(LANE).and_where(here().is_not_null()).take();
    let lanes = waiting().expr(ChatId.min()).union(UnionType::All, step).take();
    let holds = Condition::any().add(NotBefore.lte(ms(now))).add(Held.eq(true)).add(State.eq(IN_FLIGHT));
    let first = waiting().expr(Id.min()).and_where(ChatId.into_expr().eq(here())).cond_where(holds).take();
    let heads = Query::select()
        .expr(part(first))
        .from(LANE)
        .and_where(here().is_not_null())
        .and_where(is_of(here(), channels))
        .take();
    let lanes = CommonTableExpression::new().query(lanes).column(ChatId).table_name(LANE).to_owned();
    let heads = CommonTableExpression::new().query(heads).column(Id).table_name(HEAD).to_owned();
    let with = WithClause::new().recursive(true).cte(lanes).cte(heads).to_owned();
    Query::select().from(HEAD).with_cte(with).take()
}

/// Something of a head, where it is so.
fn of_head(what: Expr, so: Condition) -> Expr {
    let letter = Query::select()
        .expr(what)
        .from_as(outbox::Entity, LETTER)
        .and_where(of_letter(outbox::Column::Id).eq(head()))
        .cond_where(so)
        .take();
    part(letter)
}

/// Is the chat of one of these channels?
fn is_of(chat: Expr, channels: &[ChannelKind]) -> Expr {
    let channel = Query::select()
        .column(chat_table::Column::Channel)
        .from(chat_table::Entity)
        .and_where(Expr::col((chat_table::Entity, chat_table::Column::Id)).eq(chat))
        .take();
    part(channel).is_in(channels.iter().map(|channel| channel.as_str()))
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
