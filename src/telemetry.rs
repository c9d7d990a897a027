//! What the program tells about itself: a log, and numbers for Prometheus.
//!
//! Neither ever holds a name, a telephone number, a position, a message's text or a token: logs carry ids
//! (`case.id`, `chat.id`, `outbox.id`), metrics carry counts.

use crate::{
    dialogue::ChannelKind,
    domain::State,
    settings::{Log, LogFormat},
};
use prometheus::{
    Encoder, Gauge, GaugeVec, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry,
    TextEncoder,
};
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

/// The numbers of `GET /metrics`.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    cases: GaugeVec,
    inbound: IntCounterVec,
    outbox_pending: IntGauge,
    outbox_oldest: Gauge,
    delivery: IntCounterVec,
    stage: HistogramVec,
    http: HistogramVec,
}

impl Metrics {
    /// Every number at nothing.
    ///
    /// # Panics
    /// Never: the names are different and well formed, and a test makes them.
    pub fn new() -> Self {
        Self::try_new().expect("the names below are different and well formed")
    }

    fn try_new() -> prometheus::Result<Self> {
        let minutes = |list: &[u32]| list.iter().map(|minutes| f64::from(minutes * 60)).collect::<Vec<_>>();
        let stage = HistogramOpts::new("whistle_stage_seconds", "From the whistle to each step of a case")
            .buckets(minutes(&[1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1_440, 2_880, 7_200, 14_400]));
        let http = HistogramOpts::new("whistle_http_request_seconds", "How long a request took")
            .buckets(vec![0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0]);
        let metrics = Self {
            registry: Registry::new(),
            cases: GaugeVec::new(Opts::new("whistle_cases_total", "Cases by state"), &["state"])?,
            inbound: counter(
                "whistle_inbound_total",
                "Messages and presses taken in",
                &["channel", "result"],
            )?,
            outbox_pending: IntGauge::new("whistle_outbox_pending", "Letters that wait to be sent")?,
            outbox_oldest: Gauge::new(
                "whistle_outbox_oldest_seconds",
                "Age of the oldest letter that is due",
            )?,
            delivery: counter(
                "whistle_delivery_total",
                "Letters by what became of them",
                &["channel", "result"],
            )?,
            stage: HistogramVec::new(stage, &["stage"])?,
            http: HistogramVec::new(http, &["method", "route", "status"])?,
        };
        metrics.register()?;
        Ok(metrics)
    }

    fn register(&self) -> prometheus::Result<()> {
        self.registry.register(Box::new(self.cases.clone()))?;
        self.registry.register(Box::new(self.inbound.clone()))?;
        self.registry.register(Box::new(self.outbox_pending.clone()))?;
        self.registry.register(Box::new(self.outbox_oldest.clone()))?;
        self.registry.register(Box::new(self.delivery.clone()))?;
        self.registry.register(Box::new(self.stage.clone()))?;
        self.registry.register(Box::new(self.http.clone()))?;
        self.begin_at_nothing();
        Ok(())
    }

    /// A number that nothing has happened to yet is 0, not absent: alarms can be written for it.
    fn begin_at_nothing(&self) {
        for state in State::ALL {
            self.cases.with_label_values(&[state.as_str()]).set(0.0);
        }
        for stage in [State::Answered, State::Arrived, State::Settled, State::Closed] {
            self.stage.with_label_values(&[stage.as_str()]);
        }
        for channel in ChannelKind::ALL {
            for result in ["taken", "repeated", "failed", "put_aside"] {
                self.inbound.with_label_values(&[channel.as_str(), result]);
            }
            for result in ["sent", "later", "uncertain", "never", "superseded", "expired"] {
                self.delivery.with_label_values(&[channel.as_str(), result]);
            }
        }
    }

    /// How many cases stand in a state now: counted when the numbers are asked for.
    pub fn cases(&self, state: State, count: u64) {
        self.cases.with_label_values(&[state.as_str()]).set(count as f64);
    }

    /// Something came in: `taken`, `repeated`, `put_aside`, …
    pub fn heard(&self, channel: ChannelKind, result: &str) {
        self.inbound.with_label_values(&[channel.as_str(), result]).inc();
    }

    /// How many letters wait, and since how many seconds the oldest is due.
    pub fn outbox(&self, pending: u64, oldest_seconds: f64) {
        self.outbox_pending.set(pending as i64);
        self.outbox_oldest.set(oldest_seconds.max(0.0));
    }

    /// What became of a letter: `sent`, `later`, `uncertain`, `never`, …
    pub fn delivered(&self, channel: ChannelKind, result: &str) {
        self.delivery.with_label_values(&[channel.as_str(), result]).inc();
    }

    /// A step was taken this long after the whistle.
    pub fn stage(&self, stage: State, seconds: f64) {
        self.stage.with_label_values(&[stage.as_str()]).observe(seconds);
    }

    /// A request was answered. `route` is the pattern, never the address, which may hold a receipt.
    pub fn request(&self, method: &str, route: &str, status: u16, seconds: f64) {
        self.http.with_label_values(&[method, route, &status.to_string()]).observe(seconds);
    }

    /// The Prometheus text.
    pub fn render(&self) -> String {
        let mut text = Vec::new();
        if let Err(error) = TextEncoder::new().encode(&self.registry.gather(), &mut text) {
            tracing::error!(%error, "metrics could not be written");
        }
        String::from_utf8(text).unwrap_or_default()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

fn counter(name: &str, help: &str, labels: &[&str]) -> prometheus::Result<IntCounterVec> {
    IntCounterVec::new(Opts::new(name, help), labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_promised_names_are_there() {
        let metrics = Metrics::new();
        metrics.cases(State::Whistled, 3);
        metrics.heard(ChannelKind::Telegram, "taken");
        metrics.outbox(2, 1.5);
        metrics.delivered(ChannelKind::Web, "sent");
        metrics.stage(State::Arrived, 600.0);
        metrics.request("GET", "/track/{receipt}", 200, 0.01);
        let text = metrics.render();
        for line in [
            "whistle_cases_total{state=\"whistled\"} 3",
            "whistle_cases_total{state=\"merged\"} 0",
            "whistle_inbound_total{channel=\"telegram\",result=\"taken\"} 1",
            "whistle_outbox_pending 2",
            "whistle_outbox_oldest_seconds 1.5",
            "whistle_delivery_total{channel=\"web\",result=\"sent\"} 1",
            "whistle_stage_seconds_count{stage=\"arrived\"} 1",
            "whistle_stage_seconds_bucket{stage=\"arrived\",le=\"600\"} 1",
            "whistle_http_request_seconds_count{method=\"GET\",route=\"/track/{receipt}\",status=\"200\"} 1",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn libraries_that_would_show_texts_stay_quiet_unless_named() {
        let loud = filter("debug").unwrap().to_string();
        assert!(loud.contains("teloxide_core=warn") && loud.contains("sqlx=warn"), "{loud}");
        assert!(!filter("info,sqlx=debug").unwrap().to_string().contains("sqlx=warn"));
        assert!(filter("whistle=shout").is_err());
    }
}
