//! Open cases that the map in force gives to somebody else: the dispatcher moves or keeps them, one by one
//! or all that are ticked.
//!
//! A tick carries the version that was seen. A case that has changed since is left alone and told; it stays
//! ticked, with the reason as it was typed, so that one more press does it.

use super::{
    super::{
        super::{
            Problem, Site,
            frame::Frame,
            posted::{Filled, Posted},
            problem::Answer,
            session::Seat,
        },
        case::why_not,
        page::Page,
        words::{Words, clip},
    },
    Tab, grid, sent_too_late, tabs,
};
use crate::{
    app::map::{Displaced, Moving, Outcome},
    domain::{Actor, CaseId, CaseNumber, Via},
    store::MapChoice,
};
use actix_web::{HttpRequest, http::StatusCode, web};
use askama::Template;
use std::collections::BTreeSet;

/// Cases on a page.
const LISTED: usize = 100;
/// Cases that were kept: the last decisions.
const KEPT: usize = 50;

#[derive(Template)]
#[template(path = "console/map/moves.html")]
struct MovesPage<'a> {
    page: &'a Page<'a>,
    frame: &'a Frame,
    tabs: Vec<Tab>,
    edition: Option<i64>,
    lines: Vec<Line>,
    more: bool,
    kept: Vec<Kept>,
    reason: String,
    told: Vec<Told>,
}

struct Line {
    id: CaseId,
    number: String,
    version: u32,
    state: &'static str,
    state_word: String,
    category: String,
    words: String,
    from: String,
    to: String,
    can_move: bool,
    /// Whom the move would call is nobody.
    is_unheard: bool,
    ticked: bool,
}

/// A case that was kept, and who decided so.
struct Kept {
    number: String,
    from: String,
    to: String,
    by: String,
}

/// What became of a case that was ticked.
struct Told {
    number: String,
    class: &'static str,
    words: String,
}

/// `GET /console/map/moves`
pub(super) async fn page(site: web::Data<Site>, request: HttpRequest, seat: Seat) -> Answer {
    let words_of = Frame::of(&request, &site);
    let snapshot = site.app.city();
    let words = Words::new(words_of.language, &snapshot.city, site.app.now());
    let reason = usual_reason(snapshot.edition_id, &words);
    show(&site, &request, &seat, Vec::new(), reason, &BTreeSet::new()).await
}

/// `POST /console/map/moves`: `case-ID=VERSION` for every tick, `reason`, `do=move` or `do=keep`.
pub(super) async fn decide(
    site: web::Data<Site>,
    request: HttpRequest,
    Filled { seat, posted }: Filled,
) -> Answer {
    if !seat.desk.dispatches {
        return Err(Problem::forbidden());
    }
    let frame = Frame::of(&request, &site);
    let snapshot = site.app.city();
    let words = Words::new(frame.language, &snapshot.city, site.app.now());
    let moving = match posted.get("do") {
        "move" => Moving::Move(posted.get("reason").to_owned()),
        "keep" => Moving::Keep,
        _ => return Err(Problem::bad("do is move or keep")),
    };
    let by = Actor::person(seat.desk.person.clone(), site.app.now(), Via::Console);
    let (mut told, mut left) = (Vec::new(), BTreeSet::new());
    for (id, seen) in ticked(&posted)? {
        let outcome = site.app.settle_displaced(&seat.desk, id, seen, &moving, &by).await?;
        if matches!(outcome, Outcome::Changed(_) | Outcome::Refused(_)) {
            left.insert(id);
        }
        told.push(tell(id, &outcome, &moving, &frame, &words));
    }
    if told.is_empty() {
        let words = words.word("没有勾选案件。", "No case was ticked.").to_owned();
        told.push(Told { number: String::new(), class: "error", words });
    }
    show(&site, &request, &seat, told, posted.get("reason").to_owned(), &left).await
}

/// The page after a session that had ended: what was ticked is ticked, and what has changed is told.
pub(super) async fn resume(site: &Site, request: &HttpRequest, seat: &Seat, posted: &Posted) -> Answer {
    let frame = Frame::of(request, site);
    let snapshot = site.app.city();
    let words = Words::new(frame.language, &snapshot.city, site.app.now());
    let mut told = vec![Told { number: String::new(), class: "error", words: sent_too_late(&words) }];
    let mut left = BTreeSet::new();
    for (id, seen) in ticked(posted)? {
        left.insert(id);
        let (case, _) = site.app.desk_case(&seat.desk, CaseNumber::of(id)).await?;
        if case.version != seen {
            told.push(tell(id, &Outcome::Changed(Box::new(case)), &Moving::Keep, &frame, &words));
        }
    }
    let mut answer = show(site, request, seat, told, posted.get("reason").to_owned(), &left).await?;
    *answer.status_mut() = StatusCode::OK;
    Ok(answer)
}

