//! Lists in a chat: open tasks, own reports, the unit's figures, what is kept about a person, help.

use super::{
    Button, ChatKind, Language, Message, Scene,
    card::{self, clip, leads, speech},
    data::{Action, Data, Tag},
    phrase,
    phrase::Speech,
    seat::{whistle_of, whistles},
    texts::{key, say},
};
use crate::domain::{Case, Post, Role, State, UnitCode};
use chrono::{DateTime, Utc};

/// Most cases in one message; the others are counted.
const MOST: usize = 10;

/// Open tasks, the most urgent first.
pub fn tasks(cases: &[Case], scene: &Scene<'_>) -> Message {
    let mut cases: Vec<&Case> = cases.iter().collect();
    cases.sort_by_key(|case| (due(case, scene).unwrap_or(DateTime::<Utc>::MAX_UTC), case.id));
    let language = scene.speech();
    if cases.is_empty() {
        return Message::line(say!(language, "tasks-none"));
    }
    listed(&cases, say!(language, "tasks-title", cases = cases.len()), scene)
}

/// Own reports, the newest first.
pub fn mine(cases: &[Case], scene: &Scene<'_>) -> Message {
    let mut cases: Vec<&Case> = cases.iter().collect();
    cases.sort_by_key(|case| std::cmp::Reverse((case.times.reported, case.id)));
    let language = scene.speech();
    if cases.is_empty() {
        return Message::line(say!(language, "mine-none"));
    }
    listed(&cases, say!(language, "mine-title", cases = cases.len()), scene)
}

fn listed(cases: &[&Case], title: String, scene: &Scene<'_>) -> Message {
    let speech = speech(scene);
    let mut message = Message { title: Some(title), ..Message::default() };
    for (index, case) in cases.iter().take(MOST).enumerate() {
        message.lines.push(row(index + 1, case, scene));
        let label = say!(speech.language, "button-case", index = index + 1, number = phrase::number(case.id));
        let data = Data::on(case.id, case.version, Action::Show).encode();
        message.buttons.push(vec![Button { label, data }]);
    }
    message.buttons = card::in_rows(message.buttons, 2);
    if cases.len() > MOST {
        message.lines.push(say!(speech.language, "list-more", more = cases.len() - MOST));
    }
    message
}

fn due(case: &Case, scene: &Scene<'_>) -> Option<DateTime<Utc>> {
    let own = scene.person.and_then(|person| whistle_of(case, &person.code, scene.city));
    let of_unit = || whistles(case).find(|whistle| Some(&whistle.unit) == scene.unit);
    let whistle = own.or_else(of_unit).or(case.whistle.as_ref());
    // When the desk should decide is for the service to know.
    let triage = case.triage.filter(|_| scene.person.is_some() || scene.unit.is_some());
    whistle.and_then(super::super::domain::case::Whistle::due).or(triage).map(|due| due.at)
}

fn row(index: usize, case: &Case, scene: &Scene<'_>) -> String {
    let speech = speech(scene);
    let language = speech.language;
    let words = case.material.iter().find_map(|piece| piece.words.as_deref());
    let place = super::menu::owner(case).map(|grid| speech.ground(&grid));
    let place = place.or_else(|| case.place.words.clone()).unwrap_or_else(|| speech.unit(&case.desk));
    let what = match words {
        Some(words) => format!("{} · {}", speech.matter(&case.category), clip(words, 24)),
        None => speech.matter(&case.category),
    };
    let mine = scene.person.is_some_and(|person| leads(case, &person.code));
    let state = if mine {
        say!(language, "list-state-mine", state = speech.state(case.state))
    } else {
        speech.state(case.state)
    };
    let open = !case.state.is_terminal() && case.state != State::Settled;
    let time = match (due(case, scene).filter(|_| open), case.times.reported) {
        _ if case.suspended.is_some() => say!(language, "list-suspended"),
        (Some(due), _) => speech.left(due),
        (None, Some(reported)) => speech.time(reported),
        (None, None) => String::new(),
    };
    say!(language, "list-row", index = index, state = state, time = time, what = what, place = place)
}

/// A unit's figures over the last days, as `/stats` shows them. Times in minutes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnitFigures {
    /// Which unit.
    pub unit: UnitCode,
    /// Over how many days.
    pub days: u32,
    /// Cases reported.
    pub reported: u64,
    /// Open now.
    pub open: u64,
    /// Open and late now.
    pub late: u64,
    /// From whistled to answered: median and 90th percentile.
    pub answer: Option<(f64, f64)>,
    /// From whistled to arrived.
    pub response: Option<(f64, f64)>,
    /// From whistled to settled.
    pub settlement: Option<(f64, f64)>,
    /// 按期到场率, 0–1.
    pub arrived_on_time: Option<f64>,
    /// 按期处置率, 0–1.
    pub handled_on_time: Option<f64>,
    /// 自办率, 0–1.
    pub self_resolved: Option<f64>,
    /// 返工率, 0–1.
    pub reworked: Option<f64>,
}

