//! Files into the store: read, compared with what is there, written in one transaction.
//!
//! The same file again changes nothing and says so. A unit that a new map has no longer stays in the
//! organisation: cases were routed by it and people may hold posts there; it is told.

#[cfg(test)]
mod tests;

use super::{
    Faults, Map, Turn, finding_line, map_text, read_calendar, read_catalogue, read_duty, read_map,
    read_offices, read_people, read_stations,
};
use crate::{
    app::{
        App,
        city::beside,
        map::take::{GROUND, foretell, take_over, with_gone},
        secrets::{self, Vault},
    },
    atlas::Inspection,
    domain::{Organisation, Unit, UnitCode, UnitLevel},
    settings::Security,
    store::{self, EditionNew, Tx},
};
use chrono::{DateTime, Datelike, Utc};
use std::{collections::HashSet, fmt};

/// Why a file was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is not right.
    #[error("{0}")]
    Faults(#[from] Faults),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The city could not be read again.
    #[error(transparent)]
    App(#[from] crate::app::Error),
    /// Telephone numbers could not be encrypted or compared.
    #[error(transparent)]
    Secrets(#[from] secrets::Error),
}

type Result<T> = std::result::Result<T, Error>;

/// What became of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// How many things stand in it.
    pub count: usize,
    /// It says something new.
    pub changed: bool,
    /// What somebody should look at.
    pub warnings: Vec<String>,
    /// Deadlines may have become other ones.
    pub recomputes: bool,
    /// It was only tried: nothing was written.
    pub tried: bool,
}

impl fmt::Display for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.count;
        if self.changed && self.tried {
            write!(f, "可以导入 {count} 条，未写入 good to load, nothing was written ({count})")
        } else if self.changed {
            write!(f, "已导入 {count} 条 loaded")
        } else {
            write!(f, "没有变化 unchanged ({count})")
        }
    }
}

/// Units named in a warning at most.
const NAMED: usize = 20;

/// Loads files of the city.
pub struct Loader<'a> {
    app: &'a App,
    security: &'a Security,
    tries: bool,
}

impl<'a> Loader<'a> {
    /// A loader into the application's store.
    pub fn new(app: &'a App, security: &'a Security) -> Self {
        Self { app, security, tries: false }
    }

    /// The same, and nothing is written: what it says is what would have become of the file.
    #[must_use]
    pub fn trying(self) -> Self {
        Self { tries: true, ..self }
    }

    /// A map edition, in force from `effective` on (now, when none), and its areas as units.
    ///
    /// # Errors
    /// Every finding of the check, when one of them is an error.
    pub async fn map(&self, bytes: &[u8], effective: Option<DateTime<Utc>>) -> Result<Loaded> {
        let (map, text) = self.read(bytes).await?;
        self.take_map(map, &text, effective).await
    }

    /// A map edition without a time: to be looked at and tried, and given its time later.
    ///
    /// # Errors
    /// Every finding of the check, when one of them is an error.
    pub async fn draft(&self, bytes: &[u8], name: Option<&str>) -> Result<Loaded> {
        let (map, text) = self.read(bytes).await?;
        self.take_draft(map, &text, name).await
    }

    /// The map, checked beside the one in force, and its GeoJSON. A check takes minutes on a large map, so
    /// it is done beside everybody else's work.
    async fn read(&self, bytes: &[u8]) -> Result<(Map, String)> {
        let text = map_text(bytes, None).await?.text.into_owned();
        let city = self.app.city();
        let checked = beside(move || {
            let inspection = Inspection { previous: Some(&city.edition), ..Inspection::default() };
            read_map(&text, &inspection).map(|map| (map, text))
        });
        Ok(checked.await?.map_err(|findings| Faults::of_map(&findings))?)
    }

    /// [`Loader::map`] of a map that is read already; `text` is its GeoJSON.
    ///
    /// # Errors
    /// When its areas take the codes of departments.
    pub async fn take_map(&self, map: Map, text: &str, effective: Option<DateTime<Utc>>) -> Result<Loaded> {
        self.keep(map, text, None, Some(effective.unwrap_or_else(|| self.app.now()))).await
    }

    /// [`Loader::draft`] of a map that is read already.
    ///
    /// # Errors
    /// When its areas take the codes of departments.
    pub async fn take_draft(&self, map: Map, text: &str, name: Option<&str>) -> Result<Loaded> {
        self.keep(map, text, name, None).await
    }

