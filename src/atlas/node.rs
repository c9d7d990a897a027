//! Sixteen boxes in a cache line, compared with a probe all at once.

use super::frame::Frame;
use super::shape::Bounds;

/// Boxes in a node.
pub(super) const FAN: usize = 16;

/// Sixteen boxes, a cache line.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(super) struct Node {
    pub west: [u8; FAN],
    pub south: [u8; FAN],
    pub east: [u8; FAN],
    pub north: [u8; FAN],
}

/// A probe in a node's 256ths: west, south, east, north.
pub(super) type Cells = [u8; 4];

impl Node {
    /// Meets no point.
    pub const EMPTY: Self =
        Self { west: [u8::MAX; FAN], south: [u8::MAX; FAN], east: [0; FAN], north: [0; FAN] };

    /// A bit for each box that meets the probe.
    #[inline]
    pub fn meeting(&self, cells: Cells) -> u32 {
        let mut hits = [0; FAN];
        self.compare(cells, &mut hits);
        bits(u128::from_le_bytes(hits))
    }

    /// A bit for each box that the whole probe is in.
    pub fn enclosing(&self, [west, south, east, north]: Cells) -> u32 {
        (0..FAN).fold(0, |hits, at| {
            let across = self.west[at] <= west && east <= self.east[at];
            let along = self.south[at] <= south && north <= self.north[at];
            hits | u32::from(across && along) << at
        })
    }

    /// A byte of ones for each box that meets the probe. On its own and into memory, a compiler makes
    /// each comparison of sixteen one instruction; inside its caller it makes sixteen.
    #[inline(never)]
    #[expect(
        clippy::needless_bitwise_bool,
        reason = "a lazy operator is a branch, and the boxes are compared without"
    )]
    fn compare(&self, [west, south, east, north]: Cells, hits: &mut [u8; FAN]) {
        for (at, hit) in hits.iter_mut().enumerate() {
            let across = (self.west[at] <= east) & (west <= self.east[at]);
            let along = (self.south[at] <= north) & (south <= self.north[at]);
            *hit = u8::from(across & along);
        }
    }

    /// A node over boxes, at most sixteen.
    pub fn over(boxes: &[Bounds], frame: Frame) -> Self {
        let mut node = Self::EMPTY;
        for (at, bounds) in boxes.iter().enumerate() {
            node.put(at, frame.cells_of(bounds));
        }
        node
    }

    pub fn put(&mut self, at: usize, cells: Cells) {
        [self.west[at], self.south[at], self.east[at], self.north[at]] = cells;
    }

    pub fn cells(&self, at: usize) -> Cells {
        [self.west[at], self.south[at], self.east[at], self.north[at]]
    }

    /// The frame of the node below that a box is of.
    pub fn frame_of(&self, at: usize, frame: Frame) -> Frame {
        frame.part((self.west[at], self.south[at]), (self.east[at], self.north[at]))
    }
}

/// A bit for each byte that is odd.
fn bits(bytes: u128) -> u32 {
    // Each byte's bit lands in the top byte at a place of its own.
    let gather = |half: u64| (half & 0x0101_0101_0101_0101).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    (gather(bytes as u64) | gather((bytes >> 64) as u64) << 8) as u32
}

/// The places of the bits that are set.
pub(super) fn places(mut hits: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = (hits != 0).then(|| hits.trailing_zeros() as usize)?;
        hits &= hits - 1;
        Some(at)
    })
}
