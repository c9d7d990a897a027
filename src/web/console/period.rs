//! A period of whole days as a page's address gives it: an empty day is the usual one.

use super::words::Words;
use crate::{
    domain::figures::{Window, midnight},
    web::Problem,
};
use chrono::{Days, NaiveDate};

/// The first and the last day, both included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Period {
    pub(super) from: NaiveDate,
    pub(super) until: NaiveDate,
}

impl Period {
    /// The `usual` last days where none are asked for.
    ///
    /// # Errors
    /// A day that is none.
    pub(super) fn read(from: &str, until: &str, usual: u64, words: &Words<'_>) -> Result<Self, Problem> {
        let today = words.now.with_timezone(&words.city.calendar.zone).date_naive();
        let until = day(until)?.unwrap_or(today);
        let first = || until.checked_sub_days(Days::new(usual - 1)).unwrap_or(until);
        Ok(Self { from: day(from)?.unwrap_or_else(first), until })
    }

    /// From the first midnight to the one after the last day.
    ///
    /// # Errors
    /// A period that ends before it begins.
    pub(super) fn window(self, words: &Words<'_>) -> Result<Window, Problem> {
        let zone = words.city.calendar.zone;
        let none = || Problem::both("结束须在开始之后。", "The period must end after it begins.");
        let after = self.until.succ_opt().filter(|_| self.from <= self.until).ok_or_else(none)?;
        Ok(Window { from: midnight(self.from, zone), to: midnight(after, zone) })
    }
}

fn day(text: &str) -> Result<Option<NaiveDate>, Problem> {
    let wrong = |_| Problem::both("日期应写作 2026-11-01。", "A day is written 2026-11-01.");
    Some(text.trim()).filter(|text| !text.is_empty()).map(|text| text.parse().map_err(wrong)).transpose()
}
