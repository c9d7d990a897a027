//! A small town to look at through the console.
//!
//! ```text
//! D ── S ─┬─ C1 ─┬─ G1      DIS1 dispatches in C1, DIS2 in C2, LEAD leads D, ADM administers it;
//!         │      └─ G2      WORK1 and SEC1 belong to G1, WORK2 to G2, OFF1 to the department DEP1;
//!         └─ C2 ─── G3      BOTH dispatches in C1 and is a secretary of G1
//! ```

use actix_web::{
    App as Web,
    body::to_bytes,
    cookie::Cookie,
    http::{StatusCode, header},
    test,
    web::Data,
};
use chrono::{DateTime, Duration, TimeZone, Utc};
use std::{cell::RefCell, sync::Arc};
use tempfile::TempDir;
use whistle::{
    app::{App, Clock, Options, media::Blobs},
    atlas::{Datum, Edition},
    domain::{
        Actor, Case, Category, ClosingCondition, Command, Fix, LimitKind, Material, Origin, Person,
        PlaceSource, Post, Report, Role, TimeLimit, Unit, UnitCode, UnitLevel, Via, Who,
    },
    store::{self, EditionNew, PersonRow, Store},
    telemetry::Metrics,
    web::{self, Site},
};

/// The town and its program, at Wednesday 2026-07-08 10:00 in Shanghai.
pub struct Town {
    pub app: App,
    pub clock: Clock,
    pub site: Site,
    _photos: TempDir,
}

/// What a browser gets.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub body: String,
    pub location: String,
    pub cookie: Option<String>,
    /// Seconds of `Retry-After`.
    pub again: Option<u64>,
}

/// Somebody's browser, with its session cookie.
pub struct Browser<'a> {
    town: &'a Town,
    token: RefCell<Option<String>>,
}

const GRIDS: [(&str, f64); 3] = [("G1", 120.40), ("G2", 120.41), ("G3", 120.42)];

impl Town {
    pub async fn new(url: &str) -> Self {
        Self::with(url, Options::default(), web::Options::default()).await
    }

    /// The town whose program is set up like this.
    pub async fn with(url: &str, options: Options, pages: web::Options) -> Self {
        let store = Store::connect(url, &store::Options::default()).await.unwrap();
        store.migrate_up().await.unwrap();
        let clock = Clock::manual(Utc.with_ymd_and_hms(2026, 7, 8, 2, 0, 0).unwrap());
        load(&store, clock.now()).await;
        let photos = TempDir::with_prefix("whistle-photos-").unwrap();
        let blobs = Blobs::open(&format!("file://{}", photos.path().display()), 1 << 20).unwrap();
        let app = App::new(store, clock.clone(), Options { blobs: Some(blobs), ..options });
        app.refresh_city().await.unwrap();
        for person in ["DIS1", "DIS2", "LEAD", "ADM", "WORK1", "BOTH"] {
            app.set_password(&person.into(), "whistle-1").await.unwrap();
        }
        let options = web::Options { session: Duration::hours(12), ..pages };
        let site = Site {
            app: app.clone(),
            options: Arc::new(options),
            metrics: Arc::new(Metrics::new()),
            turnstile: Arc::new(web::Turnstile::new(web::Rates::default(), &clock)),
            telegram: None,
        };
        Self { app, clock, site, _photos: photos }
    }

    /// The same where a sign-in lasts so long without use.
    pub async fn with_sessions_of(url: &str, lasts: Duration) -> Self {
        let mut town = Self::new(url).await;
        let options = web::Options { session: lasts, ..(*town.site.options).clone() };
        town.site.options = Arc::new(options);
        town
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser { town: self, token: RefCell::new(None) }
    }

