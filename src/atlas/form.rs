//! The stored form of an edition: bytes that are loaded in a second where GeoJSON takes minutes.
//!
//! ```text
//! "WHISTMAP" · version · register · layer × 6 · SHA-256 of all before it
//! register   words · ends · parents · areas up to the end of each level (6)
//! layer      slivers overlap, 0 or 1 · boxes · 0, or 1 and west, south, east, north · nodes ·
//!            insides of the last row's nodes · words
//! ```
//!
//! Numbers are little-endian, of 32 bits but for the plots' words of 16; lists have their length in
//! front. What follows from the rest is not stored: children, slots, where plots begin. The digest tells
//! damage; every number that something is looked up by is checked besides, so no bytes make a panic.

use super::area::AreaLevel;
use super::edition::Edition;
use super::index::Tree;
use super::layer::Layer;
use super::node::{FAN, Node};
use super::plot::Plot;
use super::register::{NONE, Register};
use super::shape::Bounds;
use sha2::{Digest, Sha256};

const MAGIC: &[u8; 8] = b"WHISTMAP";
const VERSION: u32 = 2;
const DIGEST: usize = 32;

/// Why bytes are no edition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Something else altogether.
    #[error("not a stored map")]
    NotAMap,
    /// Written by another version of the program.
    #[error("a stored map of version {0}; this program reads version {VERSION}")]
    Version(u32),
    /// Cut short or changed.
    #[error("the stored map is damaged: its digest does not match")]
    Damaged,
    /// The digest matches, yet it contradicts itself.
    #[error("the stored map is not sound: {0}")]
    Unsound(&'static str),
}

impl Edition {
    /// The stored form; the same edition gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Register { words, ends, parents, level_ends, .. } = &self.register;
        let layers = self.layers.iter().map(|layer| {
            2 * layer.words.len() + 64 * (layer.tree.nodes.len() + layer.tree.leaves().len()) + 64
        });
        let mut bytes = Vec::with_capacity(words.len() + 12 * parents.len() + layers.sum::<usize>() + 128);
        bytes.extend(MAGIC);
        put(&mut bytes, VERSION);
        put(&mut bytes, words.len() as u32);
        bytes.extend(words.as_bytes());
        put_all(&mut bytes, ends);
        put_all(&mut bytes, parents);
        for end in level_ends {
            put(&mut bytes, *end);
        }
        self.layers.iter().for_each(|layer| put_layer(&mut bytes, layer));
        let digest = Sha256::digest(&bytes);
        bytes.extend(digest);
        bytes
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// When the bytes are not what [`Edition::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Unreadable> {
        let body = bytes.strip_prefix(MAGIC).ok_or(Unreadable::NotAMap)?;
        let (whole, digest) =
            bytes.split_at_checked(bytes.len().wrapping_sub(DIGEST)).ok_or(Unreadable::Damaged)?;
        let version = Reader(body).number()?;
        if version != VERSION {
            return Err(Unreadable::Version(version));
        }
        if Sha256::digest(whole).as_slice() != digest {
            return Err(Unreadable::Damaged);
        }
        let mut reader = Reader(whole.get(MAGIC.len() + 4..).ok_or(Unreadable::Damaged)?);
        let register = reader.register()?;
        let mut layers: [Layer; AreaLevel::ALL.len()] = Default::default();
        for level in AreaLevel::ALL {
            layers[level as usize] = reader.layer(register.level(level))?;
        }
        if reader.0.is_empty() {
            Ok(Self { register, layers })
        } else {
            Err(Unreadable::Unsound("a longer text"))
        }
    }
}

fn put(bytes: &mut Vec<u8>, number: u32) {
    bytes.extend(number.to_le_bytes());
}

fn put_all(bytes: &mut Vec<u8>, numbers: &[u32]) {
    put(bytes, numbers.len() as u32);
    bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}

