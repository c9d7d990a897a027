//! Ground that nobody owns: holes in a layer, and parts of a community that its grids leave out.

use super::area::AreaLevel;
use super::draft::Draft;
use super::finding::{Finding, Flaw};
use super::planar::{Plane, matters};
use super::point::Vertex;
use super::shape::{Ring, edges};
use super::{draft::twice_area, star};
use geo::{Area, BooleanOps, InteriorPoint, MultiPolygon, unary_union};
use std::collections::{BTreeMap, BTreeSet};

/// Holes of a layer. An edge between two owners runs both ways and cancels out; what remains is the rim
/// of the layer, and its clockwise rings run around gaps.
pub(super) fn gaps(layer: &[&Draft]) -> Vec<Finding> {
    rim(layer)
        .iter()
        .filter(|ring| twice_area(ring) < 0)
        .filter_map(|ring| gap_finding(layer, ring))
        .collect()
}

fn gap_finding(layer: &[&Draft], ring: &[Vertex]) -> Option<Finding> {
    let plane = Plane::at(*ring.first()?);
    let hole = plane.polygon(ring);
    if !matters(&hole) {
        return None;
    }
    let corners: BTreeSet<&Vertex> = ring.iter().collect();
    let beside = layer.iter().filter(|draft| draft.rings().flatten().any(|v| corners.contains(v)));
    let names: Vec<&str> = beside.map(|draft| draft.code.as_str()).take(4).collect();
    let (first, names) = (*names.first()?, names.join(", "));
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

/// Children that reach out of their parent, and communities that their grids do not fill.
pub(super) fn coverage(drafts: &[Draft]) -> Vec<Finding> {
    let mut children: BTreeMap<&str, Vec<&Draft>> = BTreeMap::new();
    for draft in drafts.iter().filter(|draft| !draft.parts.is_empty()) {
        if let Some(parent) = &draft.parent {
            children.entry(parent).or_default().push(draft);
        }
    }
    let mut findings = Vec::new();
    for parent in drafts.iter().filter(|draft| !draft.parts.is_empty()) {
        if let Some(children) = children.get(parent.code.as_str()) {
            compare(parent, children, &mut findings);
        }
    }
    findings
}

fn compare(parent: &Draft, children: &[&Draft], findings: &mut Vec<Finding>) {
    let Some(plane) = Plane::of(parent) else {
        return;
    };
    let ground = plane.ground(&parent.parts);
    let code = &parent.code;
    for child in children {
        let outside = plane.ground(&child.parts).difference(&ground);
        findings.extend(piece_finding(&plane, &outside, child, Flaw::OutsideParent, |area_m2| {
            let message = format!("{area_m2:.0} m² lie outside its parent {code}");
            (message, format!("有 {area_m2:.0} 平方米在上级 {code} 之外"))
        }));
    }
    let grids: Vec<MultiPolygon<f64>> = children
        .iter()
        .filter(|child| child.level == AreaLevel::Grid)
        .map(|grid| plane.ground(&grid.parts))
        .collect();
    if grids.is_empty() {
        return;
    }
    let bare = ground.difference(&unary_union(&grids));
    findings.extend(piece_finding(&plane, &bare, parent, Flaw::Uncovered, |area_m2| {
        let message = format!("{area_m2:.0} m² belong to none of its grids");
        (message, format!("有 {area_m2:.0} 平方米不属于任何网格"))
    }));
}

fn piece_finding(
    plane: &Plane,
    pieces: &MultiPolygon<f64>,
    draft: &Draft,
    flaw: Flaw,
    words: impl Fn(f64) -> (String, String),
) -> Option<Finding> {
    let large: Vec<_> = pieces.iter().filter(|piece| matters(piece)).collect();
    let largest = large.iter().max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()))?;
    let (message, message_zh) = words(large.iter().map(|piece| piece.unsigned_area()).sum());
    let place = largest.interior_point().map(|place| plane.point(place));
    Some(Finding::warning(flaw, message, message_zh).of(&draft.code).at(place))
}
