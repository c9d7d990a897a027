//! Numbers for Prometheus: what this process counts as it works, and what the database says when it is asked.

use crate::{dialogue::ChannelKind, domain::State, store::Trouble};
use prometheus::{
    Encoder, Gauge, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec,
    Opts, Registry, TextEncoder,
};

/// What is stuck, each number with what it counts.
const STUCK: [(&str, &str); 6] = [
    ("whistle_dead_letters", "Letters that were given up"),
    ("whistle_put_aside", "Messages that could not be taken"),
    ("whistle_files_waiting", "Photos and voice notes that are still to be fetched"),
    ("whistle_files_lost", "Photos and voice notes that were given up"),
    ("whistle_alarms_stuck", "Cases whose alarm could not be given"),
    ("whistle_alarms_late_seconds", "How late the oldest alarm of a case is"),
];

/// The methods that are counted by their name.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

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
    connections: IntGauge,
    letter: Histogram,
    stuck: Vec<IntGauge>,
    database_up: IntGauge,
    processes: IntGaugeVec,
    memory: IntGauge,
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
        let letter = HistogramOpts::new("whistle_letter_seconds", "From a letter's writing to its sending")
            .buckets(vec![0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3_600.0]);
        let stuck = STUCK.iter().map(|(name, help)| IntGauge::new(*name, *help));
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
            connections: IntGauge::new("whistle_http_connections", "Connections that are open")?,
            letter: Histogram::with_opts(letter)?,
            stuck: stuck.collect::<prometheus::Result<_>>()?,
            database_up: IntGauge::new(
                "whistle_database_up",
                "Whether the database answered when the numbers were asked for",
            )?,
            processes: IntGaugeVec::new(
                Opts::new("whistle_processes", "Processes that send letters, or ask for updates"),
                &["part"],
            )?,
            memory: IntGauge::new("process_resident_memory_bytes", "Resident memory of this process")?,
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
        self.registry.register(Box::new(self.connections.clone()))?;
        self.registry.register(Box::new(self.letter.clone()))?;
        self.registry.register(Box::new(self.processes.clone()))?;
        self.registry.register(Box::new(self.memory.clone()))?;
        self.registry.register(Box::new(self.database_up.clone()))?;
        for gauge in &self.stuck {
            self.registry.register(Box::new(gauge.clone()))?;
        }
        let version = Opts::new("whistle_build_info", "The version that runs");
        let build = IntGauge::with_opts(version.const_label("version", env!("CARGO_PKG_VERSION")))?;
        build.set(1);
        self.registry.register(Box::new(build))?;
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
    /// A method that nobody knows is `other`: anybody may invent one, and each would be kept for good.
    pub fn request(&self, method: &str, route: &str, status: u16, seconds: f64) {
        let method = METHODS.into_iter().find(|known| *known == method).unwrap_or("other");
        self.http.with_label_values(&[method, route, &status.to_string()]).observe(seconds);
    }

    /// So many connections have come, or gone where it is negative.
    pub fn connected(&self, more: i64) {
        self.connections.add(more);
    }

    /// A letter left so long after it was written.
    pub fn sent(&self, seconds: f64) {
        self.letter.observe(seconds.max(0.0));
    }

    /// What is stuck now; none when the database does not say.
    pub fn trouble(&self, trouble: Option<&Trouble>) {
        self.database_up.set(i64::from(trouble.is_some()));
        let Some(trouble) = trouble else { return };
        let numbers = [
            trouble.dead_letters as i64,
            trouble.put_aside as i64,
            trouble.files_waiting as i64,
            trouble.files_lost as i64,
            trouble.alarms_stuck as i64,
            trouble.alarms_late_seconds,
        ];
        for (gauge, number) in self.stuck.iter().zip(numbers) {
            gauge.set(number);
        }
        for (part, count) in [("send", trouble.sending), ("poll", trouble.polling)] {
            self.processes.with_label_values(&[part]).set(count as i64);
        }
    }

    /// The Prometheus text.
    pub fn render(&self) -> String {
        self.memory.set(resident_memory().unwrap_or_default());
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

/// Bytes, as Linux tells them.
fn resident_memory() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches("kB").trim().parse::<i64>().ok().map(|kilobytes| kilobytes * 1024)
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
        metrics.request("EVIL-1", "none", 404, 0.01);
        metrics.request("EVIL-2", "none", 404, 0.01);
        metrics.connected(2);
        metrics.connected(-1);
        metrics.sent(0.2);
        metrics.trouble(Some(&Trouble { put_aside: 4, sending: 2, ..Trouble::default() }));
        metrics.trouble(None);
        let text = metrics.render();
        let memory = text.lines().find_map(|line| line.strip_prefix("process_resident_memory_bytes "));
        assert!(memory.unwrap().parse::<u64>().unwrap() > 1_000_000, "{memory:?}");
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
            "whistle_http_request_seconds_count{method=\"other\",route=\"none\",status=\"404\"} 2",
            "whistle_http_connections 1",
            "whistle_letter_seconds_bucket{le=\"0.25\"} 1",
            "whistle_put_aside 4",
            "whistle_processes{part=\"send\"} 2",
            "whistle_database_up 0",
            "whistle_build_info{version=",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
    }
}
