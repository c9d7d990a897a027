//! The ground of one level: every plot in one run of words, in the order of the tree above it.

use super::index::{Room, Tree};
use super::inside;
use super::metre::Eye;
use super::plot::Plot;
use super::point::Vertex;
use super::shape::{Bounds, Part};

/// No slot: an area without ground.
const NONE: u32 = u32::MAX;

/// Plots of a level, packed; areas are known by their number in the edition.
#[derive(Clone, Debug, Default)]
pub(super) struct Layer {
    pub tree: Tree,
    /// Where each slot's plot begins in `words`.
    pub starts: Vec<u32>,
    pub words: Vec<u16>,
    /// The number of the level's first area.
    pub first: u32,
    /// The slot of each area of the level.
    pub slots: Vec<u32>,
    /// The area of each slot.
    pub numbers: Vec<u32>,
    /// Slivers overlap in spite of the checks: there, the smaller code is the owner. Without them the
    /// search ends with the first owner found.
    pub has_overlaps: bool,
}

/// Plots that are yet to be tested, a few at a time: their memory is asked for together.
#[derive(Default)]
struct Few {
    starts: [u32; Self::SIZE],
    len: usize,
}

impl Few {
    const SIZE: usize = 8;
}

/// What a batch needs on its way, kept from one to the next.
pub(super) struct Scratch {
    room: Room,
    /// Place of the point, and where the plot begins that may own it.
    doubts: Vec<(u32, u32)>,
    owners: Vec<u32>,
}

impl Scratch {
    /// For batches of so many points.
    pub fn of(batch: usize) -> Self {
        Self {
            room: Room::of(batch),
            doubts: Vec::with_capacity(4 * batch),
            owners: Vec::with_capacity(batch),
        }
    }
}

/// Words in a cache line.
const LINE: usize = 32;
/// Lines of a plot that are asked for at once; 48 corners take three or four.
const FETCHED: usize = 4;

