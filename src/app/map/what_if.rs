//! A draft tried on the past: the cases of the last days are routed once by the edition in force and once
//! by the draft, and counted per grid. Cases are read a page at a time and only their sums are kept.
//!
//! The rules. A case counts for the grid that the map gives its position; what a person corrected is left
//! out, because the map is what is tried. Load is the time on the spot, from the first arrival to the first
//! settlement. A grid's response is the median from whistle to arrival, to the minute, of the cases that it
//! had itself in these days; under [`LEAST`] of them there is no figure. Cases that a grid would gain are
//! expected to be met in that grid's own response.

use super::tally::Tally;
use crate::{
    app::{
        App, Error, Result,
        export::{Cell, Table},
    },
    atlas::{AreaLevel, Edition},
    domain::{City, UnitCode, figures::Window},
    store::{Trace, TraceFilter},
};
use chrono::{DateTime, Duration, Utc};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// Fewer cases than this give no response time.
pub const LEAST: u32 = 8;
/// The longest past that a draft is tried on, days.
const MOST_DAYS: u32 = 366;
/// Cases read at a time.
const PAGE: u64 = 2_000;

/// A grid; none for ground that is nobody's.
type Grid = Option<UnitCode>;

/// What a draft would have meant.
#[derive(Clone, Debug, PartialEq)]
pub struct WhatIf {
    /// The draft.
    pub edition: i64,
    /// The edition in force that it is compared with.
    pub base: Option<i64>,
    /// The period.
    pub window: Window,
    /// Cases with a position.
    pub placed: u64,
    /// Cases without one: no map can move them.
    pub unplaced: u64,
    /// Cases that would have gone to somebody else.
    pub moved: u64,
    /// Every grid of both editions, those that change or exchange cases first; then in code order.
    pub grids: Vec<GridLine>,
    /// Who would give to whom, the most cases first.
    pub exchanges: Vec<Exchange>,
}

/// What becomes of a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    Same,
    /// The draft brings it.
    New,
    /// The draft has it no longer.
    Gone,
    /// Its outline, name or community is another.
    Redrawn,
}

/// One grid before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct GridLine {
    /// The grid; none for ground that is nobody's.
    pub grid: Grid,
    /// As the draft calls it, else the edition in force.
    pub name: String,
    /// What becomes of it.
    pub change: Change,
    /// Cases by the edition in force.
    pub before: u64,
    /// Cases by the draft.
    pub after: u64,
    /// Cases that it would have got from others.
    pub gained: u64,
    /// Cases that would have gone to others.
    pub lost: u64,
    /// Hours on the spot before.
    pub hours_before: f64,
    /// Hours on the spot after.
    pub hours_after: f64,
    /// People who answer its whistles.
    pub people: usize,
    /// Median response of its own cases, minutes.
    pub response: Option<f64>,
    /// Cases behind that.
    pub history: u32,
}

/// Cases that one grid would give to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    /// By the edition in force.
    pub from: Grid,
    /// By the draft.
    pub to: Grid,
    /// How many.
    pub cases: u64,
    /// Median response that they had, minutes.
    pub had: Option<f64>,
    /// Median response of the one who would get them, minutes.
    pub expected: Option<f64>,
}

#[derive(Default)]
struct Sums {
    before: u64,
    after: u64,
    gained: u64,
    lost: u64,
    seconds_before: i64,
    seconds_after: i64,
}

/// The sums of a replay, and nothing of the cases themselves.
struct Replay {
    base: Arc<Edition>,
    draft: Arc<Edition>,
    placed: u64,
    unplaced: u64,
    moved: u64,
    sums: BTreeMap<Grid, Sums>,
    exchanges: BTreeMap<(Grid, Grid), (u64, Tally)>,
    history: HashMap<UnitCode, Tally>,
}

