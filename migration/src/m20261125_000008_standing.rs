//! What waits for a decision and what is late are columns, so that those lists need no reading of every
//! case. Rows that were there before get [`UNRECKONED`]; the store fills them in, in the same transaction.

use crate::step::index;
use sea_orm_migration::{prelude::*, schema::big_integer};

/// The key of a row whose standing has not been reckoned yet; no deadline lies before 1970.
pub const UNRECKONED: i64 = -1;

/// In the order of a list: the one that is due first, first.
const LISTS: [&[&str]; 3] = [&["waits", "due_key", "id"], &["stuck", "due_key", "id"], &["due_key", "id"]];

pub(crate) struct Standing;

pub(crate) fn step() -> Standing {
    Standing
}

impl MigrationName for Standing {
    fn name(&self) -> &'static str {
        "m20261125_000008_standing"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Standing {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let unknown = |name: &'static str| ColumnDef::new(name).boolean().not_null().default(false).take();
        let key = big_integer("due_key").default(UNRECKONED).take();
        for column in [key, unknown("waits"), unknown("stuck")] {
            manager.alter_table(Table::alter().table("cases").add_column(column).take()).await?;
        }
        for columns in LISTS {
            manager.create_index(index("cases", columns)).await?;
        }
        // `due_key` does its work.
        manager.drop_index(Index::drop().name("cases_due_at").table("cases").to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("cases", &["due_at"])).await?;
        for columns in LISTS {
            let name = format!("cases_{}", columns.join("_"));
            manager.drop_index(Index::drop().name(name).table("cases").to_owned()).await?;
        }
        for column in ["due_key", "waits", "stuck"] {
            manager.alter_table(Table::alter().table("cases").drop_column(column).take()).await?;
        }
        Ok(())
    }
}
