//! Which boxes may hold this point, or meet this box? A kd-packed tree of sixteen-fold nodes.
//!
//! Boxes are put in an order in which neighbours lie together: split at the median along the longer
//! side of their common box, at whole numbers of nodes, until sixteen are left. Sixteen in a row are a
//! node, sixteen nodes a node above, so the tree needs no pointers. A node is one cache line: the
//! corners of its sixteen boxes in 256ths of the node's own frame, rounded outwards. The tree of a
//! million boxes is 4.3 MB and stays in a processor's cache, which a tree of exact boxes does not.
//!
//! Rounding outwards lets a box answer that nearly meets the probe: whoever asks has the exact test.

use super::frame::Frame;
use super::metre::Eye;
use super::point::Vertex;
use super::shape::Bounds;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

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
type Cells = [u8; 4];

impl Node {
    /// Meets no point.
    const EMPTY: Self = Self { west: [u8::MAX; FAN], south: [u8::MAX; FAN], east: [0; FAN], north: [0; FAN] };

    /// A bit for each box that meets the probe.
    #[inline]
    fn meeting(&self, cells: Cells) -> u32 {
        let mut hits = [0; FAN];
        self.compare(cells, &mut hits);
        bits(u128::from_le_bytes(hits))
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

    fn frame_of(&self, at: usize, frame: Frame) -> Frame {
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
fn places(mut hits: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = (hits != 0).then(|| hits.trailing_zeros() as usize)?;
        hits &= hits - 1;
        Some(at)
    })
}

/// The packed tree over boxes that are known by their place in its order ("slots").
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    pub bounds: Option<Bounds>,
    /// Boxes in the tree.
    pub len: u32,
    /// Where each row of nodes begins, from the root down.
    rows: Vec<u32>,
    pub nodes: Vec<Node>,
}

/// A node on the way down.
#[derive(Clone, Copy, Debug)]
struct Stop {
    node: u32,
    frame: Frame,
}

/// Where a batch is on its way down: kept from one batch to the next.
#[derive(Default)]
pub(super) struct Room {
    stops: Vec<(u32, Stop)>,
    below: Vec<(u32, Stop)>,
    hits: Vec<u32>,
}

impl Tree {
    /// Packs boxes. Afterwards `items` is in the order of the slots.
    pub fn pack(items: &mut [(Bounds, u32)]) -> Self {
        let mut block = FAN;
        while block < items.len() {
            block *= FAN;
        }
        arrange(items, (block / FAN).max(FAN));
        let mut rows_of_boxes = vec![items.iter().map(|item| item.0).collect::<Vec<_>>()];
        while let Some(row) = rows_of_boxes.last().filter(|row| row.len() > 1 || rows_of_boxes.len() == 1) {
            let joined = row.chunks(FAN).filter_map(|some| some.iter().copied().reduce(Bounds::join));
            let joined: Vec<_> = joined.collect();
            if joined.is_empty() {
                break;
            }
            rows_of_boxes.push(joined);
        }
        let bounds = rows_of_boxes.last().and_then(|row| row.first()).copied();
        let mut tree = Self::framed(bounds, items.len() as u32, Vec::new());
        let Some(bounds) = bounds else { return tree };
        let mut frames = vec![Frame::over(bounds)];
        for boxes in rows_of_boxes.iter().rev().skip(1) {
            let mut inner = Vec::with_capacity(boxes.len());
            for (some, frame) in boxes.chunks(FAN).zip(&frames) {
                let node = node_of(some, *frame);
                inner.extend((0..some.len()).map(|at| node.frame_of(at, *frame)));
                tree.nodes.push(node);
            }
            frames = inner;
        }
        tree
    }

    /// A tree from its parts; the rows follow from the number of boxes.
    pub fn framed(bounds: Option<Bounds>, len: u32, nodes: Vec<Node>) -> Self {
        let (mut rows, mut start) = (Vec::new(), 0);
        for row in rows_of(len as usize) {
            rows.push(start);
            start += row as u32;
        }
        Self { bounds, len, rows, nodes }
    }

    /// How many nodes hold so many boxes.
    pub fn nodes_for(len: usize) -> usize {
        rows_of(len).into_iter().sum()
    }

    fn root(&self) -> Option<Stop> {
        Some(Stop { node: 0, frame: Frame::over(self.bounds?) })
    }

