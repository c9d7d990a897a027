//! A whistle's clocks and alarms, from the category's limits and the calendar.

use super::turn::Turn;
use crate::domain::{
    CategoryCode, City, Due, LimitKind, Refusal, Stage, TimeLimit, Whistle,
    catalogue::{Category, UNCATEGORISED},
    event::{Alarms, Clocks},
};
use chrono::{DateTime, Utc};

impl Turn<'_> {
    /// The case's matter in the catalogue of today; one that the catalogue has dropped counts as unclassed.
    ///
    /// # Errors
    /// [`Refusal::UnknownCategory`] when the catalogue has neither: another matter must be chosen.
    pub fn category(&self) -> Result<&Category, Refusal> {
        category_of(self.city, &self.case.category).ok_or(Refusal::UnknownCategory)
    }

    /// Fresh clocks of a whistle that was blown at `start`.
    pub fn clocks(&self, start: DateTime<Utc>) -> Result<Clocks, Refusal> {
        let category = self.category()?;
        Ok(Clocks {
            answer: self.due(start, category.answer_limit),
            arrive: self.due(start, category.arrive_limit),
            settle: self.due(start, category.settle_limit),
            urgent: category.answer_limit.is_urgent(),
        })
    }

    /// Until when a dispatcher should decide on a case that comes before the desk at `start`.
    pub fn triage(&self, start: DateTime<Utc>) -> Due {
        self.due(start, self.desk_limit())
    }

    /// The desk's limit for this case.
    pub fn desk_limit(&self) -> TimeLimit {
        desk_limit(self.city, &self.case.category)
    }

    /// The matter is one that is answered by day and by night.
    pub fn is_urgent(&self) -> bool {
        is_urgent(self.city, &self.case.category)
    }

    /// A limit's end, moved by the time that the case's clocks stood.
    fn due(&self, start: DateTime<Utc>, limit: TimeLimit) -> Due {
        let calendar = &self.city.calendar;
        let due = calendar.due(start, limit);
        match self.case.stood {
            Some((since, until)) if start < until && since < due.at => {
                calendar.moved(due, limit.kind, (since.max(start), until))
            }
            _ => due,
        }
    }

    /// The limit of a stage; none where the whistle is done or the matter has left the catalogue.
    pub fn limit_of(&self, stage: Stage) -> Option<TimeLimit> {
        let category = self.category().ok()?;
        match stage {
            Stage::Whistled => Some(category.answer_limit),
            Stage::Answered => Some(category.arrive_limit),
            Stage::Arrived => Some(category.settle_limit),
            Stage::Settled | Stage::Returned => None,
        }
    }

    /// The stage's ladder runs day and night.
    pub fn urgent_now(&self, whistle: &Whistle) -> bool {
        self.limit_of(whistle.stage).map_or(whistle.urgent, TimeLimit::is_urgent)
    }

    /// The alarms of a whistle that enters `stage` with these clocks.
    pub fn alarms(&self, whistle: &Whistle, stage: Stage) -> Alarms {
        let entered = Whistle { stage, ..whistle.clone() };
        let Some(due) = entered.due() else { return Alarms::default() };
        let urgent = self.urgent_now(&entered);
        let late = due.at <= self.now;
        let step_at = match entered.escalation.next() {
            None => None,
            Some(_) if late => Some(self.next_step(urgent)),
            Some(_) => Some(self.considerate(due.at, urgent)),
        };
        Alarms { remind_at: self.limit_of(stage).and_then(|limit| self.reminder(due, limit)), step_at }
    }

    /// The alarms of a whistle that is blown now with these clocks.
    pub fn first_alarms(&self, clocks: &Clocks) -> Alarms {
        let whistle = Whistle::blown(&"".into(), self.moment, clocks, &Alarms::default());
        self.alarms(&whistle, Stage::Whistled)
    }

    /// One step of the ladder from now, so that a machine that was off does not climb it in one burst.
    pub fn next_step(&self, urgent: bool) -> DateTime<Utc> {
        let policy = &self.city.policy;
        let step = if urgent { policy.ladder_step_urgent } else { policy.ladder_step };
        self.considerate(self.city.calendar.due(self.now, step).at, urgent)
    }

    /// The time itself when it is urgent, else the next one in office hours.
    pub fn considerate(&self, at: DateTime<Utc>, urgent: bool) -> DateTime<Utc> {
        if urgent { at } else { self.city.calendar.next_working(at) }
    }

    /// When the share of the limit is left at which people are reminded: in office hours, and before the
    /// limit runs out even where that means the last opening before. None when it is over already.
    fn reminder(&self, due: Due, limit: TimeLimit) -> Option<DateTime<Utc>> {
        let calendar = &self.city.calendar;
        let share = self.city.policy.remind_share.clamp(0.0, 1.0);
        let left = calendar.length(TimeLimit { amount: limit.amount * share, ..limit });
        let at = calendar.before(due.at, left, limit.kind);
        let polite = self.considerate(at, limit.is_urgent());
        let at = if polite < due.at { polite } else { calendar.opening_before(due.at) };
        (self.now < at && at < due.at).then_some(at)
    }
}

/// A dispatcher's limit for a matter. What is urgent does not wait for the office to open.
pub(super) fn desk_limit(city: &City, category: &CategoryCode) -> TimeLimit {
    let limit = city.policy.triage_limit;
    match limit.kind {
        LimitKind::WorkHour if is_urgent(city, category) => {
            TimeLimit { kind: LimitKind::UrgentHour, ..limit }
        }
        _ => limit,
    }
}

fn is_urgent(city: &City, category: &CategoryCode) -> bool {
    category_of(city, category).is_some_and(|category| category.answer_limit.is_urgent())
}

fn category_of<'a>(city: &'a City, code: &CategoryCode) -> Option<&'a Category> {
    city.catalogue.get(code).or_else(|| city.catalogue.get(&UNCATEGORISED.into()))
}
