//! The editions of the map: what waits, what is in force, what was; and the decisions about those that wait.

use super::{
    super::{
        super::{Problem, Site, frame::Frame, posted::Posted, problem::Answer, session::Seat},
        page::Page,
        words::Words,
    },
    Tab, called, standing, tabs,
};
use crate::app::{
    Error,
    map::{EditionView, Standing},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use askama::Template;

/// The address of this page.
const HERE: &str = "/console/map/editions";

#[derive(Template)]
#[template(path = "console/map/editions.html")]
struct EditionsPage<'a> {
    page: &'a Page<'a>,
    frame: &'a Frame,
    tabs: Vec<Tab>,
    lines: Vec<Line>,
    decides: bool,
    failure: Option<String>,
}

struct Line {
    id: i64,
    name: String,
    standing: &'static str,
    standing_word: &'static str,
    effective: String,
    loaded: String,
    taken: String,
    by: String,
    waits: bool,
    in_force: bool,
    /// What the field for its time begins with.
    moment: String,
}

/// `GET /console/map/editions`
pub(super) async fn page(site: web::Data<Site>, request: HttpRequest, seat: Seat) -> Answer {
    show(&site, &request, &seat, None).await
}

/// `POST /console/map/editions/{id}/schedule`: an empty time is now.
pub(super) async fn schedule(
    site: web::Data<Site>,
    request: HttpRequest,
    seat: Seat,
    posted: Posted,
    id: web::Path<i64>,
) -> Answer {
    let snapshot = site.app.city();
    if !seat.desk.decides_editions(&snapshot.city) {
        return Err(Problem::forbidden());
    }
    let words = Words::new(Frame::of(&request, &site).language, &snapshot.city, site.app.now());
    let typed = posted.get("at");
    let read = words.read_moment(typed);
    if read.is_none() && !typed.is_empty() {
        let failure = words.word("请填写日期和时间。", "Please give a date and a time.").to_owned();
        return show(&site, &request, &seat, Some(failure)).await;
    }
    // The field has no seconds: the present minute is now.
    let at = read.filter(|at| *at > words.now || words.moment(*at) != words.moment(words.now));
    let done = site.app.schedule_edition(*id, at, Some(&seat.desk.person)).await;
    finish(&site, &request, &seat, done).await
}

/// `POST /console/map/editions/{id}/withdraw`
pub(super) async fn withdraw(
    site: web::Data<Site>,
    request: HttpRequest,
    seat: Seat,
    _posted: Posted,
    id: web::Path<i64>,
) -> Answer {
    if !seat.desk.decides_editions(&site.app.city().city) {
        return Err(Problem::forbidden());
    }
    let done = site.app.withdraw_edition(*id, Some(&seat.desk.person)).await;
    finish(&site, &request, &seat, done).await
}

async fn finish(site: &Site, request: &HttpRequest, seat: &Seat, done: Result<(), Error>) -> Answer {
    match done {
        Ok(()) => Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, HERE)).finish()),
        Err(Error::BadInput(why)) => show(site, request, seat, Some(why)).await,
        Err(error) => Err(error.into()),
    }
}

async fn show(site: &Site, request: &HttpRequest, seat: &Seat, failure: Option<String>) -> Answer {
    let frame = Frame::of(request, site);
    let snapshot = site.app.city();
    if !seat.desk.sees_editions(&snapshot.city) {
        return Err(Problem::forbidden());
    }
    let words = Words::new(frame.language, &snapshot.city, site.app.now());
    let views = site.app.editions().await?;
    let refused = failure.is_some();
    let mut answer = frame.answer(&EditionsPage {
        page: &Page::of(seat, &words, super::HOME),
        frame: &frame,
        tabs: tabs(seat, &words, HERE),
        lines: views.iter().map(|view| line(view, &words)).collect(),
        decides: seat.desk.decides_editions(&snapshot.city),
        failure,
    })?;
    if refused {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(answer)
}

fn line(view: &EditionView, words: &Words<'_>) -> Line {
    let row = &view.row;
    let time = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| words.time(at)).unwrap_or_default();
    Line {
        id: row.id,
        name: called(view, words),
        standing: view.standing.as_str(),
        standing_word: standing(view.standing, words),
        effective: time(row.effective_at),
        loaded: words.time(row.loaded_at),
        taken: time(row.taken_at),
        by: row.decided_by.as_ref().map(|person| words.person(person)).unwrap_or_default(),
        waits: view.standing.waits(),
        in_force: view.standing == Standing::InForce,
        moment: row
            .effective_at
            .filter(|_| view.standing.waits())
            .map(|at| words.moment(at))
            .unwrap_or_default(),
    }
}
