//! The nearest and the near, against measuring everything with Karney's geodesic.

use super::partition::board_edition;
use super::sheet::{Sheet, at};
use crate::atlas::{AreaLevel, Edition, Places, Point};
use geographiclib_rs::{Geodesic, InverseGeodesic};
use proptest::prelude::*;
use serde_json::Value;

fn geodesic_m(a: Point, b: Point) -> f64 {
    Geodesic::wgs84().inverse(a.lat, a.lon, b.lat, b.lon)
}

/// The nearest point of an edge by halving the stretch that it is on: distances to a short straight
/// line fall and then rise.
fn edge_m(from: Point, a: Point, b: Point) -> f64 {
    let place = |t: f64| Point::new(a.lon + t * (b.lon - a.lon), a.lat + t * (b.lat - a.lat));
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..45 {
        let (left, right) = (low + (high - low) * 0.382, low + (high - low) * 0.618);
        if geodesic_m(from, place(left)) < geodesic_m(from, place(right)) { high = right } else { low = left }
    }
    geodesic_m(from, place(f64::midpoint(low, high)))
}

/// The grids' edges, by code, as the edition gives them back.
fn edges(edition: &Edition) -> Vec<(String, Vec<(Point, Point)>)> {
    fn collect(value: &Value, edges: &mut Vec<(Point, Point)>) {
        let list = value.as_array().expect("a list");
        let point = |v: &Value| Point::new(v[0].as_f64().expect("lon"), v[1].as_f64().expect("lat"));
        if list[0][0].is_number() {
            edges.extend(list.windows(2).map(|pair| (point(&pair[0]), point(&pair[1]))));
        } else {
            for inner in list {
                collect(inner, edges);
            }
        }
    }
    let map = edition.to_geojson(Some(AreaLevel::Grid));
    let features = map["features"].as_array().expect("features");
    let grid = |feature: &Value| {
        let mut edges = Vec::new();
        collect(&feature["geometry"]["coordinates"], &mut edges);
        (feature["properties"]["code"].as_str().expect("a code").to_owned(), edges)
    };
    features.iter().map(grid).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5, failure_persistence: None, ..ProptestConfig::default() })]

    /// Candidates and the distance to the own edge are right to a millimetre.
    #[test]
    fn distances_are_right_to_a_millimetre(seed in any::<u64>(), east in 0.0..1.0_f64, north in 0.0..1.0_f64) {
        let edition = board_edition(seed);
        let (low, high) = edition.bounds().expect("ground");
        let point = Point::new(low.lon + east * (high.lon - low.lon), low.lat + north * (high.lat - low.lat));
        let located = edition.locate(point, Some(300.0));
        for (code, edges) in edges(&edition) {
            let oracle = edges.iter().map(|(a, b)| edge_m(point, *a, *b)).fold(f64::INFINITY, f64::min);
            let measured = if let Some(candidate) = located.candidates.iter().find(|candidate| candidate.code == code) { candidate.distance_m } else {
                prop_assert_eq!(Some(&code), located.grid.as_ref(), "{} m away", oracle);
                located.edge_m.expect("inside")
            };
            prop_assert!((measured - oracle).abs() < 0.001, "{code}: {measured} against {oracle}");
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// The nearest places are those that measuring all finds, in its order.
    #[test]
    fn the_nearest_places_are_the_nearest(
        places in prop::collection::vec((119.0..122.0_f64, 35.0..38.0_f64), 1..300),
        lon in 117.0..124.0_f64, lat in 33.0..40.0_f64, count in 1..40_usize, within_km in 1.0..400.0_f64,
    ) {
        let points: Vec<Point> = places.into_iter().map(|(lon, lat)| Point::new(lon, lat)).collect();
        let from = Point::new(lon, lat);
        let found = Places::new(points.iter().copied()).nearest(from, count, within_km * 1_000.0);
        let mut all: Vec<f64> = points.iter().map(|point| geodesic_m(from, *point)).collect();
        all.sort_by(f64::total_cmp);
        all.retain(|metres| *metres <= within_km * 1_000.0);
        all.truncate(count);
        prop_assert_eq!(found.len(), all.len());
        for ((at, metres), oracle) in found.into_iter().zip(all) {
            prop_assert!((metres - oracle).abs() < 0.002, "{metres} against {oracle}");
            prop_assert!((geodesic_m(from, points[at]) - oracle).abs() < 0.002);
        }
    }

    /// Branch and bound passes over nobody that measuring all would find.
    #[test]
    fn the_nearest_areas_are_the_nearest(seed in any::<u64>(), x in -30.0..60.0_f64, y in -30.0..60.0_f64) {
        let edition = board_edition(seed);
        let (low, _) = edition.bounds().expect("ground");
        let point = Point::new(low.lon + x / 1e5, low.lat + y / 1e5);
        let all = edition.near(AreaLevel::Grid, point, 1e6);
        prop_assert_eq!(all.len(), edition.level(AreaLevel::Grid).count());
        for count in [1, 3, all.len() + 1] {
            let found = edition.nearest(AreaLevel::Grid, point, count, 1e6);
            let metres = |list: &[(_, f64)]| list.iter().map(|(_, metres)| *metres).collect::<Vec<f64>>();
            prop_assert_eq!(metres(&found), metres(&all[..count.min(all.len())]));
        }
    }
}

#[test]
fn the_nearest_are_named_with_their_metres() {
    let edition = Sheet::with_grids().edition();
    let west_m = at(-5.0, 5.0).distance_m(at(0.0, 5.0));
    let codes = |count, within_m| {
        let found = edition.nearest(AreaLevel::Grid, at(-5.0, 5.0), count, within_m);
        found.into_iter().map(|(area, _)| area.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(2, 10_000.0), ["G1", "G2"]);
    assert_eq!(codes(9, west_m - 1.0), [""; 0]);
    assert_eq!(codes(9, west_m + 1.0), ["G1"]);
    let (area, metres) = edition.nearest(AreaLevel::Grid, at(-5.0, 5.0), 1, f64::INFINITY)[0];
    assert_eq!(area.code, "G1");
    assert!((metres - west_m).abs() < 0.001);
    assert_eq!(edition.nearest(AreaLevel::UnitGrid, at(0.0, 0.0), 1, 1e9), []);
    assert_eq!(edition.nearest(AreaLevel::Grid, Point::new(f64::NAN, 0.0), 1, 1e9), []);
    assert_eq!(Places::default().nearest(at(0.0, 0.0), 1, 1e9), []);
}

/// From another continent: along the geodesic, not in the plane.
#[test]
fn far_is_far_along_the_ground() {
    let paris = Point::new(2.35, 48.85);
    let places = [at(0.0, 0.0), Point::new(116.4, 39.9), Point::new(f64::NAN, 0.0)];
    let found = Places::new(places).nearest(paris, 5, f64::INFINITY);
    assert_eq!(found.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [1, 0]);
    assert!((found[0].1 - geodesic_m(paris, places[1])).abs() < 0.001);
}

#[test]
fn the_nearest_of_some_and_the_edge_of_its_own() {
    let edition = Sheet::with_grids().edition();
    let place = at(2.0, 5.0);
    let nearest = edition.nearest_of(AreaLevel::Grid, place, (5, 1e6), |code| code != "G1");
    let all = edition.nearest(AreaLevel::Grid, place, 6, 1e6);
    assert_eq!(all[0].0.code, "G1");
    assert_eq!(nearest.iter().map(|it| it.0.code).collect::<Vec<_>>(), {
        all.iter().skip(1).map(|it| it.0.code).collect::<Vec<_>>()
    });
    assert_eq!(edition.edge_m(AreaLevel::Grid, place), edition.locate(place, None).edge_m);
    assert!(edition.edge_m(AreaLevel::Grid, place).is_some());
    assert_eq!(edition.edge_m(AreaLevel::Grid, Point::new(0.0, 0.0)), None);
}
