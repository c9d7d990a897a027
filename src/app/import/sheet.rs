//! A table out of a file: CSV in UTF-8 or GB18030, or the first sheet of an Excel workbook.
//!
//! Which one it is is seen by its content, not by its name. Header names may differ in case, in blanks and
//! in `-` for `_`; columns that nobody reads are allowed and told.

use super::Faults;
use calamine::{Data, ExcelDateTime, Reader};
use std::{collections::HashMap, io::Cursor};

/// The columns that a file should have.
pub struct Columns {
    /// The file is refused without these.
    pub needed: &'static [&'static str],
    /// Read when they are there.
    pub welcome: &'static [&'static str],
}

/// A table with a header.
#[derive(Debug)]
pub struct Sheet {
    columns: HashMap<String, usize>,
    rows: Vec<(usize, Vec<String>)>,
    /// What is wrong with the table itself; reading its rows goes on.
    faults: Faults,
}

/// A row that is not empty.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    sheet: &'a Sheet,
    cells: &'a [String],
    /// Its line in the file, 1 for the header's first line; in a workbook the row number.
    pub line: usize,
}

impl Sheet {
    /// Reads a file.
    ///
    /// # Errors
    /// A file that is no table, and columns that are missing or twice.
    pub fn read(bytes: &[u8], wanted: &Columns) -> Result<Self, Faults> {
        let lines = if is_workbook(bytes) { workbook(bytes)? } else { csv(bytes)? };
        let mut lines = lines.into_iter();
        let (_, header) = lines.next().ok_or_else(|| Faults::whole("文件是空的 the file is empty"))?;
        let mut faults = Faults::default();
        let columns = columns(&header, wanted, &mut faults)?;
        let mut rows = Vec::new();
        for (line, cells) in lines {
            if cells.len() > header.len() && cells[header.len()..].iter().any(|cell| !cell.is_empty()) {
                let (has, most) = (cells.len(), header.len());
                faults.add(line, format!("有 {has} 列，表头只有 {most} 列 {has} cells under {most} headers"));
            } else if cells.iter().any(|cell| !cell.is_empty()) {
                rows.push((line, cells));
            }
        }
        Ok(Self { columns, rows, faults })
    }

    /// What is wrong with the table itself; the faults of its rows are to be added.
    pub fn faults(&self) -> Faults {
        self.faults.clone()
    }

    /// The same, and a table without a row is a fault: it would take everything away.
    pub fn faults_of_needed(&self) -> Faults {
        let mut faults = self.faults();
        if self.rows.is_empty() && faults.0.is_empty() {
            faults = Faults::whole("只有表头，没有内容 only a header, and no rows under it");
        }
        faults
    }

    /// The rows that are not empty.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, cells)| Row { sheet: self, cells, line: *line })
    }
}

impl<'a> Row<'a> {
    /// A cell, trimmed; empty where the row or the file has none.
    pub fn get(&self, column: &str) -> &'a str {
        self.sheet.columns.get(column).and_then(|at| self.cells.get(*at)).map_or("", String::as_str)
    }

    /// A cell that must not be empty.
    pub fn need(&self, column: &str) -> Result<&'a str, String> {
        let cell = self.get(column);
        if cell.is_empty() { Err(format!("缺少 {column} is missing")) } else { Ok(cell) }
    }
}

