//! Messages being taken: what each needs is looked up for all at once, what each leads to is written
//! for all at once; between the two, every message is followed by itself.

use super::{Typed, asks};
use crate::{
    app::{App, Change, Result, Snapshot, letters},
    atlas::Point,
    dialogue::{self, Ask, Body, ChannelKind, ChatKind, Inbound, Scene, Turn},
    domain::{Actor, Case, CaseId, Decision, Fix, MediaId, Person, Via, Who},
    store::{Chat, MediaNew, OutboxNew, Tx},
};
use chrono::{DateTime, Utc};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// One message being taken, or a silence being ended.
pub(super) struct Talk<'a> {
    pub(super) app: &'a App,
    /// The address of the member who speaks.
    pub(super) member: String,
    said_at: DateTime<Utc>,
    pub(super) pressed: bool,
    pub(super) city: Arc<Snapshot>,
    pub(super) chat: Chat,
    pub(super) person: Option<Person>,
    pub(super) case: Option<Case>,
    /// The case that the chat told of last.
    recent: Option<Case>,
    media: Option<MediaId>,
    /// What was got ready for the report that it opens first.
    pub(super) prepared: Option<Prepared>,
    /// Cases that it opens, decided and yet to be written.
    pub(super) opened: Vec<Decision>,
    pub(super) changes: Vec<Change>,
    pub(super) now: DateTime<Utc>,
}

/// What a case needs that is opened: an id, and what it may be the same as.
pub(super) struct Prepared {
    pub id: CaseId,
    pub near: Vec<Case>,
}

impl<'a> Talk<'a> {
    /// Messages of different chats, with what has to be looked up for each, in few questions.
    pub(super) async fn begin(
        app: &'a App,
        tx: &mut Tx,
        city: &Arc<Snapshot>,
        inbound: &[&Inbound],
    ) -> Result<Vec<Self>> {
        let chats = chats(tx, inbound, app.now()).await?;
        let mut talks = Vec::with_capacity(inbound.len());
        for (one, mut chat) in inbound.iter().zip(chats) {
            if chat.language.is_none() {
                chat.language = offered_language(city, &chat, one);
            }
            let mut talk = Self {
                member: one.sender.address.clone(),
                said_at: one.said_at,
                pressed: matches!(one.body, Body::Press { .. }),
                ..Self::silent(app, city.clone(), chat)
            };
            talk.person = talk.speaker(tx).await?;
            talks.push(talk);
        }
        look_up(tx, &mut talks, inbound).await?;
        Ok(talks)
    }

    /// Nobody has said anything just now; the chat's own person stands for it.
    pub(super) async fn unasked(app: &'a App, tx: &mut Tx, city: Arc<Snapshot>, chat: Chat) -> Result<Self> {
        let mut talk = Self::silent(app, city, chat);
        talk.person = talk.speaker(tx).await?;
        Ok(talk)
    }

    fn silent(app: &'a App, city: Arc<Snapshot>, chat: Chat) -> Self {
        let now = app.now();
        Self {
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
            prepared: None,
            opened: Vec::new(),
            changes: Vec::new(),
            now,
        }
    }

    /// The person who speaks: the chat's own, or the one behind a member of a group.
    pub(super) async fn speaker(&self, tx: &mut Tx) -> Result<Option<Person>> {
        let code = match self.chat.kind {
            ChatKind::Private => self.chat.person.clone(),
            ChatKind::Group => {
                let own = tx.chat(self.chat.channel, &self.member).await?;
                own.and_then(|chat| chat.person)
            }
        };
        Ok(code.and_then(|code| self.city.city.organisation.person(&code).cloned()))
    }

    /// After the commit.
    pub(super) fn announce(self) {
        for change in self.changes {
            self.app.announce(change);
        }
    }

    pub(super) fn state(&self) -> dialogue::ChatState {
        serde_json::from_value(self.chat.state.clone()).unwrap_or_default()
    }

