//! How a chat talks: an inbound message and the chat's state give replies and things to do.
//!
//! Pure, and knows no messenger: an adapter turns its updates into [`Inbound`] and [`Message`] into
//! its calls. Everything here is data that can be stored.
//!
//! The application looks up what is [`wanted`], takes a [`step`], does each [`Ask`] of the [`Turn`] in
//! its transaction and comes back for the words: [`opened`], [`done`], [`refused`], [`bound`] …; those
//! give turns, too, joined by [`Turn::then`]. Cards and notices for other people's chats are made by
//! [`card()`] and [`notice()`].

mod answer;
mod buttons;
mod card;
mod data;
mod inbound;
mod list;
mod menu;
mod notice;
mod outcome;
mod outgoing;
mod phrase;
mod pin;
mod press;
mod refusal;
mod report;
mod scene;
mod seat;
mod settle;
mod spoken;
mod state;
mod step;
mod texts;
mod word;

pub use card::{Viewer, card, card_beside};
pub use data::{Action, Data, Tag};
pub use inbound::{Body, ChannelKind, ChatKind, Inbound, RemoteFile, Sender};
pub use list::{UnitFigures, commands, mine, my_data, stats, tasks};
pub use notice::{notice, unreachable};
pub use outcome::{bound, done, no_case, not_bound, opened, refused, shown};
pub use outgoing::{Button, CardKey, Keyboard, Message, Outgoing};
pub use phrase::Speech;
pub use refusal::why_not;
pub use report::message_key;
pub use scene::{Ask, Rules, Scene, Turn, Wanted};
pub use state::{Album, Asked, ChatState, Draft, Missing, Piece, Question, Recent, Settling, Told};
pub use step::{due, overdue, step, wanted};
pub use texts::Language;

#[cfg(test)]
mod tests;
