//! One decision in the making: the case so far, what has happened in it, and what will leave.

use crate::domain::{
    Actor, Case, City, Decision, Effect, Event, Fact, Notice, Party, PersonCode, Recipient, Refusal, State,
    UnitCode, Via, Whistle, Who,
};
use chrono::{DateTime, Utc};

/// A decision in the making. Every [`record`](Self::record) changes the case by the event itself.
pub(super) struct Turn<'a> {
    /// The case with the events so far applied.
    pub case: Case,
    pub city: &'a City,
    pub by: Who,
    /// The server's time.
    pub now: DateTime<Utc>,
    /// The person's own time, as far as it is believed: what feeds the clocks.
    pub moment: DateTime<Utc>,
    via: Via,
    capped: bool,
    events: Vec<Event>,
    effects: Vec<Effect>,
}

impl<'a> Turn<'a> {
    pub fn new(case: &Case, by: &Actor, city: &'a City, now: DateTime<Utc>) -> Self {
        let (moment, capped) = believed(by, city, now);
        Self {
            case: case.clone(),
            city,
            by: by.who.clone(),
            now,
            moment,
            via: by.via,
            capped,
            events: Vec::new(),
            effects: Vec::new(),
        }
    }

    /// A turn that begins with a report; none when the fact is not one.
    pub fn opening(
        report: impl FnOnce(DateTime<Utc>) -> Fact,
        by: &Actor,
        city: &'a City,
        now: DateTime<Utc>,
    ) -> Option<Self> {
        let (moment, capped) = believed(by, city, now);
        let fact = report(moment);
        let event = Event { seq: 1, at: now, said_at: moment, capped, by: by.who.clone(), via: by.via, fact };
        let case = Case::reported(&event)?;
        let turn = Self::new(&case, by, city, now);
        Some(Self { events: vec![event], ..turn })
    }

    /// Something happened at the person's own time.
    pub fn record(&mut self, fact: Fact) {
        self.record_at(self.moment, fact);
    }

    /// Something happened at another time than the person's own.
    pub fn record_at(&mut self, said_at: DateTime<Utc>, fact: Fact) {
        let event = Event {
            seq: self.case.version + 1,
            at: self.now,
            said_at,
            capped: self.capped,
            by: self.by.clone(),
            via: self.via,
            fact,
        };
        self.case.apply(&event);
        self.events.push(event);
    }

    pub fn done(self) -> Decision {
        Decision { case: self.case, events: self.events, effects: self.effects }
    }

    /// The time of the next step of the case, never before its last one.
    pub fn next_moment(&self) -> DateTime<Utc> {
        let owner = self.case.whistle.as_ref().and_then(|whistle| whistle.times.latest());
        [self.case.times.latest(), owner].into_iter().flatten().fold(self.moment, DateTime::max)
    }

    /// The time of the next step of one whistle.
    pub fn moment_of(&self, whistle: &Whistle) -> DateTime<Utc> {
        if self.owns(&whistle.unit) {
            return self.next_moment();
        }
        whistle.times.latest().map_or(self.moment, |last| last.max(self.moment))
    }

    /// Is the unit the case's owner?
    pub fn owns(&self, unit: &UnitCode) -> bool {
        self.case.whistle.as_ref().is_some_and(|whistle| whistle.unit == *unit)
    }

    /// Refuses unless the case stands in one of these states.
    pub fn stands(&self, states: &[State]) -> Result<(), Refusal> {
        if states.contains(&self.case.state) { Ok(()) } else { Err(self.wrong_state()) }
    }

    /// Refuses when the case has ended.
    pub fn lives(&self) -> Result<(), Refusal> {
        if self.case.state.is_terminal() { Err(self.wrong_state()) } else { Ok(()) }
    }

    pub fn wrong_state(&self) -> Refusal {
        Refusal::WrongState { state: self.case.state }
    }

    /// The owner's whistle, where somebody still has to come or to act.
    pub fn owner(&self) -> Result<&Whistle, Refusal> {
        let open = self.case.state.is_open();
        self.case.whistle.as_ref().filter(|_| open).ok_or_else(|| self.wrong_state())
    }

    /// Tells somebody other than the one who did it.
    pub fn tell(&mut self, to: Recipient, notice: Notice) {
        let own = match &to {
            Recipient::Person(person) => self.by.as_person() == Some(person),
            Recipient::Chat(chat) => self.by == Who::Resident(*chat),
            Recipient::Group(_) => false,
        };
        if !own {
            self.tell_even_oneself(to, notice);
        }
    }

    /// Tells somebody, also the one who did it.
    pub fn tell_even_oneself(&mut self, to: Recipient, notice: Notice) {
        let effect = Effect::Tell { to, notice };
        if !self.effects.contains(&effect) {
            self.effects.push(effect);
        }
    }

    pub fn tell_people(&mut self, people: Vec<PersonCode>, notice: &Notice) {
        for person in people {
            self.tell(Recipient::Person(person), notice.clone());
        }
    }

    /// Tells everybody who brought the case and can be reached.
    pub fn tell_reporters(&mut self, notice: &Notice) {
        for party in self.case.reporters.clone() {
            match party {
                Party::Person(person) => self.tell(Recipient::Person(person), notice.clone()),
                Party::Chat(chat) => self.tell(Recipient::Chat(chat), notice.clone()),
                Party::Anonymous => {}
            }
        }
    }

    /// The unit hears its whistle. Where nobody is there to hear it the desk is told at once, and not by
    /// a clock that runs out.
    pub fn sound(&mut self, unit: &UnitCode) {
        let to = self.hearers(unit);
        if to.is_empty() {
            let notice = Notice::Unheard { unit: unit.clone() };
            for person in self.desk_people() {
                self.tell_even_oneself(Recipient::Person(person), notice.clone());
            }
        }
        self.effects.push(Effect::Whistle { unit: unit.clone(), to });
    }
}

/// The message's own time as far as it is believed, and whether it was capped. Phones queue messages
/// offline, so an old time is right; a wrong clock must not move a deadline by days.
fn believed(by: &Actor, city: &City, now: DateTime<Utc>) -> (DateTime<Utc>, bool) {
    let oldest = now - city.policy.oldest_message;
    if by.said_at > now + city.policy.clock_skew {
        return (now, true);
    }
    if by.said_at < oldest {
        return (oldest, true);
    }
    (by.said_at, false)
}

/// Words with something in them.
pub(super) fn said(words: &str) -> bool {
    !words.trim().is_empty()
}

/// Refuses an empty reason.
pub(super) fn reasoned(reason: &str) -> Result<(), Refusal> {
    if said(reason) { Ok(()) } else { Err(Refusal::ReasonMissing) }
}
