//! Whatever is sent, in whatever order: no panic, and nothing that was told is lost.

use super::office::{Office, morning};
use crate::{
    atlas::Datum,
    dialogue::{Action, Body, ChannelKind, ChatKind, Data, Inbound, RemoteFile, Rules, Sender, Tag, due},
    domain::{CaseId, UnitCode},
};
use chrono::Duration;
use proptest::prelude::*;

const WORDS: [&str; 12] = [
    "路灯不亮",
    "垃圾",
    "文化路38号门前",
    "已处理,清走了",
    "取消一下",
    "done",
    "你好",
    "待办",
    "/stats",
    "城市",
    "618-033-991",
    "  ",
];

#[derive(Clone, Debug)]
struct Said {
    who: &'static str,
    seconds: i64,
    body: Body,
    edits: Option<u64>,
    forwarded: bool,
    reply: bool,
}

fn file() -> RemoteFile {
    RemoteFile { id: "file".into(), unique_id: None, size: None, mime: None }
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![proptest::sample::select(&WORDS[..]).prop_map(str::to_owned), ".{0,12}"]
}

fn press() -> impl Strategy<Value = Body> {
    let action = proptest::sample::select(vec![
        Action::Answer,
        Action::Join,
        Action::Arrive,
        Action::ArriveBlind,
        Action::Settle,
        Action::Condition(0),
        Action::Condition(9),
        Action::Return,
        Action::Because(1),
        Action::Call,
        Action::CallFor(1, 0),
        Action::CallFor(7, 200),
        Action::Summon(0, Tag::of("D001")),
        Action::Category,
        Action::Minors(200, 200),
        Action::Minor(Tag::of("06001")),
        Action::Grids,
        Action::Grid(Tag::of("370215002013002")),
        Action::Undo,
        Action::SelfResolve,
        Action::Check(false),
        Action::Rate(5),
        Action::Reopen,
        Action::Show,
        Action::NoPin,
        Action::PlaceOf,
        Action::SameAs(CaseId(1)),
        Action::Speak(Tag::of("en")),
    ]);
    (action, proptest::option::of(1i64..4), "\\PC{0,20}", 0u8..10).prop_map(
        |(action, case, garbage, dice)| {
            let data = Data { case: case.map(CaseId), version: 1, action };
            let data = if dice == 0 { garbage } else { data.encode() };
            Body::Press { data, press: "press".into() }
        },
    )
}

fn body() -> impl Strategy<Value = Body> {
    let album = || proptest::option::of(proptest::sample::select(vec!["A".to_owned(), "B".to_owned()]));
    let pin = (-3i64..4, any::<bool>(), proptest::option::of(-5.0f64..900.0));
    prop_oneof![
        3 => words().prop_map(|text| Body::Text { text }),
        3 => (album(), proptest::option::of(words()))
            .prop_map(|(album, caption)| Body::Photo { file: file(), album, caption }),
        1 => Just(Body::Voice { file: file(), seconds: 3, caption: None }),
        3 => pin.prop_map(|(steps, live, accuracy_m)| {
            let lon = if steps == 3 { f64::NAN } else { 120.449 + steps as f64 / 2000.0 };
            Body::Location { lon, lat: 36.39, datum: Datum::Wgs84, accuracy_m, live, venue: None }
        }),
        4 => press(),
        1 => Just(Body::Unknown { what: "sticker".into() }),
        1 => Just(Body::Contact { phone: "138".into(), own: true }),
    ]
}

fn said() -> impl Strategy<Value = Said> {
    let who = proptest::sample::select(vec!["张伟", "张伟", "王磊", "居民", "群"]);
    let rare = || (0u8..12).prop_map(|dice| dice == 0);
    (who, -20i64..200, body(), proptest::option::weighted(0.05, 1u64..20), rare(), rare()).prop_map(
        |(who, seconds, body, edits, forwarded, reply)| Said { who, seconds, body, edits, forwarded, reply },
    )
}

