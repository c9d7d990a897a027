//! The integration tests, in one binary: everything that is true of Whistle as a whole, and not of
//! a single module. A test that takes a database runs on SQLite everywhere and on PostgreSQL where
//! `make test` provides one; `cargo test` alone ignores the second kind, by name and with its count.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]
#![allow(clippy::large_futures, reason = "a test runs one future; nobody waits for its copies")]

#[macro_use]
mod database;

mod blobs;
mod bot_api;
mod chat;
mod commands;
mod console;
mod day;
mod demo;
mod deploy;
mod edge;
mod faults;
mod group;
mod house;
mod map;
mod parts;
mod several;
mod store;
mod storm;
mod telegram;
mod town;
mod traces;
