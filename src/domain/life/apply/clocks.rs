//! Reminders, the ladder, extensions and suspensions.

use crate::domain::{
    Case, Due, Escalation, Event, Extension, Fact, Suspension, UnitCode,
    case::ExtensionAsked,
    event::{Alarms, Clocks},
};
use chrono::{DateTime, Utc};

impl Case {
    pub(super) fn apply_clock(&mut self, event: &Event) -> bool {
        match &event.fact {
            Fact::Reminded { unit } => {
                if let Some(whistle) = self.whistle_mut(unit) {
                    whistle.remind_at = None;
                }
            }
            Fact::Escalated { unit, level, step_at, .. } => {
                self.climb(unit.as_ref(), *level, *step_at, event.at);
            }
            Fact::ExtensionAsked { reason } => {
                self.extension_asked =
                    event.by.as_person().map(|by| ExtensionAsked { by: by.clone(), reason: reason.clone() });
            }
            Fact::ExtensionRefused { .. } => self.extension_asked = None,
            Fact::Extended { from, to, alarms, .. } => {
                self.extension_asked = None;
                let by = event.by.as_person().cloned().unwrap_or_default();
                self.extensions.push(Extension { by, from: from.at, to: to.at });
                if let Some(whistle) = &mut self.whistle {
                    whistle.settle = *to;
                    whistle.set(*alarms);
                }
            }
            Fact::Suspended { until, reason } => {
                self.was_suspended = true;
                self.suspended =
                    Some(Suspension { since: event.said_at, until: *until, reason: reason.clone() });
            }
            Fact::Resumed { clocks, alarms, departments, triage } => {
                self.stood = self.suspended.take().map(|stood| (stood.since, event.said_at));
                self.reset(clocks.as_ref(), *alarms, departments, *triage);
            }
            Fact::Recomputed { clocks, alarms, departments, triage } => {
                self.reset(clocks.as_ref(), *alarms, departments, *triage);
            }
            _ => return false,
        }
        true
    }

    fn climb(
        &mut self,
        unit: Option<&UnitCode>,
        level: Escalation,
        step_at: Option<DateTime<Utc>>,
        at: DateTime<Utc>,
    ) {
        match unit {
            Some(unit) => {
                if let Some(whistle) = self.whistle_mut(unit) {
                    whistle.escalation = level;
                    whistle.step_at = step_at;
                    // Telling the next level makes a reminder that was due by then pointless.
                    whistle.remind_at = whistle.remind_at.filter(|remind| *remind > at);
                }
            }
            None => {
                if let Some(ladder) = &mut self.desk_ladder {
                    ladder.level = level;
                    ladder.step_at = step_at;
                }
            }
        }
    }

    /// Sets clocks that ran on other assumptions.
    pub(super) fn reset(
        &mut self,
        clocks: Option<&Clocks>,
        alarms: Alarms,
        departments: &[(UnitCode, Clocks, Alarms)],
        triage: Option<Due>,
    ) {
        if let (Some(whistle), Some(clocks)) = (&mut self.whistle, clocks) {
            whistle.set_clocks(clocks);
            whistle.set(alarms);
        }
        for (unit, clocks, alarms) in departments {
            for department in self.departments.iter_mut().filter(|one| one.unit == *unit) {
                department.set_clocks(clocks);
                department.set(*alarms);
            }
        }
        let Some(due) = triage else { return };
        let by = self.triage.map(|before| due.at - before.at).unwrap_or_default();
        self.triage = Some(due);
        if let Some(ladder) = &mut self.desk_ladder {
            ladder.step_at = ladder.step_at.map(|step| step + by);
        }
    }
}
