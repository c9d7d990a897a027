//! Whistle (哨响): the dispatch desk of a district's grid service. This page is the map of the house.
//!
//! **Words come in, one place decides, the decision is written once, and only then does anything leave.**
//!
//! ```text
//!  chat (Telegram, web chat)      console, pages, API      clock
//!             │                            │                 │
//!         messenger                       web              jobs
//!             └───────────────┬────────────┴─────────────────┘
//!                            app        load → decide → commit   (one write path)
//!                  ┌──────────┴───────────┐
//!         domain, dialogue              store → entity, migration
//!         atlas                         the only room that knows sea-orm
//!         pure: no async, no I/O,
//!         no clock, no randomness
//! ```
//!
//! The rooms, in reading order:
//!
//! - [`domain`]: the case and its life; [`decide`](domain::life::decide) is the only code that changes one.
//! - [`atlas`]: the map; which grid owns a point, and which neighbours it may be.
//! - [`dialogue`]: how a chat talks; messages and a chat's state in, replies and commands out.
//! - [`store`]: rows in, domain values out; transactions, the outbox, leases.
//! - [`app`]: the use cases; [`App::act`](app::App::act) and [`App::converse`](app::App::converse).
//! - [`messenger`]: one adapter per way of reaching people.
//! - [`jobs`]: letters leave, deadlines pass, photos are fetched.
//! - [`web`]: console, built-in chat, API, webhook, health.
//! - [`settings`], [`startup`], [`telemetry`], [`commands`]: around the house.
//! - [`demo`]: a generated district to try it on.
//!
//! Which room may name which is a test: `tests/whistle/house/arrows.rs`.
//!
//! # Four walkthroughs
//!
//! 1. **A worker reports by chat.** [`Listener::take`](messenger::telegram::Listener::take) turns the raw
//!    update into an [`Inbound`](dialogue::Inbound) and hands it to [`App::converse`](app::App::converse):
//!    one transaction in which the inbound id is taken (seen before → nothing happens), the chat's state
//!    loaded, [`dialogue::step`] taken, and what it asks for done: the case opened through
//!    [`life::open`](domain::life::open), events appended, letters put into the outbox, the state saved.
//!    Only after the commit is the update acknowledged. Nobody else's network is waited for inside.
//! 2. **A dispatcher acts.** A form is posted with the version seen; the desk comes as the handler's
//!    argument; [`App::act`](app::App::act) decides; other screens get a hint by server-sent events
//!    (`web::live`) and ask for the truth, those of other processes too (`jobs::news`).
//! 3. **A deadline passes.** [`Jobs::escalate`](jobs::Jobs::escalate) wakes cases whose own alarm is due
//!    through `act`. Two processes meeting: the version lets one win, the other finds nothing due.
//! 4. **A letter leaves.** [`Jobs::deliver`](jobs::Jobs::deliver) claims the oldest letter of each chat with
//!    a lease, commits that, sends with no transaction open, then says what became of it: sent, later,
//!    uncertain or never.

pub mod app;
pub mod atlas;
pub mod commands;
pub mod demo;
pub mod dialogue;
pub mod domain;
pub mod jobs;
pub mod messenger;
pub mod settings;
pub mod startup;
pub mod store;
pub mod telemetry;
pub mod web;