impl App {
    /// Tries an edition on the cases reported in the last `days`; `progress` is told how many have been
    /// gone through.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an edition that is none, [`Error::BadInput`] for no days or too many.
    pub async fn what_if(&self, edition: i64, days: u32, mut progress: impl FnMut(u64)) -> Result<WhatIf> {
        if !(1..=MOST_DAYS).contains(&days) {
            return Err(Error::BadInput(format!("天数须为 1–{MOST_DAYS} days must be 1 to {MOST_DAYS}")));
        }
        let city = self.city();
        let draft = self.edition_map(edition).await?;
        let mut replay = Replay::new(city.edition.clone(), draft);
        let mut filter = traces(self.now(), days);
        loop {
            let page = self.store().traces(&filter).await?;
            page.iter().for_each(|trace| replay.take(trace));
            progress(replay.placed + replay.unplaced);
            filter.after = page.last().map(Trace::keyset);
            if (page.len() as u64) < PAGE {
                break;
            }
        }
        let window = Window { from: filter.since, to: filter.until };
        Ok(replay.close(edition, city.edition_id, window, &city.city))
    }

    /// How many cases [`App::what_if`] will go through.
    ///
    /// # Errors
    /// The store's.
    pub async fn what_if_cases(&self, days: u32) -> Result<u64> {
        Ok(self.store().count_traces(&traces(self.now(), days)).await?)
    }
}

fn traces(now: DateTime<Utc>, days: u32) -> TraceFilter {
    TraceFilter {
        since: now - Duration::days(days.into()),
        until: now,
        desks: None,
        elsewhere: false,
        limit: PAGE,
        after: None,
    }
}

impl Replay {
    fn new(base: Arc<Edition>, draft: Arc<Edition>) -> Self {
        Self {
            base,
            draft,
            placed: 0,
            unplaced: 0,
            moved: 0,
            sums: BTreeMap::new(),
            exchanges: BTreeMap::new(),
            history: HashMap::new(),
        }
    }

    fn take(&mut self, trace: &Trace) {
        let response = trace.whistled.zip(trace.arrived).map(|(from, to)| minutes(to - from));
        if let Some((owner, response)) = trace.owner.clone().zip(response) {
            self.history.entry(owner).or_default().add(response);
        }
        let Some(point) = trace.point else {
            self.unplaced += 1;
            return;
        };
        self.placed += 1;
        let owner = |edition: &Edition| edition.locate(point, None).grid.map(UnitCode);
        let (from, to) = (owner(&self.base), owner(&self.draft));
        let spot = trace.arrived.zip(trace.settled).map_or(0, |(from, to)| (to - from).num_seconds().max(0));
        let moves = from != to;
        let before = self.sums.entry(from.clone()).or_default();
        before.before += 1;
        before.seconds_before += spot;
        before.lost += u64::from(moves);
        let after = self.sums.entry(to.clone()).or_default();
        after.after += 1;
        after.seconds_after += spot;
        after.gained += u64::from(moves);
        if moves {
            self.moved += 1;
            let exchange = self.exchanges.entry((from, to)).or_default();
            exchange.0 += 1;
            response.into_iter().for_each(|response| exchange.1.add(response));
        }
    }

    fn close(mut self, edition: i64, base: Option<i64>, window: Window, city: &City) -> WhatIf {
        for one in [self.base.clone(), self.draft.clone()] {
            for area in one.level(AreaLevel::Grid) {
                self.sums.entry(Some(UnitCode(area.code.clone()))).or_default();
            }
        }
        let mut grids: Vec<GridLine> =
            self.sums.iter().map(|(grid, sums)| self.line(grid, sums, city)).collect();
        grids.sort_by_key(|line| !line.matters());
        let mut exchanges: Vec<Exchange> = self
            .exchanges
            .iter()
            .map(|((from, to), (cases, had))| Exchange {
                from: from.clone(),
                to: to.clone(),
                cases: *cases,
                had: had.median(LEAST),
                expected: self.response(to).0,
            })
            .collect();
        exchanges.sort_by_key(|one| std::cmp::Reverse(one.cases));
        let Self { placed, unplaced, moved, .. } = self;
        WhatIf { edition, base, window, placed, unplaced, moved, grids, exchanges }
    }

