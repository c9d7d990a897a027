//! The town of a storm: the demo district, every entrance lead of it with a chat to report from, and every
//! branch's secretary with a chat that hears. What report number `n` says is a function of `n`.
//!
//! A report is two updates: Telegram has no message that holds a photo, words and a position. First the
//! position, then the photo with its words, which completes it. (The other order joins a second report of
//! the same person to the first one; a position elsewhere begins the next.)

use super::{
    Outcome,
    base::Base,
    bot_api::BOT_ID,
    office::{layers, work_folder},
};
use bytes::Bytes;
use chrono::Utc;
use entity::chat;
use sea_orm::{ActiveValue::Set, EntityTrait};
use std::{collections::HashMap, path::Path};
use whistle::{
    app::{App, Clock, import::Loader},
    atlas::{AreaLevel, Edition, Point},
    demo::district,
    domain::{Role, UnitCode},
    startup,
    store::Store,
};

/// The demo's own district.
const SEED: u64 = 370_215;
/// The first address of those who report, and of those who hear.
const REPORTERS: i64 = 1_000_001;
const HEARERS: i64 = 2_000_001;
/// Places in each grid; a report is somewhere near one of them.
const PLACES: usize = 200;
/// Degrees that a report is off its place at most, about 30 m.
const NEAR: f64 = 0.000_3;
/// Rows in one insert: SQLite takes 32,766 values.
const CHUNK: usize = 1_000;
const WORDS: [&str; 6] = [
    "道路上有垃圾，没人清扫",
    "井盖坏了，晚上看不见",
    "楼前违章搭建彩钢房",
    "下水道堵了，路口积水很深",
    "路灯不亮，好几天了",
    "大风把广告牌吹歪了，快掉下来了",
];

/// Who is there.
pub struct Town {
    /// How many people report; their addresses follow each other.
    pub reporters: u64,
    /// The address of each branch's secretary.
    pub hearers: HashMap<String, i64>,
    places: Vec<Point>,
    clock: Clock,
}

/// One of the two updates of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Where.
    Pin,
    /// What: a photo and a line.
    Photo,
}

impl Town {
    /// Loads the district into a new database and binds the chats.
    ///
    /// # Errors
    /// The loader's or the database's.
    pub async fn found(base: &Base, folder: &Path) -> Outcome<Self> {
        work_folder(folder)?;
        let settings = layers(&base.url, folder)?.settings()?;
        let store = startup::open_store(&settings).await?;
        let app = startup::open_app(&settings, store, Clock::System).await?;
        let district = district(SEED);
        let loader = Loader::new(&app, &settings.security);
        loader.map(district.map_geojson.as_bytes(), None).await?;
        loader.departments(district.departments_csv.as_bytes()).await?;
        loader.catalogue(include_bytes!("../../../config/city/catalogue.csv")).await?;
        loader.calendar(include_bytes!("../../../config/city/calendar.csv")).await?;
        loader.people(district.people_csv.as_bytes()).await?;
        let town = Self::bind(&app, base).await?;
        Store::clone(app.store()).close().await?;
        Ok(town)
    }

    async fn bind(app: &App, base: &Base) -> Outcome<Self> {
        let city = app.city();
        let of_role = |role: Role| {
            let mut found: Vec<(String, UnitCode)> = Vec::new();
            for person in city.city.organisation.people() {
                let posts = person.posts.iter().filter(|post| post.role == role);
                found.extend(posts.take(1).map(|post| (person.code.to_string(), post.unit.clone())));
            }
            found.sort();
            found
        };
        let (reporters, secretaries) = (of_role(Role::EntranceLead), of_role(Role::BranchSecretary));
        let addressed = |first: i64, people: &[(String, UnitCode)]| {
            let pairs = people.iter().zip(first..);
            pairs.map(|((code, _), address)| row(code, address, app)).collect::<Vec<_>>()
        };
        let mut rows = addressed(REPORTERS, &reporters);
        rows.extend(addressed(HEARERS, &secretaries));
        for some in rows.chunks(CHUNK) {
            chat::Entity::insert_many(some.to_vec()).exec_without_returning(&base.db).await?;
        }
        let hearers = secretaries.iter().zip(HEARERS..).map(|((_, grid), at)| (grid.to_string(), at));
        Ok(Self {
            reporters: reporters.len() as u64,
            hearers: hearers.collect(),
            places: places(&city.edition),
            clock: app.clock().clone(),
        })
    }

    /// Who sends report `n`.
    pub fn reporter(&self, n: u64) -> i64 {
        REPORTERS + (n % self.reporters) as i64
    }

