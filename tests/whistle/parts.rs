//! The program in parts: what one process is told holds in every other, whatever runs there.

use crate::{
    bot_api::{Fault, TOKEN},
    database::Throwaway,
    town::{Process, Town},
};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
};
use whistle::{
    app::{App, import::Loader},
    dialogue::ChannelKind,
    domain::{PersonCode, Role},
    jobs::Roles,
    settings::{Secret, Security, Settings, TelegramMode},
    startup::{self, StartOptions},
};

const ROSTER: &[u8] = "code,name,phone,role,unit_code,language\n\
    W1,王小明,,grid_worker,G1,zh-CN\nW3,新来的,,grid_worker,G1,zh-CN\nDIS,赵派遣,,dispatcher,C1,zh-CN\n"
    .as_bytes();

async fn new_roster(app: &App, security: &Security) {
    Loader::new(app, security).people(ROSTER).await.unwrap();
}

/// By webhook, at a port of its own.
fn by_webhook(town: &Town, public_url: &str) -> Settings {
    let mut settings = town.settings().clone();
    settings.http.bind = "127.0.0.1:0".parse().unwrap();
    settings.http.public_url = public_url.into();
    settings.telegram.token = Secret::new(TOKEN);
    settings.telegram.api_url = town.api.url().parse().unwrap();
    settings.telegram.mode = TelegramMode::Webhook;
    settings.telegram.secret = Secret::new("s3cret");
    settings
}

async fn until(what: &str, done: impl Fn() -> bool) {
    let waiting = async {
        while !done() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), waiting).await.expect(what);
}

fn knows(process: &Process, code: &str) -> bool {
    process.app.city().city.organisation.person(&PersonCode::from(code)).is_some()
}

on_both_databases! {
    async fn a_message_is_taken_by_the_roster_as_it_stands(database: Throwaway) {
        let town = Town::new(&database, "2026-10-09 09:00").await;
        let other = town.process("other").await;
        new_roster(&town.office.app, &town.settings().security).await;
        assert!(!knows(&other, "W3"), "the other process has not looked yet");
        let code = town.office.app.invite(&"W3".into(), ChannelKind::Telegram).await.unwrap();
        let user = town.api.user(77).named("新来的");
        user.says(&format!("/start {code}"));
        other.poll(&town.api).await;
        assert!(user.messages()[0].text.contains("新来的"), "{:#?}", user.messages());
        assert!(knows(&other, "W3"));
    }

    async fn a_process_of_no_part_follows_the_city(database: Throwaway) {
        let town = Town::new(&database, "2026-10-09 09:00").await;
        let Process { app, jobs, .. } = town.process("other").await;
        new_roster(&town.office.app, &town.settings().security).await;
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(jobs.run(Roles { deliver: false, escalate: false }, stopped));
        let newest = town.office.app.city().revision;
        until("the city is read again", || app.city().revision == newest).await;
        let workers = |app: &App| app.city().city.organisation.people().filter(|person| {
            person.posts.iter().any(|post| post.role == Role::GridWorker)
        }).count();
        assert_eq!(workers(&app), 2);
        stop.send(true).unwrap();
        running.await.unwrap();
    }

    async fn it_starts_while_telegram_is_away_and_sets_the_webhook_later(database: Throwaway) {
        let town = Town::new(&database, "2026-10-09 09:00").await;
        town.api.script(Fault::BadGateway).method("setWebhook").times(1);
        let settings = by_webhook(&town, "https://whistle.example/");
        let app = town.office.app.clone();
        let running = startup::start(&settings, app, StartOptions::default()).await.expect("it starts");
        until("the webhook is set", || town.api.webhook().is_some()).await;
        assert_eq!(town.api.webhook().unwrap().url, "https://whistle.example/telegram/webhook");
        assert_eq!(town.api.calls_of("setWebhook").len(), 2);
        running.stop().await;
    }

    async fn an_update_without_the_secret_is_refused_before_it_is_read(database: Throwaway) {
        let town = Town::new(&database, "2026-10-09 09:00").await;
        let app = town.office.app.clone();
        let running = startup::start(&by_webhook(&town, ""), app, StartOptions::default()).await.unwrap();
        town.api.user(78).says("/start");
        let update = town.api.take_updates().pop().unwrap();
        for (secret, length, status) in [
            ("", 1_000_000_000, 401),
            ("s3cre", 1_000_000_000, 401),
            ("s3cret-and-more", 1_000_000_000, 401),
            ("s3cret", update.len(), 200),
        ] {
            let mut socket = TcpStream::connect(running.address.unwrap()).await.unwrap();
            let head = format!(
                "POST /telegram/webhook HTTP/1.1\r\nHost: a\r\nX-Telegram-Bot-Api-Secret-Token: {secret}\r\n\
                 Content-Length: {length}\r\n\r\n"
            );
            socket.write_all(head.as_bytes()).await.unwrap();
            if status == 200 {
                socket.write_all(update.as_bytes()).await.unwrap();
            }
            let mut answer = [0; 12];
            socket.read_exact(&mut answer).await.unwrap();
            assert_eq!(String::from_utf8_lossy(&answer), format!("HTTP/1.1 {status}"), "{secret}");
        }
        running.stop().await;
    }

    async fn without_a_public_address_the_webhook_is_somebody_elses_to_set(database: Throwaway) {
        let town = Town::new(&database, "2026-10-09 09:00").await;
        let app = town.office.app.clone();
        let settings = by_webhook(&town, "");
        let running = startup::start(&settings, app, StartOptions::default()).await.expect("it starts");
        until("the menus are published", || town.api.menu("en").is_some()).await;
        assert!(town.api.calls_of("setWebhook").is_empty());
        running.stop().await;
    }
}
