//! Replay: what each fact does to a case. The case after a decision is the case before it with the
//! decision's events applied, so that the history and the row can never disagree.
//!
//! A fact carries its deadlines and alarms; nothing here looks at the city or at a clock.

mod clocks;
mod ends;
mod steps;
mod whistle;
mod words;

use crate::domain::{
    Case, Due, Escalation, Event, Fact, Stage, State, Times, UnitCode, Whistle,
    case::{CheckDue, Checker, DeskLadder},
};
use chrono::{DateTime, Utc};

impl Case {
    /// The case that a history tells of; none unless it begins with a report.
    pub fn replay(events: &[Event]) -> Option<Self> {
        let (report, rest) = events.split_first()?;
        let mut case = Self::reported(report)?;
        for event in rest {
            case.apply(event);
        }
        Some(case)
    }

    /// Applies the next event. A second report in a history changes nothing but the version.
    pub fn apply(&mut self, event: &Event) {
        self.version += 1;
        self.time_capped |= event.capped;
        let applied = self.apply_step(event)
            || self.apply_clock(event)
            || self.apply_end(event)
            || self.apply_words(event);
        debug_assert!(applied, "a fact that nothing applies: {:?}", event.fact);
        self.escalation = self.highest();
        self.wake_at = match event.fact {
            Fact::Deferred { until } => Some(until),
            _ => self.next_alarm(),
        };
    }

    /// A new case of a report.
    pub(super) fn reported(event: &Event) -> Option<Self> {
        let Fact::Reported { origin, reporter, category, guessed, material, place, desk, triage } =
            &event.fact
        else {
            return None;
        };
        let at = event.said_at;
        let mut case = Self {
            id: crate::domain::CaseId::default(),
            version: 1,
            state: State::Reported,
            origin: *origin,
            reporters: vec![reporter.clone()],
            category: category.clone(),
            category_guessed: *guessed,
            material: material.clone(),
            place: place.clone(),
            desk: desk.clone(),
            whistle: None,
            departments: Vec::new(),
            times: Times { reported: Some(at), ..Times::default() },
            escalation: Escalation::Grid,
            suspended: None,
            was_suspended: false,
            stood: None,
            supervised: None,
            urged: Vec::new(),
            extensions: Vec::new(),
            extension_asked: None,
            precheck: None,
            settlement: None,
            check: None,
            triage: None,
            desk_ladder: None,
            rating: None,
            merged_into: None,
            reason: None,
            reworks: 0,
            returns: 0,
            reopenings: 0,
            reassignments: 0,
            rerouted: place.corrected_to.is_some(),
            time_capped: event.capped,
            wake_at: None,
        };
        case.before_desk(*triage, at);
        case.wake_at = case.next_alarm();
        Some(case)
    }

    /// The running whistle of a unit: the owner's, or a department's.
    pub(super) fn whistle_of(&self, unit: &UnitCode) -> Option<&Whistle> {
        self.whistle.iter().chain(&self.departments).find(|whistle| whistle.unit == *unit)
    }

    fn whistle_mut(&mut self, unit: &UnitCode) -> Option<&mut Whistle> {
        self.whistle.iter_mut().chain(&mut self.departments).find(|whistle| whistle.unit == *unit)
    }

    fn owns(&self, unit: &UnitCode) -> bool {
        self.whistle.as_ref().is_some_and(|whistle| whistle.unit == *unit)
    }

    /// Puts it before the desk, or takes it from there.
    fn before_desk(&mut self, triage: Option<Due>, since: DateTime<Utc>) {
        self.triage = triage;
        self.desk_ladder =
            triage.map(|due| DeskLadder { since, level: Escalation::Grid, step_at: Some(due.at) });
    }

    fn ask_check(&mut self, asked: Checker, until: DateTime<Utc>, since: DateTime<Utc>) {
        self.check = Some(CheckDue { asked, until });
        self.desk_ladder = (asked == Checker::Dispatcher).then_some(DeskLadder {
            since,
            level: Escalation::Grid,
            step_at: Some(until),
        });
    }

    /// The level that was told last of all its whistles and its desk.
    fn highest(&self) -> Escalation {
        let whistles = self.whistle.iter().chain(&self.departments);
        let running = whistles.filter(|one| one.stage != Stage::Returned).map(|one| one.escalation);
        running.chain(self.desk_ladder.map(|ladder| ladder.level)).max().unwrap_or_default()
    }

    /// The whistles that somebody still owes a step: the owner's first.
    pub(super) fn running(&self) -> impl Iterator<Item = &Whistle> {
        let owner = self.whistle.iter().filter(|_| self.state.is_open());
        owner.chain(&self.departments).filter(|one| !one.is_done())
    }

    fn next_alarm(&self) -> Option<DateTime<Utc>> {
        self.alarms().min()
    }

    /// The alarms that count now. A suspended case has one, an ended case none.
    pub(super) fn alarms(&self) -> impl Iterator<Item = DateTime<Utc>> {
        let live = !self.state.is_terminal();
        let runs = live && self.suspended.is_none();
        let until = self.suspended.as_ref().map(|suspension| suspension.until);
        let whistles = self.running().flat_map(|one| [one.remind_at, one.step_at]);
        let clocks = whistles.chain([self.desk_alarm()]).filter(move |_| runs);
        clocks.chain([until]).filter(move |_| live).flatten()
    }

    /// When the desk's ladder, or the one who was asked to check, has had enough time.
    pub(super) fn desk_alarm(&self) -> Option<DateTime<Utc>> {
        match (&self.desk_ladder, &self.check) {
            (Some(ladder), _) => ladder.step_at,
            (None, check) => check.as_ref().map(|check| check.until),
        }
    }
}
