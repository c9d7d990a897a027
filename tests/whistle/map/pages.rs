//! The console's pages about the map, and who may see which.

use super::{SPLIT, draft, import, map};
use crate::{
    console::town::{Answer, Browser, Town},
    database::Throwaway,
};
use actix_web::http::StatusCode;
use chrono::NaiveTime;
use serde_json::json;
use whistle::{
    atlas::Point,
    domain::{Case, CaseNumber, Command},
    store::{Duty, Station},
};

fn assert_says(answer: &Answer, words: &str) {
    assert!(answer.body.contains(words), "no `{words}` in {}:\n{}", answer.status, answer.body);
}

fn assert_silent(answer: &Answer, words: &str) {
    assert!(!answer.body.contains(words), "`{words}` in {}:\n{}", answer.status, answer.body);
}

fn number(case: &Case) -> String {
    CaseNumber::of(case.id).to_string()
}

#[actix_web::test]
async fn whose_a_point_is_told_by_coordinates_name_and_case() {
    let database = Throwaway::sqlite();
    let town = Town::new(&database.url).await;
    let browser = town.signed_in("DIS1").await;
    let page = "/console/map/point";
    let found = browser.get(&format!("{page}?lat=36.395&lon=120.4099&accuracy=30")).await;
    for words in ["G1单位", "G2单位", "C1单位", "9.0 米", "第 1 版（现行）", "± 30 米"] {
        assert_says(&found, words);
    }
    let station = |code: &str, lat| Station {
        code: code.into(),
        name: format!("{code}号站"),
        unit: "G1".into(),
        point: Point::new(120.4099, lat),
    };
    let tx = town.app.store().begin().await.unwrap();
    tx.replace_stations(&[station("FAR", 36.7), station("NEXT", 36.405), station("NEAR", 36.396)])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let exact = browser.fragment(&format!("{page}?lat=36.395&lon=120.4099&accuracy=0")).await;
    let places: Vec<_> = ["NEAR · 111", "NEXT · 1.1"].map(|words| exact.body.find(words)).into();
    assert!(places[0].is_some() && places[0] < places[1], "nearest first: {}", exact.body);
    assert_silent(&exact, "FAR");
    assert_says(&exact, "G1单位");
    assert_silent(&exact, "G2单位");
    assert_silent(&exact, "<html");
    let typed = browser.get(&format!("{page}?q=36.395,%20120.4199")).await;
    assert_says(&typed, "G2单位");
    let shifted = browser.fragment(&format!("{page}?lat=36.395&lon=120.4199&accuracy=0&datum=gcj02")).await;
    assert_says(&shifted, "G2单位");
    assert_silent(&shifted, "36.395000, 120.419900");
    let named = browser.get(&format!("{page}?q=G3")).await;
    let link = named.link_with("lat=").expect("a place of that name");
    assert_says(&browser.get(&link).await, "C2单位");
    let outside = browser.get(&format!("{page}?lat=36.5&lon=120.405")).await;
    assert_says(&outside, "不在任何网格内");
    assert_says(&browser.get(&format!("{page}?lat=x&lon=120")).await, "经纬度或坐标系不对");
    let mistyped = browser.get(&format!("{page}?lat=36.395&lon=120.4&accuracy=-3")).await;
    assert_says(&mistyped, "定位精度应为米数");
    let unusual = browser.get(&format!("{page}?lat=36.395&lon=120.4&accuracy=17")).await;
    assert_says(&unusual, "<option value=\"17\" selected>± 17 米");
    assert_says(&browser.get(&format!("{page}?q=nowhere")).await, "没有找到这个地方");

    let (ours, theirs) = (town.reported("G1", "井盖").await, town.reported("G3", "暖气").await);
    assert_says(&browser.get(&format!("{page}?q={}", number(&ours))).await, "G1单位");
    assert_says(&browser.get(&format!("{page}?q={}", number(&theirs))).await, "没有这个案件");
}

