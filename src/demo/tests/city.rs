//! The city as data: every row of the catalogue is complete, every date of the calendar is one.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Deserialize;

use crate::demo::sources::rows;

const CATALOGUE: &str = include_str!("../../../config/city/catalogue.csv");
const CALENDAR: &str = include_str!("../../../config/city/calendar.csv");
const UNCATEGORISED: &str = "00000";

#[derive(Deserialize)]
struct Matter {
    code: String,
    major: String,
    name: String,
    major_en: String,
    name_en: String,
    keywords: String,
    keywords_en: String,
    answer_limit: String,
    arrive_limit: String,
    settle_limit: String,
    closing_conditions: String,
    closing_conditions_en: String,
    direct: String,
    photo_required: String,
}

#[derive(Deserialize)]
struct Day {
    date: NaiveDate,
    kind: String,
    name: String,
}

fn catalogue() -> Vec<Matter> {
    rows(CATALOGUE)
}

/// `"2 work_hour"` as amount and kind.
fn limit(text: &str) -> Option<(f64, &str)> {
    let (amount, kind) = text.split_once(' ')?;
    let kinds = ["urgent_hour", "natural_day", "work_hour", "work_day"];
    let amount: f64 = amount.parse().ok().filter(|a| *a > 0.0)?;
    kinds.contains(&kind).then_some((amount, kind))
}

fn items(list: &str) -> Vec<&str> {
    list.split(';').filter(|item| !item.is_empty()).collect()
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[test]
fn the_catalogue_has_the_97_matters_and_one_for_the_rest() {
    let matters = catalogue();
    let codes: BTreeSet<&str> = matters.iter().map(|m| m.code.as_str()).collect();
    assert_eq!((matters.len(), codes.len()), (98, 98));
    assert!(codes.contains(UNCATEGORISED));
    let majors: BTreeMap<&str, usize> = matters.iter().fold(BTreeMap::new(), |mut count, m| {
        *count.entry(&m.code[..2]).or_default() += 1;
        count
    });
    let expected = [("00", 1), ("06", 51), ("07", 7), ("08", 16), ("09", 21), ("10", 2)];
    assert_eq!(majors, BTreeMap::from(expected));
}

#[test]
fn every_matter_is_named_and_limited() {
    for m in catalogue() {
        assert!(is_chinese(&m.major) && is_chinese(&m.name), "{}", m.code);
        assert!(!is_chinese(&m.major_en) && !m.major_en.is_empty(), "{}", m.code);
        assert!(!is_chinese(&m.name_en) && !m.name_en.is_empty(), "{}", m.code);
        for text in [&m.answer_limit, &m.arrive_limit, &m.settle_limit] {
            assert!(limit(text).is_some(), "{}: {text}", m.code);
        }
        for answer in [&m.direct, &m.photo_required] {
            assert!(["yes", "no"].contains(&answer.as_str()), "{}", m.code);
        }
    }
}

/// Rough hours of a limit: enough to see that nobody is to settle before arriving.
fn hours(text: &str) -> f64 {
    match limit(text) {
        Some((amount, "urgent_hour" | "work_hour")) => amount,
        Some((amount, "work_day")) => amount * 8.0,
        Some((amount, _)) => amount * 24.0,
        None => f64::NAN,
    }
}

#[test]
fn answer_comes_before_arrival_and_arrival_before_settlement() {
    for m in catalogue() {
        let [answer, arrive, settle] =
            [&m.answer_limit, &m.arrive_limit, &m.settle_limit].map(|text| hours(text));
        assert!(answer < arrive && arrive < settle, "{}", m.code);
    }
}

#[test]
fn every_matter_has_closing_conditions_in_both_languages() {
    for m in catalogue() {
        let (zh, en) = (items(&m.closing_conditions), items(&m.closing_conditions_en));
        assert!(!zh.is_empty() && zh.len() == en.len(), "{}", m.code);
        assert!(zh.iter().all(|line| is_chinese(line)), "{}", m.code);
        assert!(!en.iter().any(|line| is_chinese(line)), "{}", m.code);
    }
}

#[test]
fn a_keyword_points_to_one_matter_only() {
    let mut owner: BTreeMap<String, String> = BTreeMap::new();
    for m in catalogue() {
        let (zh, en) = (items(&m.keywords), items(&m.keywords_en));
        if m.code == UNCATEGORISED {
            assert!(zh.is_empty() && en.is_empty());
            continue;
        }
        assert!(zh.len() >= 3 && en.len() >= 3, "{}", m.code);
        assert!(zh.iter().all(|word| is_chinese(word)), "{}", m.code);
        for word in zh.iter().chain(&en) {
            assert_eq!(*word, word.trim().to_lowercase(), "{}", m.code);
            let before = owner.insert((*word).to_owned(), m.code.clone());
            assert_eq!(before, None, "{word} of {}", m.code);
        }
    }
}

#[test]
fn the_calendar_names_off_days_and_make_up_workdays() {
    let days: Vec<Day> = rows(CALENDAR);
    let dates: BTreeSet<NaiveDate> = days.iter().map(|d| d.date).collect();
    assert_eq!((days.len(), dates.len()), (72, 72));
    for day in &days {
        assert!(["off", "work"].contains(&day.kind.as_str()), "{}", day.date);
        assert!(!day.name.is_empty(), "{}", day.date);
    }
}