fn ticked(posted: &Posted) -> Result<Vec<(CaseId, u32)>, Problem> {
    let mut found = Vec::new();
    for (name, value) in &posted.fields {
        let Some(id) = name.strip_prefix("case-") else { continue };
        let read = id.parse().ok().zip(value.parse().ok());
        let (id, seen) = read.ok_or_else(|| Problem::bad("a tick is case-ID=VERSION"))?;
        found.push((CaseId(id), seen));
    }
    found.sort();
    Ok(found)
}

fn tell(id: CaseId, outcome: &Outcome, moving: &Moving, frame: &Frame, words: &Words<'_>) -> Told {
    let (class, text) = match (outcome, moving) {
        (Outcome::Done, Moving::Move(_)) => ("note", words.word("已改派。", "Moved.").to_owned()),
        (Outcome::Done, Moving::Keep) => ("note", words.word("已保留原责任单位。", "Kept.").to_owned()),
        (Outcome::Changed(case), _) => {
            let now = words.state(case.state);
            let text = words.word(
                "您看的时候案件变了，没有执行；仍然勾着，看过再点一次即可。现在：",
                "It changed while you were looking, so nothing was done; it is still ticked. Now: ",
            );
            ("error", format!("{text}{now}"))
        }
        (Outcome::Refused(refusal), _) => ("error", why_not(refusal, None, frame.language, words)),
        (Outcome::Gone, _) => {
            let text = words.word("已不在待定之列。", "It waits for no decision any more.");
            ("note", text.to_owned())
        }
    };
    Told { number: CaseNumber::of(id).to_string(), class, words: text }
}

fn usual_reason(edition: Option<i64>, words: &Words<'_>) -> String {
    let edition = edition.map(|id| id.to_string()).unwrap_or_default();
    if words.is_english() {
        format!("Edition {edition} of the map gives this place to another grid")
    } else {
        format!("地图第 {edition} 版生效，此处改归新网格")
    }
}

async fn show(
    site: &Site,
    request: &HttpRequest,
    seat: &Seat,
    told: Vec<Told>,
    reason: String,
    left: &BTreeSet<CaseId>,
) -> Answer {
    if !seat.desk.dispatches {
        return Err(Problem::forbidden());
    }
    let frame = Frame::of(request, site);
    let snapshot = site.app.city();
    let words = Words::new(frame.language, &snapshot.city, site.app.now());
    let (found, more) = site.app.displaced(&seat.desk, LISTED).await?;
    let kept = site.app.kept_cases(&seat.desk, KEPT).await?;
    let failed = !left.is_empty();
    let mut answer = frame.answer(&MovesPage {
        page: &Page::of(seat, &words, super::HOME),
        frame: &frame,
        tabs: tabs(seat, &words, "/console/map/moves"),
        edition: snapshot.edition_id,
        lines: found.iter().map(|one| line(one, left, &words)).collect(),
        more,
        kept: kept.iter().map(|one| kept_line(one, &words)).collect(),
        reason,
        told,
    })?;
    if failed {
        *answer.status_mut() = StatusCode::CONFLICT;
    }
    Ok(answer)
}

fn kept_line(one: &MapChoice, words: &Words<'_>) -> Kept {
    Kept {
        number: CaseNumber::of(one.case).to_string(),
        from: words.unit(&one.from),
        to: grid(one.to.as_ref(), words),
        by: format!("{} · {}", words.person(&one.person), words.time(one.at)),
    }
}

fn line(one: &Displaced, left: &BTreeSet<CaseId>, words: &Words<'_>) -> Line {
    let case = &one.case;
    let told = case.material.iter().find_map(|piece| piece.words.as_deref()).unwrap_or_default();
    Line {
        id: case.id,
        number: CaseNumber::of(case.id).to_string(),
        version: case.version,
        state: case.state.as_str(),
        state_word: words.state(case.state),
        category: words.matter(&case.category),
        words: clip(told, 60),
        from: grid(Some(&one.from), words),
        to: grid(one.to.as_ref(), words),
        is_unheard: one.to.as_ref().is_some_and(|to| words.city.organisation.responders(to).is_empty()),
        can_move: one.to.is_some() || case.state == crate::domain::State::Reported,
        ticked: left.contains(&case.id),
    }
}
