//! Every fault has its stated answer.

use super::{card, connected, message_of, options, placed, redrawn, send};
use crate::bot_api::{BotApi, Fault};
use std::time::Duration;
use whistle::messenger::{
    Delivery, Never, Outcome,
    telegram::{ClientOptions, Telegram},
};

#[track_caller]
fn waits(outcome: &Outcome) -> u64 {
    match outcome {
        Outcome::Later { after, .. } => after.as_secs(),
        other => panic!("not later: {other:?}"),
    }
}

#[track_caller]
fn is_ambiguous(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Ambiguous { .. })
}

#[track_caller]
fn never(outcome: &Outcome) -> Never {
    match outcome {
        Outcome::Never { reason, .. } => *reason,
        other => panic!("not never: {other:?}"),
    }
}

#[tokio::test]
async fn too_many_waits_as_told() {
    let (api, telegram) = connected().await;
    let wang = api.user(1001);
    api.script(Fault::TooMany(17));
    assert_eq!(waits(&send(&telegram, &card()).await), 17);
    api.script(Fault::TooManyHtml);
    assert!(waits(&send(&telegram, &card()).await) > 0);
    api.script(Fault::refuse(429, "Too Many Requests: retry after 23"));
    assert_eq!(waits(&send(&telegram, &card()).await), 23);
    // Before the pin as well: nothing of the letter was sent.
    api.script(Fault::TooMany(4)).method("sendLocation");
    assert_eq!(waits(&send(&telegram, &placed()).await), 4);
    api.script(Fault::TooMany(3));
    assert_eq!(waits(&send(&telegram, &redrawn("1")).await), 3);
    assert!(wang.messages().is_empty());
}

#[tokio::test]
async fn what_may_have_arrived_is_ambiguous_and_not_sent_twice() {
    for fault in [Fault::ServerError(500), Fault::BadGateway, Fault::Garbage, Fault::Cut] {
        for done in [false, true] {
            let (api, telegram) = connected().await;
            let wang = api.user(1001);
            let script = api.script(fault.clone()).method("sendMessage");
            let _ = if done { script.done() } else { script };
            let outcome = send(&telegram, &card()).await;
            assert!(is_ambiguous(&outcome), "{fault:?}: {outcome:?}");
            assert_eq!(wang.messages().len(), usize::from(done), "{fault:?}");
            assert_eq!(api.calls_of("sendMessage").len(), 1, "{fault:?}");
        }
    }
}

#[tokio::test]
async fn an_edit_of_unknown_fate_is_ambiguous_too() {
    let (api, telegram) = connected().await;
    api.user(1001);
    let id = message_of(&send(&telegram, &card()).await).to_string();
    for fault in [Fault::ServerError(502), Fault::Cut] {
        api.script(fault).done();
        assert!(is_ambiguous(&send(&telegram, &redrawn(&id)).await));
    }
    // It had been done: the repeat changes nothing, which is success.
    message_of(&send(&telegram, &redrawn(&id)).await);
}

#[tokio::test]
async fn no_answer_in_time_is_ambiguous() {
    let api = BotApi::start().await;
    let hurried = ClientOptions { timeout: Duration::from_millis(300), ..options(&api) };
    let telegram = Telegram::connect(hurried).await.unwrap();
    let wang = api.user(1001);
    api.script(Fault::Hang).method("sendMessage");
    assert!(is_ambiguous(&send(&telegram, &card()).await));
    assert!(wang.messages().is_empty());
    api.release();
}

#[tokio::test]
async fn a_slow_answer_is_an_answer() {
    let (api, telegram) = connected().await;
    let wang = api.user(1001);
    api.script(Fault::Hang).method("sendMessage");
    let delivery = card();
    let sending = send(&telegram, &delivery);
    let releasing = async {
        // The client is asked only once the other future waits for it.
        while api.hanging() == 0 {
            tokio::task::yield_now().await;
        }
        api.release();
    };
    let (outcome, ()) = tokio::join!(sending, releasing);
    assert_eq!(message_of(&outcome), wang.last().id);
}

#[tokio::test]
async fn a_broken_answer_that_says_ok_is_sent() {
    for fault in [Fault::BrokenOk, Fault::HalfOk] {
        let (api, telegram) = connected().await;
        let wang = api.user(1001);
        wang.says("so that ids differ");
        api.script(fault).method("sendMessage");
        assert_eq!(message_of(&send(&telegram, &card()).await), wang.last().id);
    }
}

#[tokio::test]
async fn never_connected_is_free_to_retry() {
    let (api, telegram) = connected().await;
    api.user(1001);
    drop(api);
    let gone = send_until_refused(&telegram).await;
    assert!(matches!(gone, Outcome::Unreached { .. }), "{gone:?}");
}

/// The server ends a moment after it is let go; until then its last connection is cut.
async fn send_until_refused(telegram: &Telegram) -> Outcome {
    loop {
        let outcome = send(telegram, &card()).await;
        if !is_ambiguous(&outcome) {
            return outcome;
        }
    }
}

