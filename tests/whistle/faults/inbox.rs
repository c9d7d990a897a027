//! Updates that cannot be taken, and looks that are out of date.

use super::{IN_G1, LEASE, PATIENT, World, whistles};
use crate::{bot_api::Fault, database::Throwaway};
use chrono::Duration;
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, Database};
use whistle::{
    app::Error,
    dialogue::ChatKind,
    domain::{Actor, Command, State, Via},
    messenger::telegram::Round,
};

/// Workers who report at the same moment: more than are taken in one transaction.
const TOGETHER: i64 = 40;

on_both_databases! {
    async fn one_that_fails_is_put_aside_and_the_next_goes_on(database: Throwaway) {
        let world = World::new(&database).await;
        let process = world.process("a").await;
        // Another program's, or a hand's: a conversation that cannot be read.
        let hand = Database::connect(&database.url).await.unwrap();
        let spoilt = "UPDATE chat SET state = '{' WHERE address = '1001'";
        assert_eq!(hand.execute_unprepared(spoilt).await.unwrap().rows_affected(), 1);
        hand.close().await.unwrap();
        world.worker.says("道路上有垃圾");
        world.dispatcher.says("你好");
        for _ in 1..5 {
            let round = process.listener.poll_once(LEASE, PATIENT).await.unwrap();
            assert_eq!(round, Round::Again, "it is brought again");
            assert!(process.app.store().aside(9).await.unwrap().is_empty());
        }
        process.hear().await;
        let aside = process.app.store().aside(9).await.unwrap();
        assert_eq!(aside.len(), 1);
        assert!(aside[0].raw.contains("道路上有垃圾"), "nothing of it is lost");
        assert!(aside[0].error.contains("chat"), "{}", aside[0].error);
        process.settle().await;
        assert_eq!(world.dispatcher.messages().len(), 1, "the next one was answered");
    }

    async fn reports_that_come_together_are_each_a_case(database: Throwaway) {
        let world = World::new(&database).await;
        let process = world.process("a").await;
        let workers: Vec<_> = (2_001..2_001 + TOGETHER).map(|id| world.api.user(id)).collect();
        for id in 2_001..2_001 + TOGETHER {
            world.bind(id, ChatKind::Private, |chat| chat.person = Some("WORK1".into())).await;
        }
        let take_all = async || {
            let updates = world.api.take_updates();
            join_all(updates.iter().map(|update| process.listener.take(update))).await;
            updates
        };
        for worker in &workers {
            worker.says("道路上有垃圾");
        }
        take_all().await;
        let hand = Database::connect(&database.url).await.unwrap();
        let by_hand = async |change: &str| {
            let change = format!("UPDATE chat SET state = {change} WHERE address = '2003'");
            assert_eq!(hand.execute_unprepared(&change).await.unwrap().rows_affected(), 1);
        };
        by_hand("'<' || state").await;
        for worker in &workers {
            worker.sends_location(IN_G1.0, IN_G1.1, None);
        }
        let updates = take_all().await;
        let all = usize::try_from(TOGETHER).unwrap();
        assert_eq!(world.cases().await.len(), all - 1, "one cannot be taken, and holds up nobody");
        by_hand("substr(state, 2)").await;
        hand.close().await.unwrap();
        let again = join_all(updates.iter().map(|update| process.listener.take(update))).await;
        assert!(again.iter().all(Result::is_ok));
        let cases = world.cases().await;
        assert_eq!(cases.len(), all, "and each only once");
        assert!(cases.iter().all(|case| case.state == State::Whistled && case.version == cases[0].version));
        for case in &cases {
            let events = process.app.store().events(case.id).await.unwrap();
            assert!(events.iter().zip(1..).all(|(event, seq)| event.seq == seq), "{events:?}");
        }
        process.settle().await;
        assert_eq!(whistles(&world.secretary).len(), all, "a whistle for each, and no more");
        assert!(workers.iter().all(|worker| !worker.messages().is_empty()), "everybody was answered");
    }

    async fn what_was_put_aside_is_taken_again_or_done_with(database: Throwaway) {
        let world = World::new(&database).await;
        let process = world.process("a").await;
        let hand = Database::connect(&database.url).await.unwrap();
        let by_hand = async |change: &str| {
            let change = format!("UPDATE chat SET state = '{change}' WHERE address = '1001'");
            assert_eq!(hand.execute_unprepared(&change).await.unwrap().rows_affected(), 1);
        };
        by_hand("{").await;
        world.worker.says("道路上有垃圾");
        while process.listener.poll_once(LEASE, PATIENT).await.unwrap() == Round::Again {}
        let aside = async || process.app.store().aside(9).await.unwrap();
        let one = aside().await.remove(0);
        process.listener.take_again(&one).await.unwrap();
        assert_eq!(aside().await.len(), 1, "what was in its way is still there");
        by_hand("null").await;
        process.listener.take_again(&one).await.unwrap();
        assert!(aside().await.is_empty());
        process.settle().await;
        assert!(!world.worker.messages().is_empty(), "it was heard and answered");
        process.listener.take_again(&one).await.unwrap();
        assert_eq!(process.settle().await, 0, "once");

        process.listener.take("<html>").await.unwrap();
        let one = aside().await.remove(0);
        assert!(process.app.store().dismiss_aside(one.channel, &one.uid).await.unwrap());
        process.listener.take("<html>").await.unwrap();
        assert!(aside().await.is_empty(), "it does not come back");
        hand.close().await.unwrap();
    }

    async fn a_dead_letter_can_be_done_with(database: Throwaway) {
        let world = World::new(&database).await;
        let process = world.process("a").await;
        world.dispatcher.says("你好");
        process.hear().await;
        world.api.script(Fault::blocked()).always();
        process.settle().await;
        let store = process.app.store();
        let dead = store.dead_letters(9).await.unwrap();
        assert!(store.dismiss(dead[0].id).await.unwrap());
        let left = store.dead_letters(9).await.unwrap();
        assert_eq!(left, dead[1..], "it, and no other");
        assert!(!store.resend(dead[0].id, world.clock.now()).await.unwrap(), "it is done with");
        assert!(!store.dismiss(dead[0].id).await.unwrap());
    }

    async fn after_a_quiet_week_the_messenger_counts_from_where_it_likes(database: Throwaway) {
        let world = World::new(&database).await;
        let process = world.process("a").await;
        world.worker.says("道路上有垃圾");
        process.hear().await;
        world.turn(Duration::days(7));
        world.api.counts_from(1_000);
        process.settle().await;
        let before = world.dispatcher.messages().len();
        world.dispatcher.says("你好");
        process.hear().await;
        process.settle().await;
        assert_eq!(world.dispatcher.messages().len(), before + 1, "it was heard and answered");
    }

    async fn one_that_is_no_update_is_put_aside_at_once(database: Throwaway) {
        let world = World::new(&database).await;
        let process = world.process("a").await;
        process.listener.take("<html>").await.unwrap();
        process.listener.take("<html>").await.unwrap();
        let aside = process.app.store().aside(9).await.unwrap();
        assert_eq!(aside.len(), 1);
        assert_eq!(aside[0].raw, "<html>");
    }

    async fn an_old_look_at_a_case_overrules_nobody(database: Throwaway) {
        let world = World::new(&database).await;
        let seen = world.told().await;
        let by = |person: &str| Actor::person(person.into(), world.clock.now(), Via::Console);
        let after = world.app.act(seen.id, Command::Answer, &by("SEC1"), Some(seen.version)).await.unwrap();
        let words = || Command::Urge { words: "快一点".into() };
        let stale = world.app.act(seen.id, words(), &by("DIS1"), Some(seen.version)).await;
        let Err(Error::Stale(now)) = stale else { panic!("{stale:?}") };
        assert_eq!(now.version, after.version, "what it is now is shown");
        assert_eq!(world.cases().await[0], after, "and nothing has changed");
        world.app.act(seen.id, words(), &by("DIS1"), Some(now.version)).await.unwrap();
    }
}
