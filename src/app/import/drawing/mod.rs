//! Maps from drawing programs: a zipped Shapefile or a GeoPackage becomes the GeoJSON text that the
//! atlas checks and the store keeps, so that there is one kind of map behind this door.
//!
//! Nothing is judged here but whether the file can be read: what its areas are worth is the atlas's to
//! say. Properties are found whatever their case (`.dbf` programs write capitals); a layer whose name is
//! a level's word lends it to features that name none.

mod dbf;
mod geopackage;
mod ground;
mod projection;
mod shape;
#[cfg(test)]
mod tests;
mod wkb;
mod wkt;
mod zipped;

use super::Faults;
use crate::atlas::{AreaLevel, Datum, Rings};
use geopackage::geopackage;
use projection::Projection;
use serde_json::{Value, json};
use std::{borrow::Cow, collections::BTreeMap};

/// Bytes of an edition at most: the databases take a thousand million in a field.
const LONGEST: usize = 950_000_000;

/// One layer as it was drawn.
#[derive(Debug)]
struct Layer {
    name: String,
    features: Vec<Drawn>,
    /// What its numbers are; `None` where the file does not say.
    projection: Option<Projection>,
}

/// One feature as it was drawn.
#[derive(Debug, Default)]
struct Drawn {
    /// Names in lower case.
    properties: BTreeMap<String, String>,
    polygons: Vec<Rings>,
}

/// A map file as GeoJSON.
#[derive(Debug)]
pub struct MapText<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// What was taken in spite of what the file says, and somebody should know.
    pub warning: Option<String>,
}

/// The GeoJSON text of a map file, whatever its format: GeoJSON itself, a zip of Shapefiles, or a
/// GeoPackage. `datum` says what the file leaves open. GCJ-02 and BD-09 have no word in a `.prj` and
/// travel as WGS 84: such a file may be given one of them, which is told.
///
/// # Errors
/// When the file cannot be read, with the layer and the feature where it fails; when `datum` contradicts
/// what it says; when it is too long to be kept.
pub async fn map_text(bytes: &[u8], datum: Option<Datum>) -> Result<MapText<'_>, Faults> {
    let read = read_text(bytes, datum).await?;
    fits(read.text.len())?;
    Ok(read)
}

/// Whether so many bytes can be kept: an edition lies as it was read, in one field.
fn fits(length: usize) -> Result<(), Faults> {
    if length <= LONGEST {
        return Ok(());
    }
    let (length, most) = (length / 1_000_000, LONGEST / 1_000_000);
    Err(Faults::whole(format!(
        "地图有 {length} MB（GeoJSON），最多 {most} MB；坐标写 7 位小数就够 \
         the map has {length} MB as GeoJSON and {most} MB is the most: seven decimals a coordinate are enough"
    )))
}

async fn read_text(bytes: &[u8], datum: Option<Datum>) -> Result<MapText<'_>, Faults> {
    let layers = if bytes.starts_with(b"SQLite format 3\0") {
        geopackage(bytes).await?
    } else if bytes.starts_with(b"PK") {
        zipped::layers(bytes)?
    } else {
        return plain(bytes, datum);
    };
    let warning = datum.and_then(|datum| overridden(&layers, datum));
    Ok(MapText { text: Cow::Owned(collection(layers, datum)?), warning })
}

/// GeoJSON as it is: UTF-8, with or without a byte order mark, as RFC 7946 wants.
fn plain(bytes: &[u8], datum: Option<Datum>) -> Result<MapText<'_>, Faults> {
    let text = std::str::from_utf8(bytes).map_err(|_| {
        Faults::whole(
            "不是 UTF-8 的 GeoJSON，也不是 Shapefile 的 zip 或 GeoPackage \
             neither GeoJSON in UTF-8, nor a zip with a Shapefile, nor a GeoPackage",
        )
    })?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    // A second `datum` in the text is refused as it is read: the file has said already what it is.
    let rest = text.trim_start().strip_prefix('{');
    let text = match datum.zip(rest) {
        Some((datum, rest)) => Cow::Owned(format!("{{\"datum\":\"{datum}\",{rest}")),
        None => Cow::Borrowed(text),
    };
    Ok(MapText { text, warning: None })
}

