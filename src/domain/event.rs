//! What has happened to a case: append-only, each with who, when, from where, and the words as
//! they were. A fact carries everything that replaying needs: deadlines are in it, not computed again.

use super::{
    Arrival, CallReason, CaseId, CategoryCode, Due, Escalation, Material, MediaId, Origin, Party, PersonCode,
    Place, UnitCode, Via, Who,
    case::{Checker, Owed},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One step of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// 1 for the report, then without a gap.
    pub seq: u32,
    /// The server's time.
    pub at: DateTime<Utc>,
    /// The person's own time, capped: what feeds the clocks.
    pub said_at: DateTime<Utc>,
    /// The person's time was not believed as it came.
    pub capped: bool,
    /// Who.
    pub by: Who,
    /// From where.
    pub via: Via,
    /// What.
    pub fact: Fact,
}

/// The clocks of a whistle as they were set.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clocks {
    /// Answer until.
    pub answer: Due,
    /// Arrive until.
    pub arrive: Due,
    /// Settle until.
    pub settle: Due,
    /// The ladder runs day and night.
    pub urgent: bool,
}

/// The alarms of the stage that a whistle has entered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Alarms {
    /// When to remind.
    pub remind_at: Option<DateTime<Utc>>,
    /// When to go one step up.
    pub step_at: Option<DateTime<Utc>>,
}

