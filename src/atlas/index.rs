//! Which boxes meet this box? A kd-packed tree in two flat arrays.
//!
//! Boxes are split at the median along the longer side of their common box until a handful is left.
//! Nodes lie in the order of a walk that goes down first; each knows where the walk goes on when its
//! box is missed, so a search is one loop without a stack.

use super::shape::Bounds;

/// Boxes in a leaf: the search tests them one after another.
const LEAF: usize = 8;

#[derive(Clone, Debug)]
struct Node {
    bounds: Bounds,
    /// The node to go on with when this one is missed.
    skip: u32,
    /// The leaf's items; empty in an inner node.
    items: (u32, u32),
}

/// Boxes with their numbers, packed for searching.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    nodes: Vec<Node>,
    items: Vec<(Bounds, u32)>,
}

impl Index {
    pub fn build(items: impl IntoIterator<Item = (Bounds, u32)>) -> Self {
        let mut items: Vec<_> = items.into_iter().collect();
        let mut nodes = Vec::with_capacity(items.len() / LEAF * 2 + 1);
        pack(&mut items, 0, &mut nodes);
        Self { nodes, items }
    }

    /// The numbers of all boxes that meet the probe, in packed order.
    pub fn meeting(&self, probe: Bounds) -> impl Iterator<Item = u32> {
        Walk { index: self, node: 0, probe }
            .flat_map(|(from, to)| &self.items[from as usize..to as usize])
            .filter(move |(bounds, _)| bounds.meets(&probe))
            .map(|(_, number)| *number)
    }

    /// The box around everything.
    pub fn bounds(&self) -> Option<Bounds> {
        self.nodes.first().map(|root| root.bounds)
    }
}

/// The leaves whose box meets the probe.
struct Walk<'a> {
    index: &'a Index,
    node: usize,
    probe: Bounds,
}

impl Iterator for Walk<'_> {
    type Item = (u32, u32);

    fn next(&mut self) -> Option<(u32, u32)> {
        while let Some(node) = self.index.nodes.get(self.node) {
            if !node.bounds.meets(&self.probe) {
                self.node = node.skip as usize;
                continue;
            }
            self.node += 1;
            if node.items.0 < node.items.1 {
                return Some(node.items);
            }
        }
        None
    }
}

fn pack(items: &mut [(Bounds, u32)], first: usize, nodes: &mut Vec<Node>) {
    let Some(bounds) = items.iter().map(|item| item.0).reduce(Bounds::join) else {
        return;
    };
    let at = nodes.len();
    let is_leaf = items.len() <= LEAF;
    let held = if is_leaf { (first as u32, (first + items.len()) as u32) } else { (0, 0) };
    nodes.push(Node { bounds, skip: 0, items: held });
    if !is_leaf {
        let middle = items.len() / 2;
        let is_wide = width(&bounds) >= height(&bounds);
        // Ties go by number, so that the packing is the same on every run.
        items.select_nth_unstable_by_key(middle, |(b, number)| (twice_centre(b, is_wide), *number));
        let (low, high) = items.split_at_mut(middle);
        pack(low, first, nodes);
        pack(high, first + middle, nodes);
    }
    nodes[at].skip = nodes.len() as u32;
}

fn width(b: &Bounds) -> i64 {
    i64::from(b.east) - i64::from(b.west)
}

fn height(b: &Bounds) -> i64 {
    i64::from(b.north) - i64::from(b.south)
}

fn twice_centre(b: &Bounds, is_wide: bool) -> i64 {
    if is_wide { i64::from(b.west) + i64::from(b.east) } else { i64::from(b.south) + i64::from(b.north) }
}
