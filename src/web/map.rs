//! The outlines that maps in pages are drawn from.

use super::{Problem, Site, problem::Answer};
use crate::atlas::AreaLevel;
use actix_web::{HttpResponse, web};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/map/{level}.geojson", web::get().to(outlines));
}

/// `GET /map/{level}.geojson`: the areas of one level of the edition in force.
async fn outlines(site: web::Data<Site>, level: web::Path<String>) -> Answer {
    let level: AreaLevel = level.parse().map_err(|_| Problem::not_found())?;
    let edition = site.app.city().edition.clone();
    Ok(HttpResponse::Ok().content_type("application/geo+json").json(edition.to_geojson(Some(level))))
}
