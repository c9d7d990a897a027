//! The door of the console and of the API: passwords, sessions and tokens.
//!
//! The store keeps no secret: of a password its argon2id hash, of a session or token its SHA-256. A
//! code that nobody has costs the same time, and the same waiting, as one with a wrong password, so the
//! door does not tell who is in the roster.

use super::{App, Error, Result, binding};
use crate::{domain::PersonCode, store};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use chrono::{DateTime, Duration, Utc};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{Mutex, OnceLock, PoisonError},
};
use tokio::sync::Semaphore;

/// Shorter passwords are refused.
const SHORTEST: usize = 8;
/// Longer ones too: hashing them would be work for nothing.
const LONGEST: usize = 256;
/// Wrong passwords that a code has before it must wait.
const FREE_TRIES: u32 = 5;
/// The first wait; it doubles with each further wrong password …
const FIRST_WAIT: Duration = Duration::seconds(5);
/// … up to this one.
const LONGEST_WAIT: Duration = Duration::minutes(15);
/// After this long without a try a code starts anew.
const FORGET: Duration = Duration::hours(1);
/// Codes remembered at a time.
const REMEMBERED: usize = 10_000;
/// Passwords hashed at a time: each takes 19 MiB.
const HASHED_AT_ONCE: usize = 2;

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The person.
    pub person: PersonCode,
    /// What every form of this session must carry.
    pub csrf: String,
    /// It lasts longer since this use of it.
    pub renewed: bool,
}

/// Why somebody was not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    /// The code or the password is wrong; which one is not told.
    Wrong,
    /// Too many wrong ones: wait until then.
    Wait(DateTime<Utc>),
}

/// A program that holds a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its name, for the log.
    pub name: String,
    /// What it may ask for.
    pub scopes: Vec<String>,
}

/// What a token may be good for.
pub const SCOPES: [&str; 3] = ["cases", "figures", "locate"];

/// Wrong passwords by code, in this process.
#[derive(Debug)]
pub(super) struct Tries {
    wrong: Mutex<HashMap<String, (u32, DateTime<Utc>)>>,
    hashing: Semaphore,
}

impl Default for Tries {
    fn default() -> Self {
        Self { wrong: Mutex::default(), hashing: Semaphore::new(HASHED_AT_ONCE) }
    }
}

impl App {
    /// Gives a person of the roster a password.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown code, [`Error::BadInput`] for a password that is too short.
    pub async fn set_password(&self, person: &PersonCode, password: &str) -> Result<()> {
        self.city().city.organisation.person(person).ok_or(Error::NotFound("person"))?;
        if !(SHORTEST..=LONGEST).contains(&password.chars().count()) {
            return Err(Error::BadInput(format!("a password has from {SHORTEST} to {LONGEST} characters")));
        }
        let mut salt = [0u8; 16];
        binding::fill(&mut salt)?;
        let hash = self.hashing(password.to_owned(), move |password| hash(&password, &salt)).await??;
        Ok(self.store().set_password(person, &hash, self.now()).await?)
    }

    /// Lets a person in: the token of a new session that lasts `lasts`.
    ///
    /// # Errors
    /// The store's. A wrong code or password is not an error but [`Shut`].
    pub async fn sign_in(
        &self,
        code: &str,
        password: &str,
        lasts: Duration,
    ) -> Result<std::result::Result<String, Shut>> {
        let (code, now) = (code.trim(), self.now());
        if let Some(until) = self.tries().must_wait(code, now) {
            return Ok(Err(Shut::Wait(until)));
        }
        let person = PersonCode::from(code);
        let kept = self.store().password(&person).await?;
        let known = kept.is_some() && self.city().city.organisation.person(&person).is_some();
        let hash = kept.map_or_else(nobodys_hash, Ok)?;
        let fits = password.chars().count() <= LONGEST
            && self.hashing(password.to_owned(), move |password| verify(&password, &hash)).await?;
        if !(known && fits) {
            self.tries().count(code, now);
            return Ok(Err(Shut::Wrong));
        }
        self.tries().forget(code);
        let token = binding::fresh_token()?;
        let session = store::Session {
            token_hash: digest(&token),
            person,
            csrf: binding::fresh_token()?,
            created_at: now,
            expires_at: now + lasts,
        };
        self.store().add_session(&session).await?;
        Ok(Ok(token))
    }

