//! An edition as GeoJSON: for the maps on pages, and to give the map back as it is used.

use super::area::{Area, AreaLevel};
use super::edition::Edition;
use super::point::Vertex;
use super::shape::Shape;
use serde_json::{Value, json};

impl Edition {
    /// A feature collection of one level, or of all: `code`, `name`, `level`, `parent` and the ground
    /// in WGS-84. What is written here can be loaded again and is the same map.
    pub fn to_geojson(&self, level: Option<AreaLevel>) -> Value {
        let wanted = self.areas().iter().filter(|area| level.is_none_or(|level| area.level == level));
        let features: Vec<Value> = wanted.map(feature).collect();
        json!({ "type": "FeatureCollection", "datum": "wgs84", "features": features })
    }
}

fn feature(area: &Area) -> Value {
    let Area { code, name, level, parent, shape } = area;
    let properties = json!({ "code": code, "name": name, "level": level, "parent": parent });
    json!({ "type": "Feature", "properties": properties, "geometry": shape.as_ref().map(geometry) })
}

fn geometry(shape: &Shape) -> Value {
    let mut parts: Vec<Value> =
        shape.parts().map(|part| part.into_iter().map(closed).collect::<Vec<_>>().into()).collect();
    match parts.pop() {
        Some(only) if parts.is_empty() => json!({ "type": "Polygon", "coordinates": only }),
        last => {
            parts.extend(last);
            json!({ "type": "MultiPolygon", "coordinates": parts })
        }
    }
}

fn closed(ring: &[Vertex]) -> Value {
    let around = ring.iter().chain(ring.first());
    around.map(|v| v.point()).map(|p| json!([p.lon, p.lat])).collect::<Vec<_>>().into()
}
