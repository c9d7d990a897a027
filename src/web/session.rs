//! Who asks, as an argument of the handler: [`SignedIn`] for anybody with a session, [`Seat`] for
//! somebody with a desk. Their forms are in `posted`.

use super::{Problem, Site, problem::asks_page};
use crate::app::{Desk, Session};
use actix_web::{
    Error, FromRequest, HttpMessage, HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite},
    dev::{Payload, ServiceResponse},
    error::InternalError,
    http::header,
    web,
};
use std::{future::Future, pin::Pin};

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

impl Seat {
    /// The seat of a session.
    ///
    /// # Errors
    /// 403 for somebody without a desk.
    pub fn of(site: &Site, session: Session) -> Result<Self, Problem> {
        let city = site.app.city();
        let desk = Desk::of(&city.city, &session.person).ok_or_else(Problem::forbidden)?;
        Ok(Self { desk, csrf: session.csrf })
    }
}

impl FromRequest for SignedIn {
    type Error = Error;
    type Future = Found<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { session(&request).await?.map(|_| Self).ok_or_else(|| ended(&request)) })
    }
}

impl FromRequest for Seat {
    type Error = Error;
    type Future = Found<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let session = session(&request).await?.ok_or_else(|| ended(&request))?;
            Ok(Self::of(site(&request)?, session)?)
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
        .max_age(actix_web::cookie::time::Duration::seconds(site.options.session.num_seconds()))
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

pub(super) fn site(request: &HttpRequest) -> Result<&web::Data<Site>, Problem> {
    request.app_data::<web::Data<Site>>().ok_or_else(Problem::not_found)
}

/// Whose request it is; none without a session, or after its end.
pub(super) async fn session(request: &HttpRequest) -> Result<Option<Session>, Error> {
    let Some(token) = token(request) else { return Ok(None) };
    let site = site(request)?;
    let found = site.app.session(&token, site.options.session).await.map_err(Problem::from)?;
    if found.as_ref().is_some_and(|session| session.renewed) {
        request.extensions_mut().insert(Renewed(cookie(site, Some(token))));
    }
    Ok(found)
}

/// A session that is in use lasts on, and so must its cookie: the request carries it to its answer.
struct Renewed(Cookie<'static>);

/// Gives the browser the cookie of a session that lasts on. An answer that ends the session, or begins
/// another one, has the last word.
pub(super) fn keep_cookie<B>(answer: &mut ServiceResponse<B>) {
    let Some(Renewed(cookie)) = answer.request().extensions_mut().remove::<Renewed>() else { return };
    let answer = answer.response_mut();
    if answer.cookies().all(|other| other.name() != COOKIE)
        && let Err(error) = answer.add_cookie(&cookie)
    {
        tracing::error!(%error, "a session's cookie was not renewed");
    }
}

/// A page is sent to the door and comes back; a script or a stream is told.
pub(super) fn ended(request: &HttpRequest) -> Error {
    if !asks_page(request) || super::console::is_fragment(request) {
        return Problem::unauthorised().into();
    }
    let next: String = url::form_urlencoded::byte_serialize(back(request).as_bytes()).collect();
    let door = HttpResponse::SeeOther()
        .insert_header((header::LOCATION, format!("/sign-in?next={next}")))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish();
    InternalError::from_response("sign in first", door).into()
}

/// The page that a request belongs to: itself, or the one with the form that it sends.
pub(super) fn back(request: &HttpRequest) -> &str {
    if request.method() == actix_web::http::Method::GET {
        return request.uri().path_and_query().map_or("/console/", |address| address.as_str());
    }
    match request.path() {
        page @ ("/console/new" | "/console/map/moves") => page,
        edition if edition.starts_with("/console/map/editions/") => "/console/map/editions",
        case if case.starts_with("/console/cases/") || case.starts_with("/console/people/") => {
            case.rsplit_once('/').map_or("/console/", |(page, _)| page)
        }
        _ => "/console/",
    }
}
