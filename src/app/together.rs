//! Things that different callers want done at the same time, done together: in one transaction the
//! database is asked once where it was asked thirty times, and waits for the disk once.
//!
//! Nobody waits for company. Who finds a turn free takes along what is waiting just then, one of each
//! lane, so under no load a thing is done alone and at once.

use std::{
    collections::{HashSet, VecDeque},
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{Semaphore, oneshot};

/// What waits to be done together with others.
pub(super) struct Together<T, R> {
    queue: Arc<Mutex<Queue<T, R>>>,
    turns: Arc<Semaphore>,
    most: usize,
}

struct Queue<T, R> {
    waiting: VecDeque<Waiting<T, R>>,
    /// Lanes of what is being done.
    busy: HashSet<String>,
}

struct Waiting<T, R> {
    lane: String,
    thing: T,
    done: oneshot::Sender<R>,
}

impl<T: Send + 'static, R: Send + 'static> Together<T, R> {
    /// So many turns at once, each of at most so many things.
    pub fn new(turns: usize, most: usize) -> Self {
        let queue = Queue { waiting: VecDeque::new(), busy: HashSet::new() };
        Self { queue: Arc::new(Mutex::new(queue)), turns: Arc::new(Semaphore::new(turns)), most }
    }

    /// Does a thing together with what waits beside it. Things of the same lane are done one after the
    /// other, in order. `all` is given the things and tells what became of each, in their order; it goes
    /// on where the caller is gone. None when it panicked.
    pub async fn join<F, Doing>(&self, lane: String, thing: T, all: F) -> Option<R>
    where
        F: Fn(Vec<T>) -> Doing + Send + 'static,
        Doing: Future<Output = Vec<R>> + Send + 'static,
    {
        let (done, mut result) = oneshot::channel();
        lock(&self.queue).waiting.push_back(Waiting { lane, thing, done });
        let turn = tokio::select! {
            biased;
            result = &mut result => return result.ok(),
            turn = self.turns.clone().acquire_owned() => turn.ok()?,
        };
        let (queue, most) = (self.queue.clone(), self.most);
        tokio::spawn(async move {
            // Until nothing is left that may be done now: what waits for a lane of this turn comes next.
            loop {
                let some = lock(&queue).next(most);
                if some.is_empty() {
                    break;
                }
                let (things, callers): (Vec<T>, Vec<_>) =
                    some.into_iter().map(|one| (one.thing, (one.lane, one.done))).unzip();
                do_all(&queue, callers, all(things)).await;
            }
            drop(turn);
        });
        result.await.ok()
    }
}

async fn do_all<T, R: Send + 'static>(
    queue: &Mutex<Queue<T, R>>,
    callers: Vec<(String, oneshot::Sender<R>)>,
    doing: impl Future<Output = Vec<R>> + Send + 'static,
) {
    // A task of its own: a panic is told to those whom it hit, and ends nothing else.
    let results = tokio::spawn(doing).await.unwrap_or_default();
    let (lanes, done): (Vec<_>, Vec<_>) = callers.into_iter().unzip();
    for (done, result) in done.into_iter().zip(results) {
        // Nobody may be waiting any more.
        let _ = done.send(result);
    }
    lock(queue).busy.retain(|lane| !lanes.contains(lane));
}

impl<T, R> Queue<T, R> {
    /// The first ones of as many lanes as may go together. What nobody waits for is left out.
    fn next(&mut self, most: usize) -> Vec<Waiting<T, R>> {
        let (mut taken, mut later) = (Vec::new(), VecDeque::new());
        while taken.len() < most
            && let Some(one) = self.waiting.pop_front()
        {
            if one.done.is_closed() {
                continue;
            }
            if self.busy.insert(one.lane.clone()) {
                taken.push(one);
            } else {
                later.push_back(one);
            }
        }
        later.append(&mut self.waiting);
        self.waiting = later;
        taken
    }
}

fn lock<T, R>(queue: &Mutex<Queue<T, R>>) -> MutexGuard<'_, Queue<T, R>> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;

    type Seen = Arc<Mutex<Vec<Vec<u32>>>>;

    type Doubling = std::pin::Pin<Box<dyn Future<Output = Vec<u32>> + Send>>;

    /// Doubles numbers, and keeps which ones were done together.
    fn doubled(seen: &Seen) -> impl Fn(Vec<u32>) -> Doubling + use<> {
        let seen = seen.clone();
        move |numbers| {
            let seen = seen.clone();
            Box::pin(async move {
                seen.lock().unwrap().push(numbers.clone());
                tokio::task::yield_now().await;
                numbers.into_iter().map(|number| 2 * number).collect()
            })
        }
    }

    #[tokio::test]
    async fn what_waits_while_another_is_done_goes_together_and_each_gets_its_own() {
        let (together, seen) = (Together::new(1, 4), Seen::default());
        let all = join_all((0..10).map(|number| together.join(number.to_string(), number, doubled(&seen))));
        assert_eq!(all.await, (0..10).map(|number| Some(2 * number)).collect::<Vec<_>>());
        let seen = seen.lock().unwrap();
        assert!(seen.iter().all(|some| some.len() <= 4), "{seen:?}");
        assert_eq!(seen.concat(), (0..10).collect::<Vec<_>>(), "in order");
        assert!(seen.len() <= 4, "not one by one: {seen:?}");
    }

    #[tokio::test]
    async fn one_lane_is_one_after_the_other() {
        let (together, seen) = (Together::new(4, 8), Seen::default());
        let lane = |number: u32| if number < 5 { "same".to_owned() } else { number.to_string() };
        join_all((0..8).map(|number| together.join(lane(number), number, doubled(&seen)))).await;
        let seen = seen.lock().unwrap();
        assert!(seen.iter().all(|some| some.iter().filter(|number| **number < 5).count() <= 1), "{seen:?}");
        let same: Vec<u32> = seen.concat().into_iter().filter(|number| *number < 5).collect();
        assert_eq!(same, [0, 1, 2, 3, 4]);
    }

    #[tokio::test]
    async fn a_panic_is_told_to_those_whom_it_hit() {
        let together: Together<u32, u32> = Together::new(1, 4);
        let broken = |numbers: Vec<u32>| async move {
            assert!(!numbers.contains(&1), "one cannot be done");
            numbers
        };
        assert_eq!(together.join("1".into(), 1, broken).await, None);
        assert_eq!(together.join("2".into(), 2, broken).await, Some(2), "the next one is");
    }
}
