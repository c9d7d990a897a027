//! A draft tried on the past: the cases of the last days are routed once by the edition in force and once
//! by the draft, and counted per grid. Cases are read a page at a time and only their sums are kept.
//!
//! The rules. A case counts for the grid that the map gives its position; what a person corrected is left
//! out, because the map is what is tried. Load is the time on the spot, from the first arrival to the first
//! settlement. A grid's response is the median from whistle to arrival, to the minute, of the cases that it
//! had itself in these days; under [`LEAST`] of them there is no figure. Cases that a grid would gain are
//! expected to be met in that grid's own response.

use super::replay::Replay;
use crate::{
    app::{App, Error, Result},
    domain::{UnitCode, figures::Window},
    store::{Trace, TraceFilter, TracePart},
};
use chrono::{DateTime, Duration, Utc};

/// Fewer cases than this give no response time.
pub const LEAST: u32 = 8;
/// The longest past that a draft is tried on, days.
const MOST_DAYS: u32 = 366;
/// Cases read at a time.
const PAGE: u64 = 2_000;

/// A grid; none for ground that is nobody's.
pub(super) type Grid = Option<UnitCode>;

/// What a draft would have meant.
#[derive(Clone, Debug, PartialEq)]
pub struct WhatIf {
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
            for trace in &page {
                replay.take(trace);
            }
            progress(replay.taken());
            filter.after = page.last().map(Trace::keyset);
            if (page.len() as u64) < PAGE {
                break;
            }
        }
        let window = Window { from: filter.since, to: filter.until };
        Ok(replay.close(window, &city.city))
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
        part: TracePart::All,
        limit: PAGE,
        after: None,
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
