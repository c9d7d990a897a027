//! Import direction: a room uses the rooms that its row names, and no others. A wrong arrow is how a
//! house becomes a heap, and it is never seen in one change.

use std::path::Path;

use super::{paths::Named, paths::paths, sources};

struct Room {
    name: &'static str,
    rooms: &'static [&'static str],
    /// Those of the guarded crates that it may name.
    crates: &'static [&'static str],
}

const ALL: &[&str] = &["*"];

/// The rooms of `src/`, each below what it uses. A room that is not here yet is added here first.
#[rustfmt::skip]
const ROOMS: &[Room] = &[
    Room { name: "atlas", rooms: &[], crates: &[] },
    Room { name: "domain", rooms: &["atlas"], crates: &[] },
    Room { name: "dialogue", rooms: &["atlas", "domain"], crates: &[] },
    // What a chat brings and is told is what the store keeps: it names those types of `dialogue`.
    Room { name: "store", rooms: &["atlas", "domain", "dialogue"], crates: &["entity", "migration", "sea_orm", "sea_orm_migration", "tokio"] },
    // The settings are data that was checked once; rows of the store are data too, wherever they are shown.
    Room { name: "app", rooms: &["atlas", "domain", "dialogue", "store", "settings"], crates: &["tokio"] },
    Room { name: "messenger", rooms: &["atlas", "domain", "dialogue", "store", "app", "settings", "telemetry"], crates: &["teloxide", "tokio"] },
    Room { name: "jobs", rooms: &["domain", "dialogue", "store", "app", "messenger", "settings", "telemetry"], crates: &["tokio"] },
    Room { name: "web", rooms: &["atlas", "domain", "dialogue", "store", "app", "messenger", "settings", "telemetry"], crates: &["actix_web", "tokio"] },
    Room { name: "settings", rooms: ALL, crates: ALL },
    Room { name: "telemetry", rooms: ALL, crates: ALL },
    Room { name: "demo", rooms: ALL, crates: ALL },
    Room { name: "startup", rooms: ALL, crates: ALL },
    Room { name: "commands", rooms: ALL, crates: ALL },
];

/// Crates that belong to a room: nobody else may know that they are there.
const GUARDED: &[&str] =
    &["actix_web", "entity", "migration", "sea_orm", "sea_orm_migration", "sqlx", "teloxide", "tokio"];

#[test]
fn every_arrow_points_the_right_way() {
    let sources = sources("src");
    assert!(!sources.is_empty(), "src/ is somewhere else");
    let wrong: Vec<String> = sources.iter().flat_map(|(file, text)| wrong_arrows(file, text)).collect();
    assert!(wrong.is_empty(), "wrong arrows:\n{}", wrong.join("\n"));
}

/// One line for each path of a file (`src/…`) that its room must not name.
fn wrong_arrows(file: &Path, text: &str) -> Vec<String> {
    let module = module_of(file);
    let Some(name) = module.first() else {
        return Vec::new(); // lib.rs and main.rs, which see everything
    };
    let Some(room) = ROOMS.iter().find(|room| room.name == name) else {
        return vec![format!(
            "{}: the room '{name}' has no row in tests/whistle/house/arrows.rs",
            file.display()
        )];
    };
    let named = paths(text);
    let complaints = named.iter().filter_map(|path| complaint(room, module.len(), path));
    complaints.map(|(line, complaint)| format!("{}:{line}: {complaint}", file.display())).collect()
}

fn complaint(room: &Room, depth: usize, path: &Named) -> Option<(usize, String)> {
    let first = path.segments.first()?;
    let (kind, target, may) = if let Some(target) = room_named(depth, path) {
        ("room", target, room.rooms)
    } else if path.segments.len() > 1 && GUARDED.contains(&first.as_str()) {
        ("crate", first.as_str(), room.crates)
    } else {
        return None;
    };
    if target == room.name || may == ALL || may.contains(&target) {
        return None;
    }
    let path_text = path.segments.join("::");
    let may = if may.is_empty() { "none".to_owned() } else { may.join(", ") };
    let (owner, line) = (room.name, path.line);
    Some((line, format!("{owner} names the {kind} {target} ({path_text}); it may use {may}")))
}

