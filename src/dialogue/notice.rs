//! What somebody is told in a message of its own, with the buttons that it asks for.

use super::{
    Button, Keyboard, Language, Message,
    buttons::{check_row, rating_row},
    card::{self, Viewer, evidence},
    data::{Action, Data, Tag},
    phrase,
    phrase::Speech,
    texts::{key, say},
};
use crate::domain::{Case, CaseId, City, Notice, Stage, State, UnitCode};
use chrono::{DateTime, Utc};

/// The words of a notice about a case, for whoever gets it.
pub fn notice(case: &Case, notice: &Notice, viewer: &Viewer<'_>, city: &City, now: DateTime<Utc>) -> Message {
    let speech = Speech { language: Language::of(viewer.language), city, now };
    Message {
        title: Some(words(case, notice, &speech)),
        lines: lines(case, &speech),
        buttons: buttons(case, notice, &speech),
        // The key that sends the position has done its work.
        keyboard: matches!(notice, Notice::ArrivalMarked { .. }).then_some(Keyboard::Remove),
    }
}

/// Which case it is: number, matter and place.
fn lines(case: &Case, speech: &Speech<'_>) -> Vec<String> {
    let ground = super::menu::owner(case).map(|grid| speech.ground(&grid));
    let place = ground.or_else(|| case.place.words.clone()).unwrap_or_else(|| speech.unit(&case.desk));
    vec![say!(
        speech.language,
        "notice-case",
        number = phrase::number(case.id),
        matter = speech.matter(&case.category),
        place = place,
    )]
}

#[expect(clippy::too_many_lines, reason = "a table, a line for each notice")]
fn words(case: &Case, notice: &Notice, speech: &Speech<'_>) -> String {
    let language = speech.language;
    match notice {
        Notice::Triage => say!(language, "notice-triage"),
        Notice::Unheard { unit } => say!(language, "notice-unheard", unit = speech.unit(unit)),
        Notice::Returned { unit, reason } => {
            say!(language, "notice-returned", unit = speech.unit(unit), reason = reason.as_str())
        }
        Notice::Reminder { stage, due } => reminder(*stage, *due, speech),
        Notice::Escalated { level, stage, reason } => {
            let level = speech.level(*level);
            match (stage, reason.is_empty()) {
                (_, false) => {
                    say!(language, "notice-escalated-reason", level = level, reason = reason.as_str())
                }
                (Some(stage), true) => {
                    say!(language, "notice-escalated", level = level, late = late(*stage, speech))
                }
                (None, true) if case.state == State::Settled => {
                    say!(language, "notice-escalated-check", level = level)
                }
                (None, true) => say!(language, "notice-escalated-triage", level = level),
            }
        }
        Notice::Coming { unit } => say!(language, "notice-coming", unit = speech.unit(unit)),
        Notice::Here => say!(language, "notice-here"),
        Notice::ArrivalMarked { evidence: mark, distance_m } => {
            say!(language, "notice-arrival", evidence = evidence(*mark, *distance_m, speech))
        }
        Notice::CheckAsked { words, until } => {
            let until = speech.time(*until);
            say!(language, "notice-check-asked", words = card::clip(words, 200), until = until)
        }
        Notice::CheckWanted => say!(language, "notice-check-wanted"),
        Notice::Reworked { reason } => say!(language, "notice-reworked", reason = reason.as_str()),
        Notice::Closed => say!(language, "notice-closed"),
        Notice::Reopened { reason } => say!(language, "notice-reopened", reason = reason.as_str()),
        Notice::Declined { reason } => say!(language, "notice-declined", reason = reason.as_str()),
        Notice::Voided { reason } => say!(language, "notice-voided", reason = reason.as_str()),
        Notice::Merged { into } => say!(language, "notice-merged", number = phrase::number(*into)),
        Notice::Reassigned { unit, reason } => {
            say!(language, "notice-reassigned", unit = speech.unit(unit), reason = reason.as_str())
        }
        Notice::DepartmentStep { unit, stage } => department_step(case, unit, *stage, speech),
        Notice::DepartmentCalled { unit, reason } => say!(
            language,
            "notice-department-called",
            unit = speech.unit(unit),
            reason = speech.call_reason(*reason),
        ),
        Notice::ExtensionAsked { by, reason } => {
            say!(language, "notice-extension-asked", name = speech.person(by), reason = reason.as_str())
        }
        Notice::ExtensionDecided { until: Some(until), words } => {
            say!(language, "notice-extended", until = speech.time(*until), words = words.as_str())
        }
        Notice::ExtensionDecided { until: None, words } => {
            say!(language, "notice-not-extended", words = words.as_str())
        }
        Notice::Suspended { until, reason } => {
            say!(language, "notice-suspended", until = speech.time(*until), reason = reason.as_str())
        }
        Notice::Resumed => say!(language, "notice-resumed"),
        Notice::Urged { by, words } => {
            say!(language, "notice-urged", name = speech.person(by), words = words.as_str())
        }
        Notice::Supervised { by, words } => {
            say!(language, "notice-supervised", name = speech.person(by), words = words.as_str())
        }
        Notice::Replied { by, words } => {
            say!(language, "notice-replied", name = speech.person(by), words = words.as_str())
        }
        Notice::PrecheckAsked => say!(language, "notice-precheck-asked"),
        Notice::Prechecked { found: true, words } => {
            say!(language, "notice-prechecked-there", words = words.as_str())
        }
        Notice::Prechecked { found: false, words } => {
            say!(language, "notice-prechecked-not-there", words = words.as_str())
        }
        Notice::Joined { helper } => say!(language, "notice-joined", name = speech.person(helper)),
    }
}

