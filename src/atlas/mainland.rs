//! Where GCJ-02 and BD-09 bend positions: mainland China, without Hong Kong, Macao and Taiwan.
//!
//! No boundary is published. Libraries that test one rectangle bend Seoul, Hong Kong and Taipei as
//! well. This outline is coarse and leans outwards along the land border: a district of the mainland
//! must never fall out of it, while a few kilometres too many abroad hurt nobody here.

use super::point::Point;

/// Whether positions are bent here.
pub(super) fn contains(point: Point) -> bool {
    let Point { lon, lat } = point;
    let is_within = |&(south, north, west, east): &(f64, f64, f64, f64)| {
        (south..north).contains(&lat) && (west..east).contains(&lon)
    };
    BANDS.iter().any(is_within) && !encloses(&HONG_KONG, point) && !encloses(&MACAO, point)
}

/// (south, north, west, east) in degrees, from the south up.
const BANDS: [(f64, f64, f64, f64); 37] = [
    (17.8, 20.3, 108.2, 111.8),
    (20.2, 21.5, 108.0, 117.2),
    (21.1, 21.5, 101.0, 101.9),
    (21.4, 22.4, 98.9, 102.0),
    (21.5, 22.4, 106.5, 117.4),
    (22.4, 23.0, 99.1, 118.0),
    (23.0, 23.9, 97.4, 118.7),
    (23.9, 25.0, 97.4, 119.9),
    (25.0, 25.4, 97.6, 119.9),
    (25.4, 27.0, 97.9, 120.9),
    (27.0, 27.75, 88.6, 122.0),
    (27.75, 28.0, 85.8, 122.0),
    (28.0, 28.4, 85.0, 122.7),
    (28.4, 29.0, 83.9, 123.0),
    (29.0, 29.5, 82.9, 123.0),
    (29.5, 30.3, 80.8, 123.3),
    (30.3, 31.0, 79.3, 123.3),
    (31.0, 34.4, 78.3, 123.3),
    (34.4, 36.0, 75.8, 123.3),
    (36.0, 36.9, 74.4, 123.3),
    (36.9, 39.5, 73.4, 124.2),
    (39.5, 40.5, 73.4, 124.7),
    (40.5, 41.3, 73.7, 126.9),
    (41.3, 42.0, 76.8, 128.5),
    (42.0, 42.9, 79.8, 130.9),
    (42.9, 43.6, 79.9, 96.6),
    (42.9, 43.6, 109.8, 131.4),
    (43.6, 45.3, 79.9, 95.9),
    (43.6, 45.2, 110.8, 131.7),
    (45.0, 47.3, 82.0, 91.2),
    (45.0, 46.4, 113.6, 133.7),
    (46.4, 47.6, 116.9, 134.9),
    (47.3, 49.3, 85.2, 91.2),
    (47.6, 48.6, 115.4, 135.1),
    (48.6, 49.7, 115.6, 131.3),
    (49.7, 50.5, 116.6, 128.1),
    (50.5, 53.7, 119.0, 127.4),
];

/// Along the Shenzhen River and the middle of the bays.
const HONG_KONG: [(f64, f64); 14] = [
    (113.82, 22.13),
    (113.82, 22.21),
    (113.87, 22.42),
    (113.94, 22.47),
    (114.03, 22.505),
    (114.066, 22.515),
    (114.113, 22.531),
    (114.155, 22.555),
    (114.225, 22.549),
    (114.30, 22.56),
    (114.45, 22.56),
    (114.45, 22.44),
    (114.51, 22.44),
    (114.51, 22.13),
];

const MACAO: [(f64, f64); 7] = [
    (113.529, 22.2135),
    (113.55, 22.2165),
    (113.61, 22.2165),
    (113.61, 22.105),
    (113.545, 22.105),
    (113.547, 22.16),
    (113.531, 22.185),
];

/// Whether the outline of (lon, lat) corners encloses the point.
fn encloses(outline: &[(f64, f64)], point: Point) -> bool {
    let edges = outline.iter().zip(outline.iter().cycle().skip(1));
    let passes_east = |&(a, b): &(&(f64, f64), &(f64, f64))| {
        (a.1 > point.lat) != (b.1 > point.lat)
            && a.0 + (point.lat - a.1) / (b.1 - a.1) * (b.0 - a.0) > point.lon
    };
    edges.filter(passes_east).count() % 2 == 1
}
