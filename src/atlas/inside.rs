//! A rectangle that is surely inside of an area: most points of a map need no edge looked at.
//!
//! The area's box is laid out in at most 32 × 32 blocks of cells. A block that an edge reaches into is
//! out; the largest rectangle of the others that the area owns is its inside. It is made of whole cells,
//! so a node tells it with four bytes, and every lattice point in it has the same owner.

use super::frame::Frame;
use super::node::Cells;
use super::plot::Plot;
use super::point::Vertex;

/// Blocks to a side, one bit each.
const SIDE: usize = u32::BITS as usize;

/// Blocks over a box: row by row from the south, a bit for each block from the west.
struct Blocks {
    west: i64,
    south: i64,
    /// Lattice steps in a block, each way.
    width: i64,
    height: i64,
    /// How many there are, each way.
    columns: usize,
    rows: usize,
    /// Those that an edge reaches into.
    touched: [u32; SIDE],
}

/// Columns and rows of blocks, first and last.
type Rectangle = [usize; 4];

/// The cells of a large rectangle that is the area's throughout, as west, south, east, north; `None`
/// where no block is. `cells` are the area's box in its node's frame.
pub(super) fn of(plot: Plot<'_>, cells: Cells, frame: Frame) -> Option<Cells> {
    let [west, south, east, north] = cells;
    let across = usize::from(east.checked_sub(west)?) + 1;
    let along = usize::from(north.checked_sub(south)?) + 1;
    let step = across.max(along).div_ceil(SIDE);
    let first = frame.bounds((west, south), (west, south));
    let size = |low: i32, high: i32| (i64::from(high) - i64::from(low) + 1) * step as i64;
    let mut blocks = Blocks {
        west: first.west.into(),
        south: first.south.into(),
        width: size(first.west, first.east),
        height: size(first.south, first.north),
        columns: across / step,
        rows: along / step,
        touched: [0; SIDE],
    };
    plot.rings().for_each(|ring| ring.edges(|a, b| blocks.touch(a, b)));
    let [from_column, from_row, to_column, to_row] = largest(&blocks.owned(plot))?;
    let cell = |low: u8, blocks: usize| usize::from(low) + blocks * step;
    let last = |low, block| (cell(low, block + 1) - 1) as u8;
    Some([
        cell(west, from_column) as u8,
        cell(south, from_row) as u8,
        last(west, to_column),
        last(south, to_row),
    ])
}

impl Blocks {
    /// Marks the blocks that an edge reaches into: of each row, all columns that its piece there spans.
    fn touch(&mut self, a: Vertex, b: Vertex) {
        let seen = |v: Vertex| (i64::from(v.x) - self.west, i64::from(v.y) - self.south);
        let ((low_x, low_y), (high_x, high_y)) =
            if a.y <= b.y { (seen(a), seen(b)) } else { (seen(b), seen(a)) };
        let (wide, high) = (high_x - low_x, high_y - low_y);
        let rows =
            low_y.div_euclid(self.height).max(0)..=high_y.div_euclid(self.height).min(self.rows as i64 - 1);
        for row in rows {
            // Where the piece enters and leaves the row, rounded to both sides.
            let at = |y: i64| {
                let run = (y.clamp(low_y, high_y) - low_y) * wide;
                if high == 0 {
                    [low_x.min(high_x), low_x.max(high_x)]
                } else {
                    [low_x + run.div_euclid(high), low_x - (-run).div_euclid(high)]
                }
            };
            let ([a, b], [c, d]) = (at(row * self.height), at((row + 1) * self.height));
            let from = a.min(c).div_euclid(self.width).max(0);
            let to = b.max(d).div_euclid(self.width).min(self.columns as i64 - 1);
            if from <= to {
                self.touched[row as usize] |= ones((to - from + 1) as usize) << from;
            }
        }
    }

    /// The blocks that are the area's throughout. Blocks side by side without an edge have one owner, so
    /// few of them are asked.
    fn owned(&self, plot: Plot<'_>) -> [u32; SIDE] {
        let mut all = [0; SIDE];
        let (mut owned_above, mut others_above) = (0, 0);
        for (row, all) in all.iter_mut().enumerate().take(self.rows) {
            let mut free = !self.touched[row] & ones(self.columns);
            let (mut owned, mut others) = (0, 0);
            while free != 0 {
                let run = free & !free.wrapping_add(free & free.wrapping_neg());
                free &= !run;
                let is_owned = run & owned_above != 0
                    || run & others_above == 0 && plot.contains(self.corner(run.trailing_zeros(), row));
                *(if is_owned { &mut owned } else { &mut others }) |= run;
            }
            (owned_above, others_above) = (owned, others);
            *all = owned;
        }
        all
    }

    fn corner(&self, column: u32, row: usize) -> Vertex {
        let x = self.west + i64::from(column) * self.width;
        let y = self.south + row as i64 * self.height;
        Vertex { x: x as i32, y: y as i32 }
    }
}

/// So many ones, at most 32.
fn ones(count: usize) -> u32 {
    u32::MAX.checked_shr(u32::BITS - count as u32).unwrap_or(0)
}

/// The rectangle of the most ones; the first one among equals.
fn largest(rows: &[u32; SIDE]) -> Option<Rectangle> {
    let (mut best, mut most) = (None, 0);
    for from in 0..SIDE {
        let mut shared = u32::MAX;
        for (to, row) in rows.iter().enumerate().skip(from) {
            shared &= row;
            if shared.count_ones() as usize * (SIDE - from) <= most {
                break;
            }
            let (start, length) = longest_run(shared);
            if length * (to + 1 - from) > most {
                most = length * (to + 1 - from);
                best = Some([start, from, start + length - 1, to]);
            }
        }
    }
    best
}

/// Where the longest run of ones begins, and its length.
fn longest_run(mut bits: u32) -> (usize, usize) {
    let (mut last, mut length) = (bits, 0);
    while bits != 0 {
        last = bits;
        bits &= bits >> 1;
        length += 1;
    }
    (last.trailing_zeros() as usize, length)
}
