//! The only way a chat message is taken: inbound id, chat state, case, events, letters and replies in
//! one transaction. Only after its commit is the message acknowledged.

mod asks;

use super::{App, Change, Error, Result, Snapshot, letters};
use crate::{
    dialogue::{self, Body, ChatKind, Inbound, Scene, Turn},
    domain::{Actor, Case, ChatId, Fix, MediaId, Person, Via, Who},
    store::{self, Chat, Kept, MediaNew, OutboxNew, Tx},
};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// How often a message is taken again when somebody else was faster.
const TRIES: usize = 8;

/// A message that was typed on our own page, which shows it from the moment it is taken: its row and
/// its file's row are written with it, so that the same message again shows nothing twice.
pub struct Typed<'a> {
    /// The bytes that came with it, and what they are (`photo`, `voice`).
    pub file: Option<(Kept, &'static str)>,
    /// What the page shows, as JSON, given the row of the file.
    pub shown: &'a (dyn Fn(Option<MediaId>) -> String + Sync),
}

/// What became of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// It was taken before; nothing has happened now.
    pub repeated: bool,
    /// The answer to a press.
    pub toast: Option<String>,
}

impl App {
    /// Takes one message. `raw` is kept as it came.
    ///
    /// # Errors
    /// The store's; nothing is kept then, and the message may be brought again.
    pub async fn converse(&self, inbound: &Inbound, raw: &str) -> Result<Heard> {
        self.converse_as(inbound, raw, None).await
    }

    /// The same for a message that our own page shows.
    ///
    /// # Errors
    /// The store's; nothing is kept then, and the message may be brought again.
    pub async fn converse_typed(&self, inbound: &Inbound, raw: &str, typed: &Typed<'_>) -> Result<Heard> {
        self.converse_as(inbound, raw, Some(typed)).await
    }

