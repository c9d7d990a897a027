//! The life of a case, told as stories in a small city.
//!
//! ```text
//! D ── S1 ── C1 ── G1 ── B1        departments: U1 (two officers), U2 (one)
//!        │      └─ G2
//!        └── C2 ── G3
//! ```

mod answering;
mod checking;
mod clocks;
mod departments;
mod desk;
mod properties;
mod reporting;
mod table;

use super::{decide, open};
use crate::{atlas::Datum, domain::*};
use chrono::{DateTime, Duration, NaiveDateTime, TimeZone, Utc};
use state_words::kind;

mod state_words {
    /// The variant's own word, from a value's JSON form.
    pub fn kind(value: &impl serde::Serialize) -> String {
        let json = serde_json::to_value(value).unwrap();
        json["kind"].as_str().unwrap().to_owned()
    }
}

/// Wednesday morning.
const MORNING: &str = "2026-07-08 10:00";

fn at(local: &str) -> DateTime<Utc> {
    let naive = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap();
    chrono_tz::Asia::Shanghai.from_local_datetime(&naive).unwrap().to_utc()
}

fn local(at: DateTime<Utc>) -> String {
    at.with_timezone(&chrono_tz::Asia::Shanghai).format("%Y-%m-%d %H:%M").to_string()
}

/// Shop front: half an hour to answer, two to arrive, two work days to settle, with a photo.
const SHOP: &str = "06001";
/// Gas: a quarter of an hour, an hour, two hours, by day and by night.
const GAS: &str = "06002";
/// Litter: residents' requests go straight out; no photo is asked for.
const LITTER: &str = "06003";

fn city() -> City {
    City {
        organisation: organisation(),
        catalogue: catalogue(),
        calendar: calendar(),
        policy: Policy::default(),
    }
}

fn calendar() -> Calendar {
    let rows = include_str!("../../../../config/city/calendar.csv").lines().skip(1);
    let days = rows.map(|row| {
        let mut cells = row.split(',');
        let date = cells.next().unwrap().parse().unwrap();
        (date, if cells.next() == Some("work") { DayKind::Work } else { DayKind::Off })
    });
    Calendar { days: days.collect(), ..Calendar::default() }
}

fn organisation() -> Organisation {
    use Role::*;
    use UnitLevel::{BuildingGroup, Community, Department, District, Grid, Subdistrict};
    let unit = |code: &str, level, parent: &str| Unit {
        code: code.into(),
        name: code.to_owned(),
        name_en: None,
        level,
        parent: (!parent.is_empty()).then(|| parent.into()),
        work_list: Vec::new(),
    };
    let units = vec![
        unit("D", District, ""),
        unit("S1", Subdistrict, "D"),
        unit("C1", Community, "S1"),
        unit("C2", Community, "S1"),
        unit("G1", Grid, "C1"),
        unit("G2", Grid, "C1"),
        unit("G3", Grid, "C2"),
        unit("B1", BuildingGroup, "G1"),
        unit("U1", Department, ""),
        unit("U2", Department, ""),
    ];
    let person = |code: &str, role, unit: &str| Person {
        code: code.into(),
        name: code.to_owned(),
        language: "zh-CN".to_owned(),
        posts: vec![Post { role, unit: unit.into() }],
    };
    let people = vec![
        person("worker", GridWorker, "G1"),
        person("worker2", GridWorker, "G1"),
        person("far_worker", GridWorker, "G3"),
        person("secretary", BranchSecretary, "G1"),
        person("grid_lead", GridLead, "G1"),
        person("building_lead", BuildingLead, "B1"),
        person("entrance_lead", EntranceLead, "B1"),
        person("secretary2", BranchSecretary, "G2"),
        person("dispatcher", Dispatcher, "C1"),
        person("dispatcher2", Dispatcher, "C2"),
        person("community_leader", Leader, "C1"),
        person("subdistrict_leader", Leader, "S1"),
        person("district_leader", Leader, "D"),
        person("admin", Admin, "D"),
        person("officer", DepartmentOfficer, "U1"),
        person("officer2", DepartmentOfficer, "U1"),
        person("clerk", DepartmentOfficer, "U2"),
    ];
    Organisation::new(units, people)
}

