//! Two processes on one database, killed again and again while people report; then the books.

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

/// `kills` times kill -9 at random moments, one process or both.
pub async fn measure(ground: &Ground, kills: u64, seed: u64) -> Outcome<()> {
    let mut table = Table::default();
    let mut offices = [ground.office("").await?, ground.office("").await?];
    let doors = Doors::of(offices.iter().map(|office| office.address.as_str()));
    let over = Arc::new(AtomicBool::new(false));
    let spell = ground.spell(Pace::Open(RATE), SPELL);
    let people = tokio::spawn(report(ground.load.clone(), doors.clone(), spell, over.clone()));
    let (mut chance, begun, mut killed) = (Chance(seed), Instant::now(), 0);
    while killed < kills {
        tokio::time::sleep(Duration::from_millis(chance.below(LIVES_MS))).await;
        let (which, both) = (chance.below(2) as usize, chance.below(BOTH) == 0);
        for at in if both { vec![0, 1] } else { vec![which] } {
            offices[at].kill()?;
            killed += 1;
        }
        // Who is dead answers nobody; whoever was on the way to it comes again.
        doors.set(
            offices
                .iter()
                .enumerate()
                .filter(|(at, _)| !both && *at != which)
                .map(|(_, it)| it.address.as_str()),
        );
        for at in if both { vec![0, 1] } else { vec![which] } {
            offices[at] = ground.office("").await?;
        }
        doors.set(offices.iter().map(|office| office.address.as_str()));
    }
    let lasted = begun.elapsed().as_secs_f64();
    over.store(true, Relaxed);
    let brought = people.await?;
    let drained = ground.drain().await?;
    offices.into_iter().try_for_each(end)?;
    let books = ground.balance(&brought).await?;
    table.line("killed, kill -9", format!("{killed} times in {lasted:.0} s (seed {seed})"));
    table.line("reports accepted meanwhile", rate(complete(&brought), lasted));
    table.times("update → acknowledged", &acknowledged(&brought));
    table.times("update → whistle handed to the Bot API", &handed(ground, &brought, &books));
    table.line("after the last: until every letter had left", format!("{:.1} s", drained.as_secs_f64()));
    table.line("reports that were begun and never acknowledged", brought.len() - complete(&brought));
    table.print(&format!("{}: killed under load, two processes", ground.name()));
    Ground::close(&books)
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
