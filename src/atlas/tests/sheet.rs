//! A map file for tests. Coordinates are whole cells of 0.001° (about 90 m × 111 m) from an origin.

use crate::atlas::{Edition, Finding, Flaw, Point, Severity};
use serde_json::{Value, json};

pub const ORIGIN: Point = Point { lon: 120.45, lat: 36.39 };

/// Features in the order they are drawn.
#[derive(Clone, Default)]
pub struct Sheet {
    pub features: Vec<Value>,
    pub datum: Option<&'static str>,
}

/// A place in cells; fractions allowed.
pub fn at(x: f64, y: f64) -> Point {
    Point::new(ORIGIN.lon + x / 1000.0, ORIGIN.lat + y / 1000.0)
}

/// A closed ring through the corners.
pub fn ring(corners: &[(f64, f64)]) -> Value {
    let closed = corners.iter().chain(corners.first());
    closed.map(|(x, y)| at(*x, *y)).map(|p| json!([p.lon, p.lat])).collect::<Vec<_>>().into()
}

pub fn rect(west: f64, south: f64, east: f64, north: f64) -> Value {
    ring(&[(west, south), (east, south), (east, north), (west, north)])
}

pub fn polygon(rings: &[Value]) -> Value {
    json!({ "type": "Polygon", "coordinates": rings })
}

impl Sheet {
    /// District `D` and subdistrict `S` (0–20 × 0–10 cells), community `C1` west and `C2` east.
    pub fn with_frame() -> Self {
        Self::default()
            .draw("D", "district", None, polygon(&[rect(0.0, 0.0, 20.0, 10.0)]))
            .draw("S", "subdistrict", Some("D"), polygon(&[rect(0.0, 0.0, 20.0, 10.0)]))
            .draw("C1", "community", Some("S"), polygon(&[rect(0.0, 0.0, 10.0, 10.0)]))
            .draw("C2", "community", Some("S"), polygon(&[rect(10.0, 0.0, 20.0, 10.0)]))
    }

    /// The frame with four grids of 5 × 10 cells, `G1` to `G4` from the west.
    pub fn with_grids() -> Self {
        Self::with_frame()
            .grid("G1", "C1", &[rect(0.0, 0.0, 5.0, 10.0)])
            .grid("G2", "C1", &[rect(5.0, 0.0, 10.0, 10.0)])
            .grid("G3", "C2", &[rect(10.0, 0.0, 15.0, 10.0)])
            .grid("G4", "C2", &[rect(15.0, 0.0, 20.0, 10.0)])
    }

    pub fn draw(mut self, code: &str, level: &str, parent: Option<&str>, geometry: Value) -> Self {
        let properties =
            json!({ "code": code, "name": format!("{code} name"), "level": level, "parent": parent });
        self.features.push(json!({ "type": "Feature", "properties": properties, "geometry": geometry }));
        self
    }

    pub fn grid(self, code: &str, parent: &str, rings: &[Value]) -> Self {
        self.draw(code, "grid", Some(parent), polygon(rings))
    }

    /// Takes a feature out again.
    pub fn without(mut self, code: &str) -> Self {
        self.features.retain(|feature| feature["properties"]["code"] != code);
        self
    }

    pub fn text(&self) -> String {
        let mut sheet = json!({ "type": "FeatureCollection", "features": self.features });
        if let Some(datum) = self.datum {
            sheet["datum"] = json!(datum);
        }
        sheet.to_string()
    }

    /// The edition, which must load without any finding.
    pub fn edition(&self) -> Edition {
        let (edition, findings) = Edition::from_geojson(&self.text()).unwrap_or_else(|f| panic!("{f:#?}"));
        assert_eq!(findings, [], "a clean map has no finding");
        edition
    }

    /// The edition and its warnings.
    pub fn warned(&self) -> (Edition, Vec<Finding>) {
        Edition::from_geojson(&self.text()).unwrap_or_else(|f| panic!("{f:#?}"))
    }

    /// The findings of a map that must not load.
    pub fn refused(&self) -> Vec<Finding> {
        refused(&self.text())
    }
}

pub fn refused(text: &str) -> Vec<Finding> {
    let findings = Edition::from_geojson(text).expect_err("the map must not load");
    assert!(findings.iter().any(|finding| finding.severity == Severity::Error));
    findings
}

/// The kinds and areas, for comparing at a glance.
pub fn kinds(findings: &[Finding]) -> Vec<(Flaw, Option<&str>)> {
    findings.iter().map(|finding| (finding.code, finding.area.as_deref())).collect()
}
