//! Sends a letter: the native location and the photo first, silently, then the card with its words and
//! buttons, which is always a text message so that it can be redrawn in place.
//!
//! The card is what matters. A location or a photo that Telegram (or a lesser Bot API server) does not
//! take, or takes too long over, never stops it; the coordinates then stand in its words. All of it ends
//! within the time that the delivery gives: what goes before the card has half of it.

use super::{CallError, Telegram, markup, outcome};
use crate::{
    atlas::Point,
    dialogue::{Keyboard, Message, Outgoing},
    domain::CaseId,
    messenger::{Delivery, Never, Outcome},
};
use reqwest::multipart::{Form, Part};
use std::{collections::HashMap, sync::Mutex};
use teloxide::{
    ApiError, RequestError,
    payloads::{EditMessageText, SendLocation, SendMessage, SendPhoto},
    requests::Payload,
    types::{ChatId, FileId, InputFile, MessageId, ParseMode, Recipient, ReplyMarkup, ReplyParameters},
};
use tokio::time::{Instant, timeout_at};

/// What a letter that was put off had already sent, so that its next try does not send it again. Lost
/// in a restart, which costs no more than a second pin.
#[derive(Default)]
pub(super) struct Begun(Mutex<HashMap<(ChatId, CaseId), Prelude>>);

/// A letter that never comes back must not be remembered for ever.
const MOST_BEGUN: usize = 1_024;

/// What goes before the card.
#[derive(Clone, Copy, Default)]
struct Prelude {
    place: Step,
    photo: Step,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Step {
    #[default]
    Open,
    Done,
    /// It cannot be sent; the card goes without.
    Failed,
}

impl Telegram {
    pub(super) async fn deliver(&self, delivery: &Delivery) -> Outcome {
        let Ok(chat) = delivery.chat.parse().map(ChatId) else {
            return Outcome::Never { reason: Never::NotFound, error: "this is no Telegram chat".into() };
        };
        let end = Instant::now() + delivery.within;
        match &delivery.card_message {
            Some(card) => by(end, self.redraw(chat, card, delivery)).await,
            None if delivery.outgoing.only_edit => Outcome::CardGone,
            None => self.send_new(chat, delivery, end).await,
        }
    }

    async fn redraw(&self, chat: ChatId, card: &str, delivery: &Delivery) -> Outcome {
        let Ok(id) = card.parse().map(MessageId) else { return Outcome::CardGone };
        let message = &delivery.outgoing.message;
        let mut edit = EditMessageText::new(Recipient::Id(chat), id, markup::html(message));
        edit.parse_mode = Some(ParseMode::Html);
        edit.reply_markup = markup::buttons(&message.buttons);
        let mut answer = self.client.call(&edit).await;
        if answer.as_ref().is_err_and(is_about_markup) {
            (edit.text, edit.parse_mode) = (markup::plain(message), None);
            answer = self.client.call(&edit).await;
        }
        match answer {
            Ok(_) => Outcome::Sent { message: Some(card.to_owned()) },
            Err(error) => outcome::of_edit(card, chat, &error),
        }
    }

    async fn send_new(&self, chat: ChatId, delivery: &Delivery, end: Instant) -> Outcome {
        let mut prelude = self.begun.take(chat, &delivery.outgoing);
        let half = end - delivery.within / 2;
        match timeout_at(half, self.send_prelude(chat, delivery, &mut prelude)).await {
            Ok(Ok(())) => {}
            Ok(Err(outcome)) => {
                self.begun.keep(chat, &delivery.outgoing, prelude);
                return outcome;
            }
            Err(_) => prelude.give_up(),
        }
        let message = words(delivery, prelude.place == Step::Failed);
        let outcome = by(end, self.send_card(chat, delivery, &message)).await;
        if matches!(outcome, Outcome::Later { .. } | Outcome::Unreached { .. }) {
            self.begun.keep(chat, &delivery.outgoing, prelude);
        }
        if matches!(outcome, Outcome::Sent { .. })
            && timeout_at(end, self.ask_below(chat, delivery)).await.is_err()
        {
            tracing::warn!("the keyboard of a card took too long");
        }
        outcome
    }

