//! Letters that have waited until there was no point in them.

use super::World;
use crate::{
    bot_api::{Fault, Shown},
    database::Throwaway,
};
use chrono::Duration;
use whistle::{
    dialogue::{ChannelKind, ChatKind},
    domain::{Actor, Command, State, Via},
};

on_both_databases! {
    async fn a_whistle_of_a_case_that_has_ended_is_not_sent(database: Throwaway) {
        let world = World::new(&database).await;
        let case = world.told().await;
        let process = world.process("a").await;
        world.api.script(Fault::TooMany(60)).chat(world.secretary.id);
        process.settle().await;
        let by = Actor::person("DIS1".into(), world.clock.now(), Via::Console);
        let void = Command::Void { reason: "误报".into() };
        assert_eq!(process.app.act(case.id, void, &by, None).await.unwrap().state, State::Voided);
        world.turn(Duration::minutes(2));
        process.settle().await;
        let heard = world.secretary.messages();
        assert_eq!(heard.len(), 1, "no pin, no card: {heard:#?}");
        assert!(heard[0].text.contains("已作废"), "{heard:#?}");
        assert!(world.worker.messages().iter().any(|shown| shown.text.contains("误报")), "the reporter knows");
        assert!(process.app.store().dead_letters(9).await.unwrap().is_empty());
    }

    async fn a_reminder_that_comes_too_late_is_not_sent(database: Throwaway) {
        let world = World::new(&database).await;
        let group = world.api.group(-500);
        group.takes_in_the_bot(&world.worker);
        world.bind(-500, ChatKind::Group, |chat| chat.unit = Some("G1".into())).await;
        world.told().await;
        let process = world.process("a").await;
        process.settle().await;
        world.api.script(Fault::TooMany(600)).chat(world.secretary.id);
        world.turn(Duration::minutes(23));
        process.settle().await;
        let reminded = |shown: Vec<Shown>| shown.iter().any(|shown| shown.text.contains("该接哨了"));
        assert!(reminded(group.messages()), "{:#?}", group.messages());
        world.turn(Duration::minutes(11));
        process.settle().await;
        assert!(!reminded(world.secretary.messages()), "{:#?}", world.secretary.messages());
        assert_eq!(process.app.store().outbox_depth(&[ChannelKind::Telegram], world.clock.now()).await.unwrap(), (0, 0));
    }
}
