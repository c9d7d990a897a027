//! The case: one matter, from the report to the file. It changes only by
//! [`Case::apply`], so that replaying its events gives the same case.

use super::{
    Arrival, CallReason, CaseId, CategoryCode, ChatId, MediaId, PersonCode, Place, UnitCode,
    calendar::Deadline,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Where a case stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 已上报: waits for a dispatcher.
    Reported,
    /// 哨响: sent to its owner; nobody has answered.
    Whistled,
    /// 接哨: a lead is coming.
    Answered,
    /// 人到: the lead is on the spot.
    Arrived,
    /// 事了: handled; waits for the check.
    Settled,
    /// 结案: checked and filed.
    Closed,
    /// 不予立案
    Declined,
    /// 作废
    Voided,
    /// 并案
    Merged,
}

impl State {
    /// Every state in the order of a life.
    pub const ALL: [Self; 9] = [
        Self::Reported,
        Self::Whistled,
        Self::Answered,
        Self::Arrived,
        Self::Settled,
        Self::Closed,
        Self::Declined,
        Self::Voided,
        Self::Merged,
    ];

    /// The word in the API and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Whistled => "whistled",
            Self::Answered => "answered",
            Self::Arrived => "arrived",
            Self::Settled => "settled",
            Self::Closed => "closed",
            Self::Declined => "declined",
            Self::Voided => "voided",
            Self::Merged => "merged",
        }
    }

    /// The state that a word names.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Nothing more is owed (a closed case may still be reopened).
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Closed | Self::Declined | Self::Voided | Self::Merged)
    }

    /// Somebody still has to come or to act on the spot.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Whistled | Self::Answered | Self::Arrived)
    }
}

/// Who brought the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A grid worker on patrol.
    Worker,
    /// A resident, by chat or page.
    Resident,
    /// A dispatcher for a caller.
    Dispatcher,
    /// A program by Open311 or the API.
    Open311,
}

/// Somebody outside or inside the roster who is told of a case's steps.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// A person of the roster.
    Person(PersonCode),
    /// Known by a chat only: a resident.
    Chat(ChatId),
    /// Not to be reached (a caller, a page without a chat).
    Anonymous,
}

/// A case. Its id and number belong to the row; everything else follows from its events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// The row; 0 before it is saved.
    #[serde(skip)]
    pub id: CaseId,
    /// How many events have been applied: the optimistic version.
    pub version: u32,
    /// Where it stands.
    pub state: State,
    /// Who brought it.
    pub origin: Origin,
    /// The reporter first, then the reporters of merged cases.
    pub reporters: Vec<Party>,
    /// The matter.
    pub category: CategoryCode,
    /// The matter was guessed from the words, nobody has confirmed it.
    pub category_guessed: bool,
    /// What it is about: words, photos and voice, in the order given.
    pub material: Vec<Material>,
    /// Where.
    pub place: Place,
    /// The unit whose dispatchers see it: a community or the district.
    pub desk: UnitCode,
    /// The owner's whistle; none while `reported` for the first time.
    pub whistle: Option<Whistle>,
    /// Departments that were called, each with clocks of its own.
    pub departments: Vec<Whistle>,
    /// The first time of each step; a rework or a reopening does not move them.
    pub times: Times,
    /// Escalation level of the whole case: the highest of its whistles.
    pub escalation: Escalation,
    /// 挂账, where the clock is stopped now.
    pub suspended: Option<Suspension>,
    /// It was suspended before; once is all.
    pub was_suspended: bool,
    /// From when to when its clocks stood, once they run again.
    #[serde(default)]
    pub stood: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// 督办 by a leader or dispatcher, with the words.
    pub supervised: Option<Owed>,
    /// 催办, each owed an answer until the next step.
    pub urged: Vec<Owed>,
    /// Granted extensions.
    pub extensions: Vec<Extension>,
    /// An extension that waits for a dispatcher.
    pub extension_asked: Option<ExtensionAsked>,
    /// A worker was asked to look first.
    pub precheck: Option<Precheck>,
    /// How it was settled, the newest time.
    pub settlement: Option<Settlement>,
    /// Who checks it before it is closed, and until when.
    pub check: Option<CheckDue>,
    /// Until when a dispatcher should have decided on it.
    pub triage: Option<Due>,
    /// The desk's own ladder, while the case waits for a dispatcher: for triage, or for a check.
    #[serde(default)]
    pub desk_ladder: Option<DeskLadder>,
    /// How the reporter rated it.
    pub rating: Option<Rating>,
    /// The surviving case, where this one was merged.
    pub merged_into: Option<CaseId>,
    /// The reason of the last return, decline, void or merge.
    pub reason: Option<String>,
    /// How often it was reworked.
    pub reworks: u32,
    /// How often it was returned.
    pub returns: u32,
    /// How often it was reopened.
    pub reopenings: u32,
    /// How often it was reassigned.
    pub reassignments: u32,
    /// The first routing was corrected by a person.
    pub rerouted: bool,
    /// Somebody's message time was not believed.
    pub time_capped: bool,
    /// The case's own next alarm. Overwritten by every change, so there is no timer to cancel.
    pub wake_at: Option<DateTime<Utc>>,
}

