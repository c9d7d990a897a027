//! Is it alive, is it ready, how is it doing?

use super::Site;
use crate::store::{self, Trouble};
use actix_web::{HttpResponse, web};
use serde::Deserialize;
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

#[derive(Deserialize)]
struct Asked {
    /// `web`: only whether requests can be answered here.
    #[serde(default)]
    of: String,
}

/// Ready: the schema is current, the database answers, a map is loaded, neither delivery nor the alarms of
/// cases are stuck. A single alarm that cannot be given is counted, and stops no other.
///
/// A door asks for `?of=web`: were it to heed delivery too, an outage of the messenger would shut the console
/// of every process.
async fn ready(site: web::Data<Site>, asked: web::Query<Asked>) -> HttpResponse {
    let store = site.app.store();
    // Where it does not answer, nothing more is asked: each question would wait as long again.
    let database = store.ping().await.is_ok();
    let schema = database && store.is_current_schema().await.unwrap_or(false);
    let map = !site.app.look().edition.is_empty();
    let trouble = if schema { trouble(&site).await.ok() } else { None };
    let stuck_after = site.options.stuck_after.num_seconds();
    let delivery = trouble.as_ref().is_some_and(|(oldest, _)| *oldest < stuck_after);
    let alarms = trouble.as_ref().is_some_and(|(_, trouble)| trouble.alarms_late_seconds < stuck_after);
    let all = database && schema && map && (asked.of == "web" || delivery && alarms);
    let body = json!({
        "status": if all { "ok" } else { "unavailable" },
        "database": database, "schema": schema, "map": map, "delivery": delivery,
        "alarms": alarms, "stuck_alarms": trouble.map(|(_, trouble)| trouble.alarms_stuck),
    });
    if all { HttpResponse::Ok().json(body) } else { HttpResponse::ServiceUnavailable().json(body) }
}

/// How old the oldest letter is that could leave, in seconds, and what else is stuck.
async fn trouble(site: &Site) -> store::Result<(i64, Trouble)> {
    let (store, now) = (site.app.store(), site.app.now());
    let (_, oldest) = store.outbox_depth(&site.options.channels, now).await?;
    Ok((oldest, store.trouble(now).await?))
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
