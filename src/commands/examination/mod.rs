//! Is everything ready? Each part with what is wrong and what to do about it, for `whistle check`.

use crate::{
    app::{App, Clock},
    domain::{Role, UnitLevel},
    messenger::telegram::{CallError, Telegram},
    settings::Settings,
    startup,
    store::{self, Aside, DeadLetter, Media, Store},
};
use chrono::{DateTime, Datelike, Utc};
use std::fmt;

/// How a part stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Ready.
    Ok,
    /// Ready; somebody should know something.
    Note,
    /// Not ready.
    Wrong,
}

/// What was found of one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which part, in both languages.
    pub part: &'static str,
    /// How it stands.
    pub state: State,
    /// How it is, or what is wrong.
    pub words: String,
    /// What to do; empty when nothing is to be done.
    pub to_do: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.state {
            State::Ok => "✓ ok",
            State::Note => "· ok",
            State::Wrong => "✗",
        };
        write!(f, "{sign} {}", self.part)?;
        if !self.words.is_empty() {
            write!(f, ": {}", self.words)?;
        }
        if !self.to_do.is_empty() {
            write!(f, " → {}", self.to_do)?;
        }
        Ok(())
    }
}

fn ok(part: &'static str, words: impl Into<String>) -> Finding {
    Finding { part, state: State::Ok, words: words.into(), to_do: String::new() }
}

fn note(part: &'static str, words: impl Into<String>, to_do: impl Into<String>) -> Finding {
    Finding { part, state: State::Note, words: words.into(), to_do: to_do.into() }
}

fn wrong(part: &'static str, words: impl Into<String>, to_do: impl Into<String>) -> Finding {
    Finding { part, state: State::Wrong, words: words.into(), to_do: to_do.into() }
}

const DATABASE: &str = "数据库 database";
const SCHEMA: &str = "表结构 schema";
const CITY: &str = "城市 city";
const MAP: &str = "地图 map";
const PEOPLE: &str = "人员 people";
const CATALOGUE: &str = "目录 catalogue";
const CALENDAR: &str = "日历 calendar";
const TELEGRAM: &str = "机器人 Telegram bot";
const LETTERS: &str = "死信 dead letters";
const FILES: &str = "没有取到的文件 files given up";
const ASIDE: &str = "搁置的消息 messages put aside";

/// Grids that are named.
const NAMED: usize = 5;
/// Dead letters and messages put aside that are listed.
const LISTED: u64 = 20;

/// Somebody waits for the answer: a database that is starting may take so long.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(3);

/// Looks at every part below the settings. The schema is not changed.
pub async fn examine(settings: &Settings, now: DateTime<Utc>) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(store) = database(settings, &mut found).await {
        match startup::open_app(settings, store, Clock::System).await {
            Ok(app) => city(&app, now, &mut found).await,
            Err(error) => found.push(wrong(CITY, error, "whistle import …")),
        }
    }
    found.extend(unseen(&found));
    found.push(telegram(settings).await);
    found
}

/// The parts in the database that something before them hides. None is left out.
fn unseen(found: &[Finding]) -> Vec<Finding> {
    let parts = [SCHEMA, MAP, PEOPLE, CATALOGUE, CALENDAR, LETTERS, FILES, ASIDE];
    let hidden = parts.into_iter().filter(|part| found.iter().all(|finding| finding.part != *part));
    let why = "看不到，先解决上一项 it cannot be seen before the part above is ready";
    hidden.map(|part| wrong(part, why, "")).collect()
}

