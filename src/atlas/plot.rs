//! The ground of one area as an edition keeps it: a run of 16-bit words, read in place.
//!
//! Neighbouring corners are mostly less than 300 m apart, so a ring is its first corner and then steps
//! of two 16-bit numbers: half the memory of corners as such, and half the memory fetched to test one.
//! A longer step is a jump: a mark, and where it goes. Layout of a plot:
//!
//! ```text
//! area number (2 words)
//! each ring: pairs and flags (2) · first corner x, y (4) · pairs: dx, dy, or the mark, 0, x (2), y (2)
//! ```
//!
//! Numbers of two words have the low word first. A ring's flags are the low two bits: whether it is a
//! shell (a part begins), whether it is the plot's last.

use super::metre::{Eye, Reach};
use super::point::Vertex;
use super::shape::{Bounds, Crossing};

const SHELL: u32 = 1;
const LAST: u32 = 2;
/// Bits of flags.
const FLAGS: u32 = 2;
/// In the place of dx: a jump.
const JUMP: u16 = i16::MIN as u16;
/// Words before a ring's second corner.
const HEAD: usize = 6;

/// An area's ground, in the words of its layer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plot<'a>(&'a [u16]);

/// A closed line without its repeated last corner.
#[derive(Clone, Copy, Debug)]
pub(super) struct RingOf<'a> {
    pub is_shell: bool,
    pub first: Vertex,
    rest: &'a [u16],
}

impl<'a> Plot<'a> {
    /// The plot that begins with these words; more may follow it.
    pub fn at(words: &'a [u16]) -> Self {
        Self(words)
    }

    /// The area's number in the edition.
    pub fn number(self) -> u32 {
        wide(self.0)
    }

    pub fn rings(self) -> impl Iterator<Item = RingOf<'a>> {
        let mut rest = Some(&self.0[2..]);
        std::iter::from_fn(move || {
            let words = rest?;
            let head = wide(words);
            let (ring, after) = RingOf::split(head, words)?;
            rest = (head & LAST == 0).then_some(after);
            Some(ring)
        })
    }

    /// Whether the point is owned, by the half-open rule of `shape`.
    pub fn contains(self, point: Vertex) -> bool {
        self.rings().fold(false, |inside, ring| inside ^ ring.contains(point))
    }

    /// Metres from the eye to the nearest edge, whichever side it is on; infinite where none is within
    /// the reach.
    pub fn edge_m(self, eye: &Eye, reach: Reach) -> f64 {
        let mut nearest = eye.search(reach);
        self.rings().for_each(|ring| ring.edges(|a, b| nearest.try_edge(a, b)));
        nearest.metres()
    }

    /// Metres from the eye to the ground itself: zero inside.
    pub fn distance_m(self, eye: &Eye, snapped: Vertex, reach: Reach) -> f64 {
        if self.contains(snapped) { 0.0 } else { self.edge_m(eye, reach) }
    }

    /// The parts, each a list of rings, shell first.
    pub fn parts(self) -> Vec<Vec<Vec<Vertex>>> {
        let mut parts: Vec<Vec<Vec<Vertex>>> = Vec::new();
        for ring in self.rings() {
            let corners = ring.corners();
            match parts.last_mut() {
                Some(part) if !ring.is_shell => part.push(corners),
                _ => parts.push(vec![corners]),
            }
        }
        parts
    }

    pub fn bounds(self) -> Option<Bounds> {
        self.rings().filter_map(RingOf::bounds).reduce(Bounds::join)
    }

    /// Appends an area's ground to a layer's words; `None` where there is none.
    pub fn write(number: u32, parts: &[Vec<Vec<Vertex>>], words: &mut Vec<u16>) -> Option<()> {
        let rings =
            || parts.iter().flat_map(|part| part.iter().zip(0..)).filter(|(ring, _)| !ring.is_empty());
        let count = rings().count();
        if count == 0 {
            return None;
        }
        put_wide(words, number);
        for (at, (ring, place)) in rings().enumerate() {
            let shell = if place == 0 { SHELL } else { 0 };
            let last = if at + 1 == count { LAST } else { 0 };
            write_ring(ring, shell | last, words);
        }
        Some(())
    }

    /// The length of the plot that begins with these words; `None` where they are no plot.
    pub fn length(words: &[u16]) -> Option<usize> {
        let mut at = 2;
        loop {
            let head = wide(words.get(at..at + 2)?);
            let (ring, after) = RingOf::split(head, &words[at..])?;
            ring.bounds()?;
            at = words.len() - after.len();
            if head & LAST != 0 {
                return Some(at);
            }
        }
    }
}

