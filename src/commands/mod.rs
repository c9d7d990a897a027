//! The command line. Each command reads the settings, does its work and says what it did on stdout; a
//! failure is one line on stderr and exit 1, a command that is none is exit 2.

mod backup;
mod check;
mod demo;
mod examination;
mod export;
mod import;
mod import_map;
mod inbound;
mod invite;
mod locate;
mod map;
mod media;
mod migrate;
mod numbers;
mod outbox;
mod progress;
mod serve;
#[cfg(test)]
mod tests;
mod token;
mod user;

use crate::{
    app::{self, App, Clock},
    settings::{Layers, Settings},
    startup, store, telemetry,
};
use clap::{Args, Parser, Subcommand};
use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// 哨响 Whistle：一个区的网格服务调度台 · the dispatch desk of a district's grid service
#[derive(Debug, Parser)]
#[command(name = "whistle", version, max_term_width = 110)]
struct Cli {
    #[command(flatten)]
    layers: SettingsArgs,
    #[command(subcommand)]
    command: Command,
}

/// Where settings come from, beside the built-in file and the environment.
#[derive(Debug, Default, Args)]
struct SettingsArgs {
    /// 设置文件，盖过内置默认值 · a settings file over the built-in defaults
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// 单项设置，盖过文件和环境变量，如 · one setting over file and environment, such as http.bind=127.0.0.1:0
    #[arg(long, global = true, value_name = "KEY=VALUE", value_parser = key_and_value)]
    set: Vec<(String, String)>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 运行 · run the program: web, bots, jobs
    Serve(serve::ServeArgs),
    /// 演示区 · a generated district on an embedded database in ./var/demo; runs until Ctrl-C
    Demo(demo::DemoArgs),
    /// 数据库表结构 · the database schema
    Migrate(migrate::MigrateArgs),
    /// 备份数据库到一个文件，运行中即可 · the database in one file, also while the program works
    Backup(backup::BackupArgs),
    /// 从备份恢复到空数据库 · a backup into an empty database
    Restore(backup::RestoreArgs),
    /// 检查：什么没准备好、卡住了，怎么办 · what is not ready or stuck, and what to do, on one screen
    Check(check::CheckArgs),
    /// 导入一个城市的文件 · load a file of the city, all or nothing
    Import(import::ImportArgs),
    /// 一次性绑定码 · a one-time code that binds a chat (`/start CODE`), and its link
    Invite(invite::InviteArgs),
    /// 控制台用户 · people who sign in to the console
    User(user::UserArgs),
    /// 电话号码的密钥 · telephone numbers at rest, and the change of their key
    Numbers(numbers::NumbersArgs),
    /// 接口令牌 · tokens of programs that use the API
    Token(token::TokenArgs),
    /// 一个点属于哪里 · the owner of a point and its candidates, as JSON
    Locate(locate::LocateArgs),
    /// 地图各版 · editions of the map: list them, give a draft its time, try it on past cases
    Map(map::MapArgs),
    /// 导出案件、统计或归属更正 · cases, figures or corrections of the map as a table
    Export(export::ExportArgs),
    /// 搁置的消息 · messages that could not be taken
    Inbound(inbound::InboundArgs),
    /// 没有送达的消息 · letters that could not be delivered
    Outbox(outbox::OutboxArgs),
    /// 没有取到的照片和语音 · photos and voice notes that could not be fetched
    Media(media::MediaArgs),
}

/// Why a command failed, in one line.
#[derive(Debug)]
struct Failure(String);

type Done = Result<(), Failure>;

impl<E: std::fmt::Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Reads the command, runs it, and gives its exit code.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help goes to stdout and is no failure; a closed pipe is nobody's business.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match carry_out(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(reason)) => {
            warn(format_args!("whistle: {}", reason.trim().replace('\n', " ")));
            ExitCode::FAILURE
        }
    }
}

