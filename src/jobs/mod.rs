//! What happens without anybody asking: letters are delivered, deadlines pass, photos are fetched.
//!
//! Each job has one step that does what is due now and says how much that was; the loops around them
//! are in [`Jobs::run`]. Tests call the steps ([`Jobs::settle`]), so they never sleep.

pub mod city;
pub mod deliver;
pub mod escalate;
pub mod keep;
mod lanes;
mod news;

use crate::{
    app::App, dialogue::ChannelKind, messenger::Messenger, messenger::telegram::Pace, telemetry::Metrics,
};
use chrono::{DateTime, Duration, Utc};
use std::{collections::HashMap, sync::Arc};
use tokio::sync::{Mutex, watch};

/// How letters are sent again, and how long a claim holds.
#[derive(Clone, Debug)]
pub struct DeliveryRules {
    /// A claim that is not finished by then is somebody else's.
    pub lease: Duration,
    /// Waits between tries; after the last one the letter is dead.
    pub schedule: Vec<Duration>,
    /// Before a letter of unknown fate is sent once more.
    pub repeat_after: Duration,
    /// How many lanes are served at a time.
    pub lanes: usize,
}

impl Default for DeliveryRules {
    fn default() -> Self {
        Self {
            lease: Duration::seconds(60),
            schedule: [2, 10, 60, 300, 1800, 7200].map(Duration::seconds).to_vec(),
            repeat_after: Duration::seconds(20),
            lanes: 32,
        }
    }
}

/// The jobs of one process.
pub struct Jobs {
    app: App,
    messengers: HashMap<ChannelKind, Arc<dyn Messenger>>,
    rules: DeliveryRules,
    pace: Mutex<Pace>,
    /// When the processes that share the pace were counted.
    counted: Mutex<Option<DateTime<Utc>>>,
    metrics: Arc<Metrics>,
    /// This process, in leases.
    holder: String,
}

impl Jobs {
    /// Jobs over the application and the ways of reaching people that are switched on.
    pub fn new(
        app: App,
        messengers: Vec<Arc<dyn Messenger>>,
        rules: DeliveryRules,
        pace: Pace,
        metrics: Arc<Metrics>,
        holder: String,
    ) -> Self {
        let messengers = messengers.into_iter().map(|messenger| (messenger.channel(), messenger)).collect();
        Self { app, messengers, rules, pace: Mutex::new(pace), counted: Mutex::default(), metrics, holder }
    }

    /// Everything that is due now, until nothing is. What was done is counted.
    ///
    /// # Errors
    /// The store's.
    pub async fn settle(self: &Arc<Self>) -> crate::app::Result<usize> {
        let mut total = 0;
        loop {
            let done = self.escalate().await? + self.fetch_media().await? + self.deliver().await?;
            if done == 0 {
                return Ok(total);
            }
            total += done;
        }
    }

    /// Runs until `stop` says so; what is held then is finished first.
    pub async fn run(self: Arc<Self>, roles: Roles, stop: watch::Receiver<bool>) {
        let deliver = self.clone().deliver_loop(roles.deliver, stop.clone());
        let escalate = self.clone().escalate_loop(roles.escalate, stop.clone());
        let keep = self.clone().keep_loop(roles.escalate, stop.clone());
        let news = self.clone().news_loop(roles.deliver, stop.clone());
        let city = self.clone().city_loop(stop);
        tokio::join!(deliver, escalate, keep, news, city);
    }
}

/// Which jobs this process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    /// Letters.
    pub deliver: bool,
    /// Deadlines and upkeep.
    pub escalate: bool,
}

/// Waits for the first of: a pause, a nudge, the stop.
async fn pause(
    for_at_most: std::time::Duration,
    nudge: impl Future<Output = ()>,
    stop: &mut watch::Receiver<bool>,
) {
    tokio::select! {
        () = tokio::time::sleep(for_at_most) => {}
        () = nudge => {}
        _ = stop.changed() => {}
    }
}
