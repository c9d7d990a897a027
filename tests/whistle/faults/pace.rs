//! Telegram's limits, kept by messages and by all processes together.

use super::{Process, World};
use crate::database::Throwaway;
use chrono::Duration;
use whistle::dialogue::ChatKind;

/// So many cases that the secretary, and who else hears, was not told of yet.
async fn tell_many(world: &World, process: &Process, times: usize) {
    for _ in 0..times {
        world.tells();
        process.hear().await;
        world.turn(Duration::minutes(3)); // The next is another report.
    }
}

/// Messages to a chat so far, and calls that failed.
fn messages(world: &World, chat: i64) -> usize {
    world.api.calls().iter().filter(|call| call.chat == Some(chat) && call.method.starts_with("send")).count()
}

on_both_databases! {
    async fn a_chat_gets_one_message_a_second_and_a_group_twenty_a_minute(database: Throwaway) {
        let world = World::new(&database).await;
        let group = world.api.group(-500);
        group.takes_in_the_bot(&world.worker);
        world.bind(-500, ChatKind::Group, |chat| chat.unit = Some("G1".into())).await;
        let process = world.paced_process("a").await;
        tell_many(&world, &process, 11).await;
        let mut to_secretary = Vec::new();
        for second in 0..60 {
            process.jobs.deliver().await.unwrap();
            to_secretary.push(messages(&world, world.secretary.id));
            assert!(messages(&world, -500) <= 20, "in second {second}");
            world.turn(Duration::seconds(1));
        }
        // Each whistle is a pin and a card.
        assert_eq!(to_secretary[..5], [2, 2, 4, 4, 6]);
        assert_eq!((to_secretary[59], messages(&world, -500)), (22, 20));
        process.jobs.deliver().await.unwrap();
        assert_eq!(messages(&world, -500), 22);
    }

    async fn two_processes_together_keep_one_bots_pace(database: Throwaway) {
        let world = World::new(&database).await;
        let (one, other) = (world.paced_process("one").await, world.paced_process("other").await);
        let groups: Vec<i64> = (0..40).map(|n| -600 - n).collect();
        for id in &groups {
            world.api.group(*id).takes_in_the_bot(&world.worker);
            world.bind(*id, ChatKind::Group, |chat| chat.unit = Some("G1".into())).await;
        }
        world.tells();
        one.hear().await;
        let now = world.clock.now();
        for process in [&one, &other] {
            process.app.store().take_part("send", &process.holder, now + Duration::minutes(1), now).await.unwrap();
        }
        let sent = || groups.iter().map(|id| messages(&world, *id)).sum::<usize>();
        let before = sent();
        for process in [&one, &other] {
            process.jobs.deliver().await.unwrap();
        }
        let in_a_second = sent() - before;
        assert!((1..=30).contains(&in_a_second), "{in_a_second} messages in a second");
    }
}
