//! `pgbench` on the same server, in the same run: what the very same statements, and what three bare
//! inserts, come to without a program around them.

use crate::{
    ground::Ground,
    recorded::{Recorded, Script},
    rig::Outcome,
};
use std::process::Command;

const CLIENTS: &str = "8";
const TABLES: &str = "CREATE TABLE IF NOT EXISTS storm_case (id BIGSERIAL PRIMARY KEY, state TEXT NOT NULL, \
     reported_at BIGINT NOT NULL, body TEXT NOT NULL);\
     CREATE TABLE IF NOT EXISTS storm_event (case_id BIGINT NOT NULL, seq INT NOT NULL, body TEXT NOT NULL, \
     PRIMARY KEY (case_id, seq));\
     CREATE TABLE IF NOT EXISTS storm_letter (id BIGSERIAL PRIMARY KEY, chat_id BIGINT NOT NULL, \
     state TEXT NOT NULL, body TEXT NOT NULL)";
const THREE_INSERTS: &str = include_str!("three_inserts.sql");

/// Transactions a second of one report's statements.
pub fn same_statements(ground: &Ground, recorded: &Recorded, one_transaction: bool) -> Outcome<f64> {
    let name = if one_transaction { "report-in-one.sql" } else { "report.sql" };
    run(ground, name, &recorded.script(one_transaction))
}

/// Transactions a second of three inserts.
pub async fn three_inserts(ground: &Ground) -> Outcome<f64> {
    ground.base.run(TABLES).await?;
    run(ground, "three_inserts.sql", &Script { text: THREE_INSERTS.into(), values: Vec::new() })
}

fn run(ground: &Ground, name: &str, script: &Script) -> Outcome<f64> {
    let file = ground.folder.path().join(name);
    std::fs::write(&file, &script.text)?;
    let program = std::env::var("WHISTLE_TEST_POSTGRES_BIN")
        .map_or_else(|_| "pgbench".to_owned(), |folder| format!("{folder}/pgbench"));
    let mut command = Command::new(&program);
    command.args(["--no-vacuum", "--protocol=prepared", "--client", CLIENTS, "--jobs", "2", "--time"]);
    command.arg(ground.lasts.as_secs().max(1).to_string()).arg("--file").arg(&file);
    for (name, value) in &script.values {
        command.arg("--define").arg(format!("{name}={value}"));
    }
    let output = command.arg(&ground.base.url).output().map_err(|error| format!("{program}: {error}"))?;
    let (said, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let rate = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    match rate {
        Some(rate) if output.status.success() => Ok(rate),
        _ => Err(format!("{program} {name}: {complained}").into()),
    }
}
