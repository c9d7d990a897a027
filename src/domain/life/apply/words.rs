//! What is known of the matter, and what was said about it.

use crate::domain::{
    Case, Event, Fact, Party,
    case::{Owed, Precheck},
};

impl Case {
    pub(super) fn apply_words(&mut self, event: &Event) -> bool {
        match &event.fact {
            Fact::Urged { owed } => self.urged.push(owed.clone()),
            Fact::Supervised { owed } => self.supervised = Some(owed.clone()),
            Fact::Replied { words } => {
                let unanswered = |owed: &&mut Owed| owed.answer.is_none();
                for owed in self.urged.iter_mut().chain(&mut self.supervised).filter(unanswered) {
                    owed.answer = Some(words.clone());
                }
            }
            Fact::PrecheckAsked { worker } => {
                let by = event.by.as_person().cloned().unwrap_or_default();
                self.precheck = Some(Precheck { worker: worker.clone(), by, finding: None });
            }
            Fact::Prechecked { found, words } => {
                if let Some(precheck) = &mut self.precheck {
                    precheck.finding = Some((*found, words.clone()));
                }
            }
            Fact::Absorbed { reporters, .. } => self.follow(reporters),
            Fact::Recategorised { category, chosen, clocks, alarms } => {
                self.category = category.clone();
                self.category_guessed = !chosen;
                self.reset(clocks.as_ref(), *alarms, &[], None);
            }
            Fact::Rerouted { to, .. } => {
                self.place.corrected_to = Some(to.clone());
                self.rerouted = true;
            }
            Fact::Located { place, desk, .. } => {
                self.place = (**place).clone();
                self.desk = desk.clone();
            }
            Fact::Added { material } => self.material.extend(material.iter().cloned()),
            Fact::Amended { message, to, .. } => {
                let piece = self.material.iter_mut().find(|one| one.message.as_ref() == Some(message));
                if let Some(piece) = piece {
                    piece.words = Some(to.clone());
                }
            }
            Fact::Detached { messages } => {
                self.material.retain(|one| !one.message.as_ref().is_some_and(|own| messages.contains(own)));
            }
            Fact::Reported { .. } | Fact::Deferred { .. } => {}
            _ => return false,
        }
        true
    }

    fn follow(&mut self, reporters: &[Party]) {
        for party in reporters {
            if !self.reporters.contains(party) {
                self.reporters.push(party.clone());
            }
        }
    }
}
