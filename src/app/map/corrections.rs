//! Where people know better than the map: a reporter picked a neighbour in place of the grid that the map
//! gave, or a dispatcher gave the case to another grid. Many of them along one border show that the border
//! itself is doubtful.
//!
//! A case that a take-over moved is none of these: it is routed anew, and with the grid that the map gives.

use super::tally::Tally;
use crate::{
    app::{
        App, Result, Snapshot,
        export::{Cell, Table},
    },
    atlas::AreaLevel,
    domain::{CaseId, UnitCode, UnitLevel, figures::Window},
    store::{Trace, TraceFilter, TracePart},
};
use std::collections::BTreeMap;

/// The newest corrections, whose distances to an edge are measured; all of them are counted.
const MEASURED: u64 = 2_000;

/// How it came that a case is not with the grid that the map gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The reporter, or a dispatcher for the place's sake, picked a neighbour.
    Picked,
    /// A dispatcher gave it to another grid.
    Reassigned,
}

/// One corrected routing.
#[derive(Clone, Debug, PartialEq)]
pub struct Corrected {
    /// The case.
    pub case: CaseId,
    /// The grid that the map gave.
    pub from: UnitCode,
    /// The grid that has it.
    pub to: UnitCode,
    /// How it came.
    pub why: Why,
    /// Where: longitude and latitude, WGS-84.
    pub point: Option<(f64, f64)>,
}

/// Corrections from one grid to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The grid that the map gave.
    pub from: UnitCode,
    /// The grid that has them.
    pub to: UnitCode,
    /// By picking a neighbour.
    pub picked: u64,
    /// By reassigning.
    pub reassigned: u64,
    /// Cases that the map gave to `from` in the period, corrected or not.
    pub given: u64,
    /// Median distance to the nearest edge by the map in force, metres, of the newest ones.
    pub edge_m: Option<f64>,
}

/// The corrections of a period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Corrections {
    /// Cases that the map gave to a grid.
    pub given: u64,
    /// Those of them that are elsewhere.
    pub corrected: u64,
    /// The most frequent pair first.
    pub pairs: Vec<Pair>,
}

impl App {
    /// The corrections among the cases reported in a period; with units, among the cases at or below
    /// one of them only.
    ///
    /// # Errors
    /// The store's.
    pub async fn corrections(&self, window: &Window, units: Option<&[UnitCode]>) -> Result<Corrections> {
        let city = self.city();
        let elsewhere = filter(window, units, TracePart::Elsewhere, MEASURED);
        let mut pairs: BTreeMap<(UnitCode, UnitCode), (u64, u64, Tally)> = BTreeMap::new();
        for alike in self.store().count_strayed(&elsewhere).await? {
            let Some((from, to, why)) = went(alike.map_grid, alike.grid, alike.owner, &city) else {
                continue;
            };
            let pair = pairs.entry((from, to)).or_default();
            match why {
                Why::Picked => pair.0 += alike.cases,
                Why::Reassigned => pair.1 += alike.cases,
            }
        }
        for trace in self.store().traces(&elsewhere).await? {
            let edge = trace.point.and_then(|point| city.edition.edge_m(AreaLevel::Grid, point));
            let pair = went(trace.map_grid, trace.grid, trace.owner, &city).zip(edge);
            let Some(((from, to, _), edge)) = pair else { continue };
            pairs.entry((from, to)).or_default().2.add(edge.round() as u32);
        }
        let given = self.store().count_by_map_grid(&filter(window, units, TracePart::All, 0)).await?;
        let mut pairs: Vec<Pair> = pairs
            .into_iter()
            .map(|((from, to), (picked, reassigned, edges))| Pair {
                given: given.get(&from).copied().unwrap_or_default(),
                edge_m: edges.median(1),
                from,
                to,
                picked,
                reassigned,
            })
            .collect();
        pairs.sort_by_key(|pair| std::cmp::Reverse(pair.total()));
        let corrected = pairs.iter().map(Pair::total).sum();
        Ok(Corrections { given: given.values().sum(), corrected, pairs })
    }

