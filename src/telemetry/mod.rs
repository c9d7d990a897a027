//! What the program tells about itself: a log, numbers for Prometheus, and spans for a collector.
//!
//! None of them ever holds a name, a telephone number, a position, a message's text or a token: logs carry ids
//! (`case.id`, `chat.id`, `outbox.id`), metrics carry counts.

mod metrics;
mod traces;

pub use metrics::Metrics;
pub use traces::Traces;

use crate::settings::{LogFormat, Settings};
use std::{io::IsTerminal, sync::OnceLock};
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

/// Libraries whose debug lines would show requests and texts: they speak from `warn` on, whatever the
/// level; who really wants them names them in `log.level`.
const QUIET: [&str; 7] = ["sqlx", "sea_orm", "teloxide_core", "reqwest", "hyper", "hyper_util", "h2"];

/// The spans of this process.
static TRACES: OnceLock<Traces> = OnceLock::new();

/// Starts the log on stderr, and the traces where the settings name a collector. The first call counts.
///
/// # Errors
/// When `log.level` is no filter, or the collector's address is none.
pub fn start(settings: &Settings) -> Result<(), String> {
    let traces = Traces::start(&settings.traces)?;
    let log = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let log = match settings.log.format {
        LogFormat::Json => log.json().flatten_event(true).boxed(),
        LogFormat::Pretty => log.compact().boxed(),
    };
    let both = tracing_subscriber::registry()
        .with(log.with_filter(filter(&settings.log.level)?))
        .with(traces.as_ref().map(Traces::layer));
    // A log that runs already (a test's) goes on.
    if both.try_init().is_ok()
        && let Some(traces) = traces
    {
        let _ = TRACES.set(traces); // the first start is the only one
    }
    Ok(())
}

/// Sends the last spans.
pub async fn stop() {
    if let Some(traces) = TRACES.get() {
        traces.clone().end().await;
    }
}

fn filter(level: &str) -> Result<EnvFilter, String> {
    let named = |library: &str| level.split(',').any(|part| part.trim().starts_with(library));
    let quiet = QUIET.iter().filter(|library| !named(library)).map(|library| format!(",{library}=warn"));
    let whole = format!("{level}{}", quiet.collect::<String>());
    EnvFilter::try_new(whole).map_err(|error| format!("log.level: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_that_would_show_texts_stay_quiet_unless_named() {
        let loud = filter("debug").unwrap().to_string();
        assert!(loud.contains("teloxide_core=warn") && loud.contains("sqlx=warn"), "{loud}");
        assert!(!filter("info,sqlx=debug").unwrap().to_string().contains("sqlx=warn"));
        assert!(filter("whistle=shout").is_err());
    }
}
