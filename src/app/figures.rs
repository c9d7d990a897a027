//! A unit's figures as a chat shows them (`/stats`): the last thirty days, and what is open now.

use super::{App, Result, Snapshot};
use crate::{
    dialogue::UnitFigures,
    domain::{
        Case, State, UnitCode, UnitLevel,
        figures::{Figures, Spread, Window, compute},
    },
    store::{CaseFilter, Tx},
};
use chrono::{DateTime, Duration, Utc};

/// The period, up to now.
const DAYS: u32 = 30;
/// Open cases of a unit that are looked at; a district that has more of them has other troubles.
const MOST: u64 = 50_000;

impl App {
    /// The figures of the widest of these units; of the district where there is none.
    pub(super) async fn unit_figures(
        &self,
        tx: &Tx,
        city: &Snapshot,
        units: &[UnitCode],
    ) -> Result<UnitFigures> {
        let Some(unit) = widest(city, units).or_else(|| city.district()) else {
            return Ok(UnitFigures::default());
        };
        let to = self.now();
        let window = Window { from: to - Duration::days(i64::from(DAYS)), to };
        let within = std::slice::from_ref(&unit);
        let cases = tx.finished_or_due_within(window.from, window.to, within).await?;
        let waiting = CaseFilter {
            desks: Some(within.to_vec()),
            states: vec![State::Reported, State::Whistled, State::Answered, State::Arrived],
            limit: MOST,
            ..CaseFilter::default()
        };
        let open = tx.list(&waiting).await?;
        Ok(shown(unit, &compute(&cases, &window), &open, to))
    }
}

fn widest(city: &Snapshot, units: &[UnitCode]) -> Option<UnitCode> {
    let level = |code: &&UnitCode| {
        city.city.organisation.unit(code).map_or(UnitLevel::Organisation, |unit| unit.level)
    };
    units.iter().min_by_key(level).cloned()
}

fn shown(unit: UnitCode, figures: &Figures, open: &[Case], now: DateTime<Utc>) -> UnitFigures {
    let both = |spread: &Spread| spread.median.zip(spread.p90);
    UnitFigures {
        unit,
        days: DAYS,
        reported: figures.reported.len() as u64,
        open: open.len() as u64,
        late: open.iter().filter(|case| is_late(case, now)).count() as u64,
        answer: both(&figures.answer),
        response: both(&figures.response),
        settlement: both(&figures.settlement),
        arrived_on_time: figures.arrived_on_time.value(),
        handled_on_time: figures.handled_on_time.value(),
        self_resolved: figures.self_resolved.value(),
        reworked: figures.reworked.value(),
    }
}

/// Its present step is overdue: the owner's, or the desk's while it waits there.
fn is_late(case: &Case, now: DateTime<Utc>) -> bool {
    let owner = case.whistle.as_ref().filter(|_| case.state.is_open()).and_then(crate::domain::Whistle::due);
    let due = owner.or(case.triage);
    case.suspended.is_none() && due.is_some_and(|due| due.at < now)
}
