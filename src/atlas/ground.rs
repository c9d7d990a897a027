//! The checks of one layer's ground: boundaries that cross, overlaps, and gaps.

use super::area::AreaLevel;
use super::draft::Draft;
use super::finding::{Finding, Flaw};
use super::index::Index;
use super::planar::{self, Plane, matters};
use super::point::{Point, Vertex};
use super::progress::{Stage, Watch, counted};
use super::shape::{Bounds, Part, Shape, edges};
use super::star::Wedge;
use geo::algorithm::validation::{InvalidMultiPolygon, InvalidPolygon, RingRole};
use geo::{Area, BooleanOps, InteriorPoint, MultiPolygon, Validation};
use std::collections::{BTreeMap, BTreeSet};

/// Pairs of areas, by their numbers in the layer, that may share ground; the smaller first.
type Pairs = BTreeSet<(usize, usize)>;

/// Two areas whose edges do not cross share whole triangles of the lattice, if anything: those are larger.
const LEAST_M2: f64 = 1e-6;

/// Everything but gaps, which mean little before this is clean; and whether any two areas of the layer share
/// ground, be it too little to be told.
pub(super) fn check(layer: &[&Draft], watch: Watch) -> (Vec<Finding>, bool) {
    let (mut pairs, crossed) = crossings(layer, watch);
    let mut findings: Vec<Finding> =
        crossed.iter().map(|(area, places)| crossing_finding(layer[*area], places)).collect();
    let mut has_overlaps = !pairs.is_empty();
    pairs.extend(pairs_at_corners(layer));
    pairs.extend(pairs_one_in_another(layer));
    findings.extend(layer.iter().flat_map(|draft| parts_findings(draft)));
    // The ground of a self-crossing area is anybody's guess.
    pairs.retain(|(a, b)| !crossed.contains_key(a) && !crossed.contains_key(b));
    let pairs: Vec<(usize, usize)> = pairs.into_iter().collect();
    let pairs = counted(pairs.into_iter(), Stage::Overlaps, watch);
    for (a, b) in pairs {
        let Some((plane, shared)) = shared(layer[a], layer[b]) else { continue };
        has_overlaps |= shared.unsigned_area() > LEAST_M2;
        findings.extend(overlap(layer[a], layer[b], &plane, &shared));
    }
    (findings, has_overlaps)
}

/// Edges that cross away from their ends: pairs of areas, and the places of areas that cross themselves.
fn crossings(layer: &[&Draft], watch: Watch) -> (Pairs, BTreeMap<usize, Vec<Point>>) {
    let all: Vec<(usize, Vertex, Vertex)> = layer
        .iter()
        .enumerate()
        .flat_map(|(area, draft)| draft.rings().flat_map(|r| edges(r)).map(move |(a, b)| (area, a, b)))
        .collect();
    let bounds = |a: Vertex, b: Vertex| Bounds::from(a).join(b.into());
    let index = Index::build(all.iter().zip(0..).map(|((_, a, b), at)| (bounds(*a, *b), at)));
    let (mut pairs, mut crossed) = (Pairs::new(), BTreeMap::<usize, Vec<Point>>::new());
    for (at, &(area, a, b)) in counted(all.iter(), Stage::Crossings, watch).enumerate() {
        let later = index.meeting(bounds(a, b)).map(|n| n as usize).filter(|n| *n > at);
        for (other, c, d) in later.map(|n| all[n]).filter(|(_, c, d)| cross(a, b, *c, *d)) {
            if other == area {
                crossed.entry(area).or_default().push(crossing_place(a, b, c, d));
            } else {
                pairs.insert((area.min(other), area.max(other)));
            }
        }
    }
    (pairs, crossed)
}

fn cross(a: Vertex, b: Vertex, c: Vertex, d: Vertex) -> bool {
    let parts = |a: Vertex, b: Vertex, c, d| a.turn(b, c).signum() * a.turn(b, d).signum() < 0;
    parts(a, b, c, d) && parts(c, d, a, b)
}

fn crossing_place(a: Vertex, b: Vertex, c: Vertex, d: Vertex) -> Point {
    let (from, to) = (a.turn(c, d) as f64, b.turn(c, d) as f64);
    let share = from / (from - to);
    let (a, b) = (a.point(), b.point());
    Point::new(a.lon + share * (b.lon - a.lon), a.lat + share * (b.lat - a.lat))
}

