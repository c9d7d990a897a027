//! The outbox: letters are rows of the transaction of what they tell. A chat is a lane, and its letters
//! leave in the order of their rows. A card that still waits is not followed by a second one: it is
//! replaced by the newest, in its place.

use super::{
    Result, Rows, Tx,
    chat::{self, Chat},
    column::{at, from_json, json, ms},
    many::{self, padded},
};
use crate::{
    dialogue::{ChannelKind, Outgoing},
    domain::{CaseId, ChatId},
};
use chrono::{DateTime, Utc};
use entity::{card, chat as chat_table, outbox};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Query, SelectStatement, SimpleExpr},
};
use std::collections::HashMap;

/// Waits to be sent.
pub(super) const PENDING: &str = "pending";
/// Claimed: it is being sent, or was when its process ended.
pub(super) const IN_FLIGHT: &str = "in_flight";

/// A letter to be put into the outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxNew {
    /// To which chat.
    pub chat: ChatId,
    /// What.
    pub outgoing: Outgoing,
    /// Not before this time; letters of the chat that may leave earlier do.
    pub not_before: Option<DateTime<Utc>>,
}

/// Letters of one of these may be one letter: a chat, and the case whose card it is.
type Lane = (ChatId, Option<CaseId>);

impl OutboxNew {
    fn lane(&self) -> Lane {
        (self.chat, self.outgoing.card.map(|card| card.case))
    }

    /// Tells what a later letter of the same lane tells; false where that has to be a letter of its own.
    fn take_in(&mut self, later: &Self) -> bool {
        if self.outgoing.card.is_none() {
            return joined(&mut self.outgoing, &later.outgoing);
        }
        self.outgoing = newest(self.outgoing.clone(), later.outgoing.clone());
        // None is now, which is not later than any.
        self.not_before = self.not_before.map(|at| later.not_before.map_or(at, |other| at.min(other)));
        true
    }
}

impl Tx {
    /// Puts letters into the outbox, in order.
    ///
    /// A card replaces a waiting card of the same case in the same chat and keeps its place in the lane.
    /// Where the waiting one had never been sent, what it would have brought stays: its sound, its
    /// location, its photo.
    pub async fn push(&self, letters: &[OutboxNew], now: DateTime<Utc>) -> Result<()> {
        let mut waiting = self.waiting_cards(letters).await?;
        let mut fresh: Vec<OutboxNew> = Vec::new();
        for letter in letters {
            let beside = fresh.iter_mut().rev().find(|one| one.lane() == letter.lane());
            let is_kept = match (beside, letter.outgoing.card) {
                (Some(one), _) => one.take_in(letter),
                (None, Some(_)) => match waiting.get_mut(&letter.lane()) {
                    Some(card) => self.replace(card, letter).await?,
                    None => false,
                },
                (None, None) => letter.outgoing.digest && self.join(letter).await?,
            };
            if !is_kept {
                fresh.push(letter.clone());
            }
        }
        many::insert(&self.db, fresh.iter().map(|one| row(one, now)).collect::<Result<Vec<_>>>()?).await
    }

    /// The cards that wait to be sent, the newest of each case in each chat.
    async fn waiting_cards(&self, letters: &[OutboxNew]) -> Result<HashMap<Lane, outbox::Model>> {
        let cases = padded(letters.iter().filter_map(|one| one.outgoing.card).map(|card| card.case.0));
        if cases.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = outbox::Entity::find()
            .filter(outbox::Column::CaseId.is_in(cases))
            .filter(outbox::Column::State.eq(PENDING))
            .order_by_asc(outbox::Column::Id)
            // They are read, changed and written back: nobody else may do so meanwhile.
            .lock_exclusive()
            .all(&self.db)
            .await?;
        let lane = |row: &outbox::Model| (ChatId(row.chat_id), row.case_id.map(CaseId));
        Ok(rows.into_iter().map(|row| (lane(&row), row)).collect())
    }

