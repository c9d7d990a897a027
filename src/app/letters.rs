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

impl App {
    /// Writes what leaves after a decision. `missed`: the clock decided it long after it was due.
    pub(super) async fn write_letters(
        &self,
        tx: &mut Tx,
        city: &Snapshot,
        decision: &Decision,
        missed: bool,
    ) -> Result<()> {
        let case = &decision.case;
        let mut letters = Vec::new();
        let mut redrawn = HashSet::new();
        for effect in &decision.effects {
            match effect {
                Effect::Whistle { unit, to } => {
                    for chat in hearers(tx, unit, to).await? {
                        if redrawn.insert(chat.id) {
                            letters.push(self.whistle(city, case, &chat));
                        }
                    }
                }
                Effect::Tell { to, notice } => {
                    for chat in reached(tx, to).await? {
                        letters.push(self.tell(city, case, notice, &chat, missed));
                    }
                }
            }
        }
        for chat in tx.cards_of(case.id).await? {
            if redrawn.insert(chat.id) {
                letters.push(self.redraw(city, case, &chat));
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

async fn hearers(tx: &mut Tx, unit: &UnitCode, people: &[PersonCode]) -> Result<Vec<Chat>> {
    let mut chats = tx.chats_of_all(people).await?;
    chats.extend(tx.groups_of(unit).await?);
    Ok(chats)
}

async fn reached(tx: &mut Tx, to: &Recipient) -> Result<Vec<Chat>> {
    Ok(match to {
        Recipient::Person(code) => tx.chats_of(code).await?,
        Recipient::Chat(id) => tx.chat_by_id(*id).await?.into_iter().collect(),
        Recipient::Group(unit) => tx.groups_of(unit).await?,
    })
}
