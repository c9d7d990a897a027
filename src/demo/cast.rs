//! The few people of the demo whom a visitor may be: one community with everybody it takes to bring a
//! case from the report to its end.

use serde::Deserialize;

use super::DemoDistrict;
use super::layout::SHOWN_COMMUNITY;
use super::outline::{self, Unit};
use super::sources::{DISTRICT, departments, rows};

/// A person on the demo's sign-in page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CastMember {
    /// As in the people's file.
    pub code: String,
    /// A generated name.
    pub name: String,
    /// One of the roles of the people's file.
    pub role: String,
    /// The area or department that the role is held in.
    pub unit_code: String,
    /// Its Chinese name.
    pub unit_name: String,
    /// What this person can try, in a sentence.
    pub blurb_zh: &'static str,
    /// The same in English.
    pub blurb_en: &'static str,
}

/// The department that the shown community calls most: administrative enforcement.
const SHOWN_DEPARTMENT: &str = "区综合行政执法局";

struct Part {
    role: &'static str,
    unit: String,
    nth: usize,
    blurb_zh: &'static str,
    blurb_en: &'static str,
}

/// Picks the cast from a generated district; the same people for the same seed.
pub fn cast(district: &DemoDistrict) -> Vec<CastMember> {
    #[derive(Deserialize)]
    struct Row {
        code: String,
        name: String,
        role: String,
        unit_code: String,
    }
    let people: Vec<Row> = rows(&district.people_csv);
    let mut units = outline::units(&district.map_geojson);
    units.extend(rows::<Unit>(&district.departments_csv));

    parts()
        .into_iter()
        .filter_map(|part| {
            let person = people
                .iter()
                .filter(|p| p.role == part.role && p.unit_code.starts_with(&part.unit))
                .nth(part.nth)?;
            let unit = units.iter().find(|unit| unit.code == person.unit_code)?;
            Some(CastMember {
                code: person.code.clone(),
                name: person.name.clone(),
                role: person.role.clone(),
                unit_code: person.unit_code.clone(),
                unit_name: unit.name.clone(),
                blurb_zh: part.blurb_zh,
                blurb_en: part.blurb_en,
            })
        })
        .collect()
}

#[expect(clippy::too_many_lines, reason = "a table: a part after a part")]
fn parts() -> Vec<Part> {
    let first_grid = || format!("{SHOWN_COMMUNITY}001");
    let office =
        departments().into_iter().find(|d| d.name == SHOWN_DEPARTMENT).map(|d| d.code).unwrap_or_default();
    let part = |role, unit: String, blurb_zh, blurb_en| Part { role, unit, nth: 0, blurb_zh, blurb_en };
    vec![
        part(
            "grid_worker",
            first_grid(),
            "巡查网格：发照片、位置和一句话就完成上报，小事当场自办",
            "Walks the grid: reports with a photo, a pin and a line, settles small things at once",
        ),
        part(
            "branch_secretary",
            first_grid(),
            "网格党支部书记：听到哨响，接哨、到场、办结",
            "Branch secretary: hears the whistle, answers, arrives and settles",
        ),
        part(
            "grid_lead",
            first_grid(),
            "网格长：与支部一起接哨，先接的人牵头",
            "Grid lead: answers together with the branch; the first one leads",
        ),
        part(
            "building_lead",
            format!("{}01", first_grid()),
            "楼长：自己楼院的事，走几步就到",
            "Building lead: a few steps from what happens in the own courtyard",
        ),
        part(
            "dispatcher",
            SHOWN_COMMUNITY.to_owned(),
            "社区派遣员：受理居民诉求、派遣、改派，盯着每一件未结的事",
            "Community dispatcher: triages residents' requests, whistles, reassigns, watches what is open",
        ),
        part(
            "department_officer",
            office,
            "部门联络员：街道吹哨，部门报到",
            "Department officer: comes when the subdistrict whistles",
        ),
        part(
            "leader",
            DISTRICT.0.to_owned(),
            "区领导：只看超时和卡住的事，以及数字",
            "District leader: sees what is late or stuck, and the figures",
        ),
        part(
            "admin",
            DISTRICT.0.to_owned(),
            "管理员：地图、名册、目录、日历和授权",
            "Administrator: map, rosters, catalogue, calendar and roles",
        ),
        Part {
            nth: 1,
            ..part(
                "grid_worker",
                first_grid(),
                "同一网格的另一位网格员：核查别人办结的事",
                "Second worker of the same grid: checks what others settled",
            )
        },
    ]
}
