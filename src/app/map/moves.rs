//! Open cases that the edition in force gives to somebody else than the one who has them. A case keeps the
//! edition that it was routed by until somebody decides: it is moved by the domain's own commands, or kept.

use crate::{
    app::{App, Change, Desk, Error, Result, Snapshot},
    atlas::AreaLevel,
    domain::{Actor, Case, CaseId, Command, Refusal, State, UnitCode, UnitLevel},
    store::{self, CaseFilter, Keyset, MapChoice, Order},
};
use std::collections::HashSet;

/// Cases read at a time.
const READ: u64 = 200;
/// How often a move is tried where the database is busy.
const TRIES: usize = 8;

/// A case with two owners: the one who has it, and the one on the map of now.
#[derive(Clone, Debug, PartialEq)]
pub struct Displaced {
    /// The case, as it stood when it was read.
    pub case: Case,
    /// Who has it: the owner, or the desk where it waits.
    pub from: UnitCode,
    /// Whom the map in force names; none where its place is nobody's now.
    pub to: Option<UnitCode>,
}

/// What shall become of a displaced case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moving {
    /// It goes to the new owner, for this reason.
    Move(String),
    /// It stays with the one who has it.
    Keep,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// As was decided.
    Done,
    /// Nothing: it had changed since it was seen, and is this now.
    Changed(Box<Case>),
    /// Nothing: the domain says no.
    Refused(Refusal),
    /// Nothing: it is displaced no longer, or not this desk's.
    Gone,
}

impl Snapshot {
    /// Does the edition in force give the case to another than the edition that it was routed by did, and
    /// than the grid that has it? What was given to a department stays there.
    pub(super) fn displaced(&self, case: Case) -> Option<Displaced> {
        let open = case.state == State::Reported || case.state.is_open();
        let point = case.place.point().filter(|_| open && case.place.edition != self.edition_id)?;
        let to = self.edition.owner(AreaLevel::Grid, point).map(|area| area.code);
        if case.place.located.grid.as_deref() == to {
            return None;
        }
        let to = to.map(UnitCode::from);
        let from = match &case.whistle {
            Some(whistle) if case.state != State::Reported => whistle.unit.clone(),
            _ => waiting(&case),
        };
        let level = self.city.organisation.unit(&from).map(|unit| unit.level);
        let office = matches!(level, Some(UnitLevel::Department | UnitLevel::Organisation));
        (!office && Some(&from) != to.as_ref()).then_some(Displaced { case, from, to })
    }
}

/// Where a case that waits for a dispatcher is meant to go, else who is to decide.
fn waiting(case: &Case) -> UnitCode {
    let routed = case.place.corrected_to.clone().or_else(|| case.place.located.grid.clone().map(UnitCode));
    routed.unwrap_or_else(|| case.desk.clone())
}

impl App {
    /// Open cases of this desk whose owner is another by the map in force and about which nobody has
    /// decided, the newest first, at most `most`; and whether there are more.
    ///
    /// # Errors
    /// The store's.
    pub async fn displaced(&self, desk: &Desk, most: usize) -> Result<(Vec<Displaced>, bool)> {
        let city = self.city();
        let (Some(edition), mut found) = (city.edition_id, Vec::new()) else {
            return Ok((Vec::new(), false));
        };
        let open = State::ALL.into_iter().filter(|state| *state == State::Reported || state.is_open());
        let mut filter = CaseFilter {
            desks: Some(desk.units.clone()),
            states: open.collect(),
            order: Order::NewestFirst,
            limit: READ,
            ..CaseFilter::default()
        };
        loop {
            let page = self.store().list(&filter).await?;
            let whole = page.len() as u64 == READ;
            filter.after = page.last().map(|case| Keyset::of(case, filter.order));
            let mut some: Vec<Displaced> = page.into_iter().filter_map(|case| city.displaced(case)).collect();
            let ids: Vec<CaseId> = some.iter().map(|one| one.case.id).collect();
            let decided = self.store().chosen(edition, &ids).await?;
            some.retain(|one| !decided.contains(&one.case.id));
            found.extend(some);
            if found.len() > most {
                found.truncate(most);
                return Ok((found, true));
            }
            if !whole {
                return Ok((found, false));
            }
        }
    }

