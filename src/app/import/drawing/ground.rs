//! Rings in any order become polygons: in a Shapefile shells run clockwise and holes the other way, and
//! which hole is whose is for the reader to find.

use crate::atlas::{Position, Rings};

/// Shells with their holes, in the order of the shells. A hole in no shell is kept as a shell.
pub fn polygons(rings: Rings) -> Vec<Rings> {
    let (shells, holes): (Rings, Rings) = rings.into_iter().partition(|ring| twice_area(ring) <= 0.0);
    let mut polygons: Vec<Rings> = shells.into_iter().map(|shell| vec![shell]).collect();
    for hole in holes {
        let around = polygons.iter_mut().filter(|polygon| holds(&polygon[0], &hole));
        let smallest = around.min_by(|a, b| twice_area(&a[0]).abs().total_cmp(&twice_area(&b[0]).abs()));
        match smallest {
            Some(polygon) => polygon.push(hole),
            None => polygons.push(vec![hole]),
        }
    }
    polygons
}

/// Positive counter-clockwise; from the first corner, so that no digits are lost.
fn twice_area(ring: &[Position]) -> f64 {
    let Some(origin) = ring.first() else { return 0.0 };
    let at = |p: &Position| (p.0 - origin.0, p.1 - origin.1);
    ring.windows(2).map(|pair| (at(&pair[0]), at(&pair[1]))).map(|(a, b)| a.0 * b.1 - a.1 * b.0).sum()
}

/// Whether most of a hole's corners lie in the shell: some may lie on it.
fn holds(shell: &[Position], hole: &[Position]) -> bool {
    let inside = hole.iter().filter(|corner| encloses(shell, **corner)).count();
    inside * 2 > hole.len()
}

fn encloses(shell: &[Position], (x, y): Position) -> bool {
    let passes = |pair: &[Position]| {
        let (a, b) = (pair[0], pair[1]);
        (a.1 > y) != (b.1 > y) && a.0 + (y - a.1) / (b.1 - a.1) * (b.0 - a.0) > x
    };
    shell.windows(2).filter(|pair| passes(pair)).count() % 2 == 1
}
