//! The two handles, and how a connection is made.

use super::{
    Error, Result,
    address::{check_address, unreachable},
};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use std::{sync::Arc, time::Duration};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Rows behind a connection or a transaction; see [`Store`] and [`Tx`].
pub struct Rows<C> {
    pub(super) db: C,
    turn: Turn,
    /// The server is asked to carry nudges.
    pub(super) nudges: bool,
    /// A transaction's turn, until it ends.
    held: Option<OwnedMutexGuard<()>>,
}

/// The database: reads outside a transaction, and short writes of one statement.
pub type Store = Rows<DatabaseConnection>;

/// A write transaction. Dropped without [`Tx::commit`] it has never been.
pub type Tx = Rows<DatabaseTransaction>;

/// Which database is behind a handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Embedded, one file.
    Sqlite,
    /// A server.
    Postgres,
}

/// How a database is connected to.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections at most.
    pub connections: u32,
    /// SQLite: how long a write waits for another before [`Error::Busy`].
    pub busy_timeout: Duration,
    /// How long the first connection may take.
    pub connect_timeout: Duration,
    /// SQLite: wait for the disk at every commit (`synchronous = FULL`); else only at checkpoints,
    /// which a power cut can cost the last commits.
    pub sync_every_commit: bool,
    /// PostgreSQL: processes nudge one another (LISTEN, NOTIFY); else each looks for itself.
    pub nudges: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connections: 8,
            busy_timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(10),
            sync_every_commit: true,
            nudges: true,
        }
    }
}

/// SQLite has one writer at a time. Inside this process writers queue here, first come, first served;
/// its own lock, which is asked again and again, is left to other processes.
#[derive(Clone)]
struct Turn {
    queue: Option<Arc<Mutex<()>>>,
    wait: Duration,
}

impl Turn {
    async fn take(&self) -> Result<Option<OwnedMutexGuard<()>>> {
        let Some(queue) = &self.queue else { return Ok(None) };
        let turn = tokio::time::timeout(self.wait, queue.clone().lock_owned()).await;
        turn.map(Some).map_err(|_| Error::Busy)
    }
}

impl<C: ConnectionTrait> Rows<C> {
    /// Which database it is.
    pub fn backend(&self) -> Backend {
        match self.db.get_database_backend() {
            DbBackend::Sqlite => Backend::Sqlite,
            _ => Backend::Postgres,
        }
    }

    /// Waits for the turn to write a statement; inside a transaction it is there already.
    pub(super) async fn turn(&self) -> Result<Option<OwnedMutexGuard<()>>> {
        if self.held.is_some() { Ok(None) } else { self.turn.take().await }
    }
}

impl Clone for Store {
    fn clone(&self) -> Self {
        Self { db: self.db.clone(), turn: self.turn.clone(), nudges: self.nudges, held: None }
    }
}

impl Store {
    /// Connects to `sqlite://PATH?mode=rwc`, `sqlite::memory:` or `postgres://…`.
    ///
    /// # Errors
    /// [`Error::Address`] for another address, [`Error::Database`] when nobody answers.
    pub async fn connect(url: &str, options: &Options) -> Result<Self> {
        check_address(url)?;
        let db = match Database::connect(connect_options(url, options)).await {
            Ok(db) => db,
            Err(error) => return Err(unreachable(url, error).await),
        };
        let queue = url.starts_with("sqlite:").then(Arc::default);
        let nudges = options.nudges && queue.is_none();
        Ok(Self { db, turn: Turn { queue, wait: options.busy_timeout }, nudges, held: None })
    }

