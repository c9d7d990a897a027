//! The first address: on to the chat where anybody may try it, else to the console.

use super::Site;
use actix_web::{HttpResponse, http::header, web};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/", web::get().to(home));
}

async fn home(site: web::Data<Site>) -> HttpResponse {
    let on = if site.options.chat { "/chat" } else { "/console" };
    HttpResponse::SeeOther().insert_header((header::LOCATION, on)).finish()
}
