//! Whose is this point? The owner in every layer, the ladder above it, and the doubts near an edge.

use super::area::{Area, AreaLevel};
use super::edition::Edition;
use super::metre::Eye;
use super::point::{Point, Vertex};
use super::shape::Bounds;
use serde::{Deserialize, Serialize};

/// How far a community's desk may be from a point outside every grid.
const DESK_REACH_M: f64 = 2_000.0;

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
    /// Who owns the point, and which neighbours are within `accuracy_m` metres.
    ///
    /// Exactly one grid owns every point inside the map, on edges and corners too. A point outside
    /// every grid has a `desk`: the community that holds it, else the nearest one within 2 km, else
    /// the district. A position that is none (not finite, out of range) goes to the district's desk.
    pub fn locate(&self, point: Point, accuracy_m: Option<f64>) -> Located {
        let Some(snapped) = Vertex::snap(point) else {
            return Located { desk: self.first_district(), ..Located::default() };
        };
        let eye = Eye::at(point);
        let grid = self.owner(AreaLevel::Grid, snapped);
        let mut located = self.climb(snapped, grid);
        located.edge_m = grid.and_then(|grid| Some(grid.shape.as_ref()?.edge_m(&eye)));
        located.building_group = self.owner_code(AreaLevel::BuildingGroup, snapped);
        located.unit_grid = self.owner_code(AreaLevel::UnitGrid, snapped);
        located.candidates = self.candidates(&eye, snapped, accuracy_m, grid);
        if grid.is_none() {
            located.desk = self.desk(&eye, snapped, &located);
        }
        located
    }

    /// The ladder above the lowest known owner; a rung without a parent is found by its own ground.
    fn climb(&self, snapped: Vertex, grid: Option<&Area>) -> Located {
        let mut located = Located { grid: grid.map(|grid| grid.code.clone()), ..Located::default() };
        let mut below = grid;
        for level in [AreaLevel::Community, AreaLevel::Subdistrict, AreaLevel::District] {
            below = match below {
                Some(area) => area.parent.as_deref().and_then(|code| self.area(code)),
                None => self.owner(level, snapped),
            };
            let code = below.map(|area| area.code.clone());
            match level {
                AreaLevel::Community => located.community = code,
                AreaLevel::Subdistrict => located.subdistrict = code,
                _ => located.district = code,
            }
        }
        located
    }

    fn owner_code(&self, level: AreaLevel, snapped: Vertex) -> Option<String> {
        self.owner(level, snapped).map(|area| area.code.clone())
    }

    fn candidates(
        &self,
        eye: &Eye,
        snapped: Vertex,
        accuracy_m: Option<f64>,
        owner: Option<&Area>,
    ) -> Vec<Candidate> {
        let Some(radius_m) = accuracy_m.filter(|metres| metres.is_finite() && *metres > 0.0) else {
            return Vec::new();
        };
        let mut found = self.within(AreaLevel::Grid, eye, snapped, radius_m);
        found.retain(|(_, area)| owner.is_none_or(|owner| owner.code != area.code));
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.code.cmp(&b.1.code)));
        let candidate = |(distance_m, area): (f64, &Area)| Candidate {
            code: area.code.clone(),
            name: area.name.clone(),
            distance_m,
        };
        found.into_iter().map(candidate).collect()
    }

    /// The areas of a level within a radius, with their distance in metres, in no order.
    fn within(&self, level: AreaLevel, eye: &Eye, snapped: Vertex, radius_m: f64) -> Vec<(f64, &Area)> {
        self.near(level, Bounds::around(eye, radius_m))
            .map(|(area, shape)| (shape.distance_m(eye, snapped), area))
            .filter(|(distance_m, _)| *distance_m <= radius_m)
            .collect()
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
        let own = self.within(AreaLevel::Community, eye, snapped, DESK_REACH_M);
        let own = own.into_iter().map(|(metres, area)| (metres, area.code.as_str()));
        let grids = self.within(AreaLevel::Grid, eye, snapped, DESK_REACH_M);
        let through_grids =
            grids.into_iter().filter_map(|(metres, area)| Some((metres, area.parent.as_deref()?)));
        let nearest = own.chain(through_grids).min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)))?;
        Some(nearest.1.to_owned())
    }

    fn nearest_district(&self, eye: &Eye, snapped: Vertex) -> Option<String> {
        let measured = self
            .level(AreaLevel::District)
            .filter_map(|area| Some((area.shape.as_ref()?.distance_m(eye, snapped), area)));
        let nearest = measured.min_by(|a, b| a.0.total_cmp(&b.0));
        nearest.map(|(_, area)| area.code.clone()).or_else(|| self.first_district())
    }

    fn first_district(&self) -> Option<String> {
        self.level(AreaLevel::District).next().map(|area| area.code.clone())
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
