//! After it is settled: the check, closing, rework; then the reporter's rating and the way back.

use super::turn::{Turn, reasoned};
use crate::domain::{Fact, Notice, Rating, Recipient, Refusal, Stage, State};
use chrono::{DateTime, Utc};

impl Turn<'_> {
    /// 核查 by the reporter, another worker or a dispatcher; never by the one who settled it.
    pub fn check(&mut self, passed: bool, words: String) -> Result<(), Refusal> {
        self.may_check()?;
        self.stands(&[State::Settled])?;
        if passed {
            self.close(words);
            return Ok(());
        }
        reasoned(&words)?;
        self.rework(words)
    }

    fn may_check(&self) -> Result<(), Refusal> {
        if self.is_settler() {
            return Err(Refusal::OwnWork);
        }
        if self.case.is_reporter(&self.by) {
            return Ok(());
        }
        let person = self.person()?;
        if self.is_neighbour(&person) { Ok(()) } else { self.dispatcher().map(|_| ()) }
    }

    fn is_settler(&self) -> bool {
        let settler = self.case.settlement.as_ref().map(|settlement| &settlement.by);
        settler.is_some() && settler == self.by.as_person()
    }

    /// 结案. A reporter who settled it is not asked how it was.
    pub fn close(&mut self, words: String) {
        self.record_at(self.next_moment(), Fact::Closed { words });
        if self.case.settlement.as_ref().is_some_and(|settlement| !settlement.self_resolved) {
            self.tell_reporters(&Notice::Closed);
        }
    }

    /// 返工: back to the same lead; the clocks are the first ones.
    fn rework(&mut self, reason: String) -> Result<(), Refusal> {
        let Some(whistle) = &self.case.whistle else { return Err(self.wrong_state()) };
        let lead = whistle.lead.clone();
        let alarms = self.alarms(whistle, Stage::Answered);
        self.record_at(self.next_moment(), Fact::Reworked { reason: reason.clone(), alarms });
        if let Some(lead) = lead {
            self.tell(Recipient::Person(lead), Notice::Reworked { reason });
        }
        Ok(())
    }

    /// 回访. Dissatisfied within the window opens it again; later it is a rating only.
    pub fn rate(&mut self, score: u8, solved: bool, words: Option<String>) -> Result<(), Refusal> {
        self.reporter_other_than_settler()?;
        self.stands(&[State::Closed])?;
        if !(1..=5).contains(&score) {
            return Err(Refusal::ScoreOutOfRange);
        }
        let closed = self.closed_at();
        if self.case.rating.as_ref().is_some_and(|rating| Some(rating.at) >= closed) {
            return Err(Refusal::AlreadyDone);
        }
        let reason = words.clone().unwrap_or_default();
        self.record_at(self.next_moment(), Fact::Rated { score, solved, words });
        let satisfied = solved && self.case.rating.as_ref().is_some_and(Rating::satisfied);
        if satisfied || self.within_window().is_err() {
            return Ok(());
        }
        self.open_again(reason)
    }

    /// 重开 by the reporter.
    pub fn reopen(&mut self, reason: String) -> Result<(), Refusal> {
        self.reporter_other_than_settler()?;
        self.stands(&[State::Closed])?;
        self.within_window()?;
        reasoned(&reason)?;
        self.open_again(reason)
    }

    fn reporter_other_than_settler(&self) -> Result<(), Refusal> {
        if !self.case.is_reporter(&self.by) {
            return Err(Refusal::NotYours);
        }
        if self.is_settler() { Err(Refusal::OwnWork) } else { Ok(()) }
    }

    /// The newest closing; the case's own times keep the first.
    fn closed_at(&self) -> Option<DateTime<Utc>> {
        self.case.whistle.as_ref().and_then(|whistle| whistle.times.closed)
    }

    fn within_window(&self) -> Result<(), Refusal> {
        let closed = self.closed_at().unwrap_or(self.moment);
        let ended = closed + self.city.policy.reopen_window;
        if self.moment <= ended { Ok(()) } else { Err(Refusal::WindowPassed { ended }) }
    }

    /// The same owner's whistle again, with clocks of its own; the case's first times stay.
    fn open_again(&mut self, reason: String) -> Result<(), Refusal> {
        let Some(whistle) = &self.case.whistle else { return Err(self.wrong_state()) };
        let (unit, lead) = (whistle.unit.clone(), whistle.lead.clone());
        let at = self.next_moment();
        let clocks = self.clocks(at)?;
        let alarms = self.first_alarms(&clocks);
        self.record_at(at, Fact::Reopened { reason: reason.clone(), clocks, alarms });
        self.sound(&unit);
        if let Some(lead) = lead {
            self.tell(Recipient::Person(lead), Notice::Reopened { reason });
        }
        Ok(())
    }
}
