//! Two processes on one database, killed or cut off from it again and again while people report; then the
//! books.

use crate::{
    ground::{Ground, acknowledged, complete, handed, rate},
    rig::{
        Outcome,
        load::{Brought, Doors, Load, Pace, Spell},
        office::Office,
    },
    table::Table,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

/// Reports a second: enough that something is under way at every moment.
const RATE: f64 = 40.0;
/// People report so long, and again, until the last kill.
const SPELL: Duration = Duration::from_secs(5);
/// A process lives at most so long after the other was started, milliseconds.
const LIVES_MS: u64 = 500;
/// One in so many kills takes both.
const BOTH: u64 = 8;

/// What is done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Harm {
    /// kill -9 of one process, or of both.
    Kill,
    /// The connections of both to the database are cut.
    Cut,
}

/// So many times harm at random moments, under load.
pub async fn measure(ground: &Ground, harm: Harm, times: u64, seed: u64) -> Outcome<()> {
    let mut table = Table::default();
    let mut offices = [ground.office("").await?, ground.office("").await?];
    let doors = Doors::of(offices.iter().map(|office| office.address.as_str()));
    let over = Arc::new(AtomicBool::new(false));
    let spell = ground.spell(Pace::Open(RATE), SPELL);
    let people = tokio::spawn(report(ground.load.clone(), doors.clone(), spell, over.clone()));
    let (mut chance, begun, mut done) = (Chance(seed), Instant::now(), 0);
    while done < times {
        tokio::time::sleep(Duration::from_millis(chance.below(LIVES_MS))).await;
        done += match harm {
            Harm::Kill => kill(ground, &mut offices, &doors, &mut chance).await?,
            Harm::Cut => ground.base.cut().await.map(|()| 1)?,
        };
    }
    let lasted = begun.elapsed().as_secs_f64();
    over.store(true, Relaxed);
    let brought = people.await?;
    let drained = ground.drain().await?;
    offices.into_iter().try_for_each(end)?;
    let books = ground.balance(&brought).await?;
    table.line("harmed", format!("{done} times in {lasted:.0} s (seed {seed})"));
    table.line("reports accepted meanwhile", rate(complete(&brought), lasted));
    table.times("update → acknowledged", &acknowledged(&brought));
    table.times("update → whistle handed to the Bot API", &handed(ground, &brought, &books));
    table.line("after the last: until every letter had left", format!("{:.1} s", drained.as_secs_f64()));
    table.line("reports that were begun and never acknowledged", brought.len() - complete(&brought));
    table.print(&format!("{}: {harm:?} under load, two processes", ground.name()));
    Ground::close(&books)
}

/// One process, or both, killed and started again; how many it were.
async fn kill(
    ground: &Ground,
    offices: &mut [Office; 2],
    doors: &Doors,
    chance: &mut Chance,
) -> Outcome<u64> {
    let dies = match (chance.below(2) as usize, chance.below(BOTH)) {
        (_, 0) => 0..2,
        (at, _) => at..at + 1,
    };
    for at in dies.clone() {
        offices[at].kill()?;
    }
    // Who is dead answers nobody; whoever was on the way to it comes again.
    let living = offices.iter().enumerate().filter(|(at, _)| !dies.contains(at));
    doors.set(living.map(|(_, office)| office.address.as_str()));
    for at in dies.clone() {
        offices[at] = ground.office("").await?;
    }
    doors.set(offices.iter().map(|office| office.address.as_str()));
    Ok(dies.len() as u64)
}

fn end(mut office: Office) -> Outcome<()> {
    office.kill()
}

/// On and on, until it is over.
async fn report(load: Load, doors: Doors, spell: Spell, over: Arc<AtomicBool>) -> Vec<Brought> {
    let mut brought = Vec::new();
    while !over.load(Relaxed) {
        brought.extend(load.by_webhook(&doors, spell).await);
    }
    brought
}

/// Moments that are the same for the same seed (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}
