//! Editions as people decide on them: a draft is given a time or withdrawn, and only until it takes over.

use super::take;
use crate::{
    app::{App, Desk, Error, Result},
    atlas::Edition,
    domain::{City, PersonCode, UnitCode, UnitLevel},
    store::EditionRow,
};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Where an edition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has no time.
    Draft,
    /// It waits for its time.
    Scheduled,
    /// Cases are routed by it.
    InForce,
    /// Another one took over.
    Past,
    /// It never comes into force.
    Withdrawn,
}

/// An edition and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditionView {
    /// The edition.
    pub row: EditionRow,
    /// Where it stands.
    pub standing: Standing,
}

impl Standing {
    /// The word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::InForce => "in_force",
            Self::Past => "past",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// May it still be given a time, or be withdrawn?
    pub fn waits(self) -> bool {
        matches!(self, Self::Draft | Self::Scheduled)
    }

    fn of(row: &EditionRow, taken: Option<i64>, now: DateTime<Utc>) -> Self {
        match row.effective_at {
            _ if Some(row.id) == taken => Self::InForce,
            _ if row.withdrawn_at.is_some() => Self::Withdrawn,
            None => Self::Draft,
            Some(at) if row.taken_at.is_none() && at > now => Self::Scheduled,
            Some(_) => Self::Past,
        }
    }
}

impl App {
    /// Every edition: drafts, those that wait, the one in force, those before.
    ///
    /// # Errors
    /// The store's.
    pub async fn editions(&self) -> Result<Vec<EditionView>> {
        let (now, taken) = (self.now(), self.store().edition_taken().await?);
        let rows = self.store().editions().await?;
        let view = |row: EditionRow| EditionView { standing: Standing::of(&row, taken, now), row };
        Ok(rows.into_iter().map(view).collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn edition_view(&self, id: i64) -> Result<EditionView> {
        let row = self.store().edition_row(id).await?.ok_or(Error::NotFound("map edition"))?;
        let standing = Standing::of(&row, self.store().edition_taken().await?, self.now());
        Ok(EditionView { row, standing })
    }

    /// The map of an edition; the one in force and the one asked for last are at hand.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn edition_map(&self, id: i64) -> Result<Arc<Edition>> {
        let city = self.city();
        if city.edition_id == Some(id) {
            return Ok(city.edition.clone());
        }
        let known = self.drawn().filter(|(known, _)| *known == id);
        match known {
            Some((_, edition)) => Ok(edition),
            None => self.read_edition(id).await,
        }
    }

    /// A draft, or an edition that waits, comes into force at a time, or now. Its new units are in the
    /// organisation from this moment on, so that people can be given posts there.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::BadInput`] for a time that has passed and for an edition that has had
    /// its time.
    pub async fn schedule_edition(
        &self,
        id: i64,
        at: Option<DateTime<Utc>>,
        by: Option<&PersonCode>,
    ) -> Result<()> {
        let now = self.now();
        if at.is_some_and(|at| at < now) {
            return Err(Error::BadInput("这个时间已经过去 this time has passed".into()));
        }
        self.must_wait(id).await?;
        let units = self.edition_units(id).await?;
        let tx = self.store().begin().await?;
        tx.bump_city_revision().await?;
        if !tx.schedule_edition(id, at.unwrap_or(now), by).await? {
            return Err(waits_no_longer());
        }
        take::foretell(&tx, units).await?;
        tx.commit().await?;
        self.refresh_city().await
    }

    /// A draft, or an edition that waits, will never come into force. It is kept, and marked.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::BadInput`] for an edition that has had its time.
    pub async fn withdraw_edition(&self, id: i64, by: Option<&PersonCode>) -> Result<()> {
        self.must_wait(id).await?;
        let tx = self.store().begin().await?;
        tx.bump_city_revision().await?;
        if !tx.withdraw_edition(id, by, self.now()).await? {
            return Err(waits_no_longer());
        }
        tx.commit().await?;
        self.refresh_city().await
    }
}

impl App {
    async fn must_wait(&self, id: i64) -> Result<()> {
        if self.edition_view(id).await?.standing.waits() { Ok(()) } else { Err(waits_no_longer()) }
    }
}

fn waits_no_longer() -> Error {
    let words = "这一版已生效过或已撤回；要用旧图，请重新导入 this edition has been in force or was withdrawn: \
        to go back to an older map, import it again";
    Error::BadInput(words.into())
}

impl Desk {
    /// Does it look over the whole district? Then drafts of its map are its business too.
    pub fn sees_editions(&self, city: &City) -> bool {
        let district = |unit: &UnitCode| {
            city.organisation.unit(unit).is_some_and(|unit| unit.level == UnitLevel::District)
        };
        self.units.iter().any(district)
    }

    /// May it give an edition its time, or withdraw it?
    pub fn decides_editions(&self, city: &City) -> bool {
        self.dispatches && self.sees_editions(city)
    }
}
