//! What a map is made of: areas in layers, each with at most one parent.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// One unit of ground, as one map edition has it: a view into the edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area<'a> {
    /// Unique in the edition.
    pub code: &'a str,
    /// As people call it.
    pub name: &'a str,
    /// Its layer.
    pub level: AreaLevel,
    /// The code of the unit above; `None` for a district.
    pub parent: Option<&'a str>,
    /// Whether the map gives it ground of its own; a level above the grid may come without.
    pub has_ground: bool,
}

/// The layers of a map, from the whole to the finest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AreaLevel {
    /// 区
    District,
    /// 街道
    Subdistrict,
    /// 社区
    Community,
    /// 网格: the duty layer.
    Grid,
    /// 楼院
    BuildingGroup,
    /// 单元网格: about 10,000 m².
    UnitGrid,
}

impl AreaLevel {
    /// Every level, from the whole to the finest.
    pub const ALL: [Self; 6] =
        [Self::District, Self::Subdistrict, Self::Community, Self::Grid, Self::BuildingGroup, Self::UnitGrid];

    /// The word in files and addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::District => "district",
            Self::Subdistrict => "subdistrict",
            Self::Community => "community",
            Self::Grid => "grid",
            Self::BuildingGroup => "building_group",
            Self::UnitGrid => "unit_grid",
        }
    }

    /// The word for people, in Chinese.
    pub fn as_zh(self) -> &'static str {
        match self {
            Self::District => "区",
            Self::Subdistrict => "街道",
            Self::Community => "社区",
            Self::Grid => "网格",
            Self::BuildingGroup => "楼院",
            Self::UnitGrid => "单元网格",
        }
    }

    /// The levels that a parent may have; none for the district.
    ///
    /// Unit grids are numbered within the community (GB/T 47678), but a grid may hold them too.
    pub fn parents(self) -> &'static [Self] {
        match self {
            Self::District => &[],
            Self::Subdistrict => &[Self::District],
            Self::Community => &[Self::Subdistrict],
            Self::Grid => &[Self::Community],
            Self::BuildingGroup => &[Self::Grid],
            Self::UnitGrid => &[Self::Grid, Self::Community],
        }
    }
}

impl fmt::Display for AreaLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no level.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown level \"{0}\"; known are district, subdistrict, community, grid, building_group, unit_grid")]
pub struct UnknownLevel(pub String);

impl FromStr for AreaLevel {
    type Err = UnknownLevel;

    fn from_str(word: &str) -> Result<Self, UnknownLevel> {
        Self::ALL.into_iter().find(|level| level.as_str() == word).ok_or_else(|| UnknownLevel(word.into()))
    }
}
