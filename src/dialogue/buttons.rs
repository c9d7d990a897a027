//! The buttons of a card: what whoever looks at it may press now.

use super::{
    Button,
    data::{Action, Data, Tag},
    menu,
    phrase::{self, Speech},
    seat::Seat,
    texts::{key, say},
};
use crate::domain::{Case, Stage, State, UnitCode, case::Checker};
use chrono::{DateTime, Utc};

pub(super) fn buttons(case: &Case, near: &[Case], seat: &Seat<'_>, speech: &Speech<'_>) -> Vec<Vec<Button>> {
    let mut rows = Vec::new();
    if seat.whistle.is_some() && !case.state.is_terminal() {
        rows.extend(responder(case, seat));
    }
    if seat.dispatcher {
        rows.extend(dispatcher(case, seat));
    }
    if seat.reporter {
        rows.extend(reporter(case, seat, speech));
    }
    let on = |action| Data::on(case.id, case.version, action).encode();
    let mut rows: Vec<Vec<Button>> = rows
        .into_iter()
        .map(|row| {
            row.into_iter()
                .map(|(label, action)| Button { label: say!(speech.language, label), data: on(action) })
                .collect()
        })
        .collect();
    if seat.reporter && may_correct(case) {
        rows.extend(corrections(case, if seat.merges { near } else { &[] }, speech));
    }
    rows
}

pub(super) type Row = Vec<(&'static str, Action)>;

const ANSWER: (&str, Action) = (key("button-answer"), Action::Answer);

const ARRIVE: (&str, Action) = (key("button-arrive"), Action::Arrive);

const SETTLE: (&str, Action) = (key("button-settle"), Action::Settle);

const RETURN: (&str, Action) = (key("button-return"), Action::Return);

const CALL: (&str, Action) = (key("button-call"), Action::Call);

const JOIN: (&str, Action) = (key("button-join"), Action::Join);

const EXTEND: (&str, Action) = (key("button-extend"), Action::Extend);

fn responder(case: &Case, seat: &Seat<'_>) -> Vec<Row> {
    let Some(whistle) = seat.whistle else { return Vec::new() };
    // A department calls no department.
    let owner = case.whistle.as_ref().is_some_and(|own| own.unit == whistle.unit);
    let with_call = |mut row: Row| {
        if owner {
            row.push(CALL);
        }
        row
    };
    let mut rows = match whistle.stage {
        Stage::Whistled => vec![vec![ANSWER], vec![ARRIVE, SETTLE], with_call(vec![RETURN])],
        Stage::Answered if seat.lead => vec![vec![ARRIVE, SETTLE], with_call(vec![RETURN]), vec![EXTEND]],
        Stage::Arrived if seat.lead => vec![vec![SETTLE], with_call(vec![RETURN]), vec![EXTEND]],
        Stage::Answered if seat.many => vec![vec![ARRIVE, SETTLE], with_call(vec![JOIN, RETURN])],
        Stage::Arrived if seat.many => vec![vec![SETTLE], with_call(vec![JOIN, RETURN])],
        Stage::Answered | Stage::Arrived if seat.helper => vec![with_call(vec![RETURN])],
        Stage::Answered | Stage::Arrived => vec![vec![JOIN], with_call(vec![RETURN])],
        Stage::Settled | Stage::Returned => Vec::new(),
    };
    let owed = case.supervised.iter().chain(&case.urged).any(|owed| owed.answer.is_none());
    if owed && (seat.lead || seat.many) && case.state.is_open() {
        rows.push(vec![(key("button-reply"), Action::Reply)]);
    }
    rows
}

fn dispatcher(case: &Case, seat: &Seat<'_>) -> Vec<Row> {
    let checks = case.check.as_ref().is_some_and(|check| check.asked == Checker::Dispatcher);
    match case.state {
        State::Reported => {
            let decline = (key("button-decline"), Action::Decline);
            match menu::owner(case) {
                Some(_) => vec![vec![(key("button-whistle"), Action::Whistle), decline]],
                None => vec![vec![decline]],
            }
        }
        State::Settled if checks && !seat.reporter => vec![check_row()],
        _ => Vec::new(),
    }
}

/// Passed or not.
pub(super) fn check_row() -> Row {
    vec![(key("button-check-yes"), Action::Check(true)), (key("button-check-no"), Action::Check(false))]
}

/// 1–5.
pub(super) fn rating_row() -> Row {
    const LABELS: [&str; 5] = [
        key("button-rate-1"),
        key("button-rate-2"),
        key("button-rate-3"),
        key("button-rate-4"),
        key("button-rate-5"),
    ];
    LABELS.into_iter().enumerate().map(|(index, label)| (label, Action::Rate(index as u8 + 1))).collect()
}

fn reporter(case: &Case, seat: &Seat<'_>, speech: &Speech<'_>) -> Vec<Row> {
    let policy = &speech.city.policy;
    let mut rows = Vec::new();
    let asked = case.check.as_ref().is_some_and(|check| check.asked == Checker::Reporter);
    let since = |at: Option<DateTime<Utc>>| at.map(|at| speech.now - at);
    match case.state {
        State::Settled if asked => rows.push(check_row()),
        State::Closed => {
            if case.rating.is_none() {
                rows.push(rating_row());
            }
            if since(case.times.closed).is_some_and(|since| since <= policy.reopen_window) {
                rows.push(vec![(key("button-reopen"), Action::Reopen)]);
            }
        }
        _ if may_correct(case) => {
            let mut row = vec![(key("button-category"), Action::Category)];
            if case.place.fix.is_some() && case.place.located.candidates.is_empty() {
                row.push((key("button-grid"), Action::Grids));
            }
            rows.push(row);
            let mut row = Vec::new();
            if seat.known {
                row.push((key("button-self-resolve"), Action::SelfResolve));
            }
            if since(case.times.reported).is_some_and(|since| since <= policy.undo_window) {
                row.push((key("button-undo"), Action::Undo));
            }
            if !row.is_empty() {
                rows.push(row);
            }
        }
        _ => {}
    }
    rows
}

fn may_correct(case: &Case) -> bool {
    matches!(case.state, State::Reported | State::Whistled)
}

/// Neighbouring grids within the accuracy, and cases that may be the same, a tap each.
fn corrections(case: &Case, near: &[Case], speech: &Speech<'_>) -> Vec<Vec<Button>> {
    let language = speech.language;
    let on = |action| Data::on(case.id, case.version, action).encode();
    let now = menu::owner(case);
    let found = case.place.located.grid.clone().map(UnitCode::from);
    let others = case.place.located.candidates.iter().map(|candidate| UnitCode::from(candidate.code.clone()));
    let grids = others.chain(found).filter(|code| Some(code) != now.as_ref()).take(3).map(|code| {
        let label = say!(language, "button-is-grid", grid = speech.unit(&code));
        vec![Button { label, data: on(Action::Grid(Tag::of(code.as_str()))) }]
    });
    let same = near.iter().filter(|other| other.id != case.id).take(3).map(|other| {
        let (number, matter) = (phrase::number(other.id), speech.matter(&other.category));
        let label = say!(language, "button-same-as", number = number, matter = matter);
        vec![Button { label, data: on(Action::SameAs(other.id)) }]
    });
    grids.chain(same).collect()
}
