//! The editions of the map: what waits, what is in force, what was; and the decisions about those that wait.

use super::{
    super::{
        super::{
            Problem, Site,
            frame::Frame,
            posted::{Filled, Posted},
            problem::Answer,
            session::Seat,
        },
        page::Page,
        words::Words,
    },
    Tab, called, sent_too_late, standing, tabs,
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
    /// The form of its time was sent, and nothing came of it.
    is_scheduling: bool,
    /// The form that withdraws it was sent, and nothing came of it.
    is_withdrawing: bool,
}

/// What was sent of an edition, and why nothing came of it.
struct Failed {
    id: i64,
    typed: Typed,
    why: String,
}

/// The forms of an edition, and what was typed there.
pub(super) enum Typed {
    /// The time from which it holds.
    Schedule(String),
    /// It is never to hold.
    Withdraw,
}

impl Typed {
    /// By the last word of the form's address; `None` where no form has it.
    pub(super) fn of(act: &str, posted: &Posted) -> Option<Self> {
        match act {
            "schedule" => Some(Self::Schedule(posted.get("at").to_owned())),
            "withdraw" => Some(Self::Withdraw),
            _ => None,
        }
    }
}

/// `GET /console/map/editions`
pub(super) async fn page(site: web::Data<Site>, request: HttpRequest, seat: Seat) -> Answer {
    show(&site, &request, &seat, None).await
}

/// `POST /console/map/editions/{id}/schedule`: an empty time is now.
pub(super) async fn schedule(
    site: web::Data<Site>,
    request: HttpRequest,
    Filled { seat, posted }: Filled,
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
        let why = words.word("请填写日期和时间。", "Please give a date and a time.").to_owned();
        let typed = Typed::Schedule(typed.to_owned());
        return show(&site, &request, &seat, Some(Failed { id: *id, typed, why })).await;
    }
    // The field has no seconds: the present minute is now.
    let at = read.filter(|at| *at > words.now || words.moment(*at) != words.moment(words.now));
    let done = site.app.schedule_edition(*id, at, Some(&seat.desk.person)).await;
    finish(&site, &request, &seat, (*id, Typed::Schedule(typed.to_owned())), done).await
}

/// `POST /console/map/editions/{id}/withdraw`
pub(super) async fn withdraw(
    site: web::Data<Site>,
    request: HttpRequest,
    Filled { seat, .. }: Filled,
    id: web::Path<i64>,
) -> Answer {
    if !seat.desk.decides_editions(&site.app.city().city) {
        return Err(Problem::forbidden());
    }
    let done = site.app.withdraw_edition(*id, Some(&seat.desk.person)).await;
    finish(&site, &request, &seat, (*id, Typed::Withdraw), done).await
}

/// The page after a session that had ended, with the form as it was sent.
pub(super) async fn resume(site: &Site, request: &HttpRequest, seat: &Seat, id: i64, typed: Typed) -> Answer {
    let snapshot = site.app.city();
    let words = Words::new(Frame::of(request, site).language, &snapshot.city, site.app.now());
    let failed = Failed { id, typed, why: sent_too_late(&words) };
    let mut answer = show(site, request, seat, Some(failed)).await?;
    *answer.status_mut() = StatusCode::OK;
    Ok(answer)
}

async fn finish(
    site: &Site,
    request: &HttpRequest,
    seat: &Seat,
    (id, typed): (i64, Typed),
    done: Result<(), Error>,
) -> Answer {
    match done {
        Ok(()) => Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, HERE)).finish()),
        Err(Error::BadInput(why)) => show(site, request, seat, Some(Failed { id, typed, why })).await,
        Err(error) => Err(error.into()),
    }
}

async fn show(site: &Site, request: &HttpRequest, seat: &Seat, failed: Option<Failed>) -> Answer {
    let frame = Frame::of(request, site);
    let snapshot = site.app.city();
    if !seat.desk.sees_editions(&snapshot.city) {
        return Err(Problem::forbidden());
    }
    let words = Words::new(frame.language, &snapshot.city, site.app.now());
    let views = site.app.editions().await?;
    let refused = failed.is_some();
    let mut lines: Vec<Line> = views.iter().map(|view| line(view, &words)).collect();
    for line in &mut lines {
        if let Some(failed) = failed.as_ref().filter(|failed| failed.id == line.id) {
            match &failed.typed {
                Typed::Schedule(at) => (line.is_scheduling, line.moment) = (true, at.clone()),
                Typed::Withdraw => line.is_withdrawing = true,
            }
        }
    }
    let mut answer = frame.answer(&EditionsPage {
        page: &Page::of(seat, &words, super::HOME),
        frame: &frame,
        tabs: tabs(seat, &words, HERE),
        lines,
        decides: seat.desk.decides_editions(&snapshot.city),
        failure: failed.map(|failed| failed.why),
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
        is_scheduling: false,
        is_withdrawing: false,
    }
}
