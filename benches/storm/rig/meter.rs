//! What processes cost, from `/proc`: their time on the cores and the memory that they hold. And the
//! places in a row of times that people ask for.

use super::{
    Outcome,
    base::{Base, Engine},
};
use std::{collections::HashMap, fs, time::Duration};

/// `/proc` counts in hundredths of a second, on every Linux that there is.
const TICK: Duration = Duration::from_millis(10);

/// What a process, or a family of them, has cost so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// On the cores.
    pub cpu: Duration,
    /// Held now, bytes; what is shared counts once.
    pub memory: u64,
    /// The most that was ever held, bytes; of a family: now.
    pub peak: u64,
}

/// A process.
pub fn of(process: u32) -> Cost {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let stat = Stat::of(process).unwrap_or_default();
    Cost { cpu: stat.own, memory: field(&status, "VmRSS:"), peak: field(&status, "VmHWM:") }
}

/// This process.
pub fn of_us() -> Cost {
    of(std::process::id())
}

/// The server of a database, all its processes; none of an embedded one.
///
/// # Errors
/// The database's.
pub async fn of_server(base: &Base) -> Outcome<Option<Cost>> {
    if base.engine == Engine::Sqlite {
        return Ok(None);
    }
    let ours = base.number("SELECT pg_backend_pid()::bigint").await? as u32;
    let Some(first) = Stat::of(ours).map(|stat| stat.parent) else { return Ok(None) };
    let mut whole =
        Cost { cpu: Stat::of(first).map_or(Duration::ZERO, |stat| stat.own + stat.ended), ..Cost::default() };
    let mut shared = 0;
    let all =
        fs::read_dir("/proc")?.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    for process in all {
        let Some(stat) = Stat::of(process).filter(|stat| stat.parent == first || process == first) else {
            continue;
        };
        if process != first {
            whole.cpu += stat.own;
        }
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        whole.memory += field(&status, "RssAnon:");
        shared = shared.max(field(&status, "RssShmem:"));
    }
    whole.memory += shared;
    whole.peak = whole.memory;
    Ok(Some(whole))
}

#[derive(Default)]
struct Stat {
    parent: u32,
    own: Duration,
    /// Of its children that have ended.
    ended: Duration,
}

impl Stat {
    fn of(process: u32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // The name may hold anything, so it is read from behind.
        let fields: Vec<&str> = text.rsplit_once(") ")?.1.split(' ').collect();
        let ticks = |index: usize| fields.get(index)?.parse::<u32>().ok().map(|ticks| TICK * ticks);
        Some(Self {
            parent: fields.get(1)?.parse().ok()?,
            own: ticks(11)? + ticks(12)?,
            ended: ticks(13)? + ticks(14)?,
        })
    }
}

fn field(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// A row of times, in order.
#[derive(Clone, Debug, Default)]
pub struct Times(Vec<u64>);

impl Times {
    /// Of nanoseconds in any order.
    pub fn of(times: impl IntoIterator<Item = u64>) -> Self {
        let mut all: Vec<u64> = times.into_iter().collect();
        all.sort_unstable();
        Self(all)
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Milliseconds that this share of them does not exceed; 1 is the longest.
    pub fn ms(&self, share: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let at = (self.0.len() as f64 * share) as usize;
        self.0.get(at.min(last)).map_or(f64::NAN, |ns| *ns as f64 / 1e6)
    }
}

/// Rows that were written so far, by what was done with them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rows {
    /// Inserted.
    pub inserted: i64,
    /// Changed; an embedded database does not count these.
    pub updated: i64,
    /// Deleted.
    pub deleted: i64,
    /// Commits.
    pub commits: i64,
}

impl Rows {
    /// All tables together. A server's counts may be a second behind its processes, less once they ended.
    ///
    /// # Errors
    /// The database's.
    pub async fn of(base: &Base) -> Outcome<Self> {
        if base.engine == Engine::Sqlite {
            return Ok(Self { inserted: sqlite_rows(base).await?, ..Self::default() });
        }
        base.run("SELECT pg_stat_clear_snapshot()").await?;
        let sum = |what: &str| format!("SELECT sum({what})::bigint FROM pg_stat_user_tables");
        let commits = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()";
        Ok(Self {
            inserted: base.number(&sum("n_tup_ins")).await?,
            updated: base.number(&sum("n_tup_upd")).await?,
            deleted: base.number(&sum("n_tup_del")).await?,
            commits: base.number(commits).await?,
        })
    }

    /// Since then.
    #[must_use]
    pub fn since(self, before: Self) -> Self {
        Self {
            inserted: self.inserted - before.inserted,
            updated: self.updated - before.updated,
            deleted: self.deleted - before.deleted,
            commits: self.commits - before.commits,
        }
    }
}

async fn sqlite_rows(base: &Base) -> Outcome<i64> {
    let tables = ["inbound", "chat", "cases", "event", "case_unit", "case_party", "media", "outbox", "card"];
    let mut all = 0;
    for table in tables {
        all += base.number(&format!("SELECT count(*) FROM {table}")).await?;
    }
    Ok(all)
}

/// How many of each.
pub fn tally<K: std::hash::Hash + Eq>(of: impl IntoIterator<Item = K>) -> HashMap<K, usize> {
    let mut counts = HashMap::new();
    for one in of {
        *counts.entry(one).or_default() += 1;
    }
    counts
}
