//! Two shapes of figure: a spread of minutes, and a rate.

use crate::domain::CaseId;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// Minutes of a step: their median and 90th percentile.
///
/// Between two values the percentile is interpolated linearly (rank `p · (n − 1)`), as Excel's
/// PERCENTILE.INC and PostgreSQL's `percentile_cont` do, so that anybody can check a figure from the list.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Spread {
    /// The cases behind it.
    pub cases: Vec<CaseId>,
    /// Minutes; none without cases.
    pub median: Option<f64>,
    /// Minutes; none without cases.
    pub p90: Option<f64>,
    #[serde(skip)]
    minutes: Vec<f64>,
}

impl Spread {
    /// Takes a step in; a step that has not both ends is no step.
    pub(super) fn add(&mut self, case: CaseId, from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>) {
        if let Some((from, to)) = from.zip(to) {
            self.cases.push(case);
            self.minutes.push((to - from).num_milliseconds().max(0) as f64 / 60_000.0);
        }
    }

    /// Computes the percentiles.
    pub(super) fn close(&mut self) {
        self.minutes.sort_by(f64::total_cmp);
        self.median = percentile(&self.minutes, 0.5);
        self.p90 = percentile(&self.minutes, 0.9);
    }
}

/// Of ascending values.
fn percentile(ascending: &[f64], share: f64) -> Option<f64> {
    let rank = share * ascending.len().checked_sub(1)? as f64;
    let below = ascending[rank.floor() as usize];
    let above = ascending[rank.ceil() as usize];
    Some(below + (above - below) * rank.fract())
}

/// A share of cases.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Rate {
    /// The cases that could have been.
    pub of: Vec<CaseId>,
    /// Those of them that were.
    pub hit: Vec<CaseId>,
}

impl Rate {
    /// Takes a case in.
    pub(super) fn add(&mut self, case: CaseId, hit: bool) {
        self.of.push(case);
        if hit {
            self.hit.push(case);
        }
    }

    /// 0–1; none without cases.
    pub fn value(&self) -> Option<f64> {
        (!self.of.is_empty()).then(|| self.hit.len() as f64 / self.of.len() as f64)
    }
}
