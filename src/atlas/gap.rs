//! Ground that nobody owns: holes in a layer.

use super::draft::Draft;
use super::finding::{Finding, Flaw};
use super::planar::{Plane, matters};
use super::point::Vertex;
use super::progress::{Stage, Watch, counted};
use super::shape::{Ring, edges};
use super::{draft::twice_area, star};
use geo::{Area, InteriorPoint, Polygon};
use std::collections::{BTreeMap, HashMap};

/// Holes of a layer. An edge between two owners runs both ways and cancels out; what remains is the rim
/// of the layer, and its clockwise rings run around gaps.
pub(super) fn gaps(layer: &[&Draft], watch: Watch) -> Vec<Finding> {
    let mut gaps = rim(layer);
    gaps.retain(|ring| twice_area(ring) < 0 && hole(ring).is_some());
    let beside = beside(layer, &gaps);
    let told = counted(gaps.iter().zip(beside), Stage::Gaps, watch);
    told.filter_map(|(ring, beside)| gap_finding(ring, &beside)).collect()
}

/// The ground within a ring, where it matters.
fn hole(ring: &[Vertex]) -> Option<(Plane, Polygon<f64>)> {
    let plane = Plane::at(*ring.first()?);
    Some((plane, plane.polygon(ring))).filter(|(_, hole)| matters(hole))
}

/// The areas that have a corner of each gap, in code order.
fn beside<'a>(layer: &[&'a Draft], gaps: &[Ring]) -> Vec<Vec<&'a str>> {
    let mut at: HashMap<Vertex, Vec<usize>> = HashMap::new();
    for (gap, ring) in gaps.iter().enumerate() {
        for corner in ring {
            at.entry(*corner).or_default().push(gap);
        }
    }
    let mut beside: Vec<Vec<&str>> = vec![Vec::new(); gaps.len()];
    for draft in layer {
        for gap in draft.rings().flatten().filter_map(|corner| at.get(corner)).flatten() {
            let codes = &mut beside[*gap];
            if codes.last() != Some(&draft.code.as_str()) {
                codes.push(&draft.code);
            }
        }
    }
    beside
}

fn gap_finding(ring: &[Vertex], beside: &[&str]) -> Option<Finding> {
    let (plane, hole) = hole(ring)?;
    let first = *beside.first()?;
    let names = beside[..beside.len().min(4)].join(", ");
    let area_m2 = hole.unsigned_area();
    let message = format!("a gap of {area_m2:.0} m² that nobody owns, beside {names}");
    let message_zh = format!("有 {area_m2:.0} 平方米空隙无人负责,邻近 {names}");
    let place = hole.interior_point().map(|place| plane.point(place));
    Some(Finding::warning(Flaw::Gap, message, message_zh).of(first).at(place))
}

/// The closed lines around the layer, ground to their left.
fn rim(layer: &[&Draft]) -> Vec<Ring> {
    let mut open: BTreeMap<Vertex, Vec<Vertex>> = BTreeMap::new();
    for (a, b) in layer.iter().flat_map(|draft| draft.rings()).flat_map(|ring| edges(ring)) {
        if !take(&mut open, b, a) {
            open.entry(a).or_default().push(b);
        }
    }
    let mut rings = Vec::new();
    while let Some((start, ends)) = open.first_key_value() {
        let first = (*start, ends[0]);
        rings.extend(walk(&mut open, first));
    }
    rings
}

fn take(open: &mut BTreeMap<Vertex, Vec<Vertex>>, from: Vertex, to: Vertex) -> bool {
    let Some(ends) = open.get_mut(&from) else {
        return false;
    };
    let Some(at) = ends.iter().position(|end| *end == to) else {
        return false;
    };
    ends.swap_remove(at);
    if ends.is_empty() {
        open.remove(&from);
    }
    true
}

/// Follows one edge around the empty side: at a corner where several lines meet, on along the same
/// emptiness, so that a gap that touches the rim in one corner is still a ring of its own.
fn walk(open: &mut BTreeMap<Vertex, Vec<Vertex>>, (start, mut at): (Vertex, Vertex)) -> Option<Ring> {
    take(open, start, at);
    let (mut ring, mut from) = (vec![start], start);
    while at != start {
        let next = *open.get(&at)?.iter().min_by(|p, q| star::around(at, from, **p, **q))?;
        take(open, at, next);
        ring.push(at);
        (from, at) = (at, next);
    }
    Some(ring)
}
