//! The nearest of many places: service stations, people on duty, desks.

use super::index::Index;
use super::metre::Eye;
use super::point::{Point, Vertex};

/// Places that are known by their position in a list.
#[derive(Clone, Debug, Default)]
pub struct Places {
    index: Index,
    points: Vec<Point>,
}

impl Places {
    /// Packs places; a position off the Earth is never near.
    pub fn new(points: impl IntoIterator<Item = Point>) -> Self {
        let points: Vec<Point> = points.into_iter().collect();
        let on_earth = points.iter().zip(0..).filter_map(|(p, at)| Some((Vertex::snap(*p)?.into(), at)));
        Self { index: Index::build(on_earth), points }
    }

    /// The `count` nearest, at most `within_m` metres away: place in the list and metres, nearest first.
    pub fn nearest(&self, point: Point, count: usize, within_m: f64) -> Vec<(usize, f64)> {
        let Some(point) = Point::checked(point.lon, point.lat) else {
            return Vec::new();
        };
        let eye = Eye::at(point);
        let metres = |at: u32| Some(eye.metres_to(self.points[at as usize]));
        let found = self.index.nearest(&eye, (count, within_m), metres);
        found.into_iter().map(|(metres, at)| (at as usize, metres)).collect()
    }
}
