//! The plain console: what waits for a decision, what is open, a case with everything that may be done
//! to it, a report for a caller, and the figures. Everything is scoped to the person's desk.

mod case;
mod choices;
mod facts;
mod figures;
mod form;
mod history;
mod list;
mod map;
mod media;
mod number;
mod offers;
mod order;
mod page;
mod period;
mod read;
mod report;
mod trouble;
mod undelivered;
mod words;

use super::{Site, live, posted::Posted, problem::Answer, session::Seat};
use crate::app::Change;
use actix_web::{HttpRequest, HttpResponse, middleware::from_fn, web};

/// The header by which a page's script asks for a part of it.
const FRAGMENT: &str = "x-fragment";

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/media/{id}", web::get().to(media::shown)).service(
        web::scope("/console")
            .wrap(from_fn(trouble::page))
            .route("", web::get().to(list::page))
            .route("/", web::get().to(list::page))
            .route("/live", web::get().to(hints))
            .route("/new", web::get().to(report::page))
            .route("/new", web::post().to(report::take))
            .route("/figures", web::get().to(figures::page))
            .route("/figures/cases", web::get().to(figures::cases))
            .route("/undelivered", web::get().to(undelivered::page))
            .route("/people/{code}/number", web::get().to(number::ask))
            .route("/people/{code}/number", web::post().to(number::reveal))
            .configure(map::routes)
            .route("/cases/{number}", web::get().to(case::page))
            .route("/cases/{number}/{command}", web::get().to(case::back))
            .route("/cases/{number}/{command}", web::post().to(case::act)),
    );
}

/// After signing in again: the page with the form that was on its way to `to`, filled in as it was. None
/// where there is no such form, or it is not the person's.
pub(super) async fn carry_on(
    site: &Site,
    request: &HttpRequest,
    seat: &Seat,
    to: &str,
    posted: &Posted,
) -> Option<HttpResponse> {
    let parts: Vec<&str> = to.strip_prefix("/console/")?.split('/').collect();
    match parts[..] {
        ["new"] => report::resume(site, request, seat, posted).ok(),
        ["map", ref form @ ..] => map::resume(site, request, seat, form, posted).await.ok(),
        ["cases", number, command] => case::resume(site, request, seat, (number, command), posted).await.ok(),
        _ => None,
    }
}

/// Does a page's script ask for the part that it replaces?
pub(super) fn is_fragment(request: &HttpRequest) -> bool {
    request.headers().contains_key(FRAGMENT)
}

/// `GET /console/live`: a hint says only that some case has changed; what is shown is asked for anew.
async fn hints(site: web::Data<Site>, _seat: Seat) -> Answer {
    Ok(live::hints(&site, |change| matches!(change, Change::Case { .. })))
}
