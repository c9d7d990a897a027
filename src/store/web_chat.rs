//! Messages of the built-in chat. Each change of one gets the chat's next revision, so that a page asks
//! for what is newer than what it has seen, edits included, and misses nothing.

use super::{
    Error, Result, Rows, Store, Tx,
    column::{at, ms},
};
use crate::domain::ChatId;
use chrono::{DateTime, Utc};
use entity::{chat, chat_message};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

/// A message of the built-in chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatMessage {
    /// The row; messages are shown in its order.
    pub id: i64,
    /// Of which chat.
    pub chat: ChatId,
    /// From the person, not to the person.
    pub mine: bool,
    /// JSON of what the page shows.
    pub body: String,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// When it was changed.
    pub edited_at: Option<DateTime<Utc>>,
    /// The chat's revision that last touched it.
    pub revision: i64,
}

impl Store {
    /// Adds a message; its row.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such chat.
    pub async fn add_chat_message(
        &self,
        chat: ChatId,
        mine: bool,
        body: &str,
        now: DateTime<Utc>,
    ) -> Result<i64> {
        let tx = self.begin().await?;
        let id = tx.add_chat_message(chat, mine, body, now).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Changes a message; false when the chat has none of that number.
    pub async fn update_chat_message(
        &self,
        chat: ChatId,
        id: i64,
        body: &str,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let tx = self.begin().await?;
        let changed = chat_message::Entity::update_many()
            .set(chat_message::ActiveModel {
                body: Set(body.to_owned()),
                edited_at: Set(Some(ms(now))),
                revision: Set(tx.next_revision(chat).await?),
                ..Default::default()
            })
            .filter(chat_message::Column::Id.eq(id))
            .filter(chat_message::Column::ChatId.eq(chat.0))
            .exec(&tx.db)
            .await?;
        tx.commit().await?;
        Ok(changed.rows_affected > 0)
    }
}

impl Tx {
    /// Adds a message; its row.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such chat.
    pub async fn add_chat_message(
        &self,
        chat: ChatId,
        mine: bool,
        body: &str,
        now: DateTime<Utc>,
    ) -> Result<i64> {
        let row = chat_message::ActiveModel {
            chat_id: Set(chat.0),
            mine: Set(mine),
            body: Set(body.to_owned()),
            at: Set(ms(now)),
            edited_at: Set(None),
            revision: Set(self.next_revision(chat).await?),
            ..Default::default()
        };
        Ok(chat_message::Entity::insert(row).exec(&self.db).await?.last_insert_id)
    }

    /// Counts the chat's revision up. The chat's row stays locked until the commit, so revisions become
    /// visible in their order.
    async fn next_revision(&self, id: ChatId) -> Result<i64> {
        let rows = chat::Entity::update_many()
            .col_expr(chat::Column::Revision, Expr::col(chat::Column::Revision).add(1))
            .filter(chat::Column::Id.eq(id.0))
            .exec_with_returning(&self.db)
            .await?;
        rows.first().map(|row| row.revision).ok_or(Error::NotFound("chat"))
    }
}

impl<C: ConnectionTrait> Rows<C> {
    /// A message of a chat.
    pub async fn chat_message(&self, chat: ChatId, id: i64) -> Result<Option<ChatMessage>> {
        let row = chat_message::Entity::find_by_id(id).filter(chat_message::Column::ChatId.eq(chat.0));
        Ok(row.one(&self.db).await?.map(from_row))
    }

    /// Messages that are new or changed since a revision, in the order of their change. Where there are
    /// more than `limit`, a page that has seen nothing (0) starts with the newest, and one that goes on
    /// gets the next ones, so that it misses none.
    pub async fn chat_messages(&self, chat: ChatId, since: i64, limit: u64) -> Result<Vec<ChatMessage>> {
        let order = if since == 0 { Order::Desc } else { Order::Asc };
        let mut rows = chat_message::Entity::find()
            .filter(chat_message::Column::ChatId.eq(chat.0))
            .filter(chat_message::Column::Revision.gt(since))
            .order_by(chat_message::Column::Revision, order)
            .limit(limit)
            .all(&self.db)
            .await?;
        rows.sort_by_key(|row| row.revision);
        Ok(rows.into_iter().map(from_row).collect())
    }
}

fn from_row(row: chat_message::Model) -> ChatMessage {
    ChatMessage {
        id: row.id,
        chat: ChatId(row.chat_id),
        mine: row.mine,
        body: row.body,
        at: at(row.at),
        edited_at: row.edited_at.map(at),
        revision: row.revision,
    }
}
