//! The card of a case, as whoever looks at it should see it. Who brought the case is never on it.

use super::{
    Button, ChatKind, Language, Message, Scene, buttons, menu, phrase,
    phrase::Speech,
    seat::{Seat, whistles},
    texts::say,
};
use crate::domain::{
    Case, City, Escalation, Evidence, PersonCode, Stage, State, UnitCode, Whistle, catalogue::UNCATEGORISED,
};
use chrono::{DateTime, Utc};

/// Whom a card or a notice is for.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// The person that the private chat is bound to.
    pub person: Option<&'a PersonCode>,
    /// One person or many.
    pub kind: ChatKind,
    /// The unit that the group is bound to.
    pub unit: Option<&'a UnitCode>,
    /// It is one of the case's reporters.
    pub reporter: bool,
    /// `zh-CN` or `en`.
    pub language: &'a str,
}

/// The card of a case at `now`.
pub fn card(case: &Case, viewer: &Viewer<'_>, city: &City, now: DateTime<Utc>) -> Message {
    card_beside(case, &[], viewer, city, now)
}

/// The card with cases like it nearby, which the reporter may call the same.
pub fn card_beside(
    case: &Case,
    near: &[Case],
    viewer: &Viewer<'_>,
    city: &City,
    now: DateTime<Utc>,
) -> Message {
    let speech = Speech { language: Language::of(viewer.language), city, now };
    let seat = Seat::of(case, viewer, city);
    Message {
        title: Some(title(case, &speech)),
        lines: lines(case, &seat, &speech),
        buttons: buttons::buttons(case, near, &seat, &speech),
        keyboard: None,
    }
}

/// Speaks to the chat of a scene.
pub(super) fn speech<'a>(scene: &Scene<'a>) -> Speech<'a> {
    Speech { language: scene.speech(), city: scene.city, now: scene.now }
}

/// State and number: the first thing that is read.
pub(super) fn title(case: &Case, speech: &Speech<'_>) -> String {
    say!(speech.language, "card-title", state = speech.state(case.state), number = phrase::number(case.id))
}

fn lines(case: &Case, seat: &Seat<'_>, speech: &Speech<'_>) -> Vec<String> {
    let language = speech.language;
    let mut lines = vec![matter(case, speech)];
    lines.extend(where_it_is(case, speech));
    lines.extend(told(case, speech));
    lines.extend(steps(case, seat, speech));
    lines.extend(case.departments.iter().map(|whistle| department(whistle, speech)));
    lines.extend(flags(case, speech).filter(|_| seat.inside));
    if case.state == State::Reported {
        let line = say!(language, "card-waits", desk = speech.unit(&case.desk));
        lines.push(line);
    }
    if let Some(reason) = case.reason.as_ref().filter(|_| shows_reason(case)) {
        lines.push(say!(language, "card-reason", reason = reason.as_str()));
    }
    if let Some(into) = case.merged_into {
        lines.push(say!(language, "card-merged", number = phrase::number(into)));
    }
    lines
}

fn shows_reason(case: &Case) -> bool {
    matches!(case.state, State::Reported | State::Declined | State::Voided)
}

fn matter(case: &Case, speech: &Speech<'_>) -> String {
    let matter = speech.matter(&case.category);
    if case.category_guessed && case.category.as_str() != UNCATEGORISED {
        say!(speech.language, "card-matter-guessed", matter = matter)
    } else {
        say!(speech.language, "card-matter", matter = matter)
    }
}

/// Grid and branch, then the position and the words of the place.
fn where_it_is(case: &Case, speech: &Speech<'_>) -> Vec<String> {
    let language = speech.language;
    let ground = match menu::owner(case) {
        Some(grid) => say!(language, "card-ground", ground = speech.ground(&grid)),
        None if case.place.fix.is_some() => {
            say!(language, "card-ground-outside", desk = speech.unit(&case.desk))
        }
        None => say!(language, "card-ground-unknown", desk = speech.unit(&case.desk)),
    };
    let point = case.place.point().map(|point| format!("{:.5}, {:.5}", point.lat, point.lon));
    let place = match (&case.place.words, point) {
        (Some(words), Some(point)) => Some(format!("{words} ({point})")),
        (Some(words), None) => Some(words.clone()),
        (None, point) => point,
    };
    let place = place.map(|place| say!(language, "card-place", place = place));
    std::iter::once(ground).chain(place).collect()
}

/// The words as told, and how many photos and voice notes there are.
fn told(case: &Case, speech: &Speech<'_>) -> Vec<String> {
    let words: Vec<&str> = case.material.iter().filter_map(|piece| piece.words.as_deref()).collect();
    // Sent without a pin, the words are the place as well, and stand there.
    let words = words.into_iter().filter(|words| case.place.words.as_deref() != Some(*words));
    let words = clip(&words.collect::<Vec<_>>().join(" / "), 300);
    let photos = case.material.iter().filter(|piece| piece.photo.is_some()).count();
    let voices = case.material.iter().filter(|piece| piece.voice.is_some()).count();
    let mut lines = Vec::new();
    if !words.is_empty() {
        lines.push(say!(speech.language, "card-words", words = words));
    }
    match (photos, voices) {
        (0, 0) => {}
        (_, 0) => lines.push(say!(speech.language, "card-photos", photos = photos)),
        (0, _) => lines.push(say!(speech.language, "card-voices", voices = voices)),
        _ => lines.push(say!(speech.language, "card-photos-voices", photos = photos, voices = voices)),
    }
    lines
}

