//! Counting with office time: when a limit runs out, how much office time lies between two instants,
//! and when people may be disturbed.
//!
//! Office hours are taken as half-open: 12:00 is the lunch break already, 18:00 the evening. A limit
//! that is used up exactly at a close ends at that close, not at the next opening.

use super::{Calendar, DayKind, Deadline, LimitKind, TimeLimit};
use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, TimeZone, Utc, Weekday};
use std::iter;

/// A stretch of office time, from its opening to its close.
type Block = (DateTime<Utc>, DateTime<Utc>);

/// The longest stretch of days without office hours that is looked through.
const LONGEST_BREAK_DAYS: usize = 400;

impl Calendar {
    /// When a limit that starts at `start` runs out.
    ///
    /// - Urgent hours and natural days run day and night: a natural day is 24 hours.
    /// - Work hours are counted in office time; outside of it they start at the next working instant.
    /// - N work days end at the close of the Nth workday after the day they started. The day is the one
    ///   of the first working instant: started on Tuesday, also in the lunch break, one work day ends at
    ///   Wednesday's close; started on Saturday it starts on Monday morning and ends at Tuesday's close.
    pub fn due(&self, start: DateTime<Utc>, limit: TimeLimit) -> Deadline {
        match limit.kind {
            LimitKind::UrgentHour | LimitKind::NaturalDay => {
                Deadline { at: start + self.length(limit), provisional: false }
            }
            LimitKind::WorkHour => self.after(start, self.length(limit)),
            LimitKind::WorkDay => self.close_of_workday(start, limit.amount.ceil().max(1.0) as usize),
        }
    }

    /// `start` itself inside office hours, else the next opening. People are not disturbed before.
    pub fn next_working(&self, start: DateTime<Utc>) -> DateTime<Utc> {
        self.blocks_from(start).next().map_or(start, |(opening, _)| opening.max(start))
    }

    /// The last opening of the office before `end`.
    pub fn opening_before(&self, end: DateTime<Utc>) -> DateTime<Utc> {
        self.blocks_before(end).next().map_or(end, |(opening, _)| opening)
    }

    /// The office time between two instants; none when `b` is not after `a`.
    pub fn working_between(&self, a: DateTime<Utc>, b: DateTime<Utc>) -> Duration {
        self.blocks_from(a)
            .take_while(|(opening, _)| *opening < b)
            .map(|(opening, close)| close.min(b) - opening.max(a))
            .fold(Duration::zero(), |sum, stretch| sum + stretch)
    }

    /// Office hours are kept on this day.
    pub fn is_workday(&self, date: NaiveDate) -> bool {
        match self.days.get(&date) {
            Some(kind) => *kind == DayKind::Work,
            None => !matches!(date.weekday(), Weekday::Sat | Weekday::Sun),
        }
    }

    /// The year's holidays have been published: any day of it is known.
    pub fn published(&self, year: i32) -> bool {
        let first = NaiveDate::from_ymd_opt(year, 1, 1);
        let last = NaiveDate::from_ymd_opt(year, 12, 31);
        first.zip(last).is_some_and(|(first, last)| self.days.range(first..=last).next().is_some())
    }

    /// How much time a limit is, of its own kind; a work day is one day's office hours.
    pub fn length(&self, limit: TimeLimit) -> Duration {
        const HOUR_MS: f64 = 3_600_000.0;
        let unit_ms = match limit.kind {
            LimitKind::UrgentHour | LimitKind::WorkHour => HOUR_MS,
            LimitKind::NaturalDay => 24.0 * HOUR_MS,
            LimitKind::WorkDay => self.day_length().num_milliseconds() as f64,
        };
        Duration::milliseconds((limit.amount * unit_ms).round() as i64)
    }

    /// The instant before `end` from which `left` of the limit's own time is left.
    pub fn before(&self, end: DateTime<Utc>, left: Duration, kind: LimitKind) -> DateTime<Utc> {
        if kind.is_continuous() {
            return end - left;
        }
        let mut missing = left;
        for (opening, close) in self.blocks_before(end) {
            if close - opening >= missing {
                return close - missing;
            }
            missing -= close - opening;
        }
        end - left
    }