    pub async fn signed_in(&self, code: &str) -> Browser<'_> {
        let browser = self.browser();
        let answer = browser.sign_in(code, "whistle-1").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        browser
    }

    /// What the API says, as JSON.
    pub async fn api(&self, path: &str, token: &str) -> serde_json::Value {
        let request = test::TestRequest::get()
            .uri(path)
            .insert_header((header::AUTHORIZATION, format!("Bearer {token}")));
        serde_json::from_str(&self.call(request).await.body).unwrap()
    }

    /// A resident's request, which waits for the dispatcher.
    pub async fn reported(&self, grid: &str, words: &str) -> Case {
        self.report(Origin::Resident, Who::Anonymous, grid, words).await
    }

    /// A worker's report, whistled at once.
    pub async fn patrolled(&self, worker: &str, grid: &str, words: &str) -> Case {
        self.report(Origin::Worker, Who::Person(worker.into()), grid, words).await
    }

    async fn report(&self, origin: Origin, who: Who, grid: &str, words: &str) -> Case {
        let now = self.clock.now();
        let (lat, lon) = Self::centre(grid);
        let fix = Fix::new(lon.parse().unwrap(), lat.parse().unwrap(), Datum::Wgs84, PlaceSource::Pin);
        let piece =
            Material { message: None, words: Some(words.into()), photo: None, voice: None, said_at: now };
        let report = Report {
            origin,
            place: self.app.city().place(&fix),
            material: vec![piece],
            category: "06012".into(),
            category_chosen: true,
            self_resolved: None,
        };
        self.app.report(report, &Actor { who, said_at: now, via: Via::Chat }).await.unwrap()
    }

    /// A worker's report that SEC1 came to and settled so many minutes after the whistle.
    pub async fn settled(&self, grid: &str, words: &str, arrived: i64, settled: i64) -> Case {
        let case = self.patrolled("WORK1", grid, words).await;
        self.act(&case, "SEC1", Command::Answer).await;
        self.clock.advance(Duration::minutes(arrived));
        self.act(&case, "SEC1", Command::Arrive { fix: case.place.fix }).await;
        self.clock.advance(Duration::minutes(settled - arrived));
        let settle = Command::Settle { condition: 0, words: "清走了".into(), photos: Vec::new() };
        self.act(&case, "SEC1", settle).await
    }

    pub async fn act(&self, case: &Case, person: &str, command: Command) -> Case {
        let by = Actor::person(person.into(), self.clock.now(), Via::Chat);
        self.app.act(case.id, command, &by, None).await.unwrap()
    }

    pub async fn case(&self, case: &Case) -> Case {
        self.app.store().case(case.id).await.unwrap().unwrap()
    }

    /// Latitude and longitude of the middle of a grid.
    pub fn centre(grid: &str) -> (String, String) {
        let (_, west) = GRIDS.into_iter().find(|(code, _)| *code == grid).unwrap();
        ("36.395".to_owned(), format!("{:.3}", west + 0.005))
    }

    pub async fn call(&self, request: test::TestRequest) -> Answer {
        let around = web::guard::Timed::new(self.site.metrics.clone());
        let web = Web::new().app_data(Data::new(self.site.clone())).wrap(around).configure(web::routes);
        let service = test::init_service(web).await;
        let answer = match test::try_call_service(&service, request.to_request()).await {
            Ok(answer) => answer.into_parts().1,
            Err(error) => error.error_response(),
        };
        let text = |name| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (location, cookie) = (text(header::LOCATION).unwrap_or_default(), text(header::SET_COOKIE));
        let again = text(header::RETRY_AFTER).and_then(|seconds| seconds.parse().ok());
        let status = answer.status();
        let body = to_bytes(answer.into_body()).await.unwrap_or_else(|_| panic!("a whole body"));
        Answer { status, location, cookie, again, body: String::from_utf8_lossy(&body).into_owned() }
    }
}

impl Answer {
    /// What a hidden field of the page holds, as it stands in the page.
    pub fn hidden(&self, name: &str) -> &str {
        let found = self.body.split(&format!("name=\"{name}\" value=\"")).nth(1);
        found.and_then(|rest| rest.split('"').next()).unwrap_or_else(|| panic!("no {name} in {}", self.body))
    }

    /// The first link whose address has these letters.
    pub fn link_with(&self, letters: &str) -> Option<String> {
        let links = self.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let link = links.into_iter().find(|link| link.contains(letters))?;
        Some(link.replace("&#38;", "&").replace("&amp;", "&"))
    }
}

