//! Cases, their events, and what queries look for.

use crate::step::{Step, index};
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, big_pk_auto, boolean, double_null, integer, text, text_null},
};

pub(crate) fn step() -> Step {
    Step {
        name: "m20261124_000001_case",
        tables: vec![cases(), event(), case_unit(), case_party()],
        indexes: vec![
            index("cases", &["wake_at"]),
            index("cases", &["state", "due_at"]),
            index("cases", &["desk", "state"]),
            index("cases", &["reported_at"]),
            index("cases", &["first_at"]),
            index("cases", &["last_at"]),
            index("cases", &["due_at"]),
            index("cases", &["lat", "lon"]),
            index("cases", &["category"]),
            index("case_unit", &["unit", "open"]),
            index("case_party", &["party", "part"]),
        ],
    }
}

fn cases() -> TableCreateStatement {
    Table::create()
        .table("cases")
        .col(big_pk_auto("id"))
        .col(integer("version"))
        .col(text("state"))
        .col(text("origin"))
        .col(text("category"))
        .col(text("desk"))
        .col(text_null("owner"))
        .col(text_null("grid"))
        .col(text_null("community"))
        .col(text_null("subdistrict"))
        .col(text("reporter"))
        .col(text_null("lead"))
        .col(double_null("lon"))
        .col(double_null("lat"))
        .col(big_integer("reported_at"))
        .col(big_integer_null("whistled_at"))
        .col(big_integer_null("answered_at"))
        .col(big_integer_null("arrived_at"))
        .col(big_integer_null("settled_at"))
        .col(big_integer_null("closed_at"))
        .col(big_integer_null("answer_due"))
        .col(big_integer_null("arrive_due"))
        .col(big_integer_null("settle_due"))
        .col(big_integer("first_at"))
        .col(big_integer("last_at"))
        .col(big_integer_null("due_at"))
        .col(boolean("provisional"))
        .col(integer("escalation"))
        .col(big_integer_null("wake_at"))
        .col(boolean("suspended"))
        .col(boolean("supervised"))
        .col(boolean("joint"))
        .col(boolean("urged"))
        .col(boolean("extension_asked"))
        .col(boolean("self_resolved"))
        .col(text("words"))
        .col(text("body"))
        .take()
}

fn event() -> TableCreateStatement {
    Table::create()
        .table("event")
        .col(big_integer("case_id"))
        .col(integer("seq"))
        .col(text("kind"))
        .col(big_integer("at"))
        .col(big_integer("said_at"))
        .col(text("by"))
        .col(text("via"))
        .col(text("body"))
        .primary_key(Index::create().col("case_id").col("seq"))
        .foreign_key(ForeignKey::create().from("event", "case_id").to("cases", "id"))
        .take()
}

fn case_unit() -> TableCreateStatement {
    Table::create()
        .table("case_unit")
        .col(big_integer("case_id"))
        .col(text("unit"))
        .col(text("kind"))
        .col(text("stage"))
        .col(boolean("open"))
        .primary_key(Index::create().col("case_id").col("unit").col("kind"))
        .foreign_key(ForeignKey::create().from("case_unit", "case_id").to("cases", "id"))
        .take()
}

fn case_party() -> TableCreateStatement {
    Table::create()
        .table("case_party")
        .col(big_integer("case_id"))
        .col(text("party"))
        .col(text("part"))
        .col(boolean("open"))
        .primary_key(Index::create().col("case_id").col("party").col("part"))
        .foreign_key(ForeignKey::create().from("case_party", "case_id").to("cases", "id"))
        .take()
}
