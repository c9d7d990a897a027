//! Live updates: a hint by server-sent events, upon which the page asks for the truth.

use super::Site;
use crate::app::Change;
use actix_web::{HttpResponse, http::header, web::Bytes};
use futures_util::{StreamExt, stream};
use std::{convert::Infallible, time::Duration};
use tokio::sync::broadcast::error::RecvError;

/// A comment now and then, so that proxies keep the line and dead ones are noticed.
const BEAT: Duration = Duration::from_secs(20);

/// After so long a stream ends, and the browser asks again: who has been signed out by then is not let in.
const LASTS: Duration = Duration::from_mins(10);

/// A stream with a hint for every change that `wanted` picks.
pub(super) fn hints(site: &Site, wanted: impl Fn(Change) -> bool + 'static) -> HttpResponse {
    let changes = site.app.changes();
    let hints = stream::unfold((changes, wanted), |(mut changes, wanted)| async move {
        let text = loop {
            match tokio::time::timeout(BEAT, changes.recv()).await {
                Err(_) => break ": still here\n\n",
                Ok(Ok(change)) if change == Change::Unknown || wanted(change) => break "data: changed\n\n",
                Ok(Ok(_)) => {}
                // Hints were missed: ask for the truth all the same.
                Ok(Err(RecvError::Lagged(_))) => break "data: changed\n\n",
                Ok(Err(RecvError::Closed)) => return None,
            }
        };
        Some((Ok::<_, Infallible>(Bytes::from_static(text.as_bytes())), (changes, wanted)))
    });
    let opening = stream::once(async { Ok(Bytes::from_static(b"retry: 2000\n\n")) });
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(opening.chain(hints).take_until(tokio::time::sleep(LASTS)))
}
