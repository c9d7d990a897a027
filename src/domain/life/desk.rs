//! What a dispatcher decides: whistle, reassign, decline, void, merge, a first look.

use super::turn::{Turn, reasoned};
use crate::domain::{
    CaseId, Fact, Notice, Party, PersonCode, Recipient, Refusal, Role, Stage, State, UnitCode, UnitLevel,
    Who, case::Precheck,
};

impl Turn<'_> {
    /// Blows the whistle for the owner that is named, or that the map gives.
    pub fn whistle(&mut self, owner: Option<UnitCode>) -> Result<(), Refusal> {
        self.clock_or_dispatcher()?;
        self.stands(&[State::Reported])?;
        let owner = match owner {
            Some(owner) => self.can_own(owner)?,
            None => self.routed().ok_or(Refusal::OwnerMissing)?,
        };
        self.go_on();
        self.blow(owner)
    }

    /// The whistle of a grid branch or a department sounds, its clocks start.
    pub fn blow(&mut self, owner: UnitCode) -> Result<(), Refusal> {
        let at = self.next_moment();
        let clocks = self.clocks(at)?;
        let alarms = self.first_alarms(&clocks);
        self.record_at(at, Fact::Whistled { unit: owner.clone(), clocks, alarms });
        self.sound(&owner);
        Ok(())
    }

    fn can_own(&self, unit: UnitCode) -> Result<UnitCode, Refusal> {
        let level = self.city.organisation.unit(&unit).map(|unit| unit.level);
        match level {
            Some(UnitLevel::Grid | UnitLevel::Department | UnitLevel::Organisation) => {}
            _ => return Err(Refusal::UnknownUnit { unit }),
        }
        let called = self.case.departments.iter().any(|one| one.unit == unit && !one.is_done());
        if called { Err(Refusal::CalledAlready { unit }) } else { Ok(unit) }
    }

    /// Gives it to another owner with clocks of its own, or once more to the same: its clock goes on.
    pub fn reassign(&mut self, owner: UnitCode, reason: String) -> Result<(), Refusal> {
        self.dispatcher()?;
        self.owner()?;
        reasoned(&reason)?;
        let unit = self.can_own(owner)?;
        let former = self.people_of_owner();
        self.go_on();
        let whistle = self.owner()?;
        let at = self.next_moment();
        let (clocks, alarms) = if whistle.unit == unit {
            (None, self.alarms(whistle, Stage::Whistled))
        } else {
            let clocks = self.clocks(at)?;
            (Some(clocks), self.first_alarms(&clocks))
        };
        let fact = Fact::Reassigned { unit: unit.clone(), reason: reason.clone(), clocks, alarms };
        self.record_at(at, fact);
        let heard = self.hearers(&unit);
        let elsewhere = former.into_iter().filter(|person| !heard.contains(person)).collect();
        self.tell_people(elsewhere, &Notice::Reassigned { unit: unit.clone(), reason });
        self.sound(&unit);
        Ok(())
    }

    fn people_of_owner(&self) -> Vec<PersonCode> {
        self.case.whistle.as_ref().map(|whistle| self.crew_or_hearers(whistle)).unwrap_or_default()
    }

    /// 不予立案: not a matter for this service.
    pub fn decline(&mut self, reason: String) -> Result<(), Refusal> {
        self.dispatcher()?;
        self.stands(&[State::Reported])?;
        reasoned(&reason)?;
        self.record_at(self.next_moment(), Fact::Declined { reason: reason.clone() });
        self.tell_reporters(&Notice::Declined { reason });
        Ok(())
    }

    /// 作废.
    pub fn void(&mut self, reason: String) -> Result<(), Refusal> {
        self.dispatcher()?;
        self.lives()?;
        reasoned(&reason)?;
        self.end_void(&reason);
        self.tell_reporters(&Notice::Voided { reason });
        Ok(())
    }

    /// It is void, and everybody on it is told not to come.
    pub fn end_void(&mut self, reason: &str) {
        let people = self.people_on_it();
        self.record_at(self.next_moment(), Fact::Voided { reason: reason.to_owned() });
        self.tell_people(people, &Notice::Voided { reason: reason.to_owned() });
    }

    /// 并案: it goes on in another case, by a dispatcher or by a worker's tap on "same as".
    pub fn merge(&mut self, into: CaseId, reason: String) -> Result<(), Refusal> {
        self.dispatcher_or_worker()?;
        self.lives()?;
        if into == self.case.id {
            return Err(Refusal::SameCase);
        }
        reasoned(&reason)?;
        let crew: Vec<PersonCode> =
            self.case.whistle.iter().flat_map(|whistle| whistle.crew().cloned()).collect();
        self.record_at(self.next_moment(), Fact::Merged { into, reason });
        self.tell_reporters(&Notice::Merged { into });
        self.tell_people(crew, &Notice::Merged { into });
        Ok(())
    }

    /// The surviving side: the reporters of the ended case follow this one. Who may merge was asked on the
    /// ending side, whose ground may be another's.
    pub fn absorb(&mut self, from: CaseId, reporters: Vec<Party>) -> Result<(), Refusal> {
        if !matches!(self.by, Who::Person(_) | Who::Clock) {
            return Err(Refusal::NotYours);
        }
        if self.case.state.is_terminal() || from == self.case.id {
            return Err(Refusal::CannotMerge);
        }
        self.record(Fact::Absorbed { from, reporters });
        Ok(())
    }

    fn dispatcher_or_worker(&self) -> Result<(), Refusal> {
        let person = self.person()?;
        if self.is_neighbour(&person) { Ok(()) } else { self.dispatcher().map(|_| ()) }
    }

    /// Asks a worker near the point to look first.
    pub fn ask_precheck(&mut self, worker: PersonCode) -> Result<(), Refusal> {
        self.dispatcher()?;
        self.stands(&[State::Reported])?;
        let posts = self.city.organisation.posts_of(&worker);
        if !posts.iter().any(|post| post.role == Role::GridWorker) {
            return Err(Refusal::UnknownPerson { person: worker });
        }
        let waits = |asked: &Precheck| asked.finding.is_none() && asked.worker == worker;
        if self.case.precheck.as_ref().is_some_and(waits) {
            return Err(Refusal::AlreadyDone);
        }
        self.record(Fact::PrecheckAsked { worker: worker.clone() });
        self.tell(Recipient::Person(worker), Notice::PrecheckAsked);
        Ok(())
    }

    /// The worker has looked; the dispatcher who asked is told.
    pub fn precheck(&mut self, found: bool, words: String) -> Result<(), Refusal> {
        let person = self.person()?;
        let asked = self.case.precheck.clone().filter(|asked| asked.worker == person);
        let asked = asked.ok_or(Refusal::NotYours)?;
        self.stands(&[State::Reported])?;
        if asked.finding.is_some() {
            return Err(Refusal::AlreadyDone);
        }
        self.record(Fact::Prechecked { found, words: words.clone() });
        self.tell(Recipient::Person(asked.by), Notice::Prechecked { found, words });
        Ok(())
    }
}
