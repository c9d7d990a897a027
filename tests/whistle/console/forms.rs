//! Forms lose nothing: a session that ended, a file to send along, an address that nobody can read.

use super::{
    Case, CaseNumber, Command, State, StatusCode, Throwaway, Town, address, assert_says, assert_silent,
};

/// A JPEG of no size.
const JPEG: [u8; 11] = [0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 1, 2, 3, 0xFF, 0xD9];

/// A case of a matter that asks for a photo, with BOTH on the spot.
async fn on_the_spot(town: &Town) -> Case {
    let case = town.patrolled("WORK1", "G1", "井盖破了").await;
    town.act(&case, "BOTH", Command::Recategorise { category: "08002".into() }).await;
    town.act(&case, "BOTH", Command::Answer).await;
    town.act(&case, "BOTH", Command::Arrive { fix: case.place.fix }).await
}

on_both_databases! {
    async fn a_session_that_ended_keeps_what_was_typed(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let case = town.reported("G1", "垃圾满了").await;
        let browser = town.signed_in("DIS1").await;
        let path = format!("{}/decline", address(&case));
        town.clock.advance(chrono::Duration::hours(13));
        let seen = case.version.to_string();
        let typed = [("reason", "这是私人<院子> & 不归我们"), ("seen", seen.as_str()), ("csrf", "old")];
        let door = browser.post_bare(&path, &typed).await;
        assert_eq!(door.status, StatusCode::UNAUTHORIZED);
        assert_says(&door, "还没有提交");
        assert_eq!(door.hidden("next"), address(&case));
        assert_silent(&door, "csrf");

        let behind = [("to", door.hidden("to")), ("kept", door.hidden("kept")), ("next", door.hidden("next"))];
        let kept = behind.map(|(name, value)| (name, value.replace("&#38;", "&")));
        let kept: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let wrong = [("code", "DIS1"), ("password", "not this one")];
        let wrong = browser.post_bare("/sign-in", &[&wrong[..], &kept].concat()).await;
        assert_eq!(wrong.hidden("kept"), door.hidden("kept"), "a slip at the door loses nothing either");

        let right = [("code", "DIS1"), ("password", "whistle-1")];
        let page = browser.enter(&[&right[..], &kept].concat()).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_says(&page, "这是私人&#60;院子&#62; &#38; 不归我们</textarea>");
        assert_says(&page, "请再提交一次");
        assert_eq!(town.case(&case).await.state, State::Reported, "nothing is done by signing in");
        let again = [("reason", "这是私人院子"), ("seen", page.hidden("seen")), ("csrf", page.hidden("csrf"))];
        assert_eq!(browser.post_bare(&path, &again).await.status, StatusCode::SEE_OTHER);
        assert_eq!(town.case(&case).await.state, State::Declined);
    }

    async fn what_waits_at_the_door_is_not_for_everybody(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let case = town.reported("G3", "暖气漏水").await;
        let path = format!("{}/decline", address(&case));
        let typed = [("reason", "重复"), ("seen", "1")];
        let foreign = town.browser().post_from_elsewhere(&path, &typed).await;
        assert_eq!(foreign.status, StatusCode::SEE_OTHER, "another site's words are not carried in");
        assert_silent(&foreign, "kept");

        let door = town.browser().post_bare(&path, &typed).await;
        let kept = door.hidden("kept").replace("&#38;", "&");
        let other = [("code", "DIS1"), ("password", "whistle-1"), ("to", &path), ("kept", &kept)];
        let page = town.browser().enter(&other).await;
        assert_eq!((page.status, page.location.as_str()), (StatusCode::SEE_OTHER, "/console/"));
        assert_silent(&page, "暖气漏水");
    }

    async fn a_report_for_a_caller_outlives_the_session(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let door = town.browser().post_bare("/console/new", &[("words", "水管爆了"), ("place", "菜场")]).await;
        assert_eq!((door.status, door.hidden("next")), (StatusCode::UNAUTHORIZED, "/console/new"));
        let kept = door.hidden("kept").replace("&#38;", "&");
        let fields = [("code", "DIS1"), ("password", "whistle-1"), ("to", "/console/new"), ("kept", &kept)];
        let page = town.browser().enter(&fields).await;
        assert_says(&page, "水管爆了</textarea>");
        assert_says(&page, "value=\"菜场\"");
    }

    async fn a_photo_settles_where_the_matter_asks_for_one(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let case = on_the_spot(&town).await;
        let browser = town.signed_in("BOTH").await;
        let page = browser.get(&address(&case)).await;
        assert_says(&page, "/settle\" enctype=\"multipart/form-data\"");
        assert_says(&page, "type=\"file\"");
        let seen = page.hidden("seen").to_owned();
        let path = format!("{}/settle", address(&case));
        let fields = [("condition", "0"), ("words", "换了新井盖"), ("seen", seen.as_str())];

        let bare = browser.post(&path, &fields).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", bare.body);
        let wrong = browser.post_file(&path, &fields, b"<html><script>alert(1)</script>").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_says(&wrong, "不是照片");
        assert_says(&wrong, "换了新井盖");
        assert_eq!(town.case(&case).await.state, State::Arrived);

        let done = browser.post_file(&path, &fields, &JPEG).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let settled = town.case(&case).await;
        assert_eq!(settled.state, State::Settled);
        let photos = settled.settlement.unwrap().photos;
        let photo = format!("/media/{}?case={}", photos[0], CaseNumber::of(case.id));
        assert_eq!((photos.len(), browser.get(&photo).await.status), (1, StatusCode::OK));
        assert_says(&browser.get(&address(&case)).await, &photo.replace('&', "&#38;"));
    }
}

