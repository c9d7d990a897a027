//! Telegram's limits: about 30 messages a second overall, one a second in a chat, 20 a minute in a group.
//! Edits count too, and so does each message of a letter. A state machine without a clock: whoever sends
//! asks first.

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
#[derive(Clone, Debug)]
pub struct Pace {
    limits: PaceLimits,
    /// So many processes send for the same bot; each has its part of the limits.
    processes: u32,
    overall: Sent,
    chats: HashMap<String, Lane>,
}

#[derive(Clone, Debug, Default)]
struct Lane {
    sent: Sent,
    held_until: Option<DateTime<Utc>>,
}

/// When letters were sent, oldest first, and of how many messages each.
type Sent = VecDeque<(DateTime<Utc>, u32)>;

/// So many messages in a span.
#[derive(Clone, Copy, Debug)]
struct Limit {
    most: u32,
    span: Duration,
}

const SECOND: Duration = Duration::seconds(1);
const MINUTE: Duration = Duration::minutes(1);
/// The quiet ones are forgotten when there are this many.
const MANY: usize = 4_096;

impl Default for Pace {
    fn default() -> Self {
        Self::new(PaceLimits::default())
    }
}

impl Pace {
    /// Nothing was sent yet.
    pub fn new(limits: PaceLimits) -> Self {
        Self { limits, processes: 1, overall: Sent::default(), chats: HashMap::new() }
    }

    /// So many processes send for this bot now.
    pub fn share(&mut self, processes: u32) {
        self.processes = processes.max(1);
    }

    /// May a letter of so many messages go to this chat now? If so they count as sent: a letter goes as a
    /// whole, and is waited for as a whole afterwards.
    ///
    /// # Errors
    /// When to ask again, always after `now`.
    pub fn admit(
        &mut self,
        chat: &str,
        kind: ChatKind,
        messages: u32,
        now: DateTime<Utc>,
    ) -> Result<(), DateTime<Utc>> {
        let memory = MINUTE * i32::try_from(self.processes).unwrap_or(i32::MAX);
        if self.chats.len() >= MANY && !self.chats.contains_key(chat) {
            self.chats.retain(|_, lane| !lane.is_quiet(now, memory));
        }
        let limit = |most, span| Limit::of(most, span, self.processes);
        let group = if kind == ChatKind::Group { self.limits.per_group_minute } else { 0 };
        let overall = limit(self.limits.per_second, SECOND);
        let of_chat = [limit(self.limits.per_chat_second, SECOND), limit(group, MINUTE)];
        forget(&mut self.overall, now, memory);
        let lane = self.chats.entry(chat.to_owned()).or_default();
        forget(&mut lane.sent, now, memory);
        let in_chat = of_chat.iter().flatten().filter_map(|limit| limit.free_at(&lane.sent, messages));
        let in_all = overall.and_then(|limit| limit.free_at(&self.overall, messages));
        let free = in_chat.chain(in_all).chain(lane.held_until).max();
        if let Some(when) = free.filter(|when| *when > now) {
            return Err(when);
        }
        self.overall.push_back((now, messages));
        lane.sent.push_back((now, messages));
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
    fn is_quiet(&self, now: DateTime<Utc>, memory: Duration) -> bool {
        let silent = self.sent.back().is_none_or(|(last, _)| *last + memory <= now);
        silent && self.held_until.is_none_or(|until| until <= now)
    }
}

impl Limit {
    /// A process's part of a limit; none is no limit.
    fn of(most: u32, span: Duration, processes: u32) -> Option<Self> {
        match (most, most / processes) {
            (0, _) => None,
            // Less than one a span each: one in a longer span.
            (most, 0) => Some(Self { most: 1, span: span * times(processes.div_ceil(most)) }),
            (_, part) => Some(Self { most: part, span }),
        }
    }

