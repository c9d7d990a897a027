//! Three months of past cases. Each is lived through `open` and `decide` like a real one, by a script of
//! who does what when; the deadlines that pass in between pass here too.

use super::Chance;
use crate::{
    app::Snapshot,
    atlas::{AreaLevel, Datum, Point},
    domain::{
        Actor, CallReason, Case, Command, Event, Fix, Material, MediaId, Origin, PlaceSource, Report, Role,
        State, UnitCode, UnitLevel, Via, Who, life,
    },
};
use chrono::{DateTime, Datelike, Duration, Utc, Weekday};

/// A past case with everything that happened to it.
#[derive(Debug)]
pub struct Past {
    /// As it stands.
    pub case: Case,
    /// How it came there.
    pub events: Vec<Event>,
}

/// How many days of it.
pub const DAYS: i64 = 92;
/// Reports on a usual workday, in the whole district.
const A_DAY: f64 = 26.0;
/// Past photos are references only: there is no picture behind them.
const NO_PICTURE: MediaId = MediaId(0);
/// One report in this many comes from just across the border, and its reporter picks the right grid.
const BESIDE: usize = 12;
/// How far off a phone may be, metres.
const PHONE_M: f64 = 30.0;
/// Deadlines that may pass between two steps of a script.
const MOST_ALARMS: usize = 40;

/// What a worker types, by matter: plain words as on a phone.
const WORDS: [(&str, &str); 18] = [
    ("06010", "楼下绿化带旁有暴露垃圾，已经有味道了"),
    ("06042", "垃圾箱满溢，垃圾堆到路上了"),
    ("06012", "路面有泥土和落叶，不洁"),
    ("06013", "人行道地砖松动破损，老人容易绊倒"),
    ("06036", "单元门口乱堆杂物，影响通行"),
    ("06040", "有人私设地锁占车位"),
    ("06007", "沿街晾挂衣物"),
    ("06008", "楼道飞线充电"),
    ("06017", "绿地里有塑料袋和饮料瓶"),
    ("06028", "商铺音响噪声扰民"),
    ("07001", "电线杆上贴满小广告"),
    ("08001", "夜间施工，居民反映睡不着"),
    ("08004", "工地出入口扬尘大，没有洒水"),
    ("09005", "水果店店外经营占了人行道"),
    ("09006", "早市散后还有摊点占道经营"),
    ("09010", "非机动车乱停放堵住单元门"),
    ("09012", "消防通道被车辆占用"),
    ("10002", "弱电线缆脱落，垂到人行道上"),
];

struct Step {
    at: DateTime<Utc>,
    by: Who,
    command: Command,
}

/// The past up to `now`, oldest report first: the same for the same seed, district and time.
pub fn history(city: &Snapshot, seed: u64, now: DateTime<Utc>) -> Vec<Past> {
    let chance = Chance::of(seed).branch(7);
    let mut grids: Vec<&str> = city.edition.level(AreaLevel::Grid).map(|area| area.code).collect();
    grids.sort_unstable();
    let mut past: Vec<Past> = (0..DAYS)
        .rev()
        .flat_map(|back| day(city, &grids, &mut chance.branch(back as u64), now - Duration::days(back), now))
        .collect();
    past.sort_by_key(|past| past.case.times.reported);
    past
}

