//! As much as it takes: first the taking alone, then the sending alone, then both in one process.

use crate::{
    Ground,
    rig::{
        Outcome,
        books::{self, Books},
        load::{Brought, Doors, Pace, Spell},
        meter::{self, Cost, Rows, Times},
        office::Office,
    },
    table::{Table, megabytes},
};
use std::time::{Duration, Instant};

/// Until caches are warm and statements prepared.
const WARM: Duration = Duration::from_secs(2);
const LOOK: Duration = Duration::from_millis(50);
/// Nothing that is sent at all takes longer to be sent.
const DRAINED_WITHIN: Duration = Duration::from_secs(600);

/// What the processes had cost at some time.
struct Bill {
    at: Instant,
    program: Cost,
    server: Option<Cost>,
    us: Cost,
}

impl Bill {
    async fn of(ground: &Ground, office: &Office) -> Outcome<Self> {
        let server = meter::of_server(&ground.base).await?;
        Ok(Self { at: Instant::now(), program: meter::of(office.id()), server, us: meter::of_us() })
    }

    /// What was used of the cores since then, and what is held.
    fn lines(&self, before: &Self, of: &str, table: &mut Table) {
        let spent = (self.at - before.at).as_secs_f64();
        let cores = |now: &Cost, before: &Cost| now.cpu.saturating_sub(before.cpu).as_secs_f64() / spent;
        let line =
            |now: &Cost, before: &Cost| format!("{:.2} cores, {}", cores(now, before), megabytes(now.memory));
        table.line(&format!("{of}: the program"), line(&self.program, &before.program));
        if let (Some(now), Some(before)) = (&self.server, &before.server) {
            table.line(&format!("{of}: the database server"), line(now, before));
        }
        table.line(&format!("{of}: load and Bot API (ours)"), line(&self.us, &before.us));
    }
}

pub async fn measure(ground: &Ground) -> Outcome<()> {
    let mut table = Table::default();
    let mut brought = taking(ground, &mut table).await?;
    sending(ground, &mut table).await?;
    brought.extend(both(ground, &mut table).await?);
    let books = balance(ground, &brought).await?;
    let title = format!(
        "{}, {} connections, closed load, two updates a report",
        ground.base.engine.name(),
        ground.connections
    );
    table.print(&title);
    println!("  {books}");
    if books.balance() { Ok(()) } else { Err("the books do not balance".into()) }
}

/// Only the webhook: nothing else uses the cores.
async fn taking(ground: &Ground, table: &mut Table) -> Outcome<Vec<Brought>> {
    let office = start(ground, "web").await?;
    let doors = Doors::of([office.address.as_str()]);
    let mut brought = ground.load.by_webhook(&doors, ground.spell(WARM)).await;
    let (rows, bill) = (Rows::of(&ground.base).await?, Bill::of(ground, &office).await?);
    let warm = brought.len();
    let measured = ground.load.by_webhook(&doors, ground.spell(ground.lasts)).await;
    let now = Bill::of(ground, &office).await?;
    let spent = (now.at - bill.at).as_secs_f64();
    table.line("taking alone: reports accepted", rate(complete(&measured), spent));
    times(&measured, "taking alone", table);
    now.lines(&bill, "taking alone", table);
    office.stop().await?;
    rows_line(ground, rows, measured.len() + warm, warm, table).await?;
    brought.extend(measured);
    Ok(brought)
}

/// What was taken leaves.
async fn sending(ground: &Ground, table: &mut Table) -> Outcome<()> {
    let waiting = waiting(ground).await?;
    let (calls, letters) = (ground.load.api.calls(), ground.load.api.count());
    let office = start(ground, "web,deliver").await?;
    let bill = Bill::of(ground, &office).await?;
    drain(ground).await?;
    let now = Bill::of(ground, &office).await?;
    let spent = (now.at - bill.at).as_secs_f64();
    let (calls, letters) = (ground.load.api.calls() - calls, ground.load.api.count() - letters);
    table.line("sending alone: letters", rate(letters, spent));
    table.line("sending alone: calls of the Bot API", rate(calls as usize, spent));
    now.lines(&bill, "sending alone", table);
    if letters < waiting as usize {
        println!("  {waiting} letters waited, {letters} were handed over");
    }
    office.stop().await
}

