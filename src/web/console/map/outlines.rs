//! The outlines of an edition that is not in force, for those who may look at it.

use super::super::super::{Problem, Site, problem::Answer, session::Seat};
use crate::atlas::AreaLevel;
use actix_web::{HttpResponse, web};

/// `GET /console/map/editions/{id}/{level}.geojson`
pub(super) async fn of_edition(site: web::Data<Site>, seat: Seat, path: web::Path<(i64, String)>) -> Answer {
    let (id, level) = path.into_inner();
    let level: AreaLevel = level.parse().map_err(|_| Problem::not_found())?;
    let city = site.app.city();
    if city.edition_id != Some(id) && !seat.desk.sees_editions(&city.city) {
        return Err(Problem::not_found());
    }
    let edition = site.app.edition_map(id).await?;
    Ok(HttpResponse::Ok().content_type("application/geo+json").json(edition.to_geojson(Some(level))))
}
