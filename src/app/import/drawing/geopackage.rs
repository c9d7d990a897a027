//! A GeoPackage: an SQLite file. The store opens it, this room reads what it holds.

use super::{Drawn, Layer, projection::Projection, wkb};
use crate::{
    app::import::Faults,
    store::{DrawnRow, DrawnTable, read_geopackage},
};
use std::io::Write;

/// The layers of a GeoPackage.
pub async fn geopackage(bytes: &[u8]) -> Result<Vec<Layer>, Faults> {
    let broken =
        |error: String| Faults::whole(format!("GeoPackage 打不开 the GeoPackage cannot be read: {error}"));
    // SQLite wants a file.
    let mut file = tempfile::NamedTempFile::new().map_err(|error| broken(error.to_string()))?;
    file.write_all(bytes).and_then(|()| file.flush()).map_err(|error| broken(error.to_string()))?;
    let tables = read_geopackage(file.path()).await.map_err(|error| broken(error.to_string()))?;
    if tables.is_empty() {
        return Err(Faults::whole("GeoPackage 中没有要素表 there is no feature table in the GeoPackage"));
    }
    let mut faults = Faults::default();
    let mut layers = Vec::new();
    for table in tables {
        let name = table.name.clone();
        match layer(table) {
            Ok(layer) => layers.push(layer),
            Err(wrong) => faults.add_whole(format!("图层 layer {name}: {wrong}")),
        }
    }
    faults.or(layers)
}

fn layer(table: DrawnTable) -> Result<Layer, String> {
    let DrawnTable { name, srs, columns, rows } = table;
    let projection = srs.map(|text| Projection::of_wkt(&text)).transpose()?;
    let feature = |(row, number): (DrawnRow, usize)| {
        let cells = columns.iter().zip(row.cells);
        let properties = cells.filter_map(|(column, cell)| Some((column.to_lowercase(), cell?))).collect();
        let polygons = row.ground.map(|blob| wkb::polygons(&blob)).transpose();
        let polygons = polygons.map_err(|error| format!("#{number}: {error}"))?.unwrap_or_default();
        Ok(Drawn { properties, polygons })
    };
    let features = rows.into_iter().zip(1..).map(feature).collect::<Result<_, String>>()?;
    Ok(Layer { name, features, projection })
}
