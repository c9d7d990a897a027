//! From effects to outbox rows: whom it reaches, in which chat, in which language. The words are fixed
//! here, at the moment it happened.

use super::{App, Result, Snapshot};
use crate::{
    dialogue::{self, CardKey, ChatKind, Outgoing, Viewer},
    domain::{Case, Decision, Effect, Notice, Party, PersonCode, Recipient, UnitCode},
    store::{Chat, OutboxNew, Tx},
};
use chrono::Duration;
use std::collections::HashSet;

/// How long what was missed is gathered before it is told.
const GATHERED: Duration = Duration::seconds(5);

/// On which occasion letters are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occasion {
    /// The case is new: nobody has its card.
    Opened,
    /// It has changed.
    Changed,
    /// The clock has changed it long after it was due.
    Missed,
}

impl App {
    /// Writes what leaves after decisions on different cases.
    pub(super) async fn write_letters(
        &self,
        tx: &mut Tx,
        city: &Snapshot,
        decisions: &[Decision],
        occasion: Occasion,
    ) -> Result<()> {
        let known = Chats::of(tx, decisions).await?;
        let mut letters = Vec::new();
        for decision in decisions {
            let case = &decision.case;
            let mut redrawn = HashSet::new();
            for effect in &decision.effects {
                match effect {
                    Effect::Whistle { unit, to } => {
                        let hearers = known.private(to).chain(known.groups(unit));
                        let fresh = hearers.filter(|chat| redrawn.insert(chat.id));
                        letters.extend(fresh.map(|chat| self.whistle(city, case, chat)));
                    }
                    Effect::Tell { to, notice } => {
                        let missed = occasion == Occasion::Missed;
                        letters.extend(
                            known.reached(to).map(|chat| self.tell(city, case, notice, chat, missed)),
                        );
                    }
                }
            }
            if occasion != Occasion::Opened {
                let cards = tx.cards_of(case.id).await?;
                let others = cards.iter().filter(|chat| redrawn.insert(chat.id));
                letters.extend(others.map(|chat| self.redraw(city, case, chat)));
            }
        }
        tx.push(&letters, self.now()).await?;
        Ok(())
    }

    fn whistle(&self, city: &Snapshot, case: &Case, chat: &Chat) -> OutboxNew {
        let outgoing = Outgoing {
            only_edit: false,
            place: case.place.point(),
            photo: case.material.iter().find_map(|piece| piece.photo).map(|photo| photo.media),
            loud: true,
            courtesy: false,
            expires_at: None,
            ..self.card(city, case, chat)
        };
        OutboxNew { chat: chat.id, outgoing, not_before: None }
    }

    fn redraw(&self, city: &Snapshot, case: &Case, chat: &Chat) -> OutboxNew {
        // A whistle that waits to be sent is pointless once the case has ended: its people have nothing
        // to do. Who reported it sees how it ended.
        let pointless = case.state.is_terminal() && !viewer(city, case, chat).reporter;
        let expires_at = pointless.then(|| self.now());
        let outgoing = Outgoing { only_edit: true, expires_at, ..self.card(city, case, chat) };
        OutboxNew { chat: chat.id, outgoing, not_before: None }
    }

    /// What was missed waits a little, so that a day's worth of it is one message and not a hundred.
    fn tell(&self, city: &Snapshot, case: &Case, notice: &Notice, chat: &Chat, missed: bool) -> OutboxNew {
        let viewer = viewer(city, case, chat);
        let message = dialogue::notice(case, notice, &viewer, &city.city, self.now());
        let expires_at = if let Notice::Reminder { due, .. } = notice { Some(*due) } else { None };
        let outgoing =
            Outgoing { loud: true, courtesy: false, digest: missed, expires_at, ..Outgoing::reply(message) };
        let not_before = missed.then(|| self.now() + GATHERED);
        OutboxNew { chat: chat.id, outgoing, not_before }
    }

    /// The card of a case as this chat sees it.
    pub(super) fn card(&self, city: &Snapshot, case: &Case, chat: &Chat) -> Outgoing {
        let viewer = viewer(city, case, chat);
        let message = dialogue::card(case, &viewer, &city.city, self.now());
        Outgoing {
            card: Some(CardKey { case: case.id, version: case.version }),
            courtesy: false,
            ..Outgoing::reply(message)
        }
    }
}

/// Whom a card or a notice in this chat is for.
pub(super) fn viewer<'a>(city: &'a Snapshot, case: &Case, chat: &'a Chat) -> Viewer<'a> {
    let person = chat.person.as_ref().filter(|_| chat.kind == ChatKind::Private);
    let party = person.map_or(Party::Chat(chat.id), |code| Party::Person(code.clone()));
    Viewer {
        person,
        kind: chat.kind,
        unit: chat.unit.as_ref(),
        reporter: case.reporters.contains(&party),
        language: language(city, chat),
    }
}

/// The chat's own choice, else the person's, else Chinese.
pub fn language<'a>(city: &'a Snapshot, chat: &'a Chat) -> &'a str {
    let of_person = || {
        let person = city.city.organisation.person(chat.person.as_ref()?)?;
        Some(person.language.as_str())
    };
    chat.language.as_deref().or_else(of_person).unwrap_or("zh-CN")
}

/// The chats that decisions may reach, read at once.
struct Chats {
    private: Vec<Chat>,
    groups: Vec<Chat>,
    named: Vec<Chat>,
}

impl Chats {
    async fn of(tx: &Tx, decisions: &[Decision]) -> Result<Self> {
        let (mut people, mut units, mut ids) = (Vec::new(), Vec::new(), Vec::new());
        for effect in decisions.iter().flat_map(|decision| &decision.effects) {
            match effect {
                Effect::Whistle { unit, to } => {
                    people.extend_from_slice(to);
                    units.push(unit.clone());
                }
                Effect::Tell { to: Recipient::Person(code), .. } => people.push(code.clone()),
                Effect::Tell { to: Recipient::Chat(id), .. } => ids.push(*id),
                Effect::Tell { to: Recipient::Group(unit), .. } => units.push(unit.clone()),
            }
        }
        Ok(Self {
            private: tx.chats_of(&people).await?,
            groups: tx.groups_of(&units).await?,
            named: tx.chats_by_id(&ids).await?,
        })
    }

    fn private<'a>(&'a self, people: &'a [PersonCode]) -> impl Iterator<Item = &'a Chat> {
        self.private.iter().filter(|chat| chat.person.as_ref().is_some_and(|person| people.contains(person)))
    }

    fn groups<'a>(&'a self, unit: &'a UnitCode) -> impl Iterator<Item = &'a Chat> {
        self.groups.iter().filter(move |chat| chat.unit.as_ref() == Some(unit))
    }

    fn reached<'a>(&'a self, to: &'a Recipient) -> Box<dyn Iterator<Item = &'a Chat> + Send + 'a> {
        match to {
            Recipient::Person(code) => Box::new(self.private(std::slice::from_ref(code))),
            Recipient::Chat(id) => Box::new(self.named.iter().filter(|chat| chat.id == *id)),
            Recipient::Group(unit) => Box::new(self.groups(unit)),
        }
    }
}
