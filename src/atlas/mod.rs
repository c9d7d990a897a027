//! The map (being drawn in a branch of its own; these are the types that others name).
use serde::{Deserialize, Serialize};

/// WGS-84 degrees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Longitude.
    pub lon: f64,
    /// Latitude.
    pub lat: f64,
}
impl Point {
    /// A point.
    pub fn new(lon: f64, lat: f64) -> Self {
        Self { lon, lat }
    }
    /// Metres to another point.
    pub fn distance_m(self, other: Self) -> f64 {
        let (dx, dy) = (
            (self.lon - other.lon) * 111_320.0 * self.lat.to_radians().cos(),
            (self.lat - other.lat) * 110_950.0,
        );
        dx.hypot(dy)
    }
}
/// A datum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Datum {
    /// WGS-84.
    #[default]
    Wgs84,
    /// CGCS2000.
    Cgcs2000,
    /// GCJ-02.
    Gcj02,
    /// BD-09.
    Bd09,
}
impl Datum {
    /// Converted.
    pub fn to_wgs84(self, lon: f64, lat: f64) -> Point {
        Point { lon, lat }
    }
}
/// What the map says of a point.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Located {
    /// Its grid.
    pub grid: Option<String>,
    /// Its community.
    pub community: Option<String>,
    /// Its subdistrict.
    pub subdistrict: Option<String>,
    /// Its district.
    pub district: Option<String>,
    /// Its building group.
    pub building_group: Option<String>,
    /// Its unit grid.
    pub unit_grid: Option<String>,
    /// Metres to the nearest edge of the grid.
    pub edge_m: Option<f64>,
    /// Other grids within the accuracy.
    pub candidates: Vec<Candidate>,
    /// Whose desk takes it when no grid owns it.
    pub desk: Option<String>,
}
/// A neighbour within the accuracy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Metres to its edge.
    pub distance_m: f64,
}