    /// Goes as far as it can. An error stops the letter: nothing would come through now.
    async fn send_prelude(
        &self,
        chat: ChatId,
        delivery: &Delivery,
        prelude: &mut Prelude,
    ) -> Result<(), Outcome> {
        if let Some(place) = delivery.outgoing.place
            && prelude.place == Step::Open
        {
            prelude.place = step(chat, self.send_place(chat, place).await)?;
        }
        if delivery.photo.is_some() && prelude.photo == Step::Open {
            prelude.photo = step(chat, self.send_photo(chat, delivery).await)?;
        }
        Ok(())
    }

    async fn send_place(&self, chat: ChatId, place: Point) -> Result<(), CallError> {
        let mut location = SendLocation::new(Recipient::Id(chat), place.lat, place.lon);
        location.disable_notification = Some(true);
        self.client.call(&location).await.map(drop)
    }

    /// By the channel's own reference, else by the bytes.
    async fn send_photo(&self, chat: ChatId, delivery: &Delivery) -> Result<(), CallError> {
        let Some(picture) = &delivery.photo else { return Ok(()) };
        let photo = |file: InputFile| {
            let mut photo = SendPhoto::new(Recipient::Id(chat), file);
            let title = delivery.outgoing.message.title.as_deref();
            photo.caption = title.map(|title| markup::cut(title, markup::MOST_CAPTION).into_owned());
            photo.disable_notification = Some(true);
            photo
        };
        let mut sent = Ok(());
        if let Some(id) = &picture.remote {
            sent = self.client.call(&photo(InputFile::file_id(FileId(id.clone())))).await.map(drop);
        }
        let wanted = picture.remote.is_none() || matches!(sent, Err(CallError::Refused { code: 400, .. }));
        if let (Some((bytes, mime)), true) = (&picture.bytes, wanted) {
            let part = || Part::stream(bytes.clone()).file_name("photo");
            let part = part().mime_str(mime).unwrap_or_else(|_| part());
            let form = form(&photo(InputFile::memory(bytes.clone())), part);
            sent = self.client.call_form(SendPhoto::NAME, form).await.map(drop);
        }
        sent
    }

    async fn send_card(&self, chat: ChatId, delivery: &Delivery, message: &Message) -> Outcome {
        let outgoing = &delivery.outgoing;
        let mut card = SendMessage::new(Recipient::Id(chat), markup::html(message));
        card.parse_mode = Some(ParseMode::Html);
        card.disable_notification = (!outgoing.loud).then_some(true);
        let reply_to = outgoing.reply_to.as_ref().and_then(|id| id.parse().ok());
        card.reply_parameters =
            reply_to.map(|id| ReplyParameters::new(MessageId(id)).allow_sending_without_reply());
        let keyboard =
            || message.keyboard.as_ref().and_then(|keyboard| markup::keyboard(keyboard, delivery.kind));
        card.reply_markup =
            markup::buttons(&message.buttons).map(ReplyMarkup::InlineKeyboard).or_else(keyboard);
        let mut answer = self.client.call(&card).await;
        if answer.as_ref().is_err_and(is_about_markup) {
            (card.text, card.parse_mode) = (markup::plain(message), None);
            answer = self.client.call(&card).await;
        }
        match answer {
            Ok(answer) => Outcome::Sent { message: answer.message_id() },
            Err(error) => outcome::of_send(chat, &error),
        }
    }

