//! The map: its GeoJSON text becomes an edition and the units of the organisation.

use super::{Fault, Faults};
use crate::{
    atlas::{AreaLevel, Collection, Datum, Edition, Finding, Inspection, Severity},
    domain::{Unit, UnitLevel},
};
use std::collections::HashMap;

/// A map that may be loaded.
#[derive(Debug)]
pub struct Map {
    /// The checked edition.
    pub edition: Edition,
    /// The datum that it was drawn in.
    pub datum: Datum,
    /// What somebody should look at; it does not keep the map from being loaded.
    pub warnings: Vec<Finding>,
    /// The units of its areas, in code order. Unit grids own cases in no list: they are not units.
    pub units: Vec<Unit>,
}

/// Reads and checks a map.
///
/// # Errors
/// Every finding, warnings too, when one of them is an error.
pub fn read_map(text: &str, inspection: &Inspection) -> Result<Map, Vec<Finding>> {
    let (edition, warnings) = Edition::inspect(text, inspection)?;
    let units = units_of(&edition, text);
    let datum = Collection::open(text).map_or_else(|_| Datum::default(), |collection| collection.datum);
    Ok(Map { edition, datum, warnings, units })
}

/// The units of an edition, in code order; `text` is its file, which knows their English names.
pub fn units_of(edition: &Edition, text: &str) -> Vec<Unit> {
    let english = english_names(text);
    let mut units: Vec<Unit> = edition
        .areas()
        .filter_map(|area| {
            Some(Unit {
                code: area.code.into(),
                name: area.name.to_owned(),
                name_en: english.get(area.code).cloned(),
                level: unit_level(area.level)?,
                parent: area.parent.map(Into::into),
                work_list: Vec::new(),
            })
        })
        .collect();
    units.sort_by(|a, b| a.code.cmp(&b.code));
    units
}

/// A finding in both languages, with its kind, area and place ("lat, lon").
pub fn finding_line(finding: &Finding) -> String {
    format!("{} {finding}", finding.message_zh)
}

impl Faults {
    /// Findings of the map's check, a line each.
    pub fn of_map(findings: &[Finding]) -> Self {
        let fault = |finding: &Finding| Fault {
            line: None,
            message: finding_line(finding),
            warning: finding.severity == Severity::Warning,
        };
        Self(findings.iter().map(fault).collect())
    }
}

fn unit_level(level: AreaLevel) -> Option<UnitLevel> {
    Some(match level {
        AreaLevel::District => UnitLevel::District,
        AreaLevel::Subdistrict => UnitLevel::Subdistrict,
        AreaLevel::Community => UnitLevel::Community,
        AreaLevel::Grid => UnitLevel::Grid,
        AreaLevel::BuildingGroup => UnitLevel::BuildingGroup,
        AreaLevel::UnitGrid => return None,
    })
}

/// `name_en` of the features that have one: a property of ours that the atlas does not keep.
fn english_names(text: &str) -> HashMap<String, String> {
    let Ok(collection) = Collection::open(text) else {
        return HashMap::new();
    };
    let named = collection.features().filter_map(|feature| {
        let feature = feature.ok()?;
        Some((feature.code.as_text()?.to_owned(), feature.name_en.as_text()?.to_owned()))
    });
    named.collect()
}
