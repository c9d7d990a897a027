//! What stands on a case page above its history: facts, people, deadlines, flags, photos.

use super::words::Words;
use crate::domain::{Case, CaseNumber, Escalation, MediaId, PhotoStage, Stage, State, Whistle};
use chrono::{DateTime, Utc};

/// Everything about a case that is not its history or a form.
pub(super) struct Facts {
    pub number: String,
    pub version: u32,
    pub state: &'static str,
    pub state_word: String,
    pub category: String,
    /// Nobody has confirmed the category.
    pub guessed: bool,
    pub place: String,
    pub place_words: Option<String>,
    /// `lat, lon` for people.
    pub point: Option<(String, String)>,
    /// Label and value, in the order of interest.
    pub rows: Vec<(String, String)>,
    pub flags: Vec<String>,
    pub told: Vec<Told>,
    pub photos: Vec<Shown>,
    pub voices: Vec<String>,
    pub clocks: Vec<Clock>,
    /// People to call: a name, and where the number is asked for.
    pub calls: Vec<(String, String)>,
    /// Where it was merged into.
    pub merged_into: Option<String>,
}

/// Words as they were told.
pub(super) struct Told {
    pub at: String,
    pub words: String,
}

/// A photo and what it shows.
pub(super) struct Shown {
    pub address: String,
    pub what: &'static str,
}

/// A step's deadline, kept or not.
pub(super) struct Clock {
    pub unit: String,
    pub step: &'static str,
    pub until: String,
    pub standing: String,
    pub late: bool,
}

impl Facts {
    pub fn of(case: &Case, words: &Words<'_>) -> Self {
        let number = CaseNumber::of(case.id).to_string();
        let address = |media: MediaId| format!("/media/{media}?case={number}");
        let told = case
            .material
            .iter()
            .filter_map(|piece| Some(Told { at: words.time(piece.said_at), words: piece.words.clone()? }));
        Self {
            version: case.version,
            state: case.state.as_str(),
            state_word: words.state(case.state),
            category: words.category(&case.category),
            guessed: case.category_guessed,
            place: words.place(case),
            place_words: case.place.words.clone(),
            point: case.place.point().map(|point| (format!("{:.6}", point.lat), format!("{:.6}", point.lon))),
            rows: rows(case, words),
            flags: flags(case, words),
            told: told.collect(),
            photos: photos(case, words, &address),
            voices: case.material.iter().filter_map(|piece| piece.voice).map(address).collect(),
            clocks: clocks(case, words),
            calls: calls(case, words),
            merged_into: case.merged_into.map(|into| CaseNumber::of(into).to_string()),
            number,
        }
    }
}

/// Who is on the case.
fn calls(case: &Case, words: &Words<'_>) -> Vec<(String, String)> {
    let whistles = case.whistle.iter().chain(&case.departments);
    let people = whistles.flat_map(|whistle| whistle.lead.iter().chain(&whistle.helpers));
    let address = |code: &str| {
        let code: String = url::form_urlencoded::byte_serialize(code.as_bytes()).collect();
        format!("/console/people/{code}/number")
    };
    people.map(|code| (words.person(code), address(code.as_str()))).collect()
}

fn rows(case: &Case, words: &Words<'_>) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let mut row = |chinese: &str, english: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            rows.push((words.word(chinese, english).to_owned(), value));
        }
    };
    let reporters: Vec<String> = case.reporters.iter().map(|party| words.party(party)).collect();
    row("来源", "Brought by", Some(words.origin(case.origin).to_owned()));
    row("上报人", "Reporters", Some(reporters.join("、")));
    row("上报时间", "Reported", case.times.reported.map(|at| words.time(at)));
    row("受理", "Desk", Some(words.unit(&case.desk)));
    if let Some(whistle) = &case.whistle {
        row("承办", "Owner", Some(words.ground(&whistle.unit)));
        let is_unheard = words.city.organisation.responders(&whistle.unit).is_empty();
        let unheard = words.word("那里还没有人应哨", "nobody is there to answer it");
        row("注意", "Mind", (is_unheard && case.state.is_open()).then(|| unheard.to_owned()));
        row("牵头", "Lead", whistle.lead.as_ref().map(|lead| words.person(lead)));
        row("协同", "Helpers", Some(names(whistle, words)));
        row("到场", "Arrival", whistle.arrival.as_ref().map(|arrival| words.arrival(arrival)));
    }
    for whistle in &case.departments {
        let lead = whistle.lead.as_ref().map(|lead| format!(" · {}", words.person(lead))).unwrap_or_default();
        let score = whistle.score.map(|score| format!(" · {score}/5")).unwrap_or_default();
        let line = format!("{} · {}{lead}{score}", words.unit(&whistle.unit), words.stage(whistle.stage));
        row("会办部门", "Department", Some(line));
    }
    if let Some(asked) = &case.extension_asked {
        row("申请延期", "Asks for time", Some(format!("{}：{}", words.person(&asked.by), asked.reason)));
    }
    if let Some(precheck) = &case.precheck {
        let finding = match &precheck.finding {
            None => words.word("尚未回复", "not answered yet").to_owned(),
            Some((true, line)) => format!("{} {line}", words.word("属实", "it is there")),
            Some((false, line)) => format!("{} {line}", words.word("没有发现", "it is not there")),
        };
        row("先看", "Pre-check", Some(format!("{}：{finding}", words.person(&precheck.worker))));
    }
    if let Some(settlement) = &case.settlement {
        row("处置", "Settled", Some(format!("{}：{}", words.person(&settlement.by), settlement.words)));
    }
    if let Some(check) = case.check.as_ref().filter(|_| case.state == State::Settled) {
        let line = format!("{} · {}", words.checker(check.asked), words.left(check.until));
        row("核查", "Check", Some(line));
    }
    if let Some(rating) = &case.rating {
        let solved = if rating.solved {
            words.word("已解决", "solved")
        } else {
            words.word("未解决", "not solved")
        };
        row(
            "评价",
            "Rating",
            Some(format!("{}/5 · {solved} {}", rating.score, rating.words.clone().unwrap_or_default())),
        );
    }
    row("原因", "Reason", case.reason.clone());
    rows
}