fn carry_out(cli: Cli) -> Done {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(async {
        match cli.command {
            Command::Serve(args) => serve::serve(&cli.layers, args).await,
            Command::Demo(args) => demo::demo(&cli.layers, &args).await,
            Command::Migrate(args) => migrate::migrate(&cli.layers, &args).await,
            Command::Backup(args) => backup::backup(&cli.layers, &args).await,
            Command::Restore(args) => backup::restore(&cli.layers, &args).await,
            Command::Check(args) => check::check(&cli.layers, &args).await,
            Command::Import(args) => Box::pin(import::import(&cli.layers, args)).await,
            Command::Invite(args) => invite::invite(&cli.layers, &args).await,
            Command::User(args) => user::user(&cli.layers, &args).await,
            Command::Numbers(args) => numbers::numbers(&cli.layers, &args).await,
            Command::Token(args) => token::token(&cli.layers, &args).await,
            Command::Locate(args) => locate::locate(&cli.layers, &args).await,
            Command::Map(args) => map::map(&cli.layers, args).await,
            Command::Export(args) => export::export(&cli.layers, &args).await,
            Command::Inbound(args) => inbound::inbound(&cli.layers, &args).await,
            Command::Outbox(args) => outbox::outbox(&cli.layers, &args).await,
            Command::Media(args) => media::media(&cli.layers, &args).await,
        }
    });
    runtime.block_on(telemetry::stop());
    done
}

impl SettingsArgs {
    /// The layers up to the flags.
    fn layers(&self) -> Result<Layers, Failure> {
        let mut layers = Layers::new()?;
        if let Some(file) = &self.config {
            let name = file.display().to_string();
            let text = std::fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
            layers.file(&name, &text);
        }
        layers.environment(std::env::vars());
        Ok(layers)
    }

    /// The settings, and the log started as they say.
    fn settings(&self) -> Result<Settings, Failure> {
        self.settings_over(self.layers()?)
    }

    /// The same over layers that a command has changed.
    fn settings_over(&self, mut layers: Layers) -> Result<Settings, Failure> {
        for (key, value) in &self.set {
            layers.set(key, value);
        }
        let settings = layers.settings()?;
        telemetry::start(&settings)?;
        Ok(settings)
    }

    /// The use cases over the database of the settings, which stays as it is.
    async fn app(&self) -> Result<(Settings, App), Failure> {
        let settings = self.settings()?;
        make_folder(&settings)?;
        let store = startup::open_store_as_it_is(&settings).await?;
        let app = startup::open_app(&settings, store, Clock::System).await?;
        Ok((settings, app))
    }

    /// The same; an empty database gets its schema.
    async fn new_app(&self) -> Result<(Settings, App), Failure> {
        let settings = self.settings()?;
        make_folder(&settings)?;
        let store = startup::open_store_or_build(&settings).await?;
        let app = startup::open_app(&settings, store, Clock::System).await?;
        Ok((settings, app))
    }
}

/// Opens the database; the folder of an embedded one is made.
async fn open_store(settings: &Settings) -> Result<store::Store, Failure> {
    make_folder(settings)?;
    Ok(startup::open_store(settings).await?)
}

/// SQLite makes its file, not the folder that it lies in.
fn make_folder(settings: &Settings) -> Done {
    let folder = sqlite_file(settings).and_then(Path::parent);
    if let Some(folder) = folder.filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("database.url: {}: {error}", folder.display()))?;
    }
    Ok(())
}

/// The file of an embedded database; none where the database is a server or lies in memory.
fn sqlite_file(settings: &Settings) -> Option<&Path> {
    let url = settings.database.url.reveal();
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
    let path = path.split('?').next().unwrap_or(path);
    (path != ":memory:").then_some(Path::new(path))
}

/// A line on stdout. A reader that has seen enough (`| head`) is no failure.
fn say(line: impl std::fmt::Display) -> Done {
    say_to(&mut std::io::stdout().lock(), line)
}

fn say_to(out: &mut impl Write, line: impl std::fmt::Display) -> Done {
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}

/// A line on stderr, for whoever still reads it.
fn warn(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').ok_or("must be KEY=VALUE, such as http.bind=127.0.0.1:0")?;
    Ok((pair.0.trim().to_owned(), pair.1.to_owned()))
}

/// A use case that did not find its subject, said with the subject.
fn about(subject: &str, error: app::Error) -> Failure {
    Failure(format!("{subject}: {error}"))
}
