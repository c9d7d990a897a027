//! Two whole programs on one database at once.

use super::{IN_G1, Process, World, is_repeat, whistles};
use crate::{bot_api::Kind, database::Throwaway};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use whistle::{
    dialogue::{ChannelKind, ChatKind},
    domain::{Person, Post, Role},
    store::PersonRow,
};

const REPORTS: i64 = 60;

/// Walkers of another grid, who see what is in the secretary's.
async fn walkers(world: &World) {
    let city = world.app.city();
    let mut people: Vec<PersonRow> = city
        .city
        .organisation
        .people()
        .map(|person| PersonRow { person: person.clone(), phone_cipher: None })
        .collect();
    people.extend((0..REPORTS).map(|n| PersonRow {
        person: Person {
            code: format!("WALK{n}").as_str().into(),
            name: format!("巡查{n}"),
            language: "zh-CN".into(),
            posts: vec![Post { role: Role::GridWorker, unit: "G3".into() }],
        },
        phone_cipher: None,
    }));
    let tx = world.app.store().begin().await.unwrap();
    tx.replace_people(&people).await.unwrap();
    tx.bump_city_revision().await.unwrap();
    tx.commit().await.unwrap();
    for n in 0..REPORTS {
        world
            .bind(2_000 + n, ChatKind::Private, |chat| chat.person = Some(format!("WALK{n}").as_str().into()))
            .await;
    }
}

/// Takes every update in its order, again where it could not be taken now.
async fn listen(process: Arc<Process>, updates: Vec<String>, listening: Arc<AtomicUsize>) {
    for update in &updates {
        while process.listener.take(update).await.is_err() {
            tokio::task::yield_now().await;
        }
    }
    listening.fetch_sub(1, Ordering::SeqCst);
}

/// Delivers while anybody listens, and what is left then.
async fn deliver(process: Arc<Process>, listening: Arc<AtomicUsize>) {
    loop {
        let over = listening.load(Ordering::SeqCst) == 0;
        if process.jobs.settle().await.unwrap() == 0 && over {
            return;
        }
        tokio::task::yield_now().await;
    }
}

on_both_databases! {
    async fn every_whistle_is_heard_once(database: Throwaway) {
        let world = World::new(&database).await;
        walkers(&world).await;
        for n in 0..REPORTS {
            let walker = world.api.user(2_000 + n);
            walker.says(&format!("道路上有垃圾，第{n}处"));
            walker.sends_location(IN_G1.0, IN_G1.1, None);
        }
        // A webhook behind two programs that brings everything to both.
        let updates = world.api.take_updates();
        let listening = Arc::new(AtomicUsize::new(2));
        let mut running = Vec::new();
        for holder in ["one", "other"] {
            let process = Arc::new(world.process(holder).await);
            running.push(tokio::spawn(listen(process.clone(), updates.clone(), listening.clone())));
            running.push(tokio::spawn(deliver(process, listening.clone())));
        }
        for task in running {
            task.await.unwrap();
        }
        // One may have looked while the other held the last letter.
        world.process("last").await.settle().await;

        assert_eq!(world.cases().await.len(), 60);
        let heard = whistles(&world.secretary);
        assert_eq!(heard.len(), 60);
        assert!(!heard.iter().any(is_repeat));
        let words: BTreeSet<String> = heard
            .iter()
            .filter_map(|shown| shown.text.split_once('第')?.1.split_once('处').map(|(n, _)| n.to_owned()))
            .collect();
        assert_eq!(words.len(), 60, "each report's own");
        let pins = world.secretary.messages().into_iter().filter(|shown| matches!(shown.kind, Kind::Location { .. }));
        assert_eq!(pins.count(), 60);
        let store = world.app.store();
        assert_eq!(store.outbox_depth(&ChannelKind::ALL, world.clock.now()).await.unwrap(), (0, 0));
        assert!(store.dead_letters(9).await.unwrap().is_empty());
        assert!(store.aside(9).await.unwrap().is_empty());
    }
}
