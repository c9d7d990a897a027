//! The words after the application has done, or could not do, what the conversation asked.

use super::{
    Ask, CardKey, ChatKind, ChatState, Keyboard, Message, Outgoing, Scene, Turn,
    answer::{self, set_aside},
    card::{self, card_beside, speech},
    phrase,
    press::redrawn,
    refusal::why_not,
    settle,
    state::{Asked, Draft, Piece, Question, Recent},
    step::discard_button,
    texts::say,
};
use crate::domain::{Case, CaseId, Command, Material, PhotoStage, Refusal, State, catalogue::UNCATEGORISED};

/// The report has become a case: the one card, and what may still belong to it.
pub fn opened(mut state: ChatState, case: &Case, same_as: &[Case], scene: &Scene<'_>) -> Turn {
    let draft = if state.opening.is_empty() { Draft::default() } else { state.opening.remove(0) };
    let stage = if case.state == State::Settled { PhotoStage::After } else { PhotoStage::Before };
    for piece in &draft.pieces {
        state.note(piece, case.id, stage);
    }
    if state.draft.is_none() {
        state.recent = Some(recent(case, &draft, stage));
    }
    let card = card_beside(case, same_as, &scene.viewer(case), scene.city, scene.now);
    // The key that sends a position stays where the next report still waits for one.
    let card = if state.draft.is_none() { card.usual_keyboard() } else { card };
    let mut turn = Turn::of(state);
    turn.replies.push(Outgoing {
        card: Some(CardKey { case: case.id, version: case.version }),
        courtesy: false,
        ..Outgoing::reply(card)
    });
    turn
}

fn recent(case: &Case, draft: &Draft, stage: PhotoStage) -> Recent {
    Recent {
        case: case.id,
        opened_at: draft.last_at,
        last_at: draft.last_at,
        fix: draft.place.as_ref().and_then(|place| place.fix),
        pinned_last: draft.pinned_last,
        worded: !draft.words().is_empty(),
        unclassed: case.category_guessed && case.category.as_str() == UNCATEGORISED,
        classed_by: None,
        photos: draft.photos(),
        after: Vec::new(),
        stage,
    }
}

/// The command was done. Whoever has a card of the case sees it there; this is the answer besides.
pub fn done(mut state: ChatState, case: &Case, command: &Command, scene: &Scene<'_>) -> Turn {
    let mut rest = None;
    match (answered(&mut state, case.id, command, scene), command) {
        (Some(question), Command::Settle { .. } | Command::SelfResolve { .. }) => {
            settled_recently(&mut state, case, &question);
        }
        (Some(question), _) => rest = answer::kept(&mut state, &question),
        (None, Command::SelfResolve { .. }) => {
            if let Some(recent) = state.recent.as_mut().filter(|recent| recent.case == case.id) {
                recent.stage = PhotoStage::After;
            }
        }
        (None, _) => {}
    }
    if matches!(command, Command::Undo | Command::Merge { .. }) {
        state.recent.take_if(|recent| recent.case == case.id);
    }
    let turn = rest.into_iter().fold(Turn::of(state), Turn::ask);
    match (words_of(case, command, scene), command) {
        (None, _) => turn,
        (Some(words), Command::Locate { .. }) if !scene.pressed => {
            turn.say(Message::line(words).usual_keyboard())
        }
        (Some(words), _) => turn.tell(scene, words),
    }
}

/// The words for a command that was done; none where the redrawn card or a notice says it.
fn words_of(case: &Case, command: &Command, scene: &Scene<'_>) -> Option<String> {
    let speech = speech(scene);
    let language = speech.language;
    let number = || phrase::number(case.id);
    Some(match command {
        Command::Answer => say!(language, "done-answer", number = number()),
        Command::Join => say!(language, "done-join", number = number()),
        // How the arrival is marked comes in a notice of its own.
        Command::Arrive { .. } if scene.pressed => say!(language, "done-arrive", number = number()),
        Command::Settle { .. } => say!(language, "done-settle", number = number()),
        Command::SelfResolve { .. } => say!(language, "done-self-resolve", number = number()),
        Command::Return { .. } => say!(language, "done-return", number = number()),
        Command::CallDepartment { department, .. } => {
            say!(language, "done-call", number = number(), unit = speech.unit(department))
        }
        Command::ScoreDepartment { department, score } => {
            say!(language, "done-score", unit = speech.unit(department), score = *score)
        }
        Command::AskExtension { .. } => say!(language, "done-extend", number = number()),
        Command::Reply { .. } => say!(language, "done-reply", number = number()),
        Command::Merge { into, .. } => say!(language, "done-merge", number = phrase::number(*into)),
        Command::Check { passed: true, .. } => say!(language, "done-check-yes", number = number()),
        Command::Check { passed: false, .. } => say!(language, "done-check-no", number = number()),
        Command::Rate { .. } if case.state == State::Whistled => {
            say!(language, "done-reopen", number = number())
        }
        Command::Rate { .. } => say!(language, "done-rate"),
        Command::Reopen { .. } => say!(language, "done-reopen", number = number()),
        Command::Decline { .. } => say!(language, "done-decline", number = number()),
        Command::Whistle { .. } => say!(language, "done-whistle", number = number()),
        Command::Precheck { .. } => say!(language, "done-precheck", number = number()),
        Command::Undo => say!(language, "done-undo", number = number()),
        // Guessed from a later line: the card shows it.
        Command::Recategorise { .. } if !scene.pressed => return None,
        Command::Recategorise { category } => {
            say!(language, "done-category", matter = speech.matter(category))
        }
        Command::Reroute { grid } => say!(language, "done-grid", ground = speech.ground(grid)),
        Command::Locate { place, .. } => located(case, place.fix.is_some(), scene),
        // A piece shows on the card; a reply to a card may be far away from it.
        Command::Add { .. } if scene.case.is_some() && !scene.pressed => {
            say!(language, "done-add", number = number())
        }
        Command::Amend { .. } => say!(language, "done-amend", number = number()),
        Command::Detach { messages } => {
            say!(language, "done-detach", pieces = messages.len(), number = number())
        }
        _ => return None,
    })
}

