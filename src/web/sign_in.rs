//! The door of the console: a person's code and password.

use super::{
    Problem, Site, console,
    frame::Frame,
    posted::Posted,
    problem::{Answer, asks_page},
    session::{Seat, SignedIn, back, cookie, site, token},
    turnstile::Entering,
};
use crate::{
    app::Shut,
    domain::{PersonCode, Role},
};
use actix_web::{
    Error, HttpRequest, HttpResponse,
    error::InternalError,
    http::{StatusCode, header},
    web,
};
use askama::Template;
use serde::Deserialize;
use std::time::Duration;

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
    door: Door,
    code: String,
    failure: Option<String>,
    logins: Vec<Login>,
    password: String,
}

/// What lies behind the door.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Door {
    /// Where one goes from here.
    next: String,
    /// Where a form was on its way to; empty for none.
    to: String,
    /// What was typed into it.
    kept: String,
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
    #[serde(default)]
    to: String,
    #[serde(default)]
    kept: String,
}

async fn page(site: web::Data<Site>, request: HttpRequest, asked: web::Query<Asked>) -> Answer {
    let frame = Frame::of(&request, &site);
    let door = Door { next: safe(asked.into_inner().next), ..Door::default() };
    show(&site, &frame, StatusCode::OK, door, String::new(), None)
}

/// The door for somebody whose session ended before a form was sent: what was typed is carried along.
///
/// # Errors
/// When the page cannot be drawn.
pub(super) fn carrying(site: &Site, request: &HttpRequest, posted: &Posted) -> Answer {
    let frame = Frame::of(request, site);
    let door = Door { next: back(request).to_owned(), to: request.path().to_owned(), kept: posted.written() };
    let words = frame.word(
        "登录已过期，还没有提交。请再登录一次，您写的内容会留着；照片要重新选。",
        "Your session has ended, and nothing was sent. Sign in again: what you typed is kept; photos must be chosen again.",
    );
    show(site, &frame, StatusCode::UNAUTHORIZED, door, String::new(), Some(words.to_owned()))
}

async fn sign_in(
    _turn: Entering,
    site: web::Data<Site>,
    request: HttpRequest,
    given: web::Form<Given>,
) -> Answer {
    let frame = Frame::of(&request, &site);
    let given = given.into_inner();
    let door = Door { next: safe(given.next), to: given.to, kept: given.kept };
    if is_foreign(&request) {
        let words = frame.word("请在本页登录。", "Please sign in on this page.");
        return show(&site, &frame, StatusCode::FORBIDDEN, door, given.code, Some(words.to_owned()));
    }
    let failure = match site.app.sign_in(&given.code, &given.password, site.options.session).await? {
        Ok(token) => return enter(&site, &request, token, &door).await,
        Err(Shut::Wrong) => frame.word("编号或密码不对。", "The code or the password is wrong.").to_owned(),
        Err(Shut::Wait(until)) => {
            let seconds = (until - site.app.now()).num_seconds().max(0) + 1;
            match frame.language {
                "en" => format!("Too many wrong tries. Please wait {seconds} seconds."),
                _ => format!("错误次数过多，请等 {seconds} 秒再试。"),
            }
        }
    };
    show(&site, &frame, StatusCode::UNAUTHORIZED, door, given.code, Some(failure))
}

/// The door for an address that has tried too often: nothing of the form is read.
pub(super) fn too_often(request: &HttpRequest, wait: Duration) -> Error {
    let problem = Problem::too_many(wait);
    let (Ok(site), Some((chinese, english))) = (site(request), problem.words()) else {
        return problem.into();
    };
    if !asks_page(request) {
        return problem.into();
    }
    let frame = Frame::of(request, site);
    let words = frame.word(chinese, english).to_owned();
    let status = StatusCode::TOO_MANY_REQUESTS;
    match show(site, &frame, status, Door::default(), String::new(), Some(words)) {
        Ok(mut page) => {
            page.headers_mut().insert(header::RETRY_AFTER, (wait.as_secs() + 1).into());
            InternalError::from_response("too often", page).into()
        }
        Err(problem) => problem.into(),
    }
}

/// In: to the form that was on its way, or to the next page.
async fn enter(site: &web::Data<Site>, request: &HttpRequest, token: String, door: &Door) -> Answer {
    let seat = match site.app.session(&token, site.options.session).await? {
        Some(session) if !door.to.is_empty() => Seat::of(site, session).ok(),
        _ => None,
    };
    let form = match &seat {
        Some(seat) => console::carry_on(site, request, seat, &door.to, &Posted::of(&door.kept)).await,
        None => None,
    };
    let next = || HttpResponse::SeeOther().insert_header((header::LOCATION, door.next.as_str())).finish();
    let mut answer = form.unwrap_or_else(next);
    let no_store = header::HeaderValue::from_static("no-store");
    answer.headers_mut().insert(header::CACHE_CONTROL, no_store);
    answer
        .add_cookie(&cookie(site, Some(token)))
        .map_err(|error| Problem::from(crate::app::Error::Internal(error.to_string())))?;
    Ok(answer)
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
    door: Door,
    code: String,
    failure: Option<String>,
) -> Answer {
    let password = if site.options.demo { site.options.demo_password.clone() } else { String::new() };
    let logins = if password.is_empty() { Vec::new() } else { logins(site, frame) };
    let mut answer = frame.answer(&SignInPage { frame, door, code, failure, logins, password })?;
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
pub(super) fn is_foreign(request: &HttpRequest) -> bool {
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
