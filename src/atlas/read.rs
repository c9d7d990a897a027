//! GeoJSON in: features become drafts, snapped to the lattice; whatever is wrong is said of its area.

use super::area::AreaLevel;
use super::datum::Datum;
use super::draft::Draft;
use super::finding::{Finding, Flaw};
use super::point::{Point, Vertex};
use super::shape::{Part, Ring};
use geojson::{Feature, GeometryValue, JsonObject, JsonValue, Position};
use std::collections::BTreeSet;

/// What a file said.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub drafts: Vec<Draft>,
    pub findings: Vec<Finding>,
    /// Codes of features that could not be kept, so that their children are not called orphans.
    pub dropped: BTreeSet<String>,
}

/// Reads a feature collection. Errors are among the findings; the sound areas are read all the same.
pub(super) fn read(text: &str) -> Reading {
    let mut reading = Reading::default();
    match collection(text) {
        Err(finding) => reading.findings.push(finding),
        Ok((features, _)) if features.is_empty() => reading.findings.push(Finding::error(
            Flaw::EmptyCollection,
            "the collection holds no feature",
            "集合中没有任何要素",
        )),
        Ok((features, datum)) => {
            features.into_iter().zip(1..).for_each(|(feature, number)| reading.take(feature, number, datum));
        }
    }
    reading
}

fn collection(text: &str) -> Result<(Vec<JsonValue>, Datum), Finding> {
    let text = text.trim_start_matches('\u{feff}');
    let value: JsonValue = serde_json::from_str(text).map_err(|error| {
        let (message, message_zh) = (format!("not JSON: {error}"), format!("不是 JSON:{error}"));
        Finding::error(Flaw::NotGeojson, message, message_zh)
    })?;
    let JsonValue::Object(mut object) = value else {
        return Err(not_a_collection());
    };
    let is_collection = object.get("type").and_then(JsonValue::as_str) == Some("FeatureCollection");
    let datum = datum_of(&object)?;
    match object.remove("features") {
        Some(JsonValue::Array(features)) if is_collection => Ok((features, datum)),
        _ => Err(not_a_collection()),
    }
}

fn not_a_collection() -> Finding {
    Finding::error(
        Flaw::NotGeojson,
        "not a GeoJSON FeatureCollection",
        "不是 GeoJSON 要素集合(FeatureCollection)",
    )
}

fn datum_of(object: &JsonObject) -> Result<Datum, Finding> {
    let word = match object.get("datum") {
        None | Some(JsonValue::Null) => return Ok(Datum::default()),
        Some(JsonValue::String(word)) => word.clone(),
        Some(other) => other.to_string(),
    };
    word.parse().map_err(|error| {
        let message_zh = format!("未知坐标系“{word}”,可用:wgs84、cgcs2000、gcj02、bd09");
        Finding::error(Flaw::UnknownDatum, format!("{error}"), message_zh)
    })
}

impl Reading {
    fn take(&mut self, feature: JsonValue, number: usize, datum: Datum) {
        let mut name = format!("#{number}");
        match serde_json::from_value::<Feature>(feature) {
            Err(error) => self.findings.push(
                Finding::error(
                    Flaw::BadFeature,
                    format!("not a GeoJSON feature: {error}"),
                    format!("不是 GeoJSON 要素:{error}"),
                )
                .of(name),
            ),
            Ok(feature) => {
                let properties = feature.properties.unwrap_or_default();
                if let Ok(Some(code)) = word(&properties, "code") {
                    name.clone_from(&code);
                }
                let geometry = feature.geometry.map(|geometry| geometry.value);
                match self.draft(&properties, geometry, datum, &name) {
                    Ok(draft) => self.drafts.push(draft),
                    Err(finding) => {
                        self.findings.push(finding.of(name.clone()));
                        self.dropped.insert(name);
                    }
                }
            }
        }
    }

    fn draft(
        &mut self,
        properties: &JsonObject,
        geometry: Option<GeometryValue>,
        datum: Datum,
        area: &str,
    ) -> Result<Draft, Finding> {
        let code = required(properties, "code")?;
        let name = required(properties, "name")?;
        let level = level(&required(properties, "level")?)?;
        let parent = word(properties, "parent")?;
        let parts = match ground(geometry, level, datum) {
            Ok(parts) => parts,
            Err(findings) => {
                self.findings.extend(findings.into_iter().map(|finding| finding.of(area)));
                Vec::new()
            }
        };
        Ok(Draft { code, name, level, parent, parts })
    }
}

