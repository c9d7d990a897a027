//! Lookups on maps of four sizes, beside the other ways there are, with Divan: `cargo bench --bench
//! lookups`. The targets with their ratios are printed by the bench `map`.

#[path = "map/rivals.rs"]
mod rivals;
#[path = "map/town.rs"]
mod town;

use divan::{Bencher, black_box};
use rivals::{PackedHilbert, RstarGeo};
use std::sync::atomic::{AtomicUsize, Ordering};
use town::{Town, point};
use whistle::atlas::{AreaLevel, Edition, Point};

/// A million takes a minute to draw for each benchmark: the bench `map` has it.
const SIZES: [usize; 3] = [180, 10_000, 100_000];
/// Enough for the next point to be somewhere else, and its memory with it.
const POINTS: usize = 1 << 16;

fn main() {
    divan::main();
}

fn points(town: &Town) -> Vec<Point> {
    town.places(POINTS, 1).into_iter().map(point).collect()
}

/// Each call gets the next points of the list.
fn next<'a>(points: &'a [Point], at: &AtomicUsize, count: usize) -> &'a [Point] {
    let start = at.fetch_add(count, Ordering::Relaxed) % points.len();
    &points[start..start + count]
}

#[divan::bench(args = SIZES)]
fn owner(bencher: Bencher<'_, '_>, grids: usize) {
    let town = Town::of(grids);
    let (edition, points, at) = (Edition::unchecked(town.outlines()), points(&town), AtomicUsize::new(0));
    bencher.bench(|| edition.owner_number(AreaLevel::Grid, next(&points, &at, 1)[0]));
}

#[divan::bench(args = SIZES)]
fn owners_of_sixteen(bencher: Bencher<'_, '_>, grids: usize) {
    let town = Town::of(grids);
    let (edition, points, at) = (Edition::unchecked(town.outlines()), points(&town), AtomicUsize::new(0));
    bencher.counter(16_usize).bench(|| edition.owner_numbers(AreaLevel::Grid, next(&points, &at, 16)));
}

#[divan::bench(args = SIZES)]
fn near_50_m(bencher: Bencher<'_, '_>, grids: usize) {
    let town = Town::of(grids);
    let (edition, points, at) = (Edition::unchecked(town.outlines()), points(&town), AtomicUsize::new(0));
    bencher.bench(|| black_box(edition.near(AreaLevel::Grid, next(&points, &at, 1)[0], 50.0)).len());
}

#[divan::bench(args = SIZES)]
fn locate(bencher: Bencher<'_, '_>, grids: usize) {
    let town = Town::of(grids);
    let (edition, points, at) = (Edition::unchecked(town.outlines()), points(&town), AtomicUsize::new(0));
    bencher.bench(|| edition.locate(next(&points, &at, 1)[0], Some(50.0)));
}

#[divan::bench(args = SIZES)]
fn rstar_and_geo(bencher: Bencher<'_, '_>, grids: usize) {
    let town = Town::of(grids);
    let (rival, points, at) = (RstarGeo::of(&town), points(&town), AtomicUsize::new(0));
    bencher.bench(|| rival.owner(next(&points, &at, 1)[0]));
}

#[divan::bench(args = SIZES)]
fn static_aabb2d_and_exact(bencher: Bencher<'_, '_>, grids: usize) {
    let town = Town::of(grids);
    let (rival, points, at) = (PackedHilbert::of(&town), points(&town), AtomicUsize::new(0));
    let stack = std::cell::RefCell::new(Vec::new());
    bencher.bench_local(|| rival.owner(next(&points, &at, 1)[0], &mut stack.borrow_mut()));
}
