//! The table of a Shapefile (dBASE III and later), every cell as text.
//!
//! The crate `dbase` reads numbers as floating point, in which an area's code of 17 digits is another
//! one; the format is plain enough to take the digits as they stand.

use encoding_rs::{Encoding, GB18030, UTF_8};
use std::collections::BTreeMap;

/// A row by column, names in lower case; `None` where it is marked as deleted.
pub type Row = Option<BTreeMap<String, String>>;

/// The head before the columns, and one column in it.
const HEAD: usize = 32;
const COLUMN: usize = 32;

struct Column {
    name: String,
    width: usize,
}

/// The rows. `cpg` is the text of the file that names the encoding.
pub fn rows(bytes: &[u8], cpg: Option<&str>) -> Result<Vec<Row>, String> {
    let short = || ".dbf 不完整 the .dbf is cut short".to_owned();
    let head = bytes.get(..HEAD).ok_or_else(short)?;
    let count = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
    let start = usize::from(u16::from_le_bytes([head[8], head[9]]));
    let width = usize::from(u16::from_le_bytes([head[10], head[11]]));
    let (head, body) = bytes.split_at_checked(start).ok_or_else(short)?;
    let columns = columns(head.get(HEAD..).ok_or_else(short)?);
    let is_wide = columns.iter().map(|column| column.width).sum::<usize>() < width;
    if columns.is_empty() || !is_wide {
        return Err(".dbf 的表头有误 the header of the .dbf is wrong".into());
    }
    let body = count.checked_mul(width).and_then(|length| body.get(..length)).ok_or_else(short)?;
    let encoding = encoding(cpg, bytes[29], body);
    Ok(body.chunks_exact(width).map(|cells| row(cells, &columns, encoding)).collect())
}

fn columns(bytes: &[u8]) -> Vec<Column> {
    let column = |bytes: &[u8]| {
        let name = bytes[..11].split(|byte| *byte == 0).next().unwrap_or_default();
        Column { name: String::from_utf8_lossy(name).trim().to_lowercase(), width: usize::from(bytes[16]) }
    };
    // The list ends with a carriage return.
    bytes.chunks_exact(COLUMN).take_while(|bytes| bytes[0] != 0x0D).map(column).collect()
}

/// What the `.cpg` says, else the mark in the head, else what the text looks like: most tables of a
/// Chinese office are GBK and say nothing.
fn encoding(cpg: Option<&str>, mark: u8, body: &[u8]) -> &'static Encoding {
    let named = cpg.map(str::trim).and_then(|label| match label.to_ascii_uppercase().as_str() {
        "936" | "CP936" | "ANSI 936" | "OEM 936" => Some(GB18030),
        "65001" => Some(UTF_8),
        _ => Encoding::for_label(label.as_bytes()),
    });
    match (named, mark) {
        (Some(named), _) => named,
        (None, 0x4D | 0x7A) => GB18030,
        (None, _) if std::str::from_utf8(body).is_ok() => UTF_8,
        (None, _) => GB18030,
    }
}

fn row(cells: &[u8], columns: &[Column], encoding: &'static Encoding) -> Row {
    let (mark, mut rest) = cells.split_first()?;
    if *mark == b'*' {
        return None;
    }
    let mut row = BTreeMap::new();
    for column in columns {
        let (cell, after) = rest.split_at_checked(column.width)?;
        let (text, _) = encoding.decode_without_bom_handling(cell);
        row.insert(column.name.clone(), whole(text.trim_matches(['\0', ' ']).trim()).to_owned());
        rest = after;
    }
    Some(row)
}

/// A number that some programs write as `370215.000`.
fn whole(text: &str) -> &str {
    let zeros = text.split_once('.').filter(|(digits, zeros)| {
        !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && zeros.bytes().all(|byte| byte == b'0')
    });
    zeros.map_or(text, |(digits, _)| digits)
}
