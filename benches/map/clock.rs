//! Time of this thread on a processor, so that a busy machine makes the figures less wrong; and memory.

use std::{fs, time::Duration, time::Instant};

/// Nanoseconds that this thread has run (Linux), else what a clock on the wall says.
pub fn nanos(start: Instant) -> u64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let first = text.as_deref().and_then(|text| text.split(' ').next()?.parse().ok());
    first.unwrap_or_else(|| start.elapsed().as_nanos() as u64)
}

/// A kernel may bring the thread's time up to date every 4 ms only: a round is as long as forty of these.
const ROUND_NS: u64 = 160_000_000;

/// The mean of so many runs of one thing, the median of several rounds.
pub fn mean_ns(rounds: usize, count: usize, mut all: impl FnMut()) -> f64 {
    let start = Instant::now();
    let mut means: Vec<f64> = (0..rounds)
        .map(|_| {
            let (before, mut runs) = (nanos(start), 0);
            while nanos(start) - before < ROUND_NS {
                all();
                runs += 1;
            }
            (nanos(start) - before) as f64 / (runs * count) as f64
        })
        .collect();
    median(&mut means)
}

pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The 99th percentile of single calls, less what looking at the clock takes.
pub fn p99_ns<T>(things: &[T], mut one: impl FnMut(&T)) -> f64 {
    let mut empty: Vec<f64> = (0..10_000).map(|_| elapsed(|| ())).collect();
    let overhead = median(&mut empty);
    let mut times: Vec<f64> = things.iter().map(|thing| elapsed(|| one(thing)) - overhead).collect();
    times.sort_by(f64::total_cmp);
    times[times.len() * 99 / 100]
}

fn elapsed(run: impl FnOnce()) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_nanos() as f64
}

pub fn timed<T>(run: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let before = nanos(start);
    let value = run();
    (value, Duration::from_nanos(nanos(start) - before))
}

/// Bytes that the process holds now, and the most that it ever held (Linux; else 0).
pub fn memory() -> (u64, u64) {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) * 1024
    };
    (field("VmRSS:"), field("VmHWM:"))
}
