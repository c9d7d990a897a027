//! `whistle import map`: a map is checked beside the edition in force, and loaded when it is sound.

use super::{
    Done, Failure, SettingsArgs,
    import::{failure, read, refused, tell},
    progress, say, warn,
};
use crate::{
    app::{
        App, Clock,
        import::{Faults, Loader, Map, MapText, finding_line, map_text, read_map},
        map::Standing,
    },
    atlas::{Datum, Finding, Inspection, Progress, findings_geojson},
    settings::Settings,
    startup,
    store::{self, Store},
};
use chrono::{DateTime, Utc};
use clap::Args;
use indicatif::ProgressBar;
use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
};

#[derive(Debug, Args)]
pub struct MapArgs {
    /// 文件 · the file
    pub file: PathBuf,
    /// 何时生效，默认立即 · when it takes over, such as 2026-12-01T00:00:00+08:00; now by default
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub effective: Option<DateTime<Utc>>,
    /// 草案：先试算，以后再定生效时间 · a draft: tried first, given its time later
    #[arg(long, conflicts_with = "effective")]
    pub draft: bool,
    /// 草案的名称 · what the draft is called
    #[arg(long, requires = "draft")]
    pub name: Option<String>,
    /// 只检查，不写入 · check only, write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// 把检查结果另存为 GeoJSON，可在地图上看 · writes the findings as GeoJSON, to look at on a map
    #[arg(long, value_name = "OUT")]
    findings: Option<PathBuf>,
    /// 文件没有写明的坐标系 · the datum, where the file does not say it: wgs84, cgcs2000, gcj02, bd09
    #[arg(long, value_name = "DATUM")]
    datum: Option<Datum>,
    /// 与上一版的整体偏移是更正，照样导入 · the shift against the previous edition is a correction: load it
    #[arg(long)]
    accept_shift: bool,
}

pub async fn import_map(layers: &SettingsArgs, args: &MapArgs) -> Done {
    let bytes = read(&args.file)?;
    if args.findings.as_deref().is_some_and(|out| is_same_file(out, &args.file)) {
        return Err(Failure("--findings 会覆盖地图文件本身 would overwrite the map itself".into()));
    }
    let MapText { text, warning } = map_text(&bytes, args.datum).await.map_err(|faults| refused(&faults))?;
    warning.into_iter().for_each(warn);
    if args.dry_run {
        return try_map(layers, &text, args).await;
    }
    let (settings, app) = layers.new_app().await?;
    if let Some(at) = args.effective {
        tell_if_past(&app, at).await?;
    }
    let map = check(&text, args, Some(&app))?;
    let loader = Loader::new(&app, &settings.security);
    let loaded = if args.draft {
        loader.take_draft(map, &text, args.name.as_deref()).await
    } else {
        loader.take_map(map, &text, args.effective).await
    };
    let loaded = loaded.map_err(failure)?;
    tell(&app, &args.file, &loaded).await
}

async fn try_map(layers: &SettingsArgs, text: &str, args: &MapArgs) -> Done {
    let app = in_force(&layers.settings()?).await;
    if app.is_none() {
        warn("没有可对照的地图，只检查文件本身 no edition to compare with: the file is checked by itself");
    }
    let map = check(text, args, app.as_ref())?;
    for warning in &map.warnings {
        warn(finding_line(warning));
    }
    say(format_args!(
        "地图可用：{} 个区域，{} 条提醒，未写入 the map is good: {0} areas, {1} warnings, nothing was written",
        map.edition.areas().len(),
        map.warnings.len()
    ))
}

/// The city that a map is tried beside; none where there is no database yet, or one of another version: a
/// trial makes and changes nothing.
async fn in_force(settings: &Settings) -> Option<App> {
    if super::sqlite_file(settings).is_some_and(|file| !file.exists()) {
        return None;
    }
    let store = Store::connect(settings.database.url.reveal(), &store::Options::default()).await.ok()?;
    let is_current = store.is_current_schema().await.is_ok_and(|is_current| is_current);
    let app = if is_current {
        startup::open_app_to_look(settings, store, Clock::System).await.ok()?
    } else {
        return None;
    };
    app.city().edition_id.map(|_| app)
}

/// The checked map. Findings go where they are asked for, whatever comes of it.
fn check(text: &str, args: &MapArgs, app: Option<&App>) -> Result<Map, Failure> {
    // Before a check of minutes: a file that cannot be written would lose what it found.
    let findings = args.findings.as_deref().map(Findings::create).transpose()?;
    let city = app.map(App::city);
    let bar = progress::stages();
    let watch = |progress: Progress| show(&bar, progress);
    let inspection = Inspection {
        previous: city.as_ref().map(|city| &*city.edition),
        accept_shift: args.accept_shift,
        watch: &watch,
    };
    let read = read_map(text, &inspection);
    bar.finish_and_clear();
    let found = match &read {
        Ok(map) => &map.warnings,
        Err(findings) => findings,
    };
    if let Some(findings) = findings {
        findings.write(found)?;
    }
    read.map_err(|findings| refused(&Faults::of_map(&findings)))
}

fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_message(progress.stage.as_words());
    bar.set_length(progress.of as u64);
    bar.set_position(progress.done as u64);
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// An edition of an earlier time than the one in force is kept, and never decides anything.
async fn tell_if_past(app: &App, at: DateTime<Utc>) -> Done {
    let views = app.editions().await?;
    let in_force = views.iter().find(|view| view.standing == Standing::InForce);
    if let Some(since) = in_force.and_then(|view| view.row.effective_at).filter(|since| at < *since) {
        warn(format_args!(
            "早于现行版本的生效时间（{since}），这一版不会生效 earlier than the edition in force: it is kept and will \
             never be in force"
        ));
    }
    Ok(())
}

/// The file that findings go to.
struct Findings<'a> {
    path: &'a Path,
    file: File,
}

impl<'a> Findings<'a> {
    fn create(path: &'a Path) -> Result<Self, Failure> {
        let file = File::create(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self { path, file })
    }

    fn write(mut self, findings: &[Finding]) -> Done {
        let text = format!("{:#}\n", findings_geojson(findings));
        let written = self.file.write_all(text.as_bytes());
        Ok(written.map_err(|error| format!("{}: {error}", self.path.display()))?)
    }
}

pub(super) fn time(text: &str) -> Result<DateTime<Utc>, String> {
    let read = DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc));
    read.map_err(|_| "must be a time such as 2026-12-01T00:00:00+08:00".into())
}
