//! The catalogue of matters: limits, keywords and closing conditions, all of them the city's own data.

use super::{
    Faults,
    offices::list,
    sheet::{Columns, Row, Sheet},
};
use crate::domain::{Category, CategoryCode, ClosingCondition, TimeLimit, catalogue::UNCATEGORISED};
use std::collections::BTreeMap;

const COLUMNS: Columns = Columns {
    needed: &["code", "major", "name", "answer_limit", "arrive_limit", "settle_limit", "closing_conditions"],
    welcome: &[
        "major_en",
        "name_en",
        "keywords",
        "keywords_en",
        "closing_conditions_en",
        "direct",
        "photo_required",
    ],
};

/// Reads a catalogue. The matter `00000` (未分类), where cases wait that nobody has classed, is added as it
/// is built in when the file has none.
///
/// # Errors
/// Every bad row.
pub fn read_catalogue(bytes: &[u8]) -> Result<Vec<Category>, Faults> {
    let mut found = rows(bytes)?;
    if !found.contains_key(&UNCATEGORISED.into()) {
        let built_in = rows(include_bytes!("../../../config/city/catalogue.csv"))?;
        found.extend(built_in.into_iter().filter(|(code, _)| code.as_str() == UNCATEGORISED));
    }
    Ok(found.into_values().map(|(_, category)| category).collect())
}

fn rows(bytes: &[u8]) -> Result<BTreeMap<CategoryCode, (usize, Category)>, Faults> {
    let sheet = Sheet::read(bytes, &COLUMNS)?;
    let mut faults = sheet.faults_of_needed();
    let mut found: BTreeMap<CategoryCode, (usize, Category)> = BTreeMap::new();
    for row in sheet.rows() {
        let Some(category) = category(&row, &mut faults) else { continue };
        match found.get(&category.code) {
            Some((first, _)) => {
                faults.add(
                    row.line,
                    format!("编码与第 {first} 行重复 the code stands in line {first} already"),
                );
            }
            None => {
                found.insert(category.code.clone(), (row.line, category));
            }
        }
    }
    faults.or(found)
}

fn category(row: &Row<'_>, faults: &mut Faults) -> Option<Category> {
    let line = row.line;
    let code = faults.keep(line, row.need("code").and_then(code));
    let major = faults.keep(line, row.need("major"));
    let name = faults.keep(line, row.need("name"));
    let mut limit = |column: &str| {
        let read =
            row.need(column).and_then(|text| text.parse::<TimeLimit>().map_err(|e| format!("{column}: {e}")));
        faults.keep(line, read)
    };
    let (answer, arrive, settle) = (limit("answer_limit"), limit("arrive_limit"), limit("settle_limit"));
    let closing_conditions = faults.keep(line, conditions(row));
    let direct = faults.keep(line, truth(row, "direct"));
    let photo_required = faults.keep(line, truth(row, "photo_required"));
    let english = |column: &str, chinese: &str| {
        let cell = row.get(column);
        if cell.is_empty() { chinese.to_owned() } else { cell.to_owned() }
    };
    Some(Category {
        code: code?,
        major: major?.into(),
        major_en: english("major_en", major?),
        name: name?.into(),
        name_en: english("name_en", name?),
        keywords: list(row.get("keywords")).into_iter().map(|word| word.to_lowercase()).collect(),
        keywords_en: list(row.get("keywords_en")).into_iter().map(|word| word.to_lowercase()).collect(),
        answer_limit: answer?,
        arrive_limit: arrive?,
        settle_limit: settle?,
        closing_conditions: closing_conditions?,
        direct: direct?,
        photo_required: photo_required?,
    })
}

/// Five digits. A spreadsheet that took the code for a number has lost its leading zero.
fn code(text: &str) -> Result<CategoryCode, String> {
    let digits = !text.is_empty() && text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    let wrong = || format!("code 应为五位数字 must be five digits, not `{text}`");
    if digits { Ok(format!("{text:0>5}").into()) } else { Err(wrong()) }
}

fn conditions(row: &Row<'_>) -> Result<Vec<ClosingCondition>, String> {
    let chinese = list(row.need("closing_conditions")?);
    let english = list(row.get("closing_conditions_en"));
    if !english.is_empty() && english.len() != chinese.len() {
        let (zh, en) = (chinese.len(), english.len());
        return Err(format!(
            "结案条件中文 {zh} 条，英文 {en} 条 {zh} closing conditions in Chinese, {en} in English"
        ));
    }
    let in_english = |at: usize, text: &String| english.get(at).unwrap_or(text).clone();
    let both = |(at, text)| ClosingCondition { text_en: in_english(at, &text), text };
    Ok(chinese.into_iter().enumerate().map(both).collect())
}

fn truth(row: &Row<'_>, column: &str) -> Result<bool, String> {
    match row.get(column).to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "是" => Ok(true),
        "" | "no" | "n" | "false" | "0" | "否" => Ok(false),
        other => Err(format!("{column} 应为 must be yes or no, not `{other}`")),
    }
}