    /// The update as Telegram would bring it now.
    pub fn update(&self, n: u64, part: Part) -> Bytes {
        let (uid, chat) = (update_id(n, part), self.reporter(n));
        let (message, date) = (uid % 1_000_000_000, self.clock.now().timestamp());
        let body = match part {
            Part::Pin => {
                let Point { lon, lat } = self.place(n);
                format!(
                    r#""location":{{"latitude":{lat:.6},"longitude":{lon:.6},"horizontal_accuracy":8.5}}"#
                )
            }
            Part::Photo => {
                let (file, words) = (file_id(n), WORDS[n as usize % WORDS.len()]);
                format!(
                    r#""photo":[{{"file_id":"{file}_s","file_unique_id":"u{n}s","file_size":1253,"width":67,"height":90}},{{"file_id":"{file}","file_unique_id":"u{n}","file_size":151253,"width":960,"height":1280}}],"caption":"{words}""#
                )
            }
        };
        format!(
            r#"{{"update_id":{uid},"message":{{"message_id":{message},"from":{{"id":{chat},"is_bot":false,"first_name":"芳","last_name":"王","username":"u{chat}","language_code":"zh-hans"}},"chat":{{"id":{chat},"first_name":"芳","last_name":"王","username":"u{chat}","type":"private"}},"date":{date},{body}}}}}"#
        )
        .into()
    }

    /// Where report `n` is.
    pub fn place(&self, n: u64) -> Point {
        let at = |salt: u64| scattered(n.wrapping_mul(4).wrapping_add(salt));
        let off = |salt: u64| (at(salt) as f64 / u64::MAX as f64 - 0.5) * 2.0 * NEAR;
        let Point { lon, lat } = self.places[(at(0) % self.places.len() as u64) as usize];
        Point { lon: lon + off(1), lat: lat + off(2) }
    }
}

/// The id of an update.
pub fn update_id(n: u64, part: Part) -> i64 {
    814_000_000 + 2 * n as i64 + i64::from(part == Part::Photo)
}

/// Which report an update belongs to, and which part of it it is.
pub fn report_of(update_id: i64) -> (u64, Part) {
    let number = (update_id - 814_000_000) as u64;
    (number / 2, if number % 2 == 1 { Part::Photo } else { Part::Pin })
}

/// What an update is called in the inbox.
pub fn uid(n: u64, part: Part) -> String {
    format!("{BOT_ID}:{}", update_id(n, part))
}

/// The file id of a report's photo: nobody else's.
pub fn file_id(n: u64) -> String {
    format!("storm-{n}")
}

fn row(person: &str, address: i64, app: &App) -> chat::ActiveModel {
    chat::ActiveModel {
        channel: Set("telegram".into()),
        address: Set(address.to_string()),
        kind: Set("private".into()),
        person: Set(Some(person.to_owned())),
        unit: Set(None),
        language: Set(None),
        name: Set(None),
        state: Set("null".into()),
        version: Set(0),
        reachable: Set(true),
        revision: Set(0),
        created_at: Set(app.now().timestamp_millis()),
        overdue_at: Set(None),
        ..Default::default()
    }
}

/// Places well inside the grids, the same number in each: found by drawing points and asking the map.
fn places(edition: &Edition) -> Vec<Point> {
    let mut found: HashMap<String, Vec<Point>> = HashMap::new();
    let (west, south, east, north) = (120.2, 36.2, 120.9, 36.7);
    let margin = NEAR * 1.1;
    let owner = |point| edition.owner_number(AreaLevel::Grid, point);
    for n in 0..400_000_u64 {
        let share = |salt: u64| scattered(2 * n + salt) as f64 / u64::MAX as f64;
        let point = Point { lon: west + share(0) * (east - west), lat: south + share(1) * (north - south) };
        let Some(grid) = edition.owner(AreaLevel::Grid, point) else { continue };
        let corners = [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)]
            .map(|(x, y)| Point { lon: point.lon + x * margin, lat: point.lat + y * margin });
        let of_grid = found.entry(grid.code.to_owned()).or_default();
        if of_grid.len() < PLACES && corners.into_iter().all(|corner| owner(corner) == owner(point)) {
            of_grid.push(point);
        }
    }
    let mut all: Vec<_> = found.into_iter().collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all.into_iter().flat_map(|(_, places)| places).collect()
}

/// Numbers that follow each other, far apart (splitmix64).
fn scattered(n: u64) -> u64 {
    let n = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

/// Now, for whoever compares with the rows.
pub fn now() -> chrono::DateTime<Utc> {
    Clock::System.now()
}
