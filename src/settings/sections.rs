//! The sections of the settings. What a key means stands beside its default in `config/default.toml`.

use super::value::{OfficeHours, Secret, Span};
use crate::{
    atlas::Datum,
    dialogue::Rules,
    domain::{self, TimeLimit},
    messenger::telegram::ClientOptions,
    store::check_address,
    web::{Rates, edge},
};
use chrono_tz::Tz;
use ipnet::IpNet;
use serde::Deserialize;
use std::{net::SocketAddr, path::PathBuf};
use url::Url;

/// Where the web listens, and how people reach it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// Port 0 picks a free one.
    pub bind: SocketAddr,
    /// Empty: the address that it listens on.
    pub public_url: String,
    /// Addresses of proxies of ours, as networks.
    pub trusted_proxies: Vec<IpNet>,
    /// Connections at a time.
    pub connections: usize,
    /// Connections at a time from one address.
    pub connections_per_address: usize,
    /// How long a request's headers may take.
    pub head_timeout: Span,
    /// How long the next piece of a body may take.
    pub body_pause: Span,
    /// How long a whole body may take.
    pub body_timeout: Span,
    /// How long a connection without a request is kept.
    pub idle_timeout: Span,
    /// How long a client may take nothing of its answer.
    pub write_timeout: Span,
}

/// How often somebody may come; 0 for no limit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Tries to sign in, from one address.
    pub sign_in_per_minute: u32,
    /// Messages of the built-in chat and of residents' pages, from one address.
    pub write_per_minute: u32,
    /// Requests of one program.
    pub api_per_minute: u32,
}

/// Where the rows lie.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// It may hold a password.
    pub url: Secret,
    /// An older schema is brought up to date when serving.
    pub migrate_on_start: bool,
    /// The largest number of connections.
    pub connections: u32,
    /// Processes tell one another what they changed by LISTEN and NOTIFY.
    pub nudges: bool,
}

/// The Telegram bot.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telegram {
    /// Empty: off.
    pub token: Secret,
    /// The Bot API server.
    pub api_url: Url,
    /// How updates come.
    pub mode: TelegramMode,
    /// The webhook's secret.
    pub secret: Secret,
    /// The datum of positions that arrive.
    pub datum: Datum,
    /// How long one long poll is held open.
    pub poll: Span,
    /// How long a call may take.
    pub timeout: Span,
}

/// How updates come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TelegramMode {
    /// Asked for.
    Polling,
    /// Brought.
    Webhook,
}

/// Where photos and voice notes lie.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blobs {
    /// `file://…` or `s3://…`.
    pub url: String,
    /// The largest file taken.
    pub max_bytes: u64,
}

/// The built-in chat page.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chat {
    /// Off in production: anybody may be anybody there.
    pub enabled: bool,
}

/// What the map is drawn on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tiles {
    /// Empty: the grids' outlines are the map.
    pub url: String,
    /// Who made them.
    pub attribution: String,
}

/// How a report is put together from its pieces.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// From one piece to the next.
    pub window: Span,
    /// A question waits this long.
    pub question_window: Span,
    /// An unfinished report waits this long.
    pub unfinished_window: Span,
    /// A live location is the present position this long.
    pub live_window: Span,
    /// A pin farther off is another place.
    pub same_place_m: f64,
}

/// The service's own rules: [`domain::Policy`] as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each is the field of the same name of domain::Policy")]
pub struct Policy {
    pub triage_limit: TimeLimit,
    pub remind_share: f64,
    pub ladder_step: TimeLimit,
    pub ladder_step_urgent: TimeLimit,
    pub check_window: Span,
    pub reopen_window: Span,
    pub self_resolved_check_every: u32,
    pub max_extensions: usize,
    pub verified_m: f64,
    pub near_m: f64,
    pub coarse_m: f64,
    pub stale_fix: Span,
    pub undo_window: Span,
    pub oldest_message: Span,
    pub clock_skew: Span,
}

/// Office hours; the published days come from the database.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// The city's zone.
    pub zone: Tz,
    /// Ascending, not overlapping.
    pub hours: Vec<OfficeHours>,
}