fn crossing_finding(draft: &Draft, places: &[Point]) -> Finding {
    let count = places.len();
    let message = format!("the boundary crosses itself in {count} place(s)");
    let message_zh = format!("边界自相交,共 {count} 处");
    let first = places.iter().copied().min_by(|a, b| a.lon.total_cmp(&b.lon).then(a.lat.total_cmp(&b.lat)));
    Finding::error(Flaw::SelfCrossing, message, message_zh).of(&draft.code).at(first)
}

/// Areas that cover the same ground next to a corner of both.
fn pairs_at_corners(layer: &[&Draft]) -> Pairs {
    let mut wedges: Vec<Wedge> = Vec::new();
    for (area, draft) in layer.iter().enumerate() {
        for ring in draft.rings() {
            let corners = edges(ring).zip(edges(ring).skip(1).chain(edges(ring).take(1)));
            wedges.extend(corners.map(|((previous, at), (_, next))| Wedge { at, area, previous, next }));
        }
    }
    wedges.sort_unstable();
    let mut pairs = Pairs::new();
    for star in wedges.chunk_by(|a, b| a.at == b.at) {
        for (at, wedge) in star.iter().enumerate() {
            let others = star[at + 1..].iter().filter(|other| other.area != wedge.area);
            pairs.extend(others.filter(|other| wedge.overlaps(other)).map(|other| (wedge.area, other.area)));
        }
    }
    pairs
}

/// A ring inside another area that touches no corner of it crosses nothing: its first corner tells.
fn pairs_one_in_another(layer: &[&Draft]) -> Pairs {
    let shapes: Vec<Option<Shape>> = layer.iter().map(|draft| Shape::new(&draft.parts)).collect();
    let boxes = shapes.iter().zip(0..).filter_map(|(shape, at)| Some((shape.as_ref()?.bounds(), at)));
    let index = Index::build(boxes);
    let mut pairs = Pairs::new();
    for (area, draft) in layer.iter().enumerate() {
        for corner in draft.rings().filter_map(|ring| ring.first()) {
            for other in index.meeting((*corner).into()).map(|n| n as usize).filter(|n| *n != area) {
                if shapes[other].as_ref().is_some_and(|shape| holds_strictly(shape, *corner)) {
                    pairs.insert((area.min(other), area.max(other)));
                }
            }
        }
    }
    pairs
}

/// Mending made every corner on an edge a corner of that edge, so only those must be told apart.
fn holds_strictly(shape: &Shape, corner: Vertex) -> bool {
    shape.contains(corner) && shape.rings().flatten().all(|v| *v != corner)
}

/// Holes outside their shell, and parts over one another.
fn parts_findings(draft: &Draft) -> Vec<Finding> {
    if draft.rings().count() < 2 {
        return Vec::new();
    }
    let parts = draft.parts.iter().map(|part| part.iter().map(Vec::as_slice).collect());
    let errors = planar::polygons(parts).validation_errors();
    let mut findings: Vec<Finding> =
        errors.into_iter().filter_map(|error| part_finding(draft, &error)).collect();
    findings.dedup();
    findings
}

fn part_finding(draft: &Draft, error: &InvalidMultiPolygon) -> Option<Finding> {
    let (part, hole) = match error {
        InvalidMultiPolygon::ElementsOverlaps(_, part) => (part.0, None),
        InvalidMultiPolygon::InvalidPolygon(
            part,
            InvalidPolygon::InteriorRingNotContainedInExteriorRing(RingRole::Interior(hole))
            | InvalidPolygon::IntersectingRingsOnAnArea(_, RingRole::Interior(hole)),
        ) => (part.0, Some(*hole)),
        // Rings that only touch, at a corner or along an edge, leave no doubt whose ground it is.
        _ => return None,
    };
    let ring = draft.parts.get(part)?.get(hole.map_or(0, |hole| hole + 1))?;
    let finding = match hole {
        Some(_) => Finding::error(
            Flaw::BadHole,
            "a hole lies outside its shell or over another hole",
            "洞不在外环之内,或与另一个洞重叠",
        ),
        None => Finding::error(Flaw::PartsOverlap, "its parts overlap", "同一区域的各部分互相重叠"),
    };
    Some(finding.of(&draft.code).at(ring.first().map(|v| v.point())))
}

