//! One version beside the next over one database: what a newer program has added to the schema and to the
//! rows does not disturb this one, what it has taken away is told, and our own steps take nothing away.

use crate::{
    bot_api::User,
    database::Throwaway,
    town::{PHOTO, Process, SPOT, Town},
};
use migration::{Migrator, MigratorTrait, NARROWS};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use std::collections::BTreeMap;
use whistle::{domain::State, startup};

/// Before this step there was no rule: nothing had been released.
const BEGIN: &str = "m20261125_000017_lanes";
/// Where each database tells its columns: table, column, type, must be given a value.
const SQLITE: &str = "SELECT m.name, p.name, p.type, p.\"notnull\" = 1 AND p.dflt_value IS NULL AND p.pk = 0 \
    FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'";
const POSTGRES: &str = "SELECT table_name::text, column_name::text, data_type::text, \
    is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO' \
    FROM information_schema.columns WHERE table_schema = current_schema()";

async fn taken_by_a_newer_program(database: &Throwaway, step: &str, statements: &[&str]) {
    let db = Database::connect(&database.url).await.unwrap();
    let taken = format!("INSERT INTO seaql_migrations (version, applied_at) VALUES ('{step}', 0)");
    for statement in statements.iter().copied().chain([taken.as_str()]) {
        db.execute_unprepared(statement).await.unwrap();
    }
    db.close().await.unwrap();
}

async fn report(town: &Town, process: &Process, worker: &User) {
    worker.sends_photo(PHOTO, Some("垃圾满了"));
    worker.sends_location(SPOT.lat, SPOT.lon, Some(10.0));
    process.poll(&town.api).await;
}

type Columns = BTreeMap<(String, String), (String, bool)>;

async fn columns(db: &DatabaseConnection) -> Columns {
    let backend = db.get_database_backend();
    let query = if backend == sea_orm::DbBackend::Sqlite { SQLITE } else { POSTGRES };
    let rows = db.query_all_raw(Statement::from_string(backend, query)).await.unwrap();
    let rows = rows.iter().map(|row| {
        let text = |at| row.try_get_by_index::<String>(at).unwrap();
        ((text(0), text(1)), (text(2), row.try_get_by_index::<bool>(3).unwrap()))
    });
    rows.collect()
}

/// What a program that knows only the columns before could no longer read or write.
fn narrowed(before: &Columns, after: &Columns) -> Vec<String> {
    let told = |(table, column): &(String, String), what: &str| format!("{table}.{column} {what}");
    let mut found = Vec::new();
    for (name, (kind, must)) in before {
        match after.get(name) {
            None => found.push(told(name, "is gone")),
            Some((now, _)) if now != kind => found.push(told(name, "has another type")),
            Some((_, true)) if !must => found.push(told(name, "must be given now")),
            Some(_) => {}
        }
    }
    let knows_table = |table: &str| before.keys().any(|(known, _)| known == table);
    let new = after.iter().filter(|(name, (_, must))| *must && !before.contains_key(*name));
    found.extend(
        new.filter(|((table, _), _)| knows_table(table)).map(|(name, _)| told(name, "must be given")),
    );
    found
}

on_both_databases! {
    async fn this_version_works_beside_a_newer_schema(database: Throwaway) {
        let town = Town::new(&database, "2026-10-09 09:00").await;
        let (worker, secretary) = (town.comes("W1", 11).await, town.comes("S1", 12).await);
        report(&town, &town.office, &worker).await;
        let mut newer = vec![
            "ALTER TABLE cases ADD COLUMN weight INTEGER NOT NULL DEFAULT 3".to_owned(),
            "CREATE TABLE weather (id BIGINT PRIMARY KEY, body TEXT NOT NULL)".to_owned(),
        ];
        // The newer program keeps more of what it keeps as documents.
        newer.extend([("cases", "body"), ("event", "body"), ("outbox", "body"), ("chat", "state")].map(
            |(table, column)| {
                let longer = format!("'{{\"of_tomorrow\":1,' || substr({column}, 2)");
                format!("UPDATE {table} SET {column} = {longer} WHERE {column} LIKE '{{\"%'")
            },
        ));
        let newer: Vec<&str> = newer.iter().map(String::as_str).collect();
        taken_by_a_newer_program(&database, "m20991231_000001_weather", &newer).await;
        // Started again, on what the newer one has left.
        let this = town.process("office").await;
        assert!(this.app.store().is_current_schema().await.unwrap());
        this.app.store().migrate_up().await.expect("nothing is to be done");
        secretary.presses("接哨");
        this.poll(&town.api).await;
        town.until("2026-10-09 09:10").await;
        report(&town, &this, &worker).await;
        let cases = town.cases().await;
        let states: Vec<State> = cases.iter().map(|case| case.state).collect();
        assert_eq!(states, [State::Answered, State::Whistled]);
        assert!(secretary.last().text.contains("垃圾满了"), "{:#?}", secretary.last());
        assert!(this.app.store().dead_letters(9).await.unwrap().is_empty());
        assert!(this.app.store().aside(9).await.unwrap().is_empty());
    }

    async fn a_schema_that_lost_what_this_version_reads_is_refused(database: Throwaway) {
        let town = Town::new(&database, "2026-10-09 09:00").await;
        let step = format!("m20991231_000002_chat{NARROWS}");
        taken_by_a_newer_program(&database, &step, &[]).await;
        let refused = startup::open_store(town.settings()).await.err().unwrap();
        assert!(refused.contains(&step) && refused.contains("too old"), "{refused}");
        let store = town.office.app.store();
        assert!(store.migrate_up().await.is_err() && store.migrate_down(Some(1)).await.is_err());
        let steps = store.migrate_status().await.unwrap();
        assert_eq!(steps.iter().filter(|step| !step.known).count(), 1, "and it is shown");
        assert!(steps.iter().all(|step| step.applied), "nothing was taken back");
    }

    async fn our_steps_only_add(database: Throwaway) {
        let db = Database::connect(&database.url).await.unwrap();
        let steps: Vec<String> = Migrator::migrations().iter().map(|step| step.name().to_owned()).collect();
        let begin = steps.iter().position(|name| name == BEGIN).unwrap();
        Migrator::up(&db, Some(begin as u32 + 1)).await.unwrap();
        let mut before = columns(&db).await;
        assert!(before.contains_key(&("cases".into(), "body".into())), "{before:?}");
        for name in &steps[begin + 1..] {
            Migrator::up(&db, Some(1)).await.unwrap();
            let after = columns(&db).await;
            let found = narrowed(&before, &after);
            assert!(found.is_empty() || name.ends_with(NARROWS), "{name}: {found:?}; see CONTRIBUTING, A table");
            before = after;
        }
        db.execute_unprepared("ALTER TABLE card RENAME TO cards").await.unwrap();
        db.execute_unprepared("ALTER TABLE chat ADD COLUMN mood TEXT NOT NULL DEFAULT ''").await.unwrap();
        let after = columns(&db).await;
        let found = narrowed(&before, &after);
        assert!(!found.is_empty() && found.iter().all(|one| one.starts_with("card.")), "{found:?}");
        db.close().await.unwrap();
    }
}
