//! What is wrong with a map, in words that the person who drew it can act on.

use super::point::Point;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Something found while a map was checked, with its area and place where it has them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Whether the map may be loaded in spite of it.
    pub severity: Severity,
    /// The kind, for programs.
    pub code: Flaw,
    /// The code of the area, or its number in the file as "#3" where it has no code.
    pub area: Option<String>,
    /// Where to look.
    pub place: Option<Point>,
    /// In English.
    pub message: String,
    /// In Chinese.
    pub message_zh: String,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The map is not loaded.
    Error,
    /// The map is loaded; somebody should look.
    Warning,
}

/// The kinds of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// Not JSON, or not a feature collection.
    NotGeojson,
    /// No feature in the collection.
    EmptyCollection,
    /// The collection's `datum` is not known.
    UnknownDatum,
    /// A feature that is not one.
    BadFeature,
    /// A property that is missing or of the wrong kind.
    BadProperty,
    /// A `level` that is not known.
    UnknownLevel,
    /// Two areas with one code.
    DuplicateCode,
    /// An area below the district without a parent.
    MissingParent,
    /// A parent that is not in the file.
    Orphan,
    /// A parent of a level that cannot be one.
    WrongParentLevel,
    /// A grid, or a finer area, without ground.
    MissingGeometry,
    /// Neither Polygon nor MultiPolygon.
    WrongGeometry,
    /// The last position of a ring is not its first.
    UnclosedRing,
    /// Fewer than four positions.
    ShortRing,
    /// A ring without ground, once snapped to the lattice.
    FlatRing,
    /// A position that is not on the Earth.
    OutOfRange,
    /// A boundary that crosses itself.
    SelfCrossing,
    /// A hole outside its shell, or overlapping another.
    BadHole,
    /// Parts of one area that overlap.
    PartsOverlap,
    /// Two areas of one layer that share ground.
    Overlap,
    /// Ground inside a layer that nobody owns.
    Gap,
    /// A neighbour's vertex in the middle of an edge, mended.
    Mended,
    /// Corners so close to an edge that mending comes to no end.
    Unmended,
    /// Vertices closer than the lattice can tell, joined.
    Joined,
    /// Ground of an area that lies outside its parent.
    OutsideParent,
    /// Ground of a community that none of its grids covers.
    Uncovered,
    /// A grid in several pieces.
    Split,
    /// The whole map lies off the previous edition as positions of another datum do.
    ShiftedDatum,
}

impl Flaw {
    /// The word in files and for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotGeojson => "not_geojson",
            Self::EmptyCollection => "empty_collection",
            Self::UnknownDatum => "unknown_datum",
            Self::BadFeature => "bad_feature",
            Self::BadProperty => "bad_property",
            Self::UnknownLevel => "unknown_level",
            Self::DuplicateCode => "duplicate_code",
            Self::MissingParent => "missing_parent",
            Self::Orphan => "orphan",
            Self::WrongParentLevel => "wrong_parent_level",
            Self::MissingGeometry => "missing_geometry",
            Self::WrongGeometry => "wrong_geometry",
            Self::UnclosedRing => "unclosed_ring",
            Self::ShortRing => "short_ring",
            Self::FlatRing => "flat_ring",
            Self::OutOfRange => "out_of_range",
            Self::SelfCrossing => "self_crossing",
            Self::BadHole => "bad_hole",
            Self::PartsOverlap => "parts_overlap",
            Self::Overlap => "overlap",
            Self::Gap => "gap",
            Self::Mended => "mended",
            Self::Unmended => "unmended",
            Self::Joined => "joined",
            Self::OutsideParent => "outside_parent",
            Self::Uncovered => "uncovered",
            Self::Split => "split",
            Self::ShiftedDatum => "shifted_datum",
        }
    }
}

impl Finding {
    /// A finding that keeps the map from being loaded.
    pub(super) fn error(code: Flaw, message: impl Into<String>, message_zh: impl Into<String>) -> Self {
        let (message, message_zh) = (message.into(), message_zh.into());
        Self { severity: Severity::Error, code, area: None, place: None, message, message_zh }
    }

    /// A finding that the map is loaded with.
    pub(super) fn warning(code: Flaw, message: impl Into<String>, message_zh: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message, message_zh) }
    }

    pub(super) fn of(self, area: impl Into<String>) -> Self {
        Self { area: Some(area.into()), ..self }
    }

    pub(super) fn at(self, place: Option<Point>) -> Self {
        Self { place, ..self }
    }
}

/// One line: severity, kind, area, place ("lat, lon"), and the English words.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = if self.severity == Severity::Error { "error" } else { "warning" };
        write!(f, "{severity} {}", self.code.as_str())?;
        if let Some(area) = &self.area {
            write!(f, " {area}")?;
        }
        if let Some(place) = self.place {
            write!(f, " at {place}")?;
        }
        write!(f, ": {}", self.message)
    }
}
