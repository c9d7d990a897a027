//! All findings on one screen: what is wrong first, each with what to do, and what is well in a line.

use super::finding::{Finding, State};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The screen of a terminal that nobody has made larger.
pub const SCREEN: (usize, usize) = (80, 24);

/// How much is said of a finding: lines of words, and things named. The most that has room is taken.
const FULLNESS: [(usize, usize); 7] = [(4, 20), (3, 5), (2, 3), (2, 2), (1, 1), (1, 0), (0, 0)];

/// The findings in at most so many lines of at most so many columns; a Chinese character takes two.
pub fn screen(found: &[Finding], (width, height): (usize, usize)) -> Vec<String> {
    let mut tries: Vec<_> = FULLNESS.iter().map(|fullness| lines(found, width, *fullness)).collect();
    let fits = tries.iter().position(|lines| lines.len() <= height).unwrap_or(FULLNESS.len() - 1);
    let mut shown = tries.swap_remove(fits);
    shown.truncate(height);
    shown
}

fn lines(found: &[Finding], width: usize, fullness: (usize, usize)) -> Vec<String> {
    let of = |state| found.iter().filter(move |finding| finding.state == state);
    let mut lines: Vec<String> = Vec::new();
    for finding in of(State::Wrong).chain(of(State::Note)) {
        lines.extend(told(finding, width, fullness));
    }
    for (sign, state) in [("? 看不到 cannot be seen yet", State::Unseen), ("✓ ok", State::Ok)] {
        let parts: Vec<&str> = of(state).map(|finding| finding.part).collect();
        if !parts.is_empty() {
            lines.extend(wrapped(&format!("{sign}: {}", parts.join(" · ")), width, 4));
        }
    }
    lines
}

fn told(finding: &Finding, width: usize, (most_lines, most_items): (usize, usize)) -> Vec<String> {
    if most_lines == 0 {
        let all = format!("{} → {}", finding.head(), finding.to_do);
        return wrapped(&all, width, 1);
    }
    let mut lines = wrapped(&finding.head(), width, most_lines);
    let items = finding.items.iter().take(most_items);
    lines.extend(items.flat_map(|item| wrapped(&format!("    {item}"), width, 1)));
    if finding.items.len() > most_items && most_items > 0 {
        lines.push("    …".to_owned());
    }
    if !finding.to_do.is_empty() {
        lines.extend(wrapped(&format!("  → {}", finding.to_do), width, most_lines));
    }
    lines
}

/// A text in at most so many lines; what does not fit is cut, and shows it. Further lines stand a little in.
fn wrapped(text: &str, width: usize, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words(text) {
        let last = lines.len() - 1;
        if lines[last].width() + word.trim_end().width() <= width {
            lines[last].push_str(word);
        } else if lines.len() < most && lines[last].width() > 4 {
            lines.push(format!("    {word}"));
        } else {
            lines[last].push_str(word);
            break;
        }
    }
    lines.iter().map(|line| cut(line.trim_end(), width)).collect()
}

/// Pieces between which a line may end: after a blank, and around a character that is two wide.
fn words(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        let wide = |c: char| c.width() == Some(2);
        if at > from && before.is_some_and(|before| (before == ' ' && c != ' ') || wide(before) || wide(c)) {
            pieces.push(&text[from..at]);
            from = at;
        }
        before = Some(c);
    }
    pieces.push(&text[from..]);
    pieces
}

fn cut(line: &str, width: usize) -> String {
    if line.width() <= width {
        return line.to_owned();
    }
    let mut kept = String::new();
    for c in line.chars() {
        if kept.width() + c.width().unwrap_or(0) >= width {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::{
        super::finding::{note, ok, unseen, wrong},
        *,
    };

    const LONG: &str = "数据库不应答 the database at a place with a very long name does not answer, and it says so at length: \
        connection refused (os error 111), tried 7 times in 30 seconds";

    fn fits(lines: &[String]) {
        assert!(lines.len() <= SCREEN.1, "{} lines:\n{}", lines.len(), lines.join("\n"));
        for line in lines {
            assert!(line.width() <= SCREEN.0, "{} columns: {line}", line.width());
        }
    }

    #[test]
    fn the_worst_fits_and_still_says_of_each_part_what_to_do() {
        let parts = ["一 a", "二 b", "三 c", "四 d", "五 e", "六 f", "七 g", "八 h", "九 i", "十 j", "甲 k"];
        let items: Vec<String> = (0..20).map(|n| format!("#{n} {LONG}")).collect();
        let found: Vec<Finding> = parts
            .iter()
            .map(|part| wrong(part, LONG, format!("whistle mend {part}")).with(items.clone()))
            .collect();
        let lines = screen(&found, SCREEN);
        fits(&lines);
        for part in parts {
            assert!(
                lines.iter().any(|line| line.contains(&format!("→ whistle mend {part}"))),
                "{part}: {lines:#?}"
            );
        }
        let one = screen(&found[..1], SCREEN);
        fits(&one);
        assert!(one.iter().filter(|line| line.contains('#')).count() >= 5, "{one:#?}");
        assert!(
            one.concat().replace("    ", "").contains("30 seconds"),
            "where there is room all is said: {one:#?}"
        );
    }

    #[test]
    fn what_is_wrong_comes_first_and_what_is_well_in_a_line() {
        let found = [
            ok("设置 settings", ""),
            ok("数据库 database", "Postgres"),
            note("人员 people", "8626", "whistle import people FILE"),
            wrong("死信 dead letters", "1", "whistle outbox resend").with(vec!["#7 blocked".into()]),
            unseen("地图 map"),
        ];
        let lines = screen(&found, SCREEN);
        assert_eq!(
            lines,
            [
                "✗ 死信 dead letters: 1",
                "    #7 blocked",
                "  → whistle outbox resend",
                "· ok 人员 people: 8626",
                "  → whistle import people FILE",
                "? 看不到 cannot be seen yet: 地图 map",
                "✓ ok: 设置 settings · 数据库 database",
            ]
        );
    }

    #[test]
    fn a_line_ends_where_a_word_does() {
        assert_eq!(wrapped("one two three", 9, 3), ["one two", "    three"]);
        assert_eq!(wrapped("一二三四五", 7, 2), ["一二三", "    四…"]);
        assert_eq!(wrapped("indivisible", 5, 3), ["indi…"]);
    }
}