/// Pieces that a finding names at most.
const NAMED: usize = 6;

/// A grid in several pieces: a worker who is in one of them is not in the others.
pub(super) fn pieces(draft: &Draft) -> Option<Finding> {
    if draft.parts.len() < 2 || draft.level < AreaLevel::Grid {
        return None;
    }
    let plane = Plane::of(draft)?;
    let mut pieces: Vec<(f64, Point)> =
        pieces_of(draft).iter().filter_map(|piece| sized(&plane, piece)).collect();
    if pieces.len() < 2 {
        return None;
    }
    pieces.sort_by(|a, b| b.0.total_cmp(&a.0));
    let named: Vec<String> =
        pieces.iter().take(NAMED).map(|(area_m2, place)| format!("{area_m2:.0} m² ({place})")).collect();
    let (count, more) = (pieces.len(), if pieces.len() > NAMED { ", …" } else { "" });
    let named = named.join(", ");
    let message = format!("it lies in {count} pieces: {named}{more}");
    let message_zh = format!("被分成 {count} 块:{named}{more}");
    // The smallest piece is the one to look at.
    let place = pieces.last().map(|(_, place)| *place);
    Some(Finding::warning(Flaw::Split, message, message_zh).of(&draft.code).at(place))
}

/// The area of a piece in m² and a place in its largest part; `None` for a sliver.
fn sized(plane: &Plane, piece: &[Part]) -> Option<(f64, Point)> {
    let ground = plane.ground(piece);
    let largest = ground.iter().max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()))?;
    let place = largest.interior_point().filter(|_| matters(largest))?;
    Some((ground.unsigned_area(), plane.point(place)))
}

/// Parts that lie side by side along an edge are one piece of ground, drawn in two.
fn pieces_of(draft: &Draft) -> Vec<Vec<Part>> {
    let mut piece: Vec<usize> = (0..draft.parts.len()).collect();
    let mut sides: BTreeMap<(Vertex, Vertex), usize> = BTreeMap::new();
    for (at, part) in draft.parts.iter().enumerate() {
        for (a, b) in part.iter().flat_map(|ring| edges(ring)) {
            if let Some(beside) = sides.get(&(b, a)) {
                let (from, to) = (piece[at], piece[*beside]);
                piece.iter_mut().filter(|piece| **piece == from).for_each(|piece| *piece = to);
            }
            sides.insert((a, b), at);
        }
    }
    let mut pieces: BTreeMap<usize, Vec<Part>> = BTreeMap::new();
    for (part, piece) in draft.parts.iter().zip(piece) {
        pieces.entry(piece).or_default().push(part.clone());
    }
    pieces.into_values().collect()
}

/// What two areas share, in metres.
fn shared(a: &Draft, b: &Draft) -> Option<(Plane, MultiPolygon)> {
    let plane = Plane::of(a)?;
    let shared = plane.ground(&a.parts).intersection(&plane.ground(&b.parts));
    Some((plane, shared))
}

/// Two areas that share ground: an error where it matters, a warning for slivers, nothing under a hand's
/// breadth.
fn overlap(a: &Draft, b: &Draft, plane: &Plane, shared: &MultiPolygon) -> Option<Finding> {
    let area_m2 = shared.unsigned_area();
    if area_m2 < 0.01 {
        return None;
    }
    let largest = shared.iter().max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()))?;
    let place = largest.interior_point().map(|place| plane.point(place));
    let (code, other) = (&a.code, &b.code);
    let message = format!("overlaps {other} by {area_m2:.2} m²");
    let message_zh = format!("与 {other} 重叠 {area_m2:.2} 平方米");
    let finding = if shared.iter().any(matters) {
        Finding::error(Flaw::Overlap, message, message_zh)
    } else {
        let (note, note_zh) =
            (format!("{message}; a sliver, it goes to {code}"), format!("{message_zh};系细缝,归 {code}"));
        Finding::warning(Flaw::Overlap, note, note_zh)
    };
    Some(finding.of(code).at(place))
}
