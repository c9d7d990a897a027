//! A process that ends at the worst moment.

use super::{LEASE, PATIENT, World, is_repeat, whistles};
use crate::{
    bot_api::{BOT_ID, Fault},
    database::Throwaway,
};
use chrono::Duration;
use std::{future::poll_fn, pin::pin, task::Poll};
use whistle::{
    atlas::Datum,
    dialogue::ChannelKind,
    jobs::DeliveryRules,
    messenger::telegram::{Round, read_update},
    store::Place,
};

/// What the work gives, unless it had to wait more often than that: then it is dropped as it stands.
async fn until_it_waits<T>(times: usize, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut waited = 0;
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if waited == times => Poll::Ready(None),
        Poll::Pending => {
            waited += 1;
            Poll::Pending
        }
    })
    .await
}

/// Reports whose taking is cut, and the deepest wait that one is cut at.
const ROUNDS: usize = 24;
const DEEPEST: usize = 8;

on_both_databases! {
    async fn a_message_whose_taking_is_cut_anywhere_becomes_one_case(database: Throwaway) {
        let world = World::new(&database).await;
        let process = world.process("a").await;
        let mut cut = 0;
        for round in 0..ROUNDS {
            world.tells();
            let updates = world.api.take_updates();
            process.listener.take(&updates[0]).await.unwrap();
            let pin = read_update(&updates[1], BOT_ID, Datum::Wgs84, world.clock.now()).unwrap();
            let taking = Box::pin(process.app.converse(&pin, &updates[1]));
            cut += usize::from(until_it_waits(round % DEEPEST, taking).await.is_none());
            process.listener.take(&updates[1]).await.unwrap();
            assert_eq!(world.cases().await.len(), round + 1, "cut at its wait {}", round % DEEPEST);
            world.turn(Duration::minutes(3)); // The next is another report.
        }
        // How often a taking waits depends on how fast the database answers, so not every round is cut.
        assert!(cut > 0, "no taking was cut");
        process.settle().await;
        assert!(whistles(&world.secretary).len() == ROUNDS && !whistles(&world.secretary).iter().any(is_repeat));
        assert!(process.app.store().aside(9).await.unwrap().is_empty());
    }

    async fn what_was_kept_and_not_sent_is_sent_by_the_next_process(database: Throwaway) {
        let world = World::new(&database).await;
        let first = world.process("first").await;
        world.tells();
        first.hear().await;
        drop(first);
        assert!(world.api.sent().is_empty());
        let second = world.process("second").await;
        second.settle().await;
        let heard = whistles(&world.secretary);
        assert_eq!(heard.len(), 1);
        assert!(!is_repeat(&heard[0]));
        assert_eq!(second.settle().await, 0);
    }

    async fn an_update_that_was_taken_and_not_confirmed_comes_again_for_nothing(database: Throwaway) {
        let world = World::new(&database).await;
        let process = world.process("a").await;
        world.tells();
        // Taken by the webhook's way, so that the offset has not moved.
        for update in world.api.take_updates() {
            process.listener.take(&update).await.unwrap();
            let id = serde_json::from_str::<serde_json::Value>(&update).unwrap()["update_id"].as_i64().unwrap();
            world.api.push_raw(id, &update);
        }
        process.hear().await;
        process.settle().await;
        assert_eq!(world.cases().await.len(), 1);
        assert_eq!(whistles(&world.secretary).len(), 1);
    }

    async fn a_whistle_on_its_way_is_sent_again_and_says_so(database: Throwaway) {
        let world = World::new(&database).await;
        world.told().await;
        let dying = world.process("dying").await;
        world.api.script(Fault::Hang).method("sendMessage").chat(world.secretary.id);
        let sending = tokio::spawn(async move { dying.jobs.deliver().await });
        while world.api.hanging() == 0 {
            tokio::task::yield_now().await;
        }
        sending.abort();
        assert!(sending.await.unwrap_err().is_cancelled());
        world.api.release();
        while whistles(&world.secretary).is_empty() {
            tokio::task::yield_now().await;
        }

        let next = world.process("next").await;
        next.settle().await;
        assert_eq!(whistles(&world.secretary).len(), 1, "the lease still holds");
        world.turn(DeliveryRules::default().lease);
        next.settle().await;
        let heard: Vec<bool> = whistles(&world.secretary).iter().map(is_repeat).collect();
        assert_eq!(heard, [false, true]);
        world.turn(Duration::minutes(2));
        next.settle().await;
        assert_eq!(whistles(&world.secretary).len(), 2);
    }

    async fn a_courtesy_on_its_way_is_not_repeated(database: Throwaway) {
        let world = World::new(&database).await;
        let process = world.process("a").await;
        world.dispatcher.says("你好");
        process.hear().await;
        let rules = DeliveryRules::default();
        let now = world.clock.now();
        let claimed = process
            .app
            .store()
            .claim(("dead", rules.lease), &[ChannelKind::Telegram], 9, &mut Place::default(), now)
            .await
            .unwrap();
        assert_eq!(claimed.len(), 1);
        assert!(claimed[0].outgoing.courtesy);
        world.turn(rules.lease);
        process.settle().await;
        assert!(world.dispatcher.messages().is_empty());
        assert!(process.app.store().dead_letters(9).await.unwrap().is_empty());
        assert_eq!(process.app.store().outbox_depth(&ChannelKind::ALL, world.clock.now()).await.unwrap(), (0, 0));
    }

    async fn a_dead_pollers_lease_runs_out(database: Throwaway) {
        let world = World::new(&database).await;
        let (dead, next) = (world.process("dead").await, world.process("next").await);
        assert_eq!(dead.listener.poll_once(LEASE, std::time::Duration::ZERO).await.unwrap(), Round::Done);
        world.tells();
        assert_eq!(next.listener.poll_once(LEASE, PATIENT).await.unwrap(), Round::Others, "one polls at a time");
        assert_eq!(world.cases().await.len(), 0);
        world.turn(Duration::seconds(15));
        next.hear().await;
        assert_eq!(world.cases().await.len(), 1);
    }
}
