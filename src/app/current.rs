//! What is in force now: read by everybody at any moment, replaced whole by one.
//!
//! A reader takes one value and keeps it for as long as it works, so it never sees half of the old and
//! half of the new. What was replaced is put aside and freed by whoever replaces or sweeps, once the last
//! reader has let go: freeing a country's map takes a while, and no reader pays for it.

use arc_swap::{ArcSwap, Guard};
use std::sync::{Arc, Mutex, PoisonError};

/// A value in force, and those before it that somebody still reads.
#[derive(Debug, Default)]
pub struct Current<T> {
    now: ArcSwap<T>,
    before: Mutex<Vec<Arc<T>>>,
}

impl<T> Current<T> {
    /// With this in force.
    pub fn of(value: Arc<T>) -> Self {
        Self { now: ArcSwap::new(value), before: Mutex::default() }
    }

    /// What is in force, to keep.
    pub fn get(&self) -> Arc<T> {
        self.now.load_full()
    }

    /// What is in force, for a moment: cheaper than [`Current::get`], and not to be held across a wait.
    pub fn look(&self) -> Guard<Arc<T>> {
        self.now.load()
    }

    /// This is in force from now on.
    pub fn replace(&self, value: Arc<T>) {
        self.replace_if(value, |_| true);
    }

    /// This is in force from now on, where it fits what is in force at that moment: one at a time.
    pub fn replace_if(&self, value: Arc<T>, fits: impl FnOnce(&T) -> bool) {
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        if fits(&self.now.load()) {
            before.push(self.now.swap(value));
        }
        drop(before);
        self.sweep();
    }

    /// Frees what nobody reads any more.
    pub fn sweep(&self) {
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody can get hold of these anew: one that only the list has is nobody's for good.
        let unread = before.extract_if(.., |value| Arc::strong_count(value) == 1).collect::<Vec<_>>();
        drop(before);
        drop(unread);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atlas::{AreaLevel, Edition, Outline, Point};
    use std::{
        sync::atomic::{AtomicBool, Ordering},
        thread::{self, ThreadId},
    };

    /// A row of squares whose codes begin with the edition's letter.
    fn edition(letter: char) -> Edition {
        let square = |x: u32| {
            let (west, east) = (120.0 + f64::from(x) / 100.0, 120.0 + f64::from(x + 1) / 100.0);
            let corners = [(west, 36.0), (east, 36.0), (east, 36.01), (west, 36.01)];
            Outline {
                code: format!("{letter}{x}"),
                name: letter.into(),
                level: AreaLevel::Grid,
                parent: None,
                parts: vec![vec![corners.map(|(lon, lat)| Point::new(lon, lat)).to_vec()]],
            }
        };
        Edition::unchecked((0..50).map(square))
    }

    #[test]
    fn nobody_sees_a_mixture() {
        let (a, b) = (Arc::new(edition('A')), Arc::new(edition('B')));
        let current = Current::of(a.clone());
        let is_over = AtomicBool::new(false);
        let read = || {
            let mut seen = [false; 2];
            while !(is_over.load(Ordering::Acquire) && seen == [true; 2]) {
                // Half of the looks by the cheap guard, held for as long as the fifty are looked up.
                let (kept, guard);
                let edition: &Edition = if seen[0] {
                    guard = current.look();
                    &guard
                } else {
                    kept = current.get();
                    &kept
                };
                let letters = (0..50).map(|x| {
                    let point = Point::new(120.005 + f64::from(x) / 100.0, 36.005);
                    let owner = edition.owner(AreaLevel::Grid, point).expect("a square");
                    assert_eq!(owner.code[1..], x.to_string());
                    owner.code.as_bytes()[0]
                });
                let letters: Vec<u8> = letters.collect();
                assert!(letters.iter().all(|letter| *letter == letters[0]), "{letters:?}");
                seen[usize::from(letters[0] == b'B')] = true;
            }
        };
        thread::scope(|scope| {
            let readers = [scope.spawn(read), scope.spawn(read)];
            // Goes on until both have seen both: no round is a round too few.
            for round in 0.. {
                current.replace(if round % 2 == 0 { b.clone() } else { a.clone() });
                is_over.store(round > 2_000, Ordering::Release);
                if readers.iter().all(thread::ScopedJoinHandle::is_finished) {
                    break;
                }
            }
        });
    }

    /// Tells the thread that frees it.
    struct Last(Arc<Mutex<Vec<ThreadId>>>);

    impl Drop for Last {
        fn drop(&mut self) {
            self.0.lock().expect("sound").push(thread::current().id());
        }
    }

    #[test]
    fn a_reader_never_frees_what_was_replaced() {
        let freed = Arc::new(Mutex::new(Vec::new()));
        let value = || Arc::new(Last(freed.clone()));
        let current = Current::of(value());
        let reading = current.get();
        current.replace(value());
        current.sweep();
        assert_eq!(*freed.lock().expect("sound"), [], "somebody reads it");
        thread::scope(|scope| drop(scope.spawn(move || drop(reading))));
        assert_eq!(*freed.lock().expect("sound"), [], "letting go is not freeing");
        current.sweep();
        assert_eq!(*freed.lock().expect("sound"), [thread::current().id()]);
    }
}
