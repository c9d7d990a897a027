//! What the console says beside the words of a chat: who, by which way, how far it is believed. Whoever
//! reported a case is masked here (王**).

use crate::{
    dialogue::{Language, Speech},
    domain::{
        Arrival, Case, CategoryCode, City, Due, Evidence, Origin, Party, PersonCode, UnitCode, UnitLevel,
        Via, Who, case::Checker,
    },
};
use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use std::ops::Deref;

/// A date and a time as the browser's field for both has them.
const MOMENT: &str = "%Y-%m-%dT%H:%M";

/// Speaks about a city's things to one reader.
#[derive(Clone, Copy)]
pub(super) struct Words<'a>(Speech<'a>);

impl<'a> Deref for Words<'a> {
    type Target = Speech<'a>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'a> Words<'a> {
    pub fn new(language: &str, city: &'a City, now: DateTime<Utc>) -> Self {
        Self(Speech { language: Language::of(language), city, now })
    }

    pub fn is_english(&self) -> bool {
        self.language == Language::English
    }

    /// The word in the reader's language.
    pub fn word<'w>(&self, chinese: &'w str, english: &'w str) -> &'w str {
        if self.is_english() { english } else { chinese }
    }

    /// Who did something; a reporter of the case is masked.
    pub fn who(&self, who: &Who, case: &Case) -> String {
        match who {
            Who::Person(code) if case.reporters.contains(&Party::Person(code.clone())) => self.masked(code),
            Who::Person(code) => self.person(code),
            Who::Resident(_) => self.word("居民", "a resident").into(),
            Who::Anonymous => self.word("匿名", "anonymous").into(),
            Who::Clock => self.word("时钟", "the clock").into(),
        }
    }

    /// `王**`
    pub fn masked(&self, code: &PersonCode) -> String {
        let name = self.person(code);
        let first = name.chars().next().map(String::from).unwrap_or_default();
        format!("{first}**")
    }

    pub fn party(&self, party: &Party) -> String {
        match party {
            Party::Person(code) => self.masked(code),
            Party::Chat(_) => self.word("居民（聊天）", "a resident (chat)").into(),
            Party::Anonymous => self.word("未留联系方式", "left no way to be reached").into(),
        }
    }

    pub fn via(&self, via: Via) -> &'static str {
        match via {
            Via::Chat => self.word("聊天", "chat"),
            Via::Console => self.word("调度台", "console"),
            Via::Page => self.word("网页", "web page"),
            Via::Api => self.word("接口", "API"),
            Via::Clock => self.word("时限", "a deadline"),
            Via::Command => self.word("命令行", "command line"),
        }
    }

    pub fn origin(&self, origin: Origin) -> &'static str {
        match origin {
            Origin::Worker => self.word("网格员", "a grid worker"),
            Origin::Resident => self.word("居民", "a resident"),
            Origin::Dispatcher => self.word("派遣员代报", "a dispatcher for a caller"),
            Origin::Open311 => self.word("外部系统", "another system"),
        }
    }

    pub fn checker(&self, checker: Checker) -> &'static str {
        match checker {
            Checker::Reporter => self.word("上报人", "the reporter"),
            Checker::Worker => self.word("另一位网格员", "another worker"),
            Checker::Dispatcher => self.word("派遣员", "a dispatcher"),
            Checker::Nobody => self.word("无需核查", "nobody: it closes by itself"),
        }
    }

    /// `到场已核实，距 30 米`
    pub fn arrival(&self, arrival: &Arrival) -> String {
        let word = match arrival.evidence {
            Evidence::Verified => self.word("到场已核实", "arrival verified"),
            Evidence::Near => self.word("在附近", "near by"),
            Evidence::Unverified => self.word("未核实", "not verified"),
        };
        match arrival.distance_m {
            Some(metres) => format!("{word} · {}", self.metres(metres)),
            None => format!("{word} · {}", self.word("无定位", "no position")),
        }
    }

    /// The time left or over, with a mark where the calendar is not published yet.
    pub fn due(&self, due: Due) -> String {
        let mark = if due.provisional { self.word("（暂定）", " (provisional)") } else { "" };
        format!("{}{mark}", self.left(due.at))
    }

    /// What the map or the desk says of where it is: `华山社区 第三网格`.
    pub fn place(&self, case: &Case) -> String {
        let owner = case.whistle.as_ref().map(|whistle| whistle.unit.clone());
        let grid = case.place.corrected_to.clone().or_else(|| case.place.located.grid.clone().map(UnitCode));
        let unit = owner.filter(|unit| self.is_ground(unit)).or(grid).unwrap_or_else(|| case.desk.clone());
        self.ground(&unit)
    }

    fn is_ground(&self, unit: &UnitCode) -> bool {
        let level = self.city.organisation.unit(unit).map(|unit| unit.level);
        level.is_some_and(|level| level <= UnitLevel::BuildingGroup)
    }

    /// `06001 私搭乱建`, for lists to choose from.
    pub fn category(&self, code: &CategoryCode) -> String {
        format!("{code} {}", self.matter(code))
    }

    /// A moment as a form has it, in the city's zone.
    pub fn moment(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.city.calendar.zone).format(MOMENT).to_string()
    }

    /// The moment that a form gave; none where it is no such time.
    pub fn read_moment(&self, text: &str) -> Option<DateTime<Utc>> {
        let local = NaiveDateTime::parse_from_str(text.get(..16)?, MOMENT).ok()?;
        Some(self.city.calendar.zone.from_local_datetime(&local).earliest()?.with_timezone(&Utc))
    }
}

/// At most `most` characters, with a mark where more was said.
pub(super) fn clip(words: &str, most: usize) -> String {
    if words.chars().count() <= most {
        return words.to_owned();
    }
    words.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}
