//! The program under load: how much it takes, how long everybody waits, what it costs, and whether the
//! books balance afterwards.
//!
//! ```text
//! make bench-storm                                  everything that there is, on both databases
//! tests/postgres --durable cargo bench --bench storm -- throughput --on postgres
//! ```
//!
//! `rig` is what it is made of, and what crash tests are made of too. It shares two cores with the program
//! and the database: its own cost is one of the lines.

mod rig;
mod table;
mod throughput;

use clap::{Parser, ValueEnum};
use rig::{
    Outcome,
    base::{Base, Engine},
    bot_api::BotApi,
    load::Load,
    town::Town,
};
use std::{path::PathBuf, time::Duration};

/// What to measure, and how.
#[derive(Debug, Parser)]
struct Args {
    /// What to measure.
    #[arg(value_enum)]
    mode: Mode,
    /// On which databases.
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["postgres", "sqlite"])]
    on: Vec<On>,
    /// How long each measurement takes, seconds.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Connections that bring updates.
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Settings of the program, as for `whistle --set`.
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// The program.
    #[arg(long, default_value = env!("CARGO_BIN_EXE_whistle"))]
    program: PathBuf,
    /// What cargo says to every bench.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// As much as it takes.
    Throughput,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum On {
    Postgres,
    Sqlite,
}

/// Where one database's measurements take place.
struct Ground {
    base: Base,
    load: Load,
    folder: tempfile::TempDir,
    plan: rig::office::Plan,
    lasts: Duration,
    connections: usize,
}

fn main() -> Outcome<()> {
    let args = Args::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        for on in &args.on {
            let engine = if *on == On::Postgres { Engine::Postgres } else { Engine::Sqlite };
            let ground = Ground::new(engine, &args).await?;
            match args.mode {
                Mode::Throughput => throughput::measure(&ground).await?,
            }
            ground.base.drop().await?;
        }
        Ok(())
    })
}

impl Ground {
    async fn new(engine: Engine, args: &Args) -> Outcome<Self> {
        let folder = rig::base::folder()?;
        let base = Base::create(engine, folder.path()).await?;
        let town = Town::found(&base, folder.path()).await?;
        if engine == Engine::Postgres {
            base.run("VACUUM ANALYZE").await?;
        }
        let mut plan = rig::office::Plan::of(&args.program);
        for pair in &args.set {
            let (key, value) = pair.split_once('=').ok_or("--set KEY=VALUE")?;
            plan = plan.set(key, value);
        }
        let load = Load::new(town, BotApi::start().await?);
        let (lasts, connections) = (Duration::from_secs(args.seconds), args.connections);
        Ok(Self { base, load, folder, plan, lasts, connections })
    }
}