fn category(code: &str, limits: [&str; 3], direct: bool, photo_required: bool) -> Category {
    let condition = |text: &str| ClosingCondition { text: text.to_owned(), text_en: text.to_owned() };
    let [answer, arrive, settle] = limits.map(|limit| limit.parse().unwrap());
    Category {
        code: code.into(),
        major: "市容环境类".to_owned(),
        major_en: "City appearance".to_owned(),
        name: code.to_owned(),
        name_en: code.to_owned(),
        keywords: Vec::new(),
        keywords_en: Vec::new(),
        answer_limit: answer,
        arrive_limit: arrive,
        settle_limit: settle,
        closing_conditions: vec![condition("removed"), condition("found to be lawful")],
        direct,
        photo_required,
    }
}

fn catalogue() -> Catalogue {
    Catalogue::new([
        category("00000", ["0.5 work_hour", "2 work_hour", "2 work_day"], false, false),
        category(SHOP, ["0.5 work_hour", "2 work_hour", "2 work_day"], false, true),
        category(GAS, ["0.25 urgent_hour", "1 urgent_hour", "2 urgent_hour"], false, false),
        category(LITTER, ["0.5 work_hour", "2 work_hour", "1 natural_day"], true, false),
    ])
}

fn fix(lon: f64, lat: f64) -> Fix {
    Fix::new(lon, lat, Datum::Wgs84, PlaceSource::Pin)
}

/// In grid G1, at building group B1.
fn in_g1() -> Place {
    let mut place = Place { fix: Some(fix(120.45, 36.39)), ..Place::default() };
    place.located.grid = Some("G1".to_owned());
    place.located.community = Some("C1".to_owned());
    place.located.building_group = Some("B1".to_owned());
    place
}

/// In no grid, nearest to community C2.
fn outside() -> Place {
    let mut place = Place { fix: Some(fix(120.60, 36.50)), ..Place::default() };
    place.located.desk = Some("C2".to_owned());
    place
}

fn words(text: &str, said_at: DateTime<Utc>) -> Material {
    Material {
        message: Some(text.to_owned()),
        words: Some(text.to_owned()),
        photo: None,
        voice: None,
        said_at,
    }
}

fn report(origin: Origin, category: &str, place: Place) -> Report {
    Report {
        origin,
        place,
        material: vec![words("a shop blocks the pavement", at(MORNING))],
        category: category.into(),
        category_chosen: true,
        self_resolved: None,
    }
}

fn person(code: &str, said_at: DateTime<Utc>) -> Actor {
    Actor::person(code.into(), said_at, Via::Chat)
}

fn resident(said_at: DateTime<Utc>) -> Actor {
    Actor { who: Who::Resident(ChatId(9)), said_at, via: Via::Chat }
}

/// `worker` and so on are persons; these two are not.
fn actor(who: &str, said_at: DateTime<Utc>) -> Actor {
    match who {
        "resident" => resident(said_at),
        "clock" => Actor::clock(said_at),
        "nobody" => Actor { who: Who::Anonymous, said_at, via: Via::Page },
        code => person(code, said_at),
    }
}

/// A case in a city, at a time.
#[derive(Clone)]
struct Story {
    city: City,
    now: DateTime<Utc>,
    case: Case,
    events: Vec<Event>,
    /// What the last accepted command made leave.
    effects: Vec<Effect>,
}

impl std::fmt::Debug for Story {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Story")
            .field("now", &local(self.now))
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}

impl Story {
    fn opened(report: Report, by: &str, now: &str) -> Self {
        Self::opened_in(city(), report, by, now)
    }

    fn opened_in(city: City, report: Report, by: &str, now: &str) -> Self {
        let now = at(now);
        let decision = open(report, &actor(by, now), &city, now).unwrap();
        Self { city, now, case: decision.case, events: decision.events, effects: decision.effects }
    }

    /// A worker's report in G1, whistled at once.
    fn whistled(category: &str) -> Self {
        Self::opened(report(Origin::Worker, category, in_g1()), "worker", MORNING)
    }

    /// A resident's request that waits for the desk of C1.
    fn reported() -> Self {
        Self::opened(report(Origin::Resident, SHOP, in_g1()), "resident", MORNING)
    }

    fn answered(category: &str) -> Self {
        Self::whistled(category).after(5).by("secretary", Command::Answer)
    }

