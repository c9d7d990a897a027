//! The areas of an edition without their ground: codes, names and parents in flat arrays.
//!
//! Areas are numbered level by level from the whole to the finest, and by code within a level. So the
//! areas of a level are a range of numbers, and of two areas of a level the smaller number has the
//! smaller code.

use super::area::AreaLevel;
use super::draft::Draft;
use std::ops::Range;

const LEVELS: usize = AreaLevel::ALL.len();
/// No parent.
pub(super) const NONE: u32 = u32::MAX;

/// Who is who.
#[derive(Clone, Debug, Default)]
pub(super) struct Register {
    /// Code and name of each area, one after another.
    pub words: String,
    /// Where each code and each name ends in `words`.
    pub ends: Vec<u32>,
    /// The number of each area's parent.
    pub parents: Vec<u32>,
    /// Every area that has a parent, by parent, then by number.
    pub by_parent: Vec<u32>,
    /// The number of areas up to the end of each level.
    pub level_ends: [u32; LEVELS],
}

impl Register {
    /// From areas in the order of their numbers.
    pub fn of(drafts: &[Draft]) -> Self {
        let mut register = Self::default();
        for draft in drafts {
            for word in [&draft.code, &draft.name] {
                register.words.push_str(word);
                register.ends.push(register.words.len() as u32);
            }
            register.level_ends[draft.level as usize] += 1;
        }
        register.words.shrink_to_fit();
        register.ends.shrink_to_fit();
        for at in 1..LEVELS {
            register.level_ends[at] += register.level_ends[at - 1];
        }
        // Children of one parent mostly follow each other.
        let mut last = (None, NONE);
        for draft in drafts {
            let parent = draft.parent.as_deref();
            if parent != last.0 {
                last = (parent, parent.and_then(|code| register.find(code)).unwrap_or(NONE));
            }
            register.parents.push(last.1);
        }
        register.by_parent = register.sorted_by_parent();
        register
    }

    pub fn sorted_by_parent(&self) -> Vec<u32> {
        let has_parent = |number: &u32| self.parents[*number as usize] != NONE;
        let mut children: Vec<u32> = (0..self.len()).filter(has_parent).collect();
        children.sort_by_key(|number| self.parents[*number as usize]);
        children
    }

    pub fn len(&self) -> u32 {
        self.level_ends[LEVELS - 1]
    }

    /// The numbers of a level.
    pub fn level(&self, level: AreaLevel) -> Range<u32> {
        let start = (level as usize).checked_sub(1).map_or(0, |above| self.level_ends[above]);
        start..self.level_ends[level as usize]
    }

    pub fn level_of(&self, number: u32) -> AreaLevel {
        let is_past = |level: &&AreaLevel| self.level_ends[**level as usize] <= number;
        AreaLevel::ALL[AreaLevel::ALL.iter().take_while(is_past).count().min(LEVELS - 1)]
    }

    pub fn code(&self, number: u32) -> &str {
        self.word(2 * number as usize)
    }

    pub fn name(&self, number: u32) -> &str {
        self.word(2 * number as usize + 1)
    }

    fn word(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.words[start as usize..self.ends[at] as usize]
    }

    pub fn parent(&self, number: u32) -> Option<u32> {
        Some(self.parents[number as usize]).filter(|parent| *parent != NONE)
    }

    /// The number of a code.
    pub fn find(&self, code: &str) -> Option<u32> {
        AreaLevel::ALL.into_iter().find_map(|level| self.find_in(self.level(level), code))
    }

    fn find_in(&self, numbers: Range<u32>, code: &str) -> Option<u32> {
        let Range { mut start, mut end } = numbers;
        while start < end {
            let middle = u32::midpoint(start, end);
            match self.code(middle).cmp(code) {
                std::cmp::Ordering::Less => start = middle + 1,
                std::cmp::Ordering::Greater => end = middle,
                std::cmp::Ordering::Equal => return Some(middle),
            }
        }
        None
    }

    /// The numbers of the areas directly below one.
    pub fn children(&self, parent: u32) -> &[u32] {
        let is_before = |limit: u32| move |n: &u32| self.parents[*n as usize] < limit;
        let start = self.by_parent.partition_point(is_before(parent));
        let end = start + self.by_parent[start..].partition_point(is_before(parent + 1));
        &self.by_parent[start..end]
    }

    /// Every number, in the order of the codes.
    pub fn by_code(&self) -> impl Iterator<Item = u32> {
        let mut levels = AreaLevel::ALL.map(|level| self.level(level));
        std::iter::from_fn(move || {
            let heads = levels.iter_mut().filter(|numbers| numbers.start < numbers.end);
            heads.min_by_key(|numbers| self.code(numbers.start))?.next()
        })
    }
}
