//! From a request to its reply: token, fault, method.

use super::{
    BOT_ID, Shared, TOKEN,
    fault::{Fault, Scripted, refusal},
    form::Params,
    http::{Reply, Request},
    methods::{self, Refusal},
};
use serde_json::{Value, json};
use std::time::Duration;

/// The longest that an empty getUpdates is held: a test must not wait for nothing.
const LONGEST_POLL: Duration = Duration::from_millis(50);

pub(super) async fn answer(shared: &Shared, request: Request) -> Reply {
    let path = request.path.split('?').next().unwrap_or_default();
    if let Some(path) = path.strip_prefix("/file/bot") {
        return file(shared, path);
    }
    let Some((token, method)) = path.strip_prefix("/bot").and_then(|path| path.split_once('/')) else {
        return refusal(404, "Not Found", &Value::Null);
    };
    if token != TOKEN {
        return refusal(401, "Unauthorized", &Value::Null);
    }
    let params = Params::of(&request);
    let scripted = shared.state().fault(method, params.int("chat_id"));
    match scripted {
        None => {
            if method.eq_ignore_ascii_case("getUpdates") {
                wait_for_news(shared, &params).await;
            }
            reply(&perform(shared, method, &params))
        }
        Some(scripted) => go_wrong(shared, scripted, method, &params).await,
    }
}

async fn go_wrong(shared: &Shared, scripted: Scripted, method: &str, params: &Params) -> Reply {
    let Scripted { fault, done, .. } = scripted;
    if matches!(fault, Fault::Hang) {
        let mut released = shared.released.subscribe();
        let _ = released.changed().await;
        return reply(&perform(shared, method, params));
    }
    // Whoever says "ok" has done it.
    if done || matches!(fault, Fault::BrokenOk | Fault::HalfOk) {
        let result = perform(shared, method, params).ok();
        let result: Value = result.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        return fault.reply(&json!({ "ok": true, "result": result }));
    }
    shared.state().record(method, params, false);
    fault.reply(&Value::Null)
}

/// The result as JSON; updates keep their text as it was pushed.
fn perform(shared: &Shared, method: &str, params: &Params) -> Result<String, Refusal> {
    let mut state = shared.state();
    let performed = if method.eq_ignore_ascii_case("getUpdates") {
        methods::get_updates(&mut state, params)
    } else {
        methods::perform(&mut state, method, params).map(|result| result.to_string())
    };
    state.record(method, params, performed.is_ok());
    performed
}

fn reply(performed: &Result<String, Refusal>) -> Reply {
    match performed {
        Ok(result) => {
            let body = format!(r#"{{"ok":true,"result":{result}}}"#).into_bytes();
            Reply::Answer { status: 200, content_type: "application/json", body }
        }
        Err(Refusal { code, description, parameters }) => refusal(*code, description, parameters),
    }
}

/// Held while there is nothing from the offset on, for a little.
async fn wait_for_news(shared: &Shared, params: &Params) {
    let seconds = params.int("timeout").unwrap_or(0).max(0).unsigned_abs();
    let offset = params.int("offset").unwrap_or(0);
    let news = shared.news.notified();
    tokio::pin!(news);
    news.as_mut().enable();
    let empty = !shared.state().updates.iter().any(|(id, _)| *id >= offset);
    if empty && seconds > 0 {
        let _ = tokio::time::timeout(LONGEST_POLL.min(Duration::from_secs(seconds)), news).await;
    }
}

fn file(shared: &Shared, path: &str) -> Reply {
    let Some((token, path)) = path.split_once('/') else { return refusal(404, "Not Found", &Value::Null) };
    if token != TOKEN {
        return refusal(401, "Unauthorized", &Value::Null);
    }
    let mut state = shared.state();
    let params = Params::default();
    if let Some(scripted) = state.fault("file", Some(BOT_ID)) {
        state.record("file", &params, false);
        return scripted.fault.reply(&Value::Null);
    }
    state.record("file", &params, true);
    match state.files.values().find(|stored| stored.path == path) {
        Some(stored) => Reply::Answer {
            status: 200,
            content_type: "application/octet-stream",
            body: stored.bytes.clone(),
        },
        None => refusal(404, "Not Found", &Value::Null),
    }
}