    async fn keep(
        &self,
        map: Map,
        text: &str,
        name: Option<&str>,
        effective_at: Option<DateTime<Utc>>,
    ) -> Result<Loaded> {
        let Map { edition: drawn, units, datum, warnings } = map;
        // A large map takes seconds here: nobody waits for them in the transaction.
        let (areas, digest, form) =
            beside(move || (drawn.areas().len(), drawn.digest(), drawn.to_bytes())).await?;
        let tx = self.app.store().begin().await?;
        let before = organisation(&tx).await?;
        taken_by_offices(&units, &before)?;
        let mut warnings: Vec<String> = warnings.iter().map(finding_line).collect();
        let gone = gone(&before, &units);
        if !gone.is_empty() {
            let named = gone.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
            let more = if gone.len() > NAMED { ", …" } else { "" };
            let count = gone.len();
            warnings.push(format!(
                "新地图没有这 {count} 个单位，仍保留 {count} units not on the new map, kept: {named}{more}"
            ));
        }
        let edition = EditionNew { digest: &digest, name, effective_at, datum, geojson: text };
        let same = tx.same_edition(&edition).await?;
        let kept = tx.save_edition(&edition, self.app.now()).await?;
        let renamed = match (same, name) {
            (Some(same), Some(name)) => tx.name_edition(same, name).await?,
            _ => false,
        };
        tx.save_map_form(kept, form).await?;
        let told = self.put_in_place(&tx, kept, effective_at, units, &before).await?;
        let changed = same != Some(kept) || renamed || told;
        self.finish(tx, Loaded { count: areas, changed, warnings, recomputes: false, tried: false }).await
    }

    /// What a kept edition means for the units: in force it brings its own, waiting its new ones, and a
    /// draft none. Whether any is another one now.
    async fn put_in_place(
        &self,
        tx: &Tx,
        edition: i64,
        effective_at: Option<DateTime<Utc>>,
        units: Vec<Unit>,
        before: &Organisation,
    ) -> Result<bool> {
        let now = self.app.now();
        match effective_at {
            Some(_) if tx.edition_in_force(now).await? == Some(edition) => {
                let taken = tx.edition_taken().await? == Some(edition);
                let changed = !taken || !same_units(before, &with_gone(before, units.clone()), &GROUND);
                if changed {
                    take_over(tx, edition, units, now).await?;
                }
                Ok(changed)
            }
            Some(at) if at > now => Ok(foretell(tx, units).await? > 0),
            _ => Ok(false),
        }
    }

    /// The people, all of them, with their posts.
    ///
    /// # Errors
    /// Every bad row.
    pub async fn people(&self, bytes: &[u8]) -> Result<Loaded> {
        let tx = self.app.store().begin().await?;
        let organisation = organisation(&tx).await?;
        let people = read_people(bytes, &organisation)?;
        let known = tx.phones().await?;
        let vault = Vault::open(self.security, known.is_empty())?;
        let mut same = organisation.people().count() == people.len();
        let mut rows = Vec::with_capacity(people.len());
        for row in &people {
            let code = row.person.code.as_str();
            let stored = known.get(&row.person.code);
            let opened = stored.map(|closed| vault.reveal(code, closed)).transpose()?;
            let phone = match (&row.phone, stored) {
                // The same number keeps its cipher text.
                (Some(number), Some(closed)) if opened.as_ref() == Some(number) => Some(closed.clone()),
                (Some(number), _) => Some(vault.close(code, number)?),
                (None, _) => None,
            };
            same &= opened == row.phone && organisation.person(&row.person.code) == Some(&row.person);
            rows.push(store::PersonRow { person: row.person.clone(), phone_cipher: phone });
        }
        tx.replace_people(&rows).await?;
        self.finish(tx, Loaded { count: rows.len(), changed: !same, ..Loaded::default() }).await
    }

    /// The departments, all of them.
    ///
    /// # Errors
    /// Every bad row, and departments that are missing though people hold posts there.
    pub async fn departments(&self, bytes: &[u8]) -> Result<Loaded> {
        self.offices(bytes, UnitLevel::Department).await
    }

    /// The social organisations, all of them.
    ///
    /// # Errors
    /// As with the departments.
    pub async fn organisations(&self, bytes: &[u8]) -> Result<Loaded> {
        self.offices(bytes, UnitLevel::Organisation).await
    }

    async fn offices(&self, bytes: &[u8], level: UnitLevel) -> Result<Loaded> {
        let tx = self.app.store().begin().await?;
        let before = organisation(&tx).await?;
        let units = read_offices(bytes, level, &before)?;
        still_needed(&before, &units, level)?;
        let changed = !same_units(&before, &units, &[level]);
        tx.replace_units(&[level], &units).await?;
        self.finish(tx, Loaded { count: units.len(), changed, ..Loaded::default() }).await
    }

    /// The catalogue, all of it.
    ///
    /// # Errors
    /// Every bad row.
    pub async fn catalogue(&self, bytes: &[u8]) -> Result<Loaded> {
        let categories = read_catalogue(bytes)?;
        let tx = self.app.store().begin().await?;
        let changed = tx.load_catalogue().await? != categories;
        tx.replace_catalogue(&categories).await?;
        self.finish(tx, Loaded { count: categories.len(), changed, ..Loaded::default() }).await
    }