/// All parts in one process: what is taken is sent at the same time.
async fn both(ground: &Ground, table: &mut Table) -> Outcome<Vec<Brought>> {
    let office = start(ground, "").await?;
    let doors = Doors::of([office.address.as_str()]);
    let mut brought = ground.load.by_webhook(&doors, ground.spell(WARM)).await;
    let bill = Bill::of(ground, &office).await?;
    let letters = ground.load.api.count();
    let measured = ground.load.by_webhook(&doors, ground.spell(ground.lasts)).await;
    let now = Bill::of(ground, &office).await?;
    let spent = (now.at - bill.at).as_secs_f64();
    table.line("all parts: reports accepted", rate(complete(&measured), spent));
    table.line("all parts: letters", rate(ground.load.api.count() - letters, spent));
    times(&measured, "all parts", table);
    now.lines(&bill, "all parts", table);
    table.line("all parts: letters that wait at the end", waiting(ground).await?);
    let begun = Instant::now();
    drain(ground).await?;
    table.line("all parts: until they had left", format!("{:.1} s", begun.elapsed().as_secs_f64()));
    table.line("all parts: most memory", megabytes(meter::of(office.id()).peak));
    office.stop().await?;
    brought.extend(measured);
    Ok(brought)
}

/// Rows that one report writes, by the database's own count once the processes have told it.
async fn rows_line(ground: &Ground, before: Rows, all: usize, warm: usize, table: &mut Table) -> Outcome<()> {
    // What the first processes wrote may be counted late: then it is counted for all.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let rows = Rows::of(&ground.base).await?.since(before);
    let each = |number: i64| number as f64 / (all - warm).max(1) as f64;
    let line = format!(
        "{:.1} inserted, {:.1} updated, {:.1} deleted, {:.1} commits",
        each(rows.inserted),
        each(rows.updated),
        each(rows.deleted),
        each(rows.commits)
    );
    table.line("rows written by a report", line);
    Ok(())
}

impl Ground {
    pub fn spell(&self, lasts: Duration) -> Spell {
        Spell { pace: Pace::Closed, lasts, connections: self.connections, grace: Duration::from_secs(30) }
    }
}

pub async fn start(ground: &Ground, roles: &'static str) -> Outcome<Office> {
    ground.plan.clone().roles(roles).start(&ground.base, ground.load.api.url(), ground.folder.path()).await
}

/// Letters that wait or are on their way.
pub async fn waiting(ground: &Ground) -> Outcome<i64> {
    ground.base.number("SELECT count(*) FROM outbox WHERE state IN ('pending', 'in_flight')").await
}

/// Waits until every letter has left.
pub async fn drain(ground: &Ground) -> Outcome<()> {
    let until = Instant::now() + DRAINED_WITHIN;
    while waiting(ground).await? > 0 {
        if Instant::now() > until {
            return Err("letters still wait".into());
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

pub async fn balance(ground: &Ground, brought: &[Brought]) -> Outcome<Books> {
    let handed = ground.load.api.handed();
    books::balance(&ground.base, &ground.load.town, brought, &handed).await
}

fn complete(brought: &[Brought]) -> usize {
    brought.iter().filter(|one| one.is_complete()).count()
}

fn times(brought: &[Brought], of: &str, table: &mut Table) {
    for (part, name) in [(0, "position"), (1, "photo and words")] {
        let took = brought.iter().filter_map(|one| Some(one.acked[part]? - one.due[part]));
        table.times(&format!("{of}: update → acknowledged, {name}"), &Times::of(took));
    }
}

fn rate(count: usize, seconds: f64) -> String {
    format!("{:.0}/s ({count} in {seconds:.1} s)", count as f64 / seconds)
}
