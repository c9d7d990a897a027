//! An address that is none: a page in both languages for people, since nobody knows whose it was, and
//! problem details for programs.

use super::{
    Problem, Site,
    frame::Frame,
    problem::{Answer, asks_page},
};
use actix_web::{HttpRequest, http::StatusCode, web};
use askama::Template;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.default_service(web::to(nothing));
}

#[derive(Template)]
#[template(path = "nothing.html")]
struct NothingPage<'a> {
    frame: &'a Frame,
}

async fn nothing(site: web::Data<Site>, request: HttpRequest) -> Answer {
    if !asks_page(&request) {
        return Err(Problem::not_found());
    }
    let frame = Frame::of(&request, &site);
    let mut answer = frame.answer(&NothingPage { frame: &frame })?;
    *answer.status_mut() = StatusCode::NOT_FOUND;
    Ok(answer)
}
