//! Reads the paths that a Rust source names (`use` trees and paths inside expressions alike), without
//! a parser: comments, strings and characters go, and what is left is words and signs.

/// A path that a source names.
#[derive(Debug, PartialEq)]
pub struct Named {
    pub line: usize,
    /// How many `mod name { … }` of the same file it lies in.
    pub inside: usize,
    /// `["crate", "domain", "Case"]`; a glob is `"*"`.
    pub segments: Vec<String>,
}

/// A word (or number), or one sign; `::` counts as one sign.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    pub line: usize,
    pub text: String,
}

/// Keywords after which a leading `::` begins a path of its own: `use ::krate::Item`.
const BEFORE_A_PATH: &[&str] = &[
    "as", "break", "const", "dyn", "else", "for", "if", "impl", "in", "let", "match", "move", "mut", "ref",
    "return", "use", "where", "while",
];

/// All paths of a source in reading order; a lone word is a path of one segment.
pub fn paths(source: &str) -> Vec<Named> {
    let tokens = tokens(source);
    let mut named = Vec::new();
    let mut braces = 0;
    let mut modules: Vec<usize> = Vec::new(); // the brace depth at which each inline module opened
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at].text.as_str() {
            "{" => {
                if opens_module(&tokens, at) {
                    modules.push(braces);
                }
                braces += 1;
            }
            "}" => {
                braces -= 1;
                if modules.last() == Some(&braces) {
                    modules.pop();
                }
            }
            word if is_word(word) => {
                let line = tokens[at].line;
                let mut found = Vec::new();
                at = tree(&tokens, at, &[], &mut found);
                named.extend(found.into_iter().map(|segments| Named {
                    line,
                    inside: modules.len(),
                    segments,
                }));
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    named
}

/// Is the brace at `at` that of `mod name {`?
fn opens_module(tokens: &[Token], at: usize) -> bool {
    at >= 2 && tokens[at - 2].text == "mod" && is_word(&tokens[at - 1].text)
}

/// Reads `a::b`, `a::*` and `a::{b, c::d}` from `at`; adds the paths and gives the place after them.
fn tree(tokens: &[Token], mut at: usize, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let mut segments = before.to_vec();
    loop {
        match text(at) {
            "{" => {
                at += 1;
                while !matches!(text(at), "}" | "") {
                    at = if text(at) == "," { at + 1 } else { tree(tokens, at, &segments, found) };
                }
                return at + 1;
            }
            word => segments.push(word.to_owned()),
        }
        let goes_on = text(at + 1) == "::"
            && !BEFORE_A_PATH.contains(&text(at))
            && (is_word(text(at + 2)) || (text(at + 2) == "{") || text(at + 2) == "*");
        if !goes_on {
            break;
        }
        at += 2;
    }
    found.push(segments);
    at += 1;
    if text(at) == "as" { at + 2 } else { at }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphanumeric() || first == '_')
}

/// Words and signs of a source, less comments, strings, characters and lifetimes.
pub fn tokens(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = skipped(rest).unwrap_or_else(|| {
            let length = match first {
                _ if rest.starts_with("::") => 2,
                _ if is_word(rest) => rest.find(|c: char| !is_part(c)).unwrap_or(rest.len()),
                _ => first.len_utf8(),
            };
            if !first.is_whitespace() {
                let line = 1 + source[..source.len() - rest.len()].matches('\n').count();
                let text = rest[..length].to_owned();
                tokens.push(Token { line, text });
            }
            length
        });
        rest = &rest[length..];
    }
    tokens
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of the comment, string, character or lifetime that `rest` begins with.
fn skipped(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(block_comment(rest));
    }
    let letters = rest.find(|c: char| !matches!(c, 'b' | 'c' | 'r'))?;
    let prefix = &rest[..letters];
    let literal = &rest[letters..];
    let hashes = literal.find(|c| c != '#').unwrap_or(0);
    if prefix.ends_with('r') && literal[hashes..].starts_with('"') {
        let end = format!("\"{}", "#".repeat(hashes));
        let start = letters + hashes + 1;
        return Some(rest[start..].find(&end).map_or(rest.len(), |length| start + length + end.len()));
    }
    if literal.starts_with('"') {
        return Some(letters + quoted(literal, '"'));
    }
    if literal.starts_with('\'') {
        return Some(letters + character_or_lifetime(literal));
    }
    None
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        match &rest.as_bytes()[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// `'a'`, `'\''` and `'static` all begin alike.
fn character_or_lifetime(rest: &str) -> usize {
    let mut after = rest.chars().skip(1);
    match (after.next(), after.next()) {
        (Some('\\'), _) | (Some(_), Some('\'')) => quoted(rest, '\''),
        _ => 1 + rest[1..].find(|c: char| !is_part(c)).unwrap_or(rest.len() - 1),
    }
}

/// The length of a literal between two quotes, both included.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(source: &str) -> Vec<String> {
        let long = paths(source).into_iter().filter(|named| named.segments.len() > 1);
        long.map(|named| named.segments.join("::")).collect()
    }

    #[test]
    fn trees_are_spread_out() {
        assert_eq!(
            joined("use crate::{domain::{Case, State as S}, atlas::*};\nlet x = crate::app::act::<u8>(y);"),
            ["crate::domain::Case", "crate::domain::State", "crate::atlas::*", "crate::app::act"]
        );
    }

    #[test]
    fn what_is_not_code_is_not_read() {
        let source = r##"
            // crate::a::b
            /* crate::c /* crate::d */ crate::e */
            let s = "crate::f \" crate::g";
            let r = r#"crate::h " crate::i"#;
            let c = ('"', '\'', b'"', "crate::j");
            fn live<'a>(x: &'a crate::k::K) {}
        "##;
        assert_eq!(joined(source), ["crate::k::K"]);
    }

    #[test]
    fn inline_modules_and_lines_are_counted() {
        let source = "fn f() { a::b }\nmod tests {\n    use super::c;\n}\nuse d::e;";
        let found = paths(source).into_iter().filter(|named| named.segments.len() > 1);
        let places: Vec<_> = found.map(|named| (named.line, named.inside)).collect();
        assert_eq!(places, [(1, 0), (3, 1), (5, 0)]);
    }
}
