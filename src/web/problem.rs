//! Errors at the edge: RFC 9457 problem details for programs, a page for people. Internal text is
//! logged once, here, and never leaves.

use crate::app::Error;
use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use serde_json::json;
use std::{fmt, time::Duration};

/// What a request gets in place of an answer.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    title: &'static str,
    detail: String,
    /// The detail for a Chinese page; none where it was not written for people.
    chinese: Option<String>,
    version: Option<u32>,
    /// In so many seconds one may come again.
    again: Option<u64>,
}

/// What a handler gives.
pub type Answer = Result<HttpResponse, Problem>;

impl Problem {
    /// 400: the request cannot be understood; the text says why.
    pub fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Bad request", detail)
    }

    /// 400, in words for people.
    pub fn both(chinese: impl Into<String>, english: impl Into<String>) -> Self {
        Self { chinese: Some(chinese.into()), ..Self::bad(english) }
    }

    /// 401: sign in first.
    pub fn unauthorised() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Unauthorised", "Sign in, or send a valid token.")
    }

    /// 403.
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "Forbidden", "This is for somebody else to do.")
    }

    /// 404.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not found", "There is nothing here.")
    }

    /// 429: too often; come again after this long.
    pub fn too_many(wait: Duration) -> Self {
        let seconds = wait.as_secs() + 1;
        let english = format!("Too often: please wait {seconds} seconds.");
        Self {
            chinese: Some(format!("太频繁了，请等 {seconds} 秒。")),
            again: Some(seconds),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, "Too often", english)
        }
    }

    /// The text for the person who asked, Chinese and English, where it was written for people.
    pub fn words(&self) -> Option<(&str, &str)> {
        self.chinese.as_deref().map(|chinese| (chinese, self.detail.as_str()))
    }

    fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status, title, detail: detail.into(), chinese: None, version: None, again: None }
    }
}

/// Is a page wanted, as browsers do, or is it a program that asks?
pub(super) fn asks_page(request: &HttpRequest) -> bool {
    let accepts =
        request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepts.contains("text/html") || accepts.is_empty() || accepts == "*/*"
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.title, self.detail)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Refused", refusal.to_string())
            }
            Error::Stale(case) => Self {
                version: Some(case.version),
                ..Self::new(
                    StatusCode::PRECONDITION_FAILED,
                    "Changed",
                    "The case has changed since it was seen.",
                )
            },
            Error::NotFound(_) => Self::not_found(),
            Error::Forbidden => Self::forbidden(),
            Error::BadInput(why) => Self::bad(why),
            Error::Store(_) | Error::Internal(_) => {
                tracing::error!(%error, "a request failed");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Internal error",
                    "Something went wrong here; it is logged.",
                )
            }
        }
    }
}

impl From<crate::store::Error> for Problem {
    fn from(error: crate::store::Error) -> Self {
        Error::Store(error).into()
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let body = json!({
            "type": "about:blank", "title": self.title, "status": self.status.as_u16(), "detail": self.detail,
            "version": self.version,
        });
        let mut answer = HttpResponse::build(self.status);
        if let Some(seconds) = self.again {
            answer.insert_header((header::RETRY_AFTER, seconds));
        }
        answer.content_type("application/problem+json").body(body.to_string())
    }
}
