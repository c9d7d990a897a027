//! Makes neighbours share their edges exactly, which the one-owner rule rests on.
//!
//! Two hands, or two programs, leave the same line in two forms: a corner off by a rounding, or a
//! neighbour's corner in the middle of an edge that does not know of it (a T-junction). Within
//! [`REACH`] lattice steps (2 cm) vertices are joined and missing ones inserted. Both are decided on
//! the map's vertices and edges as sets, so that every ring is changed alike, in whatever order the
//! file has them.
//!
//! Layers are mended together: a grid's corner a hair off the line of its community would be ground of
//! one community by the ladder and of another by its outline. A corner exactly on the line of another
//! layer changes nobody's ground, is no fault, and is left.

use super::area::AreaLevel;
use super::draft::Draft;
use super::finding::{Finding, Flaw};
use super::index::Index;
use super::point::Vertex;
use super::progress::{Progress, Stage, Watch};
use super::shape::{Bounds, Ring, edges};
use std::collections::{BTreeSet, HashMap, VecDeque};

/// Lattice steps within which two things are one.
const REACH: i32 = 2;
/// Inserting a vertex moves an edge by up to `REACH`, and may bring it near another vertex; a few rounds
/// end that.
const ROUNDS: usize = 8;

/// Corners put into an area's edges: of its own layer, and of the others.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    own: usize,
    other: usize,
    first: Option<Vertex>,
}

/// Mends all layers.
pub(super) fn mend(drafts: &mut [Draft], watch: Watch) -> Vec<Finding> {
    mend_within(ROUNDS, drafts, watch)
}

fn mend_within(rounds: usize, drafts: &mut [Draft], watch: Watch) -> Vec<Finding> {
    let say = |done| watch(Progress { stage: Stage::Mending, done, of: rounds });
    say(0);
    let mut findings = join(drafts);
    let mut counts = vec![Count::default(); drafts.len()];
    let mut is_whole = false;
    for round in 0..rounds {
        say(round);
        let missing = missing_vertices(drafts);
        let mut is_changed = false;
        for (draft, count) in drafts.iter_mut().zip(&mut counts) {
            let layer = bit(draft.level);
            let mut changed = false;
            for ring in draft.parts.iter_mut().flatten() {
                changed |= insert(ring, &missing, layer, count);
            }
            if changed {
                draft.tidy();
            }
            is_changed |= changed;
        }
        is_whole = !is_changed;
        if is_whole {
            break;
        }
    }
    say(rounds);
    if !is_whole {
        findings.extend(unmended(drafts));
    }
    let mended = drafts.iter().zip(&counts).filter(|(_, count)| count.own > 0);
    findings.extend(mended.map(|(draft, count)| mended_finding(&draft.code, count.own, count.first)));
    findings.extend(AreaLevel::ALL.into_iter().filter_map(|level| mended_by_others(drafts, &counts, level)));
    findings
}

/// Areas whose edges lack a corner still: the one owner of a point there is not sure.
fn unmended(drafts: &[Draft]) -> Vec<Finding> {
    let missing = missing_vertices(drafts);
    let lacking = drafts.iter().filter_map(|draft| {
        let mut count = Count::default();
        for ring in draft.parts.iter().flatten() {
            insert(&mut ring.clone(), &missing, bit(draft.level), &mut count);
        }
        Some((draft, count.first?))
    });
    let finding = |(draft, first): (&Draft, Vertex)| {
        let message =
            "corners lie so close to its edges that mending comes to no end: draw the border here anew";
        let message_zh = "有顶点紧贴其边，反复补点仍不能对齐：请重画此处边界";
        Finding::error(Flaw::Unmended, message, message_zh).of(&draft.code).at(Some(first.point()))
    };
    lacking.map(finding).collect()
}

/// One word for a layer: that its areas meet those of other layers off their corners is how layers are.
fn mended_by_others(drafts: &[Draft], counts: &[Count], level: AreaLevel) -> Option<Finding> {
    let of_level = drafts.iter().zip(counts).filter(|(draft, _)| draft.level == level);
    let mended: Vec<&Count> = of_level.map(|(_, count)| count).filter(|count| count.other > 0).collect();
    let count: usize = mended.iter().map(|count| count.other).sum();
    let first = mended.first()?.first?;
    let message = format!(
        "layer {level}: {count} corner(s) of other layers lay within 2 cm of its edges, not on them, and were \
         added to them"
    );
    let message_zh =
        format!("{}图层:有 {count} 个其他图层的顶点距其边不足 2 厘米而不在边上,已补入", level.as_zh());
    Some(Finding::warning(Flaw::Mended, message, message_zh).at(Some(first.point())))
}

