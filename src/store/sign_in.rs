//! Who may come in: passwords, signed-in browsers, programs, and the log of what was revealed. Digests
//! and hashes only; the secrets themselves are nowhere.

use super::{
    Result, Rows, Store,
    column::{at, from_json, json, ms},
};
use crate::domain::PersonCode;
use chrono::{DateTime, Duration, Utc};
use entity::{access_log, api_client, password, session};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The digest of its token.
    pub token_hash: String,
    /// Who.
    pub person: PersonCode,
    /// What its forms bring along.
    pub csrf: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// A program that may use the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiClient {
    /// The digest of its token.
    pub token_hash: String,
    /// Its name, unique.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was used last, to the minute; none for never.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A program and its use of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiClientUse {
    /// Its name.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// Since when it has its token.
    pub created_at: DateTime<Utc>,
    /// When it was used last, to the minute; none for never.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Somebody has looked at what had to be given a reason for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub person: PersonCode,
    /// What was done (`reveal_phone`).
    pub action: String,
    /// To whom or what (`person:W0001`).
    pub subject: String,
    /// Why.
    pub reason: String,
}

impl Store {
    /// Keeps a person's password hash in place of an older one, and ends the person's sessions.
    pub async fn set_password(&self, person: &PersonCode, hash: &str, now: DateTime<Utc>) -> Result<()> {
        let tx = self.begin().await?;
        let row = password::ActiveModel {
            person: Set(person.to_string()),
            hash: Set(hash.to_owned()),
            set_at: Set(ms(now)),
        };
        let again = OnConflict::column(password::Column::Person)
            .update_columns([password::Column::Hash, password::Column::SetAt])
            .to_owned();
        password::Entity::insert(row).on_conflict(again).exec_without_returning(&tx.db).await?;
        let theirs = session::Column::Person.eq(person.as_str());
        session::Entity::delete_many().filter(theirs).exec(&tx.db).await?;
        tx.commit().await
    }

    /// Keeps a session.
    pub async fn add_session(&self, one: &Session) -> Result<()> {
        let _turn = self.turn().await?;
        let row = session::ActiveModel {
            token_hash: Set(one.token_hash.clone()),
            person: Set(one.person.to_string()),
            csrf: Set(one.csrf.clone()),
            created_at: Set(ms(one.created_at)),
            expires_at: Set(ms(one.expires_at)),
        };
        session::Entity::insert(row).exec_without_returning(&self.db).await?;
        Ok(())
    }

