//! What a button carries: a case, the version of the card that it stood on, and the action, in at most
//! 64 bytes. Whatever else comes back (an old program's button, garbage) is not an action.

use crate::domain::CaseId;
use std::fmt;

/// The data of a button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Data {
    /// About which case; none for buttons of the chat itself.
    pub case: Option<CaseId>,
    /// The version of the case that the card showed.
    pub version: u32,
    /// What.
    pub action: Action,
}

/// A code in a button: itself where it is short, else a fingerprint of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag(String);

/// What a press asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// 接哨
    Answer,
    /// I go along.
    Join,
    /// 人到: asks for the position.
    Arrive,
    /// 人到 without a position.
    ArriveBlind,
    /// 事了: asks for condition, line and photo.
    Settle,
    /// The closing condition with this index.
    Condition(u8),
    /// 退回: asks why.
    Return,
    /// One of the usual reasons of a return.
    Because(u8),
    /// 吹哨: asks for the reason.
    Call,
    /// The reason with this index; shows a page of departments.
    CallFor(u8, u8),
    /// This department, for the reason with this index.
    Summon(u8, Tag),
    /// The matter is another: shows the likely ones.
    Category,
    /// A page of the major classes.
    Majors(u8),
    /// A page of the matters of the major class with this index.
    Minors(u8, u8),
    /// This matter.
    Minor(Tag),
    /// The grid is another: shows the neighbours.
    Grids,
    /// This grid.
    Grid(Tag),
    /// The same as that case.
    SameAs(CaseId),
    /// 撤回
    Undo,
    /// 自办
    SelfResolve,
    /// 核查: passed or not.
    Check(bool),
    /// 回访: 1–5.
    Rate(u8),
    /// 重开
    Reopen,
    /// 延期
    Extend,
    /// Answers an urging or a supervision.
    Reply,
    /// 吹哨 for the owner that the map found.
    Whistle,
    /// 不予立案
    Decline,
    /// A pre-check: it is there, or not.
    Found(bool),
    /// 1–5 for a department that came.
    Score(u8, Tag),
    /// Shows the card anew.
    Show,
    /// No pin: the place stands in the words.
    NoPin,
    /// Drops the pieces that are in no case yet.
    Discard,
    /// The last pin is the place of that case after all.
    PlaceOf,
    /// Speaks another language.
    Speak(Tag),
}

impl Tag {
    const LONGEST: usize = 30;

    /// The tag of a code.
    pub fn of(code: &str) -> Self {
        if code.len() <= Self::LONGEST && !code.starts_with('~') {
            return Self(code.to_owned());
        }
        // FNV-1a: the same on every machine and in every version of the program.
        let print = code.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(format!("~{print:016x}"))
    }

    /// Is it the tag of that code?
    pub fn names(&self, code: &str) -> bool {
        *self == Self::of(code)
    }

    /// As it stands in the button.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Data {
    /// Most bytes of a button's data.
    pub const MOST: usize = 64;

    /// An action on a case whose card shows `version`.
    pub fn on(case: CaseId, version: u32, action: Action) -> Self {
        Self { case: Some(case), version, action }
    }

    /// An action of the chat itself.
    pub fn plain(action: Action) -> Self {
        Self { case: None, version: 0, action }
    }

    /// As it travels: `verb.case.version.argument`.
    pub fn encode(&self) -> String {
        let case = self.case.map_or_else(String::new, |case| base36(case.0 as u64));
        let verb = self.action.verb();
        format!("{verb}.{case}.{}.{}", base36(u64::from(self.version)), self.action)
    }

    /// Reads what came back; none when it is nothing of ours.
    pub fn decode(text: &str) -> Option<Self> {
        if text.len() > Self::MOST {
            return None;
        }
        let mut parts = text.splitn(4, '.');
        let (verb, case, version, rest) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let case = match case {
            "" => None,
            digits => Some(CaseId(u64::from_str_radix(digits, 36).ok()? as i64)),
        };
        let version = u32::from_str_radix(version, 36).ok()?;
        Some(Self { case, version, action: Action::read(verb, rest)? })
    }
}