    /// Tells the slots of all boxes that may hold the point.
    pub fn holding(&self, point: Vertex, visit: &mut impl FnMut(u32)) {
        if let Some(root) = self.root().filter(|root| root.frame.holds(point)) {
            self.descend(0, root, &|frame: Frame| frame.cells_at(point), visit);
        }
    }

    /// Tells the slots of all boxes that may meet the probe.
    pub fn meeting(&self, probe: Bounds, visit: &mut impl FnMut(u32)) {
        if let Some(root) = self.root().filter(|_| self.bounds.is_some_and(|all| all.meets(&probe))) {
            self.descend(0, root, &|frame: Frame| frame.cells_of(&probe), visit);
        }
    }

    fn descend(&self, row: usize, stop: Stop, cells: &impl Fn(Frame) -> Cells, visit: &mut impl FnMut(u32)) {
        let node = &self.nodes[(self.rows[row] + stop.node) as usize];
        let first = stop.node * FAN as u32;
        for at in places(node.meeting(cells(stop.frame))) {
            let below = first + at as u32;
            if row + 1 == self.rows.len() {
                if below < self.len {
                    visit(below);
                }
            } else if below < self.row_len(row + 1) {
                let inner = Stop { node: below, frame: node.frame_of(at, stop.frame) };
                self.descend(row + 1, inner, cells, visit);
            }
        }
    }

    /// How many rows of nodes there are.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// How many nodes, or boxes, the nodes of a row hold.
    pub fn children_of_row(&self, row: usize) -> u32 {
        if row + 1 == self.rows.len() { self.len } else { self.row_len(row + 1) }
    }

    /// The last node of a row, the only one that may have room left.
    pub fn last_of_row(&self, row: usize) -> Option<&Node> {
        self.nodes.get((self.rows[row] + self.row_len(row)).checked_sub(1)? as usize)
    }

    fn row_len(&self, row: usize) -> u32 {
        self.rows.get(row + 1).map_or(self.nodes.len() as u32, |end| *end) - self.rows[row]
    }

    /// Tells (place of the point, slot) of all boxes that may hold a point of a batch, each point's in
    /// the order of the slots. All points go down a row together, so that the memory of one is on its
    /// way while another's is worked on.
    pub fn holding_each(&self, points: &[Vertex], room: &mut Room, visit: &mut impl FnMut(u32, u32)) {
        let Some(root) = self.root() else { return };
        let Room { stops, below, hits } = room;
        stops.clear();
        let inside = points.iter().zip(0..).filter(|(point, _)| root.frame.holds(**point));
        stops.extend(inside.map(|(_, place)| (place, root)));
        for row in 0..self.rows.len() {
            let is_last = row + 1 == self.rows.len();
            let nodes = &self.nodes[self.rows[row] as usize..];
            // Two loops: no wrong guess in the second one holds up what the first one fetches.
            hits.clear();
            hits.extend(stops.iter().map(|(place, stop)| {
                nodes[stop.node as usize].meeting(stop.frame.cells_at(points[*place as usize]))
            }));
            for ((place, stop), hits) in stops.drain(..).zip(hits.iter()) {
                let node = &nodes[stop.node as usize];
                for at in places(*hits) {
                    let child = stop.node * FAN as u32 + at as u32;
                    if is_last {
                        visit(place, child);
                    } else {
                        below.push((place, Stop { node: child, frame: node.frame_of(at, stop.frame) }));
                    }
                }
            }
            std::mem::swap(stops, below);
        }
    }

    /// The `count` nearest boxes' slots within a distance, nearest first, by what `measure` says of a
    /// slot in metres; `None` takes it out. Ties go by slot. Boxes that cannot be among them are not
    /// measured.
    pub fn nearest(
        &self,
        eye: &Eye,
        (count, within_m): (usize, f64),
        measure: impl Fn(u32) -> Option<f64>,
    ) -> Vec<(f64, u32)> {
        let (mut queue, mut found) = (BinaryHeap::new(), Vec::new());
        queue.extend(self.root().map(|root| Reverse(Waiting { metres: 0.0, what: What::Stop(0, root) })));
        while let Some(Reverse(Waiting { metres, what })) = queue.pop() {
            if found.len() == count || metres > within_m {
                break;
            }
            match what {
                What::Measured(slot) => found.push((metres, slot)),
                What::Slot(slot) => queue.extend(
                    measure(slot).map(|metres| Reverse(Waiting { metres, what: What::Measured(slot) })),
                ),
                What::Stop(row, stop) => self.open(eye, row, stop, &mut queue),
            }
        }
        found
    }

