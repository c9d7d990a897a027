//! The Telegram adapter against a Bot API server of ours: what is sent, and what becomes of every fault.

mod files;
mod foreign;
mod outcomes;
mod polling;
mod reading;
mod sending;
mod token;

use crate::bot_api::{BotApi, TOKEN};
use std::time::Duration;
use whistle::{
    atlas::{Datum, Point},
    dialogue::{Button, CardKey, ChatKind, Message, Outgoing},
    domain::CaseId,
    messenger::{
        Delivery, Messenger, Outcome,
        telegram::{ClientOptions, Telegram},
    },
};

/// Long enough for any answer on this machine, however busy; only what hangs waits shorter.
const PATIENT: Duration = Duration::from_secs(30);

fn options(api: &BotApi) -> ClientOptions {
    ClientOptions {
        token: TOKEN.into(),
        api_url: api.url().parse().unwrap(),
        timeout: PATIENT,
        datum: Datum::Wgs84,
    }
}

async fn connected() -> (BotApi, Telegram) {
    let api = BotApi::start().await;
    let telegram = Telegram::connect(options(&api)).await.unwrap();
    (api, telegram)
}

/// The card of a whistle, new.
fn card() -> Delivery {
    Delivery {
        chat: "1001".into(),
        kind: ChatKind::Private,
        outgoing: Outgoing {
            card: Some(CardKey { case: CaseId(7), version: 3 }),
            loud: true,
            courtesy: false,
            ..Outgoing::reply(Message {
                title: Some("哨响 260725-0007".into()),
                lines: vec!["井盖 <坏> & 危险".into(), "剩 2 小时".into()],
                buttons: vec![vec![
                    Button { label: "接哨".into(), data: "7:answer:3".into() },
                    Button { label: "退回".into(), data: "7:return:3".into() },
                ]],
                keyboard: None,
            })
        },
        card_message: None,
        photo: None,
        repeat: false,
        language: "zh-CN".into(),
        within: PATIENT,
    }
}

fn placed() -> Delivery {
    let mut delivery = card();
    delivery.outgoing.place = Some(Point::new(120.447_12, 36.389_51));
    delivery
}

/// The same card, redrawn.
fn redrawn(message: &str) -> Delivery {
    let mut delivery = Delivery { card_message: Some(message.into()), ..card() };
    delivery.outgoing.only_edit = true;
    delivery.outgoing.message.lines = vec!["王芳接哨".into()];
    delivery
}

#[track_caller]
fn message_of(outcome: &Outcome) -> i64 {
    match outcome {
        Outcome::Sent { message: Some(id) } => id.parse().unwrap(),
        other => panic!("not sent: {other:?}"),
    }
}

async fn send(telegram: &Telegram, delivery: &Delivery) -> Outcome {
    Messenger::send(telegram, delivery).await
}