    /// A deadline moved by the time that its clock stood, each kind by its own time: a limit in office
    /// hours that stood over a weekend has lost nothing.
    pub fn moved(&self, due: Deadline, kind: LimitKind, stood: (DateTime<Utc>, DateTime<Utc>)) -> Deadline {
        let (since, until) = stood;
        if kind.is_continuous() {
            return Deadline { at: due.at + (until - since).max(Duration::zero()), ..due };
        }
        let later = self.after(due.at, self.working_between(since, until));
        Deadline { at: later.at, provisional: due.provisional || later.provisional }
    }

    /// A deadline later by one more limit: N work days more end N workdays later at the same hour.
    pub fn extended(&self, due: DateTime<Utc>, by: TimeLimit) -> Deadline {
        if by.kind.is_continuous() { self.due(due, by) } else { self.after(due, self.length(by)) }
    }

    /// `amount` of office time after `start`.
    fn after(&self, start: DateTime<Utc>, amount: Duration) -> Deadline {
        let mut left = amount;
        if left <= Duration::zero() {
            return self.deadline(start, start);
        }
        for (opening, close) in self.blocks_from(start) {
            let from = opening.max(start);
            if close - from >= left {
                return self.deadline(start, from + left);
            }
            left -= close - from;
        }
        self.deadline(start, start + amount)
    }

    fn close_of_workday(&self, start: DateTime<Utc>, nth: usize) -> Deadline {
        let first = self.local_date(self.next_working(start));
        let close = workdays(self, first.succ_opt())
            .nth(nth - 1)
            .and_then(|date| self.blocks_of(date).last().map(|(_, close)| close));
        self.deadline(start, close.unwrap_or(start + Duration::days(nth as i64)))
    }

    fn deadline(&self, start: DateTime<Utc>, at: DateTime<Utc>) -> Deadline {
        let mut years = self.local_date(start).year()..=self.local_date(at).year();
        Deadline { at, provisional: !years.all(|year| self.published(year)) }
    }

    fn day_length(&self) -> Duration {
        self.hours.iter().fold(Duration::zero(), |sum, (opening, close)| sum + (*close - *opening))
    }

    /// The blocks that end after `start`, in order.
    fn blocks_from(&self, start: DateTime<Utc>) -> impl Iterator<Item = Block> + '_ {
        workdays(self, Some(self.local_date(start)))
            .flat_map(|date| self.blocks_of(date))
            .skip_while(move |(_, close)| *close <= start)
    }

    /// The blocks that begin before `end`, latest first, the first one cut off at `end`.
    fn blocks_before(&self, end: DateTime<Utc>) -> impl Iterator<Item = Block> + '_ {
        let last = self.local_date(end);
        iter::successors(Some(last), NaiveDate::pred_opt)
            .take(if self.hours.is_empty() { 0 } else { usize::MAX })
            .filter(|date| self.is_workday(*date))
            .flat_map(|date| self.blocks_of(date).rev())
            .filter(move |(opening, _)| *opening < end)
            .map(move |(opening, close)| (opening, close.min(end)))
    }

    fn blocks_of(&self, date: NaiveDate) -> impl DoubleEndedIterator<Item = Block> + '_ {
        self.hours.iter().map(move |(opening, close)| {
            (self.instant(date.and_time(*opening)), self.instant(date.and_time(*close)))
        })
    }

    fn local_date(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// An instant by the wall clock; in the gap of a summer time it counts as if standard time went on.
    fn instant(&self, local: NaiveDateTime) -> DateTime<Utc> {
        let found = self.zone.from_local_datetime(&local).earliest();
        let found = found.or_else(|| self.zone.from_local_datetime(&(local + Duration::hours(1))).earliest());
        found.map_or_else(|| local.and_utc(), |at| at.to_utc())
    }
}

/// The workdays from a day on. Ends when the calendar has no office hours, so that a wrong setting
/// cannot hang a decision.
fn workdays(calendar: &Calendar, from: Option<NaiveDate>) -> impl Iterator<Item = NaiveDate> + '_ {
    let mut idle = 0;
    iter::successors(from, NaiveDate::succ_opt)
        .take(if calendar.hours.is_empty() { 0 } else { usize::MAX })
        .map_while(move |date| {
            let works = calendar.is_workday(date);
            idle = if works { 0 } else { idle + 1 };
            (idle < LONGEST_BREAK_DAYS).then_some((date, works))
        })
        .filter_map(|(date, works)| works.then_some(date))
}

#[cfg(test)]
mod tests;
