//! Telephone numbers: closed anew when the key changes, and shown to who says what for.

use super::{
    App, Desk, Error, Result,
    secrets::{self, Vault},
};
use crate::{
    domain::{PersonCode, UnitLevel},
    store::LogEntry,
};

/// A reason has at least so many characters …
const SHORTEST_REASON: usize = 2;
/// … and at most so many.
const LONGEST_REASON: usize = 200;

impl App {
    /// Closes every number anew under the present key of the vault, all or none. How many were, of how many.
    ///
    /// # Errors
    /// [`Error::BadInput`] when one does not open: then none is changed.
    pub async fn renew_numbers(&self, vault: &Vault) -> Result<(usize, usize)> {
        let tx = self.store().begin().await?;
        let (numbers, mut renewed) = (tx.phones().await?, 0);
        for (code, closed) in &numbers {
            if let Some(closed) = vault.renew(code.as_str(), closed)? {
                tx.renew_phone(code, closed).await?;
                renewed += 1;
            }
        }
        tx.commit().await?;
        Ok((renewed, numbers.len()))
    }

    /// The number of somebody of the roster, for a reason that is written down first.
    ///
    /// # Errors
    /// [`Error::BadInput`] without a reason, or where the number does not open; [`Error::Forbidden`] for
    /// somebody at no unit of the desk; [`Error::NotFound`] where there is no number.
    pub async fn reveal_number(&self, desk: &Desk, person: &PersonCode, reason: &str) -> Result<String> {
        let reason = reason.trim();
        if !(SHORTEST_REASON..=LONGEST_REASON).contains(&reason.chars().count()) {
            return Err(Error::BadInput("say why, in 2 to 200 characters".into()));
        }
        if !self.calls(desk, person) {
            return Err(Error::Forbidden);
        }
        let closed = self.store().person_phone(person).await?.ok_or(Error::NotFound("number"))?;
        let vault = self.options().vault.as_ref().ok_or(Error::NotFound("key"))?;
        let entry = LogEntry {
            at: self.now(),
            person: desk.person.clone(),
            action: "reveal_phone".into(),
            subject: format!("person:{person}"),
            reason: reason.to_owned(),
        };
        // Not shown, where it cannot be written down.
        self.store().log_access(&entry).await?;
        tracing::info!(person.code = %desk.person, subject = %person, "a number was shown");
        Ok(vault.reveal(person.as_str(), &closed)?)
    }

    /// May the desk call this person? One of its own units or below, or of a department beside the tree.
    fn calls(&self, desk: &Desk, person: &PersonCode) -> bool {
        let city = self.city();
        let organisation = &city.city.organisation;
        let beside = |unit| {
            let unit = organisation.unit(unit);
            unit.is_some_and(|unit| matches!(unit.level, UnitLevel::Department | UnitLevel::Organisation))
        };
        let own = |unit| desk.units.iter().any(|desk| organisation.contains(desk, unit));
        let posts = organisation.posts_of(person);
        posts.iter().any(|post| own(&post.unit) || beside(&post.unit))
    }
}

impl From<secrets::Error> for Error {
    fn from(error: secrets::Error) -> Self {
        Self::BadInput(error.to_string())
    }
}