impl Action {
    fn verb(&self) -> &'static str {
        match self {
            Self::Answer => "an",
            Self::Join => "jo",
            Self::Arrive => "ar",
            Self::ArriveBlind => "ab",
            Self::Settle => "se",
            Self::Condition(_) => "co",
            Self::Return => "re",
            Self::Because(_) => "be",
            Self::Call => "ca",
            Self::CallFor(..) => "cf",
            Self::Summon(..) => "su",
            Self::Category => "ct",
            Self::Majors(_) => "ma",
            Self::Minors(..) => "mi",
            Self::Minor(_) => "mt",
            Self::Grids => "gs",
            Self::Grid(_) => "gr",
            Self::SameAs(_) => "sa",
            Self::Undo => "un",
            Self::SelfResolve => "sr",
            Self::Check(_) => "ch",
            Self::Rate(_) => "ra",
            Self::Reopen => "ro",
            Self::Extend => "ex",
            Self::Reply => "rp",
            Self::Whistle => "wh",
            Self::Decline => "de",
            Self::Found(_) => "fo",
            Self::Score(..) => "sc",
            Self::Show => "sh",
            Self::NoPin => "np",
            Self::Discard => "di",
            Self::PlaceOf => "po",
            Self::Speak(_) => "sp",
        }
    }

    fn read(verb: &str, rest: &str) -> Option<Self> {
        let number = || rest.parse::<u8>().ok();
        let yes = || number().map(|number| number == 1);
        let tag = || Some(Tag(rest.to_owned()));
        let pair = || rest.split_once('.').and_then(|(a, b)| Some((a.parse::<u8>().ok()?, b)));
        let numbers = || pair().and_then(|(a, b)| Some((a, b.parse::<u8>().ok()?)));
        let tagged = || pair().map(|(number, rest)| (number, Tag(rest.to_owned())));
        Some(match verb {
            "an" => Self::Answer,
            "jo" => Self::Join,
            "ar" => Self::Arrive,
            "ab" => Self::ArriveBlind,
            "se" => Self::Settle,
            "co" => Self::Condition(number()?),
            "re" => Self::Return,
            "be" => Self::Because(number()?),
            "ca" => Self::Call,
            "cf" => numbers().map(|(a, b)| Self::CallFor(a, b))?,
            "su" => tagged().map(|(a, b)| Self::Summon(a, b))?,
            "ct" => Self::Category,
            "ma" => Self::Majors(number()?),
            "mi" => numbers().map(|(a, b)| Self::Minors(a, b))?,
            "mt" => Self::Minor(tag()?),
            "gs" => Self::Grids,
            "gr" => Self::Grid(tag()?),
            "sa" => Self::SameAs(CaseId(u64::from_str_radix(rest, 36).ok()? as i64)),
            "un" => Self::Undo,
            "sr" => Self::SelfResolve,
            "ch" => Self::Check(yes()?),
            "ra" => Self::Rate(number()?),
            "ro" => Self::Reopen,
            "ex" => Self::Extend,
            "rp" => Self::Reply,
            "wh" => Self::Whistle,
            "de" => Self::Decline,
            "fo" => Self::Found(yes()?),
            "sc" => tagged().map(|(a, b)| Self::Score(a, b))?,
            "sh" => Self::Show,
            "np" => Self::NoPin,
            "di" => Self::Discard,
            "po" => Self::PlaceOf,
            "sp" => Self::Speak(tag()?),
            _ => return None,
        })
    }
}

impl fmt::Display for Action {
    /// The argument alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Condition(n) | Self::Because(n) | Self::Majors(n) | Self::Rate(n) => write!(f, "{n}"),
            Self::CallFor(a, b) | Self::Minors(a, b) => write!(f, "{a}.{b}"),
            Self::Summon(n, tag) | Self::Score(n, tag) => write!(f, "{n}.{}", tag.0),
            Self::Minor(tag) | Self::Grid(tag) | Self::Speak(tag) => f.write_str(&tag.0),
            Self::SameAs(case) => f.write_str(&base36(case.0 as u64)),
            Self::Check(yes) | Self::Found(yes) => write!(f, "{}", u8::from(*yes)),
            _ => Ok(()),
        }
    }
}

fn base36(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(b"0123456789abcdefghijklmnopqrstuvwxyz"[(number % 36) as usize] as char);
        number /= 36;
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests;
