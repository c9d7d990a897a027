//! Telegram's limits: about 30 messages a second overall, one a second in a chat, 20 a minute in a group.
//! Edits count too. A state machine without a clock: whoever sends asks first.

use crate::dialogue::ChatKind;
use chrono::{DateTime, Duration, Utc};
use std::collections::{HashMap, VecDeque};

/// How much may be sent. Zero switches a limit off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaceLimits {
    /// Messages a second overall.
    pub per_second: u32,
    /// Messages a second in a chat.
    pub per_chat_second: u32,
    /// Messages a minute in a group.
    pub per_group_minute: u32,
}

impl PaceLimits {
    /// No limits, for a server of one's own and for tests.
    pub const OFF: Self = Self { per_second: 0, per_chat_second: 0, per_group_minute: 0 };
}

impl Default for PaceLimits {
    fn default() -> Self {
        Self { per_second: 30, per_chat_second: 1, per_group_minute: 20 }
    }
}

/// What was sent lately, and what waits because Telegram said so.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    limits: PaceLimits,
    overall: VecDeque<DateTime<Utc>>,
    chats: HashMap<String, Lane>,
}

#[derive(Clone, Debug, Default)]
struct Lane {
    sent: VecDeque<DateTime<Utc>>,
    held_until: Option<DateTime<Utc>>,
}

/// Chats are remembered this long; no limit looks further back.
const MEMORY: Duration = Duration::minutes(1);
/// The quiet ones are forgotten when there are this many.
const MANY: usize = 4_096;

