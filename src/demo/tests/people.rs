//! People, duty, stations and offices against the map that they belong to.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::demo::ground::Vertex;
use crate::demo::outline::units;
use crate::demo::sources::rows;
use crate::demo::{cast, district};

#[derive(Deserialize)]
struct Person {
    code: String,
    name: String,
    phone: String,
    role: String,
    unit_code: String,
    language: String,
}

#[derive(Deserialize)]
struct Turn {
    unit_code: String,
    person_code: String,
    weekday: u8,
    from: String,
    to: String,
}

#[derive(Deserialize)]
struct Station {
    code: String,
    unit_code: String,
    lon: f64,
    lat: f64,
}

#[derive(Deserialize)]
struct Office {
    code: String,
    name: String,
    name_en: String,
    kind: String,
    work_list: String,
}

fn by_role(people: &[Person]) -> BTreeMap<&str, Vec<&Person>> {
    let mut roles: BTreeMap<&str, Vec<&Person>> = BTreeMap::new();
    for person in people {
        roles.entry(&person.role).or_default().push(person);
    }
    roles
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    assert_eq!(district(1), district(1));
    assert_ne!(district(1).map_geojson, district(2).map_geojson);
    assert_ne!(district(1).people_csv, district(2).people_csv);
}

#[test]
fn roles_are_counted_as_in_the_seed() {
    let people: Vec<Person> = rows(&district(1).people_csv);
    let roles = by_role(&people);
    let count = |role: &str| roles[role].len();
    let roster = count("grid_lead") + count("building_lead") + count("entrance_lead");
    assert_eq!(roster, 8626);
    assert_eq!(count("grid_lead"), 180);
    assert_eq!(count("branch_secretary"), 180);
    assert_eq!(count("member_household"), 670);
    assert_eq!(count("grid_worker"), 240);
    assert_eq!(count("dispatcher"), 60 + 11 + 1);
    assert_eq!(count("leader"), 15 + 22);
    assert!((172..=258).contains(&count("department_officer")));
    assert_eq!(count("admin"), 1);
    assert_eq!(roles.len(), 10);
}

#[test]
fn every_unit_has_the_people_that_it_needs() {
    let district = district(1);
    let people: Vec<Person> = rows(&district.people_csv);
    let departments: Vec<Office> = rows(&district.departments_csv);
    let staffed: BTreeSet<(&str, &str)> =
        people.iter().map(|p| (p.role.as_str(), p.unit_code.as_str())).collect();
    for unit in units(&district.map_geojson) {
        let needed: &[&str] = match unit.code.len() {
            6 => &["dispatcher", "leader", "admin"],
            9 => &["dispatcher", "leader"],
            12 => &["dispatcher"],
            15 => &["grid_worker", "branch_secretary", "grid_lead"],
            _ => &["building_lead", "entrance_lead", "member_household"],
        };
        for role in needed {
            assert!(staffed.contains(&(role, unit.code.as_str())), "{role} {}", unit.code);
        }
    }
    for department in &departments {
        assert!(staffed.contains(&("department_officer", department.code.as_str())));
    }
}

#[test]
fn every_person_has_a_unit_a_name_and_an_own_fake_number() {
    let district = district(1);
    let people: Vec<Person> = rows(&district.people_csv);
    let mut known: BTreeSet<String> = units(&district.map_geojson).into_iter().map(|u| u.code).collect();
    known.extend(rows::<Office>(&district.departments_csv).into_iter().map(|d| d.code));
    let codes: BTreeSet<&str> = people.iter().map(|p| p.code.as_str()).collect();
    let phones: BTreeSet<&str> = people.iter().map(|p| p.phone.as_str()).collect();
    assert_eq!(codes.len(), people.len());
    assert_eq!(phones.len(), people.len());
    for person in &people {
        assert!(known.contains(&person.unit_code), "{}", person.code);
        assert!((2..=3).contains(&person.name.chars().count()), "{}", person.name);
        assert!(person.phone.len() == 11 && person.phone.starts_with("199000"));
        assert!(["zh-CN", "en"].contains(&person.language.as_str()));
    }
    let english = people.iter().filter(|p| p.language == "en").count();
    assert!((10..100).contains(&english), "{english}");
}

