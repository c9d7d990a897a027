//! A day in one test: from a worker's chat to the figures, over the Bot API protocol.

use crate::{
    bot_api::{Kind, Shown, User},
    database::Throwaway,
    town::{PHOTO, SPOT, Town, north, shanghai},
};
use whistle::{
    domain::{Case, CaseNumber, Escalation, Evidence, State, figures::Spread},
    store::MediaState,
};

const FRIDAY: &str = "2026-10-09 08:00";

/// The bound people of G1 and their dispatcher.
struct Cast {
    wang: User,
    wu: User,
    zheng: User,
    zhao: User,
}

impl Cast {
    async fn comes(town: &Town) -> Self {
        Self {
            wang: town.comes("W1", 1001).await,
            wu: town.comes("S1", 1002).await,
            zheng: town.comes("L1", 1003).await,
            zhao: town.comes("DIS", 1004).await,
        }
    }

    /// Those who hear a whistle of the branch.
    fn branch(&self) -> [&User; 2] {
        [&self.wu, &self.zheng]
    }
}

/// The messages of a chat that are the card of this case; its photo and pin come before it.
fn cards(user: &User, case: &Case) -> Vec<Shown> {
    let title = format!("案号 {}", number(case));
    let is_card = |shown: &Shown| shown.kind == Kind::Text && shown.text.contains(&title);
    user.messages().into_iter().filter(is_card).collect()
}

fn number(case: &Case) -> String {
    CaseNumber::of(case.id).to_string()
}

/// The only card of this case in a chat.
#[track_caller]
fn card(user: &User, case: &Case) -> Shown {
    let mut found = cards(user, case);
    assert_eq!(found.len(), 1, "one card: {found:#?}");
    found.remove(0)
}

#[track_caller]
fn only(mut cases: Vec<Case>) -> Case {
    assert_eq!(cases.len(), 1, "{cases:#?}");
    cases.remove(0)
}

#[track_caller]
fn is_minutes(spread: &Spread, minutes: f64) {
    assert_eq!((spread.cases.len(), spread.median, spread.p90), (1, Some(minutes), Some(minutes)));
}

async fn reports(town: &Town, worker: &User) {
    worker.sends_album(&[PHOTO, PHOTO], Some("路口一堆垃圾"));
    town.poll().await;
    worker.sends_location(SPOT.lat, SPOT.lon, Some(8.0));
    town.poll().await;
}

async fn arrives(town: &Town, lead: &User, metres: f64) {
    lead.presses("人到");
    town.poll().await;
    let (lat, lon) = north(metres);
    lead.sends_location(lat, lon, Some(8.0));
    town.poll().await;
}

async fn settles(town: &Town, lead: &User) {
    lead.presses("事了");
    town.poll().await;
    lead.presses("已清理");
    town.poll().await;
    lead.sends_photo(PHOTO, Some("清走了，地面冲过"));
    town.poll().await;
}

on_both_databases! {
    async fn a_day_from_the_whistle_to_the_figures(database: Throwaway) {
        let town = Town::new(&database, FRIDAY).await;
        let cast = Cast::comes(&town).await;
        friday(&town, &cast).await;
        saturday(&town, &cast).await;
        figures(&town).await;
    }
}