impl Layer {
    /// Packs the ground of a level's areas, given in the order of their numbers from `first` on.
    pub fn pack<'a>(first: u32, ground: impl ExactSizeIterator<Item = &'a [Part]> + Clone) -> Self {
        let corners = |parts: &[Part]| Bounds::of(parts.iter().flatten().flatten().copied());
        let count = ground.len();
        let mut items: Vec<(Bounds, u32)> =
            ground.clone().zip(0..).filter_map(|(parts, at)| Some((corners(parts)?, at))).collect();
        let mut tree = Tree::pack(&mut items);
        let ground: Vec<&[Part]> = ground.collect();
        let size = |parts: &[Part]| parts.iter().flatten().map(|ring| 2 * ring.len() + 6).sum::<usize>() + 2;
        let mut words = Vec::with_capacity(ground.iter().map(|parts| size(parts)).sum());
        let mut slots = vec![NONE; count];
        let mut starts = Vec::with_capacity(items.len());
        for (slot, (_, at)) in items.iter().enumerate() {
            starts.push(words.len() as u32);
            Plot::write(first + at, ground[*at as usize], &mut words);
            slots[*at as usize] = slot as u32;
        }
        words.shrink_to_fit();
        let plot = |slot: u32| Plot::at(&words[starts[slot as usize] as usize..]);
        tree.learn_insides(|slot, cells, frame| inside::of(plot(slot), cells, frame));
        let numbers = items.iter().map(|(_, at)| first + at).collect();
        Self { tree, starts, words, first, slots, numbers, has_overlaps: true }
    }

    /// The ground of a slot.
    pub fn plot(&self, slot: u32) -> Plot<'_> {
        Plot::at(&self.words[self.starts[slot as usize] as usize..])
    }

    /// The ground of an area of this level; `None` where it has none.
    pub fn ground(&self, number: u32) -> Option<Plot<'_>> {
        let slot = *self.slots.get(number.checked_sub(self.first)? as usize)?;
        (slot != NONE).then(|| self.plot(slot))
    }

    /// The number of the area that owns the point.
    pub fn owner(&self, point: Vertex) -> Option<u32> {
        let (mut few, mut owner) = (Few::default(), NONE);
        let sure = self.tree.holding(point, !self.has_overlaps, &mut |slot| {
            if few.len == Few::SIZE {
                owner = self.first_owner(&few, point, owner);
                few.len = 0;
            }
            few.starts[few.len] = self.starts[slot as usize];
            few.len += 1;
        });
        if let Some(slot) = sure {
            return Some(self.numbers[slot as usize]);
        }
        few.starts[..few.len].iter().for_each(|start| self.fetch(*start));
        owner = self.first_owner(&few, point, owner);
        (owner != NONE).then_some(owner)
    }

    fn first_owner(&self, few: &Few, point: Vertex, mut owner: u32) -> u32 {
        for start in &few.starts[..few.len] {
            owner = self.settle(*start, point, owner);
        }
        owner
    }

    /// The owner so far and one more plot that may be it. In a partition the first one found is the
    /// only one.
    #[inline]
    fn settle(&self, start: u32, point: Vertex, owner: u32) -> u32 {
        if owner != NONE && !self.has_overlaps {
            return owner;
        }
        let plot = Plot::at(&self.words[start as usize..]);
        if plot.contains(point) { owner.min(plot.number()) } else { owner }
    }

    /// Asks for a plot's memory before it is needed: reading is the only prefetch in safe Rust.
    #[inline]
    fn fetch(&self, start: u32) {
        for line in 0..FETCHED {
            std::hint::black_box(self.words.get(start as usize + line * LINE).copied());
        }
    }

    /// Appends [`Self::owner`] of each point.
    pub fn owners(&self, points: &[Vertex], scratch: &mut Scratch, found: &mut Vec<Option<u32>>) {
        let Scratch { room, doubts, owners } = scratch;
        doubts.clear();
        owners.clear();
        owners.resize(points.len(), NONE);
        self.tree.holding_each(points, !self.has_overlaps, room, &mut |place, slot, is_sure| {
            if is_sure {
                owners[place as usize] = self.numbers[slot as usize];
            } else {
                doubts.push((place, slot));
            }
        });
        doubts.retain(|(place, _)| owners[*place as usize] == NONE);
        for (_, slot) in doubts.iter_mut() {
            *slot = self.starts[*slot as usize];
        }
        for (_, start) in doubts.iter() {
            self.fetch(*start);
        }
        for (place, start) in doubts.iter() {
            let owner = &mut owners[*place as usize];
            *owner = self.settle(*start, points[*place as usize], *owner);
        }
        found.extend(owners.iter().map(|owner| (*owner != NONE).then_some(*owner)));
    }

    /// The areas within a radius, with their distance in metres, in no order.
    pub fn within(&self, eye: &Eye, snapped: Vertex, radius_m: f64) -> Vec<(f64, u32)> {
        let mut slots = Vec::new();
        let around = Bounds::around(eye, radius_m);
        if let Some(slot) = self.tree.meeting(around, !self.has_overlaps, &mut |slot| slots.push(slot)) {
            return vec![(0.0, self.numbers[slot as usize])];
        }
        let reach = eye.reach(radius_m);
        let plots = slots.into_iter().map(|slot| self.plot(slot));
        plots
            .map(|plot| (plot.distance_m(eye, snapped, reach), plot.number()))
            .filter(|(metres, _)| *metres <= radius_m)
            .collect()
    }

    /// The nearest areas whose number is `wanted`, at most `limits` = (count, metres), nearest first.
    pub fn nearest(
        &self,
        eye: &Eye,
        snapped: Vertex,
        limits: (usize, f64),
        wanted: impl Fn(u32) -> bool,
    ) -> Vec<(f64, u32)> {
        let reach = eye.reach(limits.1);
        let measure = |slot| {
            if !wanted(self.numbers[slot as usize]) {
                return None;
            }
            let metres = self.plot(slot).distance_m(eye, snapped, reach);
            (metres <= limits.1).then_some(metres)
        };
        let mut found = self.tree.nearest(eye, limits, measure);
        for (_, slot) in &mut found {
            *slot = self.plot(*slot).number();
        }
        found
    }
}
