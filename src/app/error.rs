//! Why a use case did not do what it was asked: rendered at the edge as a page, a fragment, JSON or a
//! chat reply. Internal text never leaves.

use crate::{
    domain::{Case, Refusal},
    store,
};

/// What went wrong, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The domain says no; nothing has changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The case has moved on since it was seen.
    #[error("the case has changed since it was seen")]
    Stale(Box<Case>),
    /// There is no such thing, or not for this person.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The person may not do this.
    #[error("this person may not do this")]
    Forbidden,
    /// What came in cannot be understood; the text says why, to the one who sent it.
    #[error("{0}")]
    BadInput(String),
    /// The database.
    #[error("the database did not answer as it should: {0}")]
    Store(#[from] store::Error),
    /// Something of our own.
    #[error("internal error: {0}")]
    Internal(String),
}

/// What a use case gives.
pub type Result<T> = std::result::Result<T, Error>;
