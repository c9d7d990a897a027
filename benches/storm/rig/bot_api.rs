//! A Bot API server for load: it takes every call, writes down which letter it was, and costs little. The
//! strict one that can do every fault is `tests/whistle/bot_api`.

use super::wire::{Said, Wire};
use bytes::Bytes;
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinHandle,
};
use whistle::domain::CaseNumber;

/// The bot's token.
pub const TOKEN: &str = "7000001:AAF7-storm_token_of_35_characters-0";
/// The bot's id, as in the token.
pub const BOT_ID: i64 = 7_000_001;
/// The mark of a letter that may have arrived already.
const REPEAT: &str = "🔁";
/// A photo that can be looked at by its content.
const PHOTO: &[u8] =
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xda\x00\x02\x01\x02\xff\xd9";

/// A letter that the program handed over.
#[derive(Clone, Copy, Debug)]
pub struct Handed {
    /// Since the server began, nanoseconds.
    pub at: u64,
    /// To whom.
    pub chat: i64,
    /// The case that its first words name.
    pub case: Option<i64>,
    /// A message of the chat redrawn, no new one.
    pub edit: bool,
    /// It says that it may have arrived already.
    pub repeat: bool,
}

/// The server; it ends when it is dropped.
pub struct BotApi {
    url: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    begun: Instant,
    calls: AtomicU64,
    messages: AtomicI64,
    handed: Mutex<Vec<Handed>>,
    queue: Mutex<Queue>,
    news: Notify,
    confirmed: Notify,
}

/// What waits for getUpdates.
#[derive(Default)]
struct Queue {
    waiting: VecDeque<(i64, Bytes)>,
    /// Which updates were confirmed, and when.
    confirmed: Vec<(i64, u64)>,
}

impl Drop for BotApi {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl BotApi {
    /// Starts a server on a free port of this machine.
    ///
    /// # Errors
    /// When there is none.
    pub async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared {
            begun: Instant::now(),
            calls: AtomicU64::new(0),
            messages: AtomicI64::new(1_000_000),
            handed: Mutex::default(),
            queue: Mutex::default(),
            news: Notify::new(),
            confirmed: Notify::new(),
        });
        let serving = tokio::spawn(serve(listener, shared.clone()));
        Ok(Self { url, shared, serving })
    }

    /// Its address, for `telegram.api_url`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Nanoseconds since it began: the clock of everything that a storm writes down.
    pub fn now(&self) -> u64 {
        self.shared.now()
    }

    /// What was handed over so far, in order.
    pub fn handed(&self) -> Vec<Handed> {
        lock(&self.shared.handed).clone()
    }

    /// How many letters that was.
    pub fn count(&self) -> usize {
        lock(&self.shared.handed).len()
    }

    /// Every call of any method.
    pub fn calls(&self) -> u64 {
        self.shared.calls.load(Relaxed)
    }

    /// Puts an update where getUpdates finds it; ids ascend.
    pub fn push(&self, id: i64, text: Bytes) {
        lock(&self.shared.queue).waiting.push_back((id, text));
        self.shared.news.notify_one();
    }

    /// How many updates wait or are not confirmed.
    pub fn waiting(&self) -> usize {
        lock(&self.shared.queue).waiting.len()
    }

    /// What was confirmed since this was asked last: update and time.
    pub fn take_confirmed(&self) -> Vec<(i64, u64)> {
        std::mem::take(&mut lock(&self.shared.queue).confirmed)
    }

    /// Waits until something is confirmed.
    pub async fn some_confirmed(&self) {
        self.shared.confirmed.notified().await;
    }
}

impl Shared {
    fn now(&self) -> u64 {
        self.begun.elapsed().as_nanos() as u64
    }

    /// A message's answer, and the letter written down.
    fn hand(&self, call: &Said, edit: bool) -> String {
        let chat = number_after(&call.body, b"\"chat_id\":").unwrap_or(0);
        let words = words(&call.body);
        let handed =
            Handed { at: self.now(), chat, case: case_in(words), edit, repeat: contains(words, REPEAT) };
        lock(&self.handed).push(handed);
        self.message(chat)
    }

    fn message(&self, chat: i64) -> String {
        let id = self.messages.fetch_add(1, Relaxed);
        format!(
            r#"{{"ok":true,"result":{{"message_id":{id},"date":1785000000,"chat":{{"id":{chat},"type":"private"}}}}}}"#
        )
    }

