//! A line of the reckoning: what one whistle contributes. The owner's whistle stands for the whole case; a
//! department's stands for itself, with clocks of its own.

use super::Window;
use crate::domain::{Case, CaseId, Evidence, Stage, State, Times, Whistle};
use chrono::{DateTime, Utc};

/// One whistle of a case, or a case that has had none yet.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub case: &'a Case,
    pub whistle: Option<&'a Whistle>,
    /// Of a department that was called.
    pub called: bool,
}

impl<'a> Line<'a> {
    /// The case itself.
    pub fn owner(case: &'a Case) -> Self {
        Self { case, whistle: case.whistle.as_ref(), called: false }
    }

    /// Its called departments.
    pub fn departments(case: &'a Case) -> impl Iterator<Item = Self> {
        case.departments.iter().map(move |whistle| Self { case, whistle: Some(whistle), called: true })
    }

    pub fn id(&self) -> CaseId {
        self.case.id
    }

    /// The first time of each step.
    pub fn times(&self) -> &'a Times {
        match self.whistle {
            Some(whistle) if self.called => &whistle.times,
            _ => &self.case.times,
        }
    }

    pub fn self_resolved(&self) -> bool {
        !self.called && self.case.settlement.as_ref().is_some_and(|settlement| settlement.self_resolved)
    }

    /// Ended as nobody's debt before the period was over.
    pub fn dropped(&self, window: &Window) -> bool {
        let ended = self.case.times.closed.is_some_and(|at| at < window.to);
        let nobodys = matches!(self.case.state, State::Declined | State::Voided | State::Merged);
        let called_off = self.called && self.whistle.is_some_and(|whistle| whistle.stage == Stage::Returned);
        (nobodys && ended) || called_off
    }

    /// When the lead came, for judging it: a rework does not undo the first arrival, a new whistle does.
    pub fn arrival(&self) -> Option<DateTime<Utc>> {
        let whistle = self.whistle?;
        let blown = whistle.times.whistled?;
        let first = self.times().arrived.filter(|at| *at >= blown);
        first.or(whistle.times.arrived)
    }

    /// When it was settled for good: a settlement that failed its check, or was reopened, is none.
    pub fn settlement(&self) -> Option<DateTime<Utc>> {
        self.whistle.filter(|whistle| whistle.stage == Stage::Settled)?.times.settled
    }

    /// When it was closed, if it is.
    pub fn closing(&self) -> Option<DateTime<Utc>> {
        self.case.times.closed.filter(|_| self.case.state == State::Closed)
    }

    pub fn verified(&self) -> Option<bool> {
        let arrival = self.whistle?.arrival.as_ref()?;
        Some(arrival.evidence == Evidence::Verified)
    }
}
