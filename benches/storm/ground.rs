//! Where one database's measurements take place, and what every one of them does there.

use crate::{
    Args, On,
    rig::{
        self, Outcome,
        base::{Base, Engine},
        books::{self, Books},
        bot_api::BotApi,
        load::{Brought, Doors, Load, Pace, Spell},
        meter::{self, Cost, Times},
        office::{Office, Plan},
        town::Town,
    },
    table::{Table, megabytes},
};
use std::time::{Duration, Instant};

/// Until caches are warm and statements prepared.
const WARM: Duration = Duration::from_secs(2);
const LOOK: Duration = Duration::from_millis(50);
/// Nothing that is sent at all takes longer to be sent.
const DRAINED_WITHIN: Duration = Duration::from_mins(15);
/// What was begun is brought again and again for so long.
const GRACE: Duration = Duration::from_secs(30);

/// A town on a new database, and how it is measured.
pub struct Ground {
    pub base: Base,
    pub load: Load,
    pub folder: tempfile::TempDir,
    pub plan: Plan,
    pub lasts: Duration,
    pub connections: usize,
}

impl Ground {
    pub async fn new(on: On, args: &Args) -> Outcome<Self> {
        let engine = if on == On::Postgres { Engine::Postgres } else { Engine::Sqlite };
        let folder = rig::base::folder()?;
        let base = Base::create(engine, folder.path()).await?;
        let town = Town::found(&base, folder.path()).await?;
        if engine == Engine::Postgres {
            base.run("VACUUM ANALYZE").await?;
        }
        let mut plan = Plan::of(&args.program);
        for pair in &args.set {
            let (key, value) = pair.split_once('=').ok_or("--set KEY=VALUE")?;
            plan = plan.set(key, value);
        }
        let load = Load::new(town, BotApi::start().await?);
        let (lasts, connections) = (Duration::from_secs(args.seconds), args.connections);
        Ok(Self { base, load, folder, plan, lasts, connections })
    }

    /// The name of its engine.
    pub fn name(&self) -> &'static str {
        self.base.engine.name()
    }

    /// A load of this ground's connections.
    pub fn spell(&self, pace: Pace, lasts: Duration) -> Spell {
        Spell { pace, lasts, most: u64::MAX, connections: self.connections, grace: GRACE }
    }

    /// A load that nobody measures. After it the server knows its tables, as it does a minute into any
    /// day: one that has just been filled looks empty to it.
    pub async fn warm(&self, doors: &Doors) -> Outcome<Vec<Brought>> {
        let brought = self.load.by_webhook(doors, self.spell(Pace::Closed, WARM)).await;
        self.base.run("ANALYZE").await?;
        Ok(brought)
    }

    /// The program with these parts; "" for all.
    pub async fn office(&self, roles: &'static str) -> Outcome<Office> {
        self.plan.clone().roles(roles).start(&self.base, self.load.api.url(), self.folder.path()).await
    }

    /// Letters that wait or are on their way.
    pub async fn waiting(&self) -> Outcome<i64> {
        self.base.number("SELECT count(*) FROM outbox WHERE finished_at IS NULL").await
    }

    /// Waits until every letter has left; how long that took.
    pub async fn drain(&self) -> Outcome<Duration> {
        let begun = Instant::now();
        // Looking costs the server next to nothing: the index holds only what is open.
        while self
            .base
            .number("SELECT count(*) FROM (SELECT id FROM outbox WHERE finished_at IS NULL LIMIT 1) AS one")
            .await?
            > 0
        {
            if begun.elapsed() > DRAINED_WITHIN {
                return Err("letters still wait".into());
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(begun.elapsed())
    }

    /// The books of everything that was ever brought here.
    pub async fn balance(&self, brought: &[Brought]) -> Outcome<Books> {
        books::balance(&self.base, &self.load.town, brought, &self.load.api.handed()).await
    }

    /// Says what the books say.
    pub fn close(books: &Books) -> Outcome<()> {
        println!("  {books}");
        if books.balance() { Ok(()) } else { Err("the books do not balance".into()) }
    }
}

/// What the processes had cost at some time.
pub struct Bill {
    at: Instant,
    program: Cost,
    server: Option<Cost>,
    us: Cost,
}

impl Bill {
    pub async fn of(ground: &Ground, office: &Office) -> Outcome<Self> {
        let server = meter::of_server(&ground.base).await?;
        Ok(Self { at: Instant::now(), program: meter::of(office.id()), server, us: meter::of_us() })
    }

    /// Seconds between two bills.
    pub fn since(&self, before: &Self) -> f64 {
        (self.at - before.at).as_secs_f64()
    }

    /// What was used of the cores since then, and what is held.
    pub fn lines(&self, before: &Self, of: &str, table: &mut Table) {
        let spent = self.since(before);
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

/// Reports of which both updates were acknowledged.
pub fn complete(brought: &[Brought]) -> usize {
    brought.iter().filter(|one| one.is_complete()).count()
}

/// From an update until it was acknowledged, of both updates of each report.
pub fn acknowledged(brought: &[Brought]) -> Times {
    let each = |one: &Brought| [0, 1].map(|part| Some(one.acked[part]? - one.due[part]));
    Times::of(brought.iter().flat_map(each).flatten())
}

/// From the update that completes a report until its whistle was handed to the Bot API.
pub fn handed(ground: &Ground, brought: &[Brought], books: &Books) -> Times {
    let hearers: std::collections::HashSet<i64> = ground.load.town.hearers.values().copied().collect();
    let mut first = std::collections::HashMap::new();
    for letter in ground.load.api.handed() {
        if let Some(case) = letter.case.filter(|_| hearers.contains(&letter.chat)) {
            first.entry(case).or_insert(letter.at);
        }
    }
    let took = |one: &Brought| first.get(books.case_of.get(&one.n)?)?.checked_sub(one.due[1]);
    Times::of(brought.iter().filter_map(took))
}

/// `412/s (4123 in 10.0 s)`.
pub fn rate(count: usize, seconds: f64) -> String {
    format!("{:.0}/s ({count} in {seconds:.1} s)", count as f64 / seconds)
}
