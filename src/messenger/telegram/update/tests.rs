//! Every kind of update, read; and no text whatever stops the reading.

use super::{samples::*, *};
use crate::dialogue::RemoteFile;
use proptest::prelude::*;
use serde_json::{Value, json};

const BOT: i64 = 7_000_001;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_785_009_999, 0).unwrap()
}

fn frame(text: &str) -> Frame {
    Frame { uid: format!("{BOT}:{}", update_id(text).unwrap()), datum: Datum::Gcj02, now: now() }
}

#[track_caller]
fn read(text: &str) -> Inbound {
    read_update(text, BOT, Datum::Gcj02, now()).expect("it can be read")
}

#[track_caller]
fn unknown(text: &str) -> String {
    match read(text).body {
        Body::Unknown { what } => what,
        other => panic!("{other:?}"),
    }
}

fn remote(id: &str, unique_id: &str, size: u64, mime: Option<&str>) -> RemoteFile {
    RemoteFile {
        id: id.into(),
        unique_id: Some(unique_id.into()),
        size: Some(size),
        mime: mime.map(Into::into),
    }
}

fn location(lon: f64, lat: f64, accuracy_m: Option<f64>, live: bool, venue: Option<&str>) -> Body {
    Body::Location { lon, lat, datum: Datum::Gcj02, accuracy_m, live, venue: venue.map(Into::into) }
}

#[test]
fn words_with_everything_around_them() {
    assert_eq!(
        read(TEXT),
        Inbound {
            channel: ChannelKind::Telegram,
            uid: "7000001:814000001".into(),
            chat: "1001".into(),
            kind: ChatKind::Private,
            sender: Sender {
                address: "1001".into(),
                name: Some("芳 王".into()),
                language: Some("zh-hans".into())
            },
            said_at: DateTime::from_timestamp(1_785_000_000, 0).unwrap(),
            message: Some("17".into()),
            reply_to: None,
            edited: false,
            forwarded: false,
            body: Body::Text { text: "/start ABC-1_2".into() },
        }
    );
}

#[test]
fn photos_in_their_largest_size_and_images_sent_as_documents() {
    assert_eq!(
        read(PHOTO_OF_ALBUM).body,
        Body::Photo {
            file: remote("large", "ul", 151_253, None),
            album: Some("13712345678901234".into()),
            caption: Some("井盖坏了".into()),
        }
    );
    assert_eq!(
        read(IMAGE_AS_DOCUMENT).body,
        Body::Photo {
            file: remote("doc", "ud", 3_145_728, Some("image/heic")),
            album: None,
            caption: Some("原图".into())
        }
    );
    assert!(
        is_image(None, Some("a.JPG"))
            && !is_image(None, Some("jpg"))
            && !is_image(Some("text/x"), Some("a.jpg"))
    );
    assert_eq!(unknown(OTHER_DOCUMENT), "document");
}

#[test]
fn voice_notes_and_recordings() {
    let voice = |file, seconds, caption: Option<&str>| Body::Voice {
        file,
        seconds,
        caption: caption.map(Into::into),
    };
    assert_eq!(read(VOICE).body, voice(remote("v", "uv", 24_000, Some("audio/ogg")), 7, None));
    assert_eq!(read(AUDIO).body, voice(remote("a", "ua", 990_000, Some("audio/mp4")), 63, Some("噪音")));
}

#[test]
fn places_of_every_kind() {
    assert_eq!(read(LOCATION).body, location(120.447_121, 36.389_512, Some(12.5), false, None));
    assert_eq!(read(LOCATION_WITHOUT_ACCURACY).body, location(120.5, 36.0, None, false, None));
    assert_eq!(read(VENUE).body, location(120.45, 36.39, None, false, Some("古城东门, 中山街 1 号")));
    assert_eq!(read(LIVE).body, location(120.44, 36.38, Some(9.0), true, None));
    let moved = read(LIVE_MOVED);
    assert_eq!(moved.body, location(120.441, 36.381, Some(5.0), true, None));
    assert!(moved.edited && moved.message.as_deref() == Some("25"));
    assert_eq!(moved.said_at.timestamp(), 1_785_000_140, "the fix is as old as the edit");
    assert_eq!(read(LIVE_ENDED).body, location(120.442, 36.382, None, true, None));
}

#[test]
fn a_place_that_is_not_on_the_earth_is_none() {
    for (from, to) in [("36.389512", "136.0"), ("120.447121", "-1e300")] {
        assert_eq!(unknown(&LOCATION.replace(from, to)), "location");
    }
    assert_eq!(
        read(&LOCATION.replace("12.5", "-1")).body,
        location(120.447_121, 36.389_512, None, false, None)
    );
}

