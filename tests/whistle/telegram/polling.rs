//! Updates by long polling, and the webhook.

use super::{connected, options};
use crate::bot_api::{BotApi, Fault};
use serde_json::json;
use std::time::Duration;
use whistle::messenger::telegram::{PollError, RawUpdate, Telegram};

const SHORT: Duration = Duration::from_secs(1);

fn ids(batch: &[RawUpdate]) -> Vec<i64> {
    batch.iter().map(|update| update.id).collect()
}

#[tokio::test]
async fn an_update_comes_until_the_one_after_it_is_asked_for() {
    let (api, telegram) = connected().await;
    let wang = api.user(1001);
    wang.says("一");
    wang.says("二");
    let first = telegram.next_batch(None, SHORT).await.unwrap();
    assert_eq!(ids(&first), [814_000_001, 814_000_002]);
    assert_eq!(telegram.next_batch(0, SHORT).await.unwrap(), first, "not confirmed: it comes again");
    let rest = telegram.next_batch(first[0].id + 1, SHORT).await.unwrap();
    assert_eq!(ids(&rest), [814_000_002]);
    assert_eq!(telegram.next_batch(814_000_003, SHORT).await.unwrap(), []);
    assert_eq!(api.waiting(), 0);
    let asked = &api.calls_of("getUpdates")[0].params;
    assert_eq!(asked["timeout"], 1);
    assert_eq!(
        asked["allowed_updates"],
        json!(["message", "edited_message", "callback_query", "my_chat_member"])
    );
}

#[tokio::test]
async fn ids_of_any_size_and_texts_of_any_kind_come_as_they_are() {
    let (api, telegram) = connected().await;
    let deep =
        format!(r#"{{ "update_id":5000000002, "message":{}1{} }}"#, "[".repeat(5_000), "]".repeat(5_000));
    let odd = r#"{"update_id":5000000001,"new_kind":{"a":1.50,"a":"\u0041"}}"#;
    api.push_raw(5_000_000_001, odd);
    api.push_raw(5_000_000_002, &deep);
    api.push_raw(5_000_000_003, r#"{"no id":true}"#);
    let batch = telegram.next_batch(None, SHORT).await.unwrap();
    assert_eq!(ids(&batch), [5_000_000_001, 5_000_000_002]);
    assert_eq!(batch[0].text, odd);
    assert_eq!(batch[1].text, deep);
    assert_eq!(telegram.next_batch(5_000_000_004, SHORT).await.unwrap(), []);
}

#[tokio::test]
async fn a_webhook_of_earlier_days_is_taken_away() {
    let (api, telegram) = connected().await;
    telegram.set_webhook("https://whistle.example/telegram/webhook", "s3cret").await.unwrap();
    let webhook = api.webhook().unwrap();
    assert_eq!(
        (webhook.url.as_str(), webhook.secret.as_str()),
        ("https://whistle.example/telegram/webhook", "s3cret")
    );
    assert_eq!(telegram.next_batch(None, SHORT).await.unwrap(), []);
    assert_eq!(api.webhook(), None);
    assert_eq!(api.calls_of("deleteWebhook").len(), 1);

    // Somebody else sets one meanwhile: one round fails, the next one works.
    let other = Telegram::connect(options(&api)).await.unwrap();
    other.set_webhook("https://elsewhere.example/", "x").await.unwrap();
    let error = telegram.next_batch(None, SHORT).await.unwrap_err();
    assert!(matches!(error, PollError::Conflict(_)), "{error}");
    assert_eq!(telegram.next_batch(None, SHORT).await.unwrap(), []);
}

#[tokio::test]
async fn another_program_and_a_wrong_token_are_told_plainly() {
    let (api, telegram) = connected().await;
    let words =
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
    api.script(Fault::refuse(409, words)).method("getUpdates");
    let error = telegram.next_batch(None, SHORT).await.unwrap_err();
    assert!(error.to_string().starts_with("another program asks for this bot's updates"), "{error}");
    api.script(Fault::refuse(401, "Unauthorized")).method("getUpdates");
    let error = telegram.next_batch(None, SHORT).await.unwrap_err();
    assert!(error.to_string().contains("telegram.token"), "{error}");
    api.script(Fault::Garbage).method("getUpdates");
    assert!(matches!(telegram.next_batch(None, SHORT).await, Err(PollError::Failed(_))));
}

#[tokio::test]
async fn a_server_without_webhooks_can_be_polled() {
    let api = BotApi::start().await;
    api.script(Fault::ServerError(500)).method("deleteWebhook").always();
    let telegram = Telegram::connect(options(&api)).await.unwrap();
    api.user(1001).says("在");
    assert_eq!(telegram.next_batch(None, SHORT).await.unwrap().len(), 1);
}
