//! Directions around a vertex, compared without angles.

use super::point::Vertex;
use std::cmp::Ordering;

/// Orders two other ends by the counter-clockwise way from the direction `at` → `from`, which itself
/// comes first.
pub(super) fn around(at: Vertex, from: Vertex, p: Vertex, q: Vertex) -> Ordering {
    let (p_half, q_half) = (half(at, from, p), half(at, from, q));
    p_half.cmp(&q_half).then_with(|| if p_half % 2 == 1 { at.turn(q, p).cmp(&0) } else { Ordering::Equal })
}

/// 0 along `from`, 1 in the half to its left, 2 against it, 3 in the half to its right.
fn half(at: Vertex, from: Vertex, p: Vertex) -> u8 {
    match at.turn(from, p).cmp(&0) {
        Ordering::Greater => 1,
        Ordering::Less => 3,
        Ordering::Equal => {
            let ((fx, fy), (px, py)) = (from.minus(at), p.minus(at));
            let is_along = fx.signum() == px.signum() && fy.signum() == py.signum();
            if is_along { 0 } else { 2 }
        }
    }
}

/// The ground of a ring near one of its vertices: counter-clockwise from `next` to `previous`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wedge {
    pub at: Vertex,
    pub area: usize,
    pub previous: Vertex,
    pub next: Vertex,
}

impl Wedge {
    /// Whether both cover some of the same ground next to their vertex.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.starts_within(other) || other.starts_within(self)
    }

    fn starts_within(&self, other: &Self) -> bool {
        around(self.at, other.next, self.next, other.previous) == Ordering::Less
    }
}
