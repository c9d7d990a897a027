//! The map is a partition: read back from the GeoJSON text and counted in whole lattice steps.

use std::collections::{BTreeMap, BTreeSet};

use geojson::{FeatureCollection, GeometryValue, PolygonType};

use crate::demo::district;
use crate::demo::ground::{
    Ring, Vertex, contains, doubled_area, edges, inner_vertex, meet, square_kilometres,
};

struct Piece {
    name: String,
    level: String,
    parent: Option<String>,
    rings: Vec<Ring>,
}

fn read(map: &str) -> BTreeMap<String, Piece> {
    let collection: FeatureCollection = map.parse().expect("GeoJSON");
    let count = collection.features.len();
    let pieces: BTreeMap<String, Piece> = collection
        .features
        .into_iter()
        .map(|feature| {
            let text = |key: &str| Some(feature.property(key)?.as_str()?.to_owned());
            let piece = Piece {
                name: text("name").expect("a name"),
                level: text("level").expect("a level"),
                parent: text("parent"),
                rings: match &feature.geometry.as_ref().expect("a geometry").value {
                    GeometryValue::Polygon { coordinates } => vec![open(coordinates)],
                    GeometryValue::MultiPolygon { coordinates } => coordinates.iter().map(open).collect(),
                    other => panic!("{}", other.type_name()),
                },
            };
            (text("code").expect("a code"), piece)
        })
        .collect();
    assert_eq!(pieces.len(), count, "codes are unique");
    pieces
}

fn open(polygon: &PolygonType) -> Ring {
    let [ring] = polygon.as_slice() else {
        panic!("no holes");
    };
    assert_eq!(ring.first(), ring.last(), "rings are closed");
    ring[1..].iter().map(|p| Vertex::at_degrees(p[0], p[1])).collect()
}

/// The outline of every area by code; of the district only its first island.
pub fn outlines(map: &str) -> BTreeMap<String, Ring> {
    let single = |(code, piece): (String, Piece)| Some((code, piece.rings.into_iter().next()?));
    read(map).into_iter().filter_map(single).collect()
}

fn children<'a>(pieces: &'a BTreeMap<String, Piece>, code: &str) -> Vec<&'a Piece> {
    pieces.values().filter(|piece| piece.parent.as_deref() == Some(code)).collect()
}

/// The directed edges of some rings that no opposite edge takes away; each may occur once only.
fn rim<'a>(rings: impl Iterator<Item = &'a Ring>) -> BTreeSet<(Vertex, Vertex)> {
    let mut all = BTreeSet::new();
    for edge in rings.flat_map(|ring| edges(ring)) {
        assert!(all.insert(edge), "two pieces on the same side of {edge:?}");
    }
    let inner = |(a, b): &(Vertex, Vertex)| all.contains(&(*b, *a));
    all.iter().filter(|edge| !inner(edge)).copied().collect()
}

fn area(pieces: &[&Piece]) -> i128 {
    let rings = pieces.iter().flat_map(|piece| &piece.rings);
    rings.map(|ring| doubled_area(ring)).sum()
}

fn is_simple(ring: &Ring) -> bool {
    let all: Vec<_> = edges(ring).collect();
    let n = all.len();
    (0..n).all(|i| (i + 2..n).all(|j| (i == 0 && j == n - 1) || !meet(all[i], all[j])))
}

#[test]
fn counts_and_parents_are_those_of_the_seed() {
    let pieces = read(&district(1).map_geojson);
    let count = |level: &str| pieces.values().filter(|p| p.level == level).count();
    assert_eq!(count("district"), 1);
    assert_eq!(count("subdistrict"), 11);
    assert_eq!(count("community"), 60);
    assert_eq!(count("grid"), 180);
    assert_eq!(count("building_group"), 309);
    assert_eq!(pieces.len(), 561);

    let above = BTreeMap::from([
        ("subdistrict", "district"),
        ("community", "subdistrict"),
        ("grid", "community"),
        ("building_group", "grid"),
    ]);
    for (code, piece) in &pieces {
        let Some(parent) = &piece.parent else {
            assert_eq!((code.as_str(), piece.level.as_str()), ("370215", "district"));
            continue;
        };
        assert_eq!(pieces[parent].level, above[piece.level.as_str()], "{code}");
        assert!(code.starts_with(parent.as_str()), "{code} in {parent}");
    }
    assert_eq!(pieces["370215002013"].name, "古城社区");
    assert_eq!(pieces["370215002013003"].name, "古城社区第三网格");
}

#[test]
fn names_are_unique_within_a_level() {
    let pieces = read(&district(1).map_geojson);
    let names: BTreeSet<(&str, &str)> =
        pieces.values().map(|p| (p.level.as_str(), p.name.as_str())).collect();
    assert_eq!(names.len(), pieces.len());
}

