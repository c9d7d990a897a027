//! Where: a position completes a report, improves the place of the last, or begins the next. A pin
//! somewhere else takes along what was sent for it already.

use super::{
    Ask, Body, ChatState, Inbound, Message, Scene, Turn,
    report::{PAUSE, hand_over, proceed, takes_more},
    state::{Draft, Piece, Recent},
    texts::say,
};
use crate::domain::{Command, Fix, Place, PlaceSource, State, catalogue::UNCATEGORISED};
use chrono::{DateTime, Utc};

/// The position in a message. A forwarded one was taken elsewhere, at another time.
pub(super) fn fix(inbound: &Inbound) -> Option<(Fix, Option<String>)> {
    let Body::Location { lon, lat, datum, accuracy_m, live, venue } = &inbound.body else { return None };
    if !(lon.is_finite() && lat.is_finite() && lon.abs() <= 180.0 && lat.abs() <= 90.0) {
        return None;
    }
    let source = match (live, venue) {
        (true, _) => PlaceSource::Live,
        (_, Some(_)) => PlaceSource::Venue,
        _ => PlaceSource::Pin,
    };
    let fix = Fix {
        accuracy_m: accuracy_m.filter(|metres| metres.is_finite() && *metres >= 0.0),
        taken_at: (!inbound.forwarded).then_some(inbound.said_at),
        ..Fix::new(*lon, *lat, *datum, source)
    };
    Some((fix, venue.clone()))
}

/// Takes a position.
pub(super) fn pin(
    mut state: ChatState,
    fix: Fix,
    venue: Option<String>,
    at: DateTime<Utc>,
    scene: &Scene<'_>,
) -> Turn {
    let place = Place { words: venue, ..(scene.locate)(&fix) };
    let rules = scene.settings;
    let mut before = Vec::new();
    if let Some(mut draft) = state.draft.take() {
        let waits = draft.place.is_none() && draft.goes_on(at, rules.unfinished_window);
        let fresh = draft.goes_on(at, rules.report_window);
        let moved = draft
            .place
            .as_ref()
            .and_then(|place| place.fix)
            .is_some_and(|known| !same_place(&known, &fix, scene));
        if waits || (fresh && (!draft.has_matter() || !moved)) {
            let again = draft.place.is_some() && !draft.has_matter();
            draft.last_at = draft.last_at.max(at);
            draft.pinned_last = true;
            draft.place = Some(place);
            state.draft = Some(draft);
            let turn = proceed(state, scene);
            return if again { turn.say(Message::line(say!(scene.speech(), "pin-changed"))) } else { turn };
        }
        before.extend(hand_over(&mut state, draft, scene));
    } else if let Some(recent) = state.recent.clone().filter(|recent| takes_more(recent, scene)) {
        let gap = at - recent.last_at;
        match recent.fix {
            None if gap <= rules.unfinished_window => return locate(state, recent, place, at),
            Some(known) if gap <= rules.report_window && same_place(&known, &fix, scene) => {
                return nearer(state, recent, place, known, at, scene);
            }
            Some(_) if gap <= rules.report_window => return split(state, recent, place, at, scene),
            _ => {}
        }
    }
    state.recent = None;
    state.draft = Some(Draft { place: Some(place), last_at: at, pinned_last: true, ..Draft::default() });
    let mut turn = proceed(state, scene);
    turn.asks.splice(0..0, before);
    turn
}

fn same_place(known: &Fix, new: &Fix, scene: &Scene<'_>) -> bool {
    // A coarse first fix may be off by its own radius; that is not another place.
    let coarse = known.accuracy_m.unwrap_or(0.0).min(100.0);
    known.point.distance_m(new.point) <= scene.settings.same_place_m.max(coarse)
}

/// The same place again: the better position counts.
fn nearer(
    mut state: ChatState,
    mut recent: Recent,
    place: Place,
    known: Fix,
    at: DateTime<Utc>,
    scene: &Scene<'_>,
) -> Turn {
    let metres = |fix: &Fix| fix.accuracy_m.unwrap_or(f64::INFINITY);
    if place.fix.is_some_and(|fix| metres(&fix) < metres(&known)) {
        return locate(state, recent, place, at);
    }
    recent.last_at = recent.last_at.max(at);
    state.recent = Some(recent);
    Turn::of(state).say(Message::line(say!(scene.speech(), "pin-known")))
}

fn locate(mut state: ChatState, mut recent: Recent, place: Place, at: DateTime<Utc>) -> Turn {
    let case = recent.case;
    recent.last_at = recent.last_at.max(at);
    recent.fix = place.fix;
    state.recent = Some(recent);
    Turn::of(state).act(case, Command::Locate { place: Box::new(place), reason: None })
}

/// A pin elsewhere: the next report begins, and takes along what was sent for it.
fn split(mut state: ChatState, recent: Recent, place: Place, at: DateTime<Utc>, scene: &Scene<'_>) -> Turn {
    // What somebody has answered was read by them, and stays.
    let answered = scene.recent.is_none_or(|case| case.state.is_open() && case.state != State::Whistled);
    let moved = if answered { Vec::new() } else { leaving(&recent, at) };
    let messages: Vec<String> = moved.iter().filter_map(|piece| piece.message.clone()).collect();
    state.told.retain(|told| !messages.contains(&told.message));
    state.albums.retain(|known| !moved.iter().any(|piece| piece.album.as_ref() == Some(&known.album)));
    let case = recent.case;
    let classed = recent.classed_by.as_ref().is_some_and(|message| messages.contains(message));
    // Remembered for the button "it is the place of the former report after all".
    state.recent = Some(recent);
    state.draft =
        Some(Draft { pieces: moved, place: Some(place), last_at: at, pinned_last: true, ..Draft::default() });
    let mut turn = proceed(state, scene);
    if classed {
        let category = UNCATEGORISED.into();
        turn.asks.insert(0, Ask::Act { case, command: Command::Recategorise { category } });
    }
    if !messages.is_empty() {
        turn.asks.insert(0, Ask::Act { case, command: Command::Detach { messages } });
    }
    turn
}

/// Which of the pieces since the last report belong to the next one.
///
/// A person who tells first and pins then has told of the next matter already; a first line alone
/// still explains the former report when that had no words. A person who pins first has not, unless
/// the newest pieces came after a pause and right before the pin.
fn leaving(recent: &Recent, pinned_at: DateTime<Utc>) -> Vec<Piece> {
    let movable = |pieces: &[Piece]| pieces.iter().filter(|piece| piece.message.is_some()).cloned().collect();
    if recent.pinned_last {
        let explains = !recent.worded
            && recent.after.len() > 1
            && recent.after[0].photo.is_none()
            && recent.after[0].voice.is_none();
        return movable(&recent.after[usize::from(explains)..]);
    }
    let Some(last) = recent.after.last() else { return Vec::new() };
    let mut before = recent.opened_at;
    let mut start = None;
    for (index, piece) in recent.after.iter().enumerate() {
        if piece.said_at - before > PAUSE {
            start = Some(index);
        }
        before = piece.said_at;
    }
    match start {
        Some(start) if pinned_at - last.said_at <= PAUSE => movable(&recent.after[start..]),
        _ => Vec::new(),
    }
}
