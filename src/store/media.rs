//! Photos and voice notes: rows from the moment they are heard of; the bytes follow.

use super::{
    Error, Result, Rows, Store, Tx,
    column::{at, from_word, ms, word},
    many::{lots, padded},
};
use crate::{
    dialogue::{ChannelKind, RemoteFile},
    domain::{CaseId, MediaId},
};
use chrono::{DateTime, Utc};
use entity::media;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// A photo or voice note.
#[derive(Clone, Debug, PartialEq)]
pub struct Media {
    /// The row.
    pub id: MediaId,
    /// Which way it came.
    pub channel: ChannelKind,
    /// The channel's reference to fetch it by.
    pub remote: String,
    /// The same for the same bytes, where the channel says so.
    pub unique_id: Option<String>,
    /// `photo` or `voice`.
    pub kind: String,
    /// The type: told by the channel, then found in the bytes.
    pub mime: Option<String>,
    /// Bytes: told by the channel, then counted.
    pub size: Option<u64>,
    /// What has become of its bytes.
    pub state: MediaState,
    /// Where the bytes lie as they came.
    pub original_key: Option<String>,
    /// Where the bytes lie that others may see.
    pub shown_key: Option<String>,
    /// How often fetching has failed.
    pub attempts: u32,
    /// Not fetched before.
    pub not_before: DateTime<Utc>,
    /// Why fetching failed the last time.
    pub error: Option<String>,
    /// When it was heard of.
    pub at: DateTime<Utc>,
    /// The case that it belongs to, once it does.
    pub case: Option<CaseId>,
}

/// What has become of a file's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaState {
    /// To be fetched.
    Waiting,
    /// Kept.
    Stored,
    /// Neither a photo nor a sound, or too large.
    Refused,
    /// Given up.
    Lost,
}

/// Why a file's bytes are not here yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfetched {
    /// Nobody could be asked: counts as no try.
    Later {
        /// Asked again then.
        not_before: DateTime<Utc>,
        /// Why.
        error: String,
    },
    /// It was asked for and did not come.
    Again {
        /// Asked again then.
        not_before: DateTime<Utc>,
        /// Why.
        error: String,
    },
    /// Given up, until somebody asks for it again: [`Store::refetch`].
    Lost {
        /// Why.
        error: String,
    },
}

/// A file that somebody sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaNew {
    /// By which way.
    pub channel: ChannelKind,
    /// The channel's reference.
    pub file: RemoteFile,
    /// `photo` or `voice`.
    pub kind: &'static str,
}

/// A file's channel and reference.
type FileKey = (String, String);

impl MediaNew {
    fn key(&self) -> FileKey {
        (self.channel.as_str().to_owned(), self.file.id.clone())
    }
}

fn sent_row(new: &MediaNew, now: DateTime<Utc>) -> media::ActiveModel {
    media::ActiveModel {
        remote: Set(new.file.id.clone()),
        unique_id: Set(new.file.unique_id.clone()),
        mime: Set(new.file.mime.clone()),
        size: Set(new.file.size.map(|size| size as i64)),
        ..row(new.channel, new.kind, MediaState::Waiting, now)
    }
}

/// Where the bytes of a file are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The key of the original.
    pub original: String,
    /// The key of what others may see.
    pub shown: String,
    /// The type by content.
    pub mime: String,
    /// Bytes of the original.
    pub size: u64,
}

impl<C: ConnectionTrait> Rows<C> {
    /// A photo or voice note by its row.
    pub async fn media(&self, id: MediaId) -> Result<Option<Media>> {
        let row = media::Entity::find_by_id(id.0).one(&self.db).await?;
        row.map(from_row).transpose()
    }

    /// Files whose bytes are to be fetched now, the oldest first.
    pub async fn media_waiting(&self, now: DateTime<Utc>, limit: u64) -> Result<Vec<Media>> {
        let rows = media::Entity::find()
            .filter(media::Column::State.eq(word(&MediaState::Waiting)))
            .filter(media::Column::NotBefore.lte(ms(now)))
            .order_by_asc(media::Column::NotBefore)
            .order_by_asc(media::Column::Id)
            .limit(limit)
            .all(&self.db)
            .await?;
        rows.into_iter().map(from_row).collect()
    }

