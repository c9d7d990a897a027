//! The statements of one report as the program sends them, out of the server's own log, and as a script
//! for `pgbench` that issues the very same: the same text, prepared, with the same values but for those
//! that must be another report's. Its place is one of them: a thousand cases on one spot would be a search
//! that no program ever makes.

use crate::{
    ground::Ground,
    rig::{
        Outcome,
        load::{Doors, Load, Pace, Spell},
        town::{Part, file_id, uid},
    },
};
use std::{collections::HashMap, fmt::Write, time::Duration};
use whistle::atlas::Point;

/// Ids that no other value looks like, and the version of the chat that reports.
const CASE: i64 = 70_000_001;
const MEDIA: i64 = 80_000_001;
const VERSION: i64 = 55_500;

/// A statement with its values as text.
#[derive(Clone, Debug)]
struct Statement {
    sql: String,
    values: Vec<Option<String>>,
}

/// The transactions of one report.
pub struct Recorded {
    transactions: Vec<Vec<Statement>>,
    n: u64,
    reporter: i64,
    chat: i64,
    reporters: u64,
    place: Point,
}

/// A script of `pgbench`, and the values that it is given beside.
pub struct Script {
    /// Its text.
    pub text: String,
    /// `-D` name and value.
    pub values: Vec<(String, String)>,
}

/// Takes one report while the server writes down every statement.
pub async fn record(ground: &Ground) -> Outcome<Recorded> {
    let log = std::env::var("WHISTLE_TEST_POSTGRES_LOG").map_err(|_| "the server's log is not known")?;
    let base = &ground.base;
    let name = base.url.rsplit('/').next().unwrap_or_default();
    base.run(&format!("ALTER DATABASE {name} SET log_statement = 'all'")).await?;
    base.run(&format!("SELECT setval('cases_id_seq', {CASE}, false)")).await?;
    base.run(&format!("SELECT setval('media_id_seq', {MEDIA}, false)")).await?;
    base.run(&format!("UPDATE chat SET version = {VERSION} WHERE channel = 'telegram'")).await?;
    let running = ground.office("web").await?;
    let before = std::fs::metadata(&log)?.len();
    let doors = Doors::of([running.address.as_str()]);
    let spell = Spell { most: 1, connections: 1, ..ground.spell(Pace::Closed, Duration::from_mins(1)) };
    let brought = ground.load.by_webhook(&doors, spell).await;
    running.stop().await?;
    base.run(&format!("ALTER DATABASE {name} RESET log_statement")).await?;
    let n = brought.first().filter(|one| one.is_complete()).ok_or("the report was not taken")?.n;
    let text = std::fs::read(&log)?;
    let text = String::from_utf8_lossy(&text[before as usize..]).into_owned();
    let reporter = ground.load.town.reporter(n);
    let chat = base.number(&format!("SELECT id FROM chat WHERE address = '{reporter}'")).await?;
    let marks = [uid(n, Part::Pin), uid(n, Part::Photo)];
    let types = types(ground).await?;
    let transactions: Vec<_> = transactions(&text)
        .into_iter()
        .filter(|one| {
            one.iter().flat_map(|one| one.values.iter().flatten()).any(|value| marks.contains(value))
        })
        .collect();
    if transactions.is_empty() {
        return Err("the report is not in the server's log".into());
    }
    let typed_of = |one: Statement| Statement { sql: typed(&one.sql, &types), ..one };
    let transactions = transactions.into_iter().map(|all| all.into_iter().map(typed_of).collect()).collect();
    let Load { town, .. } = &ground.load;
    Ok(Recorded { transactions, n, reporter, chat, reporters: town.reporters, place: town.place(n) })
}

impl Recorded {
    /// How many statements, without begin and commit, and in how many transactions.
    pub fn size(&self) -> (usize, usize) {
        (self.transactions.iter().map(Vec::len).sum(), self.transactions.len())
    }

    /// As it was recorded, or with all of it in one transaction.
    pub fn script(&self, one_transaction: bool) -> Script {
        let first = self.reporter - self.n as i64 % self.reporters as i64;
        let offset = self.chat - self.reporter;
        let mut script = Script { text: String::new(), values: Vec::new() };
        let last = self.reporters - 1;
        // Writing to a String does not fail.
        let _ = write!(
            script.text,
            "\\set address random({first}, {})\n\\set chat :address + {offset}\n\
             \\set pin random(1, 9000000000000000)\n\\set photo random(1, 9000000000000000)\n\
             \\set lon {WEST} + random(0, 400000) / 1000000.0\n\
             \\set lat {SOUTH} + random(0, 300000) / 1000000.0\n",
            first + last as i64
        );
        for (name, value) in [("case_id", CASE), ("media_id", MEDIA), ("chat_version", 0), ("next", 1)] {
            script.values.push((name.into(), value.to_string()));
        }
        for (t, transaction) in self.transactions.iter().enumerate() {
            if t == 0 || !one_transaction {
                script.text.push_str("BEGIN;\n");
            }
            for (s, statement) in transaction.iter().enumerate() {
                self.write(statement, t, s, &mut script);
            }
            if t + 1 == self.transactions.len() || !one_transaction {
                script.text.push_str("COMMIT;\n");
            }
        }
        script
    }