    /// The published calendar of every year that is in the file; other years stay.
    ///
    /// # Errors
    /// Every bad row.
    pub async fn calendar(&self, bytes: &[u8]) -> Result<Loaded> {
        let days = read_calendar(bytes)?;
        let years: HashSet<i32> = days.iter().map(|day| day.date.year()).collect();
        let tx = self.app.store().begin().await?;
        let mut before = tx.calendar_days().await?;
        before.retain(|day| years.contains(&day.date.year()));
        let rows: Vec<_> = days
            .into_iter()
            .map(|day| store::CalendarDay { date: day.date, kind: day.kind, name: day.name })
            .collect();
        tx.replace_calendar(&rows).await?;
        let changed = before != rows;
        self.finish(tx, Loaded { count: rows.len(), changed, recomputes: true, ..Loaded::default() }).await
    }

    /// The service stations, all of them.
    ///
    /// # Errors
    /// Every bad row.
    pub async fn stations(&self, bytes: &[u8]) -> Result<Loaded> {
        let tx = self.app.store().begin().await?;
        let stations = read_stations(bytes, &organisation(&tx).await?)?;
        let rows: Vec<_> = stations
            .into_iter()
            .map(|one| store::Station { code: one.code, name: one.name, unit: one.unit, point: one.point })
            .collect();
        let changed = tx.load_stations().await? != rows;
        tx.replace_stations(&rows).await?;
        self.finish(tx, Loaded { count: rows.len(), changed, ..Loaded::default() }).await
    }

    /// The duty roster, all of it.
    ///
    /// # Errors
    /// Every bad row.
    pub async fn duty(&self, bytes: &[u8]) -> Result<Loaded> {
        let tx = self.app.store().begin().await?;
        let turns = read_duty(bytes, &organisation(&tx).await?)?;
        let rows: Vec<_> = turns.into_iter().map(Turn::into_row).collect();
        let changed = tx.load_duty().await? != rows;
        tx.replace_duty(&rows).await?;
        self.finish(tx, Loaded { count: rows.len(), changed, ..Loaded::default() }).await
    }

    /// Commits what says something new; every process reads the city again.
    async fn finish(&self, tx: Tx, loaded: Loaded) -> Result<Loaded> {
        if self.tries {
            // The transaction is dropped.
            return Ok(Loaded { recomputes: false, tried: true, ..loaded });
        }
        if loaded.changed {
            tx.bump_city_revision().await?;
            tx.commit().await?;
            self.app.refresh_city().await?;
        }
        Ok(loaded)
    }
}

async fn organisation(tx: &Tx) -> Result<Organisation> {
    let (units, people) = tx.load_organisation().await?;
    Ok(Organisation::new(units, people))
}

fn is_office(level: UnitLevel) -> bool {
    matches!(level, UnitLevel::Department | UnitLevel::Organisation)
}

/// An area must not take the code of a department.
fn taken_by_offices(units: &[Unit], before: &Organisation) -> Result<()> {
    let taken = |unit: &&Unit| before.unit(&unit.code).is_some_and(|known| is_office(known.level));
    let codes: Vec<&str> = units.iter().filter(taken).map(|unit| unit.code.as_str()).collect();
    if codes.is_empty() {
        return Ok(());
    }
    let codes = codes.join(", ");
    Err(Faults::whole(format!("编码已属部门或社会组织 codes of departments or organisations: {codes}"))
        .into())
}

/// Units of the ground that the new map has no longer, in code order.
fn gone(before: &Organisation, now: &[Unit]) -> Vec<String> {
    let now: HashSet<&UnitCode> = now.iter().map(|unit| &unit.code).collect();
    let mut gone: Vec<String> = before
        .units()
        .filter(|unit| !is_office(unit.level) && !now.contains(&unit.code))
        .map(|unit| unit.code.to_string())
        .collect();
    gone.sort();
    gone
}

/// Are these all units of these levels already?
fn same_units(before: &Organisation, now: &[Unit], levels: &[UnitLevel]) -> bool {
    let count = before.units().filter(|unit| levels.contains(&unit.level)).count();
    count == now.len() && now.iter().all(|unit| before.unit(&unit.code) == Some(unit))
}

/// An office may go when nobody holds a post there.
fn still_needed(before: &Organisation, now: &[Unit], level: UnitLevel) -> Result<()> {
    let kept: HashSet<&UnitCode> = now.iter().map(|unit| &unit.code).collect();
    let mut needed: Vec<&str> = before
        .units()
        .filter(|unit| {
            unit.level == level && !kept.contains(&unit.code) && !before.posts(&unit.code).is_empty()
        })
        .map(|unit| unit.code.as_str())
        .collect();
    if needed.is_empty() {
        return Ok(());
    }
    needed.sort_unstable();
    let needed = needed.join(", ");
    Err(Faults::whole(format!(
        "文件里没有，但仍有人任职 missing in the file, though people hold posts there: {needed}"
    ))
    .into())
}
