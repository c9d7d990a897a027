//! The settings: every key of `config/default.toml`, typed, read in layers and checked once.
//!
//! A person who mistypes a key or a value is told at the start, with the key's name; the running program
//! never meets a setting that it cannot use. The layers are in [`layers`], the kinds of value in [`value`].

mod layers;
mod sections;
#[cfg(test)]
mod tests;
mod value;

pub use layers::{DEFAULT, Layers, Wrong};
pub use sections::{
    Blobs, Calendar, Chat, Database, Delivery, Http, Limits, Log, LogFormat, Policy, Report, Retention,
    Security, Telegram, TelegramMode, Tiles, Traces,
};
use serde::Deserialize;
pub use value::{OfficeHours, Secret, Span};

/// Every setting. [`Layers`] makes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where the web listens.
    pub http: Http,
    /// How often somebody may come.
    pub limits: Limits,
    /// Where the rows lie.
    pub database: Database,
    /// The Telegram bot.
    pub telegram: Telegram,
    /// Where photos lie.
    pub blobs: Blobs,
    /// The built-in chat page.
    pub chat: Chat,
    /// What the map is drawn on.
    pub tiles: Tiles,
    /// How a report is put together.
    pub report: Report,
    /// The service's own rules.
    pub policy: Policy,
    /// Office hours.
    pub calendar: Calendar,
    /// How letters are sent.
    pub delivery: Delivery,
    /// Keys and sessions.
    pub security: Security,
    /// How long what has served its purpose is kept.
    pub retention: Retention,
    /// Logs.
    pub log: Log,
    /// Spans for a collector.
    pub traces: Traces,
}

impl Settings {
    /// The settings as they are built in.
    ///
    /// # Errors
    /// Never for the built-in file, which a test reads.
    pub fn built_in() -> Result<Self, Wrong> {
        Layers::new()?.settings()
    }

    /// What the types cannot tell: settings that do not fit each other. One line each.
    pub(crate) fn misfits(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.http.check(&mut found);
        self.database.check(&mut found);
        self.telegram.check(&mut found);
        self.policy.check(&mut found);
        self.calendar.check(&mut found);
        self.delivery.check(&self.telegram, &mut found);
        self.security.check(&mut found);
        self.retention.check(&mut found);
        self.traces.check(&mut found);
        if !["file://", "s3://"].iter().any(|scheme| self.blobs.url.starts_with(scheme)) {
            found.push("blobs.url must begin with file:// or s3://".into());
        }
        found
    }
}