    fn write(&self, statement: &Statement, t: usize, s: usize, script: &mut Script) {
        let mut names = Vec::new();
        for (v, value) in statement.values.iter().enumerate() {
            names.push(match value {
                None => "NULL".to_owned(),
                Some(value) => {
                    let name = format!("v{t}_{s}_{v}");
                    self.moving(value, t).or_else(|| self.nearby(value, &name, script)).unwrap_or_else(|| {
                        script.values.push((name.clone(), value.clone()));
                        format!(":{name}")
                    })
                }
            });
        }
        let sql = filled(&statement.sql, &names);
        let into = brings(&statement.sql);
        // Writing to a String does not fail.
        let _ = match into {
            Some(prefix) => writeln!(script.text, "{sql} \\gset {prefix}_"),
            None => writeln!(script.text, "{sql};"),
        };
        match into {
            Some("chat") => script.text.push_str("\\set next :chat_version + 1\n"),
            Some("new") => script.text.push_str("\\set case_id :new_nextval\n"),
            _ => {}
        }
    }

    /// The variable that stands for a value of this report.
    fn moving(&self, value: &str, t: usize) -> Option<String> {
        let n = self.n;
        let version = VERSION + t as i64;
        let known = [
            (uid(n, Part::Pin), ":pin"),
            (uid(n, Part::Photo), ":photo"),
            (file_id(n), ":photo"),
            (self.reporter.to_string(), ":address"),
            (self.chat.to_string(), ":chat"),
            (CASE.to_string(), ":case_id"),
            (MEDIA.to_string(), ":media_id"),
            (version.to_string(), ":chat_version"),
            ((version + 1).to_string(), ":next"),
        ];
        known.into_iter().find(|(text, _)| text == value).map(|(_, name)| name.to_owned())
    }
}

/// Degrees: a number this near the report's place belongs to it, as the edge of a search does.
const NEARBY: f64 = 0.01;
/// Where the script's reports begin to lie.
const WEST: f64 = 120.3;
const SOUTH: f64 = 36.3;

impl Recorded {
    /// The variable that stands for a coordinate: as far from the script's place as it was from the report's.
    fn nearby(&self, value: &str, name: &str, script: &mut Script) -> Option<String> {
        let degrees: f64 = value.parse().ok().filter(|_| value.contains('.'))?;
        let axes = [("lon", self.place.lon), ("lat", self.place.lat)];
        let (axis, of_report) = axes.into_iter().find(|(_, at)| (at - degrees).abs() < NEARBY)?;
        // Writing to a String does not fail.
        let _ = writeln!(script.text, "\\set {name} :{axis} + ({:.9})", degrees - of_report);
        Some(format!(":{name}"))
    }
}

/// Whose id or version a statement brings back, one row of it.
fn brings(sql: &str) -> Option<&'static str> {
    let returning = sql.contains(" RETURNING ");
    if sql.starts_with("SELECT nextval") && sql.contains("'cases'") {
        return Some("new");
    }
    if sql.starts_with("INSERT INTO \"media\"") && returning {
        return Some("media");
    }
    (sql.starts_with("SELECT \"chat\"") && sql.contains("\"chat\".\"address\" = ")).then_some("chat")
}

/// What every column is: `("chat", "version")` is `"integer"`.
type Types = HashMap<(String, String), String>;

async fn types(ground: &Ground) -> Outcome<Types> {
    let all = "SELECT table_name::text, column_name::text, data_type::text \
               FROM information_schema.columns WHERE table_schema = 'public'";
    let mut types = Types::new();
    for row in ground.base.rows(all).await? {
        let column = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        types.insert(column, row.try_get_by_index(2)?);
    }
    Ok(types)
}

/// With the types of what stands in a list of values: the program tells them beside the statement, which
/// `pgbench` cannot, and without them they are text.
fn typed(sql: &str, types: &Types) -> String {
    let Some((before, list)) = sql.split_once("(VALUES (") else { return sql.to_owned() };
    let Some((list, after)) = list.split_once(")) AS ") else { return sql.to_owned() };
    let columns = columns_of(sql, types);
    let row = |row: &str| {
        let value = |(n, value): (usize, &str)| match columns.get(&(n + 1)) {
            Some(kind) if value.starts_with('$') => format!("{value}::{kind}"),
            _ => value.to_owned(),
        };
        row.split(", ").enumerate().map(value).collect::<Vec<_>>().join(", ")
    };
    let rows: Vec<_> = list.split("), (").map(row).collect();
    format!("{before}(VALUES ({})) AS {after}", rows.join("), ("))
}

