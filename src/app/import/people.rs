//! The people: `code,name,phone,role,unit_code,language`, one row a role.

use super::{
    Faults,
    phone::normalise,
    sheet::{Columns, Row, Sheet},
};
use crate::domain::{Organisation, Person, PersonCode, Post, Role, UnitCode, UnitLevel};
use std::collections::BTreeMap;

const COLUMNS: Columns =
    Columns { needed: &["code", "name", "phone", "role", "unit_code"], welcome: &["language"] };

/// A person as the file has it, with every post.
#[derive(Clone, PartialEq)]
pub struct PersonRow {
    /// Code, name, language, posts.
    pub person: Person,
    /// In one form; none where the file has none.
    pub phone: Option<String>,
}

/// Reads a people file against the units that are known.
///
/// # Errors
/// Every bad row.
pub fn read_people(bytes: &[u8], organisation: &Organisation) -> Result<Vec<PersonRow>, Faults> {
    let sheet = Sheet::read(bytes, &COLUMNS)?;
    let mut faults = sheet.faults_of_needed();
    let mut people: BTreeMap<PersonCode, (usize, PersonRow)> = BTreeMap::new();
    for row in sheet.rows() {
        let Some((read, post)) = person(&row, organisation, &mut faults) else { continue };
        let (first, known) =
            people.entry(read.person.code.clone()).or_insert_with(|| (row.line, read.clone()));
        if let Some(differs) = differs(known, &read) {
            faults.add(
                row.line,
                format!(
                    "{differs} 与第 {first} 行同一编码的不同 differs from line {first} with the same code"
                ),
            );
        } else if known.person.posts.contains(&post) {
            faults.add(row.line, "重复：同一人在同一单位的同一角色 twice the same role in the same unit");
        } else {
            known.person.posts.push(post);
        }
    }
    faults.or(people.into_values().map(|(_, row)| row).collect())
}

/// A row's person without posts, and the row's post. Every fault of the row is kept.
fn person(row: &Row<'_>, organisation: &Organisation, faults: &mut Faults) -> Option<(PersonRow, Post)> {
    let line = row.line;
    let code = faults.keep(line, row.need("code"));
    let name = faults.keep(line, row.need("name"));
    let phone = match row.get("phone") {
        "" => Some(None),
        written => faults.keep(line, normalise(written).map(Some)),
    };
    let language = faults.keep(line, language(row.get("language")));
    let role = faults.keep(line, row.need("role").and_then(role));
    let unit = faults.keep(line, row.need("unit_code").and_then(|code| unit(code, organisation)));
    let (role, (unit, level)) = (role?, unit?);
    faults.keep(line, fits(role, level))?;
    let person = Person { code: code?.into(), name: name?.into(), language: language?.into(), posts: vec![] };
    Some((PersonRow { person, phone: phone? }, Post { role, unit }))
}

fn role(word: &str) -> Result<Role, String> {
    Role::parse(&word.to_lowercase()).ok_or_else(|| {
        let known = Role::ALL.map(Role::as_str).join(", ");
        format!("未知角色 unknown role `{word}`; known are {known}")
    })
}

fn unit(code: &str, organisation: &Organisation) -> Result<(UnitCode, UnitLevel), String> {
    let unit = organisation.unit(&code.into());
    let unit = unit.ok_or_else(|| {
        format!("地图和部门里没有单位 no unit on the map or among the departments: `{code}`")
    })?;
    Ok((unit.code.clone(), unit.level))
}

/// Officers belong to what is called, those who walk the ground to the ground they walk, and a desk needs
/// more than one grid.
fn fits(role: Role, level: UnitLevel) -> Result<(), String> {
    let called = matches!(level, UnitLevel::Department | UnitLevel::Organisation);
    let grid = matches!(level, UnitLevel::Grid | UnitLevel::BuildingGroup);
    let word = role.as_str();
    match role {
        Role::DepartmentOfficer if !called => {
            Err("部门工作人员须在部门 an officer must be in a department".into())
        }
        Role::Dispatcher | Role::Leader | Role::Admin if grid => {
            Err(format!("{word} 须在社区、街道或区 must be in a community, a subdistrict or the district"))
        }
        Role::DepartmentOfficer | Role::Dispatcher | Role::Leader | Role::Admin => Ok(()),
        _ if grid => Ok(()),
        _ => Err(format!("{word} 须在网格或楼组 must be in a grid or a building group")),
    }
}

fn language(word: &str) -> Result<&'static str, String> {
    match word.to_lowercase().replace('_', "-").as_str() {
        "" | "zh" | "zh-cn" | "zh-hans" | "zh-hans-cn" => Ok("zh-CN"),
        "en" | "en-us" | "en-gb" => Ok("en"),
        _ => Err(format!("未知语言 unknown language `{word}`; known are zh-CN, en")),
    }
}

/// The column in which two rows of one code differ.
fn differs(known: &PersonRow, row: &PersonRow) -> Option<&'static str> {
    [
        ("name", known.person.name != row.person.name),
        ("phone", known.phone != row.phone),
        ("language", known.person.language != row.person.language),
    ]
    .into_iter()
    .find_map(|(column, differs)| differs.then_some(column))
}