impl Case {
    /// Is the unit its owner, or a department called to it?
    pub fn involves(&self, unit: &UnitCode) -> bool {
        self.whistle.iter().chain(&self.departments).any(|whistle| whistle.unit == *unit)
    }
}

/// A piece of what was told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Material {
    /// The message that it came in, unique in its channel; how an edit finds its piece.
    pub message: Option<String>,
    /// Words as they were.
    pub words: Option<String>,
    /// A photo.
    pub photo: Option<Photo>,
    /// A voice note.
    pub voice: Option<MediaId>,
    /// When it was said.
    pub said_at: DateTime<Utc>,
}

/// A photo and what it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    /// The bytes.
    pub media: MediaId,
    /// Before or after.
    pub stage: PhotoStage,
}

/// What a photo shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoStage {
    /// The matter as it was found.
    Before,
    /// The lead on the spot.
    Arrival,
    /// The matter settled.
    After,
}

/// Where one whistle stands: the owner's, or a department's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Blown, unanswered.
    Whistled,
    /// A lead is coming.
    Answered,
    /// The lead is there.
    Arrived,
    /// Done.
    Settled,
    /// Sent back or called off.
    Returned,
}

/// A whistle: who must come, who leads, and its clocks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Whistle {
    /// The grid branch or department that must come.
    pub unit: UnitCode,
    /// Where it stands.
    pub stage: Stage,
    /// Why a department was called; none for the owner.
    pub reason: Option<CallReason>,
    /// Who called a department.
    pub called_by: Option<PersonCode>,
    /// The first to answer. Exactly one from `answered` on, none before.
    pub lead: Option<PersonCode>,
    /// Who joined the lead.
    pub helpers: Vec<PersonCode>,
    /// When each step of this whistle was taken; a step that was taken again has the newer time.
    pub times: Times,
    /// From when its limits run: the blowing of the whistle. A rework, or a reassignment inside the
    /// same unit, leaves it.
    #[serde(default)]
    pub started: DateTime<Utc>,
    /// Until when each step is due, from the blowing of the whistle.
    pub answer: Due,
    /// Until when the lead should be there.
    pub arrive: Due,
    /// Until when it should be settled.
    pub settle: Due,
    /// Its limits are urgent ones: its ladder runs day and night.
    pub urgent: bool,
    /// The arrival's evidence.
    pub arrival: Option<Arrival>,
    /// How far up the ladder it has gone.
    pub escalation: Escalation,
    /// The caller's score of a department, 1–5.
    pub score: Option<u8>,
    /// When the stage's reminder is due; none once given.
    pub remind_at: Option<DateTime<Utc>>,
    /// When the next step of the ladder is due; none at its top.
    pub step_at: Option<DateTime<Utc>>,
}

impl Whistle {
    /// The deadline of the stage that it stands in; none when done.
    pub fn due(&self) -> Option<Due> {
        match self.stage {
            Stage::Whistled => Some(self.answer),
            Stage::Answered => Some(self.arrive),
            Stage::Arrived => Some(self.settle),
            Stage::Settled | Stage::Returned => None,
        }
    }

    /// Nothing more is expected of it.
    pub fn is_done(&self) -> bool {
        matches!(self.stage, Stage::Settled | Stage::Returned)
    }