fn mended_finding(code: &str, count: usize, first: Option<Vertex>) -> Finding {
    let message =
        format!("{count} corner(s) of neighbours lay in the middle of its edges and were added to them");
    let message_zh = format!("有 {count} 个邻区顶点落在其边的中间(T 形连接),已补入该边");
    Finding::warning(Flaw::Mended, message, message_zh).of(code).at(first.map(Vertex::point))
}

/// Moves each vertex onto the first one, from the west, that lies within reach and stays itself.
fn join(drafts: &mut [Draft]) -> Vec<Finding> {
    let moves = moves(&vertices(drafts));
    if moves.is_empty() {
        return Vec::new();
    }
    let mut moved: [BTreeSet<Vertex>; AreaLevel::ALL.len()] = std::array::from_fn(|_| BTreeSet::new());
    for draft in drafts {
        for vertex in draft.parts.iter_mut().flatten().flatten() {
            if let Some(target) = moves.get(vertex) {
                moved[draft.level as usize].insert(*vertex);
                *vertex = *target;
            }
        }
        draft.tidy();
    }
    AreaLevel::ALL.into_iter().filter_map(|level| joined(level, &moved[level as usize])).collect()
}

fn joined(level: AreaLevel, moved: &BTreeSet<Vertex>) -> Option<Finding> {
    let (first, count) = (moved.first()?, moved.len());
    let message =
        format!("layer {level}: {count} corner(s) lay within 2 cm of another and were joined to it");
    let message_zh = format!("{}图层:有 {count} 个顶点与另一顶点相距不足 2 厘米,已合并", level.as_zh());
    Some(Finding::warning(Flaw::Joined, message, message_zh).at(Some(first.point())))
}

/// Layers, a bit each.
type Layers = u8;

fn bit(level: AreaLevel) -> Layers {
    1 << level as u8
}

/// Every vertex once, from the west, with the layers that have it.
fn vertices(drafts: &[Draft]) -> Vec<(Vertex, Layers)> {
    let all = drafts.iter().flat_map(|draft| draft.rings().flatten().map(|v| (*v, bit(draft.level))));
    merged(all.collect())
}

/// Every edge once, with the layers that have it.
fn lines(drafts: &[Draft]) -> Vec<(Line, Layers)> {
    let all = drafts.iter().flat_map(|draft| {
        draft.rings().flat_map(|ring| edges(ring)).map(|(a, b)| (line(a, b), bit(draft.level)))
    });
    merged(all.collect())
}

fn merged<T: Ord>(mut all: Vec<(T, Layers)>) -> Vec<(T, Layers)> {
    all.sort_unstable();
    all.dedup_by(|gone, kept| {
        let is_same = gone.0 == kept.0;
        if is_same {
            kept.1 |= gone.1;
        }
        is_same
    });
    all
}

fn moves(vertices: &[(Vertex, Layers)]) -> HashMap<Vertex, Vertex> {
    let mut moves = HashMap::new();
    // They come from the west: what may be near is a narrow strip, kept from south to north.
    let mut kept: VecDeque<Vertex> = VecDeque::new();
    let mut strip: BTreeSet<(i32, i32)> = BTreeSet::new();
    for (vertex, _) in vertices {
        let is_past = |other: &&Vertex| vertex.minus(**other).0 > i64::from(REACH);
        while let Some(past) = kept.front().filter(is_past).copied() {
            strip.remove(&(past.y, past.x));
            kept.pop_front();
        }
        let (south, north) = (vertex.y.saturating_sub(REACH), vertex.y.saturating_add(REACH));
        let others = strip.range((south, i32::MIN)..=(north, i32::MAX)).map(|(y, x)| Vertex { x: *x, y: *y });
        if let Some(target) = others.filter(|other| is_near(*other, *vertex)).min() {
            moves.insert(*vertex, target);
        } else {
            kept.push_back(*vertex);
            strip.insert((vertex.y, vertex.x));
        }
    }
    moves
}

fn is_near(a: Vertex, b: Vertex) -> bool {
    let (dx, dy) = a.minus(b);
    dx * dx + dy * dy <= i64::from(REACH * REACH)
}

/// An edge without direction: the smaller end first.
type Line = (Vertex, Vertex);