    /// Makes a session last until then. One that was ended meanwhile stays ended.
    pub async fn extend_session(&self, token_hash: &str, until: DateTime<Utc>) -> Result<()> {
        let _turn = self.turn().await?;
        session::Entity::update_many()
            .col_expr(session::Column::ExpiresAt, Expr::value(ms(until)))
            .filter(session::Column::TokenHash.eq(token_hash))
            .filter(session::Column::ExpiresAt.lt(ms(until)))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// Ends a session.
    pub async fn end_session(&self, token_hash: &str) -> Result<()> {
        let _turn = self.turn().await?;
        session::Entity::delete_by_id(token_hash).exec(&self.db).await?;
        Ok(())
    }

    /// Removes sessions that have run out. How many there were.
    pub async fn end_expired_sessions(&self, now: DateTime<Utc>) -> Result<u64> {
        let _turn = self.turn().await?;
        let over = session::Column::ExpiresAt.lte(ms(now));
        Ok(session::Entity::delete_many().filter(over).exec(&self.db).await?.rows_affected)
    }

    /// Lets a program in.
    ///
    /// # Errors
    /// [`Error::Taken`](super::Error) when its name is used.
    pub async fn add_api_client(&self, one: &ApiClient, now: DateTime<Utc>) -> Result<()> {
        let _turn = self.turn().await?;
        let row = api_client::ActiveModel {
            token_hash: Set(one.token_hash.clone()),
            name: Set(one.name.clone()),
            scopes: Set(json("api_client", &one.scopes)?),
            created_at: Set(ms(now)),
            last_used_at: Set(None),
        };
        api_client::Entity::insert(row).exec_without_returning(&self.db).await?;
        Ok(())
    }

    /// A token was used. It is written down when that was not known for a minute, not each time.
    pub async fn touch_api_client(&self, token_hash: &str, now: DateTime<Utc>) -> Result<()> {
        let _turn = self.turn().await?;
        let known = now - Duration::minutes(1);
        let column = api_client::Column::LastUsedAt;
        api_client::Entity::update_many()
            .col_expr(column, Expr::value(ms(now)))
            .filter(api_client::Column::TokenHash.eq(token_hash))
            .filter(column.is_null().or(column.lt(ms(known))))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// Lets a program in no longer; false when there is none of that name.
    pub async fn remove_api_client(&self, name: &str) -> Result<bool> {
        let _turn = self.turn().await?;
        let named = api_client::Column::Name.eq(name);
        Ok(api_client::Entity::delete_many().filter(named).exec(&self.db).await?.rows_affected > 0)
    }

    /// Writes into the access log.
    pub async fn log_access(&self, entry: &LogEntry) -> Result<()> {
        let _turn = self.turn().await?;
        let row = access_log::ActiveModel {
            at: Set(ms(entry.at)),
            person: Set(entry.person.to_string()),
            action: Set(entry.action.clone()),
            subject: Set(entry.subject.clone()),
            reason: Set(entry.reason.clone()),
            ..Default::default()
        };
        access_log::Entity::insert(row).exec_without_returning(&self.db).await?;
        Ok(())
    }
}

impl<C: ConnectionTrait> Rows<C> {
    /// A person's password hash.
    pub async fn password(&self, person: &PersonCode) -> Result<Option<String>> {
        let row = password::Entity::find_by_id(person.as_str()).one(&self.db).await?;
        Ok(row.map(|row| row.hash))
    }

    /// A session that has not run out.
    pub async fn session(&self, token_hash: &str, now: DateTime<Utc>) -> Result<Option<Session>> {
        let row = session::Entity::find_by_id(token_hash)
            .filter(session::Column::ExpiresAt.gt(ms(now)))
            .one(&self.db)
            .await?;
        Ok(row.map(|row| Session {
            token_hash: row.token_hash,
            person: PersonCode(row.person),
            csrf: row.csrf,
            created_at: at(row.created_at),
            expires_at: at(row.expires_at),
        }))
    }

    /// The program of a token.
    pub async fn api_client(&self, token_hash: &str) -> Result<Option<ApiClient>> {
        let row = api_client::Entity::find_by_id(token_hash).one(&self.db).await?;
        let client = |row: api_client::Model| {
            let scopes = from_json("api_client", &row.name, &row.scopes)?;
            let last_used_at = row.last_used_at.map(at);
            Ok(ApiClient { token_hash: row.token_hash, name: row.name, scopes, last_used_at })
        };
        row.map(client).transpose()
    }

    /// Every program that may use the API, by name.
    pub async fn api_clients(&self) -> Result<Vec<ApiClientUse>> {
        let rows = api_client::Entity::find().order_by_asc(api_client::Column::Name).all(&self.db).await?;
        let client = |row: api_client::Model| {
            let scopes = from_json("api_client", &row.name, &row.scopes)?;
            let (created_at, last_used_at) = (at(row.created_at), row.last_used_at.map(at));
            Ok(ApiClientUse { name: row.name, scopes, created_at, last_used_at })
        };
        rows.into_iter().map(client).collect()
    }

    /// The access log, the newest first.
    pub async fn access_log(&self, limit: u64) -> Result<Vec<LogEntry>> {
        let rows = access_log::Entity::find().order_by_desc(access_log::Column::Id).limit(limit);
        let entry = |row: access_log::Model| LogEntry {
            at: at(row.at),
            person: PersonCode(row.person),
            action: row.action,
            subject: row.subject,
            reason: row.reason,
        };
        Ok(rows.all(&self.db).await?.into_iter().map(entry).collect())
    }
}
