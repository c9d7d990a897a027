//! What arrives: card, location, photo, keyboards, menus, answers.

use super::{card, connected, message_of, placed, redrawn, send};
use crate::bot_api::{BOT_ID, Fault, Kind};
use bytes::Bytes;
use whistle::{
    dialogue::{ChatKind, Keyboard, Message, Outgoing},
    messenger::{Delivery, Never, Outcome, Picture, telegram::Telegram},
};

#[tokio::test]
async fn a_card_is_words_and_buttons_and_makes_a_sound() {
    let (api, telegram) = connected().await;
    let wang = api.user(1001);
    let outcome = send(&telegram, &card()).await;
    let shown = wang.last();
    assert_eq!(message_of(&outcome), shown.id);
    assert_eq!(shown.text, "哨响 260725-0007\n井盖 <坏> & 危险\n剩 2 小时");
    assert_eq!(shown.bold, ["哨响 260725-0007"]);
    assert_eq!(shown.labels(), ["接哨", "退回"]);
    assert_eq!(shown.data("接哨"), Some("7:answer:3"));
    assert!(!shown.silent);
}

#[tokio::test]
async fn a_redrawn_card_stays_the_same_message() {
    let (api, telegram) = connected().await;
    let wang = api.user(1001);
    let id = message_of(&send(&telegram, &card()).await);
    let mut delivery = redrawn(&id.to_string());
    delivery.outgoing.message.buttons.clear();
    assert_eq!(message_of(&send(&telegram, &delivery).await), id);
    assert_eq!(wang.messages().len(), 1);
    assert_eq!(wang.last().text, "哨响 260725-0007\n王芳接哨");
    assert!(wang.last().buttons.is_empty());
    assert_eq!(wang.last().earlier.len(), 1);
    // Drawn once more as it is: nothing to do, and no error.
    assert_eq!(message_of(&send(&telegram, &delivery).await), id);
}