fn day(
    city: &Snapshot,
    grids: &[&str],
    chance: &mut Chance,
    day: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Vec<Past> {
    let local = day.with_timezone(&city.city.calendar.zone);
    let weekend = matches!(local.weekday(), Weekday::Sat | Weekday::Sun);
    let usual = if weekend { A_DAY * 0.6 } else { A_DAY };
    let count = chance.between(usual * 0.75, usual * 1.25) as usize;
    let midnight = local
        .date_naive()
        .and_hms_opt(0, 0, 0)
        .and_then(|at| at.and_local_timezone(local.timezone()).earliest());
    let Some(midnight) = midnight else { return Vec::new() };
    (0..count)
        .filter_map(|_| {
            // Patrols have two peaks, in the morning and after the midday rest.
            let hour = if chance.one_in(8) {
                chance.between(5.5, 22.5)
            } else {
                let around: &f64 = chance.pick(&[9.3, 10.4, 15.2, 16.4]);
                around + chance.between(-1.2, 1.2)
            };
            let at = midnight.with_timezone(&Utc) + Duration::seconds((hour * 3600.0) as i64);
            (at < now - Duration::minutes(3)).then(|| live(city, grids, chance, at, now))?
        })
        .collect()
}

/// One case from its report up to `now`.
fn live(
    city: &Snapshot,
    grids: &[&str],
    chance: &mut Chance,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<Past> {
    // Some grids have much more to do than others.
    let spread = chance.between(0.0, 1.0).powf(1.7);
    let grid = UnitCode::from(grids[((spread * grids.len() as f64) as usize).min(grids.len() - 1)]);
    let point = inside(city, &grid, chance)?;
    let resident = chance.one_in(9);
    let reporter = if resident { Who::Anonymous } else { worker(city, &grid, chance)? };
    let beside = if chance.one_in(BESIDE) { across(city, &grid, chance) } else { None };
    let mut report = report(city, beside.unwrap_or(point), resident, chance, at);
    report.place.corrected_to = beside.map(|_| grid.clone());
    let actor =
        Actor { who: reporter.clone(), said_at: at, via: if resident { Via::Page } else { Via::Chat } };
    let opened = life::open(report, &actor, &city.city, at + Duration::seconds(2)).ok()?;
    let mut past = Past { case: opened.case, events: opened.events };
    for step in script(city, &grid, &past.case, &reporter, chance, at) {
        if step.at > now || !pass_time(city, &mut past, step.at) {
            break;
        }
        take(city, &mut past, step);
    }
    pass_time(city, &mut past, now);
    Some(past)
}

fn inside(city: &Snapshot, grid: &UnitCode, chance: &mut Chance) -> Option<Point> {
    let centre = city.edition.centre(grid.as_str())?;
    (0..24)
        .map(|_| {
            Point::new(centre.lon + chance.between(-0.004, 0.004), centre.lat + chance.between(-0.003, 0.003))
        })
        .find(|point| city.edition.locate(*point, None).grid.as_deref() == Some(grid.as_str()))
        .or(Some(centre))
}

/// A point just across the border, which the map gives to a neighbour.
fn across(city: &Snapshot, grid: &UnitCode, chance: &mut Chance) -> Option<Point> {
    let centre = city.edition.centre(grid.as_str())?;
    (0..24)
        .map(|_| {
            Point::new(centre.lon + chance.between(-0.005, 0.005), centre.lat + chance.between(-0.004, 0.004))
        })
        .find(|point| {
            let located = city.edition.locate(*point, Some(PHONE_M));
            let beside = located.candidates.iter().any(|one| one.code == grid.as_str());
            beside && located.grid.is_some()
        })
}

fn worker(city: &Snapshot, grid: &UnitCode, chance: &mut Chance) -> Option<Who> {
    let workers = city.city.organisation.holders(grid, &[Role::GridWorker]);
    (!workers.is_empty()).then(|| Who::Person(chance.pick(&workers).clone()))
}

fn report(city: &Snapshot, point: Point, resident: bool, chance: &mut Chance, at: DateTime<Utc>) -> Report {
    let (category, words) = *chance.pick(&WORDS);
    let mut fix = Fix::new(point.lon, point.lat, Datum::Wgs84, PlaceSource::Pin);
    fix.accuracy_m = Some(chance.between(5.0, 35.0).round());
    Report {
        origin: if resident { Origin::Resident } else { Origin::Worker },
        place: city.place(&fix),
        material: vec![Material {
            message: None,
            words: Some(words.into()),
            photo: None,
            voice: None,
            said_at: at,
        }],
        category: category.into(),
        category_chosen: chance.one_in(4),
        self_resolved: None,
    }
}

/// Waits that most often are short and now and then long: minutes around a median.
fn minutes(chance: &mut Chance, median: f64) -> Duration {
    let bend = chance.between(-1.0, 1.0) + chance.between(-1.0, 1.0) + chance.between(-1.0, 1.0);
    Duration::seconds((median * (bend * 0.75).exp() * 60.0) as i64)
}

/// Who will do what when, as far as it goes as planned.
fn script(
    city: &Snapshot,
    grid: &UnitCode,
    case: &Case,
    reporter: &Who,
    chance: &mut Chance,
    at: DateTime<Utc>,
) -> Vec<Step> {
    let mut plot = Plot { city, at, steps: Vec::new() };
    let organisation = &city.city.organisation;
    let desk = organisation.holders(&case.desk, &[Role::Dispatcher]);
    let Some(dispatcher) = desk.first().map(|code| Who::Person(code.clone())) else { return plot.steps };
    if case.state == State::Reported {
        plot.working(minutes(chance, 18.0));
        if chance.one_in(14) {
            let reason = "重复反映，已有同类案件在办".to_owned();
            plot.step(&dispatcher, Command::Decline { reason });
            return plot.steps;
        }
        plot.step(&dispatcher, Command::Whistle { owner: Some(grid.clone()) });
    }
    if matches!(reporter, Who::Person(_)) && chance.one_in(4) {
        plot.wait(minutes(chance, 9.0));
        plot.step(reporter, Command::SelfResolve { words: "现场已清理".into(), photos: vec![NO_PICTURE] });
        plot.filing(&dispatcher, chance);
        return plot.steps;
    }
    let leads = organisation.holders(grid, &[Role::BranchSecretary, Role::GridLead]);
    let Some(lead) = (!leads.is_empty()).then(|| Who::Person(chance.pick(&leads).clone())) else {
        return plot.steps;
    };
    plot.handling((&lead, grid), &dispatcher, case, chance);
    plot.ending(&lead, &dispatcher, reporter, chance);
    plot.steps
}

struct Plot<'a> {
    city: &'a Snapshot,
    at: DateTime<Utc>,
    steps: Vec<Step>,
}

impl Plot<'_> {
    fn wait(&mut self, span: Duration) {
        self.at += span;
    }

    /// A wait that ends in office time.
    fn working(&mut self, span: Duration) {
        self.at = self.city.city.calendar.next_working(self.at) + span;
    }

    fn step(&mut self, by: &Who, command: Command) {
        self.steps.push(Step { at: self.at, by: by.clone(), command });
    }

    /// From the whistle to the settlement. What was sent back as another's ground comes again: the desk has
    /// looked at the map.
    fn handling(
        &mut self,
        (lead, grid): (&Who, &UnitCode),
        dispatcher: &Who,
        case: &Case,
        chance: &mut Chance,
    ) {
        let hour = self.at.with_timezone(&self.city.city.calendar.zone).time();
        let late_evening = chrono::Timelike::hour(&hour) >= 19;
        self.wait(minutes(chance, if late_evening { 35.0 } else { 7.0 }));
        self.step(lead, Command::Answer);
        if chance.one_in(28) {
            self.wait(minutes(chance, 30.0));
            self.step(lead, Command::Return { reason: "不在本网格范围，请改派".into() });
            self.working(minutes(chance, 25.0));
            self.step(dispatcher, Command::Whistle { owner: Some(grid.clone()) });
            self.wait(minutes(chance, 6.0));
            self.step(lead, Command::Answer);
        }
        self.wait(minutes(chance, 24.0));
        self.step(lead, Command::Arrive { fix: self.near(case, chance) });
        if chance.one_in(11) {
            self.call(lead, chance);
        }
        if chance.one_in(16) {
            self.wait(minutes(chance, 20.0));
            self.step(lead, Command::AskExtension { reason: "需协调物业进场，一天做不完".into() });
            self.working(minutes(chance, 30.0));
            let until = Some(self.at + Duration::hours(20));
            self.step(dispatcher, Command::DecideExtension { until, words: "同意".into() });
        }
        let median = if chance.one_in(3) { 420.0 } else { 75.0 };
        self.wait(minutes(chance, median));
        self.step(lead, settle(chance));
    }

    /// A fix near the case: most are on the spot, some are far or missing.
    fn near(&self, case: &Case, chance: &mut Chance) -> Option<Fix> {
        let point = case.place.point()?;
        if chance.one_in(15) {
            return None;
        }
        let reach = if chance.one_in(9) { 0.004 } else { 0.0004 };
        let (lon, lat) =
            (point.lon + chance.between(-reach, reach), point.lat + chance.between(-reach, reach));
        let fix = Fix::new(lon, lat, Datum::Wgs84, PlaceSource::Pin);
        Some(Fix { accuracy_m: Some(chance.between(5.0, 40.0).round()), taken_at: Some(self.at), ..fix })
    }

    fn call(&mut self, lead: &Who, chance: &mut Chance) {
        let mut departments: Vec<UnitCode> = self
            .city
            .city
            .organisation
            .units()
            .filter(|unit| unit.level == UnitLevel::Department)
            .map(|unit| unit.code.clone())
            .collect();
        departments.sort();
        if departments.is_empty() {
            return;
        }
        let department = chance.pick(&departments[..departments.len().min(22)]).clone();
        let officers = self.city.city.organisation.holders(&department, &[Role::DepartmentOfficer]);
        let reason = *chance.pick(&CallReason::ALL);
        let command =
            Command::CallDepartment {
                department: department.clone(), reason, words: "请到现场会办".into()
            };
        self.step(lead, command);
        let Some(officer) = officers.first().map(|code| Who::Person(code.clone())) else { return };
        self.wait(minutes(chance, 22.0));
        self.step(&officer, Command::Answer);
        self.wait(minutes(chance, 70.0));
        self.step(&officer, Command::Arrive { fix: None });
        self.wait(minutes(chance, 45.0));
        self.step(&officer, Command::Settle { condition: 0, words: "已现场处理".into(), photos: Vec::new() });
        self.wait(minutes(chance, 5.0));
        let score = *chance.pick(&[5, 5, 5, 4, 4, 3]);
        self.step(lead, Command::ScoreDepartment { department, score });
    }

    /// The desk checks what the window has brought before it; what closed by itself by then stays closed.
    fn filing(&mut self, dispatcher: &Who, chance: &mut Chance) {
        self.wait(self.city.city.policy.check_window + Duration::hours(1));
        self.working(minutes(chance, 90.0));
        self.step(dispatcher, Command::Check { passed: true, words: String::new() });
    }

    fn ending(&mut self, lead: &Who, dispatcher: &Who, reporter: &Who, chance: &mut Chance) {
        let checker = if reporter == &Who::Anonymous || reporter == lead { dispatcher } else { reporter };
        self.working(minutes(chance, 160.0));
        if chance.one_in(17) {
            self.step(checker, Command::Check { passed: false, words: "又出现了，没有处理干净".into() });
            self.wait(minutes(chance, 60.0));
            self.step(lead, Command::Arrive { fix: None });
            self.wait(minutes(chance, 60.0));
            self.step(lead, settle(chance));
            self.working(minutes(chance, 120.0));
        }
        if chance.one_in(12) {
            // The one who was asked says nothing; the desk files it.
            self.filing(dispatcher, chance);
            return;
        }
        self.step(checker, Command::Check { passed: true, words: String::new() });
        if chance.one_in(3) {
            self.wait(minutes(chance, 300.0));
            let score = *chance.pick(&[5, 5, 5, 5, 4, 4, 4, 3, 3, 2]);
            self.step(reporter, Command::Rate { score, solved: score > 2, words: None });
        }
    }
}

