//! People: what they do becomes an update, and what the bot shows them can be looked at.

use super::{
    BotApi,
    chat::{Chat, Shown, Standing},
    state::bot,
};
use serde_json::{Value, json};

/// A person, in one chat: the private one, or a group ([`User::in_group`]).
#[derive(Clone)]
pub struct User {
    api: BotApi,
    /// The user's id.
    pub id: i64,
    /// The chat's.
    pub chat: i64,
}

impl User {
    pub(super) fn of(api: BotApi, id: i64) -> Self {
        let mut state = api.state();
        let about = json!({ "id": id, "type": "private", "first_name": "User" });
        state.chats.entry(id).or_insert_with(|| Chat::new(about, Standing::Open));
        let person = json!({ "id": id, "is_bot": false, "first_name": "User", "language_code": "zh-hans" });
        state.people.entry(id).or_insert(person);
        drop(state);
        Self { api, id, chat: id }
    }

    /// With this name.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        self.known_as("first_name", name)
    }

    /// With a client in this language (`en`).
    #[must_use]
    pub fn speaking(self, language: &str) -> Self {
        self.known_as("language_code", language)
    }

    fn known_as(self, field: &str, value: &str) -> Self {
        self.api.state().people.get_mut(&self.id).unwrap()[field] = value.into();
        self
    }

    /// The same person in a group.
    #[must_use]
    pub fn in_group(&self, group: &super::Group) -> Self {
        Self { chat: group.id, ..self.clone() }
    }

    /// What the bot shows in this chat, oldest first.
    pub fn messages(&self) -> Vec<Shown> {
        self.api.state().chats[&self.chat].sent().cloned().collect()
    }

    /// The newest message of the bot.
    #[track_caller]
    pub fn last(&self) -> Shown {
        self.messages().pop().expect("the bot said nothing in this chat")
    }

    /// The newest message of the bot that says this.
    #[track_caller]
    pub fn last_saying(&self, words: &str) -> Shown {
        let messages = self.messages();
        let found = messages.iter().rev().find(|shown| shown.text.contains(words));
        found.unwrap_or_else(|| panic!("nothing says {words}: {messages:#?}")).clone()
    }

    /// A message of the bot by its id.
    #[track_caller]
    pub fn message(&self, id: i64) -> Shown {
        self.messages().into_iter().find(|shown| shown.id == id).expect("there is no such message")
    }

    /// Words or a command. The message's id, as of everything that is sent below.
    pub fn says(&self, words: &str) -> i64 {
        self.sends(json!({ "text": words }))
    }

    /// Words in answer to a message.
    pub fn replies(&self, to: i64, words: &str) -> i64 {
        self.sends(json!({ "text": words, "reply_to_message": self.quoted(to) }))
    }

    /// Anything in answer to a message.
    pub fn replies_with(&self, to: i64, mut content: Value) -> i64 {
        content["reply_to_message"] = self.quoted(to);
        self.sends(content)
    }

    /// A photo in answer to a message.
    pub fn replies_with_photo(&self, to: i64, bytes: &[u8], caption: Option<&str>) -> i64 {
        let photo = self.photo(bytes);
        self.replies_with(to, with_caption(json!({ "photo": photo }), caption))
    }

    /// Somebody else's words.
    pub fn forwards(&self, words: &str) -> i64 {
        let origin =
            json!({ "type": "hidden_user", "sender_user_name": "Somebody", "date": self.date() - 86_400 });
        self.sends(json!({ "text": words, "forward_origin": origin }))
    }

    /// A photo, in two sizes.
    pub fn sends_photo(&self, bytes: &[u8], caption: Option<&str>) -> i64 {
        let photo = self.photo(bytes);
        self.sends(with_caption(json!({ "photo": photo }), caption))
    }

    /// Photos in one album, with the words under the first.
    pub fn sends_album(&self, photos: &[&[u8]], caption: Option<&str>) -> Vec<i64> {
        let album = format!("13{:012}", self.api.state().next_order());
        let send = |(number, bytes): (usize, &&[u8])| {
            let content = json!({ "photo": self.photo(bytes), "media_group_id": album });
            self.sends(with_caption(content, caption.filter(|_| number == 0)))
        };
        photos.iter().enumerate().map(send).collect()
    }

    /// A file, such as an image that keeps its EXIF.
    pub fn sends_document(&self, bytes: &[u8], mime: &str, name: &str) -> i64 {
        let ending = name.rsplit('.').next().unwrap_or("bin");
        let (_, mut document) = self.api.state().store(bytes, "documents", ending, false);
        document["mime_type"] = mime.into();
        document["file_name"] = name.into();
        self.sends(json!({ "document": document }))
    }

    /// A voice note.
    pub fn sends_voice(&self, bytes: &[u8], seconds: u32) -> i64 {
        let (_, mut voice) = self.api.state().store(bytes, "voice", "oga", false);
        voice["duration"] = seconds.into();
        voice["mime_type"] = "audio/ogg".into();
        self.sends(json!({ "voice": voice }))
    }

    /// A pin.
    pub fn sends_location(&self, lat: f64, lon: f64, accuracy: Option<f64>) -> i64 {
        self.sends(json!({ "location": location(lat, lon, accuracy) }))
    }

    /// A pin in answer to a message.
    pub fn replies_with_location(&self, to: i64, lat: f64, lon: f64, accuracy: Option<f64>) -> i64 {
        self.replies_with(to, json!({ "location": location(lat, lon, accuracy) }))
    }

    /// A live location; [`User::moves`] tells of its way.
    pub fn shares_live_location(&self, lat: f64, lon: f64, accuracy: Option<f64>) -> i64 {
        let mut location = location(lat, lon, accuracy);
        location["live_period"] = 900.into();
        self.sends(json!({ "location": location }))
    }

    /// A live location has moved.
    pub fn moves(&self, message: i64, lat: f64, lon: f64, accuracy: Option<f64>) {
        let mut location = location(lat, lon, accuracy);
        location["live_period"] = 900.into();
        self.edits_to(message, json!({ "location": location }));
    }

    /// A place with a name.
    pub fn sends_venue(&self, lat: f64, lon: f64, title: &str, address: &str) -> i64 {
        let at = location(lat, lon, None);
        self.sends(json!({ "location": at, "venue": { "location": at, "title": title, "address": address } }))
    }

    /// A telephone number: one's own, or somebody else's.
    pub fn sends_contact(&self, phone: &str, own: bool) -> i64 {
        let of = if own { self.id } else { self.id + 1 };
        self.sends(json!({ "contact": { "phone_number": phone, "first_name": "Contact", "user_id": of } }))
    }

    /// Something that the bot has no use for.
    pub fn sends_sticker(&self) -> i64 {
        self.sends(json!({ "sticker": {
            "file_id": "CAAC", "file_unique_id": "AgAD", "type": "regular", "width": 512, "height": 512,
            "is_animated": false, "is_video": false, "emoji": "👍",
        } }))
    }

    /// Other words in place of earlier ones.
    pub fn edits(&self, message: i64, words: &str) {
        self.edits_to(message, json!({ "text": words }));
    }

    /// Anything in place of an earlier message.
    pub fn edits_to(&self, message: i64, content: Value) {
        let mut edited = self.frame(message, content);
        edited["edit_date"] = self.date().into();
        self.api.push(json!({ "edited_message": edited }));
    }

    /// A message with any content; `message_id`, `from`, `chat` and `date` are added.
    pub fn sends(&self, content: Value) -> i64 {
        let id = self.api.state().chats.get_mut(&self.chat).unwrap().number();
        self.api.push(json!({ "message": self.frame(id, content) }));
        id
    }

    /// Presses a button of the newest message that has one with these words. The press's id.
    #[track_caller]
    pub fn presses(&self, label: &str) -> String {
        let messages = self.messages();
        let card = messages.iter().rev().find(|shown| shown.data(label).is_some());
        let card = card.unwrap_or_else(|| panic!("no button says {label}: {messages:#?}"));
        self.presses_on(card.id, label)
    }

    /// Presses a button of this message.
    #[track_caller]
    pub fn presses_on(&self, message: i64, label: &str) -> String {
        let shown = self.message(message);
        let data =
            shown.data(label).unwrap_or_else(|| panic!("no button says {label}: {shown:#?}")).to_owned();
        self.presses_data(Some(message), &data)
    }

    /// Presses a button that the message may have no more; without a message it is too old to be shown.
    pub fn presses_data(&self, message: Option<i64>, data: &str) -> String {
        let press = format!("43{:016}", self.api.state().next_order());
        let mut query = json!({
            "id": press, "from": self.person(), "chat_instance": "-3", "data": data,
        });
        if let Some(id) = message {
            let mut state = self.api.state();
            let date = state.now.timestamp();
            let chat = state.chats.get_mut(&self.chat).unwrap();
            let about = chat.about.clone();
            query["message"] = match chat.shown(id) {
                Some(shown) => shown.to_json(&about, date),
                None => json!({ "message_id": id, "chat": about, "date": 0 }),
            };
        }
        self.api.push(json!({ "callback_query": query }));
        press
    }

    /// Blocks the bot.
    pub fn blocks(&self) {
        self.stands(Standing::Blocked, "member", "kicked");
    }

    /// And forgives it.
    pub fn unblocks(&self) {
        self.stands(Standing::Open, "kicked", "member");
    }

    pub(super) fn stands(&self, standing: Standing, before: &str, after: &str) {
        let member = |status: &str| match status {
            "kicked" => json!({ "user": bot(), "status": "kicked", "until_date": 0 }),
            status => json!({ "user": bot(), "status": status }),
        };
        let change = {
            let mut state = self.api.state();
            let date = state.now.timestamp();
            let chat = state.chats.get_mut(&self.chat).unwrap();
            chat.standing = standing;
            let about = chat.about.clone();
            json!({
                "chat": about, "from": state.people[&self.id], "date": date,
                "old_chat_member": member(before), "new_chat_member": member(after),
            })
        };
        self.api.push(json!({ "my_chat_member": change }));
    }

    fn frame(&self, id: i64, content: Value) -> Value {
        let state = self.api.state();
        let mut message = json!({
            "message_id": id, "from": state.people[&self.id], "chat": state.chats[&self.chat].about,
            "date": state.now.timestamp(),
        });
        message.as_object_mut().unwrap().extend(content.as_object().unwrap().clone());
        message
    }

    fn quoted(&self, id: i64) -> Value {
        let mut state = self.api.state();
        let date = state.now.timestamp();
        let chat = state.chats.get_mut(&self.chat).unwrap();
        let about = chat.about.clone();
        match chat.shown(id) {
            Some(shown) => shown.to_json(&about, date),
            None => json!({ "message_id": id, "chat": about, "date": date, "text": "…" }),
        }
    }

    fn photo(&self, bytes: &[u8]) -> Value {
        let mut state = self.api.state();
        let (_, mut small) = state.store(&bytes[..bytes.len() / 2], "thumbs", "jpg", true);
        let (_, mut large) = state.store(bytes, "photos", "jpg", true);
        (small["width"], small["height"]) = (90.into(), 67.into());
        (large["width"], large["height"]) = (1280.into(), 960.into());
        json!([small, large])
    }

    fn person(&self) -> Value {
        self.api.state().people[&self.id].clone()
    }

    fn date(&self) -> i64 {
        self.api.state().now.timestamp()
    }
}

fn location(lat: f64, lon: f64, accuracy: Option<f64>) -> Value {
    let mut location = json!({ "latitude": lat, "longitude": lon });
    if let Some(metres) = accuracy {
        location["horizontal_accuracy"] = metres.into();
    }
    location
}

fn with_caption(mut content: Value, caption: Option<&str>) -> Value {
    if let Some(caption) = caption {
        content["caption"] = caption.into();
    }
    content
}