/// How letters are sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// How long a claim holds.
    pub lease: Span,
    /// Waits between tries.
    pub retry: Vec<Span>,
    /// Before a whistle of unknown fate is sent once more.
    pub repeat_after: Span,
    /// Chats served at a time.
    pub lanes: usize,
    /// Messages a second overall.
    pub per_second: u32,
    /// Messages a second in a chat.
    pub per_chat_second: u32,
    /// Messages a minute in a group.
    pub per_group_minute: u32,
    /// After this, delivery is stuck.
    pub stuck_after: Span,
}

/// Keys and sessions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Security {
    /// 64 hexadecimal digits; empty: the key file.
    pub key: Secret,
    /// Made on first use.
    pub key_file: PathBuf,
    /// Keys of before: numbers that they closed still open.
    pub old_keys: Vec<Secret>,
    /// How long a sign-in lasts without use.
    pub session: Span,
    /// How long an invitation code is good for.
    pub invitation: Span,
}

/// How long what has served its purpose is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Raw messages that were taken.
    pub inbound: Span,
    /// Letters that were sent.
    pub letters: Span,
}

/// Spans of what is done, for a collector.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Traces {
    /// Empty: off.
    #[serde(deserialize_with = "url_or_none")]
    pub url: Option<Url>,
    /// Of what is begun here, 0–1.
    pub share: f64,
    /// What this process is called there.
    pub service: String,
}

/// Logs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// For people or programs.
    pub format: LogFormat,
    /// A filter of tracing.
    pub level: String,
}

/// Who reads the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// People.
    Pretty,
    /// Programs.
    Json,
}

impl Policy {
    /// As the domain knows it.
    pub fn to_domain(&self) -> domain::Policy {
        domain::Policy {
            triage_limit: self.triage_limit,
            remind_share: self.remind_share,
            ladder_step: self.ladder_step,
            ladder_step_urgent: self.ladder_step_urgent,
            check_window: self.check_window.0,
            reopen_window: self.reopen_window.0,
            self_resolved_check_every: self.self_resolved_check_every,
            max_extensions: self.max_extensions,
            verified_m: self.verified_m,
            near_m: self.near_m,
            coarse_m: self.coarse_m,
            stale_fix: self.stale_fix.0,
            undo_window: self.undo_window.0,
            oldest_message: self.oldest_message.0,
            clock_skew: self.clock_skew.0,
        }
    }

    pub(super) fn check(&self, found: &mut Vec<String>) {
        if !(0.0..=1.0).contains(&self.remind_share) {
            found.push("policy.remind_share must lie between 0 and 1".into());
        }
        if !(self.verified_m >= 0.0 && self.verified_m <= self.near_m && self.near_m.is_finite()) {
            found.push("policy.near_m must not be smaller than policy.verified_m".into());
        }
    }
}

impl Calendar {
    /// As the domain knows it, without the published days.
    pub fn to_domain(&self) -> domain::Calendar {
        let hours = self.hours.iter().map(|hours| (hours.from, hours.to)).collect();
        domain::Calendar { zone: self.zone, hours, days: std::collections::BTreeMap::new() }
    }

    pub(super) fn check(&self, found: &mut Vec<String>) {
        let ascending = self.hours.windows(2).all(|pair| pair[0].to <= pair[1].from);
        if self.hours.is_empty() || !ascending {
            found.push("calendar.hours must be ascending office hours, at least one".into());
        }
    }
}

impl Http {
    /// As the server takes them.
    pub fn to_limits(&self) -> edge::Limits {
        edge::Limits {
            connections: self.connections,
            per_address: self.connections_per_address,
            proxies: self.trusted_proxies.clone(),
            head: self.head_timeout.to_std(),
            pause: self.body_pause.to_std(),
            body: self.body_timeout.to_std(),
            idle: self.idle_timeout.to_std(),
            write: self.write_timeout.to_std(),
        }
    }

    pub(super) fn check(&self, found: &mut Vec<String>) {
        let is_web = |url: Url| matches!(url.scheme(), "http" | "https");
        if !self.public_url.is_empty() && !self.public_url.parse().is_ok_and(is_web) {
            found.push("http.public_url must be an address such as https://whistle.example".into());
        }
        for (key, number) in
            [("connections", self.connections), ("connections_per_address", self.connections_per_address)]
        {
            if number == 0 {
                found.push(format!("http.{key} must be at least 1"));
            }
        }
        for (key, span) in [
            ("head_timeout", self.head_timeout),
            ("body_pause", self.body_pause),
            ("body_timeout", self.body_timeout),
            ("idle_timeout", self.idle_timeout),
            ("write_timeout", self.write_timeout),
        ] {
            if span.0.is_zero() {
                found.push(format!("http.{key} must be longer than nothing"));
            }
        }
    }
}

