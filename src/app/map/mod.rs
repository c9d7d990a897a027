//! Changing the map as a safe, foreseeable act: a new edition waits as a draft, is tried on the cases of the
//! last weeks, takes over in every process at its time, and the open cases that it gives to somebody else
//! are moved or kept by a dispatcher.
//!
//! Reading order: `editions` (drafts, their time, withdrawing), `take` (the take-over), `moves` (open cases
//! whose owner changes), `what_if` and `replay` (a draft tried on the past), `corrections` (where people know
//! better than the map), `point` (whose is this point?) and `near` (who and what is near it).

mod corrections;
mod editions;
#[cfg(test)]
mod fixture;
mod moves;
mod near;
mod point;
mod replay;
mod sheet;
pub(super) mod take;
mod tally;
mod what_if;

pub use corrections::{Corrected, Corrections, Pair, Why, correction_table};
pub use editions::{EditionView, Standing};
pub use moves::{Displaced, Moving, Outcome};
pub use near::{NearDesk, NearDuty, NearStation, Nearby};
pub use point::{Rung, find_areas, ladder, whose};
pub use sheet::what_if_table;
pub use what_if::{Change, Exchange, GridLine, LEAST, WhatIf};
