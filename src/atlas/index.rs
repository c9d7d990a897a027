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
use super::node::{Cells, FAN, Node, places};
use super::point::Vertex;
use super::shape::Bounds;

/// The packed tree over boxes that are known by their place in its order ("slots").
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    pub bounds: Option<Bounds>,
    /// Boxes in the tree.
    pub len: u32,
    /// Where each row of nodes begins, from the root down.
    pub rows: Vec<u32>,
    pub nodes: Vec<Node>,
    /// Beside each node of the last row, what is surely inside of each of its boxes' areas: the same
    /// frame, smaller boxes. Empty where nobody has told.
    pub insides: Vec<Node>,
}

/// A node on the way down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop {
    pub node: u32,
    pub frame: Frame,
}

/// Where a batch is on its way down: kept from one batch to the next.
pub(super) struct Room {
    stops: Vec<(u32, Stop)>,
    below: Vec<(u32, Stop)>,
    /// Of each stop: boxes that hold its point, and those of which it is surely inside.
    hits: Vec<(u32, u32)>,
}

impl Room {
    /// For batches of so many points.
    pub fn of(batch: usize) -> Self {
        let stops = || Vec::with_capacity(4 * batch);
        Self { stops: stops(), below: stops(), hits: Vec::with_capacity(4 * batch) }
    }
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
                let node = Node::over(some, *frame);
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
        Self { bounds, len, rows, nodes, insides: Vec::new() }
    }

    /// How many nodes hold so many boxes.
    pub fn nodes_for(len: usize) -> usize {
        rows_of(len).into_iter().sum()
    }

    pub fn root(&self) -> Option<Stop> {
        Some(Stop { node: 0, frame: Frame::over(self.bounds?) })
    }

    /// The frames of the last row's nodes.
    fn leaf_frames(&self) -> Vec<Frame> {
        let mut frames: Vec<Frame> = self.root().map(|root| root.frame).into_iter().collect();
        for row in 1..self.rows.len() {
            let nodes = &self.nodes[self.rows[row - 1] as usize..];
            let places = (0..self.row_len(row) as usize).map(|at| (at / FAN, at % FAN));
            frames = places.map(|(node, at)| nodes[node].frame_of(at, frames[node])).collect();
        }
        frames
    }

    /// What is surely inside of a slot's area, if anything is known.
    #[cfg(test)]
    pub fn inside(&self, slot: u32) -> Option<Bounds> {
        let (node, at) = (slot as usize / FAN, slot as usize % FAN);
        let [west, south, east, north] = self.insides.get(node)?.cells(at);
        (west <= east).then(|| self.leaf_frames()[node].bounds((west, south), (east, north)))
    }

    /// Learns of each slot which cells of its node are surely inside of its area, if any.
    pub fn learn_insides(&mut self, inside: impl Fn(u32, Cells, Frame) -> Option<Cells>) {
        let learnt = self.leaves().iter().zip(self.leaf_frames()).zip((0..).step_by(FAN)).map(
            |((node, frame), first)| {
                let mut insides = Node::EMPTY;
                for slot in first..self.len.min(first + FAN as u32) {
                    let at = (slot - first) as usize;
                    if let Some(cells) = inside(slot, node.cells(at), frame) {
                        insides.put(at, cells);
                    }
                }
                insides
            },
        );
        self.insides = learnt.collect();
    }

    /// The nodes of the last row.
    pub fn leaves(&self) -> &[Node] {
        self.rows.last().map_or(&[], |start| &self.nodes[*start as usize..])
    }

    /// Tells the slots of all boxes that may hold the point; or gives the one, if it is met, that the
    /// point is surely inside of, where one such will do.
    pub fn holding(&self, point: Vertex, one_will_do: bool, visit: &mut impl FnMut(u32)) -> Option<u32> {
        let root = self.root().filter(|root| root.frame.holds(point))?;
        let insides = self.insides_if(one_will_do);
        let sure = |node, cells| insides.get(node).map_or(0, |node: &Node| node.meeting(cells));
        self.descend(0, root, &|frame| frame.cells_at(point), &|node, _, cells| sure(node, cells), visit)
    }

    fn insides_if(&self, one_will_do: bool) -> &[Node] {
        if one_will_do { &self.insides } else { &[] }
    }

    /// Tells the slots of all boxes that may meet the probe; or gives the one, if it is met, that the
    /// whole probe is surely inside of, where one such will do.
    pub fn meeting(&self, probe: Bounds, one_will_do: bool, visit: &mut impl FnMut(u32)) -> Option<u32> {
        let root = self.root().filter(|_| self.bounds.is_some_and(|all| all.meets(&probe)))?;
        let insides = self.insides_if(one_will_do);
        let sure = |node: usize, frame: Frame, cells| match insides.get(node) {
            Some(node) if frame.encloses(&probe) => node.enclosing(cells),
            _ => 0,
        };
        self.descend(0, root, &|frame| frame.cells_of(&probe), &sure, visit)
    }

    fn descend(
        &self,
        row: usize,
        stop: Stop,
        cells: &impl Fn(Frame) -> Cells,
        sure: &impl Fn(usize, Frame, Cells) -> u32,
        visit: &mut impl FnMut(u32),
    ) -> Option<u32> {
        let node = &self.nodes[(self.rows[row] + stop.node) as usize];
        let first = stop.node * FAN as u32;
        let probe = cells(stop.frame);
        if row + 1 == self.rows.len() {
            let sure = sure(stop.node as usize, stop.frame, probe);
            if sure != 0 {
                return Some(first + sure.trailing_zeros());
            }
        }
        // A probe of all cells meets the places without a box too.
        let limit = self.children_of_row(row);
        let mut met = places(node.meeting(probe)).map(|at| (at, first + at as u32));
        if row + 1 == self.rows.len() {
            met.filter(|(_, slot)| *slot < limit).for_each(|(_, slot)| visit(slot));
            return None;
        }
        met.find_map(|(at, below)| {
            let stop = Stop { node: below, frame: node.frame_of(at, stop.frame) };
            (below < limit).then(|| self.descend(row + 1, stop, cells, sure, visit)).flatten()
        })
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

    /// Tells (place of the point, slot, whether it is surely inside) of the boxes that may hold a point
    /// of a batch, each point's in the order of the slots. All points go down a row together, so that
    /// the memory of one is on its way while another's is worked on.
    pub fn holding_each(
        &self,
        points: &[Vertex],
        one_will_do: bool,
        room: &mut Room,
        visit: &mut impl FnMut(u32, u32, bool),
    ) {
        let Some(root) = self.root() else { return };
        let Room { stops, below, hits } = room;
        stops.clear();
        let inside = points.iter().zip(0..).filter(|(point, _)| root.frame.holds(**point));
        stops.extend(inside.map(|(_, place)| (place, root)));
        for row in 0..self.rows.len() {
            let is_last = row + 1 == self.rows.len();
            let nodes = &self.nodes[self.rows[row] as usize..];
            let insides = self.insides_if(one_will_do && is_last);
            // Two loops: no wrong guess in the second one holds up what the first one fetches.
            hits.clear();
            hits.extend(stops.iter().map(|(place, stop)| {
                let cells = stop.frame.cells_at(points[*place as usize]);
                let inside = insides.get(stop.node as usize).map_or(0, |node| node.meeting(cells));
                (nodes[stop.node as usize].meeting(cells), inside)
            }));
            for ((place, stop), (hits, inside)) in stops.drain(..).zip(hits.iter()) {
                let node = &nodes[stop.node as usize];
                let first = stop.node * FAN as u32;
                if *inside != 0 {
                    visit(place, first + inside.trailing_zeros(), true);
                } else if is_last {
                    places(*hits).for_each(|at| visit(place, first + at as u32, false));
                } else {
                    below.extend(places(*hits).map(|at| {
                        (place, Stop { node: first + at as u32, frame: node.frame_of(at, stop.frame) })
                    }));
                }
            }
            std::mem::swap(stops, below);
        }
    }
}

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
        self.tree.meeting(probe, false, &mut |slot| found.push(self.numbers[slot as usize]));
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
