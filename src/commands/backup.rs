//! `whistle backup` and `whistle restore`: the database in one file, taken while the program works.
//!
//! SQLite copies itself (`VACUUM INTO`), PostgreSQL is asked by its own `pg_dump` and `pg_restore`. Photos and
//! the key of telephone numbers lie beside the database and are copied as files are; the command says where.

use super::{Done, Failure, SettingsArgs, make_folder, say, sqlite_file};
use crate::{
    settings::Settings,
    store::{Options, Store},
};
use clap::Args;
use percent_encoding::percent_decode_str;
use std::{
    fs::File,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::Command,
};
use url::Url;

#[derive(Debug, Args)]
pub struct BackupArgs {
    /// 备份文件，不覆盖已有的 · the file to write; one that is there stays
    file: PathBuf,
}

#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// 备份文件 · a file that `whistle backup` wrote
    file: PathBuf,
}

pub async fn backup(layers: &SettingsArgs, args: &BackupArgs) -> Done {
    let settings = layers.settings()?;
    let part = part(&args.file)?;
    match sqlite_file(&settings) {
        Some(file) if !file.exists() => return Err(at(file, "没有这个数据库 there is no such database")),
        Some(_) => {
            let store = connect(&settings).await?;
            store.copy_to(&part).await?;
            store.close().await?;
        }
        None => {
            let file = format!("--file={}", part.display());
            ask("pg_dump", &settings, &["--format=custom", "--no-owner", "--no-privileges", &file])?;
        }
    }
    keep(&part, &args.file)?;
    let size = std::fs::metadata(&args.file)?.len();
    say(format_args!("已备份 backed up: {} ({} KiB)", args.file.display(), size.div_ceil(1024)))?;
    say(format_args!("另请复制照片 copy the photos too: {}", settings.blobs.url))?;
    if settings.security.key.is_empty() {
        say(format_args!("和密钥 and the key: {}", settings.security.key_file.display()))?;
    }
    Ok(())
}

pub async fn restore(layers: &SettingsArgs, args: &RestoreArgs) -> Done {
    let settings = layers.settings()?;
    make_folder(&settings)?;
    if !args.file.is_file() {
        return Err(at(&args.file, "没有这个文件 there is no such file"));
    }
    if let Some(file) = sqlite_file(&settings) {
        bring_back(&args.file, file).await?;
    } else {
        into_server(&args.file, &settings).await?;
    }
    let store = connect(&settings).await?;
    if store.migrate_status().await?.iter().any(|step| !step.applied) {
        return say("已恢复，表结构较旧 restored, with an older schema: whistle migrate up");
    }
    let cases: u64 = store.count_by_state().await?.iter().map(|(_, count)| count).sum();
    say(format_args!("已恢复 restored: {cases} 个案件 cases"))
}

async fn into_server(from: &Path, settings: &Settings) -> Done {
    let store = connect(settings).await?;
    if store.migrate_status().await?.iter().any(|step| step.applied) {
        return Err(Failure(
            "数据库不是空的，请先建一个新的 the database is not empty: create a new one".into(),
        ));
    }
    store.close().await?;
    let file = from.display().to_string();
    let how = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", &file];
    ask("pg_restore", settings, &how)
}

async fn connect(settings: &Settings) -> Result<Store, Failure> {
    let options = Options { connections: settings.database.connections, ..Options::default() };
    Ok(Store::connect(settings.database.url.reveal(), &options).await?)
}

/// A copy beside the place of the database takes it once it is known to be whole.
async fn bring_back(from: &Path, to: &Path) -> Done {
    let part = part(to)?;
    std::fs::copy(from, &part).map_err(|error| at(from, error))?;
    let url = format!("sqlite://{}?mode=rw", part.display());
    let unusable = |why: String| {
        let _ = std::fs::remove_file(&part);
        at(from, format_args!("不是完好的备份 is no sound backup: {why}"))
    };
    let store = match Store::connect(&url, &Options::default()).await {
        Ok(store) => store,
        Err(error) => return Err(unusable(error.to_string())),
    };
    let sound = store.is_sound().await;
    let steps = store.migrate_status().await;
    store.close().await?;
    match (sound, steps) {
        (Ok(true), Ok(steps)) if steps.iter().any(|step| step.applied) => keep(&part, to),
        (Err(error), _) | (_, Err(error)) => Err(unusable(error.to_string())),
        _ => Err(unusable("integrity_check".into())),
    }
}

/// The name under which a file is written until it is whole; what was left there is nothing.
fn part(file: &Path) -> Result<PathBuf, Failure> {
    if file.exists() {
        return Err(at(file, "已有此文件 is there already"));
    }
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    let part = PathBuf::from(name);
    match std::fs::remove_file(&part) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(at(&part, error)),
        _ => Ok(part),
    }
}

/// Whole and on the disk, or not there.
fn keep(part: &Path, file: &Path) -> Done {
    File::open(part).and_then(|whole| whole.sync_all()).map_err(|error| at(part, error))?;
    std::fs::rename(part, file).map_err(|error| at(file, error))?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| at(folder, error))
}

/// One of PostgreSQL's own programs over our database. Others see its arguments, so the password is not
/// among them.
fn ask(program: &str, settings: &Settings, arguments: &[&str]) -> Done {
    let mut address: Url = settings.database.url.reveal().parse()?;
    let password = address.password().map(|text| percent_decode_str(text).decode_utf8_lossy().into_owned());
    // It can only refuse where there is no host to speak of, and then there was no password.
    let _ = address.set_password(None);
    let mut command = Command::new(program);
    command.arg(format!("--dbname={address}")).args(arguments);
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    let missing = "找不到，请安装 PostgreSQL 客户端 is not found: install PostgreSQL's client programs";
    let done = command.output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => Failure(format!("{program}: {missing}")),
        _ => Failure(format!("{program}: {error}")),
    })?;
    if done.status.success() {
        Ok(())
    } else {
        Err(Failure(String::from_utf8_lossy(&done.stderr).into_owned()))
    }
}

fn at(file: &Path, why: impl std::fmt::Display) -> Failure {
    Failure(format!("{}: {why}", file.display()))
}
