//! What if this were the map? The cases of the last days on a draft: a page to decide by, and the same as a
//! table to keep.

use super::{
    super::{
        super::{Problem, Site, frame::Frame, map::attributes, problem::Answer, session::Seat},
        form::Choice,
        page::Page,
        words::Words,
    },
    Tab, called, download, grid, tabs,
};
use crate::{
    app::map::{Change, Exchange, GridLine, LEAST, WhatIf, what_if_table},
    atlas::{Edition, Point},
    domain::UnitCode,
};
use actix_web::{HttpRequest, web};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

/// Days when none are asked for.
const USUAL: u32 = 30;
/// Grids, and exchanges, on the page; the tables to keep have all.
const LINES: usize = 300;
/// Grids without people that are named.
const NAMED: usize = 30;

#[derive(Template)]
#[template(path = "console/map/what_if.html")]
struct WhatIfPage<'a> {
    page: &'a Page<'a>,
    frame: &'a Frame,
    tabs: Vec<Tab>,
    id: i64,
    name: String,
    days: u32,
    periods: Vec<Choice>,
    period: String,
    placed: u64,
    unplaced: u64,
    moved: u64,
    share: String,
    lacking: Vec<String>,
    lacking_more: usize,
    grids: Vec<Line>,
    changed: usize,
    more: bool,
    same: usize,
    exchanges: Vec<Swap>,
    least: u32,
    changes: String,
    /// Corners of what changes, for the map, JSON.
    around: String,
    centre: (String, String),
}

struct Line {
    name: String,
    code: String,
    change: &'static str,
    change_word: &'static str,
    before: u64,
    after: u64,
    by: i64,
    gained: u64,
    lost: u64,
    hours_before: String,
    hours_after: String,
    people: usize,
    lacks_people: bool,
    response: String,
}

struct Swap {
    from: String,
    to: String,
    cases: u64,
    had: String,
    expected: String,
}

/// What was asked for in the address.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Asked {
    days: Option<u32>,
    #[serde(default)]
    part: String,
}

/// `GET /console/map/editions/{id}/what-if?days=30`
pub(super) async fn page(
    site: web::Data<Site>,
    request: HttpRequest,
    seat: Seat,
    id: web::Path<i64>,
    asked: web::Query<Asked>,
) -> Answer {
    let frame = Frame::of(&request, &site);
    let snapshot = site.app.city();
    let words = Words::new(frame.language, &snapshot.city, site.app.now());
    let (days, what_if) = reckon(&site, &seat, *id, &asked).await?;
    let view = site.app.edition_view(*id).await?;
    let draft = site.app.edition_map(*id).await?;
    let name = |code: &crate::domain::UnitCode| draft.area(code.as_str()).map(|area| area.name.to_owned());
    let shown = |one: &Option<crate::domain::UnitCode>| {
        one.as_ref().and_then(&name).unwrap_or_else(|| grid(one.as_ref(), &words))
    };
    let (changed, rest): (Vec<&GridLine>, Vec<&GridLine>) =
        what_if.grids.iter().partition(|line| line.matters());
    let codes = changed.iter().filter_map(|line| line.grid.as_ref()).map(UnitCode::as_str);
    let centre = draft.beginning(codes);
    let lacking: Vec<&&GridLine> = changed.iter().filter(|line| line.lacks_people()).collect();
    let day = |at: DateTime<Utc>| at.with_timezone(&snapshot.city.calendar.zone).date_naive();
    frame.answer(&WhatIfPage {
        page: &Page::of(&seat, &words, super::HOME),
        frame: &frame,
        tabs: tabs(&seat, &words, "/console/map/editions"),
        id: *id,
        name: called(&view, &words),
        days,
        periods: periods(&words),
        period: format!("{} – {}", day(what_if.window.from), day(what_if.window.to)),
        placed: what_if.placed,
        unplaced: what_if.unplaced,
        moved: what_if.moved,
        share: share(what_if.moved, what_if.placed),
        lacking: lacking.iter().take(NAMED).map(|line| line.name.clone()).collect(),
        lacking_more: lacking.len().saturating_sub(NAMED),
        changed: changed.len(),
        more: changed.len().max(what_if.exchanges.len()) > LINES,
        grids: changed.iter().take(LINES).map(|line| shown_line(line, shown(&line.grid), &words)).collect(),
        same: rest.iter().filter(|line| line.grid.is_some()).count(),
        exchanges: what_if
            .exchanges
            .iter()
            .take(LINES)
            .map(|one| swap(one, shown(&one.from), shown(&one.to), &words))
            .collect(),
        least: LEAST,
        changes: drawn(&changed[..changed.len().min(LINES)], &words),
        around: around(&draft, &changed).to_string(),
        centre: attributes(centre),
    })
}

