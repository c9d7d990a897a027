//! Who lies where: from the district's outline down to its building groups.
//!
//! The seven subdistricts of the town are one island of ground that is cut along the compass; the outer
//! ones lie by themselves, so the ground between them is nobody's, as it is in a real district that has
//! grids only where it has urban communities.

use super::chance::{Chance, share_out};
use super::cut::{Wish, cut, divide, spacing_for};
use super::ground::{Ring, Vertex, middle};
use super::names::EstateNames;
use super::shore::Shore;
use super::sources::{self, Community, DISTRICT, Subdistrict};

pub const GRIDS: usize = 180;
pub const BUILDING_GROUPS: usize = 309;

/// The community that the demo's cast lives in.
pub const SHOWN_COMMUNITY: &str = "370215002013";

/// A piece of ground with an owner.
#[derive(Debug, Clone)]
pub struct Area {
    pub code: String,
    pub name: String,
    pub level: &'static str,
    pub parent: Option<String>,
    /// One ring a polygon.
    pub rings: Vec<Ring>,
}

/// All areas of the district, parents before their children.
pub fn areas(chance: &Chance) -> Vec<Area> {
    let communities = weigh(&mut chance.branch(1));
    let subdistricts = sources::subdistricts();
    let mut shapes = chance.branch(2);
    let islands = islands(&subdistricts);

    let mut cut_out = Vec::new();
    let mut shores = Vec::new();
    for island in islands {
        let parts: Vec<Part> =
            island.into_iter().map(|subdistrict| Part::of(subdistrict, &communities)).collect();
        let shore = outline(&parts, &mut shapes);
        shores.push(shore.clone());
        place(shore, &parts, &mut shapes, &mut cut_out);
    }
    cut_out.sort_by(|(a, _), (b, _)| a.code.cmp(&b.code));

    let mut found = vec![Area {
        code: DISTRICT.0.to_owned(),
        name: DISTRICT.1.to_owned(),
        level: "district",
        parent: None,
        rings: shores,
    }];
    for (subdistrict, ring) in cut_out {
        found.push(area(&subdistrict.code, &subdistrict.name, "subdistrict", DISTRICT.0, &ring));
        let members: Vec<&Weighed> =
            communities.iter().filter(|c| c.source.subdistrict_code == subdistrict.code).collect();
        settle_communities(ring, &members, &mut shapes, &mut found);
    }
    add_building_groups(&mut found, &chance.branch(3));
    found
}

fn area(code: &str, name: &str, level: &'static str, parent: &str, ring: &Ring) -> Area {
    Area {
        code: code.to_owned(),
        name: name.to_owned(),
        level,
        parent: Some(parent.to_owned()),
        rings: vec![ring.clone()],
    }
}

/// A community with its number of grids and what they weigh on the map.
struct Weighed {
    source: Community,
    grids: usize,
    weight: f64,
}

fn weigh(chance: &mut Chance) -> Vec<Weighed> {
    let communities = sources::communities();
    let people: Vec<f64> = communities
        .iter()
        .map(|c| match c.code.as_str() {
            // The seed text tells most about it, so it is never a small one.
            SHOWN_COMMUNITY => 1.5,
            _ => chance.between(0.3, 1.9),
        })
        .collect();
    let grids = share_out(GRIDS, 2, &people);
    communities
        .into_iter()
        .zip(grids)
        .map(|(source, grids)| Weighed { source, grids, weight: grids as f64 * chance.between(0.85, 1.2) })
        .collect()
}

/// A subdistrict with the ground that its communities need.
#[derive(Clone)]
struct Part<'a> {
    subdistrict: &'a Subdistrict,
    square_kilometres: f64,
}

impl<'a> Part<'a> {
    fn of(subdistrict: &'a Subdistrict, communities: &[Weighed]) -> Self {
        let weight: f64 = communities
            .iter()
            .filter(|c| c.source.subdistrict_code == subdistrict.code)
            .map(|c| c.weight)
            .sum();
        Self { subdistrict, square_kilometres: weight * subdistrict.km2_per_grid }
    }
}

/// Subdistricts that share a place are one island.
fn islands(subdistricts: &[Subdistrict]) -> Vec<Vec<&Subdistrict>> {
    let mut islands: Vec<Vec<&Subdistrict>> = Vec::new();
    for subdistrict in subdistricts {
        let here = Vertex::at_degrees(subdistrict.lon, subdistrict.lat);
        let same = islands.iter_mut().find(|island| Vertex::at_degrees(island[0].lon, island[0].lat) == here);
        match same {
            Some(island) => island.push(subdistrict),
            None => islands.push(vec![subdistrict]),
        }
    }
    islands
}

/// The outline of an island, of the area that its parts need.
fn outline(parts: &[Part], chance: &mut Chance) -> Ring {
    let place = parts[0].subdistrict;
    // The shore of the town also bounds its wide outer grids: coarser, or those have too many vertices.
    let coarser = if parts.len() > 1 { 1.6 } else { 1.0 };
    Shore {
        centre: Vertex::at_degrees(place.lon, place.lat).metres(),
        square_kilometres: ground(parts),
        spacing: finest(parts) * coarser,
    }
    .draw(chance)
}

