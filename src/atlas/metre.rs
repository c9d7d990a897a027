//! Metres near a place: the ellipsoid is flat enough there for two factors.
//!
//! One degree north is M·π/180 metres, one degree east N·cos φ·π/180, with the meridian and
//! prime-vertical radii M and N of WGS-84. Within a kilometre this is good to a millimetre.

use super::point::{Point, STEPS, Vertex};
use super::shape::Bounds;

const SEMI_MAJOR_M: f64 = 6_378_137.0;
const ECCENTRICITY_2: f64 = 0.006_694_379_990_141_317;

/// Within this two factors are good to a millimetre.
const FLAT_M: f64 = 1_000.0;

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

    /// Metres of a step: with the factors of its middle latitude, or along the geodesic where it is
    /// too long for them.
    pub fn exact(&self, step: (f64, f64)) -> f64 {
        let metres = Metre::at((self.y + step.1 / 2.0) / STEPS).length(step);
        if metres < FLAT_M {
            return metres;
        }
        let at = |(x, y): (f64, f64)| Point::new(x / STEPS, y / STEPS);
        at((self.x, self.y)).distance_m(at((self.x + step.0, self.y + step.1)))
    }

    /// Metres to a position.
    pub fn metres_to(&self, point: Point) -> f64 {
        self.exact((point.lon * STEPS - self.x, point.lat * STEPS - self.y))
    }

    /// Lattice units that certainly reach `radius_m`, east and north.
    pub fn reach(&self, radius_m: f64) -> Reach {
        let north = radius_m / self.metre.north;
        let far = ((self.y.abs() + north) / STEPS).min(89.9);
        Reach { east: radius_m / Metre::at(far).east + 1.0, north: north * 1.01 + 1.0 }
    }

    /// Metres that anything in the box is certainly away.
    pub fn at_least_m(&self, b: &Bounds) -> f64 {
        // A step less: the box may be of a position that was snapped.
        let beyond =
            |at: f64, low: i32, high: i32| ((f64::from(low) - at).max(at - f64::from(high)) - 1.0).max(0.0);
        let (east, north) = (beyond(self.x, b.west, b.east), beyond(self.y, b.south, b.north));
        let polewards = f64::from(b.south).abs().max(f64::from(b.north).abs()).max(self.y.abs());
        let metre = Metre { east: Metre::at((polewards / STEPS).min(90.0)).east, north: LEAST_NORTH };
        metre.length((east, north)) * SHORTER
    }

    /// A search for the nearest edge within a reach.
    pub fn search(&self, reach: Reach) -> Nearest<'_> {
        Nearest { eye: self, reach, rough: f64::INFINITY, step: None }
    }

    /// Where the eye stands, in lattice units.
    pub fn position(&self) -> (f64, f64) {
        (self.x, self.y)
    }
}

/// The least metres of a lattice step north, at the equator: 110,574 to the degree.
const LEAST_NORTH: f64 = 0.011_057;
/// The shortest way may bend polewards, out of the latitudes of its ends; over a thousand kilometres
/// in the latitudes of China by less than this.
const SHORTER: f64 = 0.97;

/// How far to look, in lattice units.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    pub east: f64,
    pub north: f64,
}

impl Reach {
    /// Everything.
    pub const WORLD: Self = Self { east: f64::INFINITY, north: f64::INFINITY };
}

/// The nearest edge so far. Edges that are farther in one direction alone are passed over.
pub(super) struct Nearest<'a> {
    eye: &'a Eye,
    reach: Reach,
    rough: f64,
    step: Option<(f64, f64)>,
}

impl Nearest<'_> {
    #[inline]
    pub fn try_edge(&mut self, a: Vertex, b: Vertex) {
        let (ax, ay) = (f64::from(a.x) - self.eye.x, f64::from(a.y) - self.eye.y);
        let (bx, by) = (f64::from(b.x) - self.eye.x, f64::from(b.y) - self.eye.y);
        let Reach { east, north } = self.reach;
        if ax.min(bx) > east || ax.max(bx) < -east || ay.min(by) > north || ay.max(by) < -north {
            return;
        }
        let step = self.eye.step_to_edge(a, b);
        let rough = self.eye.rough(step);
        if rough < self.rough {
            (self.rough, self.step) = (rough, Some(step));
            let Metre { east, north } = self.eye.metre;
            // A step more, so that rounding passes nothing over.
            let (nearer_east, nearer_north) = (rough / east + 1.0, rough / north + 1.0);
            self.reach.east = self.reach.east.min(nearer_east);
            self.reach.north = self.reach.north.min(nearer_north);
        }
    }

    /// Infinite where no edge was within the reach.
    pub fn metres(&self) -> f64 {
        self.step.map_or(f64::INFINITY, |step| self.eye.exact(step))
    }
}
