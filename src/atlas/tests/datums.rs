//! The bends against published values, their inverses, and where they end.

use crate::atlas::{Datum, Point};
use proptest::prelude::*;

fn metres(a: (f64, f64), b: (f64, f64)) -> f64 {
    Point::new(a.0, a.1).distance_m(Point::new(b.0, b.1))
}

/// The test pairs published with `eviltransform` (go/transform_test.go): WGS-84 → GCJ-02.
const PUBLISHED: [((f64, f64), (f64, f64)); 3] = [
    ((121.527_210_6, 31.177_427_6), (121.531_541_859_215, 31.175_303_983_645_97)),
    ((113.912_316, 22.543_847), (113.917_176_480_836_3, 22.540_796_131_694_766)),
    ((116.377_817, 39.911_954), (116.384_047_224_556_57, 39.913_345_455_360_69)),
];

#[test]
fn gcj02_is_as_published() {
    for ((lon, lat), expected) in PUBLISHED {
        let bent = Datum::Gcj02.from_wgs84(Point::new(lon, lat));
        assert!(metres(bent, expected) < 0.001, "{bent:?} against {expected:?}");
        let back = Datum::Gcj02.to_wgs84(expected.0, expected.1);
        assert!(metres((back.lon, back.lat), (lon, lat)) < 0.001);
    }
}

#[test]
fn jimo_is_bent_by_the_metres_that_people_measure() {
    let jimo = Point::new(120.45, 36.39);
    let off = |datum: Datum| metres(datum.from_wgs84(jimo), (jimo.lon, jimo.lat));
    assert!((off(Datum::Gcj02) - 457.0).abs() < 1.0, "{}", off(Datum::Gcj02));
    assert!((off(Datum::Bd09) - 1_258.0).abs() < 2.0, "{}", off(Datum::Bd09));
    assert!(off(Datum::Cgcs2000).abs() < 1e-9);
    for datum in Datum::ALL {
        let (x, y) = datum.from_wgs84(jimo);
        assert!(datum.to_wgs84(x, y).distance_m(jimo) < 0.000_01, "{datum}");
    }
}

#[test]
fn cities_abroad_and_beyond_the_mainland_are_not_bent() {
    let cities = [
        ("Hong Kong", 114.17, 22.32),
        ("Yuen Long", 114.03, 22.445),
        ("Macao", 113.545, 22.195),
        ("Taipei", 121.56, 25.03),
        ("Kaohsiung", 120.30, 22.63),
        ("Seoul", 126.98, 37.57),
        ("Pyongyang", 125.75, 39.03),
        ("Hanoi", 105.85, 21.03),
        ("Ulaanbaatar", 106.90, 47.90),
        ("Vladivostok", 131.90, 43.12),
        ("Almaty", 76.90, 43.24),
        ("Kathmandu", 85.32, 27.70),
        ("Tokyo", 139.69, 35.69),
        ("London", -0.13, 51.51),
        ("Sydney", 151.21, -33.87),
    ];
    for (name, lon, lat) in cities {
        for datum in Datum::ALL {
            assert_eq!(datum.from_wgs84(Point::new(lon, lat)), (lon, lat), "{name} {datum}");
            assert_eq!(datum.to_wgs84(lon, lat), Point::new(lon, lat), "{name} {datum}");
        }
    }
}

#[test]
fn towns_at_the_border_are_bent() {
    let towns = [
        ("Shenzhen Luohu", 114.12, 22.548),
        ("Shekou", 113.91, 22.483),
        ("Zhuhai Gongbei", 113.549, 22.221),
        ("Xiamen", 118.10, 24.45),
        ("Sanya", 109.50, 18.25),
        ("Dongxing", 107.97, 21.54),
        ("Ruili", 97.85, 24.01),
        ("Yadong", 88.91, 27.48),
        ("Kashgar", 75.99, 39.47),
        ("Khorgos", 80.41, 44.21),
        ("Manzhouli", 117.40, 49.60),
        ("Mohe", 122.50, 53.48),
        ("Heihe", 127.50, 50.24),
        ("Fuyuan", 134.30, 48.36),
        ("Hunchun", 130.37, 42.86),
        ("Dandong", 124.39, 40.13),
        ("Weihai", 122.12, 37.51),
        ("Shengsi", 122.45, 30.73),
    ];
    for (name, lon, lat) in towns {
        assert_ne!(Datum::Gcj02.from_wgs84(Point::new(lon, lat)), (lon, lat), "{name}");
    }
}

