//! Ground that a program drew: an edition without a file and without the checks.

use super::area::AreaLevel;
use super::check::Overlaps;
use super::draft::Draft;
use super::edition::Edition;
use super::point::{Point, Vertex};

/// An area with its ground: parts, each a shell and its holes, each a closed line without its last
/// point repeated.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// Unique in the map.
    pub code: String,
    /// As people call it.
    pub name: String,
    /// Its layer.
    pub level: AreaLevel,
    /// The code of the unit above.
    pub parent: Option<String>,
    /// Its ground, in WGS-84.
    pub parts: Vec<Vec<Vec<Point>>>,
}

impl Edition {
    /// An edition of outlines that are known to be a map: codes unique, neighbours sharing their edges
    /// corner for corner. Nothing is checked or mended, so a person's map never comes this way; it is
    /// for generated ones of a size that checking would take minutes for. Positions off the Earth are
    /// left out.
    pub fn unchecked(outlines: impl IntoIterator<Item = Outline>) -> Self {
        let ring = |ring: Vec<Point>| ring.into_iter().filter_map(Vertex::snap).collect();
        let part = |part: Vec<Vec<Point>>| part.into_iter().map(ring).collect();
        let draft = |outline: Outline| {
            let Outline { code, name, level, parent, parts } = outline;
            let mut draft = Draft { code, name, level, parent, parts: parts.into_iter().map(part).collect() };
            draft.put_in_order();
            draft
        };
        Self::build(outlines.into_iter().map(draft).collect()).with_overlaps(Overlaps::default())
    }
}
