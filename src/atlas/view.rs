//! What of a map is drawn on a screen: the outlines within a view, no finer than its pixels.
//!
//! Corners are moved onto a lattice of a pixel and what has become straight is left out. A corner
//! goes to the same place whichever outline it is seen in, so neighbours still share their edges; a
//! simplification of each ring by itself would tear them apart.
//!
//! A view with more areas than a screen is good for shows the next wider level that fits, and says so.

use super::area::AreaLevel;
use super::edition::Edition;
use super::export::{feature, geometry};
use super::point::{Point, Vertex};
use super::shape::{Bounds, Part, Ring};
use serde_json::{Value, json};

/// Pixels around the Earth at zoom 0, as map pages count them.
const PIXELS: f64 = 256.0;
/// Lattice steps around the Earth.
const AROUND: f64 = 3.6e9;
/// Zooms beyond this show the lattice itself.
const FINEST: u8 = 24;

/// What a screen shows: a box, and how large it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    bounds: Bounds,
    zoom: u8,
}

impl View {
    /// The whole Earth, drawn as fine as the map is.
    pub const WORLD: Self = Self { bounds: Bounds::WORLD, zoom: FINEST };

    /// From the corners of a box, in degrees, and a zoom as map pages count it: at 0 the Earth is 256
    /// pixels around. What lies off the Earth is cut off; `None` where that leaves nothing.
    pub fn new(south_west: Point, north_east: Point, zoom: u8) -> Option<Self> {
        let snap = |point: Point| Vertex::snap(Point::new(cut(point.lon, 180.0)?, cut(point.lat, 90.0)?));
        let (low, high) = (snap(south_west)?, snap(north_east)?);
        let bounds = Bounds { west: low.x, south: low.y, east: high.x, north: high.y };
        (bounds.west <= bounds.east && bounds.south <= bounds.north)
            .then_some(Self { bounds, zoom: zoom.min(FINEST) })
    }

    /// A pixel, in lattice steps.
    fn step(self) -> i64 {
        ((AROUND / PIXELS / f64::from(1_u32 << self.zoom)) as i64).max(1)
    }
}

fn cut(degrees: f64, most: f64) -> Option<f64> {
    degrees.is_finite().then(|| degrees.clamp(-most, most))
}

impl Edition {
    /// The outlines of a level within a view, as a feature collection; or, where that are more than
    /// `most`, of the next wider level that has no more, with `too_wide` true. `level` says which it is.
    /// Areas smaller than a pixel are left out.
    pub fn drawn(&self, level: AreaLevel, view: View, most: usize) -> Value {
        let mut levels = vec![level];
        while let Some(wider) = levels.last().and_then(|level| level.parents().first()) {
            levels.push(*wider);
        }
        let mut some = levels.into_iter().map(|level| (level, self.seen(level, view, most + 1)));
        let fits = some.find(|(shown, slots)| slots.len() <= most && (*shown == level || !slots.is_empty()));
        let (shown, slots) = fits.unwrap_or((AreaLevel::District, Vec::new()));
        let step = view.step();
        let features: Vec<Value> =
            slots.into_iter().filter_map(|slot| self.outline(shown, slot, step)).collect();
        json!({
            "type": "FeatureCollection", "level": shown, "too_wide": shown != level, "features": features,
        })
    }

    /// The slots of a level's areas that the view meets, at most `most` of them.
    fn seen(&self, level: AreaLevel, view: View, most: usize) -> Vec<u32> {
        let (layer, mut slots) = (self.layer(level), Vec::new());
        layer.tree.meeting(view.bounds, false, &mut |slot| slots.push(slot));
        let meets = |slot: &u32| layer.plot(*slot).bounds().is_some_and(|bounds| bounds.meets(&view.bounds));
        slots.into_iter().filter(meets).take(most).collect()
    }

    fn outline(&self, level: AreaLevel, slot: u32, step: i64) -> Option<Value> {
        let plot = self.layer(level).plot(slot);
        let parts: Vec<Part> = plot.parts().iter().filter_map(|part| coarse_part(part, step)).collect();
        (!parts.is_empty()).then(|| feature(self.numbered(plot.number()), Some(geometry(parts))))
    }
}

