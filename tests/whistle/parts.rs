//! The program in parts: what one process is told holds in every other, whatever runs there.

use crate::{
    database::Throwaway,
    town::{Process, Town},
};
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;
use whistle::{
    app::{App, import::Loader},
    dialogue::ChannelKind,
    domain::{PersonCode, Role},
    jobs::Roles,
    settings::Security,
};

const ROSTER: &[u8] = "code,name,phone,role,unit_code,language\n\
    W1,王小明,,grid_worker,G1,zh-CN\nW3,新来的,,grid_worker,G1,zh-CN\nDIS,赵派遣,,dispatcher,C1,zh-CN\n"
    .as_bytes();

async fn new_roster(app: &App, security: &Security) {
    Loader::new(app, security).people(ROSTER).await.unwrap();
}

fn knows(process: &Process, code: &str) -> bool {
    process.app.city().city.organisation.person(&PersonCode::from(code)).is_some()
}

on_both_databases! {
    async fn a_message_is_taken_by_the_roster_as_it_stands(database: Throwaway) {
        let town = Town::new(&database, "2026-10-09 09:00").await;
        let other = town.process("other").await;
        new_roster(&town.office.app, town.security()).await;
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
        new_roster(&town.office.app, town.security()).await;
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(Arc::new(jobs).run(Roles { deliver: false, escalate: false }, stopped));
        let followed = async {
            while app.city().revision != town.office.app.city().revision {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), followed).await.expect("the city is read again");
        let workers = |app: &App| app.city().city.organisation.people().filter(|person| {
            person.posts.iter().any(|post| post.role == Role::GridWorker)
        }).count();
        assert_eq!(workers(&app), 2);
        stop.send(true).unwrap();
        running.await.unwrap();
    }
}
