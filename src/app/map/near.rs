//! Who and what is near a point: service stations, units with somebody on duty, and outside every grid
//! the desks. People on duty have no position of their own: theirs is the station of the unit that they
//! are on duty for, else the unit's ground.

use crate::{
    app::{App, Result},
    atlas::{AreaLevel, Edition, Located, Places, Point},
    domain::{PersonCode, UnitCode},
    store::{Duty, Station},
};
use chrono::{DateTime, Datelike, Days, NaiveDateTime, Utc};
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};

/// How far somebody or something may be to be of use at the point.
const REACH_M: f64 = 20_000.0;

/// What is near a point, each the nearest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Nearby {
    /// Service stations (党群服务站).
    pub stations: Vec<NearStation>,
    /// Units with responders on duty at this moment.
    pub on_duty: Vec<NearDuty>,
    /// Communities that could take the case; only where no grid owns the point.
    pub desks: Vec<NearDesk>,
}

/// A service station near a point.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NearStation {
    /// The station's code.
    pub code: String,
    /// As people call it.
    pub name: String,
    /// Metres from the point.
    pub distance_m: f64,
}

/// A unit near a point where responders are on duty.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NearDuty {
    /// The unit.
    pub unit: UnitCode,
    /// As people call it.
    pub name: String,
    /// The station where they are; none: somewhere on the unit's ground.
    pub station: Option<String>,
    /// How many there are; their names are not for every reader.
    #[serde(serialize_with = "count")]
    pub people: Vec<PersonCode>,
    /// Metres to the station, or to the ground; zero on it.
    pub distance_m: f64,
}

/// A community near a point that is in no grid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NearDesk {
    /// The community.
    pub code: String,
    /// As people call it.
    pub name: String,
    /// Metres to its ground.
    pub distance_m: f64,
}

#[expect(clippy::ptr_arg, reason = "as serde calls it")]
fn count<S: Serializer>(people: &Vec<PersonCode>, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_u64(people.len() as u64)
}

impl App {
    /// What is near a point that an edition located: at most `most` of each, within 20 km.
    ///
    /// # Errors
    /// The store's.
    pub async fn nearby(
        &self,
        edition: &Edition,
        point: Point,
        located: &Located,
        most: usize,
    ) -> Result<Nearby> {
        let stations = self.store().load_stations().await?;
        let on_duty = self.on_duty().await?;
        let desks = if located.grid.is_some() { Vec::new() } else { desks(edition, point, most) };
        Ok(Nearby {
            on_duty: self.near_duty(edition, point, &stations, on_duty, most),
            stations: nearest_stations(&stations, point, most),
            desks,
        })
    }

    /// Who is on duty now and may answer a whistle, by unit.
    async fn on_duty(&self) -> Result<BTreeMap<UnitCode, BTreeSet<PersonCode>>> {
        let city = self.city();
        let organisation = &city.city.organisation;
        let local = local(self.now(), city.city.calendar.zone);
        let days = [weekday(local), weekday(yesterday(local))];
        let mut found: BTreeMap<UnitCode, BTreeSet<PersonCode>> = BTreeMap::new();
        for turn in self.store().duty_of(&days).await? {
            let responds = organisation.posts_of(&turn.person).iter().any(|post| post.role.responds());
            if responds && is_on(&turn, local) {
                found.entry(turn.unit).or_default().insert(turn.person);
            }
        }
        Ok(found)
    }

    fn near_duty(
        &self,
        edition: &Edition,
        point: Point,
        stations: &[Station],
        mut on_duty: BTreeMap<UnitCode, BTreeSet<PersonCode>>,
        most: usize,
    ) -> Vec<NearDuty> {
        let city = self.city();
        let manned: Vec<&Station> =
            stations.iter().filter(|station| on_duty.contains_key(&station.unit)).collect();
        let has_station: BTreeSet<&UnitCode> = manned.iter().map(|station| &station.unit).collect();
        let places = Places::new(manned.iter().map(|station| station.point));
        let near = places.nearest(point, manned.len(), REACH_M).into_iter();
        let mut found: Vec<(f64, UnitCode, Option<String>)> = near
            .map(|(at, metres)| (metres, manned[at].unit.clone(), Some(manned[at].name.clone())))
            .collect();
        for level in AreaLevel::ALL {
            let without = |code: &str| {
                let code = UnitCode::from(code);
                on_duty.contains_key(&code) && !has_station.contains(&code)
            };
            let ground = edition.nearest_of(level, point, (most, REACH_M), without);
            found.extend(ground.into_iter().map(|(area, metres)| (metres, area.code.into(), None)));
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        // A unit of two stations is told once, by the nearer one.
        let told = found.into_iter().filter_map(|(distance_m, unit, station)| {
            let people = on_duty.remove(&unit)?.into_iter().collect();
            let name = city.city.organisation.unit(&unit).map_or(unit.as_str(), |unit| &unit.name).to_owned();
            Some(NearDuty { unit, name, station, people, distance_m })
        });
        told.take(most).collect()
    }
}

fn nearest_stations(stations: &[Station], point: Point, most: usize) -> Vec<NearStation> {
    let found = Places::new(stations.iter().map(|station| station.point));
    let near = found.nearest(point, most, REACH_M).into_iter().map(|(at, distance_m)| {
        let station = &stations[at];
        NearStation { code: station.code.clone(), name: station.name.clone(), distance_m }
    });
    near.collect()
}

/// Communities by their own ground; one that is drawn without is found through its grids.
fn desks(edition: &Edition, point: Point, most: usize) -> Vec<NearDesk> {
    let own = edition.nearest(AreaLevel::Community, point, most, REACH_M);
    let own = own.into_iter().map(|(area, metres)| (metres, area.code));
    let grids = edition.nearest(AreaLevel::Grid, point, most, REACH_M);
    let through = grids.into_iter().filter_map(|(grid, metres)| {
        let community = edition.area(grid.parent?)?;
        (!community.has_ground).then_some((metres, community.code))
    });
    let mut found: Vec<(f64, &str)> = own.chain(through).collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(b.1)));
    let mut seen = BTreeSet::new();
    let each = found.into_iter().filter(|(_, code)| seen.insert(*code)).take(most);
    let desk = |(distance_m, code): (f64, &str)| {
        let name = edition.area(code).map_or(code, |area| area.name).to_owned();
        NearDesk { code: code.to_owned(), name, distance_m }
    };
    each.map(desk).collect()
}

