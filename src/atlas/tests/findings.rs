//! Every kind of bad map is told, with its area and place; a bad map never loads.

use super::sheet::{Sheet, at, kinds, polygon, rect, refused, ring};
use crate::atlas::{
    AreaLevel, Datum, Edition, Finding, Flaw, Inspection, Point, Progress, Severity, Stage, findings_geojson,
};
use serde_json::{Value, json};

/// The only finding of a map that must not load.
fn only(sheet: &Sheet) -> Finding {
    let findings = sheet.refused();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    findings[0].clone()
}

fn of_kind(findings: &[Finding], flaw: Flaw) -> Finding {
    let found = findings.iter().find(|finding| finding.code == flaw);
    found.unwrap_or_else(|| panic!("no {flaw:?} in {findings:#?}")).clone()
}

fn is_near(place: Option<Point>, expected: Point, metres: f64) -> bool {
    place.is_some_and(|place| place.distance_m(expected) <= metres)
}

#[test]
fn what_is_no_map_at_all() {
    assert_eq!(refused("not json")[0].code, Flaw::NotGeojson);
    assert_eq!(refused("[1, 2]")[0].code, Flaw::NotGeojson);
    assert_eq!(refused(r#"{"type":"Feature","properties":{},"geometry":null}"#)[0].code, Flaw::NotGeojson);
    assert_eq!(refused(r#"{"type":"FeatureCollection"}"#)[0].code, Flaw::NotGeojson);
    let empty = refused(r#"{"type":"FeatureCollection","features":[]}"#);
    assert_eq!(kinds(&empty), [(Flaw::EmptyCollection, None)]);
    let moon = refused(r#"{"type":"FeatureCollection","datum":"moon","features":[]}"#);
    assert_eq!(kinds(&moon), [(Flaw::UnknownDatum, None)]);
    assert!(moon[0].message.contains("moon") && moon[0].message_zh.contains("moon"));
}

#[test]
fn a_byte_order_mark_is_no_fault() {
    let text = format!("\u{feff}{}", Sheet::with_grids().text());
    assert!(Edition::from_geojson(&text).is_ok());
}

#[test]
fn a_feature_that_is_none_is_named_by_its_number() {
    let mut sheet = Sheet::with_grids();
    sheet.features.push(json!({ "type": "Grid" }));
    assert_eq!(kinds(&sheet.refused()), [(Flaw::BadFeature, Some("#9"))]);
}

#[test]
fn properties_missing_or_of_the_wrong_kind() {
    for (key, value) in [("code", Value::Null), ("name", json!("  ")), ("level", json!(["grid"]))] {
        let mut sheet = Sheet::with_grids();
        sheet.features[7]["properties"][key] = value;
        let finding = only(&sheet);
        assert_eq!(finding.code, Flaw::BadProperty);
        assert_eq!(finding.area.as_deref(), Some(if key == "code" { "#8" } else { "G4" }));
        assert!(finding.message.contains(key) && finding.message_zh.contains(key));
    }
}

#[test]
fn a_code_written_as_a_number_is_text() {
    let mut sheet = Sheet::with_grids();
    sheet.features[7]["properties"]["code"] = json!(370_215_001);
    let edition = sheet.edition();
    assert_eq!(edition.locate(at(17.0, 5.0), None).grid.as_deref(), Some("370215001"));
}

#[test]
fn unknown_level_and_its_children_are_told_once() {
    let mut sheet = Sheet::with_grids();
    sheet.features[3]["properties"]["level"] = json!("village");
    let finding = only(&sheet);
    assert_eq!((finding.code, finding.area.as_deref()), (Flaw::UnknownLevel, Some("C2")));
}

#[test]
fn the_tree_of_parents() {
    let cases = [
        (json!(null), Flaw::MissingParent, "community"),
        (json!("C9"), Flaw::Orphan, "C9"),
        (json!("S"), Flaw::WrongParentLevel, "subdistrict"),
        (json!("G4"), Flaw::WrongParentLevel, "grid"),
    ];
    for (parent, flaw, word) in cases {
        let mut sheet = Sheet::with_grids();
        sheet.features[7]["properties"]["parent"] = parent;
        let finding = only(&sheet);
        assert_eq!((finding.code, finding.area.as_deref()), (flaw, Some("G4")));
        assert!(finding.message.contains(word), "{}", finding.message);
        assert!(finding.place.is_some());
    }
    let mut sheet = Sheet::with_grids();
    sheet.features[0]["properties"]["parent"] = json!("S");
    assert_eq!(only(&sheet).code, Flaw::WrongParentLevel);
}

#[test]
fn duplicate_codes() {
    let mut sheet = Sheet::with_grids();
    sheet.features[7]["properties"]["code"] = json!("G3");
    let finding = only(&sheet);
    assert_eq!((finding.code, finding.area.as_deref()), (Flaw::DuplicateCode, Some("G3")));
    assert!(finding.place.is_some());
}

/// G4 replaced by something else.
fn with_g4(geometry: Value) -> Sheet {
    Sheet::with_grids().without("G4").draw("G4", "grid", Some("C2"), geometry)
}

#[test]
fn geometry_missing_or_of_another_kind() {
    for geometry in [Value::Null, polygon(&[]), json!({ "type": "MultiPolygon", "coordinates": [] })] {
        assert_eq!(only(&with_g4(geometry)).code, Flaw::MissingGeometry);
    }
    let point = only(&with_g4(json!({ "type": "Point", "coordinates": [120.45, 36.39] })));
    assert_eq!((point.code, point.area.as_deref()), (Flaw::WrongGeometry, Some("G4")));
}

#[test]
fn rings_unclosed_short_and_flat() {
    let mut open = rect(15.0, 0.0, 20.0, 10.0);
    open.as_array_mut().expect("a ring").pop();
    let finding = only(&with_g4(polygon(&[open])));
    assert_eq!(finding.code, Flaw::UnclosedRing);
    assert!(is_near(finding.place, at(15.0, 10.0), 0.1));

    let finding = only(&with_g4(polygon(&[ring(&[(15.0, 0.0), (20.0, 0.0)])])));
    assert_eq!((finding.code, finding.area.as_deref()), (Flaw::ShortRing, Some("G4")));

    let line = ring(&[(15.0, 0.0), (18.0, 0.0), (20.0, 0.0)]);
    let finding = only(&with_g4(polygon(&[line])));
    assert_eq!((finding.code, finding.area.as_deref()), (Flaw::FlatRing, Some("G4")));
    assert!(is_near(finding.place, at(15.0, 0.0), 0.1));
}

#[test]
fn positions_off_the_earth_and_swapped() {
    let swapped = json!([[36.39, 120.45], [36.39, 120.46], [36.40, 120.46], [36.39, 120.45]]);
    let finding = only(&with_g4(polygon(&[swapped])));
    assert_eq!((finding.code, finding.area.as_deref()), (Flaw::OutOfRange, Some("G4")));
    assert!(finding.message.contains("longitude comes first"));
    let far = json!([[220.0, 36.39], [220.0, 36.40], [221.0, 36.40], [220.0, 36.39]]);
    assert_eq!(only(&with_g4(polygon(&[far]))).code, Flaw::OutOfRange);
}

#[test]
fn a_bow_tie_crosses_itself_and_says_where() {
    let bow_tie = ring(&[(16.0, 2.0), (18.0, 4.0), (18.0, 2.0), (16.0, 4.0)]);
    let finding = only(&with_g4(polygon(&[bow_tie])));
    assert_eq!((finding.code, finding.area.as_deref()), (Flaw::SelfCrossing, Some("G4")));
    assert!(is_near(finding.place, at(17.0, 3.0), 0.1));
}

#[test]
fn holes_outside_and_parts_over_one_another() {
    let outside = with_g4(polygon(&[rect(15.0, 0.0, 20.0, 10.0), rect(30.0, 1.0, 31.0, 2.0)]));
    let finding = of_kind(&outside.refused(), Flaw::BadHole);
    assert!(is_near(finding.place, at(30.0, 1.0), 0.1));

    let parts = json!([[rect(15.0, 0.0, 20.0, 10.0)], [rect(16.0, 1.0, 17.0, 2.0)]]);
    let doubled = with_g4(json!({ "type": "MultiPolygon", "coordinates": parts }));
    assert_eq!(of_kind(&doubled.refused(), Flaw::PartsOverlap).area.as_deref(), Some("G4"));
}

#[test]
fn overlaps_however_they_come_about() {
    let ways: [(&str, Value); 5] = [
        ("across an edge", rect(13.0, 2.0, 20.0, 8.0)),
        ("wholly inside", rect(11.0, 2.0, 12.0, 3.0)),
        ("around", rect(9.5, -1.0, 15.5, 11.0)),
        ("the same", rect(10.0, 0.0, 15.0, 10.0)),
        ("corners on edges", ring(&[(12.5, 0.0), (15.0, 5.0), (12.5, 10.0), (10.0, 5.0)])),
    ];
    for (way, rectangle) in ways {
        let findings = with_g4(polygon(&[rectangle])).refused();
        let found = findings.iter().filter(|f| f.code == Flaw::Overlap && f.severity == Severity::Error);
        let with_g3 = found.filter(|f| f.area.as_deref() == Some("G3")).collect::<Vec<_>>();
        assert_eq!(with_g3.len(), 1, "{way}: {findings:#?}");
        assert!(with_g3[0].message.contains("G4") && with_g3[0].place.is_some(), "{way}");
    }
}

/// An enclave drawn larger than its hole crosses nothing: its ring runs inside the other's ground.
#[test]
fn an_enclave_larger_than_its_hole_overlaps() {
    let sheet = Sheet::with_frame()
        .grid("RING", "C1", &[rect(0.0, 0.0, 10.0, 10.0), rect(4.0, 4.0, 6.0, 6.0)])
        .grid("CORE", "C1", &[rect(3.0, 3.0, 7.0, 7.0)])
        .grid("E", "C2", &[rect(10.0, 0.0, 20.0, 10.0)]);
    assert_eq!(kinds(&sheet.refused()), [(Flaw::Overlap, Some("CORE"))]);
}

/// Two triangles that cross only where both have a corner: a star of six points.
#[test]
fn an_overlap_that_crosses_only_in_corners_is_seen() {
    let up = [
        (13.0, 2.0),
        (15.0, 2.0),
        (17.0, 2.0),
        (19.0, 2.0),
        (18.0, 4.0),
        (17.0, 6.0),
        (16.0, 8.0),
        (15.0, 6.0),
        (14.0, 4.0),
    ];
    let down = [
        (16.0, 0.0),
        (17.0, 2.0),
        (18.0, 4.0),
        (19.0, 6.0),
        (17.0, 6.0),
        (15.0, 6.0),
        (13.0, 6.0),
        (14.0, 4.0),
        (15.0, 2.0),
    ];
    let sheet = Sheet::with_frame().grid("UP", "C2", &[ring(&up)]).grid("DOWN", "C2", &[ring(&down)]);
    assert_eq!(kinds(&sheet.refused()), [(Flaw::Overlap, Some("DOWN"))]);
}

#[test]
fn a_sliver_of_an_overlap_is_a_warning_and_the_smaller_code_has_it() {
    // 0.0005 cells are 4.5 cm.
    let sheet = with_g4(polygon(&[rect(14.9995, 0.0, 20.0, 10.0)]));
    let (edition, findings) = sheet.warned();
    assert_eq!(of_kind(&findings, Flaw::Overlap).severity, Severity::Warning);
    assert_eq!(edition.locate(at(14.9998, 5.0), None).grid.as_deref(), Some("G3"));
}

#[test]
fn overlaps_too_small_to_be_told_have_one_owner_wherever_else_the_map_goes_on() {
    // Strips from the west to the east whose codes go down, each with a tooth of 5 cm by 22 cm, 60 cm², into the
    // one before.
    let strip = |at: u32| {
        let (west, east) = (10.0 + f64::from(at) / 10.0, 10.0 + f64::from(at + 1) / 10.0);
        let tooth = [(west, 5.002), (west - 0.0006, 5.001), (west, 5.0)];
        let frame = [(west, 0.0), (east, 0.0), (east, 10.0), (west, 10.0)];
        let corners = [&frame[..], if at == 0 { &[] } else { &tooth }].concat();
        (format!("G{:02}", 99 - at), ring(&corners), self::at(west - 0.0003, 5.001))
    };
    let strips: Vec<_> = (0..100).map(strip).collect();
    let bare = ["G1", "G2", "G3", "G4"].into_iter().fold(Sheet::with_grids(), Sheet::without);
    let near =
        strips.iter().fold(bare, |sheet, (code, ring, _)| sheet.grid(code, "C2", std::slice::from_ref(ring)));
    let far = near.clone().grid("A0", "C1", &[rect(0.0, 20.0, 5.0, 30.0)]);
    for sheet in [near, far] {
        let (edition, findings) = sheet.warned();
        assert!(findings.iter().all(|finding| finding.code != Flaw::Overlap), "{findings:?}");
        for (code, _, place) in &strips[1..] {
            assert_eq!(edition.near(AreaLevel::Grid, *place, 0.001).len(), 2, "two hold the tooth of {code}");
            assert_eq!(edition.locate(*place, None).grid.as_ref(), Some(code));
        }
        let places: Vec<Point> = strips[1..].iter().map(|(_, _, place)| *place).collect();
        let alone: Vec<_> =
            places.iter().map(|place| edition.owner_number(AreaLevel::Grid, *place)).collect();
        assert_eq!(edition.owner_numbers(AreaLevel::Grid, &places), alone);
    }
}

#[test]
fn a_gap_is_a_warning_with_its_place() {
    let sheet = Sheet::with_frame().grid("W", "C1", &[rect(0.0, 0.0, 10.0, 10.0)]).grid(
        "E",
        "C2",
        &[rect(10.0, 0.0, 20.0, 10.0), rect(14.0, 4.0, 15.0, 5.0)],
    );
    let (edition, findings) = sheet.warned();
    assert_eq!(kinds(&findings), [(Flaw::Uncovered, Some("C2")), (Flaw::Gap, Some("E"))]);
    let gap = of_kind(&findings, Flaw::Gap);
    assert!(is_near(gap.place, at(14.5, 4.5), 80.0));
    assert_eq!(edition.locate(at(14.5, 4.5), None).desk.as_deref(), Some("C2"));
}

#[test]
fn a_gap_between_neighbours_that_touches_the_rim_in_a_corner() {
    let west = ring(&[(10.0, 0.0), (15.0, 0.0), (14.0, 5.0), (15.0, 10.0), (10.0, 10.0)]);
    let sheet = Sheet::with_frame()
        .grid("W", "C1", &[rect(0.0, 0.0, 10.0, 10.0)])
        .grid("M", "C2", &[west])
        .grid("E", "C2", &[rect(15.0, 0.0, 20.0, 10.0)]);
    let (_, findings) = sheet.warned();
    assert_eq!(kinds(&findings), [(Flaw::Uncovered, Some("C2")), (Flaw::Gap, Some("E"))]);
}

#[test]
fn ground_outside_the_parent_is_a_warning() {
    let (_, findings) = with_g4(polygon(&[rect(15.0, 0.0, 21.0, 10.0)])).warned();
    let finding = of_kind(&findings, Flaw::OutsideParent);
    assert_eq!((finding.severity, finding.area.as_deref()), (Severity::Warning, Some("G4")));
    assert!(is_near(finding.place, at(20.5, 5.0), 500.0));
}

#[test]
fn a_t_junction_is_mended_and_told() {
    // G1's east edge does not know of the corner that A and B have on it.
    let sheet = Sheet::with_frame()
        .grid("G1", "C1", &[ring(&[(0.0, 0.0), (5.0, 0.0), (5.3, 10.0), (0.0, 10.0)])])
        .grid("A", "C1", &[ring(&[(5.0, 0.0), (10.0, 0.0), (10.0, 4.0), (5.12, 4.0)])])
        .grid("B", "C1", &[ring(&[(5.12, 4.0), (10.0, 4.0), (10.0, 10.0), (5.3, 10.0)])])
        .grid("E", "C2", &[rect(10.0, 0.0, 20.0, 10.0)]);
    let (edition, findings) = sheet.warned();
    let told = [(Flaw::Mended, Some("E")), (Flaw::Mended, Some("G1"))];
    assert_eq!(kinds(&findings), told);
    assert!(is_near(of_kind(&findings[1..], Flaw::Mended).place, at(5.12, 4.0), 0.1));
    assert_eq!(edition.locate(at(5.12, 4.0), None).grid.as_deref(), Some("B"));
}

#[test]
fn corners_that_differ_by_a_rounding_are_joined_and_told() {
    let off = 0.000_1; // 1e-7 degree
    let sheet =
        with_g4(polygon(&[ring(&[(15.0 + off, off), (20.0, 0.0), (20.0, 10.0), (15.0 - off, 10.0)])]));
    let (edition, findings) = sheet.warned();
    assert_eq!(kinds(&findings), [(Flaw::Joined, None)]);
    let grid = |x: f64| edition.locate(at(x, 5.0), None).grid;
    assert_eq!((grid(14.9999).as_deref(), grid(15.0).as_deref()), (Some("G3"), Some("G4")));
}

#[test]
fn every_error_is_told_at_once() {
    let mut sheet = with_g4(polygon(&[ring(&[(15.0, 0.0), (20.0, 0.0)])]));
    sheet.features[4]["properties"]["parent"] = json!("C9");
    sheet.features[5]["properties"]["level"] = json!("plot");
    let found = sheet.refused();
    let expected =
        [(Flaw::Orphan, Some("G1")), (Flaw::UnknownLevel, Some("G2")), (Flaw::ShortRing, Some("G4"))];
    assert_eq!(kinds(&found), expected);
    let line = found[0].to_string();
    assert_eq!(line, "error orphan G1 at 36.390000, 120.450000: its parent C9 is not in the file");
}

#[test]
fn a_grid_in_pieces_is_told_with_every_piece() {
    let parts = json!([[rect(15.0, 0.0, 20.0, 4.0)], [rect(15.0, 6.0, 20.0, 10.0)]]);
    let between = [rect(15.0, 4.0, 20.0, 6.0)];
    let sheet = with_g4(json!({ "type": "MultiPolygon", "coordinates": parts })).grid("G5", "C2", &between);
    let (_, findings) = sheet.warned();
    let split = of_kind(&findings, Flaw::Split);
    assert_eq!((split.severity, split.area.as_deref()), (Severity::Warning, Some("G4")));
    let words = &split.message;
    assert!(words.contains("2 pieces") && words.matches("m²").count() == 2, "{words}");
    assert!(split.message_zh.contains("2 块"));
    let beside = json!([[rect(15.0, 0.0, 20.0, 4.0)], [rect(15.0, 4.0, 20.0, 10.0)]]);
    let (_, findings) = with_g4(json!({ "type": "MultiPolygon", "coordinates": beside })).warned();
    assert!(findings.iter().all(|finding| finding.code != Flaw::Split), "one piece, drawn in two");
}

/// C1 | C2 share a slanted line, and their grids meet on it: no lattice point lies on the line itself.
#[test]
fn a_grids_corner_beside_the_line_of_its_community_is_put_into_it() {
    let (south, north, middle) = ((10.0, 0.0), (10.003, 10.0), (10.001, 3.333_3));
    let sheet = Sheet::default()
        .draw("D", "district", None, Value::Null)
        .draw("S", "subdistrict", Some("D"), Value::Null)
        .draw("C1", "community", Some("S"), polygon(&[ring(&[(0.0, 0.0), south, north, (0.0, 10.0)])]))
        .draw("C2", "community", Some("S"), polygon(&[ring(&[south, (20.0, 0.0), (20.0, 10.0), north])]))
        .grid("G1", "C1", &[ring(&[(0.0, 0.0), south, middle, (0.0, 3.333_3)])])
        .grid("G2", "C1", &[ring(&[(0.0, 3.333_3), middle, north, (0.0, 10.0)])])
        .grid("G3", "C2", &[ring(&[south, (20.0, 0.0), (20.0, 3.333_3), middle])])
        .grid("G4", "C2", &[ring(&[middle, (20.0, 3.333_3), (20.0, 10.0), north])]);
    let (edition, findings) = sheet.warned();
    assert_eq!(kinds(&findings), [(Flaw::Mended, None)], "{findings:#?}");
    assert!(findings[0].message.contains("layer community"), "{}", findings[0].message);
    let again = Edition::from_geojson(&edition.to_geojson(None).to_string()).expect("a good map");
    assert_eq!((again.1, again.0.digest()), (Vec::new(), edition.digest()), "mending twice changes nothing");
}

#[test]
fn findings_can_be_looked_at_on_a_map() {
    let findings = with_g4(polygon(&[rect(13.0, 0.0, 20.0, 10.0)])).refused();
    let drawn = findings_geojson(&findings);
    let overlap = &drawn["features"][0];
    assert_eq!(overlap["properties"]["kind"], "overlap");
    assert_eq!(overlap["properties"]["severity"], "error");
    assert_eq!(overlap["properties"]["area"], "G3");
    assert_eq!(overlap["geometry"]["type"], "Point");
    let place = findings[0].place.expect("a place");
    assert_eq!(overlap["geometry"]["coordinates"], json!([place.lon, place.lat]));
    let nowhere = findings_geojson(&refused("not json"));
    assert_eq!(nowhere["features"][0]["geometry"], Value::Null);
}

/// The sheet with every position moved.
fn moved(sheet: &Sheet, to: impl Fn(Point) -> Point) -> Sheet {
    fn bend(value: &mut Value, to: &impl Fn(Point) -> Point) {
        match value.as_array_mut() {
            Some(pair) if pair[0].is_number() => {
                let number = |at: usize| pair[at].as_f64().expect("a number");
                let point = to(Point::new(number(0), number(1)));
                *value = json!([point.lon, point.lat]);
            }
            Some(list) => list.iter_mut().for_each(|value| bend(value, to)),
            None => {}
        }
    }
    let mut sheet = sheet.clone();
    sheet.features.iter_mut().for_each(|feature| bend(&mut feature["geometry"]["coordinates"], &to));
    sheet
}

/// The sheet as it comes out when its datum is mistaken.
fn misread(sheet: &Sheet, read_as: Datum, drawn_in: Datum) -> Sheet {
    moved(sheet, |point| {
        let (lon, lat) = drawn_in.from_wgs84(point);
        read_as.to_wgs84(lon, lat)
    })
}

#[test]
fn a_map_shifted_by_any_bend_is_recognised_and_refused() {
    let before = Sheet::with_grids();
    let previous = before.edition();
    let beside = Inspection { previous: Some(&previous), ..Inspection::default() };
    let bends = [Datum::Wgs84, Datum::Gcj02, Datum::Bd09];
    for (read_as, drawn_in) in bends.into_iter().flat_map(|a| bends.map(|b| (a, b))).filter(|(a, b)| a != b) {
        let text = misread(&before, read_as, drawn_in).text();
        let found = Edition::inspect(&text, &beside).expect_err("a shifted map");
        let shifted = of_kind(&found, Flaw::ShiftedDatum);
        let words = format!("as {drawn_in} positions read as {read_as} do");
        assert!(shifted.message.contains(&words), "{words}: {}", shifted.message);
        let advice = format!("\"datum\": \"{drawn_in}\"");
        assert_eq!(shifted.message.contains(&advice), read_as == Datum::Wgs84, "{}", shifted.message);
        let meant = Inspection { accept_shift: true, ..beside };
        let (_, warned) = Edition::inspect(&text, &meant).expect("the shift is meant");
        assert_eq!(of_kind(&warned, Flaw::ShiftedDatum).severity, Severity::Warning);
    }
}

#[test]
fn a_map_drawn_anew_is_not_taken_for_a_shifted_one() {
    let before = Sheet::with_grids();
    let previous = before.edition();
    let beside = Inspection { previous: Some(&previous), ..Inspection::default() };
    let same = Edition::inspect(&before.text(), &beside).expect("the same map");
    assert_eq!(same.1, []);
    // As far as GCJ-02 bends, but northwards.
    let north = moved(&before, |point| Point::new(point.lon, point.lat + 0.004));
    let (_, findings) = Edition::inspect(&north.text(), &beside).expect("a map elsewhere");
    assert_eq!(findings, []);
    // A grid more in the east moves the middle of the district by what GCJ-02 bends; the others stay.
    let mut wider = before.clone();
    wider.features.truncate(4);
    for (at, east) in [(0, 30.0), (1, 30.0), (3, 30.0)] {
        wider.features[at]["geometry"] = polygon(&[rect(if at == 3 { 10.0 } else { 0.0 }, 0.0, east, 10.0)]);
    }
    wider.features.extend(before.features[4..].iter().cloned());
    let wider = wider.grid("G5", "C2", &[rect(20.0, 0.0, 30.0, 10.0)]);
    assert!(Edition::inspect(&wider.text(), &beside).is_ok(), "a district that has grown");
    let mut gcj = misread(&before, Datum::Wgs84, Datum::Gcj02);
    gcj.datum = Some("gcj02");
    assert!(Edition::inspect(&gcj.text(), &beside).is_ok(), "declared as it was drawn");
}

#[test]
fn a_check_says_how_far_it_is() {
    let told = std::cell::RefCell::new(Vec::new());
    let watch = |progress: Progress| told.borrow_mut().push(progress);
    let inspection = Inspection { watch: &watch, ..Inspection::default() };
    Edition::inspect(&Sheet::with_grids().text(), &inspection).expect("a good map");
    let told = told.into_inner();
    let reading: Vec<_> = told.iter().filter(|told| told.stage == Stage::Reading).collect();
    assert_eq!(reading.last().map(|told| (told.done, told.of)), Some((8, 8)));
    assert_eq!(told.last().map(|told| told.stage), Some(Stage::Coverage));
    assert!(told.iter().all(|told| told.done <= told.of));
}

#[test]
fn hostile_texts_are_told_and_never_panic() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let collection = |feature: &str| format!(r#"{{"type":"FeatureCollection","features":[{feature}]}}"#);
    let area = |ring: &str| {
        collection(&format!(
            r#"{{"type":"Feature","properties":{{"code":"D","name":"D","level":"district"}},
            "geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}"#
        ))
    };
    let cases = [
        (String::new(), Flaw::NotGeojson),
        ("\u{feff}  ".to_owned(), Flaw::NotGeojson),
        (deep.clone(), Flaw::NotGeojson),
        (Sheet::with_grids().text()[..900].to_owned(), Flaw::NotGeojson),
        (collection(&deep), Flaw::BadFeature),
        (area(&deep), Flaw::BadFeature),
        (area("[[1e999,0],[1,0],[1,1],[1e999,0]]"), Flaw::BadFeature),
        (area("[[1e300,0],[1,0],[1,1],[1e300,0]]"), Flaw::OutOfRange),
        (area("[[NaN,0],[1,0],[1,1],[NaN,0]]"), Flaw::NotGeojson),
        (area("[[1],[1],[1],[1]]"), Flaw::BadFeature),
        (area("[]"), Flaw::ShortRing),
        (
            area("[[40512345.6,4028765.4],[40512399,4028765],[40512399,4028800],[40512345.6,4028765.4]]"),
            Flaw::OutOfRange,
        ),
    ];
    for (text, flaw) in cases {
        let found = refused(&text);
        let start: String = text.chars().take(80).collect();
        assert_eq!(found[0].code, flaw, "{start}: {found:#?}");
        assert!(found[0].message.len() < 400, "{start}: a message of {}", found[0].message.len());
    }
}