impl Limits {
    /// As the pages take them.
    pub fn to_rates(&self, http: &Http) -> Rates {
        Rates {
            sign_in: self.sign_in_per_minute,
            write: self.write_per_minute,
            api: self.api_per_minute,
            proxies: http.trusted_proxies.clone(),
        }
    }
}

impl Database {
    pub(super) fn check(&self, found: &mut Vec<String>) {
        found.extend(check_address(self.url.reveal()).err().map(|error| error.to_string()));
        if self.connections == 0 {
            found.push("database.connections must be at least 1".into());
        }
    }
}

impl Telegram {
    pub(super) fn check(&self, found: &mut Vec<String>) {
        if !matches!(self.api_url.scheme(), "http" | "https") {
            found.push("telegram.api_url must begin with http:// or https://".into());
        }
        if self.token.is_empty() || self.mode == TelegramMode::Polling {
            return;
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if self.secret.is_empty()
            || self.secret.reveal().len() > 256
            || !self.secret.reveal().chars().all(allowed)
        {
            found.push(
                "telegram.secret must be 1–256 of A–Z a–z 0–9 _ - when telegram.mode is webhook".into(),
            );
        }
    }
}

impl Delivery {
    pub(super) fn check(&self, telegram: &Telegram, found: &mut Vec<String>) {
        if self.lanes == 0 {
            found.push("delivery.lanes must be at least 1".into());
        }
        let paces = [
            ("per_second", self.per_second),
            ("per_chat_second", self.per_chat_second),
            ("per_group_minute", self.per_group_minute),
        ];
        found.extend(
            paces
                .iter()
                .filter(|(_, pace)| *pace == 0)
                .map(|(key, _)| format!("delivery.{key} must be at least 1")),
        );
        // A location, a photo and the card, each a call.
        if self.lease.0.is_zero() || self.lease.0 < telegram.timeout.0 * 3 {
            found.push("delivery.lease must be at least three times telegram.timeout".into());
        }
    }
}

impl Security {
    pub(super) fn check(&self, found: &mut Vec<String>) {
        let is_key = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !self.key.is_empty() && !is_key(self.key.reveal()) {
            found.push("security.key must be 64 hexadecimal digits".into());
        }
        if !self.old_keys.iter().all(|key| is_key(key.reveal())) {
            found.push("security.old_keys must each be 64 hexadecimal digits".into());
        }
        if self.session.0.is_zero() {
            found.push("security.session must be longer than nothing".into());
        }
        if self.invitation.0.is_zero() {
            found.push("security.invitation must be longer than nothing".into());
        }
    }
}

impl Retention {
    pub(super) fn check(&self, found: &mut Vec<String>) {
        // Telegram brings an update again for a day; it is known by what is kept of it.
        if self.inbound.0 < chrono::Duration::days(2) {
            found.push("retention.inbound must be at least 2 d".into());
        }
    }
}

impl Traces {
    pub(super) fn check(&self, found: &mut Vec<String>) {
        if self.url.as_ref().is_some_and(|url| !matches!(url.scheme(), "http" | "https")) {
            found.push("traces.url must be an address such as http://127.0.0.1:4318/v1/traces".into());
        }
        if !(0.0..=1.0).contains(&self.share) {
            found.push("traces.share must lie between 0 and 1".into());
        }
    }
}

fn url_or_none<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Url>, D::Error> {
    let text = String::deserialize(from)?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(serde::de::Error::custom)
}

impl Report {
    /// As the conversation takes it.
    pub fn to_rules(&self) -> Rules {
        Rules {
            report_window: self.window.0,
            question_window: self.question_window.0,
            unfinished_window: self.unfinished_window.0,
            live_window: self.live_window.0,
            same_place_m: self.same_place_m,
        }
    }
}

impl Telegram {
    /// As the client takes it.
    pub fn to_client(&self) -> ClientOptions {
        ClientOptions {
            token: self.token.reveal().to_owned(),
            api_url: self.api_url.clone(),
            timeout: self.timeout.to_std(),
            datum: self.datum,
        }
    }
}
