//! The store on both databases: what its methods promise, also to two processes at once.

mod access;
mod cases;
mod chats;
mod city;
mod lists;
mod outbox;
mod schema;
mod standings;

use crate::database::Throwaway;
use chrono::{DateTime, Duration, TimeZone, Utc};
use std::collections::BTreeSet;
use whistle::{
    atlas::{Datum, Point},
    dialogue::{CardKey, ChannelKind, ChatKind, Message, Outgoing},
    domain::{
        Case, CaseId, ChatId, Due, Escalation, Event, Fact, Fix, Material, Origin, Party, PersonCode, Place,
        PlaceSource, Stage, State, Times, Via, Whistle, Who,
    },
    store::{Came, Chat, Options, OutboxNew, Store, Tx},
};

/// The schema is there. Two calls are two processes on one database.
async fn open(database: &Throwaway) -> Store {
    let store = connect(database).await;
    store.migrate_up().await.unwrap();
    store
}

async fn connect(database: &Throwaway) -> Store {
    Store::connect(&database.url, &Options { connections: 4, ..Options::default() }).await.unwrap()
}

/// A Tuesday morning; `minute(n)` is n minutes later.
fn minute(n: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 24, 1, 0, 0).unwrap() + Duration::minutes(n)
}

fn due(n: i64) -> Due {
    Due { at: minute(n), provisional: false }
}

/// Reported by W0001 at `minute(0)`, whistled to grid G1 of community C1, unanswered.
fn whistled() -> Case {
    Case {
        id: CaseId(0),
        version: 2,
        state: State::Whistled,
        origin: Origin::Worker,
        reporters: vec![Party::Person("W0001".into())],
        category: "06001".into(),
        category_guessed: true,
        material: vec![words("井盖丢失 Manhole 100% open")],
        place: place(120.45, 36.39),
        desk: "C1".into(),
        whistle: Some(whistle("G1")),
        departments: Vec::new(),
        times: Times { reported: Some(minute(0)), whistled: Some(minute(0)), ..Times::default() },
        stood: None,
        desk_ladder: None,
        escalation: Escalation::Grid,
        suspended: None,
        was_suspended: false,
        supervised: None,
        urged: Vec::new(),
        extensions: Vec::new(),
        extension_asked: None,
        precheck: None,
        settlement: None,
        check: None,
        triage: None,
        rating: None,
        merged_into: None,
        reason: None,
        reworks: 0,
        returns: 0,
        reopenings: 0,
        reassignments: 0,
        rerouted: false,
        time_capped: false,
        wake_at: Some(minute(5)),
    }
}

fn words(text: &str) -> Material {
    Material {
        message: Some("7".into()),
        words: Some(text.into()),
        photo: None,
        voice: None,
        said_at: minute(0),
    }
}

fn place(lon: f64, lat: f64) -> Place {
    let mut place = Place {
        fix: Some(Fix::new(lon, lat, Datum::Wgs84, PlaceSource::Pin)),
        edition: Some(1),
        ..Place::default()
    };
    place.located.grid = Some("G1".into());
    place.located.community = Some("C1".into());
    place
}

fn whistle(unit: &str) -> Whistle {
    Whistle {
        unit: unit.into(),
        stage: Stage::Whistled,
        reason: None,
        called_by: None,
        lead: None,
        helpers: Vec::new(),
        times: Times { whistled: Some(minute(0)), ..Times::default() },
        started: minute(0),
        answer: due(10),
        arrive: due(30),
        settle: due(120),
        urgent: false,
        arrival: None,
        escalation: Escalation::Grid,
        score: None,
        remind_at: Some(minute(8)),
        step_at: Some(minute(10)),
    }
}

fn event(seq: u32, fact: Fact) -> Event {
    let by = Who::Person("W0001".into());
    Event { seq, at: minute(0), said_at: minute(0), capped: false, by, via: Via::Chat, fact }
}

/// Saves a new case and gives it its id.
async fn keep(store: &Store, mut case: Case) -> Case {
    let tx = store.begin().await.unwrap();
    case.id = tx.insert_case(&case).await.unwrap();
    tx.commit().await.unwrap();
    case
}

async fn chat(store: &Store, address: &str) -> Chat {
    let tx = store.begin().await.unwrap();
    let chat = tx.chat_or_new(ChannelKind::Telegram, address, ChatKind::Private, minute(0)).await.unwrap();
    tx.commit().await.unwrap();
    chat
}

/// A chat that is bound to a person.
async fn chat_of(store: &Store, address: &str, person: &str) -> Chat {
    let bound = Chat { person: Some(PersonCode::from(person)), ..chat(store, address).await };
    let tx = store.begin().await.unwrap();
    assert!(tx.save_chat(&bound).await.unwrap());
    tx.commit().await.unwrap();
    store.chat_by_id(bound.id).await.unwrap().unwrap()
}

fn note(chat: ChatId, text: &str) -> OutboxNew {
    OutboxNew { chat, outgoing: Outgoing::reply(Message::line(text)), not_before: None }
}

/// A card of a case; a loud one brings its place along.
fn card(chat: ChatId, case: CaseId, version: u32, loud: bool) -> OutboxNew {
    let outgoing = Outgoing {
        card: Some(CardKey { case, version }),
        only_edit: !loud,
        loud,
        place: loud.then_some(Point { lon: 120.45, lat: 36.39 }),
        courtesy: false,
        ..Outgoing::reply(Message::line(format!("version {version}")))
    };
    OutboxNew { chat, outgoing, not_before: None }
}

async fn push(store: &Store, letters: &[OutboxNew], now: DateTime<Utc>) {
    let tx = store.begin().await.unwrap();
    tx.push(letters, now).await.unwrap();
    tx.commit().await.unwrap();
}

fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    items.into_iter().collect()
}

async fn take_inbound(tx: &Tx, channel: ChannelKind, uid: &str, raw: &str, now: DateTime<Utc>) -> bool {
    tx.take_inbound(&[Came { channel, uid, raw }], now).await.unwrap()[0]
}

/// Takes the schema back to before a step, and on again.
async fn again_from(store: &Store, step: &str) {
    let steps = store.migrate_status().await.unwrap();
    let newer = steps.iter().rev().take_while(|newer| newer.name != step).count();
    store.migrate_down(Some(newer as u32 + 1)).await.unwrap();
    store.migrate_up().await.unwrap();
}
