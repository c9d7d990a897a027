//! The books, balanced after a load: what was acknowledged is there, once; what was due has left, once.
//!
//! It reads three things that know nothing of each other: what the people brought and had acknowledged, the
//! rows of the database, and what the Bot API was handed. It may be asked while letters still wait; they
//! are counted as waiting then.

use super::{
    Outcome,
    base::Base,
    bot_api::{Handed, case_in},
    load::Brought,
    meter::tally,
    town::{Part, Town, file_id, uid},
};
use sea_orm::QueryResult;
use std::{
    collections::{HashMap, HashSet},
    fmt,
};

/// Of each fault this many are told.
const TOLD: usize = 5;

/// What the books say.
#[derive(Debug, Default)]
pub struct Books {
    /// Updates that were acknowledged.
    pub acknowledged: usize,
    /// Cases that they became.
    pub cases: usize,
    /// Letters that were sent, by the rows.
    pub sent: usize,
    /// Letters that still wait or are on their way.
    pub waiting: usize,
    /// Letters that were sent twice, and said so: allowed where nobody knew whether they had arrived.
    pub repeated: usize,
    /// Letters that nobody knows of whether they arrived, and that are not worth a repeat.
    pub uncertain: usize,
    /// What is wrong: how often, and some of them.
    pub faults: HashMap<Fault, Vec<String>>,
    /// The case of each report that has one.
    pub case_of: HashMap<u64, i64>,
}

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// An acknowledged update is not in the inbox, or not as taken.
    LostUpdate,
    /// An acknowledged report has no case.
    LostReport,
    /// A report has more than one case.
    DoubledCase,
    /// A case that nobody reported.
    NobodysCase,
    /// A case whose events are not 1, 2, 3 … up to its version.
    BrokenEvents,
    /// A case that nobody hears of, or whose reporter is not answered.
    UntoldCase,
    /// A letter that the rows call dead.
    DeadLetter,
    /// A letter that was sent, by the rows, and never handed to the Bot API.
    LostLetter,
    /// A letter that the Bot API was handed more than once, and that did not say so.
    DoubledLetter,
    /// A letter that the Bot API was handed and no row knows of.
    NobodysLetter,
}

impl Books {
    /// Nothing is wrong.
    pub fn balance(&self) -> bool {
        self.faults.is_empty()
    }

    /// How often something is wrong.
    pub fn count(&self, fault: Fault) -> usize {
        self.faults.get(&fault).map_or(0, Vec::len)
    }

    fn note(&mut self, fault: Fault, what: String) {
        self.faults.entry(fault).or_default().push(what);
    }
}

impl fmt::Display for Books {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { acknowledged, cases, sent, waiting, repeated, uncertain, .. } = self;
        let verdict = if self.balance() { "they balance" } else { "THEY DO NOT BALANCE" };
        write!(
            f,
            "books: {acknowledged} updates acknowledged, {cases} cases, {sent} letters sent, {waiting} waiting, \
             {repeated} repeated and marked, {uncertain} uncertain: {verdict}"
        )?;
        for (fault, which) in &self.faults {
            write!(f, "\n  {fault:?} × {}: {}", which.len(), which[..which.len().min(TOLD)].join(", "))?;
        }
        Ok(())
    }
}

/// Balances the books of everything that was brought to a database.
///
/// # Errors
/// The database's.
pub async fn balance(base: &Base, town: &Town, brought: &[Brought], handed: &[Handed]) -> Outcome<Books> {
    let mut books = Books::default();
    inbox(&mut books, base, brought).await?;
    let cases = cases(&mut books, base, brought).await?;
    letters(&mut books, base, town, &cases, handed).await?;
    Ok(books)
}

async fn inbox(books: &mut Books, base: &Base, brought: &[Brought]) -> Outcome<()> {
    let rows = base.rows("SELECT uid FROM inbound WHERE channel = 'telegram' AND state = 'taken'").await?;
    let taken: HashSet<String> = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
    for one in brought {
        for part in [Part::Pin, Part::Photo] {
            if one.acked[part as usize].is_none() {
                continue;
            }
            books.acknowledged += 1;
            let uid = uid(one.n, part);
            if !taken.contains(&uid) {
                books.note(Fault::LostUpdate, uid);
            }
        }
    }
    Ok(())
}

/// A case, as the books need it.
struct Entry {
    owner: Option<String>,
    reporter: i64,
}

async fn cases(books: &mut Books, base: &Base, brought: &[Brought]) -> Outcome<HashMap<i64, Entry>> {
    let files = base.rows("SELECT remote, case_id FROM media WHERE case_id IS NOT NULL").await?;
    let files = pairs::<String, i64>(&files)?;
    let mut of_file: HashMap<String, Vec<i64>> = HashMap::new();
    for (file, case) in files {
        of_file.entry(file).or_default().push(case);
    }
    let owners: HashMap<i64, Option<String>> =
        pairs(&base.rows("SELECT id, owner FROM cases").await?)?.into_iter().collect();
    books.cases = owners.len();
    events(books, base).await?;
    let mut entries = HashMap::new();
    for one in brought {
        let found = of_file.remove(&file_id(one.n)).unwrap_or_default();
        let found: Vec<i64> = found.into_iter().filter(|case| owners.contains_key(case)).collect();
        match found[..] {
            [] if one.is_complete() => books.note(Fault::LostReport, file_id(one.n)),
            [] => {}
            [case] => {
                books.case_of.insert(one.n, case);
                let reporter = one.n as i64;
                entries.insert(case, Entry { owner: owners[&case].clone(), reporter });
            }
            _ => books.note(Fault::DoubledCase, format!("{}: {found:?}", file_id(one.n))),
        }
    }
    for case in owners.keys().filter(|case| !entries.contains_key(case)) {
        books.note(Fault::NobodysCase, case.to_string());
    }
    Ok(entries)
}