    fn response(&self, grid: &Grid) -> (Option<f64>, u32) {
        let history = grid.as_ref().and_then(|grid| self.history.get(grid));
        history.map_or((None, 0), |tally| (tally.median(LEAST), tally.total()))
    }

    fn line(&self, grid: &Grid, sums: &Sums, city: &City) -> GridLine {
        let (response, history) = self.response(grid);
        let code = grid.as_ref().map(UnitCode::as_str);
        let (old, new) =
            (code.and_then(|code| self.base.area(code)), code.and_then(|code| self.draft.area(code)));
        let change = match (old, new) {
            (Some(old), Some(new)) if old != new => Change::Redrawn,
            (None, Some(_)) => Change::New,
            (Some(_), None) => Change::Gone,
            _ => Change::Same,
        };
        let people = grid.iter().flat_map(|grid| city.organisation.posts(grid));
        GridLine {
            grid: grid.clone(),
            name: new.or(old).map(|area| area.name.clone()).unwrap_or_default(),
            change,
            before: sums.before,
            after: sums.after,
            gained: sums.gained,
            lost: sums.lost,
            hours_before: hours(sums.seconds_before),
            hours_after: hours(sums.seconds_after),
            people: people.filter(|(_, role)| role.responds()).count(),
            response,
            history,
        }
    }
}

impl GridLine {
    /// Does anything become of it?
    pub fn matters(&self) -> bool {
        self.change != Change::Same || self.gained > 0 || self.lost > 0
    }

    /// It would own ground, and nobody holds a post there who answers.
    pub fn lacks_people(&self) -> bool {
        self.grid.is_some() && self.change != Change::Gone && self.people == 0
    }
}

impl Change {
    /// The word in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::New => "new",
            Self::Gone => "gone",
            Self::Redrawn => "redrawn",
        }
    }
}

fn minutes(span: Duration) -> u32 {
    u32::try_from(span.num_minutes().max(0)).unwrap_or(u32::MAX)
}

fn hours(seconds: i64) -> f64 {
    seconds as f64 / 3_600.0
}

const HEADER: [&str; 13] = [
    "网格代码",
    "网格",
    "变化",
    "现行版案件",
    "草案案件",
    "增减",
    "转入",
    "转出",
    "现行版现场小时",
    "草案现场小时",
    "应哨人员",
    "响应中位数（分）",
    "响应样本",
];
const EXCHANGES: [&str; 5] = ["转出网格", "转入网格", "案件", "原响应中位数（分）", "预计响应（分）"];

