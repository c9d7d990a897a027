//! Metres near a place: the ellipsoid is flat enough there for two factors.
//!
//! One degree north is M·π/180 metres, one degree east N·cos φ·π/180, with the meridian and
//! prime-vertical radii M and N of WGS-84. Within a kilometre this is good to a millimetre.

use super::point::{Point, STEPS, Vertex};

const SEMI_MAJOR_M: f64 = 6_378_137.0;
const ECCENTRICITY_2: f64 = 0.006_694_379_990_141_317;

/// Metres a lattice step, east and north, at one latitude.
#[derive(Clone, Copy, Debug)]
pub(super) struct Metre {
    pub east: f64,
    pub north: f64,
}

impl Metre {
    /// The factors at a latitude in degrees.
    pub fn at(lat: f64) -> Self {
        let phi = lat.to_radians();
        let w2 = 1.0 - ECCENTRICITY_2 * phi.sin().powi(2);
        let prime_vertical = SEMI_MAJOR_M / w2.sqrt();
        let meridian = SEMI_MAJOR_M * (1.0 - ECCENTRICITY_2) / (w2 * w2.sqrt());
        let step = (1.0 / STEPS).to_radians();
        Self { east: prime_vertical * phi.cos() * step, north: meridian * step }
    }

    /// The length of a step of (east, north) lattice units, in metres.
    pub fn length(self, (east, north): (f64, f64)) -> f64 {
        (east * self.east).hypot(north * self.north)
    }
}

/// The eye of a distance search: a point that is not snapped, so that its own metres are kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Eye {
    x: f64,
    y: f64,
    metre: Metre,
}

impl Eye {
    pub fn at(point: Point) -> Self {
        Self { x: point.lon * STEPS, y: point.lat * STEPS, metre: Metre::at(point.lat) }
    }

    /// The step from here to the nearest point of the edge, in lattice units.
    pub fn step_to_edge(&self, a: Vertex, b: Vertex) -> (f64, f64) {
        let (ax, ay) = (f64::from(a.x) - self.x, f64::from(a.y) - self.y);
        let (dx, dy) = (f64::from(b.x) - f64::from(a.x), f64::from(b.y) - f64::from(a.y));
        let (east2, north2) = (self.metre.east.powi(2), self.metre.north.powi(2));
        let length2 = dx * dx * east2 + dy * dy * north2;
        if length2 == 0.0 {
            return (ax, ay);
        }
        let along = (-(ax * dx * east2 + ay * dy * north2) / length2).clamp(0.0, 1.0);
        (ax + along * dx, ay + along * dy)
    }

    /// Quick comparable length of a step, in metres.
    pub fn rough(&self, step: (f64, f64)) -> f64 {
        self.metre.length(step)
    }

    /// Metres of a step, with the factors of its middle latitude.
    pub fn exact(&self, step: (f64, f64)) -> f64 {
        Metre::at((self.y + step.1 / 2.0) / STEPS).length(step)
    }

    /// Lattice units that certainly reach `radius_m`, east and north.
    pub fn reach(&self, radius_m: f64) -> (f64, f64) {
        let north = radius_m / self.metre.north;
        let far = ((self.y.abs() + north) / STEPS).min(89.9);
        (radius_m / Metre::at(far).east + 1.0, north * 1.01 + 1.0)
    }

    /// Where the eye stands, in lattice units.
    pub fn position(&self) -> (f64, f64) {
        (self.x, self.y)
    }
}
