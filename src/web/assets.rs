//! Scripts, styles and pictures, all from our own files, embedded in the program.

use super::{Problem, problem::Answer};
use actix_web::{HttpResponse, http::header, web};
use rust_embed::Embed;

#[derive(Embed)]
#[folder = "src/web/assets"]
struct Assets;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/assets/{path:.*}", web::get().to(asset));
}

async fn asset(path: web::Path<String>) -> Answer {
    let file = Assets::get(&path).ok_or_else(Problem::not_found)?;
    let kind = match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    };
    let tag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..8]));
    Ok(HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::ETAG, tag))
        .body(file.data.into_owned()))
}
