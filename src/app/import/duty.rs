//! The duty roster: who is on when, a week that repeats.

use super::{
    Faults,
    calendar::date,
    sheet::{Columns, Row, Sheet},
    stations::known_unit,
};
use crate::{
    domain::{Organisation, PersonCode, UnitCode},
    store::Duty,
};
use chrono::{NaiveDate, NaiveTime};
use std::collections::HashMap;

const COLUMNS: Columns = Columns {
    needed: &["unit_code", "person_code", "weekday", "from", "to"],
    welcome: &["valid_from", "valid_to"],
};

/// One turn of a week.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Turn {
    /// For which unit.
    pub unit: UnitCode,
    /// Who.
    pub person: PersonCode,
    /// 1 (Monday) to 7.
    pub weekday: u8,
    /// City time.
    pub from: NaiveTime,
    /// City time; not later than `from`: it ends on the next day.
    pub to: NaiveTime,
    /// From this day on; open where none.
    pub valid_from: Option<NaiveDate>,
    /// To this day; open where none.
    pub valid_to: Option<NaiveDate>,
}

impl Turn {
    /// As the store keeps it.
    pub(super) fn into_row(self) -> Duty {
        Duty {
            unit: self.unit,
            person: self.person,
            weekday: self.weekday,
            from: self.from,
            to: self.to,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
        }
    }
}

/// Reads turns against the units and people that are known, in order.
///
/// # Errors
/// Every bad row.
pub fn read_duty(bytes: &[u8], organisation: &Organisation) -> Result<Vec<Turn>, Faults> {
    let sheet = Sheet::read(bytes, &COLUMNS)?;
    let mut faults = sheet.faults();
    let mut turns: HashMap<Turn, usize> = HashMap::new();
    for row in sheet.rows() {
        let Some(turn) = turn(&row, organisation, &mut faults) else { continue };
        if let Some(first) = turns.insert(turn, row.line) {
            faults.add(row.line, format!("与第 {first} 行相同 the same as line {first}"));
        }
    }
    let mut turns: Vec<_> = turns.into_keys().collect();
    turns.sort();
    faults.or(turns)
}

fn turn(row: &Row<'_>, organisation: &Organisation, faults: &mut Faults) -> Option<Turn> {
    let line = row.line;
    let unit = faults.keep(line, row.need("unit_code").and_then(|code| known_unit(code, organisation)));
    let person = faults.keep(line, row.need("person_code").and_then(|code| known_person(code, organisation)));
    let weekday = faults.keep(line, weekday(row.get("weekday")));
    let from = faults.keep(line, time(row, "from"));
    let to = faults.keep(line, time(row, "to"));
    let valid_from = faults.keep(line, open_date(row.get("valid_from")));
    let valid_to = faults.keep(line, open_date(row.get("valid_to")));
    let (valid_from, valid_to) = (valid_from?, valid_to?);
    if valid_from.zip(valid_to).is_some_and(|(from, to)| to < from) {
        faults.add(line, "valid_to 早于 valid_from is before valid_from");
    }
    Some(Turn { unit: unit?, person: person?, weekday: weekday?, from: from?, to: to?, valid_from, valid_to })
}

fn known_person(code: &str, organisation: &Organisation) -> Result<PersonCode, String> {
    let known = organisation.person(&code.into()).map(|person| person.code.clone());
    known.ok_or_else(|| format!("没有人员 there is no person `{code}`"))
}

fn weekday(text: &str) -> Result<u8, String> {
    let day = text.parse::<u8>().ok().filter(|day| (1..=7).contains(day));
    day.ok_or_else(|| format!("weekday 应为 1（周一）至 7 must be 1 (Monday) to 7, not `{text}`"))
}

fn time(row: &Row<'_>, column: &str) -> Result<NaiveTime, String> {
    let text = row.need(column)?;
    NaiveTime::parse_from_str(text, "%H:%M")
        .map_err(|_| format!("{column} 应写作 08:00 must be such as 08:00"))
}

fn open_date(text: &str) -> Result<Option<NaiveDate>, String> {
    if text.is_empty() { Ok(None) } else { date(text).map(Some) }
}
