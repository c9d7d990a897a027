//! Exactly one owner, everywhere: generated partitions against brute force in exact arithmetic.
//!
//! A partition is a board of bent cells. Lines between cells are wiggly and shared; some have corners
//! that only one side knows of; columns may be slivers of a few decimetres; cells may hold an enclave;
//! areas are one or several cells, often apart. The outer border is straight, so that inside and
//! outside are known.

use crate::atlas::point::{STEPS, Vertex};
use crate::atlas::{AreaLevel, Edition, Flaw, Outline};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The lattice position of the board's south-west corner.
const ORIGIN: Vertex = Vertex { x: 1_204_500_000, y: 363_900_000 };

type Place = (i64, i64);

/// A small generator of numbers, from the case's seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as i64) % limit.max(1)
    }

    fn around(&mut self, reach: i64) -> i64 {
        self.below(2 * reach + 1) - reach
    }
}

/// A partition, loaded.
pub fn board_edition(seed: u64) -> Edition {
    Edition::from_geojson(&board(seed).text(false)).expect("a sound map").0
}

struct Board {
    /// Boundaries of the columns and rows, in lattice steps from the origin.
    xs: Vec<i64>,
    ys: Vec<i64>,
    /// The areas' parts, each a list of closed rings.
    areas: BTreeMap<String, Vec<Vec<Vec<Place>>>>,
}

/// The line between two knots, seen from one side or the other.
#[derive(Clone, Default)]
struct Line {
    shared: Vec<Place>,
    /// With corners that only the first side has.
    first: Vec<Place>,
}

fn widths(dice: &mut Dice, count: usize) -> Vec<i64> {
    let mut at = 0;
    let mut places = vec![0];
    for _ in 0..count {
        at += if dice.below(4) == 0 { 30 + dice.below(40) } else { 800 + dice.below(1_500) };
        places.push(at);
    }
    places
}

fn board(seed: u64) -> Board {
    let mut dice = Dice(seed);
    let (columns, rows) = (2 + dice.below(4) as usize, 2 + dice.below(4) as usize);
    let (xs, ys) = (widths(&mut dice, columns), widths(&mut dice, rows));
    let knots = knots(&mut dice, &xs, &ys);
    let mut lines = BTreeMap::new();
    for y in 0..=rows {
        for x in 0..=columns {
            let here = (x, y);
            for (there, is_rim) in [((x + 1, y), y == 0 || y == rows), ((x, y + 1), x == 0 || x == columns)] {
                if there.0 <= columns && there.1 <= rows {
                    lines.insert((here, there), line(&mut dice, knots[&here], knots[&there], is_rim));
                }
            }
        }
    }
    let mut areas: BTreeMap<String, Vec<Vec<Vec<Place>>>> = BTreeMap::new();
    let owners = 1 + dice.below((columns * rows) as i64);
    for y in 0..rows {
        for x in 0..columns {
            let mut part = vec![cell(&lines, &knots, x, y)];
            let room = (xs[x + 1] - xs[x]).min(ys[y + 1] - ys[y]);
            if room > 700 && dice.below(3) == 0 {
                let middle = (i64::midpoint(xs[x], xs[x + 1]), i64::midpoint(ys[y], ys[y + 1]));
                let enclave = enclave(&mut dice, middle, room / 8);
                areas.entry(format!("E{x}-{y}")).or_default().push(vec![enclave.clone()]);
                part.push(enclave);
            }
            areas.entry(format!("A{}", dice.below(owners))).or_default().push(part);
        }
    }
    Board { xs, ys, areas }
}

/// The corners of the cells: shaken a little, but for those on the rim.
fn knots(dice: &mut Dice, xs: &[i64], ys: &[i64]) -> BTreeMap<(usize, usize), Place> {
    let shake = |dice: &mut Dice, along: &[i64], at: usize| {
        if at == 0 || at + 1 == along.len() {
            return along[at];
        }
        let room = (along[at + 1] - along[at]).min(along[at] - along[at - 1]);
        along[at] + dice.around(room / 8)
    };
    let mut knots = BTreeMap::new();
    for y in 0..ys.len() {
        for x in 0..xs.len() {
            knots.insert((x, y), (shake(dice, xs, x), shake(dice, ys, y)));
        }
    }
    knots
}

