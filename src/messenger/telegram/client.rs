//! Calls of the Bot API, by hand: teloxide's own client sleeps ten seconds inside a request that was
//! answered 5xx and does not tell whether a failed request had left. Its payloads and errors are used.
//!
//! The token stands in every address, so no address leaves this file: errors are scrubbed.

use crate::atlas::Datum;
use reqwest::{RequestBuilder, Response, StatusCode, multipart::Form, redirect::Policy};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use std::{error::Error, time::Duration};
use teloxide::{
    ApiError, RequestError,
    requests::Payload,
    types::{ChatId, Seconds},
};
use url::Url;

const CONNECT: Duration = Duration::from_secs(5);
/// The wait where a server says "too many" and not how long.
const PATIENCE: u32 = 5;
/// No answer of the Bot API is larger; a hundred updates are a few hundred KB.
const MOST_BYTES: usize = 32 << 20;

/// How the Bot API is reached.
#[derive(Clone)]
pub struct ClientOptions {
    /// The bot's token.
    pub token: String,
    /// The Bot API server.
    pub api_url: Url,
    /// The longest that a call may take.
    pub timeout: Duration,
    /// The datum of positions that arrive.
    pub datum: Datum,
}

/// The calls of one bot.
pub(super) struct Client {
    http: reqwest::Client,
    base: Url,
    token: String,
    timeout: Duration,
}

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

impl Client {
    pub(super) fn new(options: &ClientOptions) -> Result<Self, CallError> {
        if options.api_url.cannot_be_a_base() {
            return Err(CallError::Unreached("telegram.api_url is no address of a server".into()));
        }
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .pool_idle_timeout(Duration::from_secs(30))
            .tcp_nodelay(true)
            .redirect(Policy::none());
        if is_local(&options.api_url) {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| CallError::Unreached(error.to_string()))?;
        let (base, token) = (options.api_url.clone(), options.token.clone());
        Ok(Self { http, base, token, timeout: options.timeout })
    }

    /// Calls the method of a payload.
    pub(super) async fn call<P: Payload + Serialize>(&self, payload: &P) -> Result<Answer, CallError> {
        self.call_with(P::NAME, payload, Duration::ZERO).await
    }

    /// Calls a method that may hold its answer back for `held` beyond the usual time.
    pub(super) async fn call_with(
        &self,
        method: &str,
        body: &impl Serialize,
        held: Duration,
    ) -> Result<Answer, CallError> {
        let request = self.http.post(self.method_url(method)).json(body).timeout(self.timeout + held);
        self.answer(request).await
    }

    /// Calls the method of a payload with its file as a form.
    pub(super) async fn call_form(&self, method: &str, form: Form) -> Result<Answer, CallError> {
        let request = self.http.post(self.method_url(method)).multipart(form).timeout(self.timeout * 2);
        self.answer(request).await
    }

    /// Asks for a file by the path that getFile gave.
    pub(super) async fn get_file(&self, path: &str) -> Result<Response, CallError> {
        let url = self.url(["file", &format!("bot{}", self.token)].into_iter().chain(path.split('/')));
        let response = self.http.get(url).timeout(self.timeout * 3).send().await;
        response.map_err(|error| self.failed(error))
    }

    fn method_url(&self, method: &str) -> Url {
        let (first, rest) = method.split_at(1);
        let method = format!("{}{rest}", first.to_ascii_lowercase());
        self.url([format!("bot{}", self.token).as_str(), &method])
    }

    fn url<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    async fn answer(&self, request: RequestBuilder) -> Result<Answer, CallError> {
        let mut response = request.send().await.map_err(|error| self.failed(error))?;
        let status = response.status();
        let asked_to_wait = retry_after(&response);
        let (text, cut) = self.read(&mut response).await;
        if let Ok(envelope) = serde_json::from_str::<Envelope>(&text) {
            return envelope.open(status).map(|result| Answer { text, result }).map_err(|e| self.scrubbed(e));
        }
        if status.is_success() && says_ok(&text) {
            return Ok(Answer { text, result: None });
        }
        let why = cut.unwrap_or_else(|| "an answer that cannot be read".into());
        Err(unreadable(status, asked_to_wait, &why))
    }

