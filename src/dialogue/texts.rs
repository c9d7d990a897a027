//! Every word that a person reads in a chat, by key and language (Project Fluent).
//!
//! The files are part of the program. A test holds both languages to the same keys and variables, and
//! to the keys that the code names.

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use std::sync::OnceLock;

const CHINESE: &str = include_str!("../../config/texts/zh-CN.ftl");
const ENGLISH: &str = include_str!("../../config/texts/en.ftl");

/// A language that the service speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// 简体中文, unless somebody asks for another.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Chinese, Self::English];

    /// The language that a BCP 47 tag asks for; Chinese when it is none of ours.
    pub fn of(tag: &str) -> Self {
        if tag.to_ascii_lowercase().starts_with("en") { Self::English } else { Self::Chinese }
    }

    /// Its BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// The words of a key. [`say!`] is the short way to it.
    pub fn words(self, key: &'static str, args: &FluentArgs<'_>) -> String {
        let bundle = bundle(self);
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            debug_assert!(false, "no text `{key}`");
            return key.to_owned();
        };
        let mut errors = Vec::new();
        let words = bundle.format_pattern(pattern, Some(args), &mut errors);
        debug_assert!(errors.is_empty(), "text `{key}`: {errors:?}");
        words.into_owned()
    }
}

/// The words of a key in a language: `say!(language, "left", minutes = 25)`.
macro_rules! say {
    ($language:expr, $key:expr $(, $name:ident = $value:expr)* $(,)?) => {{
        #[allow(unused_mut, reason = "a key without variables")]
        let mut args = fluent_bundle::FluentArgs::new();
        $(args.set(stringify!($name), $value);)*
        $language.words($key, &args)
    }};
}
pub(crate) use say;

/// Marks a key that is said elsewhere, so that the test of the texts finds it.
pub(crate) const fn key(key: &'static str) -> &'static str {
    key
}

fn bundle(language: Language) -> &'static FluentBundle<FluentResource> {
    static CHINESE_BUNDLE: OnceLock<FluentBundle<FluentResource>> = OnceLock::new();
    static ENGLISH_BUNDLE: OnceLock<FluentBundle<FluentResource>> = OnceLock::new();
    match language {
        Language::Chinese => CHINESE_BUNDLE.get_or_init(|| load("zh-CN", CHINESE)),
        Language::English => ENGLISH_BUNDLE.get_or_init(|| load("en", ENGLISH)),
    }
}

fn load(tag: &str, source: &str) -> FluentBundle<FluentResource> {
    // A broken entry is left out here and found by the test.
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
    let mut bundle = FluentBundle::new_concurrent(tag.parse().into_iter().collect());
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests;