/// The room that a path leads to from the top of the crate, however it gets there.
fn room_named(depth: usize, path: &Named) -> Option<&str> {
    let segments: Vec<&str> = path.segments.iter().map(String::as_str).collect();
    let segments = segments.strip_prefix(&["self"]).unwrap_or(&segments);
    let rest = match segments {
        ["crate", rest @ ..] => rest,
        ["super", ..] => {
            let up = segments.iter().take_while(|segment| **segment == "super").count();
            if up < depth + path.inside {
                return None;
            }
            &segments[up..]
        }
        _ => return None,
    };
    rest.first().copied()
}

/// `src/web/board.rs` → `["web", "board"]`, `src/web/mod.rs` and `src/web.rs` → `["web"]`.
fn module_of(file: &Path) -> Vec<String> {
    let inside = file.strip_prefix("src").expect("a file of src/").with_extension("");
    let mut module: Vec<String> = inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    module.pop_if(|last| last == "mod");
    module.retain(|part| inside.components().count() > 1 || (part != "lib" && part != "main"));
    module
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(file: &str, text: &str) -> Vec<String> {
        wrong_arrows(Path::new(file), text)
    }

    #[test]
    fn the_table_has_no_circle() {
        let layered = ROOMS.iter().filter(|room| room.rooms != ALL);
        for (row, room) in layered.enumerate() {
            for used in room.rooms {
                let above = ROOMS[..row].iter().any(|other| other.name == *used);
                let open = ROOMS.iter().any(|other| other.name == *used && other.rooms == ALL);
                assert!(above || open, "{} stands above {used}", room.name);
            }
        }
    }

    #[test]
    fn good_arrows_pass() {
        let good = [
            ("src/domain/case.rs", "use crate::atlas::Point; use super::deadline::Limit; use chrono::Utc;"),
            ("src/web/board.rs", "use actix_web::web; fn f() { crate::app::act(); crate::web::page() }"),
            ("src/store/mod.rs", "mod tests { use super::*; use sea_orm::EntityTrait; }"),
            ("src/startup.rs", "use crate::{store, web}; use tokio::net; use sea_orm::Database;"),
            ("src/lib.rs", "pub mod web; pub use crate::store::Pool;"),
            ("src/domain/case.rs", "//! as crate::web says\nlet tokio = \"tokio::spawn\"; self.entity.x"),
        ];
        for (file, text) in good {
            assert_eq!(found(file, text), [""; 0], "{file}");
        }
    }

    #[test]
    fn wrong_arrows_are_found_however_they_are_written() {
        let wrong = [
            ("src/domain/case.rs", "use crate::store::Cases;"),
            ("src/domain/case.rs", "use crate::{atlas::Point, app::act};"),
            ("src/domain/case.rs", "fn f() { let x = crate::app::act(); }"),
            ("src/domain/case.rs", "use super::super::store::Cases;"),
            ("src/domain/mod.rs", "use super::store;"),
            ("src/domain/case.rs", "mod tests { use super::super::super::store::Cases; }"),
            ("src/domain.rs", "mod tests { use self::super::super::web::page; }"),
            ("src/domain/case.rs", "use crate::*;"),
            ("src/domain/case.rs", "#[tokio::test] async fn f() {}"),
            ("src/dialogue/step.rs", "use ::teloxide::types::Message;"),
            ("src/atlas/grid.rs", "use {std::fmt, sea_orm::DbErr};"),
            ("src/app/act.rs", "use sea_orm::TransactionTrait;"),
            ("src/jobs/escalate.rs", "use crate::web::Site;"),
            ("src/web/chat.rs", "use teloxide::types::ChatId;"),
            ("src/messenger/telegram.rs", "use entity::outbox;"),
            ("src/utils/text.rs", "fn f() {}"),
            ("src/utils.rs", ""),
        ];
        for (file, text) in wrong {
            assert_eq!(found(file, text).len(), 1, "{file}: {text}");
        }
    }

    #[test]
    fn a_complaint_says_where_and_what_is_allowed() {
        assert_eq!(
            found("src/store/cases.rs", "\nuse crate::web::page;"),
            [
                "src/store/cases.rs:2: store names the room web (crate::web::page); it may use atlas, domain, dialogue"
            ]
        );
    }
}
