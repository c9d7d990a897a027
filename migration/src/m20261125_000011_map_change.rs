//! Changing the map: editions without a time (drafts), what was decided about open cases at a take-over,
//! and what the map itself had said of a case, beside what was made of it.

use crate::step::index;
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, boolean, text, text_null},
    sea_orm::{ConnectionTrait, DbErr, JsonValue},
};

/// Cases read at a time.
const PAGE: u64 = 500;

pub(crate) struct MapChange;

pub(crate) fn step() -> MapChange {
    MapChange
}

/// The time of an edition that has none, in the schema before.
const NEVER: i64 = i64::MAX;

impl MigrationName for MapChange {
    fn name(&self) -> &'static str {
        "m20261125_000011_map_change"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for MapChange {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite cannot take "not null" from a column: a new one takes its place and its name.
        drop_time_index(manager).await?;
        alter(manager, |table| table.rename_column("effective_at", "effective_before")).await?;
        for column in [
            big_integer_null("effective_at"),
            text_null("name"),
            text_null("decided_by"),
            big_integer_null("taken_at"),
            big_integer_null("withdrawn_at"),
        ] {
            alter(manager, |table| table.add_column(column)).await?;
        }
        let timed = Expr::col("effective_before").lt(NEVER);
        copy(manager, "effective_at", "effective_before", timed).await?;
        alter(manager, |table| table.drop_column("effective_before")).await?;
        manager.create_index(index("map_edition", &["effective_at"])).await?;
        manager.create_table(choices()).await?;
        manager.alter_table(Table::alter().table("cases").add_column(text_null("map_grid")).take()).await?;
        tell_what_the_map_said(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("cases").drop_column("map_grid").take()).await?;
        manager.drop_table(Table::drop().table("map_choice").take()).await?;
        drop_time_index(manager).await?;
        alter(manager, |table| table.rename_column("effective_at", "effective_before")).await?;
        // What never came into force never will: drafts, and what was withdrawn.
        let mut never = big_integer("effective_at");
        never.default(NEVER);
        alter(manager, |table| table.add_column(never)).await?;
        let stands = Expr::col("withdrawn_at").is_null();
        copy(manager, "effective_at", "effective_before", stands).await?;
        for column in ["effective_before", "withdrawn_at", "taken_at", "decided_by", "name"] {
            alter(manager, |table| table.drop_column(column)).await?;
        }
        manager.create_index(index("map_edition", &["effective_at"])).await
    }
}

async fn alter(
    manager: &SchemaManager<'_>,
    how: impl FnOnce(&mut TableAlterStatement) -> &mut TableAlterStatement,
) -> Result<(), DbErr> {
    let mut table = Table::alter();
    how(table.table("map_edition"));
    manager.alter_table(table).await
}

async fn drop_time_index(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.drop_index(Index::drop().name("map_edition_effective_at").table("map_edition").to_owned()).await
}

/// Times that are there, of the editions that fit.
async fn copy(
    manager: &SchemaManager<'_>,
    to: &'static str,
    from: &'static str,
    fits: SimpleExpr,
) -> Result<(), DbErr> {
    let copied = Query::update()
        .table("map_edition")
        .value(to, Expr::col(from))
        .and_where(Expr::col(from).is_not_null())
        .and_where(fits)
        .to_owned();
    manager.exec_stmt(copied).await
}

/// What became of an open case whose owner is another on the new map.
fn choices() -> TableCreateStatement {
    Table::create()
        .table("map_choice")
        .col(big_integer("edition"))
        .col(big_integer("case_id"))
        .col(boolean("moved"))
        .col(text("from_unit"))
        .col(text_null("to_unit"))
        .col(text("person"))
        .col(big_integer("at"))
        .primary_key(Index::create().col("edition").col("case_id"))
        .take()
}

async fn tell_what_the_map_said(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let mut after = 0_i64;
    loop {
        let page = Query::select()
            .columns(["id", "body"])
            .from("cases")
            .and_where(Expr::col("id").gt(after))
            .order_by("id", Order::Asc)
            .limit(PAGE)
            .to_owned();
        let rows = db.query_all(&page).await?;
        for row in &rows {
            after = row.try_get("", "id")?;
            let body: String = row.try_get("", "body")?;
            let case: JsonValue = body.parse().unwrap_or_default();
            let Some(grid) = case["place"]["located"]["grid"].as_str() else { continue };
            let said = Query::update()
                .table("cases")
                .value("map_grid", grid)
                .and_where(Expr::col("id").eq(after))
                .to_owned();
            db.execute(&said).await?;
        }
        if (rows.len() as u64) < PAGE {
            return Ok(());
        }
    }
}
