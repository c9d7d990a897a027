//! What leaves when something has happened: fixed at that moment, not read again later.

use super::{CallReason, Case, ChatId, Escalation, Event, Evidence, PersonCode, Stage, UnitCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What a command led to.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The case after it.
    pub case: Case,
    /// What happened, in order; empty when there was nothing to do.
    pub events: Vec<Event>,
    /// What leaves. Everybody's existing card of the case is redrawn besides.
    pub effects: Vec<Effect>,
}

/// Something that leaves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// These people and this unit's group chats get the card of the case, loudly.
    Whistle {
        /// Whose whistle the card shows.
        unit: UnitCode,
        /// Who hears it, each once.
        to: Vec<PersonCode>,
    },
    /// Somebody is told something in a message of its own.
    Tell {
        /// Who.
        to: Recipient,
        /// What.
        notice: Notice,
    },
}

/// Who is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// A person of the roster, in every chat that is bound.
    Person(PersonCode),
    /// A resident's chat.
    Chat(ChatId),
    /// A unit's group chats.
    Group(UnitCode),
}

/// What somebody is told; `dialogue` has the words. Each is about the case of the decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Notice {
    /// To dispatchers: a case waits for a decision.
    Triage,
    /// To the desk: the whistle went to a unit where nobody is to answer it.
    Unheard {
        /// Which.
        unit: UnitCode,
    },
    /// To dispatchers: a case came back.
    Returned {
        /// From whom.
        unit: UnitCode,
        /// Why.
        reason: String,
    },
    /// To the lead, or to the unit while nobody leads: time is running out.
    Reminder {
        /// What is due next.
        stage: Stage,
        /// Until when.
        due: DateTime<Utc>,
    },
    /// To the next level: it is late and you may act.
    Escalated {
        /// Which level is told.
        level: Escalation,
        /// What is late.
        stage: Option<Stage>,
        /// A dispatcher's reason; empty from the clock.
        reason: String,
    },
    /// To the reporter: somebody is coming.
    Coming {
        /// Which unit.
        unit: UnitCode,
    },
    /// To the reporter: somebody is there.
    Here,
    /// To the lead: how the arrival is marked.
    ArrivalMarked {
        /// How far it is believed.
        evidence: Evidence,
        /// Metres between the fix and the case.
        distance_m: Option<f64>,
    },
    /// To the reporter: it was settled; please say whether it is so.
    CheckAsked {
        /// What was done.
        words: String,
        /// Until when.
        until: DateTime<Utc>,
    },
    /// To another worker or a dispatcher: please check.
    CheckWanted,
    /// To the lead: it did not pass the check.
    Reworked {
        /// Why.
        reason: String,
    },
    /// To the reporter: closed; how was it?
    Closed,
    /// To the owner: opened again.
    Reopened {
        /// Why.
        reason: String,
    },
    /// To the reporter: not accepted.
    Declined {
        /// Why.
        reason: String,
    },
    /// To everybody on it: void.
    Voided {
        /// Why.
        reason: String,
    },
    /// To the reporter: it goes on in another case.
    Merged {
        /// The surviving case.
        into: super::CaseId,
    },
    /// To the former lead and people: given to another unit.
    Reassigned {
        /// Which.
        unit: UnitCode,
        /// Why.
        reason: String,
    },
    /// To the caller: the department has come this far.
    DepartmentStep {
        /// Which.
        unit: UnitCode,
        /// How far.
        stage: Stage,
    },
    /// To the lead: a department was called.
    DepartmentCalled {
        /// Which.
        unit: UnitCode,
        /// Why.
        reason: CallReason,
    },
    /// To dispatchers: somebody asks for more time.
    ExtensionAsked {
        /// Who.
        by: PersonCode,
        /// Why.
        reason: String,
    },
    /// To the one who asked.
    ExtensionDecided {
        /// The settlement deadline now; none when refused.
        until: Option<DateTime<Utc>>,
        /// A line.
        words: String,
    },
    /// To the people on it: the clock stands.
    Suspended {
        /// Until when.
        until: DateTime<Utc>,
        /// Why.
        reason: String,
    },
    /// To the people on it: the clock runs again.
    Resumed,
    /// To the people on it: hurry; an answer is owed.
    Urged {
        /// Who asks.
        by: PersonCode,
        /// A line.
        words: String,
    },
    /// To the people on it: a leader watches; an answer is owed.
    Supervised {
        /// Who.
        by: PersonCode,
        /// A line.
        words: String,
    },
    /// To the one who was owed an answer.
    Replied {
        /// From whom.
        by: PersonCode,
        /// A line.
        words: String,
    },
    /// To a worker near the point: please look first.
    PrecheckAsked,
    /// To the dispatcher who asked.
    Prechecked {
        /// It is really there.
        found: bool,
        /// A line.
        words: String,
    },
    /// To the lead: somebody joined.
    Joined {
        /// Who.
        helper: PersonCode,
    },
}
