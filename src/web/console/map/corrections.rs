//! Where people knew better than the map: pairs of grids, and the points between two of them.

use super::{
    super::{
        super::{Problem, Site, frame::Frame, map::attributes, problem::Answer, session::Seat},
        list::{Row, row},
        page::Page,
        period::Period,
        words::Words,
    },
    Tab, download, tabs,
};
use crate::{
    app::map::{Corrected, Why, correction_table},
    atlas::Point,
    domain::{CaseId, CaseNumber, UnitCode},
};
use actix_web::{HttpRequest, web};
use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;

/// The address of this page.
const HERE: &str = "/console/map/corrections";
/// Days shown when no period is asked for.
const USUAL_DAYS: u64 = 90;
/// Pairs on the page; the table to keep has all.
const PAIRS: usize = 50;
/// Points on a map.
const POINTS: usize = 200;

#[derive(Template)]
#[template(path = "console/map/corrections.html")]
struct CorrectionsPage<'a> {
    page: &'a Page<'a>,
    frame: &'a Frame,
    tabs: Vec<Tab>,
    from: NaiveDate,
    until: NaiveDate,
    given: u64,
    corrected: u64,
    share: String,
    pairs: Vec<Line>,
    more: bool,
}

struct Line {
    from: String,
    to: String,
    picked: u64,
    reassigned: u64,
    given: u64,
    share: String,
    edge: String,
    address: String,
}

#[derive(Template)]
#[template(path = "console/map/between.html")]
struct BetweenPage<'a> {
    page: &'a Page<'a>,
    frame: &'a Frame,
    tabs: Vec<Tab>,
    title: String,
    back: String,
    rows: Vec<Row>,
    points: String,
    ends: String,
    centre: (String, String),
}

/// What was asked for in the address.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    from: String,
    /// The last day.
    #[serde(default)]
    until: String,
    #[serde(default)]
    one: String,
    #[serde(default)]
    other: String,
}

impl Asked {
    fn period(&self, words: &Words<'_>) -> Result<Period, Problem> {
        Period::read(&self.from, &self.until, USUAL_DAYS, words)
    }
}

/// `GET /console/map/corrections`
pub(super) async fn page(
    site: web::Data<Site>,
    request: HttpRequest,
    seat: Seat,
    asked: web::Query<Asked>,
) -> Answer {
    let frame = Frame::of(&request, &site);
    let snapshot = site.app.city();
    let words = Words::new(frame.language, &snapshot.city, site.app.now());
    let period = asked.period(&words)?;
    let Period { from, until } = period;
    let found = site.app.corrections(&period.window(&words)?, Some(&seat.desk.units)).await?;
    let share = |share: Option<f64>| share.map_or("—".to_owned(), |share| format!("{:.1}%", share * 100.0));
    let all = (found.given > 0).then(|| found.corrected as f64 / found.given as f64);
    let pairs = found.pairs.iter().take(PAIRS).map(|pair| Line {
        from: words.unit(&pair.from),
        to: words.unit(&pair.to),
        picked: pair.picked,
        reassigned: pair.reassigned,
        given: pair.given,
        share: share(pair.share()),
        edge: pair.edge_m.map(|metres| words.metres(metres)).unwrap_or_default(),
        address: format!(
            "{HERE}/between?{}",
            url::form_urlencoded::Serializer::new(String::new())
                .append_pair("from", &from.to_string())
                .append_pair("until", &until.to_string())
                .append_pair("one", pair.from.as_str())
                .append_pair("other", pair.to.as_str())
                .finish()
        ),
    });
    frame.answer(&CorrectionsPage {
        page: &Page::of(&seat, &words, super::HOME),
        frame: &frame,
        tabs: tabs(&seat, &words, HERE),
        from,
        until,
        given: found.given,
        corrected: found.corrected,
        share: share(all),
        pairs: pairs.collect(),
        more: found.pairs.len() > PAIRS,
    })
}

/// `GET /console/map/corrections.csv`
pub(super) async fn table(site: web::Data<Site>, seat: Seat, asked: web::Query<Asked>) -> Answer {
    let snapshot = site.app.city();
    let words = Words::new("", &snapshot.city, site.app.now());
    let period = asked.period(&words)?;
    let Period { from, until } = period;
    let found = site.app.corrections(&period.window(&words)?, Some(&seat.desk.units)).await?;
    download(&correction_table(&found, &snapshot), &format!("corrections-{from}-{until}"))
}

/// `GET /console/map/corrections/between?one=G1&other=G2`: in either direction.
pub(super) async fn between(
    site: web::Data<Site>,
    request: HttpRequest,
    seat: Seat,
    asked: web::Query<Asked>,
) -> Answer {
    let frame = Frame::of(&request, &site);
    let snapshot = site.app.city();
    let words = Words::new(frame.language, &snapshot.city, site.app.now());
    let (one, other) = (UnitCode::from(asked.one.as_str()), UnitCode::from(asked.other.as_str()));
    let window = asked.period(&words)?.window(&words)?;
    let found = site.app.corrections_between(&window, Some(&seat.desk.units), (&one, &other), POINTS).await?;
    let ids: Vec<CaseId> = found.iter().map(|one| one.case).collect();
    let mut cases = site.app.store().cases_by_id(&ids).await?;
    cases.retain(|case| seat.desk.sees(&snapshot.city, case));
    cases.sort_by_key(|case| ids.iter().position(|id| *id == case.id));
    let rows = cases.iter().map(|case| row(case, &words)).collect();
    let period = asked.period(&words)?;
    let Period { from, until } = period;
    let point = found.iter().find_map(|one| one.point);
    let point = point.map(|(lon, lat)| Point::new(lon, lat));
    let centre = point.or_else(|| snapshot.edition.beginning([one.as_str(), other.as_str()]));
    let points: Vec<_> = found.iter().filter_map(|one| drawn(one, &words)).collect();
    frame.answer(&BetweenPage {
        page: &Page::of(&seat, &words, super::HOME),
        frame: &frame,
        tabs: tabs(&seat, &words, HERE),
        title: format!("{} ⇄ {}", words.unit(&one), words.unit(&other)),
        back: format!("{HERE}?from={from}&until={until}"),
        rows,
        points: serde_json::Value::from(points).to_string(),
        ends: json!([one, other]).to_string(),
        centre: attributes(centre),
    })
}

fn drawn(one: &Corrected, words: &Words<'_>) -> Option<serde_json::Value> {
    let (lon, lat) = one.point?;
    let number = CaseNumber::of(one.case);
    Some(json!({
        "lat": lat, "lon": lon, "picked": one.why == Why::Picked, "address": format!("/console/cases/{number}"),
        "label": format!("{number} {} → {}", words.unit(&one.from), words.unit(&one.to)),
    }))
}