#[test]
fn a_contact_is_ones_own_only_when_it_says_so() {
    let own = read(OWN_CONTACT);
    assert_eq!(own.body, Body::Contact { phone: "+8613800138000".into(), own: true });
    assert_eq!(own.reply_to.as_deref(), Some("16"));
    assert_eq!(read(OTHER_CONTACT).body, Body::Contact { phone: "13900139000".into(), own: false });
    let others = OWN_CONTACT.replace("\"user_id\":1001", "\"user_id\":1002");
    assert!(matches!(read(&others).body, Body::Contact { own: false, .. }));
    let passed_on = OWN_CONTACT.replace(
        "\"contact\"",
        "\"forward_origin\":{\"type\":\"hidden_user\",\"sender_user_name\":\"x\",\"date\":1},\"contact\"",
    );
    assert!(matches!(read(&passed_on).body, Body::Contact { own: false, .. }));
}

#[test]
fn forwarded_and_edited_words() {
    assert!(read(FORWARDED).forwarded && !read(FORWARDED).edited);
    assert_eq!(read(FORWARDED).said_at.timestamp(), 1_785_000_120);
    let edited = read(EDITED);
    assert!(edited.edited && !edited.forwarded);
    assert_eq!((edited.message.as_deref(), edited.said_at.timestamp()), (Some("17"), 1_785_000_300));
}

#[test]
fn a_press_counts_for_who_pressed_and_at_the_moment_it_comes() {
    let press = read(GROUP_PRESS);
    assert_eq!(press.body, Body::Press { data: "7:answer:3".into(), press: "4382bfdwdsb323b2d9".into() });
    assert_eq!((press.chat.as_str(), press.kind), ("-1001234567890", ChatKind::Group));
    assert_eq!((press.sender.address.as_str(), press.sender.language.as_deref()), ("1002", Some("en")));
    assert_eq!((press.message.as_deref(), press.reply_to.as_deref()), (None, Some("99")));
    assert_eq!(press.said_at, now(), "the card's date is not the press's");

    let old = read(OLD_PRESS);
    assert_eq!((old.chat.as_str(), old.reply_to.as_deref(), old.said_at), ("1001", Some("98"), now()));
    let oldest = read(PRESS_WITHOUT_MESSAGE);
    assert_eq!((oldest.chat.as_str(), oldest.kind, oldest.reply_to), ("1001", ChatKind::Private, None));
}

#[test]
fn comings_and_goings_of_the_bot() {
    assert_eq!(read(BLOCKED).body, Body::Blocked);
    assert_eq!(read(BLOCKED).said_at.timestamp(), 1_785_000_400);
    assert_eq!(read(UNBLOCKED).body, Body::Unblocked);
    let taken = read(TAKEN_INTO_GROUP);
    assert_eq!((taken.body, taken.chat.as_str(), taken.kind), (Body::Unblocked, "-5", ChatKind::Group));
    assert_eq!(unknown(MADE_ADMINISTRATOR), "my_chat_member");
    assert_eq!(read(&MADE_ADMINISTRATOR.replace("administrator", "kicked")).body, Body::Blocked);
    assert_eq!(read(&MADE_ADMINISTRATOR.replace("\"administrator\"", "\"restricted\"")).body, Body::Blocked);
}

#[test]
fn both_chats_of_a_move_say_the_same() {
    for moved in [read(MIGRATED_TO), read(MIGRATED_FROM)] {
        assert_eq!((moved.chat.as_str(), moved.kind), ("-5", ChatKind::Group));
        assert_eq!(moved.body, Body::Migrated { to: "-1001234567890".into() });
    }
}

#[test]
fn what_the_program_does_not_know_is_named() {
    assert_eq!(unknown(STICKER), "sticker");
    assert_eq!(unknown(ANIMATION), "animation");
    assert_eq!(unknown(JOINED_GROUP), "new_chat_member");
    assert_eq!(unknown(UNKNOWN_UPDATE), "wave");
    assert_eq!(read(UNKNOWN_UPDATE).chat, "1001");
}

#[test]
fn an_unknown_entity_takes_nothing_with_it() {
    let Body::Photo { file, caption, .. } = read(UNKNOWN_ENTITY).body else { panic!("no photo") };
    assert_eq!((file.id.as_str(), caption.as_deref()), ("p", Some("明天见 12:00")));
    let bare = bare(UNKNOWN_ENTITY).unwrap();
    assert!(typed::read(&bare, &frame(UNKNOWN_ENTITY)).is_some(), "teloxide reads it once it is bare");
}

