//! Kinds of value that settings are written in: spans of time, office hours, secrets.

use chrono::{Duration, NaiveTime};
use serde::Deserialize;
use std::{fmt, str::FromStr};

/// A span of time, written `30 s`, `10 min`, `2 h`, `7 d`; a bare number is seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Span(pub Duration);

impl Span {
    /// For reckoning with dates.
    pub fn to_chrono(self) -> Duration {
        self.0
    }

    /// For timers of the runtime; spans are never negative.
    pub fn to_std(self) -> std::time::Duration {
        self.0.to_std().unwrap_or_default()
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a time such as `30 s`, `10 min`, `2 h` or `7 d`");
        let text = text.trim();
        let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (amount, unit) = text.split_at(split);
        let amount: u32 = amount.parse().map_err(|_| wrong())?;
        let seconds: i64 = match unit.trim() {
            "" | "s" | "sec" | "seconds" => 1,
            "m" | "min" | "minutes" => 60,
            "h" | "hours" => 3_600,
            "d" | "days" => 86_400,
            _ => return Err(wrong()),
        };
        Ok(Self(Duration::seconds(i64::from(amount) * seconds)))
    }
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// Office hours, written `08:00-12:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct OfficeHours {
    /// They open.
    pub from: NaiveTime,
    /// They close, later on the same day.
    pub to: NaiveTime,
}

impl TryFrom<String> for OfficeHours {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("`{text}` are no office hours such as `08:00-12:00`");
        let (from, to) = text.split_once(['-', '–']).ok_or_else(wrong)?;
        let time = |part: &str| NaiveTime::parse_from_str(part.trim(), "%H:%M").map_err(|_| wrong());
        let hours = Self { from: time(from)?, to: time(to)? };
        if hours.from < hours.to { Ok(hours) } else { Err(wrong()) }
    }
}

/// Something that must not be seen: it prints as `***`, and is read with [`Secret::reveal`].
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. Never to be logged.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Nothing was set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