fn put_layer(bytes: &mut Vec<u8>, layer: &Layer) {
    put(bytes, u32::from(layer.has_overlaps));
    put(bytes, layer.tree.len);
    put(bytes, u32::from(layer.tree.bounds.is_some()));
    if let Some(Bounds { west, south, east, north }) = layer.tree.bounds {
        for side in [west, south, east, north] {
            put(bytes, side as u32);
        }
    }
    for node in layer.tree.nodes.iter().chain(&layer.tree.insides) {
        for sides in [node.west, node.south, node.east, node.north] {
            bytes.extend(sides);
        }
    }
    put(bytes, layer.words.len() as u32);
    bytes.extend(layer.words.iter().flat_map(|word| word.to_le_bytes()));
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Unreadable> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Unreadable::Unsound("it ends early"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn take_many(&mut self, count: usize, size: usize) -> Result<&'a [u8], Unreadable> {
        self.take(count.checked_mul(size).ok_or(Unreadable::Unsound("a list of no length"))?)
    }

    fn number(&mut self) -> Result<u32, Unreadable> {
        let bytes = self.take(4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    fn numbers(&mut self) -> Result<Vec<u32>, Unreadable> {
        let count = self.number()? as usize;
        let bytes = self.take_many(count, 4)?;
        Ok(bytes.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect())
    }

    fn register(&mut self) -> Result<Register, Unreadable> {
        let length = self.number()? as usize;
        let words = std::str::from_utf8(self.take(length)?).map_err(|_| Unreadable::Unsound("words"))?;
        let (words, ends, parents) = (words.to_owned(), self.numbers()?, self.numbers()?);
        let mut level_ends = [0; AreaLevel::ALL.len()];
        for end in &mut level_ends {
            *end = self.number()?;
        }
        Register::checked(words, ends, parents, level_ends).ok_or(Unreadable::Unsound("areas"))
    }

    fn layer(&mut self, numbers: std::ops::Range<u32>) -> Result<Layer, Unreadable> {
        let has_overlaps = self.number()? != 0;
        let tree = self.tree(numbers.len() as u32)?;
        let count = self.number()? as usize;
        let bytes = self.take_many(count, 2)?;
        let words = bytes.as_chunks().0.iter().map(|bytes| u16::from_le_bytes(*bytes)).collect();
        Layer::checked(tree, words, numbers, has_overlaps).ok_or(Unreadable::Unsound("ground"))
    }

    fn tree(&mut self, most: u32) -> Result<Tree, Unreadable> {
        let (len, has_bounds) = (self.number()?, self.number()? != 0);
        let bounds = if has_bounds { Some(self.bounds()?) } else { None };
        if has_bounds != (len > 0) || len > most {
            return Err(Unreadable::Unsound("boxes"));
        }
        let nodes = self.nodes(Tree::nodes_for(len as usize))?;
        let mut tree = Tree::framed(bounds, len, nodes);
        tree.insides = self.nodes(tree.leaves().len())?;
        if tree.is_tight() { Ok(tree) } else { Err(Unreadable::Unsound("nodes")) }
    }

    fn nodes(&mut self, count: usize) -> Result<Vec<Node>, Unreadable> {
        let bytes = self.take_many(count, 4 * FAN)?;
        Ok(bytes.as_chunks().0.iter().map(node).collect())
    }

    fn bounds(&mut self) -> Result<Bounds, Unreadable> {
        let mut side = || self.number().map(|side| side as i32);
        let bounds = Bounds { west: side()?, south: side()?, east: side()?, north: side()? };
        let is_sound = bounds.west <= bounds.east && bounds.south <= bounds.north;
        if is_sound && Bounds::WORLD.encloses(&bounds) {
            Ok(bounds)
        } else {
            Err(Unreadable::Unsound("bounds"))
        }
    }
}

fn node(bytes: &[u8; 4 * FAN]) -> Node {
    let (sides, _) = bytes.as_chunks::<FAN>();
    Node { west: sides[0], south: sides[1], east: sides[2], north: sides[3] }
}

impl Register {
    /// From stored parts; `None` where they contradict each other.
    fn checked(words: String, ends: Vec<u32>, parents: Vec<u32>, level_ends: [u32; 6]) -> Option<Self> {
        let mut register = Self { words, ends, parents, by_parent: Vec::new(), level_ends };
        let Self { words, ends, parents, .. } = &register;
        let count = parents.len();
        let ends_are_sound = ends.is_sorted()
            && ends.last().map_or(0, |end| *end as usize) == words.len()
            && ends.iter().all(|end| words.is_char_boundary(*end as usize));
        let is_whole = ends.len() == 2 * count && register.len() as usize == count;
        // A parent is of a level above, so its number is smaller: a ladder ends.
        let parents_are_above = parents.iter().zip(0..).all(|(parent, at)| *parent < at || *parent == NONE);
        if !(ends_are_sound && is_whole && level_ends.is_sorted() && parents_are_above) {
            return None;
        }
        for level in AreaLevel::ALL {
            let mut codes = register.level(level).map(|number| register.code(number));
            let mut last = codes.next();
            for code in codes {
                if last >= Some(code) {
                    return None;
                }
                last = Some(code);
            }
        }
        register.by_parent = register.sorted_by_parent();
        Some(register)
    }
}

impl Tree {
    /// Whether boxes that a node has no room for are boxes that no point is in.
    fn is_tight(&self) -> bool {
        let is_empty = |node: &Node, at| node.cells(at) == Node::EMPTY.cells(at);
        (0..self.rows()).all(|row| {
            let below = self.children_of_row(row);
            let Some(last) = self.last_of_row(row) else { return false };
            let used = below.wrapping_sub(1) as usize % FAN + 1;
            (used..FAN).all(|at| is_empty(last, at))
        }) && self.insides.last().is_none_or(|last| {
            let used = self.len.wrapping_sub(1) as usize % FAN + 1;
            (used..FAN).all(|at| is_empty(last, at))
        })
    }
}

impl Layer {
    /// From stored parts; `None` where they contradict each other.
    fn checked(
        tree: Tree,
        words: Vec<u16>,
        numbers: std::ops::Range<u32>,
        has_overlaps: bool,
    ) -> Option<Self> {
        let mut slots = vec![u32::MAX; numbers.len()];
        let mut starts = Vec::with_capacity(tree.len as usize);
        let mut areas = Vec::with_capacity(tree.len as usize);
        let mut start = 0;
        for slot in 0..tree.len {
            let rest = &words[start..];
            let length = Plot::length(rest)?;
            let number = Plot::at(rest).number();
            let place = slots.get_mut(number.checked_sub(numbers.start)? as usize)?;
            if *place != u32::MAX {
                return None;
            }
            *place = slot;
            areas.push(number);
            starts.push(u32::try_from(start).ok()?);
            start += length;
        }
        (start == words.len()).then_some(Self {
            tree,
            starts,
            words,
            first: numbers.start,
            slots,
            numbers: areas,
            has_overlaps,
        })
    }
}
