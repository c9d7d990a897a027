//! Brute force: every grid whose box holds the point is tried, by counting the edges north of the point
//! after the lattice was blown up until the nudge of (ε, ε²) is a whole number. It shares no line with
//! what it judges.

use crate::rivals::Bounds;
use crate::town::{Place, Town, hash, point};
use std::collections::HashMap;
use whistle::atlas::{AreaLevel, Edition, Point};

/// Side of a bucket in 1e-7 degree.
const BUCKET: i64 = 300_000;
const EPSILON: i128 = 1 << 20;

pub struct Oracle {
    grids: Vec<(String, Vec<Vec<Place>>)>,
    buckets: HashMap<Place, Vec<u32>>,
}

fn bucket((x, y): Place) -> Place {
    (x.div_euclid(BUCKET), y.div_euclid(BUCKET))
}

impl Oracle {
    pub fn of(town: &Town) -> Self {
        let grids: Vec<_> = town.grids().map(|grid| (grid.code, grid.rings)).collect();
        let mut buckets: HashMap<Place, Vec<u32>> = HashMap::new();
        for ((_, rings), at) in grids.iter().zip(0..) {
            let Bounds { low, high } = Bounds::of(&rings[0]);
            let (low, high) = (bucket(low), bucket(high));
            for x in low.0..=high.0 {
                for y in low.1..=high.1 {
                    buckets.entry((x, y)).or_default().push(at);
                }
            }
        }
        Self { grids, buckets }
    }

    fn owners(&self, place: Place) -> Vec<&str> {
        let near = self.buckets.get(&bucket(place)).into_iter().flatten();
        let grids = near.map(|at| &self.grids[*at as usize]);
        grids.filter(|(_, rings)| holds(rings, place)).map(|(code, _)| code.as_str()).collect()
    }

    /// Corners, middles of edges, their neighbours on the lattice, and places all over.
    pub fn places(&self, town: &Town, count: usize) -> Vec<Place> {
        let hard = (0..count as u64 * 3 / 4).map(|seed| {
            let rings = &self.grids[(hash(seed) % self.grids.len() as u64) as usize].1;
            let ring = &rings[(hash(seed ^ 1 << 50) % rings.len() as u64) as usize];
            let at = (hash(seed ^ 1 << 51) % ring.len() as u64) as usize;
            let (a, b) = (ring[at], ring[(at + 1) % ring.len()]);
            match seed % 3 {
                0 => a,
                1 => (i64::midpoint(a.0, b.0), i64::midpoint(a.1, b.1)),
                _ => (a.0 + (hash(seed ^ 2) % 3) as i64 - 1, a.1 + (hash(seed ^ 3) % 3) as i64 - 1),
            }
        });
        let mut places: Vec<Place> = hard.collect();
        places.extend(town.places(count - places.len(), 11));
        places
    }

    /// How many places have the same owner by both, and how many of them have exactly one.
    pub fn agreement(&self, edition: &Edition, places: &[Place]) -> (usize, usize) {
        let points: Vec<Point> = places.iter().copied().map(point).collect();
        let numbers = edition.owner_numbers(AreaLevel::Grid, &points);
        let (mut same, mut one) = (0, 0);
        for ((place, point), number) in places.iter().zip(&points).zip(numbers) {
            let owners = self.owners(*place);
            let single = edition.owner_number(AreaLevel::Grid, *point);
            let code = number.map(|number| edition.numbered(number).code);
            let is_same = owners.len() <= 1 && code == owners.first().copied() && single == number;
            same += usize::from(is_same);
            one += usize::from(owners.len() == 1);
        }
        (same, one)
    }
}

fn holds(rings: &[Vec<Place>], (px, py): Place) -> bool {
    let blown = |v: i64| i128::from(v) * EPSILON * EPSILON;
    let (x, y) = (blown(px) + EPSILON, blown(py) + 1);
    let mut inside = false;
    for ring in rings {
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            let [(ax, ay), (bx, by)] = [a, b].map(|(x, y)| (blown(*x), blown(*y)));
            if (ax > x) != (bx > x) {
                let side = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
                inside ^= (side < 0) == (bx > ax);
            }
        }
    }
    inside
}
