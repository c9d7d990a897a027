//! Replay: what each fact does to a case. The case after a decision is the case before it with the
//! decision's events applied, so that the history and the row can never disagree.
//!
//! A fact carries its deadlines and alarms; nothing here looks at the city or at a clock.

use crate::domain::{
    Case, Due, Escalation, Event, Extension, Fact, Party, Rating, Settlement, Stage, State, Suspension,
    Times, UnitCode, Whistle,
    case::{CheckDue, Checker, DeskLadder, ExtensionAsked, Owed, Precheck},
    event::{Alarms, Clocks},
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
        let applied = match &event.fact {
            Fact::Whistled { .. }
            | Fact::Answered { .. }
            | Fact::Joined { .. }
            | Fact::Arrived { .. }
            | Fact::Settled { .. }
            | Fact::Returned { .. }
            | Fact::Reassigned { .. }
            | Fact::Called { .. }
            | Fact::Scored { .. } => self.apply_step(event),
            Fact::Reminded { .. }
            | Fact::Escalated { .. }
            | Fact::ExtensionAsked { .. }
            | Fact::Extended { .. }
            | Fact::ExtensionRefused { .. }
            | Fact::Suspended { .. }
            | Fact::Resumed { .. }
            | Fact::Recomputed { .. } => self.apply_clock(event),
            Fact::CheckPassedOn { .. }
            | Fact::Closed { .. }
            | Fact::Reworked { .. }
            | Fact::Rated { .. }
            | Fact::Reopened { .. }
            | Fact::Declined { .. }
            | Fact::Voided { .. }
            | Fact::Merged { .. } => self.apply_end(event),
            _ => self.apply_words(event),
        };
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

    /// The steps of a whistle: blown, answered, arrived, settled, returned.
    fn apply_step(&mut self, event: &Event) -> bool {
        let at = event.said_at;
        match &event.fact {
            Fact::Whistled { unit, clocks, alarms } => {
                self.blow(unit, at, clocks, alarms);
                self.before_desk(None, at);
            }
            Fact::Reassigned { unit, reason, clocks, alarms } => {
                self.reassignments += 1;
                self.reason = Some(reason.clone());
                match clocks {
                    Some(clocks) => self.blow(unit, at, clocks, alarms),
                    None => self.blow_again(at, alarms),
                }
            }
            Fact::Called { unit, reason, by, clocks, alarms, .. } => {
                let whistle = Whistle {
                    reason: Some(*reason),
                    called_by: Some(by.clone()),
                    ..Whistle::blown(unit, at, clocks, alarms)
                };
                self.departments.retain(|department| department.unit != *unit);
                self.departments.push(whistle);
            }
            Fact::Returned { unit, reason, triage } => self.send_back(unit, reason, *triage, at),
            Fact::Scored { unit, score } => {
                for department in self.departments.iter_mut().filter(|one| one.unit == *unit) {
                    department.score = Some(*score);
                }
            }
            _ => return self.apply_presence(event),
        }
        true
    }

    /// What people do at a whistle.
    fn apply_presence(&mut self, event: &Event) -> bool {
        let at = event.said_at;
        match &event.fact {
            Fact::Answered { unit, lead, alarms } => {
                self.step(unit, Stage::Answered, at, *alarms);
                if let Some(whistle) = self.whistle_mut(unit) {
                    whistle.lead = Some(lead.clone());
                }
            }
            Fact::Joined { unit, helper } => {
                if let Some(whistle) = self.whistle_mut(unit) {
                    whistle.helpers.push(helper.clone());
                }
            }
            Fact::Arrived { unit, arrival, alarms } => {
                self.step(unit, Stage::Arrived, at, *alarms);
                if let Some(whistle) = self.whistle_mut(unit) {
                    whistle.arrival = Some(*arrival);
                }
            }
            Fact::Settled { unit, .. } => {
                self.step(unit, Stage::Settled, at, Alarms::default());
                if self.owns(unit) {
                    self.settle(event);
                }
            }
            _ => return false,
        }
        true
    }

    fn blow(&mut self, unit: &UnitCode, at: DateTime<Utc>, clocks: &Clocks, alarms: &Alarms) {
        self.whistle = Some(Whistle::blown(unit, at, clocks, alarms));
        self.state = State::Whistled;
        self.times.whistled.get_or_insert(at);
        self.extension_asked = None;
    }

    /// The same unit is called once more: its clocks and its level stay.
    fn blow_again(&mut self, at: DateTime<Utc>, alarms: &Alarms) {
        self.state = State::Whistled;
        self.extension_asked = None;
        if let Some(whistle) = &mut self.whistle {
            whistle.stage = Stage::Whistled;
            whistle.lead = None;
            whistle.helpers.clear();
            whistle.arrival = None;
            whistle.times = Times { whistled: Some(at), ..Times::default() };
            whistle.set(*alarms);
        }
    }

    fn step(&mut self, unit: &UnitCode, stage: Stage, at: DateTime<Utc>, alarms: Alarms) {
        if self.owns(unit) {
            self.times.first(stage, at);
            self.state = match stage {
                Stage::Answered => State::Answered,
                Stage::Arrived => State::Arrived,
                _ => State::Settled,
            };
            // The step itself is the answer to an urging.
            self.urged.retain(|owed| owed.answer.is_some());
        }
        if let Some(whistle) = self.whistle_mut(unit) {
            whistle.stage = stage;
            whistle.set(alarms);
            whistle.times.first(stage, at);
        }
    }

    fn settle(&mut self, event: &Event) {
        let Fact::Settled { condition, words, photos, self_resolved, check, .. } = &event.fact else {
            return;
        };
        let Some(by) = event.by.as_person() else { return };
        if let Some(whistle) = &mut self.whistle {
            whistle.lead.get_or_insert_with(|| by.clone());
        }
        self.settlement = Some(Settlement {
            by: by.clone(),
            condition: *condition,
            words: words.clone(),
            photos: photos.clone(),
            self_resolved: *self_resolved,
        });
        self.before_desk(None, event.said_at);
        self.extension_asked = None;
        if let Some((asked, until)) = check {
            self.ask_check(*asked, *until, event.said_at);
        }
    }

    fn send_back(&mut self, unit: &UnitCode, reason: &str, triage: Option<Due>, at: DateTime<Utc>) {
        let owner = self.owns(unit);
        if let Some(whistle) = self.whistle_mut(unit) {
            whistle.stage = Stage::Returned;
            whistle.lead = None;
            whistle.helpers.clear();
            whistle.set(Alarms::default());
        }
        if owner {
            self.state = State::Reported;
            self.reason = Some(reason.to_owned());
            self.returns += 1;
            self.extension_asked = None;
            self.before_desk(triage, at);
        }
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

    /// Reminders, the ladder, extensions and suspensions.
    fn apply_clock(&mut self, event: &Event) -> bool {
        match &event.fact {
            Fact::Reminded { unit } => {
                if let Some(whistle) = self.whistle_mut(unit) {
                    whistle.remind_at = None;
                }
            }
            Fact::Escalated { unit, level, step_at, .. } => {
                self.climb(unit.as_ref(), *level, *step_at, event.at)
            }
            Fact::ExtensionAsked { reason } => {
                self.extension_asked =
                    event.by.as_person().map(|by| ExtensionAsked { by: by.clone(), reason: reason.clone() });
            }
            Fact::ExtensionRefused { .. } => self.extension_asked = None,
            Fact::Extended { from, to, alarms, .. } => {
                self.extension_asked = None;
                let by = event.by.as_person().cloned().unwrap_or_default();
                self.extensions.push(Extension { by, from: from.at, to: to.at });
                if let Some(whistle) = &mut self.whistle {
                    whistle.settle = *to;
                    whistle.set(*alarms);
                }
            }
            Fact::Suspended { until, reason } => {
                self.was_suspended = true;
                self.suspended =
                    Some(Suspension { since: event.said_at, until: *until, reason: reason.clone() });
            }
            Fact::Resumed { clocks, alarms, departments, triage } => {
                self.stood = self.suspended.take().map(|stood| (stood.since, event.said_at));
                self.reset(clocks.as_ref(), *alarms, departments, *triage);
            }
            Fact::Recomputed { clocks, alarms, departments, triage } => {
                self.reset(clocks.as_ref(), *alarms, departments, *triage);
            }
            _ => return false,
        }
        true
    }

    fn climb(
        &mut self,
        unit: Option<&UnitCode>,
        level: Escalation,
        step_at: Option<DateTime<Utc>>,
        at: DateTime<Utc>,
    ) {
        match unit {
            Some(unit) => {
                if let Some(whistle) = self.whistle_mut(unit) {
                    whistle.escalation = level;
                    whistle.step_at = step_at;
                    // Telling the next level makes a reminder that was due by then pointless.
                    whistle.remind_at = whistle.remind_at.filter(|remind| *remind > at);
                }
            }
            None => {
                if let Some(ladder) = &mut self.desk_ladder {
                    ladder.level = level;
                    ladder.step_at = step_at;
                }
            }
        }
    }

    /// Sets clocks that ran on other assumptions.
    fn reset(
        &mut self,
        clocks: Option<&Clocks>,
        alarms: Alarms,
        departments: &[(UnitCode, Clocks, Alarms)],
        triage: Option<Due>,
    ) {
        if let (Some(whistle), Some(clocks)) = (&mut self.whistle, clocks) {
            whistle.set_clocks(clocks);
            whistle.set(alarms);
        }
        for (unit, clocks, alarms) in departments {
            for department in self.departments.iter_mut().filter(|one| one.unit == *unit) {
                department.set_clocks(clocks);
                department.set(*alarms);
            }
        }
        let Some(due) = triage else { return };
        let by = self.triage.map(|before| due.at - before.at).unwrap_or_default();
        self.triage = Some(due);
        if let Some(ladder) = &mut self.desk_ladder {
            ladder.step_at = ladder.step_at.map(|step| step + by);
        }
    }

    /// The check, the end, and the way back from it.
    fn apply_end(&mut self, event: &Event) -> bool {
        let at = event.said_at;
        match &event.fact {
            Fact::CheckPassedOn { to, until } => self.ask_check(*to, *until, at),
            Fact::Closed { .. } => self.end(State::Closed, None, at),
            Fact::Declined { reason } => self.end(State::Declined, Some(reason), at),
            Fact::Voided { reason } => self.end(State::Voided, Some(reason), at),
            Fact::Merged { into, reason } => {
                self.merged_into = Some(*into);
                self.end(State::Merged, Some(reason), at);
            }
            Fact::Reworked { reason, alarms } => {
                self.state = State::Answered;
                self.reworks += 1;
                self.reason = Some(reason.clone());
                self.check = None;
                self.before_desk(None, at);
                if let Some(whistle) = &mut self.whistle {
                    whistle.stage = Stage::Answered;
                    whistle.arrival = None;
                    let whistled = whistle.times.whistled;
                    whistle.times = Times { whistled, answered: Some(at), ..Times::default() };
                    whistle.set(*alarms);
                }
            }
            Fact::Rated { score, solved, words } => {
                self.rating = Some(Rating { score: *score, solved: *solved, words: words.clone(), at });
            }
            Fact::Reopened { reason, clocks, alarms } => {
                self.reopenings += 1;
                self.reason = Some(reason.clone());
                let unit = self.whistle.as_ref().map(|whistle| whistle.unit.clone()).unwrap_or_default();
                self.blow(&unit, at, clocks, alarms);
            }
            _ => return false,
        }
        true
    }

    fn end(&mut self, state: State, reason: Option<&String>, at: DateTime<Utc>) {
        self.state = state;
        self.reason = reason.cloned().or_else(|| self.reason.take());
        self.times.closed.get_or_insert(at);
        self.check = None;
        self.suspended = None;
        self.extension_asked = None;
        self.before_desk(None, at);
        if let Some(whistle) = &mut self.whistle {
            whistle.times.closed = Some(at);
            whistle.set(Alarms::default());
        }
        for department in self.departments.iter_mut().filter(|one| !one.is_done()) {
            department.stage = Stage::Returned;
            department.set(Alarms::default());
        }
    }

    /// What is known of the matter, and what was said about it.
    fn apply_words(&mut self, event: &Event) -> bool {
        match &event.fact {
            Fact::Urged { owed } => self.urged.push(owed.clone()),
            Fact::Supervised { owed } => self.supervised = Some(owed.clone()),
            Fact::Replied { words } => {
                let unanswered = |owed: &&mut Owed| owed.answer.is_none();
                for owed in self.urged.iter_mut().chain(&mut self.supervised).filter(unanswered) {
                    owed.answer = Some(words.clone());
                }
            }
            Fact::PrecheckAsked { worker } => {
                let by = event.by.as_person().cloned().unwrap_or_default();
                self.precheck = Some(Precheck { worker: worker.clone(), by, finding: None });
            }
            Fact::Prechecked { found, words } => {
                if let Some(precheck) = &mut self.precheck {
                    precheck.finding = Some((*found, words.clone()));
                }
            }
            Fact::Absorbed { reporters, .. } => self.follow(reporters),
            Fact::Recategorised { category, chosen, clocks, alarms } => {
                self.category = category.clone();
                self.category_guessed = !chosen;
                self.reset(clocks.as_ref(), *alarms, &[], None);
            }
            Fact::Rerouted { to, .. } => {
                self.place.corrected_to = Some(to.clone());
                self.rerouted = true;
            }
            Fact::Located { place, desk } => {
                self.place = (**place).clone();
                self.desk = desk.clone();
            }
            Fact::Added { material } => self.material.extend(material.iter().cloned()),
            Fact::Amended { message, to, .. } => {
                let piece = self.material.iter_mut().find(|one| one.message.as_ref() == Some(message));
                if let Some(piece) = piece {
                    piece.words = Some(to.clone());
                }
            }
            Fact::Detached { messages } => {
                self.material.retain(|one| !one.message.as_ref().is_some_and(|own| messages.contains(own)));
            }
            Fact::Reported { .. } | Fact::Deferred { .. } => {}
            _ => return false,
        }
        true
    }

    fn follow(&mut self, reporters: &[Party]) {
        for party in reporters {
            if !self.reporters.contains(party) {
                self.reporters.push(party.clone());
            }
        }
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

impl Times {
    /// Notes the first time of a step. A step that was skipped the first time (self-resolved: nobody came)
    /// is not filled in by a rework, or the steps would run backwards.
    fn first(&mut self, stage: Stage, at: DateTime<Utc>) {
        let Self { answered, arrived, settled, closed, .. } = self;
        let (step, later) = match stage {
            Stage::Answered => (answered, [*arrived, *settled, *closed]),
            Stage::Arrived => (arrived, [None, *settled, *closed]),
            _ => (settled, [None, None, *closed]),
        };
        if later == [None; 3] {
            step.get_or_insert(at);
        }
    }
}

impl Whistle {
    /// Just blown.
    pub(super) fn blown(unit: &UnitCode, at: DateTime<Utc>, clocks: &Clocks, alarms: &Alarms) -> Self {
        Self {
            unit: unit.clone(),
            stage: Stage::Whistled,
            reason: None,
            called_by: None,
            lead: None,
            helpers: Vec::new(),
            times: Times { whistled: Some(at), ..Times::default() },
            started: at,
            answer: clocks.answer,
            arrive: clocks.arrive,
            settle: clocks.settle,
            urgent: clocks.urgent,
            arrival: None,
            escalation: Escalation::Grid,
            score: None,
            remind_at: alarms.remind_at,
            step_at: alarms.step_at,
        }
    }

    fn set(&mut self, alarms: Alarms) {
        self.remind_at = alarms.remind_at;
        self.step_at = alarms.step_at;
    }

    /// The same with other clocks.
    pub(super) fn with(&self, clocks: &Clocks) -> Self {
        let mut whistle = self.clone();
        whistle.set_clocks(clocks);
        whistle
    }

    fn set_clocks(&mut self, clocks: &Clocks) {
        self.answer = clocks.answer;
        self.arrive = clocks.arrive;
        self.settle = clocks.settle;
        self.urgent = clocks.urgent;
    }
}
