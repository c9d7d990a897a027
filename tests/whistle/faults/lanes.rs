//! Chats side by side: a slow one waits alone.

use super::World;
use crate::{bot_api::Fault, database::Throwaway};
use tokio::sync::watch;
use whistle::jobs::Roles;

on_both_databases! {
    async fn a_chat_that_hangs_holds_up_no_other(database: Throwaway) {
        let world = World::new(&database).await;
        world.told().await;
        let process = world.process("a").await;
        world.api.script(Fault::Hang).chat(world.secretary.id).always();
        let (stop, stopped) = watch::channel(false);
        let roles = Roles { deliver: true, escalate: false };
        let running = tokio::spawn(process.jobs.clone().run(roles, stopped));
        while world.api.hanging() == 0 {
            tokio::task::yield_now().await;
        }
        // What is written while it hangs leaves all the same, again and again.
        for n in 1..=3 {
            world.dispatcher.says("你好");
            process.hear().await;
            while world.dispatcher.messages().len() < n {
                tokio::task::yield_now().await;
            }
            assert!(world.api.hanging() > 0, "the other still waits");
        }
        world.api.heal();
        world.api.release();
        stop.send(true).unwrap();
        running.await.unwrap();
        assert!(!world.secretary.messages().is_empty(), "what was on its way at the stop was finished");
    }
}
