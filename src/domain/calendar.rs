//! The calendar's words: four kinds of limit, office hours, holidays and make-up workdays. The
//! arithmetic with them is in [`reckoning`].
//!
//! A year without a published calendar is *unpublished*, not holiday-free: a deadline there is
//! provisional and is computed again when the calendar is loaded.

pub mod reckoning;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, str::FromStr};

/// How a limit's time passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitKind {
    /// 紧急工作时: hours, day and night.
    UrgentHour,
    /// 自然日: days of 24 hours.
    NaturalDay,
    /// 工作时: hours of office time.
    WorkHour,
    /// 工作日: ends at the close of the Nth workday after the day it started.
    WorkDay,
}

/// An amount of time of one kind, written `4 work_hour`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct TimeLimit {
    /// How many; hours may be fractions, work days are whole.
    pub amount: f64,
    /// Of what.
    pub kind: LimitKind,
}

/// What a published calendar says of a day that is not as the week has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DayKind {
    /// A holiday.
    Off,
    /// A make-up workday.
    Work,
}

/// A deadline, and whether it rests on a year nobody has published yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// When the limit runs out.
    pub at: DateTime<Utc>,
    /// Computed without a published calendar.
    pub provisional: bool,
}

/// Office hours and the published days.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    /// The zone that office hours are in.
    pub zone: Tz,
    /// Office hours, ascending, not overlapping.
    pub hours: Vec<(NaiveTime, NaiveTime)>,
    /// Days that differ from Monday–Friday.
    pub days: BTreeMap<NaiveDate, DayKind>,
}

impl TimeLimit {
    /// An amount of a kind.
    pub const fn new(amount: f64, kind: LimitKind) -> Self {
        Self { amount, kind }
    }

    /// Runs day and night, so its ladder does too.
    pub fn is_urgent(self) -> bool {
        self.kind == LimitKind::UrgentHour
    }
}

impl LimitKind {
    /// Runs day and night, whatever the calendar says.
    pub fn is_continuous(self) -> bool {
        matches!(self, Self::UrgentHour | Self::NaturalDay)
    }

    /// The word in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UrgentHour => "urgent_hour",
            Self::NaturalDay => "natural_day",
            Self::WorkHour => "work_hour",
            Self::WorkDay => "work_day",
        }
    }
}

impl fmt::Display for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.kind.as_str())
    }
}

impl From<TimeLimit> for String {
    fn from(limit: TimeLimit) -> Self {
        limit.to_string()
    }
}

impl TryFrom<String> for TimeLimit {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl FromStr for TimeLimit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a limit such as `4 work_hour` or `2 work_day`");
        let (amount, kind) = text.trim().split_once(char::is_whitespace).ok_or_else(wrong)?;
        let amount: f64 = amount.parse().map_err(|_| wrong())?;
        let kind = match kind.trim() {
            "urgent_hour" => LimitKind::UrgentHour,
            "natural_day" => LimitKind::NaturalDay,
            "work_hour" => LimitKind::WorkHour,
            "work_day" => LimitKind::WorkDay,
            _ => return Err(wrong()),
        };
        let whole = kind != LimitKind::WorkDay || amount.fract() == 0.0;
        if !(amount > 0.0 && amount <= 10_000.0 && whole) {
            return Err(wrong());
        }
        Ok(Self { amount, kind })
    }
}

impl Default for Calendar {
    fn default() -> Self {
        let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        Self {
            zone: chrono_tz::Asia::Shanghai,
            hours: vec![(hour(8), hour(12)), (hour(14), hour(18))],
            days: BTreeMap::new(),
        }
    }
}
