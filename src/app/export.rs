//! Cases and figures as tables, for a spreadsheet: CSV (UTF-8 with a byte order mark, which Excel needs to
//! see Chinese) or XLSX. People appear as codes only; words, photos and positions stay in the program.

mod cases;
mod figures;
mod table;
#[cfg(test)]
mod tests;

pub use cases::case_table;
pub use figures::figure_table;
pub use table::{Cell, Format, Table};
