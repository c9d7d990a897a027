//! Times, places and names as people say them.

use super::{
    Language,
    texts::{key, say},
};
use crate::domain::{
    CallReason, CaseId, CaseNumber, CategoryCode, City, Escalation, PersonCode, Stage, State, UnitCode,
    UnitLevel,
};
use chrono::{DateTime, Datelike, Utc};

/// Speaks of a city's things in a language.
#[derive(Clone, Copy)]
pub struct Speech<'a> {
    /// In which words.
    pub language: Language,
    /// Whose units, people and matters.
    pub city: &'a City,
    /// Today is this day.
    pub now: DateTime<Utc>,
}

/// The number of a case as people say it.
pub(super) fn number(case: CaseId) -> String {
    CaseNumber::of(case).to_string()
}

impl Speech<'_> {
    /// `09:12`; `3月5日 09:12` on another day, with the year in another year; in the city's zone.
    pub fn time(&self, at: DateTime<Utc>) -> String {
        let zone = self.city.calendar.zone;
        let (local, today) = (at.with_timezone(&zone), self.now.with_timezone(&zone));
        let clock = local.format("%H:%M").to_string();
        if local.date_naive() == today.date_naive() {
            return clock;
        }
        let (year, month, day) = (local.year(), local.month(), local.day());
        if year == today.year() {
            return say!(self.language, "time-day", month = month, day = day, clock = clock);
        }
        say!(self.language, "time-year", year = year.to_string(), month = month, day = day, clock = clock)
    }

    /// `25 分钟`, `3 小时 20 分钟`, `2 天 3 小时`; rounded down, at least a minute.
    pub fn span(&self, span: chrono::Duration) -> String {
        let minutes = span.num_minutes().abs();
        let (days, hours, left) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
        match (days, hours, left) {
            (0, 0, _) => say!(self.language, "span-minutes", minutes = left.max(1)),
            (0, _, 0) => say!(self.language, "span-hours", hours = hours),
            (0, _, _) => say!(self.language, "span-hours-minutes", hours = hours, minutes = left),
            (_, 0, _) => say!(self.language, "span-days", days = days),
            _ => say!(self.language, "span-days-hours", days = days, hours = hours),
        }
    }

    /// `还剩 25 分钟` or `已超 12 分钟`.
    pub fn left(&self, until: DateTime<Utc>) -> String {
        let span = until - self.now;
        if span < chrono::Duration::zero() {
            return say!(self.language, "late-by", span = self.span(span));
        }
        say!(self.language, "left", span = self.span(span))
    }

    /// The name of a unit; its code when nobody knows it.
    pub fn unit(&self, code: &UnitCode) -> String {
        let Some(unit) = self.city.organisation.unit(code) else { return code.to_string() };
        match (&unit.name_en, self.language) {
            (Some(name), Language::English) => name.clone(),
            _ => unit.name.clone(),
        }
    }

    /// A grid with its community: `华山社区 第三网格`.
    pub fn ground(&self, code: &UnitCode) -> String {
        let community = self.city.organisation.above(code, UnitLevel::Community);
        match community.filter(|community| community.code != *code) {
            Some(community) => format!("{} {}", self.unit(&community.code), self.unit(code)),
            None => self.unit(code),
        }
    }

    /// A person's name; the code when nobody knows it.
    pub fn person(&self, code: &PersonCode) -> String {
        self.city.organisation.person(code).map_or_else(|| code.to_string(), |person| person.name.clone())
    }

    /// The name of a matter.
    pub fn matter(&self, code: &CategoryCode) -> String {
        if let Some(category) = self.city.catalogue.get(code) {
            category.name_in(self.language.tag()).to_owned()
        } else {
            say!(self.language, "matter-unknown")
        }
    }

    /// The word of a state.
    pub fn state(&self, state: State) -> String {
        say!(
            self.language,
            match state {
                State::Reported => key("state-reported"),
                State::Whistled => key("state-whistled"),
                State::Answered => key("state-answered"),
                State::Arrived => key("state-arrived"),
                State::Settled => key("state-settled"),
                State::Closed => key("state-closed"),
                State::Declined => key("state-declined"),
                State::Voided => key("state-voided"),
                State::Merged => key("state-merged"),
            }
        )
    }

    /// The word of a whistle's stage.
    pub fn stage(&self, stage: Stage) -> String {
        say!(
            self.language,
            match stage {
                Stage::Whistled => key("state-whistled"),
                Stage::Answered => key("state-answered"),
                Stage::Arrived => key("state-arrived"),
                Stage::Settled => key("state-settled"),
                Stage::Returned => key("stage-returned"),
            }
        )
    }

    /// The word of a level of escalation.
    pub fn level(&self, level: Escalation) -> String {
        say!(
            self.language,
            match level {
                Escalation::Grid => key("level-grid"),
                Escalation::Community => key("level-community"),
                Escalation::Subdistrict => key("level-subdistrict"),
                Escalation::District => key("level-district"),
            }
        )
    }

    /// The word of a reason to call a department.
    pub fn call_reason(&self, reason: CallReason) -> String {
        say!(
            self.language,
            match reason {
                CallReason::BeyondPowers => key("call-beyond-powers"),
                CallReason::JointEnforcement => key("call-joint-enforcement"),
                CallReason::Emergency => key("call-emergency"),
            }
        )
    }

    /// Metres as people say them: `30 米`, `1.2 公里`.
    pub fn metres(&self, metres: f64) -> String {
        if metres < 1000.0 {
            return say!(self.language, "metres", metres = metres.round() as i64);
        }
        say!(self.language, "kilometres", kilometres = format!("{:.1}", metres / 1000.0))
    }
}
