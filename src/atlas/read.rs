//! Features become drafts, snapped to the lattice; whatever is wrong is said of its area.

use super::area::AreaLevel;
use super::collection::Collection;
use super::datum::Datum;
use super::draft::Draft;
use super::feature::{Feature, Position, Property, Rings};
use super::finding::{Finding, Flaw};
use super::point::{Point, Vertex};
use super::progress::{Stage, Watch, counted};
use super::shape::{Part, Ring};
use std::collections::BTreeSet;

/// What a file said.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub drafts: Vec<Draft>,
    pub findings: Vec<Finding>,
    /// Codes of features that could not be kept, so that their children are not called orphans.
    pub dropped: BTreeSet<String>,
    /// The datum that the positions came in.
    pub datum: Datum,
}

/// Reads features. Errors are among the findings; the sound areas are read all the same.
pub(super) fn read(collection: &Collection, watch: Watch) -> Reading {
    let mut reading = Reading { datum: collection.datum, ..Reading::default() };
    let features = counted(collection.features(), Stage::Reading, watch);
    features.zip(1..).for_each(|(feature, number)| reading.take(feature, number));
    reading
}

impl Reading {
    /// A file that could not be opened at all.
    pub fn failed(finding: Finding) -> Self {
        Self { findings: vec![finding], ..Self::default() }
    }

    fn take(&mut self, feature: Result<Feature, Finding>, number: usize) {
        let number = format!("#{number}");
        match feature {
            Err(finding) => self.findings.push(finding.of(number)),
            Ok(feature) => {
                let area = feature.code.as_text().map_or(number, str::to_owned);
                match self.draft(feature, &area) {
                    Ok(draft) => self.drafts.push(draft),
                    Err(finding) => {
                        self.findings.push(finding.of(area.clone()));
                        self.dropped.insert(area);
                    }
                }
            }
        }
    }

    fn draft(&mut self, feature: Feature, area: &str) -> Result<Draft, Finding> {
        let code = required(feature.code, "code")?;
        let name = required(feature.name, "name")?;
        let level = level(&required(feature.level, "level")?)?;
        let parent = word(feature.parent, "parent")?;
        let ground = feature.polygons.map_err(|finding| vec![finding]);
        let parts = match ground.and_then(|polygons| ground_of(polygons, level, self.datum)) {
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

fn required(property: Property, key: &str) -> Result<String, Finding> {
    word(property, key)?.ok_or_else(|| {
        let (message, message_zh) = (format!("property \"{key}\" is missing"), format!("缺少属性“{key}”"));
        Finding::error(Flaw::BadProperty, message, message_zh)
    })
}

fn word(property: Property, key: &str) -> Result<Option<String>, Finding> {
    match property {
        Property::Absent => Ok(None),
        Property::Text(text) => Ok(Some(text)),
        Property::Other => {
            let message = format!("property \"{key}\" is not a text");
            Err(Finding::error(Flaw::BadProperty, message, format!("属性“{key}”不是文字")))
        }
    }
}

fn ground_of(polygons: Vec<Rings>, level: AreaLevel, datum: Datum) -> Result<Vec<Part>, Vec<Finding>> {
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
        positions.iter().map(|position| place(*position, datum)).collect::<Result<Vec<Point>, _>>()?;
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

fn place((lon, lat): Position, datum: Datum) -> Result<Point, Finding> {
    if Point::checked(lon, lat).is_some() {
        let point = datum.to_wgs84(lon, lat);
        return Ok(Point::checked(point.lon, point.lat).unwrap_or(Point::new(lon, lat)));
    }
    let is_swapped = Point::checked(lat, lon).is_some();
    let is_metres = lon.abs() > 1_000.0 && lon.abs() < 1e8 && lat.abs() > 1_000.0 && lat.abs() < 1e8;
    let (hint, hint_zh) = if is_swapped {
        ("; longitude comes first in GeoJSON", ";GeoJSON 中经度在前")
    } else if is_metres {
        (
            "; these look like the metres of a projection: export the map in degrees",
            ";像是投影坐标(米):请按经纬度导出",
        )
    } else {
        ("", "")
    };
    let message = format!("longitude {lon:?}, latitude {lat:?} is not on the Earth{hint}");
    let message_zh = format!("经度 {lon:?}、纬度 {lat:?} 超出范围{hint_zh}");
    Err(Finding::error(Flaw::OutOfRange, message, message_zh))
}
