//! `config/default.toml` is the documentation of the settings, so every key of it has a comment above
//! or beside it.

use super::root;

#[test]
fn every_setting_says_what_it_is() {
    let file = root().join("config/default.toml");
    let Ok(text) = std::fs::read_to_string(&file) else {
        assert!(!root().join("src/settings.rs").exists(), "settings without {}", file.display());
        return;
    };
    let silent = silent_keys(&text);
    assert!(silent.is_empty(), "config/default.toml, keys without a comment: {silent:?}");
}

/// Keys with no comment on the line above and none on their own.
fn silent_keys(text: &str) -> Vec<&str> {
    let mut silent = Vec::new();
    let mut explained = false; // by the line above
    let mut open = 0; // brackets of a value that goes on
    for line in text.lines().map(str::trim) {
        let (code, beside) = split_comment(line);
        if open == 0
            && let Some((key, _)) = code.split_once('=')
            && !(explained || beside)
        {
            silent.push(key.trim());
        }
        open += code.matches(['[', '{']).count();
        open -= code.matches([']', '}']).count().min(open);
        explained = line.starts_with('#');
    }
    silent
}

/// The line less its comment, and whether it has one.
fn split_comment(line: &str) -> (&str, bool) {
    let mut quote = None;
    for (at, c) in line.char_indices() {
        match (c, quote) {
            ('#', None) => return (&line[..at], true),
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            _ => {}
        }
    }
    (line, false)
}

#[test]
fn a_silent_key_is_found() {
    let text = "
        # where it listens
        bind = '127.0.0.1:8080'
        silent = 1
        beside = 2 # says it
        colour = '#fff'
        [section]
        # a list
        list = [
            { code = 1 },
        ]
        after = 3
    ";
    assert_eq!(silent_keys(text), ["silent", "colour", "after"]);
}