#[test]
fn words_and_numbers_that_are_none() {
    for datum in Datum::ALL {
        assert_eq!(datum.as_str().parse(), Ok(datum));
        assert_eq!(serde_json::to_string(&datum).expect("a word"), format!("\"{datum}\""));
    }
    assert!("epsg:4326".parse::<Datum>().is_err_and(|error| error.to_string().contains("epsg:4326")));
    assert!(Datum::Bd09.to_wgs84(f64::NAN, 36.0).lon.is_nan());
    assert!(Point::checked(f64::INFINITY, 0.0).is_none() && Point::checked(0.0, 90.5).is_none());
    assert_eq!(Point::checked(180.0, -90.0), Some(Point::new(180.0, -90.0)));
    assert_eq!(Point::new(120.447_301, 36.389_512).to_string(), "36.389512, 120.447301");
}

/// A hundred thousand places of a box, evenly strewn (the golden ratio and its square, modulo one).
fn strewn(west: f64, south: f64, east: f64, north: f64) -> impl Iterator<Item = Point> {
    (0..100_000).map(f64::from).map(move |at| {
        let (u, v) = ((at * 0.754_877_666_246_692_7).fract(), (at * 0.569_840_290_998_053_2).fract());
        Point::new(west + u * (east - west), south + v * (north - south))
    })
}

type Bend = fn(f64, f64) -> (f64, f64);

/// Against the crate `coordtransform`, which was written by somebody else, wherever both bend.
///
/// The two differ on where that is. No boundary of the bend is published. Theirs is a border of
/// OpenStreetMap thinned out to kilometres and cut at 18° N, with the claimed sea; ours follows the coast
/// in bands and leans outwards along the land, so that no district of the mainland falls out. Of these
/// points both bend 45,002 and we 3,654 more, in the strips along borders and coasts.
#[test]
fn another_implementation_agrees_on_a_hundred_thousand_points() {
    let theirs: [(Datum, Bend, Bend); 2] = [
        (Datum::Gcj02, coordtransform::wgs84_to_gcj02, coordtransform::gcj02_to_wgs84),
        (Datum::Bd09, coordtransform::wgs84_to_bd09, coordtransform::bd09_to_wgs84),
    ];
    for (datum, bend, unbend) in theirs {
        let (mut compared, mut worst, mut worst_back) = (0, 0.0_f64, 0.0_f64);
        for point in strewn(73.0, 17.5, 135.5, 54.0) {
            let given = (point.lon, point.lat);
            let (ours, other) = (datum.from_wgs84(point), bend(point.lon, point.lat));
            if ours == given || other == given {
                continue;
            }
            compared += 1;
            worst = worst.max(metres(ours, other));
            let back = datum.to_wgs84(ours.0, ours.1);
            worst_back = worst_back.max(back.distance_m(point));
            // Near a border the bent position may count as abroad for either.
            if unbend(ours.0, ours.1) != ours && (back.lon, back.lat) != ours {
                let other_back = unbend(ours.0, ours.1);
                worst_back = worst_back.max(metres(other_back, given));
            }
        }
        assert!(compared > 30_000, "{datum}: {compared}");
        assert!(worst < 1e-6, "{datum}: {worst} m forward");
        assert!(worst_back < 0.01, "{datum}: {worst_back} m back");
    }
}

/// Within the box of the whole country, wherever we bend: the way back ends within a centimetre of where
/// it began, at the border and the coast too.
#[test]
fn there_and_back_everywhere_in_china() {
    for datum in [Datum::Gcj02, Datum::Bd09] {
        let bent = strewn(73.0, 17.5, 135.5, 54.0).filter(|p| datum.from_wgs84(*p) != (p.lon, p.lat));
        let (mut count, mut worst) = (0, 0.0_f64);
        for point in bent {
            let (x, y) = datum.from_wgs84(point);
            count += 1;
            worst = worst.max(datum.to_wgs84(x, y).distance_m(point));
        }
        assert!(count > 40_000 && worst < 0.01, "{datum}: {count} points, {worst} m");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Well inside the mainland, where no border leaves a bent position two origins.
    #[test]
    fn there_and_back_is_under_a_centimetre(lon in 99.0..120.7_f64, lat in 25.5..41.0_f64) {
        for datum in Datum::ALL {
            let (x, y) = datum.from_wgs84(Point::new(lon, lat));
            let back = datum.to_wgs84(x, y);
            prop_assert!(metres((back.lon, back.lat), (lon, lat)) < 0.000_01);
        }
    }

    /// Elsewhere nothing moves, and nowhere by more than the two kilometres that BD-09 reaches.
    #[test]
    fn only_the_mainland_is_bent(lon in -180.0..180.0_f64, lat in -90.0..90.0_f64) {
        for datum in Datum::ALL {
            let bent = datum.from_wgs84(Point::new(lon, lat));
            let is_far = !(73.0..136.0).contains(&lon) || !(17.0..54.0).contains(&lat);
            prop_assert!(bent == (lon, lat) || !is_far);
            prop_assert!(metres(bent, (lon, lat)) < 2_000.0);
        }
    }
}
