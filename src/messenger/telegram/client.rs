//! Calls of the Bot API, by hand: teloxide's own client sleeps ten seconds inside a request that was
//! answered 5xx and does not tell whether a failed request had left. Its payloads and errors are used.
//!
//! The token stands in every address, so no address leaves this file: errors are scrubbed.

use super::answer::{Answer, CallError, Refusal, read_answer};
use crate::atlas::Datum;
use reqwest::{RequestBuilder, Response, multipart::Form, redirect::Policy};
use serde::Serialize;
use std::{error::Error, time::Duration};
use teloxide::requests::Payload;
use url::Url;

const CONNECT: Duration = Duration::from_secs(5);
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
        read_answer(status, text, cut, asked_to_wait).map_err(|refusal| self.scrubbed(refusal))
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

    fn scrubbed(&self, refusal: Refusal) -> CallError {
        refusal.worded(|words| self.scrub(words)).into()
    }
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

fn retry_after(response: &Response) -> Option<u32> {
    response.headers().get("Retry-After")?.to_str().ok()?.trim().parse().ok()
}