/// Where each column stands. A header that is doubtful is a fault, and the rows are read all the same.
fn columns(
    header: &[String],
    wanted: &Columns,
    faults: &mut Faults,
) -> Result<HashMap<String, usize>, Faults> {
    let mut found = HashMap::new();
    let known: Vec<&str> = wanted.needed.iter().chain(wanted.welcome).copied().collect();
    for (at, written) in header.iter().enumerate().filter(|(_, written)| !written.is_empty()) {
        let name = written.to_lowercase().replace([' ', '-', '\u{3000}'], "_");
        if !known.contains(&name.as_str()) {
            if let Some(meant) = wanted.welcome.iter().find(|known| looks_like(known, &name)) {
                faults.add(1, format!("表头 {written} 是否应为 the column {written}: did you mean {meant}?"));
            }
        } else if found.insert(name.clone(), at).is_some() {
            faults.add(1, format!("表头 {name} 出现两次 the column {name} stands twice"));
        }
    }
    let missing: Vec<_> = wanted.needed.iter().copied().filter(|name| !found.contains_key(*name)).collect();
    if missing.is_empty() {
        return Ok(found);
    }
    let missing = missing.join(", ");
    faults.add(1, format!("缺少列 missing columns: {missing}"));
    if found.is_empty() {
        faults.add(1, "列应以逗号、分号或制表符分隔 columns are parted by commas, semicolons or tabs");
    }
    faults.clone().or(found)
}

/// A slip of the finger apart. (A needed column that is mistyped is missing, and told as such.)
fn looks_like(known: &str, name: &str) -> bool {
    strsim::damerau_levenshtein(known, name) <= known.len() / 4
}

type Lines = Vec<(usize, Vec<String>)>;

fn csv(bytes: &[u8]) -> Result<Lines, Faults> {
    let text = decode(bytes)?;
    let (separator, skipped, text) = separated(&text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| Faults::whole(format!("表格读不懂 not a table: {error}")))?;
        let line = record.position().map_or(0, csv::Position::line) as usize + skipped;
        lines.push((line, record.iter().map(|cell| cell.trim().to_owned()).collect()));
    }
    Ok(lines)
}

/// What parts the columns, lines before the header, and the text from the header on. Excel writes `;` where
/// the comma is a decimal point, tabs as "Unicode text", and may say so itself: `sep=;`.
fn separated(text: &str) -> (u8, usize, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let told = first.trim_end().strip_prefix("sep=").map(str::as_bytes);
    if let Some([separator]) = told {
        return (*separator, 1, rest);
    }
    // The comma comes last: of several that are as frequent the last is taken.
    let most = [b'\t', b';', b','].into_iter().max_by_key(|one| first.bytes().filter(|b| b == one).count());
    (most.unwrap_or(b','), 0, text)
}

/// UTF-8 with or without a byte order mark, UTF-16 with one (Excel's "Unicode text"), else GB18030.
fn decode(bytes: &[u8]) -> Result<String, Faults> {
    let unknown = || Faults::whole("既不是 UTF-8 也不是 GB18030 neither UTF-8 nor GB18030");
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]);
        return text.map(std::borrow::Cow::into_owned).ok_or_else(unknown);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_owned());
    }
    let text = encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes);
    text.map(std::borrow::Cow::into_owned).ok_or_else(unknown)
}

/// A zip (xlsx, ods) or the container of old Excel.
fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0])
}

fn workbook(bytes: &[u8]) -> Result<Lines, Faults> {
    let wrong = |error: calamine::Error| Faults::whole(format!("工作簿读不懂 not a workbook: {error}"));
    let mut book = calamine::open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(wrong)?;
    let sheet = book.worksheet_range_at(0);
    let sheet = sheet.ok_or_else(|| Faults::whole("工作簿是空的 the workbook is empty"))?.map_err(wrong)?;
    let first = sheet.start().map_or(1, |(row, _)| row as usize + 1);
    let rows = sheet.rows().enumerate();
    Ok(rows.map(|(at, cells)| (first + at, cells.iter().map(written).collect())).collect())
}

/// A cell as a person would have typed it.
fn written(cell: &Data) -> String {
    match cell {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::DateTime(at) => date(at),
        Data::Empty | Data::Error(_) => String::new(),
        other => other.to_string().trim().to_owned(),
    }
}

/// `2026-01-01`, or `08:00` where the cell holds a time of day only.
fn date(at: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, ..) = at.to_ymd_hms_milli();
    if at.as_f64() < 1.0 {
        format!("{hour:02}:{minute:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}")
    }
}