fn line(dice: &mut Dice, a: Place, b: Place, is_rim: bool) -> Line {
    let between = |share: i64| (a.0 + (b.0 - a.0) * share / 12, a.1 + (b.1 - a.1) * share / 12);
    let length = (b.0 - a.0).abs().max((b.1 - a.1).abs());
    let mut line = Line { shared: vec![a], first: vec![a] };
    if !is_rim && length > 200 {
        let wiggle = if length > 700 && dice.below(2) == 0 { 2 } else { 0 };
        for share in [3, 6, 9].into_iter().take(dice.below(4) as usize) {
            let (x, y) = between(share);
            let place = (x + dice.around(wiggle), y + dice.around(wiggle));
            // On a straight line, half of the corners are known to one side only.
            if wiggle > 0 || dice.below(2) == 0 {
                line.shared.push(place);
            }
            line.first.push(place);
        }
    }
    line.shared.push(b);
    line.first.push(b);
    line
}

type Knot = (usize, usize);

/// A cell's ring, counter-clockwise. South and west lines show it what only the first side knows.
fn cell(
    lines: &BTreeMap<(Knot, Knot), Line>,
    knots: &BTreeMap<Knot, Place>,
    x: usize,
    y: usize,
) -> Vec<Place> {
    let [sw, se, nw, ne] = [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)];
    let backwards = |places: &[Place]| places.iter().rev().copied().collect::<Vec<_>>();
    let sides = [
        lines[&(sw, se)].first.clone(),
        lines[&(se, ne)].shared.clone(),
        backwards(&lines[&(nw, ne)].shared),
        backwards(&lines[&(sw, nw)].first),
    ];
    let mut ring: Vec<Place> = sides.iter().flat_map(|side| &side[..side.len() - 1]).copied().collect();
    ring.push(knots[&sw]);
    ring
}

fn enclave(dice: &mut Dice, (x, y): Place, reach: i64) -> Vec<Place> {
    let mut corner = |dx: i64, dy: i64| (x + dx * (reach - dice.below(reach / 2)), y + dy * reach);
    let mut ring = vec![corner(-1, -1), corner(1, -1), corner(1, 1), corner(0, 1), corner(-1, 1)];
    ring.push(ring[0]);
    ring
}

impl Board {
    fn text(&self, is_reversed: bool) -> String {
        let frame = [("D", "district", None), ("S", "subdistrict", Some("D")), ("C", "community", Some("S"))];
        let mut features: Vec<Value> = frame
            .map(|(code, level, parent)| feature(code, level, parent, &Value::Null))
            .into_iter()
            .chain(self.areas.iter().map(|(code, parts)| {
                let geometry = json!({ "type": "MultiPolygon", "coordinates": degrees(parts) });
                feature(code, "grid", Some("C"), &geometry)
            }))
            .collect();
        if is_reversed {
            features.reverse();
        }
        json!({ "type": "FeatureCollection", "features": features }).to_string()
    }

    /// Whether the place is on the board, by the half-open rule.
    fn holds(&self, (x, y): Place) -> bool {
        let (east, north) = (self.xs[self.xs.len() - 1], self.ys[self.ys.len() - 1]);
        (0..east).contains(&x) && (0..north).contains(&y)
    }

    /// Every corner, the middle of every edge, their neighbours on the lattice, and random places.
    fn places(&self, dice: &mut Dice) -> Vec<Place> {
        let mut places = Vec::new();
        for ring in self.areas.values().flatten().flatten() {
            for pair in ring.windows(2) {
                let middle = (i64::midpoint(pair[0].0, pair[1].0), i64::midpoint(pair[0].1, pair[1].1));
                for (x, y) in [pair[0], middle] {
                    places.extend([(x, y), (x + dice.around(1), y + dice.around(1))]);
                }
            }
        }
        let (width, height) = (self.xs[self.xs.len() - 1], self.ys[self.ys.len() - 1]);
        places.extend((0..200).map(|_| (dice.below(width + 100) - 50, dice.below(height + 100) - 50)));
        places
    }
}

fn feature(code: &str, level: &str, parent: Option<&str>, geometry: &Value) -> Value {
    let properties = json!({ "code": code, "name": code, "level": level, "parent": parent });
    json!({ "type": "Feature", "properties": properties, "geometry": geometry })
}

fn vertex((x, y): Place) -> Vertex {
    Vertex { x: ORIGIN.x + x as i32, y: ORIGIN.y + y as i32 }
}

