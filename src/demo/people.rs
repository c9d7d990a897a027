//! The people of the district: the roster of leads and everybody else who has a role.

use super::chance::{Chance, share_out};
use super::layout::{Area, SHOWN_COMMUNITY};
use super::names::PersonNames;
use super::sources::{DISTRICT, Office, table};

/// Grid leads, building leads and entrance leads together, as the seed text counts them.
pub const ROSTER: usize = 8626;
pub const MEMBER_HOUSEHOLDS: usize = 670;
/// Leaders of the district who each keep in touch with one community.
pub const DISTRICT_LEADERS: usize = 15;
/// Grids with a second worker.
const SECOND_WORKERS: usize = 60;
/// Buildings with a lead; the rest of the roster are entrance leads, about three a building.
const BUILDING_LEADS: usize = 2106;

/// A person in a role at a unit: one row of the people's import file.
#[derive(Debug, Clone)]
pub struct Person {
    pub code: String,
    pub name: String,
    pub phone: String,
    pub role: &'static str,
    pub unit_code: String,
    pub language: &'static str,
}

/// Everybody, role by role, in the order of the units.
pub fn people(areas: &[Area], departments: &[Office], chance: &Chance) -> Vec<Person> {
    let of_level = |level: &str| -> Vec<&Area> { areas.iter().filter(|area| area.level == level).collect() };
    let (grids, groups) = (of_level("grid"), of_level("building_group"));
    let (communities, subdistricts) = (of_level("community"), of_level("subdistrict"));
    let mut roll = Roll::new(chance.branch(1));
    let mut sizes = chance.branch(2);

    for (grid, seconds) in grids.iter().zip(second_workers(&grids, &mut sizes)) {
        roll.add("W", "grid_worker", &grid.code, 1 + seconds);
    }
    for grid in &grids {
        roll.add("S", "branch_secretary", &grid.code, 1);
    }
    for grid in &grids {
        roll.add("G", "grid_lead", &grid.code, 1);
    }

    let buildings: Vec<f64> = groups.iter().map(|_| sizes.between(0.5, 1.6)).collect();
    let entrance_leads = ROSTER - grids.len() - BUILDING_LEADS;
    let rosters = [
        ("B", "building_lead", BUILDING_LEADS, 1),
        ("E", "entrance_lead", entrance_leads, 2),
        ("M", "member_household", MEMBER_HOUSEHOLDS, 1),
    ];
    for (letter, role, total, least) in rosters {
        for (group, count) in groups.iter().zip(share_out(total, least, &buildings)) {
            roll.add(letter, role, &group.code, count);
        }
    }

    roll.add("C", "dispatcher", DISTRICT.0, 1);
    for unit in subdistricts.iter().chain(&communities) {
        roll.add("C", "dispatcher", &unit.code, 1);
    }
    roll.add("L", "leader", DISTRICT.0, DISTRICT_LEADERS);
    for unit in &subdistricts {
        roll.add("L", "leader", &unit.code, 2);
    }
    for department in departments {
        let officers = if sizes.one_in(2) { 2 } else { 3 };
        roll.add("O", "department_officer", &department.code, officers);
    }
    roll.add("A", "admin", DISTRICT.0, 1);
    roll.people
}

/// How many second workers each grid has: none or one; the shown community always has one.
fn second_workers(grids: &[&Area], chance: &mut Chance) -> Vec<usize> {
    let shown = |grid: &Area| grid.parent.as_deref() == Some(SHOWN_COMMUNITY);
    let mut order: Vec<(bool, f64, usize)> = grids
        .iter()
        .enumerate()
        .map(|(index, grid)| (!shown(grid), chance.between(0.0, 1.0), index))
        .collect();
    order.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut seconds = vec![0; grids.len()];
    for (_, _, index) in order.into_iter().take(SECOND_WORKERS) {
        seconds[index] = 1;
    }
    seconds
}

/// Takes people on: a code by role and number, a name, a telephone number that nobody has.
struct Roll {
    people: Vec<Person>,
    numbers: std::collections::BTreeMap<&'static str, usize>,
    names: PersonNames,
    chance: Chance,
}

impl Roll {
    fn new(chance: Chance) -> Self {
        Self {
            people: Vec::new(),
            numbers: std::collections::BTreeMap::new(),
            names: PersonNames::new(chance.branch(1)),
            chance: chance.branch(2),
        }
    }

    fn add(&mut self, letter: &'static str, role: &'static str, unit_code: &str, count: usize) {
        for _ in 0..count {
            let number = self.numbers.entry(letter).or_default();
            *number += 1;
            let code = format!("{letter}{number:04}");
            let language = if self.chance.one_in(250) { "en" } else { "zh-CN" };
            self.people.push(Person {
                code,
                name: self.names.draw(),
                phone: format!("199000{:05}", self.people.len()),
                role,
                unit_code: unit_code.to_owned(),
                language,
            });
        }
    }
}

/// The people as `whistle import people` reads them.
pub fn people_csv(people: &[Person]) -> String {
    let row = |p: &Person| {
        [
            p.code.clone(),
            p.name.clone(),
            p.phone.clone(),
            p.role.to_owned(),
            p.unit_code.clone(),
            p.language.to_owned(),
        ]
    };
    table(["code", "name", "phone", "role", "unit_code", "language"], people.iter().map(row))
}
