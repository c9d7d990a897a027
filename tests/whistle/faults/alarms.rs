//! Alarms that cannot be given.

use super::World;
use crate::database::Throwaway;
use chrono::Duration;
use sea_orm::{ConnectionTrait, Database};
use whistle::domain::{CaseId, Escalation};

/// Another program's, or a hand's.
async fn by_hand(database: &Throwaway, statement: &str) {
    let hand = Database::connect(&database.url).await.unwrap();
    assert_eq!(hand.execute_unprepared(statement).await.unwrap().rows_affected(), 1, "{statement}");
    hand.close().await.unwrap();
}

async fn escalation(world: &World, id: CaseId) -> Escalation {
    world.app.store().case(id).await.unwrap().unwrap().escalation
}

on_both_databases! {
    async fn a_case_that_cannot_be_read_stops_no_other_and_no_report(database: Throwaway) {
        let world = World::new(&database).await;
        let process = world.process("a").await;
        let (store, bad) = (process.app.store(), world.told().await.id);
        world.turn(Duration::minutes(3));
        let good = world.told().await.id;
        assert_ne!(bad, good);
        let resident = world.api.user(9001);
        resident.says("海边的路灯坏了三天");
        process.hear().await;
        by_hand(&database, &format!("UPDATE cases SET body = '<' || body WHERE id = {bad}")).await;

        world.turn(Duration::days(1));
        process.settle().await;
        assert!(escalation(&world, good).await > Escalation::Grid, "the deadlines of the others pass");
        assert!(!resident.messages().is_empty(), "the unfinished report went to the desk");
        assert_eq!(store.stuck_alarms().await.unwrap(), 1);
        assert_eq!(process.jobs.escalate().await.unwrap(), 0, "it is put back, not asked again and again");
        assert!(store.next_wake().await.unwrap().unwrap() > world.clock.now());

        by_hand(&database, &format!("UPDATE cases SET body = substr(body, 2) WHERE id = {bad}")).await;
        world.turn(Duration::minutes(1));
        process.settle().await;
        assert!(escalation(&world, bad).await > Escalation::Grid, "mended, it rings");
        assert_eq!(store.stuck_alarms().await.unwrap(), 0);
    }

    async fn a_conversation_that_cannot_be_read_is_asked_again_later(database: Throwaway) {
        let world = World::new(&database).await;
        let process = world.process("a").await;
        for id in [9001, 9002] {
            world.api.user(id).says("海边的路灯坏了三天");
        }
        process.hear().await;
        by_hand(&database, "UPDATE chat SET state = '{' WHERE address = '9001'").await;
        world.turn(Duration::minutes(30));
        process.settle().await;
        assert_eq!(world.cases().await.len(), 1, "the other's report is at the desk");
        assert!(process.app.store().overdue_chats(world.clock.now(), 9).await.unwrap().is_empty());
        world.turn(Duration::minutes(1));
        assert_eq!(process.app.store().overdue_chats(world.clock.now(), 9).await.unwrap().len(), 1);
    }
}
