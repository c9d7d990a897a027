//! Why something cannot be done, in the person's language, together with what to do instead.

use super::{
    Scene,
    card::speech,
    texts::{key, say},
};
use crate::domain::{Refusal, State};

/// Why not, and what to do instead.
pub fn why_not(refusal: &Refusal, scene: &Scene<'_>) -> String {
    let speech = speech(scene);
    let language = speech.language;
    match refusal {
        Refusal::WrongState { state } => wrong_state(*state, scene),
        Refusal::TakenBy { lead } => say!(language, "refused-taken", lead = speech.person(lead)),
        Refusal::OnlyLead { lead } => say!(language, "refused-only-lead", lead = speech.person(lead)),
        Refusal::UnknownUnit { unit } | Refusal::UnknownGrid { grid: unit } => {
            say!(language, "refused-unit", unit = speech.unit(unit))
        }
        Refusal::UnknownPerson { person } => say!(language, "refused-person", person = speech.person(person)),
        Refusal::CalledAlready { unit } => say!(language, "refused-called", unit = speech.unit(unit)),
        Refusal::TooLate { due } => say!(language, "refused-too-late", due = speech.time(*due)),
        Refusal::NoExtensionLeft { used } => say!(language, "refused-no-extension", used = *used),
        Refusal::DateOutOfRange { earliest, latest } => {
            say!(language, "refused-date", earliest = speech.time(*earliest), latest = speech.time(*latest),)
        }
        Refusal::Suspended { until } => say!(language, "refused-suspended", until = speech.time(*until)),
        Refusal::WindowPassed { ended } => say!(language, "refused-window", ended = speech.time(*ended)),
        Refusal::TooMuch { most } => say!(language, "refused-too-much", most = *most),
        plain => say!(language, plain_refusal(plain)),
    }
}

fn plain_refusal(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::AlreadyDone => key("refused-already-done"),
        Refusal::NotArrived => key("refused-not-arrived"),
        Refusal::ReasonMissing => key("refused-reason-missing"),
        Refusal::PhotoMissing => key("refused-photo-missing"),
        Refusal::WordsMissing => key("refused-words-missing"),
        Refusal::UnknownCondition => key("refused-condition"),
        Refusal::UnknownCategory => key("refused-category"),
        Refusal::OwnerMissing => key("refused-owner-missing"),
        Refusal::NoExtensionAsked => key("refused-no-extension-asked"),
        Refusal::ExtensionWaits => key("refused-extension-waits"),
        Refusal::SuspendedBefore => key("refused-suspended-before"),
        Refusal::NotSuspended => key("refused-not-suspended"),
        Refusal::ScoreOutOfRange => key("refused-score"),
        Refusal::OwnWork => key("refused-own-work"),
        Refusal::SameCase => key("refused-same-case"),
        Refusal::CannotMerge => key("refused-merge"),
        Refusal::TopLevel => key("refused-top-level"),
        Refusal::NothingOwed => key("refused-nothing-owed"),
        Refusal::UnknownPiece => key("refused-piece"),
        Refusal::NotReporter => key("refused-not-reporter"),
        Refusal::Empty => key("refused-empty"),
        _ => key("refused-not-yours"),
    }
}

fn wrong_state(state: State, scene: &Scene<'_>) -> String {
    let speech = speech(scene);
    match state {
        State::Whistled => say!(speech.language, "refused-whistled"),
        State::Reported => say!(speech.language, "refused-reported"),
        State::Settled => say!(speech.language, "refused-settled"),
        state if state.is_terminal() => say!(speech.language, "refused-ended", state = speech.state(state)),
        state => say!(speech.language, "refused-state", state = speech.state(state)),
    }
}
