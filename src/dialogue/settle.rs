//! 事了 and 自办: a closing condition, a line and an after-photo, collected in any order.

use super::{
    ChatState, Scene, Turn,
    answer::{put, typed},
    menu,
    press::{objected, refuse},
    seat::{Next, whistle_of},
    state::{Asked, Piece, Question, Settling},
    texts::say,
};
use crate::{
    atlas::Point,
    domain::{Case, CaseId, Command, MediaId},
};

pub(super) fn settle(mut state: ChatState, case: &Case, scene: &Scene<'_>) -> Turn {
    if let Some(refusal) = objected(case, Next::Settle, scene) {
        return refuse(state, case, &refusal, scene);
    }
    let settling = Settling { pieces: sent_for(&state, case, scene), ..asked_of(case, scene) };
    let chosen = settling.condition.is_some();
    put(&mut state, case, Asked::Settlement(settling), scene);
    if !chosen {
        return Turn::of(state).question(menu::conditions(case, scene));
    }
    match state.questions.get(scene.member).cloned() {
        Some(question) => settling_goes_on(state, question, scene),
        None => Turn::of(state),
    }
}

/// What settling this case asks for. The conditions and the photo are the owner's to give, not a
/// department's.
fn asked_of(case: &Case, scene: &Scene<'_>) -> Settling {
    let own = scene.person.and_then(|person| whistle_of(case, &person.code, scene.city));
    let owner = own.map(|whistle| &whistle.unit) == case.whistle.as_ref().map(|whistle| &whistle.unit);
    let category = scene.city.catalogue.get(&case.category).filter(|_| owner);
    let conditions = category.map_or(0, |category| category.closing_conditions.len());
    Settling {
        condition: (conditions <= 1).then_some(0),
        pieces: Vec::new(),
        photo_required: category.is_some_and(|category| category.photo_required),
    }
}

/// What was sent already for settling this case.
fn sent_for(state: &ChatState, case: &Case, scene: &Scene<'_>) -> Vec<Piece> {
    match state.questions.get(scene.member).filter(|question| question.case == case.id) {
        Some(Question { asked: Asked::Settlement(settling), .. }) => settling.pieces.clone(),
        _ => Vec::new(),
    }
}

pub(super) fn condition(state: ChatState, case: &Case, index: usize, scene: &Scene<'_>) -> Turn {
    if let Some(refusal) = objected(case, Next::Settle, scene) {
        return refuse(state, case, &refusal, scene);
    }
    let known = state.questions.get(scene.member).filter(|question| question.case == case.id).cloned();
    let mut question = match known {
        Some(question) if matches!(question.asked, Asked::Settlement(_)) => question,
        _ => {
            // The question was answered or forgotten; the button still says what is meant.
            Question {
                case: case.id,
                near: case.place.point(),
                at: scene.now,
                asked: Asked::Settlement(asked_of(case, scene)),
            }
        }
    };
    if let Asked::Settlement(settling) = &mut question.asked {
        settling.condition = Some(index);
    }
    settling_goes_on(state, question, scene)
}

/// Settles when condition, line and photo are there; else asks for the next of them.
pub(super) fn settling_goes_on(mut state: ChatState, question: Question, scene: &Scene<'_>) -> Turn {
    let Asked::Settlement(settling) = &question.asked else { return Turn::of(state) };
    let (line, photos) = collected(&settling.pieces, scene);
    let case = question.case;
    let photo_missing = settling.photo_required && photos.is_empty();
    let next = match (settling.condition, &line, photo_missing) {
        (Some(condition), Some(line), false) => {
            let command = Command::Settle { condition, words: line.clone(), photos };
            state.questions.insert(scene.member.to_owned(), question);
            return Turn::of(state).act(case, command);
        }
        (None, ..) => say!(scene.speech(), "settle-condition-first"),
        (_, None, false) => say!(scene.speech(), "settle-ask-line"),
        (_, None, true) => say!(scene.speech(), "settle-ask-line-photo"),
        (_, Some(_), true) => say!(scene.speech(), "settle-ask-photo"),
    };
    state.questions.insert(scene.member.to_owned(), question);
    Turn::of(state).question(typed(next, scene))
}

/// Asks for what 自办 needs, or does it.
pub(super) fn ask_self_resolved(
    state: ChatState,
    case: CaseId,
    near: Option<Point>,
    pieces: Vec<Piece>,
    scene: &Scene<'_>,
) -> Turn {
    let question = Question { case, near, at: scene.now, asked: Asked::SelfResolved { pieces } };
    self_resolved_goes_on(state, question, scene)
}

pub(super) fn self_resolved_goes_on(mut state: ChatState, question: Question, scene: &Scene<'_>) -> Turn {
    let Asked::SelfResolved { pieces } = &question.asked else { return Turn::of(state) };
    let (line, photos) = collected(pieces, scene);
    let case = question.case;
    let next = match (&line, photos.is_empty()) {
        (Some(line), false) => {
            let command = Command::SelfResolve { words: line.clone(), photos };
            state.questions.insert(scene.member.to_owned(), question);
            return Turn::of(state).act(case, command);
        }
        (None, true) => say!(scene.speech(), "settle-ask-line-photo"),
        (None, false) => say!(scene.speech(), "settle-ask-line"),
        (Some(_), true) => say!(scene.speech(), "settle-ask-photo"),
    };
    state.questions.insert(scene.member.to_owned(), question);
    Turn::of(state).question(typed(next, scene))
}

fn collected(pieces: &[Piece], scene: &Scene<'_>) -> (Option<String>, Vec<MediaId>) {
    let words: Vec<&str> = pieces.iter().filter_map(|piece| piece.words.as_deref()).collect();
    let voice = pieces.iter().any(|piece| piece.voice.is_some());
    let spoken = || voice.then(|| say!(scene.speech(), "see-voice"));
    let line = if words.is_empty() { spoken() } else { Some(words.join("\n")) };
    (line, pieces.iter().filter_map(|piece| piece.photo).collect())
}
