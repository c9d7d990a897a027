//! The nearest boxes first: what is nearest is looked into, until enough is measured.

use super::index::{Stop, Tree};
use super::metre::Eye;
use super::node::FAN;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

impl Tree {
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
