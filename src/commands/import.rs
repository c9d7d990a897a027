//! `whistle import`: files of the city, each all or nothing.

use super::{Done, Failure, SettingsArgs, progress};
use crate::app::{
    App,
    import::{Faults, Loaded, Loader, map_text},
};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct ImportArgs {
    #[command(subcommand)]
    file: File,
}

#[derive(Debug, Subcommand)]
enum File {
    /// 地图 · a GeoJSON FeatureCollection, one feature an area
    Map {
        /// 文件 · the file
        file: PathBuf,
        /// 何时生效，默认立即 · when it takes over, such as 2026-12-01T00:00:00+08:00; now by default
        #[arg(long, value_name = "TIME", value_parser = time)]
        effective: Option<DateTime<Utc>>,
        /// 只检查，不写入 · check only, write nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// 人员 · `code,name,phone,role,unit_code,language`, one row a role
    People(Table),
    /// 部门 · `code,name,name_en,kind,work_list`
    Departments(Table),
    /// 社会组织 · `code,name,name_en,kind,work_list`
    Organisations(Table),
    /// 事项目录 · matters with limits, keywords and closing conditions
    Catalogue(Table),
    /// 日历 · `date,kind,name`, off or work
    Calendar(Table),
    /// 党群服务站 · `code,name,unit_code,lon,lat`
    Stations(Table),
    /// 值班表 · `unit_code,person_code,weekday,from,to,valid_from,valid_to`
    Duty(Table),
}

/// CSV (UTF-8 or GB18030) or XLSX.
#[derive(Debug, Args)]
struct Table {
    /// CSV（UTF-8 或 GB18030）或 XLSX · the file
    file: PathBuf,
}

pub async fn import(layers: &SettingsArgs, args: ImportArgs) -> Done {
    if let File::Map { file, dry_run: true, .. } = &args.file {
        return try_map(&read(file)?);
    }
    let path = args.file.path().to_owned();
    let bytes = read(&path)?;
    let (settings, app) = layers.app().await?;
    let bar = progress::bar(2);
    bar.set_message(format!("读取 reading {}", path.display()));
    let loader = Loader::new(&app, &settings.security);
    bar.inc(1);
    let loaded = load(&loader, args.file, &bytes).await;
    bar.finish_and_clear();
    let loaded = loaded?;
    for warning in &loaded.warnings {
        eprintln!("{warning}");
    }
    println!("{}: {loaded}", path.display());
    after(&app, &loaded).await
}

async fn load(loader: &Loader<'_>, file: File, bytes: &[u8]) -> Result<Loaded, Failure> {
    let loaded = match file {
        File::Map { effective, .. } => loader.map(bytes, effective).await,
        File::People(_) => loader.people(bytes).await,
        File::Departments(_) => loader.departments(bytes).await,
        File::Organisations(_) => loader.organisations(bytes).await,
        File::Catalogue(_) => loader.catalogue(bytes).await,
        File::Calendar(_) => loader.calendar(bytes).await,
        File::Stations(_) => loader.stations(bytes).await,
        File::Duty(_) => loader.duty(bytes).await,
    };
    loaded.map_err(|error| match error {
        crate::app::import::Error::Faults(faults) => refused(&faults),
        other => Failure(other.to_string()),
    })
}

/// Deadlines that rested on a year nobody had published are computed again.
async fn after(app: &App, loaded: &Loaded) -> Done {
    if loaded.recomputes {
        let again = crate::app::import::recompute(app).await?;
        if again > 0 {
            println!("{again} 件的期限已重算 cases have new deadlines");
        }
    }
    Ok(())
}

/// Every fault on stderr, a line each.
fn refused(faults: &Faults) -> Failure {
    eprintln!("{faults}");
    let count = faults.0.len();
    Failure(format!("{count} 处错误，什么都没有导入 faults, nothing was loaded"))
}

fn try_map(bytes: &[u8]) -> Done {
    let text = map_text(bytes).map_err(|faults| refused(&faults))?;
    let map = crate::app::import::read_map(text).map_err(|findings| refused(&Faults::of_map(&findings)))?;
    for warning in &map.warnings {
        eprintln!("{}", crate::app::import::finding_line(warning));
    }
    println!(
        "地图可用：{} 个区域，{} 条提醒，未写入 the map is good: {0} areas, {1} warnings, nothing was written",
        map.edition.areas().len(),
        map.warnings.len()
    );
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    Ok(std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?)
}

impl File {
    fn path(&self) -> &Path {
        match self {
            Self::Map { file, .. } => file,
            Self::People(table)
            | Self::Departments(table)
            | Self::Organisations(table)
            | Self::Catalogue(table)
            | Self::Calendar(table)
            | Self::Stations(table)
            | Self::Duty(table) => &table.file,
        }
    }
}

fn time(text: &str) -> Result<DateTime<Utc>, String> {
    let read = DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc));
    read.map_err(|_| "must be a time such as 2026-12-01T00:00:00+08:00".into())
}