#[actix_web::test]
async fn a_form_with_a_file_needs_its_token_too() {
    let database = Throwaway::sqlite();
    let town = Town::new(&database.url).await;
    let case = on_the_spot(&town).await;
    let (browser, other) = (town.signed_in("BOTH").await, town.signed_in("BOTH").await);
    let stranger = other.get("/console/").await.hidden("csrf").to_owned();
    let fields = [("condition", "0"), ("words", "换了"), ("seen", "4"), ("csrf", stranger.as_str())];
    let forged = browser.post_file_bare(&format!("{}/settle", address(&case)), &fields, &JPEG).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
}

#[actix_web::test]
async fn a_case_is_not_merged_into_itself_and_the_page_says_why() {
    let database = Throwaway::sqlite();
    let town = Town::new(&database.url).await;
    let case = town.reported("G1", "垃圾满了").await;
    let number = CaseNumber::of(case.id).to_string();
    let fields = [("into", number.as_str()), ("reason", "同一件事"), ("seen", "1")];
    let browser = town.signed_in("DIS1").await;
    let refused = browser.post(&format!("{}/merge", address(&case)), &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_says(&refused, "这就是本案");
}

#[actix_web::test]
async fn what_cannot_be_read_is_told_in_the_readers_language() {
    let database = Throwaway::sqlite();
    let town = Town::new(&database.url).await;
    let browser = town.signed_in("DIS1").await;
    for (path, chinese, english) in [
        ("/console/figures?from=x&until=y", "日期应写作", "A day is written"),
        ("/console/figures?from=2026-07-08&until=2026-07-01", "结束须在开始之后", "must end after"),
        ("/console/figures?from=2020-07-08&until=2026-07-01", "不能超过三年", "three years"),
        ("/console/map/corrections?from=x", "日期应写作", "A day is written"),
        ("/console/map/corrections?from=2026-07-08&until=2026-07-01", "结束须在开始之后", "must end after"),
        ("/console/figures?unit=NOWHERE", "没有单位“NOWHERE”", "no unit"),
        ("/console/figures?by=colour", "不能按“colour”分组", "cannot be grouped"),
        ("/console/?state=bogus", "没有这样的状态", "no such state"),
        ("/console/?after=nowhere", "请从列表开头看起", "begin at the top"),
        ("/console/?view=all&view=open", "读不懂的内容", "cannot be read"),
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path}");
        assert_says(&page, chinese);
        assert_silent(&page, english);
        assert_silent(&page, "deserialize");
        let page = browser.get(&format!("{path}&lang=en")).await;
        assert_says(&page, english);
        assert_silent(&page, "deserialize");
    }
    for page in ["figures", "map/corrections"] {
        let page = browser.get(&format!("/console/{page}?from=&until=")).await;
        assert_eq!(page.status, StatusCode::OK, "empty is usual");
    }
}
