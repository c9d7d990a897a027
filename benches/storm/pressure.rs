//! How long everybody waits at half of what it can carry, and what becomes of ten times as much.
//!
//! What it can carry is found by trying: the highest rate of reports at which nothing piles up while it is
//! taken and sent by one process.

use crate::{
    commits,
    ground::{Bill, Ground, acknowledged, complete, handed, rate},
    rig::{
        Outcome,
        load::{Brought, Doors, Pace, Spell},
        meter,
        office::Office,
    },
    table::{Table, megabytes},
};
use std::time::{Duration, Instant};
use tokio::time::MissedTickBehavior;

/// One try of a rate.
const TRY: Duration = Duration::from_secs(4);
const STEP: f64 = 1.25;
/// Letters of a report.
const LETTERS: f64 = 3.0;
/// Nothing piles up where no more waits than this is worth.
const PILE: f64 = 0.5;
/// A storm, and how much worse than what it can carry.
const STORM: Duration = Duration::from_mins(1);
const WORSE: f64 = 10.0;
/// Telegram brings that many at a time at most in a storm of ours.
const STORM_CONNECTIONS: usize = 512;
/// The target: resident memory under storm, megabytes.
const MOST_MEMORY: u64 = 250_000_000;

/// A process with everything in it, and what was brought to it so far.
struct Trial<'a> {
    ground: &'a Ground,
    office: Office,
    doors: Doors,
    brought: Vec<Brought>,
}

/// Latencies at half the rate that it can carry.
pub async fn half(ground: &Ground) -> Outcome<()> {
    let mut table = Table::default();
    let commit = commits::measure(&ground.base).await?;
    table.times("one durable commit", &commit);
    let mut trial = Trial::new(ground).await?;
    let most = trial.carried().await?;
    table.line("carried, all parts in one process", format!("{most:.0} reports/s"));
    let bill = Bill::of(ground, &trial.office).await?;
    let measured = trial.bring(ground.spell(Pace::Open(most / 2.0), ground.lasts)).await;
    let now = Bill::of(ground, &trial.office).await?;
    ground.drain().await?;
    table.line("at half of it: reports accepted", rate(complete(&measured), now.since(&bill)));
    let taken = acknowledged(&measured);
    table.times("update → acknowledged", &taken);
    let books = ground.balance(&trial.brought).await?;
    let whistles = handed(ground, &measured, &books);
    table.times("update → whistle handed to the Bot API", &whistles);
    now.lines(&bill, "at half of it", &mut table);
    let of_commit = |ms: f64| format!("{:.1}", ms / commit.ms(0.99));
    table.against("acknowledged p99 ÷ commit p99", of_commit(taken.ms(0.99)), "target ≤ 10");
    table.against("whistle p99 ÷ commit p99", of_commit(whistles.ms(0.99)), "target ≤ 20");
    trial.office.stop().await?;
    table.print(&format!("{}: at half the load (open, {} connections)", ground.name(), ground.connections));
    Ground::close(&books)
}

/// A storm of ten times what it can carry, and the weather after it.
pub async fn overload(ground: &Ground) -> Outcome<()> {
    let mut table = Table::default();
    let mut trial = Trial::new(ground).await?;
    let most = trial.carried().await?;
    table.line("carried, all parts in one process", format!("{most:.0} reports/s"));
    let before = trial.bring(ground.spell(Pace::Open(most / 2.0), ground.lasts)).await;
    table.times("before, at half of it: update → acknowledged", &acknowledged(&before));
    ground.drain().await?;
    let peak = trial.storm(most * WORSE, &mut table).await?;
    let drained = ground.drain().await?;
    table.line("after it: until every letter had left", format!("{:.1} s", drained.as_secs_f64()));
    let after = trial.bring(ground.spell(Pace::Open(most / 2.0), ground.lasts)).await;
    table.times("after it, at half: update → acknowledged", &acknowledged(&after));
    ground.drain().await?;
    let held = meter::of(trial.office.id()).memory;
    table.line("after it: memory", megabytes(held));
    let target = format!("target ≤ {}", megabytes(MOST_MEMORY));
    table.against("most memory", megabytes(peak.max(meter::of(trial.office.id()).peak)), target);
    let unkept = trial.brought.iter().filter(|one| !one.is_complete()).count();
    table.line("reports that were begun and never acknowledged", unkept);
    let books = ground.balance(&trial.brought).await?;
    trial.office.stop().await?;
    let how = format!("{STORM_CONNECTIONS} connections, {} s", STORM.as_secs());
    table.print(&format!("{}: ten times as much as it can carry ({how})", ground.name()));
    Ground::close(&books)
}