fn degrees(parts: &[Vec<Vec<Place>>]) -> Vec<Vec<Vec<[f64; 2]>>> {
    let degree = |place: &Place| {
        let point = vertex(*place).point();
        [point.lon, point.lat]
    };
    let rings = |part: &Vec<Vec<Place>>| part.iter().map(|ring| ring.iter().map(degree).collect()).collect();
    parts.iter().map(rings).collect()
}

/// The grids as the edition has them, as rings of places, by code.
fn grids(edition: &Edition) -> Vec<(String, Vec<Vec<Place>>)> {
    let collection = edition.to_geojson(Some(AreaLevel::Grid));
    let features = collection["features"].as_array().expect("a list").iter();
    let grid = |feature: &Value| {
        let code = feature["properties"]["code"].as_str().expect("a code").to_owned();
        let mut rings = Vec::new();
        collect_rings(&feature["geometry"]["coordinates"], &mut rings);
        (code, rings)
    };
    features.map(grid).collect()
}

fn collect_rings(value: &Value, rings: &mut Vec<Vec<Place>>) {
    let list = value.as_array().expect("a list");
    if list[0][0].is_number() {
        let place = |v: &Value| {
            let step = |at: usize| (v[at].as_f64().expect("a number") * STEPS).round() as i64;
            (step(0) - i64::from(ORIGIN.x), step(1) - i64::from(ORIGIN.y))
        };
        rings.push(list.iter().map(place).collect());
    } else {
        for inner in list {
            collect_rings(inner, rings);
        }
    }
}

/// Ownership by brute force: the lattice is blown up until the nudge of (ε, ε²) is a whole number, and
/// the crossings of a ray to the *north* are counted.
fn brute_force_holds(rings: &[Vec<Place>], (px, py): Place) -> bool {
    const EPSILON: i128 = 1 << 20;
    let blown = |v: i64| i128::from(v) * EPSILON * EPSILON;
    let (x, y) = (blown(px) + EPSILON, blown(py) + 1);
    let mut inside = false;
    for pair in rings.iter().flat_map(|ring| ring.windows(2)) {
        let [(ax, ay), (bx, by)] = [pair[0], pair[1]].map(|(x, y)| (blown(x), blown(y)));
        if (ax > x) != (bx > x) {
            let side = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
            inside ^= (side < 0) == (bx > ax);
        }
    }
    inside
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_point_has_exactly_one_owner(seed in any::<u64>()) {
        let board = board(seed);
        let (edition, findings) = Edition::from_geojson(&board.text(false))
            .map_err(|findings| TestCaseError::fail(format!("{findings:#?}")))?;
        prop_assert!(findings.iter().all(|f| matches!(f.code, Flaw::Mended | Flaw::Joined | Flaw::Split)), "{findings:#?}");
        let grids = grids(&edition);
        let places = board.places(&mut Dice(seed ^ 1));
        let points: Vec<_> = places.iter().map(|place| vertex(*place).point()).collect();
        let together = edition.owner_numbers(AreaLevel::Grid, &points);
        for (place, number) in places.into_iter().zip(together) {
            let owners: Vec<&str> = grids
                .iter()
                .filter(|(_, rings)| brute_force_holds(rings, place))
                .map(|(code, _)| code.as_str())
                .collect();
            prop_assert_eq!(owners.len(), usize::from(board.holds(place)), "{:?} {:?}", place, owners);
            let located = edition.locate(vertex(place).point(), None);
            prop_assert_eq!(located.grid.as_deref(), owners.first().copied(), "{:?}", place);
            let batched = number.map(|number| edition.numbered(number).code);
            prop_assert_eq!(batched, owners.first().copied(), "{:?}", place);
        }
    }

    #[test]
    fn the_order_of_the_file_changes_nothing(seed in any::<u64>()) {
        let board = board(seed);
        let load = |is_reversed| Edition::from_geojson(&board.text(is_reversed)).expect("a sound map");
        let ((one, findings), (other, the_same)) = (load(false), load(true));
        prop_assert_eq!(one.digest(), other.digest());
        prop_assert_eq!(findings, the_same);
        for place in board.places(&mut Dice(seed ^ 2)) {
            let point = vertex(place).point();
            prop_assert_eq!(one.locate(point, Some(20.0)), other.locate(point, Some(20.0)));
        }
    }

    /// Candidates are what measuring the distance to every grid finds.
    #[test]
    fn candidates_are_complete_and_in_order(seed in any::<u64>(), accuracy_m in 0.5..60.0_f64) {
        let board = board(seed);
        let (edition, _) = Edition::from_geojson(&board.text(false)).expect("a sound map");
        for place in board.places(&mut Dice(seed ^ 3)).into_iter().step_by(7) {
            let located = edition.locate(vertex(place).point(), Some(accuracy_m));
            let everyone = edition.locate(vertex(place).point(), Some(1e7));
            let within: Vec<_> =
                everyone.candidates.iter().filter(|c| c.distance_m <= accuracy_m).cloned().collect();
            prop_assert_eq!(&located.candidates, &within);
            prop_assert!(located.candidates.is_sorted_by(|a, b| a.distance_m <= b.distance_m));
            let others = edition.level(AreaLevel::Grid).count() - usize::from(located.grid.is_some());
            prop_assert_eq!(everyone.candidates.len(), others);
        }
    }
}

