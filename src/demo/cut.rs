//! Cutting ground in two along something like a street.
//!
//! A cut begins and ends at vertices that the ring already has, and adds new ones only between them. So a
//! border once drawn is never touched again: whoever lies on its other side keeps the very same vertices,
//! and the parts of a whole fit without gap, overlap or T-junction, however often they are cut.

use super::chance::Chance;
use super::ground::{Ring, Vertex, contains, distance, edges, meet, square_kilometres};

/// Vertices along one side of a grid: enough for a street's bends, few enough to read.
const VERTICES_A_SIDE: f64 = 7.5;

/// How a cut is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// Part of the area that the first piece gets.
    pub share: f64,
    /// Metres between the vertices of the new border.
    pub spacing: f64,
    /// Where the first piece lies, seen from the second (unit vector east, north).
    pub toward: Option<(f64, f64)>,
}

/// Metres between vertices that suit pieces of this size.
pub fn spacing_for(square_kilometres: f64) -> f64 {
    square_kilometres.sqrt() * 1000.0 / VERTICES_A_SIDE
}

/// Cuts a ring into pieces whose areas are about as the weights; the pieces come in the weights' order.
pub fn divide(ring: Ring, weights: &[f64], chance: &mut Chance) -> Vec<Ring> {
    if weights.len() < 2 {
        return vec![ring];
    }
    let sum: f64 = weights.iter().sum();
    let lightest = weights.iter().copied().fold(f64::INFINITY, f64::min);
    let half = halve(weights);
    let wish = Wish {
        share: weights[..half].iter().sum::<f64>() / sum,
        spacing: spacing_for(square_kilometres(&ring) * lightest / sum),
        toward: None,
    };
    let (first, second) = cut(&ring, wish, chance);
    let mut pieces = divide(first, &weights[..half], chance);
    pieces.extend(divide(second, &weights[half..], chance));
    pieces
}

/// The index that parts the weights most evenly; both parts hold at least one.
fn halve(weights: &[f64]) -> usize {
    let sum: f64 = weights.iter().sum();
    let unevenness = |at: usize| (weights[..at].iter().sum::<f64>() - sum / 2.0).abs();
    (1..weights.len()).min_by(|a, b| unevenness(*a).total_cmp(&unevenness(*b))).unwrap_or(1)
}

/// Cuts a ring in two as near to the wish as its outline allows.
pub fn cut(ring: &[Vertex], wish: Wish, chance: &mut Chance) -> (Ring, Ring) {
    let chords = rank(ring, wish);
    for bend in [1.0, 0.4, 0.0] {
        // The first few dozen chords differ little: better a worse bend than a worse shape.
        for &(_, from, to) in chords.iter().take(60) {
            let street = bend_street(ring[from], ring[to], wish.spacing, bend, chance);
            if is_clear(ring, &street, wish.spacing * 0.45) {
                return part(ring, from, to, &street);
            }
        }
    }
    let (from, to) = chords
        .iter()
        .map(|&(_, from, to)| (from, to))
        .find(|&(from, to)| is_clear(ring, &[ring[from], ring[to]], 0.0))
        .expect("a simple ring of more than three vertices has a diagonal");
    part(ring, from, to, &[ring[from], ring[to]])
}

/// All chords `(badness, from, to)`, best first. The first piece is the arc `from → to`.
///
/// Bad is: another share than wished, a long outline for the area, and lying on the wrong side.
fn rank(ring: &[Vertex], wish: Wish) -> Vec<(f64, usize, usize)> {
    let outline = Outline::of(ring);
    let n = ring.len();
    let mut chords = Vec::with_capacity(n * n);
    for from in 0..n {
        // Neighbours have no chord: at least two edges on either side.
        for to in (2..n.saturating_sub(1)).map(|gap| (from + gap) % n) {
            let badness = outline.badness(from, to, wish);
            if badness.is_finite() {
                chords.push((badness, from, to));
            }
        }
    }
    chords.sort_unstable_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    chords
}

/// Running sums along a ring, so that a chord is judged without walking its arcs.
struct Outline {
    places: Vec<(f64, f64)>,
    swept: Vec<f64>,
    walked: Vec<f64>,
}

impl Outline {
    fn of(ring: &[Vertex]) -> Self {
        let places: Vec<(f64, f64)> = ring.iter().map(|v| v.metres()).collect();
        let (mut swept, mut walked) = (vec![0.0], vec![0.0]);
        for (index, a) in places.iter().enumerate() {
            let b = places[(index + 1) % places.len()];
            swept.push(swept[index] + cross(*a, b));
            walked.push(walked[index] + (b.0 - a.0).hypot(b.1 - a.1));
        }
        Self { places, swept, walked }
    }

