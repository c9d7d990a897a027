//! Names of persons and of housing estates.

use std::collections::HashSet;

use super::chance::Chance;
use super::sources;

/// Draws persons' names: surnames by how common they are in the region, given names at will. Namesakes
/// happen, as they do in life.
pub struct PersonNames {
    surnames: Vec<String>,
    given: Vec<String>,
    chance: Chance,
}

impl PersonNames {
    pub fn new(chance: Chance) -> Self {
        let surnames =
            sources::surnames().into_iter().flat_map(|s| std::iter::repeat_n(s.surname, s.weight)).collect();
        Self { surnames, given: sources::given_names(), chance }
    }

    pub fn draw(&mut self) -> String {
        let surname = self.chance.pick(&self.surnames);
        format!("{surname}{}", self.chance.pick(&self.given))
    }
}

const KINDS: [&str; 6] = ["小区", "花园", "家园", "新村", "公寓", "楼院"];

/// Draws names of building groups, none twice: estates, and courts named by street and number.
pub struct EstateNames {
    stems: Vec<String>,
    streets: Vec<String>,
    taken: HashSet<String>,
    chance: Chance,
}

impl EstateNames {
    pub fn new(chance: Chance) -> Self {
        Self { stems: sources::estates(), streets: sources::streets(), taken: HashSet::new(), chance }
    }

    pub fn draw(&mut self) -> String {
        loop {
            let name = self.propose();
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }

    fn propose(&mut self) -> String {
        if self.chance.one_in(4) {
            let street = self.chance.pick(&self.streets).clone();
            return format!("{street}{}号楼院", 3 + self.chance.below(480));
        }
        let stem = self.chance.pick(&self.stems).clone();
        format!("{stem}{}", self.chance.pick(&KINDS))
    }
}
