//! 吹哨: calling a department to a case, and scoring it afterwards.

use super::turn::Turn;
use crate::domain::{
    CallReason, Fact, Notice, PersonCode, Recipient, Refusal, State, UnitCode, UnitLevel, Whistle, access,
};

impl Turn<'_> {
    /// Calls a department. It gets a whistle of its own, with its own clocks, lead and helpers.
    pub fn call_department(
        &mut self,
        department: UnitCode,
        reason: CallReason,
        words: String,
    ) -> Result<(), Refusal> {
        let by = self.caller()?;
        self.owner()?;
        self.callable(&department)?;
        self.go_on();
        let at = self.next_moment();
        let clocks = self.clocks(at)?;
        let alarms = self.first_alarms(&clocks);
        let unit = department.clone();
        self.record_at(at, Fact::Called { unit: department, reason, words, by, clocks, alarms });
        self.sound(&unit);
        if let Some(lead) = self.case.whistle.as_ref().and_then(|whistle| whistle.lead.clone()) {
            self.tell(Recipient::Person(lead), Notice::DepartmentCalled { unit, reason });
        }
        Ok(())
    }

    /// A responder of the owner, or a dispatcher.
    fn caller(&self) -> Result<PersonCode, Refusal> {
        let person = self.person()?;
        let owner = self.case.whistle.as_ref();
        if owner.is_some_and(|whistle| self.is_on(&person, whistle)) { Ok(person) } else { self.dispatcher() }
    }

    fn callable(&self, unit: &UnitCode) -> Result<(), Refusal> {
        let level = self.city.organisation.unit(unit).map(|unit| unit.level);
        if !matches!(level, Some(UnitLevel::Department | UnitLevel::Organisation)) {
            return Err(Refusal::UnknownUnit { unit: unit.clone() });
        }
        let on_it = |whistle: &Whistle| whistle.unit == *unit && !whistle.is_done();
        let called = self.case.departments.iter().any(on_it) || self.owns(unit);
        if called { Err(Refusal::CalledAlready { unit: unit.clone() }) } else { Ok(()) }
    }

    /// The caller, or a dispatcher, scores a department that has come or sent it back; also after the
    /// case is closed.
    pub fn score_department(&mut self, department: UnitCode, score: u8) -> Result<(), Refusal> {
        let person = self.person()?;
        let called = self.case.departments.iter().find(|one| one.unit == department);
        let own = called.is_some_and(|one| one.called_by.as_ref() == Some(&person));
        if !own && !access::holds(self.city, &person, &super::people::DESK, &self.case) {
            return Err(Refusal::NotYours);
        }
        let called = called.ok_or(Refusal::UnknownUnit { unit: department.clone() })?;
        if !(1..=5).contains(&score) {
            return Err(Refusal::ScoreOutOfRange);
        }
        if !called.is_done() || matches!(self.case.state, State::Declined | State::Voided | State::Merged) {
            return Err(self.wrong_state());
        }
        if called.score.is_some() {
            return Err(Refusal::AlreadyDone);
        }
        self.record(Fact::Scored { unit: department, score });
        Ok(())
    }
}
