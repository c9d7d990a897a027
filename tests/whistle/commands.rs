//! The commands beside the running program: they leave the database as it is, and a reader that has seen
//! enough is no failure.

use crate::database::Throwaway;
use std::process::{Command, Stdio};
use whistle::{
    settings::{Layers, Settings},
    startup,
    store::{Options, Store},
};

fn settings(database: &Throwaway) -> Settings {
    let mut layers = Layers::new().unwrap();
    layers.set("database.url", &database.url);
    layers.settings().unwrap()
}

async fn refusal(settings: &Settings) -> String {
    startup::open_store_as_it_is(settings).await.err().unwrap_or_default()
}

on_both_databases! {
    async fn only_who_may_changes_the_schema(database: Throwaway) {
        let settings = settings(&database);
        assert!(refusal(&settings).await.contains("whistle migrate up"), "a new database");
        let store = Store::connect(&database.url, &Options::default()).await.unwrap();
        assert!(store.migrate_status().await.unwrap().iter().all(|step| !step.applied), "it is still new");
        startup::open_store_or_build(&settings).await.expect("the first file of a city");
        startup::open_store_as_it_is(&settings).await.expect("there is a schema now");
        store.migrate_down(Some(1)).await.unwrap();
        assert!(refusal(&settings).await.contains("whistle migrate up"), "an older one");
        let older = startup::open_store_or_build(&settings).await.err().unwrap_or_default();
        assert!(older.contains("whistle migrate up"), "an import does not change an older one: {older}");
        startup::open_store(&settings).await.expect("serve does");
    }
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let database = Throwaway::sqlite();
    let mut command = Command::new(env!("CARGO_BIN_EXE_whistle"));
    command.args(["migrate", "up"]).env("WHISTLE__DATABASE__URL", &database.url);
    let mut running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(running.stdout.take());
    let done = running.wait_with_output().unwrap();
    assert!(done.status.success(), "{:?}: {}", done.status, String::from_utf8_lossy(&done.stderr));
}

#[test]
fn the_password_of_the_database_is_not_printed() {
    for password in ["p#ss", "p/ss", "p ss", "p[ss]/"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_whistle"));
        let url = format!("postgres://whistle:{password}@127.0.0.1:1/x");
        let done = command.args(["migrate", "status"]).env("WHISTLE__DATABASE__URL", url).output().unwrap();
        let said =
            [done.stdout, done.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
        assert_eq!(done.status.code(), Some(1), "{said}");
        assert!(!said.contains(password) && !said.contains("ss@"), "{said}");
    }
}

#[test]
fn findings_that_cannot_be_kept_are_told_before_the_check() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("map.geojson"), r#"{"type":"FeatureCollection","features":[]}"#)
        .unwrap();
    let told = Command::new(env!("CARGO_BIN_EXE_whistle"))
        .args(["import", "map", "map.geojson", "--dry-run", "--findings", "nowhere/out.geojson"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let told = (told.status.code(), String::from_utf8_lossy(&told.stderr).into_owned());
    assert!(told.0 == Some(1) && told.1.contains("nowhere/out.geojson"), "{told:?}");
    assert!(!told.1.contains("empty_collection"), "{told:?}");
}

#[test]
fn findings_never_take_the_place_of_the_map() {
    let folder = tempfile::tempdir().unwrap();
    let map = folder.path().join("map.geojson");
    std::fs::write(&map, r#"{"type":"FeatureCollection","features":[]}"#).unwrap();
    let told = Command::new(env!("CARGO_BIN_EXE_whistle"))
        .args(["import", "map", "map.geojson", "--dry-run", "--findings", "./map.geojson"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(told.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&told.stderr).contains("would overwrite the map itself"));
    assert_eq!(std::fs::read_to_string(&map).unwrap(), r#"{"type":"FeatureCollection","features":[]}"#);
}
