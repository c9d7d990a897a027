//! The rectangle that is surely inside of an area: never too large, and large enough to be of use.

use super::partition::board_edition;
use crate::atlas::AreaLevel;
use crate::atlas::edition::Edition;
use crate::atlas::frame::Frame;
use crate::atlas::inside;
use crate::atlas::layer::Layer;
use crate::atlas::plot::Plot;
use crate::atlas::point::Vertex;
use crate::atlas::shape::Bounds;
use proptest::prelude::*;

/// The inside of a ground in a frame of its own.
fn inside_of(ground: &[Vec<Vec<Vertex>>]) -> Option<Bounds> {
    let mut words = Vec::new();
    Plot::write(0, ground, &mut words)?;
    let plot = Plot::at(&words);
    let bounds = plot.bounds()?;
    let frame = Frame::over(bounds);
    let [west, south, east, north] = inside::of(plot, frame.cells_of(&bounds), frame)?;
    Some(frame.bounds((west, south), (east, north)))
}

fn ring(corners: &[(i32, i32)]) -> Vec<Vertex> {
    corners.iter().map(|(x, y)| Vertex { x: *x, y: *y }).collect()
}

/// Ground in the inside of a square of so many lattice steps a side.
fn share(inside: Bounds, side: i64) -> f64 {
    let across = i64::from(inside.east - inside.west + 1);
    let along = i64::from(inside.north - inside.south + 1);
    (across * along) as f64 / (side * side) as f64
}

#[test]
fn nearly_all_of_a_square_is_its_inside() {
    let square = ring(&[(7, 7), (64_007, 7), (64_007, 64_007), (7, 64_007)]);
    let inside = inside_of(&[vec![square]]).expect("a square has one");
    assert!(share(inside, 64_000) > 0.85, "{inside:?}");
    assert!(inside.west > 7 && inside.south > 7 && inside.east < 64_007 && inside.north < 64_007);
}

#[test]
fn a_hole_is_never_inside() {
    let square = ring(&[(0, 0), (64_000, 0), (64_000, 64_000), (0, 64_000)]);
    let hole = ring(&[(30_000, 30_000), (30_000, 34_000), (34_000, 34_000), (34_000, 30_000)]);
    let inside = inside_of(&[vec![square, hole]]).expect("there is room beside the hole");
    let meets = inside.west <= 34_000 && inside.east >= 30_000;
    assert!(!(meets && inside.south <= 34_000 && inside.north >= 30_000), "{inside:?}");
    assert!(share(inside, 64_000) > 0.35, "{inside:?}");
}

#[test]
fn the_largest_rectangle_beside_an_area_is_not_its_inside() {
    // A thin frame around nothing: the free rectangle in the middle is another's.
    let outer = ring(&[(0, 0), (64_000, 0), (64_000, 64_000), (0, 64_000)]);
    let hole = ring(&[(500, 500), (500, 63_500), (63_500, 63_500), (63_500, 500)]);
    assert_eq!(inside_of(&[vec![outer, hole]]), None);
}

#[test]
fn ground_of_a_few_steps_may_have_none() {
    assert_eq!(inside_of(&[vec![ring(&[(0, 0), (1, 0), (0, 1)])]]), None);
}

/// Every corner of every inside, and places within it, by the exact test of the area's ground.
fn insides_are_owned(edition: &Edition, level: AreaLevel) -> usize {
    let layer: &Layer = edition.layer(level);
    let mut told = 0;
    for slot in 0..layer.tree.len {
        let Some(Bounds { west, south, east, north }) = layer.tree.inside(slot) else { continue };
        told += 1;
        for x in [west, west + (east - west) / 3, east] {
            for y in [south, north - (north - south) / 3, north] {
                assert!(layer.plot(slot).contains(Vertex { x, y }), "slot {slot} at {x}, {y}");
            }
        }
    }
    told
}

proptest! {
    #[test]
    fn an_inside_is_owned_throughout(seed in any::<u64>()) {
        prop_assert!(insides_are_owned(&board_edition(seed), AreaLevel::Grid) > 0);
    }
}
