//! A case a row.

use super::{Cell, Table};
use crate::domain::{Case, CaseNumber, City, Evidence, Origin, UnitLevel, figures::unit_of};
use chrono::{DateTime, Utc};

const HEADER: [&str; 33] = [
    "案件编号",
    "状态",
    "来源",
    "小类代码",
    "小类",
    "大类",
    "区代码",
    "街道代码",
    "街道",
    "社区代码",
    "社区",
    "网格代码",
    "网格",
    "责任单位代码",
    "责任单位",
    "牵头人代码",
    "上报时间",
    "哨响时间",
    "接哨时间",
    "到场时间",
    "事了时间",
    "结案时间",
    "到场期限",
    "处置期限",
    "接哨用时（分）",
    "响应用时（分）",
    "处置用时（分）",
    "到场核实",
    "自办",
    "返工次数",
    "退回次数",
    "延期次数",
    "重开次数",
];

/// The cases as a table, in the order given. Times are the city's.
pub fn case_table(cases: &[Case], city: &City) -> Table {
    let rows = cases.iter().map(|case| row(case, city)).collect();
    Table { title: "案件", header: HEADER.map(str::to_owned).to_vec(), rows }
}

fn row(case: &Case, city: &City) -> Vec<Cell> {
    let mut row = vec![
        Cell::text(CaseNumber::of(case.id)),
        Cell::text(case.state.as_str()),
        Cell::text(origin(case.origin)),
    ];
    row.extend(matter(case, city));
    row.extend(units(case, city));
    row.extend(times(case, city));
    row.extend(counts(case));
    row
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Worker => "worker",
        Origin::Resident => "resident",
        Origin::Dispatcher => "dispatcher",
        Origin::Open311 => "open311",
    }
}

fn matter(case: &Case, city: &City) -> [Cell; 3] {
    let category = city.catalogue.get(&case.category);
    let of = |name: Option<&String>| name.map_or(Cell::Empty, Cell::text);
    [
        Cell::text(&case.category),
        of(category.map(|category| &category.name)),
        of(category.map(|category| &category.major)),
    ]
}

fn units(case: &Case, city: &City) -> Vec<Cell> {
    let mut cells = Vec::new();
    let levels = [UnitLevel::District, UnitLevel::Subdistrict, UnitLevel::Community, UnitLevel::Grid];
    for level in levels {
        let unit = unit_of(case, level, city);
        cells.push(unit.map_or(Cell::Empty, |unit| Cell::text(&unit.code)));
        if level != UnitLevel::District {
            cells.push(unit.map_or(Cell::Empty, |unit| Cell::text(&unit.name)));
        }
    }
    let owner = case.whistle.as_ref();
    let name = owner.and_then(|whistle| city.organisation.unit(&whistle.unit)).map(|unit| &unit.name);
    cells.push(owner.map_or(Cell::Empty, |whistle| Cell::text(&whistle.unit)));
    cells.push(name.map_or(Cell::Empty, Cell::text));
    cells.push(owner.and_then(|whistle| whistle.lead.as_ref()).map_or(Cell::Empty, Cell::text));
    cells
}

fn times(case: &Case, city: &City) -> Vec<Cell> {
    let local = |at: Option<DateTime<Utc>>| {
        at.map_or(Cell::Empty, |at| {
            Cell::text(at.with_timezone(&city.calendar.zone).format("%Y-%m-%d %H:%M:%S"))
        })
    };
    let minutes = |to: Option<DateTime<Utc>>| {
        let span = case.times.whistled.zip(to).map(|(from, to)| (to - from).num_seconds() as f64 / 60.0);
        Cell::number(span)
    };
    let times = &case.times;
    let mut cells: Vec<Cell> =
        [times.reported, times.whistled, times.answered, times.arrived, times.settled, times.closed]
            .map(local)
            .to_vec();
    let whistle = case.whistle.as_ref();
    cells.push(local(whistle.map(|whistle| whistle.arrive.at)));
    cells.push(local(whistle.map(|whistle| whistle.settle.at)));
    cells.extend([times.answered, times.arrived, times.settled].map(minutes));
    cells
}

fn counts(case: &Case) -> Vec<Cell> {
    let evidence =
        case.whistle.as_ref().and_then(|whistle| whistle.arrival.as_ref()).map(|arrival| arrival.evidence);
    let word = evidence.map(|evidence| match evidence {
        Evidence::Verified => "verified",
        Evidence::Near => "near",
        Evidence::Unverified => "unverified",
    });
    let self_resolved = case.settlement.as_ref().is_some_and(|settlement| settlement.self_resolved);
    let mut cells = vec![word.map_or(Cell::Empty, Cell::text), Cell::truth(self_resolved)];
    let counts = [case.reworks, case.returns, case.extensions.len() as u32, case.reopenings];
    cells.extend(counts.map(|count| Cell::Number(f64::from(count))));
    cells
}