    /// Whose session a token opens; none when it has ended or the person has left the roster. Using it
    /// makes it last on for `lasts`; that is written down when a tenth of it has passed, not each time.
    ///
    /// # Errors
    /// The store's.
    pub async fn session(&self, token: &str, lasts: Duration) -> Result<Option<Session>> {
        let now = self.now();
        let session = self.store().session(&digest(token), now).await?;
        let known = |code: &PersonCode| self.city().city.organisation.person(code).is_some();
        let Some(session) = session.filter(|session| known(&session.person)) else { return Ok(None) };
        let renewed = session.expires_at - now < lasts - lasts / 10;
        if renewed {
            self.store().extend_session(&session.token_hash, now + lasts).await?;
        }
        Ok(Some(Session { person: session.person, csrf: session.csrf, renewed }))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The store's.
    pub async fn sign_out(&self, token: &str) -> Result<()> {
        Ok(self.store().end_session(&digest(token)).await?)
    }

    /// A new token for a program, good for `scopes` of [`SCOPES`]. It is shown this once.
    ///
    /// # Errors
    /// [`Error::BadInput`] for a scope that does not exist.
    pub async fn issue_api_token(&self, name: &str, scopes: &[&str]) -> Result<String> {
        if let Some(unknown) = scopes.iter().find(|scope| !SCOPES.contains(scope)) {
            return Err(Error::BadInput(format!("`{unknown}` is no scope: there are {}", SCOPES.join(", "))));
        }
        let token = format!("whistle_{}", binding::fresh_token()?);
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        let (token_hash, name) = (digest(&token), name.to_owned());
        let client = store::ApiClient { token_hash, name: name.clone(), scopes, last_used_at: None };
        match self.store().add_api_client(&client, self.now()).await {
            Err(store::Error::Taken) => Err(Error::BadInput(format!("there is a client `{name}` already"))),
            added => added.map(|()| token).map_err(Error::Store),
        }
    }

    /// The program that holds a token. That it was used is known to the minute.
    ///
    /// # Errors
    /// The store's.
    pub async fn api_client(&self, token: &str) -> Result<Option<Client>> {
        let Some(client) = self.store().api_client(&digest(token)).await? else { return Ok(None) };
        let now = self.now();
        if client.last_used_at.is_none_or(|last| last < now - Duration::minutes(1)) {
            self.store().touch_api_client(&client.token_hash, now).await?;
        }
        Ok(Some(Client { name: client.name, scopes: client.scopes }))
    }

    /// Takes a program's token back.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no program of that name.
    pub async fn revoke_api_token(&self, name: &str) -> Result<()> {
        if self.store().remove_api_client(name).await? { Ok(()) } else { Err(Error::NotFound("program")) }
    }

    /// Hashing takes tens of milliseconds, so it has threads of its own and a bound.
    async fn hashing<T: Send + 'static>(
        &self,
        password: String,
        work: impl FnOnce(String) -> T + Send + 'static,
    ) -> Result<T> {
        let internal = |error: String| Error::Internal(format!("hashing: {error}"));
        let _place = self.tries().hashing.acquire().await.map_err(|error| internal(error.to_string()))?;
        tokio::task::spawn_blocking(move || work(password)).await.map_err(|error| internal(error.to_string()))
    }
}

impl Tries {
    fn must_wait(&self, code: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, last) = wrong.get(code)?;
        let steps = count.checked_sub(FREE_TRIES)?;
        // A clock that was put back holds nobody up longer than the wait itself.
        let until = now.min(*last) + (FIRST_WAIT * 2i32.pow(steps.min(10))).min(LONGEST_WAIT);
        (until > now).then_some(until)
    }

    fn count(&self, code: &str, now: DateTime<Utc>) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if wrong.len() >= REMEMBERED {
            wrong.retain(|_, (count, last)| *count > 1 && now - *last < FORGET);
        }
        if wrong.len() >= REMEMBERED {
            wrong.clear();
        }
        let entry = wrong.entry(code.to_owned()).or_insert((0, now));
        *entry = if now - entry.1 > FORGET { (1, now) } else { (entry.0 + 1, now) };
    }

    fn forget(&self, code: &str) {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner).remove(code);
    }
}

/// What the store keeps of a token.
fn digest(token: &str) -> String {
    hex::encode(Sha256::digest(token.trim().as_bytes()))
}

fn hash(password: &str, salt: &[u8]) -> Result<String> {
    let hash: PasswordHash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), salt)
        .map_err(|error| Error::Internal(format!("hashing: {error}")))?;
    Ok(hash.to_string())
}

fn verify(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// What an unknown code's password is compared with, for the sake of the time that it takes.
fn nobodys_hash() -> Result<String> {
    static HASH: OnceLock<String> = OnceLock::new();
    if let Some(hash) = HASH.get() {
        return Ok(hash.clone());
    }
    let fresh = hash("nobody has this password", b"nobody's own salt")?;
    Ok(HASH.get_or_init(|| fresh).clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let kept = hash("correct horse", b"sixteen byte salt").unwrap();
        assert!(kept.starts_with("$argon2id$"));
        assert!(verify("correct horse", &kept));
        assert!(!verify("correct house", &kept));
        assert!(!verify("correct horse", "not a hash"));
    }

    #[test]
    fn waiting_grows_with_wrong_passwords_and_ends() {
        let tries = Tries::default();
        for _ in 0..4 {
            tries.count("A", at(0));
        }
        assert_eq!(tries.must_wait("A", at(0)), None);
        tries.count("A", at(0));
        assert_eq!(tries.must_wait("A", at(0)), Some(at(5)));
        assert_eq!(tries.must_wait("A", at(5)), None);
        tries.count("A", at(5));
        assert_eq!(tries.must_wait("A", at(5)), Some(at(15)));
        assert_eq!(tries.must_wait("B", at(5)), None, "another code is not held up");
        assert_eq!(tries.must_wait("A", at(-3_600)), Some(at(-3_590)), "a clock put back adds nothing");
        for _ in 0..40 {
            tries.count("A", at(20));
        }
        assert_eq!(
            tries.must_wait("A", at(20)),
            Some(at(20 + 900)),
            "never longer than a quarter of an hour"
        );
        tries.forget("A");
        assert_eq!(tries.must_wait("A", at(20)), None);
    }

    #[test]
    fn remembering_has_a_bound() {
        let tries = Tries::default();
        (0..REMEMBERED + 10).for_each(|n| tries.count(&n.to_string(), at(0)));
        assert!(tries.wrong.lock().unwrap().len() <= REMEMBERED);
    }
}