/// The unit's figures.
pub fn stats(figures: &UnitFigures, scene: &Scene<'_>) -> Message {
    let speech = speech(scene);
    let language = speech.language;
    let title = say!(language, "stats-title", unit = speech.unit(&figures.unit), days = figures.days);
    let counts = say!(
        language,
        "stats-counts",
        reported = figures.reported,
        open = figures.open,
        late = figures.late,
    );
    let times = [
        (key("stats-answer"), figures.answer),
        (key("stats-response"), figures.response),
        (key("stats-settlement"), figures.settlement),
    ];
    let shares = [
        (key("stats-arrived-on-time"), figures.arrived_on_time),
        (key("stats-handled-on-time"), figures.handled_on_time),
        (key("stats-self-resolved"), figures.self_resolved),
        (key("stats-reworked"), figures.reworked),
    ];
    let span = |minutes: f64| speech.span(chrono::Duration::seconds((minutes * 60.0) as i64));
    let times = times.into_iter().filter_map(|(label, value)| {
        value.map(|(median, high)| say!(language, label, median = span(median), high = span(high)))
    });
    let shares = shares.into_iter().filter_map(|(label, value)| {
        value.map(|share| say!(language, label, share = format!("{:.0}%", share * 100.0)))
    });
    let lines = std::iter::once(counts).chain(times).chain(shares).collect();
    Message { title: Some(title), lines, ..Message::default() }
}

/// The person's own copy (`/mydata`): who they are in the roster, whether a telephone number is kept,
/// and the reports under their name.
pub fn my_data(reports: &[Case], phone: bool, scene: &Scene<'_>) -> Message {
    let speech = speech(scene);
    let language = speech.language;
    let mut lines = Vec::new();
    if let Some(person) = scene.person {
        lines.push(say!(language, "mydata-name", name = person.name.as_str()));
        let posts: Vec<String> = person.posts.iter().map(|held| post(held, &speech)).collect();
        lines.push(say!(language, "mydata-posts", posts = posts.join("、")));
    }
    if phone {
        lines.push(say!(language, "mydata-phone"));
    }
    let numbers: Vec<String> = reports.iter().map(|case| phrase::number(case.id)).collect();
    lines.push(if numbers.is_empty() {
        say!(language, "mydata-no-reports")
    } else {
        say!(language, "mydata-reports", numbers = numbers.join("、"))
    });
    lines.push(say!(language, "mydata-chat"));
    lines.push(say!(language, "mydata-rights"));
    Message { title: Some(say!(language, "mydata-title")), lines, ..Message::default() }
}

/// A post in words: `网格员(华山社区 第三网格)`.
pub(super) fn post(post: &Post, speech: &Speech<'_>) -> String {
    say!(
        speech.language,
        "post",
        role = say!(speech.language, role(post.role)),
        unit = speech.unit(&post.unit)
    )
}

fn role(role: Role) -> &'static str {
    match role {
        Role::GridWorker => key("role-grid-worker"),
        Role::BranchSecretary => key("role-branch-secretary"),
        Role::GridLead => key("role-grid-lead"),
        Role::BuildingLead => key("role-building-lead"),
        Role::EntranceLead => key("role-entrance-lead"),
        Role::MemberHousehold => key("role-member-household"),
        Role::Dispatcher => key("role-dispatcher"),
        Role::DepartmentOfficer => key("role-department-officer"),
        Role::Leader => key("role-leader"),
        Role::Admin => key("role-admin"),
    }
}

/// The choice of languages, each in its own words.
pub(super) fn languages(language: Language) -> Message {
    let button = |label: &str, tag| Button {
        label: label.to_owned(),
        data: Data::plain(Action::Speak(Tag::of(tag))).encode(),
    };
    let buttons = vec![vec![button("中文", "zh-CN"), button("English", "en")]];
    Message { buttons, ..Message::line(say!(language, "language-ask")) }
}

/// How it works, for whoever asks.
pub(super) fn help(scene: &Scene<'_>) -> Message {
    let language = scene.speech();
    let lines = match (scene.kind, scene.person) {
        (ChatKind::Group, _) => vec![say!(language, "help-group")],
        (ChatKind::Private, Some(_)) => vec![
            say!(language, "help-report"),
            say!(language, "help-self-resolve"),
            say!(language, "help-whistle"),
            say!(language, "help-commands"),
        ],
        (ChatKind::Private, None) => vec![say!(language, "help-resident"), say!(language, "help-bind")],
    };
    Message { title: Some(say!(language, "help-title")), lines, ..Message::default() }
}

/// The command menu of a messenger: name without the slash, and what it does.
pub fn commands(language: Language) -> Vec<(&'static str, String)> {
    [
        ("tasks", key("command-tasks")),
        ("mine", key("command-mine")),
        ("stats", key("command-stats")),
        ("language", key("command-language")),
        ("mydata", key("command-mydata")),
        ("help", key("command-help")),
        ("cancel", key("command-cancel")),
    ]
    .into_iter()
    .map(|(name, text)| (name, say!(language, text)))
    .collect()
}