fn ground(parts: &[Part]) -> f64 {
    parts.iter().map(|part| part.square_kilometres).sum()
}

/// Metres between vertices that suit the smallest grids of some parts.
fn finest(parts: &[Part]) -> f64 {
    let spacings = parts.iter().map(|p| spacing_for(p.subdistrict.km2_per_grid));
    spacings.fold(f64::INFINITY, f64::min)
}

/// How the town is cut: the codes of the first side, and where it lies seen from the rest.
const TOWN_CUTS: [(&[&str], (f64, f64)); 6] = [
    (&["370215400", "370215003"], (-1.0, 0.0)),
    (&["370215400"], (-0.8, -0.6)),
    (&["370215002", "370215001"], (-1.0, 0.0)),
    (&["370215002"], (0.0, 1.0)),
    (&["370215004"], (-0.6, 0.8)),
    (&["370215006"], (0.0, 1.0)),
];

/// Gives every part of an island its ground.
fn place<'a>(
    ring: Ring,
    parts: &[Part<'a>],
    chance: &mut Chance,
    cut_out: &mut Vec<(&'a Subdistrict, Ring)>,
) {
    let [only] = parts else {
        let (first, second, toward) = pair(parts);
        let wish =
            Wish { share: ground(&first) / ground(parts), spacing: finest(parts), toward: Some(toward) };
        let (here, there) = cut(&ring, wish, chance);
        place(here, &first, chance, cut_out);
        place(there, &second, chance, cut_out);
        return;
    };
    cut_out.push((only.subdistrict, ring));
}

/// The two sides of an island's next cut and the way from the second to the first.
fn pair<'a>(parts: &[Part<'a>]) -> (Vec<Part<'a>>, Vec<Part<'a>>, (f64, f64)) {
    TOWN_CUTS
        .iter()
        .find_map(|(codes, toward)| {
            let (first, second): (Vec<Part>, Vec<Part>) =
                parts.iter().cloned().partition(|p| codes.contains(&p.subdistrict.code.as_str()));
            (!first.is_empty() && !second.is_empty()).then_some((first, second, *toward))
        })
        .unwrap_or_else(|| (parts[..1].to_vec(), parts[1..].to_vec(), (-1.0, 0.0)))
}

/// Cuts a subdistrict into its communities and these into grids.
fn settle_communities(ring: Ring, members: &[&Weighed], chance: &mut Chance, found: &mut Vec<Area>) {
    let weights: Vec<f64> = members.iter().map(|c| c.weight).collect();
    for (community, ground) in members.iter().zip(divide(ring, &weights, chance)) {
        let Community { code, name, subdistrict_code } = &community.source;
        found.push(area(code, name, "community", subdistrict_code, &ground));
        let shares: Vec<f64> = (0..community.grids).map(|_| chance.between(0.85, 1.2)).collect();
        let grids = northwest_first(divide(ground, &shares, chance));
        for (index, grid) in grids.iter().enumerate() {
            found.push(area(
                &format!("{code}{:03}", index + 1),
                &format!("{name}第{}网格", numeral(index + 1)),
                "grid",
                code,
                grid,
            ));
        }
    }
}

/// Cuts every grid into its building groups and names them.
fn add_building_groups(found: &mut Vec<Area>, chance: &Chance) {
    let mut shapes = chance.branch(1);
    let mut names = EstateNames::new(chance.branch(2));
    let grids: Vec<Area> = found.iter().filter(|a| a.level == "grid").cloned().collect();
    let weights: Vec<f64> = grids.iter().map(|_| shapes.between(0.1, 1.9)).collect();
    let counts = share_out(BUILDING_GROUPS, 1, &weights);
    for (grid, count) in grids.iter().zip(counts) {
        let shares: Vec<f64> = (0..count).map(|_| shapes.between(0.8, 1.25)).collect();
        let groups = northwest_first(divide(grid.rings[0].clone(), &shares, &mut shapes));
        for (index, group) in groups.iter().enumerate() {
            found.push(area(
                &format!("{}{:02}", grid.code, index + 1),
                &names.draw(),
                "building_group",
                &grid.code,
                group,
            ));
        }
    }
}

/// Numbers are given as one reads: from the north-west.
fn northwest_first(mut rings: Vec<Ring>) -> Vec<Ring> {
    let rank = |ring: &Ring| {
        let (x, y) = middle(ring);
        x * 0.6 - y
    };
    rings.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
    rings
}

/// Small numbers as they stand in the names of grids; a community has fewer than twenty.
pub fn numeral(number: usize) -> String {
    const DIGITS: [&str; 11] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    match DIGITS.get(number) {
        Some(digit) => (*digit).to_owned(),
        None => format!("十{}", DIGITS[number % 10]),
    }
}
