use super::*;
use crate::domain::{
    Case, CaseId, City,
    figures::{Grouping, Window, grouped},
};
use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use serde_json::json;
use std::io::Cursor;

fn case() -> Case {
    let deadline = |at: &str| json!({"at": at, "provisional": false});
    let mut case: Case = serde_json::from_value(json!({
        "version": 4, "state": "settled", "origin": "worker", "reporters": [{"person": "W0001"}],
        "category": "06010", "category_guessed": false, "desk": "C1", "departments": [],
        "material": [{"words": "王小明电话13800001234", "said_at": "2026-10-09T00:00:00Z"}],
        "place": {"words": "墨城路1号", "located": {"candidates": []}},
        "times": {"reported": "2026-10-09T00:00:00Z", "whistled": "2026-10-09T00:00:00Z",
            "answered": "2026-10-09T00:05:30Z", "arrived": "2026-10-09T00:42:00Z", "settled": "2026-10-09T03:00:00Z"},
        "whistle": {"unit": "G1", "stage": "settled", "lead": "S0001", "helpers": [], "urgent": false,
            "times": {"whistled": "2026-10-09T00:00:00Z", "settled": "2026-10-09T03:00:00Z"}, "escalation": "grid",
            "answer": deadline("2026-10-09T00:30:00Z"), "arrive": deadline("2026-10-09T02:00:00Z"),
            "settle": deadline("2026-10-10T10:00:00Z")},
        "escalation": "grid", "was_suspended": false, "urged": [], "extensions": [], "reworks": 1, "returns": 0,
        "reopenings": 0, "reassignments": 0, "rerouted": false, "time_capped": false,
    }))
    .unwrap();
    case.id = CaseId(7);
    case
}

fn cell(table: &Table, name: &str) -> Cell {
    let column = table.header.iter().position(|header| header == name).expect(name);
    table.rows[0][column].clone()
}

#[test]
fn a_case_is_a_row_of_codes_and_city_times() {
    let table = case_table(&[case()], &City::default());
    assert_eq!(table.rows[0].len(), table.header.len());
    assert_eq!(cell(&table, "责任单位代码"), Cell::text("G1"));
    assert_eq!(cell(&table, "牵头人代码"), Cell::text("S0001"));
    assert_eq!(cell(&table, "到场时间"), Cell::text("2026-10-09 08:42:00"));
    assert_eq!(cell(&table, "处置期限"), Cell::text("2026-10-10 18:00:00"));
    assert_eq!(cell(&table, "接哨用时（分）"), Cell::Number(5.5));
    assert_eq!(cell(&table, "响应用时（分）"), Cell::Number(42.0));
    assert_eq!(cell(&table, "返工次数"), Cell::Number(1.0));
    let text = String::from_utf8(table.to_bytes(Format::Csv).unwrap()).unwrap();
    assert!(text.starts_with('\u{FEFF}'));
    for personal in ["王小明", "13800001234", "墨城路", "W0001"] {
        assert!(!text.contains(personal), "{personal}");
    }
}

#[test]
fn a_workbook_holds_the_same_as_the_text() {
    let table = case_table(&[case()], &City::default());
    let bytes = table.to_bytes(Format::Xlsx).unwrap();
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    let sheet = book.worksheet_range("案件").unwrap();
    let rows: Vec<_> = sheet.rows().collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0][0], Data::String("案件编号".into()));
    assert_eq!(rows[1][25], Data::Float(42.0));
}

#[test]
fn figures_carry_numerator_and_denominator() {
    let window =
        Window { from: "2026-10-08T16:00:00Z".parse().unwrap(), to: "2026-10-09T16:00:00Z".parse().unwrap() };
    let groups = grouped(&[case()], Grouping::Whole, &window, &City::default());
    let table = figure_table(&[(Grouping::Whole, groups)], chrono_tz::Asia::Shanghai);
    let text = String::from_utf8(table.to_bytes(Format::Csv).unwrap()).unwrap();
    let line = |code: &str| text.lines().find(|line| line.contains(&format!(",{code},"))).unwrap().to_owned();
    assert!(line("response").ends_with(",响应用时,,42,42,,1"), "{}", line("response"));
    assert!(line("arrived_on_time").ends_with(",按期到场率,1,,,1,1"), "{}", line("arrived_on_time"));
    assert!(line("reported").contains(",2026-10-09 00:00,2026-10-10 00:00,"), "{}", line("reported"));
}

#[test]
fn a_name_that_looks_like_a_formula_is_not_run() {
    let rows = vec![vec![Cell::text("=cmd()"), Cell::text("-"), Cell::Number(-1.0)]];
    let table = Table { title: "x", header: vec!["a".into(), "b".into(), "c".into()], rows };
    let text = String::from_utf8(table.to_bytes(Format::Csv).unwrap()).unwrap();
    assert!(text.ends_with("'=cmd(),-,-1\r\n"), "{text}");
}