    async fn converse_as(&self, inbound: &Inbound, raw: &str, typed: Option<&Typed<'_>>) -> Result<Heard> {
        for _ in 0..TRIES {
            match self.converse_once(inbound, raw, typed).await {
                Ok(Some(heard)) => return Ok(heard),
                Ok(None) | Err(Error::Store(store::Error::Busy)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Internal("a chat kept changing under a message".into()))
    }

    async fn converse_once(
        &self,
        inbound: &Inbound,
        raw: &str,
        typed: Option<&Typed<'_>>,
    ) -> Result<Option<Heard>> {
        let (mut tx, city) = self.begin().await?;
        if !tx.take_inbound(inbound.channel, &inbound.uid, raw, self.now()).await? {
            return Ok(Some(Heard { repeated: true, toast: None }));
        }
        if let Some(typed) = typed {
            show_typed(&tx, inbound, typed, self.now()).await?;
        }
        let mut talk = Talk::begin(self, &mut tx, city, inbound).await?;
        let turn = talk.with_scene(|scene| dialogue::step(talk.state(), inbound, scene));
        let Some(toast) = talk.conclude(&mut tx, turn).await? else { return Ok(None) };
        tx.commit().await?;
        talk.announce();
        Ok(Some(Heard { repeated: false, toast }))
    }

    /// Hands over what a chat told and nobody completed: words without a place reach the desk too.
    /// False when there was nothing (any more) to hand over.
    ///
    /// # Errors
    /// The store's; the report waits then, and is found again.
    pub async fn finish_overdue(&self, chat: ChatId) -> Result<bool> {
        for _ in 0..TRIES {
            match self.finish_overdue_once(chat).await {
                Ok(Some(finished)) => return Ok(finished),
                Ok(None) | Err(Error::Store(store::Error::Busy)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Internal("a chat kept changing under its unfinished report".into()))
    }

    async fn finish_overdue_once(&self, id: ChatId) -> Result<Option<bool>> {
        let (mut tx, city) = self.begin().await?;
        let Some(chat) = tx.chat_by_id(id).await? else { return Ok(Some(false)) };
        if chat.overdue_at.is_none_or(|at| at > self.now()) {
            return Ok(Some(false));
        }
        let mut talk = Talk::unasked(self, &mut tx, city, chat).await?;
        let turn = talk.with_scene(|scene| dialogue::overdue(talk.state(), scene));
        let handed_over = !turn.asks.is_empty();
        if talk.conclude(&mut tx, turn).await?.is_none() {
            return Ok(None);
        }
        tx.commit().await?;
        talk.announce();
        Ok(Some(handed_over))
    }
}

/// One message being taken, or a silence being ended.
struct Talk<'a> {
    app: &'a App,
    /// The address of the member who speaks.
    member: String,
    said_at: DateTime<Utc>,
    pressed: bool,
    city: Arc<Snapshot>,
    chat: Chat,
    person: Option<Person>,
    case: Option<Case>,
    /// The case that the chat told of last.
    recent: Option<Case>,
    media: Option<MediaId>,
    changes: Vec<Change>,
    now: DateTime<Utc>,
}

impl<'a> Talk<'a> {
    async fn begin(app: &'a App, tx: &mut Tx, city: Arc<Snapshot>, inbound: &Inbound) -> Result<Self> {
        let mut chat = tx.chat_or_new(inbound.channel, &inbound.chat, inbound.kind, app.now()).await?;
        if chat.language.is_none() {
            chat.language = offered_language(&city, &chat, inbound);
        }
        let mut talk = Self {
            member: inbound.sender.address.clone(),
            said_at: inbound.said_at,
            pressed: matches!(inbound.body, Body::Press { .. }),
            ..Self::unasked(app, tx, city, chat).await?
        };
        talk.person = talk.speaker(tx).await?;
        let wanted = dialogue::wanted(inbound, &talk.state());
        let replied_to = match &wanted.replied_to {
            Some(message) => tx.case_of_message(talk.chat.id, message).await?,
            None => None,
        };
        if let Some(id) = wanted.case.or(replied_to) {
            talk.case = tx.case(id).await?;
        }
        if let Some(id) = wanted.recent {
            talk.recent = tx.case(id).await?;
        }
        if wanted.media {
            talk.media = add_media(tx, inbound, talk.now).await?;
        }
        Ok(talk)
    }

    /// Nobody has said anything just now; the chat's own person stands for it.
    async fn unasked(app: &'a App, tx: &mut Tx, city: Arc<Snapshot>, chat: Chat) -> Result<Self> {
        let now = app.now();
        let mut talk = Self {
            app,
            member: chat.address.clone(),
            said_at: now,
            pressed: false,
            city,
            chat,
            person: None,
            case: None,
            recent: None,
            media: None,
            changes: Vec::new(),
            now,
        };
        talk.person = talk.speaker(tx).await?;
        Ok(talk)
    }

    /// The person who speaks: the chat's own, or the one behind a member of a group.
    async fn speaker(&self, tx: &mut Tx) -> Result<Option<Person>> {
        let code = match self.chat.kind {
            ChatKind::Private => self.chat.person.clone(),
            ChatKind::Group => {
                let own = tx.chat(self.chat.channel, &self.member).await?;
                own.and_then(|chat| chat.person)
            }
        };
        Ok(code.and_then(|code| self.city.city.organisation.person(&code).cloned()))
    }

    /// Follows a turn to its end and keeps what it says; the toast of a press. None when somebody else
    /// was faster.
    async fn conclude(&mut self, tx: &mut Tx, turn: Turn) -> Result<Option<Option<String>>> {
        let Some(turn) = self.follow(tx, turn).await? else { return Ok(None) };
        let chat = self.chat.id;
        let letter = |outgoing| OutboxNew { chat, outgoing, not_before: None };
        let letters: Vec<OutboxNew> = turn.replies.into_iter().map(letter).collect();
        tx.push(&letters, self.now).await?;
        self.chat.overdue_at = dialogue::due(&turn.state, &self.app.options().rules);
        self.chat.state = serde_json::to_value(&turn.state).unwrap_or_default();
        if !tx.save_chat(&self.chat).await? {
            return Ok(None);
        }
        self.changes.push(Change::Chat(chat));
        Ok(Some(turn.toast))
    }

    /// After the commit.
    fn announce(self) {
        for change in self.changes {
            self.app.announce(change);
        }
    }

    fn state(&self) -> dialogue::ChatState {
        serde_json::from_value(self.chat.state.clone()).unwrap_or_default()
    }

    fn with_scene<T>(&self, use_it: impl FnOnce(&Scene<'_>) -> T) -> T {
        let locate = |fix: &Fix| self.city.place(fix);
        use_it(&Scene {
            city: &self.city.city,
            now: self.now,
            settings: &self.app.options().rules,
            chat: self.chat.id,
            kind: self.chat.kind,
            person: self.person.as_ref(),
            unit: self.chat.unit.as_ref(),
            language: letters::language(&self.city, &self.chat),
            member: &self.member,
            pressed: self.pressed,
            locate: &locate,
            case: self.case.as_ref(),
            recent: self.recent.as_ref(),
            media: self.media,
        })
    }

    fn actor(&self) -> Actor {
        let who = match &self.person {
            Some(person) => Who::Person(person.code.clone()),
            None if self.chat.kind == ChatKind::Private => Who::Resident(self.chat.id),
            None => Who::Anonymous,
        };
        Actor { who, said_at: self.said_at, via: Via::Chat }
    }
}

/// Writes what our own page shows. The file is known by its message from here on.
async fn show_typed(tx: &Tx, inbound: &Inbound, typed: &Typed<'_>, now: DateTime<Utc>) -> Result<()> {
    let chat = tx.chat_or_new(inbound.channel, &inbound.chat, inbound.kind, now).await?;
    let media = match &typed.file {
        Some((kept, kind)) => Some(tx.add_kept_media(inbound.channel, kind, &inbound.uid, kept, now).await?),
        None => None,
    };
    tx.add_chat_message(chat.id, true, &(typed.shown)(media), now).await?;
    Ok(())
}

async fn add_media(tx: &mut Tx, inbound: &Inbound, now: DateTime<Utc>) -> Result<Option<MediaId>> {
    let (file, kind) = match &inbound.body {
        Body::Photo { file, .. } => (file, "photo"),
        Body::Voice { file, .. } => (file, "voice"),
        _ => return Ok(None),
    };
    let media = MediaNew { channel: inbound.channel, file: file.clone(), kind };
    Ok(Some(tx.add_media(&media, now).await?))
}

/// The language of a client that nobody has bound yet, where it is one of ours.
fn offered_language(city: &Snapshot, chat: &Chat, inbound: &Inbound) -> Option<String> {
    let bound = chat.person.as_ref().and_then(|code| city.city.organisation.person(code)).is_some();
    let english = inbound.sender.language.as_deref().is_some_and(|tag| tag.starts_with("en"));
    (!bound && english).then(|| "en".to_owned())
}
