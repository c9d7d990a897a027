//! Figures by unit, by matter, by period.

use super::{Figures, Window, compute, compute::compute_lines, line::Line};
use crate::domain::{Case, City, Unit, UnitLevel};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What figures are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// Everything together.
    Whole,
    /// By district.
    District,
    /// By subdistrict.
    Subdistrict,
    /// By community.
    Community,
    /// By grid.
    Grid,
    /// By department: its own whistles, by their own clocks.
    Department,
    /// By matter.
    Category,
    /// By day, in the city's zone.
    Day,
    /// By week from Monday.
    Week,
    /// By month.
    Month,
}

impl Grouping {
    /// Every grouping.
    pub const ALL: [Self; 10] = [
        Self::Whole,
        Self::District,
        Self::Subdistrict,
        Self::Community,
        Self::Grid,
        Self::Department,
        Self::Category,
        Self::Day,
        Self::Week,
        Self::Month,
    ];

    /// The word in the API and in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::District => "district",
            Self::Subdistrict => "subdistrict",
            Self::Community => "community",
            Self::Grid => "grid",
            Self::Department => "department",
            Self::Category => "category",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The grouping that a word names.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grouping| grouping.as_str() == word)
    }
}

/// The figures of one group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// The unit's or matter's code, or the period's first day; `-` for cases in no such unit.
    pub key: String,
    /// As people call it.
    pub name: String,
    /// The period of these figures.
    pub window: Window,
    /// The figures.
    pub figures: Figures,
}

/// Where a key for cases in no unit of the level would be.
const NONE: (&str, &str) = ("-", "不在其中 none of these");

/// Figures by group, in key order; groups without a case are left out, periods are not.
pub fn grouped(cases: &[Case], grouping: Grouping, window: &Window, city: &City) -> Vec<Group> {
    match grouping {
        Grouping::Whole => vec![whole(cases, window, city)],
        Grouping::District => by_unit(cases, UnitLevel::District, window, city),
        Grouping::Subdistrict => by_unit(cases, UnitLevel::Subdistrict, window, city),
        Grouping::Community => by_unit(cases, UnitLevel::Community, window, city),
        Grouping::Grid => by_unit(cases, UnitLevel::Grid, window, city),
        Grouping::Department => by_department(cases, window, city),
        Grouping::Category => by_category(cases, window, city),
        Grouping::Day | Grouping::Week | Grouping::Month => by_period(cases, grouping, window, city),
    }
}

/// The unit of a level that a case counts for: its owner's, else that of its place, else its desk's.
pub fn unit_of<'a>(case: &Case, level: UnitLevel, city: &'a City) -> Option<&'a Unit> {
    let owner = case.whistle.as_ref().map(|whistle| whistle.unit.clone());
    let place =
        case.place.corrected_to.clone().or_else(|| case.place.located.grid.as_deref().map(Into::into));
    let units = [owner, place, Some(case.desk.clone())];
    units.into_iter().flatten().find_map(|unit| city.organisation.above(&unit, level))
}

fn whole(cases: &[Case], window: &Window, city: &City) -> Group {
    let district = city.organisation.units().filter(|unit| unit.level == UnitLevel::District);
    let (key, name) = district
        .min_by(|a, b| a.code.cmp(&b.code))
        .map_or_else(none, |unit| (unit.code.to_string(), unit.name.clone()));
    Group { key, name, window: *window, figures: compute(cases, window) }
}

fn by_unit(cases: &[Case], level: UnitLevel, window: &Window, city: &City) -> Vec<Group> {
    by_key(cases, window, |case| {
        unit_of(case, level, city).map_or_else(none, |unit| (unit.code.to_string(), unit.name.clone()))
    })
}

fn by_category(cases: &[Case], window: &Window, city: &City) -> Vec<Group> {
    by_key(cases, window, |case| {
        let name = city.catalogue.get(&case.category).map(|category| category.name.clone());
        (case.category.to_string(), name.unwrap_or_default())
    })
}

fn by_key(cases: &[Case], window: &Window, key: impl Fn(&Case) -> (String, String)) -> Vec<Group> {
    let mut groups: BTreeMap<(String, String), Vec<&Case>> = BTreeMap::new();
    for case in cases {
        groups.entry(key(case)).or_default().push(case);
    }
    let figures = groups.into_iter().map(|((key, name), cases)| Group {
        key,
        name,
        window: *window,
        figures: compute(cases, window),
    });
    figures.filter(|group| group.figures != Figures::default()).collect()
}

fn by_department(cases: &[Case], window: &Window, city: &City) -> Vec<Group> {
    let mut groups: BTreeMap<(String, String), Vec<Line<'_>>> = BTreeMap::new();
    for line in
        cases.iter().flat_map(|case| std::iter::once(Line::owner(case)).chain(Line::departments(case)))
    {
        let unit = line.whistle.and_then(|whistle| city.organisation.unit(&whistle.unit));
        let called = |unit: &&Unit| matches!(unit.level, UnitLevel::Department | UnitLevel::Organisation);
        if let Some(unit) = unit.filter(called) {
            groups.entry((unit.code.to_string(), unit.name.clone())).or_default().push(line);
        }
    }
    let figures = groups.into_iter().map(|((key, name), lines)| Group {
        key,
        name,
        window: *window,
        figures: compute_lines(lines, window),
    });
    figures.filter(|group| group.figures != Figures::default()).collect()
}

fn by_period(cases: &[Case], grouping: Grouping, window: &Window, city: &City) -> Vec<Group> {
    let zone = city.calendar.zone;
    let mut groups = Vec::new();
    let mut day = first_day(window.from.with_timezone(&zone).date_naive(), grouping);
    while let Some(next) = after(day, grouping) {
        let (from, to) = (midnight(day, zone), midnight(next, zone));
        if from >= window.to {
            break;
        }
        let part = Window { from: from.max(window.from), to: to.min(window.to) };
        let key = day.to_string();
        groups.push(Group { name: key.clone(), key, window: part, figures: compute(cases, &part) });
        day = next;
    }
    groups
}

fn first_day(day: NaiveDate, grouping: Grouping) -> NaiveDate {
    let back = match grouping {
        Grouping::Week => day.weekday().num_days_from_monday(),
        Grouping::Month => day.day0(),
        _ => 0,
    };
    day.checked_sub_days(Days::new(u64::from(back))).unwrap_or(day)
}

fn after(day: NaiveDate, grouping: Grouping) -> Option<NaiveDate> {
    match grouping {
        Grouping::Week => day.checked_add_days(Days::new(7)),
        Grouping::Month => day.checked_add_months(Months::new(1)),
        _ => day.succ_opt(),
    }
}

/// The first instant of a day in a zone, also where a clock change skips midnight.
pub fn midnight(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let at = day.and_time(NaiveTime::MIN);
    let local = zone.from_local_datetime(&at).earliest();
    local.map_or_else(|| Utc.from_utc_datetime(&at), |local| local.with_timezone(&Utc))
}

fn none() -> (String, String) {
    (NONE.0.to_owned(), NONE.1.to_owned())
}
