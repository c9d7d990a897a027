//! Whose is this point? What an edition says of it, with names, and how a place is found by its name.

use crate::atlas::{Area, AreaLevel, Edition, Located};
use serde::Serialize;

/// A rung of the ladder from the grid upwards, or a finer layer's owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rung {
    /// The layer.
    pub level: AreaLevel,
    /// The area's code.
    pub code: String,
    /// As people call it.
    pub name: String,
}

/// The owners of a point in every layer, the widest first.
pub fn ladder(edition: &Edition, located: &Located) -> Vec<Rung> {
    let rung = |level: AreaLevel| {
        let code = located.at(level)?;
        let name = edition.area(code).map_or(code, |area| area.name).to_owned();
        Some(Rung { level, code: code.to_owned(), name })
    };
    AreaLevel::ALL.into_iter().filter_map(rung).collect()
}

/// What an edition calls an area; the code where it has none of it.
pub fn whose<'a>(edition: &'a Edition, code: &'a str) -> &'a str {
    edition.area(code).map_or(code, |area| area.name)
}

/// Areas by their code or by words of their name: those that begin with the words first, wider ones
/// before finer ones. At most `most`.
pub fn find_areas<'a>(edition: &'a Edition, words: &str, most: usize) -> Vec<Area<'a>> {
    let words: Vec<String> = words.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let Some(first) = words.first() else { return Vec::new() };
    let mut found: Vec<(bool, Area<'a>)> = edition
        .areas()
        .filter_map(|area| {
            let (name, code) = (area.name.to_lowercase(), area.code.to_lowercase());
            let fits = words.iter().all(|word| name.contains(word) || code == *word);
            fits.then(|| (!(name.starts_with(first) || code == *first), area))
        })
        .collect();
    found.sort_by(|(a, one), (b, other)| (a, one.level, one.code).cmp(&(b, other.level, other.code)));
    found.into_iter().take(most).map(|(_, area)| area).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::map::fixture::{SPLIT, map};

    #[test]
    fn a_ladder_names_what_owns_the_point() {
        let (edition, _) = Edition::from_geojson(&map(&SPLIT)).unwrap();
        let located = edition.locate(crate::atlas::Point::new(120.412, 36.395), Some(30.0));
        let rungs: Vec<_> = ladder(&edition, &located).into_iter().map(|rung| rung.code).collect();
        assert_eq!(rungs, ["D", "S", "C1", "G2"]);
        assert_eq!(whose(&edition, "G2"), "G2单位");
        assert_eq!(whose(&edition, "X"), "X");
    }

    #[test]
    fn areas_are_found_by_code_and_by_name() {
        let (edition, _) = Edition::from_geojson(&map(&SPLIT)).unwrap();
        let codes = |words| find_areas(&edition, words, 3).into_iter().map(|a| a.code).collect::<Vec<_>>();
        assert_eq!(codes("g2"), ["G2"]);
        assert_eq!(codes("单位"), ["D", "S", "C1"], "wider ones first, and no more than asked for");
        assert!(codes("  ").is_empty() && codes("没有").is_empty());
    }
}