async fn events(books: &mut Books, base: &Base) -> Outcome<()> {
    let wrong = "SELECT cases.id FROM cases LEFT JOIN (SELECT case_id, count(*) AS many, min(seq) AS first, \
                 max(seq) AS last FROM event GROUP BY case_id) AS told ON told.case_id = cases.id \
                 WHERE told.many IS NULL OR told.first <> 1 OR told.last <> told.many \
                 OR told.many <> cases.version";
    for row in base.rows(wrong).await? {
        let case: i64 = row.try_get_by_index(0)?;
        books.note(Fault::BrokenEvents, case.to_string());
    }
    Ok(())
}

/// A letter's row.
struct Row {
    chat: i64,
    case: Option<i64>,
    /// The case that its words name.
    named: Option<i64>,
    state: String,
    ambiguous: bool,
}

async fn letters(
    books: &mut Books,
    base: &Base,
    town: &Town,
    cases: &HashMap<i64, Entry>,
    handed: &[Handed],
) -> Outcome<()> {
    let rows = rows(base).await?;
    let told: HashSet<(i64, i64)> = rows.iter().filter_map(|row| Some((row.chat, row.case?))).collect();
    for (case, entry) in cases {
        let hearer = entry.owner.as_ref().and_then(|owner| town.hearers.get(owner)).copied();
        for chat in hearer.into_iter().chain([town.reporter(entry.reporter as u64)]) {
            if !told.contains(&(chat, *case)) {
                books.note(Fault::UntoldCase, format!("case {case} to {chat}"));
            }
        }
    }
    let mut due: HashMap<(i64, Option<i64>), Due> = HashMap::new();
    for row in rows {
        let due = due.entry((row.chat, row.case.or(row.named))).or_default();
        if row.case.is_none() {
            due.many += 1;
            due.many_sent += usize::from(row.state == "sent");
        }
        due.ambiguous |= row.ambiguous;
        match row.state.as_str() {
            "sent" => due.sent += 1,
            "pending" | "in_flight" => due.open += 1,
            "uncertain" => books.uncertain += 1,
            "never" => books.note(Fault::DeadLetter, format!("to {} of {:?}", row.chat, row.case)),
            _ => {}
        }
        books.sent += usize::from(row.state == "sent");
    }
    books.waiting = due.values().map(|due| due.open).sum();
    compare(books, due, handed);
    Ok(())
}

/// The letters of one case, or of none, to one chat.
#[derive(Default)]
struct Due {
    /// Letters that are nobody's card, as a question is, though it may name a case.
    many: usize,
    many_sent: usize,
    sent: usize,
    open: usize,
    ambiguous: bool,
}

/// A case has one message in a chat, however often it is redrawn. Letters of no case are counted.
fn compare(books: &mut Books, due: HashMap<(i64, Option<i64>), Due>, handed: &[Handed]) {
    let new = || handed.iter().filter(|letter| !letter.edit);
    let first = tally(new().filter(|letter| !letter.repeat).map(|letter| (letter.chat, letter.case)));
    let repeats = tally(new().filter(|letter| letter.repeat).map(|letter| (letter.chat, letter.case)));
    books.repeated = repeats.values().sum();
    for (key, due) in &due {
        let count = |of: &HashMap<_, usize>| of.get(key).copied().unwrap_or(0);
        let (arrived, again) = (count(&first), count(&repeats));
        // A courtesy that may have arrived is not repeated: it may be there without its row saying so.
        let (least, most) =
            (due.many_sent + usize::from(due.sent > due.many_sent), due.many + usize::from(key.1.is_some()));
        if arrived + again < least {
            books.note(Fault::LostLetter, format!("{key:?}"));
        }
        if arrived > most {
            books.note(Fault::DoubledLetter, format!("{key:?} × {arrived}"));
        }
    }
    for key in first.keys().chain(repeats.keys()).filter(|key| !due.contains_key(key)) {
        books.note(Fault::NobodysLetter, format!("{key:?}"));
    }
}

async fn rows(base: &Base) -> Outcome<Vec<Row>> {
    let sql = "SELECT chat.address, outbox.case_id, outbox.state, outbox.ambiguous, outbox.body FROM outbox \
               JOIN chat ON chat.id = outbox.chat_id WHERE chat.channel = 'telegram'";
    let row = |row: &QueryResult| -> Outcome<Row> {
        let address: String = row.try_get_by_index(0)?;
        Ok(Row {
            chat: address.parse()?,
            case: row.try_get_by_index(1)?,
            state: row.try_get_by_index(2)?,
            ambiguous: row.try_get_by_index(3)?,
            named: named(&row.try_get_by_index::<String>(4)?)?,
        })
    };
    base.rows(sql).await?.iter().map(row).collect()
}

/// The case that a stored letter's words name; what its buttons say is not in its words.
fn named(body: &str) -> Outcome<Option<i64>> {
    let letter: serde_json::Value = serde_json::from_str(body)?;
    let message = &letter["message"];
    let words = format!("{} {}", message["title"], message["lines"]);
    Ok(case_in(words.as_bytes()))
}

fn pairs<A: sea_orm::TryGetable, B: sea_orm::TryGetable>(rows: &[QueryResult]) -> Outcome<Vec<(A, B)>> {
    let pair = |row: &QueryResult| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?));
    rows.iter().map(pair).collect()
}