    /// Replaces a waiting card; false when it was claimed just now.
    async fn replace(&self, waiting: &mut outbox::Model, letter: &OutboxNew) -> Result<bool> {
        let old: Outgoing = from_json("outbox", waiting.id, &waiting.body)?;
        let outgoing = newest(old, letter.outgoing.clone());
        waiting.not_before =
            letter.not_before.map_or(waiting.not_before, |at| ms(at).min(waiting.not_before));
        waiting.version = outgoing.card.map(|card| card.version as i32);
        waiting.body = json("outbox", &outgoing)?;
        let done = outbox::Entity::update_many()
            .set(outbox::ActiveModel {
                version: Set(waiting.version),
                body: Set(waiting.body.clone()),
                not_before: Set(waiting.not_before),
                ..Default::default()
            })
            .filter(outbox::Column::Id.eq(waiting.id))
            .filter(outbox::Column::State.eq(PENDING))
            .exec(&self.db)
            .await?;
        Ok(done.rows_affected > 0)
    }

    /// Tells it together with what waits to be told in the same way; false when nothing does.
    async fn join(&self, letter: &OutboxNew) -> Result<bool> {
        let waiting = outbox::Entity::find()
            .filter(outbox::Column::ChatId.eq(letter.chat.0))
            .filter(outbox::Column::CaseId.is_null())
            .filter(open())
            .filter(outbox::Column::State.eq(PENDING))
            .order_by_desc(outbox::Column::Id)
            // It is read, changed and written back: nobody else may do so meanwhile.
            .lock_exclusive()
            .one(&self.db)
            .await?;
        let Some(waiting) = waiting else { return Ok(false) };
        let mut outgoing: Outgoing = from_json("outbox", waiting.id, &waiting.body)?;
        if !joined(&mut outgoing, &letter.outgoing) {
            return Ok(false);
        }
        let done = outbox::Entity::update_many()
            .set(outbox::ActiveModel { body: Set(json("outbox", &outgoing)?), ..Default::default() })
            .filter(outbox::Column::Id.eq(waiting.id))
            .filter(outbox::Column::State.eq(PENDING))
            .exec(&self.db)
            .await?;
        Ok(done.rows_affected > 0)
    }

    /// Forgets the card of a case in a chat, so that the next one is a new message.
    pub async fn forget_card(&self, chat: ChatId, case: Option<CaseId>) -> Result<()> {
        forget_card(self, chat, case).await
    }
}

impl super::Store {
    /// Forgets the card of a case in a chat, so that the next one is a new message.
    pub async fn forget_card(&self, chat: ChatId, case: Option<CaseId>) -> Result<()> {
        forget_card(self, chat, case).await
    }

    /// Sends a letter that had ended without arriving (a dead letter) again; false when there is none.
    pub async fn resend(&self, id: i64, now: DateTime<Utc>) -> Result<bool> {
        Ok(self.revive(outbox::Column::Id.eq(id), now).await? > 0)
    }

    /// Sends every dead letter again. How many there are.
    pub async fn resend_all(&self, now: DateTime<Utc>) -> Result<u64> {
        self.revive(outbox::Column::Id.is_not_null(), now).await
    }

    async fn revive(&self, which: SimpleExpr, now: DateTime<Utc>) -> Result<u64> {
        let _turn = self.turn().await?;
        let revived = outbox::Entity::update_many()
            .set(outbox::ActiveModel {
                state: Set(PENDING.to_owned()),
                attempts: Set(0),
                not_before: Set(ms(now)),
                held: Set(false),
                error: Set(None),
                finished_at: Set(None),
                ..Default::default()
            })
            .filter(which)
            .filter(super::finish::dead())
            .exec(&self.db)
            .await?;
        Ok(revived.rows_affected)
    }
}

async fn forget_card<C: ConnectionTrait>(rows: &Rows<C>, chat: ChatId, case: Option<CaseId>) -> Result<()> {
    let Some(case) = case else { return Ok(()) };
    let _turn = rows.turn().await?;
    card::Entity::delete_by_id((chat.0, case.0)).exec(&rows.db).await?;
    Ok(())
}

impl<C: ConnectionTrait> Rows<C> {
    /// The chats that have a card of the case, or will have one: a letter with it waits or is on its way.
    pub async fn cards_of(&self, case: CaseId) -> Result<Vec<Chat>> {
        let sent = Query::select()
            .column(card::Column::ChatId)
            .from(card::Entity)
            .and_where(card::Column::CaseId.eq(case.0))
            .take();
        let coming = Query::select()
            .column(outbox::Column::ChatId)
            .from(outbox::Entity)
            .and_where(outbox::Column::CaseId.eq(case.0))
            .and_where(open())
            .take();
        let id = chat_table::Column::Id;
        let rows = chat_table::Entity::find()
            .filter(Condition::any().add(id.in_subquery(sent)).add(id.in_subquery(coming)))
            .order_by_asc(id)
            .all(&self.db)
            .await?;
        rows.into_iter().map(chat::from_row).collect()
    }