    fn badness(&self, from: usize, to: usize, wish: Wish) -> f64 {
        let (start, end) = (self.places[from], self.places[to]);
        let chord = (end.0 - start.0).hypot(end.1 - start.1);
        let whole = self.arc(&self.swept, 0, self.places.len()) / 2.0;
        let first = f64::midpoint(self.arc(&self.swept, from, to), cross(end, start));
        let second = whole - first;
        if first <= 0.0 || second <= 0.0 {
            return f64::INFINITY;
        }
        let walked = self.arc(&self.walked, from, to);
        let round = self.arc(&self.walked, 0, self.places.len());
        let raggedness = |length: f64, area: f64| length * length / (16.0 * area);

        let share_missed = (first / whole - wish.share).abs() / wish.share.min(1.0 - wish.share);
        let facing = wish
            .toward
            .map_or(1.0, |(east, north)| ((end.1 - start.1) * east - (end.0 - start.0) * north) / chord);
        8.0 * share_missed
            + raggedness(walked + chord, first)
            + raggedness(round - walked + chord, second)
            + 4.0 * (1.0 - facing)
    }

    fn arc(&self, sums: &[f64], from: usize, to: usize) -> f64 {
        if from <= to {
            return sums[to] - sums[from];
        }
        sums[self.places.len()] - sums[from] + sums[to]
    }
}

fn cross(a: (f64, f64), b: (f64, f64)) -> f64 {
    a.0 * b.1 - a.1 * b.0
}

/// A line with one slow bend and small doglegs, as streets have; both ends included.
fn bend_street(from: Vertex, to: Vertex, spacing: f64, bend: f64, chance: &mut Chance) -> Vec<Vertex> {
    let (start, end) = (from.metres(), to.metres());
    let (dx, dy) = (end.0 - start.0, end.1 - start.1);
    let length = dx.hypot(dy);
    let steps = (length / spacing).round().max(1.0) as usize;
    let bow = chance.between(-0.05, 0.05) * length * bend;
    let sway = chance.between(-0.015, 0.015) * length * bend;
    let mut street = vec![from];
    for step in 1..steps {
        let t = step as f64 / steps as f64;
        let dogleg = chance.between(-0.13, 0.13) * spacing * bend;
        let off =
            bow * (std::f64::consts::PI * t).sin() + sway * (3.0 * std::f64::consts::PI * t).sin() + dogleg;
        let (x, y) = (start.0 + dx * t, start.1 + dy * t);
        street.push(Vertex::at_metres(x - dy / length * off, y + dx / length * off));
    }
    street.push(to);
    street
}

/// Whether a street runs inside the ring, touches it only with its ends, and keeps `room` metres from it.
fn is_clear(ring: &[Vertex], street: &[Vertex], room: f64) -> bool {
    let inside =
        street[1..street.len() - 1].iter().all(|v| edges(ring).all(|edge| distance(*v, edge) >= room))
            && contains(ring, halfway(street));
    inside
        && street.windows(2).all(|step| {
            edges(ring).filter(|edge| !touches(step, *edge)).all(|edge| !meet((step[0], step[1]), edge))
        })
}

/// Whether a step of the street and an edge of the ring share an end.
fn touches(step: &[Vertex], (a, b): (Vertex, Vertex)) -> bool {
    step.contains(&a) || step.contains(&b)
}

fn halfway(street: &[Vertex]) -> Vertex {
    let at = (street.len() - 1) / 2;
    Vertex {
        lon: i64::midpoint(street[at].lon, street[at + 1].lon),
        lat: i64::midpoint(street[at].lat, street[at + 1].lat),
    }
}

/// The two pieces either side of a street from `ring[from]` to `ring[to]`.
fn part(ring: &[Vertex], from: usize, to: usize, street: &[Vertex]) -> (Ring, Ring) {
    let between = &street[1..street.len() - 1];
    let arc = |start: usize, end: usize| {
        let steps = (end + ring.len() - start) % ring.len();
        (0..=steps).map(move |step| ring[(start + step) % ring.len()])
    };
    let first = arc(from, to).chain(between.iter().rev().copied()).collect();
    let second = arc(to, from).chain(between.iter().copied()).collect();
    (first, second)
}
