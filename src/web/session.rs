//! Who asks, as an argument of the handler: [`SignedIn`] for anybody with a session, [`Seat`] for
//! somebody with a desk, [`Posted`] for a form that this session was given.

use super::{Problem, Site};
use crate::app::{Desk, Session};
use actix_web::{
    Error, FromRequest, HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite},
    dev::Payload,
    error::InternalError,
    http::header,
    web,
};
use std::{collections::HashMap, future::Future, pin::Pin};
use subtle::ConstantTimeEq;

/// The session's cookie.
const COOKIE: &str = "session";

type Found<T> = Pin<Box<dyn Future<Output = Result<T, Error>>>>;

/// Somebody with a session, at a desk or not.
pub(super) struct SignedIn;

/// Somebody with a desk in the console.
pub(super) struct Seat {
    /// What the person may see and do.
    pub desk: Desk,
    /// For the forms of the page.
    pub csrf: String,
}

/// The fields of a form that carried the session's own token.
#[derive(Clone, Debug, Default)]
pub(super) struct Posted(pub HashMap<String, String>);

impl Posted {
    /// A field without the spaces around it; empty when it is missing.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |value| value.trim())
    }
}

impl FromRequest for SignedIn {
    type Error = Error;
    type Future = Found<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { session(&request).await.map(|_| Self) })
    }
}

impl FromRequest for Seat {
    type Error = Error;
    type Future = Found<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let session = session(&request).await?;
            let city = site(&request)?.app.city();
            let desk = Desk::of(&city.city, &session.person).ok_or_else(Problem::forbidden)?;
            Ok(Self { desk, csrf: session.csrf })
        })
    }
}

impl FromRequest for Posted {
    type Error = Error;
    type Future = Found<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let fields = web::Form::<HashMap<String, String>>::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let session = session(&request).await?;
            let posted = Self(fields.await?.into_inner());
            let fits = posted.get("csrf").as_bytes().ct_eq(session.csrf.as_bytes());
            if bool::from(fits) { Ok(posted) } else { Err(Problem::forbidden().into()) }
        })
    }
}

/// The cookie of a session; without a token the one that removes it.
pub(super) fn cookie(site: &Site, token: Option<String>) -> Cookie<'static> {
    let mut cookie = Cookie::build(COOKIE, token.clone().unwrap_or_default())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(site.options.secure_cookies)
        .max_age(actix_web::cookie::time::Duration::hours(site.options.session_hours))
        .finish();
    if token.is_none() {
        cookie.make_removal();
    }
    cookie
}

/// The token that a request brings.
pub(super) fn token(request: &HttpRequest) -> Option<String> {
    request.cookie(COOKIE).map(|cookie| cookie.value().to_owned())
}

fn site(request: &HttpRequest) -> Result<&web::Data<Site>, Problem> {
    request.app_data::<web::Data<Site>>().ok_or_else(Problem::not_found)
}

async fn session(request: &HttpRequest) -> Result<Session, Error> {
    let found = match token(request) {
        Some(token) => site(request)?.app.session(&token).await.map_err(Problem::from)?,
        None => None,
    };
    found.ok_or_else(|| sign_in_first(request))
}

/// A page is sent to the door and comes back; a script or a stream is told.
fn sign_in_first(request: &HttpRequest) -> Error {
    let accepts =
        request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let asks_page = accepts.contains("text/html") || accepts.is_empty() || accepts == "*/*";
    if !asks_page || super::console::is_fragment(request) {
        return Problem::unauthorised().into();
    }
    let back = if request.method() == actix_web::http::Method::GET {
        request.uri().path_and_query().map_or("/console/", |address| address.as_str())
    } else {
        "/console/"
    };
    let next: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
    let door = HttpResponse::SeeOther()
        .insert_header((header::LOCATION, format!("/sign-in?next={next}")))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish();
    InternalError::from_response("sign in first", door).into()
}
