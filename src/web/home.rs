//! `GET /`: who are you? The way to the console, and to the chat where it is on.

use super::{Site, frame::Frame, problem::Answer};
use actix_web::{HttpRequest, web};
use askama::Template;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/", web::get().to(home));
}

#[derive(Template)]
#[template(path = "index.html")]
struct Home {
    frame: Frame,
    demo: bool,
    chat: bool,
}

async fn home(site: web::Data<Site>, request: HttpRequest) -> Answer {
    let frame = Frame::of(&request, &site);
    let page = Home { frame: Frame::of(&request, &site), demo: site.options.demo, chat: site.options.chat };
    frame.answer(&page)
}
