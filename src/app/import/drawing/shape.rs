//! The shapes of a Shapefile.

use super::ground;
use crate::atlas::Rings;
use shapefile::{Shape, ShapeReader};
use std::io::Cursor;

/// The polygons of each shape, in the order of the file; none of an empty shape.
pub fn polygons(bytes: &[u8]) -> Result<Vec<Vec<Rings>>, String> {
    let mut reader = ShapeReader::new(Cursor::new(bytes)).map_err(|error| format!(".shp: {error}"))?;
    let shapes = reader.iter_shapes().zip(1..);
    shapes
        .map(|(shape, number)| of_shape(shape).map_err(|error| format!(".shp #{number}: {error}")))
        .collect()
}

fn of_shape(shape: Result<Shape, shapefile::Error>) -> Result<Vec<Rings>, String> {
    let pair = |x: f64, y: f64| (x, y);
    let rings: Rings = match shape.map_err(|error| error.to_string())? {
        Shape::NullShape => Rings::new(),
        Shape::Polygon(polygon) => polygon
            .rings()
            .iter()
            .map(|ring| ring.points().iter().map(|p| pair(p.x, p.y)).collect())
            .collect(),
        Shape::PolygonM(polygon) => polygon
            .rings()
            .iter()
            .map(|ring| ring.points().iter().map(|p| pair(p.x, p.y)).collect())
            .collect(),
        Shape::PolygonZ(polygon) => polygon
            .rings()
            .iter()
            .map(|ring| ring.points().iter().map(|p| pair(p.x, p.y)).collect())
            .collect(),
        other => {
            let kind = other.shapetype();
            return Err(format!("是 {kind}，须为 Polygon it is a {kind}; areas need polygons"));
        }
    };
    Ok(ground::polygons(rings))
}
