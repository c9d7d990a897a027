//! Nothing is called done that is not: no `todo!` and no `unimplemented!` in any source of ours.

use super::{paths::tokens, sources};

#[test]
fn nothing_is_left_to_do() {
    let folders = ["src", "entity", "migration", "tests", "benches"];
    let sources: Vec<_> = folders.into_iter().flat_map(sources).collect();
    assert!(sources.len() >= folders.len(), "the sources are somewhere else");
    let left: Vec<String> = sources
        .iter()
        .flat_map(|(file, text)| {
            let lines = unfinished(text).into_iter();
            lines.map(move |line| format!("{}:{line}", file.display()))
        })
        .collect();
    assert!(left.is_empty(), "left to do:\n{}", left.join("\n"));
}

/// The lines that say so themselves.
fn unfinished(text: &str) -> Vec<usize> {
    let tokens = tokens(text);
    let pairs = tokens.windows(2);
    pairs
        .filter(|pair| matches!(pair[0].text.as_str(), "todo" | "unimplemented") && pair[1].text == "!")
        .map(|pair| pair[0].line)
        .collect()
}

#[test]
fn the_unfinished_is_seen() {
    let text = "fn a() {\n    todo!(\"b\")\n}\n// todo!\nfn c() { unimplemented !() }\nlet todo = !d;";
    assert_eq!(unfinished(text), [2, 5]);
}
