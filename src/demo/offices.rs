//! What stands beside the tree of areas: departments, social organisations, service stations.

use super::chance::Chance;
use super::ground::inner_vertex;
use super::layout::Area;
use super::sources::{Office, table};

/// Grid service stations, as the seed text counts them.
pub const STATIONS: usize = 66;

/// Departments or organisations as their import reads them.
pub fn offices_csv(offices: &[Office], kind: &str) -> String {
    let row = |office: &Office| {
        [
            office.code.clone(),
            office.name.clone(),
            office.name_en.clone(),
            kind.to_owned(),
            office.work_list.clone(),
        ]
    };
    table(["code", "name", "name_en", "kind", "work_list"], offices.iter().map(row))
}

/// One service station in a grid of every community, and a second one in the communities with most grids.
pub fn stations_csv(areas: &[Area], chance: &Chance) -> String {
    let mut chance = chance.branch(1);
    let rows = station_grids(areas, &mut chance).into_iter().enumerate().map(|(index, grid)| {
        let (lon, lat) = inner_vertex(&grid.rings[0]).degrees();
        [
            format!("T{:03}", index + 1),
            format!("{}党群服务站", grid.name),
            grid.code.clone(),
            format!("{lon:.7}"),
            format!("{lat:.7}"),
        ]
    });
    table(["code", "name", "unit_code", "lon", "lat"], rows)
}

fn station_grids<'a>(areas: &'a [Area], chance: &mut Chance) -> Vec<&'a Area> {
    let grids_of = |community: &Area| -> Vec<&'a Area> {
        areas.iter().filter(|a| a.level == "grid" && a.parent.as_ref() == Some(&community.code)).collect()
    };
    let mut communities: Vec<Vec<&Area>> =
        areas.iter().filter(|a| a.level == "community").map(grids_of).collect();
    let mut chosen: Vec<&Area> =
        communities.iter_mut().map(|grids| grids.remove(chance.below(grids.len()))).collect();
    communities.sort_by_key(|left| std::cmp::Reverse(left.len()));
    let missing = STATIONS - chosen.len();
    chosen.extend(communities.iter().take(missing).map(|left| left[0]));
    chosen.sort_by(|a, b| a.code.cmp(&b.code));
    chosen
}
