//! The life of a case: [`open`] and [`decide`] are the only code that changes one.
//!
//! A decision makes events first; the case after it is the case before it with the events applied
//! (`apply`). So replaying a history gives the same case, and nothing changes without a trace. A refusal
//! has changed nothing.
//!
//! | file | holds |
//! |---|---|
//! | `reporting`, `amending` | the report and its routing; taking it back, correcting words, matter and place |
//! | `answering` | answer, join, arrive, settle, return |
//! | `desk` | what a dispatcher decides: whistle, reassign, decline, void, merge, a first look |
//! | `pacing` | more time, a stopped clock, urging, supervision |
//! | `departments` | calling a department and scoring it |
//! | `checking` | the check before closing, rating, reopening |
//! | `clock` | what falls due by itself |
//! | `limits`, `people`, `turn`, `apply` | clocks and alarms; who hears and who may; one decision; replay |

mod amending;
mod answering;
mod apply;
mod checking;
mod clock;
mod departments;
mod desk;
mod limits;
mod pacing;
mod people;
mod reporting;
mod turn;

use super::{Actor, Case, City, Command, Decision, Refusal, Report};
use chrono::{DateTime, Utc};
use turn::Turn;

pub use clock::recompute;

/// Opens a case from a report.
///
/// # Errors
/// A [`Refusal`] that the reporter can act upon: nothing in it, too much, an unknown matter or grid.
/// Nothing is refused for its place.
pub fn open(report: Report, by: &Actor, city: &City, now: DateTime<Utc>) -> Result<Decision, Refusal> {
    reporting::open(report, by, city, now).map(Turn::done)
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
    let mut turn = Turn::new(case, by, city, now);
    take(&mut turn, command)?;
    Ok(turn.done())
}

fn take(turn: &mut Turn<'_>, command: Command) -> Result<(), Refusal> {
    match command {
        Command::Answer => turn.answer(),
        Command::Join => turn.join(),
        Command::Arrive { fix } => turn.arrive(fix),
        Command::Settle { condition, words, photos } => turn.settle(condition, words, photos),
        Command::Return { reason } => turn.send_back(reason),

        Command::AskPrecheck { worker } => turn.ask_precheck(worker),
        Command::Precheck { found, words } => turn.precheck(found, words),
        Command::Whistle { owner } => turn.whistle(owner),
        Command::Reassign { owner, reason } => turn.reassign(owner, reason),
        Command::Decline { reason } => turn.decline(reason),
        Command::Void { reason } => turn.void(reason),
        Command::Merge { into, reason } => turn.merge(into, reason),
        Command::Absorb { from, reporters } => turn.absorb(from, reporters),

        Command::CallDepartment { department, reason, words } => {
            turn.call_department(department, reason, words)
        }
        Command::ScoreDepartment { department, score } => turn.score_department(department, score),

        Command::Escalate { reason } => turn.escalate(reason),
        Command::AskExtension { reason } => turn.ask_extension(reason),
        Command::DecideExtension { until, words } => turn.decide_extension(until, words),
        Command::Suspend { until, reason } => turn.suspend(until, reason),
        Command::Resume => turn.resume(),
        Command::Urge { words } => turn.urge(words),
        Command::Supervise { words } => turn.supervise(words),
        Command::Reply { words } => turn.reply(words),
        Command::Wake => turn.wake(),

        Command::Check { passed, words } => turn.check(passed, words),
        Command::Rate { score, solved, words } => turn.rate(score, solved, words),
        Command::Reopen { reason } => turn.reopen(reason),

        Command::SelfResolve { words, photos } => turn.self_resolve(words, photos),
        Command::Undo => turn.undo(),
        Command::Recategorise { category } => turn.recategorise(category),
        Command::Reroute { grid } => turn.reroute(grid),
        Command::Locate { place, reason } => turn.locate(*place, reason),
        Command::Add { material } => turn.add(material),
        Command::Amend { message, words } => turn.amend(message, words),
        Command::Detach { messages } => turn.detach(messages),
    }
}

#[cfg(test)]
mod tests;
