//! One case: facts, history, and every command that the domain allows this person, as simple forms.
//!
//! A form carries the version that was seen. If the case has moved on, nothing is done: the page shows
//! what happened meanwhile, the case as it is now, and what was typed.

use super::{
    super::{
        Problem, Site,
        frame::Frame,
        posted::{Filled, Posted},
        problem::Answer,
        session::Seat,
    },
    facts::Facts,
    form::Form,
    history::{self, Step},
    is_fragment,
    offers::Board,
    order::{command, seen, with_photos},
    page::Page,
    words::Words,
};
use crate::{
    app::Error,
    dialogue::{self, ChatKind, Rules, Scene},
    domain::{Actor, Case, CaseNumber, ChatId, Event, Place, Refusal, Via},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use askama::Template;

#[derive(Template)]
#[template(path = "console/case.html")]
struct CasePage<'a> {
    page: &'a Page<'a>,
    frame: &'a Frame,
    facts: Facts,
    steps: Vec<Step>,
    forms: Vec<Form>,
    /// Above the forms: what went wrong, or what was done.
    notice: Option<Notice>,
    /// What happened since the page was seen.
    news: Vec<Step>,
}

#[derive(Template)]
#[template(path = "console/case_live.html")]
struct CaseLive<'a> {
    frame: &'a Frame,
    facts: &'a Facts,
    steps: &'a [Step],
}

/// A line above the forms.
struct Notice {
    class: &'static str,
    words: String,
}

/// A form that was sent and not done.
struct Sent<'a> {
    command: &'a str,
    posted: &'a Posted,
    failure: String,
    /// The version that it was filled in for, where the case has moved on.
    stale: Option<u32>,
}

/// `GET /console/cases/{number}`
pub(super) async fn page(
    site: web::Data<Site>,
    request: HttpRequest,
    seat: Seat,
    number: web::Path<String>,
) -> Answer {
    let (case, events) = site.app.desk_case(&seat.desk, read_number(&number)?).await?;
    if is_fragment(&request) {
        return fragment(&site, &request, &case, &events);
    }
    let done = request.query_string().split('&').any(|pair| pair == "done=1");
    show(&site, &request, &seat, &case, &events, done, None)
}

/// `POST /console/cases/{number}/{command}`
pub(super) async fn act(
    site: web::Data<Site>,
    request: HttpRequest,
    filled: Filled,
    path: web::Path<(String, String)>,
) -> Answer {
    let Filled { seat, posted } = filled;
    let (number, name) = path.into_inner();
    let (case, events) = site.app.desk_case(&seat.desk, read_number(&number)?).await?;
    let snapshot = site.app.city();
    let language = Frame::of(&request, &site).language;
    let words = Words::new(language, &snapshot.city, site.app.now());
    let again = |failure: String, stale, case: &Case, events: &[Event]| {
        let sent = Sent { command: &name, posted: &posted, failure, stale };
        show(&site, &request, &seat, case, events, false, Some(&sent))
    };
    let seen = seen(&posted)?;
    let command = match command(&site, &seat, &case, &name, &posted, &words).await? {
        Ok(command) => command,
        Err(failure) => return again(failure, None, &case, &events),
    };
    let by = Actor::person(seat.desk.person.clone(), site.app.now(), Via::Console);
    match site.app.act(case.id, command, &by, Some(seen)).await {
        Ok(_) => Ok(HttpResponse::SeeOther()
            .insert_header((header::LOCATION, format!("/console/cases/{}?done=1", CaseNumber::of(case.id))))
            .finish()),
        Err(Error::Stale(_)) => {
            let (case, events) = site.app.desk_case(&seat.desk, CaseNumber::of(case.id)).await?;
            let failure = words.word(
                "您看的时候案件又变了，所以没有执行。请看变化，再决定是否提交。",
                "The case changed while you were looking, so nothing was done. See what changed, then decide.",
            );
            again(with_photos(failure, &posted, &words), Some(seen), &case, &events)
        }
        Err(Error::Refused(refusal)) => {
            let failure = why_not(&refusal, Some(&case), language, &words);
            again(with_photos(&failure, &posted, &words), None, &case, &events)
        }
        Err(error) => Err(error.into()),
    }
}

