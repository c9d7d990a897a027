//! The catalogue of matters: a city's own data, versioned, every limit changeable.

use super::{CategoryCode, TimeLimit};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One matter (小类) with its limits, words and conditions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Category {
    /// Two digits major, three digits minor.
    pub code: CategoryCode,
    /// 大类, Chinese and English.
    pub major: String,
    /// The English name of the major class.
    pub major_en: String,
    /// 小类, Chinese.
    pub name: String,
    /// The English name.
    pub name_en: String,
    /// Words that point to this matter, Chinese.
    pub keywords: Vec<String>,
    /// Words that point to this matter, English, lower case.
    pub keywords_en: Vec<String>,
    /// From whistled to answered.
    pub answer_limit: TimeLimit,
    /// From whistled to arrived.
    pub arrive_limit: TimeLimit,
    /// From whistled to settled (处置时限).
    pub settle_limit: TimeLimit,
    /// 结案条件; the first is the usual one.
    pub closing_conditions: Vec<ClosingCondition>,
    /// A resident's request goes straight to whistle.
    pub direct: bool,
    /// Settling asks for an after-photo.
    pub photo_required: bool,
}

/// What must be true on the spot for the matter to count as settled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClosingCondition {
    /// Chinese.
    pub text: String,
    /// English.
    pub text_en: String,
}

/// The matters of a city.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue {
    categories: BTreeMap<CategoryCode, Category>,
}

/// The matter of a case that nobody has classed yet (`未分类`).
pub const UNCATEGORISED: &str = "00000";

impl Catalogue {
    /// The catalogue with these matters.
    pub fn new(categories: impl IntoIterator<Item = Category>) -> Self {
        Self {
            categories: categories.into_iter().map(|category| (category.code.clone(), category)).collect(),
        }
    }

    /// A matter by its code.
    pub fn get(&self, code: &CategoryCode) -> Option<&Category> {
        self.categories.get(code)
    }

    /// Every matter in code order.
    pub fn iter(&self) -> impl Iterator<Item = &Category> {
        self.categories.values()
    }

    /// The matter that the words point to most, [`UNCATEGORISED`] when none does.
    ///
    /// A keyword scores its length, so that `店外经营` beats `经营`; the lower code wins a tie.
    pub fn guess(&self, words: &str) -> CategoryCode {
        self.guesses(words).into_iter().next().unwrap_or_else(|| UNCATEGORISED.into())
    }

    /// Every matter that the words point to, best first.
    pub fn guesses(&self, words: &str) -> Vec<CategoryCode> {
        let words = words.to_lowercase();
        let mut scored: Vec<(usize, &CategoryCode)> = self
            .categories
            .values()
            .filter(|category| category.code.as_str() != UNCATEGORISED)
            .map(|category| (category.score(&words), &category.code))
            .filter(|(score, _)| *score > 0)
            .collect();
        scored.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        scored.into_iter().map(|(_, code)| code.clone()).collect()
    }
}

impl Category {
    /// The name in a language.
    pub fn name_in(&self, language: &str) -> &str {
        if language.starts_with("en") { &self.name_en } else { &self.name }
    }

    fn score(&self, words: &str) -> usize {
        // A Chinese character says about as much as three Latin letters.
        let chinese: usize = self
            .keywords
            .iter()
            .chain(std::iter::once(&self.name))
            .filter(|keyword| !keyword.is_empty() && words.contains(keyword.as_str()))
            .map(|keyword| 3 * keyword.chars().count())
            .sum();
        let english: usize =
            self.keywords_en.iter().filter(|keyword| contains_word(words, keyword)).map(String::len).sum();
        chinese + english
    }
}

/// `tree` is in "a tree fell", not in "on the street".
fn contains_word(text: &str, word: &str) -> bool {
    !word.is_empty()
        && text.match_indices(word).any(|(at, found)| {
            let before = text[..at].chars().next_back();
            let after = text[at + found.len()..].chars().next();
            ![before, after].into_iter().flatten().any(|c| c.is_ascii_alphanumeric())
        })
}