/// Across the lunch break; two press in one batch; 30 m off.
async fn friday(town: &Town, cast: &Cast) {
    let Cast { wang, wu, zheng, .. } = cast;
    town.until("2026-10-09 11:30").await;
    reports(town, wang).await;
    let case = only(town.cases().await);
    assert_eq!((case.state, case.material.len()), (State::Whistled, 2));
    assert_eq!(case.category.as_str(), "06012", "guessed from the words");
    assert!(card(wang, &case).text.contains("G1单位"));
    for piece in &case.material {
        let photo = town.office.app.store().media(piece.photo.unwrap().media).await.unwrap().unwrap();
        assert_eq!(photo.state, MediaState::Stored, "{:?}", photo.error);
    }
    for hearer in cast.branch() {
        let heard = card(hearer, &case);
        assert!(heard.text.contains("照片 2 张"), "{}", heard.text);
        assert!(heard.data("接哨").is_some(), "{heard:#?}");
        assert!(!heard.silent);
        assert!(hearer.messages().iter().any(|shown| matches!(shown.kind, Kind::Photo { .. })));
        let pins = hearer.messages().into_iter().filter(is_pin).count();
        assert_eq!(pins, 1, "the place, once, as a native location");
    }
    assert!(cards(&cast.zhao, &case).is_empty(), "the dispatcher is not disturbed");
    let whistle = case.whistle.clone().unwrap();
    assert_eq!(whistle.answer.at, shanghai("2026-10-09 12:00"));
    assert_eq!(whistle.arrive.at, shanghai("2026-10-09 14:30"), "lunch does not count");

    town.until("2026-10-09 11:40").await;
    let (first, second) = (wu.presses("接哨"), zheng.presses("接哨"));
    town.poll().await;
    let case = only(town.cases().await);
    assert_eq!(case.whistle.as_ref().unwrap().lead, Some("S1".into()));
    assert!(town.toast(&first).await.contains("由您领办"));
    assert!(town.toast(&second).await.contains("吴书记已经接哨"));
    everybody_sees(cast, &case, "领办：吴书记");

    town.until("2026-10-09 14:10").await;
    arrives(town, wu, 30.0).await;
    let case = only(town.cases().await);
    let arrival = case.whistle.as_ref().unwrap().arrival.unwrap();
    assert_eq!((case.state, arrival.evidence), (State::Arrived, Evidence::Verified));
    assert!((arrival.distance_m.unwrap() - 30.0).abs() < 0.5);
    assert!(wu.last_saying("已核实").text.contains("30 米"));
    wang.last_saying("人已到现场");

    town.until("2026-10-09 14:50").await;
    settles(town, wu).await;
    assert_eq!(only(town.cases().await).state, State::Settled);
    everybody_sees(cast, &case, "【事了】");

    town.until("2026-10-09 15:30").await;
    // The reporter's button in the settler's hand.
    let asked = wang.last_saying("清走了，地面冲过");
    let own = wu.presses_data(None, asked.data("确已解决").unwrap());
    town.poll().await;
    assert!(town.toast(&own).await.contains("要由别人来核查"));
    assert_eq!(only(town.cases().await).state, State::Settled, "nobody checks their own work");
    wang.presses("确已解决");
    town.poll().await;
    assert_eq!(only(town.cases().await).state, State::Closed);
    everybody_sees(cast, &case, "【结案】");
}

/// Over night into the make-up workday; two press at once, at two processes; 400 m off, and late.
async fn saturday(town: &Town, cast: &Cast) {
    let Cast { wang, wu, zheng, zhao } = cast;
    town.until("2026-10-09 17:40").await;
    reports(town, wang).await;
    let case = second(town).await;
    let whistle = case.whistle.clone().unwrap();
    assert_eq!(whistle.answer.at, shanghai("2026-10-10 08:10"), "Saturday is a workday");
    assert_eq!(whistle.arrive.at, shanghai("2026-10-10 08:40"));
    assert_eq!(whistle.settle.at, shanghai("2026-10-10 11:40"));

    town.until("2026-10-10 08:05").await;
    let other = town.process("other").await;
    let presses = [wu.presses("接哨"), zheng.presses("接哨")];
    let updates = town.api.take_updates();
    let [one, two] = updates.as_slice() else { panic!("two presses: {updates:?}") };
    let (one, two) = tokio::join!(town.office.listener.take(one), other.listener.take(two));
    one.and(two).unwrap();
    town.poll().await;
    let lead = second(town).await.whistle.unwrap().lead.unwrap();
    let (leads, name, loser) = if lead.as_str() == "S1" {
        (wu, "吴书记", &presses[1])
    } else {
        (zheng, "郑国强", &presses[0])
    };
    assert!(town.toast(loser).await.contains(&format!("{name}已经接哨")));
    everybody_sees(cast, &case, &format!("领办：{name}"));

    town.until("2026-10-10 09:00").await;
    zhao.last_saying("没有按时到场");
    assert_eq!(second(town).await.escalation, Escalation::Community);
    arrives(town, leads, 400.0).await;
    let arrival = second(town).await.whistle.unwrap().arrival.unwrap();
    assert_eq!(arrival.evidence, Evidence::Unverified);
    assert!((arrival.distance_m.unwrap() - 400.0).abs() < 0.5);
    let told = leads.last_saying("未核实");
    assert!(told.text.contains("400 米"), "{}", told.text);

    town.until("2026-10-10 10:00").await;
    settles(town, leads).await;
    town.until("2026-10-10 10:20").await;
    wang.presses("确已解决");
    town.poll().await;
    assert_eq!(second(town).await.state, State::Closed);
}