#[tokio::test]
async fn location_and_photo_come_before_the_card_without_a_sound() {
    let (api, telegram) = connected().await;
    let (wang, li) = (api.user(1001), api.user(1002));
    wang.sends_photo(b"a large jpeg, really", None);
    let id = sent_file_id(&api.take_updates()[0]);
    let photo = Some(Picture { remote: Some(id.clone()), bytes: None });
    message_of(&send(&telegram, &Delivery { photo, ..placed() }).await);
    let shown = wang.messages();
    assert_eq!(shown.iter().map(|shown| shown.silent).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!(shown[0].kind, Kind::Location { lat: 36.389_51, lon: 120.447_12 });
    assert_eq!(shown[1].kind, Kind::Photo { file_id: Some(id), bytes: None });
    assert_eq!(shown[1].text, "哨响 260725-0007");
    assert!(!shown[2].text.contains("📍"), "the coordinates are for where there is no pin");

    let bytes = Bytes::from_static(b"\xff\xd8\xff\r\n--not a boundary\r\n\0bytes");
    let photo = Some(Picture { remote: None, bytes: Some((bytes.clone(), "image/jpeg".into())) });
    message_of(&send(&telegram, &Delivery { photo, chat: "1002".into(), ..card() }).await);
    assert_eq!(li.messages()[0].kind, Kind::Photo { file_id: None, bytes: Some(bytes.to_vec()) });
    assert_eq!(li.messages()[0].text, "哨响 260725-0007");
    assert_eq!(li.messages().len(), 2);
}

fn sent_file_id(update: &str) -> String {
    let update: serde_json::Value = serde_json::from_str(update).unwrap();
    update["message"]["photo"][1]["file_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_photo_that_is_not_known_here_any_more_goes_by_its_bytes() {
    let (api, telegram) = connected().await;
    let wang = api.user(1001);
    let bytes = Some((Bytes::from_static(b"jpeg"), "image/jpeg".to_owned()));
    let photo = Some(Picture { remote: Some("of another bot".into()), bytes });
    message_of(&send(&telegram, &Delivery { photo, ..card() }).await);
    assert_eq!(wang.messages()[0].kind, Kind::Photo { file_id: None, bytes: Some(b"jpeg".to_vec()) });

    // A photo that nobody has does not stop its card either.
    message_of(&send(&telegram, &Delivery { photo: Some(Picture::default()), ..card() }).await);
    let bytes = Some((Bytes::from_static(b"jpeg"), "no type at all".to_owned()));
    message_of(&send(&telegram, &Delivery { photo: Some(Picture { remote: None, bytes }), ..card() }).await);
    assert_eq!(wang.messages().len(), 5);
}

#[tokio::test]
async fn a_server_that_only_knows_messages_gets_the_card_with_its_coordinates() {
    let (api, telegram) = connected().await;
    let wang = api.user(1001);
    api.script(Fault::ServerError(500)).except("sendMessage").always();
    let photo = Some(Picture {
        remote: Some("x".into()),
        bytes: Some((Bytes::from_static(b"y"), "image/png".into())),
    });
    message_of(&send(&telegram, &Delivery { photo, ..placed() }).await);
    assert_eq!(wang.messages().len(), 1);
    assert!(wang.last().text.ends_with("剩 2 小时\n📍 36.38951, 120.44712"), "{}", wang.last().text);
}

#[tokio::test]
async fn a_letter_put_off_on_the_way_does_not_repeat_its_pin() {
    let (api, telegram) = connected().await;
    let wang = api.user(1001);
    api.script(Fault::TooMany(2)).method("sendMessage");
    assert!(matches!(send(&telegram, &placed()).await, Outcome::Later { .. }));
    message_of(&send(&telegram, &placed()).await);
    assert_eq!(wang.messages().len(), 2, "one pin and one card");
    // A later whistle of the same case brings its pin again.
    message_of(&send(&telegram, &placed()).await);
    assert_eq!(wang.messages().len(), 4);
}

#[tokio::test]
async fn a_repeat_says_so_in_the_persons_language() {
    let (api, telegram) = connected().await;
    let wang = api.user(1001);
    message_of(&send(&telegram, &Delivery { repeat: true, ..card() }).await);
    assert!(wang.last().text.starts_with("🔁 重发，可能已收到过\n哨响 260725-0007\n"));
    let english = Delivery { repeat: true, language: "en".into(), ..card() };
    message_of(&send(&telegram, &english).await);
    assert!(wang.last().text.starts_with("🔁 Sent again, you may have it already\n哨响"));
}

#[tokio::test]
async fn a_position_is_asked_for_in_one_tap() {
    let (api, telegram) = connected().await;
    let wang = api.user(1001);
    let ask = Message {
        keyboard: Some(Keyboard::AskLocation("发送位置".into())),
        ..Message::line("在哪里？")
    };
    let mut delivery = Delivery { outgoing: Outgoing::reply(ask.clone()), ..card() };
    message_of(&send(&telegram, &delivery).await);
    assert_eq!(wang.last().keyboard.unwrap()["keyboard"][0][0]["request_location"], true);
    assert!(wang.last().silent);

    delivery.outgoing.message.keyboard = Some(Keyboard::Remove);
    message_of(&send(&telegram, &delivery).await);
    assert_eq!(wang.last().keyboard.unwrap()["remove_keyboard"], true);

    // A card with buttons has no room for a keyboard: it comes below, and the card is the answer.
    let mut with_buttons = card();
    with_buttons.outgoing.message.keyboard = ask.keyboard.clone();
    let id = message_of(&send(&telegram, &with_buttons).await);
    assert_eq!(wang.message(id).labels(), ["接哨", "退回"]);
    assert_eq!(wang.last().text, "👇 发送位置");

    let (group, boss) = (api.group(-5), api.user(1002));
    group.takes_in_the_bot(&boss);
    let in_group = Delivery { chat: "-5".into(), kind: ChatKind::Group, ..delivery };
    let ask = Delivery { outgoing: Outgoing::reply(ask), ..in_group };
    message_of(&send(&telegram, &ask).await);
    assert_eq!(group.messages()[0].keyboard, None);
}

#[tokio::test]
async fn a_very_long_letter_is_cut_and_arrives() {
    let (api, telegram) = connected().await;
    let wang = api.user(1001);
    let mut delivery = card();
    delivery.outgoing.message.title = Some("题&".repeat(900));
    delivery.outgoing.message.lines = vec!["<行>".repeat(2_000)];
    let bytes = Some((Bytes::from_static(b"jpeg"), "image/jpeg".to_owned()));
    delivery.photo = Some(Picture { remote: None, bytes });
    message_of(&send(&telegram, &delivery).await);
    assert_eq!(wang.messages()[0].text.chars().count(), 1_024);
    assert_eq!(wang.messages()[1].text.chars().count(), 4_096);
    assert!(wang.messages()[1].text.ends_with('…'));
}

#[tokio::test]
async fn a_letter_without_words_arrives_too() {
    let (api, telegram) = connected().await;
    let wang = api.user(1001);
    message_of(&send(&telegram, &Delivery { outgoing: Outgoing::reply(Message::default()), ..card() }).await);
    assert_eq!(wang.last().text, "…");
}

#[tokio::test]
async fn an_answer_to_a_message_shows_which() {
    let (api, telegram) = connected().await;
    let wang = api.user(1001);
    let said = wang.says("在吗");
    let mut delivery = card();
    delivery.outgoing.reply_to = Some(said.to_string());
    message_of(&send(&telegram, &delivery).await);
    assert_eq!(wang.last().reply_to, Some(said));
    assert_eq!(
        api.calls_of("sendMessage")[0].params["reply_parameters"]["allow_sending_without_reply"],
        true
    );
}

#[tokio::test]
async fn refused_markup_leaves_the_bare_words() {
    let (api, telegram) = connected().await;
    let wang = api.user(1001);
    api.script(Fault::bad_markup());
    let id = message_of(&send(&telegram, &card()).await);
    assert_eq!(wang.last().text, "哨响 260725-0007\n井盖 <坏> & 危险\n剩 2 小时");
    assert!(wang.last().bold.is_empty());
    api.script(Fault::bad_markup());
    message_of(&send(&telegram, &redrawn(&id.to_string())).await);
    assert_eq!(wang.last().text, "哨响 260725-0007\n王芳接哨");
}

#[tokio::test]
async fn addresses_and_cards_that_cannot_be() {
    let (api, telegram) = connected().await;
    let nowhere = Delivery { chat: "wang".into(), ..card() };
    assert!(matches!(send(&telegram, &nowhere).await, Outcome::Never { reason: Never::NotFound, .. }));
    assert_eq!(send(&telegram, &redrawn("no number")).await, Outcome::CardGone);
    assert_eq!(send(&telegram, &Delivery { card_message: None, ..redrawn("7") }).await, Outcome::CardGone);
    assert_eq!(api.calls_of("sendMessage").len() + api.calls_of("editMessageText").len(), 0);
}

#[tokio::test]
async fn a_press_is_answered_and_too_late_is_no_error() {
    let (api, telegram) = connected().await;
    let wang = api.user(1001);
    message_of(&send(&telegram, &card()).await);
    let press = wang.presses("接哨");
    assert_eq!(api.toast(&press), None);
    telegram.answer_press(&press, Some(&"好".repeat(300))).await.unwrap();
    assert_eq!(api.toast(&press).unwrap(), format!("{}…", "好".repeat(199)));
    telegram.answer_press(&press, None).await.unwrap();
    assert_eq!(api.toast(&press).unwrap(), "");
    let late = "Bad Request: query is too old and response timeout expired or query ID is invalid";
    api.script(Fault::refuse(400, late));
    telegram.answer_press(&press, None).await.unwrap();
    api.script(Fault::refuse(400, "Bad Request: something else"));
    telegram.answer_press(&press, None).await.unwrap_err();
}

#[tokio::test]
async fn menus_are_published_by_language_or_not_at_all() {
    let (api, telegram) = connected().await;
    telegram.publish_commands().await;
    assert_eq!(api.menu("").unwrap()[0]["command"], "tasks");
    assert_eq!(api.menu(""), api.menu("zh"));
    assert_eq!(api.menu("en").unwrap()[0]["description"], "Open tasks, most urgent first");
    api.script(Fault::ServerError(500)).always();
    telegram.publish_commands().await;
    assert_eq!(api.calls_of("setMyCommands").len(), 4, "one warning is enough");
}

#[tokio::test]
async fn a_link_opens_the_chat_with_a_code() {
    let (_api, telegram) = connected().await;
    assert_eq!(telegram.deep_link("AB-c_9").unwrap(), "https://t.me/whistle_test_bot?start=AB-c_9");
    for code in ["", "a b", "码", "a=b", &"x".repeat(65)] {
        assert_eq!(telegram.deep_link(code), None, "{code}");
    }
    assert_eq!(telegram.bot_id(), BOT_ID);
}

#[tokio::test]
async fn a_bot_starts_while_telegram_is_away() {
    let (api, _) = connected().await;
    api.script(Fault::BadGateway).method("getMe");
    let telegram = Telegram::connect(super::options(&api)).await.unwrap();
    assert_eq!(telegram.bot_id(), BOT_ID, "as the token says");
    assert_eq!(telegram.deep_link("A"), None);
    assert_eq!(telegram.get_me().await.unwrap().id, BOT_ID);
    assert_eq!(telegram.deep_link("A").unwrap(), "https://t.me/whistle_test_bot?start=A");
}
