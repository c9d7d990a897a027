//! The cases of a period routed once by each of two editions. Only sums are kept, so that their number is no
//! question of memory.

use super::{
    tally::Tally,
    what_if::{Change, Exchange, Grid, GridLine, LEAST, WhatIf},
};
use crate::{
    atlas::{AreaLevel, Edition},
    domain::{City, UnitCode, figures::Window},
    store::Trace,
};
use chrono::Duration;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

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
pub(super) struct Replay {
    base: Arc<Edition>,
    draft: Arc<Edition>,
    placed: u64,
    unplaced: u64,
    moved: u64,
    sums: BTreeMap<Grid, Sums>,
    exchanges: BTreeMap<(Grid, Grid), (u64, Tally)>,
    history: HashMap<UnitCode, Tally>,
}

impl Replay {
    /// Cases gone through.
    pub fn taken(&self) -> u64 {
        self.placed + self.unplaced
    }

    pub fn new(base: Arc<Edition>, draft: Arc<Edition>) -> Self {
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

    pub fn take(&mut self, trace: &Trace) {
        let response = trace.whistled.zip(trace.arrived).map(|(from, to)| minutes(to - from));
        if let Some((owner, response)) = trace.owner.clone().zip(response) {
            self.history.entry(owner).or_default().add(response);
        }
        let Some(point) = trace.point else {
            self.unplaced += 1;
            return;
        };
        self.placed += 1;
        let owner = |edition: &Edition| Some(edition.owner(AreaLevel::Grid, point)?.code.into());
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
            if let Some(response) = response {
                exchange.1.add(response);
            }
        }
    }

    pub fn close(mut self, window: Window, city: &City) -> WhatIf {
        for one in [self.base.clone(), self.draft.clone()] {
            for area in one.level(AreaLevel::Grid) {
                self.sums.entry(Some(UnitCode(area.code.to_owned()))).or_default();
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
        WhatIf { window, placed, unplaced, moved, grids, exchanges }
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
            (Some(_), Some(new)) if !self.base.is_same_in(&self.draft, new.code) => Change::Redrawn,
            (None, Some(_)) => Change::New,
            (Some(_), None) => Change::Gone,
            _ => Change::Same,
        };
        let people = grid.as_ref().map(|grid| city.organisation.responders(grid)).unwrap_or_default();
        GridLine {
            grid: grid.clone(),
            name: new.or(old).map(|area| area.name.to_owned()).unwrap_or_default(),
            change,
            before: sums.before,
            after: sums.after,
            gained: sums.gained,
            lost: sums.lost,
            hours_before: hours(sums.seconds_before),
            hours_after: hours(sums.seconds_after),
            people: people.len(),
            response,
            history,
        }
    }
}

fn minutes(span: Duration) -> u32 {
    u32::try_from(span.num_minutes().max(0)).unwrap_or(u32::MAX)
}

fn hours(seconds: i64) -> f64 {
    seconds as f64 / 3_600.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::map::{
            fixture::{PLAIN, SPLIT, map},
            what_if_table,
        },
        atlas::Point,
        domain::CaseId,
    };
    use chrono::DateTime;

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
        for one in traces {
            replay.take(one);
        }
        let window = Window { from: DateTime::UNIX_EPOCH, to: DateTime::UNIX_EPOCH };
        replay.close(window, &City::default())
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
        let what_if = replay.close(window, &City::default());
        let outside = what_if.grids.iter().find(|line| line.grid.is_none()).unwrap();
        assert_eq!((outside.before, outside.after, outside.lacks_people()), (1, 1, false));
        let table = what_if_table(&what_if, false);
        assert!(table.rows.iter().all(|row| row.len() == table.header.len()));
    }
}