fn names(whistle: &Whistle, words: &Words<'_>) -> String {
    whistle.helpers.iter().map(|helper| words.person(helper)).collect::<Vec<_>>().join("、")
}

/// What overlays the state.
pub(super) fn flags(case: &Case, words: &Words<'_>) -> Vec<String> {
    let mut flags = Vec::new();
    let say = |chinese: &str, english: &str| words.word(chinese, english).to_owned();
    if let Some(suspended) = &case.suspended {
        flags.push(format!("{} {}", say("挂账至", "suspended until"), words.time(suspended.until)));
    }
    if case.escalation > Escalation::Grid && !case.state.is_terminal() {
        flags.push(format!("{} {}", say("升级到", "escalated:"), words.level(case.escalation)));
    }
    if case.supervised.as_ref().is_some_and(|owed| owed.answer.is_none()) {
        flags.push(say("督办待回复", "supervised"));
    }
    if case.urged.iter().any(|owed| owed.answer.is_none()) && !case.state.is_terminal() {
        flags.push(say("催办待回复", "urged"));
    }
    if case.extension_asked.is_some() {
        flags.push(say("申请延期", "asks for more time"));
    }
    for (count, chinese, english) in [
        (case.returns, "退回", "returned"),
        (case.reworks, "返工", "reworked"),
        (case.reopenings, "重开", "reopened"),
    ] {
        if count > 0 {
            flags.push(format!("{} ×{count}", words.word(chinese, english)));
        }
    }
    if case.time_capped {
        flags.push(say("消息时间不可信", "a message time was not believed"));
    }
    flags
}

fn photos(case: &Case, words: &Words<'_>, address: &impl Fn(MediaId) -> String) -> Vec<Shown> {
    let what = |stage| match stage {
        PhotoStage::Before => words.word("处置前", "before"),
        PhotoStage::Arrival => words.word("到场", "on the spot"),
        PhotoStage::After => words.word("处置后", "after"),
    };
    let told = case.material.iter().filter_map(|piece| piece.photo).map(|photo| (photo.media, photo.stage));
    let after = case.settlement.iter().flat_map(|one| &one.photos).map(|media| (*media, PhotoStage::After));
    let mut seen = std::collections::HashSet::new();
    told.chain(after)
        .filter(|(media, _)| seen.insert(*media))
        .map(|(media, stage)| Shown { address: address(media), what: what(stage) })
        .collect()
}

/// The deadlines of the owner's whistle and of every department's, and of the desk itself.
fn clocks(case: &Case, words: &Words<'_>) -> Vec<Clock> {
    let mut clocks = Vec::new();
    if let Some(triage) = case.triage.filter(|_| case.state == State::Reported) {
        clocks.push(Clock {
            unit: words.unit(&case.desk),
            step: words.word("派遣", "decide"),
            until: words.time(triage.at),
            standing: words.due(triage),
            late: triage.at < words.now,
        });
    }
    for whistle in case.whistle.iter().chain(&case.departments).filter(|one| one.stage != Stage::Returned) {
        let steps = [
            (words.word("接哨", "answer"), whistle.answer, whistle.times.answered),
            (words.word("人到", "arrive"), whistle.arrive, whistle.times.arrived),
            (words.word("事了", "settle"), whistle.settle, whistle.times.settled),
        ];
        clocks.extend(steps.into_iter().map(|(step, due, done)| Clock {
            unit: words.unit(&whistle.unit),
            step,
            until: words.time(due.at),
            standing: standing(case, done, due, words),
            late: done.unwrap_or(words.now) > due.at,
        }));
    }
    clocks
}

fn standing(case: &Case, done: Option<DateTime<Utc>>, due: crate::domain::Due, words: &Words<'_>) -> String {
    match done {
        Some(at) => format!("{} {}", words.word("完成", "done"), words.time(at)),
        None if case.state.is_terminal() => "—".to_owned(),
        None if case.suspended.is_some() => words.word("已停", "stopped").to_owned(),
        None => words.due(due),
    }
}
