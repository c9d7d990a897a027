//! Why something cannot be done, as data: `dialogue` says it in the person's language, together with
//! what to do instead.

use super::{PersonCode, State, UnitCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A refusal that a person can understand and act upon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Refusal {
    /// The case is not in a state for this.
    #[error("the case is {}, so this cannot be done now", state.as_str())]
    WrongState {
        /// Where it stands.
        state: State,
    },
    /// The person may not do this here.
    #[error("this is for somebody else to do")]
    NotYours,
    /// Somebody else answered first; one may join.
    #[error("{lead} leads already")]
    TakenBy {
        /// Who leads.
        lead: PersonCode,
    },
    /// The same person did just this before.
    #[error("this was done already")]
    AlreadyDone,
    /// Settling without having arrived.
    #[error("say that you have arrived first")]
    NotArrived,
    /// Only the lead may do this.
    #[error("only {lead}, who leads, can do this")]
    OnlyLead {
        /// Who leads.
        lead: PersonCode,
    },
    /// A reason is missing.
    #[error("a reason is needed")]
    ReasonMissing,
    /// The category asks for an after-photo.
    #[error("a photo of the settled matter is needed")]
    PhotoMissing,
    /// A line of what was done is missing.
    #[error("a line of what was done is needed")]
    WordsMissing,
    /// No such closing condition in the category.
    #[error("no such closing condition")]
    UnknownCondition,
    /// No such unit, or not one that can own this.
    #[error("{unit} is no unit that can take this")]
    UnknownUnit {
        /// Which.
        unit: UnitCode,
    },
    /// No such person, or not one for this.
    #[error("{person} is no person who can do this")]
    UnknownPerson {
        /// Who.
        person: PersonCode,
    },
    /// No such matter in the catalogue.
    #[error("no such matter in the catalogue")]
    UnknownCategory,
    /// The map gives no owner, so one must be named.
    #[error("the map gives no owner: name one")]
    OwnerMissing,
    /// Already late: an extension must be asked for before.
    #[error("the limit ran out at {due}: more time must be asked for before")]
    TooLate {
        /// When the limit ran out.
        due: DateTime<Utc>,
    },
    /// All extensions are used.
    #[error("it was extended {used} times, which is all that is allowed")]
    NoExtensionLeft {
        /// How many.
        used: usize,
    },
    /// Nobody asked for an extension.
    #[error("nobody has asked for more time")]
    NoExtensionAsked,
    /// An extension waits for its decision already.
    #[error("more time was asked for already; a dispatcher decides")]
    ExtensionWaits,
    /// The date is not one that is allowed here.
    #[error("the date must be after {earliest} and not after {latest}")]
    DateOutOfRange {
        /// Exclusive.
        earliest: DateTime<Utc>,
        /// Inclusive.
        latest: DateTime<Utc>,
    },
    /// The clock is stopped.
    #[error("the clock is stopped until {until}")]
    Suspended {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// Suspended once before; once is all.
    #[error("it was suspended before, and once is all that is allowed")]
    SuspendedBefore,
    /// It is not suspended.
    #[error("the clock is running")]
    NotSuspended,
    /// That department is on the case already.
    #[error("{unit} is called already")]
    CalledAlready {
        /// Which.
        unit: UnitCode,
    },
    /// A score or rating outside 1–5.
    #[error("the score must be from 1 to 5")]
    ScoreOutOfRange,
    /// The one who settled it does not check it.
    #[error("whoever settled it does not check it")]
    OwnWork,
    /// The window for this has passed.
    #[error("the time for this ended at {ended}")]
    WindowPassed {
        /// When.
        ended: DateTime<Utc>,
    },
    /// A case cannot be merged into an ended one.
    #[error("it cannot be merged into that case")]
    CannotMerge,
    /// A case cannot be merged into itself.
    #[error("this is the same case")]
    SameCase,
    /// At the top of the ladder already.
    #[error("it is before the district already")]
    TopLevel,
    /// Nobody is owed an answer.
    #[error("nobody is owed an answer")]
    NothingOwed,
    /// The grid is none of the candidates.
    #[error("{grid} is not a grid of the map")]
    UnknownGrid {
        /// Which.
        grid: UnitCode,
    },
    /// No piece of the case came in that message.
    #[error("there is no such piece in the case")]
    UnknownPiece,
    /// A self-resolved case needs a worker who reported it.
    #[error("only the worker who reported it can say so")]
    NotReporter,
    /// There is nothing in the report yet.
    #[error("there is nothing in it yet: a line or a photo is needed")]
    Empty,
    /// Too many pieces for one case.
    #[error("a case holds {most} pieces; this would be more")]
    TooMuch {
        /// How many.
        most: usize,
    },
}
