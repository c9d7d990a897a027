//! The other ways to the same answer that a Rust program has at hand.

use crate::town::{Place, Town, point};
use geo::{Contains, Coord, LineString, MultiPolygon, Polygon};
use rstar::{
    AABB, RTree,
    primitives::{GeomWithData, Rectangle},
};
use static_aabb2d_index::{StaticAABB2DIndex, StaticAABB2DIndexBuilder};
use whistle::atlas::Point;

/// `geo::MultiPolygon`s, a bulk-loaded R-tree over their boxes, and `Contains`.
pub struct RstarGeo {
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>,
    ground: Vec<MultiPolygon<f64>>,
}

impl RstarGeo {
    pub fn of(town: &Town) -> Self {
        let coord = |place: &Place| {
            let Point { lon, lat } = point(*place);
            Coord { x: lon, y: lat }
        };
        let line = |ring: &Vec<Place>| LineString::new(ring.iter().chain(ring.first()).map(coord).collect());
        let polygon = |rings: Vec<Vec<Place>>| {
            let mut lines = rings.iter().map(line);
            let shell = lines.next().unwrap_or_else(|| LineString::new(Vec::new()));
            MultiPolygon(vec![Polygon::new(shell, lines.collect())])
        };
        let mut boxes = Vec::new();
        let mut ground = Vec::new();
        for (grid, at) in town.grids().zip(0..) {
            let bounds = Bounds::of(&grid.rings[0]);
            let corner = |place| [point(place).lon, point(place).lat];
            boxes.push(GeomWithData::new(
                Rectangle::from_corners(corner(bounds.low), corner(bounds.high)),
                at,
            ));
            ground.push(polygon(grid.rings));
        }
        Self { tree: RTree::bulk_load(boxes), ground }
    }

    pub fn owner(&self, p: Point) -> Option<u32> {
        let place = geo::Point::new(p.lon, p.lat);
        let boxes = self.tree.locate_in_envelope_intersecting(&AABB::from_point([p.lon, p.lat]));
        boxes.map(|found| found.data).find(|at| self.ground[*at as usize].contains(&place))
    }
}

/// A packed Hilbert R-tree over `i32` boxes, and the same exact test on rings of `i32`.
pub struct PackedHilbert {
    tree: StaticAABB2DIndex<i32>,
    rings: Vec<Vec<Vec<(i32, i32)>>>,
}

impl PackedHilbert {
    pub fn of(town: &Town) -> Self {
        let rings: Vec<Vec<Vec<Place>>> = town.grids().map(|grid| grid.rings).collect();
        let mut builder = StaticAABB2DIndexBuilder::new(rings.len());
        for rings in &rings {
            let Bounds { low, high } = Bounds::of(&rings[0]);
            builder.add(low.0 as i32, low.1 as i32, high.0 as i32, high.1 as i32);
        }
        let narrow = |ring: &Vec<Place>| ring.iter().map(|(x, y)| (*x as i32, *y as i32)).collect();
        let rings = rings.iter().map(|rings| rings.iter().map(narrow).collect()).collect();
        Self { tree: builder.build().expect("as many boxes as announced"), rings }
    }

    pub fn owner(&self, p: Point, stack: &mut Vec<usize>) -> Option<u32> {
        let at = ((p.lon * 1e7).round() as i32, (p.lat * 1e7).round() as i32);
        let mut owner = None;
        let mut visit = |found: usize| {
            if self.rings[found].iter().fold(false, |inside, ring| inside ^ holds(ring, at)) {
                owner = Some(found as u32);
            }
        };
        self.tree.visit_query_with_stack(at.0, at.1, at.0, at.1, &mut visit, stack);
        owner
    }
}

fn holds(ring: &[(i32, i32)], (x, y): (i32, i32)) -> bool {
    let mut inside = false;
    let seen = |(a, b): (i32, i32)| (i64::from(a) - i64::from(x), i64::from(b) - i64::from(y));
    let Some(last) = ring.last() else { return false };
    let mut a = seen(*last);
    for corner in ring {
        let b = seen(*corner);
        if (a.1 > 0) != (b.1 > 0) {
            let turn = a.0 * b.1 - a.1 * b.0;
            inside ^= if b.1 > 0 { turn > 0 } else { turn < 0 };
        }
        a = b;
    }
    inside
}

/// Corner to corner.
pub struct Bounds {
    pub low: Place,
    pub high: Place,
}

impl Bounds {
    pub fn of(ring: &[Place]) -> Self {
        let start = Self { low: (i64::MAX, i64::MAX), high: (i64::MIN, i64::MIN) };
        ring.iter().fold(start, |Self { low, high }, (x, y)| Self {
            low: (low.0.min(*x), low.1.min(*y)),
            high: (high.0.max(*x), high.1.max(*y)),
        })
    }
}