/// At most `most` characters, with a mark where more was said.
pub(super) fn clip(words: &str, most: usize) -> String {
    if words.chars().count() <= most {
        return words.to_owned();
    }
    words.chars().take(most - 1).chain(['…']).collect()
}

/// The times of the steps, who leads, and the time left for the next.
fn steps(case: &Case, seat: &Seat<'_>, speech: &Speech<'_>) -> Vec<String> {
    let language = speech.language;
    let mut lines = vec![passed(case, speech)];
    let Some(whistle) = seat.whistle.or(case.whistle.as_ref()) else { return lines };
    // A resident is told of the branch, not of the people in it.
    if let Some(lead) = whistle.lead.as_ref().filter(|_| seat.inside) {
        let helpers: Vec<String> = whistle.helpers.iter().map(|helper| speech.person(helper)).collect();
        lines.push(if helpers.is_empty() {
            say!(language, "card-lead", lead = speech.person(lead))
        } else {
            say!(language, "card-lead-helpers", lead = speech.person(lead), helpers = helpers.join("、"))
        });
    }
    if let Some(arrival) = whistle.arrival.as_ref().filter(|_| seat.inside) {
        lines.push(evidence(arrival.evidence, arrival.distance_m, speech));
    }
    lines.extend(due(case, whistle, speech));
    if let Some(settlement) = &case.settlement
        && matches!(case.state, State::Settled | State::Closed)
    {
        lines.push(if settlement.self_resolved {
            say!(language, "card-self-resolved", words = clip(&settlement.words, 200))
        } else {
            say!(language, "card-settled", words = clip(&settlement.words, 200))
        });
    }
    lines
}

/// `09:00 上报 → 09:01 哨响 → 09:06 接哨`
fn passed(case: &Case, speech: &Speech<'_>) -> String {
    let times = &case.times;
    let steps = [
        (times.reported, State::Reported),
        (times.whistled, State::Whistled),
        (times.answered, State::Answered),
        (times.arrived, State::Arrived),
        (times.settled, State::Settled),
        (times.closed, if case.state.is_terminal() { case.state } else { State::Closed }),
    ];
    let said = steps
        .into_iter()
        .filter_map(|(at, state)| at.map(|at| format!("{} {}", speech.time(at), speech.state(state))));
    said.collect::<Vec<_>>().join(" → ")
}

/// How far an arrival is believed.
pub(super) fn evidence(evidence: Evidence, metres: Option<f64>, speech: &Speech<'_>) -> String {
    let language = speech.language;
    let word = match evidence {
        Evidence::Verified => say!(language, "evidence-verified"),
        Evidence::Near => say!(language, "evidence-near"),
        Evidence::Unverified => say!(language, "evidence-unverified"),
    };
    if let Some(metres) = metres {
        say!(language, "card-evidence", evidence = word, distance = speech.metres(metres))
    } else {
        say!(language, "card-evidence-blind", evidence = word)
    }
}

fn due(case: &Case, whistle: &Whistle, speech: &Speech<'_>) -> Option<String> {
    if let Some(suspended) = case.suspended.as_ref().filter(|_| !case.state.is_terminal()) {
        return Some(say!(speech.language, "card-suspended", until = speech.time(suspended.until)));
    }
    let due = whistle.due().filter(|_| !case.state.is_terminal())?;
    let (left, until) = (speech.left(due.at), speech.time(due.at));
    let line = match whistle.stage {
        Stage::Whistled => say!(speech.language, "card-due-answer", left = left, until = until),
        Stage::Answered => say!(speech.language, "card-due-arrive", left = left, until = until),
        _ => say!(speech.language, "card-due-settle", left = left, until = until),
    };
    Some(if due.provisional { format!("{line}{}", say!(speech.language, "card-provisional")) } else { line })
}

fn department(whistle: &Whistle, speech: &Speech<'_>) -> String {
    let (unit, stage) = (speech.unit(&whistle.unit), speech.stage(whistle.stage));
    if let Some(lead) = &whistle.lead {
        say!(speech.language, "card-department-lead", unit = unit, stage = stage, lead = speech.person(lead))
    } else {
        say!(speech.language, "card-department", unit = unit, stage = stage)
    }
}

fn flags(case: &Case, speech: &Speech<'_>) -> Option<String> {
    let language = speech.language;
    let mut flags = Vec::new();
    if case.escalation > Escalation::Grid && !case.state.is_terminal() {
        flags.push(say!(language, "flag-escalated", level = speech.level(case.escalation)));
    }
    if case.supervised.as_ref().is_some_and(|owed| owed.answer.is_none()) {
        flags.push(say!(language, "flag-supervised"));
    }
    if case.urged.iter().any(|owed| owed.answer.is_none()) && !case.state.is_terminal() {
        flags.push(say!(language, "flag-urged"));
    }
    if case.reworks > 0 {
        flags.push(say!(language, "flag-reworked", times = case.reworks));
    }
    if case.reopenings > 0 {
        flags.push(say!(language, "flag-reopened", times = case.reopenings));
    }
    (!flags.is_empty()).then(|| flags.join(" · "))
}

/// Where a case's whistles stand with somebody in the lead.
pub(super) fn leads(case: &Case, person: &PersonCode) -> bool {
    whistles(case).any(|whistle| whistle.lead.as_ref() == Some(person))
}

/// Rows of one button each, `wide` to a row.
pub(super) fn in_rows(rows: Vec<Vec<Button>>, wide: usize) -> Vec<Vec<Button>> {
    menu::rows(rows.into_iter().flatten().collect(), wide)
}
