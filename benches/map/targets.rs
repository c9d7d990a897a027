//! The figures of one run beside what was aimed at.

use crate::takeover::TakeOver;

/// Loading from the stored form.
pub struct Load {
    pub millis: f64,
    pub bytes_a_grid: f64,
    /// The most memory while loading, in parts of what is left.
    pub peak: f64,
}

/// One size of map; nanoseconds a point where nothing else is said.
pub struct Figures {
    pub grids: usize,
    /// Of a million points: the same owner as by brute force; exactly one owner.
    pub agreement: (usize, usize),
    pub load: Load,
    pub rstar: f64,
    pub hilbert: f64,
    pub owner: f64,
    pub batch: f64,
    pub rstar_p99: f64,
    pub owner_p99: f64,
    pub near: f64,
    pub locate: f64,
    pub locate_50: f64,
    /// Per call over a socket, and inside the engine.
    pub postgis: Option<(f64, f64)>,
}

impl Figures {
    pub fn print(&self) {
        let Self { rstar, hilbert, owner, batch, owner_p99, rstar_p99, near, locate, locate_50, .. } = self;
        println!("  owner                     {owner:8.0} ns   p99 {owner_p99:8.0} ns");
        println!("  owners of 16 together     {batch:8.0} ns");
        println!("  rstar + geo Contains      {rstar:8.0} ns   p99 {rstar_p99:8.0} ns");
        println!("  static_aabb2d + exact     {hilbert:8.0} ns");
        println!("  grids within 50 m         {near:8.0} ns");
        println!("  locate, all layers        {locate:8.0} ns");
        println!("  the same within 50 m      {locate_50:8.0} ns");
        let Load { millis, bytes_a_grid, peak } = self.load;
        println!("  loaded in {millis:.1} ms, {bytes_a_grid:.0} bytes a grid, at most {peak:.2}× of it");
    }
}

/// Each target, what was reached, and whether that is enough.
pub fn print(all: &[Figures], guards: &[(&str, f64)], take_over: &TakeOver) {
    println!("\n{:<58}{:>12}{:>12}", "target", "aimed at", "reached");
    let of = |grids: usize| all.iter().find(|figures| figures.grids == grids);
    let (small, large) = (of(180), of(1_000_000));
    if let Some(large) = large {
        at_most("a million grids: owner, of rstar + geo", 0.5, large.owner / large.rstar);
        at_most("   its p99, of theirs", 0.6, large.owner_p99 / large.rstar_p99);
        at_most("   in batches of 16", 0.15, large.batch / large.rstar);
        at_most("   candidates within 50 m, of the owner alone", 3.0, large.near / large.owner);
        at_most("   bytes a grid", 430.0, large.load.bytes_a_grid);
        at_most("   seconds to load", 1.5, large.load.millis / 1e3);
        at_most("   most memory while loading, of what is left", 2.2, large.load.peak);
        if let Some((per_call, engine)) = large.postgis {
            at_least("   faster than PostGIS over a socket", 80.0, per_call / large.owner);
            at_least("   faster than PostGIS inside the engine", 20.0, engine / large.owner);
        }
    }
    if let Some(small) = small {
        at_most("180 grids: owner, of rstar + geo", 0.6, small.owner / small.rstar);
        if let Some((per_call, _)) = small.postgis {
            at_least("   faster than PostGIS over a socket", 350.0, per_call / small.owner);
        }
    }
    if let (Some(small), Some(large)) = (small, large) {
        at_most("growth from 180 grids to a million", 11.0, large.owner / small.owner);
    }
    for (guard, nanos) in guards {
        println!("{:<58}{:>12}{nanos:>12.2}", format!("{guard}, ns"), "");
    }
    let TakeOver { guard, lookups, changes, mixtures, freed_by_readers } = take_over;
    at_most("a guard while two threads look up and editions change, ns", 15.0, *guard);
    at_most("   looks that saw two editions in one", 0.0, *mixtures as f64);
    at_most("   editions that a reader had to free", 0.0, *freed_by_readers as f64);
    println!("   in {lookups} lookups and {changes} take-overs");
    for Figures { grids, agreement: (same, one), .. } in all {
        at_least(&format!("{grids} grids: % as by brute force"), 100.0, *same as f64 / 1e4);
        println!("   of them with exactly one owner: {one} (the others lie outside)");
    }
}

fn at_most(what: &str, aim: f64, reached: f64) {
    line(what, "≤", aim, reached, reached <= aim);
}

fn at_least(what: &str, aim: f64, reached: f64) {
    line(what, "≥", aim, reached, reached >= aim);
}

fn line(what: &str, sign: &str, aim: f64, reached: f64, is_enough: bool) {
    let word = if is_enough { "" } else { "  missed" };
    println!("{what:<58}{:>12}{reached:>12.2}{word}", format!("{sign} {aim}"));
}
