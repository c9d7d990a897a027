//! Where: a position as it came, as WGS-84, and what the map says of it.

use crate::atlas::{Datum, Located, Point};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The place of a case. Without a point it is words only, and goes to a desk.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The position, WGS-84.
    pub fix: Option<Fix>,
    /// The place in words: typed, or the name of a venue.
    pub words: Option<String>,
    /// What the map said when the case was routed.
    pub located: Located,
    /// The map edition that it was routed by.
    pub edition: Option<i64>,
    /// The grid that the reporter chose in place of the one found.
    pub corrected_to: Option<super::UnitCode>,
}

impl Place {
    /// The position, where there is one.
    pub fn point(&self) -> Option<Point> {
        self.fix.map(|fix| fix.point)
    }
}

/// A position as a phone gave it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fix {
    /// WGS-84.
    pub point: Point,
    /// Longitude and latitude as they came, in `datum`.
    pub given: (f64, f64),
    /// The datum that they came in.
    pub datum: Datum,
    /// Radius of uncertainty in metres, where the phone told it.
    pub accuracy_m: Option<f64>,
    /// When the phone took it.
    pub taken_at: Option<DateTime<Utc>>,
    /// How it was given.
    pub source: PlaceSource,
}

impl Fix {
    /// A position as it came, converted.
    pub fn new(lon: f64, lat: f64, datum: Datum, source: PlaceSource) -> Self {
        Self {
            point: datum.to_wgs84(lon, lat),
            given: (lon, lat),
            datum,
            accuracy_m: None,
            taken_at: None,
            source,
        }
    }
}

/// How a position was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceSource {
    /// The phone's own position.
    #[default]
    Pin,
    /// A live location.
    Live,
    /// A named venue picked from a list.
    Venue,
    /// A tap on a map.
    Map,
    /// A program (API, Open311).
    Api,
}

/// How far an arrival is believed. Allowed in every case, marked, and told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// A fresh and exact fix on the spot.
    Verified,
    /// Close by, or on the spot with a coarse fix.
    Near,
    /// Too far, too old, or no fix at all.
    Unverified,
}

/// The evidence of an arrival.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arrival {
    /// The position, where one was given.
    pub fix: Option<Fix>,
    /// Metres between the fix and the case, where both are known.
    pub distance_m: Option<f64>,
    /// How far it is believed.
    pub evidence: Evidence,
}
