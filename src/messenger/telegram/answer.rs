//! What the Bot API answers: a result, a "no", or something that is neither.
//!
//! The difference that matters is whether anything may have been done ([`CallError::Unclear`]) or surely
//! not. An answer that breaks off after it said "ok" is a result.

use reqwest::StatusCode;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use teloxide::{
    ApiError, RequestError,
    types::{ChatId, Seconds},
};

/// The wait where a server says "too many" and not how long.
const PATIENCE: u32 = 5;

/// Why a call came to nothing. The token is in none of it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CallError {
    /// The request never reached the Bot API.
    #[error("the Bot API was not reached: {0}")]
    Unreached(String),
    /// It left, and whether anything was done is unknown.
    #[error("it is unknown whether it was done: {0}")]
    Unclear(String),
    /// The Bot API said no.
    #[error("{error} ({code})")]
    Refused {
        /// The API's error code, which follows HTTP.
        code: u16,
        /// What it said.
        error: RequestError,
    },
}

/// An answer that says "ok".
#[derive(Debug)]
pub(super) struct Answer {
    text: String,
    result: Option<Box<RawValue>>,
}

impl Answer {
    /// The result as what it should be.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, CallError> {
        let result = self.result.as_deref().map_or("null", RawValue::get);
        serde_json::from_str(result)
            .map_err(|error| CallError::Unclear(format!("an answer that cannot be read: {error}")))
    }

    /// The id of the message that the answer shows, also where the answer is broken.
    pub(super) fn message_id(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct Shown {
            message_id: i64,
        }
        match &self.result {
            Some(_) => self.read::<Shown>().ok().map(|shown| shown.message_id.to_string()),
            None => number_after(&self.text, "\"message_id\""),
        }
    }
}

impl CallError {
    /// Was it the token?
    pub fn is_unauthorised(&self) -> bool {
        matches!(self, Self::Refused { error: RequestError::Api(ApiError::InvalidToken), .. })
            || matches!(self, Self::Refused { code: 401, .. })
    }

    /// The press is older than Telegram remembers.
    fn is_late(text: &str) -> bool {
        let text = text.to_lowercase();
        text.contains("query is too old")
            || text.contains("query id is invalid")
            || text.contains("query_id_invalid")
    }

    pub(super) fn is_late_press(&self) -> bool {
        let Self::Refused { error: RequestError::Api(error), .. } = self else { return false };
        matches!(error, ApiError::InvalidQueryId) || Self::is_late(&error.to_string())
    }
}

/// What every answer of the Bot API is wrapped in.
#[derive(Deserialize)]
struct Envelope {
    ok: bool,
    #[serde(default)]
    result: Option<Box<RawValue>>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    error_code: Option<u16>,
    #[serde(default)]
    parameters: Option<Box<RawValue>>,
}

/// What a "no" may tell besides.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Parameters {
    retry_after: Option<u32>,
    migrate_to_chat_id: Option<i64>,
}

/// A call that came to nothing, before its words are scrubbed of the token.
pub(super) struct Refusal {
    meaning: Meaning,
    words: String,
}

enum Meaning {
    Unreached,
    Unclear,
    /// Without a kind the words say which.
    Refused {
        code: u16,
        kind: Option<RequestError>,
    },
}

impl Refusal {
    pub(super) fn worded(mut self, word: impl Fn(&str) -> String) -> Self {
        self.words = word(&self.words);
        self
    }
}

impl From<Refusal> for CallError {
    fn from(Refusal { meaning, words }: Refusal) -> Self {
        match meaning {
            Meaning::Unreached => Self::Unreached(words),
            Meaning::Unclear => Self::Unclear(words),
            Meaning::Refused { code, kind } => {
                Self::Refused { code, error: kind.unwrap_or_else(|| api_error(words)) }
            }
        }
    }
}

impl Envelope {
    fn open(self, status: StatusCode) -> Result<Option<Box<RawValue>>, Refusal> {
        if self.ok {
            return Ok(self.result);
        }
        let given = self.parameters.and_then(|raw| serde_json::from_str::<Parameters>(raw.get()).ok());
        let given = given.unwrap_or_default();
        let words = self.description.unwrap_or_default();
        let status = if status.is_success() { 400 } else { status.as_u16() };
        let code = self.error_code.unwrap_or(status);
        let told = given.retry_after.or_else(|| number_after(&words, "retry after")?.parse().ok());
        let meaning = match (code, given.migrate_to_chat_id) {
            (500.., _) => Meaning::Unclear,
            (_, Some(to)) => Meaning::Refused { code, kind: Some(RequestError::MigrateToChatId(ChatId(to))) },
            (429, None) => too_many(told),
            (_, None) => Meaning::Refused { code, kind: None },
        };
        let words = if code >= 500 { format!("{code} {words}") } else { words };
        Err(Refusal { meaning, words })
    }
}

/// teloxide's reading of a description.
fn api_error(words: String) -> RequestError {
    let read = serde_json::from_value(serde_json::Value::String(words.clone()));
    RequestError::Api(read.unwrap_or(ApiError::Unknown(words)))
}

/// Reads an answer: as much of its text as came, and why it broke off.
///
/// # Errors
/// A "no", or nothing that can be read. Below 500 the latter is of something in between (a proxy, a
/// portal, a wrong address), and nothing was done.
pub(super) fn read_answer(
    status: StatusCode,
    text: String,
    cut: Option<String>,
    wait: Option<u32>,
) -> Result<Answer, Refusal> {
    if let Ok(envelope) = serde_json::from_str::<Envelope>(&text) {
        return envelope.open(status).map(|result| Answer { text, result });
    }
    if status.is_success() && says_ok(&text) {
        return Ok(Answer { text, result: None });
    }
    let words = format!("{status}, {}", cut.as_deref().unwrap_or("an answer that cannot be read"));
    Err(match status.as_u16() {
        429 => Refusal { meaning: too_many(wait), words },
        300..500 => Refusal { meaning: Meaning::Unreached, words },
        _ => Refusal { meaning: Meaning::Unclear, words },
    })
}

fn too_many(wait: Option<u32>) -> Meaning {
    let wait = Seconds::from_seconds(wait.unwrap_or(PATIENCE));
    Meaning::Refused { code: 429, kind: Some(RequestError::RetryAfter(wait)) }
}

/// Does a text that is no JSON say `"ok":true`?
fn says_ok(text: &str) -> bool {
    let after = text.split("\"ok\"").skip(1);
    after
        .filter_map(|rest| rest.trim_start().strip_prefix(':'))
        .any(|rest| rest.trim_start().starts_with("true"))
}

/// The digits that follow a word and, perhaps, a colon.
fn number_after(text: &str, word: &str) -> Option<String> {
    let at = text.find(word)? + word.len();
    let digits: String =
        text[at..].trim_start_matches([' ', ':']).chars().take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}
