//! The life of a case: [`open`] and [`decide`] are the only code that changes one.

use super::{Actor, Case, City, Command, Decision, Refusal, Report, State};
use chrono::{DateTime, Utc};

/// Opens a case from a report.
///
/// # Errors
/// A [`Refusal`] that the reporter can act upon.
pub fn open(report: Report, by: &Actor, city: &City, now: DateTime<Utc>) -> Result<Decision, Refusal> {
    let _ = (report, by, city, now);
    Err(Refusal::Empty)
}

/// Decides on a command: the case after it, what happened, and what leaves; or why not.
///
/// # Errors
/// A [`Refusal`]: nothing has changed.
pub fn decide(
    case: &Case,
    command: Command,
    by: &Actor,
    city: &City,
    now: DateTime<Utc>,
) -> Result<Decision, Refusal> {
    let _ = (case, command, by, city, now);
    Err(Refusal::WrongState { state: State::Reported })
}
