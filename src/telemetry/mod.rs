//! What the program tells about itself: a log, and numbers for Prometheus.
//!
//! Neither ever holds a name, a telephone number, a position, a message's text or a token: logs carry ids
//! (`case.id`, `chat.id`, `outbox.id`), metrics carry counts.

mod metrics;

pub use metrics::Metrics;

use crate::settings::{Log, LogFormat};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Libraries whose debug lines would show requests and texts: they speak from `warn` on, whatever the
/// level; who really wants them names them in `log.level`.
const QUIET: [&str; 7] = ["sqlx", "sea_orm", "teloxide_core", "reqwest", "hyper", "hyper_util", "h2"];

/// Starts the log on stderr. The first call counts.
///
/// # Errors
/// When `log.level` is no filter.
pub fn start_log(log: &Log) -> Result<(), String> {
    let filter = filter(&log.level)?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let started = match log.format {
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
        LogFormat::Pretty => builder.compact().try_init(),
    };
    // A log that runs already (a test's) goes on.
    drop(started);
    Ok(())
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