#[test]
fn every_level_fills_the_one_above_without_gap_or_overlap() {
    for seed in [1, 2, 3] {
        let pieces = read(&district(seed).map_geojson);
        for (code, piece) in &pieces {
            for ring in &piece.rings {
                assert!(doubled_area(ring) > 0, "{code} runs counter-clockwise");
                assert!(is_simple(ring), "{code} crosses itself, seed {seed}");
            }
            let parts = children(&pieces, code);
            if piece.level == "building_group" {
                continue;
            }
            assert_eq!(area(&[piece]), area(&parts), "{code}, seed {seed}");
            let parts_rim = rim(parts.iter().flat_map(|p| &p.rings));
            assert_eq!(rim(piece.rings.iter()), parts_rim, "{code}, seed {seed}");
        }
    }
}

#[test]
fn an_inner_border_is_shared_by_exactly_two_grids() {
    let pieces = read(&district(1).map_geojson);
    let grids: Vec<&Piece> = pieces.values().filter(|p| p.level == "grid").collect();
    // `rim` refuses an edge used twice in one direction; what is left over must be the outer shore.
    let shore: BTreeSet<_> = pieces["370215"].rings.iter().flat_map(|r| edges(r)).collect();
    assert_eq!(rim(grids.iter().flat_map(|g| &g.rings)), shore);
    assert_eq!(area(&grids), area(&[&pieces["370215"]]));
}

#[test]
fn islands_of_ground_lie_apart() {
    let pieces = read(&district(1).map_geojson);
    let islands = &pieces["370215"].rings;
    assert_eq!(islands.len(), 5);
    for (index, island) in islands.iter().enumerate() {
        for other in &islands[index + 1..] {
            assert!(edges(island).all(|a| edges(other).all(|b| !meet(a, b))));
            assert!(!contains(island, other[0]) && !contains(other, island[0]));
        }
    }
}

#[test]
fn sizes_and_places_are_plausible() {
    let pieces = read(&district(1).map_geojson);
    let size = |code: &str| square_kilometres(&pieces[code].rings[0]);
    for (code, piece) in &pieces {
        let town = ["370215002", "370215003"].iter().any(|s| code.starts_with(s));
        if piece.level == "community" && town {
            assert!((0.2..1.1).contains(&size(code)), "{code}: {} km²", size(code));
        }
    }
    assert!(size("370215007001") > 2.0 && size("370215402001") > 2.0);

    let place = |code: &str| inner_vertex(&pieces[code].rings[0]).degrees();
    let old_town = place("370215002013");
    assert!((old_town.0 - 120.45).abs() < 0.05 && (old_town.1 - 36.39).abs() < 0.04);
    assert!(place("370215010").0 < 120.25, "Lancun in the west");
    assert!(place("370215402").0 > 120.85, "Tianheng on the east coast");
    assert!(place("370215400").0 < place("370215002").0);
    assert!(place("370215001").1 < place("370215002").1);
}

#[test]
fn borders_bend_like_streets_with_a_readable_number_of_vertices() {
    let pieces = read(&district(1).map_geojson);
    let grids = pieces.values().filter(|p| p.level == "grid");
    let mut vertices: Vec<usize> = grids.map(|g| g.rings[0].len()).collect();
    vertices.sort_unstable();
    let (fewest, median, most) = (vertices[0], vertices[90], vertices[179]);
    assert!(fewest >= 16 && most <= 80, "{fewest} to {most}");
    assert!((20..=48).contains(&median), "{median}");
}

#[test]
fn the_draft_is_a_good_map_that_splits_one_grid_and_redraws_two() {
    use crate::atlas::{AreaLevel, Edition};
    let district = district(370_215);
    let read = |text: &str| Edition::from_geojson(text).expect("a map without errors");
    let ((base, before), (draft, warnings)) = (read(&district.map_geojson), read(&district.draft_geojson));
    assert_eq!(warnings.len(), before.len(), "{warnings:?}");
    let new: Vec<&str> = draft
        .level(AreaLevel::Grid)
        .filter(|grid| base.area(grid.code).is_none())
        .map(|grid| grid.code)
        .collect();
    assert_eq!(new.len(), 1, "{new:?}");
    let changed = draft.level(AreaLevel::Grid).filter(|grid| !base.is_same_in(&draft, grid.code)).count();
    assert_eq!(changed, 4, "the new one, the one that it was split from, and two that exchange an estate");
    assert_eq!(base.level(AreaLevel::Grid).count() + 1, draft.level(AreaLevel::Grid).count());
}