fn local(now: DateTime<Utc>, zone: chrono_tz::Tz) -> NaiveDateTime {
    now.with_timezone(&zone).naive_local()
}

fn yesterday(local: NaiveDateTime) -> NaiveDateTime {
    local.checked_sub_days(Days::new(1)).unwrap_or(local)
}

fn weekday(local: NaiveDateTime) -> u8 {
    local.weekday().number_from_monday() as u8
}

/// A turn is of the day that it begins on: one over midnight began yesterday.
fn is_on(turn: &Duty, local: NaiveDateTime) -> bool {
    let over_midnight = turn.to <= turn.from;
    let of = |began: NaiveDateTime| {
        let (day, since) = (began.date(), turn.valid_from);
        turn.weekday == weekday(began)
            && since.is_none_or(|first| first <= day)
            && turn.valid_to.is_none_or(|last| day <= last)
    };
    let time = local.time();
    let today = of(local) && turn.from <= time && (over_midnight || time < turn.to);
    today || (over_midnight && time < turn.to && of(yesterday(local)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::map::fixture::{PLAIN, map};
    use chrono::NaiveDate;

    fn turn(weekday: u8, from: &str, to: &str) -> Duty {
        Duty {
            unit: "G1".into(),
            person: "P".into(),
            weekday,
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
            valid_from: None,
            valid_to: None,
        }
    }

    /// Of July 2026: the 8th is a Wednesday.
    fn at(day: u32, time: &str) -> NaiveDateTime {
        NaiveDate::from_ymd_opt(2026, 7, day).unwrap().and_time(time.parse().unwrap())
    }

    #[test]
    fn a_turn_is_on_from_its_first_instant_to_its_last() {
        let day = turn(3, "08:00:00", "12:00:00");
        let on = |time| is_on(&day, at(8, time));
        assert!(on("08:00:00") && on("11:59:59"));
        assert!(!on("07:59:59") && !on("12:00:00") && !is_on(&day, at(9, "09:00:00")));
    }

    #[test]
    fn a_turn_over_midnight_is_of_the_day_that_it_began_on() {
        let night = Duty { valid_to: NaiveDate::from_ymd_opt(2026, 7, 8), ..turn(3, "20:00:00", "06:00:00") };
        assert!(is_on(&night, at(8, "23:00:00")) && is_on(&night, at(9, "05:59:59")));
        assert!(!is_on(&night, at(8, "05:00:00")), "Tuesday's night has another turn");
        assert!(
            !is_on(&night, at(9, "06:00:00")) && !is_on(&night, at(15, "23:00:00")),
            "it was the last one"
        );
        let round = turn(3, "08:00:00", "08:00:00");
        assert!(is_on(&round, at(8, "08:00:00")) && is_on(&round, at(9, "07:59:59")));
        assert!(!is_on(&round, at(8, "07:59:59")) && !is_on(&round, at(9, "08:00:00")));
    }

    #[test]
    fn desks_outside_are_the_nearest_communities() {
        let (edition, _) = Edition::from_geojson(&map(&PLAIN)).unwrap();
        let near = desks(&edition, Point::new(120.44, 36.395), 3);
        let codes: Vec<_> = near.iter().map(|desk| desk.code.as_str()).collect();
        assert_eq!(codes, ["C2", "C1"]);
        assert!((near[0].distance_m - 897.0).abs() < 2.0, "{near:?}");
        assert_eq!(near[0].name, "C2单位");
    }
}
