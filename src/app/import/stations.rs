//! Service stations (党群服务站): `code,name,unit_code,lon,lat`, WGS-84.

use super::{
    Faults,
    sheet::{Columns, Row, Sheet},
};
use crate::{
    atlas::Point,
    domain::{Organisation, UnitCode},
};
use std::collections::HashMap;

const COLUMNS: Columns = Columns { needed: &["code", "name", "unit_code", "lon", "lat"], welcome: &[] };

/// A service station.
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The grid or community that it serves.
    pub unit: UnitCode,
    /// Where.
    pub point: Point,
}

/// Reads stations against the units that are known, in code order.
///
/// # Errors
/// Every bad row.
pub fn read_stations(bytes: &[u8], organisation: &Organisation) -> Result<Vec<Station>, Faults> {
    let sheet = Sheet::read(bytes, &COLUMNS)?;
    let mut faults = sheet.faults();
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut stations = Vec::new();
    for row in sheet.rows() {
        if let Some(station) = station(&row, organisation, &mut faults) {
            if let Some(first) = seen.insert(row.get("code"), row.line) {
                faults.add(
                    row.line,
                    format!("编码与第 {first} 行重复 the code stands in line {first} already"),
                );
            }
            stations.push(station);
        }
    }
    stations.sort_by(|a, b| a.code.cmp(&b.code));
    faults.or(stations)
}

fn station(row: &Row<'_>, organisation: &Organisation, faults: &mut Faults) -> Option<Station> {
    let code = faults.keep(row.line, row.need("code"));
    let name = faults.keep(row.line, row.need("name"));
    let unit = faults.keep(row.line, row.need("unit_code").and_then(|code| known_unit(code, organisation)));
    let lon = faults.keep(row.line, degrees(row, "lon", 180.0));
    let lat = faults.keep(row.line, degrees(row, "lat", 90.0));
    Some(Station { code: code?.into(), name: name?.into(), unit: unit?, point: Point::new(lon?, lat?) })
}

/// A unit that is known.
pub(super) fn known_unit(code: &str, organisation: &Organisation) -> Result<UnitCode, String> {
    let known = organisation.unit(&code.into()).map(|unit| unit.code.clone());
    known.ok_or_else(|| format!("没有单位 there is no unit `{code}`"))
}

fn degrees(row: &Row<'_>, column: &str, most: f64) -> Result<f64, String> {
    let text = row.need(column)?;
    let degrees = text.parse::<f64>().ok().filter(|degrees| degrees.abs() <= most);
    degrees.ok_or_else(|| format!("{column} 应为度数 must be degrees, not `{text}`"))
}
