//! `POST /telegram/webhook`: 200 only after the commit, so that what is answered is kept.

use super::{BODY, Problem, Site, problem::Answer};
use actix_web::{HttpRequest, HttpResponse, web};
use subtle::ConstantTimeEq;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/telegram/webhook", web::post().to(update));
}

async fn update(site: web::Data<Site>, request: HttpRequest, body: web::Payload) -> Answer {
    let (Some(telegram), Some(secret)) = (&site.telegram, &site.options.telegram_secret) else {
        return Err(Problem::not_found());
    };
    let given =
        request.headers().get("X-Telegram-Bot-Api-Secret-Token").map_or(&b""[..], |value| value.as_bytes());
    if !bool::from(given.ct_eq(secret.as_bytes())) {
        return Err(Problem::unauthorised());
    }
    // Only now: nobody else makes us read a megabyte.
    let body = body.to_bytes_limited(BODY).await.map_err(|_| too_large())?;
    let body = body.map_err(|_| Problem::bad("the update did not come as a whole"))?;
    let text = std::str::from_utf8(&body).map_err(|_| Problem::bad("an update is UTF-8"))?;
    telegram.take(text).await?;
    Ok(HttpResponse::Ok().finish())
}

fn too_large() -> Problem {
    Problem::bad(format!("an update has at most {BODY} bytes"))
}
