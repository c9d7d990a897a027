//! Whose is this point? A click on the map, coordinates, a name or a case: the owner, the neighbours it may
//! belong to, and everything above and below it, as an edition has it.

use super::{
    super::{
        super::{Problem, Site, frame::Frame, map::attributes, problem::Answer, session::Seat},
        form::Choice,
        is_fragment,
        page::Page,
        words::Words,
    },
    HOME, Tab,
    asked::{Asked, pair, radius},
    called, level, standing, tabs,
};
use crate::{
    app::{
        Error,
        map::{Nearby, Standing, find_areas, ladder, whose},
    },
    atlas::{Datum, Edition, Point},
    domain::{CaseNumber, UnitCode},
};
use actix_web::{HttpRequest, web};
use askama::Template;
use serde_json::json;
use std::sync::Arc;

/// Areas offered for a name.
const FOUND: usize = 12;
/// Stations, units on duty and desks that are told.
const NEAR: usize = 3;
/// Radii to choose from, metres.
const RADII: [&str; 6] = ["0", "10", "30", "50", "100", "300"];

#[derive(Template)]
#[template(path = "console/map/point.html")]
struct PointPage<'a> {
    page: &'a Page<'a>,
    frame: &'a Frame,
    tabs: Vec<Tab>,
    asked: &'a Asked,
    datums: Vec<Choice>,
    radii: Vec<Choice>,
    editions: Vec<Choice>,
    centre: (String, String),
    outlines: String,
    answer: Found,
}

#[derive(Template)]
#[template(path = "console/map/point_answer.html")]
struct Fragment<'a> {
    frame: &'a Frame,
    answer: &'a Found,
}

/// What came of it.
#[derive(Default)]
struct Found {
    failure: Option<String>,
    areas: Vec<Link>,
    owner: Option<Owner>,
}

impl Found {
    fn failed(why: &str) -> Self {
        Self { failure: Some(why.to_owned()), ..Self::default() }
    }
}

/// A place that was found by its name.
struct Link {
    address: String,
    name: String,
    level: &'static str,
    code: String,
}

/// What is near, under one heading.
struct Near {
    heading: &'static str,
    /// Name, and what else is told of it.
    lines: Vec<(String, String)>,
}

