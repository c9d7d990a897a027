//! The same map is the same edition, in whatever order, form or datum it comes.

use super::sheet::{Sheet, at, rect, ring};
use crate::atlas::{AreaLevel, Datum, Edition, Point};
use serde_json::{Value, json};

fn digest_of(text: &str) -> String {
    Edition::from_geojson(text).unwrap_or_else(|findings| panic!("{findings:#?}")).0.digest()
}

#[test]
fn the_digest_is_the_content_not_the_order() {
    let sheet = Sheet::with_grids();
    let mut shuffled = sheet.clone();
    shuffled.features.reverse();
    shuffled.features.swap(1, 5);
    let turned = Sheet::with_grids().without("G1").grid(
        "G1",
        "C1",
        &[ring(&[(5.0, 10.0), (5.0, 0.0), (0.0, 0.0), (0.0, 10.0)])],
    );
    let digest = sheet.edition().digest();
    assert_eq!(digest.len(), 64);
    assert_eq!(digest, sheet.edition().digest());
    assert_eq!(digest, shuffled.edition().digest());
    assert_eq!(digest, turned.edition().digest());
}

#[test]
fn the_digest_tells_changes_apart() {
    let digest = Sheet::with_grids().edition().digest();
    let mut renamed = Sheet::with_grids();
    renamed.features[7]["properties"]["name"] = json!("another");
    let mut moved = Sheet::with_grids();
    moved.features[7]["properties"]["parent"] = json!("C1");
    assert_ne!(digest, renamed.edition().digest());
    assert_ne!(digest, moved.warned().0.digest());
    assert_ne!(digest, Edition::empty().digest());
}

#[test]
fn what_is_exported_loads_as_the_same_map() {
    let enclave = rect(4.0, 4.0, 6.0, 6.0);
    let sheet = Sheet::with_frame()
        .grid("RING", "C1", &[rect(0.0, 0.0, 10.0, 10.0), enclave.clone()])
        .grid("CORE", "C1", &[enclave])
        .draw(
            "TWO",
            "grid",
            Some("C2"),
            json!({ "type": "MultiPolygon",
                    "coordinates": [[rect(10.0, 0.0, 14.0, 10.0)], [rect(16.0, 0.0, 20.0, 10.0)]] }),
        )
        .grid("MID", "C2", &[rect(14.0, 0.0, 16.0, 10.0)]);
    let (edition, _) = sheet.warned();
    assert_eq!(digest_of(&edition.to_geojson(None).to_string()), edition.digest());
}

#[test]
fn a_mended_map_is_mended_once() {
    let sheet = Sheet::with_frame()
        .grid("G1", "C1", &[ring(&[(0.0, 0.0), (5.0, 0.0), (5.3, 10.0), (0.0, 10.0)])])
        .grid("A", "C1", &[ring(&[(5.0, 0.0), (10.0, 0.0), (10.0, 4.0), (5.12, 4.0)])])
        .grid("B", "C1", &[ring(&[(5.12, 4.0), (10.0, 4.0), (10.0, 10.0), (5.3, 10.0)])]);
    let (edition, _) = sheet.warned();
    assert_eq!(digest_of(&edition.to_geojson(None).to_string()), edition.digest());
}

#[test]
fn one_level_is_exported_for_pages() {
    let grids = Sheet::with_grids().edition().to_geojson(Some(AreaLevel::Grid));
    let codes: Vec<&Value> = (0..4).map(|at| &grids["features"][at]["properties"]["code"]).collect();
    assert_eq!(codes, ["G1", "G2", "G3", "G4"]);
    assert_eq!(grids["features"][4], Value::Null);
    let first = &grids["features"][0];
    assert_eq!(first["properties"]["level"], "grid");
    assert_eq!(first["properties"]["parent"], "C1");
    assert_eq!(first["geometry"]["coordinates"][0][0], json!([120.45, 36.39]));
}

/// A map drawn over Amap's or Baidu's tiles lands where it belongs.
#[test]
fn a_map_in_another_datum_is_the_same_ground() {
    for datum in [Datum::Gcj02, Datum::Bd09, Datum::Cgcs2000] {
        let mut sheet = Sheet::with_grids();
        sheet.datum = Some(datum.as_str());
        for feature in &mut sheet.features {
            bend(&mut feature["geometry"]["coordinates"], datum);
        }
        assert_eq!(sheet.edition().digest(), Sheet::with_grids().edition().digest(), "{datum}");
    }
}

fn bend(coordinates: &mut Value, datum: Datum) {
    let Some(list) = coordinates.as_array_mut() else { return };
    if let [Value::Number(lon), Value::Number(lat)] = list.as_slice() {
        let point = Point::new(lon.as_f64().expect("a number"), lat.as_f64().expect("a number"));
        let (lon, lat) = datum.from_wgs84(point);
        *coordinates = json!([lon, lat]);
    } else {
        for inner in list {
            bend(inner, datum);
        }
    }
}

#[test]
fn the_edition_is_shared_between_threads() {
    fn is_shareable<T: Send + Sync + 'static>(_: &T) -> bool {
        true
    }
    let edition = std::sync::Arc::new(Sheet::with_grids().edition());
    assert!(is_shareable(&edition));
    let handles: Vec<_> = (0..4)
        .map(|n| {
            let edition = edition.clone();
            std::thread::spawn(move || edition.locate(at(f64::from(n) * 5.0 + 1.0, 5.0), None).grid)
        })
        .collect();
    let found: Vec<_> = handles.into_iter().map(|handle| handle.join().expect("no panic")).collect();
    assert_eq!(found.iter().flatten().collect::<Vec<_>>(), ["G1", "G2", "G3", "G4"]);
}