    /// One message has either buttons or a keyboard: where a card with buttons asks for a position, the
    /// keyboard comes with a line of its own. Without it the position can still be sent by hand.
    async fn ask_below(&self, chat: ChatId, delivery: &Delivery) {
        let Some((keyboard, label)) = asks_below(&delivery.outgoing.message) else { return };
        let Some(markup) = markup::keyboard(keyboard, delivery.kind) else { return };
        let mut ask = SendMessage::new(Recipient::Id(chat), format!("👇 {label}"));
        ask.disable_notification = Some(true);
        ask.reply_markup = Some(markup);
        if let Err(error) = self.client.call(&ask).await {
            tracing::warn!(%error, "the keyboard of a card was not sent");
        }
    }
}

impl Prelude {
    /// What could not be sent so far is not sent at all.
    fn give_up(&mut self) {
        tracing::warn!("the location or photo of a card took too long");
        for step in [&mut self.place, &mut self.photo] {
            if *step == Step::Open {
                *step = Step::Failed;
            }
        }
    }
}

/// What became of it, if that is known by then.
async fn by(end: Instant, sending: impl Future<Output = Outcome>) -> Outcome {
    let late = |_| Outcome::Ambiguous { error: "no answer within the time that a letter may take".into() };
    timeout_at(end, sending).await.unwrap_or_else(late)
}

impl Begun {
    fn take(&self, chat: ChatId, outgoing: &Outgoing) -> Prelude {
        let Some(card) = outgoing.card else { return Prelude::default() };
        self.open().remove(&(chat, card.case)).unwrap_or_default()
    }

    fn keep(&self, chat: ChatId, outgoing: &Outgoing, prelude: Prelude) {
        let Some(card) = outgoing.card else { return };
        let mut begun = self.open();
        if begun.len() >= MOST_BEGUN {
            begun.clear();
        }
        begun.insert((chat, card.case), prelude);
    }

    fn open(&self) -> std::sync::MutexGuard<'_, HashMap<(ChatId, CaseId), Prelude>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The card, and what goes before and below it.
pub(super) fn messages(outgoing: &Outgoing, redraws: bool) -> u32 {
    if redraws {
        return 1;
    }
    let around =
        [outgoing.place.is_some(), outgoing.photo.is_some(), asks_below(&outgoing.message).is_some()];
    1 + around.into_iter().map(u32::from).sum::<u32>()
}

/// The keyboard that a card with buttons cannot have itself.
fn asks_below(message: &Message) -> Option<(&Keyboard, &str)> {
    let keyboard = message.keyboard.as_ref()?;
    let (Keyboard::AskLocation(label) | Keyboard::AskContact(label)) = keyboard else { return None };
    markup::buttons(&message.buttons).is_some().then_some((keyboard, label))
}

/// Whether the letter goes on after this part of it.
fn step(chat: ChatId, sent: Result<(), CallError>) -> Result<Step, Outcome> {
    let Err(error) = sent else { return Ok(Step::Done) };
    let outcome = outcome::of_send(chat, &error);
    let stops = match &outcome {
        Outcome::Never { reason, .. } => matches!(reason, Never::Blocked | Never::NotFound),
        outcome => !matches!(outcome, Outcome::Ambiguous { .. }),
    };
    if stops {
        return Err(outcome);
    }
    tracing::warn!(%error, "a card goes without its location or photo");
    Ok(Step::Failed)
}

/// The message with what the adapter adds of its own.
fn words(delivery: &Delivery, with_coordinates: bool) -> Message {
    let mut message = delivery.outgoing.message.clone();
    if delivery.repeat {
        let mark = if delivery.language.starts_with("zh") {
            "🔁 重发，可能已收到过"
        } else {
            "🔁 Sent again, you may have it already"
        };
        let title = message.title.take();
        message.title = Some(title.map_or_else(|| mark.to_owned(), |title| format!("{mark}\n{title}")));
    }
    if let (Some(place), true) = (delivery.outgoing.place, with_coordinates) {
        message.lines.push(format!("📍 {:.5}, {:.5}", place.lat, place.lon));
    }
    message
}

/// The fields of a payload, with the file as a part of its own.
fn form(photo: &SendPhoto, part: Part) -> Form {
    let fields = serde_json::to_value(photo).unwrap_or_default();
    let mut form = Form::new();
    for (name, value) in fields.as_object().into_iter().flatten() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        form = form.text(name.clone(), if name == "photo" { "attach://file".into() } else { value });
    }
    form.part("file", part)
}

/// Our markup was refused; the words are sent bare.
fn is_about_markup(error: &CallError) -> bool {
    matches!(error, CallError::Refused { error: RequestError::Api(ApiError::CantParseEntities(_)), .. })
}
