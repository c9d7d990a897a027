//! The door of the console: a person's code and password.

use super::{
    Site,
    frame::Frame,
    problem::Answer,
    session::{Posted, SignedIn, cookie, token},
};
use crate::{
    app::Shut,
    domain::{PersonCode, Role},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use askama::Template;
use chrono::Duration;
use serde::Deserialize;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/sign-in", web::get().to(page))
        .route("/sign-in", web::post().to(sign_in))
        .route("/sign-out", web::post().to(sign_out));
}

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct SignInPage<'a> {
    frame: &'a Frame,
    next: String,
    code: String,
    failure: Option<String>,
    logins: Vec<Login>,
    password: String,
}

/// A login that the demo offers.
struct Login {
    code: String,
    name: String,
    post: String,
}

#[derive(Deserialize)]
struct Asked {
    next: Option<String>,
}

#[derive(Deserialize)]
struct Given {
    code: String,
    password: String,
    next: Option<String>,
}

async fn page(site: web::Data<Site>, request: HttpRequest, asked: web::Query<Asked>) -> Answer {
    let frame = Frame::of(&request, &site);
    let next = safe(asked.into_inner().next);
    show(&site, &frame, StatusCode::OK, next, String::new(), None)
}

async fn sign_in(site: web::Data<Site>, request: HttpRequest, given: web::Form<Given>) -> Answer {
    let frame = Frame::of(&request, &site);
    let given = given.into_inner();
    let next = safe(given.next);
    if is_foreign(&request) {
        let words = frame.word("请在本页登录。", "Please sign in on this page.");
        return show(&site, &frame, StatusCode::FORBIDDEN, next, given.code, Some(words.to_owned()));
    }
    let lasts = Duration::hours(site.options.session_hours);
    let failure = match site.app.sign_in(&given.code, &given.password, lasts).await? {
        Ok(token) => {
            return Ok(HttpResponse::SeeOther()
                .cookie(cookie(&site, Some(token)))
                .insert_header((header::LOCATION, next))
                .finish());
        }
        Err(Shut::Wrong) => frame.word("编号或密码不对。", "The code or the password is wrong.").to_owned(),
        Err(Shut::Wait(until)) => {
            let seconds = (until - site.app.now()).num_seconds().max(0) + 1;
            match frame.language {
                "en" => format!("Too many wrong tries. Please wait {seconds} seconds."),
                _ => format!("错误次数过多，请等 {seconds} 秒再试。"),
            }
        }
    };
    show(&site, &frame, StatusCode::UNAUTHORIZED, next, given.code, Some(failure))
}

async fn sign_out(site: web::Data<Site>, request: HttpRequest, _who: SignedIn, _posted: Posted) -> Answer {
    if let Some(token) = token(&request) {
        site.app.sign_out(&token).await?;
    }
    Ok(HttpResponse::SeeOther()
        .cookie(cookie(&site, None))
        .insert_header((header::LOCATION, "/sign-in"))
        .finish())
}

fn show(
    site: &Site,
    frame: &Frame,
    status: StatusCode,
    next: String,
    code: String,
    failure: Option<String>,
) -> Answer {
    let password = if site.options.demo { site.options.demo_password.clone() } else { String::new() };
    let logins = if password.is_empty() { Vec::new() } else { logins(site, frame) };
    let mut answer = frame.answer(&SignInPage { frame, next, code, failure, logins, password })?;
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    Ok(answer)
}

/// The people of the demo's cast who have a desk.
fn logins(site: &Site, frame: &Frame) -> Vec<Login> {
    let city = site.app.city();
    let organisation = &city.city.organisation;
    let one = |code: &PersonCode| {
        let person = organisation.person(code)?;
        let desk = |role| matches!(role, Role::Dispatcher | Role::Leader | Role::Admin);
        let post = person.posts.iter().find(|post| desk(post.role))?;
        let unit = organisation.unit(&post.unit).map_or(post.unit.as_str(), |unit| unit.name.as_str());
        let post = format!("{} · {unit}", super::chat::role(frame, post.role));
        Some(Login { code: code.to_string(), name: person.name.clone(), post })
    };
    site.options.cast.iter().filter_map(one).collect()
}

/// Only back to an address of ours: `//elsewhere` and `/\elsewhere` lead away.
fn safe(next: Option<String>) -> String {
    let inside = |next: &String| {
        next.starts_with('/')
            && !next[1..].starts_with(['/', '\\'])
            && !next.contains(|c: char| c.is_control())
    };
    next.filter(inside).unwrap_or_else(|| "/console/".to_owned())
}

/// A form of another site signs nobody in. Browsers say where a request comes from.
fn is_foreign(request: &HttpRequest) -> bool {
    let from = request.headers().get("sec-fetch-site").and_then(|value| value.to_str().ok());
    from.is_some_and(|from| !matches!(from, "same-origin" | "none"))
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn one_comes_back_to_an_address_of_ours_only() {
        let back = |next: &str| safe(Some(next.to_owned()));
        assert_eq!(back("/console/cases/1?a=b"), "/console/cases/1?a=b");
        for away in ["//evil.example", "/\\evil.example", "https://evil.example", "", "/a\r\nSet-Cookie: b"] {
            assert_eq!(back(away), "/console/");
        }
        assert_eq!(safe(None), "/console/");
    }
}
