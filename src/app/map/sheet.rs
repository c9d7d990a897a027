//! What a draft would have meant, as a table to keep.

use super::what_if::{Exchange, Grid, GridLine, WhatIf};
use crate::app::export::{Cell, Table};

const HEADER: [&str; 13] = [
    "网格代码",
    "网格",
    "变化",
    "现行版案件",
    "草案案件",
    "增减",
    "转入",
    "转出",
    "现行版现场小时",
    "草案现场小时",
    "应哨人员",
    "响应中位数（分）",
    "响应样本",
];
const EXCHANGES: [&str; 5] = ["转出网格", "转入网格", "案件", "原响应中位数（分）", "预计响应（分）"];

/// The grids as a table, or with `exchanges` who gives to whom.
pub fn what_if_table(what_if: &WhatIf, exchanges: bool) -> Table {
    let count = |count: u64| Cell::Number(count as f64);
    let grid = |grid: &Grid| grid.as_ref().map_or(Cell::text("-"), Cell::text);
    if exchanges {
        let row = |one: &Exchange| {
            vec![
                grid(&one.from),
                grid(&one.to),
                count(one.cases),
                Cell::number(one.had),
                Cell::number(one.expected),
            ]
        };
        let rows = what_if.exchanges.iter().map(row).collect();
        return Table { title: "归属变化", header: EXCHANGES.map(str::to_owned).to_vec(), rows };
    }
    let row = |line: &GridLine| {
        vec![
            grid(&line.grid),
            Cell::text(if line.grid.is_some() { &line.name } else { "网格外" }),
            Cell::text(line.change.as_str()),
            count(line.before),
            count(line.after),
            Cell::Number(line.after as f64 - line.before as f64),
            count(line.gained),
            count(line.lost),
            Cell::number(Some(line.hours_before)),
            Cell::number(Some(line.hours_after)),
            Cell::Number(line.people as f64),
            Cell::number(line.response),
            Cell::Number(f64::from(line.history)),
        ]
    };
    let rows = what_if.grids.iter().map(row).collect();
    Table { title: "草案试算", header: HEADER.map(str::to_owned).to_vec(), rows }
}