    /// The case whose card is this message of the chat.
    pub async fn case_of_message(&self, chat: ChatId, message: &str) -> Result<Option<CaseId>> {
        let row = card::Entity::find()
            .filter(card::Column::ChatId.eq(chat.0))
            .filter(card::Column::Message.eq(message))
            .one(&self.db)
            .await?;
        Ok(row.map(|row| CaseId(row.case_id)))
    }

    /// How many letters wait or are on their way, and for how many seconds the oldest of the served
    /// channels that may leave has been waiting for somebody to send it: how far behind delivery is. A
    /// letter that waits for its next try, and what waits behind it, is not behind.
    pub async fn outbox_depth(&self, served: &[ChannelKind], now: DateTime<Utc>) -> Result<(u64, i64)> {
        let waiting = outbox::Entity::find().filter(open()).count(&self.db).await?;
        let oldest = self.time_of(&super::lane::oldest_ready(served, now)).await?;
        Ok((waiting, oldest.map_or(0, |oldest| (ms(now) - oldest).max(0) / 1000)))
    }

    /// When to look into the outbox again for the served channels: the next time a letter may leave, or
    /// a claim runs out.
    pub async fn next_outbox(
        &self,
        served: &[ChannelKind],
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>> {
        let turn = self.time_of(&super::lane::next_turn(served, now)).await?;
        // What joins its lane later is no sooner than what may leave now; it took 14 ms in a storm.
        let is_due = turn.is_some_and(|turn| turn <= ms(now));
        let written =
            if is_due { None } else { self.time_of(&super::lane::next_written(served, now)).await? };
        let next = turn.into_iter().chain(written).min();
        Ok(next.map(|next| at(next.max(ms(now)))))
    }

    async fn time_of(&self, question: &SelectStatement) -> Result<Option<i64>> {
        match self.db.query_one(question).await? {
            Some(row) => Ok(row.try_get_by_index(0)?),
            None => Ok(None),
        }
    }
}

/// Not ended.
pub(super) fn open() -> SimpleExpr {
    outbox::Column::FinishedAt.is_null()
}

fn row(letter: &OutboxNew, now: DateTime<Utc>) -> Result<outbox::ActiveModel> {
    let card = letter.outgoing.card;
    Ok(outbox::ActiveModel {
        chat_id: Set(letter.chat.0),
        case_id: Set(card.map(|card| card.case.0)),
        version: Set(card.map(|card| card.version as i32)),
        state: Set(PENDING.to_owned()),
        attempts: Set(0),
        not_before: Set(ms(letter.not_before.unwrap_or(now))),
        held: Set(false),
        ambiguous: Set(false),
        body: Set(json("outbox", &letter.outgoing)?),
        created_at: Set(ms(now)),
        ..Default::default()
    })
}

/// Adds what is told in the same way; false where it is not.
fn joined(told: &mut Outgoing, more: &Outgoing) -> bool {
    if !(told.digest && more.digest) {
        return false;
    }
    told.message.absorb(more.message.clone());
    // Worth telling as long as any of it is.
    told.expires_at = told.expires_at.zip(more.expires_at).map(|(a, b)| a.max(b));
    true
}

/// The newer card with what only the waiting one would have brought.
fn newest(old: Outgoing, new: Outgoing) -> Outgoing {
    let version = |one: &Outgoing| one.card.map(|card| card.version);
    let (older, newer) = if version(&old) > version(&new) { (new, old) } else { (old, new) };
    Outgoing {
        only_edit: older.only_edit && newer.only_edit,
        loud: older.loud || newer.loud,
        courtesy: older.courtesy && newer.courtesy,
        place: newer.place.or(older.place),
        photo: newer.photo.or(older.photo),
        reply_to: newer.reply_to.or(older.reply_to),
        // Whistled anew it is good again.
        expires_at: if newer.only_edit { newer.expires_at.or(older.expires_at) } else { newer.expires_at },
        ..newer
    }
}
