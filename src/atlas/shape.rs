//! The ground of one area, and the exact answer to "is this point yours?".
//!
//! The test counts the boundary edges that pass east of the point. The point is thought of as moved
//! by ε to the east and ε² to the north, less than any lattice step, so it never lies on an edge or
//! a corner: where areas share their edges exactly, it lies in exactly one of them (simulation of
//! simplicity, Edelsbrunner and Mücke 1990). All of it is integer arithmetic, the same everywhere.

use super::metre::Eye;
use super::point::{Point, Vertex};

/// Corner to corner, inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    pub west: i32,
    pub south: i32,
    pub east: i32,
    pub north: i32,
}

impl Bounds {
    pub fn of(vertices: impl IntoIterator<Item = Vertex>) -> Option<Self> {
        vertices.into_iter().map(Self::from).reduce(Self::join)
    }

    pub fn join(self, other: Self) -> Self {
        Self {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    pub fn meets(&self, other: &Self) -> bool {
        self.west <= other.east
            && other.west <= self.east
            && self.south <= other.north
            && other.south <= self.north
    }

    pub fn grown(self, steps: i32) -> Self {
        Self {
            west: self.west.saturating_sub(steps),
            south: self.south.saturating_sub(steps),
            east: self.east.saturating_add(steps),
            north: self.north.saturating_add(steps),
        }
    }

    /// The box around an eye that certainly holds all within `radius_m`.
    pub fn around(eye: &Eye, radius_m: f64) -> Self {
        let ((x, y), (east, north)) = (eye.position(), eye.reach(radius_m));
        // `as` saturates: a radius beyond the lattice is the whole lattice.
        Self {
            west: (x - east).floor() as i32,
            south: (y - north).floor() as i32,
            east: (x + east).ceil() as i32,
            north: (y + north).ceil() as i32,
        }
    }

    pub fn corners(&self) -> (Point, Point) {
        let south_west = Vertex { x: self.west, y: self.south };
        let north_east = Vertex { x: self.east, y: self.north };
        (south_west.point(), north_east.point())
    }
}

impl From<Vertex> for Bounds {
    fn from(v: Vertex) -> Self {
        Self { west: v.x, south: v.y, east: v.x, north: v.y }
    }
}

/// A closed line without its repeated last vertex.
pub(super) type Ring = Vec<Vertex>;
/// A shell and its holes.
pub(super) type Part = Vec<Ring>;

/// The parts of an area, flat: vertices together, and where each ring and each part ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    vertices: Box<[Vertex]>,
    /// End of each ring in `vertices`.
    ring_ends: Box<[u32]>,
    /// End of each part in `ring_ends`.
    part_ends: Box<[u32]>,
    bounds: Bounds,
}

impl Shape {
    /// `None` without a vertex.
    pub fn new(parts: &[Part]) -> Option<Self> {
        let (mut vertices, mut ring_ends, mut part_ends) = (Vec::new(), Vec::new(), Vec::new());
        for part in parts {
            for ring in part {
                vertices.extend_from_slice(ring);
                ring_ends.push(vertices.len() as u32);
            }
            part_ends.push(ring_ends.len() as u32);
        }
        let bounds = Bounds::of(vertices.iter().copied())?;
        Some(Self {
            vertices: vertices.into(),
            ring_ends: ring_ends.into(),
            part_ends: part_ends.into(),
            bounds,
        })
    }

    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// The rings, shells and holes alike.
    pub fn rings(&self) -> impl Iterator<Item = &[Vertex]> {
        spans(&self.ring_ends).map(|(from, to)| &self.vertices[from..to])
    }

    /// The parts, each a list of rings, shell first.
    pub fn parts(&self) -> impl Iterator<Item = Vec<&[Vertex]>> {
        spans(&self.part_ends).map(|(from, to)| self.rings().skip(from).take(to - from).collect())
    }

    pub fn edges(&self) -> impl Iterator<Item = (Vertex, Vertex)> {
        self.rings().flat_map(edges)
    }

    /// Whether the point is owned, by the half-open rule of this module.
    pub fn contains(&self, point: Vertex) -> bool {
        self.rings().fold(false, |inside, ring| inside ^ ring_contains(ring, point))
    }

    /// Metres from the eye to the nearest edge, whichever side it is on.
    pub fn edge_m(&self, eye: &Eye) -> f64 {
        let nearest = self
            .edges()
            .map(|(a, b)| eye.step_to_edge(a, b))
            .map(|step| (eye.rough(step), step))
            .min_by(|a, b| a.0.total_cmp(&b.0));
        nearest.map_or(f64::INFINITY, |(_, step)| eye.exact(step))
    }

    /// Metres from the eye to the ground itself: zero inside.
    pub fn distance_m(&self, eye: &Eye, snapped: Vertex) -> f64 {
        if self.contains(snapped) { 0.0 } else { self.edge_m(eye) }
    }
}

/// The edges of a closed line, in its direction.
pub(super) fn edges(ring: &[Vertex]) -> impl Iterator<Item = (Vertex, Vertex)> {
    ring.iter().zip(ring.iter().cycle().skip(1)).map(|(a, b)| (*a, *b))
}

/// Whether an odd number of the ring's edges pass east of the point.
pub(super) fn ring_contains(ring: &[Vertex], point: Vertex) -> bool {
    let Some(mut a) = ring.last() else {
        return false;
    };
    let mut inside = false;
    for b in ring {
        if (a.y > point.y) != (b.y > point.y) {
            inside ^= passes_east(*a, *b, point);
        }
        a = b;
    }
    inside
}

/// Whether the edge, which spans the point's latitude, passes strictly east of it.
///
/// Steps are at most 3.6e9 east and 1.8e9 north, so both products stay below 6.5e18 and fit `i64`.
fn passes_east(a: Vertex, b: Vertex, point: Vertex) -> bool {
    let (low, high) = if a.y < b.y { (a, b) } else { (b, a) };
    let (dx, dy) = high.minus(low);
    let (px, py) = point.minus(low);
    py * dx > px * dy
}

fn spans(ends: &[u32]) -> impl Iterator<Item = (usize, usize)> {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(ends.iter().copied()).map(|(from, to)| (from as usize, to as usize))
}