impl<'a> Browser<'a> {
    pub fn copy(&self) -> Browser<'a> {
        Browser { town: self.town, token: RefCell::new(self.token.borrow().clone()) }
    }

    pub async fn sign_in(&self, code: &str, password: &str) -> Answer {
        self.enter(&[("code", code), ("password", password)]).await
    }

    /// Signs in with everything that the door's form holds.
    pub async fn enter(&self, fields: &[(&str, &str)]) -> Answer {
        let answer = self.post_bare("/sign-in", fields).await;
        if let Some(cookie) = &answer.cookie {
            let token = Cookie::parse(cookie.clone()).unwrap().value().to_owned();
            self.token.replace(Some(token));
        }
        answer
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(test::TestRequest::get().uri(path).insert_header((header::ACCEPT, "text/html"))).await
    }

    /// What the page's script asks for.
    pub async fn fragment(&self, path: &str) -> Answer {
        self.send(test::TestRequest::get().uri(path).insert_header(("x-fragment", "1"))).await
    }

    /// A form as the page gave it, with its token.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.get("/console/").await;
        self.post_bare(path, &[fields, &[("csrf", page.hidden("csrf"))]].concat()).await
    }

    pub async fn post_bare(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(test::TestRequest::post().uri(path).set_form(fields)).await
    }

    /// A form with a file, which the page's token goes along with.
    pub async fn post_file(&self, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
        let page = self.get("/console/").await;
        self.post_file_bare(path, &[fields, &[("csrf", page.hidden("csrf"))]].concat(), file).await
    }

    /// The same with the fields as they are.
    pub async fn post_file_bare(&self, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            let head = format!("--end\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(head.into_bytes());
        }
        let head = "--end\r\nContent-Disposition: form-data; name=\"photos\"; filename=\"a.jpg\"\r\n\
            Content-Type: image/jpeg\r\n\r\n";
        body.extend(head.as_bytes());
        body.extend(file);
        body.extend(b"\r\n--end--\r\n");
        let kind = (header::CONTENT_TYPE, "multipart/form-data; boundary=end");
        self.send(test::TestRequest::post().uri(path).insert_header(kind).set_payload(body)).await
    }

    /// A form that a page of another site sends.
    pub async fn post_from_elsewhere(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let from = ("sec-fetch-site", "cross-site");
        self.send(test::TestRequest::post().uri(path).insert_header(from).set_form(fields)).await
    }

    /// Fills in a form of the page as it is now, and sees it done.
    pub async fn act(&self, case: &str, command: &str, fields: &[(&str, &str)]) {
        let page = self.get(case).await;
        let seen = [("seen", page.hidden("seen"))];
        let done = self.post(&format!("{case}/{command}"), &[fields, &seen].concat()).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    }

    async fn send(&self, request: test::TestRequest) -> Answer {
        let cookie = self.token.borrow().clone().map(|token| Cookie::new("session", token));
        let request = cookie.into_iter().fold(request, test::TestRequest::cookie);
        self.town.call(request).await
    }
}

async fn load(store: &Store, now: DateTime<Utc>) {
    let tx = store.begin().await.unwrap();
    let levels = [
        UnitLevel::District,
        UnitLevel::Subdistrict,
        UnitLevel::Community,
        UnitLevel::Grid,
        UnitLevel::Department,
    ];
    tx.replace_units(&levels, &units()).await.unwrap();
    tx.replace_people(&people()).await.unwrap();
    tx.replace_catalogue(&[litter(), lamps(), manhole()]).await.unwrap();
    let map = map();
    Edition::from_geojson(&map).expect("a good map");
    let edition = EditionNew {
        digest: "town",
        name: None,
        effective_at: Some(now),
        datum: Datum::Wgs84,
        geojson: &map,
    };
    tx.save_edition(&edition, now).await.unwrap();
    tx.bump_city_revision().await.unwrap();
    tx.commit().await.unwrap();
}

