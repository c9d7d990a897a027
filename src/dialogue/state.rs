//! A chat's own memory: the pieces that are in no case yet, the case opened last, what was asked, and
//! which message went into which case. JSON in the store; what an older program wrote and cannot be
//! read starts anew.

use crate::{
    atlas::Point,
    domain::{CallReason, CaseId, Fix, Material, MediaId, Photo, PhotoStage, Place},
};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a chat remembers between two messages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChatState {
    /// The report that is being put together.
    pub draft: Option<Draft>,
    /// Reports handed over by [`step`](super::step) that [`opened`](super::opened) has not confirmed.
    pub opening: Vec<Draft>,
    /// The case opened or settled last, while more pieces of it may follow.
    pub recent: Option<Recent>,
    /// What each member was asked (in a private chat there is one member).
    pub questions: BTreeMap<String, Question>,
    /// Which message went into which case, newest last.
    pub told: Vec<Told>,
    /// Which album belongs to which case, newest last.
    pub albums: Vec<Album>,
    /// The newest position of a live location.
    pub live: Option<Fix>,
    /// The privacy line was said.
    pub greeted: bool,
}

/// A report that is being put together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Words, photos and voice in the order given.
    pub pieces: Vec<Piece>,
    /// Where, once known.
    pub place: Option<Place>,
    /// What was asked for; each thing is asked once.
    pub asked: Vec<Missing>,
    /// When the newest piece was said.
    pub last_at: DateTime<Utc>,
    /// The place completed it: this person tells first and pins then.
    pub pinned_last: bool,
}

/// What a report still lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Where it is.
    Place,
    /// What it is.
    Matter,
    /// A photo of what was settled on the spot.
    AfterPhoto,
}

/// A message of a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Piece {
    /// The message, unique in its channel.
    pub message: Option<String>,
    /// Its album.
    pub album: Option<String>,
    /// Words as they were.
    pub words: Option<String>,
    /// Somebody else wrote it.
    pub forwarded: bool,
    /// A photo.
    pub photo: Option<MediaId>,
    /// A voice note.
    pub voice: Option<MediaId>,
    /// When it was said.
    pub said_at: DateTime<Utc>,
}

/// A case that more pieces may still follow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recent {
    /// Which.
    pub case: CaseId,
    /// When the piece that completed it was said.
    pub opened_at: DateTime<Utc>,
    /// When the newest piece was said.
    pub last_at: DateTime<Utc>,
    /// Where it is; none while it has words only.
    pub fix: Option<Fix>,
    /// The place completed it.
    pub pinned_last: bool,
    /// It had words when it was opened.
    pub worded: bool,
    /// Nothing told so far says what matter it is.
    pub unclassed: bool,
    /// The later line that said it.
    pub classed_by: Option<String>,
    /// Photos before it was opened.
    pub photos: Vec<MediaId>,
    /// Pieces since: a pin elsewhere takes them along.
    pub after: Vec<Piece>,
    /// What its further photos show.
    pub stage: PhotoStage,
}

/// Something that a member was asked about a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// About which case.
    pub case: CaseId,
    /// Where the case is, where known.
    pub near: Option<Point>,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub asked: Asked,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Asked {
    /// A position.
    Arrival,
    /// Condition, line and photo.
    Settlement(Settling),
    /// A line and a photo.
    SelfResolved {
        /// What came so far.
        pieces: Vec<Piece>,
    },
    /// Why it is sent back.
    Return,
    /// Why it is not settled after all.
    CheckFailed,
    /// Why it is opened again.
    Reopen,
    /// Which department, by a word of its name.
    Department {
        /// The reason chosen.
        reason: CallReason,
    },
    /// Why more time is needed.
    Extension,
    /// An answer that is owed.
    Reply,
    /// Why it is not accepted.
    Decline,
}

/// A settlement that is being put together, in any order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Settling {
    /// The closing condition, once chosen.
    pub condition: Option<usize>,
    /// The line, the after-photos, as they came.
    pub pieces: Vec<Piece>,
    /// The matter asks for a photo.
    pub photo_required: bool,
}