    /// Begins a write transaction (`BEGIN IMMEDIATE` on SQLite: one that begins with a read fails when
    /// it comes to its first write and somebody else has written).
    ///
    /// # Errors
    /// [`Error::Busy`] when another write does not end.
    pub async fn begin(&self) -> Result<Tx> {
        let held = self.turn.take().await?;
        let mode = Some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode: mode, ..TransactionOptions::default() };
        let db = self.db.begin_with_options(options).await?;
        Ok(Tx { db, turn: self.turn.clone(), nudges: self.nudges, held })
    }

    /// Does the database answer?
    ///
    /// # Errors
    /// [`Error::Database`] when it does not.
    pub async fn ping(&self) -> Result<()> {
        Ok(self.db.ping().await?)
    }

    /// Closes every connection once it is done.
    ///
    /// # Errors
    /// [`Error::Database`] when a connection does not close.
    pub async fn close(self) -> Result<()> {
        Ok(self.db.close().await?)
    }
}

impl Tx {
    /// Makes everything since [`Store::begin`] true at once.
    ///
    /// # Errors
    /// [`Error::Database`]; then nothing of it has happened, or, where the connection broke, perhaps all.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn commit(self) -> Result<()> {
        Ok(self.db.commit().await?)
    }
}

fn connect_options(url: &str, options: &Options) -> ConnectOptions {
    let busy = options.busy_timeout;
    let synchronous = if options.sync_every_commit { "FULL" } else { "NORMAL" };
    // Every connection to `:memory:` is a database of its own, so there is one, and it stays.
    let memory = url.starts_with("sqlite::memory:") || url.contains("mode=memory");
    let mut connect = ConnectOptions::new(url);
    connect
        .max_connections(if memory { 1 } else { options.connections.max(1) })
        .connect_timeout(options.connect_timeout)
        .acquire_timeout(options.connect_timeout.max(busy))
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .busy_timeout(busy)
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", synchronous)
                .pragma("foreign_keys", "ON")
        })
        // Every statement has its index. A table that was small when PostgreSQL last looked is read whole,
        // even to check a foreign key, until it looks again: a storm that begins on an empty database took
        // three times as long. What that costs it on paper is no reason to compile a statement either.
        .map_sqlx_postgres_opts(|postgres| postgres.options([("enable_seqscan", "off"), ("jit", "off")]));
    if memory {
        connect.idle_timeout(None).max_lifetime(None).min_connections(1);
    }
    connect
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Statement;

    async fn pragma(store: &Store, name: &str) -> String {
        let statement = Statement::from_string(DbBackend::Sqlite, format!("PRAGMA {name}"));
        let row = store.db.query_one_raw(statement).await.unwrap().unwrap();
        let number = row.try_get_by_index::<i64>(0).map(|number| number.to_string());
        number.or_else(|_| row.try_get_by_index(0)).unwrap()
    }

    #[tokio::test]
    async fn sqlite_keeps_what_was_committed() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/whistle.db?mode=rwc", folder.path().display());
        for (sync_every_commit, synchronous) in [(true, "2"), (false, "1")] {
            let options = Options { sync_every_commit, ..Options::default() };
            let store = Store::connect(&url, &options).await.unwrap();
            assert_eq!(store.backend(), Backend::Sqlite);
            assert_eq!(pragma(&store, "journal_mode").await, "wal");
            assert_eq!(pragma(&store, "synchronous").await, synchronous);
            assert_eq!(pragma(&store, "foreign_keys").await, "1");
            assert_eq!(pragma(&store, "busy_timeout").await, "10000");
        }
    }

    #[tokio::test]
    async fn another_process_waits_at_the_beginning_of_a_write() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/whistle.db?mode=rwc", folder.path().display());
        let options = Options { busy_timeout: Duration::ZERO, ..Options::default() };
        let one = Store::connect(&url, &options).await.unwrap();
        let other = Store::connect(&url, &options).await.unwrap();
        let held = one.begin().await.unwrap();
        assert_eq!(other.begin().await.err(), Some(Error::Busy), "not only at its first write");
        held.commit().await.unwrap();
        other.begin().await.unwrap().commit().await.unwrap();
    }

    #[tokio::test]
    async fn a_database_in_memory_is_one() {
        let store = Store::connect("sqlite::memory:", &Options::default()).await.unwrap();
        store.migrate_up().await.unwrap();
        assert!(store.is_current_schema().await.unwrap());
    }
}
