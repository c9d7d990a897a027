//! Chats, what comes in and what goes out.

use crate::step::{Step, index, unique};
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, big_pk_auto, boolean, integer, integer_null, text, text_null},
};

pub(crate) fn step() -> Step {
    Step {
        name: "m20261124_000002_conversation",
        tables: vec![chat(), inbound(), outbox(), card(), chat_message(), binding_code(), media()],
        indexes: vec![
            unique("chat", &["channel", "address"]),
            index("chat", &["person"]),
            index("chat", &["unit"]),
            index("inbound", &["state", "at"]),
            index("outbox", &["chat_id", "state", "id"]),
            index("outbox", &["state", "id"]),
            index("outbox", &["case_id", "state"]),
            index("card", &["case_id"]),
            index("card", &["chat_id", "message"]),
            index("chat_message", &["chat_id", "revision"]),
            unique("media", &["channel", "remote"]),
            index("media", &["state", "not_before"]),
        ],
    }
}

fn chat() -> TableCreateStatement {
    Table::create()
        .table("chat")
        .col(big_pk_auto("id"))
        .col(text("channel"))
        .col(text("address"))
        .col(text("kind"))
        .col(text_null("person"))
        .col(text_null("unit"))
        .col(text_null("language"))
        .col(text_null("name"))
        .col(text("state"))
        .col(integer("version"))
        .col(boolean("reachable"))
        .col(big_integer("revision"))
        .col(big_integer("created_at"))
        .take()
}

fn inbound() -> TableCreateStatement {
    Table::create()
        .table("inbound")
        .col(text("channel"))
        .col(text("uid"))
        .col(text("state"))
        .col(text("raw"))
        .col(integer("attempts"))
        .col(text_null("error"))
        .col(big_integer("at"))
        .primary_key(Index::create().col("channel").col("uid"))
        .take()
}

fn outbox() -> TableCreateStatement {
    Table::create()
        .table("outbox")
        .col(big_pk_auto("id"))
        .col(big_integer("chat_id"))
        .col(big_integer_null("case_id"))
        .col(integer_null("version"))
        .col(text("state"))
        .col(integer("attempts"))
        .col(big_integer("not_before"))
        .col(boolean("held"))
        .col(text_null("holder"))
        .col(big_integer_null("lease_until"))
        .col(boolean("ambiguous"))
        .col(text("body"))
        .col(text_null("error"))
        .col(big_integer("created_at"))
        .col(big_integer_null("finished_at"))
        .foreign_key(ForeignKey::create().from("outbox", "chat_id").to("chat", "id"))
        .take()
}

fn card() -> TableCreateStatement {
    Table::create()
        .table("card")
        .col(big_integer("chat_id"))
        .col(big_integer("case_id"))
        .col(text("message"))
        .col(integer("version"))
        .col(big_integer("sent_at"))
        .primary_key(Index::create().col("chat_id").col("case_id"))
        .foreign_key(ForeignKey::create().from("card", "chat_id").to("chat", "id"))
        .take()
}

fn chat_message() -> TableCreateStatement {
    Table::create()
        .table("chat_message")
        .col(big_pk_auto("id"))
        .col(big_integer("chat_id"))
        .col(boolean("mine"))
        .col(text("body"))
        .col(big_integer("at"))
        .col(big_integer_null("edited_at"))
        .col(big_integer("revision"))
        .foreign_key(ForeignKey::create().from("chat_message", "chat_id").to("chat", "id"))
        .take()
}

fn binding_code() -> TableCreateStatement {
    Table::create()
        .table("binding_code")
        .col(text("code_hash"))
        .col(text("kind"))
        .col(text("target"))
        .col(text("channel"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("used_at"))
        .primary_key(Index::create().col("code_hash"))
        .take()
}

fn media() -> TableCreateStatement {
    Table::create()
        .table("media")
        .col(big_pk_auto("id"))
        .col(text("channel"))
        .col(text("remote"))
        .col(text_null("unique_id"))
        .col(text("kind"))
        .col(text_null("mime"))
        .col(big_integer_null("size"))
        .col(text("state"))
        .col(text_null("original_key"))
        .col(text_null("shown_key"))
        .col(integer("attempts"))
        .col(big_integer("not_before"))
        .col(text_null("error"))
        .col(big_integer_null("case_id"))
        .col(big_integer("created_at"))
        .take()
}
