//! A branch's group, over the Bot API protocol: its secretary binds it, it hears the whistle, and a
//! button counts for whoever pressed it.

use crate::{
    bot_api::{Group, Kind, Shown, User},
    database::Throwaway,
    town::{PHOTO, SPOT, Town, north},
};
use whistle::{
    dialogue::ChannelKind,
    domain::{Case, CaseNumber, Evidence, State},
};

async fn binds(town: &Town, user: &User, group: &Group, person: &str) -> Shown {
    let code = town.office.app.invite(&person.into(), ChannelKind::Telegram).await.unwrap();
    user.in_group(group).says(&format!("/start {code}"));
    town.poll().await;
    group.messages().pop().unwrap()
}

/// The only card of the case in the group.
#[track_caller]
fn card(group: &Group, case: &Case) -> Shown {
    let title = format!("案号 {}", CaseNumber::of(case.id));
    let is_card = |shown: &Shown| shown.kind == Kind::Text && shown.text.contains(&title);
    let mut found: Vec<_> = group.messages().into_iter().filter(is_card).collect();
    assert_eq!(found.len(), 1, "one card: {found:#?}");
    found.remove(0)
}

async fn case(town: &Town) -> Case {
    let mut cases = town.cases().await;
    assert_eq!(cases.len(), 1, "{cases:#?}");
    cases.remove(0)
}

on_both_databases! {
    async fn a_branch_hears_and_settles_in_its_group(database: Throwaway) {
        let town = Town::new(&database, "2026-10-09 08:00").await;
        let (wang, wu, zheng) =
            (town.comes("W1", 1001).await, town.comes("S1", 1002).await, town.comes("L1", 1003).await);
        let group = town.api.group(-500);
        group.takes_in_the_bot(&wu);
        let told = binds(&town, &wu, &group, "DIS").await;
        assert!(told.text.contains("绑定码不对"), "a dispatcher answers for no branch: {}", told.text);
        let told = binds(&town, &wu, &group, "S1").await;
        assert!(told.text.contains("本群已绑定G1单位"), "{}", told.text);

        wang.sends_photo(PHOTO, Some("路口一堆垃圾"));
        wang.sends_location(SPOT.lat, SPOT.lon, Some(8.0));
        town.poll().await;
        let heard = card(&group, &case(&town).await);
        assert!(!heard.silent && heard.data("接哨").is_some(), "{heard:#?}");
        let pins = group.messages().into_iter().filter(|shown| matches!(shown.kind, Kind::Location { .. }));
        assert_eq!(pins.count(), 1, "the place, as a native location");

        let stranger = town.api.user(1_099).named("路过的人");
        let pressed = stranger.in_group(&group).presses("接哨");
        town.poll().await;
        assert!(!town.toast(&pressed).await.is_empty(), "the stranger is told why not");
        assert_eq!(case(&town).await.state, State::Whistled);

        let pressed = zheng.in_group(&group).presses("接哨");
        town.poll().await;
        assert!(town.toast(&pressed).await.contains("由您领办"));
        let answered = case(&town).await;
        assert_eq!(answered.whistle.as_ref().unwrap().lead, Some("L1".into()));
        let shown = card(&group, &answered);
        assert!(shown.text.contains("领办：郑国强") && !shown.earlier.is_empty(), "edited in place: {shown:#?}");
        assert!(shown.data("接哨").is_none());
        assert!(wu.last_saying("领办：郑国强").text.contains("案号"), "and in private");

        zheng.in_group(&group).presses("人到");
        town.poll().await;
        let (lat, lon) = north(30.0);
        zheng.in_group(&group).sends_location(lat, lon, Some(8.0));
        town.poll().await;
        let arrival = case(&town).await.whistle.unwrap().arrival.unwrap();
        assert_eq!(arrival.evidence, Evidence::Verified);

        zheng.in_group(&group).presses("事了");
        town.poll().await;
        zheng.in_group(&group).presses("已清理");
        town.poll().await;
        let asked = group.messages().pop().unwrap();
        assert!(asked.text.contains("请回复本条"), "{}", asked.text);
        zheng.in_group(&group).sends_photo(PHOTO, Some("大家看看"));
        town.poll().await;
        assert_eq!(case(&town).await.state, State::Arrived, "what people say to each other is no answer");
        zheng.in_group(&group).replies_with_photo(asked.id, PHOTO, Some("清走了"));
        town.poll().await;
        let settled = case(&town).await;
        assert_eq!(settled.state, State::Settled, "{:#?}", group.messages().iter().map(|shown| &shown.text).collect::<Vec<_>>());
        assert!(card(&group, &settled).text.contains("【事了】"));
        wang.presses("确已解决");
        town.poll().await;
        assert!(card(&group, &case(&town).await).text.contains("【结案】"));
    }

    async fn two_work_in_one_group_and_each_is_heard_for_themselves(database: Throwaway) {
        let town = Town::new(&database, "2026-10-09 08:00").await;
        let (wang, wu, zheng) =
            (town.comes("W1", 1001).await, town.comes("S1", 1002).await, town.comes("L1", 1003).await);
        let group = town.api.group(-500);
        group.takes_in_the_bot(&wu);
        binds(&town, &wu, &group, "S1").await;
        wang.says("路口一堆垃圾");
        wang.sends_location(SPOT.lat, SPOT.lon, Some(8.0));
        town.poll().await;
        zheng.in_group(&group).presses("接哨");
        town.poll().await;
        zheng.in_group(&group).presses("人到");
        town.poll().await;
        // Somebody else's pin, just then, is not the lead's arrival.
        let (lat, lon) = north(20.0);
        wu.in_group(&group).sends_location(lat, lon, Some(8.0));
        town.poll().await;
        let (lat, lon) = north(400.0);
        zheng.in_group(&group).sends_location(lat, lon, Some(8.0));
        town.poll().await;
        let arrival = case(&town).await.whistle.unwrap().arrival.unwrap();
        assert_eq!(arrival.evidence, Evidence::Unverified);
        assert!((arrival.distance_m.unwrap() - 400.0).abs() < 0.5);
        // What people say to each other is no report.
        wu.in_group(&group).says("晚上开会");
        wu.in_group(&group).sends_photo(PHOTO, None);
        town.poll().await;
        assert_eq!(town.cases().await.len(), 1);
    }
}
