//! As much as it takes: first the taking alone, then the sending alone, then both in one process, then
//! with updates that are asked for. Beside it, in the same run and on the same rows, what the database
//! does without a program.

use crate::{
    bare_loop, commits,
    ground::{Bill, Ground, acknowledged, complete, rate},
    pgbench, recorded,
    rig::{
        Outcome,
        base::Engine,
        load::{Brought, Doors, Pace},
        meter::{self, Rows},
    },
    table::{Table, megabytes},
};
use std::time::Duration;

/// What is taken alone, cases a second.
struct Taken {
    brought: Vec<Brought>,
    rate: f64,
}

pub async fn measure(ground: &Ground) -> Outcome<()> {
    let mut table = Table::default();
    table.times("one durable commit", &commits::measure(&ground.base).await?);
    let taken = taking(ground, &mut table).await?;
    let mut brought = taken.brought;
    sending(ground, &mut table).await?;
    brought.extend(both(ground, &mut table).await?);
    brought.extend(asked(ground, &mut table).await?);
    let books = ground.balance(&brought).await?;
    // From here on there are rows that nobody reported.
    match ground.base.engine {
        Engine::Postgres => beside_postgres(ground, taken.rate, &mut table).await?,
        Engine::Sqlite => beside_sqlite(ground, taken.rate, &mut table)?,
    }
    let how = format!("{} connections, closed load, a report is two updates", ground.connections);
    table.print(&format!("{}: throughput ({how})", ground.name()));
    Ground::close(&books)
}

/// Only the webhook: nothing else uses the cores.
async fn taking(ground: &Ground, table: &mut Table) -> Outcome<Taken> {
    let office = ground.office("web").await?;
    let doors = Doors::of([office.address.as_str()]);
    let rows = Rows::of(&ground.base).await?;
    let mut brought = ground.warm(&doors).await?;
    let bill = Bill::of(ground, &office).await?;
    let measured = ground.load.by_webhook(&doors, ground.spell(Pace::Closed, ground.lasts)).await;
    let now = Bill::of(ground, &office).await?;
    let (count, spent) = (complete(&measured), now.since(&bill));
    table.line("taking alone: reports accepted", rate(count, spent));
    table.times("taking alone: update → acknowledged", &acknowledged(&measured));
    now.lines(&bill, "taking alone", table);
    office.stop().await?;
    brought.extend(measured);
    rows_line(ground, rows, brought.len(), table).await?;
    Ok(Taken { brought, rate: count as f64 / spent })
}

/// What was taken leaves.
async fn sending(ground: &Ground, table: &mut Table) -> Outcome<()> {
    let (calls, letters) = (ground.load.api.calls(), ground.load.api.count());
    let office = ground.office("web,deliver").await?;
    let bill = Bill::of(ground, &office).await?;
    ground.drain().await?;
    let now = Bill::of(ground, &office).await?;
    let (calls, letters) = (ground.load.api.calls() - calls, ground.load.api.count() - letters);
    table.line("sending alone: letters", rate(letters, now.since(&bill)));
    table.line("sending alone: calls of the Bot API", rate(calls as usize, now.since(&bill)));
    now.lines(&bill, "sending alone", table);
    office.stop().await
}

/// All parts in one process: what is taken is sent at the same time.
async fn both(ground: &Ground, table: &mut Table) -> Outcome<Vec<Brought>> {
    let office = ground.office("").await?;
    let doors = Doors::of([office.address.as_str()]);
    let mut brought = ground.warm(&doors).await?;
    let (bill, letters) = (Bill::of(ground, &office).await?, ground.load.api.count());
    let measured = ground.load.by_webhook(&doors, ground.spell(Pace::Closed, ground.lasts)).await;
    let now = Bill::of(ground, &office).await?;
    let letters = ground.load.api.count() - letters;
    table.line("all parts: reports accepted", rate(complete(&measured), now.since(&bill)));
    table.line("all parts: letters", rate(letters, now.since(&bill)));
    table.times("all parts: update → acknowledged", &acknowledged(&measured));
    now.lines(&bill, "all parts", table);
    table.line("all parts: letters that wait at the end", ground.waiting().await?);
    let oldest = office.metric("whistle_outbox_oldest_seconds").await?;
    table.line("all parts: the oldest of them", format!("{oldest:.0} s"));
    let drained = ground.drain().await?;
    table.line("all parts: until they had left", format!("{:.1} s", drained.as_secs_f64()));
    table.line("all parts: most memory", megabytes(meter::of(office.id()).peak));
    office.stop().await?;
    brought.extend(measured);
    Ok(brought)
}

