//! Claiming letters: one statement, so that two processes never hold the same row.
//!
//! The claim is committed before the letter is sent. A process that ends in between leaves the row
//! `in_flight` with a lease; when that runs out the row is claimed again and marked ambiguous: it may
//! have arrived.

use super::{
    Result, Store,
    chat::{self, Chat},
    column::{at, from_json, ms},
    many::{filled, lots, padded},
    outbox::{IN_FLIGHT, PENDING},
};
use crate::dialogue::{ChannelKind, Outgoing};
use chrono::{DateTime, Duration, Utc};
use entity::{card, chat as chat_table, outbox};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
    sea_query::{
        Alias, CommonTableExpression, Expr, ExprTrait, LockBehavior, LockType, Order, Query, Returning,
        UpdateStatement, ValueTuple, WithClause,
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
    /// When it was written.
    pub written_at: DateTime<Utc>,
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

/// Where the next claim goes on: the lanes are gone through in turn.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place(Option<i64>);

impl Store {
    /// Claims letters for `holder` (one process) until `now + lease`: of each chat at most the one whose
    /// turn it is. A chat with a letter on its way, or waiting to be tried again, waits. The chats' turns
    /// come one after the other, from `place` on and around: however many wait, a claim looks at few.
    pub async fn claim(
        &self,
        (holder, lease): (&str, Duration),
        channels: &[ChannelKind],
        limit: u64,
        place: &mut Place,
        now: DateTime<Utc>,
    ) -> Result<Vec<OutboxRow>> {
        let held = Claim { holder: holder.to_owned(), until: now + lease };
        let (begun, mut around) = (place.0, place.0.is_none());
        loop {
            let part = self.walk(place.0, now).await?;
            place.0 = part.goes_on_after;
            let taken = self.take(&part.heads(channels), &held, limit, now).await?;
            if taken.len() as u64 == limit {
                place.0 = taken.iter().map(|row| row.chat_id).max();
            }
            if !taken.is_empty() {
                return self.with_chats(taken, &held, now).await;
            }
            if around && place.0.is_none_or(|at| begun.is_some_and(|begun| at >= begun)) {
                return Ok(Vec::new());
            }
            around |= place.0.is_none();
        }
    }

    /// The letters taken, the oldest first.
    async fn take(
        &self,
        heads: &[i64],
        held: &Claim,
        limit: u64,
        now: DateTime<Utc>,
    ) -> Result<Vec<outbox::Model>> {
        if heads.is_empty() {
            return Ok(Vec::new());
        }
        let taken = {
            let _turn = self.turn().await?;
            self.db.query_all(&take(heads, &held.holder, limit, (now, held.until))).await?
        };
        let read = |row| outbox::Model::from_query_result(row, "");
        let mut taken = taken.iter().map(read).collect::<std::result::Result<Vec<_>, _>>()?;
        taken.sort_by_key(|row| row.id);
        Ok(taken)
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
        let ids = padded(claimed.iter().map(|row| row.chat_id));
        let chats =
            chat_table::Entity::find().filter(chat_table::Column::Id.is_in(ids)).all(&self.db).await?;
        let mut chats: HashMap<i64, chat_table::Model> = chats.into_iter().map(|row| (row.id, row)).collect();
        let cards = self.cards(claimed.iter().filter_map(|row| Some((row.chat_id, row.case_id?)))).await?;
        let message = |row: &outbox::Model| cards.get(&(row.chat_id, row.case_id?)).cloned();
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

    /// The messages that show cases in chats already. Asked for pair by pair: two lists would be every
    /// chat with every case.
    async fn cards(&self, which: impl Iterator<Item = (i64, i64)>) -> Result<HashMap<(i64, i64), String>> {
        let mut found = HashMap::new();
        for some in lots(which.map(|(chat, case)| ValueTuple::Two(chat.into(), case.into())).collect()) {
            let of = |column: card::Column| Expr::col((card::Entity, column));
            let asked = |column: &'static str| Expr::col(("asked", column));
            let both = Condition::all()
                .add(of(card::Column::ChatId).eq(asked("column1")))
                .add(of(card::Column::CaseId).eq(asked("column2")));
            let question = Query::select()
                .exprs([card::Column::ChatId, card::Column::CaseId, card::Column::Message].map(of))
                .from_values(some, "asked")
                .inner_join(card::Entity, both)
                .take();
            for row in self.db.query_all(&question).await? {
                let key = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
                found.insert(key, row.try_get_by_index(2)?);
            }
        }
        Ok(found)
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
        written_at: at(row.created_at),
        attempts: u32::try_from(row.attempts - 1).unwrap_or(0),
        ambiguous: row.ambiguous,
        message,
    })
}

/// Takes those of the letters that may leave, in the order of their lanes.
fn take(
    heads: &[i64],
    holder: &str,
    limit: u64,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> UpdateStatement {
    use outbox::Column::{Ambiguous, Attempts, ChatId, Holder, Id, LeaseUntil, State};
    let next = Alias::new("next");
    let free = Query::select()
        .column(Id)
        .from(outbox::Entity)
        .and_where(Id.is_in(filled(heads.to_vec())))
        .cond_where(claimable(outbox::Column::into_expr, now))
        .order_by(ChatId, Order::Asc)
        .limit(limit)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .take();
    let cte = CommonTableExpression::new()
        .query(free)
        .column(Id)
        .table_name(next.clone())
        .materialized(true)
        .to_owned();
    let chosen = Query::select().column((next.clone(), Id)).from(next).take();
    Query::update()
        .table(outbox::Entity)
        .value(State, IN_FLIGHT)
        .value(Holder, holder)
        .value(LeaseUntil, ms(until))
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

pub(super) fn claimable(of: impl Fn(outbox::Column) -> Expr, now: DateTime<Utc>) -> Condition {
    use outbox::Column::{LeaseUntil, NotBefore, State};
    let waits = of(State).eq(PENDING).and(of(NotBefore).lte(ms(now)));
    let ran_out = of(State).eq(IN_FLIGHT).and(of(LeaseUntil).lte(ms(now)));
    Condition::any().add(waits).add(ran_out)
}
