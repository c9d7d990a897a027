//! The pace of a case: more time, a stopped clock, one level up, urging and supervision.

use super::turn::{Turn, reasoned, said};
use crate::domain::{
    Due, Fact, LimitKind, Notice, PersonCode, Recipient, Refusal, Stage, State, UnitCode, Whistle,
    case::Owed,
    event::{Alarms, Clocks},
};
use chrono::{DateTime, Duration, Utc};

/// A later date of a suspension is a slip of the pen.
const LONGEST_SUSPENSION: Duration = Duration::days(366);

impl Turn<'_> {
    /// 升级 by hand: the owner's whistle, or the desk while the case waits there.
    pub fn escalate(&mut self, reason: String) -> Result<(), Refusal> {
        self.clock_or_dispatcher()?;
        let unit = match self.case.state {
            State::Reported => None,
            _ => Some(self.owner()?.unit.clone()),
        };
        self.not_suspended()?;
        reasoned(&reason)?;
        self.climb(unit, reason)
    }

    fn not_suspended(&self) -> Result<(), Refusal> {
        match &self.case.suspended {
            Some(suspension) => Err(Refusal::Suspended { until: suspension.until }),
            None => Ok(()),
        }
    }

    /// 延期 asked for by a responder, before it is late.
    pub fn ask_extension(&mut self, reason: String) -> Result<(), Refusal> {
        let by = self.person()?;
        let whistle = self.owner()?;
        if !self.is_on(&by, whistle) {
            return Err(Refusal::NotYours);
        }
        self.not_suspended()?;
        reasoned(&reason)?;
        if self.case.extension_asked.is_some() {
            return Err(Refusal::ExtensionWaits);
        }
        let used = self.case.extensions.len();
        if used >= self.city.policy.max_extensions {
            return Err(Refusal::NoExtensionLeft { used });
        }
        let due = whistle.settle.at;
        if self.moment > due {
            return Err(Refusal::TooLate { due });
        }
        self.record(Fact::ExtensionAsked { reason: reason.clone() });
        self.tell_people(self.desk_people(), &Notice::ExtensionAsked { by, reason });
        Ok(())
    }

    /// A dispatcher grants it, by at most the original limit, or refuses; a refusal uses none.
    pub fn decide_extension(&mut self, until: Option<DateTime<Utc>>, words: String) -> Result<(), Refusal> {
        self.dispatcher()?;
        let whistle = self.owner()?.clone();
        let asked = self.case.extension_asked.clone().ok_or(Refusal::NoExtensionAsked)?;
        match until {
            Some(until) => self.extend(&whistle, until, words.clone())?,
            None => self.record(Fact::ExtensionRefused { words: words.clone() }),
        }
        self.tell(Recipient::Person(asked.by), Notice::ExtensionDecided { until, words });
        Ok(())
    }

    fn extend(&mut self, whistle: &Whistle, until: DateTime<Utc>, words: String) -> Result<(), Refusal> {
        self.not_suspended()?;
        let earliest = whistle.settle.at.max(self.now);
        let latest = self.city.calendar.extended(whistle.settle.at, self.category()?.settle_limit).at;
        if until <= earliest || until > latest {
            return Err(Refusal::DateOutOfRange { earliest, latest });
        }
        let to = Due { at: until, provisional: false };
        let extended = Whistle { settle: to, ..whistle.clone() };
        // More time to settle is no more time to answer or to arrive.
        let alarms = match whistle.stage {
            Stage::Arrived => self.alarms(&extended, Stage::Arrived),
            _ => Alarms { remind_at: whistle.remind_at, step_at: whistle.step_at },
        };
        self.record(Fact::Extended { from: whistle.settle, to, words, alarms });
        Ok(())
    }

    /// 挂账: the clocks stand until a date; once in a case's life.
    pub fn suspend(&mut self, until: DateTime<Utc>, reason: String) -> Result<(), Refusal> {
        self.dispatcher()?;
        self.stands(&[State::Reported, State::Whistled, State::Answered, State::Arrived])?;
        self.not_suspended()?;
        if self.case.was_suspended {
            return Err(Refusal::SuspendedBefore);
        }
        reasoned(&reason)?;
        let (earliest, latest) = (self.now, self.now + LONGEST_SUSPENSION);
        if until <= earliest || until > latest {
            return Err(Refusal::DateOutOfRange { earliest, latest });
        }
        let until = self.considerate(until, self.is_urgent());
        self.record_at(self.next_moment(), Fact::Suspended { until, reason: reason.clone() });
        self.tell_people(self.people_on_it(), &Notice::Suspended { until, reason });
        Ok(())
    }

    /// The clocks run again before the date.
    pub fn resume(&mut self) -> Result<(), Refusal> {
        self.dispatcher()?;
        self.lives()?;
        if self.case.suspended.is_none() {
            return Err(Refusal::NotSuspended);
        }
        self.run_again(self.moment);
        self.tell_people(self.people_on_it(), &Notice::Resumed);
        Ok(())
    }

    /// Ends a suspension: every clock is moved by the time that it stood, each by its own kind of time.
    pub fn run_again(&mut self, at: DateTime<Utc>) {
        let Some(suspension) = self.case.suspended.clone() else { return };
        let at = at.min(suspension.until).max(suspension.since);
        let stood = (suspension.since, at);
        let owner = self.case.whistle.as_ref().filter(|_| self.case.state.is_open());
        let owner = owner.map(|whistle| self.moved(whistle, stood));
        let running = self.case.departments.iter().filter(|one| !one.is_done());
        let departments = running
            .map(|one| {
                let (clocks, alarms) = self.moved(one, stood);
                (one.unit.clone(), clocks, alarms)
            })
            .collect();
        let kind = self.desk_limit().kind;
        let triage = self.case.triage.map(|due| self.city.calendar.moved(due, kind, stood));
        let (clocks, alarms) =
            owner.map_or((None, Alarms::default()), |(clocks, alarms)| (Some(clocks), alarms));
        self.record_at(at, Fact::Resumed { clocks, alarms, departments, triage });
    }

    fn moved(&self, whistle: &Whistle, stood: (DateTime<Utc>, DateTime<Utc>)) -> (Clocks, Alarms) {
        let kind = |stage| self.limit_of(stage).map_or(LimitKind::WorkHour, |limit| limit.kind);
        // A department that was called meanwhile has stood only since then.
        let stood = (stood.0.max(whistle.started), stood.1);
        let moved = |due: Due, stage| self.city.calendar.moved(due, kind(stage), stood);
        let clocks = Clocks {
            answer: moved(whistle.answer, Stage::Whistled),
            arrive: moved(whistle.arrive, Stage::Answered),
            settle: moved(whistle.settle, Stage::Arrived),
            urgent: whistle.urgent,
        };
        (clocks, self.alarms(&whistle.with(&clocks), whistle.stage))
    }

    /// 催办: hurry. The next step, or words, are the answer that is owed.
    pub fn urge(&mut self, words: String) -> Result<(), Refusal> {
        let by = self.overseer()?;
        self.lives()?;
        self.record(Fact::Urged { owed: self.owed(&by, &words) });
        self.tell_those_concerned(&Notice::Urged { by, words });
        Ok(())
    }

    /// 督办: a leader or a dispatcher watches it; words are owed.
    pub fn supervise(&mut self, words: String) -> Result<(), Refusal> {
        let by = self.overseer()?;
        self.lives()?;
        if self.case.supervised.as_ref().is_some_and(|owed| owed.answer.is_none()) {
            return Err(Refusal::AlreadyDone);
        }
        self.record(Fact::Supervised { owed: self.owed(&by, &words) });
        self.tell_those_concerned(&Notice::Supervised { by, words });
        Ok(())
    }

    fn owed(&self, by: &PersonCode, words: &str) -> Owed {
        Owed { by: by.clone(), at: self.moment, words: words.to_owned(), answer: None }
    }

    /// The people on it, and the owner's group while nobody leads; the desk where it waits for the desk.
    fn tell_those_concerned(&mut self, notice: &Notice) {
        let Ok(whistle) = self.owner() else {
            return self.tell_people(self.desk_people(), notice);
        };
        let group: Option<UnitCode> = whistle.lead.is_none().then(|| whistle.unit.clone());
        self.tell_people(self.people_on_it(), notice);
        if let Some(unit) = group {
            self.tell(Recipient::Group(unit), notice.clone());
        }
    }

    /// The answer to an urging or a supervision.
    pub fn reply(&mut self, words: String) -> Result<(), Refusal> {
        let by = self.person()?;
        self.lives()?;
        if self.own_whistle(&by).is_err() {
            self.dispatcher()?;
        }
        let asked = self.case.urged.iter().chain(&self.case.supervised);
        let asked = asked.filter(|owed| owed.answer.is_none()).map(|owed| owed.by.clone());
        let asked: Vec<PersonCode> = asked.collect();
        if asked.is_empty() {
            return Err(Refusal::NothingOwed);
        }
        if !said(&words) {
            return Err(Refusal::WordsMissing);
        }
        self.record(Fact::Replied { words: words.clone() });
        self.tell_people(asked, &Notice::Replied { by, words });
        Ok(())
    }
}
