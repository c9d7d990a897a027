//! Positions in China come in four datums; the house keeps WGS-84.
//!
//! Telegram and GNSS give WGS-84, and CGCS2000 differs from it by centimetres. WeChat, WeCom, Amap and
//! Tencent give GCJ-02, which bends positions by some 300 to 700 m by a formula that leaked in 2010
//! (`transform` of `EvilTransform`, since repeated in every map library); Baidu's BD-09 bends GCJ-02
//! again. Both bend the mainland only, see `mainland`. The formulas have no closed inverse: it is
//! found by iteration, to far below a millimetre.

use super::mainland;
use super::point::Point;
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;
use std::{fmt, str::FromStr};

/// The datum that a position is given in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Datum {
    /// GNSS, Telegram, GeoJSON.
    #[default]
    Wgs84,
    /// China's survey datum; equal to WGS-84 here.
    Cgcs2000,
    /// Amap, Tencent, WeChat, WeCom.
    Gcj02,
    /// Baidu.
    Bd09,
}

impl Datum {
    /// Every datum.
    pub const ALL: [Self; 4] = [Self::Wgs84, Self::Cgcs2000, Self::Gcj02, Self::Bd09];

    /// The position in WGS-84; outside the mainland the numbers as they came.
    pub fn to_wgs84(self, lon: f64, lat: f64) -> Point {
        let bend = match self {
            Self::Wgs84 | Self::Cgcs2000 => return Point::new(lon, lat),
            Self::Gcj02 => bend_gcj02,
            Self::Bd09 => bend_bd09,
        };
        let point = unbend(bend, (lon, lat));
        if mainland::contains(point) { point } else { Point::new(lon, lat) }
    }

    /// Longitude and latitude in this datum; outside the mainland unchanged.
    pub fn from_wgs84(self, point: Point) -> (f64, f64) {
        let given = (point.lon, point.lat);
        match self {
            Self::Gcj02 if mainland::contains(point) => bend_gcj02(given),
            Self::Bd09 if mainland::contains(point) => bend_bd09(given),
            _ => given,
        }
    }

    /// The word in files and settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wgs84 => "wgs84",
            Self::Cgcs2000 => "cgcs2000",
            Self::Gcj02 => "gcj02",
            Self::Bd09 => "bd09",
        }
    }
}

impl fmt::Display for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no datum.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown datum \"{0}\"; known are wgs84, cgcs2000, gcj02, bd09")]
pub struct UnknownDatum(pub String);

impl FromStr for Datum {
    type Err = UnknownDatum;

    fn from_str(word: &str) -> Result<Self, UnknownDatum> {
        let known = Self::ALL.into_iter().find(|datum| datum.as_str().eq_ignore_ascii_case(word));
        known.ok_or_else(|| UnknownDatum(word.into()))
    }
}

type LonLat = (f64, f64);

/// Semi-major axis and squared eccentricity of Krasovsky 1940, on which GCJ-02 is built.
const AXIS_M: f64 = 6_378_245.0;
const ECCENTRICITY_2: f64 = 0.006_693_421_622_965_943;

/// WGS-84 → GCJ-02, wherever.
fn bend_gcj02((lon, lat): LonLat) -> LonLat {
    let (east_m, north_m) = sway(lon - 105.0, lat - 35.0);
    let phi = lat.to_radians();
    let w2 = 1.0 - ECCENTRICITY_2 * phi.sin().powi(2);
    let meridian = AXIS_M * (1.0 - ECCENTRICITY_2) / (w2 * w2.sqrt());
    let parallel = AXIS_M / w2.sqrt() * phi.cos();
    (lon + (east_m / parallel).to_degrees(), lat + (north_m / meridian).to_degrees())
}

/// Metres that GCJ-02 moves a position, east and north; `x` and `y` in degrees from (105 E, 35 N).
fn sway(x: f64, y: f64) -> (f64, f64) {
    let ripple = 20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin();
    let wave = |at: f64, [short, middle, long, longest]: [f64; 4]| {
        let small = 20.0 * (at * PI).sin() + short * (at / 3.0 * PI).sin();
        small + middle * (at / 12.0 * PI).sin() + long * (at / longest * PI).sin()
    };
    let east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * x.abs().sqrt();
    let north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * x.abs().sqrt();
    let east_waves = ripple + wave(x, [40.0, 150.0, 300.0, 30.0]);
    let north_waves = ripple + wave(y, [40.0, 160.0, 320.0, 30.0]);
    (east + east_waves * 2.0 / 3.0, north + north_waves * 2.0 / 3.0)
}

/// WGS-84 → BD-09, wherever: GCJ-02 turned and stretched a little more.
fn bend_bd09(given: LonLat) -> LonLat {
    let (x, y) = bend_gcj02(given);
    let turns = PI * 3000.0 / 180.0;
    let radius = x.hypot(y) + 0.000_02 * (y * turns).sin();
    let angle = y.atan2(x) + 0.000_003 * (x * turns).cos();
    (radius * angle.cos() + 0.0065, radius * angle.sin() + 0.006)
}

/// Where `bend` leads to `target` from. A bend changes by under 1 % of the way, so each round gains two
/// digits or more: ten are plenty.
fn unbend(bend: fn(LonLat) -> LonLat, target: LonLat) -> Point {
    let (mut lon, mut lat) = target;
    for _ in 0..10 {
        let (x, y) = bend((lon, lat));
        (lon, lat) = (lon + target.0 - x, lat + target.1 - y);
    }
    Point::new(lon, lat)
}
