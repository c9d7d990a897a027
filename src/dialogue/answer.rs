//! Answers to what a member was asked. A photo or a pin is never swallowed by an old question: what
//! does not answer it sets the question aside and is taken for what it is.

use super::{
    Ask, Body, ChatKind, ChatState, Inbound, Keyboard, Message, Scene, Turn,
    card::speech,
    data::{Action, Data},
    outgoing::Button,
    phrase, pin, press, report,
    settle::{self_resolved_goes_on, settling_goes_on},
    state::{Asked, Piece, Question},
    texts::say,
};
use crate::{
    atlas::Point,
    domain::{Case, CaseId, Command, PhotoStage},
};
use chrono::Duration;

/// What became of a message while a question waited.
pub(super) enum Heard {
    /// It answered it, wholly or in part.
    Answer(Turn),
    /// It did not; the question is set aside, and what was collected for it is kept.
    Aside(Turn),
}

/// How near to the case a pin belongs to the question about it, metres.
const BESIDE_M: f64 = 100.0;

/// Takes a message while `question` waits.
pub(super) fn hear(state: ChatState, question: Question, inbound: &Inbound, scene: &Scene<'_>) -> Heard {
    let age = inbound.said_at - question.at;
    if age > scene.settings.question_window {
        return Heard::Aside(set_aside(state, &question, scene));
    }
    if let Some(label) = pressed_label(&question, inbound, scene) {
        return Heard::Answer(state_act(state, question.case, label));
    }
    if matches!(inbound.body, Body::Location { .. }) {
        return location(state, question, inbound, scene);
    }
    let Some(piece) = report::piece(inbound, scene) else {
        return Heard::Answer(again(state, &question, scene));
    };
    if question.asked == Asked::Arrival {
        // A line long after the question is the beginning of something else.
        let line = piece.photo.is_none() && piece.voice.is_none();
        if line && age > Duration::minutes(5) {
            return Heard::Aside(set_aside(state, &question, scene));
        }
        let turn = keep(state, &piece, question.case, PhotoStage::Arrival);
        return Heard::Answer(turn.say(Message::line(say!(scene.speech(), "arrival-still-asked"))));
    }
    Heard::Answer(words(state, question, piece, scene))
}

/// A messenger that can show one keyboard only sends the button's label back as text.
fn pressed_label(question: &Question, inbound: &Inbound, scene: &Scene<'_>) -> Option<Command> {
    let Body::Text { text } = &inbound.body else { return None };
    let is_label =
        question.asked == Asked::Arrival && *text.trim() == say!(scene.speech(), "button-arrive-blind");
    is_label.then_some(Command::Arrive { fix: None })
}

fn state_act(state: ChatState, case: CaseId, command: Command) -> Turn {
    Turn::of(state).act(case, command)
}

fn location(state: ChatState, question: Question, inbound: &Inbound, scene: &Scene<'_>) -> Heard {
    let Some((fix, _)) = pin::fix(inbound) else { return Heard::Answer(again(state, &question, scene)) };
    if question.asked == Asked::Arrival {
        if inbound.forwarded {
            let words = say!(scene.speech(), "arrival-forwarded");
            return Heard::Answer(Turn::of(state).say(Message::line(words)));
        }
        return Heard::Answer(Turn::of(state).act(question.case, Command::Arrive { fix: Some(fix) }));
    }
    let beside = question.near.is_some_and(|near: Point| near.distance_m(fix.point) <= BESIDE_M);
    if beside {
        return Heard::Answer(again(state, &question, scene));
    }
    Heard::Aside(set_aside(state, &question, scene))
}

/// Words, a photo or a voice note for a question that wants words.
fn words(mut state: ChatState, mut question: Question, piece: Piece, scene: &Scene<'_>) -> Turn {
    let case = question.case;
    match &mut question.asked {
        Asked::Settlement(settling) => {
            let again = of_same_album(&settling.pieces, &piece);
            settling.pieces.push(piece.clone());
            let spoken = spoken(&mut state, case, &piece);
            return at_first(spoken, quiet_if(again, settling_goes_on(state, question, scene)));
        }
        Asked::SelfResolved { pieces } => {
            let again = of_same_album(pieces, &piece);
            pieces.push(piece.clone());
            let spoken = spoken(&mut state, case, &piece);
            return at_first(spoken, quiet_if(again, self_resolved_goes_on(state, question, scene)));
        }
        Asked::Department { reason } => {
            let reason = *reason;
            return match &piece.words {
                Some(words) => press::search_departments(state, case, reason, words, scene),
                None => again(state, &question, scene),
            };
        }
        _ => {}
    }
    let line = piece.words.clone().or_else(|| piece.voice.map(|_| say!(scene.speech(), "see-voice")));
    let stage = PhotoStage::Before;
    let mut turn = if piece.photo.is_some() || piece.voice.is_some() {
        keep(std::mem::take(&mut state), &piece, case, stage)
    } else {
        Turn::of(std::mem::take(&mut state))
    };
    let Some(line) = line else {
        let told = say!(scene.speech(), "photo-kept-line-asked");
        turn.state.questions.insert(scene.member.to_owned(), question);
        return turn.say(Message::line(told));
    };
    match finished(&question.asked, line) {
        Some(command) => turn.act(case, command),
        None => turn,
    }
}

/// A settlement holds a line and photos; a voice note goes into the case at once.
fn spoken(state: &mut ChatState, case: CaseId, piece: &Piece) -> Option<Ask> {
    piece.voice?;
    state.note(piece, case, PhotoStage::After);
    let material = vec![piece.material(PhotoStage::After)];
    Some(Ask::Act { case, command: Command::Add { material } })
}