    pub(super) fn with_scene<T>(&self, use_it: impl FnOnce(&Scene<'_>) -> T) -> T {
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

    pub(super) fn actor(&self) -> Actor {
        let who = match &self.person {
            Some(person) => Who::Person(person.code.clone()),
            None if self.chat.kind == ChatKind::Private => Who::Resident(self.chat.id),
            None => Who::Anonymous,
        };
        Actor { who, said_at: self.said_at, via: Via::Chat }
    }
}

/// Writes what our own page shows. The file is known by its message from here on.
pub(super) async fn show_typed(
    tx: &Tx,
    inbound: &Inbound,
    typed: &Typed<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    let chat = tx.chat_or_new(inbound.channel, &inbound.chat, inbound.kind, now).await?;
    let media = match &typed.file {
        Some((kept, kind)) => Some(tx.add_kept_media(inbound.channel, kind, &inbound.uid, kept, now).await?),
        None => None,
    };
    tx.add_chat_message(chat.id, true, &(typed.shown)(media), now).await?;
    Ok(())
}

/// The chat of each message; made where it is heard of for the first time.
async fn chats(tx: &Tx, inbound: &[&Inbound], now: DateTime<Utc>) -> Result<Vec<Chat>> {
    let mut known = HashMap::new();
    let channels: BTreeSet<ChannelKind> = inbound.iter().map(|one| one.channel).collect();
    for channel in channels {
        let here = inbound.iter().filter(|one| one.channel == channel);
        let addresses: Vec<&str> = here.map(|one| one.chat.as_str()).collect();
        let found = tx.chats_at(channel, &addresses).await?;
        known.extend(found.into_iter().map(|chat| ((channel, chat.address.clone()), chat)));
    }
    let mut chats = Vec::with_capacity(inbound.len());
    for one in inbound {
        chats.push(match known.remove(&(one.channel, one.chat.clone())) {
            Some(chat) => chat,
            None => tx.chat_or_new(one.channel, &one.chat, one.kind, now).await?,
        });
    }
    Ok(chats)
}

/// Looks up the cases that messages speak of, and the rows of the files that they bring.
async fn look_up(tx: &mut Tx, talks: &mut [Talk<'_>], inbound: &[&Inbound]) -> Result<()> {
    let wanted = talks.iter().zip(inbound).map(|(talk, one)| dialogue::wanted(one, &talk.state()));
    let mut wanted: Vec<_> = wanted.collect();
    for (talk, wanted) in talks.iter().zip(&mut wanted) {
        if let Some(message) = &wanted.replied_to {
            wanted.case = tx.case_of_message(talk.chat.id, message).await?;
        }
    }
    let ids: Vec<CaseId> =
        wanted.iter().flat_map(|wanted| wanted.case.into_iter().chain(wanted.recent)).collect();
    let cases: HashMap<CaseId, Case> =
        tx.cases_by_id(&ids).await?.into_iter().map(|case| (case.id, case)).collect();
    let brought = inbound.iter().zip(&wanted).map(|(one, wanted)| file(one).filter(|_| wanted.media));
    let brought: Vec<Option<MediaNew>> = brought.collect();
    let files: Vec<MediaNew> = brought.iter().flatten().cloned().collect();
    let mut media = tx.add_media(&files, talks[0].now).await?.into_iter();
    for ((talk, wanted), brought) in talks.iter_mut().zip(wanted).zip(brought) {
        talk.case = wanted.case.and_then(|id| cases.get(&id).cloned());
        talk.recent = wanted.recent.and_then(|id| cases.get(&id).cloned());
        talk.media = brought.and_then(|_| media.next());
    }
    Ok(())
}

/// The file that a message brings.
fn file(inbound: &Inbound) -> Option<MediaNew> {
    let (file, kind) = match &inbound.body {
        Body::Photo { file, .. } => (file, "photo"),
        Body::Voice { file, .. } => (file, "voice"),
        _ => return None,
    };
    Some(MediaNew { channel: inbound.channel, file: file.clone(), kind })
}

/// Follows turns to their ends and keeps what they say; the toasts of presses. None when somebody else
/// was faster.
pub(super) async fn conclude(
    app: &App,
    tx: &mut Tx,
    talks: &mut [Talk<'_>],
    turns: Vec<Turn>,
) -> Result<Option<Vec<Option<String>>>> {
    prepare(tx, talks, &turns).await?;
    let (mut letters, mut toasts) = (Vec::new(), Vec::new());
    for (talk, turn) in talks.iter_mut().zip(turns) {
        let Some(turn) = talk.follow(tx, turn).await? else { return Ok(None) };
        let chat = talk.chat.id;
        letters.extend(turn.replies.into_iter().map(|outgoing| OutboxNew {
            chat,
            outgoing,
            not_before: None,
        }));
        talk.chat.overdue_at = dialogue::due(&turn.state, &app.options().rules);
        talk.chat.state = serde_json::to_value(&turn.state).unwrap_or_default();
        talk.changes.push(Change::Chat(chat));
        toasts.push(turn.toast);
    }
    let Some(first) = talks.first() else { return Ok(Some(toasts)) };
    let city = first.city.clone();
    let opened: Vec<Decision> = talks.iter_mut().flat_map(|talk| std::mem::take(&mut talk.opened)).collect();
    app.open_in(tx, &city, &opened).await?;
    tx.push(&letters, app.now()).await?;
    let chats: Vec<&Chat> = talks.iter().map(|talk| &talk.chat).collect();
    Ok(tx.save_chats(&chats).await?.then_some(toasts))
}

/// Gets ready what the reports need that turns open first.
async fn prepare(tx: &Tx, talks: &mut [Talk<'_>], turns: &[Turn]) -> Result<()> {
    let report = |turn: &Turn| match turn.asks.first() {
        Some(Ask::Open(report)) => Some(report.place.point()),
        _ => None,
    };
    let openers = talks.iter_mut().zip(turns).filter_map(|(talk, turn)| Some((talk, report(turn)?)));
    let (openers, places): (Vec<_>, Vec<_>) = openers.unzip();
    let Some(now) = openers.first().map(|talk| talk.now) else { return Ok(()) };
    let points: Vec<Point> = places.iter().flatten().copied().collect();
    let mut near = asks::same_as(tx, &points, now).await?.into_iter();
    let ids = tx.new_case_ids(openers.len()).await?;
    for ((talk, place), id) in openers.into_iter().zip(places).zip(ids) {
        let near = place.and_then(|_| near.next()).unwrap_or_default();
        talk.prepared = Some(Prepared { id, near });
    }
    Ok(())
}

/// The language of a client that nobody has bound yet, where it is one of ours.
fn offered_language(city: &Snapshot, chat: &Chat, inbound: &Inbound) -> Option<String> {
    let bound = chat.person.as_ref().and_then(|code| city.city.organisation.person(code)).is_some();
    let english = inbound.sender.language.as_deref().is_some_and(|tag| tag.starts_with("en"));
    (!bound && english).then(|| "en".to_owned())
}