/// All parts, and the program asks for its updates.
async fn asked(ground: &Ground, table: &mut Table) -> Outcome<Vec<Brought>> {
    let mut plan = ground.plan.clone();
    plan.webhook = false;
    let office = plan.start(&ground.base, ground.load.api.url(), ground.folder.path()).await?;
    let bill = Bill::of(ground, &office).await?;
    let measured = ground.load.by_polling(ground.spell(Pace::Closed, ground.lasts)).await;
    let now = Bill::of(ground, &office).await?;
    table.line("by getUpdates, all parts: reports accepted", rate(complete(&measured), now.since(&bill)));
    now.lines(&bill, "by getUpdates, all parts", table);
    ground.drain().await?;
    office.stop().await?;
    Ok(measured)
}

/// Rows that one report writes, by the database's own count once the processes have told it.
async fn rows_line(ground: &Ground, before: Rows, reports: usize, table: &mut Table) -> Outcome<()> {
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let rows = Rows::of(&ground.base).await?.since(before);
    let each = |number: i64| number as f64 / reports.max(1) as f64;
    let inserted = format!("{:.1} inserted", each(rows.inserted));
    table.line(
        "rows written by a report",
        if ground.base.engine == Engine::Sqlite {
            inserted
        } else {
            let [updated, deleted, commits] = [rows.updated, rows.deleted, rows.commits].map(each);
            format!("{inserted}, {updated:.1} updated, {deleted:.1} deleted, in {commits:.1} commits")
        },
    );
    Ok(())
}

async fn beside_postgres(ground: &Ground, taken: f64, table: &mut Table) -> Outcome<()> {
    let recorded = recorded::record(ground).await?;
    let (statements, transactions) = recorded.size();
    let as_it_is = pgbench::same_statements(ground, &recorded, false)?;
    let in_one = pgbench::same_statements(ground, &recorded, true)?;
    let bare = pgbench::three_inserts(ground).await?;
    table.line("a report's statements", format!("{statements} in {transactions} transactions"));
    table.line("pgbench, the very same, 8 clients", format!("{as_it_is:.0} reports/s"));
    table.line("pgbench, the same in one transaction", format!("{in_one:.0} reports/s"));
    table.line("pgbench, three bare inserts", format!("{bare:.0}/s"));
    table.against("reports ÷ pgbench, the very same", ratio(taken, as_it_is), "");
    table.against("reports ÷ pgbench, in one transaction", ratio(taken, in_one), "target ≥ 1.0");
    let target = format!("target ≥ {:.2} (3,000 of 5,900)", 3_000.0 / 5_900.0);
    table.against("reports ÷ three bare inserts", ratio(taken, bare), target);
    Ok(())
}

fn beside_sqlite(ground: &Ground, taken: f64, table: &mut Table) -> Outcome<()> {
    let bare = bare_loop::measure(&ground.folder.path().join("whistle.db"), ground.lasts)?;
    let how = format!("{:.0} reports/s, {} rows each", bare.rate, bare.rows);
    table.line("a bare loop, the same rows, a commit a report", how);
    table.against("reports ÷ the bare loop", ratio(taken, bare.rate), "target ≥ 1.0");
    Ok(())
}

fn ratio(ours: f64, theirs: f64) -> String {
    format!("{:.2}", ours / theirs)
}
