//! The house rules that a machine can check: which room may use which, that nothing unfinished is
//! left lying about, and that every setting says what it is.

mod arrows;
mod guarantees;
mod paths;
mod settings;
mod unfinished;

use std::path::{Path, PathBuf};

/// Rust files of ours below `folder` (relative to the root), with their text, in a stable order.
/// A folder that is not there has none.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    let Ok(entries) = folder.read_dir() else {
        return;
    };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path.strip_prefix(root()).unwrap().to_owned(), text));
        }
    }
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
