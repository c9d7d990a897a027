//! Changing the map: a new edition takes over at its time in every process, nobody sees half of it, and
//! what it does to open cases and would have done to past ones is told and decided by people.

mod moves;
mod pages;
mod replay;
mod take;

use crate::{console::town::Town, database::Throwaway};
use chrono::{DateTime, Utc};
use serde_json::json;
use whistle::{
    app::{App, Clock, Desk, Options, import::Loader},
    settings::{Layers, Settings},
    store::{self, Store},
};

/// Code, community, west and east edge of a grid.
type Grid = (&'static str, &'static str, f64, f64);

/// The town's own grids.
const PLAIN: [Grid; 3] =
    [("G1", "C1", 120.40, 120.41), ("G2", "C1", 120.41, 120.42), ("G3", "C2", 120.42, 120.43)];
/// The middle of G2 and what lies east of it is G4.
const SPLIT: [Grid; 4] = [
    ("G1", "C1", 120.40, 120.41),
    ("G2", "C1", 120.41, 120.413),
    ("G4", "C1", 120.413, 120.42),
    ("G3", "C2", 120.42, 120.43),
];

/// The map of some grids whose names end like this.
fn map(grids: &[Grid], ending: &str) -> Vec<u8> {
    let square = |code: &str, level: &str, parent: Option<&str>, west: f64, east: f64| {
        let ring = [[west, 36.39], [east, 36.39], [east, 36.40], [west, 36.40], [west, 36.39]];
        json!({
            "type": "Feature",
            "properties": {"code": code, "name": format!("{code}{ending}"), "level": level, "parent": parent},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        })
    };
    let mut features = vec![
        square("D", "district", None, 120.40, 120.43),
        square("S", "subdistrict", Some("D"), 120.40, 120.43),
        square("C1", "community", Some("S"), 120.40, 120.42),
        square("C2", "community", Some("S"), 120.42, 120.43),
    ];
    features.extend(
        grids.iter().map(|(code, parent, west, east)| square(code, "grid", Some(parent), *west, *east)),
    );
    json!({"type": "FeatureCollection", "features": features}).to_string().into_bytes()
}

fn settings() -> Settings {
    Layers::new().unwrap().settings().unwrap()
}

/// A map comes into force at a time.
async fn import(app: &App, map: &[u8], at: Option<DateTime<Utc>>) {
    Loader::new(app, &settings().security).map(map, at).await.unwrap();
}

/// A draft is loaded; its number.
async fn draft(app: &App, map: &[u8]) -> i64 {
    Loader::new(app, &settings().security).draft(map, Some("拆分")).await.unwrap();
    app.editions().await.unwrap()[0].row.id
}

/// One more process on the town's database.
async fn process(database: &Throwaway, clock: Clock) -> App {
    let store = Store::connect(&database.url, &store::Options::default()).await.unwrap();
    let app = App::new(store, clock, Options::default());
    app.refresh_city().await.unwrap();
    app
}

fn desk(town: &Town, person: &str) -> Desk {
    Desk::of(&town.app.city().city, &person.into()).unwrap()
}
