//! The city as data: units, people, matters, calendar, duty, stations, maps.

use crate::step::{Step, index, unique};
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_pk_auto, blob_null, double, integer, text, text_null},
};

pub(crate) fn step() -> Step {
    Step {
        name: "m20261124_000003_city",
        tables: vec![
            unit(),
            person(),
            post(),
            category(),
            calendar_day(),
            duty(),
            station(),
            map_edition(),
            revision(),
        ],
        indexes: vec![
            index("unit", &["parent"]),
            index("post", &["unit"]),
            unique("post", &["person", "role", "unit"]),
            index("duty", &["unit"]),
            index("duty", &["person"]),
            index("map_edition", &["effective_at"]),
        ],
    }
}

fn unit() -> TableCreateStatement {
    Table::create()
        .table("unit")
        .col(text("code"))
        .col(text("name"))
        .col(text_null("name_en"))
        .col(text("level"))
        .col(text_null("parent"))
        .primary_key(Index::create().col("code"))
        .take()
}

fn person() -> TableCreateStatement {
    Table::create()
        .table("person")
        .col(text("code"))
        .col(text("name"))
        .col(text("language"))
        .col(blob_null("phone"))
        .primary_key(Index::create().col("code"))
        .take()
}

fn post() -> TableCreateStatement {
    Table::create()
        .table("post")
        .col(text("person"))
        .col(integer("place"))
        .col(text("role"))
        .col(text("unit"))
        .primary_key(Index::create().col("person").col("place"))
        .foreign_key(ForeignKey::create().from("post", "person").to("person", "code"))
        .take()
}

fn category() -> TableCreateStatement {
    Table::create()
        .table("category")
        .col(text("code"))
        .col(text("name"))
        .col(text("body"))
        .primary_key(Index::create().col("code"))
        .take()
}

fn calendar_day() -> TableCreateStatement {
    Table::create()
        .table("calendar_day")
        .col(text("date"))
        .col(text("kind"))
        .col(text("name"))
        .primary_key(Index::create().col("date"))
        .take()
}

fn duty() -> TableCreateStatement {
    Table::create()
        .table("duty")
        .col(big_pk_auto("id"))
        .col(text("unit"))
        .col(text("person"))
        .col(integer("weekday"))
        .col(text("from_time"))
        .col(text("to_time"))
        .col(text_null("valid_from"))
        .col(text_null("valid_to"))
        .take()
}

fn station() -> TableCreateStatement {
    Table::create()
        .table("station")
        .col(text("code"))
        .col(text("name"))
        .col(text("unit"))
        .col(double("lon"))
        .col(double("lat"))
        .primary_key(Index::create().col("code"))
        .take()
}

fn map_edition() -> TableCreateStatement {
    Table::create()
        .table("map_edition")
        .col(big_pk_auto("id"))
        .col(text("digest"))
        .col(big_integer("effective_at"))
        .col(big_integer("loaded_at"))
        .col(text("datum"))
        .col(text("geojson"))
        .take()
}

fn revision() -> TableCreateStatement {
    Table::create()
        .table("revision")
        .col(text("name"))
        .col(big_integer("value"))
        .primary_key(Index::create().col("name"))
        .take()
}
