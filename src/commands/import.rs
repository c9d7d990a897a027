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
    let file = match args.file {
        File::Map(args) => return import_map::import_map(layers, &args).await,
        file => file,
    };
    let path = file.path().to_owned();
    let bytes = read(&path)?;
    let (settings, app) = layers.new_app().await?;
    let bar = progress::bar(2);
    bar.set_message(format!("读取 reading {}", path.display()));
    let loader = Loader::new(&app, &settings.security);
    let loader = if file.only_tries() { loader.trying() } else { loader };
    bar.inc(1);
    let loaded = load(&loader, file, &bytes).await;
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

async fn load(loader: &Loader<'_>, file: File, bytes: &[u8]) -> Result<Loaded, Failure> {
    let loaded = match file {
        File::Map(args) if args.draft => loader.draft(bytes, args.name.as_deref()).await,
        File::Map(args) => loader.map(bytes, args.effective).await,
        File::People(_) => loader.people(bytes).await,
        File::Departments(_) => loader.departments(bytes).await,
        File::Organisations(_) => loader.organisations(bytes).await,
        File::Catalogue(_) => loader.catalogue(bytes).await,
        File::Calendar(_) => loader.calendar(bytes).await,
        File::Stations(_) => loader.stations(bytes).await,
        File::Duty(_) => loader.duty(bytes).await,
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

impl File {
    fn path(&self) -> &Path {
        match self {
            Self::Map(args) => &args.file,
            Self::People(table)
            | Self::Departments(table)
            | Self::Organisations(table)
            | Self::Catalogue(table)
            | Self::Calendar(table)
            | Self::Stations(table)
            | Self::Duty(table) => &table.file,
        }
    }

    fn only_tries(&self) -> bool {
        match self {
            Self::Map(args) => args.dry_run,
            Self::People(table)
            | Self::Departments(table)
            | Self::Organisations(table)
            | Self::Catalogue(table)
            | Self::Calendar(table)
            | Self::Stations(table)
            | Self::Duty(table) => table.dry_run,
        }
    }
}
