//! The ground of one area, and the exact answer to "is this point yours?".
//!
//! The test counts the boundary edges that pass east of the point. The point is thought of as moved
//! by ε to the east and ε² to the north, less than any lattice step, so it never lies on an edge or
//! a corner: where areas share their edges exactly, it lies in exactly one of them (simulation of
//! simplicity, Edelsbrunner and Mücke 1990). All of it is integer arithmetic, the same everywhere.

use super::metre::{Eye, Reach};
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
    /// All positions there are.
    pub const WORLD: Self =
        Self { west: -1_800_000_000, south: -900_000_000, east: 1_800_000_000, north: 900_000_000 };

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

    pub fn encloses(&self, other: &Self) -> bool {
        self.join(*other) == *self
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
        let ((x, y), Reach { east, north }) = (eye.position(), eye.reach(radius_m));
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

/// The ground of one area under check, flat: vertices together, and where each ring ends. An edition
/// keeps it tighter, as a `Plot`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    vertices: Box<[Vertex]>,
    /// End of each ring in `vertices`.
    ring_ends: Box<[u32]>,
    bounds: Bounds,
}

impl Shape {
    /// `None` without a vertex.
    pub fn new(parts: &[Part]) -> Option<Self> {
        let (mut vertices, mut ring_ends) = (Vec::new(), Vec::new());
        for ring in parts.iter().flatten() {
            vertices.extend_from_slice(ring);
            ring_ends.push(vertices.len() as u32);
        }
        let bounds = Bounds::of(vertices.iter().copied())?;
        Some(Self { vertices: vertices.into(), ring_ends: ring_ends.into(), bounds })
    }

    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// The rings, shells and holes alike.
    pub fn rings(&self) -> impl Iterator<Item = &[Vertex]> {
        spans(&self.ring_ends).map(|(from, to)| &self.vertices[from..to])
    }

    /// Whether the point is owned, by the half-open rule of this module.
    pub fn contains(&self, point: Vertex) -> bool {
        self.rings().fold(false, |inside, ring| inside ^ ring_contains(ring, point))
    }
}

/// The edges of a closed line, in its direction.
pub(super) fn edges(ring: &[Vertex]) -> impl Iterator<Item = (Vertex, Vertex)> {
    ring.iter().zip(ring.iter().cycle().skip(1)).map(|(a, b)| (*a, *b))
}

/// Whether an odd number of the ring's edges pass east of the point.
pub(super) fn ring_contains(ring: &[Vertex], point: Vertex) -> bool {
    let Some((first, rest)) = ring.split_first() else {
        return false;
    };
    let mut crossing = Crossing::from(*first, point);
    for vertex in rest {
        crossing.go(*vertex);
    }
    crossing.close(*first)
}

/// A walk around a ring that counts the edges which pass strictly east of a point.
///
/// Steps are at most 3.6e9 east and 1.8e9 north, so the products of an edge that spans the point's
/// latitude, and their difference, stay below 6.5e18 and fit `i64`.
///
/// There is no branch: which edges span the latitude cannot be guessed, and a wrong guess costs more
/// than the products of all other edges. Truths are signs: −1, or any negative number, and 0.
pub(super) struct Crossing {
    point: Vertex,
    /// The last vertex, seen from the point.
    at: (i64, i64),
    /// −1 where that is north of the point.
    is_north: i64,
    /// Negative while the count is odd.
    odd: i64,
}

impl Crossing {
    pub fn from(first: Vertex, point: Vertex) -> Self {
        let at = first.minus(point);
        Self { point, at, is_north: sign(-at.1), odd: 0 }
    }

    /// On to a vertex.
    #[inline]
    pub fn go(&mut self, next: Vertex) {
        self.pass(next.minus(self.point));
    }

    /// On by a step.
    #[inline]
    pub fn step(&mut self, dx: i16, dy: i16) {
        self.pass((self.at.0 + i64::from(dx), self.at.1 + i64::from(dy)));
    }

    #[inline]
    fn pass(&mut self, (bx, by): (i64, i64)) {
        let (ax, ay) = self.at;
        let is_north = sign(-by);
        let spans = self.is_north ^ is_north;
        // The turn from a to b around the point; of an edge that does not span it may overflow.
        let turn = (ax * by).wrapping_sub(ay * bx);
        // Northwards it passes east where the turn is above 0, southwards where it is below.
        let passes_east = turn.wrapping_add(is_north) ^ is_north;
        self.odd ^= spans & passes_east;
        (self.at, self.is_north) = ((bx, by), is_north);
    }

    /// Back to the first vertex: whether the count is odd.
    pub fn close(mut self, first: Vertex) -> bool {
        self.go(first);
        self.odd < 0
    }
}

/// −1 below zero, else 0.
fn sign(number: i64) -> i64 {
    number >> 63
}

fn spans(ends: &[u32]) -> impl Iterator<Item = (usize, usize)> {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(ends.iter().copied()).map(|(from, to)| (from as usize, to as usize))
}