    /// The lead and the helpers.
    pub fn crew(&self) -> impl Iterator<Item = &PersonCode> {
        self.lead.iter().chain(&self.helpers)
    }
}

/// How far up a case has gone that waits for a dispatcher.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeskLadder {
    /// When it came before the desk.
    pub since: DateTime<Utc>,
    /// The level that was told last; `Grid` while nobody beyond the desk was.
    pub level: Escalation,
    /// When the next level is told; none at the top.
    pub step_at: Option<DateTime<Utc>>,
}

/// A deadline of one step.
pub type Due = Deadline;

/// The steps' times. A person's own time, capped, not the server's.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Times {
    /// When it was reported.
    pub reported: Option<DateTime<Utc>>,
    /// When the whistle was blown.
    pub whistled: Option<DateTime<Utc>>,
    /// When somebody answered.
    pub answered: Option<DateTime<Utc>>,
    /// When the lead arrived.
    pub arrived: Option<DateTime<Utc>>,
    /// When it was settled.
    pub settled: Option<DateTime<Utc>>,
    /// When it was closed, or ended otherwise.
    pub closed: Option<DateTime<Utc>>,
}

impl Times {
    /// The latest step.
    pub fn latest(&self) -> Option<DateTime<Utc>> {
        self.all().flatten().max()
    }

    /// Every step in order, taken or not.
    pub fn all(&self) -> impl Iterator<Item = Option<DateTime<Utc>>> + use<> {
        [self.reported, self.whistled, self.answered, self.arrived, self.settled, self.closed].into_iter()
    }
}

/// How far up the ladder a case has gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Escalation {
    /// With its owner.
    #[default]
    Grid,
    /// The community's people are told and may act.
    Community,
    /// The subdistrict's.
    Subdistrict,
    /// The district's.
    District,
}

impl Escalation {
    /// The next level; none at the top.
    pub fn next(self) -> Option<Self> {
        match self {
            Self::Grid => Some(Self::Community),
            Self::Community => Some(Self::Subdistrict),
            Self::Subdistrict => Some(Self::District),
            Self::District => None,
        }
    }
}

/// 挂账.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suspension {
    /// When the clocks stopped.
    pub since: DateTime<Utc>,
    /// When it resumes by itself.
    pub until: DateTime<Utc>,
    /// Why.
    pub reason: String,
}

/// Words that somebody is owed an answer to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Owed {
    /// Who said it.
    pub by: PersonCode,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub words: String,
    /// The answer, once given.
    pub answer: Option<String>,
}

/// 延期 as asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExtensionAsked {
    /// Who asks.
    pub by: PersonCode,
    /// Why.
    pub reason: String,
}

/// 延期 as granted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extension {
    /// Who granted it.
    pub by: PersonCode,
    /// The settlement deadline before.
    pub from: DateTime<Utc>,
    /// The settlement deadline after.
    pub to: DateTime<Utc>,
}

/// A worker near the point was asked to look first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Precheck {
    /// Who was asked.
    pub worker: PersonCode,
    /// By whom.
    pub by: PersonCode,
    /// What the worker found: really there or not, and a line.
    pub finding: Option<(bool, String)>,
}

/// 事了: how it was settled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settlement {
    /// Who settled it.
    pub by: PersonCode,
    /// Index of the category's closing condition.
    pub condition: usize,
    /// A line of what was done.
    pub words: String,
    /// After-photos.
    pub photos: Vec<MediaId>,
    /// 自办: the reporter settled it on the spot.
    pub self_resolved: bool,
}

/// Who checks a settled case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckDue {
    /// Who is asked first.
    pub asked: Checker,
    /// No answer until then puts it before the next one, or closes it.
    pub until: DateTime<Utc>,
}

/// Who is asked to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Checker {
    /// The reporter, first.
    Reporter,
    /// Another worker (a share of the self-resolved).
    Worker,
    /// A dispatcher, when nobody answered.
    Dispatcher,
    /// Nobody: a self-resolved case outside the share closes by itself.
    Nobody,
}

/// 满意度.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rating {
    /// 1–5; 3 and more is satisfied.
    pub score: u8,
    /// Was it really solved? (解决)
    pub solved: bool,
    /// A line.
    pub words: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

impl Rating {
    /// Counts as satisfied.
    pub fn satisfied(&self) -> bool {
        self.score >= 3
    }
}
