//! What falls due by itself: reminders, the ladder, the end of a suspension, and of a check's window.
//!
//! One waking handles everything that is due at `now`. Each step up the ladder sets the next one from
//! `now`, so that a machine that was off for a day climbs one step and not four. What is not urgent waits
//! in quiet hours, also when a machine comes back in the middle of the night.

use super::turn::Turn;
use crate::domain::{
    Actor, Case, City, Decision, Due, Escalation, Fact, Notice, Recipient, Refusal, Stage, State, UnitCode,
    Whistle, Who,
    case::Checker,
    event::{Alarms, Clocks},
};
use chrono::{DateTime, Utc};

impl Turn<'_> {
    /// Whatever is due. Nothing due is no refusal and leaves no event.
    pub fn wake(&mut self) -> Result<(), Refusal> {
        if self.by != Who::Clock {
            return Err(Refusal::NotYours);
        }
        if !self.is_due(self.case.wake_at) {
            return Ok(());
        }
        let may_resume = self.is_urgent() || !self.is_quiet();
        if let Some(suspension) = self.case.suspended.clone().filter(|_| may_resume) {
            self.run_again(suspension.until);
            self.tell_people(self.people_on_it(), &Notice::Resumed);
        }
        let runs = self.case.suspended.is_none();
        let units: Vec<UnitCode> =
            self.case.running().filter(|_| runs).map(|whistle| whistle.unit.clone()).collect();
        for unit in units {
            self.ring(&unit)?;
        }
        self.ring_desk()?;
        self.defer();
        Ok(())
    }

    fn is_due(&self, at: Option<DateTime<Utc>>) -> bool {
        at.is_some_and(|at| at <= self.now)
    }

    /// People may not be disturbed now.
    fn is_quiet(&self) -> bool {
        self.city.calendar.next_working(self.now) > self.now
    }

    fn ring(&mut self, unit: &UnitCode) -> Result<(), Refusal> {
        let Some(whistle) = self.case.running().find(|one| one.unit == *unit) else { return Ok(()) };
        if self.is_quiet() && !self.urgent_now(whistle) {
            return Ok(());
        }
        if self.is_due(whistle.step_at) {
            self.climb(Some(unit.clone()), String::new())
        } else if self.is_due(whistle.remind_at) {
            self.remind(&whistle.clone());
            Ok(())
        } else {
            Ok(())
        }
    }

    /// Time is running out: to the lead and the helpers, or to the unit while nobody leads.
    fn remind(&mut self, whistle: &Whistle) {
        let (Some(due), Some(stage)) = (whistle.due(), whistle.owes()) else { return };
        let notice = Notice::Reminder { stage, due: due.at };
        self.record(Fact::Reminded { unit: whistle.unit.clone() });
        self.tell_people(self.crew_or_hearers(whistle), &notice);
        if whistle.lead.is_none() {
            self.tell(Recipient::Group(whistle.unit.clone()), notice);
        }
    }

    /// One level up: that level's people are told and may act. Without a unit it is the desk that is late.
    pub fn climb(&mut self, unit: Option<UnitCode>, reason: String) -> Result<(), Refusal> {
        let whistle = unit.as_ref().and_then(|unit| self.case.whistle_of(unit));
        let (level, urgent, stage) = match whistle {
            Some(whistle) => (whistle.escalation.next(), self.urgent_now(whistle), whistle.owes()),
            None => (self.level_above_desk(self.desk_level()), self.is_urgent(), None),
        };
        let level = level.ok_or(Refusal::TopLevel)?;
        let step_at = level.next().map(|_| self.next_step(urgent));
        self.record(Fact::Escalated { unit: unit.clone(), level, reason: reason.clone(), step_at });
        let notice = Notice::Escalated { level, stage, reason };
        self.tell_people(self.level_people(unit.as_ref(), level), &notice);
        if let Some(group) = self.level_unit(unit.as_ref(), level) {
            self.tell(Recipient::Group(group), notice);
        }
        Ok(())
    }

    fn desk_level(&self) -> Escalation {
        self.case.desk_ladder.map(|ladder| ladder.level).unwrap_or_default()
    }

    fn ring_desk(&mut self) -> Result<(), Refusal> {
        let stands = self.case.suspended.is_some();
        if stands || !self.is_due(self.case.desk_alarm()) || (self.is_quiet() && !self.is_urgent()) {
            return Ok(());
        }
        match (self.case.state, self.case.check.as_ref().map(|check| check.asked)) {
            (State::Settled, Some(Checker::Nobody)) => self.close(String::new()),
            (State::Settled, Some(Checker::Reporter | Checker::Worker)) => {
                let until = self.check_until(self.now);
                self.record(Fact::CheckPassedOn { to: Checker::Dispatcher, until });
                self.tell_people(self.checking_dispatchers(), &Notice::CheckWanted);
            }
            _ => return self.climb(None, String::new()),
        }
        Ok(())
    }

    /// What is due and not urgent waits for the office to open.
    fn defer(&mut self) {
        if !self.is_due(self.case.wake_at) {
            return;
        }
        let opening = self.city.calendar.next_working(self.now);
        let later = |at: DateTime<Utc>| if at <= self.now { opening } else { at };
        if let Some(until) = self.case.alarms().map(later).min() {
            self.record(Fact::Deferred { until });
        }
    }

    /// A whistle's clocks with those deadlines computed again that rested on an unpublished year.
    fn republished(&self, whistle: &Whistle) -> Option<(Clocks, Alarms)> {
        let fresh = self.clocks(whistle.started).ok()?;
        let again = |old: Due, new: Due| if old.provisional { new } else { old };
        let clocks = Clocks {
            answer: again(whistle.answer, fresh.answer),
            arrive: again(whistle.arrive, fresh.arrive),
            settle: again(whistle.settle, fresh.settle),
            urgent: whistle.urgent,
        };
        let changed = whistle.with(&clocks) != *whistle;
        changed.then(|| (clocks, self.alarms(&whistle.with(&clocks), whistle.stage)))
    }

    fn recompute(&mut self) {
        let owner = self.case.whistle.as_ref().filter(|_| self.case.state.is_open());
        let owner = owner.and_then(|whistle| self.republished(whistle));
        let running = self.case.departments.iter().filter(|one| !one.is_done());
        let departments: Vec<_> = running
            .filter_map(|one| {
                self.republished(one).map(|(clocks, alarms)| (one.unit.clone(), clocks, alarms))
            })
            .collect();
        let since = self.case.desk_ladder.map(|ladder| ladder.since);
        let provisional = self.case.triage.filter(|due| due.provisional);
        let triage = provisional.zip(since).map(|(_, since)| self.triage(since));
        let triage = triage.filter(|due| Some(*due) != self.case.triage);
        if owner.is_none() && departments.is_empty() && triage.is_none() {
            return;
        }
        let (clocks, alarms) =
            owner.map_or((None, Alarms::default()), |(clocks, alarms)| (Some(clocks), alarms));
        self.record(Fact::Recomputed { clocks, alarms, departments, triage });
    }
}

/// Computes the provisional deadlines of a case again after a calendar was loaded; none when that
/// changes nothing. To be saved like any other decision.
pub fn recompute(case: &Case, city: &City, now: DateTime<Utc>) -> Option<Decision> {
    if case.state.is_terminal() {
        return None;
    }
    let mut turn = Turn::new(case, &Actor::clock(now), city, now);
    turn.recompute();
    Some(turn.done()).filter(|decision| !decision.events.is_empty())
}

impl Whistle {
    /// The step that is owed next; none when done.
    pub fn owes(&self) -> Option<Stage> {
        match self.stage {
            Stage::Whistled => Some(Stage::Answered),
            Stage::Answered => Some(Stage::Arrived),
            Stage::Arrived => Some(Stage::Settled),
            Stage::Settled | Stage::Returned => None,
        }
    }
}
