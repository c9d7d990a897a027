//! A backup that is taken while people report is whole, and the service goes on from it.

use crate::{
    bot_api::User,
    database::Throwaway,
    town::{PHOTO, SPOT, Town},
};
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use std::{
    collections::BTreeMap,
    path::Path,
    process::{Command, Stdio},
};
use whistle::{domain::State, store::CaseFilter};

/// The command over a database, with PostgreSQL's programs in reach.
fn whistle(database: &Throwaway, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_whistle"));
    command.args(arguments).env("WHISTLE__DATABASE__URL", &database.url);
    if let Ok(programs) = std::env::var("WHISTLE_TEST_POSTGRES_BIN") {
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{programs}:{path}"));
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn succeeds(database: &Throwaway, arguments: &[&str]) -> String {
    let done = whistle(database, arguments).output().unwrap();
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}

fn fails(database: &Throwaway, arguments: &[&str]) -> String {
    let done = whistle(database, arguments).output().unwrap();
    assert_eq!(done.status.code(), Some(1), "{arguments:?}");
    String::from_utf8_lossy(&done.stderr).into_owned()
}

async fn another(database: &Throwaway) -> Throwaway {
    if database.url.starts_with("sqlite") { Throwaway::sqlite() } else { Throwaway::postgres().await }
}

/// One more report; the time is the worker's next quiet minute.
async fn reports(town: &Town, worker: &User) {
    town.clock.advance(chrono::Duration::minutes(5));
    town.api.set_time(town.clock.now());
    worker.sends_photo(PHOTO, Some("垃圾满了"));
    worker.sends_location(SPOT.lat, SPOT.lon, Some(10.0));
    town.poll().await;
}

async fn backs_up_while_people_report(town: &Town, worker: &User, database: &Throwaway, file: &Path) {
    let mut running = whistle(database, &["backup", file.to_str().unwrap()]).spawn().unwrap();
    while running.try_wait().unwrap().is_none() {
        reports(town, worker).await;
    }
    let done = running.wait_with_output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// How many rows each table has.
async fn counts(database: &Throwaway) -> BTreeMap<String, i64> {
    let db = Database::connect(&database.url).await.unwrap();
    let backend = db.get_database_backend();
    let tables = match backend {
        DbBackend::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        }
        _ => "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()",
    };
    let mut counts = BTreeMap::new();
    for table in db.query_all_raw(Statement::from_string(backend, tables)).await.unwrap() {
        let table: String = table.try_get_by_index(0).unwrap();
        let count = Statement::from_string(backend, format!("SELECT count(*) FROM {table}"));
        let row = db.query_one_raw(count).await.unwrap().unwrap();
        counts.insert(table, row.try_get_by_index(0).unwrap());
    }
    db.close().await.unwrap();
    counts
}

on_both_databases! {
    async fn taken_while_people_report_it_is_whole_and_the_service_goes_on(database: Throwaway) {
        let town = Town::new(&database, "2026-10-09 09:00").await;
        let (worker, secretary) = (town.comes("W1", 11).await, town.comes("S1", 12).await);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("whistle.backup");
        reports(&town, &worker).await;
        let before = town.cases().await.len();
        backs_up_while_people_report(&town, &worker, &database, &file).await;
        let after = town.cases().await.len();
        assert!(after > before, "nobody reported meanwhile");

        let restored = another(&database).await;
        succeeds(&restored, &["restore", file.to_str().unwrap()]);
        let next = town.process_over(&restored, "office").await;
        let kept = next.app.store().list(&CaseFilter::default()).await.unwrap();
        assert!((before..=after).contains(&kept.len()), "{before} ≤ {} ≤ {after}", kept.len());
        for case in &kept {
            let events = next.app.store().events(case.id).await.unwrap();
            assert_eq!(events.len(), case.version as usize, "a case without all of its events");
        }

        town.clock.advance(chrono::Duration::minutes(5));
        town.api.set_time(town.clock.now());
        worker.sends_photo(PHOTO, Some("路灯不亮"));
        worker.sends_location(SPOT.lat, SPOT.lon, Some(10.0));
        next.poll(&town.api).await;
        secretary.presses("接哨");
        next.poll(&town.api).await;
        let now = next.app.store().list(&CaseFilter::default()).await.unwrap();
        let newest = now.iter().max_by_key(|case| case.id).unwrap();
        assert_eq!((now.len(), newest.state), (kept.len() + 1, State::Answered));
    }

    async fn nothing_is_missing_and_nothing_is_overwritten(database: Throwaway) {
        let town = Town::new(&database, "2026-10-09 09:00").await;
        let worker = town.comes("W1", 11).await;
        reports(&town, &worker).await;
        reports(&town, &worker).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("whistle.backup");
        let name = file.to_str().unwrap();
        let said = succeeds(&database, &["backup", name]);
        assert!(said.contains("whistle.key"), "the key is to be copied too: {said}");
        assert!(fails(&database, &["backup", name]).contains("is there already"));

        let restored = another(&database).await;
        assert!(succeeds(&restored, &["restore", name]).contains("2 个案件"));
        let source = counts(&database).await;
        assert_eq!(counts(&restored).await, source);
        assert_eq!((source["cases"], source.get("no_such_table")), (2, None));
        fails(&restored, &["restore", name]);
        assert_eq!(counts(&restored).await, source, "what is there stays");

        let whole = std::fs::read(&file).unwrap();
        let half = folder.path().join("half.backup");
        std::fs::write(&half, &whole[..whole.len() / 2]).unwrap();
        let empty = another(&database).await;
        fails(&empty, &["restore", half.to_str().unwrap()]);
        assert!(succeeds(&empty, &["restore", name]).contains("2 个案件"), "half a backup left nothing behind");
    }
}
