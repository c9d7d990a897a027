//! A town of one community whose people talk to the program over the Bot API protocol, and the program,
//! in as many processes as a test likes, over one database. Nothing in it sleeps: the clock is turned by
//! hand, updates are asked for and letters delivered when the test says so.
//!
//! ```text
//! D ── S ── C1 ─┬─ G1    W1 and W2 patrol G1, S1 is its branch's secretary, L1 leads the grid;
//!               └─ G2    DIS dispatches in C1, LEAD leads S
//! ```
//!
//! Its workdays are those of the State Council's calendar, as they stand in `config/city`.

use crate::{
    bot_api::{BotApi, TOKEN, User},
    database::Throwaway,
};
use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use std::{sync::Arc, time::Duration};
use tempfile::TempDir;
use whistle::{
    app::{App, Clock, FiguresAsked, import::Loader},
    atlas::{Datum, Point},
    dialogue::ChannelKind,
    domain::{
        Case,
        figures::{Figures, Grouping, Window},
    },
    jobs::{DeliveryRules, Jobs},
    messenger::telegram::{ClientOptions, Listener, Pace, PaceLimits, Round, Telegram},
    settings::{Layers, Settings},
    startup,
    store::CaseFilter,
    telemetry::Metrics,
};

/// A place in the middle of G1; [`north`] walks away from it.
pub const SPOT: Point = Point { lon: 120.405, lat: 36.385 };
/// A photo that can be looked at by its content.
pub const PHOTO: &[u8] =
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xda\x00\x02\x01\x02\xff\xd9";

const PEOPLE: [(&str, &str, &str, &str); 6] = [
    ("W1", "王小明", "grid_worker", "G1"),
    ("W2", "周小芳", "grid_worker", "G1"),
    ("S1", "吴书记", "branch_secretary", "G1"),
    ("L1", "郑国强", "grid_lead", "G1"),
    ("DIS", "赵派遣", "dispatcher", "C1"),
    ("LEAD", "孙主任", "leader", "S"),
];
const CATALOGUE: &str = "code,major,name,keywords,answer_limit,arrive_limit,settle_limit,closing_conditions,photo_required\n\
    06012,市容环境类,道路不洁,垃圾,0.5 work_hour,1 work_hour,4 work_hour,已清理;已移交,yes\n";
const CALENDAR: &[u8] = include_bytes!("../../config/city/calendar.csv");

/// The town, with one process of the program running.
pub struct Town {
    pub api: BotApi,
    pub clock: Clock,
    pub office: Process,
    settings: Settings,
    _folder: TempDir,
}

/// A process of the program.
pub struct Process {
    pub app: App,
    pub jobs: Arc<Jobs>,
    pub listener: Listener,
}

impl Town {
    /// The town at a time of Shanghai ([`shanghai`]).
    pub async fn new(database: &Throwaway, at: &str) -> Self {
        let folder = TempDir::with_prefix("whistle-town-").unwrap();
        let (api, clock) = (BotApi::start().await, Clock::manual(shanghai(at)));
        api.set_time(clock.now());
        let settings = settings(database, &folder);
        let office = process(&settings, &clock, &api, "office").await;
        load(&office.app, &settings).await;
        Self { api, clock, office, settings, _folder: folder }
    }

    /// One more process on the same database; or the same one started again.
    pub async fn process(&self, name: &str) -> Process {
        process(&self.settings, &self.clock, &self.api, name).await
    }

    /// One more process on another database, with the same photos and the same key.
    pub async fn process_over(&self, database: &Throwaway, name: &str) -> Process {
        let mut settings = self.settings.clone();
        settings.database.url = whistle::settings::Secret::new(&database.url);
        process(&settings, &self.clock, &self.api, name).await
    }

    /// The settings of its processes.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Somebody binds a chat of their own.
    pub async fn comes(&self, person: &str, id: i64) -> User {
        let (_, name, ..) = PEOPLE.into_iter().find(|(code, ..)| *code == person).unwrap();
        let user = self.api.user(id).named(name);
        let code = self.office.app.invite(&person.into(), ChannelKind::Telegram).await.unwrap();
        user.says(&format!("/start {code}"));
        self.poll().await;
        assert!(user.messages()[0].text.contains(name), "{:#?}", user.messages());
        user
    }

    /// The office takes what people have sent, and delivers what follows from it.
    pub async fn poll(&self) {
        self.office.poll(&self.api).await;
    }

    /// Time passes until then, and every alarm on the way rings at its time.
    pub async fn until(&self, at: &str) {
        let at = shanghai(at);
        while let Some(next) = self.next_alarm().await.filter(|next| *next <= at) {
            self.set(next).await;
        }
        self.set(at).await;
    }

    /// The machine is off until then: no alarm rings on the way. What was missed is told a little later.
    pub async fn off_until(&self, at: &str) {
        self.set(shanghai(at)).await;
        self.set(shanghai(at) + chrono::Duration::seconds(6)).await;
    }

    async fn next_alarm(&self) -> Option<DateTime<Utc>> {
        let next = self.office.app.store().next_wake().await.unwrap();
        next.filter(|next| *next > self.clock.now())
    }

