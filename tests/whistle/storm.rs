//! The program as it is started in earnest, under a little load: people report by the webhook and where
//! getUpdates finds it, and the books balance. It is the rig of `benches/storm`, which cannot rot this way.

use crate::database::Throwaway;
use rig::{
    base::{Base, Engine},
    bot_api::BotApi,
    load::{Brought, Doors, Load, Pace, Spell},
    office::{Office, Plan},
    town::Town,
};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

#[path = "../../benches/storm/rig/mod.rs"]
mod rig;

/// Longer than any of it takes, however busy the machine is.
const PATIENT: Duration = Duration::from_mins(2);

/// So many reports, as fast as four connections bring them.
fn reports(most: u64) -> Spell {
    Spell { pace: Pace::Closed, lasts: PATIENT, most, connections: 4, grace: PATIENT }
}

/// Waits for what another process does.
async fn drained(base: &Base) {
    let waiting = async {
        let open = "SELECT count(*) FROM outbox WHERE state IN ('pending', 'in_flight')";
        while base.number(open).await.unwrap() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENT, waiting).await.expect("every letter leaves");
}

struct Scene {
    base: Base,
    load: Load,
    folder: tempfile::TempDir,
    plan: Plan,
}

impl Scene {
    async fn new(database: &Throwaway) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let engine = if database.url.starts_with("sqlite") { Engine::Sqlite } else { Engine::Postgres };
        let base = Base::create(engine, folder.path()).await.unwrap();
        let town = Town::found(&base, folder.path()).await.unwrap();
        let load = Load::new(town, BotApi::start().await.unwrap());
        let plan = Plan::of(Path::new(env!("CARGO_BIN_EXE_whistle")));
        Self { base, load, folder, plan }
    }

    async fn office(&self, webhook: bool) -> Office {
        let plan = Plan { webhook, ..self.plan.clone() };
        plan.start(&self.base, self.load.api.url(), self.folder.path()).await.unwrap()
    }

    /// Waits until so many letters more have arrived.
    async fn more_handed(&self, more: usize) {
        let wanted = self.load.api.handed().len() + more;
        let arriving = async {
            while self.load.api.handed().len() < wanted {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENT, arriving).await.expect("letters go on leaving");
    }

    async fn books(&self, brought: &[Brought]) -> rig::books::Books {
        let handed = self.load.api.handed();
        rig::books::balance(&self.base, &self.load.town, brought, &handed).await.unwrap()
    }

    /// When every letter has left: each report is a case, everybody was told, and nothing is wrong.
    async fn close(self, brought: Vec<Brought>, offices: impl IntoIterator<Item = Office>) {
        drained(&self.base).await;
        for office in offices {
            office.stop().await.unwrap();
        }
        let books = self.books(&brought).await;
        assert!(books.balance() && brought.iter().all(Brought::is_complete), "{books}");
        assert_eq!((books.cases, books.waiting), (brought.len(), 0), "{books}");
        self.base.drop().await.unwrap();
    }
}

on_both_databases! {
    async fn the_books_balance(database: Throwaway) {
        let scene = Scene::new(&database).await;
        let office = scene.office(true).await;
        let doors = Doors::of([office.address.as_str()]);
        let mut brought = scene.load.by_webhook(&doors, reports(20)).await;
        office.stop().await.unwrap();
        let office = scene.office(false).await;
        brought.extend(scene.load.by_polling(reports(20)).await);
        drained(&scene.base).await;
        office.stop().await.unwrap();
        let books = scene.books(&brought).await;
        assert!(books.balance(), "{books}");
        assert_eq!((books.acknowledged, books.cases, books.repeated), (80, 40, 0), "{books}");
        assert_eq!((books.sent, books.waiting), (120, 0), "{books}");
        scene.base.drop().await.unwrap();
    }

    async fn replaced_one_after_the_other_the_processes_lose_nothing(database: Throwaway) {
        let scene = Scene::new(&database).await;
        let mut offices = vec![scene.office(true).await, scene.office(true).await];
        let doors = Doors::of(offices.iter().map(|office| office.address.as_str()));
        let replaced = Arc::new(AtomicBool::new(false));
        let people = tokio::spawn(people_report(scene.load.clone(), doors.clone(), replaced.clone()));
        for _ in 0..2 {
            let old = offices.remove(0);
            doors.set(offices.iter().map(|office| office.address.as_str()));
            old.stop().await.unwrap();
            offices.push(scene.office(true).await);
            doors.set(offices.iter().map(|office| office.address.as_str()));
        }
        replaced.store(true, Relaxed);
        scene.close(people.await.unwrap(), offices).await;
    }

    async fn killed_while_people_report_the_processes_lose_nothing(database: Throwaway) {
        let mut scene = Scene::new(&database).await;
        // What a dead one held is free soon.
        scene.plan = scene.plan.set("telegram.timeout", "1 s").set("delivery.lease", "3 s");
        let mut offices = [scene.office(true).await, scene.office(true).await];
        let addresses = |offices: &[Office]| offices.iter().map(|office| office.address.clone()).collect::<Vec<_>>();
        let doors = Doors::of(addresses(&offices).iter().map(String::as_str));
        let over = Arc::new(AtomicBool::new(false));
        let people = tokio::spawn(people_report(scene.load.clone(), doors.clone(), over.clone()));
        for turn in 0..6 {
            scene.more_handed(5).await;
            let [dies, lives] = [turn % 2, (turn + 1) % 2];
            offices[dies].kill().unwrap();
            doors.set([offices[lives].address.as_str()]);
            offices[dies] = scene.office(true).await;
            doors.set(addresses(&offices).iter().map(String::as_str));
        }
        over.store(true, Relaxed);
        scene.close(people.await.unwrap(), offices).await;
    }

    async fn when_the_one_that_polls_is_killed_the_other_takes_over(database: Throwaway) {
        let scene = Scene::new(&database).await;
        let mut first = scene.office(false).await;
        let mut brought = scene.load.by_polling(reports(4)).await;
        let second = scene.office(false).await;
        drained(&scene.base).await;
        first.kill().unwrap();
        // As long as the dead one's lease.
        brought.extend(scene.load.by_polling(reports(4)).await);
        assert_eq!(brought.len(), 8);
        scene.close(brought, [second]).await;
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: make test"]
async fn cut_off_from_the_database_while_people_report_it_loses_nothing() {
    let database = Throwaway::postgres().await;
    let mut scene = Scene::new(&database).await;
    scene.plan = scene.plan.set("telegram.timeout", "1 s").set("delivery.lease", "3 s");
    let office = scene.office(true).await;
    let doors = Doors::of([office.address.as_str()]);
    let over = Arc::new(AtomicBool::new(false));
    let people = tokio::spawn(people_report(scene.load.clone(), doors, over.clone()));
    for _ in 0..6 {
        scene.more_handed(5).await;
        scene.base.cut().await.unwrap();
    }
    over.store(true, Relaxed);
    scene.close(people.await.unwrap(), [office]).await;
}

/// On and on, until the processes have been replaced.
async fn people_report(load: Load, doors: Doors, replaced: Arc<AtomicBool>) -> Vec<Brought> {
    let mut brought = Vec::new();
    while !replaced.load(Relaxed) {
        brought.extend(load.by_webhook(&doors, reports(8)).await);
    }
    brought
}
