//! One message: from what a chat remembers and what was said to what is remembered, told and asked.

use super::{
    Ask, Body, ChatKind, ChatState, Inbound, Message, Scene, Turn, Wanted,
    answer::{self, Heard},
    data::{Action, Data},
    pin, press, report,
    seat::whistle_of,
    spoken,
    state::Draft,
    texts::say,
    word::{self, Spoken},
};
use crate::domain::{CaseNumber, Command, PhotoStage, Place, Stage};
use chrono::{DateTime, Utc};

/// What the application must look up before [`step`].
pub fn wanted(inbound: &Inbound, state: &ChatState) -> Wanted {
    let pressed = match &inbound.body {
        Body::Press { data, .. } => Data::decode(data).and_then(|data| data.case),
        _ => None,
    };
    let file = matches!(inbound.body, Body::Photo { .. } | Body::Voice { .. });
    let tells = file || matches!(inbound.body, Body::Text { .. } | Body::Location { .. });
    // In a group a file is ours only where it answers a card or a question.
    let ours = inbound.kind == ChatKind::Private || inbound.reply_to.is_some() || late_photo(inbound, state);
    Wanted {
        case: pressed,
        replied_to: inbound.reply_to.clone().filter(|_| pressed.is_none()),
        recent: state.recent.as_ref().filter(|_| tells && !inbound.edited).map(|recent| recent.case),
        media: file && ours && !inbound.edited,
    }
}

/// A photo of an album whose siblings are in a case.
fn late_photo(inbound: &Inbound, state: &ChatState) -> bool {
    let Body::Photo { album: Some(album), .. } = &inbound.body else { return false };
    state.albums.iter().any(|known| known.album == *album)
}

/// Takes one message. Pure: the same arguments give the same turn.
pub fn step(state: ChatState, inbound: &Inbound, scene: &Scene<'_>) -> Turn {
    let stranger = scene.person.is_none() && scene.kind == ChatKind::Private;
    let greet = stranger && !state.greeted && begins(inbound);
    let mut turn = take(state, inbound, scene);
    if greet {
        turn.state.greeted = true;
        turn.replies.insert(0, super::Outgoing::reply(Message::line(say!(scene.speech(), "privacy"))));
    }
    turn
}

/// Does the message begin a talk in which personal data is given?
fn begins(inbound: &Inbound) -> bool {
    match &inbound.body {
        Body::Text { text } => !matches!(word::command(text), Some(Spoken::Start(Some(_)))),
        Body::Photo { .. } | Body::Voice { .. } | Body::Location { .. } => true,
        _ => false,
    }
}

fn take(mut state: ChatState, inbound: &Inbound, scene: &Scene<'_>) -> Turn {
    match &inbound.body {
        Body::Press { data, .. } => press::press(state, data, inbound, scene),
        Body::Blocked => Turn::of(state).ask(Ask::Unreachable),
        Body::Unblocked => Turn::of(state).ask(Ask::Reachable),
        Body::Migrated { to } => Turn::of(state).ask(Ask::Migrate { to: to.clone() }),
        Body::Location { .. } if inbound.edited => live(state, inbound, scene),
        _ if inbound.edited => edited(state, inbound, scene),
        Body::Text { text } => match word::command(text) {
            Some(spoken) => spoken::command(state, spoken, scene),
            None => talk(state, inbound, scene),
        },
        Body::Location { live, .. } => {
            if let Some((fix, _)) = pin::fix(inbound).filter(|_| *live) {
                state.live = Some(fix);
            }
            talk(state, inbound, scene)
        }
        Body::Photo { .. } | Body::Voice { .. } => talk(state, inbound, scene),
        Body::Contact { .. } => courteous(state, scene, |scene| say!(scene.speech(), "contact-not-needed")),
        Body::Unknown { .. } => courteous(state, scene, |scene| say!(scene.speech(), "unknown-kind")),
    }
}

