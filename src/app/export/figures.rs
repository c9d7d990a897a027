//! A figure a row: by which grouping, for whom, in which period, of how many cases.

use super::{Cell, Table};
use crate::domain::figures::{Group, Grouping, Measure, Value};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

const HEADER: [&str; 12] = [
    "分组",
    "代码",
    "名称",
    "自",
    "至（不含）",
    "指标代码",
    "指标",
    "数值",
    "中位数（分）",
    "90分位（分）",
    "分子",
    "分母",
];

/// Groups of figures as one table. Rates are shares from 0 to 1.
pub fn figure_table(groups: &[(Grouping, Vec<Group>)], zone: Tz) -> Table {
    let mut rows = Vec::new();
    for (grouping, groups) in groups {
        for group in groups {
            rows.extend(group.figures.measures().iter().map(|measure| row(*grouping, group, measure, zone)));
        }
    }
    Table { title: "统计", header: HEADER.map(str::to_owned).to_vec(), rows }
}

fn row(grouping: Grouping, group: &Group, measure: &Measure<'_>, zone: Tz) -> Vec<Cell> {
    let local = |at: DateTime<Utc>| Cell::text(at.with_timezone(&zone).format("%Y-%m-%d %H:%M"));
    let mut row = vec![
        Cell::text(grouping.as_str()),
        Cell::text(&group.key),
        Cell::text(&group.name),
        local(group.window.from),
        local(group.window.to),
        Cell::text(measure.code),
        Cell::text(measure.name),
    ];
    row.extend(value(measure.value));
    row
}

/// Value, median, 90th percentile, numerator, denominator.
fn value(value: Value<'_>) -> [Cell; 5] {
    let count = |count: usize| Cell::Number(count as f64);
    match value {
        Value::Count(cases) => [count(cases.len()), Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty],
        Value::Minutes(spread) => [
            Cell::Empty,
            Cell::number(spread.median),
            Cell::number(spread.p90),
            Cell::Empty,
            count(spread.cases.len()),
        ],
        Value::Share(rate) => {
            let share = rate.value().map(|share| (share * 10_000.0).round() / 10_000.0);
            [
                share.map_or(Cell::Empty, Cell::Number),
                Cell::Empty,
                Cell::Empty,
                count(rate.hit.len()),
                count(rate.of.len()),
            ]
        }
        Value::Per100(share, cases) => {
            [Cell::number(share), Cell::Empty, Cell::Empty, count(cases.len()), Cell::Empty]
        }
    }
}