/// A message that went into a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// The message, unique in its channel.
    pub message: String,
    /// The case.
    pub case: CaseId,
}

/// An album that went into a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Album {
    /// Its key.
    pub album: String,
    /// The case.
    pub case: CaseId,
    /// What its photos show.
    pub stage: PhotoStage,
}

const MOST_TOLD: usize = 60;
const MOST_ALBUMS: usize = 12;

impl ChatState {
    /// Reads a stored state; whatever is not one is an empty one.
    pub fn read(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }

    /// As it is stored.
    pub fn write(&self) -> String {
        // Only text, numbers and times: there is nothing in it that JSON could not hold.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// A piece now belongs to a case: its edits and its album's late siblings go there.
    pub(super) fn note(&mut self, piece: &Piece, case: CaseId, stage: PhotoStage) {
        if let Some(message) = &piece.message {
            self.told.retain(|told| told.message != *message);
            self.told.push(Told { message: message.clone(), case });
        }
        if let Some(album) = &piece.album {
            self.albums.retain(|known| known.album != *album);
            self.albums.push(Album { album: album.clone(), case, stage });
        }
        self.told.drain(..self.told.len().saturating_sub(MOST_TOLD));
        self.albums.drain(..self.albums.len().saturating_sub(MOST_ALBUMS));
    }

    /// A piece did not go into a case after all.
    pub(super) fn forget(&mut self, piece: &Piece, case: CaseId) {
        self.told.retain(|told| told.case != case || Some(&told.message) != piece.message.as_ref());
        self.albums.retain(|known| known.case != case || Some(&known.album) != piece.album.as_ref());
    }

    /// The album of a photo, where its siblings are in a case already.
    pub(super) fn album(&self, piece: &Piece) -> Option<Album> {
        let album = piece.album.as_ref()?;
        self.albums.iter().rev().find(|known| known.album == *album).cloned()
    }

    /// The case that a message went into.
    pub(super) fn case_of(&self, message: &str) -> Option<CaseId> {
        self.told.iter().rev().find(|told| told.message == message).map(|told| told.case)
    }
}

impl Question {
    /// What was sent for it so far.
    pub(super) fn pieces(&self) -> &[Piece] {
        match &self.asked {
            Asked::Settlement(Settling { pieces, .. }) | Asked::SelfResolved { pieces } => pieces,
            _ => &[],
        }
    }
}

impl Draft {
    /// Takes a piece.
    pub(super) fn push(&mut self, piece: Piece) {
        self.last_at = self.last_at.max(piece.said_at);
        self.pieces.push(piece);
    }

    /// Somebody's own words in it, one line a message.
    pub(super) fn words(&self) -> String {
        self.pieces.iter().filter_map(|piece| piece.words.as_deref()).collect::<Vec<_>>().join("\n")
    }

    /// It has words, a photo or a voice note.
    pub(super) fn has_matter(&self) -> bool {
        !self.pieces.is_empty()
    }

    pub(super) fn photos(&self) -> Vec<MediaId> {
        self.pieces.iter().filter_map(|piece| piece.photo).collect()
    }

    /// Still the same report at `at`?
    pub(super) fn goes_on(&self, at: DateTime<Utc>, window: Duration) -> bool {
        at - self.last_at <= window
    }
}

impl Piece {
    /// As it stands in a case.
    pub(super) fn material(&self, stage: PhotoStage) -> Material {
        // The mark is part of the record and is the same in every language.
        let words = match (&self.words, self.forwarded) {
            (Some(words), true) => Some(format!("〔转发〕{words}")),
            (None, true) => Some("〔转发〕".to_owned()),
            (words, false) => words.clone(),
        };
        Material {
            message: self.message.clone(),
            words,
            photo: self.photo.map(|media| Photo { media, stage }),
            voice: self.voice,
            said_at: self.said_at,
        }
    }
}