fn inbound(said: &Said, number: u64, at: i64) -> Inbound {
    let press = matches!(said.body, Body::Press { .. });
    Inbound {
        channel: ChannelKind::Telegram,
        uid: number.to_string(),
        chat: said.who.into(),
        kind: if said.who == "群" { ChatKind::Group } else { ChatKind::Private },
        sender: Sender {
            address: if said.who == "群" { "李秀英" } else { said.who }.into(),
            ..Sender::default()
        },
        said_at: morning() + Duration::seconds(at),
        message: Some(said.edits.unwrap_or(number).to_string()),
        reply_to: (said.reply && !press).then(|| "card 1".to_owned()),
        edited: said.edits.is_some() && !press,
        forwarded: said.forwarded,
        body: said.body.clone(),
    }
}

/// Everything that is remembered of photos and voice notes: in a case, or in the chat's state.
fn remembered(office: &Office, chat: &str) -> String {
    let state = office.state(chat).write();
    let cases = serde_json::to_string(&office.cases.values().collect::<Vec<_>>()).unwrap();
    format!("{state}{cases}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_was_told_is_lost(conversation in prop::collection::vec(said(), 1..40)) {
        let mut office = Office::new();
        office.bind_group(&UnitCode::from("370215002013001"));
        let (mut at, mut files) = (0, Vec::new());
        for (number, said) in conversation.iter().enumerate() {
            at += said.seconds;
            office.now = morning() + Duration::seconds(at);
            let inbound = inbound(said, number as u64 + 1, at);
            office.said.clear();
            let before = office.files();
            let member = inbound.sender.address.clone();
            office.hear(said.who, &member, &inbound);
            let answered = !office.said.is_empty();
            let known = remembered(&office, said.who);
            // A file that was given a row is in a case or in the chat's memory, or its sender was told.
            if office.files() > before {
                let here = known.contains(&format!("\"photo\":{}", office.files()))
                    || known.contains(&format!("\"voice\":{}", office.files()))
                    || known.contains(&format!("\"media\":{}", office.files()))
                    || office.settled_with(office.files());
                // What people show each other in a group is theirs.
                prop_assert!(here || answered || said.who == "群", "file {} of {inbound:?}", office.files());
                if here && said.who != "群" {
                    files.push((said.who, office.files()));
                }
            }
            // Words of a person alone with us are in a case, in memory, or answered.
            if let Body::Text { text } = &inbound.body
                && said.who != "群" && !text.trim().is_empty() && !inbound.edited
            {
                let quoted = serde_json::to_string(text.trim()).unwrap();
                let quoted = quoted.trim_matches('"');
                prop_assert!(answered || known.contains(quoted), "{inbound:?}");
            }
        }
        // And it stays so to the end: no later message makes an earlier file vanish.
        for (who, file) in files {
            let known = remembered(&office, who);
            let there = ["photo", "voice", "media"].iter().any(|kind| known.contains(&format!("\"{kind}\":{file}")));
            prop_assert!(there || office.settled_with(file) || office.told_not_added(who), "file {file} of {who} is gone");
        }
    }
}

#[test]
fn an_unfinished_report_is_due_after_its_window() {
    let mut office = Office::new();
    office.play("00:00 张伟 pin 36.3900 120.4400");
    assert_eq!(due(&office.state("张伟"), &Rules::default()), None, "a pin alone says nothing");
    office.play("05:00 王磊 photo");
    let state = office.state("王磊");
    assert_eq!(due(&state, &Rules::default()), Some(morning() + Duration::minutes(35)));
    office.now = morning() + Duration::minutes(34);
    assert!(office.overdue("王磊").is_none());
    office.now = morning() + Duration::minutes(35);
    let report = office.overdue("王磊").expect("it goes to the desk as it is");
    assert_eq!((report.material.len(), report.place.fix), (1, None));
}

#[test]
fn an_old_or_broken_memory_begins_anew() {
    use crate::dialogue::ChatState;
    assert_eq!(ChatState::read("{\"draft\":17}"), ChatState::default());
    assert_eq!(ChatState::read(""), ChatState::default());
    assert_eq!(ChatState::read("{\"another\":1}"), ChatState::default());
}
