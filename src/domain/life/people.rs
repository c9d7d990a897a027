//! Who hears a whistle, who is told, and who may do what: by posts, never by names.

use super::turn::Turn;
use crate::domain::{Escalation, PersonCode, Refusal, Role, UnitCode, UnitLevel, Whistle, Who, access};

pub(super) const DESK: [Role; 2] = [Role::Dispatcher, Role::Admin];
const OVERSIGHT: [Role; 3] = [Role::Dispatcher, Role::Leader, Role::Admin];

impl Turn<'_> {
    /// The person of the roster who asks.
    pub fn person(&self) -> Result<PersonCode, Refusal> {
        self.by.as_person().cloned().ok_or(Refusal::NotYours)
    }

    /// The person, when a dispatcher over the case. An administrator counts as one.
    pub fn dispatcher(&self) -> Result<PersonCode, Refusal> {
        let person = self.person()?;
        if access::holds(self.city, &person, &DESK, &self.case) { Ok(person) } else { Err(Refusal::NotYours) }
    }

    /// The clock, or a dispatcher over the case.
    pub fn clock_or_dispatcher(&self) -> Result<(), Refusal> {
        if self.by == Who::Clock { Ok(()) } else { self.dispatcher().map(|_| ()) }
    }

    /// The person, when a dispatcher or leader over the case.
    pub fn overseer(&self) -> Result<PersonCode, Refusal> {
        let person = self.person()?;
        let over = access::holds(self.city, &person, &OVERSIGHT, &self.case);
        if over { Ok(person) } else { Err(Refusal::NotYours) }
    }

    /// One of those who brought the case, or a dispatcher over it.
    pub fn reporter_or_dispatcher(&self) -> Result<(), Refusal> {
        if self.case.is_reporter(&self.by) { Ok(()) } else { self.dispatcher().map(|_| ()) }
    }

    /// May the person answer this whistle? Its unit's responders; from the community's level on also the
    /// dispatchers and leaders of every level that was told.
    pub fn may_answer(&self, person: &PersonCode, whistle: &Whistle) -> bool {
        access::responds(self.city, person, &whistle.unit) || self.told_to_act(person, whistle)
    }

    fn told_to_act(&self, person: &PersonCode, whistle: &Whistle) -> bool {
        let posts = self.city.organisation.posts_of(person);
        let mut levels = LADDER.into_iter().filter(|(level, _)| *level <= whistle.escalation);
        levels.any(|(level, _)| {
            let unit = self.level_unit(Some(&whistle.unit), level);
            posts.iter().any(|post| OVERSIGHT.contains(&post.role) && unit.as_ref() == Some(&post.unit))
        })
    }

    /// The whistle that a person means: the one that the person leads, else the one that the person may
    /// answer; a department's before the owner's, and one that is still running before one that is done.
    pub fn own_whistle(&self, person: &PersonCode) -> Result<&Whistle, Refusal> {
        let all: Vec<&Whistle> = self.case.departments.iter().chain(&self.case.whistle).collect();
        let leads = |one: &&&Whistle| one.crew().any(|member| member == person);
        let may = |one: &&&Whistle| self.may_answer(person, one);
        let runs = |one: &&&Whistle| !one.is_done();
        let meant = all
            .iter()
            .filter(leads)
            .find(runs)
            .or_else(|| all.iter().filter(may).find(runs))
            .or_else(|| all.iter().find(leads))
            .or_else(|| all.iter().find(may));
        if all.is_empty() {
            return Err(self.wrong_state());
        }
        let meant = meant.copied().ok_or(Refusal::NotYours)?;
        self.lives().map(|()| meant)
    }

    /// A grid worker of the same community: may look at it, check it, and say what it is the same as.
    pub fn is_neighbour(&self, person: &PersonCode) -> bool {
        let organisation = &self.city.organisation;
        let around = self.around();
        let posts = organisation.posts_of(person);
        posts.iter().any(|post| post.role == Role::GridWorker && organisation.contains(&around, &post.unit))
    }

    /// The community of the case: the owner's, else the desk.
    fn around(&self) -> UnitCode {
        let owner = self.case.whistle.as_ref().map(|whistle| &whistle.unit);
        owner
            .and_then(|unit| self.city.organisation.above(unit, UnitLevel::Community))
            .map_or_else(|| self.case.desk.clone(), |unit| unit.code.clone())
    }

    /// Who hears the whistle of a unit. At a grid: branch secretary, grid lead, the building lead of the
    /// point's building group, and its grid workers other than the reporter. At a department: its
    /// officers. Where nobody of those exists: everybody there who may answer.
    pub fn hearers(&self, unit: &UnitCode) -> Vec<PersonCode> {
        let organisation = &self.city.organisation;
        let called = [Role::BranchSecretary, Role::GridLead, Role::DepartmentOfficer];
        let mut heard = organisation.holders(unit, &called);
        let group = self.case.place.located.building_group.as_deref().map(UnitCode::from);
        if let Some(group) = group.filter(|group| organisation.contains(unit, group)) {
            heard.extend(organisation.holders(&group, &[Role::BuildingLead]));
        }
        let workers = organisation.holders(unit, &[Role::GridWorker]);
        heard.extend(workers.into_iter().filter(|one| !self.case.is_reporter(&Who::Person(one.clone()))));
        if heard.is_empty() {
            heard = organisation.responders(unit);
        }
        each_once(heard)
    }

    /// Who is on a whistle: the lead and the helpers, or everybody who heard it while nobody leads.
    pub fn crew_or_hearers(&self, whistle: &Whistle) -> Vec<PersonCode> {
        if whistle.lead.is_some() { whistle.crew().cloned().collect() } else { self.hearers(&whistle.unit) }
    }

    /// Everybody who is on the case now.
    pub fn people_on_it(&self) -> Vec<PersonCode> {
        each_once(self.case.running().flat_map(|whistle| self.crew_or_hearers(whistle)).collect())
    }

    /// The person leads or helps at this whistle, or may answer it.
    pub fn is_on(&self, person: &PersonCode, whistle: &Whistle) -> bool {
        whistle.crew().any(|one| one == person) || self.may_answer(person, whistle)
    }

    /// The desk's dispatchers; where it has none, those of the nearest unit above that has.
    pub fn desk_people(&self) -> Vec<PersonCode> {
        self.nearest(&self.case.desk, &[Role::Dispatcher], None)
            .or_else(|| self.nearest(&self.case.desk, &[Role::Admin], None))
            .unwrap_or_default()
    }

    /// The dispatchers before whom a check comes: never the one who settled it.
    pub fn checking_dispatchers(&self) -> Vec<PersonCode> {
        let settler = self.case.settlement.as_ref().map(|settlement| &settlement.by);
        self.nearest(&self.case.desk, &DESK, settler).unwrap_or_default()
    }

    /// Another grid worker who can check what `settler` did: of the grid, else of its community.
    pub fn checking_workers(&self, grid: &UnitCode, settler: &PersonCode) -> Vec<PersonCode> {
        let organisation = &self.city.organisation;
        let others = |unit: &UnitCode| -> Vec<PersonCode> {
            let workers = organisation.holders(unit, &[Role::GridWorker]);
            workers.into_iter().filter(|one| one != settler).collect()
        };
        let near = others(grid);
        if !near.is_empty() {
            return near;
        }
        let community = organisation.above(grid, UnitLevel::Community);
        let grids = community.map_or(&[][..], |unit| organisation.children(&unit.code));
        each_once(grids.iter().flat_map(others).collect())
    }

    /// The dispatchers and leaders of a level; where it has none, those of the nearest level above.
    pub fn level_people(&self, unit: Option<&UnitCode>, level: Escalation) -> Vec<PersonCode> {
        let start = self.level_unit(unit, level).unwrap_or_else(|| self.case.desk.clone());
        self.nearest(&start, &[Role::Dispatcher, Role::Leader], None).unwrap_or_default()
    }

    /// The unit of a level above a whistle's unit; a department stands beside the tree, so that its levels
    /// are those of the case's ground.
    pub fn level_unit(&self, unit: Option<&UnitCode>, level: Escalation) -> Option<UnitCode> {
        let (_, wanted) = LADDER.into_iter().find(|(one, _)| *one == level)?;
        let owner = self.case.whistle.as_ref().map(|whistle| &whistle.unit);
        let places = unit.into_iter().chain(owner).chain([&self.case.desk]);
        let mut units = places.filter_map(|place| self.city.organisation.above(place, wanted));
        units.next().map(|unit| unit.code.clone())
    }

    /// The level that is told next when the desk itself is late: the one above it.
    pub fn level_above_desk(&self, told: Escalation) -> Option<Escalation> {
        let desk = self.city.organisation.unit(&self.case.desk).map(|unit| unit.level);
        let own = match desk {
            // Nobody is above the district: its own leaders are told.
            Some(UnitLevel::District | UnitLevel::Subdistrict) => Escalation::Subdistrict,
            Some(UnitLevel::Community) => Escalation::Community,
            _ => Escalation::Grid,
        };
        told.max(own).next()
    }

    fn nearest(
        &self,
        unit: &UnitCode,
        roles: &[Role],
        without: Option<&PersonCode>,
    ) -> Option<Vec<PersonCode>> {
        self.city
            .organisation
            .ladder(unit)
            .map(|unit| self.city.organisation.holders(&unit.code, roles))
            .map(|people| people.into_iter().filter(|one| Some(one) != without).collect::<Vec<_>>())
            .find(|people| !people.is_empty())
    }
}

/// The levels beyond the grid, and the units that stand for them.
const LADDER: [(Escalation, UnitLevel); 3] = [
    (Escalation::Community, UnitLevel::Community),
    (Escalation::Subdistrict, UnitLevel::Subdistrict),
    (Escalation::District, UnitLevel::District),
];

fn each_once(people: Vec<PersonCode>) -> Vec<PersonCode> {
    let mut once = Vec::with_capacity(people.len());
    for person in people {
        if !once.contains(&person) {
            once.push(person);
        }
    }
    once
}