#[test]
fn duty_covers_every_grid_by_day_and_every_community_by_night() {
    let district = district(1);
    let people: Vec<Person> = rows(&district.people_csv);
    let homes: BTreeMap<&str, &str> =
        people.iter().map(|p| (p.code.as_str(), p.unit_code.as_str())).collect();
    let turns: Vec<Turn> = rows(&district.duty_csv);
    for turn in &turns {
        let home = homes[turn.person_code.as_str()];
        assert!(home.starts_with(turn.unit_code.as_str()), "{}", turn.person_code);
    }
    let kept: BTreeSet<(&str, u8, &str, &str)> =
        turns.iter().map(|t| (t.unit_code.as_str(), t.weekday, t.from.as_str(), t.to.as_str())).collect();
    for unit in units(&district.map_geojson) {
        for weekday in 1..=7 {
            let by_day = kept.contains(&(unit.code.as_str(), weekday, "08:00", "18:00"));
            let by_night = kept.contains(&(unit.code.as_str(), weekday, "18:00", "08:00"));
            match unit.code.len() {
                6 | 9 | 15 => assert!(by_day, "{} {weekday}", unit.code),
                12 => assert!(by_night, "{} {weekday}", unit.code),
                _ => {}
            }
        }
    }
}

#[test]
fn stations_stand_inside_their_grid() {
    let district = district(1);
    let stations: Vec<Station> = rows(&district.stations_csv);
    assert_eq!(stations.len(), 66);
    let codes: BTreeSet<&str> = stations.iter().map(|s| s.code.as_str()).collect();
    let grids: BTreeSet<&str> = stations.iter().map(|s| s.unit_code.as_str()).collect();
    assert_eq!((codes.len(), grids.len()), (66, 66));
    let outlines = super::map::outlines(&district.map_geojson);
    for station in &stations {
        let place = Vertex::at_degrees(station.lon, station.lat);
        let outline = &outlines[&station.unit_code];
        assert!(crate::demo::ground::contains(outline, place), "{}", station.code);
    }
}

#[test]
fn departments_and_organisations_are_complete() {
    let district = district(1);
    let departments: Vec<Office> = rows(&district.departments_csv);
    assert_eq!(departments.len(), 86);
    let published = departments.iter().filter(|d| !d.work_list.is_empty());
    assert_eq!(published.count(), 22);
    let organisations: Vec<Office> = rows(&district.organisations_csv);
    assert!(organisations.iter().all(|o| o.kind == "organisation"));
    assert!(departments.iter().all(|d| d.kind == "department"));
    let all: Vec<&Office> = departments.iter().chain(&organisations).collect();
    let codes: BTreeSet<&str> = all.iter().map(|o| o.code.as_str()).collect();
    assert_eq!(codes.len(), all.len());
    assert!(all.iter().all(|o| !o.name.is_empty() && !o.name_en.is_empty()));
}

#[test]
fn the_cast_is_complete_and_of_one_community() {
    for seed in [1, 2, 3] {
        let district = district(seed);
        let cast = cast(&district);
        let roles: Vec<&str> = cast.iter().map(|c| c.role.as_str()).collect();
        assert_eq!(
            roles,
            [
                "grid_worker",
                "branch_secretary",
                "grid_lead",
                "building_lead",
                "dispatcher",
                "department_officer",
                "leader",
                "admin",
                "grid_worker"
            ]
        );
        let codes: BTreeSet<&str> = cast.iter().map(|c| c.code.as_str()).collect();
        assert_eq!(codes.len(), 9);
        assert!(cast[..5].iter().all(|c| c.unit_code.starts_with("370215002013")));
        assert_eq!(cast[4].unit_name, "古城社区");
        assert_eq!(cast[5].unit_name, "区综合行政执法局");
        assert_eq!(cast[6].unit_name, "即墨区");
        assert_eq!(cast[8].unit_code, cast[0].unit_code);
    }
}
