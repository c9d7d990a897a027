//! The areas as a GeoJSON FeatureCollection, in the form that `whistle import map` reads.

use geojson::{Feature, FeatureCollection, Geometry, GeometryValue, JsonObject, Position};
use serde::Deserialize;

use super::ground::Vertex;
use super::layout::Area;

/// Writes the map: one feature an area, closed rings, WGS-84, marked as generated.
pub fn geojson(areas: &[Area]) -> String {
    let mut collection = FeatureCollection::new(areas.iter().map(feature));
    let marks = [
        ("datum", "wgs84".into()),
        ("generated", true.into()),
        ("note", "演示数据，自动生成 / Generated demo data".into()),
    ];
    let marks = marks.map(|(key, value)| (key.to_owned(), value));
    collection.foreign_members = Some(JsonObject::from_iter(marks));
    collection.to_string()
}

fn feature(area: &Area) -> Feature {
    let mut properties = JsonObject::new();
    properties.insert("code".into(), area.code.as_str().into());
    properties.insert("name".into(), area.name.as_str().into());
    properties.insert("level".into(), area.level.into());
    if let Some(parent) = &area.parent {
        properties.insert("parent".into(), parent.as_str().into());
    }
    let mut polygons: Vec<Vec<Vec<Position>>> = area.rings.iter().map(|ring| vec![close(ring)]).collect();
    let shape = match polygons.len() {
        1 => GeometryValue::Polygon { coordinates: polygons.remove(0) },
        _ => GeometryValue::MultiPolygon { coordinates: polygons },
    };
    Feature { geometry: Some(Geometry::new(shape)), properties: Some(properties), ..Feature::default() }
}

fn close(ring: &[Vertex]) -> Vec<Position> {
    ring.iter()
        .chain(ring.first())
        .map(|vertex| {
            let (lon, lat) = vertex.degrees();
            Position::from([lon, lat])
        })
        .collect()
}

/// Code and name of an area, read back from the map.
#[derive(Debug, Deserialize)]
pub struct Unit {
    pub code: String,
    pub name: String,
}

/// The units of a map that [`geojson`] wrote, without their outlines.
pub fn units(map: &str) -> Vec<Unit> {
    #[derive(Deserialize)]
    struct Map {
        features: Vec<Entry>,
    }
    #[derive(Deserialize)]
    struct Entry {
        properties: Unit,
    }
    let map: Map = serde_json::from_str(map).expect("the map was written by this module");
    map.features.into_iter().map(|f| f.properties).collect()
}