    async fn set(&self, at: DateTime<Utc>) {
        assert!(self.clock.now() <= at, "time does not go back");
        self.clock.set(at);
        self.api.set_time(at);
        self.office.jobs.settle().await.unwrap();
    }

    /// Every case, the oldest first.
    pub async fn cases(&self) -> Vec<Case> {
        let mut cases = self.office.app.store().list(&CaseFilter::default()).await.unwrap();
        cases.sort_by_key(|case| case.id);
        cases
    }

    /// The figures of everything between two times.
    pub async fn figures(&self, from: &str, to: &str) -> Figures {
        let window = Window { from: shanghai(from), to: shanghai(to) };
        let asked = FiguresAsked { window, by: Grouping::Whole, unit: None };
        let mut groups = self.office.app.figures(&asked, None).await.unwrap();
        assert_eq!(groups.len(), 1);
        groups.remove(0).figures
    }

    /// How a press is answered: after the commit, and by a task of its own.
    pub async fn toast(&self, press: &str) -> String {
        let answered = async {
            loop {
                match self.api.toast(press) {
                    Some(words) => return words,
                    None => tokio::task::yield_now().await,
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), answered).await.expect("every press is answered")
    }
}

impl Process {
    /// Takes what waits, until nothing does, and delivers.
    pub async fn poll(&self, api: &BotApi) {
        while api.waiting() > 0 {
            assert!(self.asks().await, "an update was not taken, or somebody else polls");
        }
        self.jobs.settle().await.unwrap();
    }

    /// One round of getUpdates; false when another process polls.
    pub async fn asks(&self) -> bool {
        self.listener.poll_once("poll:town", Duration::ZERO).await.unwrap() == Round::Done
    }
}

/// `2026-10-09 11:30`, or with seconds, in Shanghai.
pub fn shanghai(at: &str) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(at, "%Y-%m-%d %H:%M")
        .or_else(|_| NaiveDateTime::parse_from_str(at, "%Y-%m-%d %H:%M:%S"))
        .expect("a date and a time");
    chrono_tz::Asia::Shanghai.from_local_datetime(&local).unwrap().with_timezone(&Utc)
}

/// So many metres north of the spot: latitude and longitude, as people write them.
pub fn north(metres: f64) -> (f64, f64) {
    // A degree of the meridian at this latitude has 110,966 metres.
    (SPOT.lat + metres / 110_966.0, SPOT.lon)
}

fn settings(database: &Throwaway, folder: &TempDir) -> Settings {
    let within = |name: &str| folder.path().join(name).display().to_string();
    let mut layers = Layers::new().unwrap();
    layers.set("database.url", &database.url);
    layers.set("blobs.url", &format!("file://{}", within("blobs")));
    layers.set("security.key_file", &within("whistle.key"));
    layers.settings().unwrap()
}

async fn process(settings: &Settings, clock: &Clock, api: &BotApi, name: &str) -> Process {
    let store = startup::open_store(settings).await.unwrap();
    let app = startup::open_app(settings, store, clock.clone()).await.unwrap();
    let options = ClientOptions {
        token: TOKEN.into(),
        api_url: api.url().parse().unwrap(),
        timeout: Duration::from_secs(30),
        datum: Datum::Wgs84,
    };
    let telegram = Arc::new(Telegram::connect(options).await.unwrap());
    let metrics = Arc::new(Metrics::new());
    let jobs = Arc::new(Jobs::new(
        app.clone(),
        vec![telegram.clone()],
        DeliveryRules::default(),
        Pace::new(PaceLimits::OFF),
        metrics.clone(),
        name.to_owned(),
    ));
    let listener = Listener::new(app.clone(), telegram, metrics, name.to_owned());
    Process { app, jobs, listener }
}

async fn load(app: &App, settings: &Settings) {
    let load = Loader::new(app, &settings.security);
    load.map(&map(), None).await.unwrap();
    load.people(&people()).await.unwrap();
    load.catalogue(CATALOGUE.as_bytes()).await.unwrap();
    load.calendar(CALENDAR).await.unwrap();
}

fn people() -> Vec<u8> {
    let rows = PEOPLE.map(|(code, name, role, unit)| format!("{code},{name},,{role},{unit},zh-CN\n"));
    format!("code,name,phone,role,unit_code,language\n{}", rows.concat()).into_bytes()
}

/// Two squares side by side, and the community, subdistrict and district around them.
fn map() -> Vec<u8> {
    let square = |code: &str, level: &str, parent: Option<&str>, west: f64, east: f64| {
        let ring = [[west, 36.38], [east, 36.38], [east, 36.39], [west, 36.39], [west, 36.38]];
        let mut properties = serde_json::json!({"code": code, "name": format!("{code}单位"), "level": level});
        if let Some(parent) = parent {
            properties["parent"] = parent.into();
        }
        serde_json::json!({
            "type": "Feature", "properties": properties,
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        })
    };
    let features = [
        square("D", "district", None, 120.40, 120.42),
        square("S", "subdistrict", Some("D"), 120.40, 120.42),
        square("C1", "community", Some("S"), 120.40, 120.42),
        square("G1", "grid", Some("C1"), 120.40, 120.41),
        square("G2", "grid", Some("C1"), 120.41, 120.42),
    ];
    serde_json::json!({"type": "FeatureCollection", "features": features}).to_string().into_bytes()
}
