//! Rows in, domain values out: the only room that knows the database.
//!
//! Two handles: [`Store`], cheap to clone, reads and does short writes of one statement; [`Tx`] is a
//! write transaction, from [`Store::begin`] to [`Tx::commit`]. Both read with the same methods, written
//! once over [`Rows`]. While a [`Tx`] is held nothing else is asked of the [`Store`]: on SQLite there is
//! one writer, and waiting for oneself takes for ever (here: [`Options::busy_timeout`], then
//! [`Error::Busy`]).
//!
//! Time is an argument of everything that asks for it; ids, rows and JSON stay inside.

mod address;
mod alarm;
mod binding;
mod case_row;
mod cases;
mod chat;
mod choice;
mod city;
mod claim;
mod column;
mod copy;
mod edition;
mod error;
mod finish;
mod geopackage;
mod handle;
mod inbound;
mod lane;
mod lease;
mod listing;
mod many;
mod map_form;
mod media;
mod nudge;
mod organisation;
mod outbox;
mod retention;
mod schema;
mod search;
mod sign_in;
mod standing;
mod trace;
mod trouble;
mod web_chat;

pub use address::check_address;
pub use binding::Binding;
pub use chat::Chat;
pub use choice::MapChoice;
pub use city::{CalendarDay, Duty, Station};
pub use claim::{Claim, OutboxRow, Place};
pub use edition::{EditionNew, EditionRow};
pub use error::{Error, Result};
pub use finish::{DeadLetter, Finished};
#[cfg(test)]
pub(crate) use geopackage::written_package;
pub use geopackage::{DrawnRow, DrawnTable, read_geopackage};
pub use handle::{Backend, Options, Rows, Store, Tx};
pub use inbound::{Aside, Came};
pub use listing::{CaseFilter, Keyset, Order};
pub use media::{Kept, Media, MediaNew, MediaState, Unfetched};
pub use nudge::{LONGEST_NUDGE, Listener};
pub use organisation::PersonRow;
pub use outbox::OutboxNew;
pub use schema::Step;
pub use sign_in::{ApiClient, ApiClientUse, LogEntry, Session};
pub use trace::{Strayed, Trace, TraceFilter, TracePart};
pub use trouble::{POLLS, SENDS, Trouble};
pub use web_chat::ChatMessage;
