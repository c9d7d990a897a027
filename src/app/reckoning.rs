//! The figures of a period, for the console and the API: which cases, of whom, grouped how.

use super::{App, Desk, Result};
use crate::domain::{
    Case, City, UnitCode, UnitLevel,
    figures::{Group, Grouping, Window, grouped},
};
use chrono::{DateTime, Duration, Utc};

/// The longest period that is reckoned at a time.
const LONGEST: Duration = Duration::days(3 * 366);

/// What figures are asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct FiguresAsked {
    /// The period.
    pub window: Window,
    /// How they are grouped.
    pub by: Grouping,
    /// Only the cases of this unit and those below it.
    pub unit: Option<UnitCode>,
}

/// Why figures cannot be reckoned, for the one who asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreckonable {
    /// 中文
    pub chinese: String,
    /// English.
    pub english: String,
}

impl Unreckonable {
    fn new(chinese: impl Into<String>, english: impl Into<String>) -> Self {
        Self { chinese: chinese.into(), english: english.into() }
    }
}

impl FiguresAsked {
    /// Reads what was asked for. `by` is a [`Grouping`], or `unit` for the level below the unit, or
    /// `period` for days, weeks or months by the length of the period; empty means `unit`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        by: &str,
        unit: Option<UnitCode>,
        city: &City,
    ) -> std::result::Result<Self, Unreckonable> {
        if from >= to {
            return Err(Unreckonable::new("时段的结束须在开始之后。", "the period must end after it begins"));
        }
        if to - from > LONGEST {
            let english = "the period must not be longer than three years";
            return Err(Unreckonable::new("时段不能超过三年。", english));
        }
        if let Some(unit) = unit.as_ref().filter(|unit| city.organisation.unit(unit).is_none()) {
            return Err(Unreckonable::new(
                format!("没有单位“{unit}”。"),
                format!("there is no unit `{unit}`"),
            ));
        }
        let by = match by {
            "" | "unit" => below(unit.as_ref(), city),
            "period" => by_length(to - from),
            word => Grouping::parse(word).ok_or_else(|| {
                let english = format!("figures cannot be grouped by `{word}`");
                Unreckonable::new(format!("不能按“{word}”分组。"), english)
            })?,
        };
        Ok(Self { window: Window { from, to }, by, unit })
    }

    /// Does the case count for the unit that was asked for? By its owner, or its desk while it has none,
    /// or a department that was called.
    fn has(&self, case: &Case, city: &City) -> bool {
        let Some(unit) = &self.unit else { return true };
        let owner = case.whistle.as_ref().map_or(&case.desk, |whistle| &whistle.unit);
        let called = case.departments.iter().any(|whistle| whistle.unit == *unit);
        called || city.organisation.contains(unit, owner) || city.organisation.contains(unit, &case.desk)
    }
}

fn below(unit: Option<&UnitCode>, city: &City) -> Grouping {
    match unit.and_then(|unit| city.organisation.unit(unit)).map(|unit| unit.level) {
        None | Some(UnitLevel::District) => Grouping::Subdistrict,
        Some(UnitLevel::Subdistrict) => Grouping::Community,
        Some(UnitLevel::Community | UnitLevel::Grid | UnitLevel::BuildingGroup) => Grouping::Grid,
        Some(UnitLevel::Department | UnitLevel::Organisation) => Grouping::Department,
    }
}

fn by_length(length: Duration) -> Grouping {
    match length.num_days() {
        ..=31 => Grouping::Day,
        32..=184 => Grouping::Week,
        _ => Grouping::Month,
    }
}

impl App {
    /// The figures that were asked for; with a desk, of its cases only.
    ///
    /// # Errors
    /// The store's.
    pub async fn figures(&self, asked: &FiguresAsked, desk: Option<&Desk>) -> Result<Vec<Group>> {
        let city = self.city();
        let Window { from, to } = asked.window;
        let mut cases = match desk {
            Some(desk) => self.store().finished_or_due_within(from, to, &desk.units).await?,
            None => self.store().finished_or_due(from, to).await?,
        };
        cases.retain(|case| asked.has(case, &city.city));
        Ok(grouped(&cases, asked.by, &asked.window, &city.city))
    }
}
