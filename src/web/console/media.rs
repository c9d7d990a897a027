//! Photos and voice notes of a case, for those who may see it.

use super::super::{Problem, Site, problem::Answer, session::Seat};
use crate::domain::{CaseNumber, Event, Fact, MediaId};
use actix_web::{HttpResponse, http::header, web};
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Asked {
    /// The case that it belongs to.
    case: String,
}

/// `GET /media/{id}?case=NUMBER`: what others may see of a photo, without its EXIF.
pub(super) async fn shown(
    site: web::Data<Site>,
    seat: Seat,
    id: web::Path<i64>,
    asked: web::Query<Asked>,
) -> Answer {
    let number: CaseNumber = asked.case.parse().map_err(|()| Problem::not_found())?;
    let (_, events) = site.app.desk_case(&seat.desk, number).await?;
    let id = MediaId(*id);
    if !events.iter().any(|event| brings(event, id)) {
        return Err(Problem::not_found());
    }
    let media = site.app.media(id).await?;
    let (bytes, mime) = site.app.shown_bytes(&media).await.ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Ok()
        .content_type(mime)
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CACHE_CONTROL, "private, max-age=3600"))
        .body(bytes))
}

fn brings(event: &Event, id: MediaId) -> bool {
    match &event.fact {
        Fact::Reported { material, .. } | Fact::Added { material } => material
            .iter()
            .any(|piece| piece.voice == Some(id) || piece.photo.is_some_and(|photo| photo.media == id)),
        Fact::Settled { photos, .. } => photos.contains(&id),
        _ => false,
    }
}
