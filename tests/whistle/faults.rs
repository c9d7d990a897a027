//! What must not happen when something goes wrong: a report lost, a case twice, a whistle unheard or
//! heard twice without saying so. The whole way, from an update to the letters, over a Bot API server
//! of ours that does the faults, on both databases, with a clock that is turned by hand.

mod alarms;
mod channel;
mod crashes;
mod inbox;
mod lanes;
mod pace;
mod photos;
mod pointless;
mod together;
mod unfinished;

use crate::{
    bot_api::{BotApi, Shown, TOKEN, User},
    console::town::Town,
    database::Throwaway,
};
use chrono::Duration;
use std::sync::Arc;
use tempfile::TempDir;
use whistle::{
    app::{App, Clock, Options, media::Blobs},
    atlas::Datum,
    dialogue::{ChannelKind, ChatKind},
    domain::Case,
    jobs::{DeliveryRules, Jobs},
    messenger::{
        Messenger,
        telegram::{ClientOptions, Listener, Pace, PaceLimits, Round, Telegram},
    },
    store::{self, CaseFilter, Chat, Store},
    telemetry::Metrics,
};

/// Longer than any answer on this machine takes, however busy it is.
const PATIENT: std::time::Duration = std::time::Duration::from_secs(30);
/// The name under which an update's listener takes its turn.
const LEASE: &str = "poll";
/// The mark of a letter that may have arrived already.
const REPEAT: &str = "🔁";
/// In the grid of the worker and the secretary.
const IN_G1: (f64, f64) = (36.395, 120.405);

/// A town whose people have Telegram.
struct World {
    url: String,
    api: BotApi,
    clock: Clock,
    app: App,
    worker: User,
    secretary: User,
    dispatcher: User,
    folder: TempDir,
}

/// What a program may send with.
struct Ways {
    telegram: bool,
    pace: PaceLimits,
}

/// One running program over the town's database.
struct Process {
    app: App,
    jobs: Arc<Jobs>,
    listener: Listener,
    holder: String,
    api: BotApi,
}

impl World {
    async fn new(database: &Throwaway) -> Self {
        let Town { app, clock, .. } = Town::new(&database.url).await;
        let api = BotApi::start().await;
        api.set_time(clock.now());
        let (worker, secretary, dispatcher) = (api.user(1001), api.user(1002), api.user(1003));
        let folder = TempDir::with_prefix("whistle-faults-").unwrap();
        let world =
            Self { url: database.url.clone(), api, clock, app, worker, secretary, dispatcher, folder };
        for (id, person) in [(1001, "WORK1"), (1002, "SEC1"), (1003, "DIS1")] {
            world.bind(id, ChatKind::Private, |chat| chat.person = Some(person.into())).await;
        }
        world
    }

    async fn bind(&self, address: i64, kind: ChatKind, change: impl FnOnce(&mut Chat)) {
        let tx = self.app.store().begin().await.unwrap();
        let address = address.to_string();
        let mut chat = tx.chat_or_new(ChannelKind::Telegram, &address, kind, self.clock.now()).await.unwrap();
        change(&mut chat);
        assert!(tx.save_chat(&chat).await.unwrap());
        tx.commit().await.unwrap();
    }

    /// A program that has just been started.
    async fn process(&self, holder: &str) -> Process {
        self.process_at(self.api.url(), PATIENT, holder).await
    }

    /// The same, with a Bot API elsewhere or with less patience.
    async fn process_at(&self, api_url: &str, timeout: std::time::Duration, holder: &str) -> Process {
        self.process_with(api_url, timeout, holder, Ways { telegram: true, pace: PaceLimits::OFF }).await
    }

    /// The same, which has no Telegram to send and to fetch with.
    async fn process_without_telegram(&self, holder: &str) -> Process {
        let ways = Ways { telegram: false, pace: PaceLimits::OFF };
        self.process_with(self.api.url(), PATIENT, holder, ways).await
    }

    /// The same, which keeps Telegram's pace.
    async fn paced_process(&self, holder: &str) -> Process {
        let ways = Ways { telegram: true, pace: PaceLimits::default() };
        self.process_with(self.api.url(), PATIENT, holder, ways).await
    }

    async fn process_with(
        &self,
        api_url: &str,
        timeout: std::time::Duration,
        holder: &str,
        ways: Ways,
    ) -> Process {
        let options = store::Options { connections: 4, ..store::Options::default() };
        let store = Store::connect(&self.url, &options).await.unwrap();
        let blobs = Blobs::open(&format!("file://{}", self.folder.path().display()), 1_000_000).unwrap();
        let app = App::new(store, self.clock.clone(), Options { blobs: Some(blobs), ..Options::default() });
        app.refresh_city().await.unwrap();
        let options = ClientOptions {
            token: TOKEN.into(),
            api_url: api_url.parse().unwrap(),
            timeout,
            datum: Datum::Wgs84,
        };
        let telegram = Arc::new(Telegram::connect(options).await.unwrap());
        let metrics = Arc::new(Metrics::new());
        let messenger = telegram.clone() as Arc<dyn Messenger>;
        let jobs = Arc::new(Jobs::new(
            app.clone(),
            Some(messenger).filter(|_| ways.telegram).into_iter().collect(),
            DeliveryRules::default(),
            Pace::new(ways.pace),
            metrics.clone(),
            holder.into(),
        ));
        let listener = Listener::new(app.clone(), telegram, metrics, holder.into());
        Process { app, jobs, listener, holder: holder.into(), api: self.api.clone() }
    }

    fn turn(&self, by: Duration) {
        self.clock.advance(by);
        self.api.set_time(self.clock.now());
    }

    /// The worker tells of litter in the grid; two updates that nobody has taken yet.
    fn tells(&self) {
        self.worker.says("道路上有垃圾");
        self.worker.sends_location(IN_G1.0, IN_G1.1, None);
    }

    /// The same, taken.
    async fn told(&self) -> Case {
        self.tells();
        self.process("told").await.hear().await;
        self.cases().await.remove(0)
    }

    async fn cases(&self) -> Vec<Case> {
        let filter = CaseFilter { limit: 200, ..CaseFilter::default() };
        self.app.store().list(&filter).await.unwrap()
    }

    async fn chat(&self, address: i64) -> Chat {
        self.app.store().chat(ChannelKind::Telegram, &address.to_string()).await.unwrap().expect("a chat")
    }
}

impl Process {
    /// Takes every update that waits.
    async fn hear(&self) {
        loop {
            assert_eq!(self.listener.poll_once(LEASE, PATIENT).await.unwrap(), Round::Done);
            if self.api.waiting() == 0 {
                break;
            }
        }
        self.app.store().release_lease(LEASE, &self.holder).await.unwrap();
    }

    async fn settle(&self) -> usize {
        self.jobs.settle().await.unwrap()
    }
}

/// The whistles that somebody has: cards that can be answered.
fn whistles(user: &User) -> Vec<Shown> {
    user.messages().into_iter().filter(|shown| shown.data("接哨").is_some()).collect()
}

fn is_repeat(shown: &Shown) -> bool {
    shown.text.contains(REPEAT)
}