/// What happened. `unit` names the whistle that it happened to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[expect(clippy::large_enum_variant, reason = "the report is long, but a history has one of it")]
pub enum Fact {
    /// 上报
    Reported {
        /// Who brought it.
        origin: Origin,
        /// Who is told.
        reporter: Party,
        /// The matter.
        category: CategoryCode,
        /// The matter was guessed.
        guessed: bool,
        /// Words, photos, voice.
        material: Vec<Material>,
        /// Where.
        place: Place,
        /// Whose dispatchers see it.
        desk: UnitCode,
        /// Until when a dispatcher should decide; none when whistled at once.
        triage: Option<Due>,
    },
    /// 哨响, for the first time or again
    Whistled {
        /// The owner.
        unit: UnitCode,
        /// Its clocks.
        clocks: Clocks,
        /// The stage's alarms.
        alarms: Alarms,
    },
    /// 接哨
    Answered {
        /// Whose whistle.
        unit: UnitCode,
        /// Who leads.
        lead: PersonCode,
        /// The stage's alarms.
        alarms: Alarms,
    },
    /// A helper joined
    Joined {
        /// Whose whistle.
        unit: UnitCode,
        /// Who.
        helper: PersonCode,
    },
    /// 人到
    Arrived {
        /// Whose whistle.
        unit: UnitCode,
        /// The evidence.
        arrival: Arrival,
        /// The stage's alarms.
        alarms: Alarms,
    },
    /// 事了
    Settled {
        /// Whose whistle.
        unit: UnitCode,
        /// Index of the closing condition.
        condition: usize,
        /// What was done.
        words: String,
        /// After-photos.
        photos: Vec<MediaId>,
        /// 自办
        self_resolved: bool,
        /// Who checks, until when; none for a department's whistle.
        check: Option<(Checker, DateTime<Utc>)>,
    },
    /// 退回
    Returned {
        /// Whose whistle.
        unit: UnitCode,
        /// Why.
        reason: String,
        /// Until when a dispatcher should decide; none for a department's whistle.
        triage: Option<Due>,
    },
    /// 改派
    Reassigned {
        /// The owner now.
        unit: UnitCode,
        /// Why.
        reason: String,
        /// New clocks where the owner is another; the same owner's clock goes on.
        clocks: Option<Clocks>,
        /// The stage's alarms.
        alarms: Alarms,
    },
    /// 吹哨 to a department
    Called {
        /// The department.
        unit: UnitCode,
        /// Why.
        reason: CallReason,
        /// A line for it.
        words: String,
        /// Who called.
        by: PersonCode,
        /// Its clocks.
        clocks: Clocks,
        /// The stage's alarms.
        alarms: Alarms,
    },
    /// A department was scored
    Scored {
        /// Which.
        unit: UnitCode,
        /// 1–5.
        score: u8,
    },
    /// A reminder was given
    Reminded {
        /// Whose whistle.
        unit: UnitCode,
    },
    /// 升级
    Escalated {
        /// Whose whistle; none while the case waits for a dispatcher.
        unit: Option<UnitCode>,
        /// The level now.
        level: Escalation,
        /// The clock's reason is empty.
        reason: String,
        /// The next step up; none at the top.
        step_at: Option<DateTime<Utc>>,
    },
    /// 延期 asked for
    ExtensionAsked {
        /// Why.
        reason: String,
    },
    /// 延期 granted
    Extended {
        /// The settlement deadline before.
        from: Due,
        /// The settlement deadline now.
        to: Due,
        /// A line.
        words: String,
        /// The stage's alarms.
        alarms: Alarms,
    },
    /// 延期 refused
    ExtensionRefused {
        /// A line.
        words: String,
    },
    /// 挂账
    Suspended {
        /// Until when.
        until: DateTime<Utc>,
        /// Why.
        reason: String,
    },
    /// The clocks run again, all moved by the time that they stood
    Resumed {
        /// The owner's clocks now.
        clocks: Option<Clocks>,
        /// The owner's alarms now.
        alarms: Alarms,
        /// Each called department's clocks and alarms now.
        departments: Vec<(UnitCode, Clocks, Alarms)>,
        /// The triage deadline now.
        triage: Option<Due>,
    },
    /// 催办
    Urged {
        /// The words, and who is owed an answer.
        owed: Owed,
    },
    /// 督办
    Supervised {
        /// The words, and who is owed an answer.
        owed: Owed,
    },
    /// An urging or a supervision was answered
    Replied {
        /// The answer.
        words: String,
    },
    /// A worker was asked to look first
    PrecheckAsked {
        /// Who.
        worker: PersonCode,
    },
    /// The worker looked
    Prechecked {
        /// It is really there.
        found: bool,
        /// A line.
        words: String,
    },
    /// 并案
    Merged {
        /// The surviving case.
        into: CaseId,
        /// Why.
        reason: String,
    },
    /// Another case ended in this one
    Absorbed {
        /// The ended case.
        from: CaseId,
        /// Its reporters.
        reporters: Vec<Party>,
    },
    /// The next one is asked to check
    CheckPassedOn {
        /// Who now.
        to: Checker,
        /// Until when.
        until: DateTime<Utc>,
    },
    /// 结案
    Closed {
        /// A line of the check; empty when it closed by itself.
        words: String,
    },
    /// 返工
    Reworked {
        /// Why.
        reason: String,
        /// The stage's alarms.
        alarms: Alarms,
    },
    /// 回访
    Rated {
        /// 1–5.
        score: u8,
        /// Really solved.
        solved: bool,
        /// A line.
        words: Option<String>,
    },
    /// 重开
    Reopened {
        /// Why.
        reason: String,
        /// Its clocks.
        clocks: Clocks,
        /// The stage's alarms.
        alarms: Alarms,
    },
    /// 不予立案
    Declined {
        /// Why.
        reason: String,
    },
    /// 作废
    Voided {
        /// Why.
        reason: String,
    },
    /// The matter is another one
    Recategorised {
        /// Which.
        category: CategoryCode,
        /// A person chose it.
        chosen: bool,
        /// The owner's clocks by the new limits, where a whistle runs.
        clocks: Option<Clocks>,
        /// The stage's alarms.
        alarms: Alarms,
    },
    /// The grid was corrected
    Rerouted {
        /// The grid that the map had found.
        from: Option<UnitCode>,
        /// The grid now.
        to: UnitCode,
    },
    /// A place was given
    Located {
        /// Where.
        place: Box<Place>,
        /// Whose dispatchers see it now.
        desk: UnitCode,
        /// Why, where somebody said it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// More pieces
    Added {
        /// The pieces.
        material: Vec<Material>,
    },
    /// A message was edited; the former words stay here
    Amended {
        /// The message.
        message: String,
        /// Before.
        from: Option<String>,
        /// Now.
        to: String,
    },
    /// Pieces went to another report
    Detached {
        /// The messages that they came in.
        messages: Vec<String>,
    },
    /// Deadlines were computed again by a newly published calendar
    Recomputed {
        /// The owner's clocks now.
        clocks: Option<Clocks>,
        /// The owner's alarms now.
        alarms: Alarms,
        /// Each called department's clocks and alarms now.
        departments: Vec<(UnitCode, Clocks, Alarms)>,
        /// The triage deadline now.
        triage: Option<Due>,
    },
    /// What fell due in quiet hours and is not urgent waits for the office to open
    Deferred {
        /// The case's next alarm.
        until: DateTime<Utc>,
    },
}