fn located(case: &Case, pinned: bool, scene: &Scene<'_>) -> String {
    let speech = speech(scene);
    let number = phrase::number(case.id);
    if let Some(grid) = super::menu::owner(case).filter(|_| pinned) {
        say!(speech.language, "done-locate", number = number, ground = speech.ground(&grid))
    } else {
        say!(speech.language, "done-locate-desk", number = number, desk = speech.unit(&case.desk))
    }
}

/// The question that the command answered, no longer waiting.
fn answered(state: &mut ChatState, case: CaseId, command: &Command, scene: &Scene<'_>) -> Option<Question> {
    let question = state.questions.get(scene.member).filter(|question| question.case == case)?;
    let over = match command {
        // More about the case, not an answer.
        Command::Add { .. }
        | Command::Amend { .. }
        | Command::Locate { .. }
        | Command::Detach { .. }
        | Command::Recategorise { .. }
        | Command::Reroute { .. } => false,
        Command::CallDepartment { .. } => matches!(question.asked, Asked::Department { .. }),
        Command::Answer | Command::Join => !matches!(question.asked, Asked::Arrival | Asked::Settlement(_)),
        Command::Arrive { .. } => !matches!(question.asked, Asked::Settlement(_)),
        _ => true,
    };
    if over { state.questions.remove(scene.member) } else { None }
}

/// Further photos of what was settled follow within the window, too.
fn settled_recently(state: &mut ChatState, case: &Case, question: &Question) {
    let pieces = question.pieces();
    for piece in pieces {
        state.note(piece, case.id, PhotoStage::After);
    }
    let Some(last_at) = pieces.iter().map(|piece: &Piece| piece.said_at).max() else { return };
    state.recent = Some(Recent {
        case: case.id,
        opened_at: last_at,
        last_at,
        fix: case.place.fix,
        pinned_last: true,
        worded: true,
        unclassed: false,
        classed_by: None,
        photos: Vec::new(),
        after: Vec::new(),
        stage: PhotoStage::After,
    });
}

/// The domain said no: why, and what to do instead. What was told is kept.
pub fn refused(mut state: ChatState, refusal: &Refusal, ask: &Ask, scene: &Scene<'_>) -> Turn {
    match ask {
        Ask::Open(_) => {
            if !state.opening.is_empty() {
                unopened(&mut state);
            }
            Turn::of(state).say(Message::line(why_not(refusal, scene)))
        }
        // Our own idea, not the person's: nobody waits for an answer.
        Ask::Act { command: Command::Detach { .. }, .. } => Turn::of(state),
        Ask::Act { command: Command::Recategorise { .. }, .. } if !scene.pressed => Turn::of(state),
        Ask::Act { case, command: Command::Add { material } } => {
            not_added(state, *case, material, refusal, scene)
        }
        Ask::Act { case, command } => refused_act(state, *case, command, refusal, scene),
        _ => Turn::of(state).say(Message::line(why_not(refusal, scene))),
    }
}

/// A report that could not be opened waits again, before whatever has been told since.
fn unopened(state: &mut ChatState) {
    let mut back = state.opening.remove(0);
    if let Some(draft) = state.draft.take() {
        back.pieces.extend(draft.pieces);
        back.place = draft.place.or(back.place);
        back.last_at = back.last_at.max(draft.last_at);
    }
    state.draft = Some(back);
}