struct Owner {
    name: String,
    code: String,
    /// No grid owns the point; this is the desk that takes its cases.
    outside: bool,
    /// To the nearest edge of its grid.
    edge: Option<String>,
    point: String,
    edition: String,
    rungs: Vec<(&'static str, String, String)>,
    candidates: Vec<(String, String, String)>,
    accuracy: String,
    near: Vec<Near>,
    /// For the map, JSON.
    drawn: String,
}

/// `GET /console/map/point`
pub(super) async fn page(
    site: web::Data<Site>,
    request: HttpRequest,
    seat: Seat,
    asked: web::Query<Asked>,
) -> Answer {
    let asked = asked.into_inner();
    let frame = Frame::of(&request, &site);
    let snapshot = site.app.city();
    let words = Words::new(frame.language, &snapshot.city, site.app.now());
    let (id, edition) = edition(&site, &seat, &asked, &words).await?;
    let views = site.app.editions().await?;
    let view = views.iter().find(|view| Some(view.row.id) == id);
    let label = view.map(|view| format!("{}（{}）", called(view, &words), standing(view.standing, &words)));
    let mut asked = Asked { accuracy: radius(&asked), ..asked };
    let answer = answer(&site, &seat, &mut asked, &edition, label.unwrap_or_default(), &words).await?;
    if is_fragment(&request) {
        return frame.answer(&Fragment { frame: &frame, answer: &answer });
    }
    let choices = views
        .iter()
        .filter(|view| view.standing != Standing::Withdrawn || Some(view.row.id) == id)
        .map(|view| {
            Choice::new(
                view.row.id.to_string(),
                format!("{}（{}）", called(view, &words), standing(view.standing, &words)),
            )
        });
    let own = seat.desk.units.iter().map(UnitCode::as_str);
    let centre = asked.point().or_else(|| edition.beginning(own));
    asked.edition = id.map(|id| id.to_string()).unwrap_or_default();
    frame.answer(&PointPage {
        page: &Page::of(&seat, &words, HOME),
        frame: &frame,
        tabs: tabs(&seat, &words, HOME),
        datums: datums(&words),
        radii: radii(&asked, &words),
        editions: if seat.desk.sees_editions(&snapshot.city) { choices.collect() } else { Vec::new() },
        centre: attributes(centre),
        outlines: match id.filter(|id| Some(*id) != snapshot.edition_id) {
            Some(id) => format!("/console/map/editions/{id}/grid.geojson"),
            None => "/map/grid.geojson".to_owned(),
        },
        asked: &asked,
        answer,
    })
}

/// The edition asked for, where this desk may look at it; else the one in force.
async fn edition(
    site: &Site,
    seat: &Seat,
    asked: &Asked,
    words: &Words<'_>,
) -> Result<(Option<i64>, Arc<Edition>), Problem> {
    let snapshot = site.app.city();
    match asked.edition.as_str() {
        "" => Ok((snapshot.edition_id, snapshot.edition.clone())),
        text => {
            let id: i64 = text.parse().map_err(|_| Problem::not_found())?;
            if Some(id) != snapshot.edition_id && !seat.desk.sees_editions(words.city) {
                return Err(Problem::not_found());
            }
            Ok((Some(id), site.app.edition_map(id).await?))
        }
    }
}

/// Words come before the fields for coordinates, which keep what was asked before.
async fn answer(
    site: &Site,
    seat: &Seat,
    asked: &mut Asked,
    edition: &Edition,
    label: String,
    words: &Words<'_>,
) -> Result<Found, Problem> {
    let typed = asked.q.trim().to_owned();
    if let Some((lat, lon)) = pair(&typed) {
        (asked.lat, asked.lon) = (lat.to_string(), lon.to_string());
    } else if let Ok(number) = typed.parse::<CaseNumber>() {
        let case = match site.app.desk_case(&seat.desk, number).await {
            Ok((case, _)) => Some(case),
            Err(Error::NotFound(_)) => None,
            Err(error) => return Err(error.into()),
        };
        let place = case.map(|case| case.place);
        let Some((place, point)) = place.and_then(|place| place.point().map(|point| (place, point))) else {
            return Ok(Found::failed(
                words.word("没有这个案件，或者它没有位置。", "There is no such case, or it has no position."),
            ));
        };
        // As its phone said, where it did.
        if let Some(metres) = place.fix.and_then(|fix| fix.accuracy_m) {
            asked.accuracy = metres.ceil().to_string();
        }
        (asked.lat, asked.lon) = (format!("{:.7}", point.lat), format!("{:.7}", point.lon));
        Datum::Wgs84.as_str().clone_into(&mut asked.datum);
    } else if !typed.is_empty() {
        return Ok(named(asked, edition, &typed, words));
    }
    if asked.lat.trim().is_empty() && asked.lon.trim().is_empty() {
        return Ok(Found::default());
    }
    let (point, accuracy) = match (asked.point(), asked.metres()) {
        (Some(point), Some(accuracy)) => (point, accuracy),
        (None, _) => {
            return Ok(Found::failed(
                words.word("经纬度或坐标系不对。", "This is no latitude and longitude, or no datum."),
            ));
        }
        (Some(_), None) => {
            return Ok(Found::failed(
                words.word("定位精度应为米数，0 或更大。", "The accuracy is a number of metres, 0 or more."),
            ));
        }
    };
    let mut owner = owner(asked, edition, point, accuracy, label, words);
    let located = edition.locate(point, None);
    // A page without what is near is better than none.
    let near = site.app.nearby(edition, point, &located, NEAR).await.unwrap_or_else(|error| {
        tracing::error!(%error, "what is near could not be read");
        Nearby::default()
    });
    owner.near = nearby(near, words);
    Ok(Found { owner: Some(owner), ..Found::default() })
}

fn named(asked: &Asked, edition: &Edition, typed: &str, words: &Words<'_>) -> Found {
    let found = find_areas(edition, typed, FOUND);
    let areas: Vec<Link> = found
        .into_iter()
        .filter_map(|area| {
            let centre = edition.centre(area.code)?;
            let there = Asked {
                lat: format!("{:.7}", centre.lat),
                lon: format!("{:.7}", centre.lon),
                datum: String::new(),
                q: String::new(),
                ..asked.clone()
            };
            Some(Link {
                address: there.address(),
                name: area.name.to_owned(),
                level: level(area.level, words),
                code: area.code.to_owned(),
            })
        })
        .collect();
    let failure =
        areas.is_empty().then(|| words.word("没有找到这个地方。", "No such place was found.").to_owned());
    Found { failure, areas, owner: None }
}

fn owner(
    asked: &Asked,
    edition: &Edition,
    point: Point,
    accuracy: f64,
    label: String,
    words: &Words<'_>,
) -> Owner {
    let located = edition.locate(point, Some(accuracy));
    let code = located.owner().unwrap_or_default().to_owned();
    let rungs = ladder(edition, &located);
    let drawn = json!({
        "lat": point.lat, "lon": point.lon, "accuracy": accuracy, "owner": located.grid,
        "candidates": located.candidates.iter().map(|one| &one.code).collect::<Vec<_>>(),
    });
    Owner {
        name: if code.is_empty() {
            words.word("无人", "nobody").to_owned()
        } else {
            whose(edition, &code).to_owned()
        },
        outside: located.grid.is_none(),
        edge: located.edge_m.map(|edge| metres(edge, words)),
        point: format!("{:.6}, {:.6}", point.lat, point.lon),
        edition: label,
        rungs: rungs.into_iter().map(|rung| (level(rung.level, words), rung.name, rung.code)).collect(),
        candidates: located
            .candidates
            .iter()
            .map(|one| (one.name.clone(), one.code.clone(), metres(one.distance_m, words)))
            .collect(),
        accuracy: radius_label(&asked.accuracy, words),
        near: Vec::new(),
        drawn: drawn.to_string(),
        code,
    }
}

fn nearby(near: Nearby, words: &Words<'_>) -> Vec<Near> {
    let away = |distance_m: f64| metres(distance_m, words);
    let desks =
        near.desks.into_iter().map(|one| (one.name, format!("{} · {}", one.code, away(one.distance_m))));
    let on_duty = near.on_duty.into_iter().map(|one| {
        let people: Vec<String> = one.people.iter().map(|person| words.person(person)).collect();
        let place = match (one.station, one.distance_m > 0.0) {
            (Some(station), _) => format!("{station} · {}", away(one.distance_m)),
            (None, true) => away(one.distance_m),
            (None, false) => words.word("就在这里", "here").to_owned(),
        };
        (people.join("、"), format!("{} · {place}", one.name))
    });
    let stations =
        near.stations.into_iter().map(|one| (one.name, format!("{} · {}", one.code, away(one.distance_m))));
    let all = [
        Near { heading: words.word("最近的社区", "Nearest communities"), lines: desks.collect() },
        Near { heading: words.word("正在值班", "On duty now"), lines: on_duty.collect() },
        Near { heading: words.word("最近的服务站", "Nearest stations"), lines: stations.collect() },
    ];
    all.into_iter().filter(|near| !near.lines.is_empty()).collect()
}

fn metres(metres: f64, words: &Words<'_>) -> String {
    if metres < 100.0 { format!("{metres:.1} {}", words.word("米", "m")) } else { words.metres(metres) }
}

/// The radii to choose from, and the one that was asked for.
fn radii(asked: &Asked, words: &Words<'_>) -> Vec<Choice> {
    let own = asked.metres().map(|_| asked.accuracy.as_str()).filter(|metres| !RADII.contains(metres));
    let all = own.into_iter().chain(RADII);
    all.map(|metres| Choice::new(metres, radius_label(metres, words))).collect()
}

fn radius_label(metres: &str, words: &Words<'_>) -> String {
    if metres == "0" {
        words.word("精确的点", "the exact point").to_owned()
    } else {
        format!("± {metres} {}", words.word("米", "m"))
    }
}

fn datums(words: &Words<'_>) -> Vec<Choice> {
    [
        (Datum::Wgs84, words.word("WGS-84（手机定位、Telegram）", "WGS-84 (phones, Telegram)")),
        (Datum::Gcj02, words.word("GCJ-02（高德、腾讯、微信）", "GCJ-02 (Amap, Tencent, WeChat)")),
        (Datum::Bd09, words.word("BD-09（百度）", "BD-09 (Baidu)")),
        (Datum::Cgcs2000, words.word("CGCS2000", "CGCS2000")),
    ]
    .into_iter()
    .map(|(datum, label)| Choice::new(datum.as_str(), label))
    .collect()
}