#[tokio::test]
async fn something_in_between_that_says_no_was_not_telegram() {
    let (api, telegram) = connected().await;
    api.user(1001);
    api.script(Fault::Portal);
    assert!(matches!(send(&telegram, &card()).await, Outcome::Unreached { .. }));
}

#[tokio::test]
async fn blocked_kicked_and_not_found_are_never() {
    let (api, telegram) = connected().await;
    let wang = api.user(1001);
    wang.blocks();
    assert_eq!(never(&send(&telegram, &card()).await), Never::Blocked);
    assert_eq!(never(&send(&telegram, &placed()).await), Never::Blocked);
    assert_eq!(api.calls_of("sendMessage").len(), 1, "with a pin it is told before the card");
    wang.unblocks();
    message_of(&send(&telegram, &card()).await);

    let group = api.group(-5);
    group.takes_in_the_bot(&wang);
    group.puts_out_the_bot(&wang);
    assert_eq!(never(&send(&telegram, &Delivery { chat: "-5".into(), ..card() }).await), Never::Blocked);
    assert_eq!(never(&send(&telegram, &Delivery { chat: "404".into(), ..card() }).await), Never::NotFound);
    api.script(Fault::refuse(401, "Unauthorized"));
    assert_eq!(never(&send(&telegram, &card()).await), Never::Unauthorised);
    api.script(Fault::refuse(400, "Bad Request: a sentence of next year"));
    assert_eq!(never(&send(&telegram, &card()).await), Never::Refused);
}

#[tokio::test]
async fn a_group_that_moved_tells_its_new_address() {
    let (api, telegram) = connected().await;
    let wang = api.user(1001);
    let group = api.group(-5);
    group.takes_in_the_bot(&wang);
    let moved = group.moves_to(-100_123_456_789, &wang);
    let mut delivery = Delivery { chat: "-5".into(), ..placed() };
    let Outcome::Migrated { to } = send(&telegram, &delivery).await else { panic!("not migrated") };
    assert_eq!(to, "-100123456789");
    delivery.chat = to;
    message_of(&send(&telegram, &delivery).await);
    assert_eq!(moved.messages().len(), 2);
}

#[tokio::test]
async fn a_card_that_is_gone_wants_a_new_one() {
    let (api, telegram) = connected().await;
    api.user(1001);
    assert_eq!(send(&telegram, &redrawn("99")).await, Outcome::CardGone);
    let id = message_of(&send(&telegram, &card()).await).to_string();
    api.script(Fault::refuse(400, "Bad Request: message can't be edited"));
    assert_eq!(send(&telegram, &redrawn(&id)).await, Outcome::CardGone);
}

#[tokio::test]
async fn a_fault_of_one_chat_is_not_of_another() {
    let (api, telegram) = connected().await;
    let (_, li) = (api.user(1001), api.user(1002));
    api.script(Fault::TooMany(60)).chat(1001).always();
    let to_li = Delivery { chat: "1002".into(), ..card() };
    let to_wang = card();
    let (wang_waits, li_has) = tokio::join!(send(&telegram, &to_wang), send(&telegram, &to_li));
    assert_eq!(waits(&wang_waits), 60);
    assert_eq!(message_of(&li_has), li.last().id);
    api.heal();
    message_of(&send(&telegram, &card()).await);
}

/// A bot whose calls may take for ever: only the letter's own time ends them.
async fn unhurried() -> (BotApi, Telegram) {
    let api = BotApi::start().await;
    let options = ClientOptions { timeout: Duration::from_hours(1), ..options(&api) };
    let telegram = Telegram::connect(options).await.unwrap();
    (api, telegram)
}

#[tokio::test]
async fn a_letter_ends_within_its_time() {
    let (api, telegram) = unhurried().await;
    let wang = api.user(1001);
    let id = {
        let Outcome::Sent { message: Some(id) } = send(&telegram, &card()).await else { panic!("not sent") };
        id
    };
    let within = Duration::from_millis(200);
    api.script(Fault::Hang).method("sendMessage");
    assert!(is_ambiguous(&send(&telegram, &Delivery { within, ..card() }).await));
    api.script(Fault::Hang).method("editMessageText");
    assert!(is_ambiguous(&send(&telegram, &Delivery { within, ..redrawn(&id) }).await));
    assert_eq!(wang.messages().len(), 1);
}

#[tokio::test]
async fn a_location_that_takes_for_ever_does_not_cost_the_card() {
    let (api, telegram) = unhurried().await;
    let wang = api.user(1001);
    api.script(Fault::Hang).method("sendLocation");
    let outcome = send(&telegram, &Delivery { within: Duration::from_secs(4), ..placed() }).await;
    assert!(matches!(outcome, Outcome::Sent { .. }), "{outcome:?}");
    assert!(wang.last().text.ends_with("📍 36.38951, 120.44712"), "{}", wang.last().text);
}
