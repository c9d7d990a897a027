//! The console and the API as a browser and a program see them: pages of the spawned application over a
//! database of its own.

mod door;
mod forms;
mod limits;
mod number;
pub mod town;

use actix_web::http::StatusCode;
use town::{Answer, Town};
use whistle::domain::{Case, CaseNumber, Command, State};

use super::database::Throwaway;

const FORBIDDEN: StatusCode = StatusCode::FORBIDDEN;

fn address(case: &Case) -> String {
    format!("/console/cases/{}", CaseNumber::of(case.id))
}

fn assert_says(answer: &Answer, words: &str) {
    assert!(answer.body.contains(words), "no `{words}` in {}:\n{}", answer.status, answer.body);
}

fn assert_silent(answer: &Answer, words: &str) {
    assert!(!answer.body.contains(words), "`{words}` in {}:\n{}", answer.status, answer.body);
}

#[actix_web::test]
async fn nobody_comes_in_without_a_password() {
    let database = Throwaway::sqlite();
    let town = Town::new(&database.url).await;
    let browser = town.browser();
    let page = browser.get("/console/?view=open").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(page.location, "/sign-in?next=%2Fconsole%2F%3Fview%3Dopen");

    let wrong = browser.sign_in("DIS1", "wrong password").await;
    let unknown = browser.sign_in("NOBODY", "wrong password").await;
    assert_eq!((wrong.status, unknown.status), (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED));
    assert_says(&wrong, "编号或密码不对。");
    assert_eq!(
        wrong.body.replace("DIS1", "NOBODY"),
        unknown.body,
        "the door does not tell who is in the roster"
    );

    let right = browser.sign_in("DIS1", "whistle-1").await;
    assert_eq!((right.status, right.location.as_str()), (StatusCode::SEE_OTHER, "/console/"));
    let cookie = right.cookie.unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    assert_eq!(browser.get("/console/").await.status, StatusCode::OK);
}

#[actix_web::test]
async fn too_many_wrong_passwords_make_even_the_right_one_wait() {
    let database = Throwaway::sqlite();
    let town = Town::new(&database.url).await;
    let browser = town.browser();
    for _ in 0..5 {
        browser.sign_in("DIS1", "wrong password").await;
    }
    assert_says(&browser.sign_in("DIS1", "whistle-1").await, "错误次数过多");
    town.clock.advance(chrono::Duration::seconds(6));
    assert_eq!(browser.sign_in("DIS1", "whistle-1").await.status, StatusCode::SEE_OTHER);
}

