//! Map editions as bytes that load quickly, beside their files: a table of its own, so that nobody who
//! asks for an edition's row carries them.

use crate::step::Step;
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, blob},
};

pub(crate) fn step() -> Step {
    Step { name: "m20261125_000009_map_form", tables: vec![map_form()], indexes: Vec::new() }
}

fn map_form() -> TableCreateStatement {
    Table::create()
        .table("map_form")
        .col(big_integer("edition"))
        .col(blob("body"))
        .primary_key(Index::create().col("edition"))
        .foreign_key(ForeignKey::create().from("map_form", "edition").to("map_edition", "id"))
        .take()
}
