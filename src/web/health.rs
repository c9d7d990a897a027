//! Is it alive, is it ready, how is it doing?

use super::Site;
use crate::store::{self, Trouble};
use actix_web::{HttpResponse, web};
use serde_json::json;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/health/live", web::get().to(live))
        .route("/health/ready", web::get().to(ready))
        .route("/metrics", web::get().to(metrics));
}

async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "ok"}))
}

/// Ready: the schema is current, the database answers, a map is loaded, neither delivery nor the alarms of
/// cases are stuck. A single alarm that cannot be given is counted, and stops no other.
async fn ready(site: web::Data<Site>) -> HttpResponse {
    let store = site.app.store();
    let database = store.ping().await.is_ok();
    let schema = store.is_current_schema().await.unwrap_or(false);
    let map = !site.app.look().edition.is_empty();
    let oldest = store.outbox_depth(&site.options.channels, site.app.now()).await.map(|(_, oldest)| oldest);
    let delivery = oldest.is_ok_and(|oldest| oldest < site.options.stuck_after.num_seconds());
    let late = site.app.now() - site.options.stuck_after;
    let alarms = store.next_wake().await.is_ok_and(|next| next.is_none_or(|next| next > late));
    let stuck = store.stuck_alarms().await.ok();
    let all = database && schema && map && delivery && alarms;
    let body = json!({
        "status": if all { "ok" } else { "unavailable" },
        "database": database, "schema": schema, "map": map, "delivery": delivery,
        "alarms": alarms, "stuck_alarms": stuck,
    });
    if all { HttpResponse::Ok().json(body) } else { HttpResponse::ServiceUnavailable().json(body) }
}

/// Prometheus text. What this process has counted is told even where the database says nothing.
async fn metrics(site: web::Data<Site>) -> HttpResponse {
    let known = from_the_database(&site).await;
    if let Err(error) = &known {
        tracing::warn!(%error, "the database does not say how it stands");
    }
    site.metrics.trouble(known.ok().as_ref());
    let text = site.metrics.render();
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text)
}

async fn from_the_database(site: &Site) -> store::Result<Trouble> {
    let store = site.app.store();
    let (pending, oldest) = store.outbox_depth(&site.options.channels, site.app.now()).await?;
    site.metrics.outbox(pending, oldest as f64);
    for (state, count) in store.count_by_state().await? {
        site.metrics.cases(state, count);
    }
    store.trouble(site.app.now()).await
}
