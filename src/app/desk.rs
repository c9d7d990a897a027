//! A desk of the console: what its person may see. Permission, not presence, decides: every list is
//! scoped to the desk's units, and a case outside them does not exist for it.

use super::{App, Error, Result};
use crate::{
    domain::{
        Case, CaseNumber, CategoryCode, City, Event, PersonCode, Role, State, UnitCode, UnitLevel, access,
    },
    store::{CaseFilter, DeadLetter, Order},
};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

pub use crate::store::{Chat, Keyset};

/// Where somebody sits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// Who.
    pub person: PersonCode,
    /// The units of the person's desk posts; everything below them belongs to the desk.
    pub units: Vec<UnitCode>,
    /// Decides on cases: a dispatcher or an administrator.
    pub dispatches: bool,
    /// Also sees what could not be delivered.
    pub administers: bool,
}

/// Which cases a list is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Those that wait for a decision.
    Waiting,
    /// Those that somebody is on, the most urgent first.
    Open,
    /// Those that are late, escalated, supervised or urged.
    Late,
    /// Everything, the newest first.
    All,
}

/// What a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Which cases.
    pub view: View,
    /// In this state.
    pub state: Option<State>,
    /// Of this unit and those below it.
    pub unit: Option<UnitCode>,
    /// Of this matter.
    pub category: Option<CategoryCode>,
    /// With these words.
    pub words: Option<String>,
    /// Behind the end of a former part.
    pub after: Option<Keyset>,
}

/// A part of a list.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// In order.
    pub cases: Vec<Case>,
    /// Where the next part begins; none at the end.
    pub more: Option<Keyset>,
}

impl View {
    fn states(self) -> Vec<State> {
        match self {
            Self::Open => State::ALL.into_iter().filter(|state| state.is_open()).collect(),
            // The store knows which states can wait or be late.
            Self::Waiting | Self::Late | Self::All => Vec::new(),
        }
    }
}

impl Search {
    fn filter(&self, desk: &Desk, now: DateTime<Utc>, limit: u64) -> CaseFilter {
        CaseFilter {
            desks: Some(self.unit.clone().map_or_else(|| desk.units.clone(), |unit| vec![unit])),
            states: self.state.map_or_else(|| self.view.states(), |state| vec![state]),
            category: self.category.clone(),
            words: self.words.clone(),
            order: if self.view == View::All { Order::NewestFirst } else { Order::DueFirst },
            waiting: self.view == View::Waiting,
            late_at: (self.view == View::Late).then_some(now),
            limit,
            after: self.after,
            ..CaseFilter::default()
        }
    }
}

impl Desk {
    /// The desk of a person; none for somebody without a post at one.
    pub fn of(city: &City, person: &PersonCode) -> Option<Self> {
        let units = access::desks(city, person);
        let holds = |role| city.organisation.posts_of(person).iter().any(|post| post.role == role);
        let administers = holds(Role::Admin);
        let dispatches = administers || holds(Role::Dispatcher);
        (!units.is_empty()).then(|| Self { person: person.clone(), units, dispatches, administers })
    }

    /// May the case be seen here? Its desk, its place or one of its whistles lies on the desk's ground:
    /// the same as [`CaseFilter::desks`] says for lists.
    pub fn sees(&self, city: &City, case: &Case) -> bool {
        let whistles = case.whistle.iter().chain(&case.departments).map(|whistle| whistle.unit.clone());
        let located = &case.place.located;
        let grid = case.place.corrected_to.clone().or_else(|| located.grid.clone().map(UnitCode));
        let place =
            [grid, located.community.clone().map(UnitCode), located.subdistrict.clone().map(UnitCode)];
        let mut grounds = whistles.chain(place.into_iter().flatten()).chain([case.desk.clone()]);
        grounds.any(|unit| self.has(city, &unit))
    }

    /// Does the unit belong to the desk?
    pub fn has(&self, city: &City, unit: &UnitCode) -> bool {
        self.units.iter().any(|own| city.organisation.contains(own, unit))
    }

    /// Is the chat somebody's of the desk's ground? A resident's is the district's.
    fn has_chat(&self, city: &City, chat: &Chat) -> bool {
        let posts = chat.person.iter().flat_map(|person| city.organisation.posts_of(person));
        let mut units = posts.map(|post| &post.unit).chain(&chat.unit);
        let district = |unit: &UnitCode| {
            city.organisation.unit(unit).is_some_and(|unit| unit.level == UnitLevel::District)
        };
        units.any(|unit| self.has(city, unit)) || self.units.iter().any(district)
    }

    /// The desk's units and everything below them: what queries are scoped to.
    pub fn grounds(&self, city: &City) -> BTreeSet<UnitCode> {
        let mut found = BTreeSet::new();
        let mut left = self.units.clone();
        while let Some(unit) = left.pop() {
            if found.insert(unit.clone()) {
                left.extend(city.organisation.children(&unit).iter().cloned());
            }
        }
        found
    }
}

impl App {
    /// A case with its history, where this desk may see it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a case that is none, and for one of somebody else's.
    pub async fn desk_case(&self, desk: &Desk, number: CaseNumber) -> Result<(Case, Vec<Event>)> {
        let city = self.city();
        let case = self.store().case(number.id()).await?;
        let case = case.filter(|case| desk.sees(&city.city, case)).ok_or(Error::NotFound("case"))?;
        let events = self.store().events(case.id).await?;
        Ok((case, events))
    }
}

impl App {
    /// A part of a list of this desk's cases.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a unit that is not the desk's.
    pub async fn desk_list(&self, desk: &Desk, search: &Search, most: usize) -> Result<Listing> {
        let city = self.city();
        if search.unit.as_ref().is_some_and(|unit| !desk.has(&city.city, unit)) {
            return Err(Error::NotFound("unit"));
        }
        // One more tells whether another part follows.
        let filter = search.filter(desk, self.now(), most as u64 + 1);
        let mut cases = self.store().list(&filter).await?;
        let whole = cases.len() <= most;
        cases.truncate(most);
        let end = cases.last().filter(|_| !whole);
        Ok(Listing { more: end.map(|case| Keyset::of(case, filter.order)), cases })
    }

    /// How many cases of this desk are in which state.
    ///
    /// # Errors
    /// The store's.
    pub async fn desk_counts(&self, desk: &Desk) -> Result<Vec<(State, u64)>> {
        let mut counts = Vec::new();
        for state in State::ALL {
            let filter =
                CaseFilter { desks: Some(desk.units.clone()), states: vec![state], ..CaseFilter::default() };
            counts.push((state, self.store().count(&filter).await?));
        }
        Ok(counts)
    }

    /// Letters that were given up, of chats on this desk's ground; the newest first.
    ///
    /// # Errors
    /// The store's.
    pub async fn desk_dead_letters(&self, desk: &Desk, most: u64) -> Result<Vec<DeadLetter>> {
        let city = self.city();
        let mut letters = self.store().dead_letters(most).await?;
        letters.retain(|letter| desk.has_chat(&city.city, &letter.chat));
        Ok(letters)
    }

    /// Chats on this desk's ground that do not take messages.
    ///
    /// # Errors
    /// The store's.
    pub async fn desk_unreachable(&self, desk: &Desk, most: u64) -> Result<Vec<Chat>> {
        let city = self.city();
        let mut chats = self.store().unreachable_chats(most).await?;
        chats.retain(|chat| desk.has_chat(&city.city, chat));
        Ok(chats)
    }
}
