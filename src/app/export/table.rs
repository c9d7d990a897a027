//! A table on its way into a file.

use rust_xlsxwriter::{Format as Look, Workbook, XlsxError};

/// Which file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated, UTF-8 with a byte order mark.
    Csv,
    /// An Excel workbook of one sheet.
    Xlsx,
}

impl Format {
    /// The format that a word names.
    pub fn parse(word: &str) -> Option<Self> {
        match word.to_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }
}

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Words or a code.
    Text(String),
    /// A number.
    Number(f64),
    /// Nothing is known.
    Empty,
}

impl Cell {
    /// Words or a code.
    pub fn text(text: impl ToString) -> Self {
        Self::Text(text.to_string())
    }

    /// A number where there is one, to a hundredth.
    pub fn number(number: Option<f64>) -> Self {
        number.map_or(Self::Empty, |number| Self::Number((number * 100.0).round() / 100.0))
    }

    /// 是 or 否.
    pub fn truth(is: bool) -> Self {
        Self::text(if is { "是" } else { "否" })
    }
}

/// A header and rows of the same length.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The sheet's name.
    pub title: &'static str,
    /// Chinese.
    pub header: Vec<String>,
    /// In order.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// The file's bytes.
    ///
    /// # Errors
    /// One line: more rows than a sheet of Excel has, for one.
    pub fn to_bytes(&self, format: Format) -> Result<Vec<u8>, String> {
        match format {
            Format::Csv => self.to_csv().map_err(|error| error.to_string()),
            Format::Xlsx => self.to_xlsx().map_err(|error| error.to_string()),
        }
    }

    fn to_csv(&self) -> Result<Vec<u8>, csv::Error> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer("\u{FEFF}".as_bytes().to_vec());
        writer.write_record(&self.header)?;
        for row in &self.rows {
            writer.write_record(row.iter().map(plain))?;
        }
        writer.into_inner().map_err(|error| error.into_error().into())
    }

    fn to_xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let bold = Look::new().set_bold();
        let sheet = book.add_worksheet().set_name(self.title)?;
        for (column, name) in (0_u16..).zip(&self.header) {
            sheet.write_string_with_format(0, column, name, &bold)?;
        }
        for (row, cells) in (1_u32..).zip(&self.rows) {
            for (column, cell) in (0_u16..).zip(cells) {
                match cell {
                    Cell::Text(text) => sheet.write_string(row, column, text)?,
                    Cell::Number(number) => sheet.write_number(row, column, *number)?,
                    Cell::Empty => sheet,
                };
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        sheet.autofit();
        book.save_to_buffer()
    }
}

/// A name that begins like a formula is shown, not run: spreadsheets take a leading `'` as "text".
fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) if text.len() > 1 && text.starts_with(['=', '+', '-', '@', '\t', '\r']) => {
            format!("'{text}")
        }
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Empty => String::new(),
    }
}