/// The case opened last takes no more: the piece begins a report of its own.
fn not_added(
    mut state: ChatState,
    case: CaseId,
    material: &[Material],
    refusal: &Refusal,
    scene: &Scene<'_>,
) -> Turn {
    let ended = matches!(refusal, Refusal::WrongState { .. } | Refusal::NotYours);
    let number = phrase::number(case);
    if !ended || state.recent.as_ref().is_none_or(|recent| recent.case != case) {
        let words = why_not(refusal, scene);
        return Turn::of(state).say(Message::line(say!(
            scene.speech(),
            "not-added",
            number = number,
            why = words
        )));
    }
    let after = state.recent.take().map(|recent| recent.after).unwrap_or_default();
    let mut turn = Turn::of(state);
    for material in material {
        let known = after.iter().find(|piece| piece.message.is_some() && piece.message == material.message);
        let piece = known.cloned().unwrap_or_else(|| Piece {
            message: material.message.clone(),
            album: None,
            words: material.words.clone(),
            forwarded: false,
            photo: material.photo.map(|photo| photo.media),
            voice: material.voice,
            said_at: material.said_at,
        });
        turn.state.forget(&piece, case);
        let later = super::report::take(std::mem::take(&mut turn.state), piece, scene);
        turn = turn.then(later);
    }
    let begun = Message::line(say!(scene.speech(), "begun-anew", number = number));
    turn.replies.insert(0, Outgoing::reply(begun));
    turn
}

fn refused_act(
    state: ChatState,
    case: CaseId,
    command: &Command,
    refusal: &Refusal,
    scene: &Scene<'_>,
) -> Turn {
    let question = state.questions.get(scene.member).filter(|question| question.case == case).cloned();
    if let Some(mut question) = question {
        if let (Asked::Settlement(settling), Refusal::PhotoMissing) = (&mut question.asked, refusal) {
            settling.photo_required = true;
            return settle::settling_goes_on(state, question, scene);
        }
        let wants_more =
            matches!(refusal, Refusal::PhotoMissing | Refusal::WordsMissing | Refusal::ReasonMissing);
        // An old button says nothing of what was asked since.
        let old_press = scene.pressed && matches!(refusal, Refusal::AlreadyDone);
        if !wants_more && !old_press && !matches!(command, Command::Locate { .. }) {
            // It cannot be answered any more; what was collected still goes into the case.
            let turn = set_aside(state, &question, scene);
            return explained(turn, refusal, scene);
        }
    }
    let turn = explained(Turn::of(state), refusal, scene);
    match command {
        // The line that came with "done" still tells something of the matter.
        Command::SelfResolve { words, .. } => turn.act(case, told_words(words, scene)),
        _ => turn,
    }
}

fn told_words(words: &str, scene: &Scene<'_>) -> Command {
    let words = Some(words.to_owned());
    let material = Material { message: None, words, photo: None, voice: None, said_at: scene.now };
    Command::Add { material: vec![material] }
}

fn explained(mut turn: Turn, refusal: &Refusal, scene: &Scene<'_>) -> Turn {
    if let Some(case) = scene.case.filter(|_| scene.pressed) {
        turn.replies.push(redrawn(case, scene));
    }
    turn.tell(scene, why_not(refusal, scene))
}

/// The chat is bound to a person, or the group to a unit: the scene says to whom. What was told
/// before is offered.
pub fn bound(mut state: ChatState, scene: &Scene<'_>) -> Turn {
    state.greeted = true;
    let speech = speech(scene);
    let language = speech.language;
    let Some(person) = scene.person.filter(|_| scene.kind == ChatKind::Private) else {
        let unit = scene.unit.map(|unit| speech.unit(unit)).unwrap_or_default();
        return Turn::of(state).say(Message::line(say!(language, "bound-group", unit = unit)));
    };
    let posts: Vec<String> = person.posts.iter().map(|post| super::list::post(post, &speech)).collect();
    let mut message =
        Message::line(say!(language, "bound", name = person.name.as_str(), posts = posts.join("、")));
    message.lines.push(say!(language, "bound-how"));
    let Some(draft) = state.draft.as_mut().filter(|draft| draft.has_matter()) else {
        return Turn::of(state).question(message);
    };
    // Offered anew: the window begins again.
    draft.last_at = draft.last_at.max(scene.now);
    let mut kept = Message::line(say!(language, "kept-pieces", pieces = draft.pieces.len()));
    kept.buttons = vec![vec![discard_button(scene)]];
    kept.keyboard = Some(Keyboard::AskLocation(say!(language, "button-send-location")));
    Turn::of(state).question(message).question(kept)
}

/// The code is none, or was used, or is too old.
pub fn not_bound(state: ChatState, scene: &Scene<'_>) -> Turn {
    Turn::of(state).say(Message::line(say!(scene.speech(), "not-bound")))
}

/// There is no such case, or it is not for this chat to see.
pub fn no_case(state: ChatState, scene: &Scene<'_>) -> Turn {
    Turn::of(state).tell(scene, say!(scene.speech(), "no-such-case"))
}

/// The card of a case, sent anew with its place and photo.
pub fn shown(case: &Case, scene: &Scene<'_>) -> Outgoing {
    Outgoing {
        card: Some(CardKey { case: case.id, version: case.version }),
        place: case.place.point(),
        photo: case.material.iter().find_map(|piece| piece.photo).map(|photo| photo.media),
        courtesy: false,
        ..Outgoing::reply(card::card(case, &scene.viewer(case), scene.city, scene.now))
    }
}
