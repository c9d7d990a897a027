//! How a case stands today: until when something is owed on it, whether a desk must decide, whether it is
//! stuck. Lists, cards and the store's columns ask here, so that they never disagree.

use super::{
    Case, Due, Escalation, State, Whistle,
    case::{Checker, Rating},
};
use chrono::{DateTime, Utc};

impl Case {
    /// The earliest deadline of what is owed now: by the desk, by whoever checks, by the owner and the
    /// called departments. None when nothing is owed.
    pub fn due(&self) -> Option<Due> {
        if self.state.is_terminal() {
            return None;
        }
        let own = match self.state {
            State::Reported => self.triage,
            State::Settled => self.check.as_ref().map(|check| Due { at: check.until, provisional: false }),
            _ => None,
        };
        self.whistles().filter_map(Whistle::due).chain(own).min_by_key(|due| due.at)
    }

    /// Must a person at a desk decide something?
    pub fn waits(&self) -> bool {
        match self.state {
            State::Reported => true,
            State::Settled => self.check.as_ref().is_some_and(|check| check.asked == Checker::Dispatcher),
            state => !state.is_terminal() && (self.owes_words() || self.extension_asked.is_some()),
        }
    }

    /// Has it gone up the ladder, or is somebody owed an answer? Such a case is looked at whatever its
    /// clock says.
    pub fn is_stuck(&self) -> bool {
        !self.state.is_terminal() && (self.owes_words() || self.escalation > Escalation::Grid)
    }

    /// Is its clock running, and past the deadline?
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.suspended.is_none() && self.due().is_some_and(|due| due.at < now)
    }

    /// Every time and every deadline of it and of its whistles: what the figures of a period look for.
    pub fn dates(&self) -> impl Iterator<Item = DateTime<Utc>> {
        let whistles = self
            .whistles()
            .flat_map(|one| one.times.all().chain([one.answer.at, one.arrive.at, one.settle.at].map(Some)));
        let rated = self.rating.as_ref().map(|Rating { at, .. }| *at);
        let due = self.due().map(|due| due.at);
        self.times.all().chain(whistles).chain([rated, due]).flatten()
    }

    /// The owner's whistle and those of the called departments.
    fn whistles(&self) -> impl Iterator<Item = &Whistle> {
        self.whistle.iter().chain(&self.departments)
    }

    /// Was it urged or supervised without an answer yet?
    fn owes_words(&self) -> bool {
        self.supervised.iter().chain(&self.urged).any(|owed| owed.answer.is_none())
    }
}
