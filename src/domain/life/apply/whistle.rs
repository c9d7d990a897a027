//! A whistle as its facts make it.

use crate::domain::{
    Escalation, Stage, Times, UnitCode, Whistle,
    event::{Alarms, Clocks},
};
use chrono::{DateTime, Utc};

impl Whistle {
    /// Just blown.
    pub(in crate::domain::life) fn blown(
        unit: &UnitCode,
        at: DateTime<Utc>,
        clocks: &Clocks,
        alarms: &Alarms,
    ) -> Self {
        Self {
            unit: unit.clone(),
            stage: Stage::Whistled,
            reason: None,
            called_by: None,
            lead: None,
            helpers: Vec::new(),
            times: Times { whistled: Some(at), ..Times::default() },
            started: at,
            answer: clocks.answer,
            arrive: clocks.arrive,
            settle: clocks.settle,
            urgent: clocks.urgent,
            arrival: None,
            escalation: Escalation::Grid,
            score: None,
            remind_at: alarms.remind_at,
            step_at: alarms.step_at,
        }
    }

    pub(super) fn set(&mut self, alarms: Alarms) {
        self.remind_at = alarms.remind_at;
        self.step_at = alarms.step_at;
    }

    /// The same with other clocks.
    pub(in crate::domain::life) fn with(&self, clocks: &Clocks) -> Self {
        let mut whistle = self.clone();
        whistle.set_clocks(clocks);
        whistle
    }

    pub(super) fn set_clocks(&mut self, clocks: &Clocks) {
        self.answer = clocks.answer;
        self.arrive = clocks.arrive;
        self.settle = clocks.settle;
        self.urgent = clocks.urgent;
    }
}