fn units() -> Vec<Unit> {
    use UnitLevel::{Community, Department, District, Grid, Subdistrict};
    [
        ("D", District, ""),
        ("S", Subdistrict, "D"),
        ("C1", Community, "S"),
        ("C2", Community, "S"),
        ("G1", Grid, "C1"),
        ("G2", Grid, "C1"),
        ("G3", Grid, "C2"),
        ("DEP1", Department, ""),
    ]
    .into_iter()
    .map(|(code, level, parent)| Unit {
        code: code.into(),
        name: format!("{code}单位"),
        name_en: None,
        level,
        parent: Some(UnitCode::from(parent)).filter(|parent| !parent.0.is_empty()),
        work_list: Vec::new(),
    })
    .collect()
}

fn people() -> Vec<PersonRow> {
    let both = [(Role::Dispatcher, "C1"), (Role::BranchSecretary, "G1")];
    let both = both.map(|(role, unit)| Post { role, unit: unit.into() }).to_vec();
    [
        ("DIS1", "赵派遣", Role::Dispatcher, "C1"),
        ("DIS2", "钱派遣", Role::Dispatcher, "C2"),
        ("LEAD", "孙领导", Role::Leader, "D"),
        ("ADM", "李管理", Role::Admin, "D"),
        ("WORK1", "王小明", Role::GridWorker, "G1"),
        ("WORK2", "周网格", Role::GridWorker, "G2"),
        ("SEC1", "吴书记", Role::BranchSecretary, "G1"),
        ("OFF1", "郑队长", Role::DepartmentOfficer, "DEP1"),
    ]
    .into_iter()
    .map(|(code, name, role, unit)| (code, name, vec![Post { role, unit: unit.into() }]))
    .chain([("BOTH", "冯兼任", both)])
    .map(|(code, name, posts)| PersonRow {
        person: Person { code: code.into(), name: name.into(), language: "zh-CN".into(), posts },
        phone_cipher: None,
    })
    .collect()
}

fn litter() -> Category {
    let hours = |hours| TimeLimit::new(hours, LimitKind::WorkHour);
    Category {
        code: "06012".into(),
        major: "市容环境类".into(),
        major_en: "City appearance".into(),
        name: "道路不洁".into(),
        name_en: "Dirty road".into(),
        keywords: vec!["垃圾".into()],
        keywords_en: vec!["litter".into()],
        answer_limit: hours(0.5),
        arrive_limit: hours(1.0),
        settle_limit: hours(4.0),
        closing_conditions: vec![ClosingCondition { text: "已清理".into(), text_en: "Cleaned".into() }],
        direct: false,
        photo_required: false,
    }
}

fn lamps() -> Category {
    let names = ("路灯损坏".to_owned(), "Broken street lamp".to_owned());
    Category {
        code: "08001".into(),
        name: names.0,
        name_en: names.1,
        keywords: vec!["路灯".into()],
        ..litter()
    }
}

/// Asks for a photo of it settled.
fn manhole() -> Category {
    let names = ("井盖破损".to_owned(), "Broken manhole".to_owned());
    Category { code: "08002".into(), name: names.0, name_en: names.1, photo_required: true, ..litter() }
}

/// Three squares side by side, and their communities, subdistrict and district around them.
fn map() -> String {
    let square = |code: &str, level: &str, parent: Option<&str>, west: f64, east: f64| {
        let ring = [[west, 36.39], [east, 36.39], [east, 36.40], [west, 36.40], [west, 36.39]];
        serde_json::json!({
            "type": "Feature",
            "properties": {"code": code, "name": format!("{code}单位"), "level": level, "parent": parent},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        })
    };
    let features = [
        square("D", "district", None, 120.40, 120.43),
        square("S", "subdistrict", Some("D"), 120.40, 120.43),
        square("C1", "community", Some("S"), 120.40, 120.42),
        square("C2", "community", Some("S"), 120.42, 120.43),
        square("G1", "grid", Some("C1"), 120.40, 120.41),
        square("G2", "grid", Some("C1"), 120.41, 120.42),
        square("G3", "grid", Some("C2"), 120.42, 120.43),
    ];
    serde_json::json!({"type": "FeatureCollection", "features": features}).to_string()
}
