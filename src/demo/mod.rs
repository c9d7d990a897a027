//! A generated district to try Whistle on: Jimo's real communities, and everything else invented.
//!
//! The numbers are those of the district that the product was conceived from (60 communities, 180 grids,
//! 309 building groups, 670 member households, a roster of 8,626), so that the demo is as large as life.
//! What comes out are import files, not rows: the demo enters by the same door as a real district.
//!
//! Reading order: `layout` (who lies where) on `shore`, `cut` and `ground`, then `people`, `duty`, `offices`,
//! and [`cast()`] for the sign-in page. `config/demo/` holds what it is made from.

mod cast;
mod chance;
mod cut;
mod draft;
mod duty;
mod ground;
mod history;
mod layout;
mod names;
mod offices;
mod outline;
mod people;
mod shore;
mod sources;
#[cfg(test)]
mod tests;

pub use cast::{CastMember, cast};
use chance::Chance;
pub use draft::NAME as DRAFT_NAME;
pub use history::{Past, history};

/// A whole district as the files that `whistle import` reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoDistrict {
    /// FeatureCollection: `code,name,level,parent`, WGS-84; parents before children.
    pub map_geojson: String,
    /// The same with a few grids drawn anew: a draft to be tried on past cases.
    pub draft_geojson: String,
    /// `code,name,phone,role,unit_code,language`
    pub people_csv: String,
    /// `code,name,name_en,kind,work_list`; kind is `department`
    pub departments_csv: String,
    /// `code,name,unit_code,lon,lat`
    pub stations_csv: String,
    /// `unit_code,person_code,weekday,from,to,valid_from,valid_to`
    pub duty_csv: String,
    /// `code,name,name_en,kind,work_list`; kind is `organisation`
    pub organisations_csv: String,
}

/// Generates the district of a seed: the same bytes for the same seed, on every machine.
pub fn district(seed: u64) -> DemoDistrict {
    let chance = Chance::of(seed);
    let departments = sources::departments();
    let areas = layout::areas(&chance.branch(1));
    let people = people::people(&areas, &departments, &chance.branch(2));
    DemoDistrict {
        map_geojson: outline::geojson(&areas),
        draft_geojson: outline::geojson(&draft::draft(&areas)),
        people_csv: people::people_csv(&people),
        departments_csv: offices::offices_csv(&departments, "department"),
        stations_csv: offices::stations_csv(&areas, &chance.branch(3)),
        duty_csv: duty::duty_csv(&areas, &people),
        organisations_csv: offices::offices_csv(&sources::organisations(), "organisation"),
    }
}
