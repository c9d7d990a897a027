//! One-time codes that bind a chat to a person, or a group to a unit.

use super::{
    Result, Store, Tx,
    column::{corrupt, ms},
};
use crate::{
    dialogue::ChannelKind,
    domain::{PersonCode, UnitCode},
};
use chrono::{DateTime, Utc};
use entity::binding_code;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter};

/// What a code binds a chat to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binding {
    /// A private chat to a person.
    Person(PersonCode),
    /// A group to a branch or department.
    Unit(UnitCode),
}

impl Binding {
    fn kind(&self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Unit(_) => "unit",
        }
    }

    fn target(&self) -> String {
        match self {
            Self::Person(code) => code.to_string(),
            Self::Unit(code) => code.to_string(),
        }
    }
}

impl Store {
    /// Keeps a code's digest, good for one use on one channel until `expires_at`.
    ///
    /// # Errors
    /// [`Error::Taken`](super::Error) when the code was issued before.
    pub async fn issue_code(
        &self,
        code_hash: &str,
        binding: &Binding,
        channel: ChannelKind,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let _turn = self.turn().await?;
        let row = binding_code::ActiveModel {
            code_hash: Set(code_hash.to_owned()),
            kind: Set(binding.kind().to_owned()),
            target: Set(binding.target()),
            channel: Set(channel.as_str().to_owned()),
            created_at: Set(ms(now)),
            expires_at: Set(ms(expires_at)),
            used_at: Set(None),
        };
        binding_code::Entity::insert(row).exec_without_returning(&self.db).await?;
        Ok(())
    }
}

impl Tx {
    /// Uses a code, once: none when there is no such code, it was used, has run out, belongs to another
    /// channel, or does not fit. A code that does not fit stays good.
    pub async fn redeem_code(
        &self,
        code_hash: &str,
        channel: ChannelKind,
        fits: impl FnOnce(&Binding) -> bool,
        now: DateTime<Utc>,
    ) -> Result<Option<Binding>> {
        let good = Condition::all()
            .add(binding_code::Column::CodeHash.eq(code_hash))
            .add(binding_code::Column::Channel.eq(channel.as_str()))
            .add(binding_code::Column::UsedAt.is_null())
            .add(binding_code::Column::ExpiresAt.gt(ms(now)));
        let found = binding_code::Entity::find().filter(good.clone()).one(&self.db).await?;
        let Some(binding) = found.map(read).transpose()?.filter(fits) else { return Ok(None) };
        let used = binding_code::Entity::update_many()
            .set(binding_code::ActiveModel { used_at: Set(Some(ms(now))), ..Default::default() })
            .filter(good)
            .exec(&self.db)
            .await?;
        Ok((used.rows_affected > 0).then_some(binding))
    }
}

fn read(row: binding_code::Model) -> Result<Binding> {
    match row.kind.as_str() {
        "person" => Ok(Binding::Person(PersonCode(row.target))),
        "unit" => Ok(Binding::Unit(UnitCode(row.target))),
        // Not the code's digest: it stands for the code.
        other => Err(corrupt("binding_code", row.target, format!("no such kind: {other}"))),
    }
}
