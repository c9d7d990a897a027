//! One owner, the ladder, the doubts, and the desk.

use super::sheet::{Sheet, at, polygon, rect};
use crate::atlas::{AreaLevel, Edition, Located, Point};
use serde_json::{Value, json};

fn grid_at(edition: &Edition, x: f64, y: f64) -> Option<String> {
    edition.locate(at(x, y), None).grid
}

#[test]
fn a_point_inside_has_its_grid_and_the_ladder() {
    let located = Sheet::with_grids().edition().locate(at(2.0, 5.0), None);
    assert_eq!(located.grid.as_deref(), Some("G1"));
    assert_eq!(located.community.as_deref(), Some("C1"));
    assert_eq!(located.subdistrict.as_deref(), Some("S"));
    assert_eq!(located.district.as_deref(), Some("D"));
    assert_eq!((&located.desk, located.owner()), (&None, Some("G1")));
    assert_eq!(located.candidates, []);
}

#[test]
fn a_shared_edge_belongs_to_the_east_and_a_corner_to_the_north_east() {
    let edition = Sheet::with_frame()
        .grid("SW", "C1", &[rect(0.0, 0.0, 5.0, 5.0)])
        .grid("SE", "C1", &[rect(5.0, 0.0, 10.0, 5.0)])
        .grid("NW", "C1", &[rect(0.0, 5.0, 5.0, 10.0)])
        .grid("NE", "C1", &[rect(5.0, 5.0, 10.0, 10.0)])
        .grid("E", "C2", &[rect(10.0, 0.0, 20.0, 10.0)]);
    let (edition, _) = edition.warned();
    assert_eq!(grid_at(&edition, 5.0, 2.5).as_deref(), Some("SE"));
    assert_eq!(grid_at(&edition, 2.5, 5.0).as_deref(), Some("NW"));
    assert_eq!(grid_at(&edition, 5.0, 5.0).as_deref(), Some("NE"));
    assert_eq!(grid_at(&edition, 0.0, 0.0).as_deref(), Some("SW"), "the map's own south-west corner is in");
    assert_eq!(grid_at(&edition, 20.0, 10.0), None, "its north-east corner is out");
}

#[test]
fn a_hole_belongs_to_the_grid_that_fills_it() {
    let enclave = rect(4.0, 4.0, 6.0, 6.0);
    let edition = Sheet::with_frame()
        .grid("RING", "C1", &[rect(0.0, 0.0, 10.0, 10.0), enclave.clone()])
        .grid("CORE", "C1", &[enclave])
        .grid("E", "C2", &[rect(10.0, 0.0, 20.0, 10.0)])
        .edition();
    assert_eq!(grid_at(&edition, 5.0, 5.0).as_deref(), Some("CORE"));
    assert_eq!(grid_at(&edition, 4.0, 5.0).as_deref(), Some("CORE"));
    assert_eq!(grid_at(&edition, 6.0, 5.0).as_deref(), Some("RING"));
    assert_eq!(grid_at(&edition, 1.0, 1.0).as_deref(), Some("RING"));
}

#[test]
fn all_parts_of_a_multipolygon_are_one_grid() {
    let parts = json!([[rect(0.0, 0.0, 5.0, 10.0)], [rect(15.0, 0.0, 20.0, 10.0)]]);
    let edition = Sheet::with_frame()
        .draw("G", "grid", Some("C1"), json!({ "type": "MultiPolygon", "coordinates": parts }))
        .grid("H", "C2", &[rect(5.0, 0.0, 15.0, 10.0)]);
    let (edition, _) = edition.warned();
    let found = [2.0, 17.0, 10.0].map(|x| grid_at(&edition, x, 5.0));
    assert_eq!(found.each_ref().map(Option::as_deref), [Some("G"), Some("G"), Some("H")]);
}

