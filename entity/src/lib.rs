//! Whistle's tables, a file each. Rows only: what they mean stands in `src/domain`, and only `src/store`
//! turns one into the other. The schema is made by the crate `migration`.
//!
//! Times are milliseconds since 1970 in UTC in 64-bit integers: both databases keep, compare and index
//! them alike, and nothing is rounded or shifted by a driver's or a session's time zone. JSON documents
//! are text, read and written by our own types.

// The macro makes items that cannot carry a word of their own, and columns that say what they are.
#![allow(missing_docs, clippy::missing_fields_in_debug)]

pub mod access_log;
pub mod api_client;
pub mod binding_code;
pub mod calendar_day;
pub mod card;
pub mod case_party;
pub mod case_unit;
pub mod cases;
pub mod category;
pub mod chat;
pub mod chat_message;
pub mod duty;
pub mod event;
pub mod inbound;
pub mod lease;
pub mod map_choice;
pub mod map_edition;
pub mod map_form;
pub mod media;
pub mod outbox;
pub mod password;
pub mod person;
pub mod poll_offset;
pub mod post;
pub mod revision;
pub mod session;
pub mod station;
pub mod unit;
