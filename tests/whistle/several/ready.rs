//! Who gets requests: a door asks whether a process can answer them, an operator whether all goes well.

use crate::{console::town::Town, database::Throwaway};
use actix_web::http::StatusCode;
use chrono::Duration;
use whistle::{
    app::Options,
    dialogue::{ChannelKind, ChatKind, Message, Outgoing},
    store::OutboxNew,
    web,
};

const STUCK: Duration = Duration::minutes(10);

async fn answers(town: &Town) -> [StatusCode; 3] {
    let browser = town.browser();
    let mut answers = [StatusCode::IM_A_TEAPOT; 3];
    for (answer, path) in answers.iter_mut().zip(["/health/live", "/health/ready?of=web", "/health/ready"]) {
        *answer = browser.get(path).await.status;
    }
    answers
}

#[actix_web::test]
async fn an_outage_of_the_messenger_shuts_no_console() {
    const OK: StatusCode = StatusCode::OK;
    const AWAY: StatusCode = StatusCode::SERVICE_UNAVAILABLE;
    let database = Throwaway::sqlite();
    let pages =
        web::Options { stuck_after: STUCK, channels: vec![ChannelKind::Telegram], ..web::Options::default() };
    let town = Town::with(&database.url, Options::default(), pages).await;
    assert_eq!(answers(&town).await, [OK, OK, OK]);

    let (store, now) = (town.app.store(), town.clock.now());
    let tx = store.begin().await.unwrap();
    let chat = tx.chat_or_new(ChannelKind::Telegram, "7", ChatKind::Private, now).await.unwrap();
    let outgoing = Outgoing::reply(Message::default());
    tx.push(&[OutboxNew { chat: chat.id, outgoing, not_before: None }], now).await.unwrap();
    tx.commit().await.unwrap();
    town.clock.advance(STUCK - Duration::seconds(1));
    assert_eq!(answers(&town).await, [OK, OK, OK], "a letter may wait a while");
    town.clock.advance(Duration::seconds(1));
    assert_eq!(answers(&town).await, [OK, OK, AWAY]);
    let told = town.browser().get("/health/ready").await.body;
    assert!(told.contains(r#""delivery":false"#) && told.contains(r#""database":true"#), "{told}");

    town.app.store().clone().close().await.unwrap();
    assert_eq!(answers(&town).await, [OK, AWAY, AWAY]);
    let metrics = town.browser().get("/metrics").await;
    assert_eq!(metrics.status, OK, "what was counted is told all the same");
    assert!(metrics.body.contains("whistle_database_up 0"), "{}", metrics.body);
}
