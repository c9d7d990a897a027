//! Pages are told what other processes do: by a nudge, and where it is lost by a look at the event log.

use crate::{
    database::Throwaway,
    town::{Process, SPOT, Town},
};
use std::time::Duration;
use tokio::sync::{
    broadcast::{Receiver, error::TryRecvError},
    watch,
};
use whistle::{
    app::Change,
    domain::{Actor, Case, Command, Via},
    jobs::Roles,
    startup::{self, Parts, StartOptions},
};

const PATIENT: Duration = Duration::from_secs(30);
const NO_PART: Roles = Roles { deliver: false, escalate: false };

/// W1 reports to the office.
async fn reported(town: &Town) -> Case {
    let worker = town.comes("W1", 11).await;
    worker.sends_photo(crate::town::PHOTO, Some("垃圾满了"));
    worker.sends_location(SPOT.lat, SPOT.lon, Some(10.0));
    town.poll().await;
    town.cases().await.remove(0)
}

/// The office does the next thing with the case.
async fn answered(town: &Town, case: &Case) -> Case {
    let by = Actor::person("S1".into(), town.clock.now(), Via::Chat);
    town.office.app.act(case.id, Command::Answer, &by, None).await.unwrap()
}

/// And the next.
async fn answered_again(town: &Town, case: &Case) {
    let by = Actor::person("DIS".into(), town.clock.now(), Via::Console);
    let urge = Command::Urge { words: "请尽快".into() };
    town.office.app.act(case.id, urge, &by, None).await.unwrap();
}

/// The first change of the case that comes.
async fn hears_of(changes: &mut Receiver<Change>, case: &Case) -> Change {
    let hearing = async {
        loop {
            match changes.recv().await.unwrap() {
                change @ Change::Case { id, .. } if id == case.id => return change,
                _ => {}
            }
        }
    };
    tokio::time::timeout(PATIENT, hearing).await.expect("the other process hears of it")
}

fn hears_nothing(changes: &mut Receiver<Change>) {
    assert_eq!(changes.try_recv(), Err(TryRecvError::Empty));
}

