//! The database of a storm: new, nobody else's, durable as in production, and gone afterwards.

use super::Outcome;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, QueryResult, Statement,
};
use std::path::{Path, PathBuf};
use whistle::app::binding::fresh_token;

/// On which engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file in the folder of the run.
    Sqlite,
    /// A database on the server of `WHISTLE_TEST_POSTGRES`.
    Postgres,
}

impl Engine {
    /// As people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// A database, and a connection of ours to look at it and to fill it.
pub struct Base {
    /// Which engine.
    pub engine: Engine,
    /// What `database.url` takes.
    pub url: String,
    /// Ours.
    pub db: DatabaseConnection,
    server: Option<(DatabaseConnection, String)>,
}

impl Base {
    /// A new one; on SQLite in this folder.
    ///
    /// # Errors
    /// Where none can be made.
    pub async fn create(engine: Engine, folder: &Path) -> Outcome<Self> {
        let (url, server) = match engine {
            Engine::Sqlite => (sqlite_url(&folder.join("whistle.db")), None),
            Engine::Postgres => {
                let server = std::env::var("WHISTLE_TEST_POSTGRES")
                    .map_err(|_| "WHISTLE_TEST_POSTGRES is not set: run it by tests/postgres --durable")?;
                let name = format!("storm_{}", &fresh_token()?[..16]);
                let keeper = connect(&server, 1).await?;
                keeper.execute_unprepared(&format!("CREATE DATABASE {name}")).await?;
                let (address, _) = server.rsplit_once('/').ok_or("postgres://USER@HOST:PORT/NAME")?;
                (format!("{address}/{name}"), Some((keeper, name)))
            }
        };
        Ok(Self { engine, db: connect(&url, 2).await?, url, server })
    }

    /// Takes a server's database away again.
    ///
    /// # Errors
    /// Where somebody still uses it.
    pub async fn drop(self) -> Outcome<()> {
        self.db.close().await?;
        if let Some((keeper, name)) = self.server {
            keeper.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await?;
            keeper.close().await?;
        }
        Ok(())
    }

    /// Cuts every connection to it, as a restart of the server does.
    ///
    /// # Errors
    /// On SQLite, which has none.
    pub async fn cut(&self) -> Outcome<()> {
        let (keeper, name) = self.server.as_ref().ok_or("a file has no connections")?;
        let cut = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        keeper.execute_unprepared(&cut).await?;
        Ok(())
    }

    /// Every row of a question.
    ///
    /// # Errors
    /// The database's.
    pub async fn rows(&self, sql: &str) -> Outcome<Vec<QueryResult>> {
        rows(&self.db, sql).await
    }

    /// One number; 0 where there is none.
    ///
    /// # Errors
    /// The database's.
    pub async fn number(&self, sql: &str) -> Outcome<i64> {
        let rows = self.rows(sql).await?;
        Ok(rows.first().map(|row| row.try_get_by_index::<Option<i64>>(0)).transpose()?.flatten().unwrap_or(0))
    }

    /// Statements that bring nothing back.
    ///
    /// # Errors
    /// The database's.
    pub async fn run(&self, sql: &str) -> Outcome<()> {
        self.db.execute_unprepared(sql).await?;
        Ok(())
    }
}

/// Every row of a question, on whichever connection.
///
/// # Errors
/// The database's.
pub async fn rows(db: &DatabaseConnection, sql: &str) -> Outcome<Vec<QueryResult>> {
    let backend = db.get_database_backend();
    Ok(db.query_all_raw(Statement::from_string(backend, sql)).await?)
}

/// A connection as durable as the program's own.
///
/// # Errors
/// Where nobody answers.
pub async fn connect(url: &str, connections: u32) -> Outcome<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).sqlx_logging(false).map_sqlx_sqlite_opts(|sqlite| {
        let patience = std::time::Duration::from_mins(1);
        sqlite.busy_timeout(patience).pragma("journal_mode", "WAL").pragma("synchronous", "FULL")
    });
    Ok(Database::connect(options).await?)
}

/// What `database.url` takes for a file.
pub fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}?mode=rwc", file.display())
}

/// A folder on a disk that is as durable as a database's: `WHISTLE_BENCH_FOLDER`, or the temporary one.
///
/// # Errors
/// Where it cannot be made.
pub fn folder() -> Outcome<tempfile::TempDir> {
    let place = std::env::var_os("WHISTLE_BENCH_FOLDER").map_or_else(std::env::temp_dir, PathBuf::from);
    Ok(tempfile::TempDir::with_prefix_in("whistle-storm-", place)?)
}

/// Is it PostgreSQL?
pub fn is_postgres(db: &DatabaseConnection) -> bool {
    db.get_database_backend() == DbBackend::Postgres
}
