//! What a map file says of one area, in whatever format, before anybody has judged it.

use super::finding::{Finding, Flaw};

/// A position as the file has it: longitude, latitude, in the datum of the file.
pub type Position = (f64, f64);
/// A shell and its holes, each closed: the last position is the first.
pub type Rings = Vec<Vec<Position>>;

/// A feature of a map file.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// Unique in the file.
    pub code: Property,
    /// As people call it.
    pub name: Property,
    /// The same in English; the atlas does not read it.
    pub name_en: Property,
    /// A word of [`AreaLevel`](super::AreaLevel).
    pub level: Property,
    /// The code of the area above.
    pub parent: Property,
    /// Its polygons, none where the file has no geometry; or why there are none.
    pub polygons: Result<Vec<Rings>, Finding>,
}

/// A property of a feature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Property {
    /// Missing, null or blank.
    #[default]
    Absent,
    /// Text without space around it, or a whole number as text.
    Text(String),
    /// Neither.
    Other,
}

impl Property {
    /// A property from text.
    pub fn text(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() { Self::Absent } else { Self::Text(text.to_owned()) }
    }

    /// The text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

impl Feature {
    /// A feature with a geometry that is no ground, by the name of its kind.
    pub fn wrong_geometry(kind: &str) -> Finding {
        let message = format!("the geometry is a {kind}; an area needs a Polygon or MultiPolygon");
        let message_zh = format!("几何类型为 {kind},区域须为 Polygon 或 MultiPolygon");
        Finding::error(Flaw::WrongGeometry, message, message_zh)
    }

    /// Something in the file that cannot be read as a feature.
    pub fn unreadable(message: impl Into<String>, message_zh: impl Into<String>) -> Finding {
        Finding::error(Flaw::BadFeature, message, message_zh)
    }
}
