//! The token stands in every address and in no error.

use super::{PATIENT, card, connected, options, placed, send};
use crate::bot_api::{BotApi, Fault, TOKEN};
use std::time::Duration;
use whistle::messenger::{
    Messenger, Outcome,
    telegram::{CallError, ClientOptions, Telegram},
};

/// The part of the token that is secret.
fn secret() -> &'static str {
    TOKEN.split_once(':').unwrap().1
}

#[tokio::test]
async fn no_fault_tells_the_token() {
    let leak = format!("Bad Request: https://api.example/bot{TOKEN}/sendMessage is not for you");
    for fault in [
        Fault::TooMany(1),
        Fault::ServerError(500),
        Fault::BadGateway,
        Fault::Garbage,
        Fault::Cut,
        Fault::Portal,
        Fault::blocked(),
        Fault::refuse(400, &leak),
        Fault::refuse(500, &leak),
    ] {
        let (api, telegram) = connected().await;
        api.user(1001);
        api.script(fault.clone()).always();
        let outcome = format!("{:?}", send(&telegram, &placed()).await);
        let polled = format!("{0:?} {0}", telegram.next_batch(None, Duration::ZERO).await.unwrap_err());
        let asked = format!("{0:?} {0}", telegram.get_me().await.unwrap_err());
        let fetched = format!("{0:?} {0}", Messenger::fetch(&telegram, "x", 9).await.unwrap_err());
        for words in [outcome, polled, asked, fetched] {
            assert!(!words.contains(secret()), "{fault:?}: {words}");
        }
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_does_not_tell_it_either() {
    let api = BotApi::start().await;
    // Port 1 is nobody's.
    let nowhere = ClientOptions { api_url: "http://127.0.0.1:1".parse().unwrap(), ..options(&api) };
    let telegram = Telegram::connect(nowhere).await.unwrap();
    let outcome = send(&telegram, &card()).await;
    assert!(matches!(outcome, Outcome::Unreached { .. }), "{outcome:?}");
    assert!(!format!("{outcome:?}").contains(secret()));
    let hurried = ClientOptions { timeout: Duration::from_millis(300), ..options(&api) };
    let telegram = Telegram::connect(hurried).await.unwrap();
    api.script(Fault::Hang).always();
    assert!(!format!("{:?}", send(&telegram, &card()).await).contains(secret()));
}

#[tokio::test]
async fn a_wrong_token_or_none_is_told_at_the_start() {
    let api = BotApi::start().await;
    for token in ["7000001:another-token", "no number", "", "with/slash?and#more"] {
        let wrong = ClientOptions { token: token.into(), ..options(&api) };
        let error = Telegram::connect(wrong).await.err().unwrap();
        assert!(error.is_unauthorised(), "{token}: {error}");
    }
    let nowhere = "http://127.0.0.1:1".parse().unwrap();
    let nobody =
        ClientOptions { token: "no number".into(), api_url: nowhere, timeout: PATIENT, ..options(&api) };
    assert!(matches!(Telegram::connect(nobody).await, Err(CallError::Unreached(_))));
}
