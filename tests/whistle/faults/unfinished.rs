//! Told, and never completed.

use super::World;
use crate::database::Throwaway;
use chrono::Duration;
use whistle::domain::State;

on_both_databases! {
    async fn words_that_nobody_pins_reach_the_desk(database: Throwaway) {
        let world = World::new(&database).await;
        let process = world.process("a").await;
        let resident = world.api.user(9001);
        resident.says("海边的路灯坏了三天");
        process.hear().await;
        process.settle().await;
        world.turn(Duration::minutes(29));
        process.settle().await;
        assert!(world.cases().await.is_empty(), "it may still be completed");
        world.turn(Duration::minutes(1));
        assert!(process.settle().await > 0);
        let case = world.cases().await.remove(0);
        assert_eq!(case.state, State::Reported);
        assert_eq!(case.material[0].words.as_deref(), Some("海边的路灯坏了三天"));
        assert!(!resident.last().buttons.is_empty(), "the resident has its card: {:?}", resident.last());
        world.turn(Duration::hours(2));
        process.settle().await;
        assert_eq!(world.cases().await.len(), 1);
    }

    async fn a_report_that_was_completed_is_not_handed_over_again(database: Throwaway) {
        let world = World::new(&database).await;
        world.told().await;
        world.turn(Duration::minutes(31));
        assert!(!world.app.finish_overdue(world.chat(world.worker.id).await.id).await.unwrap());
        world.process("a").await.settle().await;
        assert_eq!(world.cases().await.len(), 1);
    }

    async fn two_processes_hand_it_over_once(database: Throwaway) {
        let world = World::new(&database).await;
        let (one, other) = (world.process("one").await, world.process("other").await);
        world.api.user(9001).says("楼下有人占道经营");
        one.hear().await;
        world.turn(Duration::minutes(30));
        let chat = world.chat(9001).await.id;
        let (first, second) = tokio::join!(one.app.finish_overdue(chat), other.app.finish_overdue(chat));
        assert_ne!(first.unwrap(), second.unwrap());
        assert_eq!(world.cases().await.len(), 1);
    }
}