impl<'a> RingOf<'a> {
    fn split(head: u32, words: &'a [u16]) -> Option<(Self, &'a [u16])> {
        let length = 2 * (head >> FLAGS) as usize;
        let (ring, after) = words.split_at_checked(HEAD + length)?;
        let first = Vertex { x: wide(&ring[2..]) as i32, y: wide(&ring[4..]) as i32 };
        Some((Self { is_shell: head & SHELL != 0, first, rest: &ring[HEAD..] }, after))
    }

    /// Calls with each corner after the first.
    #[inline]
    fn walk(self, mut visit: impl FnMut(Vertex)) {
        let Vertex { mut x, mut y } = self.first;
        let mut pairs = self.rest.as_chunks::<2>().0.iter();
        while let Some([dx, dy]) = pairs.next() {
            if *dx == JUMP {
                let (Some(to_x), Some(to_y)) = (pairs.next(), pairs.next()) else { return };
                (x, y) = (wide(to_x) as i32, wide(to_y) as i32);
            } else {
                x = x.wrapping_add(i32::from(*dx as i16));
                y = y.wrapping_add(i32::from(*dy as i16));
            }
            visit(Vertex { x, y });
        }
    }

    fn contains(self, point: Vertex) -> bool {
        let mut crossing = Crossing::from(self.first, point);
        let mut pairs = self.rest.as_chunks::<2>().0.iter();
        while let Some([dx, dy]) = pairs.next() {
            if *dx == JUMP {
                let (Some(x), Some(y)) = (pairs.next(), pairs.next()) else { break };
                crossing.go(Vertex { x: wide(x) as i32, y: wide(y) as i32 });
            } else {
                crossing.step(*dx as i16, *dy as i16);
            }
        }
        crossing.close(self.first)
    }

    /// Calls with each edge, the closing one too.
    #[inline]
    pub fn edges(self, mut visit: impl FnMut(Vertex, Vertex)) {
        let mut from = self.first;
        self.walk(|to| {
            visit(from, to);
            from = to;
        });
        visit(from, self.first);
    }

    pub fn corners(self) -> Vec<Vertex> {
        let mut corners = vec![self.first];
        self.walk(|vertex| corners.push(vertex));
        corners
    }

    /// `None` where a corner is off the lattice's 360° × 180°, which the exact test rests on.
    fn bounds(self) -> Option<Bounds> {
        let mut bounds = Bounds::from(self.first);
        self.walk(|vertex| bounds = bounds.join(vertex.into()));
        Bounds::WORLD.encloses(&bounds).then_some(bounds)
    }
}

fn write_ring(ring: &[Vertex], flags: u32, words: &mut Vec<u16>) {
    let head = words.len();
    for number in [0, ring[0].x as u32, ring[0].y as u32] {
        put_wide(words, number);
    }
    for pair in ring.windows(2) {
        let (dx, dy) = pair[1].minus(pair[0]);
        match (i16::try_from(dx), i16::try_from(dy)) {
            (Ok(dx), Ok(dy)) if dx as u16 != JUMP => words.extend([dx as u16, dy as u16]),
            _ => {
                words.extend([JUMP, 0]);
                put_wide(words, pair[1].x as u32);
                put_wide(words, pair[1].y as u32);
            }
        }
    }
    let pairs = ((words.len() - head - HEAD) / 2) as u32;
    let number = pairs << FLAGS | flags;
    [words[head], words[head + 1]] = [number as u16, (number >> 16) as u16];
}

fn wide(words: &[u16]) -> u32 {
    u32::from(words[0]) | u32::from(words[1]) << 16
}

fn put_wide(words: &mut Vec<u16>, number: u32) {
    words.extend([number as u16, (number >> 16) as u16]);
}