fn line(a: Vertex, b: Vertex) -> Line {
    (a.min(b), a.max(b))
}

/// A vertex that an edge lacks.
#[derive(Clone, Copy, Debug)]
struct Missing {
    vertex: Vertex,
    layers: Layers,
    /// It lies on the line and not beside it.
    is_exact: bool,
}

impl Missing {
    fn matters_to(&self, layer: Layers) -> bool {
        self.layers & layer != 0 || !self.is_exact
    }
}

/// For each edge, the vertices that lie on it without being of it, from its smaller end.
fn missing_vertices(drafts: &[Draft]) -> HashMap<Line, Vec<Missing>> {
    let lines = lines(drafts);
    let index =
        Index::build(lines.iter().zip(0..).map(|(((a, b), _), at)| (Bounds::from(*a).join((*b).into()), at)));
    let mut missing: HashMap<Line, Vec<Missing>> = HashMap::new();
    for (vertex, layers) in vertices(drafts) {
        for at in index.meeting(Bounds::from(vertex).grown(REACH)) {
            let (line, line_layers) = lines[at as usize];
            if lies_on(line, vertex) {
                let found = Missing { vertex, layers, is_exact: line.0.turn(line.1, vertex) == 0 };
                if found.matters_to(line_layers) {
                    missing.entry(line).or_default().push(found);
                }
            }
        }
    }
    for ((a, b), found) in &mut missing {
        found.sort_by_key(|found| (along(*a, *b, found.vertex), found.vertex));
    }
    missing
}

/// Whether a vertex lies within reach of the line, between its ends.
fn lies_on((a, b): Line, vertex: Vertex) -> bool {
    if vertex == a || vertex == b {
        return false;
    }
    let length2 = along(a, b, b);
    let (along, off) = (along(a, b, vertex), a.turn(b, vertex));
    0 < along && along < length2 && off * off <= i128::from(REACH * REACH) * length2
}

/// How far along a → b the vertex lies, times the length of a → b.
fn along(a: Vertex, b: Vertex, vertex: Vertex) -> i128 {
    let ((dx, dy), (vx, vy)) = (b.minus(a), vertex.minus(a));
    i128::from(dx) * i128::from(vx) + i128::from(dy) * i128::from(vy)
}

/// Puts what is missing into a ring; whether anything was.
fn insert(ring: &mut Ring, missing: &HashMap<Line, Vec<Missing>>, layer: Layers, count: &mut Count) -> bool {
    if missing.is_empty() || !edges(ring).any(|(a, b)| missing.contains_key(&line(a, b))) {
        return false;
    }
    let mut whole = Vec::with_capacity(ring.len() + 1);
    for (a, b) in edges(ring) {
        whole.push(a);
        let from = whole.len();
        for found in missing.get(&line(a, b)).into_iter().flatten().filter(|found| found.matters_to(layer)) {
            let is_own = found.layers & layer != 0;
            *(if is_own { &mut count.own } else { &mut count.other }) += 1;
            count.first.get_or_insert(found.vertex);
            whole.push(found.vertex);
        }
        if a > b {
            whole[from..].reverse();
        }
    }
    let is_changed = whole.len() > ring.len();
    *ring = whole;
    is_changed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(code: &str, west: i32, south: i32, side: i32) -> Draft {
        let corners = [(0, 0), (side, 0), (side, side), (0, side)];
        let ring = corners.map(|(x, y)| Vertex { x: west + x, y: south + y }).to_vec();
        let (code, level) = (code.to_owned(), AreaLevel::Grid);
        Draft { name: code.clone(), code, level, parent: None, parts: vec![vec![ring]] }
    }

    #[test]
    fn what_the_rounds_do_not_end_is_an_error_and_not_silence() {
        // Two small squares beside a large one: their common corner lies in the middle of its edge.
        let town =
            || vec![square("A", 0, 0, 2_000), square("B", 2_000, 0, 1_000), square("C", 2_000, 1_000, 1_000)];
        let flaws = |rounds| {
            let found = mend_within(rounds, &mut town(), &|_| {});
            found.into_iter().map(|finding| (finding.code, finding.area)).collect::<Vec<_>>()
        };
        let of = |flaw| vec![(flaw, Some("A".to_owned()))];
        assert_eq!(flaws(0), of(Flaw::Unmended));
        assert_eq!(flaws(1), of(Flaw::Mended), "mended, and looked at once more");
        assert_eq!(flaws(ROUNDS), of(Flaw::Mended));
    }
}
