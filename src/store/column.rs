//! Between columns and values: times, words and documents.

use super::{Error, Result};
use crate::domain::{ChatId, Party, PersonCode, Who};
use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};

/// Milliseconds since 1970: what a time column holds (`entity` says why).
pub(super) fn ms(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

/// The same of a time that may be absent.
pub(super) fn ms_opt(at: Option<DateTime<Utc>>) -> Option<i64> {
    at.map(ms)
}

/// A time column's value. What no calendar has (a hand wrote it) becomes 1970.
pub(super) fn at(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms).unwrap_or_default()
}

/// A document column.
pub(super) fn json<T: Serialize>(table: &'static str, value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Unwritable { table, why: error.to_string() })
}

/// A document column's value.
pub(super) fn from_json<T: DeserializeOwned>(
    table: &'static str,
    id: impl ToString,
    text: &str,
) -> Result<T> {
    serde_json::from_str(text).map_err(|error| corrupt(table, id, error))
}

/// The word that serde gives a plain variant (`grid_worker`).
pub(super) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("a plain variant is one word, not {other:?}"),
    }
}

/// The variant that a word names.
pub(super) fn from_word<T: DeserializeOwned>(
    table: &'static str,
    id: impl ToString,
    word: &str,
) -> Result<T> {
    let value = serde_json::Value::String(word.to_owned());
    serde_json::from_value(value).map_err(|error| corrupt(table, id, error))
}

/// A row that cannot be read.
pub(super) fn corrupt(table: &'static str, id: impl ToString, why: impl ToString) -> Error {
    Error::Corrupt { table, id: id.to_string(), why: why.to_string() }
}

/// A party as one word: `person:W0001`, `chat:12`, `anonymous`.
pub(super) fn party(party: &Party) -> String {
    match party {
        Party::Person(code) => person(code),
        Party::Chat(ChatId(id)) => format!("chat:{id}"),
        Party::Anonymous => "anonymous".to_owned(),
    }
}

/// A person as a party's word.
pub(super) fn person(code: &PersonCode) -> String {
    format!("person:{code}")
}

/// Who did something, as one word.
pub(super) fn who(who: &Who) -> String {
    if *who == Who::Clock { "clock".to_owned() } else { party(&who.party()) }
}