#[actix_web::test]
async fn editions_are_seen_and_decided_on_by_the_district_only() {
    let database = Throwaway::sqlite();
    let town = Town::new(&database.url).await;
    let id = draft(&town.app, &map(&SPLIT, "单位")).await;
    let community = town.signed_in("DIS1").await;
    let (leader, admin) = (town.signed_in("LEAD").await, town.signed_in("ADM").await);
    let editions = "/console/map/editions";
    let paths = [
        editions.to_owned(),
        format!("{editions}/{id}/what-if"),
        format!("{editions}/{id}/what-if.csv"),
        format!("{editions}/{id}/grid.geojson"),
        format!("/console/map/point?edition={id}&lat=36.395&lon=120.417"),
    ];
    for path in &paths {
        let refused = community.get(path).await;
        let hidden = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&refused.status);
        assert!(hidden, "{path}: {}", refused.status);
        assert_eq!(leader.get(path).await.status, StatusCode::OK, "{path}");
        assert_eq!(town.browser().get(path).await.status, StatusCode::SEE_OTHER, "{path}");
    }
    assert_silent(&community.get("/console/map/point").await, editions);
    assert_says(&leader.get(&paths[4]).await, "G4单位");
    let schedule = format!("{editions}/{id}/schedule");
    for browser in [&community, &leader] {
        assert_eq!(browser.post(&schedule, &[]).await.status, StatusCode::FORBIDDEN);
        let withdraw = browser.post(&format!("{editions}/{id}/withdraw"), &[]).await;
        assert_eq!(withdraw.status, StatusCode::FORBIDDEN);
    }
    assert_silent(&leader.get(editions).await, &schedule);
    assert_eq!(admin.post_bare(&schedule, &[]).await.status, StatusCode::FORBIDDEN, "no token, no decision");

    let past = admin.post(&schedule, &[("at", "2026-07-08T09:00")]).await;
    assert_eq!(past.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_says(&past, "这个时间已经过去");
    assert_eq!(admin.post(&schedule, &[("at", "2026-07-08T12:00")]).await.status, StatusCode::SEE_OTHER);
    assert_says(&admin.get(editions).await, "待生效");
    assert_eq!(admin.post(&schedule, &[("at", "")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(town.app.city().edition_id, Some(id));
    assert_says(&admin.get(editions).await, "李管理");
    let late = admin.post(&format!("{editions}/{id}/withdraw"), &[]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[actix_web::test]
async fn what_a_draft_would_mean_is_a_page_and_a_table() {
    let database = Throwaway::sqlite();
    let town = Town::new(&database.url).await;
    for _ in 0..8 {
        town.settled("G1", "垃圾满溢", 15, 45).await;
    }
    town.clock.advance(chrono::Duration::seconds(1));
    let halves = [
        ("G1", "C1", 120.40, 120.403),
        ("G4", "C1", 120.403, 120.41),
        ("G2", "C1", 120.41, 120.42),
        ("G3", "C2", 120.42, 120.43),
    ];
    let id = draft(&town.app, &map(&halves, "单位")).await;
    let leader = town.signed_in("LEAD").await;
    let page = leader.get(&format!("/console/map/editions/{id}/what-if?days=7")).await;
    for words in ["还没有人应哨的网格：G4单位", "新设", "重划", "100.0%", "+8", "样本不足"]
    {
        assert_says(&page, words);
    }
    assert_eq!(leader.get(&format!("/console/map/editions/{id}/what-if?days=0")).await.status, 400);
    let table = leader.get(&format!("/console/map/editions/{id}/what-if.csv?days=7")).await;
    assert!(
        table.body.lines().any(|line| line.starts_with("G4,G4单位,new,0,8,8,8,0,0,4,0,,0")),
        "{}",
        table.body
    );
    let moves = leader.get(&format!("/console/map/editions/{id}/what-if.csv?days=7&part=exchanges")).await;
    assert!(moves.body.lines().any(|line| line.starts_with("G1,G4,8,15,")), "{}", moves.body);
}

#[actix_web::test]
async fn ticked_cases_are_moved_and_what_changed_meanwhile_stays_ticked() {
    let database = Throwaway::sqlite();
    let town = Town::new(&database.url).await;
    let first = town.patrolled("WORK2", "G2", "垃圾满溢").await;
    let second = town.patrolled("WORK1", "G2", "井盖松动").await;
    let third = town.reported("G2", "路灯不亮").await;
    import(&town.app, &map(&SPLIT, "单位"), None).await;
    let browser = town.signed_in("DIS1").await;
    let page = "/console/map/moves";
    let list = browser.get(page).await;
    for case in [&first, &second, &third] {
        assert_says(&list, &format!("name=\"case-{}\" value=\"{}\"", case.id.0, case.version));
    }
    assert_silent(&town.signed_in("DIS2").await.get(page).await, &number(&first));
    assert_eq!(town.signed_in("LEAD").await.get(page).await.status, StatusCode::FORBIDDEN);

    town.act(&second, "WORK2", Command::Answer).await;
    let tick = |case: &Case| (format!("case-{}", case.id.0), case.version.to_string());
    let ticks = [tick(&first), tick(&second)];
    let mut fields: Vec<(&str, &str)> = ticks.iter().map(|(name, seen)| (&**name, &**seen)).collect();
    fields.extend([("reason", "按新地图"), ("do", "move")]);
    let done = browser.post(page, &fields).await;
    assert_eq!(done.status, StatusCode::CONFLICT);
    for words in ["已改派", "您看的时候案件变了", "value=\"按新地图\""] {
        assert_says(&done, words);
    }
    let again = town.case(&second).await;
    assert_eq!(again.whistle.as_ref().unwrap().unit.as_str(), "G2");
    let ticked = format!(
        "name=\"case-{}\" value=\"{}\" aria-label=\"{}\" checked",
        second.id.0,
        again.version,
        number(&second)
    );
    assert_says(&done, &ticked);
    assert_eq!(town.case(&first).await.whistle.unwrap().unit.as_str(), "G4");

    let (kept, seen) = tick(&third);
    let kept = browser.post(page, &[(&*kept, &*seen), ("do", "keep")]).await;
    assert_eq!(kept.status, StatusCode::OK);
    assert_says(&kept, "已保留原责任单位");
    assert_says(&browser.post(page, &[("do", "keep")]).await, "没有勾选案件");
    assert_eq!(browser.post(page, &[("do", "dance")]).await.status, StatusCode::BAD_REQUEST);
    assert_silent(&browser.get(page).await, &format!("name=\"case-{}\"", third.id.0));
}

#[actix_web::test]
async fn corrections_open_their_points_within_the_desk() {
    let database = Throwaway::sqlite();
    let town = Town::new(&database.url).await;
    let picked = town.reported("G1", "两界之间").await;
    town.act(&picked, "DIS1", Command::Reroute { grid: "G2".into() }).await;
    let browser = town.signed_in("DIS1").await;
    let page = browser.get("/console/map/corrections").await;
    assert_says(&page, "G2单位");
    assert_says(&page, "100.0%");
    let points = browser.get(&page.link_with("between").unwrap()).await;
    assert_says(&points, &number(&picked));
    assert_says(&browser.get("/console/map/corrections.csv").await, "G1,G1单位,G2,G2单位,1,0,1,");
    let other = town.signed_in("DIS2").await;
    assert_says(&other.get("/console/map/corrections").await, "这段时间没有更正");
    let hidden = other.get(&page.link_with("between").unwrap()).await;
    assert_silent(&hidden, &number(&picked));
}

/// What the door keeps of a form that came too late, and the sign-in that brings it back.
async fn through_the_door(browser: &Browser<'_>, person: &str, door: &Answer) -> Answer {
    assert_eq!(door.status, StatusCode::UNAUTHORIZED, "{}", door.body);
    let behind = ["to", "kept", "next"].map(|name| (name, door.hidden(name).replace("&#38;", "&")));
    let mut fields = vec![("code", person), ("password", "whistle-1")];
    fields.extend(behind.iter().map(|(name, value)| (*name, value.as_str())));
    let page = browser.enter(&fields).await;
    assert_eq!(page.status, StatusCode::OK, "{} {}", page.status, page.location);
    assert_says(&page, "请再提交一次");
    page
}

#[actix_web::test]
async fn moves_that_were_ticked_outlive_the_session() {
    let database = Throwaway::sqlite();
    let town = Town::new(&database.url).await;
    let (first, second) =
        (town.patrolled("WORK2", "G2", "井盖").await, town.patrolled("WORK2", "G2", "路灯").await);
    import(&town.app, &map(&SPLIT, "单位"), None).await;
    let browser = town.signed_in("DIS1").await;
    let ticks = [&first, &second].map(|case| (format!("case-{}", case.id.0), case.version.to_string()));
    let mut fields: Vec<(&str, &str)> = ticks.iter().map(|(name, value)| (&**name, &**value)).collect();
    fields.extend([("reason", "界线 <改> & 归东"), ("do", "move"), ("csrf", "old")]);
    town.clock.advance(chrono::Duration::hours(13));
    let door = browser.post_bare("/console/map/moves", &fields).await;
    assert_eq!(door.hidden("next"), "/console/map/moves");
    town.act(&second, "WORK2", Command::Answer).await;
    let page = through_the_door(&browser, "DIS1", &door).await;
    for case in [&first, &second] {
        let now = town.case(case).await;
        assert_says(&page, &format!("name=\"case-{}\" value=\"{}\"", case.id.0, now.version));
        assert_eq!(now.reassignments, 0, "nothing is done by signing in");
    }
    assert_eq!(page.body.matches(" checked>").count(), 2);
    assert_says(&page, "value=\"界线 &#60;改&#62; &#38; 归东\"");
    assert_says(&page, "您看的时候案件变了");
    let stranger = town.browser();
    let door = stranger.post_bare("/console/map/moves", &fields).await;
    let kept = door.hidden("kept").replace("&#38;", "&");
    let fields = [("code", "LEAD"), ("password", "whistle-1"), ("to", "/console/map/moves"), ("kept", &kept)];
    let other = stranger.enter(&fields).await;
    assert_eq!(other.status, StatusCode::SEE_OTHER, "a leader moves nothing");
}

#[actix_web::test]
async fn an_editions_time_outlives_the_session_and_a_refusal() {
    let database = Throwaway::sqlite();
    let town = Town::new(&database.url).await;
    let id = draft(&town.app, &map(&SPLIT, "单位")).await;
    let browser = town.signed_in("ADM").await;
    let path = format!("/console/map/editions/{id}/schedule");
    let typed = "value=\"2026-07-08T09:30\"";
    let past = browser.post(&path, &[("at", "2026-07-08T09:30")]).await;
    assert_eq!(past.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_says(&past, typed);
    town.clock.advance(chrono::Duration::hours(13));
    let door = browser.post_bare(&path, &[("at", "2026-07-08T09:30"), ("csrf", "old")]).await;
    assert_eq!(door.hidden("next"), "/console/map/editions");
    let page = through_the_door(&browser, "ADM", &door).await;
    assert_says(&page, typed);
    assert_says(&page, "<details class=\"action\" open>");
    let withdraw = browser.post_bare(&format!("/console/map/editions/{id}/withdraw"), &[("csrf", "x")]).await;
    assert_eq!(withdraw.status, StatusCode::FORBIDDEN, "a token of another session");
}

#[actix_web::test]
async fn a_withdrawal_comes_back_as_one_after_the_session_has_ended() {
    let database = Throwaway::sqlite();
    let town = Town::new(&database.url).await;
    let id = draft(&town.app, &map(&SPLIT, "单位")).await;
    let browser = town.signed_in("ADM").await;
    let set =
        browser.post(&format!("/console/map/editions/{id}/schedule"), &[("at", "2099-07-08T09:30")]).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER);
    town.clock.advance(chrono::Duration::hours(13));
    let door = browser.post_bare(&format!("/console/map/editions/{id}/withdraw"), &[("csrf", "old")]).await;
    let page = through_the_door(&browser, "ADM", &door).await;
    let open = "<details class=\"action\" open>";
    assert_says(&page, "登录已过期");
    assert_says(&page, &format!("{open}<summary>撤回"));
    assert_silent(&page, &format!("{open}<summary>定生效时间"));
    assert_says(&page, "value=\"2099-07-08T09:30\"");
}

#[actix_web::test]
async fn maps_are_sent_what_is_in_view() {
    let database = Throwaway::sqlite();
    let town = Town::new(&database.url).await;
    let id = draft(&town.app, &map(&SPLIT, "单位")).await;
    let (leader, anybody) = (town.signed_in("LEAD").await, town.browser());
    let box_of_g2 = "bbox=120.4135,36.392,120.419,36.398&zoom=16";
    for (browser, path, inside) in [
        (&anybody, "/map/grid.geojson".to_owned(), "G2"),
        (&leader, format!("/console/map/editions/{id}/grid.geojson"), "G4"),
    ] {
        let whole = browser.get(&path).await;
        let seen = browser.get(&format!("{path}?{box_of_g2}")).await;
        for code in ["G1", "G3"] {
            assert_says(&whole, &format!("\"code\":\"{code}\""));
            assert_silent(&seen, &format!("\"code\":\"{code}\""));
        }
        assert_says(&seen, &format!("\"code\":\"{inside}\""));
        for wrong in ["bbox=1,2,3", "bbox=a,b,c,d", "bbox=3,3,2,4", "bbox=1,2,3,4,5", "zoom=x"] {
            assert_eq!(
                browser.get(&format!("{path}?{wrong}")).await.status,
                StatusCode::BAD_REQUEST,
                "{wrong}"
            );
        }
    }
    assert_eq!(anybody.get("/map/nowhere.geojson").await.status, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn who_is_on_duty_near_a_point_and_which_desks_are() {
    let database = Throwaway::sqlite();
    let town = Town::new(&database.url).await;
    // The town stands at Wednesday, 10:00.
    let turn = |unit: &str, person: &str, from: (u32, u32), to: (u32, u32)| Duty {
        unit: unit.into(),
        person: person.into(),
        weekday: 3,
        from: NaiveTime::from_hms_opt(from.0, from.1, 0).unwrap(),
        to: NaiveTime::from_hms_opt(to.0, to.1, 0).unwrap(),
        valid_from: None,
        valid_to: None,
    };
    let tx = town.app.store().begin().await.unwrap();
    let turns = [
        turn("G1", "SEC1", (8, 0), (12, 0)),
        turn("G1", "WORK1", (14, 0), (18, 0)),
        turn("G2", "WORK2", (8, 0), (12, 0)),
        turn("C1", "DIS1", (8, 0), (12, 0)),
        turn("DEP1", "OFF1", (0, 0), (23, 0)),
    ];
    tx.replace_duty(&turns).await.unwrap();
    let point = Point::new(120.405, 36.41);
    let station = Station { code: "ST1".into(), name: "一号站".into(), unit: "G1".into(), point };
    tx.replace_stations(&[station]).await.unwrap();
    tx.commit().await.unwrap();
    let token = town.app.issue_api_token("near", &["locate"]).await.unwrap();
    let near = |lon: f64, lat: f64| {
        let path = format!("/api/v1/locate?lon={lon}&lat={lat}");
        let (town, token) = (&town, &token);
        async move { town.api(&path, token).await }
    };
    let inside = near(120.415, 36.395).await;
    let on_duty = inside["on_duty"].as_array().unwrap();
    let told: Vec<_> = on_duty
        .iter()
        .map(|one| (one["unit"].as_str().unwrap(), one["station"].as_str(), one["people"].as_u64()))
        .collect();
    assert_eq!(
        told,
        [("G2", None, Some(1)), ("G1", Some("一号站"), Some(1))],
        "a dispatcher answers no whistle, a department has no ground, and an afternoon is not now"
    );
    assert_eq!(on_duty[0]["distance_m"], 0.0, "on its own ground");
    assert!((on_duty[1]["distance_m"].as_f64().unwrap() - 1_890.0).abs() < 5.0, "{on_duty:?}");
    assert_eq!((&inside["desks"], &inside["stations"][0]["code"]), (&json!([]), &json!("ST1")));
    let outside = near(120.44, 36.395).await;
    let desks: Vec<_> = outside["desks"].as_array().unwrap().iter().map(|one| &one["code"]).collect();
    assert_eq!(desks, ["C2", "C1"]);

    let browser = town.signed_in("DIS1").await;
    let page = browser.get("/console/map/point?lat=36.395&lon=120.415").await;
    for words in ["正在值班", "周网格", "G2单位 · 就在这里", "吴书记", "一号站 · 1.9"] {
        assert_says(&page, words);
    }
    assert_silent(&page, "最近的社区");
    assert_says(&browser.get("/console/map/point?lat=36.395&lon=120.44").await, "最近的社区");
}

#[actix_web::test]
async fn grids_where_nobody_answers_are_told_before_a_whistle_goes_there() {
    let database = Throwaway::sqlite();
    let town = Town::new(&database.url).await;
    let case = town.patrolled("WORK2", "G2", "井盖").await;
    let browser = town.signed_in("DIS1").await;
    let address = format!("/console/cases/{}", number(&case));
    assert_silent(&browser.get(&address).await, "无人应哨");
    import(&town.app, &map(&SPLIT, "单位"), None).await;
    assert_says(&browser.get("/console/map/moves").await, "无人应哨");
    assert_says(&browser.get(&address).await, "G4单位（无人应哨）");
    assert_silent(&browser.get(&address).await, "那里还没有人应哨");
    let seen = case.version.to_string();
    let ticked = format!("case-{}", case.id.0);
    let fields = [(ticked.as_str(), seen.as_str()), ("reason", "新图"), ("do", "move")];
    assert_says(&browser.post("/console/map/moves", &fields).await, "已改派");
    assert_says(&browser.get(&address).await, "那里还没有人应哨");
}
