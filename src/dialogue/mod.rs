//! How a chat talks: an inbound message and the chat's state give replies and commands.
//!
//! Pure, and knows no messenger: an adapter turns its updates into [`Inbound`] and [`Message`] into
//! its calls. Everything here is data that can be stored.

mod inbound;
mod outgoing;

pub use inbound::{Body, ChannelKind, ChatKind, Inbound, RemoteFile, Sender};
pub use outgoing::{Button, CardKey, Keyboard, Message, Outgoing};