/// The grids as a table, or with `exchanges` who gives to whom.
pub fn what_if_table(what_if: &WhatIf, exchanges: bool) -> Table {
    let count = |count: u64| Cell::Number(count as f64);
    let grid = |grid: &Grid| grid.as_ref().map_or(Cell::text("-"), Cell::text);
    if exchanges {
        let row = |one: &Exchange| {
            vec![
                grid(&one.from),
                grid(&one.to),
                count(one.cases),
                Cell::number(one.had),
                Cell::number(one.expected),
            ]
        };
        let rows = what_if.exchanges.iter().map(row).collect();
        return Table { title: "归属变化", header: EXCHANGES.map(str::to_owned).to_vec(), rows };
    }
    let row = |line: &GridLine| {
        vec![
            grid(&line.grid),
            Cell::text(if line.grid.is_some() { &line.name } else { "网格外" }),
            Cell::text(line.change.as_str()),
            count(line.before),
            count(line.after),
            Cell::Number(line.after as f64 - line.before as f64),
            count(line.gained),
            count(line.lost),
            Cell::number(Some(line.hours_before)),
            Cell::number(Some(line.hours_after)),
            Cell::Number(line.people as f64),
            Cell::number(line.response),
            Cell::Number(f64::from(line.history)),
        ]
    };
    let rows = what_if.grids.iter().map(row).collect();
    Table { title: "草案试算", header: HEADER.map(str::to_owned).to_vec(), rows }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::map::fixture::{PLAIN, SPLIT, map},
        atlas::Point,
        domain::CaseId,
    };

    fn trace(lon: f64, owner: &str, response: i64) -> Trace {
        let reported = DateTime::UNIX_EPOCH;
        let arrived = reported + Duration::minutes(response);
        Trace {
            case: CaseId(1),
            reported,
            point: Some(Point::new(lon, 36.395)),
            map_grid: None,
            grid: None,
            owner: Some(owner.into()),
            whistled: Some(reported),
            arrived: Some(arrived),
            settled: Some(arrived + Duration::minutes(30)),
        }
    }

    fn replayed(traces: &[Trace]) -> WhatIf {
        let edition = |grids| Arc::new(Edition::from_geojson(&map(grids)).unwrap().0);
        let mut replay = Replay::new(edition(&PLAIN), edition(&SPLIT));
        traces.iter().for_each(|one| replay.take(one));
        let window = Window { from: DateTime::UNIX_EPOCH, to: DateTime::UNIX_EPOCH };
        replay.close(2, Some(1), window, &City::default())
    }

    fn line<'a>(what_if: &'a WhatIf, code: &str) -> &'a GridLine {
        what_if
            .grids
            .iter()
            .find(|line| line.grid.as_ref().is_some_and(|grid| grid.as_str() == code))
            .unwrap()
    }

    #[test]
    fn a_split_gives_the_cases_of_its_half() {
        let mut traces: Vec<Trace> = (0..10).map(|n| trace(120.417, "G2", 10 + n)).collect();
        traces.extend((0..3).map(|_| trace(120.412, "G2", 40)));
        traces.push(Trace { point: None, ..trace(0.0, "G1", 5) });
        let what_if = replayed(&traces);
        assert_eq!((what_if.placed, what_if.unplaced, what_if.moved), (13, 1, 10));
        let (old, new) = (line(&what_if, "G2"), line(&what_if, "G4"));
        assert_eq!((old.before, old.after, old.lost, old.gained), (13, 3, 10, 0));
        assert_eq!((new.before, new.after, new.gained), (0, 10, 10));
        assert_eq!((old.change, new.change), (Change::Redrawn, Change::New));
        assert!((old.hours_before - 6.5).abs() < 1e-9 && (new.hours_after - 5.0).abs() < 1e-9);
        assert_eq!(old.response, Some(16.0), "its own thirteen cases");
        let [exchange] = what_if.exchanges.as_slice() else { panic!("{:?}", what_if.exchanges) };
        assert_eq!((exchange.cases, exchange.had, exchange.expected), (10, Some(14.5), None));
        assert!(new.lacks_people());
        assert!(!line(&what_if, "G1").matters() && what_if.grids[0].matters());
    }

    #[test]
    fn too_few_cases_give_no_response() {
        let what_if = replayed(&(1..LEAST).map(|_| trace(120.405, "G1", 9)).collect::<Vec<_>>());
        assert_eq!((line(&what_if, "G1").response, line(&what_if, "G1").history), (None, LEAST - 1));
    }

    #[test]
    fn ground_that_becomes_nobodys_is_told() {
        let edition = |grids| Arc::new(Edition::from_geojson(&map(grids)).unwrap().0);
        let mut replay = Replay::new(edition(&PLAIN), edition(&PLAIN));
        replay.take(&trace(121.0, "G1", 1));
        let window = Window { from: DateTime::UNIX_EPOCH, to: DateTime::UNIX_EPOCH };
        let what_if = replay.close(1, None, window, &City::default());
        let outside = what_if.grids.iter().find(|line| line.grid.is_none()).unwrap();
        assert_eq!((outside.before, outside.after, outside.lacks_people()), (1, 1, false));
        let table = what_if_table(&what_if, false);
        assert!(table.rows.iter().all(|row| row.len() == table.header.len()));
    }
}
