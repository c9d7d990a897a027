//! From a posted form to a command. What cannot be read is said in the person's language; the page
//! puts back what was typed.

use super::{super::posted::Posted, words::Words};
use crate::{
    app::Snapshot,
    atlas::{Datum, Point},
    domain::{CaseId, CaseNumber, Command, Fix, Material, PersonCode, Place, PlaceSource, UnitCode},
};
use chrono::{DateTime, Utc};

/// Reads the form of a command.
///
/// # Errors
/// What is wrong with it, in the reader's language.
pub(super) fn command(
    name: &str,
    posted: &Posted,
    words: &Words<'_>,
    snapshot: &Snapshot,
    now: DateTime<Utc>,
) -> Result<Command, String> {
    let text = |field: &str| posted.get(field).to_owned();
    let reason = || text("reason");
    let said = || text("words");
    let unit = |field: &str| UnitCode::from(posted.get(field));
    Ok(match name {
        "whistle" => Command::Whistle { owner: Some(unit("owner")).filter(|unit| !unit.0.is_empty()) },
        "ask_precheck" => Command::AskPrecheck { worker: PersonCode::from(posted.get("worker")) },
        "precheck" => Command::Precheck { found: yes(posted, "found", words)?, words: said() },
        "answer" => Command::Answer,
        "join" => Command::Join,
        "arrive" => Command::Arrive { fix: None },
        "settle" => Command::Settle {
            condition: posted.get("condition").parse().unwrap_or(usize::MAX),
            words: said(),
            photos: Vec::new(),
        },
        "return" => Command::Return { reason: reason() },
        "reassign" => Command::Reassign { owner: unit("owner"), reason: reason() },
        "call_department" => Command::CallDepartment {
            department: unit("department"),
            reason: serde_json::from_value(reason().into())
                .map_err(|_| words.word("请选择理由。", "Please choose why.").to_owned())?,
            words: said(),
        },
        "score_department" => {
            Command::ScoreDepartment { department: unit("department"), score: score(posted) }
        }
        "escalate" => Command::Escalate { reason: reason() },
        "ask_extension" => Command::AskExtension { reason: reason() },
        "decide_extension" => Command::DecideExtension {
            until: if yes(posted, "granted", words)? { Some(moment(posted, "until", words)?) } else { None },
            words: said(),
        },
        "suspend" => Command::Suspend { until: moment(posted, "until", words)?, reason: reason() },
        "resume" => Command::Resume,
        "urge" => Command::Urge { words: said() },
        "supervise" => Command::Supervise { words: said() },
        "reply" => Command::Reply { words: said() },
        "merge" => Command::Merge { into: other_case(posted, words)?, reason: reason() },
        "check" => Command::Check { passed: yes(posted, "passed", words)?, words: said() },
        "rate" => Command::Rate {
            score: score(posted),
            solved: yes(posted, "solved", words)?,
            words: Some(said()).filter(|words| !words.is_empty()),
        },
        "reopen" => Command::Reopen { reason: reason() },
        "decline" => Command::Decline { reason: reason() },
        "void" => Command::Void { reason: reason() },
        "recategorise" => Command::Recategorise { category: posted.get("category").into() },
        "reroute" => Command::Reroute { grid: unit("grid") },
        "locate" => Command::Locate { place: Box::new(located(posted, words, snapshot)?), reason: None },
        "add" if said().is_empty() => {
            return Err(words.word("请写一句话。", "Please write a line.").to_owned());
        }
        "add" => note(said(), now),
        _ => return Err(words.word("没有这样的操作。", "There is no such command.").to_owned()),
    })
}

/// A line added to a case.
pub(super) fn note(words: String, now: DateTime<Utc>) -> Command {
    let piece = Material { message: None, words: Some(words), photo: None, voice: None, said_at: now };
    Command::Add { material: vec![piece] }
}

/// The place of a form: a point, words, or both.
///
/// # Errors
/// A point that is none.
pub(super) fn place(posted: &Posted, words: &Words<'_>, snapshot: &Snapshot) -> Result<Place, String> {
    let told = Some(posted.get("place").to_owned()).filter(|told| !told.is_empty());
    let (lat, lon) = (posted.get("lat"), posted.get("lon"));
    if lat.is_empty() && lon.is_empty() {
        return Ok(Place { words: told, ..Place::default() });
    }
    let number = |text: &str| text.parse::<f64>().ok();
    let point = number(lon).zip(number(lat)).and_then(|(lon, lat)| Point::checked(lon, lat));
    let wrong = || words.word("经纬度不对。", "This is no latitude and longitude.").to_owned();
    let point = point.ok_or_else(wrong)?;
    let fix = Fix::new(point.lon, point.lat, Datum::Wgs84, PlaceSource::Map);
    Ok(Place { words: told, ..snapshot.place(&fix) })
}

fn located(posted: &Posted, words: &Words<'_>, snapshot: &Snapshot) -> Result<Place, String> {
    let place = place(posted, words, snapshot)?;
    match place.fix {
        Some(_) => Ok(place),
        None => Err(words.word("请在地图上点选位置。", "Please pick the place on the map.").to_owned()),
    }
}

fn yes(posted: &Posted, field: &str, words: &Words<'_>) -> Result<bool, String> {
    match posted.get(field) {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(words.word("请选择一项。", "Please choose one.").to_owned()),
    }
}

/// No number is no score: the domain says what a score is.
fn score(posted: &Posted) -> u8 {
    posted.get("score").parse().unwrap_or(0)
}

fn moment(posted: &Posted, field: &str, words: &Words<'_>) -> Result<DateTime<Utc>, String> {
    let wrong = || words.word("请填写日期和时间。", "Please give a date and a time.").to_owned();
    words.read_moment(posted.get(field)).ok_or_else(wrong)
}

fn other_case(posted: &Posted, words: &Words<'_>) -> Result<CaseId, String> {
    let number: Result<CaseNumber, ()> = posted.get("into").parse();
    let wrong = || {
        words.word("案件号不对：应为 9 位数字。", "This is no case number: it has nine digits.").to_owned()
    };
    number.map(CaseNumber::id).map_err(|()| wrong())
}
