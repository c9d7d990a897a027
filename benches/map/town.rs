//! A country's worth of grids that nobody lives in, the same on every run and machine.
//!
//! Cells on a board whose columns and rows differ in width and whose corners are shaken; the lines
//! between them are wiggly and shared corner for corner. Lines have 2 to 200 corners with a long tail;
//! one cell in fifty holds an enclave. A cell is about a kilometre wide, so a million of them are a
//! tenth of China. Whole numbers of 1e-7 degree throughout.

use whistle::atlas::{AreaLevel, Outline, Point};

/// Steps of 1e-7 degree in a cell, on average: about a kilometre.
const CELL: i64 = 110_000;
/// The south-west corner.
const ORIGIN: (i64, i64) = (1_080_000_000, 280_000_000);
/// Grids to a community, in a row.
const COMMUNITY: usize = 25;

pub type Place = (i64, i64);

/// A grid: its rings, counter-clockwise shell first, without the last corner repeated.
pub struct Grid {
    pub code: String,
    pub name: String,
    pub community: String,
    pub rings: Vec<Vec<Place>>,
}

/// A board of so many grids.
pub struct Town {
    columns: usize,
    cells: usize,
    grids: usize,
    xs: Vec<i64>,
    ys: Vec<i64>,
}

/// A number that looks like chance (splitmix64).
pub fn hash(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn below(seed: u64, limit: i64) -> i64 {
    ((hash(seed) >> 1) % limit.unsigned_abs().max(1)) as i64
}

fn around(seed: u64, reach: i64) -> i64 {
    below(seed, 2 * reach + 1) - reach
}

impl Town {
    pub fn of(grids: usize) -> Self {
        // One in fifty is an enclave: cell 50·n + 49 holds grid `cells + n`.
        let cells = (grids * 50).div_ceil(51);
        let columns = (cells as f64).sqrt().ceil() as usize;
        let sides = |count: usize, salt: u64, start: i64| {
            let widths = (0..count as u64).map(|at| CELL * (60 + below(salt + at, 80)) / 100);
            let ends = widths.scan(start, |at, width| {
                *at += width;
                Some(*at)
            });
            std::iter::once(start).chain(ends).collect::<Vec<_>>()
        };
        let rows = cells.div_ceil(columns);
        let (xs, ys) = (sides(columns, 1 << 40, ORIGIN.0), sides(rows, 2 << 40, ORIGIN.1));
        Self { columns, cells, grids, xs, ys }
    }

    pub fn grids(&self) -> impl Iterator<Item = Grid> {
        (0..self.grids).map(|at| self.grid(at))
    }

    fn grid(&self, at: usize) -> Grid {
        let cell = if at < self.cells { at } else { (at - self.cells) * 50 + 49 };
        let (x, y) = (cell % self.columns, cell / self.columns);
        let holds_enclave = cell % 50 == 49 && self.cells + cell / 50 < self.grids;
        let rings = match (at < self.cells, holds_enclave) {
            (true, false) => vec![self.cell(x, y)],
            (true, true) => {
                let mut hole = self.enclave(x, y);
                hole.reverse();
                vec![self.cell(x, y), hole]
            }
            (false, _) => vec![self.enclave(x, y)],
        };
        let community = cell / COMMUNITY;
        Grid {
            code: format!("{community:09}{at:06}"),
            name: format!("墨河社区第{}网格", at % 1000),
            community: format!("{community:09}"),
            rings,
        }
    }

    /// A corner of the board, shaken unless on its rim.
    fn knot(&self, x: usize, y: usize) -> Place {
        let seed = 3 << 40 | (y * (self.columns + 1) + x) as u64;
        let shake = |along: &[i64], at: usize, salt: u64| {
            if at == 0 || at + 1 == along.len() {
                return along[at];
            }
            let room = (along[at + 1] - along[at]).min(along[at] - along[at - 1]);
            along[at] + around(seed ^ salt, room * 15 / 100)
        };
        (shake(&self.xs, x, 0), shake(&self.ys, y, 1 << 60))
    }

    /// The line from a knot to the next one east or north, without its last corner.
    fn line(&self, (x, y): (usize, usize), is_east: bool) -> Vec<Place> {
        let (from, to) = (self.knot(x, y), if is_east { self.knot(x + 1, y) } else { self.knot(x, y + 1) });
        let seed = hash(5 << 40 | ((y * (self.columns + 1) + x) * 2 + usize::from(is_east)) as u64);
        let corners = match below(seed, 1_000) {
            0..620 => 2 + below(seed + 1, 8),
            620..925 => 9 + below(seed + 1, 12),
            925..992 => 22 + below(seed + 1, 24),
            _ => 60 + below(seed + 1, 140),
        };
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let mut line = vec![from];
        for at in 1..=corners {
            // Sideways by less the nearer to an end, so that lines which meet do not cross.
            let sway = around(seed + 2 + at as u64, 300 * at.min(corners + 1 - at));
            let side = |along: i64, across: i64| {
                along * at / (corners + 1) + across * sway / (1_000 * (corners + 1))
            };
            line.push((from.0 + side(dx, -dy), from.1 + side(dy, dx)));
        }
        line
    }

    /// A cell's ring, counter-clockwise from its south-west.
    fn cell(&self, x: usize, y: usize) -> Vec<Place> {
        let (south, east) = (self.line((x, y), true), self.line((x + 1, y), false));
        let (north, west) = (self.line((x, y + 1), true), self.line((x, y), false));
        let backwards = |line: Vec<Place>, start: Place| {
            std::iter::once(start).chain(line.into_iter().skip(1).rev()).collect::<Vec<_>>()
        };
        let north = backwards(north, self.knot(x + 1, y + 1));
        let west = backwards(west, self.knot(x, y + 1));
        [south, east, north, west].concat()
    }

    /// Eight corners in the middle of a cell.
    fn enclave(&self, x: usize, y: usize) -> Vec<Place> {
        let middle = (i64::midpoint(self.xs[x], self.xs[x + 1]), i64::midpoint(self.ys[y], self.ys[y + 1]));
        let reach = (self.xs[x + 1] - self.xs[x]).min(self.ys[y + 1] - self.ys[y]) / 14;
        let way = [(10, 0), (7, 7), (0, 10), (-7, 7), (-10, 0), (-7, -7), (0, -10), (7, -7)];
        way.map(|(dx, dy)| (middle.0 + dx * reach / 10, middle.1 + dy * reach / 10)).to_vec()
    }

    /// As areas: the grids, and above them communities without ground, a subdistrict and a district.
    pub fn outlines(&self) -> impl Iterator<Item = Outline> {
        let above = |code: String, level, parent: Option<&str>| Outline {
            name: format!("墨河{code}"),
            code,
            level,
            parent: parent.map(str::to_owned),
            parts: Vec::new(),
        };
        let top = [
            above("D".into(), AreaLevel::District, None),
            above("S".into(), AreaLevel::Subdistrict, Some("D")),
        ];
        let communities = (0..self.cells.div_ceil(COMMUNITY))
            .map(move |at| above(format!("{at:09}"), AreaLevel::Community, Some("S")));
        let grid = |grid: Grid| Outline {
            code: grid.code,
            name: grid.name,
            level: AreaLevel::Grid,
            parent: Some(grid.community),
            parts: vec![grid.rings.iter().map(|ring| ring.iter().copied().map(point).collect()).collect()],
        };
        top.into_iter().chain(communities).chain(self.grids().map(grid))
    }

    /// Places all over the board, a full row in from its ragged northern rim.
    pub fn places(&self, count: usize, salt: u64) -> Vec<Place> {
        let (west, east) = (self.xs[0], self.xs[self.xs.len() - 1]);
        let (south, north) = (self.ys[0], self.ys[(self.ys.len() - 2).max(1)]);
        let place = |at: u64| {
            let seed = salt << 32 | at << 1;
            (west + below(seed, east - west), south + below(seed | 1, north - south))
        };
        (0..count as u64).map(place).collect()
    }
}

pub fn point((x, y): Place) -> Point {
    Point::new(x as f64 / 1e7, y as f64 / 1e7)
}
