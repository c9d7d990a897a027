//! A GeoJSON feature collection, taken apart feature by feature: only one of them is ever unfolded, so
//! that a map of a million areas needs little more memory than its text.

use super::datum::Datum;
use super::feature::{Feature, Position, Property, Rings};
use super::finding::{Finding, Flaw};
use geojson::{GeometryValue, JsonObject, JsonValue};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A feature collection whose features are still text.
#[derive(Debug)]
pub struct Collection<'a> {
    features: Vec<&'a RawValue>,
    /// Its foreign member `datum`.
    pub datum: Datum,
}

#[derive(Deserialize)]
struct Outline<'a> {
    r#type: Option<JsonValue>,
    datum: Option<JsonValue>,
    #[serde(borrow)]
    features: Option<&'a RawValue>,
}

impl<'a> Collection<'a> {
    /// Opens a text, with or without a byte order mark.
    ///
    /// # Errors
    /// When it is no feature collection, holds none, or names an unknown datum.
    pub fn open(text: &'a str) -> Result<Self, Finding> {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let whole: &RawValue = serde_json::from_str(text).map_err(not_json)?;
        if !whole.get().starts_with('{') {
            return Err(not_a_collection());
        }
        let outline: Outline = serde_json::from_str(whole.get()).map_err(not_json)?;
        let is_collection = outline.r#type.as_ref().and_then(JsonValue::as_str) == Some("FeatureCollection");
        let datum = datum_of(outline.datum)?;
        let features = outline.features.filter(|list| is_collection && list.get().starts_with('['));
        let list = features.ok_or_else(not_a_collection)?;
        let features: Vec<&RawValue> = serde_json::from_str(list.get()).map_err(not_json)?;
        if features.is_empty() {
            return Err(Finding::error(
                Flaw::EmptyCollection,
                "the collection holds no feature",
                "集合中没有任何要素",
            ));
        }
        Ok(Self { features, datum })
    }

    /// The features in the order of the file. An error is a feature that is none.
    pub fn features(&self) -> impl ExactSizeIterator<Item = Result<Feature, Finding>> {
        self.features.iter().map(|text| feature(text.get()))
    }
}

fn not_json(error: serde_json::Error) -> Finding {
    let (message, message_zh) = (format!("not JSON: {error}"), format!("不是 JSON:{error}"));
    Finding::error(Flaw::NotGeojson, message, message_zh)
}

fn not_a_collection() -> Finding {
    Finding::error(
        Flaw::NotGeojson,
        "not a GeoJSON FeatureCollection",
        "不是 GeoJSON 要素集合(FeatureCollection)",
    )
}

fn datum_of(member: Option<JsonValue>) -> Result<Datum, Finding> {
    let word = match member {
        None | Some(JsonValue::Null) => return Ok(Datum::default()),
        Some(JsonValue::String(word)) => word,
        Some(other) => other.to_string(),
    };
    word.parse().map_err(|error| {
        let message_zh = format!("未知坐标系“{word}”,可用:wgs84、cgcs2000、gcj02、bd09");
        Finding::error(Flaw::UnknownDatum, format!("{error}"), message_zh)
    })
}

fn feature(text: &str) -> Result<Feature, Finding> {
    let feature: geojson::Feature = serde_json::from_str(text).map_err(|error| {
        Feature::unreadable(format!("not a GeoJSON feature: {error}"), format!("不是 GeoJSON 要素:{error}"))
    })?;
    let properties = feature.properties.unwrap_or_default();
    let property = |key| property(&properties, key);
    Ok(Feature {
        code: property("code"),
        name: property("name"),
        name_en: property("name_en"),
        level: property("level"),
        parent: property("parent"),
        polygons: polygons(feature.geometry.map(|geometry| geometry.value)),
    })
}

fn property(properties: &JsonObject, key: &str) -> Property {
    match properties.get(key) {
        None | Some(JsonValue::Null) => Property::Absent,
        Some(JsonValue::String(text)) => Property::text(text),
        Some(JsonValue::Number(number)) if number.is_u64() => Property::Text(number.to_string()),
        Some(_) => Property::Other,
    }
}

fn polygons(geometry: Option<GeometryValue>) -> Result<Vec<Rings>, Finding> {
    let polygons = match geometry {
        None => Vec::new(),
        Some(GeometryValue::Polygon { coordinates }) => vec![coordinates],
        Some(GeometryValue::MultiPolygon { coordinates }) => coordinates,
        Some(other) => return Err(Feature::wrong_geometry(other.type_name())),
    };
    polygons.into_iter().map(|rings| rings.iter().map(|ring| positions(ring)).collect()).collect()
}

fn positions(ring: &[geojson::Position]) -> Result<Vec<Position>, Finding> {
    let pair = |position: &geojson::Position| match *position.as_slice() {
        [lon, lat, ..] => Ok((lon, lat)),
        _ => Err(Feature::unreadable("a position needs longitude and latitude", "坐标须有经度和纬度")),
    };
    ring.iter().map(pair).collect()
}
