//! What the channel answers, and what becomes of the letters.

use super::{IN_G1, PATIENT, World, is_repeat, whistles};
use crate::{
    bot_api::{Fault, Kind},
    database::Throwaway,
};
use chrono::Duration;
use whistle::{dialogue::ChatKind, jobs::DeliveryRules};

/// How many of the secretary's whistles there are, and whether each says that it is a repeat.
fn heard(world: &World) -> Vec<bool> {
    whistles(&world.secretary).iter().map(is_repeat).collect()
}

on_both_databases! {
    async fn a_wait_is_obeyed(database: Throwaway) {
        let world = World::new(&database).await;
        world.told().await;
        let process = world.process("a").await;
        world.api.script(Fault::TooMany(7)).method("sendMessage").chat(world.secretary.id);
        process.settle().await;
        let calls = || world.api.calls().iter().filter(|call| call.chat == Some(world.secretary.id)).count();
        let before = calls();
        world.turn(Duration::milliseconds(6_900));
        process.settle().await;
        assert_eq!((heard(&world), calls()), (vec![], before), "nothing is asked of it meanwhile");
        world.turn(Duration::milliseconds(1_100));
        process.settle().await;
        assert_eq!(heard(&world), [false]);
        let pins = world.secretary.messages().into_iter().filter(|shown| matches!(shown.kind, Kind::Location { .. }));
        assert_eq!(pins.count(), 1, "what had come is not sent again");
    }

    async fn what_may_have_arrived_is_sent_once_more_and_says_so(database: Throwaway) {
        let world = World::new(&database).await;
        let repeat_after = DeliveryRules::default().repeat_after;
        let process = world.process("a").await;
        for fault in [Fault::ServerError(500), Fault::BadGateway, Fault::Cut, Fault::Garbage] {
            let known = heard(&world);
            world.told().await;
            world.api.script(fault.clone()).method("sendMessage").chat(world.secretary.id);
            process.settle().await;
            world.turn(repeat_after - Duration::milliseconds(1));
            process.settle().await;
            assert_eq!(heard(&world), known, "{fault:?}");
            world.turn(Duration::milliseconds(1));
            process.settle().await;
            assert_eq!(heard(&world), [known, vec![true]].concat(), "{fault:?}");
            world.turn(Duration::minutes(3));
        }
    }

    async fn an_answer_that_never_comes_is_the_same(database: Throwaway) {
        let world = World::new(&database).await;
        world.told().await;
        let hasty = world.process_at(world.api.url(), std::time::Duration::from_millis(400), "hasty").await;
        world.api.script(Fault::Hang).method("sendMessage").chat(world.secretary.id);
        hasty.settle().await;
        assert!(heard(&world).is_empty());
        drop(hasty);
        world.turn(DeliveryRules::default().repeat_after);
        world.process("a").await.settle().await;
        assert_eq!(heard(&world), [true]);
    }

    async fn what_is_twice_uncertain_is_not_sent_for_ever(database: Throwaway) {
        let world = World::new(&database).await;
        world.told().await;
        let process = world.process("a").await;
        world.api.script(Fault::Cut).method("sendMessage").chat(world.secretary.id).times(2).done();
        for _ in 0..6 {
            process.settle().await;
            world.turn(Duration::minutes(1));
        }
        assert_eq!(heard(&world), [false, true]);
    }

    async fn who_cannot_be_reached_is_known_and_the_dispatcher_told(database: Throwaway) {
        let world = World::new(&database).await;
        let case = world.told().await;
        let process = world.process("a").await;
        world.api.script(Fault::blocked()).chat(world.secretary.id).always();
        process.settle().await;
        assert!(!world.chat(world.secretary.id).await.reachable);
        let told: Vec<_> =
            world.dispatcher.messages().into_iter().filter(|shown| shown.text.contains("吴书记")).collect();
        assert_eq!(told.len(), 1, "{:#?}", world.dispatcher.messages());
        let dead = process.app.store().dead_letters(9).await.unwrap();
        assert!(!dead.is_empty());
        assert!(dead.iter().all(|letter| letter.chat.person == Some("SEC1".into())));
        assert!(dead[0].error.contains("blocked"), "{}", dead[0].error);

        world.api.heal();
        assert_eq!(process.app.store().resend_all(world.clock.now()).await.unwrap(), dead.len() as u64);
        process.settle().await;
        assert_eq!(heard(&world), [false]);
        assert!(process.app.store().dead_letters(9).await.unwrap().is_empty());
        assert_eq!(world.cases().await[0].id, case.id);
    }

    async fn a_group_that_has_moved_is_followed(database: Throwaway) {
        let world = World::new(&database).await;
        let group = world.api.group(-500);
        group.takes_in_the_bot(&world.worker);
        world.bind(-500, ChatKind::Group, |chat| chat.unit = Some("G1".into())).await;
        let id = world.chat(-500).await.id;
        let new = group.moves_to(-1_000_000_000_500, &world.worker);
        world.api.take_updates(); // Nobody has told of it.
        world.told().await;
        let process = world.process("a").await;
        process.settle().await;
        assert_eq!(world.chat(new.id).await.id, id);
        let cards = new.messages().into_iter().filter(|shown| shown.data("接哨").is_some());
        assert_eq!(cards.count(), 1);
        assert!(process.app.store().dead_letters(9).await.unwrap().is_empty());
    }

    async fn a_card_that_is_gone_comes_anew(database: Throwaway) {
        let world = World::new(&database).await;
        world.told().await;
        let process = world.process("a").await;
        process.settle().await;
        let gone = Fault::refuse(400, "Bad Request: message to edit not found");
        world.api.script(gone).method("editMessageText").chat(world.secretary.id);
        let before = world.secretary.messages().len();
        world.secretary.presses("接哨");
        process.hear().await;
        process.settle().await;
        let after = world.secretary.messages();
        assert_eq!(after.len(), before + 1, "{after:#?}");
        let card = world.secretary.last();
        world.secretary.presses_on(card.id, "人到");
        world.secretary.sends_location(IN_G1.0, IN_G1.1, None);
        process.hear().await;
        process.settle().await;
        assert!(!world.secretary.message(card.id).earlier.is_empty(), "from now on this one is redrawn");
    }

    async fn a_refused_token_kills_no_letter(database: Throwaway) {
        let world = World::new(&database).await;
        world.told().await;
        let process = world.process("a").await;
        world.api.script(Fault::refuse(401, "Unauthorized")).always();
        for _ in 0..10 {
            process.settle().await;
            world.turn(Duration::seconds(61));
        }
        assert!(process.app.store().dead_letters(9).await.unwrap().is_empty());
        // Those refusals were no tries of the letter's: one that reaches nobody begins the schedule.
        let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        world.process_at(&format!("http://{port}"), PATIENT, "nowhere").await.settle().await;
        assert!(process.app.store().dead_letters(9).await.unwrap().is_empty());
        world.turn(DeliveryRules::default().schedule[0]);
        world.api.heal();
        process.settle().await;
        assert_eq!(heard(&world), [false]);
    }

    async fn nobody_there_is_tried_by_the_schedule_and_then_listed(database: Throwaway) {
        let world = World::new(&database).await;
        world.told().await;
        let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let nowhere = world.process_at(&format!("http://{port}"), PATIENT, "nowhere").await;
        let store = nowhere.app.store();
        for wait in DeliveryRules::default().schedule {
            nowhere.settle().await;
            assert!(store.dead_letters(99).await.unwrap().is_empty());
            world.turn(wait);
        }
        nowhere.settle().await;
        let dead = store.dead_letters(99).await.unwrap();
        assert!(dead.iter().any(|letter| letter.chat.person == Some("SEC1".into())), "{dead:#?}");
        assert!(store.resend_all(world.clock.now()).await.unwrap() > 0);
        world.process("a").await.settle().await;
        assert!(heard(&world).contains(&false));
        assert!(!heard(&world).contains(&true), "none of them ever left");
    }
}
