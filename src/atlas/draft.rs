//! An area on its way into an edition: its ground still as nested lists, which mending can change.

use super::area::AreaLevel;
use super::point::{Point, Vertex};
use super::shape::{Part, Ring, edges};

/// An area as read. `parts` is empty where the file gave no ground, or none that could be used.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub code: String,
    pub name: String,
    pub level: AreaLevel,
    pub parent: Option<String>,
    pub parts: Vec<Part>,
}

impl Draft {
    pub fn rings(&self) -> impl Iterator<Item = &Ring> {
        self.parts.iter().flatten()
    }

    /// Where to look for the area.
    pub fn place(&self) -> Option<Point> {
        self.rings().flatten().next().map(|v| v.point())
    }

    /// Shells counter-clockwise and holes clockwise, so that the ground is left of every edge; each
    /// ring from its first vertex, holes and parts in order. The same ground is then the same lists.
    pub fn put_in_order(&mut self) {
        for part in &mut self.parts {
            for (at, ring) in part.iter_mut().enumerate() {
                let is_hole = at > 0;
                if (twice_area(ring) < 0) != is_hole {
                    ring.reverse();
                }
                let first = ring.iter().zip(0..).min().map_or(0, |(_, at)| at);
                ring.rotate_left(first);
            }
            if let Some((_, holes)) = part.split_first_mut() {
                holes.sort();
            }
        }
        self.parts.sort();
    }

    /// Takes out repeated vertices and spikes (there and back), which hold no ground, and what is left
    /// of a ring that was nothing else. A part whose shell is gone goes with its holes.
    pub fn tidy(&mut self) {
        for part in &mut self.parts {
            for ring in part.iter_mut() {
                tidy_ring(ring);
            }
            let has_shell = part.first().is_some_and(|shell| !shell.is_empty());
            part.retain(|ring| has_shell && !ring.is_empty());
        }
        self.parts.retain(|part| !part.is_empty());
    }
}

/// Twice the signed area, positive counter-clockwise, in square lattice steps.
pub(super) fn twice_area(ring: &[Vertex]) -> i128 {
    let Some(origin) = ring.first() else { return 0 };
    edges(ring).map(|(a, b)| origin.turn(a, b)).sum()
}

fn tidy_ring(ring: &mut Ring) {
    let mut kept: Ring = Vec::with_capacity(ring.len());
    for vertex in ring.drain(..) {
        push_tidily(&mut kept, vertex);
    }
    // The seam between last and first may hide a repetition or a spike too.
    let mut start = 0;
    while kept.len() - start >= 3 {
        let (last, before) = (kept[kept.len() - 1], kept[kept.len() - 2]);
        if last == kept[start] || before == kept[start] {
            kept.pop();
        } else if last == kept[start + 1] {
            start += 1;
        } else {
            break;
        }
    }
    kept.drain(..start);
    // A bow tie may have no area in sum, yet is no line; it is told as what it is later.
    if kept.len() >= 3 && kept.iter().any(|v| kept[0].turn(kept[1], *v) != 0) {
        *ring = kept;
    }
}

fn push_tidily(kept: &mut Ring, vertex: Vertex) {
    if kept.last() == Some(&vertex) {
        return;
    }
    if kept.len() >= 2 && kept[kept.len() - 2] == vertex {
        kept.pop();
        return;
    }
    kept.push(vertex);
}
