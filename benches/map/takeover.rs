//! A new edition takes over again and again while two threads look up, as on a machine of two cores: what a
//! reader's guard costs then, whether anybody sees two editions in one, and who frees the old ones.

use crate::clock;
use crate::town::{Town, point};
use std::{
    hint::black_box,
    sync::Arc,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread::{self, ThreadId},
    time::{Duration, Instant},
};
use whistle::{
    app::Current,
    atlas::{AreaLevel, Edition, Outline, Point},
};

/// Grids of each edition.
const GRIDS: usize = 10_000;
/// Threads that look up.
const READERS: usize = 2;
/// Guards that are taken between two looks at the clock.
const GUARDS: u64 = 10_000;
/// How long it goes on.
const SPAN: Duration = Duration::from_secs(3);
/// Between two take-overs: some hundred times more often than a busy city changes its map.
const PAUSE: Duration = Duration::from_millis(5);

/// What came out.
pub struct TakeOver {
    /// Nanoseconds that a guard takes while both look up and editions change.
    pub guard: f64,
    /// Points that were looked up, and how often an edition took over.
    pub lookups: u64,
    pub changes: u64,
    /// Looks in which two points had owners of different editions.
    pub mixtures: u64,
    /// Editions that a reader had to free.
    pub freed_by_readers: u64,
}

/// An edition that tells who frees it.
struct Watched {
    edition: Edition,
    writer: ThreadId,
    freed_by_readers: Arc<AtomicU64>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        if thread::current().id() != self.writer {
            self.freed_by_readers.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The same town, every code of it marked by a letter.
fn marked(town: &Town, letter: char) -> Edition {
    let mark = |code: String| format!("{letter}{code}");
    Edition::unchecked(town.outlines().map(|one| Outline {
        code: mark(one.code),
        parent: one.parent.map(mark),
        ..one
    }))
}

#[expect(clippy::disallowed_methods, reason = "no runtime here, and the readers need the cores meanwhile")]
pub fn measure() -> TakeOver {
    let town = Town::of(GRIDS);
    let editions = [marked(&town, 'A'), marked(&town, 'B')];
    let points: Vec<Point> = town.places(4_096, 5).into_iter().map(point).collect();
    let freed_by_readers = Arc::new(AtomicU64::new(0));
    let watched = |at: usize| {
        let edition = editions[at % 2].clone();
        let freed_by_readers = freed_by_readers.clone();
        Arc::new(Watched { edition, writer: thread::current().id(), freed_by_readers })
    };
    let (current, is_over) = (Current::of(watched(0)), AtomicBool::new(false));
    let read = || reader(&current, &points, &is_over);
    let (mut changes, start) = (0, Instant::now());
    let read = thread::scope(|scope| {
        let readers = [(); READERS].map(|()| scope.spawn(read));
        while start.elapsed() < SPAN {
            changes += 1;
            current.replace(watched(changes));
            thread::sleep(PAUSE);
        }
        is_over.store(true, Ordering::Relaxed);
        readers.map(|reader| reader.join().expect("a reader that ends"))
    });
    let sum = |of: fn(&Read) -> u64| read.iter().map(of).sum::<u64>();
    TakeOver {
        guard: sum(|read| read.nanos) as f64 / sum(|read| read.guards) as f64,
        lookups: sum(|read| read.lookups),
        changes: changes as u64,
        mixtures: sum(|read| read.mixtures),
        freed_by_readers: freed_by_readers.load(Ordering::Relaxed),
    }
}

#[derive(Default)]
struct Read {
    guards: u64,
    nanos: u64,
    lookups: u64,
    mixtures: u64,
}

/// Looks up eight points a look; between them, guards alone are timed.
fn reader(current: &Current<Watched>, points: &[Point], is_over: &AtomicBool) -> Read {
    let (mut read, start) = (Read::default(), Instant::now());
    while !is_over.load(Ordering::Relaxed) {
        for some in points.chunks(8) {
            let look = current.look();
            let mut letters = some.iter().filter_map(|point| {
                let owner = look.edition.owner(AreaLevel::Grid, *point)?;
                owner.code.bytes().next()
            });
            let first = letters.next();
            read.mixtures += u64::from(letters.any(|letter| Some(letter) != first));
            read.lookups += some.len() as u64;
        }
        let before = clock::nanos(start);
        for _ in 0..GUARDS {
            drop(black_box(current.look()));
        }
        read.nanos += clock::nanos(start) - before;
        read.guards += GUARDS;
    }
    read
}