fn level(word: &str) -> Result<AreaLevel, Finding> {
    word.parse().map_err(|error| {
        let known = AreaLevel::ALL.map(AreaLevel::as_str).join("、");
        let message_zh = format!("未知层级“{word}”,可用:{known}");
        Finding::error(Flaw::UnknownLevel, format!("{error}"), message_zh)
    })
}

fn required(properties: &JsonObject, key: &str) -> Result<String, Finding> {
    word(properties, key)?.ok_or_else(|| {
        let (message, message_zh) = (format!("property \"{key}\" is missing"), format!("缺少属性“{key}”"));
        Finding::error(Flaw::BadProperty, message, message_zh)
    })
}

/// A property's text without space around it; whole numbers are taken as text, blank is absent.
fn word(properties: &JsonObject, key: &str) -> Result<Option<String>, Finding> {
    let text = match properties.get(key) {
        None | Some(JsonValue::Null) => return Ok(None),
        Some(JsonValue::String(text)) => text.trim().to_owned(),
        Some(JsonValue::Number(number)) if number.is_u64() => number.to_string(),
        Some(_) => {
            let message = format!("property \"{key}\" is not a text");
            return Err(Finding::error(Flaw::BadProperty, message, format!("属性“{key}”不是文字")));
        }
    };
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn ground(
    geometry: Option<GeometryValue>,
    level: AreaLevel,
    datum: Datum,
) -> Result<Vec<Part>, Vec<Finding>> {
    let polygons = match geometry {
        None => Vec::new(),
        Some(GeometryValue::Polygon { coordinates }) => vec![coordinates],
        Some(GeometryValue::MultiPolygon { coordinates }) => coordinates,
        Some(other) => {
            let kind = other.type_name();
            let message = format!("the geometry is a {kind}; an area needs a Polygon or MultiPolygon");
            let message_zh = format!("几何类型为 {kind},区域须为 Polygon 或 MultiPolygon");
            return Err(vec![Finding::error(Flaw::WrongGeometry, message, message_zh)]);
        }
    };
    let is_bare = polygons.iter().all(Vec::is_empty);
    if is_bare && level >= AreaLevel::Grid {
        let message_zh = format!("{}没有几何图形", level.as_zh());
        let message = format!("a {level} needs ground of its own; its geometry is empty");
        return Err(vec![Finding::error(Flaw::MissingGeometry, message, message_zh)]);
    }
    let rings = polygons.into_iter().filter(|polygon| !polygon.is_empty());
    let mut findings = Vec::new();
    let parts = rings
        .map(|rings| rings.iter().filter_map(|r| ring(r, datum).map_err(|f| findings.push(f)).ok()).collect())
        .collect();
    if findings.is_empty() { Ok(parts) } else { Err(findings) }
}

/// Checks a ring of positions and snaps it; the closing position is left out.
fn ring(positions: &[Position], datum: Datum) -> Result<Ring, Finding> {
    let points =
        positions.iter().map(|position| place(position, datum)).collect::<Result<Vec<Point>, _>>()?;
    let start = points.first().copied();
    if start != points.last().copied() {
        return Err(Finding::error(
            Flaw::UnclosedRing,
            "the ring does not end where it starts",
            "环未闭合:终点与起点不同",
        )
        .at(points.last().copied()));
    }
    if points.len() < 4 {
        let message = format!("the ring has {} positions; the least is 4", points.len());
        let message_zh = format!("环只有 {} 个点,至少须 4 个", points.len());
        return Err(Finding::error(Flaw::ShortRing, message, message_zh).at(start));
    }
    let mut ring: Ring = points.iter().filter_map(|point| Vertex::snap(*point)).collect();
    ring.pop();
    Ok(ring)
}

fn place(position: &Position, datum: Datum) -> Result<Point, Finding> {
    let &[lon, lat, ..] = position.as_slice() else {
        return Err(Finding::error(
            Flaw::BadFeature,
            "a position needs longitude and latitude",
            "坐标须有经度和纬度",
        ));
    };
    if Point::checked(lon, lat).is_some() {
        let point = datum.to_wgs84(lon, lat);
        return Ok(Point::checked(point.lon, point.lat).unwrap_or(Point::new(lon, lat)));
    }
    let is_swapped = Point::checked(lat, lon).is_some();
    let (hint, hint_zh) = if is_swapped {
        ("; longitude comes first in GeoJSON", ";GeoJSON 中经度在前")
    } else {
        ("", "")
    };
    let message = format!("longitude {lon}, latitude {lat} is not on the Earth{hint}");
    let message_zh = format!("经度 {lon}、纬度 {lat} 超出范围{hint_zh}");
    Err(Finding::error(Flaw::OutOfRange, message, message_zh))
}
