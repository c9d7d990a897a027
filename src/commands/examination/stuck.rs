//! What does not go on by itself: letters, deadlines, messages and files, and whether anybody is at work.

use super::finding::{Finding, note, ok, wrong};
use crate::{
    app::App,
    domain::{CaseId, CaseNumber},
    settings::{Settings, TelegramMode},
    startup,
    store::{self, Aside, DeadLetter, Media, Trouble},
};
use chrono::{DateTime, Duration, Utc};

pub(super) const DELIVERY: &str = "投递 delivery";
pub(super) const DEADLINES: &str = "期限 deadlines";
pub(super) const POLLING: &str = "收取 polling";
pub(super) const LETTERS: &str = "死信 dead letters";
pub(super) const FILES: &str = "没有取到的文件 files given up";
pub(super) const ASIDE: &str = "搁置的消息 messages put aside";

/// Things that are listed.
const LISTED: u64 = 20;

/// Everything that may be stuck, each part by itself.
pub(super) async fn stuck(app: &App, settings: &Settings, now: DateTime<Utc>) -> Vec<Finding> {
    let store = app.store();
    let after = settings.delivery.stuck_after.to_chrono();
    let trouble = store.trouble(now).await;
    let depth = store.outbox_depth(&startup::channels(settings), now).await;
    let cases = store.stuck_cases(LISTED).await;
    let stuck_cases = cases.unwrap_or_default();
    let of = |part, finding: store::Result<Finding>| {
        finding.unwrap_or_else(|error| wrong(part, error.to_string(), ""))
    };
    let known = trouble.as_ref();
    vec![
        of(
            DELIVERY,
            depth.and_then(|depth| Ok(delivery(depth, known.map_err(Clone::clone)?, after, settings))),
        ),
        of(DEADLINES, known.map(|known| deadlines(known, &stuck_cases, after)).map_err(Clone::clone)),
        of(POLLING, known.map(|known| polling(known, settings)).map_err(Clone::clone)),
        of(LETTERS, store.dead_letters(LISTED).await.map(|dead| letters(&dead))),
        of(FILES, store.lost_media(LISTED).await.map(|lost| files(&lost))),
        of(ASIDE, store.aside(LISTED).await.map(|list| aside(&list))),
    ]
}

fn delivery(
    (pending, oldest): (u64, i64),
    trouble: &Trouble,
    after: Duration,
    settings: &Settings,
) -> Finding {
    let words = format!("{pending} 封在等 waiting, 最老 oldest {}", span(oldest));
    if oldest < after.num_seconds() {
        return ok(DELIVERY, words);
    }
    let to_do = if trouble.sending == 0 && !settings.telegram.token.is_empty() {
        "没有进程在发 nobody sends: whistle serve --role deliver"
    } else {
        "看日志；Bot API 应答吗 read the log; does the Bot API answer?"
    };
    wrong(DELIVERY, words, to_do)
}

fn deadlines(trouble: &Trouble, cases: &[(CaseId, DateTime<Utc>)], after: Duration) -> Finding {
    let (late, stuck) = (trouble.alarms_late_seconds, trouble.alarms_stuck);
    if late >= after.num_seconds() {
        let words = format!("没有人看，晚了 nobody looks, late by {}", span(late));
        return wrong(DEADLINES, words, "whistle serve --role escalate");
    }
    if stuck == 0 {
        return ok(DEADLINES, "");
    }
    let line = |(id, since): &(CaseId, DateTime<Utc>)| {
        format!("案件 case {} {}", CaseNumber::of(*id), since.format("%Y-%m-%d %H:%MZ"))
    };
    let words = format!("{stuck} 个案件唤不醒 cases cannot be woken");
    wrong(DEADLINES, words, "在控制台处理它们，日志说明原因 act on them in the console; the log says why")
        .with(cases.iter().map(line).collect())
}

/// Nobody may be at work just because nobody was started yet.
fn polling(trouble: &Trouble, settings: &Settings) -> Finding {
    let off = settings.telegram.token.is_empty() || settings.telegram.mode == TelegramMode::Webhook;
    match trouble.polling {
        _ if off => ok(POLLING, "不需要 not needed"),
        0 => note(POLLING, "没有进程在问 nobody asks for updates", "whistle serve --role poll"),
        some => ok(POLLING, some.to_string()),
    }
}

fn letters(dead: &[DeadLetter]) -> Finding {
    if dead.is_empty() {
        return ok(LETTERS, "0");
    }
    wrong(LETTERS, counted(dead.len()), "whistle outbox resend | dismiss ID | --all")
        .with(dead.iter().map(dead_line).collect())
}

/// What the messenger no longer has will never come: worth knowing, and no reason not to be ready.
fn files(lost: &[Media]) -> Finding {
    if lost.is_empty() {
        return ok(FILES, "0");
    }
    note(FILES, counted(lost.len()), "whistle media fetch ID | --all")
        .with(lost.iter().map(lost_line).collect())
}

fn aside(list: &[Aside]) -> Finding {
    if list.is_empty() {
        return ok(ASIDE, "0");
    }
    wrong(ASIDE, counted(list.len()), "whistle inbound retry | dismiss ID | --all")
        .with(list.iter().map(aside_line).collect())
}

/// A full list may not be the whole one.
fn counted(listed: usize) -> String {
    if listed as u64 == LISTED { format!("{listed}+") } else { listed.to_string() }
}

fn span(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3_600),
    }
}

/// A file that was given up in a line: ids and the error, never what it shows.
pub fn lost_line(file: &Media) -> String {
    let case = file.case.map_or_else(|| "-".to_owned(), |case| case.to_string());
    let error = file.error.as_deref().unwrap_or_default();
    format!("#{} {} 案件 case {case} 试过 tried {}: {error}", file.id.0, file.kind, file.attempts)
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
