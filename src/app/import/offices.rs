//! What stands beside the tree: departments and social organisations, with their published work lists.

use super::{
    Faults,
    sheet::{Columns, Row, Sheet},
};
use crate::domain::{Organisation, Unit, UnitLevel};
use std::collections::HashMap;

const COLUMNS: Columns = Columns { needed: &["code", "name"], welcome: &["name_en", "kind", "work_list"] };

/// Reads a file of offices, all of one `level`: `code,name,name_en,kind,work_list`.
///
/// # Errors
/// Every bad row; also codes that are areas of the map or the other kind of office.
pub fn read_offices(bytes: &[u8], level: UnitLevel, known: &Organisation) -> Result<Vec<Unit>, Faults> {
    let sheet = Sheet::read(bytes, &COLUMNS)?;
    let mut faults = sheet.faults();
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut offices = Vec::new();
    for row in sheet.rows() {
        let Some(office) = office(&row, level, &mut faults) else { continue };
        if let Some(first) = seen.insert(row.get("code"), row.line) {
            faults.add(row.line, format!("编码与第 {first} 行重复 the code stands in line {first} already"));
        }
        if known.unit(&office.code).is_some_and(|unit| unit.level != level) {
            faults.add(row.line, "编码已属另一种单位 the code is another unit's already");
        }
        offices.push(office);
    }
    offices.sort_by(|a, b| a.code.cmp(&b.code));
    faults.or(offices)
}

fn office(row: &Row<'_>, level: UnitLevel, faults: &mut Faults) -> Option<Unit> {
    let word = if level == UnitLevel::Organisation { "organisation" } else { "department" };
    let kind = row.get("kind").to_lowercase();
    if !kind.is_empty() && kind != word {
        faults.add(row.line, format!("kind 应为 should be `{word}`"));
    }
    let code = faults.keep(row.line, row.need("code"));
    let name = faults.keep(row.line, row.need("name"));
    let name_en = Some(row.get("name_en")).filter(|name| !name.is_empty()).map(str::to_owned);
    let work_list = list(row.get("work_list"));
    Some(Unit { code: code?.into(), name: name?.into(), name_en, level, parent: None, work_list })
}

/// `;` or `；` between items.
pub(super) fn list(cell: &str) -> Vec<String> {
    cell.split([';', '；']).map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}
