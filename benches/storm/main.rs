//! The program under load: how much it takes, how long everybody waits, what it costs, and whether the
//! books balance afterwards.
//!
//! ```text
//! make bench-storm                                       all modes, on both databases
//! cargo bench --bench storm -- smoke --on sqlite         a few seconds of each
//! tests/postgres --durable cargo bench --bench storm -- throughput --on postgres
//! ```
//!
//! `rig` is what it is made of, and what crash tests are made of too. It shares the cores with the program
//! and the database: its own cost is one of the lines.

mod bare_loop;
mod commits;
mod ground;
mod harm;
mod idle;
mod pgbench;
mod pressure;
mod recorded;
mod rig;
mod table;
mod throughput;

use clap::{Parser, ValueEnum};
use ground::Ground;
use harm::Harm;
use rig::Outcome;
use std::path::PathBuf;

/// What to measure, and how.
#[derive(Debug, Parser)]
struct Args {
    /// What to measure.
    #[arg(value_enum, default_value = "all")]
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
    /// How often processes are killed, or cut off.
    #[arg(long, default_value_t = 500)]
    times: u64,
    /// Which random moments those are.
    #[arg(long, default_value_t = 1)]
    seed: u64,
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
    /// Everything below but the smoke.
    All,
    /// Nothing to do: start, memory.
    Idle,
    /// As much as it takes, and what the database does without it.
    Throughput,
    /// How long everybody waits at half of what it can carry.
    Half,
    /// Ten times what it can carry, for a minute.
    Overload,
    /// Two processes killed at random moments, again and again.
    Kills,
    /// Their connections to PostgreSQL cut at random moments, again and again.
    Cuts,
    /// A second of throughput: does this program still work?
    Smoke,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum On {
    Postgres,
    Sqlite,
}

fn main() -> Outcome<()> {
    let mut args = Args::parse();
    if args.mode == Mode::Smoke {
        args.seconds = 1;
    }
    let modes = match args.mode {
        Mode::All => vec![Mode::Idle, Mode::Throughput, Mode::Half, Mode::Overload, Mode::Kills, Mode::Cuts],
        mode => vec![mode],
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    for on in args.on.clone() {
        for mode in &modes {
            runtime.block_on(measure(*mode, on, &args))?;
        }
    }
    Ok(())
}

/// Each on a database of its own: the rows of one measurement do not weigh on the next.
async fn measure(mode: Mode, on: On, args: &Args) -> Outcome<()> {
    let ground = Ground::new(on, args).await?;
    let measured = match mode {
        Mode::Idle => idle::measure(&ground).await,
        Mode::Half => pressure::half(&ground).await,
        Mode::Overload => pressure::overload(&ground).await,
        Mode::Kills => harm::measure(&ground, Harm::Kill, args.times, args.seed).await,
        Mode::Cuts if on == On::Sqlite => Ok(()),
        Mode::Cuts => harm::measure(&ground, Harm::Cut, args.times, args.seed).await,
        Mode::All | Mode::Throughput | Mode::Smoke => throughput::measure(&ground).await,
    };
    ground.base.drop().await?;
    measured
}