/// The types of `column1`, `column2` … by the columns that they are compared with or written to.
fn columns_of(sql: &str, types: &Types) -> HashMap<usize, String> {
    let target = sql.strip_prefix("UPDATE \"").and_then(|rest| rest.split('"').next());
    let mut found = HashMap::new();
    for (at, _) in sql.match_indices("\".\"column") {
        let number: String = sql[at + 9..].chars().take_while(char::is_ascii_digit).collect();
        let Some((left, _)) = sql[..at].rsplit_once(" = ") else { continue };
        let mut names = left.rsplit('"').filter(|part| !part.is_empty());
        let (Some(column), beside) = (names.next(), names.next()) else { continue };
        let table = if beside == Some(".") { names.next() } else { target };
        let kind = table.and_then(|table| types.get(&(table.to_owned(), column.to_owned())));
        if let (Ok(number), Some(kind)) = (number.parse(), kind) {
            found.insert(number, kind.clone());
        }
    }
    found
}

/// The text with its `$1`, `$2` … replaced.
fn filled(sql: &str, names: &[String]) -> String {
    let mut whole = String::new();
    let mut rest = sql;
    while let Some(at) = rest.find('$') {
        whole.push_str(&rest[..at]);
        let digits: String = rest[at + 1..].chars().take_while(char::is_ascii_digit).collect();
        let name = digits.parse::<usize>().ok().and_then(|number| names.get(number.checked_sub(1)?));
        whole.push_str(name.map_or("$", String::as_str));
        rest = &rest[at + 1 + if name.is_some() { digits.len() } else { 0 }..];
    }
    whole + rest
}

/// What stands between each begin and commit of a log, whoever spoke.
fn transactions(log: &str) -> Vec<Vec<Statement>> {
    let mut open: HashMap<String, Vec<Statement>> = HashMap::new();
    let mut done = Vec::new();
    for entry in entries(log) {
        let Some((process, said)) = spoken(&entry) else { continue };
        if let Some(values) = said.strip_prefix("DETAIL:  ").and_then(|said| said.split_once(": ")) {
            if let Some(last) = open.get_mut(&process).and_then(|all| all.last_mut()) {
                last.values = values_of(values.1);
            }
        } else if let Some(sql) = statement(said) {
            if sql.starts_with("BEGIN") {
                open.insert(process, Vec::new());
            } else if sql.starts_with("COMMIT") {
                done.extend(open.remove(&process));
            } else if let Some(all) = open.get_mut(&process) {
                all.push(Statement { sql: sql.to_owned(), values: Vec::new() });
            }
        }
    }
    done
}

/// Lines, those that go on the line before joined to it.
fn entries(log: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for line in log.lines() {
        match (line.strip_prefix('\t'), all.last_mut()) {
            (Some(more), Some(last)) => {
                last.push('\n');
                last.push_str(more);
            }
            _ => all.push(line.to_owned()),
        }
    }
    all
}

/// `2026-11-25 04:31:02.123 UTC [4711] LOG:  …`: who, and what.
fn spoken(entry: &str) -> Option<(String, &str)> {
    let (_, rest) = entry.split_once(" [")?;
    let (process, said) = rest.split_once("] ")?;
    Some((process.to_owned(), said))
}

/// `LOG:  execute sqlx_s_3: SELECT …` or `LOG:  statement: BEGIN`.
fn statement(said: &str) -> Option<&str> {
    let said = said.strip_prefix("LOG:  ")?;
    let (how, sql) = said.split_once(": ")?;
    (how == "statement" || how.starts_with("execute ")).then_some(sql)
}

/// `$1 = 'it''s', $2 = NULL`.
fn values_of(text: &str) -> Vec<Option<String>> {
    let mut values = Vec::new();
    let mut rest = text;
    while let Some((_, value)) = rest.split_once(" = ") {
        if let Some(quoted) = value.strip_prefix('\'') {
            let (one, after) = unquoted(quoted);
            values.push(Some(one));
            rest = after;
        } else {
            values.push(None);
            rest = value.strip_prefix("NULL").unwrap_or("");
        }
    }
    values
}

/// Up to the quote that ends it, and what follows.
fn unquoted(text: &str) -> (String, &str) {
    let mut one = String::new();
    let mut rest = text;
    while let Some((piece, after)) = rest.split_once('\'') {
        one.push_str(piece);
        match after.strip_prefix('\'') {
            Some(more) => {
                one.push('\'');
                rest = more;
            }
            None => return (one, after),
        }
    }
    (one, "")
}