    /// What was kept of this desk's cases since the edition in force took over, the last decision first, at
    /// most `most`.
    ///
    /// # Errors
    /// The store's.
    pub async fn kept_cases(&self, desk: &Desk, most: usize) -> Result<Vec<MapChoice>> {
        let city = self.city();
        let Some(edition) = city.edition_id else { return Ok(Vec::new()) };
        let (mut kept, mut read) = (Vec::new(), 0);
        loop {
            let page = self.store().kept_cases(edition, read, READ).await?;
            let whole = page.len() as u64 == READ;
            read += READ;
            let ids: Vec<CaseId> = page.iter().map(|one| one.case).collect();
            let cases = self.store().cases_by_id(&ids).await?;
            let seen: HashSet<CaseId> =
                cases.iter().filter(|case| desk.sees(&city.city, case)).map(|case| case.id).collect();
            kept.extend(page.into_iter().filter(|one| seen.contains(&one.case)));
            if !whole || kept.len() >= most {
                kept.truncate(most);
                return Ok(kept);
            }
        }
    }

    /// Moves or keeps a displaced case as it was seen. Nothing is written where it has changed since.
    ///
    /// # Errors
    /// The store's.
    pub async fn settle_displaced(
        &self,
        desk: &Desk,
        id: CaseId,
        seen: u32,
        moving: &Moving,
        by: &Actor,
    ) -> Result<Outcome> {
        for _ in 1..TRIES {
            match Box::pin(self.settle_displaced_once(desk, id, seen, moving, by)).await {
                Err(Error::Store(store::Error::Busy)) => {}
                Err(Error::Refused(refusal)) => return Ok(Outcome::Refused(refusal)),
                done => return done,
            }
        }
        Box::pin(self.settle_displaced_once(desk, id, seen, moving, by)).await
    }

    async fn settle_displaced_once(
        &self,
        desk: &Desk,
        id: CaseId,
        seen: u32,
        moving: &Moving,
        by: &Actor,
    ) -> Result<Outcome> {
        let (mut tx, city) = self.begin().await?;
        let case = tx.case(id).await?.filter(|case| desk.sees(&city.city, case));
        let (Some(case), Some(edition)) = (case, city.edition_id) else { return Ok(Outcome::Gone) };
        if case.version != seen {
            return Ok(Outcome::Changed(Box::new(case)));
        }
        let Some(displaced) = city.displaced(case.clone()) else { return Ok(Outcome::Gone) };
        let after = match moving {
            Moving::Keep if desk.dispatches => case.clone(),
            Moving::Keep => return Ok(Outcome::Refused(Refusal::NotYours)),
            Moving::Move(reason) => {
                let mut after = case.clone();
                for command in commands(&city, &displaced, reason)? {
                    let Some(next) = self.act_in(&mut tx, &city, &after, command, by).await? else {
                        return Ok(Outcome::Changed(Box::new(case)));
                    };
                    after = next;
                }
                after
            }
        };
        let choice = MapChoice {
            edition,
            case: id,
            moved: matches!(moving, Moving::Move(_)),
            from: displaced.from,
            to: displaced.to,
            person: desk.person.clone(),
            at: self.now(),
        };
        tx.save_map_choice(&choice).await?;
        tx.commit().await?;
        for change in Change::of(&case, &after) {
            self.announce(change);
        }
        Ok(Outcome::Done)
    }
}

/// A case that somebody is called to is reassigned, so that both sides are told and the clocks start
/// again; then, as with one that waits, its place is looked up anew: it is routed by the new edition now.
fn commands(city: &Snapshot, displaced: &Displaced, reason: &str) -> Result<Vec<Command>> {
    let fix = displaced.case.place.fix.ok_or(Error::NotFound("place"))?;
    let place = Box::new(city.place(&fix));
    if displaced.case.state == State::Reported {
        return Ok(vec![Command::Locate { place, reason: Some(reason.to_owned()) }]);
    }
    let owner = displaced.to.clone().ok_or(Refusal::OwnerMissing)?;
    let reassign = Command::Reassign { owner, reason: reason.to_owned() };
    Ok(vec![reassign, Command::Locate { place, reason: None }])
}