#[actix_web::test]
async fn a_refusal_keeps_what_was_typed_and_says_why() {
    let database = Throwaway::sqlite();
    let town = Town::new(&database.url).await;
    let case = town.reported("G1", "垃圾满了").await;
    let browser = town.signed_in("DIS1").await;
    browser.act(&address(&case), "whistle", &[("owner", "G1")]).await;
    town.act(&case, "SEC1", Command::Answer).await;
    let seen = town.case(&case).await.version.to_string();
    let fields = [("owner", "NOWHERE"), ("reason", "交给他们更合适"), ("seen", seen.as_str())];
    let refused = browser.post(&format!("{}/reassign", address(&case)), &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_says(&refused, "交给他们更合适</textarea>");
    assert_says(&refused, "NOWHERE");
    let english = browser.post(&format!("{}/reassign?lang=en", address(&case)), &fields).await;
    assert_says(&english, "Give to another owner");
    let number = [("into", "123"), ("reason", "同一件事"), ("seen", seen.as_str())];
    assert_says(&browser.post(&format!("{}/merge", address(&case)), &number).await, "案件号不对");
}

#[actix_web::test]
async fn words_are_words_and_never_markup() {
    let database = Throwaway::sqlite();
    let town = Town::new(&database.url).await;
    let case = town.reported("G1", "<script>alert(1)</script>\"><img src=x onerror=alert(2)>").await;
    let browser = town.signed_in("DIS1").await;
    for path in
        [address(&case), "/console/?view=all".to_owned(), "/console/?q=%3Cscript%3Ealert(3)".to_owned()]
    {
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert_silent(&page, "<script>alert");
        assert_silent(&page, "<img src=x");
    }
}

#[actix_web::test]
async fn a_reporter_is_masked() {
    let database = Throwaway::sqlite();
    let town = Town::new(&database.url).await;
    let case = town.patrolled("WORK1", "G1", "垃圾满了").await;
    let page = town.signed_in("DIS1").await.get(&address(&case)).await;
    assert_says(&page, "王**");
    assert_silent(&page, "王小明");
}

on_both_databases! {
    async fn an_address_that_is_none_is_a_page_in_both_languages(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let page = town.browser().get("/no/such/page").await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert_says(&page, "这里什么也没有");
        assert_says(&page, "There is nothing here");
    }

    async fn a_session_ends_by_signing_out_and_by_time(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let browser = town.signed_in("DIS1").await;
        let stolen = browser.copy();
        browser.post("/sign-out", &[]).await;
        assert_eq!(stolen.get("/console/").await.status, StatusCode::SEE_OTHER, "the token is good no longer");

        let browser = town.signed_in("DIS1").await;
        town.clock.advance(chrono::Duration::hours(13));
        assert_eq!(browser.get("/console/").await.status, StatusCode::SEE_OTHER);
    }

    async fn a_form_without_its_token_does_nothing(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let case = town.reported("G1", "路灯不亮").await;
        let browser = town.signed_in("DIS1").await;
        let path = format!("{}/decline", address(&case));
        let fields = [("reason", "重复"), ("seen", "1")];
        let bare = browser.post_bare(&path, &fields).await;
        let forged = browser.post_bare(&path, &[&fields[..], &[("csrf", "0000")]].concat()).await;
        assert_eq!((bare.status, forged.status), (FORBIDDEN, FORBIDDEN));
        assert_eq!(town.case(&case).await.state, State::Reported);

        let done = browser.post(&path, &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert_eq!(town.case(&case).await.state, State::Declined);
    }

    async fn another_communitys_case_does_not_exist(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let ours = town.reported("G1", "井盖松动").await;
        let theirs = town.reported("G3", "暖气漏水").await;
        let browser = town.signed_in("DIS1").await;
        assert_eq!(browser.get(&address(&ours)).await.status, StatusCode::OK);
        let hidden = browser.get(&address(&theirs)).await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND);
        assert_silent(&hidden, "暖气漏水");
        let acted =
            browser.post(&format!("{}/decline", address(&theirs)), &[("reason", "x"), ("seen", "1")]).await;
        assert_eq!(acted.status, StatusCode::NOT_FOUND);
        assert_eq!(town.case(&theirs).await.state, State::Reported);

        let list = browser.get("/console/?view=all").await;
        assert_says(&list, "井盖松动");
        assert_silent(&list, "暖气漏水");
        let number = CaseNumber::of(theirs.id).to_string();
        let merged = [("into", number.as_str()), ("reason", "同一件事"), ("seen", "1")];
        let merged = browser.post(&format!("{}/merge", address(&ours)), &merged).await;
        assert_eq!(merged.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(town.case(&ours).await.state, State::Reported);

        let leader = town.signed_in("LEAD").await;
        let all = leader.get("/console/?view=all").await;
        assert_says(&all, "井盖松动");
        assert_says(&all, "暖气漏水");
        assert_eq!(
            town.signed_in("WORK1").await.get("/console/").await.status,
            FORBIDDEN,
            "a worker has no desk"
        );
    }

    async fn a_dispatcher_takes_a_case_through_its_life(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let case = town.reported("G1", "垃圾满了").await;
        let browser = town.signed_in("DIS1").await;
        let page = browser.get(&address(&case)).await;
        for command in ["whistle", "ask_precheck", "merge", "decline", "void", "recategorise"] {
            assert_says(&page, &format!("/{command}\""));
        }
        for command in ["settle", "check", "rate", "resume", "decide_extension", "reply"] {
            assert_silent(&page, &format!("/{command}\""));
        }
        browser.act(&address(&case), "whistle", &[("owner", "G1")]).await;
        assert_eq!(town.case(&case).await.state, State::Whistled);
        town.act(&case, "SEC1", Command::Answer).await;
        let page = browser.get(&address(&case)).await;
        for command in ["reassign", "call_department", "urge", "escalate", "suspend"] {
            assert_says(&page, &format!("/{command}\""));
        }
        browser
            .act(
                &address(&case),
                "call_department",
                &[("department", "DEP1"), ("reason", "joint_enforcement"), ("words", "一起来看")],
            )
            .await;
        browser.act(&address(&case), "urge", &[("words", "请尽快")]).await;
        let case = town.case(&case).await;
        assert_eq!(case.departments.len(), 1);
        assert_eq!(case.urged[0].words, "请尽快");
        let page = browser.get(&address(&case)).await;
        for words in ["催办", "吹哨部门", "一起来看", "接哨", "牵头"] {
            assert_says(&page, words);
        }
    }

    async fn a_stale_form_does_nothing_and_loses_nothing(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let case = town.reported("G1", "垃圾满了").await;
        let (first, second) = (town.signed_in("DIS1").await, town.signed_in("DIS1").await);
        let path = format!("{}/void", address(&case));
        let seen = case.version.to_string();
        first.act(&address(&case), "add", &[("words", "来电人又打来了")]).await;
        let stale = second.post(&path, &[("reason", "打错了电话"), ("seen", &seen)]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert_says(&stale, "来电人又打来了");
        assert_says(&stale, "打错了电话</textarea>");
        let now = town.case(&case).await;
        assert_eq!(now.state, State::Reported);
        assert_says(&stale, &format!("name=\"seen\" value=\"{}\"", now.version));
        let again = second.post(&path, &[("reason", "打错了电话"), ("seen", &now.version.to_string())]).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER);
        assert_eq!(town.case(&case).await.state, State::Voided);
    }

    async fn a_dispatcher_reports_for_a_caller(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let browser = town.signed_in("DIS1").await;
        let empty = browser.post("/console/new", &[("words", "水管爆了"), ("place", "")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_says(&empty, "水管爆了</textarea>");
        let (lat, lon) = Town::centre("G1");
        let fields = [("words", "水管爆了"), ("lat", lat.as_str()), ("lon", lon.as_str()), ("place", "菜场门口")];
        let done = browser.post("/console/new", &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let page = browser.get(&done.location).await;
        for words in ["水管爆了", "菜场门口", "派遣员代报"] {
            assert_says(&page, words);
        }
    }

    async fn lists_come_in_parts_and_by_what_is_asked(database: Throwaway) {
        let town = Town::new(&database.url).await;
        for n in 0..53 {
            town.reported("G1", &format!("第{n}件")).await;
        }
        let browser = town.signed_in("DIS1").await;
        let first = browser.get("/console/?view=all").await;
        assert_eq!(first.body.matches("class=\"number\" href=").count(), 50);
        let more = first.link_with("after=").expect("there is more");
        let second = browser.get(&more).await;
        assert_eq!(second.body.matches("class=\"number\" href=").count(), 3);
        assert!(second.link_with("after=").is_none());
        let found = browser.get("/console/?q=%E7%AC%AC7%E4%BB%B6").await;
        assert_eq!(found.body.matches("class=\"number\" href=").count(), 1);
        let fragment = browser.fragment("/console/?view=all").await;
        assert_silent(&fragment, "<html");
        assert_eq!(fragment.body.matches("class=\"number\" href=").count(), 50);
    }

    async fn every_figure_opens_its_cases(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let case = town.settled("G1", "垃圾满了", 12, 30).await;
        town.reported("G3", "暖气漏水").await;
        let browser = town.signed_in("DIS1").await;
        let page = browser.get("/console/figures").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert_says(&page, "12 分钟");
        assert_says(&page, "30 分钟");
        let link = page.link_with("measure=response").expect("the response time opens its cases");
        let behind = browser.get(&link).await;
        assert_says(&behind, &CaseNumber::of(case.id).to_string());
        let reported = browser.get(&page.link_with("measure=reported").unwrap()).await;
        assert_silent(&reported, "暖气漏水");
    }

    async fn a_program_asks_with_a_token_of_its_scope(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let case = town.settled("G1", "垃圾满了", 12, 30).await;
        let number = CaseNumber::of(case.id);
        let figures = town.app.issue_api_token("board", &["figures"]).await.unwrap();
        let every = town.app.issue_api_token("all", &["figures", "cases", "locate"]).await.unwrap();
        assert!(town.app.issue_api_token("other", &["everything"]).await.is_err());

        let path = "/api/v1/figures?from=2026-07-01&to=2026-08-01&by=unit";
        assert_eq!(town.browser().get(path).await.status, StatusCode::UNAUTHORIZED);
        let answer = town.api(path, &figures).await;
        let whole = &answer["groups"][0]["figures"];
        assert_eq!(whole["response"]["median_minutes"], 12.0);
        assert_eq!(whole["settlement"]["p90_minutes"], 30.0);
        assert_eq!(whole["reported"]["count"], 1);

        let problem = town.api(&format!("/api/v1/cases/{number}"), &figures).await;
        assert_eq!((problem["status"].as_u64(), problem["title"].as_str()), (Some(403), Some("Forbidden")));
        let shown = town.api(&format!("/api/v1/cases/{number}"), &every).await;
        assert_eq!((shown["state"].as_str(), shown["owner"]["unit"].as_str()), (Some("settled"), Some("G1")));
        let (lat, lon) = Town::centre("G3");
        let located = town.api(&format!("/api/v1/locate?lon={lon}&lat={lat}&accuracy=10"), &every).await;
        assert_eq!((located["grid"].as_str(), located["community"].as_str()), (Some("G3"), Some("C2")));
        // A last day belongs to the period, as it does in an export; an instant does not.
        for (to, groups) in
            [("2026-07-08", 1), ("2026-07-08T16:00:00Z", 1), ("2026-07-08T02:00:00Z", 0), ("2026-07-07", 0)]
        {
            let answer = town.api(&format!("/api/v1/figures?from=2026-07-01&to={to}"), &figures).await;
            assert_eq!(answer["groups"].as_array().map(Vec::len), Some(groups), "{to}: {answer}");
        }
        for bad in [
            "/api/v1/figures?from=2026-08-01&to=2026-07-01",
            "/api/v1/figures?from=x&to=y",
            "/api/v1/locate?lon=1",
        ] {
            assert_eq!(town.api(bad, &every).await["status"], 400, "{bad}");
        }
        assert_eq!(town.api("/api/v1/nothing", &every).await["status"], 404);
        let described = town.api("/api/v1/openapi.json", "").await;
        let names = |value: &serde_json::Value| {
            let mut names: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
            names.sort();
            names
        };
        for (schema, given) in [("Case", &shown), ("Located", &located), ("Whistle", &shown["owner"])] {
            assert_eq!(
                names(&described["components"]["schemas"][schema]["properties"]),
                names(given),
                "{schema}"
            );
        }
    }
}
