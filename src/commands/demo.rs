//! `whistle demo`: a generated district on an embedded database, ready to be tried. It enters by the same
//! door as a real district: the files of `whistle import`.

use super::{Done, Failure, SettingsArgs, open_store, progress, say};
use crate::{
    app::{App, Clock, import::Loader},
    demo::{CastMember, DRAFT_NAME, DemoDistrict, cast, district, history},
    domain::PersonCode,
    settings::{Layers, Settings},
    startup::{self, Running, StartOptions},
};
use clap::Args;
use std::{
    fs::{File, TryLockError},
    net::TcpListener,
    path::Path,
};

/// Where the demo lives, below the present folder.
const FOLDER: &str = "var/demo";
/// Held by whoever runs it.
const LOCK: &str = "var/demo.lock";
/// The district's; another one is another district.
const SEED: u64 = 370_215;
/// Those who sign in to the console.
const DESKS: [&str; 3] = ["dispatcher", "leader", "admin"];
/// Printed, and offered on the sign-in page: the demo listens on this machine only.
const PASSWORD: &str = "whistle-demo";

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// 端口；0 自动选择 · the port; 0 picks a free one. Default 8080, or a free one when that is taken
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// 从头来过 · throw away what was tried before
    #[arg(long)]
    fresh: bool,
}

pub async fn demo(layers: &SettingsArgs, args: &DemoArgs) -> Done {
    let settings = settings(layers, args)?;
    let folder = Path::new(FOLDER);
    let _alone = alone()?;
    if let Some(port) = args.port.filter(|port| *port != 0) {
        let taken = |error| Failure(format!("127.0.0.1:{port}: {error}"));
        drop(TcpListener::bind(("127.0.0.1", port)).map_err(taken)?);
    }
    if args.fresh {
        clear(folder)?;
    }
    let district = district(SEED);
    let cast = cast(&district);
    let app = match open(&settings).await? {
        app if is_complete(&app).await? => app,
        // A start that was interrupted: nobody has used it yet.
        app => {
            app.store().clone().close().await?;
            drop(app);
            clear(folder)?;
            let app = open(&settings).await?;
            load(&app, &settings, &district, &cast).await?;
            app
        }
    };
    let codes = cast.iter().map(|member| PersonCode::from(member.code.as_str())).collect();
    let options =
        StartOptions { demo: true, demo_password: PASSWORD.into(), cast: codes, ..StartOptions::default() };
    let running = startup::start(&settings, app, options).await?;
    announce(&running, &cast)?;
    running.until_signal().await;
    Ok(())
}

/// The settings with the demo's own database and folder: it never touches another one.
fn settings(layers: &SettingsArgs, args: &DemoArgs) -> Result<Settings, Failure> {
    let mut over: Layers = layers.layers()?;
    over.set("database.url", &format!("sqlite://{FOLDER}/whistle.db?mode=rwc"));
    over.set("blobs.url", &format!("file://{FOLDER}/blobs"));
    over.set("security.key", "");
    over.set("security.key_file", &format!("{FOLDER}/whistle.key"));
    over.set("chat.enabled", "true");
    let port =
        args.port.unwrap_or_else(|| if TcpListener::bind("127.0.0.1:8080").is_ok() { 8080 } else { 0 });
    over.set("http.bind", &format!("127.0.0.1:{port}"));
    layers.settings_over(over)
}

async fn open(settings: &Settings) -> Result<App, Failure> {
    let store = open_store(settings).await?;
    Ok(startup::open_app(settings, store, Clock::System).await?)
}

/// One demo at a time in a folder, for as long as the file is held: `--fresh` would take the database from
/// under another one's feet.
fn alone() -> Result<File, Failure> {
    let wrong = |error: std::io::Error| Failure(format!("{LOCK}: {error}"));
    if let Some(folder) = Path::new(LOCK).parent() {
        std::fs::create_dir_all(folder).map_err(wrong)?;
    }
    let file = File::create(LOCK).map_err(wrong)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(Failure("此处已有演示在运行，先停掉它 a demo is running here already; stop it first".into()))
        }
        Err(TryLockError::Error(error)) => Err(wrong(error)),
    }
}

fn clear(folder: &Path) -> Done {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure(format!("{}: {error}", folder.display())))
        }
        _ => Ok(()),
    }
}

/// The past is written last, so where there is one everything is there.
async fn is_complete(app: &App) -> Result<bool, Failure> {
    let counts = app.store().count_by_state().await?;
    Ok(app.city().edition_id.is_some() && counts.iter().any(|(_, count)| *count > 0))
}

async fn load(app: &App, settings: &Settings, district: &DemoDistrict, cast: &[CastMember]) -> Done {
    let bar = progress::bar(10);
    let loader = Loader::new(app, &settings.security);
    let step = |message: &'static str| {
        bar.set_message(message);
        bar.inc(1);
    };
    step("地图 map");
    loader.map(district.map_geojson.as_bytes(), None).await?;
    loader.draft(district.draft_geojson.as_bytes(), Some(DRAFT_NAME)).await?;
    step("部门 departments");
    loader.departments(district.departments_csv.as_bytes()).await?;
    loader.organisations(district.organisations_csv.as_bytes()).await?;
    step("目录 catalogue");
    loader.catalogue(include_bytes!("../../config/city/catalogue.csv")).await?;
    step("日历 calendar");
    loader.calendar(include_bytes!("../../config/city/calendar.csv")).await?;
    step("人员 people");
    loader.people(district.people_csv.as_bytes()).await?;
    step("服务站 stations");
    loader.stations(district.stations_csv.as_bytes()).await?;
    step("值班 duty");
    loader.duty(district.duty_csv.as_bytes()).await?;
    step("账号 logins");
    for member in cast.iter().filter(|member| DESKS.contains(&member.role.as_str())) {
        app.set_password(&member.code.as_str().into(), PASSWORD).await?;
    }
    // A whistle reaches the cast before anybody has opened their page.
    for member in cast {
        app.web_chat(&member.code, Some(member.code.as_str().into())).await?;
    }
    step("三个月的案件 three months of cases");
    past(app).await?;
    bar.finish_and_clear();
    Ok(())
}

/// Writes the past in one transaction.
async fn past(app: &App) -> Done {
    let past = history(&app.city(), SEED, app.now());
    let tx = app.store().begin().await?;
    for one in &past {
        let id = tx.insert_case(&one.case).await?;
        tx.append_events(id, &one.events).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The addresses and the demo's logins.
fn announce(running: &Running, cast: &[CastMember]) -> Done {
    let Some(address) = running.address else { return Ok(()) };
    say("哨响演示 Whistle demo（生成的数据 generated data）")?;
    say(format_args!("  首页 home      http://{address}/"))?;
    say(format_args!("  聊天 chat      http://{address}/chat"))?;
    say(format_args!("  控制台 console http://{address}/console"))?;
    say(format_args!("控制台账号 console logins（密码 password: {PASSWORD}）"))?;
    for member in cast.iter().filter(|member| DESKS.contains(&member.role.as_str())) {
        say(format_args!("  {}  {}（{}）", member.code, member.unit_name, member.role))?;
    }
    say("Ctrl-C 结束 ends it")
}
