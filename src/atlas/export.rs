//! An edition as GeoJSON: for the maps on pages, and to give the map back as it is used.

use super::area::{Area, AreaLevel};
use super::edition::Edition;
use super::point::Vertex;
use super::shape::Part;
use serde_json::{Value, json};

impl Edition {
    /// A feature collection of one level, or of all: `code`, `name`, `level`, `parent` and the ground
    /// in WGS-84. What is written here can be loaded again and is the same map.
    pub fn to_geojson(&self, level: Option<AreaLevel>) -> Value {
        let wanted = level.map_or(0..self.register.len(), |level| self.register.level(level));
        let features: Vec<Value> = wanted
            .map(|number| {
                feature(self.numbered(number), self.ground(number).map(|plot| geometry(plot.parts())))
            })
            .collect();
        json!({ "type": "FeatureCollection", "datum": "wgs84", "features": features })
    }
}

pub(super) fn feature(area: Area<'_>, geometry: Option<Value>) -> Value {
    let Area { code, name, level, parent, .. } = area;
    let properties = json!({ "code": code, "name": name, "level": level, "parent": parent });
    json!({ "type": "Feature", "properties": properties, "geometry": geometry })
}

pub(super) fn geometry(parts: Vec<Part>) -> Value {
    let mut parts: Vec<Value> =
        parts.iter().map(|part| part.iter().map(|ring| closed(ring)).collect::<Vec<_>>().into()).collect();
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
