//! Faults, and which calls meet them.

use super::{BotApi, http::Reply};
use serde_json::{Value, json};

/// How a call goes wrong.
#[derive(Clone, Debug)]
pub enum Fault {
    /// 429, with so many seconds to wait.
    TooMany(u32),
    /// 429 of something in between, which is no JSON.
    TooManyHtml,
    /// The Bot API's own 5xx.
    ServerError(u16),
    /// 502 of something in between.
    BadGateway,
    /// A proxy or a portal in between says no (403, HTML).
    Portal,
    /// 200, and a text that is nothing.
    Garbage,
    /// 200, says "ok" and the message's id, and breaks off before its end.
    BrokenOk,
    /// 200, with its length announced and only half of it sent; the half says "ok".
    HalfOk,
    /// The connection ends after the request was read.
    Cut,
    /// No answer until [`BotApi::release`]; then it is done.
    Hang,
    /// The Bot API says no.
    Refuse {
        /// As HTTP.
        code: u16,
        /// In its words.
        description: String,
        /// `migrate_to_chat_id` and such.
        parameters: Value,
    },
}

impl Fault {
    /// The Bot API says no in these words.
    pub fn refuse(code: u16, description: &str) -> Self {
        Self::Refuse { code, description: description.into(), parameters: Value::Null }
    }

    /// The person blocked the bot.
    pub fn blocked() -> Self {
        Self::refuse(403, "Forbidden: bot was blocked by the user")
    }

    /// There is no such chat.
    pub fn not_found() -> Self {
        Self::refuse(400, "Bad Request: chat not found")
    }

    /// The markup is bad.
    pub fn bad_markup() -> Self {
        Self::refuse(400, "Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 0")
    }

    /// The group has moved.
    pub fn migrated(to: i64) -> Self {
        Self::Refuse {
            code: 400,
            description: "Bad Request: group chat was upgraded to a supergroup chat".into(),
            parameters: json!({ "migrate_to_chat_id": to }),
        }
    }

    /// What the client gets. `answer` is what it would have got.
    pub(super) fn reply(&self, answer: &Value) -> Reply {
        match self {
            Self::TooMany(seconds) => {
                let description = format!("Too Many Requests: retry after {seconds}");
                refusal(429, &description, &json!({ "retry_after": seconds }))
            }
            Self::TooManyHtml => html(429, "<html>Too many</html>"),
            Self::ServerError(code) => refusal(*code, "Internal Server Error", &Value::Null),
            Self::BadGateway => html(502, "<html>Bad Gateway</html>"),
            Self::Portal => html(403, "<html>Sign in to the network</html>"),
            Self::Garbage => html(200, "\u{fffd}<<< nothing >>>"),
            Self::BrokenOk => {
                Reply::Answer { status: 200, content_type: "application/json", body: half(answer) }
            }
            Self::HalfOk => Reply::Half { body: half(answer) },
            Self::Cut => Reply::Cut,
            Self::Hang => json_answer(200, answer),
            Self::Refuse { code, description, parameters } => refusal(*code, description, parameters),
        }
    }
}

/// An answer up to and with its message id.
fn half(answer: &Value) -> Vec<u8> {
    let id = answer["result"]["message_id"].as_i64().unwrap_or_default();
    format!(r#"{{"ok" : true,"result":{{"message_id": {id},"date":17"#).into_bytes()
}

pub(super) fn json_answer(status: u16, answer: &Value) -> Reply {
    Reply::Answer { status, content_type: "application/json", body: answer.to_string().into_bytes() }
}

pub(super) fn refusal(code: u16, description: &str, parameters: &Value) -> Reply {
    let mut answer = json!({ "ok": false, "error_code": code, "description": description });
    if !parameters.is_null() {
        answer["parameters"] = parameters.clone();
    }
    json_answer(code, &answer)
}

fn html(status: u16, text: &str) -> Reply {
    Reply::Answer { status, content_type: "text/html", body: text.as_bytes().to_vec() }
}

/// A fault and the calls that meet it.
#[derive(Clone, Debug)]
pub(super) struct Scripted {
    pub(super) fault: Fault,
    pub(super) done: bool,
    method: Option<String>,
    chat: Option<i64>,
    except: Option<String>,
    left: usize,
}

impl Scripted {
    /// Does this call meet it? Then it is one fewer.
    pub(super) fn meets(&mut self, method: &str, chat: Option<i64>) -> bool {
        let is = |wanted: &Option<String>| wanted.as_ref().map(|wanted| wanted.eq_ignore_ascii_case(method));
        let meets = self.left > 0
            && is(&self.method) != Some(false)
            && is(&self.except) != Some(true)
            && self.chat.is_none_or(|wanted| chat == Some(wanted));
        self.left -= usize::from(meets);
        meets
    }
}

/// Says which calls meet a fault. Without a word: the next one.
pub struct Script<'a> {
    api: &'a BotApi,
    index: usize,
}

impl<'a> Script<'a> {
    pub(super) fn add(api: &'a BotApi, fault: Fault) -> Self {
        let faults = &mut api.state().faults;
        faults.push(Scripted { fault, done: false, method: None, chat: None, except: None, left: 1 });
        Self { api, index: faults.len() - 1 }
    }

    fn change(self, change: impl FnOnce(&mut Scripted)) -> Self {
        change(&mut self.api.state().faults[self.index]);
        self
    }

    /// Calls of this method.
    pub fn method(self, method: &str) -> Self {
        self.change(|scripted| scripted.method = Some(method.into()))
    }

    /// Calls of every method but this.
    pub fn except(self, method: &str) -> Self {
        self.change(|scripted| scripted.except = Some(method.into()))
    }

    /// Calls for this chat.
    pub fn chat(self, chat: i64) -> Self {
        self.change(|scripted| scripted.chat = Some(chat))
    }

    /// So many calls.
    pub fn times(self, times: usize) -> Self {
        self.change(|scripted| scripted.left = times)
    }

    /// Every call from now on.
    pub fn always(self) -> Self {
        self.times(usize::MAX)
    }

    /// The call is done all the same, and only its answer goes wrong.
    pub fn done(self) -> Self {
        self.change(|scripted| scripted.done = true)
    }
}
