//! The city as this process knows it: read once, shared by everybody, replaced whole when a file was
//! loaded here or in another process.

use super::{App, Error, Result, import::units_of};
use crate::{
    atlas::Edition,
    domain::{Calendar, Catalogue, City, Fix, Organisation, Place, Unit, UnitCode},
    store::Tx,
};
use arc_swap::Guard;
use std::sync::Arc;

/// Readings of the city at most, while others go on changing it.
const READS: usize = 16;

/// One consistent reading of the city and its map.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// Units, people, matters, calendar, rules.
    pub city: City,
    /// The map edition in force.
    pub edition: Arc<Edition>,
    /// The edition's row; none while no map is loaded.
    pub edition_id: Option<i64>,
    /// Which reading this is: another process' import makes it stale.
    pub revision: i64,
}

impl Snapshot {
    /// Which city it is.
    fn stamp(&self) -> (i64, Option<i64>) {
        (self.revision, self.edition_id)
    }

    /// What the map says of a position: the place of a case.
    pub fn place(&self, fix: &Fix) -> Place {
        Place {
            fix: Some(*fix),
            words: None,
            located: self.edition.locate(fix.point, fix.accuracy_m),
            edition: self.edition_id,
            corrected_to: None,
        }
    }

    /// The district: the unit without a parent that owns ground.
    pub fn district(&self) -> Option<UnitCode> {
        let mut roots: Vec<_> = self
            .city
            .organisation
            .units()
            .filter(|unit| unit.level == crate::domain::UnitLevel::District)
            .map(|unit| unit.code.clone())
            .collect();
        roots.sort();
        roots.into_iter().next()
    }
}

impl App {
    /// The city as it is now.
    pub fn city(&self) -> Arc<Snapshot> {
        self.inner.city.get()
    }

    /// The city as it is now, for one look that waits for nothing: half the price of [`App::city`], and
    /// not to be held across an `await`.
    pub fn look(&self) -> Guard<Arc<Snapshot>> {
        self.inner.city.look()
    }

    /// Reads the city again where another process, or an edition's time, has changed it. An edition whose
    /// time has come takes over here, with its units, before the city is read.
    ///
    /// # Errors
    /// The store's; the city stays as it was known. An edition that cannot take over is told and holds up
    /// nothing else.
    pub async fn refresh_city(&self) -> Result<()> {
        self.inner.city.sweep();
        let taken_over = self.take_over_when_due().await;
        self.reread_city().await.and(taken_over)
    }

    /// Reads the city again where it has changed, and changes nothing itself.
    ///
    /// # Errors
    /// The store's; the city stays as it was known.
    pub async fn reread_city(&self) -> Result<()> {
        let known = self.city();
        if known.stamp() == self.stamp().await? && known.revision != 0 {
            return Ok(());
        }
        let fresh = Arc::new(self.read_city(&known).await?);
        // Somebody who began later may have been faster: nobody goes back.
        let revision = fresh.revision;
        self.inner.city.replace_if(fresh, |now| now.revision <= revision);
        Ok(())
    }

    /// A transaction, and the city as it stands in it: what another process has loaded holds from the
    /// next step on, whatever else runs here.
    pub(super) async fn begin(&self) -> Result<(Tx, Arc<Snapshot>)> {
        let tx = self.store().begin().await?;
        let known = self.city();
        if tx.city_revision().await? == known.revision {
            return Ok((tx, known));
        }
        drop(tx);
        if let Err(error) = self.refresh_city().await {
            tracing::error!(%error, "the city could not be read, the known one holds");
        }
        Ok((self.store().begin().await?, self.city()))
    }

    /// Which city it is: every file that is loaded and every take-over changes it, in its own transaction.
    async fn stamp(&self) -> Result<(i64, Option<i64>)> {
        Ok((self.store().city_revision().await?, self.store().edition_taken().await?))
    }

    /// One city, of one moment: read again where it was changed while it was read.
    async fn read_city(&self, known: &Arc<Snapshot>) -> Result<Snapshot> {
        for _ in 0..READS {
            let stamp = self.stamp().await?;
            let read = self.read_parts(stamp, known).await?;
            if self.stamp().await? == stamp {
                return Ok(read);
            }
        }
        Err(Error::Internal("the city kept changing while it was read".into()))
    }

    async fn read_parts(
        &self,
        (revision, edition): (i64, Option<i64>),
        known: &Arc<Snapshot>,
    ) -> Result<Snapshot> {
        let (units, people) = self.store().load_organisation().await?;
        let settings = &self.inner.options;
        let city = City {
            organisation: Organisation::new(units, people),
            catalogue: Catalogue::new(self.store().load_catalogue().await?),
            calendar: Calendar { days: self.store().load_calendar().await?, ..settings.calendar.clone() },
            policy: settings.policy.clone(),
        };
        let map = match (edition, self.drawn()) {
            (Some(id), _) if known.edition_id == Some(id) => known.edition.clone(),
            (Some(id), Some((drawn, edition))) if drawn == id => edition,
            (Some(id), _) => self.read_edition(id).await?,
            (None, _) => Arc::new(Edition::empty()),
        };
        Ok(Snapshot { city, edition: map, edition_id: edition, revision })
    }

    /// The edition that was read last.
    pub(super) fn drawn(&self) -> Option<(i64, Arc<Edition>)> {
        self.inner.drawn.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// An edition: from its stored form; from the file where there is none, or one that another version
    /// wrote. Either takes a while, so it is done beside everybody else's work.
    pub(super) async fn read_edition(&self, id: i64) -> Result<Arc<Edition>> {
        if let Some((_, edition)) = self.drawn().filter(|(drawn, _)| *drawn == id) {
            return Ok(edition);
        }
        let edition = Arc::new(match self.stored_form(id).await? {
            Some(edition) => edition,
            None => self.edition_from_file(id).await?,
        });
        let mut drawn = self.inner.drawn.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *drawn = Some((id, edition.clone()));
        Ok(edition)
    }

    async fn stored_form(&self, id: i64) -> Result<Option<Edition>> {
        let Some(form) = self.store().map_form(id).await? else { return Ok(None) };
        match beside(move || Edition::from_bytes(&form)).await? {
            Ok(edition) => Ok(Some(edition)),
            Err(error) => {
                tracing::warn!(edition = id, %error, "the map is read from its file");
                Ok(None)
            }
        }
    }

    /// The map of an edition and the units of its areas, read from its file.
    pub(super) async fn edition_units(&self, id: i64) -> Result<Vec<Unit>> {
        let (edition, text) = (self.read_edition(id).await?, self.edition_text(id).await?);
        beside(move || units_of(&edition, &text)).await
    }

    /// The file of an edition, as it was loaded.
    pub(super) async fn edition_text(&self, id: i64) -> Result<String> {
        self.store().edition(id).await?.ok_or(Error::NotFound("map edition"))
    }

    async fn edition_from_file(&self, id: i64) -> Result<Edition> {
        let text = self.edition_text(id).await?;
        let read = beside(move || Edition::from_geojson(&text)).await?;
        let (edition, _) =
            read.map_err(|findings| Error::Internal(format!("edition {id} has {} faults", findings.len())))?;
        self.store().save_map_form(id, edition.to_bytes()).await?;
        Ok(edition)
    }
}

/// Work that would hold up everybody else's.
pub(super) async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))
}
