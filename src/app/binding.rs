//! Binding a chat to a person or a group to a branch, by a one-time code.

use super::{App, Error, Result};
use crate::{
    dialogue::ChannelKind,
    domain::{PersonCode, UnitCode},
    store::Binding,
};
use sha2::{Digest, Sha256};

/// Letters and digits that are not mistaken for each other.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

impl App {
    /// A one-time code that binds a chat of `channel` to a person (`/start CODE`).
    ///
    /// # Errors
    /// [`Error::NotFound`] when nobody in the roster has that code.
    pub async fn invite(&self, person: &PersonCode, channel: ChannelKind) -> Result<String> {
        self.city().city.organisation.person(person).ok_or(Error::NotFound("person"))?;
        self.issue(&Binding::Person(person.clone()), channel).await
    }

    /// A one-time code that binds a group chat to a branch or a department.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such unit.
    pub async fn invite_group(&self, unit: &UnitCode, channel: ChannelKind) -> Result<String> {
        self.city().city.organisation.unit(unit).ok_or(Error::NotFound("unit"))?;
        self.issue(&Binding::Unit(unit.clone()), channel).await
    }

    async fn issue(&self, binding: &Binding, channel: ChannelKind) -> Result<String> {
        let code = fresh_code()?;
        let until = self.now() + self.options().spans.invitation;
        self.store().issue_code(&digest(&code), binding, channel, until, self.now()).await?;
        Ok(code)
    }
}

/// What the store keeps of a code.
pub(super) fn digest(code: &str) -> String {
    hex::encode(Sha256::digest(code.trim().to_uppercase().as_bytes()))
}

/// Twelve characters: 60 bits, good for a link and for reading aloud.
fn fresh_code() -> Result<String> {
    let mut bytes = [0u8; 12];
    fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| ALPHABET[(byte % 32) as usize] as char).collect())
}

/// Bytes that nobody can guess.
///
/// # Errors
/// [`Error::Internal`] when the machine gives none.
pub fn fill(bytes: &mut [u8]) -> Result<()> {
    #[expect(clippy::disallowed_methods, reason = "codes and tokens are made here and must not be guessed")]
    getrandom::fill(bytes).map_err(|error| Error::Internal(error.to_string()))
}

/// A token of 256 bits as hexadecimal.
///
/// # Errors
/// [`Error::Internal`] when the machine gives no randomness.
pub fn fresh_token() -> Result<String> {
    let mut bytes = [0u8; 32];
    fill(&mut bytes)?;
    Ok(hex::encode(bytes))
}
