//! Which forms a case page offers: those that the domain would let this person do now. Each is asked
//! of [`decide`](life::decide) itself with plausible answers, so no second table of rules can go stale.

mod desk;
mod follow;
mod work;

use super::{
    form::{Field, Form},
    words::Words,
};
use crate::{
    app::{Desk, Snapshot},
    domain::{Actor, Case, City, Command, Refusal, UnitCode, Via, life},
};
use chrono::{DateTime, Utc};

/// A case on a desk.
pub(super) struct Board<'a> {
    pub case: &'a Case,
    pub desk: &'a Desk,
    pub snapshot: &'a Snapshot,
    pub words: Words<'a>,
    pub now: DateTime<Utc>,
}

impl Board<'_> {
    pub fn city(&self) -> &City {
        &self.snapshot.city
    }

    /// The forms that could succeed, in the order of a case's life.
    pub fn forms(&self) -> Vec<Form> {
        let offers = [
            self.triage(),
            self.work(),
            self.follow(),
            self.pace(),
            self.departments_called(),
            self.end(),
            self.correct(),
        ];
        let wanted = offers
            .into_iter()
            .flatten()
            .filter(|(_, plausible)| plausible.iter().any(|command| self.would_accept(command)));
        // A form that has nothing to choose from cannot be filled in.
        let fillable = |form: &Form| {
            form.fields
                .iter()
                .all(|field| field.input != "choice" || !field.required || !field.groups.is_empty())
        };
        wanted.map(|(form, _)| form).filter(fillable).collect()
    }

    /// A date that is out of range is still a matter of choosing another.
    fn would_accept(&self, command: &Command) -> bool {
        let by = Actor::person(self.desk.person.clone(), self.now, Via::Console);
        match life::decide(self.case, command.clone(), &by, self.city(), self.now) {
            Ok(decision) => !decision.events.is_empty(),
            Err(refusal) => matches!(refusal, Refusal::DateOutOfRange { .. }),
        }
    }

    /// The range that the domain allows a date in; none when it has no objection to `command`.
    fn range(&self, command: Command) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let by = Actor::person(self.desk.person.clone(), self.now, Via::Console);
        match life::decide(self.case, command, &by, self.city(), self.now) {
            Err(Refusal::DateOutOfRange { earliest, latest }) => Some((earliest, latest)),
            _ => None,
        }
    }

    fn word<'w>(&self, chinese: &'w str, english: &'w str) -> &'w str {
        self.words.word(chinese, english)
    }

    fn reason(&self) -> Field {
        Field::words("reason", self.word("原因", "Reason"))
    }

    fn line(&self) -> Field {
        Field::words("words", self.word("说明", "A line"))
    }

    /// A grid that the case is not with now.
    fn another_grid(&self) -> Option<UnitCode> {
        let own = self.case.whistle.as_ref().map(|whistle| &whistle.unit);
        let grids =
            self.grids().into_iter().flat_map(|group| group.choices).map(|choice| UnitCode(choice.value));
        let found = self.grid();
        grids.into_iter().find(|code| Some(code) != own && Some(code) != found.as_ref())
    }
}

/// A form with the commands that it could become.
type Offer = (Form, Vec<Command>);

/// Stands for what a person would type.
fn typed() -> String {
    "…".to_owned()
}
