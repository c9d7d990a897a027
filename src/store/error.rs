//! What can go wrong with rows. The texts hold no values of rows and no password of an address, so
//! they may be logged.

use sea_orm::{DbErr, SqlErr};

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The database did not do what it was asked.
    #[error("database: {0}")]
    Database(String),
    /// The database's address is not one of ours.
    #[error("database.url: {0}")]
    Address(String),
    /// A step of the schema that this program does not know, and that it cannot work beside.
    #[error(
        "the schema has {0} of a newer program, and this program is too old for it: install the version that \
         brought it there, or a newer one"
    )]
    Newer(String),
    /// A row cannot be read: another version of the program, or a hand, wrote it.
    #[error("{table} {id} cannot be read: {why}")]
    Corrupt {
        /// In which table.
        table: &'static str,
        /// Which row.
        id: String,
        /// What is wrong with it.
        why: String,
    },
    /// A value cannot be written as JSON.
    #[error("{table} cannot be written: {why}")]
    Unwritable {
        /// For which table.
        table: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// There is no such row.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Something that must be there once is there already.
    #[error("there is one like it already")]
    Taken,
    /// Another write held the database for too long, or the same rows the other way round. Nothing was
    /// written; trying again may help.
    #[error("another write is in the way")]
    Busy,
}

/// What a look at the rows gives.
pub type Result<T> = std::result::Result<T, Error>;

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Self::Taken,
            _ => match error.to_string() {
                // SQLite's words when another process writes for longer than the busy time-out, and
                // PostgreSQL's when two transactions wait for each other and this one had to go.
                text if text.contains("database is locked") || text.contains("deadlock detected") => {
                    Self::Busy
                }
                text => Self::Database(text),
            },
        }
    }
}
