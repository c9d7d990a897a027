//! The check, the end, and the way back from it.

use crate::domain::{Case, Event, Fact, Rating, Stage, State, Times, event::Alarms};
use chrono::{DateTime, Utc};

impl Case {
    pub(super) fn apply_end(&mut self, event: &Event) -> bool {
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
}