/// The database with a current schema; none when there is nothing more to look at.
async fn database(settings: &Settings, found: &mut Vec<Finding>) -> Option<Store> {
    let options = store::Options {
        connections: settings.database.connections,
        connect_timeout: PATIENCE,
        busy_timeout: PATIENCE,
        ..store::Options::default()
    };
    let store = match Store::connect(settings.database.url.reveal(), &options).await {
        Ok(store) => store,
        Err(error) => {
            found.push(wrong(DATABASE, error.to_string(), "database.url"));
            return None;
        }
    };
    found.push(ok(DATABASE, format!("{:?}", store.backend())));
    match store.is_current_schema().await {
        Ok(true) => found.push(schema(&store).await),
        Ok(false) => found.push(wrong(SCHEMA, "旧的 older than the program", "whistle migrate up")),
        Err(error) => {
            found.push(wrong(SCHEMA, error.to_string(), "是否换了旧程序？ is the program an older one?"));
        }
    }
    (found.last()?.state != State::Wrong).then_some(store)
}

/// Every step of this program has been taken; a newer one may have taken more.
async fn schema(store: &Store) -> Finding {
    let steps = store.migrate_status().await.unwrap_or_default();
    match steps.iter().rev().find(|step| !step.known) {
        None => ok(SCHEMA, ""),
        Some(step) => note(
            SCHEMA,
            format!("比程序新 newer than this program: {}", step.name),
            "升级本程序 upgrade this program",
        ),
    }
}

async fn city(app: &App, now: DateTime<Utc>, found: &mut Vec<Finding>) {
    let city = app.city();
    found.push(match city.edition_id {
        Some(id) => ok(MAP, format!("第 {id} 版 edition {id}, {} 个区域 areas", city.edition.areas().len())),
        None => wrong(MAP, "没有地图 no map is in force", "whistle import map FILE"),
    });
    found.push(people(app));
    let matters = city.city.catalogue.iter().count();
    found.push(match matters {
        0 => wrong(CATALOGUE, "没有目录 no matters", "whistle import catalogue FILE"),
        _ => ok(CATALOGUE, format!("{matters} 个小类 matters")),
    });
    found.push(calendar(app, now));
    found.push(match app.store().dead_letters(LISTED).await {
        Ok(dead) => letters(&dead),
        Err(error) => wrong(LETTERS, error.to_string(), ""),
    });
    found.push(match app.store().lost_media(LISTED).await {
        Ok(lost) => files(&lost),
        Err(error) => wrong(FILES, error.to_string(), ""),
    });
    found.push(match app.store().aside(LISTED).await {
        Ok(list) => aside(&list),
        Err(error) => wrong(ASIDE, error.to_string(), ""),
    });
}

fn people(app: &App) -> Finding {
    let city = app.city();
    let count = city.city.organisation.people().count();
    let holds = |role: Role| {
        city.city.organisation.people().any(|person| person.posts.iter().any(|post| post.role == role))
    };
    if count == 0 {
        return wrong(PEOPLE, "没有人员 nobody", "whistle import people FILE");
    }
    match [Role::GridWorker, Role::Dispatcher].into_iter().find(|role| !holds(*role)) {
        Some(role) => note(
            PEOPLE,
            format!("{count}; 没有人担任 nobody is {}", role.as_str()),
            "whistle import people FILE",
        ),
        None => match unheard(app) {
            grids if grids.is_empty() => ok(PEOPLE, count.to_string()),
            grids => note(
                PEOPLE,
                format!(
                    "{count}; 哨响没人听到的网格 grids where nobody hears a whistle: {}",
                    grids.join(", ")
                ),
                "whistle import people FILE",
            ),
        },
    }
}

/// The first few grids without anybody who may answer, in code order.
fn unheard(app: &App) -> Vec<String> {
    let city = app.city();
    let organisation = &city.city.organisation;
    let mut grids: Vec<String> = organisation
        .units()
        .filter(|unit| unit.level == UnitLevel::Grid && organisation.responders(&unit.code).is_empty())
        .map(|unit| unit.code.to_string())
        .collect();
    grids.sort();
    grids.truncate(NAMED);
    grids
}

