//! A dispatcher reports for somebody who has called.

use super::{
    super::{
        Problem, Site,
        frame::Frame,
        posted::{Filled, Posted},
        problem::Answer,
        session::Seat,
    },
    choices::matters,
    form::Field,
    page::Page,
    read,
    words::Words,
};
use crate::{
    app::{Error, Snapshot},
    domain::{Actor, CaseNumber, CategoryCode, Material, Origin, Report, UnitCode, Via},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use askama::Template;

#[derive(Template)]
#[template(path = "console/new.html")]
struct NewPage<'a> {
    page: &'a Page<'a>,
    frame: &'a Frame,
    fields: Vec<Field>,
    failure: Option<String>,
}

/// `GET /console/new`
pub(super) async fn page(site: web::Data<Site>, request: HttpRequest, seat: Seat) -> Answer {
    if !seat.desk.dispatches {
        return Err(Problem::forbidden());
    }
    show(&site, &request, &seat, None)
}

/// `POST /console/new`
pub(super) async fn take(site: web::Data<Site>, request: HttpRequest, filled: Filled) -> Answer {
    let Filled { seat, posted } = filled;
    if !seat.desk.dispatches {
        return Err(Problem::forbidden());
    }
    let snapshot = site.app.city();
    let frame = Frame::of(&request, &site);
    let words = Words::new(frame.language, &snapshot.city, site.app.now());
    let report = match report(&posted, &words, &snapshot) {
        Ok(report) => report,
        Err(failure) => return show(&site, &request, &seat, Some((&posted, failure))),
    };
    let by = Actor::person(seat.desk.person.clone(), site.app.now(), Via::Console);
    match site.app.report(report, &by).await {
        Ok(case) => {
            let number = CaseNumber::of(case.id);
            // A place on somebody else's ground goes to that desk, and is not ours to see.
            let mine = seat.desk.sees(&snapshot.city, &case);
            let next = if mine {
                format!("/console/cases/{number}?done=1")
            } else {
                format!("/console/?sent={number}")
            };
            Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, next)).finish())
        }
        Err(Error::Refused(refusal)) => {
            let failure = super::case::why_not(&refusal, None, frame.language, &words);
            show(&site, &request, &seat, Some((&posted, failure)))
        }
        Err(error) => Err(error.into()),
    }
}

/// The report of somebody who had to sign in again before it could be sent.
///
/// # Errors
/// The person does not dispatch.
pub(super) fn resume(site: &Site, request: &HttpRequest, seat: &Seat, posted: &Posted) -> Answer {
    if !seat.desk.dispatches {
        return Err(Problem::forbidden());
    }
    let failure = Frame::of(request, site).word(
        "登录已过期，所以还没有上报。您写的都在这里，请再提交一次。",
        "Your session had ended, so nothing was reported yet. What you typed is here: please send it again.",
    );
    let mut answer = show(site, request, seat, Some((posted, failure.to_owned())))?;
    *answer.status_mut() = StatusCode::OK;
    Ok(answer)
}

/// # Errors
/// What is missing, in the reader's language.
fn report(posted: &Posted, words: &Words<'_>, snapshot: &Snapshot) -> Result<Report, String> {
    let told = posted.get("words").to_owned();
    if told.is_empty() {
        return Err(words.word("请写下来电人说的事。", "Please write what the caller said.").to_owned());
    }
    let place = read::place(posted, words, snapshot)?;
    if place.fix.is_none() && place.words.is_none() {
        let missing = words
            .word("请在地图上点选位置，或者写出地点。", "Please pick the place on the map, or write it.");
        return Err(missing.to_owned());
    }
    let chosen = posted.get("category");
    let category = match chosen {
        "" => snapshot.city.catalogue.guess(&told),
        code => CategoryCode::from(code),
    };
    let material =
        Material { message: None, words: Some(told), photo: None, voice: None, said_at: words.now };
    Ok(Report {
        origin: Origin::Dispatcher,
        place,
        material: vec![material],
        category,
        category_chosen: !chosen.is_empty(),
        self_resolved: None,
    })
}

fn show(site: &Site, request: &HttpRequest, seat: &Seat, sent: Option<(&Posted, String)>) -> Answer {
    let frame = Frame::of(request, site);
    let snapshot = site.app.city();
    let words = Words::new(frame.language, &snapshot.city, site.app.now());
    let page = Page::of(seat, &words, "/console/new");
    let mut form = super::form::Form::new("new", "");
    for field in fields(seat, &snapshot, &words) {
        form = form.field(field);
    }
    let failed = sent.is_some();
    let failure = sent.map(|(posted, failure)| {
        form.keep(posted);
        failure
    });
    let mut answer = frame.answer(&NewPage { page: &page, frame: &frame, fields: form.fields, failure })?;
    if failed {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(answer)
}

fn fields(seat: &Seat, snapshot: &Snapshot, words: &Words<'_>) -> Vec<Field> {
    let centre = snapshot.edition.beginning(seat.desk.units.iter().map(UnitCode::as_str));
    let mut fields = vec![Field::words("words", words.word("什么事", "What is it"))];
    fields.extend(centre.map(|centre| {
        Field::point(words.word("在哪里：在地图上点选", "Where: pick it on the map"), centre.lat, centre.lon)
    }));
    fields.push(Field::line("place", words.word("或者写出地点", "Or write the place")).optional());
    let matters = matters(words, "");
    let category = Field::choice(
        "category",
        words.word("类别，不选则按文字猜", "Category; guessed from the words when none is chosen"),
        matters,
    );
    fields.push(category.optional());
    fields
}