/// Layers that say WGS 84 and are taken as something that has no word there.
fn overridden(layers: &[Layer], datum: Datum) -> Option<String> {
    if matches!(datum, Datum::Wgs84 | Datum::Cgcs2000) {
        return None;
    }
    let said = layers.iter().filter(|layer| layer.projection.is_some());
    let names: Vec<&str> = said.map(|layer| layer.name.as_str()).collect();
    let names = (!names.is_empty()).then(|| names.join(", "))?;
    Some(format!(
        "图层 {names} 的坐标系说明是 WGS 84，按 --datum 当作 {datum} 转换 \
         the coordinates of {names} say WGS 84 and are taken for {datum}, as --datum says"
    ))
}

/// The layers as one feature collection.
fn collection(layers: Vec<Layer>, datum: Option<Datum>) -> Result<String, Faults> {
    let datum = datum_of(&layers, datum)?;
    let mut features = Vec::new();
    let mut faults = Faults::default();
    for layer in layers {
        let level: Option<AreaLevel> = layer.name.to_lowercase().parse().ok();
        for (drawn, number) in layer.features.into_iter().zip(1..) {
            match feature(drawn, layer.projection.as_ref(), level) {
                Ok(feature) => features.push(feature.to_string()),
                Err(wrong) => faults.add_whole(format!("{} #{number}: {wrong}", layer.name)),
            }
        }
    }
    let text = format!(
        "{{\"type\":\"FeatureCollection\",\"datum\":\"{datum}\",\"features\":[\n{}\n]}}",
        features.join(",\n")
    );
    faults.or(text)
}

/// The one datum of all layers. What a file says is believed, except that GCJ-02 and BD-09 have no word
/// there and travel as WGS-84.
fn datum_of(layers: &[Layer], given: Option<Datum>) -> Result<Datum, Faults> {
    let mut faults = Faults::default();
    for layer in layers.iter().filter(|layer| layer.projection.is_none() && given.is_none()) {
        faults.add_whole(format!(
            "图层 {0} 没有坐标系说明（.prj），请加 --datum wgs84|cgcs2000|gcj02|bd09 \
             layer {0} does not say its coordinates (.prj): add --datum",
            layer.name
        ));
    }
    // CGCS2000 is WGS-84 here; the others are half a kilometre and more away from it.
    let is_shifted = given.is_some_and(|given| !matches!(given, Datum::Wgs84 | Datum::Cgcs2000));
    let contradicts = |layer: &&Layer| {
        layer.projection.as_ref().is_some_and(|said| is_shifted && said.datum == Datum::Cgcs2000)
    };
    for layer in layers.iter().filter(contradicts) {
        faults.add_whole(format!(
            "图层 {0} 的坐标系说明是 CGCS2000，与 --datum 不符：去掉 --datum，或改正 .prj \
             layer {0} says CGCS2000, which --datum contradicts: leave --datum out, or correct the .prj",
            layer.name
        ));
    }
    let is_cgcs = layers
        .iter()
        .all(|layer| layer.projection.as_ref().is_some_and(|projection| projection.datum == Datum::Cgcs2000));
    let said = if is_cgcs { Datum::Cgcs2000 } else { Datum::Wgs84 };
    faults.or(given.unwrap_or(said))
}

fn feature(drawn: Drawn, projection: Option<&Projection>, level: Option<AreaLevel>) -> Result<Value, String> {
    let Drawn { properties, polygons } = drawn;
    let word = |key: &str| properties.get(key).filter(|word| !word.trim().is_empty());
    let level = word("level").cloned().or(level.map(|level| level.as_str().to_owned()));
    let polygons = match projection {
        Some(projection) => projection.degrees(polygons)?,
        None => polygons,
    };
    // JSON has no word for them.
    if polygons.iter().flatten().flatten().any(|(x, y)| !x.is_finite() || !y.is_finite()) {
        return Err("坐标不是数 a coordinate is no number".into());
    }
    let geometry = match polygons.as_slice() {
        [] => Value::Null,
        [one] => json!({ "type": "Polygon", "coordinates": one }),
        more => json!({ "type": "MultiPolygon", "coordinates": more }),
    };
    Ok(json!({
        "type": "Feature",
        "properties": {
            "code": word("code"), "name": word("name"), "name_en": word("name_en"),
            "level": level, "parent": word("parent"),
        },
        "geometry": geometry,
    }))
}
