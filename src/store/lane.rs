//! Lanes: the letters of a chat that wait, one after the other. Only the head of a lane may leave.

use super::{
    Result, Store,
    claim::claimable,
    column::ms,
    outbox::{IN_FLIGHT, PENDING, open},
};
use crate::dialogue::ChannelKind;
use chrono::{DateTime, Utc};
use entity::{chat as chat_table, outbox};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait,
    sea_query::{
        Alias, CommonTableExpression, Expr, ExprTrait, Query, SelectStatement, UnionType, WithClause,
    },
};

/// Lanes that are looked at in one go. 5,000 lanes took PostgreSQL 36 ms, 128 take one.
const WINDOW: i64 = 128;
/// The letters' name inside of the questions.
const LETTER: &str = "letter";

/// Some lanes, one after the other.
pub(super) struct Part {
    lanes: Vec<(Option<i64>, String)>,
    /// The last one's chat; none where there are no more.
    pub goes_on_after: Option<i64>,
}

impl Part {
    /// The letters at the heads of the lanes of some channels.
    pub fn heads(&self, channels: &[ChannelKind]) -> Vec<i64> {
        let served = |channel: &str| channels.iter().any(|one| one.as_str() == channel);
        self.lanes.iter().filter(|(_, channel)| served(channel)).filter_map(|(head, _)| *head).collect()
    }
}

impl Store {
    /// The lanes that come after that of a chat, in the order of their chats.
    pub(super) async fn walk(&self, after: Option<i64>, now: DateTime<Utc>) -> Result<Part> {
        let rows = self.db.query_all(&walk(after, now)).await?;
        let mut part = Part { lanes: Vec::with_capacity(rows.len()), goes_on_after: None };
        for row in &rows {
            part.lanes.push((row.try_get_by_index(1)?, row.try_get_by_index(2)?));
        }
        if rows.len() as i64 == WINDOW {
            part.goes_on_after = rows.last().map(|row| row.try_get_by_index(0)).transpose()?;
        }
        Ok(part)
    }
}

/// Chat, head and channel of each.
fn walk(after: Option<i64>, now: DateTime<Utc>) -> SelectStatement {
    let channel = Query::select()
        .column(chat_table::Column::Channel)
        .from(chat_table::Entity)
        .and_where(chat_table::Column::Id.into_expr().eq(here()))
        .take();
    Query::select()
        .expr(here())
        .expr(part(head(now)))
        .expr(part(channel))
        .from(Alias::new(LANE))
        .and_where(here().is_not_null())
        .with_cte(WithClause::new().recursive(true).cte(lanes_after(after, WINDOW)).to_owned())
        .take()
}

/// Since when the letter that could have left first could have: milliseconds, or nothing.
pub(super) fn oldest_ready(channels: &[ChannelKind], now: DateTime<Utc>) -> SelectStatement {
    heads(channels, now).expr(of(outbox::Column::NotBefore).min()).cond_where(claimable(of, now)).take()
}

/// The next time that the letter whose turn it is may leave or be claimed again, over the lanes of these
/// channels: milliseconds, or nothing. What waits behind it does not count.
pub(super) fn next_turn(channels: &[ChannelKind], now: DateTime<Utc>) -> SelectStatement {
    use outbox::Column::{LeaseUntil, NotBefore, State};
    let when = Expr::case(of(State).eq(IN_FLIGHT), of(LeaseUntil)).finally(of(NotBefore));
    heads(channels, now).expr(Expr::expr(when).min()).take()
}

/// The next time that a letter which was written for a later one joins its lane: milliseconds, or nothing.
pub(super) fn next_written(channels: &[ChannelKind], now: DateTime<Utc>) -> SelectStatement {
    use outbox::Column::{FinishedAt, NotBefore, State};
    letters(channels)
        .expr(of(NotBefore).min())
        .and_where(of(FinishedAt).is_null())
        .and_where(of(State).eq(PENDING))
        .and_where(of(NotBefore).gt(ms(now)))
        .take()
}

/// Letters of these channels, as [`LETTER`].
fn letters(channels: &[ChannelKind]) -> SelectStatement {
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

/// Those of them that are the heads of their lanes.
fn heads(channels: &[ChannelKind], now: DateTime<Utc>) -> SelectStatement {
    let every = Query::select()
        .expr(part(head(now)))
        .from(Alias::new(LANE))
        .and_where(here().is_not_null())
        .with_cte(WithClause::new().recursive(true).cte(lanes_after(None, i64::MAX)).to_owned())
        .take();
    letters(channels).and_where(of(outbox::Column::Id).in_subquery(every)).take()
}

/// The lanes' name inside of the questions, and their columns.
const LANE: &str = "lane";
const CHAT: &str = "chat";
const NUMBER: &str = "number";

/// Lanes after that of a chat, at most so many. `WITH RECURSIVE` goes from lane to lane along their index:
/// what waits behind a head is not looked at.
fn lanes_after(after: Option<i64>, most: i64) -> CommonTableExpression {
    use outbox::Column::ChatId;
    let (lane, number) = (Alias::new(LANE), Expr::col((Alias::new(LANE), Alias::new(NUMBER))));
    let next = waiting().expr(ChatId.min()).and_where(ChatId.into_expr().gt(here())).take();
    let step = Query::select()
        .exprs([part(next), number.clone().add(1_i64)])
        .from(lane.clone())
        .and_where(here().is_not_null())
        .and_where(number.lt(most))
        .take();
    let first = waiting()
        .exprs([ChatId.min(), Expr::val(1_i64)])
        .and_where(ChatId.into_expr().gt(after.unwrap_or(i64::MIN)))
        .take();
    CommonTableExpression::new()
        .query(first.clone().union(UnionType::All, step).take())
        .columns([Alias::new(CHAT), Alias::new(NUMBER)])
        .table_name(lane)
        .to_owned()
}

/// The oldest letter of a lane that is due, on its way, or holds the lane until it is tried again. A
/// letter that was only written for a later time holds nothing.
fn head(now: DateTime<Utc>) -> SelectStatement {
    use outbox::Column::{ChatId, Held, Id, NotBefore, State};
    let holds = Condition::any().add(NotBefore.lte(ms(now))).add(Held.eq(true)).add(State.eq(IN_FLIGHT));
    waiting().expr(Id.min()).and_where(ChatId.into_expr().eq(here())).cond_where(holds).take()
}

fn waiting() -> SelectStatement {
    Query::select().from(outbox::Entity).and_where(open()).take()
}

fn here() -> Expr {
    Expr::col((Alias::new(LANE), Alias::new(CHAT)))
}

fn of(column: outbox::Column) -> Expr {
    Expr::col((Alias::new(LETTER), column))
}

fn part(of: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(of.into()))
}