/// Whether the rings hold the point after its nudge by ε east and ε² north, by the edges north of it: where
/// an edge runs through the point, the sign of the next smaller term decides. Exact over the whole lattice.
fn nudged_holds(rings: &[Vec<Vertex>], p: Vertex) -> bool {
    let mut inside = false;
    for ring in rings {
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            let ((dx, dy), (px, py)) = (b.minus(*a), p.minus(*a));
            let at = i128::from(dx) * i128::from(py) - i128::from(dy) * i128::from(px);
            let terms = [at, -i128::from(dy), i128::from(dx)];
            let side = terms.into_iter().find(|term| *term != 0).map_or(0, i128::signum);
            if (a.x > p.x) != (b.x > p.x) {
                inside ^= (side < 0) == (b.x > a.x);
            }
        }
    }
    inside
}

/// A place on the lattice, often at its ends or next to them.
fn anywhere() -> impl Strategy<Value = Vertex> {
    let axis = |end: i32| {
        prop_oneof![-end..=end, prop::sample::select(vec![-end, -end + 1, -1, 0, 1, end - 1, end])]
    };
    (axis(1_800_000_000), axis(900_000_000)).prop_map(|(x, y)| Vertex { x, y })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// The whole world cut into triangles that meet in one point, of any thinness: edges as long as the
    /// lattice, and corners at its ends.
    #[test]
    fn the_ends_of_the_world_have_one_owner(hub in anywhere(), asked in prop::collection::vec(anywhere(), 20)) {
        let corner = |x: i32, y: i32| Vertex { x: x * 1_800_000_000, y: y * 900_000_000 };
        let rim = [corner(-1, -1), corner(0, -1), corner(1, -1), corner(1, 1), corner(-1, 1)];
        let rings: Vec<Vec<Vertex>> =
            rim.iter().zip(rim.iter().cycle().skip(1)).map(|(a, b)| vec![*a, *b, hub]).collect();
        let outline = |(ring, at): (&Vec<Vertex>, usize)| Outline {
            code: format!("G{at}"),
            name: String::new(),
            level: AreaLevel::Grid,
            parent: None,
            parts: vec![vec![ring.iter().map(|v| v.point()).collect()]],
        };
        let edition = Edition::unchecked(rings.iter().zip(0..).map(outline));
        // Also on the edges themselves, and next to them.
        let middles = rim.iter().map(|v| Vertex {
            x: i64::midpoint(v.x.into(), hub.x.into()) as i32,
            y: i64::midpoint(v.y.into(), hub.y.into()) as i32,
        });
        for place in asked.into_iter().chain(rim).chain([hub]).chain(middles) {
            let owners: Vec<usize> =
                (0..5).filter(|at| nudged_holds(std::slice::from_ref(&rings[*at]), place)).collect();
            let is_on_earth = place.x < 1_800_000_000 && place.y < 900_000_000;
            prop_assert_eq!(owners.len(), usize::from(is_on_earth), "{:?} {:?}", place, owners);
            let code = owners.first().map(|at| format!("G{at}"));
            let found = edition.owner(AreaLevel::Grid, place.point()).map(|area| area.code.to_owned());
            prop_assert_eq!(found, code, "{:?}", place);
        }
    }
}
