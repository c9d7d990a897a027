//! Positions on the ellipsoid, and the whole-number lattice that ownership is decided on.
//!
//! A phone's position is a pair of floating-point degrees. Who owns it must not depend on how a
//! machine rounds, so map and position are both snapped to 1e-7 degree (about 1.1 cm) first.

use geo::{Distance, Geodesic};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Lattice steps to the degree.
pub(super) const STEPS: f64 = 1e7;

/// A position in WGS-84 degrees, longitude first as in GeoJSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Degrees east, −180 to 180.
    pub lon: f64,
    /// Degrees north, −90 to 90.
    pub lat: f64,
}

impl Point {
    /// A position as given, unchecked.
    pub fn new(lon: f64, lat: f64) -> Self {
        Self { lon, lat }
    }

    /// A position, if both numbers are finite and in range.
    pub fn checked(lon: f64, lat: f64) -> Option<Self> {
        let sound = (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat);
        sound.then_some(Self { lon, lat })
    }

    /// Metres along the ellipsoid's surface (Karney's geodesic).
    pub fn distance_m(self, other: Self) -> f64 {
        Geodesic.distance(geo::Point::new(self.lon, self.lat), geo::Point::new(other.lon, other.lat))
    }
}

/// "36.389512, 120.447301": latitude first, as people write it.
impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6}, {:.6}", self.lat, self.lon)
    }
}

/// A position on the lattice, in 1e-7 degree; ordered west to east, then south to north.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Vertex {
    pub x: i32,
    pub y: i32,
}

impl Vertex {
    /// Off the Earth: nobody's.
    pub const NOWHERE: Self = Self { x: i32::MAX, y: i32::MAX };

    /// The lattice position nearest to a point; `None` out of range.
    pub fn snap(point: Point) -> Option<Self> {
        let Point { lon, lat } = Point::checked(point.lon, point.lat)?;
        // Half away from zero, as `round`, which is a call on most processors.
        let step = |degrees: f64| (degrees * STEPS + 0.5_f64.copysign(degrees)) as i32;
        Some(Self { x: step(lon), y: step(lat) })
    }

    pub fn point(self) -> Point {
        Point::new(f64::from(self.x) / STEPS, f64::from(self.y) / STEPS)
    }

    /// Twice the signed area of the triangle: positive where `c` lies left of `self` → `b`.
    pub fn turn(self, b: Self, c: Self) -> i128 {
        let (bx, by) = b.minus(self);
        let (cx, cy) = c.minus(self);
        i128::from(bx) * i128::from(cy) - i128::from(by) * i128::from(cx)
    }

    /// The step from `other` to here.
    pub fn minus(self, other: Self) -> (i64, i64) {
        (i64::from(self.x) - i64::from(other.x), i64::from(self.y) - i64::from(other.y))
    }
}
