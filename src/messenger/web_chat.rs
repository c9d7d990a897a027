//! The built-in chat as a messenger: a message is a row that the chat page shows. It is a real way of
//! reaching people, without anybody else's network.

use super::{BoxFuture, Delivery, FetchError, Messenger, Outcome};
use crate::{
    app::App,
    dialogue::{ChannelKind, Keyboard, Outgoing},
    domain::ChatId,
};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// Messages to the chat page.
pub struct WebChat {
    app: App,
}

/// A message as the chat page shows it, and as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Shown {
    /// It is a card, which changes in place.
    pub card: bool,
    /// First line, emphasised.
    pub title: Option<String>,
    /// The lines below.
    pub lines: Vec<String>,
    /// Rows of buttons.
    pub buttons: Vec<Vec<crate::dialogue::Button>>,
    /// A photo's row.
    pub photo: Option<i64>,
    /// A voice note's row.
    pub voice: Option<i64>,
    /// Longitude and latitude.
    pub place: Option<(f64, f64)>,
    /// What the keyboard under the messages says from now on: some = shown, none = unchanged.
    pub keyboard: Option<Keyboard>,
}

impl WebChat {
    /// The messenger of the built-in chat.
    pub fn new(app: App) -> Self {
        Self { app }
    }

    async fn show(&self, delivery: &Delivery) -> Result<Outcome, crate::store::Error> {
        let store = self.app.store();
        let now = self.app.now();
        let Some(chat) = store.chat(ChannelKind::Web, &delivery.chat).await? else {
            return Ok(Outcome::Never {
                reason: super::Never::NotFound,
                error: "there is no such chat".into(),
            });
        };
        let shown = Shown::of(&delivery.outgoing);
        if let Some(message) = &delivery.card_message {
            return self.redraw(chat.id, message, shown).await;
        }
        let body = serde_json::to_string(&shown).unwrap_or_default();
        let id = store.add_chat_message(chat.id, false, &body, now).await?;
        self.app.announce_quietly(chat.id);
        Ok(Outcome::Sent { message: Some(id.to_string()) })
    }

    async fn redraw(
        &self,
        chat: ChatId,
        message: &str,
        shown: Shown,
    ) -> Result<Outcome, crate::store::Error> {
        let Ok(id) = message.parse::<i64>() else { return Ok(Outcome::CardGone) };
        let Some(old) = self.app.store().chat_message(chat, id).await? else { return Ok(Outcome::CardGone) };
        let old: Shown = serde_json::from_str(&old.body).unwrap_or_default();
        let shown = Shown { photo: old.photo, voice: old.voice, place: old.place, ..shown };
        let body = serde_json::to_string(&shown).unwrap_or_default();
        self.app.store().update_chat_message(chat, id, &body, self.app.now()).await?;
        self.app.announce_quietly(chat);
        Ok(Outcome::Sent { message: Some(message.to_owned()) })
    }
}

impl Shown {
    fn of(outgoing: &Outgoing) -> Self {
        let message = &outgoing.message;
        Self {
            card: outgoing.card.is_some(),
            title: message.title.clone(),
            lines: message.lines.clone(),
            buttons: message.buttons.clone(),
            photo: outgoing.photo.map(|media| media.0),
            voice: None,
            place: outgoing.place.map(|point| (point.lon, point.lat)),
            keyboard: message.keyboard.clone(),
        }
    }
}

impl Messenger for WebChat {
    fn channel(&self) -> ChannelKind {
        ChannelKind::Web
    }

    fn send<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            // A row that was not written was not shown: trying again is free.
            self.show(delivery).await.unwrap_or_else(|error| Outcome::Unreached { error: error.to_string() })
        })
    }

    fn messages(&self, _: &Outgoing, _: bool) -> u32 {
        1
    }

    /// Uploads are kept when they come in; what is not kept by then is nowhere.
    fn fetch<'a>(&'a self, _: &'a str, _: u64) -> BoxFuture<'a, Result<Bytes, FetchError>> {
        Box::pin(async { Err(FetchError::Gone) })
    }
}