async fn second(town: &Town) -> Case {
    let mut cases = town.cases().await;
    assert_eq!(cases.len(), 2);
    cases.remove(1)
}

async fn figures(town: &Town) {
    let day = town.figures("2026-10-09 00:00", "2026-10-10 00:00").await;
    is_minutes(&day.answer, 10.0);
    is_minutes(&day.response, 160.0);
    is_minutes(&day.settlement, 200.0);
    is_minutes(&day.closure, 240.0);
    assert_eq!((day.reported.len(), day.closed.len()), (2, 1));
    assert_eq!(day.arrived_on_time.value(), Some(1.0), "40 minutes of work: lunch does not count");
    assert_eq!(day.verified.value(), Some(1.0));

    let day = town.figures("2026-10-10 00:00", "2026-10-11 00:00").await;
    is_minutes(&day.answer, 865.0);
    is_minutes(&day.response, 920.0);
    is_minutes(&day.settlement, 980.0);
    is_minutes(&day.closure, 1_000.0);
    assert_eq!(day.arrived_on_time.value(), Some(0.0), "an hour of work ended on Saturday at 08:40");
    assert_eq!(day.handled_on_time.value(), Some(1.0));
    assert_eq!(day.verified.value(), Some(0.0));

    let both = town.figures("2026-10-09 00:00", "2026-10-11 00:00").await;
    assert_eq!((both.answer.median, both.answer.p90), (Some(437.5), Some(779.5)));
    assert_eq!((both.response.median, both.response.p90), (Some(540.0), Some(844.0)));
    assert_eq!((both.settlement.median, both.settlement.p90), (Some(590.0), Some(902.0)));
    assert_eq!((both.closure.median, both.closure.p90), (Some(620.0), Some(924.0)));
    assert_eq!(both.arrived_on_time.value(), Some(0.5));
    assert_eq!((both.closed_rate.value(), both.reworked.value()), (Some(1.0), Some(0.0)));
}

fn is_pin(shown: &Shown) -> bool {
    matches!(shown.kind, Kind::Location { lat, lon }
        if (lat - SPOT.lat).abs() < 1e-6 && (lon - SPOT.lon).abs() < 1e-6)
}

/// The card of the reporter and of everybody who heard the whistle, edited in place.
#[track_caller]
fn everybody_sees(cast: &Cast, case: &Case, words: &str) {
    for user in cast.branch().into_iter().chain([&cast.wang]) {
        let shown = card(user, case);
        assert!(shown.text.contains(words), "{words}: {shown:#?}");
        assert!(!shown.earlier.is_empty(), "edited in place");
    }
}

