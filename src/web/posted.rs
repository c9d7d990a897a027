//! What a form of the console brings: its fields and its photos. The session's own token is in it, or it
//! is nobody's; where the session has ended meanwhile, what was typed waits behind the door.

use super::{
    Problem,
    problem::asks_page,
    session::{Seat, ended, session, site},
    sign_in,
};
use crate::app::Session;
use actix_multipart::{Field, Multipart};
use actix_web::{Error, FromRequest, HttpRequest, dev::Payload, error::InternalError, http::header, web};
use bytes::Bytes;
use futures_util::StreamExt;
use std::{collections::HashMap, future::Future, pin::Pin};
use subtle::ConstantTimeEq;

/// A form with its photos has at most so many bytes.
const LARGEST: usize = 24 << 20;
/// A field that is written.
const LARGEST_FIELD: usize = 64 << 10;
/// Fields and photos of a form.
const MOST_PARTS: usize = 100;
/// What is taken of a form whose session has ended: what was typed, and no photo.
const LARGEST_STRAY: usize = 256 << 10;
/// The field of the session's token.
const TOKEN: &str = "csrf";

type Found<T> = Pin<Box<dyn Future<Output = Result<T, Error>>>>;

/// The fields and photos of a form.
#[derive(Clone, Debug, Default)]
pub(super) struct Posted {
    /// By name.
    pub fields: HashMap<String, String>,
    /// The files that were chosen.
    pub photos: Vec<Bytes>,
}

/// A form of somebody with a desk.
pub(super) struct Filled {
    /// Whose.
    pub seat: Seat,
    /// What was filled in.
    pub posted: Posted,
}

impl Posted {
    /// A field without the spaces around it; empty when it is missing.
    pub fn get(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |value| value.trim())
    }

    /// The fields as one text, to be read again by [`Posted::of`]; the token stays out of it.
    pub fn written(&self) -> String {
        let mut written = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.fields.iter().filter(|(name, _)| *name != TOKEN) {
            written.append_pair(name, value);
        }
        written.finish()
    }

    /// The form that [`Posted::written`] wrote.
    pub fn of(written: &str) -> Self {
        let fields = url::form_urlencoded::parse(written.as_bytes()).into_owned().collect();
        Self { fields, photos: Vec::new() }
    }

    fn is_of(&self, session: &Session) -> Result<(), Problem> {
        let fits = self.get(TOKEN).as_bytes().ct_eq(session.csrf.as_bytes());
        if bool::from(fits) { Ok(()) } else { Err(Problem::forbidden()) }
    }
}

impl FromRequest for Posted {
    type Error = Error;
    type Future = Found<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let session = session(&request).await?.ok_or_else(|| ended(&request))?;
            let posted = read(&request, &mut payload, LARGEST).await?;
            posted.is_of(&session)?;
            Ok(posted)
        })
    }
}

impl FromRequest for Filled {
    type Error = Error;
    type Future = Found<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let Some(session) = session(&request).await? else {
                return Err(stray(&request, &mut payload).await);
            };
            let posted = read(&request, &mut payload, LARGEST).await?;
            posted.is_of(&session)?;
            let seat = Seat::of(site(&request)?, session)?;
            Ok(Self { seat, posted })
        })
    }
}

/// The door, with what was typed in its pocket: it must not be lost with the session. Another site's form
/// is not carried in, and of anybody's not more than people type.
async fn stray(request: &HttpRequest, payload: &mut Payload) -> Error {
    if !asks_page(request) || super::console::is_fragment(request) || sign_in::is_foreign(request) {
        return ended(request);
    }
    let posted = match read(request, payload, LARGEST_STRAY).await {
        Ok(posted) => posted,
        Err(error) => return error,
    };
    match site(request).and_then(|site| sign_in::carrying(site, request, &posted)) {
        Ok(page) => InternalError::from_response("sign in first", page).into(),
        Err(problem) => problem.into(),
    }
}

/// The form, of at most `largest` bytes. Where no photo has room in it, photos are passed over.
async fn read(request: &HttpRequest, payload: &mut Payload, largest: usize) -> Result<Posted, Error> {
    let kind = request.headers().get(header::CONTENT_TYPE).map(header::HeaderValue::as_bytes);
    if kind.is_some_and(|kind| kind.starts_with(b"multipart/form-data")) {
        return parts(Multipart::from_request(request, payload).await?, largest).await;
    }
    let fields = web::Form::<HashMap<String, String>>::from_request(request, payload).await?;
    Ok(Posted { fields: fields.into_inner(), photos: Vec::new() })
}

async fn parts(mut form: Multipart, largest: usize) -> Result<Posted, Error> {
    let too_large =
        || Problem::both("照片太大，一次最多 24 MB。", "The photos are too large: 24 MB at most.");
    let (mut posted, mut left, mut passed) = (Posted::default(), largest, LARGEST);
    for count in 0.. {
        let Some(part) = form.next().await else { break };
        let mut part = part?;
        if count == MOST_PARTS {
            return Err(Problem::bad(format!("a form has at most {MOST_PARTS} parts")).into());
        }
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = part.content_disposition().is_some_and(|told| told.get_filename().is_some());
        if is_file && largest < LARGEST {
            pass_over(part, &mut passed).await?;
            continue;
        }
        let limit = if is_file { left } else { LARGEST_FIELD.min(left) };
        let bytes = part.bytes(limit).await.map_err(|_| too_large())??;
        left -= bytes.len();
        if !is_file {
            posted.fields.insert(name, String::from_utf8_lossy(&bytes).into_owned());
        } else if !bytes.is_empty() {
            posted.photos.push(bytes);
        }
    }
    Ok(posted)
}

/// Reads a photo that is not kept, a piece at a time; of all of them no more than is `left`.
async fn pass_over(mut part: Field, left: &mut usize) -> Result<(), Error> {
    while let Some(piece) = part.next().await {
        let piece = piece?;
        *left = left.checked_sub(piece.len()).ok_or_else(|| Problem::bad("the photos are too large"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Posted;

    #[test]
    fn what_was_typed_comes_back_without_the_token() {
        let typed = [("csrf", "secret"), ("words", "一半 & 一半\n第二行"), ("seen", "3")];
        let fields = typed.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let written = Posted { fields, photos: Vec::new() }.written();
        let again = Posted::of(&written);
        assert_eq!((again.get("words"), again.get("seen")), ("一半 & 一半\n第二行", "3"));
        assert_eq!(again.get("csrf"), "");
    }
}
