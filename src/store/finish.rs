//! What became of a letter.

use super::{
    Error, Result, Rows, Store, Tx,
    chat::{self, Chat},
    claim::{Claim, OutboxRow},
    column::{at, ms},
    outbox::{IN_FLIGHT, PENDING},
};
use crate::dialogue::CardKey;
use chrono::{DateTime, Utc};
use entity::{card, chat as chat_table, outbox};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{OnConflict, SimpleExpr},
};
use std::collections::HashMap;

/// What became of a claimed letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finished {
    /// It arrived.
    Sent {
        /// The message's reference in the chat; a card is edited by it from now on.
        message: Option<String>,
    },
    /// It did not, and is tried again; the chat's other letters wait behind it.
    Again {
        /// Not before.
        not_before: DateTime<Utc>,
        /// Why.
        error: String,
    },
    /// It is not the letter's fault that it waits: too much has been sent just now, or the channel asked
    /// to wait or does not let us in. Counts as no attempt.
    Later {
        /// Not before.
        not_before: DateTime<Utc>,
        /// Why, where somebody said so.
        error: Option<String>,
    },
    /// It may have arrived, and is sent once more, marked as a repeat.
    Ambiguous {
        /// Not before.
        not_before: DateTime<Utc>,
        /// Why.
        error: String,
    },
    /// It may have arrived, and is not repeated.
    Uncertain {
        /// Why.
        error: String,
    },
    /// It will not arrive: a dead letter.
    Never {
        /// Why.
        error: String,
    },
    /// There was nothing to send: a redrawn card of a chat that has none.
    Superseded,
    /// It had become pointless.
    Expired,
}

/// A letter that did not arrive.
#[derive(Clone, Debug, PartialEq)]
pub struct DeadLetter {
    /// The row, for [`Store::resend`].
    pub id: i64,
    /// To whom.
    pub chat: Chat,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it ended.
    pub error: String,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: DateTime<Utc>,
}

/// How a letter ended without arriving.
const NEVER: &str = "never";

impl Store {
    /// Says what became of a claimed letter; false when that claim is no longer the letter's: its lease
    /// ran out, and somebody else has it or has finished it.
    pub async fn finish(&self, row: &OutboxRow, finished: Finished, now: DateTime<Utc>) -> Result<bool> {
        let (Finished::Sent { message: Some(message) }, Some(key)) = (&finished, row.outgoing.card) else {
            let _turn = self.turn().await?;
            return self.end(row, &finished, now).await;
        };
        let tx = self.begin().await?;
        let mine = tx.end(row, &finished, now).await?;
        tx.keep_card(row, key, message, mine, now).await?;
        tx.commit().await?;
        Ok(mine)
    }
}

impl Store {
    /// A claimed letter that cannot be read is dead until somebody mends it.
    pub(super) async fn unreadable(
        &self,
        id: i64,
        claim: &Claim,
        error: &Error,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let _turn = self.turn().await?;
        outbox::Entity::update_many()
            .set(ended(NEVER, Some(&error.to_string()), now))
            .filter(held_by(id, claim))
            .exec(&self.db)
            .await?;
        Ok(())
    }
}

impl Tx {
    /// Sent is sent, whoever says so: the card is there. One who says so too late takes no newer one's place.
    async fn keep_card(
        &self,
        row: &OutboxRow,
        key: CardKey,
        message: &str,
        mine: bool,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let card = card::ActiveModel {
            chat_id: Set(row.chat.id.0),
            case_id: Set(key.case.0),
            message: Set(message.to_owned()),
            version: Set(key.version as i32),
            sent_at: Set(ms(now)),
        };
        let mut again = OnConflict::columns([card::Column::ChatId, card::Column::CaseId]);
        if mine {
            again.update_columns([card::Column::Message, card::Column::Version, card::Column::SentAt]);
        } else {
            again.do_nothing();
        }
        card::Entity::insert(card).on_conflict(again).exec_without_returning(&self.db).await?;
        Ok(())
    }
}