/// A helpful line to one person; people among themselves are not interrupted.
fn courteous(state: ChatState, scene: &Scene<'_>, words: fn(&Scene<'_>) -> String) -> Turn {
    match scene.kind {
        ChatKind::Private => Turn::of(state).say(Message::line(words(scene))),
        ChatKind::Group => Turn::of(state),
    }
}

/// A new position of a live location: opens nothing, but says where somebody is who was asked.
fn live(mut state: ChatState, inbound: &Inbound, scene: &Scene<'_>) -> Turn {
    let Some((fix, _)) = pin::fix(inbound) else { return Turn::of(state) };
    state.live = Some(fix);
    let asked = state.questions.get(scene.member).filter(|question| {
        question.asked == super::state::Asked::Arrival
            && inbound.said_at - question.at <= scene.settings.question_window
    });
    match asked.map(|question| question.case) {
        Some(case) => Turn::of(state).act(case, Command::Arrive { fix: Some(fix) }),
        None => Turn::of(state),
    }
}

/// An edited message amends its piece, wherever that is now.
fn edited(mut state: ChatState, inbound: &Inbound, scene: &Scene<'_>) -> Turn {
    let words = match &inbound.body {
        Body::Text { text } => word::kept(text),
        Body::Photo { caption, .. } | Body::Voice { caption, .. } => caption.as_deref().and_then(word::kept),
        _ => return Turn::of(state),
    };
    let Some(message) = report::message_key(inbound) else { return Turn::of(state) };
    let of_draft = state.draft.iter_mut().flat_map(|draft| &mut draft.pieces);
    if let Some(piece) = of_draft.into_iter().find(|piece| piece.message.as_ref() == Some(&message)) {
        // Words may not become nothing where they are the whole piece.
        if words.is_some() || piece.photo.is_some() || piece.voice.is_some() {
            piece.words = words;
        }
        return Turn::of(state);
    }
    match (state.case_of(&message), words) {
        (Some(case), words) => {
            let words = words.unwrap_or_default();
            Turn::of(state).act(case, Command::Amend { message, words })
        }
        (None, Some(_)) => courteous(state, scene, |scene| say!(scene.speech(), "edit-unknown")),
        (None, None) => Turn::of(state),
    }
}

/// Words, photos, voice and positions, in the order of what they most likely are: a late photo of an
/// album, an answer, a reply to a card, a piece of a report.
fn talk(state: ChatState, inbound: &Inbound, scene: &Scene<'_>) -> Turn {
    let group = scene.kind == ChatKind::Group;
    let question = state.questions.get(scene.member).cloned();
    let question = question.filter(|_| !group || answer::meant_in_group(inbound));
    let other_card =
        question.as_ref().zip(scene.case).is_some_and(|(question, case)| question.case != case.id);
    if let Some(piece) = report::piece(inbound, scene).filter(|_| late_photo(inbound, &state)) {
        return report::take(state, piece, scene);
    }
    let mut before = Turn::of(state);
    if let Some(question) = question.filter(|_| !other_card) {
        match answer::hear(before.state, question, inbound, scene) {
            Heard::Answer(turn) => return turn,
            Heard::Aside(turn) => before = turn,
        }
    }
    if scene.case.is_some() {
        let state = std::mem::take(&mut before.state);
        return followed(before, to_card(state, inbound, scene));
    }
    if group {
        return before;
    }
    let state = std::mem::take(&mut before.state);
    followed(before, tell(state, inbound, scene))
}

fn followed(mut before: Turn, after: Turn) -> Turn {
    before.state = after.state;
    before.replies.extend(after.replies);
    before.asks.extend(after.asks);
    before.toast = before.toast.or(after.toast);
    before
}