fn reminder(stage: Stage, due: DateTime<Utc>, speech: &Speech<'_>) -> String {
    let (left, until) = (speech.left(due), speech.time(due));
    let language = speech.language;
    match stage {
        Stage::Whistled | Stage::Answered => {
            say!(language, "notice-remind-answer", left = left, until = until)
        }
        Stage::Arrived => say!(language, "notice-remind-arrive", left = left, until = until),
        Stage::Settled | Stage::Returned => {
            say!(language, "notice-remind-settle", left = left, until = until)
        }
    }
}

/// What is late at an escalation.
fn late(stage: Stage, speech: &Speech<'_>) -> String {
    match stage {
        Stage::Whistled | Stage::Answered => say!(speech.language, "late-answer"),
        Stage::Arrived => say!(speech.language, "late-arrive"),
        Stage::Settled | Stage::Returned => say!(speech.language, "late-settle"),
    }
}

fn department_step(case: &Case, unit: &crate::domain::UnitCode, stage: Stage, speech: &Speech<'_>) -> String {
    let lead = case
        .departments
        .iter()
        .find(|whistle| whistle.unit == *unit)
        .and_then(|whistle| whistle.lead.as_ref());
    let (unit, said) = (speech.unit(unit), speech.stage(stage));
    match (stage, lead) {
        (Stage::Settled, _) => say!(speech.language, "notice-department-settled", unit = unit),
        (_, Some(lead)) => say!(
            speech.language,
            "notice-department-step-lead",
            unit = unit,
            stage = said,
            lead = speech.person(lead),
        ),
        (_, None) => say!(speech.language, "notice-department-step", unit = unit, stage = said),
    }
}

fn buttons(case: &Case, notice: &Notice, speech: &Speech<'_>) -> Vec<Vec<Button>> {
    let show = (key("button-show"), Action::Show);
    let rows = match notice {
        Notice::CheckAsked { .. } | Notice::CheckWanted => vec![check_row()],
        Notice::Closed => vec![rating_row(), vec![(key("button-reopen"), Action::Reopen)]],
        Notice::PrecheckAsked => vec![vec![
            (key("button-found"), Action::Found(true)),
            (key("button-not-found"), Action::Found(false)),
        ]],
        Notice::Urged { .. } | Notice::Supervised { .. } => {
            vec![vec![(key("button-reply"), Action::Reply), show]]
        }
        Notice::DepartmentStep { unit, stage: Stage::Settled } => {
            let tag = Tag::of(unit.as_str());
            let row = rating_row().into_iter().enumerate();
            vec![
                row.map(|(index, (label, _))| (label, Action::Score(index as u8 + 1, tag.clone()))).collect(),
            ]
        }
        Notice::ArrivalMarked { .. }
        | Notice::Declined { .. }
        | Notice::Voided { .. }
        | Notice::Merged { .. } => Vec::new(),
        _ => vec![vec![show]],
    };
    let button = |(label, action): (&'static str, Action)| Button {
        label: say!(speech.language, label),
        data: Data::on(case.id, case.version, action).encode(),
    };
    rows.into_iter().map(|row| row.into_iter().map(button).collect()).collect()
}

/// To a dispatcher: nothing arrives at a person's chat, or at a unit's group. `case` is what should have.
pub fn unreachable(
    person: Option<&str>,
    unit: &UnitCode,
    case: Option<CaseId>,
    language: &str,
    city: &City,
    now: DateTime<Utc>,
) -> Message {
    let speech = Speech { language: Language::of(language), city, now };
    let (who, unit) = (person.unwrap_or_default(), speech.unit(unit));
    let number = case.map(phrase::number).unwrap_or_default();
    Message::line(say!(speech.language, "unreachable", person = who, unit = unit, number = number))
}
