//! The small files of `config/demo/`, embedded and read as rows.

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The demo's district: 即墨区.
pub const DISTRICT: (&str, &str) = ("370215", "即墨区");

/// One of the 60 communities, under its official codes.
#[derive(Debug, Clone, Deserialize)]
pub struct Community {
    #[serde(rename = "community_code")]
    pub code: String,
    #[serde(rename = "community")]
    pub name: String,
    pub subdistrict_code: String,
}

/// Where a subdistrict lies (degrees) and how much ground one of its grids covers.
#[derive(Debug, Clone, Deserialize)]
pub struct Subdistrict {
    pub code: String,
    pub name: String,
    pub lon: f64,
    pub lat: f64,
    pub km2_per_grid: f64,
}

/// A surname and how common it is.
#[derive(Debug, Clone, Deserialize)]
pub struct Surname {
    pub surname: String,
    pub weight: usize,
}

/// A department or a social organisation; `work_list` is empty or `;` between items.
#[derive(Debug, Clone, Deserialize)]
pub struct Office {
    pub code: String,
    pub name: String,
    pub name_en: String,
    pub work_list: String,
}

pub fn communities() -> Vec<Community> {
    rows(include_str!("../../config/demo/communities.csv"))
}

pub fn subdistricts() -> Vec<Subdistrict> {
    rows(include_str!("../../config/demo/subdistricts.csv"))
}

pub fn surnames() -> Vec<Surname> {
    rows(include_str!("../../config/demo/surnames.csv"))
}

pub fn given_names() -> Vec<String> {
    column(include_str!("../../config/demo/given_names.csv"))
}

pub fn streets() -> Vec<String> {
    column(include_str!("../../config/demo/streets.csv"))
}

pub fn estates() -> Vec<String> {
    column(include_str!("../../config/demo/estates.csv"))
}

pub fn departments() -> Vec<Office> {
    rows(include_str!("../../config/demo/departments.csv"))
}

pub fn organisations() -> Vec<Office> {
    rows(include_str!("../../config/demo/organisations.csv"))
}

/// Rows of a file made by this very module or embedded in the program; its tests read every one.
pub fn rows<T: DeserializeOwned>(text: &str) -> Vec<T> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("embedded and generated files have the columns that are read here")
}

fn column(text: &str) -> Vec<String> {
    text.lines().skip(1).map(str::to_owned).collect()
}

/// Writes rows as CSV under the given header.
pub fn table<const N: usize>(header: [&str; N], lines: impl IntoIterator<Item = [String; N]>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let write = || -> csv::Result<()> {
        writer.write_record(header)?;
        lines.into_iter().try_for_each(|line| writer.write_record(line))
    };
    write().expect("writing rows of one length to memory cannot fail");
    let bytes = writer.into_inner().expect("memory is always flushed");
    String::from_utf8(bytes).expect("CSV made of strings is UTF-8")
}
