//! With nothing to do: how soon it is ready, and what it holds.

use crate::{
    ground::Ground,
    rig::{Outcome, meter, office::Office},
    table::{Table, megabytes},
};
use std::time::Duration;

const STARTS: usize = 5;
const REST: Duration = Duration::from_secs(5);

pub async fn measure(ground: &Ground) -> Outcome<()> {
    let mut table = Table::default();
    let mut ready: Vec<Duration> = Vec::new();
    for _ in 0..STARTS {
        let office = ground.office("").await?;
        ready.push(office.ready_after);
        office.stop().await?;
    }
    ready.sort();
    let of = |at: usize| ready[at].as_secs_f64();
    let line = format!("{:.2} s (worst of {STARTS}: {:.2} s)", of(STARTS / 2), of(STARTS - 1));
    table.against("start → ready, the demo's district loaded", line, "target < 1 s");
    let office: Office = ground.office("").await?;
    tokio::time::sleep(REST).await;
    let (bill, cost) = (meter::of(office.id()).cpu, meter::of(office.id()));
    tokio::time::sleep(REST).await;
    let spent = meter::of(office.id()).cpu.saturating_sub(bill).as_secs_f64() / REST.as_secs_f64();
    table.against("memory, idle", megabytes(cost.memory), "target < 60 MB");
    table.line("most memory, from the start on", megabytes(cost.peak));
    table.line("of a core, idle", format!("{:.1} %", spent * 100.0));
    office.stop().await?;
    table.print(&format!("{}: idle", ground.name()));
    Ok(())
}
