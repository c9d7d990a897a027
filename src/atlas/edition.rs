//! One map edition: immutable once checked, shared by everything that looks up.

use super::area::{Area, AreaLevel};
use super::draft::Draft;
use super::index::Index;
use super::planar;
use super::point::{Point, Vertex};
use super::shape::{Bounds, Shape};
use geo::InteriorPoint;
use sha2::{Digest, Sha256};

/// A checked map. Meant to sit behind an `Arc`; a new edition replaces it whole.
#[derive(Clone, Debug, Default)]
pub struct Edition {
    /// Sorted by code.
    areas: Vec<Area>,
    /// An index of each level's ground, numbers pointing into `areas`.
    layers: [Index; AreaLevel::ALL.len()],
}

impl Edition {
    /// The map of nowhere: every point is outside.
    pub fn empty() -> Self {
        Self::default()
    }

    pub(super) fn build(drafts: Vec<Draft>) -> Self {
        let areas: Vec<Area> = drafts.into_iter().map(Draft::finish).collect();
        let layers = AreaLevel::ALL.map(|level| {
            let members = areas.iter().zip(0..).filter(|(area, _)| area.level == level);
            Index::build(members.filter_map(|(area, number)| Some((area.shape.as_ref()?.bounds(), number))))
        });
        Self { areas, layers }
    }

    /// Every area, sorted by code.
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// The area of a code.
    pub fn area(&self, code: &str) -> Option<&Area> {
        let at = self.areas.binary_search_by(|area| area.code.as_str().cmp(code)).ok()?;
        self.areas.get(at)
    }

    /// The areas of one level, sorted by code.
    pub fn level(&self, level: AreaLevel) -> impl Iterator<Item = &Area> {
        self.areas.iter().filter(move |area| area.level == level)
    }

    /// The areas directly below a code, sorted by code.
    pub fn children(&self, code: &str) -> impl Iterator<Item = &Area> {
        self.areas.iter().filter(move |area| area.parent.as_deref() == Some(code))
    }

    /// The area and all above it, from the area upwards.
    pub fn ladder(&self, code: &str) -> impl Iterator<Item = &Area> {
        std::iter::successors(self.area(code), |area| self.area(area.parent.as_deref()?))
    }

    /// Whether no area is loaded.
    pub fn is_empty(&self) -> bool {
        self.areas.is_empty()
    }

    /// SHA-256 of the content in hex: the same map has the same digest, whatever the order of its
    /// features or the spaces in its file.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(b"whistle map 1");
        self.areas.iter().for_each(|area| digest_area(&mut hash, area));
        hex::encode(hash.finalize())
    }

    /// A point inside the area, for a label or a pin; of an area without ground, one of its children's.
    pub fn centre(&self, code: &str) -> Option<Point> {
        let area = self.area(code)?;
        match &area.shape {
            Some(shape) => centre_of(shape),
            None => self.children(code).find_map(|child| self.centre(&child.code)),
        }
    }

    /// South-west and north-east corner of everything.
    pub fn bounds(&self) -> Option<(Point, Point)> {
        let all = self.layers.iter().filter_map(Index::bounds).reduce(Bounds::join)?;
        Some(all.corners())
    }

    /// The areas of a level whose box meets the probe, with their ground.
    pub(super) fn near(&self, level: AreaLevel, probe: Bounds) -> impl Iterator<Item = (&Area, &Shape)> {
        let numbers = self.layers[level as usize].meeting(probe);
        numbers.filter_map(|number| {
            let area = &self.areas[number as usize];
            Some((area, area.shape.as_ref()?))
        })
    }

    /// The one area of a level that owns the point. Where slivers overlap in spite of the checks, the
    /// smaller code does.
    pub(super) fn owner(&self, level: AreaLevel, point: Vertex) -> Option<&Area> {
        let owners = self.near(level, point.into()).filter(|(_, shape)| shape.contains(point));
        owners.map(|(area, _)| area).min_by(|a, b| a.code.cmp(&b.code))
    }
}

fn digest_area(hash: &mut Sha256, area: &Area) {
    let parent = area.parent.as_deref().unwrap_or_default();
    for word in [&area.code, &area.name, area.level.as_str(), parent] {
        hash.update((word.len() as u64).to_le_bytes());
        hash.update(word);
    }
    let parts: Vec<_> = area.shape.iter().flat_map(Shape::parts).collect();
    hash.update((parts.len() as u64).to_le_bytes());
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        for ring in part {
            hash.update((ring.len() as u64).to_le_bytes());
            for vertex in ring {
                hash.update(vertex.x.to_le_bytes());
                hash.update(vertex.y.to_le_bytes());
            }
        }
    }
}

/// A point well inside; where the ground is too thin for the lattice, its first corner.
fn centre_of(shape: &Shape) -> Option<Point> {
    let inside = planar::polygons(shape.parts()).interior_point();
    let on_lattice = inside.map(|p| Vertex { x: p.x().round() as i32, y: p.y().round() as i32 });
    let first = shape.rings().next()?.first().copied();
    on_lattice.filter(|v| shape.contains(*v)).or(first).map(Vertex::point)
}
