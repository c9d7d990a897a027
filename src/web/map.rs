//! The outlines that maps in pages are drawn from: what is in view, no finer than its pixels and no more
//! than a screen is good for, whatever the size of the map.

use super::{Problem, Site, problem::Answer};
use crate::atlas::{AreaLevel, Edition, Point, View};
use actix_web::{HttpResponse, web};
use serde::Deserialize;

/// Areas in an answer at most.
const MOST: usize = 2_000;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/map/{level}.geojson", web::get().to(outlines));
}

/// What a page shows of the map; without a box all of it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Shown {
    /// `west,south,east,north`, degrees.
    bbox: Option<String>,
    /// As map pages count it: at 0 the Earth is 256 pixels around.
    zoom: Option<u8>,
}

impl Shown {
    fn view(&self) -> Option<View> {
        let Some(bbox) = &self.bbox else { return Some(View::WORLD) };
        let degrees: Vec<f64> = bbox.split(',').map_while(|text| text.parse().ok()).collect();
        let [west, south, east, north] = degrees[..] else { return None };
        View::new(Point::new(west, south), Point::new(east, north), self.zoom.unwrap_or(u8::MAX))
    }
}

/// `GET /map/{level}.geojson?bbox=120.4,36.3,120.5,36.4&zoom=15`: of the edition in force.
async fn outlines(site: web::Data<Site>, level: web::Path<String>, shown: web::Query<Shown>) -> Answer {
    answer(&site.app.look().edition, &level, &shown)
}

/// The areas of a level of an edition that are in view.
///
/// # Errors
/// 404 for no level, 400 for no view.
pub(super) fn answer(edition: &Edition, level: &str, shown: &Shown) -> Answer {
    let level: AreaLevel = level.parse().map_err(|_| Problem::not_found())?;
    let view = shown.view().ok_or_else(|| Problem::bad("bbox is west,south,east,north in degrees"))?;
    Ok(HttpResponse::Ok().content_type("application/geo+json").json(edition.drawn(level, view, MOST)))
}

/// Where a map begins, as its attributes have it, latitude first; empty where there is no map.
pub(super) fn attributes(beginning: Option<Point>) -> (String, String) {
    let text = |degrees: f64| format!("{degrees:.6}");
    beginning.map(|point| (text(point.lat), text(point.lon))).unwrap_or_default()
}
