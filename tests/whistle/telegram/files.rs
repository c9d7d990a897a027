//! Files that people sent.

use super::connected;
use crate::bot_api::{BotApi, Fault};
use whistle::messenger::{FetchError, Messenger, telegram::Telegram};

const MOST: u64 = 1_000;

fn file_id(api: &BotApi) -> String {
    let update: serde_json::Value = serde_json::from_str(api.take_updates().last().unwrap()).unwrap();
    update["message"]["document"]["file_id"].as_str().unwrap().to_owned()
}

async fn fetch(telegram: &Telegram, id: &str) -> Result<bytes::Bytes, FetchError> {
    Messenger::fetch(telegram, id, MOST).await
}

#[tokio::test]
async fn the_bytes_come_as_they_are_up_to_the_limit() {
    let (api, telegram) = connected().await;
    let wang = api.user(1001);
    for (size, fits) in [(0, true), (1_000, true), (1_001, false)] {
        let bytes = vec![7; size];
        wang.sends_document(&bytes, "image/jpeg", "井盖.jpg");
        let got = fetch(&telegram, &file_id(&api)).await;
        assert_eq!(got, if fits { Ok(bytes.into()) } else { Err(FetchError::TooLarge { most: MOST }) });
    }
}

#[tokio::test]
async fn what_is_not_there_is_gone_and_what_cannot_be_asked_is_tried_again() {
    let (api, telegram) = connected().await;
    let wang = api.user(1001);
    assert_eq!(fetch(&telegram, "unknown").await, Err(FetchError::Gone));
    wang.sends_document(b"bytes", "image/jpeg", "a.jpg");
    let id = file_id(&api);
    let too_big = "Bad Request: file is too big";
    let busy = "Bad Request: wrong file_id or the file is temporarily unavailable";
    api.script(Fault::refuse(400, too_big));
    assert_eq!(fetch(&telegram, &id).await, Err(FetchError::TooLarge { most: MOST }));
    api.script(Fault::refuse(400, busy));
    assert!(matches!(fetch(&telegram, &id).await, Err(FetchError::Failed(_))));
    for fault in [Fault::ServerError(500), Fault::TooMany(3), Fault::Cut] {
        api.script(fault.clone());
        assert!(matches!(fetch(&telegram, &id).await, Err(FetchError::Unreached(_))), "{fault:?}");
    }
    api.script(Fault::HalfOk).method("file");
    assert!(matches!(fetch(&telegram, &id).await, Err(FetchError::Failed(_))));
    for fault in [Fault::ServerError(500), Fault::Cut] {
        api.script(fault.clone()).method("file");
        assert!(matches!(fetch(&telegram, &id).await, Err(FetchError::Unreached(_))), "{fault:?}");
    }
    api.script(Fault::refuse(404, "Not Found")).method("file");
    assert_eq!(fetch(&telegram, &id).await, Err(FetchError::Gone));
    assert_eq!(fetch(&telegram, &id).await.unwrap(), "bytes");
}
