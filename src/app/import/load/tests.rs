use super::*;
use crate::{
    app::{App, Clock, Options},
    domain::{DayKind, PersonCode},
    settings::{Layers, Settings},
    store::Store,
};
use chrono::Duration;
use serde_json::json;
use tempfile::TempDir;

struct Town {
    app: App,
    settings: Settings,
    _folder: TempDir,
}

impl Town {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut layers = Layers::new().unwrap();
        layers.set("security.key_file", &folder.path().join("whistle.key").display().to_string());
        let settings = layers.settings().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("whistle.db").display());
        let store = Store::connect(&url, &store::Options::default()).await.unwrap();
        store.migrate_up().await.unwrap();
        let clock = Clock::manual("2026-10-09T00:00:00Z".parse().unwrap());
        Self { app: App::new(store, clock, Options::default()), settings, _folder: folder }
    }

    fn load(&self) -> Loader<'_> {
        Loader::new(&self.app, &self.settings.security)
    }

    async fn revision(&self) -> i64 {
        self.app.store().city_revision().await.unwrap()
    }

    fn person(&self, code: &str) -> Option<String> {
        let city = self.app.city();
        city.city.organisation.person(&code.into()).map(|person| person.name.clone())
    }
}

/// A district of one community with the grids that are named, side by side from west to east.
fn map(grids: &[&str]) -> Vec<u8> {
    let east = 120.40 + 0.01 * grids.len() as f64;
    let square = |west: f64, east: f64| {
        json!({"type": "Polygon", "coordinates":
            [[[west, 36.38], [east, 36.38], [east, 36.39], [west, 36.39], [west, 36.38]]]})
    };
    let area = |code: &str, level: &str, parent: Option<&str>, geometry| {
        let mut properties = json!({"code": code, "name": format!("区域{code}"), "level": level});
        if let Some(parent) = parent {
            properties["parent"] = json!(parent);
        }
        json!({"type": "Feature", "properties": properties, "geometry": geometry})
    };
    let mut features = vec![
        area("Q", "district", None, square(120.40, east)),
        area("S", "subdistrict", Some("Q"), square(120.40, east)),
        area("C", "community", Some("S"), square(120.40, east)),
    ];
    for (at, code) in (0_u32..).zip(grids) {
        let west = 120.40 + 0.01 * f64::from(at);
        features.push(area(code, "grid", Some("C"), square(west, west + 0.01)));
    }
    json!({"type": "FeatureCollection", "features": features}).to_string().into_bytes()
}

const DEPARTMENTS: &[u8] = "code,name\nD1,城管局\nD2,民政局\n".as_bytes();
const PEOPLE: &[u8] = "code,name,phone,role,unit_code,language\nW1,王小明,13800001234,grid_worker,G1,\n\
    O1,李梅,,department_officer,D1,en\n"
    .as_bytes();

async fn furnished() -> Town {
    let town = Town::new().await;
    town.load().map(&map(&["G1", "G2"]), None).await.unwrap();
    town.load().departments(DEPARTMENTS).await.unwrap();
    town.load().people(PEOPLE).await.unwrap();
    town
}