impl Pace {
    /// Nothing was sent yet.
    pub fn new(limits: PaceLimits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// May a message go to this chat now? If so it counts as sent.
    ///
    /// # Errors
    /// When to ask again, always after `now`.
    pub fn admit(&mut self, chat: &str, kind: ChatKind, now: DateTime<Utc>) -> Result<(), DateTime<Utc>> {
        if self.chats.len() >= MANY && !self.chats.contains_key(chat) {
            self.chats.retain(|_, lane| !lane.is_quiet(now));
        }
        let limits = self.limits;
        forget(&mut self.overall, now, Duration::seconds(1));
        let lane = self.chats.entry(chat.to_owned()).or_default();
        forget(&mut lane.sent, now, MEMORY);
        let group = if kind == ChatKind::Group { limits.per_group_minute } else { 0 };
        let free = [
            lane.held_until,
            free_at(&self.overall, limits.per_second, Duration::seconds(1)),
            free_at(&lane.sent, limits.per_chat_second, Duration::seconds(1)),
            free_at(&lane.sent, group, MEMORY),
        ];
        if let Some(when) = free.into_iter().flatten().max().filter(|when| *when > now) {
            return Err(when);
        }
        self.overall.push_back(now);
        lane.sent.push_back(now);
        lane.held_until = None;
        Ok(())
    }

    /// Telegram said to leave a chat alone until then.
    pub fn hold(&mut self, chat: &str, until: DateTime<Utc>) {
        let lane = self.chats.entry(chat.to_owned()).or_default();
        lane.held_until = lane.held_until.max(Some(until));
    }
}

impl Lane {
    fn is_quiet(&self, now: DateTime<Utc>) -> bool {
        let silent = self.sent.back().is_none_or(|last| *last + MEMORY <= now);
        silent && self.held_until.is_none_or(|until| until <= now)
    }
}

/// Drops what no limit looks at any more, and what a clock set back has put into the future.
fn forget(sent: &mut VecDeque<DateTime<Utc>>, now: DateTime<Utc>, span: Duration) {
    sent.retain(|at| *at <= now && *at + span > now);
}

/// When one more fits into `most` a `span`; none when it fits at any time.
fn free_at(sent: &VecDeque<DateTime<Utc>>, most: u32, span: Duration) -> Option<DateTime<Utc>> {
    let most = most as usize;
    let nth_last = sent.len().checked_sub(most).filter(|_| most > 0)?;
    sent.get(nth_last).map(|at| *at + span)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_760_000_000_000 + millis).unwrap()
    }

    #[test]
    fn a_chat_gets_one_a_second_and_others_do_not_wait_for_it() {
        let mut pace = Pace::new(PaceLimits::default());
        assert_eq!(pace.admit("1", ChatKind::Private, at(0)), Ok(()));
        assert_eq!(pace.admit("1", ChatKind::Private, at(400)), Err(at(1_000)));
        assert_eq!(pace.admit("2", ChatKind::Private, at(400)), Ok(()));
        assert_eq!(pace.admit("1", ChatKind::Private, at(999)), Err(at(1_000)));
        assert_eq!(pace.admit("1", ChatKind::Private, at(1_000)), Ok(()));
    }

    #[test]
    fn all_chats_together_get_thirty_a_second() {
        let mut pace = Pace::new(PaceLimits::default());
        for chat in 0..30 {
            assert_eq!(pace.admit(&chat.to_string(), ChatKind::Private, at(chat * 10)), Ok(()));
        }
        assert_eq!(pace.admit("30", ChatKind::Private, at(300)), Err(at(1_000)));
        assert_eq!(pace.admit("30", ChatKind::Private, at(1_000)), Ok(()));
        assert_eq!(pace.admit("31", ChatKind::Private, at(1_000)), Err(at(1_010)));
    }

    #[test]
    fn a_group_gets_twenty_a_minute() {
        let mut pace = Pace::new(PaceLimits::default());
        for n in 0..20 {
            assert_eq!(pace.admit("-5", ChatKind::Group, at(n * 1_000)), Ok(()));
        }
        assert_eq!(pace.admit("-5", ChatKind::Group, at(20_000)), Err(at(60_000)));
        assert_eq!(pace.admit("-5", ChatKind::Group, at(60_000)), Ok(()));
        assert_eq!(pace.admit("-5", ChatKind::Group, at(61_000)), Ok(()));
    }

    #[test]
    fn a_held_chat_waits_as_told_and_holds_up_no_other() {
        let mut pace = Pace::new(PaceLimits::default());
        pace.hold("1", at(35_000));
        pace.hold("1", at(10_000));
        assert_eq!(pace.admit("1", ChatKind::Private, at(34_999)), Err(at(35_000)));
        assert_eq!(pace.admit("2", ChatKind::Private, at(34_999)), Ok(()));
        assert_eq!(pace.admit("1", ChatKind::Private, at(35_000)), Ok(()));
    }

    #[test]
    fn limits_can_be_off_but_a_hold_holds() {
        let mut pace = Pace::new(PaceLimits::OFF);
        for _ in 0..1_000 {
            assert_eq!(pace.admit("-5", ChatKind::Group, at(0)), Ok(()));
        }
        pace.hold("-5", at(2_000));
        assert_eq!(pace.admit("-5", ChatKind::Group, at(0)), Err(at(2_000)));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_silence_anybody() {
        let mut pace = Pace::new(PaceLimits::default());
        assert_eq!(pace.admit("1", ChatKind::Private, at(3_600_000)), Ok(()));
        assert_eq!(pace.admit("1", ChatKind::Private, at(0)), Ok(()));
    }

    #[test]
    fn quiet_chats_are_forgotten() {
        let mut pace = Pace::new(PaceLimits::OFF);
        pace.hold("held", at(120_000));
        for chat in 0..MANY {
            let _ = pace.admit(&chat.to_string(), ChatKind::Private, at(0));
        }
        assert_eq!(pace.admit("new", ChatKind::Private, at(61_000)), Ok(()));
        assert_eq!(pace.chats.len(), 2);
        assert_eq!(pace.admit("held", ChatKind::Private, at(61_000)), Err(at(120_000)));
    }

    proptest::proptest! {
        #[test]
        fn whoever_waits_as_told_is_admitted(steps in proptest::collection::vec((0_i64..1_500, 0_u8..4), 1..200)) {
            let mut pace = Pace::new(PaceLimits::default());
            let mut now = 0;
            for (pause, chat) in steps {
                now += pause;
                let kind = if chat == 0 { ChatKind::Group } else { ChatKind::Private };
                if let Err(when) = pace.admit(&chat.to_string(), kind, at(now)) {
                    proptest::prop_assert!(when > at(now));
                    now = when.timestamp_millis() - at(0).timestamp_millis();
                    proptest::prop_assert_eq!(pace.admit(&chat.to_string(), kind, at(now)), Ok(()));
                }
            }
        }
    }
}
