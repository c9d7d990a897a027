//! Whose is this point? The owner in every layer, the ladder above it, and the doubts near an edge.

use super::area::{Area, AreaLevel};
use super::edition::Edition;
use super::layer::Scratch;
use super::metre::{Eye, Reach};
use super::point::{Point, Vertex};
use serde::{Deserialize, Serialize};

/// How far a community's desk may be from a point outside every grid.
const DESK_REACH_M: f64 = 2_000.0;
/// What is less sure than this says nothing of a neighbourhood; phones say 1.5 km at most.
const DOUBT_M: f64 = 5_000.0;
/// Points that go down the tree together: about as many fetches as a core keeps under way.
const BATCH: usize = 16;

/// What an edition says of a point; codes of areas.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Located {
    /// The grid that owns the point.
    pub grid: Option<String>,
    /// Of the grid, else the one whose own ground holds the point.
    pub community: Option<String>,
    /// Likewise.
    pub subdistrict: Option<String>,
    /// Likewise.
    pub district: Option<String>,
    /// The building group that owns the point, where that layer is loaded.
    pub building_group: Option<String>,
    /// The unit grid that owns the point, where that layer is loaded.
    pub unit_grid: Option<String>,
    /// Metres from the point to the nearest edge of its grid.
    pub edge_m: Option<f64>,
    /// The other grids within the accuracy, nearest first.
    pub candidates: Vec<Candidate>,
    /// Where no grid owns the point, the unit whose desk takes the case.
    pub desk: Option<String>,
}

/// A grid that the point may belong to in truth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The grid's code.
    pub code: String,
    /// The grid's name.
    pub name: String,
    /// Metres from the point to the grid.
    pub distance_m: f64,
}

impl Edition {
    /// Who owns the point, and which neighbours are within `accuracy_m` metres, 5,000 at most.
    ///
    /// Exactly one grid owns every point inside the map, on edges and corners too. A point outside
    /// every grid has a `desk`: the community that holds it, else the nearest one within 2 km, else
    /// the district. A position that is none (not finite, out of range) goes to the district's desk.
    pub fn locate(&self, point: Point, accuracy_m: Option<f64>) -> Located {
        let Some(snapped) = Vertex::snap(point) else {
            return Located { desk: self.first_district(), ..Located::default() };
        };
        let eye = Eye::at(point);
        let grid = self.layer(AreaLevel::Grid).owner(snapped);
        let mut located = self.climb(snapped, grid);
        located.edge_m = grid.and_then(|grid| Some(self.ground(grid)?.edge_m(&eye, Reach::WORLD)));
        located.building_group = self.owner_code(AreaLevel::BuildingGroup, snapped);
        located.unit_grid = self.owner_code(AreaLevel::UnitGrid, snapped);
        let radius_m =
            accuracy_m.filter(|metres| metres.is_finite() && *metres > 0.0).map(|metres| metres.min(DOUBT_M));
        let within = radius_m.map(|radius_m| self.within(AreaLevel::Grid, &eye, snapped, radius_m));
        let others = within.into_iter().flatten().filter(|(_, number)| Some(*number) != grid);
        located.candidates = others.map(|(distance_m, number)| self.candidate(number, distance_m)).collect();
        if grid.is_none() {
            located.desk = self.desk(&eye, snapped, &located);
        }
        located
    }

