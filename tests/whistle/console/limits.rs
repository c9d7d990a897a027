//! How often somebody may come, and what the next one is told.

use super::town::Town;
use crate::database::Throwaway;
use actix_web::{
    http::{StatusCode, header},
    test::TestRequest,
};
use chrono::Duration;
use std::sync::Arc;
use whistle::web::{self, Rates, Turnstile};

/// A town that lets so many in a minute, behind a proxy at 10.0.0.1.
async fn town(database: &Throwaway) -> Town {
    let mut town = Town::with(
        &database.url,
        whistle::app::Options::default(),
        web::Options { chat: true, ..web::Options::default() },
    )
    .await;
    let rates = Rates { sign_in: 3, write: 2, api: 4, proxies: vec!["10.0.0.1/32".parse().unwrap()] };
    town.site.turnstile = Arc::new(Turnstile::new(rates, &town.clock));
    town
}

fn sign_in(from: &str, peer: &str) -> TestRequest {
    TestRequest::post()
        .uri("/sign-in")
        .peer_addr(format!("{peer}:4711").parse().unwrap())
        .insert_header(("x-forwarded-for", from))
        .set_form([("code", "nobody"), ("password", "wrong-password")])
}

#[actix_web::test]
async fn signing_in_is_tried_so_often_from_one_address() {
    let database = Throwaway::sqlite();
    let town = town(&database).await;
    for _ in 0..3 {
        let answer = town.call(sign_in("203.0.113.7", "10.0.0.1")).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.body);
    }
    let page = sign_in("203.0.113.7", "10.0.0.1").insert_header((header::ACCEPT, "text/html"));
    let refused = town.call(page).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.body.contains("太频繁了，请等"), "{}", refused.body);
    assert!(refused.again.is_some_and(|seconds| (1..=21).contains(&seconds)), "{:?}", refused.again);
    let other = town.call(sign_in("203.0.113.8", "10.0.0.1")).await;
    assert_eq!(other.status, StatusCode::UNAUTHORIZED, "somebody else is not held up");
    town.clock.advance(Duration::seconds(21));
    assert_eq!(town.call(sign_in("203.0.113.7", "10.0.0.1")).await.status, StatusCode::UNAUTHORIZED);
    for n in 0..3 {
        let forged = town.call(sign_in(&format!("198.51.100.{n}"), "203.0.113.9")).await;
        assert_eq!(forged.status, StatusCode::UNAUTHORIZED);
    }
    let forged = town.call(sign_in("198.51.100.99", "203.0.113.9")).await;
    assert_eq!(forged.status, StatusCode::TOO_MANY_REQUESTS, "what a stranger says is not believed");
}

#[actix_web::test]
async fn messages_are_taken_so_often_from_one_address() {
    let database = Throwaway::sqlite();
    let town = town(&database).await;
    let press = || {
        let form = "--end\r\nContent-Disposition: form-data; name=\"uid\"\r\n\r\n1\r\n--end--\r\n";
        let kind = (header::CONTENT_TYPE, "multipart/form-data; boundary=end");
        let from = "203.0.113.7:4711".parse().unwrap();
        TestRequest::post().uri("/chat/WORK1/press").peer_addr(from).insert_header(kind).set_payload(form)
    };
    for _ in 0..2 {
        assert_eq!(town.call(press()).await.status, StatusCode::BAD_REQUEST, "a field is missing");
    }
    let refused = town.call(press()).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{}", refused.body);
    assert!(refused.body.contains("please wait"), "{}", refused.body);
}

on_both_databases! {
    async fn a_program_asks_so_often_and_its_token_is_taken_back(database: Throwaway) {
        let town = town(&database).await;
        let token = town.app.issue_api_token("board", &["locate"]).await.unwrap();
        let ask = |token: &str| {
            let bearer = (header::AUTHORIZATION, format!("Bearer {token}"));
            TestRequest::get().uri("/api/v1/locate?lon=120.405&lat=36.395").insert_header(bearer)
        };
        for _ in 0..4 {
            assert_eq!(town.call(ask(&token)).await.status, StatusCode::OK);
        }
        let refused = town.call(ask(&token)).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(refused.again.is_some() && refused.body.contains("\"status\":429"), "{}", refused.body);
        let other = town.app.issue_api_token("other", &["locate"]).await.unwrap();
        assert_eq!(town.call(ask(&other)).await.status, StatusCode::OK, "each program has its own");
        let used = town.app.store().api_clients().await.unwrap();
        assert_eq!(used.iter().map(|one| one.last_used_at).collect::<Vec<_>>(), [Some(town.clock.now()); 2]);
        town.app.revoke_api_token("other").await.unwrap();
        assert!(town.app.revoke_api_token("other").await.is_err());
        for _ in 0..3 {
            assert_eq!(town.call(ask(&other)).await.status, StatusCode::UNAUTHORIZED, "at once");
        }
        let refused = town.call(ask("whistle_guess")).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "tokens are not guessed for long");
    }
}
