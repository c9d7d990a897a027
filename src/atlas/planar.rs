//! The lattice as `geo` sees it: for checks and labels, never for ownership.

use super::draft::Draft;
use super::metre::Metre;
use super::point::{Point, Vertex};
use super::shape::Part;
use geo::{Area, Coord, LineString, MultiPolygon, Polygon};

/// Parts in lattice steps. The numbers are whole and small enough to be exact.
pub(super) fn polygons<'a>(parts: impl Iterator<Item = Vec<&'a [Vertex]>>) -> MultiPolygon<f64> {
    let in_steps = |v: &Vertex| Coord { x: f64::from(v.x), y: f64::from(v.y) };
    MultiPolygon(parts.map(|part| polygon(part.iter().map(|ring| line(ring, in_steps)))).collect())
}

/// Metres east and north of a place, for areas of a few kilometres.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plane {
    origin: Vertex,
    metre: Metre,
}

impl Plane {
    pub fn at(origin: Vertex) -> Self {
        Self { origin, metre: Metre::at(origin.point().lat) }
    }

    /// The plane at an area's first vertex; `None` without ground.
    pub fn of(draft: &Draft) -> Option<Self> {
        draft.rings().flatten().next().copied().map(Self::at)
    }

    pub fn ground(&self, parts: &[Part]) -> MultiPolygon<f64> {
        MultiPolygon(parts.iter().map(|part| polygon(part.iter().map(|ring| self.line(ring)))).collect())
    }

    pub fn polygon(&self, ring: &[Vertex]) -> Polygon<f64> {
        Polygon::new(self.line(ring), Vec::new())
    }

    /// A place of the plane as a position.
    pub fn point(&self, place: geo::Point<f64>) -> Point {
        let origin = self.origin.point();
        let step = Point::new(place.x() / self.metre.east, place.y() / self.metre.north);
        Point::new(origin.lon + step.lon / super::point::STEPS, origin.lat + step.lat / super::point::STEPS)
    }

    fn line(&self, ring: &[Vertex]) -> LineString<f64> {
        line(ring, |v| {
            let (east, north) = v.minus(self.origin);
            Coord { x: east as f64 * self.metre.east, y: north as f64 * self.metre.north }
        })
    }
}

fn line(ring: &[Vertex], place: impl Fn(&Vertex) -> Coord<f64>) -> LineString<f64> {
    ring.iter().map(place).collect()
}

fn polygon(mut rings: impl Iterator<Item = LineString<f64>>) -> Polygon<f64> {
    let shell = rings.next().unwrap_or_else(|| LineString::new(Vec::new()));
    Polygon::new(shell, rings.collect())
}

/// Ground of this many m² or more that is not a mere sliver is worth a person's look.
const TOLERANCE_M2: f64 = 1.0;
/// Thinner than this on average is a sliver: two hands that drew one line.
const SLIVER_M: f64 = 0.1;

/// Whether a piece of ground is large and thick enough to matter.
pub(super) fn matters(piece: &Polygon<f64>) -> bool {
    let area_m2 = piece.unsigned_area();
    let lines = std::iter::once(piece.exterior()).chain(piece.interiors()).flat_map(LineString::lines);
    let around_m: f64 = lines.map(|line| line.dx().hypot(line.dy())).sum();
    area_m2 >= TOLERANCE_M2 && 2.0 * area_m2 >= SLIVER_M * around_m
}
