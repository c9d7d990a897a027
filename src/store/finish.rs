//! What became of a letter.

use super::{
    Error, Result, Rows, Store, Tx,
    chat::{self, Chat},
    claim::{Claim, OutboxRow},
    column::{at, ms},
    many::lots,
    outbox::{IN_FLIGHT, PENDING},
};
use chrono::{DateTime, Utc};
use entity::{card, chat as chat_table, outbox};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict, Query, SimpleExpr, TableRef, UpdateStatement, ValueTuple},
};
use std::collections::{HashMap, HashSet};

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
        Ok(self.finish_all(&[(row, &finished)], now).await? == [true])
    }

    /// The same for letters of different chats, in one transaction, in their order.
    pub async fn finish_all(&self, all: &[(&OutboxRow, &Finished)], now: DateTime<Utc>) -> Result<Vec<bool>> {
        let tx = self.begin().await?;
        let mut mine = HashSet::new();
        let mut endings = Vec::new();
        for (row, finished) in all {
            match finished.ending() {
                Some(ending) => endings.push(ended_values(row, ending)),
                None if tx.put_off(row, finished).await? => {
                    mine.insert(row.id);
                }
                None => {}
            }
        }
        for some in lots(endings) {
            let ended = tx.db.query_all(&end_statement(some, now)).await?;
            for row in ended {
                mine.insert(row.try_get_by_index::<i64>(0)?);
            }
        }
        tx.keep_cards(all, &mine, now).await?;
        tx.commit().await?;
        Ok(all.iter().map(|(row, _)| mine.contains(&row.id)).collect())
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
    async fn keep_cards(
        &self,
        all: &[(&OutboxRow, &Finished)],
        mine: &HashSet<i64>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let cards = all.iter().filter_map(|(row, finished)| Some((row.id, sent_card(row, finished, now)?)));
        let (newest, late): (Vec<_>, Vec<_>) = cards.partition(|(id, _)| mine.contains(id));
        let there = || OnConflict::columns([card::Column::ChatId, card::Column::CaseId]);
        let replaced = [card::Column::Message, card::Column::Version, card::Column::SentAt];
        let replace = there().update_columns(replaced).to_owned();
        for (cards, again) in [(newest, replace), (late, there().do_nothing().to_owned())] {
            for some in lots(cards.into_iter().map(|(_, card)| card).collect()) {
                let insert = card::Entity::insert_many(some).on_conflict(again.clone());
                insert.exec_without_returning(&self.db).await?;
            }
        }
        Ok(())
    }

    /// Puts a claimed letter off, where the claim still holds.
    async fn put_off(&self, row: &OutboxRow, finished: &Finished) -> Result<bool> {
        let Some(change) = put_off(row, finished) else { return Ok(false) };
        let done = outbox::Entity::update_many()
            .set(change)
            .filter(held_by(row.id, &row.claim))
            .exec(&self.db)
            .await?;
        Ok(done.rows_affected > 0)
    }
}

impl<C: ConnectionTrait> Rows<C> {
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
    // The word itself, not a value beside the statement: only so is its index known to hold them all.
    Expr::cust(format!("\"outbox\".\"state\" = '{NEVER}'"))
}

impl Finished {
    /// How it ended, and why; none where it is to be tried again.
    fn ending(&self) -> Option<(&'static str, Option<&str>)> {
        Some(match self {
            Self::Sent { .. } => ("sent", None),
            Self::Uncertain { error } => ("uncertain", Some(error)),
            Self::Never { error } => (NEVER, Some(error)),
            Self::Superseded => ("superseded", None),
            Self::Expired => ("expired", None),
            Self::Again { .. } | Self::Later { .. } | Self::Ambiguous { .. } => return None,
        })
    }
}

/// None where it has ended.
fn put_off(row: &OutboxRow, finished: &Finished) -> Option<outbox::ActiveModel> {
    Some(match finished {
        Finished::Again { not_before, error } => waiting(*not_before, Some(error)),
        Finished::Later { not_before, error } => {
            outbox::ActiveModel { attempts: Set(row.attempts as i32), ..waiting(*not_before, error.as_ref()) }
        }
        Finished::Ambiguous { not_before, error } => {
            outbox::ActiveModel { ambiguous: Set(true), ..waiting(*not_before, Some(error)) }
        }
        _ => return None,
    })
}

/// The letter and its claim, and how it ended.
fn ended_values(row: &OutboxRow, (state, error): (&str, Option<&str>)) -> ValueTuple {
    ValueTuple::Many(vec![
        row.id.into(),
        row.claim.holder.clone().into(),
        ms(row.claim.until).into(),
        state.into(),
        error.map(ToOwned::to_owned).into(),
    ])
}

/// Ends letters whose claims still hold; tells which.
fn end_statement(rows: Vec<ValueTuple>, now: DateTime<Utc>) -> UpdateStatement {
    use outbox::Column::{Error, FinishedAt, Holder, Id, LeaseUntil, State};
    let new = |column: &'static str| Expr::col(("new", column));
    let of = |column: outbox::Column| Expr::col((outbox::Entity, column));
    Query::update()
        .table(outbox::Entity)
        .from(TableRef::ValuesList(rows, "new".into()))
        .value(State, new("column4"))
        .value(Error, new("column5"))
        .value(Holder, Option::<String>::None)
        .value(LeaseUntil, Option::<i64>::None)
        .value(FinishedAt, ms(now))
        .and_where(of(Id).eq(new("column1")))
        .and_where(of(State).eq(IN_FLIGHT))
        .and_where(of(Holder).eq(new("column2")))
        .and_where(of(LeaseUntil).eq(new("column3")))
        .returning(Query::returning().exprs([of(Id)]))
        .take()
}

/// The card that a letter has become.
fn sent_card(row: &OutboxRow, finished: &Finished, now: DateTime<Utc>) -> Option<card::ActiveModel> {
    let Finished::Sent { message: Some(message) } = finished else { return None };
    let key = row.outgoing.card?;
    Some(card::ActiveModel {
        chat_id: Set(row.chat.id.0),
        case_id: Set(key.case.0),
        message: Set(message.clone()),
        version: Set(key.version as i32),
        sent_at: Set(ms(now)),
    })
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
