//! The map against its targets: every figure and its rivals' from one run, as a table.
//!
//! `make bench` runs it, with a PostgreSQL of its own where one is installed. `WHISTLE_BENCH_GRIDS=180,10000`
//! measures other sizes. How it is measured and what came out stands in `docs/map.md`.

mod agree;
mod clock;
mod postgis;
mod rivals;
mod takeover;
mod targets;
mod town;

use agree::Oracle;
use clock::{mean_ns, p99_ns, timed};
use rivals::{PackedHilbert, RstarGeo};
use std::{hint::black_box, sync::Arc, sync::RwLock};
use targets::{Figures, Load};
use town::{Town, point};
use whistle::{
    app::Current,
    atlas::{AreaLevel, Edition, Point},
};

const SIZES: [usize; 4] = [180, 10_000, 100_000, 1_000_000];
/// Grids of the largest map that is checked too, which takes longest of all.
const CHECKED: usize = 100_000;
const POINTS: usize = 200_000;
const ROUNDS: usize = 5;
const GRID: AreaLevel = AreaLevel::Grid;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if let Some(path) = std::env::var_os("WHISTLE_BENCH_LOAD") {
        return load_alone(&path);
    }
    let wanted = std::env::var("WHISTLE_BENCH_GRIDS").ok();
    let wanted = wanted.map(|list| list.split(',').map(str::parse).collect::<Result<Vec<usize>, _>>());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut all = Vec::new();
    for grids in wanted.transpose()?.unwrap_or_else(|| SIZES.to_vec()) {
        let mut figures = measure(grids)?;
        figures.print();
        // The map is given back before PostgreSQL takes its share of the memory.
        match runtime.block_on(postgis::measure(&Town::of(grids))) {
            Ok(times) => {
                println!("  PostGIS over a socket     {:8.0} ns", times.per_call);
                println!("  PostGIS engine only       {:8.0} ns", times.engine);
                figures.postgis = Some((times.per_call, times.engine));
            }
            Err(reason) => println!("PostGIS is left out: {reason}"),
        }
        all.push(figures);
    }
    targets::print(&all, &guards(), &takeover::measure());
    Ok(())
}

fn measure(grids: usize) -> Result<Figures, Box<dyn std::error::Error>> {
    let town = Town::of(grids);
    println!("\n{grids} grids");
    let (edition, built) = timed(|| Edition::unchecked(town.outlines()));
    let corners: usize = town.grids().flat_map(|grid| grid.rings).map(|ring| ring.len()).sum();
    println!("  {:.1} corners a grid, drawn and packed in {built:.1?}", corners as f64 / grids as f64);
    let oracle = Oracle::of(&town);
    let places = oracle.places(&town, 1_000_000);
    let agreement = oracle.agreement(&edition, &places);
    drop((oracle, places));
    let load = load(&edition, grids)?;
    if grids <= CHECKED {
        check(&edition)?;
    }
    let points: Vec<Point> = town.places(POINTS, 7).into_iter().map(point).collect();
    let each = |one: &mut dyn FnMut(Point)| mean_ns(ROUNDS, POINTS, || points.iter().for_each(|p| one(*p)));
    let few = &points[..POINTS / 4];
    let rstar = RstarGeo::of(&town);
    let hilbert = PackedHilbert::of(&town);
    let mut stack = Vec::new();
    let batch = |size| {
        mean_ns(ROUNDS, POINTS, || {
            points.chunks(size).for_each(|some| use_up(edition.owner_numbers(GRID, some)));
        })
    };
    Ok(Figures {
        grids,
        agreement,
        load,
        rstar: each(&mut |p| use_up(rstar.owner(p))),
        hilbert: each(&mut |p| use_up(hilbert.owner(p, &mut stack))),
        owner: each(&mut |p| use_up(edition.owner_number(GRID, p))),
        batch: batch(16),
        rstar_p99: p99_ns(few, |p| use_up(rstar.owner(*p))),
        owner_p99: p99_ns(few, |p| use_up(edition.owner_number(GRID, *p))),
        near: each(&mut |p| use_up(edition.near(GRID, p, 50.0))),
        locate: each(&mut |p| use_up(edition.locate(p, None))),
        locate_50: each(&mut |p| use_up(edition.locate(p, Some(50.0)))),
        postgis: None,
    })
}

/// Keeps a compiler from leaving out what nobody looks at.
fn use_up<T>(value: T) {
    drop(black_box(value));
}

/// Reads and checks the edition as it is imported.
fn check(edition: &Edition) -> Result<(), Box<dyn std::error::Error>> {
    let text = edition.to_geojson(None).to_string();
    let (read, took) = timed(|| Edition::from_geojson(&text));
    let (checked, findings) = read.map_err(|findings| format!("{} findings", findings.len()))?;
    let is_same = checked.digest() == edition.digest();
    let megabytes = text.len() / 1_000_000;
    println!(
        "  {megabytes} MB of GeoJSON checked in {took:.1?}, {} findings, the same map: {is_same}",
        findings.len()
    );
    Ok(())
}

/// Stores the edition and loads it in a process of its own, whose memory is then the edition's.
fn load(edition: &Edition, grids: usize) -> Result<Load, Box<dyn std::error::Error>> {
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), edition.to_bytes())?;
    let mut loads = Vec::new();
    for _ in 0..3 {
        let run = std::process::Command::new(std::env::current_exe()?)
            .env("WHISTLE_BENCH_LOAD", file.path())
            .output()?;
        let text = String::from_utf8(run.stdout)?;
        let numbers = text.split_whitespace().map(str::parse).collect::<Result<Vec<f64>, _>>()?;
        let [millis, settled, peak] = numbers[..] else { return Err(text.into()) };
        loads.push(Load { millis, bytes_a_grid: settled / grids as f64, peak: peak / settled });
    }
    loads.sort_by(|a, b| a.millis.total_cmp(&b.millis));
    Ok(loads.swap_remove(1))
}

fn load_alone(path: &std::ffi::OsStr) -> Result<(), Box<dyn std::error::Error>> {
    let before = clock::memory().0;
    let (edition, time) = timed(|| std::fs::read(path).map(|bytes| Edition::from_bytes(&bytes)));
    let edition = edition??;
    let (settled, peak) = clock::memory();
    println!("{} {} {}", time.as_secs_f64() * 1e3, settled - before, peak - before);
    drop(edition);
    Ok(())
}

/// What it costs a reader to take the edition in force: the guard, one to keep, and behind a lock.
fn guards() -> [(&'static str, f64); 3] {
    let current = Current::<Edition>::default();
    let locked = RwLock::new(Arc::new(Edition::empty()));
    let count = 1_000_000;
    let each = |one: &dyn Fn()| mean_ns(ROUNDS, count, || (0..count).for_each(|_| one()));
    [
        ("guard for a moment (arc-swap)", each(&|| use_up(current.look()))),
        ("one to keep (arc-swap)", each(&|| use_up(current.get()))),
        ("one to keep (RwLock<Arc>)", each(&|| use_up(locked.read().map(|now| now.clone())))),
    ]
}
