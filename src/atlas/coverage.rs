//! Children over their parents: ground that reaches out of the parent, and communities that their
//! grids do not fill.

use super::area::AreaLevel;
use super::draft::Draft;
use super::finding::{Finding, Flaw};
use super::index::Index;
use super::planar::{Plane, matters};
use super::point::Vertex;
use super::progress::{Stage, Watch, counted};
use super::shape::{Bounds, Shape, edges};
use geo::{Area, BooleanOps, InteriorPoint, MultiPolygon, unary_union};
use std::collections::{BTreeMap, HashSet};

/// Compares every area that has ground with its children.
pub(super) fn coverage(drafts: &[Draft], watch: Watch) -> Vec<Finding> {
    let mut children: BTreeMap<&str, Vec<&Draft>> = BTreeMap::new();
    for draft in drafts.iter().filter(|draft| !draft.parts.is_empty()) {
        if let Some(parent) = &draft.parent {
            children.entry(parent).or_default().push(draft);
        }
    }
    let mut findings = Vec::new();
    for parent in counted(drafts.iter(), Stage::Coverage, watch).filter(|draft| !draft.parts.is_empty()) {
        if let Some(children) = children.get(parent.code.as_str()) {
            findings.extend(outside(parent, children));
            findings.extend(uncovered(parent, children));
        }
    }
    findings
}

/// The parent's boundary, to be asked what of it is near.
struct Rim {
    shape: Shape,
    index: Index,
    edges: Vec<(Vertex, Vertex)>,
}

impl Rim {
    fn of(parent: &Draft) -> Option<Self> {
        let shape = Shape::new(&parent.parts)?;
        let edges: Vec<_> = parent.rings().flat_map(|ring| edges(ring)).collect();
        let boxes = edges.iter().zip(0..).map(|((a, b), at)| (Bounds::from(*a).join((*b).into()), at));
        Some(Self { shape, index: Index::build(boxes), edges })
    }

    /// Whether the child is certainly inside: no edge of the parent comes near that is not its own too,
    /// and a corner of it is in.
    fn holds(&self, child: &Draft) -> bool {
        let Some(bounds) = Bounds::of(child.rings().flatten().copied()) else {
            return true;
        };
        let own: HashSet<(Vertex, Vertex)> = child.rings().flat_map(|ring| edges(ring)).collect();
        let near = self.index.meeting(bounds).map(|at| self.edges[at as usize]);
        let mut shares = false;
        for edge in near {
            if !own.contains(&edge) {
                return false;
            }
            shares = true;
        }
        if shares {
            // Rings run one way round: an edge of both has the ground of both on its left, and the rest
            // of one piece is not cut off from there.
            return child.parts.len() == 1;
        }
        child.rings().flatten().next().is_some_and(|corner| self.shape.contains(*corner))
    }
}

fn outside(parent: &Draft, children: &[&Draft]) -> Vec<Finding> {
    let (Some(plane), Some(rim)) = (Plane::of(parent), Rim::of(parent)) else {
        return Vec::new();
    };
    let doubtful: Vec<&&Draft> = children.iter().filter(|child| !rim.holds(child)).collect();
    if doubtful.is_empty() {
        return Vec::new();
    }
    let ground = plane.ground(&parent.parts);
    let code = &parent.code;
    let finding = |child: &&&Draft| {
        let outside = plane.ground(&child.parts).difference(&ground);
        piece_finding(&plane, &outside, child, Flaw::OutsideParent, |area_m2| {
            let message = format!("{area_m2:.0} m² lie outside its parent {code}");
            (message, format!("有 {area_m2:.0} 平方米在上级 {code} 之外"))
        })
    };
    doubtful.iter().filter_map(finding).collect()
}

fn uncovered(parent: &Draft, children: &[&Draft]) -> Option<Finding> {
    let plane = Plane::of(parent)?;
    let grids: Vec<MultiPolygon<f64>> = children
        .iter()
        .filter(|child| child.level == AreaLevel::Grid)
        .map(|grid| plane.ground(&grid.parts))
        .collect();
    if grids.is_empty() {
        return None;
    }
    let bare = plane.ground(&parent.parts).difference(&unary_union(&grids));
    piece_finding(&plane, &bare, parent, Flaw::Uncovered, |area_m2| {
        let message = format!("{area_m2:.0} m² belong to none of its grids");
        (message, format!("有 {area_m2:.0} 平方米不属于任何网格"))
    })
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
