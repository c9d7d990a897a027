//! What is stuck, in numbers: for whoever watches the program.

use super::{
    Result, Rows,
    column::{at, ms},
    finish::dead,
};
use chrono::{DateTime, Utc};
use entity::{cases, inbound, lease, media, outbox};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};

/// What the leases of those who ask a bot's server for updates begin with.
pub const POLLS: &str = "poll:";
/// The leases of those who send letters.
pub const SENDS: &str = "send";

/// What does not go on by itself, and who is at work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// Letters that were given up.
    pub dead_letters: u64,
    /// Messages that could not be taken.
    pub put_aside: u64,
    /// Photos and voice notes that are still to be fetched.
    pub files_waiting: u64,
    /// Those that were given up.
    pub files_lost: u64,
    /// Cases whose alarm could not be given, and is tried again and again.
    pub alarms_stuck: u64,
    /// How late the oldest alarm is.
    pub alarms_late_seconds: i64,
    /// Processes that send letters.
    pub sending: u64,
    /// Processes that ask for a bot's updates: one a bot.
    pub polling: u64,
}

impl<C: ConnectionTrait> Rows<C> {
    /// What is stuck now.
    pub async fn trouble(&self, now: DateTime<Utc>) -> Result<Trouble> {
        let aside = inbound::Column::State.is_in(["aside", super::inbound::AGAIN]);
        let media_in = |state: &str| media::Entity::find().filter(media::Column::State.eq(state));
        let next: Option<Option<i64>> = cases::Entity::find()
            .select_only()
            .column_as(cases::Column::WakeAt.min(), "next")
            .into_tuple()
            .one(&self.db)
            .await?;
        let late = next.flatten().map_or(0, |next| (now - at(next)).num_seconds().max(0));
        Ok(Trouble {
            dead_letters: outbox::Entity::find().filter(dead()).count(&self.db).await?,
            put_aside: inbound::Entity::find().filter(aside).count(&self.db).await?,
            files_waiting: media_in("waiting").count(&self.db).await?,
            files_lost: media_in("lost").count(&self.db).await?,
            alarms_stuck: self.stuck_alarms().await?,
            alarms_late_seconds: late,
            sending: self.holders(SENDS, now).await?,
            polling: self.holders(POLLS, now).await?,
        })
    }

    async fn holders(&self, name: &str, now: DateTime<Utc>) -> Result<u64> {
        let held =
            Condition::all().add(lease::Column::Name.starts_with(name)).add(lease::Column::Until.gt(ms(now)));
        Ok(lease::Entity::find().filter(held).count(&self.db).await?)
    }
}
