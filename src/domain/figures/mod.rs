//! The figures' definitions (§6). Median and 90th percentile, never a mean alone.
//!
//! Times are minutes by the clock on the wall, day and night: a lunch break is part of how long people
//! waited. Whether a step was *on time* is judged by its deadline, which knows office hours.
//!
//! A step counts in the period in which it was taken. The denominator of a rate is the cases that fell due
//! in the period plus those finished in it; what happened after the period's end does not change its
//! figures. Self-resolved cases are counted apart: nobody was called, so they are in no other rate and in
//! no time. Declined, voided and merged cases are owed to nobody, and are in none.
//!
//! Every figure carries the ids of the cases behind it, so that a page can open the list.

mod compute;
mod grouping;
mod line;
mod measure;
mod spread;
#[cfg(test)]
mod tests;

pub use compute::compute;
pub use grouping::{Group, Grouping, grouped, midnight, unit_of};
pub use measure::{Measure, Value};
pub use spread::{Rate, Spread};

use super::CaseId;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// A period: from `from` on, before `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Window {
    /// Its first instant.
    pub from: DateTime<Utc>,
    /// The first instant after it.
    pub to: DateTime<Utc>,
}

impl Window {
    /// Is this instant, where there is one, in the period?
    pub fn has(&self, at: Option<DateTime<Utc>>) -> bool {
        at.is_some_and(|at| self.from <= at && at < self.to)
    }
}

/// The figures of some cases in a period.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Reported in the period.
    pub reported: Vec<CaseId>,
    /// Whistled for the first time in the period.
    pub whistled: Vec<CaseId>,
    /// Settled for the first time in the period, self-resolved ones too.
    pub settled: Vec<CaseId>,
    /// Closed in the period.
    pub closed: Vec<CaseId>,
    /// 接哨: answered − whistled, of those answered in the period.
    pub answer: Spread,
    /// 响应: arrived − whistled, of those arrived at in the period.
    pub response: Spread,
    /// 处置: settled − whistled, of those settled in the period.
    pub settlement: Spread,
    /// 结案: closed − reported, of those closed in the period.
    pub closure: Spread,
    /// 按期到场率: of those whose arrival fell due, or happened, in the period.
    pub arrived_on_time: Rate,
    /// 处置率: settled, of the cases of the period.
    pub handled: Rate,
    /// 按期处置率: settled in time.
    pub handled_on_time: Rate,
    /// 结案率: checked and filed.
    pub closed_rate: Rate,
    /// 返工率
    pub reworked: Rate,
    /// 退回率
    pub returned: Rate,
    /// 延期率
    pub extended: Rate,
    /// 重开率
    pub reopened: Rate,
    /// 自办率: of the cases of the period and the self-resolved ones together.
    pub self_resolved: Rate,
    /// 到场核实率: verified, of those arrived at in the period.
    pub verified: Rate,
    /// 响应率 as the hotlines count it: somebody answered, of those rated in the period.
    pub responded: Rate,
    /// 解决率: really solved, of those rated in the period.
    pub solved: Rate,
    /// 满意率: satisfied, of those rated in the period.
    pub satisfied: Rate,
    /// 吹哨: a case stands here once for every department whistle blown in the period.
    pub department_whistles: Vec<CaseId>,
}

impl Figures {
    /// 吹哨率: whistles to departments per 100 reported cases; none when nothing was reported.
    pub fn whistles_per_100(&self) -> Option<f64> {
        let reported = self.reported.len();
        (reported > 0).then(|| 100.0 * self.department_whistles.len() as f64 / reported as f64)
    }
}
