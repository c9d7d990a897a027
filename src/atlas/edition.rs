//! One map edition: immutable once checked, shared by everything that looks up.

use super::area::{Area, AreaLevel};
use super::check::Overlaps;
use super::draft::Draft;
use super::layer::Layer;
use super::planar;
use super::plot::Plot;
use super::point::{Point, Vertex};
use super::register::Register;
use super::shape::Bounds;
use geo::InteriorPoint;
use sha2::{Digest, Sha256};

/// A checked map. Meant to sit behind an `Arc`; a new edition replaces it whole.
#[derive(Clone, Debug, Default)]
pub struct Edition {
    pub(super) register: Register,
    /// The ground of each level.
    pub(super) layers: [Layer; AreaLevel::ALL.len()],
}

impl Edition {
    /// The map of nowhere: every point is outside.
    pub fn empty() -> Self {
        Self::default()
    }

    /// From checked drafts, whatever their order; slivers of them may overlap.
    pub(super) fn build(mut drafts: Vec<Draft>) -> Self {
        drafts.sort_by(|a, b| (a.level, &a.code).cmp(&(b.level, &b.code)));
        let register = Register::of(&drafts);
        let layers = AreaLevel::ALL.map(|level| {
            let numbers = register.level(level);
            let members = &drafts[numbers.start as usize..numbers.end as usize];
            Layer::pack(numbers.start, members.iter().map(|draft| draft.parts.as_slice()))
        });
        Self { register, layers }
    }

    /// In which levels slivers of areas overlap. Where none do, a search ends with the first owner found.
    pub(super) fn with_overlaps(mut self, overlaps: Overlaps) -> Self {
        self.layers.iter_mut().zip(overlaps).for_each(|(layer, overlaps)| layer.has_overlaps = overlaps);
        self
    }

    /// Every area, from the whole to the finest level, and by code within a level.
    pub fn areas(&self) -> impl ExactSizeIterator<Item = Area<'_>> {
        (0..self.register.len()).map(|number| self.numbered(number))
    }

    /// The area of a code.
    pub fn area(&self, code: &str) -> Option<Area<'_>> {
        self.register.find(code).map(|number| self.numbered(number))
    }

    /// The areas of one level, sorted by code.
    pub fn level(&self, level: AreaLevel) -> impl ExactSizeIterator<Item = Area<'_>> {
        self.register.level(level).map(|number| self.numbered(number))
    }

    /// The areas directly below a code, level by level and sorted by code.
    pub fn children(&self, code: &str) -> impl Iterator<Item = Area<'_>> {
        let parent = self.register.find(code);
        let children = parent.map_or(&[][..], |parent| self.register.children(parent));
        children.iter().map(|number| self.numbered(*number))
    }

    /// The area and all above it, from the area upwards.
    pub fn ladder(&self, code: &str) -> impl Iterator<Item = Area<'_>> {
        let rungs = std::iter::successors(self.register.find(code), |number| self.register.parent(*number));
        rungs.map(|number| self.numbered(number))
    }

    /// The area of a number that this edition gave.
    ///
    /// # Panics
    /// When the edition has no such number.
    pub fn numbered(&self, number: u32) -> Area<'_> {
        let register = &self.register;
        Area {
            code: register.code(number),
            name: register.name(number),
            level: register.level_of(number),
            parent: register.parent(number).map(|parent| register.code(parent)),
            has_ground: self.ground(number).is_some(),
        }
    }

    /// Whether no area is loaded.
    pub fn is_empty(&self) -> bool {
        self.register.len() == 0
    }

    /// SHA-256 of the content in hex: the same map has the same digest, whatever the order of its
    /// features or the spaces in its file.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(b"whistle map 1");
        for number in self.register.by_code() {
            digest_area(&mut hash, self.numbered(number), self.ground(number));
        }
        hex::encode(hash.finalize())
    }

    /// Is an area the same in another edition: its words, its place in the ladder and its ground?
    pub fn is_same_in(&self, other: &Self, code: &str) -> bool {
        let ground = |edition: &Self| {
            let number = edition.register.find(code)?;
            edition.ground(number).map(Plot::parts)
        };
        self.area(code) == other.area(code) && ground(self) == ground(other)
    }

    /// A point inside the area, for a label or a pin; of an area without ground, one of its children's.
    pub fn centre(&self, code: &str) -> Option<Point> {
        self.centre_of(self.register.find(code)?)
    }

    /// Where looking at it begins: in the first of `codes` that has ground, else in the grid nearest to
    /// the middle of everything, for the middle itself may lie in none. `None` on the map of nowhere.
    pub fn beginning<'c>(&self, codes: impl IntoIterator<Item = &'c str>) -> Option<Point> {
        codes.into_iter().find_map(|code| self.centre(code)).or_else(|| {
            let (low, high) = self.bounds()?;
            let middle = Point::new(f64::midpoint(low.lon, high.lon), f64::midpoint(low.lat, high.lat));
            let grid = self.nearest(AreaLevel::Grid, middle, 1, f64::INFINITY).into_iter().next();
            grid.and_then(|(grid, _)| self.centre(grid.code)).or(Some(middle))
        })
    }

    fn centre_of(&self, number: u32) -> Option<Point> {
        match self.ground(number) {
            Some(plot) => centre_of(plot),
            None => self.register.children(number).iter().find_map(|child| self.centre_of(*child)),
        }
    }

    /// South-west and north-east corner of an area's own ground.
    pub fn bounds_of(&self, code: &str) -> Option<(Point, Point)> {
        self.box_of(code).map(|bounds| bounds.corners())
    }

    pub(super) fn box_of(&self, code: &str) -> Option<Bounds> {
        self.ground(self.register.find(code)?)?.bounds()
    }

    /// South-west and north-east corner of everything.
    pub fn bounds(&self) -> Option<(Point, Point)> {
        let all = self.layers.iter().filter_map(|layer| layer.tree.bounds).reduce(Bounds::join)?;
        Some(all.corners())
    }

    pub(super) fn layer(&self, level: AreaLevel) -> &Layer {
        &self.layers[level as usize]
    }

    /// The ground of an area.
    pub(super) fn ground(&self, number: u32) -> Option<Plot<'_>> {
        self.layer(self.register.level_of(number)).ground(number)
    }
}

fn digest_area(hash: &mut Sha256, area: Area<'_>, ground: Option<Plot<'_>>) {
    for word in [area.code, area.name, area.level.as_str(), area.parent.unwrap_or_default()] {
        hash.update((word.len() as u64).to_le_bytes());
        hash.update(word);
    }
    let parts = ground.map(Plot::parts).unwrap_or_default();
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
fn centre_of(plot: Plot<'_>) -> Option<Point> {
    let parts = plot.parts();
    let rings = parts.iter().map(|part| part.iter().map(Vec::as_slice).collect());
    let inside = planar::polygons(rings).interior_point();
    let on_lattice = inside.map(|p| Vertex { x: p.x().round() as i32, y: p.y().round() as i32 });
    let first = parts.first()?.first()?.first().copied();
    on_lattice.filter(|v| plot.contains(*v)).or(first).map(Vertex::point)
}
