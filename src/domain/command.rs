//! What a person or the clock may ask of a case, and who asks.

use super::{
    Case, CaseId, CategoryCode, ChatId, Fix, Material, MediaId, Origin, Party, PersonCode, Place, UnitCode,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Who asks, since when by their own clock, and by which way.
#[derive(Clone, Debug, PartialEq)]
pub struct Actor {
    /// Who.
    pub who: Who,
    /// The person's own time: when the message was written.
    pub said_at: DateTime<Utc>,
    /// The way it came.
    pub via: Via,
}

impl Actor {
    /// The clock itself.
    pub fn clock(now: DateTime<Utc>) -> Self {
        Self { who: Who::Clock, said_at: now, via: Via::Clock }
    }

    /// A person of the roster.
    pub fn person(code: PersonCode, said_at: DateTime<Utc>, via: Via) -> Self {
        Self { who: Who::Person(code), said_at, via }
    }
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// A person of the roster.
    Person(PersonCode),
    /// A resident, known by a chat.
    Resident(ChatId),
    /// A page, a caller, a program: nobody to be reached.
    Anonymous,
    /// A deadline that passed.
    Clock,
}

impl Who {
    /// The person of the roster, where it is one.
    pub fn as_person(&self) -> Option<&PersonCode> {
        match self {
            Self::Person(code) => Some(code),
            _ => None,
        }
    }

    /// The same as a reporter.
    pub fn party(&self) -> Party {
        match self {
            Self::Person(code) => Party::Person(code.clone()),
            Self::Resident(chat) => Party::Chat(*chat),
            Self::Anonymous | Self::Clock => Party::Anonymous,
        }
    }
}

/// The way that a command came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// A chat.
    Chat,
    /// The console.
    Console,
    /// The residents' page.
    Page,
    /// The API or Open311.
    Api,
    /// A deadline.
    Clock,
    /// The command line, an import.
    Command,
}

/// A new case: what was told, and what the map and the words say of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Who brought it.
    pub origin: Origin,
    /// Where.
    pub place: Place,
    /// Words, photos, voice.
    pub material: Vec<Material>,
    /// The matter; guessed from the words unless `category_chosen`.
    pub category: CategoryCode,
    /// The reporter chose the matter.
    pub category_chosen: bool,
    /// 自办: settled on the spot, with a line and after-photos.
    pub self_resolved: Option<SelfResolved>,
}

/// 自办 in the report itself.
#[derive(Clone, Debug, PartialEq)]
pub struct SelfResolved {
    /// What was done.
    pub words: String,
    /// After-photos.
    pub photos: Vec<MediaId>,
}

/// The three reasons for which a department may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallReason {
    /// Beyond the street's powers.
    BeyondPowers,
    /// Joint enforcement.
    JointEnforcement,
    /// Emergency.
    Emergency,
}

impl CallReason {
    /// The three.
    pub const ALL: [Self; 3] = [Self::BeyondPowers, Self::JointEnforcement, Self::Emergency];
}

