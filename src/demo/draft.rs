//! A draft of the district's next map, so that there is something to try: one grid of two estates is split
//! into two grids, and in another community an estate goes over to the grid next door.

use super::ground::{Ring, Vertex, edges};
use super::layout::{Area, numeral};
use std::collections::{BTreeMap, BTreeSet};

/// What the draft is called.
pub const NAME: &str = "拆分与微调（演示草案）";

/// The areas of the draft, parents before their children.
pub fn draft(areas: &[Area]) -> Vec<Area> {
    let mut draft = areas.to_vec();
    let Some((grid, estate)) = to_split(areas) else { return draft };
    split(&mut draft, &grid.code, &estate);
    if let Some(change) = to_hand_over(areas, grid.parent.as_deref()) {
        hand_over(&mut draft, change);
    }
    draft
}

fn estates<'a>(areas: &'a [Area], grid: &'a str) -> impl Iterator<Item = &'a Area> {
    areas.iter().filter(move |area| area.level == "building_group" && area.parent.as_deref() == Some(grid))
}

fn grids(areas: &[Area]) -> impl Iterator<Item = &Area> {
    areas.iter().filter(|area| area.level == "grid")
}

/// The first grid of exactly two estates, and the estate that leaves.
fn to_split(areas: &[Area]) -> Option<(&Area, String)> {
    let grid = grids(areas).find(|grid| estates(areas, &grid.code).count() == 2)?;
    let leaving = estates(areas, &grid.code).nth(1)?;
    Some((grid, leaving.code.clone()))
}

/// The estates' outlines are the outlines of the two grids.
fn split(draft: &mut Vec<Area>, grid: &str, estate: &str) {
    let ring_of = |code: &str| draft.iter().find(|area| area.code == code).map(|area| area.rings.clone());
    let staying = estates(draft, grid).find(|one| one.code != estate).map(|one| one.rings.clone());
    let (Some(leaving), Some(staying)) = (ring_of(estate), staying) else { return };
    let Some(at) = draft.iter().position(|area| area.code == grid) else { return };
    let community = draft[at].parent.clone().unwrap_or_default();
    let number = grids(draft).filter(|one| one.parent.as_deref() == Some(&community)).count() + 1;
    let name = draft.iter().find(|area| area.code == community).map_or("", |area| area.name.as_str());
    let new = Area {
        code: format!("{community}{number:03}"),
        name: format!("{name}第{}网格", numeral(number)),
        level: "grid",
        parent: Some(community),
        rings: leaving,
    };
    draft[at].rings = staying;
    for area in draft.iter_mut().filter(|area| area.code == estate) {
        area.parent = Some(new.code.clone());
    }
    draft.insert(at + 1, new);
}

/// An estate that goes from one grid to the one next door, with what both become.
struct Handover {
    estate: String,
    from: (String, Ring),
    to: (String, Ring),
}

/// The first estate at a border whose grid keeps others, in another community than the one that splits.
fn to_hand_over(areas: &[Area], split: Option<&str>) -> Option<Handover> {
    let elsewhere = |grid: &&Area| grid.parent.as_deref() != split;
    grids(areas).filter(elsewhere).find_map(|from| {
        let all: Vec<&Area> = estates(areas, &from.code).collect();
        let neighbours = || grids(areas).filter(|to| to.parent == from.parent && to.code != from.code);
        all.iter().find_map(|estate| {
            let staying: Vec<&Ring> =
                all.iter().filter(|one| one.code != estate.code).flat_map(|one| &one.rings).collect();
            let left = join(&staying)?;
            neighbours().find_map(|to| {
                let both: Vec<&Ring> = to.rings.iter().chain(&estate.rings).collect();
                Some(Handover {
                    estate: estate.code.clone(),
                    from: (from.code.clone(), left.clone()),
                    to: (to.code.clone(), join(&both)?),
                })
            })
        })
    })
}

fn hand_over(draft: &mut [Area], change: Handover) {
    let Handover { estate, from, to } = change;
    for area in draft {
        if area.code == estate {
            area.parent = Some(to.0.clone());
        } else if area.code == from.0 {
            area.rings = vec![from.1.clone()];
        } else if area.code == to.0 {
            area.rings = vec![to.1.clone()];
        }
    }
}

/// The outline of pieces that share borders vertex by vertex; none where they are not one simple whole.
fn join(rings: &[&Ring]) -> Option<Ring> {
    let all: BTreeSet<(Vertex, Vertex)> = rings.iter().flat_map(|ring| edges(ring)).collect();
    let outer: Vec<(Vertex, Vertex)> =
        all.iter().copied().filter(|(a, b)| !all.contains(&(*b, *a))).collect();
    let next: BTreeMap<Vertex, Vertex> = outer.iter().copied().collect();
    let start = outer.first()?.0;
    let mut ring = vec![start];
    let mut at = *next.get(&start)?;
    while at != start && ring.len() <= outer.len() {
        ring.push(at);
        at = *next.get(&at)?;
    }
    (ring.len() == outer.len() && next.len() == outer.len()).then_some(ring)
}
