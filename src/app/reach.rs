//! Whether people can be reached at all: chats that come, move and go.

use super::{App, Error, Result, Snapshot, letters};
use crate::{
    dialogue::{self, ChannelKind, ChatKind, Outgoing},
    domain::{CaseId, PersonCode, Role, UnitCode},
    store::{Chat, OutboxNew, OutboxRow, Tx},
};

impl App {
    /// The built-in chat of a person (or of a resident), made and bound at the first look.
    ///
    /// # Errors
    /// The store's.
    pub async fn web_chat(&self, address: &str, person: Option<PersonCode>) -> Result<Chat> {
        if let Some(chat) = self.store().chat(ChannelKind::Web, address).await? {
            return Ok(chat);
        }
        let tx = self.store().begin().await?;
        let mut chat = tx.chat_or_new(ChannelKind::Web, address, ChatKind::Private, self.now()).await?;
        chat.person = person;
        tx.save_chat(&chat).await?;
        tx.commit().await?;
        self.store().chat(ChannelKind::Web, address).await?.ok_or(Error::NotFound("chat"))
    }

    /// A chat is spoken to in a language from now on.
    ///
    /// # Errors
    /// The store's.
    pub async fn speak(&self, chat: &Chat, language: &str) -> Result<()> {
        if chat.language.as_deref() == Some(language) {
            return Ok(());
        }
        let tx = self.store().begin().await?;
        if let Some(mut chat) = tx.chat_by_id(chat.id).await? {
            chat.language = Some(language.to_owned());
            // Where a message was faster, the next look at the page says it again.
            tx.save_chat(&chat).await?;
        }
        Ok(tx.commit().await?)
    }

    /// A chat has a new address.
    ///
    /// # Errors
    /// The store's.
    pub async fn migrate_chat(&self, channel: ChannelKind, from: &str, to: &str) -> Result<()> {
        let tx = self.store().begin().await?;
        tx.migrate_chat(channel, from, to).await?;
        Ok(tx.commit().await?)
    }

    /// A letter cannot arrive: the chat is marked, and the dispatchers of the person's desk are told, once.
    ///
    /// # Errors
    /// The store's.
    pub async fn unreachable(&self, chat: &Chat, case: Option<CaseId>) -> Result<()> {
        let tx = self.store().begin().await?;
        let known = tx.chat_by_id(chat.id).await?.is_some_and(|chat| !chat.reachable);
        if !known {
            tx.set_reachable(chat.id, false).await?;
            self.tell_unreachable(&tx, &self.city(), chat, case).await?;
        }
        tx.commit().await?;
        self.announce(super::Change::Chat(chat.id));
        Ok(())
    }

    /// The dispatchers of a person's desk, or of a group's, learn that nothing arrives there.
    pub(super) async fn tell_unreachable(
        &self,
        tx: &Tx,
        city: &Snapshot,
        chat: &Chat,
        case: Option<CaseId>,
    ) -> Result<()> {
        let organisation = &city.city.organisation;
        let home = chat.unit.clone().or_else(|| {
            let posts = chat.person.as_ref().map(|code| organisation.posts_of(code))?;
            posts.first().map(|post| post.unit.clone())
        });
        let Some(home) = home else { return Ok(()) };
        let mut told: Vec<OutboxNew> = Vec::new();
        for desk in tx.chats_of(&dispatchers(city, &home)).await? {
            let language = letters::language(city, &desk);
            let name =
                chat.person.as_ref().and_then(|code| organisation.person(code)).map(|who| who.name.as_str());
            let message = dialogue::unreachable(name, &home, case, language, &city.city, self.now());
            told.push(OutboxNew { chat: desk.id, outgoing: Outgoing::reply(message), not_before: None });
        }
        Ok(tx.push(&told, self.now()).await?)
    }

    /// The card that was to be redrawn is gone from the chat: it is sent anew.
    ///
    /// # Errors
    /// The store's.
    pub async fn resend_card(&self, row: &OutboxRow) -> Result<()> {
        let tx = self.store().begin().await?;
        let outgoing = Outgoing { only_edit: false, ..row.outgoing.clone() };
        tx.push(&[OutboxNew { chat: row.chat.id, outgoing, not_before: None }], self.now()).await?;
        Ok(tx.commit().await?)
    }
}

/// The dispatchers of the nearest desk that has any.
fn dispatchers(city: &Snapshot, unit: &UnitCode) -> Vec<PersonCode> {
    let organisation = &city.city.organisation;
    let desks = organisation.ladder(unit).map(|unit| organisation.holders(&unit.code, &[Role::Dispatcher]));
    desks.into_iter().find(|people| !people.is_empty()).unwrap_or_default()
}