    /// Confirms what lies before the offset, and tells what comes after it, or that nothing has come.
    async fn updates(&self, call: &Said) -> String {
        let asked = |name: &[u8]| number_after(&call.body, name);
        let (offset, limit) = (asked(b"\"offset\":"), asked(b"\"limit\":").unwrap_or(100).clamp(1, 100));
        let patience = Duration::from_secs(asked(b"\"timeout\":").unwrap_or(0).max(0) as u64);
        let deadline = tokio::time::Instant::now() + patience;
        if let Some(offset) = offset {
            self.confirm(offset);
        }
        loop {
            let come = self.waiting(limit as usize);
            if !come.is_empty() {
                return format!(r#"{{"ok":true,"result":[{}]}}"#, come.join(","));
            }
            if tokio::time::timeout_at(deadline, self.news.notified()).await.is_err() {
                return r#"{"ok":true,"result":[]}"#.to_owned();
            }
        }
    }

    fn waiting(&self, limit: usize) -> Vec<String> {
        let queue = lock(&self.queue);
        let texts = queue.waiting.iter().take(limit);
        texts.map(|(_, text)| String::from_utf8_lossy(text).into_owned()).collect()
    }

    fn confirm(&self, offset: i64) {
        let now = self.now();
        let mut queue = lock(&self.queue);
        while let Some((id, _)) = queue.waiting.pop_front_if(|(id, _)| *id < offset) {
            queue.confirmed.push((id, now));
        }
        drop(queue);
        self.confirmed.notify_one();
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(converse(stream, shared.clone()));
        while connections.try_join_next().is_some() {}
    }
}

async fn converse(stream: TcpStream, shared: Arc<Shared>) {
    let mut wire = Wire::over(stream);
    while let Ok(Some(call)) = wire.hear().await {
        let answer = answer(&shared, &call).await;
        if wire.say(&answer).await.is_err() {
            return;
        }
    }
}

async fn answer(shared: &Shared, call: &Said) -> Vec<u8> {
    shared.calls.fetch_add(1, Relaxed);
    if call.path().starts_with("/file/") {
        return told("image/jpeg", PHOTO);
    }
    let method = call.path().rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let json = match method.as_str() {
        "getme" => format!(
            r#"{{"ok":true,"result":{{"id":{BOT_ID},"is_bot":true,"first_name":"哨响","username":"whistle_storm_bot","can_join_groups":true,"can_read_all_group_messages":false,"supports_inline_queries":false,"has_main_web_app":false}}}}"#
        ),
        "getupdates" => shared.updates(call).await,
        "sendmessage" => shared.hand(call, false),
        "editmessagetext" => shared.hand(call, true),
        "sendlocation" | "sendphoto" => {
            shared.message(number_after(&call.body, b"\"chat_id\":").unwrap_or(0))
        }
        "getfile" => format!(
            r#"{{"ok":true,"result":{{"file_id":"f","file_unique_id":"f","file_size":{},"file_path":"photos/f.jpg"}}}}"#,
            PHOTO.len()
        ),
        _ => r#"{"ok":true,"result":true}"#.to_owned(),
    };
    told("application/json", json.as_bytes())
}

fn told(kind: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n", body.len());
    let mut whole = head.into_bytes();
    whole.extend_from_slice(body);
    whole
}

/// The words of a message as they stand in JSON: the first text, before any button's.
fn words(body: &[u8]) -> &[u8] {
    const NAME: &[u8] = b"\"text\":\"";
    let Some(start) = find(body, NAME).map(|at| at + NAME.len()) else { return &[] };
    let words = &body[start..];
    let mut escaped = false;
    let end = words.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    &words[..end.unwrap_or(words.len())]
}

/// The first case number in some words: `482-193-657`.
pub(super) fn case_in(words: &[u8]) -> Option<i64> {
    const SHAPE: &[u8] = b"ddd-ddd-ddd";
    let fits = |some: &&[u8]| {
        some.iter()
            .zip(SHAPE)
            .all(|(byte, shape)| if *shape == b'd' { byte.is_ascii_digit() } else { byte == shape })
    };
    let number = words.windows(SHAPE.len()).find(fits)?;
    let number: CaseNumber = std::str::from_utf8(number).ok()?.parse().ok()?;
    Some(number.id().0)
}

fn number_after(body: &[u8], name: &[u8]) -> Option<i64> {
    let rest = &body[find(body, name)? + name.len()..];
    let end = rest.iter().position(|byte| !(byte.is_ascii_digit() || *byte == b'-')).unwrap_or(rest.len());
    std::str::from_utf8(&rest[..end]).ok()?.parse().ok()
}

fn contains(text: &[u8], what: &str) -> bool {
    find(text, what.as_bytes()).is_some()
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}