impl<C: ConnectionTrait> Rows<C> {
    /// Ends or puts off a claimed letter, where the claim still holds.
    async fn end(&self, row: &OutboxRow, finished: &Finished, now: DateTime<Utc>) -> Result<bool> {
        let done = outbox::Entity::update_many()
            .set(change(row, finished, now))
            .filter(held_by(row.id, &row.claim))
            .exec(&self.db)
            .await?;
        Ok(done.rows_affected > 0)
    }

    /// Letters that did not arrive, the newest first.
    pub async fn dead_letters(&self, limit: u64) -> Result<Vec<DeadLetter>> {
        let rows = outbox::Entity::find().filter(dead()).order_by_desc(outbox::Column::Id).limit(limit);
        let rows = rows.all(&self.db).await?;
        let ids = rows.iter().map(|row| row.chat_id);
        let chats =
            chat_table::Entity::find().filter(chat_table::Column::Id.is_in(ids)).all(&self.db).await?;
        let chats: HashMap<i64, chat_table::Model> = chats.into_iter().map(|row| (row.id, row)).collect();
        let letter = |row: outbox::Model| Some((chats.get(&row.chat_id)?.clone(), row));
        rows.into_iter().filter_map(letter).map(|(chat, row)| dead_letter(chat, row)).collect()
    }
}

fn dead_letter(chat: chat_table::Model, row: outbox::Model) -> Result<DeadLetter> {
    Ok(DeadLetter {
        id: row.id,
        chat: chat::addressee(chat)?,
        attempts: row.attempts as u32,
        error: row.error.unwrap_or_default(),
        at: at(row.created_at),
        finished_at: at(row.finished_at.unwrap_or(row.created_at)),
    })
}

fn held_by(id: i64, claim: &Claim) -> Condition {
    Condition::all()
        .add(outbox::Column::Id.eq(id))
        .add(outbox::Column::State.eq(IN_FLIGHT))
        .add(outbox::Column::Holder.eq(claim.holder.as_str()))
        .add(outbox::Column::LeaseUntil.eq(ms(claim.until)))
}

/// What a dead letter is.
pub(super) fn dead() -> SimpleExpr {
    outbox::Column::State.eq(NEVER)
}

fn change(row: &OutboxRow, finished: &Finished, now: DateTime<Utc>) -> outbox::ActiveModel {
    match finished {
        Finished::Sent { .. } => ended("sent", None, now),
        Finished::Again { not_before, error } => waiting(*not_before, Some(error)),
        Finished::Later { not_before, error } => {
            outbox::ActiveModel { attempts: Set(row.attempts as i32), ..waiting(*not_before, error.as_ref()) }
        }
        Finished::Ambiguous { not_before, error } => {
            outbox::ActiveModel { ambiguous: Set(true), ..waiting(*not_before, Some(error)) }
        }
        Finished::Uncertain { error } => ended("uncertain", Some(error), now),
        Finished::Never { error } => ended(NEVER, Some(error), now),
        Finished::Superseded => ended("superseded", None, now),
        Finished::Expired => ended("expired", None, now),
    }
}

fn waiting(not_before: DateTime<Utc>, error: Option<&String>) -> outbox::ActiveModel {
    outbox::ActiveModel {
        state: Set(PENDING.to_owned()),
        not_before: Set(ms(not_before)),
        held: Set(true),
        holder: Set(None),
        lease_until: Set(None),
        error: error.map_or(NotSet, |error| Set(Some(error.clone()))),
        ..Default::default()
    }
}

fn ended(state: &str, error: Option<&String>, now: DateTime<Utc>) -> outbox::ActiveModel {
    outbox::ActiveModel {
        state: Set(state.to_owned()),
        holder: Set(None),
        lease_until: Set(None),
        error: Set(error.cloned()),
        finished_at: Set(Some(ms(now))),
        ..Default::default()
    }
}
