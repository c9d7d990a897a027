//! Ground as rings over one table of vertices.
//!
//! Every vertex lies on the lattice of 1e-7 degrees and exists once, so neighbours share a border by
//! naming the same vertices, and areas and crossings are counted in whole numbers without rounding.

/// Where the plane of metres touches the globe: the old town of Jimo.
pub const ORIGIN: (f64, f64) = (120.45, 36.39);
const LATTICE: f64 = 1e7;
const METRES_PER_LAT: f64 = 110_958.0;
const METRES_PER_LON: f64 = 89_740.0;

/// A vertex in steps of 1e-7 degrees (lon, lat).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vertex {
    pub lon: i64,
    pub lat: i64,
}

impl Vertex {
    /// The lattice vertex nearest to a place in degrees.
    pub fn at_degrees(lon: f64, lat: f64) -> Self {
        Self { lon: (lon * LATTICE).round() as i64, lat: (lat * LATTICE).round() as i64 }
    }

    /// The lattice vertex nearest to a place in metres from [`ORIGIN`].
    pub fn at_metres(x: f64, y: f64) -> Self {
        Self::at_degrees(ORIGIN.0 + x / METRES_PER_LON, ORIGIN.1 + y / METRES_PER_LAT)
    }

    /// Metres east and north of [`ORIGIN`]; good to a few parts in a thousand over the district.
    pub fn metres(self) -> (f64, f64) {
        let (lon, lat) = self.degrees();
        ((lon - ORIGIN.0) * METRES_PER_LON, (lat - ORIGIN.1) * METRES_PER_LAT)
    }

    /// Degrees (lon, lat).
    pub fn degrees(self) -> (f64, f64) {
        (self.lon as f64 / LATTICE, self.lat as f64 / LATTICE)
    }
}

/// A closed outline, counter-clockwise, the first vertex not repeated.
pub type Ring = Vec<Vertex>;

/// The edges of a ring, each in the ring's direction.
pub fn edges(ring: &[Vertex]) -> impl Iterator<Item = (Vertex, Vertex)> + '_ {
    let following = ring.iter().cycle().skip(1);
    ring.iter().copied().zip(following.copied())
}

/// Twice the area in lattice units, exact; positive for a counter-clockwise ring.
pub fn doubled_area(ring: &[Vertex]) -> i128 {
    edges(ring)
        .map(|(a, b)| i128::from(a.lon) * i128::from(b.lat) - i128::from(b.lon) * i128::from(a.lat))
        .sum()
}

/// Area in square kilometres.
pub fn square_kilometres(ring: &[Vertex]) -> f64 {
    let square_degrees = doubled_area(ring) as f64 / 2.0 / LATTICE / LATTICE;
    square_degrees * METRES_PER_LON * METRES_PER_LAT / 1e6
}

/// On which side of the line `a → b` the vertex `c` lies: 1 left, -1 right, 0 on it.
fn side(a: Vertex, b: Vertex, c: Vertex) -> i64 {
    ((b.lon - a.lon) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lon - a.lon)).signum()
}

/// Whether two segments have a point in common.
pub fn meet(one: (Vertex, Vertex), other: (Vertex, Vertex)) -> bool {
    let sides = |line: (Vertex, Vertex), ends: (Vertex, Vertex)| {
        (side(line.0, line.1, ends.0), side(line.0, line.1, ends.1))
    };
    let (theirs, ours) = (sides(one, other), sides(other, one));
    if theirs.0 * theirs.1 < 0 && ours.0 * ours.1 < 0 {
        return true;
    }
    (theirs.0 == 0 && in_box(one, other.0))
        || (theirs.1 == 0 && in_box(one, other.1))
        || (ours.0 == 0 && in_box(other, one.0))
        || (ours.1 == 0 && in_box(other, one.1))
}

fn in_box((a, b): (Vertex, Vertex), p: Vertex) -> bool {
    let within = |low: i64, high: i64, x: i64| low.min(high) <= x && x <= low.max(high);
    within(a.lon, b.lon, p.lon) && within(a.lat, b.lat, p.lat)
}

/// Whether the vertex lies strictly inside the ring (even-odd rule).
pub fn contains(ring: &[Vertex], p: Vertex) -> bool {
    let crossings = edges(ring)
        .filter(|(a, b)| (a.lat > p.lat) != (b.lat > p.lat))
        .filter(|(a, b)| side(*a, *b, p) == if b.lat > a.lat { 1 } else { -1 })
        .count();
    crossings % 2 == 1
}

/// Metres from a vertex to a segment.
pub fn distance(p: Vertex, (a, b): (Vertex, Vertex)) -> f64 {
    let ((px, py), (ax, ay), (bx, by)) = (p.metres(), a.metres(), b.metres());
    let (dx, dy) = (bx - ax, by - ay);
    let along = ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy).max(f64::MIN_POSITIVE);
    let t = along.clamp(0.0, 1.0);
    (px - ax - t * dx).hypot(py - ay - t * dy)
}

/// The mean of a ring's vertices in metres: only for order and direction, it may lie outside.
pub fn middle(ring: &[Vertex]) -> (f64, f64) {
    let n = ring.len() as f64;
    let sum = ring.iter().fold((0.0, 0.0), |(x, y), v| {
        let (vx, vy) = v.metres();
        (x + vx, y + vy)
    });
    (sum.0 / n, sum.1 / n)
}

/// A vertex that is certainly inside: the middle of the widest span at the ring's mean height.
pub fn inner_vertex(ring: &[Vertex]) -> Vertex {
    // Half a step off the lattice, so that no vertex lies on the scanning line.
    let lat = ring.iter().map(|v| v.lat).sum::<i64>() / ring.len() as i64;
    let height = lat as f64 + 0.5;
    let mut lons: Vec<f64> = edges(ring)
        .filter(|(a, b)| (a.lat as f64 > height) != (b.lat as f64 > height))
        .map(|(a, b)| {
            let t = (height - a.lat as f64) / (b.lat - a.lat) as f64;
            a.lon as f64 + t * (b.lon - a.lon) as f64
        })
        .collect();
    lons.sort_by(f64::total_cmp);
    let widest = lons
        .chunks_exact(2)
        .max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])))
        .map_or(ring[0].lon as f64, |span| f64::midpoint(span[0], span[1]));
    Vertex { lon: widest.round() as i64, lat }
}