#[test]
fn very_big_ids_stay_their_digits() {
    let inbound = read(VERY_BIG_IDS);
    assert_eq!(inbound.uid, "7000001:99999999999");
    assert_eq!(inbound.message.as_deref(), Some("88888888888"));
    assert_eq!(inbound.sender.address, "77777777777777777777");
    assert_eq!((inbound.chat.as_str(), inbound.kind), ("-10012345678901234567890", ChatKind::Group));
    assert_eq!(inbound.body, Body::Text { text: "大".into() });
}

#[test]
fn missing_fields_are_made_up_for() {
    let inbound = read(MISSING_FIELDS);
    assert_eq!((inbound.chat.as_str(), inbound.kind, inbound.said_at), ("1001", ChatKind::Private, now()));
    assert_eq!((inbound.sender.address.as_str(), inbound.sender.name), ("1001", None));
    assert_eq!(inbound.body, Body::Text { text: "在".into() });
}

#[test]
fn hostile_nesting_stops_neither_the_program_nor_the_words_beside_it() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let inside = TEXT.replace("\"text\":", &format!("\"nested\":{deep},\"text\":"));
    assert_eq!(read(&inside).body, Body::Text { text: "/start ABC-1_2".into() });
    let instead = format!("{{\"update_id\":7,\"message\":{deep}}}");
    assert_eq!(read_update(&instead, BOT, Datum::Wgs84, now()), None);
    assert_eq!(fallback_uid(&instead), "7");
}

#[test]
fn what_tells_of_nobody_is_not_read() {
    for text in
        ["", "null", "[]", "{}", "nonsense", r#"{"update_id":1}"#, r#"{"update_id":1,"poll":{"id":"1"}}"#]
    {
        assert_eq!(read_update(text, BOT, Datum::Wgs84, now()), None, "{text}");
    }
    assert_eq!(read_update(&TEXT.replace("814000001", "\"x\""), BOT, Datum::Wgs84, now()), None);
    assert_eq!(fallback_uid("nonsense").len(), 24);
    assert_ne!(fallback_uid("nonsense"), fallback_uid("nonsense "));
}

#[test]
fn both_readings_agree_where_teloxide_reads() {
    for text in TYPED {
        let typed =
            typed::read(&bare(text).unwrap(), &frame(text)).unwrap_or_else(|| panic!("not typed: {text}"));
        assert_eq!(typed, lenient::read(text, &frame(text)).unwrap(), "{text}");
    }
    for text in LENIENT {
        let typed =
            bare(text).filter(|_| text != UNKNOWN_ENTITY).and_then(|bare| typed::read(&bare, &frame(text)));
        assert_eq!(typed, None, "{text}");
    }
}

#[test]
fn an_update_says_the_same_after_it_was_stored() {
    for text in TYPED.iter().chain(&LENIENT) {
        let inbound = read(text);
        let stored = serde_json::to_string(&inbound).unwrap();
        assert_eq!(serde_json::from_str::<Inbound>(&stored).unwrap(), inbound);
    }
}

/// A value that stands somewhere in an update, replaced or taken away.
fn damage(update: &mut Value, place: usize, with: &Value) {
    let mut left = place;
    let mut queue = vec![update];
    while let Some(value) = queue.pop() {
        if left == 0 {
            *value = with.clone();
            return;
        }
        left -= 1;
        match value {
            Value::Object(fields) => queue.extend(fields.values_mut()),
            Value::Array(values) => queue.extend(values.iter_mut()),
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_text_stops_the_reading(text in "\\PC{0,200}") {
        let _ = read_update(&text, BOT, Datum::Wgs84, now());
        prop_assert!(!fallback_uid(&text).is_empty());
    }

    #[test]
    fn no_damage_stops_the_reading(
        sample in 0..TYPED.len() + LENIENT.len(),
        damages in prop::collection::vec((0_usize..60, 0_usize..12), 1..4),
        cut in prop::option::of(0_usize..1_000),
    ) {
        let text = TYPED.iter().chain(&LENIENT).nth(sample).unwrap();
        let mut update: Value = serde_json::from_str(text).unwrap();
        let with = [
            json!(null), json!(-1), json!(i64::MAX), json!(u64::MAX), json!(1e300), json!(""), json!("2026-07-25"),
            json!(true), json!([]), json!({}), json!([[{}]]), json!({"id": {"id": []}}),
        ];
        for (place, which) in damages {
            damage(&mut update, place, &with[which]);
        }
        let mut text = update.to_string();
        if let Some(cut) = cut {
            let end = text.char_indices().map(|(at, _)| at).nth(cut).unwrap_or(text.len());
            text.truncate(end);
        }
        if let Some(inbound) = read_update(&text, BOT, Datum::Wgs84, now()) {
            prop_assert!(inbound.uid.starts_with("7000001:"));
            prop_assert!(!inbound.chat.is_empty() && !inbound.sender.address.is_empty());
        }
    }
}
