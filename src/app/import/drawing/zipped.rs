//! A zip of Shapefiles: every `.shp` in it with its `.dbf`, `.prj` and `.cpg`.
//!
//! The zip may say anything of itself: how much is unpacked is counted while it is unpacked.

use super::{Layer, dbf, projection::Projection, shape};
use crate::app::import::Faults;
use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};
use zip::ZipArchive;

/// Bytes that a zip may unpack to, all its parts together: some sixty million corners.
const MOST: u64 = 1 << 30;

/// The parts that are read, by the end of their name.
const PARTS: [&str; 4] = ["shp", "dbf", "prj", "cpg"];

/// The files of one layer, by the end of their name.
type Files = BTreeMap<&'static str, Vec<u8>>;

pub fn layers(bytes: &[u8]) -> Result<Vec<Layer>, Faults> {
    layers_within(bytes, MOST)
}

pub(super) fn layers_within(bytes: &[u8], most: u64) -> Result<Vec<Layer>, Faults> {
    let mut layers = unpack(bytes, most)?;
    layers.retain(|_, files| files.contains_key("shp"));
    if layers.is_empty() {
        return Err(Faults::whole("zip 中没有 .shp 文件 there is no .shp in the zip"));
    }
    let mut faults = Faults::default();
    let mut read = Vec::new();
    for (name, files) in layers {
        match layer(&name, &files) {
            Ok(layer) => read.push(layer),
            Err(wrong) => faults.add_whole(format!("图层 layer {name}: {wrong}")),
        }
    }
    faults.or(read)
}

fn unpack(bytes: &[u8], most: u64) -> Result<BTreeMap<String, Files>, Faults> {
    let broken = |error: String| Faults::whole(format!("zip 打不开 the zip cannot be read: {error}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(error.to_string()))?;
    let mut layers: BTreeMap<String, Files> = BTreeMap::new();
    let mut left = most;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|error| broken(error.to_string()))?;
        let Ok(name) = part.name().map(|name| name.replace('\\', "/")) else { continue };
        let Some((stem, end)) = name.rsplit_once('.') else { continue };
        let Some(end) = PARTS.into_iter().find(|known| known.eq_ignore_ascii_case(end)) else { continue };
        let stem = stem.rsplit('/').next().unwrap_or(stem).to_owned();
        let mut unpacked = Vec::new();
        // One more than is left, so that what is too much is seen.
        part.take(left + 1).read_to_end(&mut unpacked).map_err(|error| broken(format!("{name}: {error}")))?;
        left = left.checked_sub(unpacked.len() as u64).ok_or_else(|| {
            let limit = most >> 20;
            Faults::whole(format!(
                "zip 解开后超过 {limit} MB the zip unpacks to more than {limit} MB: {name}"
            ))
        })?;
        layers.entry(stem).or_default().insert(end, unpacked);
    }
    Ok(layers)
}

fn layer(name: &str, files: &Files) -> Result<Layer, String> {
    let text = |end: &str| files.get(end).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let projection = text("prj").map(|text| Projection::of_wkt(&text)).transpose()?;
    let polygons = shape::polygons(&files["shp"])?;
    let table = files.get("dbf").ok_or("缺少 .dbf（属性表） the .dbf is missing")?;
    let rows = dbf::rows(table, text("cpg").as_deref())?;
    if rows.len() != polygons.len() {
        let (shapes, rows) = (polygons.len(), rows.len());
        return Err(format!(
            ".shp 有 {shapes} 个图形，.dbf 有 {rows} 行 {shapes} shapes, but {rows} rows in the .dbf"
        ));
    }
    // A deleted row takes its shape with it.
    let features = polygons
        .into_iter()
        .zip(rows)
        .filter_map(|(polygons, properties)| Some(super::Drawn { properties: properties?, polygons }));
    Ok(Layer { name: name.to_owned(), features: features.collect(), projection })
}