    /// Files that were given up, the newest first.
    pub async fn lost_media(&self, limit: u64) -> Result<Vec<Media>> {
        let rows = media::Entity::find()
            .filter(media::Column::State.eq(word(&MediaState::Lost)))
            .order_by_desc(media::Column::Id)
            .limit(limit)
            .all(&self.db)
            .await?;
        rows.into_iter().map(from_row).collect()
    }

    async fn known_files(&self, keys: impl Iterator<Item = FileKey>) -> Result<HashMap<FileKey, MediaId>> {
        let (channels, remotes): (Vec<_>, Vec<_>) = keys.unzip();
        if remotes.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<(String, String, i64)> = media::Entity::find()
            .select_only()
            .columns([media::Column::Channel, media::Column::Remote, media::Column::Id])
            .filter(media::Column::Channel.is_in(padded(channels)))
            .filter(media::Column::Remote.is_in(padded(remotes)))
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|(channel, remote, id)| ((channel, remote), MediaId(id))).collect())
    }
}

impl Tx {
    /// Files that somebody sent, in order. The same reference again is the same file.
    pub async fn add_media(&self, new: &[MediaNew], now: DateTime<Utc>) -> Result<Vec<MediaId>> {
        let mut known = self.known_files(new.iter().map(MediaNew::key)).await?;
        let unknown = new.iter().filter(|one| !known.contains_key(&one.key()));
        // The same file twice in one go is one row.
        let rows: BTreeMap<_, _> = unknown.map(|one| (one.key(), sent_row(one, now))).collect();
        for some in lots(rows.into_values().collect()) {
            let added = media::Entity::insert_many(some).exec_with_returning(&self.db).await?;
            known.extend(added.into_iter().map(|row| ((row.channel, row.remote), MediaId(row.id))));
        }
        let id = |one: &MediaNew| known.get(&one.key()).copied().ok_or(Error::NotFound("media"));
        new.iter().map(id).collect()
    }

    /// A file whose bytes came with the request and are kept already. `remote` is what the message
    /// which brings it calls it; the same again is the same file.
    pub async fn add_kept_media(
        &self,
        channel: ChannelKind,
        kind: &'static str,
        remote: &str,
        kept: &Kept,
        now: DateTime<Utc>,
    ) -> Result<MediaId> {
        let key = (channel.as_str().to_owned(), remote.to_owned());
        if let Some(id) = self.known_files(std::iter::once(key)).await?.into_values().next() {
            return Ok(id);
        }
        let row = media::ActiveModel {
            remote: Set(remote.to_owned()),
            mime: Set(Some(kept.mime.clone())),
            size: Set(Some(kept.size as i64)),
            original_key: Set(Some(kept.original.clone())),
            shown_key: Set(Some(kept.shown.clone())),
            ..row(channel, kind, MediaState::Stored, now)
        };
        Ok(MediaId(media::Entity::insert(row).exec(&self.db).await?.last_insert_id))
    }
}

impl Store {
    /// The bytes are kept.
    pub async fn media_stored(
        &self,
        id: MediaId,
        original: &str,
        shown: &str,
        mime: &str,
        size: u64,
    ) -> Result<()> {
        let _turn = self.turn().await?;
        self.change_media(
            id,
            media::ActiveModel {
                state: Set(word(&MediaState::Stored)),
                original_key: Set(Some(original.to_owned())),
                shown_key: Set(Some(shown.to_owned())),
                mime: Set(Some(mime.to_owned())),
                size: Set(Some(size as i64)),
                error: Set(None),
                ..Default::default()
            },
        )
        .await
    }

