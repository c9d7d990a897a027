//! What this process tells the others after its commits, and what it learns of theirs.
//!
//! A page is told of a change at once by the process that made it. The others hear of it by a nudge
//! ([`App::tell_others`], [`App::hear`]), and where a nudge is lost they see it in the event log
//! ([`App::look_for_news`]). What is known already is not told again.
//!
//! A nudge is a commit of its own, and the only process of a deployment has nobody to tell: each greets the
//! others now and then ([`App::greet`]), and tells only where it has heard somebody lately.

use super::{App, Change, Result};
use crate::{
    domain::{CaseId, ChatId},
    store::LONGEST_NUDGE,
};
use chrono::{DateTime, Duration, Utc};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// So many of the newest events are looked at. Where more happened between two looks, none of them is known,
/// and that is told.
const LATEST: u64 = 200;
/// Remembered at most; what is forgotten is told twice, which costs a look.
const REMEMBERED: usize = 10_000;
/// Waits to be told at most; beyond it the others look for themselves.
const WAITING: usize = 1_000;

/// Who was not heard for so long is gone; several greetings may be lost.
const LATELY: Duration = Duration::seconds(30);
/// Says nothing but that somebody is there.
const HELLO: &str = "hello";

#[derive(Default)]
pub(super) struct News {
    known: Mutex<Known>,
    waiting: Mutex<Waiting>,
    due: Notify,
    /// When another process was heard.
    heard: Mutex<Option<DateTime<Utc>>>,
}

/// Up to which version a case's changes were told here.
#[derive(Default)]
struct Known {
    versions: HashMap<CaseId, u32>,
    /// The log was looked at before.
    looked: bool,
}

/// What the others are not told of yet.
#[derive(Default)]
struct Waiting {
    cases: BTreeMap<CaseId, u32>,
    chats: BTreeSet<ChatId>,
    /// Something was put into the outbox.
    letters: bool,
}

impl App {
    /// Waits until there is something to tell the other processes.
    pub async fn has_news(&self) {
        self.inner.news.due.notified().await;
    }

    /// Nudges the other processes, once for everything since the last time, where there are any. `holder` is
    /// this process, and `delivers` says that it sends letters by itself.
    ///
    /// # Errors
    /// The store's; the others find it in the log.
    pub async fn tell_others(&self, holder: &str, delivers: bool) -> Result<()> {
        let waiting = std::mem::take(&mut *lock(&self.inner.news.waiting));
        let heard = *lock(&self.inner.news.heard);
        let lately = |at| (Duration::zero()..LATELY).contains(&(self.now() - at));
        if heard.is_some_and(lately)
            && let Some(words) = waiting.words(holder, delivers)
        {
            self.store().nudge(&words).await?;
        }
        Ok(())
    }

    /// Lets the other processes know that this one is there.
    ///
    /// # Errors
    /// The store's; what they do is seen in the log.
    pub async fn greet(&self, holder: &str) -> Result<()> {
        Ok(self.store().nudge(&format!("{holder} {HELLO}")).await?)
    }

    /// Takes a nudge: pages here are told, and delivery where letters wait for whoever sends.
    pub fn hear(&self, words: &str, holder: &str) {
        let mut words = words.split(' ');
        if words.next() == Some(holder) {
            return;
        }
        *lock(&self.inner.news.heard) = Some(self.now());
        for word in words {
            self.hear_word(word);
        }
    }

    fn hear_word(&self, word: &str) {
        let mut parts = word.split(':');
        let kind = parts.next();
        let numbers: Vec<i64> = parts.filter_map(|part| part.parse().ok()).collect();
        match (kind, &numbers[..]) {
            (Some("case"), [id, version]) => {
                let (id, version) = (CaseId(*id), u32::try_from(*version).unwrap_or_default());
                if lock(&self.inner.news.known).is_new(id, version) {
                    self.tell_pages(Change::Case { id, version });
                }
            }
            (Some("chat"), [id]) => self.tell_pages(Change::Chat(ChatId(*id))),
            (Some(HELLO), []) => {}
            (Some("letters"), []) => self.inner.post.notify_one(),
            // Too much to be said, or the words of another version of the program.
            _ => self.tell_pages(Change::Unknown),
        }
    }

    /// Looks at the event log for what other processes did and nobody told. How many cases it were.
    ///
    /// # Errors
    /// The store's.
    pub async fn look_for_news(&self) -> Result<usize> {
        let latest = self.store().latest_events(LATEST).await?;
        let news = lock(&self.inner.news.known).look(&latest);
        for (id, version) in &news {
            self.tell_pages(Change::Case { id: *id, version: *version });
        }
        Ok(news.len())
    }