    /// The one area of a level that owns the point: on a shared edge the eastern one, else the northern
    /// one. Where slivers overlap in spite of the checks, the smaller code does. Nothing is allocated.
    pub fn owner(&self, level: AreaLevel, point: Point) -> Option<Area<'_>> {
        self.owner_number(level, point).map(|number| self.numbered(number))
    }

    /// The same, as the number that [`Edition::numbered`] takes.
    pub fn owner_number(&self, level: AreaLevel, point: Point) -> Option<u32> {
        self.layer(level).owner(Vertex::snap(point)?)
    }

    /// The owner's number for each of many points. Sixteen at a time go down together, which takes a
    /// fraction of the time on a large map.
    pub fn owner_numbers(&self, level: AreaLevel, points: &[Point]) -> Vec<Option<u32>> {
        let (mut owners, mut scratch) = (Vec::with_capacity(points.len()), Scratch::of(BATCH));
        for some in points.chunks(BATCH) {
            let mut snapped = [Vertex::NOWHERE; BATCH];
            for (place, point) in snapped.iter_mut().zip(some) {
                *place = Vertex::snap(*point).unwrap_or(Vertex::NOWHERE);
            }
            self.layer(level).owners(&snapped[..some.len()], &mut scratch, &mut owners);
        }
        owners
    }

    /// The areas of a level within a radius with their distance in metres, nearest first; zero inside.
    pub fn near(&self, level: AreaLevel, point: Point, radius_m: f64) -> Vec<(Area<'_>, f64)> {
        let Some(snapped) = Vertex::snap(point) else {
            return Vec::new();
        };
        self.named(self.within(level, &Eye::at(point), snapped, radius_m))
    }

    /// The `count` nearest areas of a level, at most `within_m` metres away, nearest first; zero inside.
    /// Good to a millimetre within a kilometre, to a thousandth beyond.
    pub fn nearest(
        &self,
        level: AreaLevel,
        point: Point,
        count: usize,
        within_m: f64,
    ) -> Vec<(Area<'_>, f64)> {
        self.nearest_of(level, point, (count, within_m), |_| true)
    }

    /// The nearest of those areas whose code is `wanted`, at most `limits` = (count, metres).
    pub fn nearest_of(
        &self,
        level: AreaLevel,
        point: Point,
        limits: (usize, f64),
        wanted: impl Fn(&str) -> bool,
    ) -> Vec<(Area<'_>, f64)> {
        let Some(snapped) = Vertex::snap(point) else {
            return Vec::new();
        };
        let wanted = |number| wanted(self.register.code(number));
        self.named(self.layer(level).nearest(&Eye::at(point), snapped, limits, wanted))
    }

    /// Metres to the nearest edge of the area of a level that owns the point; `None` where none does.
    pub fn edge_m(&self, level: AreaLevel, point: Point) -> Option<f64> {
        let owner = self.owner_number(level, point)?;
        Some(self.ground(owner)?.edge_m(&Eye::at(point), Reach::WORLD))
    }

    fn named(&self, found: Vec<(f64, u32)>) -> Vec<(Area<'_>, f64)> {
        found.into_iter().map(|(metres, number)| (self.numbered(number), metres)).collect()
    }

    /// The ladder above the lowest known owner; a rung without a parent is found by its own ground.
    fn climb(&self, snapped: Vertex, grid: Option<u32>) -> Located {
        let code = |number: Option<u32>| number.map(|number| self.register.code(number).to_owned());
        let mut located = Located { grid: code(grid), ..Located::default() };
        let mut below = grid;
        for level in [AreaLevel::Community, AreaLevel::Subdistrict, AreaLevel::District] {
            below = match below {
                Some(number) => self.register.parent(number),
                None => self.layer(level).owner(snapped),
            };
            match level {
                AreaLevel::Community => located.community = code(below),
                AreaLevel::Subdistrict => located.subdistrict = code(below),
                _ => located.district = code(below),
            }
        }
        located
    }

    fn owner_code(&self, level: AreaLevel, snapped: Vertex) -> Option<String> {
        self.layer(level).owner(snapped).map(|number| self.register.code(number).to_owned())
    }

    fn candidate(&self, number: u32, distance_m: f64) -> Candidate {
        let (code, name) = (self.register.code(number).to_owned(), self.register.name(number).to_owned());
        Candidate { code, name, distance_m }
    }

    /// The areas of a level within a radius, nearest first; of equals the smaller code.
    fn within(&self, level: AreaLevel, eye: &Eye, snapped: Vertex, radius_m: f64) -> Vec<(f64, u32)> {
        let mut found = self.layer(level).within(eye, snapped, radius_m);
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        found
    }

    fn desk(&self, eye: &Eye, snapped: Vertex, located: &Located) -> Option<String> {
        located
            .community
            .clone()
            .or_else(|| self.nearest_community(eye, snapped))
            .or_else(|| located.district.clone())
            .or_else(|| self.nearest_district(eye, snapped))
    }

    /// By its own ground or by its grids', which stand in for a community drawn without ground.
    fn nearest_community(&self, eye: &Eye, snapped: Vertex) -> Option<String> {
        let nearest = |level| {
            let found = self.layer(level).nearest(eye, snapped, (1, DESK_REACH_M), |_| true);
            found.first().copied()
        };
        let own = nearest(AreaLevel::Community);
        let through_grid =
            nearest(AreaLevel::Grid).and_then(|(metres, grid)| Some((metres, self.register.parent(grid)?)));
        let nearest = own.into_iter().chain(through_grid).min_by(|a, b| a.0.total_cmp(&b.0))?;
        Some(self.register.code(nearest.1).to_owned())
    }

    fn nearest_district(&self, eye: &Eye, snapped: Vertex) -> Option<String> {
        let nearest = self.layer(AreaLevel::District).nearest(eye, snapped, (1, f64::INFINITY), |_| true);
        let code = nearest.first().map(|(_, number)| self.register.code(*number).to_owned());
        code.or_else(|| self.first_district())
    }

    fn first_district(&self) -> Option<String> {
        self.level(AreaLevel::District).next().map(|area| area.code.to_owned())
    }
}

impl Located {
    /// The code found at a level.
    pub fn at(&self, level: AreaLevel) -> Option<&str> {
        match level {
            AreaLevel::District => self.district.as_deref(),
            AreaLevel::Subdistrict => self.subdistrict.as_deref(),
            AreaLevel::Community => self.community.as_deref(),
            AreaLevel::Grid => self.grid.as_deref(),
            AreaLevel::BuildingGroup => self.building_group.as_deref(),
            AreaLevel::UnitGrid => self.unit_grid.as_deref(),
        }
    }

    /// The unit that takes a case here: the grid, else the desk.
    pub fn owner(&self) -> Option<&str> {
        self.grid.as_deref().or(self.desk.as_deref())
    }
}
