//! Everything about the city that a decision may look at, as one read-only value.

use super::{Calendar, Catalogue, Organisation};
use chrono::Duration;

/// The city as it is now. Loading a file makes a new one; nobody changes it in place.
#[derive(Clone, Debug, Default)]
pub struct City {
    /// Units and people.
    pub organisation: Organisation,
    /// Matters and limits.
    pub catalogue: Catalogue,
    /// Office hours, holidays and make-up workdays.
    pub calendar: Calendar,
    /// The service's own rules.
    pub policy: Policy,
}

/// The service's own rules; each is a key of `config/default.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// A dispatcher's limit for triage of a reported case, in office time.
    pub triage_limit: super::TimeLimit,
    /// Share of a limit that is left when the lead is reminded (0–1).
    pub remind_share: f64,
    /// From one step of the escalation ladder to the next, office time.
    pub ladder_step: super::TimeLimit,
    /// The same for urgent limits, day and night.
    pub ladder_step_urgent: super::TimeLimit,
    /// How long the reporter may say whether it is really settled.
    pub check_window: Duration,
    /// How long after closing a dissatisfied reporter may reopen.
    pub reopen_window: Duration,
    /// One self-resolved case in this many is checked by another worker; 0 checks none.
    pub self_resolved_check_every: u32,
    /// How many extensions a case may have.
    pub max_extensions: usize,
    /// An arrival this near is verified, metres.
    pub verified_m: f64,
    /// An arrival this near counts as near, metres.
    pub near_m: f64,
    /// A coarser fix is not verified, metres.
    pub coarse_m: f64,
    /// An older fix is not verified.
    pub stale_fix: Duration,
    /// How long a reporter may undo a report.
    pub undo_window: Duration,
    /// A message older than this is capped and marked.
    pub oldest_message: Duration,
    /// A message this far in the future is still taken at its word (clocks differ).
    pub clock_skew: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        use super::{LimitKind, TimeLimit};
        Self {
            triage_limit: TimeLimit::new(1.0, LimitKind::WorkHour),
            remind_share: 0.25,
            ladder_step: TimeLimit::new(2.0, LimitKind::WorkHour),
            ladder_step_urgent: TimeLimit::new(0.5, LimitKind::UrgentHour),
            check_window: Duration::days(2),
            reopen_window: Duration::days(7),
            self_resolved_check_every: 5,
            max_extensions: 2,
            verified_m: 100.0,
            near_m: 300.0,
            coarse_m: 100.0,
            stale_fix: Duration::minutes(10),
            undo_window: Duration::seconds(60),
            oldest_message: Duration::hours(48),
            clock_skew: Duration::minutes(2),
        }
    }
}
