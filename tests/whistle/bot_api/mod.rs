//! A Bot API server of ours, in the test's own process, that can do every fault and says what it saw.
//!
//! ```ignore
//! let api = BotApi::start().await;                       // api.url(), TOKEN
//! api.set_time(morning);                                 // the date of what people send
//! let wang = api.user(1001).named("王芳");
//! wang.says("/start ABC");                               // waits in getUpdates
//! wang.sends_album(&[&photo, &photo], Some("井盖坏了"));
//! wang.sends_location(36.39, 120.45, Some(8.0));
//! // … the program runs …
//! let card = wang.last();                                // what the bot shows her
//! let press = wang.presses("接哨");                       // the newest message with that button
//! assert_eq!(api.toast(&press), Some("…".into()));
//! api.script(Fault::TooMany(3)).method("sendMessage").chat(1001).times(2);
//! api.script(Fault::Cut).done();                         // it was sent, and the answer is lost
//! ```
//!
//! It is strict where Telegram is: markup, lengths, callback data, file ids, chats that never spoke,
//! edits that change nothing. HTTP is spoken by hand, so that a connection can be cut at any point.

#![allow(dead_code, reason = "it offers what a test may need, not what today's tests use")]

mod calls;
mod chat;
mod fault;
mod form;
mod groups;
mod http;
mod methods;
mod people;
mod state;

pub use chat::{Kind, Shown};
pub use fault::Fault;
pub use groups::Group;
pub use people::User;
pub use state::{Call, Webhook};

use chrono::{DateTime, Utc};
use serde_json::Value;
use state::State;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::{
    net::TcpListener,
    sync::{Notify, watch},
    task::JoinHandle,
};

/// The only token that the server takes.
pub const TOKEN: &str = "7000001:AAF7-test_token-of-35-characters-0";
/// The bot's user id, as in the token.
pub const BOT_ID: i64 = 7_000_001;
/// The bot's name.
pub const BOT_NAME: &str = "whistle_test_bot";

/// The server. A clone is the same server; it ends with the last one.
#[derive(Clone)]
pub struct BotApi {
    inner: Arc<Inner>,
}

struct Inner {
    url: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

/// What the connections share.
struct Shared {
    state: Mutex<State>,
    /// Something new for getUpdates.
    news: Notify,
    /// How often those that hang were let go.
    released: watch::Sender<u64>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.serving.abort();
        self.shared.released.send_modify(|times| *times += 1);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl BotApi {
    /// Starts a server on a free port of this machine.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Mutex::new(State::default());
        let shared = Arc::new(Shared { state, news: Notify::new(), released: watch::Sender::new(0) });
        let serving = tokio::spawn(http::serve(listener, shared.clone()));
        Self { inner: Arc::new(Inner { url, shared, serving }) }
    }

    /// Its address, for `telegram.api_url`.
    pub fn url(&self) -> &str {
        &self.inner.url
    }

    /// The date that messages have from now on.
    pub fn set_time(&self, now: DateTime<Utc>) {
        self.state().now = now;
    }

    /// A person who has a private chat with the bot.
    pub fn user(&self, id: i64) -> User {
        User::of(self.clone(), id)
    }

    /// A group; a supergroup where the id begins with -100. The bot is in it once it was added.
    pub fn group(&self, id: i64) -> Group {
        Group::of(self.clone(), id)
    }

    /// The next call fails like this; the handle says which calls, and how many.
    pub fn script(&self, fault: Fault) -> fault::Script<'_> {
        fault::Script::add(self, fault)
    }

    /// No more faults.
    pub fn heal(&self) {
        self.state().faults.clear();
    }

    /// Lets go what hangs: it is done and answered now.
    pub fn release(&self) {
        self.inner.shared.released.send_modify(|times| *times += 1);
    }

    /// How many calls hang now.
    pub fn hanging(&self) -> usize {
        self.inner.shared.released.receiver_count()
    }

    /// Every call of the bot so far, in order, also those that failed.
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// The calls of one method.
    pub fn calls_of(&self, method: &str) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.method.eq_ignore_ascii_case(method)).collect()
    }

    /// What the bot sent, in all chats, in order.
    pub fn sent(&self) -> Vec<Shown> {
        let mut sent: Vec<Shown> =
            self.state().chats.values().flat_map(|chat| chat.sent().cloned()).collect();
        sent.sort_by_key(|shown| shown.order);
        sent
    }

    /// How a press was answered: none where it was not; an empty text where no words were given.
    pub fn toast(&self, press: &str) -> Option<String> {
        self.state().answers.get(press).cloned()
    }

    /// The menu of commands by language; "" is everybody's.
    pub fn menu(&self, language: &str) -> Option<Value> {
        self.state().menus.get(language).cloned()
    }

    /// Where the bot wants its updates brought.
    pub fn webhook(&self) -> Option<Webhook> {
        self.state().webhook.clone()
    }

    /// Takes what waits for getUpdates away, to bring it to a webhook by hand.
    pub fn take_updates(&self) -> Vec<String> {
        self.state().updates.drain(..).map(|(_, text)| text).collect()
    }

    /// After a quiet week the next update's id is any number.
    pub fn counts_from(&self, id: i64) {
        self.state().next_update = id;
    }

    /// How many updates wait, or were asked for and not confirmed.
    pub fn waiting(&self) -> usize {
        self.state().updates.len()
    }

    /// An update of any kind: an object without its id. The id that it got.
    pub fn push(&self, update: Value) -> i64 {
        let id = self.state().push(update);
        self.inner.shared.news.notify_waiters();
        id
    }

    /// An update as raw text, ids and all.
    pub fn push_raw(&self, id: i64, text: &str) {
        self.state().updates.push_back((id, text.to_owned()));
        self.inner.shared.news.notify_waiters();
    }

    /// The next update's id: it starts anew after a quiet week.
    pub fn set_next_update(&self, id: i64) {
        self.state().next_update = id;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.shared.state()
    }
}