    /// The bytes could not be fetched.
    pub async fn media_failed(&self, id: MediaId, why: &Unfetched) -> Result<()> {
        let _turn = self.turn().await?;
        let (state, retry, error, tries) = match why {
            Unfetched::Later { not_before, error } => (MediaState::Waiting, Some(not_before), error, 0),
            Unfetched::Again { not_before, error } => (MediaState::Waiting, Some(not_before), error, 1),
            Unfetched::Lost { error } => (MediaState::Lost, None, error, 1),
        };
        let change = media::ActiveModel {
            state: Set(word(&state)),
            error: Set(Some(error.clone())),
            not_before: retry.map_or(NotSet, |at| Set(ms(*at))),
            ..Default::default()
        };
        // Where another process has had it meanwhile, what that one says counts.
        let changed = media::Entity::update_many()
            .set(change)
            .col_expr(media::Column::Attempts, Expr::col(media::Column::Attempts).add(tries))
            .filter(waits(id))
            .exec(&self.db)
            .await?;
        self.known_at_least(id, changed.rows_affected).await
    }

    /// Asks for a file again that was given up; false when there is none.
    pub async fn refetch(&self, id: MediaId, now: DateTime<Utc>) -> Result<bool> {
        let _turn = self.turn().await?;
        let waiting = media::ActiveModel {
            state: Set(word(&MediaState::Waiting)),
            attempts: Set(0),
            not_before: Set(ms(now)),
            ..Default::default()
        };
        let changed = media::Entity::update_many()
            .set(waiting)
            .filter(media::Column::Id.eq(id.0))
            .filter(media::Column::State.eq(word(&MediaState::Lost)))
            .exec(&self.db)
            .await?;
        Ok(changed.rows_affected > 0)
    }

    /// The bytes are not what is taken here.
    pub async fn media_refused(&self, id: MediaId, error: &str) -> Result<()> {
        let _turn = self.turn().await?;
        let refused = media::ActiveModel {
            state: Set(word(&MediaState::Refused)),
            error: Set(Some(error.to_owned())),
            ..Default::default()
        };
        let changed = media::Entity::update_many().set(refused).filter(waits(id)).exec(&self.db).await?;
        self.known_at_least(id, changed.rows_affected).await
    }

    /// A file that waits no longer is another process' affair; one that never was is an error.
    async fn known_at_least(&self, id: MediaId, changed: u64) -> Result<()> {
        if changed == 0 { self.media(id).await?.map(drop).ok_or(Error::NotFound("file")) } else { Ok(()) }
    }

    async fn change_media(&self, id: MediaId, change: media::ActiveModel) -> Result<()> {
        let changed = media::Entity::update_many()
            .set(change)
            .filter(media::Column::Id.eq(id.0))
            .exec(&self.db)
            .await?;
        found(changed.rows_affected)
    }
}

fn waits(id: MediaId) -> Condition {
    Condition::all().add(media::Column::Id.eq(id.0)).add(media::Column::State.eq(word(&MediaState::Waiting)))
}

fn found(rows: u64) -> Result<()> {
    if rows == 0 { Err(Error::NotFound("file")) } else { Ok(()) }
}

fn row(channel: ChannelKind, kind: &str, state: MediaState, now: DateTime<Utc>) -> media::ActiveModel {
    media::ActiveModel {
        channel: Set(channel.as_str().to_owned()),
        kind: Set(kind.to_owned()),
        state: Set(word(&state)),
        attempts: Set(0),
        not_before: Set(ms(now)),
        created_at: Set(ms(now)),
        ..Default::default()
    }
}

fn from_row(row: media::Model) -> Result<Media> {
    Ok(Media {
        id: MediaId(row.id),
        channel: from_word("media", row.id, &row.channel)?,
        state: from_word("media", row.id, &row.state)?,
        remote: row.remote,
        unique_id: row.unique_id,
        kind: row.kind,
        mime: row.mime,
        size: row.size.map(|size| size as u64),
        original_key: row.original_key,
        shown_key: row.shown_key,
        attempts: row.attempts as u32,
        not_before: at(row.not_before),
        error: row.error,
        at: at(row.created_at),
        case: row.case_id.map(CaseId),
    })
}
