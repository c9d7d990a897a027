//! What was found of a part, and how it is said in full.

use std::fmt;

/// How a part stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Ready.
    Ok,
    /// Ready; somebody should know something.
    Note,
    /// Not ready.
    Wrong,
    /// Nobody can say before a part above is ready: not ready either.
    Unseen,
}

/// What was found of one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which part, in both languages.
    pub part: &'static str,
    /// How it stands.
    pub state: State,
    /// How it is, or what is wrong.
    pub words: String,
    /// The single things that are wrong, a line each.
    pub items: Vec<String>,
    /// What to do; empty when nothing is to be done.
    pub to_do: String,
}

impl Finding {
    /// The same with the things in question.
    pub fn with(self, items: Vec<String>) -> Self {
        Self { items, ..self }
    }

    /// Its head: how it stands, which part, what is said of it.
    pub fn head(&self) -> String {
        let sign = match self.state {
            State::Ok => "✓ ok",
            State::Note => "· ok",
            State::Wrong | State::Unseen => "✗",
        };
        let colon = if self.words.is_empty() { "" } else { ": " };
        format!("{sign} {}{colon}{}", self.part, self.words)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.head())?;
        for item in &self.items {
            write!(f, "\n    {item}")?;
        }
        match (self.to_do.is_empty(), self.items.is_empty()) {
            (true, _) => Ok(()),
            (false, true) => write!(f, " → {}", self.to_do),
            (false, false) => write!(f, "\n  → {}", self.to_do),
        }
    }
}

pub(super) fn ok(part: &'static str, words: impl Into<String>) -> Finding {
    Finding { part, state: State::Ok, words: words.into(), items: Vec::new(), to_do: String::new() }
}

pub(super) fn note(part: &'static str, words: impl Into<String>, to_do: impl Into<String>) -> Finding {
    Finding { state: State::Note, to_do: to_do.into(), ..ok(part, words) }
}

pub(super) fn wrong(part: &'static str, words: impl Into<String>, to_do: impl Into<String>) -> Finding {
    Finding { state: State::Wrong, to_do: to_do.into(), ..ok(part, words) }
}

pub(super) fn unseen(part: &'static str) -> Finding {
    let why = "看不到，先解决上一项 it cannot be seen before the part above is ready";
    Finding { state: State::Unseen, ..ok(part, why) }
}
