//! Findings to look at: points for a map program.

use super::finding::{Finding, Severity};
use serde_json::{Value, json};

/// A feature collection with a point for each finding that has a place, and without geometry where it
/// has none: `severity`, `kind`, `area`, `message_zh` and `message`, in WGS-84.
pub fn findings_geojson(findings: &[Finding]) -> Value {
    let features: Vec<Value> = findings.iter().map(feature).collect();
    json!({ "type": "FeatureCollection", "datum": "wgs84", "features": features })
}

fn feature(finding: &Finding) -> Value {
    let Finding { severity, code, area, place, message, message_zh } = finding;
    // The colours of the simplestyle convention, which map programs draw.
    let colour = if *severity == Severity::Error { "#c0392b" } else { "#e67e22" };
    json!({
        "type": "Feature",
        "properties": {
            "severity": severity, "kind": code, "area": area,
            "message_zh": message_zh, "message": message, "marker-color": colour,
        },
        "geometry": place.map(|place| json!({ "type": "Point", "coordinates": [place.lon, place.lat] })),
    })
}