    /// The corrections from one grid to another, in either direction, the newest first; at most `most`.
    /// No more is read than is given back, but for cases that went through a third grid.
    ///
    /// # Errors
    /// The store's.
    pub async fn corrections_between(
        &self,
        window: &Window,
        units: Option<&[UnitCode]>,
        (one, other): (&UnitCode, &UnitCode),
        most: usize,
    ) -> Result<Vec<Corrected>> {
        let (city, mut found) = (self.city(), Vec::new());
        let part = TracePart::Between(one.clone(), other.clone());
        let mut filter = filter(window, units, part, most as u64);
        loop {
            let page = self.store().traces(&filter).await?;
            filter.after = page.last().map(Trace::keyset);
            let is_last = page.len() < most;
            let some = page.into_iter().filter_map(|trace| corrected(trace, &city));
            found.extend(
                some.filter(|it| [&it.from, &it.to].into_iter().all(|end| end == one || end == other)),
            );
            if is_last || found.len() >= most {
                found.truncate(most);
                return Ok(found);
            }
        }
    }
}

impl Pair {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.picked + self.reassigned
    }

    /// The share of what the map gave that went to the other; none where nothing was given.
    pub fn share(&self) -> Option<f64> {
        (self.given > 0).then(|| self.total() as f64 / self.given as f64)
    }
}

fn filter(window: &Window, units: Option<&[UnitCode]>, part: TracePart, limit: u64) -> TraceFilter {
    TraceFilter {
        since: window.from,
        until: window.to,
        desks: units.map(<[UnitCode]>::to_vec),
        part,
        limit,
        after: None,
    }
}

fn corrected(trace: Trace, city: &Snapshot) -> Option<Corrected> {
    let point = trace.point.map(|point| (point.lon, point.lat));
    let (from, to, why) = went(trace.map_grid, trace.grid, trace.owner, city)?;
    Some(Corrected { case: trace.case, from, to, why, point })
}

/// From which grid to which, and how. What was given to a department was not given there for its place.
fn went(
    map_grid: Option<UnitCode>,
    grid: Option<UnitCode>,
    owner: Option<UnitCode>,
    city: &Snapshot,
) -> Option<(UnitCode, UnitCode, Why)> {
    let from = map_grid?;
    let is_grid =
        |unit: &UnitCode| city.city.organisation.unit(unit).is_some_and(|unit| unit.level == UnitLevel::Grid);
    let picked = grid.filter(|grid| *grid != from).map(|grid| (grid, Why::Picked));
    let given = || owner.filter(|owner| *owner != from && is_grid(owner)).map(|it| (it, Why::Reassigned));
    let (to, why) = picked.or_else(given)?;
    Some((from, to, why))
}

const HEADER: [&str; 8] = [
    "地图归属代码",
    "地图归属",
    "实际归属代码",
    "实际归属",
    "改选",
    "改派",
    "地图给出",
    "距边界中位数（米）",
];

/// The pairs as a table.
pub fn correction_table(corrections: &Corrections, city: &Snapshot) -> Table {
    let name = |unit: &UnitCode| {
        city.city.organisation.unit(unit).map_or(Cell::Empty, |unit| Cell::text(&unit.name))
    };
    let count = |count: u64| Cell::Number(count as f64);
    let row = |pair: &Pair| {
        vec![
            Cell::text(&pair.from),
            name(&pair.from),
            Cell::text(&pair.to),
            name(&pair.to),
            count(pair.picked),
            count(pair.reassigned),
            count(pair.given),
            Cell::number(pair.edge_m),
        ]
    };
    let rows = corrections.pairs.iter().map(row).collect();
    Table { title: "归属更正", header: HEADER.map(str::to_owned).to_vec(), rows }
}
