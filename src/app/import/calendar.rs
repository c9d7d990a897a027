//! The published calendar: `date,kind,name`, holidays (`off`) and make-up workdays (`work`).

use super::{
    Faults,
    sheet::{Columns, Row, Sheet},
};
use crate::domain::DayKind;
use chrono::NaiveDate;
use std::collections::BTreeMap;

const COLUMNS: Columns = Columns { needed: &["date", "kind"], welcome: &["name"] };

/// A day that differs from Monday–Friday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// Which.
    pub date: NaiveDate,
    /// Off or work.
    pub kind: DayKind,
    /// The festival.
    pub name: String,
}

/// Reads a calendar, in date order.
///
/// # Errors
/// Every bad row.
pub fn read_calendar(bytes: &[u8]) -> Result<Vec<Day>, Faults> {
    let sheet = Sheet::read(bytes, &COLUMNS)?;
    let mut faults = sheet.faults_of_needed();
    let mut days: BTreeMap<NaiveDate, (usize, Day)> = BTreeMap::new();
    for row in sheet.rows() {
        let Some(day) = day(&row, &mut faults) else { continue };
        match days.get(&day.date) {
            Some((first, _)) => {
                faults.add(
                    row.line,
                    format!("日期与第 {first} 行重复 the date stands in line {first} already"),
                );
            }
            None => {
                days.insert(day.date, (row.line, day));
            }
        }
    }
    faults.or(days.into_values().map(|(_, day)| day).collect())
}

fn day(row: &Row<'_>, faults: &mut Faults) -> Option<Day> {
    let date = faults.keep(row.line, row.need("date").and_then(date));
    let kind = match row.get("kind").to_lowercase().as_str() {
        "off" => Some(DayKind::Off),
        "work" => Some(DayKind::Work),
        other => faults.keep(row.line, Err(format!("kind 应为 must be off or work, not `{other}`"))),
    };
    Some(Day { date: date?, kind: kind?, name: row.get("name").to_owned() })
}

/// `2026-01-01`, `2026/1/1` or `20260101`.
pub(super) fn date(text: &str) -> Result<NaiveDate, String> {
    let forms = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d"];
    let read = forms.iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok());
    read.filter(|date| (2000..2200).contains(&chrono::Datelike::year(date)))
        .ok_or_else(|| format!("日期应写作 2026-01-31 a date such as 2026-01-31 is needed, not `{text}`"))
}