/// None where the shell is less than a pixel; holes that are go by themselves.
fn coarse_part(part: &[Ring], step: i64) -> Option<Part> {
    let (shell, holes) = part.split_first()?;
    let shell = coarse(shell, step)?;
    Some(std::iter::once(shell).chain(holes.iter().filter_map(|hole| coarse(hole, step))).collect())
}

/// The ring on a lattice of `step`, without what is straight there.
fn coarse(ring: &[Vertex], step: i64) -> Option<Ring> {
    let near = |at: i32| (i64::from(at) + step / 2).div_euclid(step) * step;
    let mut kept: Ring = Vec::with_capacity(ring.len());
    for vertex in ring {
        let vertex = Vertex { x: near(vertex.x) as i32, y: near(vertex.y) as i32 };
        while kept.last() == Some(&vertex) || is_straight(&kept, vertex) {
            kept.pop();
        }
        kept.push(vertex);
    }
    // The ends meet: what holds along the ring holds across them.
    while kept.len() > 2 && (kept.first() == kept.last() || is_straight(&kept, kept[0])) {
        kept.pop();
    }
    (kept.len() > 2).then_some(kept)
}

/// Does the last one lie on the line from the one before to the next?
fn is_straight(kept: &[Vertex], next: Vertex) -> bool {
    matches!(kept, [.., before, last] if before.turn(*last, next) == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atlas::Outline;
    use std::collections::BTreeMap;

    /// Squares of a thousandth of a degree, `across` in a row, each side with ten corners; a community a
    /// row of ten, over one district.
    fn town(across: u32) -> Edition {
        let side = |from: (f64, f64), to: (f64, f64)| {
            (0..10).map(move |at| {
                let share = f64::from(at) / 10.0;
                // Off the straight line by less than a pixel of a wide view.
                let off = if at % 2 == 1 { 2e-6 } else { 0.0 };
                Point::new(from.0 + (to.0 - from.0) * share + off, from.1 + (to.1 - from.1) * share + off)
            })
        };
        let square = |level, code: String, parent: Option<String>, (west, south): (f64, f64), wide, high| {
            let corners =
                [(west, south), (west + wide, south), (west + wide, south + high), (west, south + high)];
            let ring = (0..4).flat_map(|at| side(corners[at], corners[(at + 1) % 4])).collect();
            Outline { name: code.clone(), code, level, parent, parts: vec![vec![ring]] }
        };
        let mut outlines = Vec::new();
        let whole = f64::from(across) * 0.001;
        outlines.push(square(AreaLevel::District, "D".into(), None, (120.0, 36.0), whole, whole));
        for y in 0..across {
            let south = 36.0 + f64::from(y) * 0.001;
            let row = format!("C{y}");
            let parent = Some("D".to_owned());
            outlines.push(square(AreaLevel::Community, row.clone(), parent, (120.0, south), whole, 0.001));
            for x in 0..across {
                let west = 120.0 + f64::from(x) * 0.001;
                let code = format!("G{x:03}{y:03}");
                outlines.push(square(AreaLevel::Grid, code, Some(row.clone()), (west, south), 0.001, 0.001));
            }
        }
        Edition::unchecked(outlines)
    }

    fn view(west: f64, south: f64, east: f64, north: f64, zoom: u8) -> View {
        View::new(Point::new(west, south), Point::new(east, north), zoom).unwrap()
    }

    fn codes(drawn: &Value) -> Vec<&str> {
        let features = drawn["features"].as_array().unwrap();
        features.iter().map(|one| one["properties"]["code"].as_str().unwrap()).collect()
    }

    #[test]
    fn only_what_is_in_view_is_drawn() {
        let town = town(10);
        let drawn = town.drawn(AreaLevel::Grid, view(120.0012, 36.0012, 120.0028, 36.0018, 18), 100);
        let mut found = codes(&drawn);
        found.sort_unstable();
        assert_eq!(found, ["G001001", "G002001"]);
        assert_eq!((&drawn["level"], &drawn["too_wide"]), (&json!("grid"), &json!(false)));
        let elsewhere = town.drawn(AreaLevel::Grid, view(10.0, 10.0, 11.0, 11.0, 18), 100);
        assert_eq!((codes(&elsewhere).len(), &elsewhere["too_wide"]), (0, &json!(false)));
    }

    #[test]
    fn too_wide_a_view_shows_the_next_wider_level_that_fits() {
        let town = town(10);
        let whole = view(120.0, 36.0, 120.01, 36.01, 16);
        assert_eq!(codes(&town.drawn(AreaLevel::Grid, whole, 100)).len(), 100, "they fit");
        let communities = town.drawn(AreaLevel::Grid, whole, 99);
        assert_eq!((communities["level"].as_str(), codes(&communities).len()), (Some("community"), 10));
        assert_eq!(communities["too_wide"], json!(true));
        assert_eq!(codes(&town.drawn(AreaLevel::Grid, whole, 9)), ["D"], "no subdistricts are drawn here");
        let nothing = town.drawn(AreaLevel::Grid, whole, 0);
        assert_eq!((codes(&nothing).len(), &nothing["too_wide"]), (0, &json!(true)));
    }

    /// The corners of each outline of the whole town, in lattice steps.
    fn corners(town: &Edition, zoom: u8) -> Vec<Vec<(i64, i64)>> {
        let drawn = town.drawn(AreaLevel::Grid, view(119.9, 35.9, 120.1, 36.1, zoom), 100);
        let steps = |degrees: &Value| (degrees.as_f64().unwrap() * 1e7).round() as i64;
        let ring = |one: &Value| {
            let ring = one["geometry"]["coordinates"][0].as_array().unwrap();
            ring.iter().skip(1).map(|at| (steps(&at[0]), steps(&at[1]))).collect()
        };
        drawn["features"].as_array().unwrap().iter().map(ring).collect()
    }

    #[test]
    fn outlines_are_no_finer_than_pixels_and_neighbours_still_meet() {
        let town = town(10);
        let (wide, close) = (corners(&town, 15), corners(&town, 24));
        let count = |rings: &[Vec<_>]| rings.iter().map(Vec::len).sum::<usize>();
        assert_eq!((wide.len(), close.len(), count(&close)), (100, 100, 4_000), "as drawn");
        assert!(count(&wide) < 2_000, "{}", count(&wide));
        let step = view(0.0, 0.0, 1.0, 1.0, 15).step();
        assert!(wide.iter().flatten().all(|(x, y)| x % step == 0 && y % step == 0), "whole pixels");
        let mut seen = BTreeMap::new();
        wide.iter().flatten().for_each(|corner| *seen.entry(*corner).or_insert(0) += 1);
        let inside = |(x, y): (i64, i64)| {
            let within = |at: i64, from: i64| (from + 2 * step..from + 100_000 - 2 * step).contains(&at);
            within(x, 1_200_000_000) && within(y, 360_000_000)
        };
        let alone: Vec<_> = seen.iter().filter(|(at, count)| inside(**at) && **count == 1).collect();
        assert!(alone.is_empty(), "a gap or an overlap that nobody drew: {alone:?}");
        assert!(corners(&town, 5).len() <= 1, "smaller than a pixel, but for one around a lattice point");
    }

    #[test]
    fn a_view_is_cut_to_the_earth() {
        let world = View::new(Point::new(-500.0, -95.0), Point::new(500.0, 95.0), 99).unwrap();
        assert_eq!(world, View::WORLD);
        let new = |west, south, east, north| View::new(Point::new(west, south), Point::new(east, north), 3);
        assert_eq!(new(2.0, 0.0, 1.0, 1.0), None);
        assert_eq!(new(f64::NAN, 0.0, 1.0, 1.0), None);
        assert_eq!(View::WORLD.step(), 1);
    }
}
