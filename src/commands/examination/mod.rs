//! Is everything ready? Each part with what is wrong and what to do about it, for `whistle check`.

mod finding;
mod screen;
mod stuck;

pub use finding::{Finding, State};
pub use screen::{SCREEN, screen};
pub use stuck::{aside_line, dead_line, lost_line};

use crate::{
    app::{App, Clock},
    domain::{Role, UnitLevel},
    messenger::telegram::{CallError, Telegram},
    settings::Settings,
    startup,
    store::{self, Store},
};
use chrono::{DateTime, Datelike, Utc};
use finding::{note, ok, unseen, wrong};
use stuck::{ASIDE, DEADLINES, DELIVERY, FILES, LETTERS, POLLING, stuck};

const DATABASE: &str = "数据库 database";
const SCHEMA: &str = "表结构 schema";
const CITY: &str = "城市 city";
const MAP: &str = "地图 map";
const PEOPLE: &str = "人员 people";
const NUMBERS: &str = "电话号码 telephone numbers";
const CATALOGUE: &str = "目录 catalogue";
const CALENDAR: &str = "日历 calendar";
const TELEGRAM: &str = "机器人 Telegram bot";

/// Grids that are named.
const NAMED: usize = 5;

/// Somebody waits for the answer: a database that is starting may take so long.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(3);

/// Looks at every part below the settings. The schema is not changed.
pub async fn examine(settings: &Settings, now: DateTime<Utc>) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(store) = database(settings, &mut found).await {
        match startup::open_app(settings, store, Clock::System).await {
            Ok(app) => {
                city(&app, now, &mut found);
                found.push(numbers(&app).await);
                found.extend(stuck(&app, settings, now).await);
            }
            Err(error) => found.push(wrong(CITY, error, "whistle import …")),
        }
    }
    found.extend(hidden(&found));
    found.push(telegram(settings).await);
    found
}

/// The parts in the database that something before them hides. None is left out.
fn hidden(found: &[Finding]) -> Vec<Finding> {
    let parts = [
        SCHEMA, MAP, PEOPLE, NUMBERS, CATALOGUE, CALENDAR, DELIVERY, DEADLINES, POLLING, LETTERS, FILES,
        ASIDE,
    ];
    let hidden = parts.into_iter().filter(|part| found.iter().all(|finding| finding.part != *part));
    hidden.map(unseen).collect()
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

fn city(app: &App, now: DateTime<Utc>, found: &mut Vec<Finding>) {
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

/// Numbers that are kept open with the key of the settings.
async fn numbers(app: &App) -> Finding {
    let key = "security.key, security.key_file, security.old_keys";
    match (app.store().any_phone().await, &app.options().vault) {
        (Err(error), _) => wrong(NUMBERS, error.to_string(), ""),
        (Ok(None), _) => ok(NUMBERS, "没有 none"),
        (Ok(Some(_)), None) => {
            wrong(NUMBERS, "有加密的号码，但没有密钥 there are encrypted numbers and no key", key)
        }
        (Ok(Some((person, closed))), Some(vault)) => match vault.reveal(person.as_str(), &closed) {
            Ok(_) => ok(NUMBERS, "已加密 encrypted"),
            Err(error) => wrong(NUMBERS, error.to_string(), key),
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

#[cfg(test)]
mod tests;