    fn arrived(category: &str) -> Self {
        Self::answered(category).after(20).by("secretary", here())
    }

    fn settled(category: &str) -> Self {
        Self::arrived(category).after(30).by("secretary", settle())
    }

    fn closed(category: &str) -> Self {
        Self::settled(category).after(10).by("worker", passed())
    }

    fn after(mut self, minutes: i64) -> Self {
        self.now += Duration::minutes(minutes);
        self
    }

    fn at(mut self, local: &str) -> Self {
        self.now = at(local);
        self
    }

    fn try_by(&self, who: &str, command: Command) -> Result<Decision, Refusal> {
        decide(&self.case, command, &actor(who, self.now), &self.city, self.now)
    }

    /// The command is accepted.
    #[track_caller]
    fn by(self, who: &str, command: Command) -> Self {
        let said_at = self.now;
        self.by_at(who, command, said_at)
    }

    /// The command is accepted; the message was written at `said_at`.
    #[track_caller]
    fn by_at(mut self, who: &str, command: Command, said_at: DateTime<Utc>) -> Self {
        let name = command.name();
        match decide(&self.case, command, &actor(who, said_at), &self.city, self.now) {
            Ok(decision) => {
                self.case = decision.case;
                self.events.extend(decision.events);
                self.effects = decision.effects;
                self
            }
            Err(refusal) => panic!("{name} by {who} was refused: {refusal:?}"),
        }
    }

    /// The alarm rings when it is due.
    #[track_caller]
    fn wake(mut self) -> Self {
        self.now = self.case.wake_at.expect("an alarm");
        self.by("clock", Command::Wake)
    }

    fn refusal(&self, who: &str, command: Command) -> Refusal {
        self.try_by(who, command).expect_err("should be refused")
    }

    fn owner(&self) -> &Whistle {
        self.case.whistle.as_ref().expect("a whistle")
    }

    /// Who was told something of this kind by the last command.
    fn told(&self, notice: &str) -> Vec<String> {
        let told = self.effects.iter().filter_map(|effect| match effect {
            Effect::Tell { to, notice: one } if kind(one) == notice => Some(name(to)),
            _ => None,
        });
        told.collect()
    }

    /// Who heard a whistle by the last command.
    fn heard(&self) -> Vec<String> {
        let heard = self.effects.iter().filter_map(|effect| match effect {
            Effect::Whistle { to, .. } => Some(to.iter().map(|person| person.0.clone())),
            Effect::Tell { .. } => None,
        });
        heard.flatten().collect()
    }

    /// The kinds of the newest facts, oldest first.
    fn facts(&self, last: usize) -> Vec<String> {
        let facts = self.events.iter().map(|event| kind(&event.fact));
        facts.skip(self.events.len() - last).collect()
    }
}

fn name(recipient: &Recipient) -> String {
    match recipient {
        Recipient::Person(person) => person.0.clone(),
        Recipient::Chat(chat) => format!("chat {chat}"),
        Recipient::Group(unit) => format!("group {unit}"),
    }
}

fn here() -> Command {
    Command::Arrive { fix: Some(fix(120.45, 36.39)) }
}

fn settle() -> Command {
    Command::Settle { condition: 0, words: "cleared".to_owned(), photos: vec![MediaId(7)] }
}

fn passed() -> Command {
    Command::Check { passed: true, words: String::new() }
}

fn failed() -> Command {
    Command::Check { passed: false, words: "it is still there".to_owned() }
}

fn send_back() -> Command {
    Command::Return { reason: "not our ground".to_owned() }
}

fn call(department: &str) -> Command {
    let words = "the licence is missing".to_owned();
    Command::CallDepartment { department: department.into(), reason: CallReason::BeyondPowers, words }
}

fn reassign(owner: &str) -> Command {
    Command::Reassign { owner: owner.into(), reason: "nearer".to_owned() }
}

fn suspend(until: &str) -> Command {
    Command::Suspend { until: at(until), reason: "waits for the owner".to_owned() }
}

fn whistle() -> Command {
    Command::Whistle { owner: None }
}

fn escalate() -> Command {
    Command::Escalate { reason: "a school is next to it".to_owned() }
}

fn urge() -> Command {
    Command::Urge { words: "what now?".to_owned() }
}

fn reply() -> Command {
    Command::Reply { words: "at noon".to_owned() }
}
