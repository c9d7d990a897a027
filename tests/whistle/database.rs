//! Databases for tests: new, empty, nobody else's, on either engine.

use std::hash::{BuildHasher, RandomState};

use sea_orm::{ConnectionTrait, Database};
use tempfile::TempDir;

/// A database of one test.
pub struct Throwaway {
    /// What `database.url` takes.
    pub url: String,
    /// Where SQLite keeps it; the folder goes with the test.
    _folder: Option<TempDir>,
}

impl Throwaway {
    /// A file in a folder that is removed with this value.
    pub fn sqlite() -> Self {
        let folder = TempDir::with_prefix("whistle-sqlite-").expect("a writable temporary folder");
        let file = folder.path().join("whistle.db");
        Self { url: format!("sqlite://{}?mode=rwc", file.display()), _folder: Some(folder) }
    }

    /// A database on the server of `tests/postgres`; it goes when the server goes.
    pub async fn postgres() -> Self {
        let server = std::env::var("WHISTLE_TEST_POSTGRES")
            .expect("WHISTLE_TEST_POSTGRES is set: run `make test`, or `tests/postgres COMMAND`");
        let name = format!("whistle_{:016x}", RandomState::new().hash_one(&server));
        let connection = Database::connect(&server).await.expect("a server");
        connection
            .execute_unprepared(&format!("CREATE DATABASE {name}"))
            .await
            .expect("the right to create databases");
        connection.close().await.expect("a clean goodbye");
        let (address, _) = server.rsplit_once('/').expect("postgres://USER@HOST:PORT/NAME");
        Self { url: format!("{address}/{name}"), _folder: None }
    }
}

/// Writes a test twice: as `NAME::sqlite`, and as `NAME::postgres`, which is ignored where there is
/// no PostgreSQL.
///
/// ```text
/// on_both_databases! {
///     async fn a_report_is_kept(database: Throwaway) { … }
/// }
/// ```
macro_rules! on_both_databases {
    ($(async fn $name:ident($database:ident: Throwaway) $body:block)+) => {$(
        mod $name {
            use super::*;

            async fn run($database: Throwaway) $body

            #[tokio::test]
            async fn sqlite() {
                run(Throwaway::sqlite()).await;
            }

            #[tokio::test]
            #[ignore = "needs PostgreSQL: make test"]
            async fn postgres() {
                run(Throwaway::postgres().await).await;
            }
        }
    )+};
}

on_both_databases! {
    async fn is_empty_and_nobody_elses(database: Throwaway) {
        let other = if database.url.starts_with("sqlite:") {
            Throwaway::sqlite()
        } else {
            Throwaway::postgres().await
        };
        for throwaway in [&database, &other] {
            let connection = Database::connect(&throwaway.url).await.unwrap();
            connection
                .execute_unprepared("CREATE TABLE whistle (blown INT)")
                .await
                .expect("no such table yet");
            connection.close().await.unwrap();
        }
    }
}