#[test]
fn finer_layers_resolve_by_themselves() {
    let edition = Sheet::with_grids()
        .draw("B", "building_group", Some("G1"), polygon(&[rect(1.0, 1.0, 3.0, 3.0)]))
        .draw("U", "unit_grid", Some("G1"), polygon(&[rect(2.0, 2.0, 3.0, 3.0)]))
        .edition();
    let both = edition.locate(at(2.5, 2.5), None);
    assert_eq!((both.building_group.as_deref(), both.unit_grid.as_deref()), (Some("B"), Some("U")));
    let neither = edition.locate(at(4.0, 4.0), None);
    assert_eq!((neither.building_group, neither.unit_grid), (None, None));
}

#[test]
fn neighbours_within_the_accuracy_are_candidates_nearest_first() {
    // 0.5 cells east of G1 | G2: about 45 m to G1, 403 m to G3.
    let edition = Sheet::with_grids().edition();
    let codes = |accuracy_m| {
        let located = edition.locate(at(5.5, 5.0), accuracy_m);
        located.candidates.into_iter().map(|candidate| candidate.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(None), [""; 0]);
    assert_eq!(codes(Some(30.0)), [""; 0]);
    assert_eq!(codes(Some(50.0)), ["G1"]);
    assert_eq!(codes(Some(410.0)), ["G1", "G3"]);
    assert_eq!(codes(Some(5_000.0)), ["G1", "G3", "G4"]);
    assert_eq!(codes(Some(f64::NAN)), [""; 0]);
    assert_eq!(codes(Some(-5.0)), [""; 0]);
}

#[test]
fn distances_are_metres_on_the_ground() {
    let edition = Sheet::with_grids().edition();
    let located = edition.locate(at(5.5, 5.0), Some(100.0));
    let expected_m = at(5.5, 5.0).distance_m(at(5.0, 5.0));
    let edge_m = located.edge_m.expect("inside a grid");
    assert!((edge_m - expected_m).abs() < 0.001, "{edge_m} against {expected_m}");
    assert_eq!(located.candidates[0].name, "G1 name");
    assert!((located.candidates[0].distance_m - expected_m).abs() < 0.001);
}

#[test]
fn outside_every_grid_the_containing_community_takes_it() {
    let located = Sheet::with_grids().without("G2").warned().0.locate(at(7.0, 5.0), None);
    let expected = Located {
        community: Some("C1".into()),
        subdistrict: Some("S".into()),
        district: Some("D".into()),
        desk: Some("C1".into()),
        ..Located::default()
    };
    assert_eq!(located, expected);
}

#[test]
fn outside_the_map_the_nearest_community_within_two_kilometres_takes_it_else_the_district() {
    let edition = Sheet::with_grids().edition();
    let desk = |x, y| edition.locate(at(x, y), None).desk;
    assert_eq!(desk(-5.0, 5.0).as_deref(), Some("C1"));
    assert_eq!(desk(25.0, 5.0).as_deref(), Some("C2"));
    assert_eq!(desk(60.0, 5.0).as_deref(), Some("D"));
    assert_eq!(edition.locate(Point::new(2.35, 48.85), None).desk.as_deref(), Some("D"));
    let nowhere = edition.locate(Point::new(f64::NAN, 999.0), Some(10.0));
    assert_eq!(nowhere, Located { desk: Some("D".into()), ..Located::default() });
}

#[test]
fn communities_without_ground_are_found_through_their_grids() {
    let bare = Sheet::default()
        .draw("D", "district", None, Value::Null)
        .draw("S", "subdistrict", Some("D"), Value::Null)
        .draw("C1", "community", Some("S"), Value::Null)
        .grid("G1", "C1", &[rect(0.0, 0.0, 5.0, 10.0)]);
    let edition = bare.edition();
    let inside = edition.locate(at(1.0, 1.0), None);
    assert_eq!((inside.grid.as_deref(), inside.district.as_deref()), (Some("G1"), Some("D")));
    assert_eq!(edition.locate(at(-1.0, 1.0), None).desk.as_deref(), Some("C1"));
    assert_eq!(edition.locate(at(-100.0, 1.0), None).desk.as_deref(), Some("D"));
    let centre = edition.centre("D").expect("a child's ground");
    assert_eq!(edition.locate(centre, None).grid.as_deref(), Some("G1"));
}

#[test]
fn the_empty_map_answers_too() {
    let edition = Edition::empty();
    assert!(edition.is_empty() && edition.bounds().is_none());
    assert_eq!(edition.locate(at(1.0, 1.0), Some(50.0)), Located::default());
}

#[test]
fn centres_lie_inside_and_bounds_around() {
    let edition = Sheet::with_grids().edition();
    for area in edition.level(AreaLevel::Grid) {
        let centre = edition.centre(area.code).expect("a grid has ground");
        assert_eq!(edition.locate(centre, None).grid.as_deref(), Some(area.code));
    }
    assert_eq!(edition.bounds(), Some((at(0.0, 0.0), at(20.0, 10.0))));
    assert_eq!(edition.bounds_of("D"), edition.bounds());
    assert_eq!((edition.centre("nobody"), edition.bounds_of("nobody")), (None, None));
}

#[test]
fn the_tree_can_be_walked() {
    let edition = Sheet::with_grids().edition();
    let codes = |areas: Vec<crate::atlas::Area<'_>>| {
        areas.iter().map(|area| area.code.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(codes(edition.ladder("G3").collect()), ["G3", "C2", "S", "D"]);
    assert_eq!(codes(edition.children("C2").collect()), ["G3", "G4"]);
    assert_eq!(edition.area("G3").map(|area| area.level), Some(AreaLevel::Grid));
    assert_eq!(edition.area("G9"), None);
}

#[test]
fn looking_at_a_map_begins_on_its_ground() {
    let edition = Sheet::with_grids().edition();
    let owner = |codes: &[&str]| {
        let beginning = edition.beginning(codes.iter().copied()).expect("a map");
        edition.locate(beginning, None).grid
    };
    assert_eq!(owner(&["NOWHERE", "G1"]).as_deref(), Some("G1"), "the first that has ground");
    assert!(owner(&[]).is_some(), "the middle of everything, or the grid nearest to it");
    let apart = Sheet::with_frame().grid("W", "C1", &[rect(0.0, 0.0, 4.0, 10.0)]).grid(
        "E",
        "C2",
        &[rect(15.0, 0.0, 20.0, 10.0)],
    );
    let (apart, _) = apart.warned();
    let beginning = apart.beginning([]).expect("a map");
    assert!(apart.locate(beginning, None).grid.is_some(), "the middle is nobody's: {beginning}");
    assert_eq!(Edition::empty().beginning(["G1"]), None);
}

#[test]
fn who_knows_nothing_of_the_place_is_told_of_no_more_than_a_neighbourhood() {
    // The other side of these grids is 14 km away.
    let edition = Sheet::default()
        .draw("D", "district", None, polygon(&[rect(0.0, 0.0, 160.0, 10.0)]))
        .draw("S", "subdistrict", Some("D"), polygon(&[rect(0.0, 0.0, 160.0, 10.0)]))
        .draw("C1", "community", Some("S"), polygon(&[rect(0.0, 0.0, 160.0, 10.0)]))
        .grid("G1", "C1", &[rect(0.0, 0.0, 10.0, 10.0)])
        .grid("G2", "C1", &[rect(10.0, 0.0, 100.0, 10.0)])
        .grid("G3", "C1", &[rect(100.0, 0.0, 160.0, 10.0)])
        .edition();
    let candidates = |accuracy_m| edition.locate(at(5.0, 5.0), Some(accuracy_m)).candidates;
    let codes = |accuracy_m| candidates(accuracy_m).into_iter().map(|one| one.code).collect::<Vec<_>>();
    assert_eq!(codes(1e9), ["G2"]);
    assert_eq!(codes(1_500.0), codes(1e9));
}