    /// A change of this process, told here and kept for the others.
    pub(super) fn note(&self, change: Change, letters: bool) {
        let news = &self.inner.news;
        if let Change::Case { id, version } = change {
            lock(&news.known).is_new(id, version);
        }
        self.tell_pages(change);
        if self.store().nudges() && lock(&news.waiting).add(change, letters) {
            news.due.notify_one();
        }
    }

    fn tell_pages(&self, change: Change) {
        // Nobody may be listening; the hint is worth nothing then.
        let _ = self.inner.changes.send(change);
    }
}

impl Known {
    fn is_new(&mut self, id: CaseId, version: u32) -> bool {
        if self.versions.len() >= REMEMBERED {
            self.versions.clear();
        }
        let known = self.versions.entry(id).or_default();
        let is_new = *known < version;
        *known = version.max(*known);
        is_new
    }

    /// What is new of the newest events; nothing at the first look, with which the watch begins.
    fn look(&mut self, latest: &[(CaseId, u32)]) -> BTreeMap<CaseId, u32> {
        let mut newest = BTreeMap::new();
        for (id, seq) in latest {
            let version: &mut u32 = newest.entry(*id).or_default();
            *version = (*version).max(*seq);
        }
        self.versions.retain(|id, _| newest.contains_key(id));
        newest.retain(|id, version| self.is_new(*id, *version));
        if std::mem::replace(&mut self.looked, true) { newest } else { BTreeMap::new() }
    }
}

impl Waiting {
    /// Is there anything to tell now?
    fn add(&mut self, change: Change, letters: bool) -> bool {
        self.letters |= letters;
        let room = self.cases.len() + self.chats.len() < WAITING;
        match change {
            Change::Case { id, version } if room => drop(self.cases.insert(id, version)),
            Change::Chat(chat) if room => drop(self.chats.insert(chat)),
            Change::Case { .. } | Change::Chat(_) => {}
            Change::Step { .. } | Change::Unknown => return letters,
        }
        true
    }

    fn words(self, holder: &str, delivers: bool) -> Option<String> {
        let letters = (self.letters && !delivers).then(|| "letters".to_owned());
        let full = self.cases.len() + self.chats.len() >= WAITING;
        let cases = self.cases.iter().map(|(id, version)| format!("case:{}:{version}", id.0));
        let chats = self.chats.iter().map(|chat| format!("chat:{}", chat.0));
        let news: Vec<String> = cases.chain(chats).collect();
        if letters.is_none() && news.is_empty() {
            return None;
        }
        let head: Vec<String> = std::iter::once(holder.to_owned()).chain(letters).collect();
        let whole = [&head[..], &news[..]].concat().join(" ");
        let fits = !full && whole.len() <= LONGEST_NUDGE;
        Some(if fits { whole } else { format!("{} *", head.join(" ")) })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: CaseId = CaseId(1);

    #[test]
    fn what_was_there_at_the_first_look_is_no_news_and_nothing_is_told_twice() {
        let mut known = Known::default();
        assert!(known.look(&[(ONE, 2), (ONE, 1)]).is_empty());
        assert_eq!(known.look(&[(CaseId(2), 1), (ONE, 3), (ONE, 2)]), [(ONE, 3), (CaseId(2), 1)].into());
        assert!(!known.is_new(ONE, 3), "the nudge came after the look");
        assert!(known.is_new(ONE, 4));
        assert!(
            known.look(&[(ONE, 4), (CaseId(2), 1), (ONE, 3)]).is_empty(),
            "the look came after the nudge"
        );
    }

    #[test]
    fn a_nudge_says_what_fits_and_else_that_there_is_something() {
        let mut waiting = Waiting::default();
        assert!(!waiting.add(Change::Unknown, false));
        assert_eq!(Waiting::default().words("a", false), None);
        assert!(waiting.add(Change::Case { id: ONE, version: 3 }, true));
        waiting.add(Change::Case { id: ONE, version: 4 }, true);
        waiting.add(Change::Chat(ChatId(7)), false);
        assert_eq!(waiting.words("a", false).as_deref(), Some("a letters case:1:4 chat:7"));
        for (most, longest) in [(900, true), (2_000, true), (100, false)] {
            let mut waiting = Waiting::default();
            for id in 0..most {
                waiting.add(Change::Case { id: CaseId(id), version: 1 }, true);
            }
            let words = waiting.words("a", true).expect("there is something to tell");
            assert!(words.len() <= LONGEST_NUDGE);
            assert_eq!(words == "a *", longest, "{most}: {words}");
        }
        let mut letters = Waiting::default();
        let step = Change::Step { stage: crate::domain::State::Closed, seconds: 1 };
        assert!(letters.add(step, true), "a letter is worth a nudge");
        assert_eq!(letters.words("a", true), None, "but not where it is sent by oneself");
    }
}