    /// As much of the text as came, and why it ended early.
    async fn read(&self, response: &mut Response) -> (String, Option<String>) {
        let mut bytes = Vec::new();
        let cut = loop {
            match response.chunk().await {
                Ok(Some(chunk)) if bytes.len() + chunk.len() <= MOST_BYTES => bytes.extend_from_slice(&chunk),
                Ok(Some(_)) => break Some("a very long answer".to_owned()),
                Ok(None) => break None,
                Err(error) => break Some(self.words(error)),
            }
        };
        (String::from_utf8_lossy(&bytes).into_owned(), cut)
    }

    pub(super) fn failed(&self, error: reqwest::Error) -> CallError {
        if error.is_connect() || error.is_builder() {
            return CallError::Unreached(self.words(error));
        }
        CallError::Unclear(self.words(error))
    }

    /// The error and its causes, without the address.
    fn words(&self, error: reqwest::Error) -> String {
        let error = error.without_url();
        let mut words = error.to_string();
        let mut cause = error.source();
        while let Some(next) = cause {
            words = format!("{words}: {next}");
            cause = next.source();
        }
        self.scrub(&words)
    }

    fn scrub(&self, text: &str) -> String {
        if self.token.is_empty() { text.to_owned() } else { text.replace(&self.token, "…") }
    }

    fn scrubbed(&self, error: Refusal) -> CallError {
        let words = self.scrub(&error.words);
        match error.code {
            code @ 500.. => CallError::Unclear(format!("{code} {words}")),
            code => CallError::Refused { code, error: error.kind.unwrap_or_else(|| api_error(words)) },
        }
    }
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

/// A "no", before its words are scrubbed.
struct Refusal {
    code: u16,
    kind: Option<RequestError>,
    words: String,
}

impl Envelope {
    fn open(self, status: StatusCode) -> Result<Option<Box<RawValue>>, Refusal> {
        if self.ok {
            return Ok(self.result);
        }
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Parameters {
            retry_after: Option<u32>,
            migrate_to_chat_id: Option<i64>,
        }
        let given = self.parameters.and_then(|raw| serde_json::from_str::<Parameters>(raw.get()).ok());
        let given = given.unwrap_or_default();
        let words = self.description.unwrap_or_default();
        let status = if status.is_success() { 400 } else { status.as_u16() };
        let code = self.error_code.unwrap_or(status);
        let told =
            given.retry_after.or_else(|| number_after(&words, "retry after").and_then(|n| n.parse().ok()));
        let kind = match (code, given.migrate_to_chat_id) {
            (_, Some(id)) => Some(RequestError::MigrateToChatId(ChatId(id))),
            (429, None) => Some(RequestError::RetryAfter(Seconds::from_seconds(told.unwrap_or(PATIENCE)))),
            (_, None) => given.retry_after.map(|n| RequestError::RetryAfter(Seconds::from_seconds(n))),
        };
        Err(Refusal { code, kind, words })
    }
}

/// teloxide's reading of a description.
fn api_error(words: String) -> RequestError {
    let read = serde_json::from_value(serde_json::Value::String(words.clone()));
    RequestError::Api(read.unwrap_or(ApiError::Unknown(words)))
}

/// An answer that is none of the Bot API's. Below 500 something in between refused (a proxy, a portal,
/// a wrong address), and nothing was done.
fn unreadable(status: StatusCode, wait: Option<u32>, why: &str) -> CallError {
    let why = format!("{status}, {why}");
    match status.as_u16() {
        429 => {
            let wait = Seconds::from_seconds(wait.unwrap_or(PATIENCE));
            CallError::Refused { code: 429, error: RequestError::RetryAfter(wait) }
        }
        300..500 => CallError::Unreached(why),
        _ => CallError::Unclear(why),
    }
}

fn retry_after(response: &Response) -> Option<u32> {
    response.headers().get("Retry-After")?.to_str().ok()?.trim().parse().ok()
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

/// A server on this machine is not behind the proxy.
fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