/// This year must be published; the next one is, in its last weeks.
fn calendar(app: &App, now: DateTime<Utc>) -> Finding {
    let city = app.city();
    let calendar = &city.city.calendar;
    let year = now.with_timezone(&calendar.zone).year();
    let published = |year: i32| calendar.days.keys().any(|day| day.year() == year);
    let load = "whistle import calendar FILE";
    match (published(year), published(year + 1)) {
        (true, true) => ok(CALENDAR, format!("{year}, {}", year + 1)),
        (true, false) => {
            let next = year + 1;
            note(
                CALENDAR,
                format!(
                    "{next} 年未公布，期限为暂定 {next} is not published, deadlines there are provisional"
                ),
                load,
            )
        }
        (false, _) => wrong(CALENDAR, format!("没有 {year} 年 {year} is not loaded"), load),
    }
}

async fn telegram(settings: &Settings) -> Finding {
    if settings.telegram.token.is_empty() {
        return note(TELEGRAM, "未启用 switched off", "WHISTLE__TELEGRAM__TOKEN");
    }
    let telegram = match Telegram::connect(settings.telegram.to_client()).await {
        Ok(telegram) => telegram,
        Err(error) => {
            return wrong(TELEGRAM, error.to_string(), advice(&error));
        }
    };
    match telegram.get_me().await {
        Ok(me) => ok(TELEGRAM, me.username.map_or_else(|| me.id.to_string(), |name| format!("@{name}"))),
        Err(error) => wrong(TELEGRAM, error.to_string(), advice(&error)),
    }
}

/// Only a server that says no knows something about the token.
fn advice(error: &CallError) -> &'static str {
    match error {
        CallError::Refused { .. } if error.is_unauthorised() => {
            "向 @BotFather 核对令牌 ask @BotFather for the token"
        }
        _ => "检查网络 look at the network, telegram.api_url",
    }
}

fn letters(dead: &[DeadLetter]) -> Finding {
    if dead.is_empty() {
        return ok(LETTERS, "0");
    }
    let lines: Vec<String> = dead.iter().map(|letter| format!("\n    {}", dead_line(letter))).collect();
    let words = format!("{}{}", counted(dead.len()), lines.concat());
    wrong(LETTERS, words, "\n  whistle outbox resend | dismiss ID | --all")
}

/// What the messenger no longer has will never come: worth knowing, and no reason not to be ready.
fn files(lost: &[Media]) -> Finding {
    if lost.is_empty() {
        return ok(FILES, "0");
    }
    let lines: Vec<String> = lost.iter().map(|file| format!("\n    {}", lost_line(file))).collect();
    note(FILES, format!("{}{}", counted(lost.len()), lines.concat()), "\n  whistle media fetch ID | --all")
}

/// A file that was given up in a line: ids and the error, never what it shows.
pub fn lost_line(file: &Media) -> String {
    let case = file.case.map_or_else(|| "-".to_owned(), |case| case.to_string());
    let error = file.error.as_deref().unwrap_or_default();
    format!("#{} {} 案件 case {case} 试过 tried {}: {error}", file.id.0, file.kind, file.attempts)
}

fn aside(list: &[Aside]) -> Finding {
    if list.is_empty() {
        return ok(ASIDE, "0");
    }
    let lines: Vec<String> = list.iter().map(|one| format!("\n    {}", aside_line(one))).collect();
    let words = format!("{}{}", counted(list.len()), lines.concat());
    wrong(ASIDE, words, "\n  whistle inbound retry | dismiss ID | --all")
}

/// A full list may not be the whole one.
fn counted(listed: usize) -> String {
    if listed as u64 == LISTED { format!("{listed}+") } else { listed.to_string() }
}

/// A message put aside in a line: its id and the error, never the words.
pub fn aside_line(one: &Aside) -> String {
    let Aside { channel, uid, error, at, .. } = one;
    format!("{uid} {} {}: {error}", channel.as_str(), at.format("%Y-%m-%d %H:%MZ"))
}

/// A dead letter in a line: ids and the error, never the words.
pub fn dead_line(letter: &DeadLetter) -> String {
    let DeadLetter { id, chat, attempts, error, .. } = letter;
    format!("#{id} 会话 chat {} 试过 tried {attempts}: {error}", chat.id)
}

#[cfg(test)]
mod tests;
