//! The map in the console: whose is this point, where people knew better than the map, open cases at a
//! take-over, and the editions with what each would have meant.

mod asked;
mod corrections;
mod editions;
mod moves;
mod outlines;
mod point;
mod what_if;

use super::{
    super::{Problem, Site, posted::Posted, problem::Answer, session::Seat},
    words::Words,
};
use crate::{
    app::{
        export::{Format, Table},
        map::{EditionView, Standing},
    },
    atlas::AreaLevel,
    domain::UnitCode,
};
use actix_web::{HttpRequest, HttpResponse, http::header, web};

/// The address of the first of these pages, which the console's bar leads to.
pub(super) const HOME: &str = "/console/map/point";

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/map/point", web::get().to(point::page))
        .route("/map/corrections", web::get().to(corrections::page))
        .route("/map/corrections.csv", web::get().to(corrections::table))
        .route("/map/corrections/between", web::get().to(corrections::between))
        .route("/map/moves", web::get().to(moves::page))
        .route("/map/moves", web::post().to(moves::decide))
        .route("/map/editions", web::get().to(editions::page))
        .route("/map/editions/{id}/schedule", web::post().to(editions::schedule))
        .route("/map/editions/{id}/withdraw", web::post().to(editions::withdraw))
        .route("/map/editions/{id}/what-if", web::get().to(what_if::page))
        .route("/map/editions/{id}/what-if.csv", web::get().to(what_if::table))
        .route("/map/editions/{id}/{level}.geojson", web::get().to(outlines::of_edition));
}

/// A form of this room whose session had ended, filled in as it was.
///
/// # Errors
/// When there is no such form, or it is not this desk's.
pub(super) async fn resume(
    site: &Site,
    request: &HttpRequest,
    seat: &Seat,
    form: &[&str],
    posted: &Posted,
) -> Answer {
    match *form {
        ["moves"] => moves::resume(site, request, seat, posted).await,
        ["editions", id, act] => {
            let id = id.parse().map_err(|_| Problem::not_found())?;
            let typed = editions::Typed::of(act, posted).ok_or_else(Problem::not_found)?;
            editions::resume(site, request, seat, id, typed).await
        }
        _ => Err(Problem::not_found()),
    }
}

/// Nothing was done, because the session had ended.
fn sent_too_late(words: &Words<'_>) -> String {
    let text = words.word(
        "登录已过期，所以还没有执行。您选的和写的都在这里，请再提交一次。",
        "Your session had ended, so nothing was done yet. What you ticked and typed is here: please send it again.",
    );
    text.to_owned()
}

/// A page of this room that one can go to.
struct Tab {
    address: &'static str,
    label: &'static str,
    here: bool,
}

fn tabs(seat: &Seat, words: &Words<'_>, here: &str) -> Vec<Tab> {
    let mut places = vec![
        (HOME, words.word("这个点归谁", "Whose is this point?")),
        ("/console/map/corrections", words.word("归属更正", "Corrections")),
    ];
    if seat.desk.dispatches {
        places.push(("/console/map/moves", words.word("换版案件", "Cases at a take-over")));
    }
    if seat.desk.sees_editions(words.city) {
        places.push(("/console/map/editions", words.word("地图版本", "Editions")));
    }
    places.into_iter().map(|(address, label)| Tab { address, label, here: address == here }).collect()
}

/// `第 3 版 · 拆分`
fn called(view: &EditionView, words: &Words<'_>) -> String {
    let id = view.row.id;
    let number = if words.is_english() { format!("Edition {id}") } else { format!("第 {id} 版") };
    match &view.row.name {
        Some(name) => format!("{number} · {name}"),
        None => number,
    }
}

fn standing(standing: Standing, words: &Words<'_>) -> &'static str {
    match standing {
        Standing::Draft => words.word("草案", "draft"),
        Standing::Scheduled => words.word("待生效", "waits for its time"),
        Standing::InForce => words.word("现行", "in force"),
        Standing::Past => words.word("已被取代", "replaced"),
        Standing::Withdrawn => words.word("已撤回", "withdrawn"),
    }
}

fn level(level: AreaLevel, words: &Words<'_>) -> &'static str {
    let english = match level {
        AreaLevel::District => "District",
        AreaLevel::Subdistrict => "Subdistrict",
        AreaLevel::Community => "Community",
        AreaLevel::Grid => "Grid",
        AreaLevel::BuildingGroup => "Building group",
        AreaLevel::UnitGrid => "Unit grid",
    };
    words.word(level.as_zh(), english)
}

/// A grid, or ground that is nobody's.
fn grid(grid: Option<&UnitCode>, words: &Words<'_>) -> String {
    match grid {
        Some(grid) => words.unit(grid),
        None => words.word("网格外", "outside every grid").to_owned(),
    }
}

/// A table as a file to keep.
fn download(table: &Table, name: &str) -> Answer {
    let bytes = table.to_bytes(Format::Csv).map_err(crate::app::Error::Internal)?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")))
        .body(bytes))
}
