//! Who may come in, and what processes share.

use crate::step::{Step, index, unique};
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_pk_auto, text},
};

pub(crate) fn step() -> Step {
    Step {
        name: "m20261124_000004_access",
        tables: vec![lease(), poll_offset(), password(), session(), api_client(), access_log()],
        indexes: vec![
            index("session", &["expires_at"]),
            index("session", &["person"]),
            unique("api_client", &["name"]),
            index("access_log", &["at"]),
        ],
    }
}

fn lease() -> TableCreateStatement {
    Table::create()
        .table("lease")
        .col(text("name"))
        .col(text("holder"))
        .col(big_integer("until"))
        .primary_key(Index::create().col("name"))
        .take()
}

fn poll_offset() -> TableCreateStatement {
    Table::create()
        .table("poll_offset")
        .col(text("bot"))
        .col(big_integer("value"))
        .primary_key(Index::create().col("bot"))
        .take()
}

fn password() -> TableCreateStatement {
    Table::create()
        .table("password")
        .col(text("person"))
        .col(text("hash"))
        .col(big_integer("set_at"))
        .primary_key(Index::create().col("person"))
        .take()
}

fn session() -> TableCreateStatement {
    Table::create()
        .table("session")
        .col(text("token_hash"))
        .col(text("person"))
        .col(text("csrf"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .primary_key(Index::create().col("token_hash"))
        .take()
}

fn api_client() -> TableCreateStatement {
    Table::create()
        .table("api_client")
        .col(text("token_hash"))
        .col(text("name"))
        .col(text("scopes"))
        .col(big_integer("created_at"))
        .primary_key(Index::create().col("token_hash"))
        .take()
}

fn access_log() -> TableCreateStatement {
    Table::create()
        .table("access_log")
        .col(big_pk_auto("id"))
        .col(big_integer("at"))
        .col(text("person"))
        .col(text("action"))
        .col(text("subject"))
        .col(text("reason"))
        .take()
}