/// The form of somebody who had to sign in again before it could be sent: it stands open with what was
/// typed, and nothing has been done.
///
/// # Errors
/// The case is not the person's to see.
pub(super) async fn resume(
    site: &Site,
    request: &HttpRequest,
    seat: &Seat,
    (number, command): (&str, &str),
    posted: &Posted,
) -> Answer {
    let (case, events) = site.app.desk_case(&seat.desk, read_number(number)?).await?;
    let snapshot = site.app.city();
    let words = Words::new(Frame::of(request, site).language, &snapshot.city, site.app.now());
    let failure = words.word(
        "登录已过期，所以还没有执行。您写的都在这里，请再提交一次。",
        "Your session had ended, so nothing was done yet. What you typed is here: please send it again.",
    );
    let stale = seen(posted).ok().filter(|seen| *seen != case.version);
    let sent = Sent { command, posted, failure: failure.to_owned(), stale };
    let mut answer = show(site, request, seat, &case, &events, false, Some(&sent))?;
    *answer.status_mut() = StatusCode::OK;
    Ok(answer)
}

/// `GET /console/cases/{number}/{command}`: where a refused form's page is loaded again, or its language
/// changed.
pub(super) async fn back(request: HttpRequest, path: web::Path<(String, String)>) -> Answer {
    let number = read_number(&path.0)?;
    let address = format!("/console/cases/{number}?{}", request.query_string());
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish())
}

fn read_number(text: &str) -> Result<CaseNumber, Problem> {
    text.parse().map_err(|()| Problem::not_found())
}

/// The refusal in the words of the conversation.
pub(super) fn why_not(refusal: &Refusal, case: Option<&Case>, language: &str, words: &Words<'_>) -> String {
    let scene = Scene {
        city: words.city,
        now: words.now,
        settings: &Rules::default(),
        chat: ChatId::default(),
        kind: ChatKind::Private,
        person: None,
        unit: None,
        language,
        member: "",
        pressed: false,
        locate: &|_| Place::default(),
        case,
        recent: None,
        media: None,
    };
    dialogue::why_not(refusal, &scene)
}

/// The parts that live updates replace: everything but the forms.
fn fragment(site: &Site, request: &HttpRequest, case: &Case, events: &[Event]) -> Answer {
    let frame = Frame::of(request, site);
    let snapshot = site.app.city();
    let words = Words::new(frame.language, &snapshot.city, site.app.now());
    let (facts, steps) = (Facts::of(case, &words), history::steps(case, events, &words));
    frame.answer(&CaseLive { frame: &frame, facts: &facts, steps: &steps })
}

fn show(
    site: &Site,
    request: &HttpRequest,
    seat: &Seat,
    case: &Case,
    events: &[Event],
    done: bool,
    sent: Option<&Sent<'_>>,
) -> Answer {
    let frame = Frame::of(request, site);
    let snapshot = site.app.city();
    let words = Words::new(frame.language, &snapshot.city, site.app.now());
    let board = Board { case, desk: &seat.desk, snapshot: &snapshot, words, now: site.app.now() };
    let mut forms = board.forms();
    let kept = sent.is_some_and(|sent| keep(&mut forms, sent));
    let notice = match sent {
        Some(sent) => Some(Notice { class: "error", words: lost(sent, kept, &words) }),
        None if done => Some(Notice { class: "note", words: words.word("已完成。", "Done.").to_owned() }),
        None => None,
    };
    let since = sent.and_then(|sent| sent.stale);
    let news = events.iter().filter(|event| since.is_some_and(|since| event.seq > since));
    let page = Page::of(seat, &words, "");
    let mut answer = frame.answer(&CasePage {
        page: &page,
        frame: &frame,
        facts: Facts::of(case, &words),
        steps: history::steps(case, events, &words),
        forms,
        notice,
        news: news.map(|event| history::step(case, event, &words)).collect(),
    })?;
    if let Some(sent) = sent {
        let changed = sent.stale.is_some();
        *answer.status_mut() = if changed { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    }
    Ok(answer)
}

/// Puts what was typed back into its form; false where that form is not offered any more.
fn keep(forms: &mut [Form], sent: &Sent<'_>) -> bool {
    let Some(form) = forms.iter_mut().find(|form| form.command == sent.command) else { return false };
    form.keep(sent.posted);
    form.failure = Some(sent.failure.clone());
    true
}

/// Where its form is gone, what was typed is given back as text.
fn lost(sent: &Sent<'_>, kept: bool, words: &Words<'_>) -> String {
    let typed = ["words", "reason"].map(|field| sent.posted.get(field)).join("");
    if kept || typed.is_empty() {
        return sent.failure.clone();
    }
    format!("{} {}{typed}", sent.failure, words.word("您写的是：", "You had written: "))
}
