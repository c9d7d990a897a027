//! What people do in a chat is read as what they did: from the server through polling to the inbound.

use super::connected;
use crate::bot_api::{BotApi, Kind};
use serde_json::json;
use std::time::Duration;
use whistle::{
    atlas::Datum,
    dialogue::{Body, ChatKind, Inbound},
    messenger::telegram::{Telegram, read_update},
};

/// What the server has, read, and confirmed by the next call.
async fn heard(api: &BotApi, telegram: &Telegram) -> Vec<Inbound> {
    let now = chrono::DateTime::from_timestamp(1_785_000_000, 0).unwrap();
    let batch = telegram.next_batch(None, Duration::ZERO).await.unwrap();
    let read = |text: &str| read_update(text, telegram.bot_id(), Datum::Wgs84, now).unwrap();
    let heard = batch.iter().map(|update| read(&update.text)).collect();
    let next = batch.last().map(|update| update.id + 1);
    assert_eq!(telegram.next_batch(next, Duration::ZERO).await.unwrap(), []);
    assert_eq!(api.waiting(), 0);
    heard
}

fn words(inbound: &Inbound) -> String {
    let what = match &inbound.body {
        Body::Text { text } => format!("text {text}"),
        Body::Photo { album, caption, .. } => format!("photo {} {caption:?}", album.is_some()),
        Body::Voice { seconds, .. } => format!("voice {seconds}"),
        Body::Location { lon, lat, accuracy_m, live, venue, .. } => {
            format!("location {lat} {lon} {accuracy_m:?} {live} {venue:?}")
        }
        Body::Contact { phone, own } => format!("contact {phone} {own}"),
        Body::Press { data, .. } => format!("press {data}"),
        Body::Migrated { to } => format!("migrated {to}"),
        other => format!("{other:?}"),
    };
    let mark = |is: bool, word: &'static str| if is { word } else { "" };
    format!("{what}{}{}", mark(inbound.edited, " edited"), mark(inbound.forwarded, " forwarded"))
}

#[tokio::test]
async fn everything_that_a_person_can_send() {
    let (api, telegram) = connected().await;
    let wang = api.user(1001).named("王芳").speaking("en");
    let said = wang.says("井盖");
    wang.sends_album(&[b"one jpeg", b"two jpegs"], Some("两张"));
    wang.sends_photo(b"one", None);
    wang.sends_document(b"heic", "image/heic", "a.heic");
    wang.sends_voice(b"ogg", 7);
    wang.sends_location(36.39, 120.45, Some(8.5));
    let live = wang.shares_live_location(36.39, 120.45, None);
    wang.moves(live, 36.4, 120.5, Some(3.0));
    wang.sends_venue(36.39, 120.45, "古城", "东门");
    wang.sends_contact("13800138000", true);
    wang.sends_contact("13900139000", false);
    wang.forwards("别人的话");
    wang.replies(said, "还有");
    wang.edits(said, "井盖坏了");
    wang.sends_sticker();
    wang.blocks();
    wang.unblocks();
    let heard = heard(&api, &telegram).await;
    assert_eq!(
        heard.iter().map(words).collect::<Vec<_>>(),
        [
            "text 井盖",
            "photo true Some(\"两张\")",
            "photo true None",
            "photo false None",
            "photo false None",
            "voice 7",
            "location 36.39 120.45 Some(8.5) false None",
            "location 36.39 120.45 None true None",
            "location 36.4 120.5 Some(3.0) true None edited",
            "location 36.39 120.45 None false Some(\"古城, 东门\")",
            "contact 13800138000 true",
            "contact 13900139000 false",
            "text 别人的话 forwarded",
            "text 还有",
            "text 井盖坏了 edited",
            "Unknown { what: \"sticker\" }",
            "Blocked",
            "Unblocked",
        ]
    );
    assert!(heard.iter().all(|inbound| inbound.chat == "1001" && inbound.sender.address == "1001"));
    assert!(heard.iter().all(|inbound| inbound.sender.name.as_deref() == Some("王芳")));
    assert_eq!(heard[0].message, heard[14].message);
    assert_eq!(heard[13].reply_to, heard[0].message);
    let uids: std::collections::HashSet<_> = heard.iter().map(|inbound| &inbound.uid).collect();
    assert_eq!(uids.len(), heard.len());
}

#[tokio::test]
async fn a_press_in_a_group_and_its_move() {
    let (api, telegram) = connected().await;
    let (wang, li) = (api.user(1001), api.user(1002).named("李"));
    let group = api.group(-5);
    group.takes_in_the_bot(&wang);
    let delivery = whistle::messenger::Delivery { chat: "-5".into(), kind: ChatKind::Group, ..super::card() };
    let card = super::message_of(&super::send(&telegram, &delivery).await);
    li.in_group(&group).presses("接哨");
    li.presses_data(None, "7:old:1");
    let moved = group.moves_to(-1_001, &wang);
    moved.puts_out_the_bot(&wang);
    let heard = heard(&api, &telegram).await;
    assert_eq!(
        heard
            .iter()
            .map(|inbound| format!("{} {}: {}", inbound.chat, inbound.sender.address, words(inbound)))
            .collect::<Vec<_>>(),
        [
            "-5 1001: Unblocked",
            "-5 1002: press 7:answer:3",
            "1002 1002: press 7:old:1",
            "-5 1001: migrated -1001",
            "-5 1001: migrated -1001",
            "-1001 1001: Blocked",
        ]
    );
    assert_eq!(heard[1].reply_to, Some(card.to_string()));
    assert_eq!((heard[1].kind, heard[2].kind), (ChatKind::Group, ChatKind::Private));
}

#[tokio::test]
async fn the_largest_size_of_a_photo_is_fetched_and_can_be_shown_again() {
    let (api, telegram) = connected().await;
    let (wang, _) = (api.user(1001), api.user(1002));
    wang.sends_photo(b"a large jpeg", None);
    let Body::Photo { file, .. } = heard(&api, &telegram).await.remove(0).body else { panic!("no photo") };
    assert_eq!(file.size, Some(12));
    let bytes = whistle::messenger::Messenger::fetch(&telegram, &file.id, 100).await.unwrap();
    assert_eq!(bytes, "a large jpeg");
    let picture = whistle::messenger::Picture { remote: Some(file.id.clone()), bytes: None };
    let to_li = whistle::messenger::Delivery { chat: "1002".into(), photo: Some(picture), ..super::card() };
    super::message_of(&super::send(&telegram, &to_li).await);
    assert_eq!(api.sent()[0].kind, Kind::Photo { file_id: Some(file.id), bytes: None });
}

#[tokio::test]
async fn an_update_of_next_year_is_heard() {
    let (api, telegram) = connected().await;
    let wang = api.user(1001);
    wang.sends(json!({ "text": "哨", "entities": [{ "offset": 0, "length": 1, "type": "whistle" }] }));
    wang.sends(json!({ "hologram": { "depth": 3 } }));
    api.push(json!({ "telepathy": { "from": { "id": 1001, "first_name": "王" } } }));
    let heard = heard(&api, &telegram).await;
    assert_eq!(
        heard.iter().map(words).collect::<Vec<_>>(),
        ["text 哨", "Unknown { what: \"hologram\" }", "Unknown { what: \"telepathy\" }"]
    );
}
