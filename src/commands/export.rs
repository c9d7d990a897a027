//! `whistle export`: cases or figures of a period as a table.

use super::{Done, Failure, SettingsArgs, warn};
use crate::{
    app::{
        App, FiguresAsked,
        export::{Format, Table, case_table, figure_table},
        map::correction_table,
    },
    domain::{
        Case, UnitCode,
        figures::{Grouping, Window, midnight},
    },
    store::{CaseFilter, Keyset, Order},
};
use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use std::{
    io::{IsTerminal, Write},
    path::PathBuf,
};

/// Cases read at a time.
const PAGE: u64 = 1_000;

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// cases 案件 · figures 统计 · corrections 归属更正
    #[arg(value_enum)]
    what: What,
    /// 第一天 · the first day, 2026-11-01
    #[arg(long, value_name = "DAY")]
    from: NaiveDate,
    /// 最后一天（含） · the last day, included
    #[arg(long, value_name = "DAY")]
    to: NaiveDate,
    /// csv 或 or xlsx
    #[arg(long, default_value = "csv", value_parser = format)]
    format: Format,
    /// 写入文件，而非标准输出 · a file in place of stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// 只要此单位及其下级 · only this unit and what is below it
    #[arg(long, value_name = "UNIT_CODE")]
    unit: Option<String>,
    /// figures 的分组 · groupings of figures
    #[arg(long, value_delimiter = ',', value_name = "GROUPING,…", value_parser = grouping,
        default_value = "whole,subdistrict,community,grid,department,category,month")]
    by: Vec<Grouping>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// A case a row.
    Cases,
    /// A figure a row.
    Figures,
    /// A pair of grids a row: where people knew better than the map.
    Corrections,
}

pub async fn export(layers: &SettingsArgs, args: &ExportArgs) -> Done {
    let (_, app) = layers.app().await?;
    let city = app.city();
    let unit = args.unit.as_deref().map(UnitCode::from);
    if let Some(unknown) = unit.as_ref().filter(|code| city.city.organisation.unit(code).is_none()) {
        return Err(Failure(format!("没有单位 there is no unit {unknown}")));
    }
    let window = window(args, city.city.calendar.zone)?;
    let table = match args.what {
        What::Cases => case_table(&cases(&app, &window, unit).await?, &city.city),
        What::Figures => {
            let mut groups = Vec::new();
            for by in &args.by {
                let asked = FiguresAsked { window, by: *by, unit: unit.clone() };
                groups.push((*by, app.figures(&asked, None).await?));
            }
            figure_table(&groups, city.city.calendar.zone)
        }
        What::Corrections => {
            let units = unit.as_ref().map(std::slice::from_ref);
            correction_table(&app.corrections(&window, units).await?, &city)
        }
    };
    write(args, &table)
}

fn window(args: &ExportArgs, zone: chrono_tz::Tz) -> Result<Window, Failure> {
    let after = args.to.succ_opt().filter(|_| args.from <= args.to);
    let after = after.ok_or_else(|| format!("{} 早于 is before {}", args.to, args.from))?;
    Ok(Window { from: midnight(args.from, zone), to: midnight(after, zone) })
}

/// Every case reported in the period, the oldest first.
async fn cases(app: &App, window: &Window, unit: Option<UnitCode>) -> Result<Vec<Case>, Failure> {
    let order = Order::NewestFirst;
    let mut filter = CaseFilter {
        desks: unit.map(|unit| vec![unit]),
        since: Some(window.from),
        until: Some(window.to),
        order,
        limit: PAGE,
        ..CaseFilter::default()
    };
    let mut found: Vec<Case> = Vec::new();
    loop {
        let page = app.store().list(&filter).await?;
        filter.after = page.last().map(|case| Keyset::of(case, order));
        let last = (page.len() as u64) < PAGE;
        found.extend(page);
        if last {
            found.reverse();
            return Ok(found);
        }
    }
}

fn write(args: &ExportArgs, table: &Table) -> Done {
    let bytes = table.to_bytes(args.format)?;
    if let Some(file) = &args.output {
        std::fs::write(file, &bytes).map_err(|error| format!("{}: {error}", file.display()))?;
        warn(format_args!("{} 行 rows → {}", table.rows.len(), file.display()));
        return Ok(());
    }
    to_stdout(&bytes, args.format)
}

/// The file itself; a workbook is nothing to look at in a terminal.
pub(super) fn to_stdout(bytes: &[u8], format: Format) -> Done {
    let mut stdout = std::io::stdout().lock();
    if format == Format::Xlsx && stdout.is_terminal() {
        return Err(Failure("xlsx 请用 --output 写入文件 an xlsx goes into a file: --output FILE".into()));
    }
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        // `| head` has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}

pub(super) fn format(word: &str) -> Result<Format, String> {
    Format::parse(word).ok_or_else(|| "known are csv, xlsx".into())
}

fn grouping(word: &str) -> Result<Grouping, String> {
    let known = Grouping::ALL.map(Grouping::as_str).join(", ");
    Grouping::parse(word).ok_or_else(|| format!("known are {known}"))
}