on_both_databases! {
    async fn the_same_update_twice_makes_one_case(database: Throwaway) {
        let town = Town::new(&database, FRIDAY).await;
        let wang = town.comes("W1", 1001).await;
        wang.sends_album(&[PHOTO, PHOTO], Some("路口一堆垃圾"));
        wang.sends_location(SPOT.lat, SPOT.lon, Some(8.0));
        let updates = town.api.take_updates();
        for update in updates.iter().chain(&updates) {
            town.office.listener.take(update).await.unwrap();
        }
        town.poll().await;
        let case = only(town.cases().await);
        assert_eq!(case.material.len(), 2);
        let said = wang.messages().len();
        town.office.listener.take(&updates[2]).await.unwrap();
        town.poll().await;
        assert_eq!((town.cases().await.len(), wang.messages().len()), (1, said), "nor is anything said twice");
        card(&wang, &case);
    }

    async fn a_restart_between_two_pieces_of_a_report(database: Throwaway) {
        let town = Town::new(&database, FRIDAY).await;
        let wang = town.comes("W1", 1001).await;
        wang.sends_photo(PHOTO, Some("路口一堆垃圾"));
        town.poll().await;
        // It ends without a goodbye, so its lease runs out first.
        town.until("2026-10-09 08:01:01").await;
        let after = town.process("after").await;
        wang.sends_location(SPOT.lat, SPOT.lon, Some(8.0));
        after.poll(&town.api).await;
        let case = only(town.cases().await);
        assert_eq!((case.state, case.material.len()), (State::Whistled, 1));
        assert!(case.material[0].photo.is_some() && case.material[0].words.is_some());
        card(&wang, &case);
    }

    async fn a_press_after_somebody_else_answered(database: Throwaway) {
        let town = Town::new(&database, FRIDAY).await;
        let Cast { wang, wu, zheng, .. } = Cast::comes(&town).await;
        reports(&town, &wang).await;
        let case = only(town.cases().await);
        let shown = card(&zheng, &case);
        let stale = shown.data("接哨").unwrap().to_owned();
        wu.presses("接哨");
        town.poll().await;
        let late = zheng.presses_data(Some(shown.id), &stale);
        town.poll().await;
        assert!(town.toast(&late).await.contains("吴书记已经接哨"));
        assert_eq!(only(town.cases().await).whistle.unwrap().lead, Some("S1".into()));
        zheng.presses("我去协助");
        town.poll().await;
        assert!(card(&zheng, &case).text.contains("协助：郑国强"));
    }

    async fn a_day_off_is_told_in_one_message(database: Throwaway) {
        let town = Town::new(&database, FRIDAY).await;
        let Cast { wang, zhao, .. } = Cast::comes(&town).await;
        for (nth, minute) in ["08:00", "08:03", "08:06"].into_iter().enumerate() {
            town.until(&format!("2026-10-09 {minute}")).await;
            let (lat, lon) = north(60.0 * nth as f64);
            wang.says("路口一堆垃圾");
            wang.sends_location(lat, lon, Some(8.0));
            town.poll().await;
        }
        assert!(zhao.messages().iter().all(|shown| !shown.text.contains("案号")), "all is in time");
        let before = zhao.messages().len();
        town.off_until("2026-10-10 09:00").await;
        let cases = town.cases().await;
        assert_eq!(cases.len(), 3);
        let told = zhao.messages().split_off(before);
        assert_eq!(told.len(), 1, "{told:#?}");
        for case in &cases {
            assert_eq!(case.escalation, Escalation::Community, "one step, not the whole ladder");
            assert!(told[0].text.contains(&number(case)), "{told:#?}");
        }
    }

    async fn a_sticker_gets_a_helpful_line(database: Throwaway) {
        let town = Town::new(&database, FRIDAY).await;
        let wang = town.comes("W1", 1001).await;
        wang.sends_sticker();
        town.poll().await;
        assert!(wang.last().text.contains("照片、语音、文字、位置都可以"), "{:#?}", wang.last());
        assert!(town.cases().await.is_empty());
    }
}
