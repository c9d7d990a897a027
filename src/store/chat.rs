//! Chats: who is behind them, and what the conversation remembers.

use super::{
    Result, Rows, Store, Tx,
    column::{at, from_json, from_word, json, ms, word},
    many::{lots, padded},
};
use crate::{
    dialogue::{ChannelKind, ChatKind},
    domain::{ChatId, PersonCode, UnitCode},
};
use chrono::{DateTime, Utc};
use entity::{card, chat, chat_message, outbox};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{
        Alias, Expr, ExprTrait, OnConflict, Query, SimpleExpr, TableRef, UpdateStatement, ValueTuple,
    },
};
use serde_json::Value;

/// One conversation on one channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Chat {
    /// The row.
    pub id: ChatId,
    /// By which way.
    pub channel: ChannelKind,
    /// Its address in the channel.
    pub address: String,
    /// One person or many.
    pub kind: ChatKind,
    /// Who is bound to it (a private chat).
    pub person: Option<PersonCode>,
    /// Which unit has bound it (a group).
    pub unit: Option<UnitCode>,
    /// The language chosen here (BCP 47).
    pub language: Option<String>,
    /// What the conversation remembers; its own business.
    pub state: Value,
    /// Counts writes: the optimistic version.
    pub version: u32,
    /// Letters arrive here, as far as is known.
    pub reachable: bool,
    /// What the channel calls it.
    pub name: Option<String>,
    /// When its unfinished report goes to the desk as it is; none where there is none.
    pub overdue_at: Option<DateTime<Utc>>,
}

/// Codes in one `IN`.
const CHUNK: usize = 500;

impl<C: ConnectionTrait> Rows<C> {
    /// A chat by its address.
    pub async fn chat(&self, channel: ChannelKind, address: &str) -> Result<Option<Chat>> {
        let row = chat::Entity::find()
            .filter(chat::Column::Channel.eq(channel.as_str()))
            .filter(chat::Column::Address.eq(address))
            .one(&self.db)
            .await?;
        row.map(from_row).transpose()
    }

    /// A chat by its row.
    pub async fn chat_by_id(&self, id: ChatId) -> Result<Option<Chat>> {
        let row = chat::Entity::find_by_id(id.0).one(&self.db).await?;
        row.map(from_row).transpose()
    }

    /// The private chats of people, reachable or not, in the order of their rows.
    pub async fn chats_of(&self, people: &[PersonCode]) -> Result<Vec<Chat>> {
        let mut found = Vec::new();
        for some in people.chunks(CHUNK) {
            let codes = padded(some.iter().map(PersonCode::as_str));
            let private = chat::Column::Kind.eq(word(&ChatKind::Private));
            found.extend(self.chats_where(chat::Column::Person.is_in(codes).and(private)).await?);
        }
        found.sort_by_key(|chat| chat.id);
        // Somebody who was named in two of the questions is one.
        found.dedup_by_key(|chat| chat.id);
        Ok(found)
    }

    /// The groups that units have bound, in the order of their rows.
    pub async fn groups_of(&self, units: &[UnitCode]) -> Result<Vec<Chat>> {
        if units.is_empty() {
            return Ok(Vec::new());
        }
        self.chats_where(chat::Column::Unit.is_in(padded(units.iter().map(UnitCode::as_str)))).await
    }

