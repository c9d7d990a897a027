//! `whistle import`: files of the city, each all or nothing.

use super::{
    Done, Failure, SettingsArgs,
    import_map::{self, MapArgs},
    progress, say, warn,
};
use crate::app::{
    App,
    import::{Error, Faults, Loaded, Loader},
};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct ImportArgs {
    #[command(subcommand)]
    file: File,
}

#[derive(Debug, Subcommand)]
enum File {
    /// 地图 · GeoJSON, a zip of Shapefiles, or a GeoPackage; one feature an area
    Map(MapArgs),
    #[command(flatten)]
    Sheet(Sheet),
}

#[derive(Debug, Subcommand)]
enum Sheet {
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
    /// 只检查，不写入 · check only, write nothing
    #[arg(long)]
    dry_run: bool,
}

pub async fn import(layers: &SettingsArgs, args: ImportArgs) -> Done {
    match args.file {
        File::Map(args) => import_map::import_map(layers, &args).await,
        File::Sheet(sheet) => import_sheet(layers, sheet).await,
    }
}

async fn import_sheet(layers: &SettingsArgs, sheet: Sheet) -> Done {
    let table = sheet.table();
    let path = table.file.clone();
    let bytes = read(&path)?;
    let (settings, app) = layers.new_app().await?;
    let bar = progress::bar(2);
    bar.set_message(format!("读取 reading {}", path.display()));
    let loader = Loader::new(&app, &settings.security);
    let loader = if table.dry_run { loader.trying() } else { loader };
    bar.inc(1);
    let loaded = load(&loader, &sheet, &bytes).await;
    bar.finish_and_clear();
    tell(&app, &path, &loaded?).await
}

/// What became of a file.
pub(super) async fn tell(app: &App, path: &Path, loaded: &Loaded) -> Done {
    for warning in &loaded.warnings {
        warn(warning);
    }
    say(format_args!("{}: {loaded}", path.display()))?;
    after(app, loaded).await
}

async fn load(loader: &Loader<'_>, sheet: &Sheet, bytes: &[u8]) -> Result<Loaded, Failure> {
    let loaded = match sheet {
        Sheet::People(_) => loader.people(bytes).await,
        Sheet::Departments(_) => loader.departments(bytes).await,
        Sheet::Organisations(_) => loader.organisations(bytes).await,
        Sheet::Catalogue(_) => loader.catalogue(bytes).await,
        Sheet::Calendar(_) => loader.calendar(bytes).await,
        Sheet::Stations(_) => loader.stations(bytes).await,
        Sheet::Duty(_) => loader.duty(bytes).await,
    };
    loaded.map_err(failure)
}

pub(super) fn failure(error: Error) -> Failure {
    match error {
        Error::Faults(faults) => refused(&faults),
        other => Failure(other.to_string()),
    }
}

/// Deadlines that rested on a year nobody had published are computed again.
async fn after(app: &App, loaded: &Loaded) -> Done {
    if loaded.recomputes {
        let again = crate::app::import::recompute(app).await?;
        if again > 0 {
            say(format_args!("{again} 件的期限已重算 cases have new deadlines"))?;
        }
    }
    Ok(())
}

/// Every fault on stderr, a line each.
pub(super) fn refused(faults: &Faults) -> Failure {
    warn(faults);
    Failure(format!("{}，什么都没有导入 nothing was loaded", faults.counted()))
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    Ok(std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?)
}

impl Sheet {
    fn table(&self) -> &Table {
        match self {
            Self::People(table)
            | Self::Departments(table)
            | Self::Organisations(table)
            | Self::Catalogue(table)
            | Self::Calendar(table)
            | Self::Stations(table)
            | Self::Duty(table) => table,
        }
    }
}
