//! Units and people, replaced as a whole by an import. Inside one transaction, so nobody sees half a
//! roster.

use super::{
    Result, Rows, Tx,
    column::{from_json, from_word, json, word},
};
use crate::domain::{Person, PersonCode, Post, Unit, UnitCode, UnitLevel};
use entity::{person, post, unit};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use std::collections::HashMap;

/// A person with what only the store keeps.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonRow {
    /// The person.
    pub person: Person,
    /// The phone number, encrypted.
    pub phone_cipher: Option<Vec<u8>>,
}

/// Rows in one `INSERT`: far below the databases' limits of parameters (32,766 and 65,535).
pub(super) const CHUNK: usize = 500;

impl Tx {
    /// These are now all units of these levels; units of other levels stay.
    ///
    /// # Errors
    /// [`Error::Taken`](super::Error) when a code is there twice, also at another level.
    pub async fn replace_units(&self, levels: &[UnitLevel], units: &[Unit]) -> Result<()> {
        unit::Entity::delete_many()
            .filter(unit::Column::Level.is_in(levels.iter().map(word)))
            .exec(&self.db)
            .await?;
        for some in units.chunks(CHUNK) {
            let rows = some.iter().map(unit_row).collect::<Result<Vec<_>>>()?;
            unit::Entity::insert_many(rows).exec(&self.db).await?;
        }
        Ok(())
    }

    /// The same phone number of a person, encrypted anew.
    pub async fn renew_phone(&self, code: &PersonCode, phone: Vec<u8>) -> Result<()> {
        person::Entity::update_many()
            .col_expr(person::Column::Phone, Expr::value(phone))
            .filter(person::Column::Code.eq(code.as_str()))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// These are now all people. Chats stay bound to their codes.
    ///
    /// # Errors
    /// [`Error::Taken`](super::Error) when a person, or a post of one, is there twice.
    pub async fn replace_people(&self, people: &[PersonRow]) -> Result<()> {
        post::Entity::delete_many().exec(&self.db).await?;
        person::Entity::delete_many().exec(&self.db).await?;
        for some in people.chunks(CHUNK) {
            person::Entity::insert_many(some.iter().map(person_row)).exec(&self.db).await?;
        }
        let posts: Vec<post::ActiveModel> = people.iter().flat_map(|row| post_rows(&row.person)).collect();
        for some in posts.chunks(CHUNK) {
            post::Entity::insert_many(some.to_vec()).exec(&self.db).await?;
        }
        Ok(())
    }
}

impl<C: ConnectionTrait> Rows<C> {
    /// Every unit and every person, in code order.
    pub async fn load_organisation(&self) -> Result<(Vec<Unit>, Vec<Person>)> {
        let units = unit::Entity::find().order_by_asc(unit::Column::Code).all(&self.db).await?;
        let posts = post::Entity::find().order_by_asc(post::Column::Person).order_by_asc(post::Column::Place);
        let mut held: HashMap<String, Vec<Post>> = HashMap::new();
        for row in posts.all(&self.db).await? {
            let role = from_word("post", &row.person, &row.role)?;
            held.entry(row.person).or_default().push(Post { role, unit: UnitCode(row.unit) });
        }
        // The phone numbers stay where they are.
        let people: Vec<(String, String, String)> = person::Entity::find()
            .select_only()
            .columns([person::Column::Code, person::Column::Name, person::Column::Language])
            .order_by_asc(person::Column::Code)
            .into_tuple()
            .all(&self.db)
            .await?;
        let units = units.into_iter().map(unit_of).collect::<Result<_>>()?;
        let mut person = |(code, name, language): (String, String, String)| {
            let posts = held.remove(&code).unwrap_or_default();
            Person { code: PersonCode(code), name, language, posts }
        };
        Ok((units, people.into_iter().map(&mut person).collect()))
    }

    /// A person's phone number, encrypted.
    pub async fn person_phone(&self, code: &PersonCode) -> Result<Option<Vec<u8>>> {
        let row = person::Entity::find_by_id(code.as_str()).one(&self.db).await?;
        Ok(row.and_then(|row| row.phone))
    }

    /// Whether there is an encrypted phone number, and one of them.
    pub async fn any_phone(&self) -> Result<Option<(PersonCode, Vec<u8>)>> {
        let row = person::Entity::find().filter(person::Column::Phone.is_not_null()).one(&self.db).await?;
        Ok(row.and_then(|row| Some((PersonCode(row.code), row.phone?))))
    }

    /// Every encrypted phone number: an import compares with them, so that the same file changes nothing.
    pub async fn phones(&self) -> Result<HashMap<PersonCode, Vec<u8>>> {
        let rows = person::Entity::find().filter(person::Column::Phone.is_not_null()).all(&self.db).await?;
        Ok(rows.into_iter().filter_map(|row| Some((PersonCode(row.code), row.phone?))).collect())
    }
}

fn unit_row(one: &Unit) -> Result<unit::ActiveModel> {
    let list = (!one.work_list.is_empty()).then_some(&one.work_list);
    Ok(unit::ActiveModel {
        code: Set(one.code.to_string()),
        name: Set(one.name.clone()),
        name_en: Set(one.name_en.clone()),
        level: Set(word(&one.level)),
        parent: Set(one.parent.as_ref().map(ToString::to_string)),
        work_list: Set(list.map(|list| json("unit", list)).transpose()?),
    })
}

fn unit_of(row: unit::Model) -> Result<Unit> {
    let list = row.work_list.as_deref().map(|text| from_json("unit", &row.code, text));
    Ok(Unit {
        level: from_word("unit", &row.code, &row.level)?,
        work_list: list.transpose()?.unwrap_or_default(),
        code: UnitCode(row.code),
        name: row.name,
        name_en: row.name_en,
        parent: row.parent.map(UnitCode),
    })
}

fn person_row(row: &PersonRow) -> person::ActiveModel {
    person::ActiveModel {
        code: Set(row.person.code.to_string()),
        name: Set(row.person.name.clone()),
        language: Set(row.person.language.clone()),
        phone: Set(row.phone_cipher.clone()),
    }
}

fn post_rows(person: &Person) -> impl Iterator<Item = post::ActiveModel> {
    person.posts.iter().enumerate().map(|(place, one)| post::ActiveModel {
        person: Set(person.code.to_string()),
        place: Set(place as i32),
        role: Set(one.role.as_str().to_owned()),
        unit: Set(one.unit.to_string()),
    })
}