fn settle(chance: &mut Chance) -> Command {
    let words = *chance.pick(&[
        "已清理完毕",
        "已劝离并恢复原状",
        "已联系物业处理完成",
        "已修复，现场恢复",
        "已整改到位",
    ]);
    Command::Settle { condition: 0, words: words.into(), photos: vec![NO_PICTURE] }
}

/// Lets the deadlines up to `until` pass. False when the case has ended or will not wake.
fn pass_time(city: &Snapshot, past: &mut Past, until: DateTime<Utc>) -> bool {
    for _ in 0..MOST_ALARMS {
        let Some(at) = past.case.wake_at.filter(|at| *at <= until) else { return true };
        let Ok(decision) = life::decide(&past.case, Command::Wake, &Actor::clock(at), &city.city, at) else {
            return false;
        };
        past.case = decision.case;
        past.events.extend(decision.events);
    }
    true
}

/// Somebody does something; what is refused by then (somebody was faster) just does not happen.
fn take(city: &Snapshot, past: &mut Past, step: Step) {
    let via = if matches!(step.command, Command::Whistle { .. } | Command::Decline { .. }) {
        Via::Console
    } else {
        Via::Chat
    };
    let actor = Actor { who: step.by, said_at: step.at, via };
    if let Ok(decision) = life::decide(&past.case, step.command, &actor, &city.city, step.at) {
        past.case = decision.case;
        past.events.extend(decision.events);
    }
}
