//! The city as this process knows it: read once, shared by everybody, replaced whole when a file was
//! loaded here or in another process.

use super::{App, Error, Result};
use crate::{
    atlas::Edition,
    domain::{Calendar, Catalogue, City, Fix, Organisation, Place, UnitCode},
    store::Tx,
};
use std::sync::Arc;

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

    /// Reads the city again where another process, or an edition's time, has changed it.
    pub async fn refresh_city(&self) -> Result<()> {
        self.inner.city.sweep();
        let known = self.city();
        let revision = self.store().city_revision().await?;
        let edition = self.store().edition_in_force(self.now()).await?;
        if known.revision == revision && known.edition_id == edition && known.revision != 0 {
            return Ok(());
        }
        let fresh = Arc::new(self.read_city(revision, edition, &known).await?);
        self.inner.city.replace(fresh);
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

    async fn read_city(
        &self,
        revision: i64,
        edition: Option<i64>,
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
        let map = match edition {
            Some(id) if known.edition_id == Some(id) => known.edition.clone(),
            Some(id) => Arc::new(self.read_edition(id).await?),
            None => Arc::new(Edition::empty()),
        };
        Ok(Snapshot { city, edition: map, edition_id: edition, revision })
    }

    /// From its stored form; from the file where there is none, or one that another version wrote.
    async fn read_edition(&self, id: i64) -> Result<Edition> {
        match self.store().map_form(id).await?.map(|form| Edition::from_bytes(&form)) {
            Some(Ok(edition)) => return Ok(edition),
            Some(Err(error)) => tracing::warn!(edition = id, %error, "the map is read from its file"),
            None => {}
        }
        let text = self.store().edition(id).await?.ok_or(Error::NotFound("map edition"))?;
        let (edition, _) = Edition::from_geojson(&text)
            .map_err(|findings| Error::Internal(format!("edition {id} has {} faults", findings.len())))?;
        self.store().save_map_form(id, edition.to_bytes()).await?;
        Ok(edition)
    }
}
