//! Small maps for this room's tests: squares of a hundredth of a degree side by side, in one subdistrict.

use serde_json::json;

/// Code, parent, west and east edge.
pub(super) type Grid = (&'static str, &'static str, f64, f64);

/// Two grids of C1 and one of C2.
pub(super) const PLAIN: [Grid; 3] =
    [("G1", "C1", 120.40, 120.41), ("G2", "C1", 120.41, 120.42), ("G3", "C2", 120.42, 120.43)];
/// The western half of G2 stays, the eastern is G4.
pub(super) const SPLIT: [Grid; 4] = [
    ("G1", "C1", 120.40, 120.41),
    ("G2", "C1", 120.41, 120.415),
    ("G4", "C1", 120.415, 120.42),
    ("G3", "C2", 120.42, 120.43),
];

/// The map of some grids, with what lies above them.
pub(super) fn map(grids: &[Grid]) -> String {
    let square = |code: &str, level: &str, parent: Option<&str>, west: f64, east: f64| {
        let ring = [[west, 36.39], [east, 36.39], [east, 36.40], [west, 36.40], [west, 36.39]];
        json!({
            "type": "Feature",
            "properties": {"code": code, "name": format!("{code}单位"), "level": level, "parent": parent},
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
    json!({"type": "FeatureCollection", "features": features}).to_string()
}