fn at_first(ask: Option<Ask>, mut turn: Turn) -> Turn {
    turn.asks.splice(0..0, ask);
    turn
}

fn of_same_album(pieces: &[Piece], piece: &Piece) -> bool {
    piece.album.is_some() && pieces.iter().any(|known| known.album == piece.album)
}

/// The photos of an album are asked about once.
fn quiet_if(again: bool, turn: Turn) -> Turn {
    if again { Turn { replies: Vec::new(), ..turn } } else { turn }
}

fn finished(asked: &Asked, line: String) -> Option<Command> {
    Some(match asked {
        Asked::Return => Command::Return { reason: line },
        Asked::CheckFailed => Command::Check { passed: false, words: line },
        Asked::Reopen => Command::Reopen { reason: line },
        Asked::Extension => Command::AskExtension { reason: line },
        Asked::Reply => Command::Reply { words: line },
        Asked::Decline => Command::Decline { reason: line },
        Asked::Arrival | Asked::Settlement(_) | Asked::SelfResolved { .. } | Asked::Department { .. } => {
            return None;
        }
    })
}

/// Adds a piece to a case at once.
fn keep(mut state: ChatState, piece: &Piece, case: CaseId, stage: PhotoStage) -> Turn {
    state.note(piece, case, stage);
    Turn::of(state).act(case, Command::Add { material: vec![piece.material(stage)] })
}

/// Drops a question; what was collected for it goes into its case, so that nothing is lost.
pub(super) fn set_aside(mut state: ChatState, question: &Question, scene: &Scene<'_>) -> Turn {
    state.questions.remove(scene.member);
    let Some(kept) = kept(&mut state, question) else { return Turn::of(state) };
    let number = phrase::number(question.case);
    let words = say!(scene.speech(), "set-aside", number = number);
    Turn::of(state).ask(kept).say(Message::line(words))
}

/// Adds what was collected for a question to its case.
pub(super) fn kept(state: &mut ChatState, question: &Question) -> Option<Ask> {
    let pieces: Vec<&Piece> = question.pieces().iter().filter(|piece| piece.voice.is_none()).collect();
    for piece in &pieces {
        state.note(piece, question.case, PhotoStage::After);
    }
    let material: Vec<_> = pieces.iter().map(|piece| piece.material(PhotoStage::After)).collect();
    (!material.is_empty()).then_some(Ask::Act { case: question.case, command: Command::Add { material } })
}

/// A press that asks something else ends the question that waited; what was collected for it is kept.
pub(super) fn rescued(mut turn: Turn, waiting: Option<Question>, scene: &Scene<'_>) -> Turn {
    let Some(waiting) = waiting.filter(|waiting| !waiting.pieces().is_empty()) else { return turn };
    let now = turn.state.questions.get(scene.member);
    if now.is_some_and(|now| now.case == waiting.case && now.pieces().starts_with(waiting.pieces())) {
        return turn;
    }
    let kept = kept(&mut turn.state, &waiting);
    at_first(kept, turn)
}

/// The question once more, where something came that cannot answer it.
pub(super) fn again(state: ChatState, question: &Question, scene: &Scene<'_>) -> Turn {
    let mut state = state;
    state.questions.insert(scene.member.to_owned(), question.clone());
    let language = scene.speech();
    let words = match &question.asked {
        Asked::Arrival => say!(language, "arrival-still-asked"),
        Asked::Department { .. } => say!(language, "department-ask"),
        Asked::Settlement(_) | Asked::SelfResolved { .. } => say!(language, "settle-ask-line"),
        _ => say!(language, "line-asked"),
    };
    Turn::of(state).say(Message::line(words))
}

/// Asks for the position of an arrival.
pub(super) fn ask_arrival(mut state: ChatState, case: &Case, scene: &Scene<'_>) -> Turn {
    put(&mut state, case, Asked::Arrival, scene);
    let speech = speech(scene);
    let number = phrase::number(case.id);
    let blind = Button {
        label: say!(speech.language, "button-arrive-blind"),
        data: Data::on(case.id, case.version, Action::ArriveBlind).encode(),
    };
    let mut message = Message { buttons: vec![vec![blind]], ..Message::default() };
    if scene.kind == ChatKind::Group {
        message.lines = vec![say!(speech.language, "arrival-ask-group", number = number)];
        return Turn::of(state).question(message);
    }
    message.lines = vec![say!(speech.language, "arrival-ask", number = number)];
    message.keyboard = Some(Keyboard::AskLocation(say!(speech.language, "button-send-location")));
    Turn::of(state).question(message)
}

/// A question that is answered by writing: in a group by replying to it, because a bot hears nothing
/// else there.
pub(super) fn typed(words: String, scene: &Scene<'_>) -> Message {
    let mut message = Message::line(words);
    if scene.kind == ChatKind::Group {
        message.lines.push(say!(scene.speech(), "reply-to-this"));
    }
    message
}

/// Remembers a question about a case.
pub(super) fn put(state: &mut ChatState, case: &Case, asked: Asked, scene: &Scene<'_>) {
    let question = Question { case: case.id, near: case.place.point(), at: scene.now, asked };
    state.questions.insert(scene.member.to_owned(), question);
}

/// Does this message of a group answer the member's question? Plain talk does not: only a position,
/// or a reply.
pub(super) fn meant_in_group(inbound: &Inbound) -> bool {
    matches!(inbound.body, Body::Location { .. }) || inbound.reply_to.is_some()
}