    /// When so many more messages fit; none when they fit at any time. A letter of more messages than
    /// the limit fits where nothing else is, and is in the way for as long as its messages would be.
    fn free_at(self, sent: &Sent, messages: u32) -> Option<DateTime<Utc>> {
        let mut room = self.most - messages.min(self.most);
        for (at, messages) in sent.iter().rev() {
            let weight = (*messages).min(self.most);
            if weight > room {
                return Some(*at + self.span * times(messages.div_ceil(self.most)));
            }
            room -= weight;
        }
        None
    }
}

fn times(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Drops what no limit looks at any more, and what a clock set back has put into the future.
fn forget(sent: &mut Sent, now: DateTime<Utc>, memory: Duration) {
    sent.retain(|(at, _)| *at <= now && *at + memory > now);
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
        assert_eq!(pace.admit("1", ChatKind::Private, 1, at(0)), Ok(()));
        assert_eq!(pace.admit("1", ChatKind::Private, 1, at(400)), Err(at(1_000)));
        assert_eq!(pace.admit("2", ChatKind::Private, 1, at(400)), Ok(()));
        assert_eq!(pace.admit("1", ChatKind::Private, 1, at(999)), Err(at(1_000)));
        assert_eq!(pace.admit("1", ChatKind::Private, 1, at(1_000)), Ok(()));
    }

    #[test]
    fn all_chats_together_get_thirty_a_second() {
        let mut pace = Pace::new(PaceLimits::default());
        for chat in 0..30 {
            assert_eq!(pace.admit(&chat.to_string(), ChatKind::Private, 1, at(chat * 10)), Ok(()));
        }
        assert_eq!(pace.admit("30", ChatKind::Private, 1, at(300)), Err(at(1_000)));
        assert_eq!(pace.admit("30", ChatKind::Private, 1, at(1_000)), Ok(()));
        assert_eq!(pace.admit("31", ChatKind::Private, 1, at(1_000)), Err(at(1_010)));
    }

    #[test]
    fn a_group_gets_twenty_a_minute() {
        let mut pace = Pace::new(PaceLimits::default());
        for n in 0..20 {
            assert_eq!(pace.admit("-5", ChatKind::Group, 1, at(n * 1_000)), Ok(()));
        }
        assert_eq!(pace.admit("-5", ChatKind::Group, 1, at(20_000)), Err(at(60_000)));
        assert_eq!(pace.admit("-5", ChatKind::Group, 1, at(60_000)), Ok(()));
        assert_eq!(pace.admit("-5", ChatKind::Group, 1, at(61_000)), Ok(()));
    }

    #[test]
    fn a_letter_of_several_messages_is_waited_for_as_a_whole() {
        let mut pace = Pace::new(PaceLimits::default());
        assert_eq!(pace.admit("1", ChatKind::Private, 3, at(0)), Ok(()));
        assert_eq!(pace.admit("1", ChatKind::Private, 1, at(2_999)), Err(at(3_000)));
        assert_eq!(pace.admit("1", ChatKind::Private, 1, at(3_000)), Ok(()));
        for n in 0..10 {
            assert_eq!(pace.admit("-5", ChatKind::Group, 2, at(10_000 + n * 2_000)), Ok(()));
        }
        assert_eq!(pace.admit("-5", ChatKind::Group, 1, at(30_000)), Err(at(70_000)));
        for n in 0..10 {
            assert_eq!(pace.admit(&format!("x{n}"), ChatKind::Private, 3, at(90_000)), Ok(()));
        }
        assert_eq!(pace.admit("x10", ChatKind::Private, 1, at(90_000)), Err(at(91_000)));
    }

    #[test]
    fn processes_divide_the_limits() {
        let mut pace = Pace::new(PaceLimits::default());
        pace.share(2);
        assert_eq!(pace.admit("1", ChatKind::Private, 1, at(0)), Ok(()));
        assert_eq!(pace.admit("1", ChatKind::Private, 1, at(1_000)), Err(at(2_000)));
        for n in 0..10 {
            assert_eq!(pace.admit("-5", ChatKind::Group, 1, at(n * 2_000)), Ok(()));
        }
        assert_eq!(pace.admit("-5", ChatKind::Group, 1, at(20_000)), Err(at(60_000)));
        for n in 0..15 {
            assert_eq!(pace.admit(&format!("x{n}"), ChatKind::Private, 1, at(90_000)), Ok(()));
        }
        assert_eq!(pace.admit("x15", ChatKind::Private, 1, at(90_000)), Err(at(91_000)));
        pace.share(1);
        assert_eq!(pace.admit("x15", ChatKind::Private, 1, at(90_000)), Ok(()));
    }

    #[test]
    fn a_held_chat_waits_as_told_and_holds_up_no_other() {
        let mut pace = Pace::new(PaceLimits::default());
        pace.hold("1", at(35_000));
        pace.hold("1", at(10_000));
        assert_eq!(pace.admit("1", ChatKind::Private, 1, at(34_999)), Err(at(35_000)));
        assert_eq!(pace.admit("2", ChatKind::Private, 1, at(34_999)), Ok(()));
        assert_eq!(pace.admit("1", ChatKind::Private, 1, at(35_000)), Ok(()));
    }

    #[test]
    fn limits_can_be_off_but_a_hold_holds() {
        let mut pace = Pace::new(PaceLimits::OFF);
        for _ in 0..1_000 {
            assert_eq!(pace.admit("-5", ChatKind::Group, 1, at(0)), Ok(()));
        }
        pace.hold("-5", at(2_000));
        assert_eq!(pace.admit("-5", ChatKind::Group, 1, at(0)), Err(at(2_000)));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_silence_anybody() {
        let mut pace = Pace::new(PaceLimits::default());
        assert_eq!(pace.admit("1", ChatKind::Private, 1, at(3_600_000)), Ok(()));
        assert_eq!(pace.admit("1", ChatKind::Private, 1, at(0)), Ok(()));
    }

    #[test]
    fn quiet_chats_are_forgotten() {
        let mut pace = Pace::new(PaceLimits::OFF);
        pace.hold("held", at(120_000));
        for chat in 0..MANY {
            let _ = pace.admit(&chat.to_string(), ChatKind::Private, 1, at(0));
        }
        assert_eq!(pace.admit("new", ChatKind::Private, 1, at(61_000)), Ok(()));
        assert_eq!(pace.chats.len(), 2);
        assert_eq!(pace.admit("held", ChatKind::Private, 1, at(61_000)), Err(at(120_000)));
    }

    proptest::proptest! {
        #[test]
        fn whoever_waits_as_told_is_admitted(steps in proptest::collection::vec((0_i64..1_500, 0_u8..4), 1..200)) {
            let mut pace = Pace::new(PaceLimits::default());
            let mut now = 0;
            for (pause, chat) in steps {
                now += pause;
                let kind = if chat == 0 { ChatKind::Group } else { ChatKind::Private };
                if let Err(when) = pace.admit(&chat.to_string(), kind, 1, at(now)) {
                    proptest::prop_assert!(when > at(now));
                    now = when.timestamp_millis() - at(0).timestamp_millis();
                    proptest::prop_assert_eq!(pace.admit(&chat.to_string(), kind, 1, at(now)), Ok(()));
                }
            }
        }
    }
}
