//! A node's own ruler: 256 cells each way over the box that it stands for.
//!
//! A cell is a power of two of lattice steps, so that finding one is a shift. A node's frame follows
//! from the cells that its box has in the frame above: nothing of it is stored.

use super::point::Vertex;
use super::shape::Bounds;

/// One direction: where the first cell begins, and log₂ of the lattice steps in a cell.
#[derive(Clone, Copy, Debug)]
struct Axis {
    origin: i32,
    shift: u8,
}

impl Axis {
    fn over(low: i32, high: i32) -> Self {
        let bits = u32::BITS - high.abs_diff(low).leading_zeros();
        Self { origin: low, shift: bits.saturating_sub(8) as u8 }
    }

    /// The cell of a place that is inside. The lattice is wider than half of `i32`, hence unsigned.
    fn cell(self, at: i32) -> u8 {
        ((at as u32).wrapping_sub(self.origin as u32) >> self.shift) as u8
    }

    /// The cell nearest to a place.
    fn nearest_cell(self, at: i32) -> u8 {
        if at < self.origin { 0 } else { (at.abs_diff(self.origin) >> self.shift).min(255) as u8 }
    }

    fn holds(self, at: i32) -> bool {
        at >= self.origin && at.abs_diff(self.origin) >> self.shift <= 255
    }

    /// The axis of the cells from `low` to `high`.
    fn part(self, low: u8, high: u8) -> Self {
        let bits = u8::BITS - high.saturating_sub(low).leading_zeros();
        Self { origin: self.start_of(low), shift: (self.shift + bits as u8).saturating_sub(8) }
    }

    fn start_of(self, cell: u8) -> i32 {
        self.origin.wrapping_add((u32::from(cell) << self.shift) as i32)
    }

    /// The last place in a cell, as far as the lattice goes.
    fn end_of(self, cell: u8) -> i32 {
        let end = (i64::from(cell) + 1) << self.shift;
        (i64::from(self.origin) + end - 1).min(i64::from(i32::MAX)) as i32
    }
}

/// Both directions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    x: Axis,
    y: Axis,
}

impl Frame {
    pub fn over(b: Bounds) -> Self {
        Self { x: Axis::over(b.west, b.east), y: Axis::over(b.south, b.north) }
    }

    pub fn holds(self, point: Vertex) -> bool {
        self.x.holds(point.x) && self.y.holds(point.y)
    }

    pub fn encloses(self, b: &Bounds) -> bool {
        self.x.holds(b.west) && self.x.holds(b.east) && self.y.holds(b.south) && self.y.holds(b.north)
    }

    /// The cells of a point inside, as west, south, east, north.
    pub fn cells_at(self, point: Vertex) -> [u8; 4] {
        let (x, y) = (self.x.cell(point.x), self.y.cell(point.y));
        [x, y, x, y]
    }

    /// The cells that a box which meets the frame reaches into: west, south, east, north.
    pub fn cells_of(self, b: &Bounds) -> [u8; 4] {
        let (x, y) = (self.x, self.y);
        [x.nearest_cell(b.west), y.nearest_cell(b.south), x.nearest_cell(b.east), y.nearest_cell(b.north)]
    }

    /// The frame over the cells from the south-west one to the north-east one.
    pub fn part(self, (west, south): (u8, u8), (east, north): (u8, u8)) -> Self {
        Self { x: self.x.part(west, east), y: self.y.part(south, north) }
    }

    /// The box of those cells.
    pub fn bounds(self, (west, south): (u8, u8), (east, north): (u8, u8)) -> Bounds {
        Bounds {
            west: self.x.start_of(west),
            south: self.y.start_of(south),
            east: self.x.end_of(east),
            north: self.y.end_of(north),
        }
    }
}
