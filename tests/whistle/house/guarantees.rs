//! What `docs/guarantees.md` promises has tests: each line of its tables names some, and they are there.

use super::root;

/// `path::name` of every test that a line names.
fn named(line: &str) -> Vec<(&str, &str)> {
    line.split('`').skip(1).step_by(2).filter_map(|quoted| quoted.split_once(".rs::")).collect()
}

/// Lines of the tables, without their heads.
fn promises(page: &str) -> impl Iterator<Item = &str> {
    page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| guarantee"))
}

#[test]
fn every_promise_has_its_tests() {
    let page = std::fs::read_to_string(root().join("docs/guarantees.md")).unwrap();
    let mut missing = Vec::new();
    for line in promises(&page) {
        let tests = named(line);
        if tests.is_empty() {
            missing.push(format!("no test: {line}"));
        }
        for (path, name) in tests {
            let source = std::fs::read_to_string(root().join(format!("{path}.rs"))).unwrap_or_default();
            let are_tests = ["on_both_databases!", "test]"].iter().any(|word| source.contains(word));
            let is_there = are_tests && source.contains(&format!("fn {name}("));
            if !is_there {
                missing.push(format!("{path}.rs has no test {name}"));
            }
        }
    }
    assert!(promises(&page).count() > 0, "the page promises nothing");
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn tests_are_read_from_the_last_column() {
    let line = "| Once, `x`. | `a/b.rs::one_thing`, `c.rs::other` |";
    assert_eq!(named(line), [("a/b", "one_thing"), ("c", "other")]);
    assert_eq!(promises("| guarantee | tests |\n|---|---|\n| One. | `a.rs::b` |\n").count(), 1);
}
