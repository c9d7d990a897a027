//! The rig of a storm: a town on a database of its own, the program as processes beside us, a Bot API that
//! takes everything, people who report, and the books that are balanced afterwards.

#![allow(dead_code, reason = "a load, a crash test and a smoke test each use their part of it")]

pub mod base;
pub mod books;
pub mod bot_api;
pub mod load;
pub mod meter;
pub mod office;
pub mod town;
pub mod wire;

/// What may go wrong: said to whoever runs it, and the end of the run.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