/// A reply to a card belongs to its case, whatever the hour.
fn to_card(mut state: ChatState, inbound: &Inbound, scene: &Scene<'_>) -> Turn {
    let Some(case) = scene.case else { return Turn::of(state) };
    if scene.kind == ChatKind::Group && scene.person.is_none() {
        return Turn::of(state).say(Message::line(say!(scene.speech(), "bind-first")));
    }
    if let Some(piece) = report::piece(inbound, scene) {
        state.note(&piece, case.id, PhotoStage::Before);
        return Turn::of(state)
            .act(case.id, Command::Add { material: vec![piece.material(PhotoStage::Before)] });
    }
    let Some((fix, venue)) = pin::fix(inbound) else { return unreadable(state, inbound, scene) };
    let whistle = scene.person.and_then(|person| whistle_of(case, &person.code, scene.city));
    let coming = whistle.is_some_and(|whistle| {
        whistle.stage == Stage::Answered && whistle.lead.as_ref() == scene.person.map(|person| &person.code)
    });
    if coming && !inbound.forwarded {
        return Turn::of(state).act(case.id, Command::Arrive { fix: Some(fix) });
    }
    let place = Place { words: venue, ..(scene.locate)(&fix) };
    Turn::of(state).act(case.id, Command::Locate { place: Box::new(place), reason: None })
}

/// A piece of a report.
fn tell(state: ChatState, inbound: &Inbound, scene: &Scene<'_>) -> Turn {
    if let Body::Text { text } = &inbound.body
        && let Some(turn) = not_a_piece(&state, text, scene)
    {
        return turn;
    }
    if let Some((fix, venue)) = pin::fix(inbound) {
        return pin::pin(state, fix, venue, inbound.said_at, scene);
    }
    match report::piece(inbound, scene) {
        Some(piece) => report::take(state, piece, scene),
        None => unreadable(state, inbound, scene),
    }
}

/// Lines that report nothing: a button's label sent as text, a case number, a greeting.
fn not_a_piece(state: &ChatState, text: &str, scene: &Scene<'_>) -> Option<Turn> {
    let text = text.trim();
    if text == say!(scene.speech(), "button-no-pin") {
        return Some(press::no_pin(state.clone(), scene));
    }
    if let Ok(number) = text.parse::<CaseNumber>() {
        return Some(Turn::of(state.clone()).ask(Ask::ShowCase { case: number.id() }));
    }
    if word::looks_like_number(text) {
        return Some(Turn::of(state.clone()).say(Message::line(say!(scene.speech(), "number-mistyped"))));
    }
    if word::is_greeting(text) {
        let words = if scene.person.is_some() {
            say!(scene.speech(), "greeting-worker")
        } else {
            say!(scene.speech(), "greeting-resident")
        };
        return Some(Turn::of(state.clone()).say(Message::line(words)));
    }
    None
}

fn unreadable(state: ChatState, inbound: &Inbound, scene: &Scene<'_>) -> Turn {
    let words = match inbound.body {
        Body::Location { .. } => say!(scene.speech(), "pin-unreadable"),
        Body::Photo { .. } | Body::Voice { .. } => say!(scene.speech(), "file-unreadable"),
        _ => say!(scene.speech(), "unknown-kind"),
    };
    Turn::of(state).say(Message::line(words))
}

/// When an unfinished report goes to the desk as it is, see [`overdue`].
pub fn due(state: &ChatState, rules: &super::Rules) -> Option<DateTime<Utc>> {
    state
        .draft
        .as_ref()
        .filter(|draft| draft.has_matter())
        .map(|draft| draft.last_at + rules.unfinished_window)
}

/// Hands over an unfinished report that nobody has completed: nothing told is lost.
pub fn overdue(mut state: ChatState, scene: &Scene<'_>) -> Turn {
    if due(&state, scene.settings).is_none_or(|due| due > scene.now) {
        return Turn::of(state);
    }
    let draft: Option<Draft> = state.draft.take();
    let ask = draft.and_then(|draft| report::hand_over(&mut state, draft, scene));
    ask.into_iter().fold(Turn::of(state), Turn::ask)
}

/// The button that drops an unfinished report.
pub(super) fn discard_button(scene: &Scene<'_>) -> super::Button {
    super::Button {
        label: say!(scene.speech(), "button-discard"),
        data: Data::plain(Action::Discard).encode(),
    }
}