    /// Chats by their rows, in the order of these.
    pub async fn chats_by_id(&self, ids: &[ChatId]) -> Result<Vec<Chat>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.chats_where(chat::Column::Id.is_in(padded(ids.iter().map(|id| id.0)))).await
    }

    async fn chats_where(&self, condition: SimpleExpr) -> Result<Vec<Chat>> {
        let rows =
            chat::Entity::find().filter(condition).order_by_asc(chat::Column::Id).all(&self.db).await?;
        rows.into_iter().map(from_row).collect()
    }

    /// Chats in which letters no longer arrive, the newest chat first.
    pub async fn unreachable_chats(&self, limit: u64) -> Result<Vec<Chat>> {
        let rows = chat::Entity::find()
            .filter(chat::Column::Reachable.eq(false))
            .order_by_desc(chat::Column::Id)
            .limit(limit)
            .all(&self.db)
            .await?;
        rows.into_iter().map(from_row).collect()
    }

    /// Chats whose unfinished report has waited long enough, the longest first.
    pub async fn overdue_chats(&self, now: DateTime<Utc>, limit: u64) -> Result<Vec<ChatId>> {
        let ids = chat::Entity::find()
            .select_only()
            .column(chat::Column::Id)
            .filter(chat::Column::OverdueAt.lte(ms(now)))
            .order_by_asc(chat::Column::OverdueAt)
            .order_by_asc(chat::Column::Id)
            .limit(limit)
            .into_tuple::<i64>()
            .all(&self.db)
            .await?;
        Ok(ids.into_iter().map(ChatId).collect())
    }

    /// The unfinished report of a chat could not be handed over: it is tried again then.
    pub async fn overdue_failed(&self, id: ChatId, again: DateTime<Utc>, now: DateTime<Utc>) -> Result<()> {
        let _turn = self.turn().await?;
        chat::Entity::update_many()
            .col_expr(chat::Column::OverdueAt, Expr::val(ms(again)))
            .filter(chat::Column::Id.eq(id.0))
            .filter(chat::Column::OverdueAt.lte(ms(now)))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    async fn mark_reachable(&self, id: ChatId, reachable: bool) -> Result<()> {
        let _turn = self.turn().await?;
        chat::Entity::update_many()
            .set(chat::ActiveModel { reachable: Set(reachable), ..Default::default() })
            .col_expr(chat::Column::Version, Expr::col(chat::Column::Version).add(1))
            .filter(chat::Column::Id.eq(id.0))
            .exec(&self.db)
            .await?;
        Ok(())
    }
}

impl Store {
    /// Letters arrive there, or no longer.
    pub async fn set_reachable(&self, id: ChatId, reachable: bool) -> Result<()> {
        self.mark_reachable(id, reachable).await
    }
}

impl Tx {
    /// Letters arrive there, or no longer.
    pub async fn set_reachable(&self, id: ChatId, reachable: bool) -> Result<()> {
        self.mark_reachable(id, reachable).await
    }

    /// Chats by their addresses, as far as they were heard of.
    pub async fn chats_at(&self, channel: ChannelKind, addresses: &[&str]) -> Result<Vec<Chat>> {
        let here = chat::Column::Channel.eq(channel.as_str());
        let there = chat::Column::Address.is_in(padded(addresses.iter().copied()));
        self.chats_where(here.and(there)).await
    }

    /// A chat by its address; made where it is heard of for the first time. There is one row an address,
    /// also when two processes hear of it at once.
    pub async fn chat_or_new(
        &self,
        channel: ChannelKind,
        address: &str,
        kind: ChatKind,
        now: DateTime<Utc>,
    ) -> Result<Chat> {
        if let Some(chat) = self.chat(channel, address).await? {
            return Ok(chat);
        }
        let row = chat::ActiveModel {
            channel: Set(channel.as_str().to_owned()),
            address: Set(address.to_owned()),
            kind: Set(word(&kind)),
            state: Set("null".to_owned()),
            version: Set(0),
            reachable: Set(true),
            revision: Set(0),
            created_at: Set(ms(now)),
            ..Default::default()
        };
        let there =
            OnConflict::columns([chat::Column::Channel, chat::Column::Address]).do_nothing().to_owned();
        chat::Entity::insert(row).on_conflict(there).exec_without_returning(&self.db).await?;
        self.chat(channel, address).await?.ok_or(super::Error::NotFound("chat"))
    }

    /// Saves a chat where it still has the version that was read; false: somebody was faster.
    ///
    /// # Errors
    /// [`Error::Taken`](super::Error) when its new address is another chat's ([`Tx::migrate_chat`]).
    pub async fn save_chat(&self, one: &Chat) -> Result<bool> {
        self.save_chats(&[one]).await
    }

    /// Saves chats where each still has the version that was read; false: somebody was faster with one
    /// of them, and the transaction is to be given up.
    ///
    /// # Errors
    /// As [`Tx::save_chat`].
    pub async fn save_chats(&self, all: &[&Chat]) -> Result<bool> {
        // In the order of their rows: of two that save the same ones, one waits for the other.
        let mut all = all.to_vec();
        all.sort_by_key(|chat| chat.id);
        let rows = all.iter().map(|chat| saved_values(chat)).collect::<Result<Vec<_>>>()?;
        let mut saved = 0;
        for some in lots(rows) {
            saved += self.db.execute(&save_statement(some)).await?.rows_affected();
        }
        Ok(saved == all.len() as u64)
    }

