use super::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// Each key of a file with its variables.
fn entries(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut entries: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if let Some((key, _)) =
            line.split_once(" = ").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()))
        {
            current = key.to_owned();
            assert!(entries.insert(current.clone(), BTreeSet::new()).is_none(), "`{key}` stands twice");
        }
        for (at, _) in line.match_indices('$') {
            let name: String = line[at + 1..].chars().take_while(char::is_ascii_lowercase).collect();
            entries.entry(current.clone()).or_default().insert(name);
        }
    }
    entries
}

/// Keys that the program names: `key("…")`, or the text right after the language of `say!`.
fn named(folder: &Path, into: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "tests") {
            named(&path, into);
        } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("tests.rs") {
            let source = std::fs::read_to_string(&path).unwrap();
            for mark in ["key(", "say!("] {
                // `contains_key("…")` is not `key("…")`.
                let alone =
                    |at: usize| !source[..at].ends_with(|c: char| c.is_alphanumeric() || "_.".contains(c));
                for (at, _) in source.match_indices(mark).filter(|(at, _)| alone(*at)) {
                    let rest = &source[at + mark.len()..];
                    let rest = if mark == "say!(" {
                        rest.split_once(',').map_or("", |(_, rest)| rest)
                    } else {
                        rest
                    };
                    if let Some(rest) = rest.trim_start().strip_prefix('"') {
                        into.extend(rest.split('"').next().map(str::to_owned));
                    }
                }
            }
        }
    }
}

#[test]
fn both_files_are_whole() {
    for source in [CHINESE, ENGLISH] {
        let errors = FluentResource::try_new(source.to_owned()).err().map(|(_, errors)| errors);
        assert!(errors.is_none(), "{errors:?}");
    }
}

#[test]
fn both_languages_say_the_same_things_with_the_same_variables() {
    let (chinese, english) = (entries(CHINESE), entries(ENGLISH));
    assert!(chinese.len() > 200);
    let odd: Vec<&String> =
        chinese.keys().chain(english.keys()).filter(|key| chinese.get(*key) != english.get(*key)).collect();
    assert!(odd.is_empty(), "{odd:?}");
}

#[test]
fn every_key_that_the_program_names_exists_and_none_is_left_over() {
    let mut keys = BTreeSet::new();
    named(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut keys);
    let known: BTreeSet<String> = entries(CHINESE).into_keys().collect();
    let missing: Vec<_> = keys.difference(&known).collect();
    let unused: Vec<_> = known.difference(&keys).collect();
    assert!(missing.is_empty(), "no text for {missing:?}");
    assert!(unused.is_empty(), "nobody says {unused:?}");
}

#[test]
fn an_unknown_tag_is_chinese() {
    assert_eq!(Language::of("en-GB"), Language::English);
    assert_eq!(Language::of("zh-CN"), Language::Chinese);
    assert_eq!(Language::of("xx"), Language::Chinese);
}