/// Everything that may be asked of a case.
///
/// Commands that mean one of several whistles find it by the person: an officer's `Answer` is the
/// department's, a secretary's is the branch's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Ask a worker near the point to look first.
    AskPrecheck {
        /// The worker.
        worker: PersonCode,
    },
    /// The worker's finding.
    Precheck {
        /// It is really there.
        found: bool,
        /// A line.
        words: String,
    },
    /// Blow the whistle for an owner; the routed grid when none is named.
    Whistle {
        /// The owner.
        owner: Option<UnitCode>,
    },
    /// I am coming.
    Answer,
    /// I help the lead.
    Join,
    /// I am there.
    Arrive {
        /// The position, where the phone gave one.
        fix: Option<Fix>,
    },
    /// It is settled.
    Settle {
        /// Index of the category's closing condition.
        condition: usize,
        /// What was done.
        words: String,
        /// After-photos.
        photos: Vec<MediaId>,
    },
    /// 自办 by the reporting worker, after the report.
    SelfResolve {
        /// What was done.
        words: String,
        /// After-photos.
        photos: Vec<MediaId>,
    },
    /// Send it back.
    Return {
        /// Why.
        reason: String,
    },
    /// Give it to another owner (or the same: the clock goes on).
    Reassign {
        /// The owner.
        owner: UnitCode,
        /// Why.
        reason: String,
    },
    /// 吹哨: call a department.
    CallDepartment {
        /// Which.
        department: UnitCode,
        /// One of the three allowed reasons.
        reason: CallReason,
        /// A line for the department.
        words: String,
    },
    /// The caller scores a department that came.
    ScoreDepartment {
        /// Which.
        department: UnitCode,
        /// 1–5.
        score: u8,
    },
    /// One level up, by a dispatcher.
    Escalate {
        /// Why.
        reason: String,
    },
    /// Whatever the clock has due.
    Wake,
    /// Ask for more time.
    AskExtension {
        /// Why.
        reason: String,
    },
    /// Grant or refuse more time.
    DecideExtension {
        /// Granted until then; refused when none.
        until: Option<DateTime<Utc>>,
        /// A line.
        words: String,
    },
    /// 挂账: stop the clock until a date.
    Suspend {
        /// When it resumes by itself.
        until: DateTime<Utc>,
        /// Why.
        reason: String,
    },
    /// Let the clock run again before the date.
    Resume,
    /// 催办.
    Urge {
        /// A line.
        words: String,
    },
    /// 督办.
    Supervise {
        /// A line.
        words: String,
    },
    /// Answer an urging or a supervision.
    Reply {
        /// A line.
        words: String,
    },
    /// 并案: this case ends in another.
    Merge {
        /// The surviving case.
        into: CaseId,
        /// Why.
        reason: String,
    },
    /// The surviving side of a merge: its reporters now include these.
    Absorb {
        /// The ended case.
        from: CaseId,
        /// Its reporters.
        reporters: Vec<Party>,
    },
    /// 核查 of a settled case.
    Check {
        /// Really settled.
        passed: bool,
        /// A line; why, where it failed.
        words: String,
    },
    /// 回访: how was it?
    Rate {
        /// 1–5.
        score: u8,
        /// Really solved.
        solved: bool,
        /// A line.
        words: Option<String>,
    },
    /// Dissatisfied: open it again.
    Reopen {
        /// Why.
        reason: String,
    },
    /// 不予立案.
    Decline {
        /// Why; the reporter is told.
        reason: String,
    },
    /// 作废.
    Void {
        /// Why; the reporter is told.
        reason: String,
    },
    /// The reporter takes the report back within the undo window.
    Undo,
    /// The matter is another one.
    Recategorise {
        /// Which.
        category: CategoryCode,
    },
    /// The grid is a neighbour of the one found.
    Reroute {
        /// Which.
        grid: UnitCode,
    },
    /// The case has no place yet, or a better one.
    Locate {
        /// Where, already looked up on the map.
        place: Box<Place>,
        /// Why, where a dispatcher says it.
        reason: Option<String>,
    },
    /// More pieces of the same report.
    Add {
        /// The pieces.
        material: Vec<Material>,
    },
    /// An edited message: the piece's words are now these. The former ones stay in the events.
    Amend {
        /// The message that the piece came in.
        message: String,
        /// The words now.
        words: String,
    },
    /// Pieces that belong to another report after all.
    Detach {
        /// The messages that they came in.
        messages: Vec<String>,
    },
}

impl Command {
    /// The command's word, as in the events, the API and the metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::AskPrecheck { .. } => "ask_precheck",
            Self::Precheck { .. } => "precheck",
            Self::Whistle { .. } => "whistle",
            Self::Answer => "answer",
            Self::Join => "join",
            Self::Arrive { .. } => "arrive",
            Self::Settle { .. } => "settle",
            Self::SelfResolve { .. } => "self_resolve",
            Self::Return { .. } => "return",
            Self::Reassign { .. } => "reassign",
            Self::CallDepartment { .. } => "call_department",
            Self::ScoreDepartment { .. } => "score_department",
            Self::Escalate { .. } => "escalate",
            Self::Wake => "wake",
            Self::AskExtension { .. } => "ask_extension",
            Self::DecideExtension { .. } => "decide_extension",
            Self::Suspend { .. } => "suspend",
            Self::Resume => "resume",
            Self::Urge { .. } => "urge",
            Self::Supervise { .. } => "supervise",
            Self::Reply { .. } => "reply",
            Self::Merge { .. } => "merge",
            Self::Absorb { .. } => "absorb",
            Self::Check { .. } => "check",
            Self::Rate { .. } => "rate",
            Self::Reopen { .. } => "reopen",
            Self::Decline { .. } => "decline",
            Self::Void { .. } => "void",
            Self::Undo => "undo",
            Self::Recategorise { .. } => "recategorise",
            Self::Reroute { .. } => "reroute",
            Self::Locate { .. } => "locate",
            Self::Add { .. } => "add",
            Self::Amend { .. } => "amend",
            Self::Detach { .. } => "detach",
        }
    }
}

impl Case {
    /// Is this one of those who brought the case?
    pub fn is_reporter(&self, who: &Who) -> bool {
        let party = who.party();
        party != Party::Anonymous && self.reporters.contains(&party)
    }
}