    fn open(&self, eye: &Eye, row: usize, stop: Stop, queue: &mut BinaryHeap<Reverse<Waiting>>) {
        let node = &self.nodes[(self.rows[row] + stop.node) as usize];
        let is_last = row + 1 == self.rows.len();
        let limit = self.children_of_row(row);
        let first = stop.node * FAN as u32;
        for below in first..limit.min(first + FAN as u32) {
            let at = (below - first) as usize;
            let part = stop.frame.bounds((node.west[at], node.south[at]), (node.east[at], node.north[at]));
            let what = if is_last {
                What::Slot(below)
            } else {
                What::Stop(row + 1, Stop { node: below, frame: node.frame_of(at, stop.frame) })
            };
            queue.push(Reverse(Waiting { metres: eye.at_least_m(&part), what }));
        }
    }
}

/// What a search for the nearest has not looked into, and how near it may be.
struct Waiting {
    metres: f64,
    what: What,
}

enum What {
    Stop(usize, Stop),
    Slot(u32),
    Measured(u32),
}

impl Waiting {
    /// Measured ones come last among equals, so that they are in the order of their slots.
    fn key(&self) -> (u8, u32) {
        match self.what {
            What::Stop(_, stop) => (0, stop.node),
            What::Slot(slot) => (1, slot),
            What::Measured(slot) => (2, slot),
        }
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        self.metres.total_cmp(&other.metres).then_with(|| self.key().cmp(&other.key()))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Waiting {}

/// Boxes with numbers of the caller's.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    tree: Tree,
    numbers: Vec<u32>,
}

impl Index {
    pub fn build(items: impl IntoIterator<Item = (Bounds, u32)>) -> Self {
        let mut items: Vec<_> = items.into_iter().collect();
        let tree = Tree::pack(&mut items);
        Self { tree, numbers: items.into_iter().map(|item| item.1).collect() }
    }

    /// The numbers of all boxes that meet the probe, and of some that nearly do, in packed order.
    pub fn meeting(&self, probe: Bounds) -> impl Iterator<Item = u32> {
        let mut found = Vec::new();
        self.tree.meeting(probe, &mut |slot| found.push(self.numbers[slot as usize]));
        found.into_iter()
    }

    /// The numbers of the nearest boxes, as [`Tree::nearest`].
    pub fn nearest(
        &self,
        eye: &Eye,
        limits: (usize, f64),
        measure: impl Fn(u32) -> Option<f64>,
    ) -> Vec<(f64, u32)> {
        let mut found = self.tree.nearest(eye, limits, |slot| measure(self.numbers[slot as usize]));
        for (_, slot) in &mut found {
            *slot = self.numbers[*slot as usize];
        }
        found
    }
}

fn node_of(boxes: &[Bounds], frame: Frame) -> Node {
    let mut node = Node::EMPTY;
    for (at, bounds) in boxes.iter().enumerate() {
        [node.west[at], node.south[at], node.east[at], node.north[at]] = frame.cells_of(bounds);
    }
    node
}

/// How many nodes each row has, from the root down.
fn rows_of(len: usize) -> Vec<usize> {
    let mut rows = Vec::new();
    let mut row = len;
    while row > 1 || (row == 1 && rows.is_empty()) {
        row = row.div_ceil(FAN);
        rows.push(row);
    }
    rows.reverse();
    rows
}

/// Puts boxes that lie together into the same blocks of a length, and so on within each block.
fn arrange(items: &mut [(Bounds, u32)], block: usize) {
    if items.len() > block {
        let half = (items.len().div_ceil(block) / 2).max(1) * block;
        let Some(all) = items.iter().map(|item| item.0).reduce(Bounds::join) else { return };
        let is_wide = all.east.abs_diff(all.west) >= all.north.abs_diff(all.south);
        // Ties go by number, so that the packing is the same on every run.
        items.select_nth_unstable_by_key(half, |(b, number)| (twice_centre(b, is_wide), *number));
        let (low, high) = items.split_at_mut(half);
        arrange(low, block);
        arrange(high, block);
    } else if block > FAN {
        arrange(items, block / FAN);
    } else {
        items.sort_unstable_by_key(|(_, number)| *number);
    }
}

fn twice_centre(b: &Bounds, is_wide: bool) -> i64 {
    if is_wide { i64::from(b.west) + i64::from(b.east) } else { i64::from(b.south) + i64::from(b.north) }
}
