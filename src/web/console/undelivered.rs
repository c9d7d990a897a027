//! What did not reach people: chats that have blocked us, and letters that were given up.

use super::{
    super::{Problem, Site, frame::Frame, problem::Answer, session::Seat},
    page::Page,
    words::Words,
};
use actix_web::{HttpRequest, web};
use askama::Template;

#[derive(Template)]
#[template(path = "console/undelivered.html")]
struct UndeliveredPage<'a> {
    page: &'a Page<'a>,
    frame: &'a Frame,
    people: Vec<Unreachable>,
    letters: Vec<Letter>,
}

/// Somebody whose chat does not take messages.
struct Unreachable {
    who: String,
    unit: String,
    channel: &'static str,
}

/// A letter that was given up.
struct Letter {
    who: String,
    number: Option<String>,
    at: String,
    why: String,
}

/// `GET /console/undelivered`
pub(super) async fn page(site: web::Data<Site>, request: HttpRequest, seat: Seat) -> Answer {
    if !seat.desk.dispatches {
        return Err(Problem::forbidden());
    }
    let frame = Frame::of(&request, &site);
    let snapshot = site.app.city();
    let words = Words::new(frame.language, &snapshot.city, site.app.now());
    let page = Page::of(&seat, &words, "/console/undelivered");
    frame.answer(&UndeliveredPage { page: &page, frame: &frame, people: Vec::new(), letters: Vec::new() })
}
