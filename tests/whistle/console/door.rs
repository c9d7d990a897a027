//! How long the door stays open behind somebody.

use super::town::{Answer, Town};
use crate::database::Throwaway;
use actix_web::http::StatusCode;
use chrono::Duration;

fn cookie_of(answer: &Answer) -> &str {
    answer.cookie.as_deref().unwrap_or_default()
}

on_both_databases! {
    async fn a_short_session_is_one_and_lasts_while_it_is_used(database: Throwaway) {
        let town = Town::with_sessions_of(&database.url, Duration::minutes(30)).await;
        let browser = town.browser();
        let signed_in = browser.sign_in("DIS1", "whistle-1").await;
        assert!(cookie_of(&signed_in).contains("Max-Age=1800"), "{signed_in:?}");
        town.clock.advance(Duration::minutes(2));
        assert_eq!(browser.get("/console/").await.cookie, None, "not written down on each request");
        for _ in 0..3 {
            town.clock.advance(Duration::minutes(20));
            let page = browser.get("/console/").await;
            assert_eq!(page.status, StatusCode::OK, "it is in use");
            assert!(cookie_of(&page).contains("Max-Age=1800"), "the browser keeps it too: {page:?}");
        }
        town.clock.advance(Duration::minutes(31));
        assert_eq!(browser.get("/console/").await.status, StatusCode::SEE_OTHER, "nobody used it");
    }

    async fn signing_out_is_the_last_word_on_the_cookie(database: Throwaway) {
        let town = Town::with_sessions_of(&database.url, Duration::minutes(30)).await;
        let browser = town.signed_in("DIS1").await;
        let copy = browser.copy();
        let page = browser.get("/console/").await;
        let csrf = page.body.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        town.clock.advance(Duration::minutes(20));
        let out = browser.post_bare("/sign-out", &[("csrf", csrf.unwrap())]).await;
        assert!(cookie_of(&out).contains("Max-Age=0"), "{out:?}");
        assert_eq!(copy.get("/console/").await.status, StatusCode::SEE_OTHER);
    }
}