    /// A group has a new address. Where the new address was heard of already, its letters and binding
    /// are brought together under the older chat; false when the old address is not known.
    pub async fn migrate_chat(&self, channel: ChannelKind, from: &str, to: &str) -> Result<bool> {
        let Some(old) = self.chat(channel, from).await? else { return Ok(false) };
        let newer = self.chat(channel, to).await?.filter(|newer| newer.id != old.id);
        if let Some(newer) = &newer {
            self.absorb_chat(newer.id, old.id).await?;
        }
        let unit = old.unit.clone().or_else(|| newer.and_then(|newer| newer.unit));
        self.save_chat(&Chat { address: to.to_owned(), unit, reachable: true, ..old }).await
    }

    /// Everything that hangs on one chat hangs on another; the first is gone.
    async fn absorb_chat(&self, gone: ChatId, into: ChatId) -> Result<()> {
        outbox::Entity::update_many()
            .set(outbox::ActiveModel { chat_id: Set(into.0), ..Default::default() })
            .filter(outbox::Column::ChatId.eq(gone.0))
            .exec(&self.db)
            .await?;
        // A message of the new group can be edited, one of the old group cannot.
        let again = Query::select()
            .column(card::Column::CaseId)
            .from(card::Entity)
            .and_where(card::Column::ChatId.eq(gone.0))
            .take();
        card::Entity::delete_many()
            .filter(card::Column::ChatId.eq(into.0))
            .filter(card::Column::CaseId.in_subquery(again))
            .exec(&self.db)
            .await?;
        card::Entity::update_many()
            .set(card::ActiveModel { chat_id: Set(into.0), ..Default::default() })
            .filter(card::Column::ChatId.eq(gone.0))
            .exec(&self.db)
            .await?;
        chat_message::Entity::update_many()
            .set(chat_message::ActiveModel { chat_id: Set(into.0), ..Default::default() })
            .filter(chat_message::Column::ChatId.eq(gone.0))
            .exec(&self.db)
            .await?;
        chat::Entity::delete_by_id(gone.0).exec(&self.db).await?;
        Ok(())
    }
}

/// The columns that saving writes, in the order of [`saved_values`] from its third value on.
const SAVED: [chat::Column; 9] = [
    chat::Column::Address,
    chat::Column::Kind,
    chat::Column::Person,
    chat::Column::Unit,
    chat::Column::Language,
    chat::Column::Name,
    chat::Column::State,
    chat::Column::Reachable,
    chat::Column::OverdueAt,
];

/// The row, the version it is to have, and what it is to say.
fn saved_values(one: &Chat) -> Result<ValueTuple> {
    Ok(ValueTuple::Many(vec![
        one.id.0.into(),
        (one.version as i32).into(),
        one.address.clone().into(),
        word(&one.kind).into(),
        one.person.as_ref().map(ToString::to_string).into(),
        one.unit.as_ref().map(ToString::to_string).into(),
        one.language.clone().into(),
        one.name.clone().into(),
        json("chat", &one.state)?.into(),
        one.reachable.into(),
        one.overdue_at.map(ms).into(),
    ]))
}

/// One statement over many chats: a message costs one of these, and 16 at once are one round trip.
fn save_statement(rows: Vec<ValueTuple>) -> UpdateStatement {
    let new = |at: usize| Expr::col(("new", Alias::new(format!("column{at}"))));
    let version = (chat::Entity, chat::Column::Version);
    let mut update = Query::update();
    update.table(chat::Entity).from(TableRef::ValuesList(rows, "new".into()));
    for (column, at) in SAVED.into_iter().zip(3..) {
        update.value(column, new(at));
    }
    update
        .value(chat::Column::Version, Expr::col(version).add(1))
        .and_where(Expr::col((chat::Entity, chat::Column::Id)).eq(new(1)))
        .and_where(Expr::col(version).eq(new(2)))
        .take()
}

/// The chat of a row, to write to: its conversation is nobody's business then, and may be unreadable.
pub(super) fn addressee(row: chat::Model) -> Result<Chat> {
    from_row(chat::Model { state: json("chat", &Value::Null)?, ..row })
}

/// The chat of a row.
pub(super) fn from_row(row: chat::Model) -> Result<Chat> {
    Ok(Chat {
        id: ChatId(row.id),
        channel: from_word("chat", row.id, &row.channel)?,
        address: row.address,
        kind: from_word("chat", row.id, &row.kind)?,
        person: row.person.map(PersonCode),
        unit: row.unit.map(UnitCode),
        language: row.language,
        state: from_json("chat", row.id, &row.state)?,
        version: row.version as u32,
        reachable: row.reachable,
        name: row.name,
        overdue_at: row.overdue_at.map(at),
    })
}