#[tokio::test]
async fn the_same_files_again_change_nothing() {
    let town = furnished().await;
    let before = town.revision().await;
    assert_eq!(town.person("W1").as_deref(), Some("王小明"));
    let phones = town.app.store().phones().await.unwrap();
    let again = [
        town.load().map(&map(&["G1", "G2"]), None).await.unwrap(),
        town.load().departments(DEPARTMENTS).await.unwrap(),
        town.load().people(PEOPLE).await.unwrap(),
    ];
    assert!(again.iter().all(|loaded| !loaded.changed), "{again:?}");
    assert!(again[2].to_string().contains("unchanged"));
    assert_eq!(town.revision().await, before);
    assert_eq!(town.app.store().phones().await.unwrap(), phones, "the same cipher text");
    assert_eq!(town.app.store().editions().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_bad_row_leaves_everything_as_it_was() {
    let town = furnished().await;
    let before = town.revision().await;
    let bad = "code,name,phone,role,unit_code\nW9,赵,,grid_worker,G1\nW8,钱,,grid_worker,G9\n";
    let refused = town.load().people(bad.as_bytes()).await;
    assert!(
        matches!(refused, Err(Error::Faults(faults)) if faults.0.len() == 1 && faults.0[0].line == Some(3))
    );
    assert!(town.person("W1").is_some() && town.person("W9").is_none());
    assert_eq!(town.revision().await, before);
    let twice = town.load().map(&map(&["G1", "G1"]), None).await;
    assert!(matches!(twice, Err(Error::Faults(faults)) if faults.to_string().contains("G1")));
    assert_eq!(town.app.store().editions().await.unwrap().len(), 1);
}

#[tokio::test]
async fn numbers_lie_encrypted() {
    let town = furnished().await;
    let phones = town.app.store().phones().await.unwrap();
    let closed = &phones[&PersonCode::from("W1")];
    assert!(!closed.windows(11).any(|window| window == b"13800001234"));
    let vault = Vault::open(&town.settings.security, false).unwrap();
    assert_eq!(vault.reveal("W1", closed).unwrap(), "13800001234");
    let other = String::from_utf8(PEOPLE.to_vec()).unwrap().replace("13800001234", "13800005678");
    assert!(town.load().people(other.as_bytes()).await.unwrap().changed);
}

#[tokio::test]
async fn a_grid_that_a_new_map_has_no_longer_stays_with_its_people() {
    let town = furnished().await;
    let loaded = town.load().map(&map(&["G2", "G3"]), None).await.unwrap();
    assert!(loaded.changed);
    assert!(loaded.warnings.iter().any(|warning| warning.contains("G1")), "{:?}", loaded.warnings);
    let city = town.app.city();
    for code in ["G1", "G2", "G3", "D1"] {
        assert!(city.city.organisation.unit(&code.into()).is_some(), "{code}");
    }
    assert!(city.edition.area("G1").is_none() && city.edition.area("G3").is_some());
}

#[tokio::test]
async fn a_map_may_wait_for_its_time() {
    let town = furnished().await;
    let at = town.app.now() + Duration::days(30);
    assert!(town.load().map(&map(&["G1", "G2", "G3"]), Some(at)).await.unwrap().changed);
    assert!(!town.load().map(&map(&["G1", "G2", "G3"]), Some(at)).await.unwrap().changed);
    assert!(town.app.city().edition.area("G3").is_none());
    town.app.clock().set(at);
    town.app.refresh_city().await.unwrap();
    assert!(town.app.city().edition.area("G3").is_some());
}

#[tokio::test]
async fn a_department_with_officers_is_not_dropped_by_a_file() {
    let town = furnished().await;
    let without = |code: &str| format!("code,name\n{code},x\n");
    let refused = town.load().departments(without("D2").as_bytes()).await;
    assert!(refused.is_err_and(|error| error.to_string().contains("D1")));
    assert!(town.load().departments(without("D1").as_bytes()).await.unwrap().changed);
    assert!(town.app.city().city.organisation.unit(&"D2".into()).is_none());
    assert!(town.app.city().city.organisation.unit(&"G1".into()).is_some());
    let taken = town.load().organisations(without("G1").as_bytes()).await;
    assert!(matches!(taken, Err(Error::Faults(_))));
}

#[tokio::test]
async fn a_calendar_replaces_the_years_that_it_tells_of() {
    let town = Town::new().await;
    town.load().calendar(b"date,kind\n2026-10-01,off\n2026-10-10,work\n").await.unwrap();
    assert!(town.load().calendar(b"date,kind\n2027-01-01,off\n").await.unwrap().changed);
    assert!(!town.load().calendar(b"date,kind\n2027-01-01,off\n").await.unwrap().changed);
    let days = &town.app.city().city.calendar.days;
    assert_eq!(days.len(), 3);
    assert_eq!(days.get(&"2026-10-10".parse().unwrap()), Some(&DayKind::Work));
}

#[tokio::test]
async fn the_rest_of_the_city_is_loaded_and_told_once() {
    let town = furnished().await;
    let stations = b"code,name,unit_code,lon,lat\nT1,x,G1,120.405,36.385\n";
    let duty = b"unit_code,person_code,weekday,from,to\nG1,W1,2,18:00,08:00\nG1,W1,1,08:00,18:00\n";
    let catalogue = include_bytes!("../../../../config/city/catalogue.csv");
    for expected in [true, false] {
        assert_eq!(town.load().stations(stations).await.unwrap().changed, expected);
        assert_eq!(town.load().duty(duty).await.unwrap().changed, expected);
        assert_eq!(town.load().catalogue(catalogue).await.unwrap().changed, expected);
    }
    assert_eq!(town.app.city().city.catalogue.iter().count(), 103);
}

/// The map drawn over an Amap background and declared WGS-84.
#[tokio::test]
async fn a_map_that_lies_off_the_one_in_force_as_gcj02_does_is_refused() {
    let town = furnished().await;
    let mut shifted: serde_json::Value = serde_json::from_slice(&map(&["G1", "G2"])).unwrap();
    for feature in shifted["features"].as_array_mut().unwrap() {
        for position in feature["geometry"]["coordinates"][0].as_array_mut().into_iter().flatten() {
            let number = |at: usize| position[at].as_f64().unwrap();
            let (lon, lat) =
                crate::atlas::Datum::Gcj02.from_wgs84(crate::atlas::Point::new(number(0), number(1)));
            *position = json!([lon, lat]);
        }
    }
    let refused = town.load().map(shifted.to_string().as_bytes(), None).await;
    assert!(
        matches!(refused, Err(Error::Faults(faults)) if faults.to_string().contains("\"datum\": \"gcj02\""))
    );
    assert_eq!(town.app.store().editions().await.unwrap().len(), 1);
    shifted["datum"] = json!("gcj02");
    assert!(town.load().map(shifted.to_string().as_bytes(), None).await.is_ok());
}

#[tokio::test]
async fn a_file_can_be_tried_without_being_loaded() {
    let town = furnished().await;
    let before = town.revision().await;
    let more = [PEOPLE, "W2,李四,,grid_worker,G2,\n".as_bytes()].concat();
    let tried = town.load().trying().people(&more).await.unwrap();
    assert!(tried.to_string().contains("nothing was written"), "{tried}");
    assert_eq!((town.person("W2"), town.revision().await), (None, before));
    let same = town.load().trying().people(PEOPLE).await.unwrap();
    assert!(same.to_string().contains("unchanged"), "{same}");
    assert!(town.load().trying().people(b"code,name\n").await.is_err());
    assert!(town.load().people(&more).await.unwrap().changed);
    assert_eq!(town.person("W2").as_deref(), Some("李四"));
}
