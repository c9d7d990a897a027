//! The use cases. [`App::act`] is the only way a case changes, [`App::converse`] the only way a chat
//! message is taken; both load, decide and commit in one transaction, and nothing leaves before it.

mod act;
pub mod binding;
pub mod city;
pub mod clock;
mod converse;
mod current;
pub mod desk;
pub mod door;
pub mod error;
pub mod export;
mod figures;
pub mod import;
mod letters;
pub mod map;
pub mod media;
mod news;
mod numbers;
mod posted;
mod reach;
pub mod reckoning;
pub mod secrets;
mod together;

use crate::{
    atlas::Edition,
    dialogue::Rules,
    domain::{Calendar, Case, CaseId, ChatId, Policy, State},
    store::{Backend, Store},
};
use chrono::{DateTime, Duration, Utc};
use std::sync::{Arc, Mutex};
use tokio::sync::{Notify, broadcast};

pub use city::Snapshot;
pub use clock::Clock;
pub use converse::{Heard, Typed};
pub use current::Current;
pub use desk::{Chat, Desk, Keyset, Listing, Search, View};
pub use door::{Client, SCOPES, Session, Shut};
pub use error::{Error, Result};
pub use letters::language;
pub use media::Kept;
pub use reckoning::FiguresAsked;

/// Transactions at once in which messages are taken, on PostgreSQL.
const TURNS: usize = 2;

/// The rules that the settings give to the use cases.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The service's own rules.
    pub policy: Policy,
    /// Office hours; the days come from the database.
    pub calendar: Calendar,
    /// The rules of conversation.
    pub rules: Rules,
    /// Where photos lie; none takes no files.
    pub blobs: Option<media::Blobs>,
    /// Opens telephone numbers; none where there is no key yet.
    pub vault: Option<secrets::Vault>,
    /// How long things are good for.
    pub spans: Spans,
}

/// How long things are good for, or kept.
#[derive(Clone, Copy, Debug)]
pub struct Spans {
    /// An invitation code.
    pub invitation: Duration,
    /// Raw messages that were taken.
    pub inbound: Duration,
    /// Letters that were sent.
    pub letters: Duration,
}

impl Default for Spans {
    fn default() -> Self {
        Self { invitation: Duration::days(7), inbound: Duration::days(30), letters: Duration::days(90) }
    }
}

/// A hint that something has changed; whoever is interested reads the truth from the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A case has new events.
    Case {
        /// Which.
        id: CaseId,
        /// How many it has now.
        version: u32,
    },
    /// A chat has something new to show.
    Chat(ChatId),
    /// A case came to a stage so many seconds after its whistle.
    Step {
        /// Which.
        stage: State,
        /// Since the first whistle.
        seconds: i64,
    },
    /// Other processes have changed more than can be told.
    Unknown,
}

impl Change {
    /// A case became this.
    pub fn to(case: &Case) -> Self {
        Self::Case { id: case.id, version: case.version }
    }

    /// What became known when a case changed: that it did, and the steps taken for the first time.
    pub fn of(before: &Case, after: &Case) -> Vec<Self> {
        let mut changes = vec![Self::to(after)];
        let (old, new) = (&before.times, &after.times);
        let steps = [
            (State::Answered, old.answered, new.answered),
            (State::Arrived, old.arrived, new.arrived),
            (State::Settled, old.settled, new.settled),
            (State::Closed, old.closed, new.closed.filter(|_| after.state == State::Closed)),
        ];
        changes.extend(steps.into_iter().filter(|(_, old, _)| old.is_none()).filter_map(|(stage, _, at)| {
            let seconds = (at? - new.whistled?).num_seconds();
            Some(Self::Step { stage, seconds })
        }));
        changes
    }
}

/// The running application; cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    clock: Clock,
    options: Options,
    city: Current<Snapshot>,
    /// The edition that was read last, and its map.
    drawn: Mutex<Option<(i64, Arc<Edition>)>>,
    changes: broadcast::Sender<Change>,
    post: Notify,
    news: news::News,
    tries: door::Tries,
    taking: together::Together<converse::Told, Option<Heard>>,
    ending: together::Together<posted::Ended, Option<bool>>,
}

impl App {
    /// An application over a store. The city is empty until [`App::refresh_city`].
    pub fn new(store: Store, clock: Clock, options: Options) -> Self {
        let (changes, _) = broadcast::channel(1024);
        // SQLite has one writer. On PostgreSQL a second one works while the first waits for the disk.
        let turns = if store.backend() == Backend::Sqlite { 1 } else { TURNS };
        let inner = Inner {
            store,
            clock,
            options,
            city: Current::default(),
            drawn: Mutex::default(),
            changes,
            post: Notify::new(),
            news: news::News::default(),
            tries: door::Tries::default(),
            taking: together::Together::new(turns, converse::TOGETHER),
            ending: together::Together::new(turns, posted::TOGETHER),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The rows.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        self.inner.clock.now()
    }

    /// The clock itself.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// The rules that the settings give.
    pub fn options(&self) -> &Options {
        &self.inner.options
    }

    /// Wrong passwords, in this process.
    fn tries(&self) -> &door::Tries {
        &self.inner.tries
    }

    /// Hints of changes from now on.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.inner.changes.subscribe()
    }

    /// Waits until something was put into the outbox.
    pub async fn posted(&self) {
        self.inner.post.notified().await;
    }

    /// A letter was handled: only pages that show the chat are told.
    pub fn announce_quietly(&self, chat: ChatId) {
        self.note(Change::Chat(chat), false);
    }

    /// After a commit: delivery and live pages are nudged.
    pub fn announce(&self, change: Change) {
        self.note(change, true);
        self.inner.post.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Duration;
    use serde_json::json;

    #[test]
    fn a_step_is_told_once_with_its_seconds() {
        let start = DateTime::UNIX_EPOCH;
        let whistled: Case = serde_json::from_value(json!({
            "version": 2, "state": "whistled", "origin": "worker", "reporters": [], "category": "06010",
            "category_guessed": false, "material": [], "desk": "C1", "departments": [],
            "place": {"located": {"candidates": []}}, "times": {"reported": start, "whistled": start},
            "escalation": "grid", "was_suspended": false, "urged": [], "extensions": [], "reworks": 0,
            "returns": 0, "reopenings": 0, "reassignments": 0, "rerouted": false, "time_capped": false,
        }))
        .unwrap();
        let mut answered = whistled.clone();
        answered.state = State::Answered;
        answered.times.answered = Some(start + Duration::seconds(90));
        let told = Change::of(&whistled, &answered);
        let step = Change::Step { stage: State::Answered, seconds: 90 };
        assert_eq!(told, [Change::to(&answered), step]);
        assert_eq!(Change::of(&answered, &answered), [Change::to(&answered)]);
        let mut declined = whistled.clone();
        declined.state = State::Declined;
        declined.times.closed = Some(start + Duration::seconds(60));
        assert_eq!(Change::of(&whistled, &declined), [Change::to(&declined)], "ended is not closed");
    }
}
