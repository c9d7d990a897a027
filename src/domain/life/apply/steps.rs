//! The steps of a whistle: blown, answered, arrived, settled, returned.

use crate::domain::{
    Case, Due, Event, Fact, Settlement, Stage, State, Times, UnitCode, Whistle,
    event::{Alarms, Clocks},
};
use chrono::{DateTime, Utc};

impl Case {
    /// The steps of a whistle: blown, answered, arrived, settled, returned.
    pub(super) fn apply_step(&mut self, event: &Event) -> bool {
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

    pub(super) fn blow(&mut self, unit: &UnitCode, at: DateTime<Utc>, clocks: &Clocks, alarms: &Alarms) {
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
