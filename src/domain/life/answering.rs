//! What people do at a whistle: answer, join, arrive, settle, send it back.

use super::turn::{Turn, reasoned, said};
use crate::domain::{
    Arrival, Evidence, Fact, Fix, MediaId, Notice, Party, PersonCode, Recipient, Refusal, Stage, UnitCode,
    Whistle, case::Checker,
};
use chrono::{DateTime, Utc};

impl Turn<'_> {
    /// "I am coming." The first one leads; later ones are told who does.
    pub fn answer(&mut self) -> Result<(), Refusal> {
        let person = self.person()?;
        let whistle = self.own_whistle(&person)?;
        match (whistle.stage, &whistle.lead) {
            (Stage::Answered | Stage::Arrived, Some(lead)) if *lead == person => {
                return Err(Refusal::AlreadyDone);
            }
            (Stage::Answered | Stage::Arrived, Some(lead)) => {
                return Err(Refusal::TakenBy { lead: lead.clone() });
            }
            (Stage::Whistled, _) => {}
            _ => return Err(self.wrong_state()),
        }
        let unit = whistle.unit.clone();
        self.go_on();
        let whistle = self.own_whistle(&person)?;
        let alarms = self.alarms(whistle, Stage::Answered);
        self.record_at(self.moment_of(whistle), Fact::Answered { unit: unit.clone(), lead: person, alarms });
        if self.owns(&unit) {
            self.tell_reporters(&Notice::Coming { unit });
        } else {
            self.tell_caller(&unit, Stage::Answered);
        }
        Ok(())
    }

    /// "I help the lead."
    pub fn join(&mut self) -> Result<(), Refusal> {
        let person = self.person()?;
        let whistle = self.own_whistle(&person)?;
        let Some(lead) = whistle.lead.clone().filter(|_| !whistle.is_done()) else {
            return Err(self.wrong_state());
        };
        if whistle.crew().any(|member| *member == person) {
            return Err(Refusal::AlreadyDone);
        }
        let unit = whistle.unit.clone();
        self.record(Fact::Joined { unit, helper: person.clone() });
        self.tell(Recipient::Person(lead), Notice::Joined { helper: person });
        Ok(())
    }

    /// "I am there." Taken with any evidence or none; how far it is believed is marked and told.
    pub fn arrive(&mut self, fix: Option<Fix>) -> Result<(), Refusal> {
        let person = self.person()?;
        let whistle = self.own_whistle(&person)?;
        let lead = whistle.lead.clone();
        match (whistle.stage, lead) {
            (Stage::Answered | Stage::Arrived, Some(lead)) if lead != person => {
                return Err(Refusal::OnlyLead { lead });
            }
            (Stage::Arrived, _) => return Err(Refusal::AlreadyDone),
            (Stage::Answered, _) => {}
            _ => return Err(self.wrong_state()),
        }
        let unit = whistle.unit.clone();
        let arrival = self.evidence(fix);
        self.go_on();
        let whistle = self.own_whistle(&person)?;
        let alarms = self.alarms(whistle, Stage::Arrived);
        self.record_at(self.moment_of(whistle), Fact::Arrived { unit: unit.clone(), arrival, alarms });
        let marked = Notice::ArrivalMarked { evidence: arrival.evidence, distance_m: arrival.distance_m };
        self.tell_even_oneself(Recipient::Person(person), marked);
        if self.owns(&unit) {
            self.tell_reporters(&Notice::Here);
        } else {
            self.tell_caller(&unit, Stage::Arrived);
        }
        Ok(())
    }

    fn evidence(&self, fix: Option<Fix>) -> Arrival {
        let policy = &self.city.policy;
        let distance_m = fix.zip(self.case.place.point()).map(|(fix, point)| fix.point.distance_m(point));
        let taken = fix.and_then(|fix| fix.taken_at);
        let fresh = taken.is_none_or(|taken| (self.moment - taken).abs() <= policy.stale_fix);
        let exact = fix.and_then(|fix| fix.accuracy_m).is_none_or(|accuracy| accuracy <= policy.coarse_m);
        let evidence = match distance_m {
            Some(metres) if fresh && exact && metres <= policy.verified_m => Evidence::Verified,
            Some(metres) if fresh && metres <= policy.near_m => Evidence::Near,
            _ => Evidence::Unverified,
        };
        Arrival { fix, distance_m, evidence }
    }

    /// "It is settled": from the spot, with a closing condition, a line, and a photo where asked for.
    pub fn settle(&mut self, condition: usize, words: String, photos: Vec<MediaId>) -> Result<(), Refusal> {
        let person = self.person()?;
        let whistle = self.own_whistle(&person)?;
        match (whistle.stage, &whistle.lead) {
            (Stage::Answered | Stage::Arrived, Some(lead)) if *lead != person => {
                return Err(Refusal::OnlyLead { lead: lead.clone() });
            }
            (Stage::Whistled | Stage::Answered, _) => return Err(Refusal::NotArrived),
            (Stage::Arrived, _) => {}
            _ => return Err(self.wrong_state()),
        }
        let unit = whistle.unit.clone();
        let owner = self.owns(&unit);
        self.settled_properly(condition, &words, owner.then_some(&photos))?;
        self.go_on();
        let at = self.moment_of(self.own_whistle(&person)?);
        let check = owner.then(|| self.first_checker(&person, at));
        let told = words.clone();
        let fact =
            Fact::Settled { unit: unit.clone(), condition, words, photos, self_resolved: false, check };
        self.record_at(at, fact);
        if owner {
            self.ask_for_check(told);
        } else {
            self.tell_caller(&unit, Stage::Settled);
        }
        Ok(())
    }

    /// What every settlement needs; `photos` where the category may ask for one.
    pub fn settled_properly(
        &self,
        condition: usize,
        words: &str,
        photos: Option<&Vec<MediaId>>,
    ) -> Result<(), Refusal> {
        let category = self.category()?;
        // A category without conditions of its own has the one of being settled.
        if condition >= category.closing_conditions.len().max(1) {
            return Err(Refusal::UnknownCondition);
        }
        if !said(words) {
            return Err(Refusal::WordsMissing);
        }
        if category.photo_required && photos.is_some_and(Vec::is_empty) {
            return Err(Refusal::PhotoMissing);
        }
        Ok(())
    }

    /// The reporter is asked first; where nobody else than the settler can be reached, a dispatcher is.
    fn first_checker(&self, settler: &PersonCode, at: DateTime<Utc>) -> (Checker, DateTime<Utc>) {
        let asked = |party: &Party| match party {
            Party::Person(person) => person != settler,
            Party::Chat(_) => true,
            Party::Anonymous => false,
        };
        let checker =
            if self.case.reporters.iter().any(asked) { Checker::Reporter } else { Checker::Dispatcher };
        (checker, self.check_until(at))
    }

    /// The end of a window for checking that opens at `at`.
    pub fn check_until(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        self.considerate(at + self.city.policy.check_window, self.is_urgent())
    }

    fn ask_for_check(&mut self, words: String) {
        match self.case.check.clone() {
            Some(check) if check.asked == Checker::Reporter => {
                self.tell_reporters(&Notice::CheckAsked { words, until: check.until });
            }
            Some(_) => self.tell_people(self.checking_dispatchers(), &Notice::CheckWanted),
            None => {}
        }
    }

    /// Sends it back: the owner's to the desk, a department's to the one who called it.
    pub fn send_back(&mut self, reason: String) -> Result<(), Refusal> {
        let person = self.person()?;
        let whistle = self.own_whistle(&person)?;
        if whistle.is_done() {
            return Err(self.wrong_state());
        }
        reasoned(&reason)?;
        let unit = whistle.unit.clone();
        let owner = self.owns(&unit);
        self.go_on();
        let at = self.moment_of(self.own_whistle(&person)?);
        let triage = owner.then(|| self.triage(at));
        self.record_at(at, Fact::Returned { unit: unit.clone(), reason: reason.clone(), triage });
        if owner {
            self.tell_people(self.desk_people(), &Notice::Returned { unit, reason });
        } else {
            self.tell_caller_of_return(&unit, &reason);
        }
        Ok(())
    }

    /// A step of a person ends a suspension: who comes has started the clock again.
    pub fn go_on(&mut self) {
        if self.case.suspended.is_some() {
            self.run_again(self.moment);
        }
    }

    /// The caller of a department is told how far it has come.
    fn tell_caller(&mut self, unit: &UnitCode, stage: Stage) {
        if let Some(caller) = self.caller_of(unit) {
            self.tell(Recipient::Person(caller), Notice::DepartmentStep { unit: unit.clone(), stage });
        }
    }

    fn tell_caller_of_return(&mut self, unit: &UnitCode, reason: &str) {
        let notice = Notice::Returned { unit: unit.clone(), reason: reason.to_owned() };
        if let Some(caller) = self.caller_of(unit) {
            self.tell(Recipient::Person(caller), notice);
        }
    }

    fn caller_of(&self, unit: &UnitCode) -> Option<PersonCode> {
        self.case.whistle_of(unit).and_then(|whistle: &Whistle| whistle.called_by.clone())
    }
}
