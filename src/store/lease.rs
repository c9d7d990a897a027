//! What one process does at a time, and how far a bot's updates were taken.

use super::{
    Result, Rows, Store, Tx,
    column::{at, ms},
};
use chrono::{DateTime, Utc};
use entity::{lease, poll_offset};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};

impl Store {
    /// Takes or keeps a lease until a time; false while it is another's.
    pub async fn take_lease(
        &self,
        name: &str,
        holder: &str,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let _turn = self.turn().await?;
        let row = lease::ActiveModel {
            name: Set(name.to_owned()),
            holder: Set(holder.to_owned()),
            until: Set(ms(until)),
        };
        let of = |column| Expr::col((lease::Entity, column));
        let mine_or_over = Condition::any()
            .add(of(lease::Column::Holder).eq(holder))
            .add(of(lease::Column::Until).lte(ms(now)));
        let again = OnConflict::column(lease::Column::Name)
            .update_columns([lease::Column::Holder, lease::Column::Until])
            .action_cond_where(mine_or_over)
            .to_owned();
        let taken = lease::Entity::insert(row).on_conflict(again).exec_without_returning(&self.db).await?;
        Ok(taken > 0)
    }

    /// This process takes part in something until a time. How many processes do now.
    pub async fn take_part(
        &self,
        what: &str,
        holder: &str,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<u32> {
        self.take_lease(&part(what, holder), holder, until, now).await?;
        let parts = lease::Column::Name.starts_with(part(what, ""));
        let present = Condition::all().add(parts.clone()).add(lease::Column::Until.gt(ms(now)));
        let processes = lease::Entity::find().filter(present).count(&self.db).await?;
        let _turn = self.turn().await?;
        let over = Condition::all().add(parts).add(lease::Column::Until.lte(ms(now)));
        lease::Entity::delete_many().filter(over).exec(&self.db).await?;
        Ok(u32::try_from(processes).unwrap_or(u32::MAX))
    }

    /// This process takes part no more.
    pub async fn part_ended(&self, what: &str, holder: &str) -> Result<()> {
        self.release_lease(&part(what, holder), holder).await
    }

    /// Gives a lease back; another's stays.
    pub async fn release_lease(&self, name: &str, holder: &str) -> Result<()> {
        let _turn = self.turn().await?;
        lease::Entity::delete_many()
            .filter(lease::Column::Name.eq(name))
            .filter(lease::Column::Holder.eq(holder))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// The next update to ask a bot's messenger for.
    pub async fn set_offset(&self, bot: &str, value: i64, now: DateTime<Utc>) -> Result<()> {
        self.keep_offset(bot, value, now).await
    }
}

/// The lease of one process's part.
fn part(what: &str, holder: &str) -> String {
    format!("{what}/{holder}")
}

impl Tx {
    /// The next update to ask a bot's messenger for.
    pub async fn set_offset(&self, bot: &str, value: i64, now: DateTime<Utc>) -> Result<()> {
        self.keep_offset(bot, value, now).await
    }
}

impl<C: ConnectionTrait> Rows<C> {
    /// The next update to ask a bot's messenger for, and when the one before it was taken; none before
    /// the first.
    pub async fn offset(&self, bot: &str) -> Result<Option<(i64, Option<DateTime<Utc>>)>> {
        let row = poll_offset::Entity::find_by_id(bot).one(&self.db).await?;
        Ok(row.map(|row| (row.value, row.at.map(at))))
    }

    async fn keep_offset(&self, bot: &str, value: i64, now: DateTime<Utc>) -> Result<()> {
        let _turn = self.turn().await?;
        let row =
            poll_offset::ActiveModel { bot: Set(bot.to_owned()), value: Set(value), at: Set(Some(ms(now))) };
        let again = OnConflict::column(poll_offset::Column::Bot)
            .update_columns([poll_offset::Column::Value, poll_offset::Column::At])
            .to_owned();
        poll_offset::Entity::insert(row).on_conflict(again).exec_without_returning(&self.db).await?;
        Ok(())
    }
}
