//! The outlines of an edition that is not in force, for those who may look at it.

use super::super::super::{
    Problem, Site,
    map::{Shown, answer},
    problem::Answer,
    session::Seat,
};
use actix_web::web;

/// `GET /console/map/editions/{id}/{level}.geojson?bbox=120.4,36.3,120.5,36.4&zoom=15`
pub(super) async fn of_edition(
    site: web::Data<Site>,
    seat: Seat,
    path: web::Path<(i64, String)>,
    shown: web::Query<Shown>,
) -> Answer {
    let (id, level) = path.into_inner();
    let city = site.app.city();
    if city.edition_id != Some(id) && !seat.desk.sees_editions(&city.city) {
        return Err(Problem::not_found());
    }
    answer(&*site.app.edition_map(id).await?, &level, &shown)
}
