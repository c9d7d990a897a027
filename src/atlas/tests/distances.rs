//! Local metres against Karney's geodesic.

use crate::atlas::Point;
use crate::atlas::metre::Eye;
use crate::atlas::point::{STEPS, Vertex};
use crate::atlas::shape::{Bounds, Shape};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_step_of_a_kilometre_is_right_to_a_millimetre(
        lat in -60.0..60.0_f64, east in -0.007..0.007_f64, north in -0.007..0.007_f64,
    ) {
        let from = Point::new(120.45, lat);
        let to = Point::new(from.lon + east, lat + north);
        let measured = Eye::at(from).exact((east * STEPS, north * STEPS));
        prop_assert!((measured - from.distance_m(to)).abs() < 0.001, "{measured}");
    }

    /// The nearest point of an edge is not farther than any of a thousand points along it.
    #[test]
    fn the_nearest_point_of_an_edge_is_the_nearest(
        ax in -9_000..9_000_i32, ay in -9_000..9_000_i32, bx in -9_000..9_000_i32, by in -9_000..9_000_i32,
    ) {
        let from = Point::new(120.45, 36.39);
        let middle = Vertex::snap(from).expect("in range");
        let at = |x: i32, y: i32| Vertex { x: middle.x + x, y: middle.y + y };
        let (a, b) = (at(ax, ay), at(bx, by));
        let eye = Eye::at(from);
        let nearest = eye.exact(eye.step_to_edge(a, b));
        let along = (0..=1_000).map(|n| f64::from(n) / 1_000.0);
        let place = |share: f64| Point::new(
            a.point().lon + share * (b.point().lon - a.point().lon),
            a.point().lat + share * (b.point().lat - a.point().lat),
        );
        let sampled = along.map(|share| from.distance_m(place(share))).fold(f64::INFINITY, f64::min);
        prop_assert!(nearest <= sampled + 0.001, "{nearest} {sampled}");
        prop_assert!(nearest >= sampled - a.point().distance_m(b.point()) / 1_000.0 - 0.001);
    }

    /// A box around an eye holds every point within the radius.
    #[test]
    fn the_box_of_a_radius_holds_the_circle(
        lat in -85.0..85.0_f64, metres in 0.1..3_000.0_f64, turn in 0.0..std::f64::consts::TAU,
    ) {
        let from = Point::new(12.0, lat);
        let degree_m = from.distance_m(Point::new(13.0, lat));
        let to = Point::new(12.0 + turn.cos() * metres / degree_m, lat + turn.sin() * metres / 111_700.0);
        prop_assume!(from.distance_m(to) <= metres);
        let there = Vertex::snap(to).expect("in range");
        prop_assert!(Bounds::around(&Eye::at(from), metres).meets(&there.into()));
    }
}

#[test]
fn a_radius_beyond_the_world_is_the_world() {
    let all = Bounds::around(&Eye::at(Point::new(120.0, 36.0)), 1e12);
    assert_eq!((all.west, all.north), (i32::MIN, i32::MAX));
}

/// Corner to corner over the whole lattice, where 32-bit products would overflow.
#[test]
fn the_exact_test_holds_at_the_ends_of_the_world() {
    let corner = |lon: f64, lat: f64| Vertex::snap(Point::new(lon, lat)).expect("in range");
    let (sw, se) = (corner(-180.0, -90.0), corner(180.0, -90.0));
    let (ne, nw) = (corner(180.0, 90.0), corner(-180.0, 90.0));
    let south = Shape::new(&[vec![vec![sw, se, ne]]]).expect("ground");
    let north = Shape::new(&[vec![vec![sw, ne, nw]]]).expect("ground");
    for (lon, lat) in [(0.0, 0.0), (-180.0, -90.0), (179.0, 89.5), (-100.0, -50.0), (60.0, 30.000_000_1)] {
        let point = corner(lon, lat);
        assert!(south.contains(point) != north.contains(point), "{lon} {lat}");
    }
}
