//! Makes neighbours share their edges exactly, which the one-owner rule rests on.
//!
//! Two hands, or two programs, leave the same line in two forms: a corner off by a rounding, or a
//! neighbour's corner in the middle of an edge that does not know of it (a T-junction). Within
//! [`REACH`] lattice steps (2 cm) vertices are joined and missing ones inserted. Both are decided on
//! the layer's vertices and edges as sets, so that every ring is changed alike, in whatever order the
//! file has them.

use super::draft::Draft;
use super::finding::{Finding, Flaw};
use super::index::Index;
use super::point::Vertex;
use super::shape::{Bounds, Ring, edges};
use std::collections::{BTreeSet, HashMap};

/// Lattice steps within which two things are one.
const REACH: i32 = 2;
/// Inserting a vertex moves an edge by up to `REACH`, and may bring it near another vertex; a few rounds
/// end that.
const ROUNDS: usize = 8;

/// Mends one layer.
pub(super) fn mend(layer: &mut [&mut Draft]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = join(layer).into_iter().collect();
    let mut counts: Vec<Option<(usize, Vertex)>> = vec![None; layer.len()];
    for _ in 0..ROUNDS {
        let missing = missing_vertices(layer);
        if missing.is_empty() {
            break;
        }
        for (draft, count) in layer.iter_mut().zip(&mut counts) {
            for ring in draft.parts.iter_mut().flatten() {
                insert(ring, &missing, count);
            }
            draft.tidy();
        }
    }
    let mended = layer.iter().zip(counts).filter_map(|(draft, count)| Some((draft, count?)));
    findings.extend(mended.map(|(draft, (count, first))| mended_finding(&draft.code, count, first)));
    findings
}

fn mended_finding(code: &str, count: usize, first: Vertex) -> Finding {
    let message =
        format!("{count} corner(s) of neighbours lay in the middle of its edges and were added to them");
    let message_zh = format!("有 {count} 个邻区顶点落在其边的中间(T 形连接),已补入该边");
    Finding::warning(Flaw::Mended, message, message_zh).of(code).at(Some(first.point()))
}

/// Moves each vertex onto the first one, from the west, that lies within reach and stays itself.
fn join(layer: &mut [&mut Draft]) -> Option<Finding> {
    let moves = moves(&vertices(layer));
    let first = *moves.keys().min()?;
    for draft in layer.iter_mut() {
        for vertex in draft.parts.iter_mut().flatten().flatten() {
            *vertex = *moves.get(vertex).unwrap_or(vertex);
        }
        draft.tidy();
    }
    let level = layer.first()?.level;
    let count = moves.len();
    let message =
        format!("layer {level}: {count} corner(s) lay within 2 cm of another and were joined to it");
    let message_zh = format!("{}图层:有 {count} 个顶点与另一顶点相距不足 2 厘米,已合并", level.as_zh());
    Some(Finding::warning(Flaw::Joined, message, message_zh).at(Some(first.point())))
}

fn vertices(layer: &[&mut Draft]) -> BTreeSet<Vertex> {
    layer.iter().flat_map(|draft| draft.rings()).flatten().copied().collect()
}

fn moves(vertices: &BTreeSet<Vertex>) -> HashMap<Vertex, Vertex> {
    let cell = |v: &Vertex| (v.x.div_euclid(REACH + 1), v.y.div_euclid(REACH + 1));
    let mut kept: HashMap<(i32, i32), Vec<Vertex>> = HashMap::new();
    let mut moves = HashMap::new();
    for vertex in vertices {
        let (x, y) = cell(vertex);
        let around = (x - 1..=x + 1).flat_map(|x| (y - 1..=y + 1).map(move |y| (x, y)));
        let near =
            around.filter_map(|cell| kept.get(&cell)).flatten().filter(|other| is_near(**other, *vertex));
        match near.min() {
            Some(target) => drop(moves.insert(*vertex, *target)),
            None => kept.entry((x, y)).or_default().push(*vertex),
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

/// For each edge of the layer, the vertices that lie on it without being of it, from its smaller end.
fn missing_vertices(layer: &[&mut Draft]) -> HashMap<Line, Vec<Vertex>> {
    let lines: BTreeSet<Line> = layer
        .iter()
        .flat_map(|draft| draft.rings())
        .flat_map(|r| edges(r))
        .map(|(a, b)| line(a, b))
        .collect();
    let lines: Vec<Line> = lines.into_iter().collect();
    let index =
        Index::build(lines.iter().zip(0..).map(|((a, b), at)| (Bounds::from(*a).join((*b).into()), at)));
    let mut missing: HashMap<Line, Vec<Vertex>> = HashMap::new();
    for vertex in vertices(layer) {
        for at in index.meeting(Bounds::from(vertex).grown(REACH)) {
            let line = lines[at as usize];
            if lies_on(line, vertex) {
                missing.entry(line).or_default().push(vertex);
            }
        }
    }
    for ((a, b), vertices) in &mut missing {
        vertices.sort_by_key(|v| (along(*a, *b, *v), *v));
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

fn insert(ring: &mut Ring, missing: &HashMap<Line, Vec<Vertex>>, count: &mut Option<(usize, Vertex)>) {
    let mut whole = Vec::with_capacity(ring.len());
    for (a, b) in edges(ring) {
        whole.push(a);
        let Some(vertices) = missing.get(&line(a, b)) else {
            continue;
        };
        let (so_far, first) = count.unwrap_or((0, vertices[0]));
        *count = Some((so_far + vertices.len(), first));
        let from = whole.len();
        whole.extend_from_slice(vertices);
        if a > b {
            whole[from..].reverse();
        }
    }
    *ring = whole;
}