/// `GET /console/map/editions/{id}/what-if.csv?days=30&part=exchanges`
pub(super) async fn table(
    site: web::Data<Site>,
    seat: Seat,
    id: web::Path<i64>,
    asked: web::Query<Asked>,
) -> Answer {
    let (days, what_if) = reckon(&site, &seat, *id, &asked).await?;
    let exchanges = asked.part == "exchanges";
    let part = if exchanges { "exchanges" } else { "grids" };
    download(&what_if_table(&what_if, exchanges), &format!("what-if-{id}-{days}d-{part}"))
}

async fn reckon(site: &Site, seat: &Seat, id: i64, asked: &Asked) -> Result<(u32, WhatIf), Problem> {
    if !seat.desk.sees_editions(&site.app.city().city) {
        return Err(Problem::forbidden());
    }
    let days = asked.days.unwrap_or(USUAL);
    Ok((days, site.app.what_if(id, days, |_| ()).await?))
}

fn periods(words: &Words<'_>) -> Vec<Choice> {
    [7, 30, 90, 180, 365]
        .into_iter()
        .map(|days: u32| {
            let label = if words.is_english() {
                format!("the last {days} days")
            } else {
                format!("最近 {days} 天")
            };
            Choice::new(days.to_string(), label)
        })
        .collect()
}

fn share(some: u64, all: u64) -> String {
    if all == 0 { "—".to_owned() } else { format!("{:.1}%", some as f64 * 100.0 / all as f64) }
}

fn minutes(minutes: Option<f64>, words: &Words<'_>) -> String {
    match minutes {
        Some(minutes) => words.span(chrono::Duration::seconds((minutes * 60.0).round() as i64)),
        None => words.word("样本不足", "no figure").to_owned(),
    }
}

fn change_word(change: Change, words: &Words<'_>) -> &'static str {
    match change {
        Change::Same => "",
        Change::New => words.word("新设", "new"),
        Change::Gone => words.word("撤销", "gone"),
        Change::Redrawn => words.word("重划", "redrawn"),
    }
}

fn shown_line(line: &GridLine, name: String, words: &Words<'_>) -> Line {
    Line {
        name,
        code: line.grid.as_ref().map(ToString::to_string).unwrap_or_default(),
        change: line.change.as_str(),
        change_word: change_word(line.change, words),
        before: line.before,
        after: line.after,
        by: difference(line),
        gained: line.gained,
        lost: line.lost,
        hours_before: format!("{:.1}", line.hours_before),
        hours_after: format!("{:.1}", line.hours_after),
        people: line.people,
        lacks_people: line.lacks_people(),
        response: minutes(line.response, words),
    }
}

fn difference(line: &GridLine) -> i64 {
    line.after.cast_signed() - line.before.cast_signed()
}

fn swap(one: &Exchange, from: String, to: String, words: &Words<'_>) -> Swap {
    let (had, expected) = (minutes(one.had, words), minutes(one.expected, words));
    Swap { from, to, cases: one.cases, had, expected }
}

/// The corners around what changes, as the map's script wants them: latitude first.
fn around(draft: &Edition, changed: &[&GridLine]) -> serde_json::Value {
    let boxes = changed.iter().filter_map(|line| draft.bounds_of(line.grid.as_ref()?.as_str()));
    let corners = boxes.reduce(|(low, high), (other_low, other_high)| {
        let low = Point::new(low.lon.min(other_low.lon), low.lat.min(other_low.lat));
        (low, Point::new(high.lon.max(other_high.lon), high.lat.max(other_high.lat)))
    });
    json!(corners.map(|(low, high)| [[low.lat, low.lon], [high.lat, high.lon]]))
}

/// What the map shows of the grids that change, JSON.
fn drawn(changed: &[&GridLine], words: &Words<'_>) -> String {
    let one = |line: &&GridLine| {
        let code = line.grid.as_ref()?;
        let label =
            format!("{} {}：{} → {}", line.name, change_word(line.change, words), line.before, line.after);
        Some(json!({
            "code": code, "by": difference(line), "drawn": line.change != Change::Same, "label": label,
        }))
    };
    serde_json::Value::from(changed.iter().filter_map(one).collect::<Vec<_>>()).to_string()
}
