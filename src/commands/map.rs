//! `whistle map`: the editions of the map, their time, and what a draft would have meant.

use super::{Done, Failure, SettingsArgs, about, progress, say, warn};
use crate::app::{
    App,
    export::{Format, Table},
    map::{EditionView, what_if_table},
};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct MapArgs {
    #[command(subcommand)]
    command: MapCommand,
}

#[derive(Debug, Subcommand)]
enum MapCommand {
    /// 各版地图 · every edition: number, standing, time, name
    List,
    /// 定生效时间 · give a draft its time; now by default
    Take {
        /// 版本号 · the edition's number
        edition: i64,
        /// 何时生效 · such as 2026-12-01T00:00:00+08:00
        #[arg(long, value_name = "TIME", value_parser = super::import_map::time)]
        at: Option<DateTime<Utc>>,
    },
    /// 撤回草案 · a draft, or one that waits, will never come into force
    Withdraw {
        /// 版本号 · the edition's number
        edition: i64,
    },
    /// 试算 · the last days' cases on a draft, as CSV: a grid a line
    WhatIf {
        /// 版本号 · the edition's number
        edition: i64,
        /// 最近多少天 · of how many days
        #[arg(long, default_value_t = 30, value_name = "N")]
        days: u32,
        /// 谁转给谁 · who would give to whom, in place of the grids
        #[arg(long)]
        exchanges: bool,
        /// csv 或 or xlsx
        #[arg(long, default_value = "csv", value_parser = super::export::format)]
        format: Format,
        /// 写入文件，而非标准输出 · a file in place of stdout
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

pub async fn map(layers: &SettingsArgs, args: MapArgs) -> Done {
    let (_, app) = layers.app().await?;
    let named = |edition: i64| move |error| about(&format!("map edition {edition}"), error);
    match args.command {
        MapCommand::List => list(&app).await,
        MapCommand::Take { edition, at } => {
            app.schedule_edition(edition, at, None).await.map_err(named(edition))?;
            list(&app).await
        }
        MapCommand::Withdraw { edition } => {
            app.withdraw_edition(edition, None).await.map_err(named(edition))?;
            list(&app).await
        }
        MapCommand::WhatIf { edition, days, exchanges, format, output } => {
            let bar = progress::bar(app.what_if_cases(days).await?);
            bar.set_message(format!("{days} 天的案件 days of cases"));
            let reckoned = app.what_if(edition, days, |done| bar.set_position(done)).await;
            bar.finish_and_clear();
            let what_if = reckoned.map_err(named(edition))?;
            warn(format_args!(
                "{} 件，{} 件会换网格 cases, of which so many would go to another grid",
                what_if.placed, what_if.moved
            ));
            write(&what_if_table(&what_if, exchanges), format, output)
        }
    }
}

async fn list(app: &App) -> Done {
    let zone = app.city().city.calendar.zone;
    for EditionView { row, standing } in app.editions().await? {
        let at =
            row.effective_at.map(|at| at.with_timezone(&zone).format("%Y-%m-%dT%H:%M:%S%:z").to_string());
        say(format_args!(
            "{}\t{}\t{}\t{}",
            row.id,
            standing.as_str(),
            at.as_deref().unwrap_or("-"),
            row.name.as_deref().unwrap_or("-")
        ))?;
    }
    Ok(())
}

fn write(table: &Table, format: Format, output: Option<PathBuf>) -> Done {
    let bytes = table.to_bytes(format)?;
    match output {
        Some(file) => {
            Ok(std::fs::write(&file, &bytes)
                .map_err(|error| Failure(format!("{}: {error}", file.display())))?)
        }
        None => super::export::to_stdout(&bytes, format),
    }
}