impl<'a> Trial<'a> {
    async fn new(ground: &'a Ground) -> Outcome<Self> {
        let office = ground.office("").await?;
        let doors = Doors::of([office.address.as_str()]);
        Ok(Self { ground, office, doors, brought: Vec::new() })
    }

    async fn bring(&mut self, spell: Spell) -> Vec<Brought> {
        let brought = self.ground.load.by_webhook(&self.doors, spell).await;
        self.brought.extend_from_slice(&brought);
        brought
    }

    /// The highest rate of reports that is taken and sent as it comes.
    async fn carried(&mut self) -> Outcome<f64> {
        let begun = Instant::now();
        let warm = self.ground.warm(&self.doors).await?;
        self.brought.extend_from_slice(&warm);
        let mut rate = complete(&warm) as f64 / begun.elapsed().as_secs_f64();
        self.ground.drain().await?;
        while !self.carries(rate).await? {
            rate /= STEP;
            if rate < 1.0 {
                return Err("not one report a second".into());
            }
        }
        while self.carries(rate * STEP).await? {
            rate *= STEP;
        }
        Ok(rate)
    }

    async fn carries(&mut self, rate: f64) -> Outcome<bool> {
        let brought = self.bring(self.ground.spell(Pace::Open(rate), TRY)).await;
        let waiting = self.ground.waiting().await? as f64;
        self.ground.drain().await?;
        let taken = complete(&brought) as f64 >= rate * TRY.as_secs_f64() * 0.95;
        Ok(taken && waiting < rate * LETTERS * PILE)
    }

    /// The storm itself, looked at every few seconds; the most memory seen.
    async fn storm(&mut self, per_second: f64, table: &mut Table) -> Outcome<u64> {
        let spell = Spell {
            connections: STORM_CONNECTIONS,
            grace: Duration::from_mins(2),
            ..self.ground.spell(Pace::Open(per_second), STORM)
        };
        let (load, doors) = (self.ground.load.clone(), self.doors.clone());
        let bill = Bill::of(self.ground, &self.office).await?;
        let mut storm = tokio::spawn(async move { load.by_webhook(&doors, spell).await });
        let mut looks = tokio::time::interval(Duration::from_secs(5));
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut peak, mut oldest, mut most_waiting) = (0, 0.0_f64, 0);
        let brought = loop {
            tokio::select! {
                brought = &mut storm => break brought?,
                _ = looks.tick() => {
                    peak = peak.max(meter::of(self.office.id()).memory);
                    most_waiting = most_waiting.max(self.ground.waiting().await?);
                    let age = self.office.metric("whistle_outbox_oldest_seconds").await;
                    oldest = oldest.max(age.unwrap_or(f64::NAN));
                }
            }
        };
        let now = Bill::of(self.ground, &self.office).await?;
        let due = (per_second * STORM.as_secs_f64()) as usize;
        table.line("the storm: reports that were due", rate(due, STORM.as_secs_f64()));
        table.line("the storm: accepted", rate(complete(&brought), now.since(&bill)));
        table.line("the storm: never brought, they wait at Telegram's", due.saturating_sub(brought.len()));
        table.times("the storm: update → acknowledged, from when it was due", &acknowledged(&brought));
        table.line("the storm: most letters waiting", most_waiting);
        table.line("the storm: the oldest of them", format!("{oldest:.0} s"));
        now.lines(&bill, "the storm", table);
        self.brought.extend(brought);
        Ok(peak)
    }
}
