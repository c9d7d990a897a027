//! The rows of one report, copied again and again into the same SQLite file by a bare loop with one commit
//! a case: what the same rows come to without a program around them.

use crate::rig::Outcome;
use rusqlite::{Connection, Statement, types::Value};
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// The next rows' ids, far from those that are there.
const FIRST: i64 = 1_000_000_000;
/// A report is two updates, and the chat remembers each.
const UPDATES: usize = 2;

/// Rows of one table, as they were found.
struct Copied {
    table: &'static str,
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
}

/// Cases a second, and rows that each of them wrote.
pub struct Bare {
    /// Cases a second.
    pub rate: f64,
    /// Rows inserted and updated for each.
    pub rows: usize,
}

/// Copies a case that was reported while nothing was sent, for so long.
pub fn measure(file: &Path, lasts: Duration) -> Outcome<Bare> {
    let db = Connection::open(file)?;
    db.busy_timeout(Duration::from_mins(1))?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    let case: i64 = db.query_row("SELECT min(id) FROM cases", [], |row| row.get(0))?;
    let copied = rows_of(&db, case)?;
    let (chat, state): (i64, String) = db.query_row(
        "SELECT chat.id, chat.state FROM chat JOIN outbox ON outbox.chat_id = chat.id WHERE outbox.case_id = ?1 \
         ORDER BY outbox.id LIMIT 1",
        [case],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let mut copies = copied.iter().map(|some| some.copier(&db)).collect::<Result<Vec<_>, _>>()?;
    let mut remembers = db.prepare("UPDATE chat SET state = ?2, version = version + 1 WHERE id = ?1")?;
    let (mut begin, mut commit) = (db.prepare("BEGIN IMMEDIATE")?, db.prepare("COMMIT")?);
    let begun = Instant::now();
    let mut done = 0;
    while begun.elapsed() < lasts {
        begin.execute([])?;
        for (some, copier) in copied.iter().zip(&mut copies) {
            some.copy(copier, FIRST + done)?;
        }
        for _ in 0..UPDATES {
            remembers.execute((chat, &state))?;
        }
        commit.execute([])?;
        done += 1;
    }
    let rows = copied.iter().map(|some| some.rows.len()).sum::<usize>() + UPDATES;
    Ok(Bare { rate: done as f64 / begun.elapsed().as_secs_f64(), rows })
}

/// Everything that one report wrote: its case's rows, its two messages, and its letters, of which the
/// question came right before those of the case.
fn rows_of(db: &Connection, case: i64) -> Outcome<Vec<Copied>> {
    let of = |table, filter: &str| copy(db, table, filter, case);
    Ok(vec![
        of("inbound", "uid IN (SELECT uid FROM inbound ORDER BY at LIMIT 2) AND ?1 = ?1")?,
        of("media", "case_id = ?1")?,
        of("cases", "id = ?1")?,
        of("event", "case_id = ?1")?,
        of("case_unit", "case_id = ?1")?,
        of("case_party", "case_id = ?1")?,
        of("outbox", "case_id = ?1")?,
        of(
            "outbox",
            "id = (SELECT max(id) FROM outbox WHERE case_id IS NULL AND id < (SELECT min(id) FROM outbox WHERE case_id = ?1))",
        )?,
    ])
}

fn copy(db: &Connection, table: &'static str, filter: &str, case: i64) -> Outcome<Copied> {
    let mut ask = db.prepare(&format!("SELECT * FROM {table} WHERE {filter}"))?;
    let columns: Vec<String> = ask.column_names().into_iter().map(str::to_owned).collect();
    let width = columns.len();
    let rows = ask.query_map([case], |row| (0..width).map(|at| row.get(at)).collect())?;
    let rows = rows.collect::<Result<Vec<Vec<Value>>, _>>()?;
    if rows.is_empty() {
        return Err(format!("case {case} has no rows in {table}").into());
    }
    Ok(Copied { table, columns, rows })
}

impl Copied {
    fn copier<'a>(&self, db: &'a Connection) -> rusqlite::Result<Statement<'a>> {
        let names: Vec<_> = self.columns.iter().map(|name| format!("\"{name}\"")).collect();
        let marks = vec!["?"; names.len()].join(", ");
        db.prepare(&format!("INSERT INTO {} ({}) VALUES ({marks})", self.table, names.join(", ")))
    }

    /// The rows once more, as another report's.
    fn copy(&self, copier: &mut Statement<'_>, new: i64) -> rusqlite::Result<()> {
        for (r, row) in self.rows.iter().enumerate() {
            let values = row.iter().zip(&self.columns).map(|(value, column)| {
                match (self.table, column.as_str(), value) {
                    ("inbound", "uid", _) => Value::Text(format!("bare:{new}:{r}")),
                    ("media", "remote", _) => Value::Text(format!("bare-{new}")),
                    ("outbox", "id", _) => Value::Null,
                    ("cases" | "media", "id", _) | (_, "case_id", Value::Integer(_)) => Value::Integer(new),
                    _ => value.clone(),
                }
            });
            copier.execute(rusqlite::params_from_iter(values))?;
        }
        Ok(())
    }
}