on_both_databases! {
    async fn a_lost_nudge_costs_a_look(database: Throwaway) {
        let town = Town::new(&database, "2026-10-09 09:00").await;
        let case = reported(&town).await;
        let Process { app: other, .. } = town.process("other").await;
        let mut changes = other.changes();
        for app in [&other, &town.office.app] {
            assert_eq!(app.look_for_news().await.unwrap(), 0, "what was there before is no news");
        }
        let case = answered(&town, &case).await;
        assert_eq!(other.look_for_news().await.unwrap(), 1);
        assert_eq!(changes.try_recv(), Ok(Change::to(&case)));
        assert_eq!(other.look_for_news().await.unwrap(), 0, "it is told once");
        assert_eq!(town.office.app.look_for_news().await.unwrap(), 0, "its own doings are no news to it");
        hears_nothing(&mut changes);
    }

    async fn a_nudge_is_heard_at_once_and_not_told_twice(database: Throwaway) {
        let town = Town::new(&database, "2026-10-09 09:00").await;
        let case = reported(&town).await;
        let Process { app: other, .. } = town.process("other").await;
        let Some(mut listener) = other.store().listen().await.unwrap() else {
            return assert!(database.url.starts_with("sqlite"), "PostgreSQL carries nudges");
        };
        let mut heard = async || tokio::time::timeout(PATIENT, listener.heard()).await.unwrap().unwrap().unwrap();
        town.office.app.tell_others("office", true).await.unwrap();
        other.greet("other").await.unwrap();
        let words = heard().await;
        assert_eq!(words, "other hello", "whoever has heard nobody tells nobody");
        town.office.app.hear(&words, "office");
        other.look_for_news().await.unwrap();
        let (mut changes, mut own) = (other.changes(), town.office.app.changes());
        let case = answered(&town, &case).await;
        hears_of(&mut own, &case).await;
        town.office.app.tell_others("office", false).await.unwrap();
        let words = heard().await;
        other.hear(&words, "other");
        assert_eq!(hears_of(&mut changes, &case).await, Change::to(&case));
        tokio::time::timeout(PATIENT, other.posted()).await.expect("letters wait for whoever sends");
        assert_eq!(other.look_for_news().await.unwrap(), 0, "the log says nothing new");
        town.office.app.hear(&words, "office");
        while let Ok(change) = own.try_recv() {
            assert_ne!(change, Change::to(&case), "nobody listens to himself");
        }
        town.office.app.tell_others("office", false).await.unwrap();
        other.store().nudge("somebody *").await.unwrap();
        let words = heard().await;
        assert_eq!(words, "somebody *", "nothing to tell is not told");
        town.clock.advance(chrono::Duration::seconds(30));
        answered_again(&town, &case).await;
        town.office.app.tell_others("office", false).await.unwrap();
        other.store().nudge("somebody *").await.unwrap();
        assert_eq!(heard().await, "somebody *", "the others have not been heard for long");
    }

    async fn without_nudges_each_process_looks(database: Throwaway) {
        let town = Town::new(&database, "2026-10-09 09:00").await;
        let case = reported(&town).await;
        let mut settings = town.settings().clone();
        settings.database.nudges = false;
        let store = startup::open_store(&settings).await.unwrap();
        assert!(store.listen().await.unwrap().is_none(), "there is nothing to hear");
        let quiet = startup::open_app(&settings, store, town.clock.clone()).await.unwrap();
        quiet.look_for_news().await.unwrap();
        let mut changes = quiet.changes();
        let case = answered(&town, &case).await;
        assert_eq!(quiet.look_for_news().await.unwrap(), 1);
        assert_eq!(changes.try_recv(), Ok(Change::to(&case)));
        quiet.tell_others("quiet", false).await.expect("nothing is said, and that is well");
    }

    async fn a_process_goes_on_hearing_after_its_line_broke(database: Throwaway) {
        let town = Town::new(&database, "2026-10-09 09:00").await;
        let case = reported(&town).await;
        let Process { app: other, jobs, .. } = town.process("other").await;
        other.look_for_news().await.unwrap();
        let mut changes = other.changes();
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(jobs.run(NO_PART, stopped));
        cut_listeners(&database).await;
        let case = answered(&town, &case).await;
        assert_eq!(hears_of(&mut changes, &case).await, Change::to(&case));
        stop.send(true).unwrap();
        running.await.unwrap();
    }

    async fn a_page_of_one_process_shows_what_another_did(database: Throwaway) {
        let town = Town::new(&database, "2026-10-09 09:00").await;
        let case = reported(&town).await;
        let Process { app: other, .. } = town.process("other").await;
        other.set_password(&"DIS".into(), "whistle-1").await.unwrap();
        other.look_for_news().await.unwrap();
        let mut settings = town.settings().clone();
        settings.http.bind = "127.0.0.1:0".parse().unwrap();
        let parts = Parts { web: true, deliver: false, escalate: false, poll: false };
        let options = StartOptions { parts, ..StartOptions::default() };
        let running = startup::start(&settings, other, options).await.unwrap();
        let home = format!("http://{}", running.address.unwrap());
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let form = "code=DIS&password=whistle-1";
        let kind = ("content-type", "application/x-www-form-urlencoded");
        let door = client.post(format!("{home}/sign-in")).header(kind.0, kind.1).body(form).send().await.unwrap();
        let cookie = door.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let live = client.get(format!("{home}/console/live")).header("cookie", cookie).send().await;
        let mut live = live.unwrap().error_for_status().unwrap();
        assert!(live.chunk().await.unwrap().unwrap().starts_with(b"retry"));
        answered(&town, &case).await;
        let hint = tokio::time::timeout(PATIENT, live.chunk()).await.expect("a hint").unwrap().unwrap();
        assert_eq!(&hint[..], b"data: changed\n\n");
        drop(live);
        running.stop().await;
    }
}

/// Every line for nudges of this database is cut.
async fn cut_listeners(database: &Throwaway) {
    use sea_orm::{ConnectionTrait, Database};
    if database.url.starts_with("sqlite") {
        return;
    }
    let server = Database::connect(&database.url).await.unwrap();
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
        WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    let cutting = async {
        while server.execute_unprepared(cut).await.unwrap().rows_affected() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENT, cutting).await.expect("the other process listens");
    server.close().await.unwrap();
}
