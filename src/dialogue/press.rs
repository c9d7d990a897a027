//! Presses of buttons. Whether a press still counts is the domain's to say; here it becomes a command,
//! a question, or a menu. A button of an old card is never an error, only perhaps too late.

use super::{
    Ask, CardKey, ChatKind, ChatState, Inbound, Message, Outgoing, Scene, Turn,
    answer::{self, ask_arrival, put, typed},
    card::{self, speech},
    data::{Action, Data, Tag},
    menu, phrase,
    refusal::why_not,
    report,
    seat::{Next, objection},
    settle,
    state::Asked,
    texts::say,
};
use crate::domain::{CallReason, Case, CaseId, Command, Person, Place, Refusal};

/// Takes a press.
pub(super) fn press(state: ChatState, data: &str, inbound: &Inbound, scene: &Scene<'_>) -> Turn {
    let language = scene.speech();
    let Some(data) = Data::decode(data) else {
        return Turn::of(state).tell(scene, say!(language, "button-unknown"));
    };
    if let Some(turn) = of_the_chat(&state, &data, scene) {
        return turn;
    }
    let Some(case) = scene.case.filter(|case| Some(case.id) == data.case) else {
        return Turn::of(state).tell(scene, say!(language, "no-such-case"));
    };
    if scene.person.is_none() && (scene.kind == ChatKind::Group || !for_residents(&data.action)) {
        return Turn::of(state).tell(scene, say!(language, "bind-first"));
    }
    let waiting = state.questions.get(scene.member).cloned();
    let turn = on_a_case(state, case, data, inbound, scene);
    answer::rescued(turn, waiting, scene)
}

/// What a person outside the roster may press on their own case.
fn for_residents(action: &Action) -> bool {
    matches!(
        action,
        Action::Check(_)
            | Action::Rate(_)
            | Action::Reopen
            | Action::Undo
            | Action::Show
            | Action::PlaceOf
            | Action::Category
            | Action::Majors(_)
            | Action::Minors(..)
            | Action::Minor(_)
            | Action::Grids
            | Action::Grid(_)
    )
}

fn of_the_chat(state: &ChatState, data: &Data, scene: &Scene<'_>) -> Option<Turn> {
    let state = || state.clone();
    Some(match &data.action {
        Action::NoPin => no_pin(state(), scene),
        Action::Discard => discard(state(), scene),
        Action::Speak(tag) => speak(state(), tag.as_str()),
        _ => return None,
    })
}

/// Sends the report without a pin: the place stands in its words.
pub(super) fn no_pin(mut state: ChatState, scene: &Scene<'_>) -> Turn {
    match state.draft.as_mut().filter(|draft| draft.has_matter()) {
        Some(draft) => {
            let words = draft.words();
            draft.place = Some(Place { words: (!words.is_empty()).then_some(words), ..Place::default() });
            draft.pinned_last = true;
            report::proceed(state, scene)
        }
        None => Turn::of(state).tell(scene, say!(scene.speech(), "nothing-unfinished")),
    }
}

/// Drops the pieces that are in no case yet, at the person's own word.
pub(super) fn discard(mut state: ChatState, scene: &Scene<'_>) -> Turn {
    let dropped = state.draft.take();
    let words = match dropped {
        Some(draft) if draft.has_matter() => say!(scene.speech(), "discarded", pieces = draft.pieces.len()),
        _ => say!(scene.speech(), "nothing-unfinished"),
    };
    Turn::of(state).tell(scene, words)
}

/// Speaks another language from now on.
pub(super) fn speak(state: ChatState, tag: &str) -> Turn {
    let language = super::Language::of(tag);
    Turn::of(state)
        .ask(Ask::SetLanguage(language.tag().to_owned()))
        .say(Message::line(say!(language, "language-set")))
}

fn on_a_case(state: ChatState, case: &Case, data: Data, inbound: &Inbound, scene: &Scene<'_>) -> Turn {
    let act = |state: ChatState, command: Command| Turn::of(state).act(case.id, command);
    match data.action {
        Action::Answer => act(state, Command::Answer),
        Action::Join => act(state, Command::Join),
        Action::ArriveBlind => act(state, Command::Arrive { fix: None }),
        Action::Undo => act(state, Command::Undo),
        Action::Whistle => act(state, Command::Whistle { owner: None }),
        Action::Check(true) => act(state, Command::Check { passed: true, words: String::new() }),
        Action::Rate(score) => act(state, Command::Rate { score, solved: score >= 3, words: None }),
        Action::Found(found) => {
            let words = if found {
                say!(scene.speech(), "precheck-there")
            } else {
                say!(scene.speech(), "precheck-not-there")
            };
            act(state, Command::Precheck { found, words })
        }
        Action::Arrive => arrive(state, case, inbound, scene),
        Action::Settle => settle::settle(state, case, scene),
        Action::Condition(index) => settle::condition(state, case, index.into(), scene),
        Action::Return => ask_why_return(state, case, scene),
        Action::Because(index) => because(state, case, index, scene),
        Action::Call => menu_if(state, case, Next::Call, scene, menu::reasons),
        Action::CallFor(reason, page) => call_for(state, case, reason, page, scene),
        Action::Summon(reason, tag) => summon(state, case, reason, &tag, scene),
        Action::Category => Turn::of(state).say(menu::guesses(case, scene)),
        Action::Majors(page) => Turn::of(state).say(menu::majors(case, page, scene)),
        Action::Minors(major, page) => Turn::of(state).say(menu::minors(case, major, page, scene)),
        Action::Minor(tag) => minor(state, case, &tag, scene),
        Action::Grids => Turn::of(state).say(menu::grids(case, scene)),
        Action::Grid(tag) => grid(state, case, &tag, scene),
        Action::SameAs(into) => {
            let reason = say!(scene.speech(), "merge-reason", number = phrase::number(into));
            act(state, Command::Merge { into, reason })
        }
        Action::SelfResolve => {
            settle::ask_self_resolved(state, case.id, case.place.point(), Vec::new(), scene)
        }
        Action::Score(score, tag) => score_department(state, case, score, &tag, scene),
        Action::Check(false) => {
            ask_line(state, case, Asked::CheckFailed, say!(scene.speech(), "ask-why-failed"), scene)
        }
        Action::Reopen => ask_line(state, case, Asked::Reopen, say!(scene.speech(), "ask-why-reopen"), scene),
        Action::Extend => {
            ask_line(state, case, Asked::Extension, say!(scene.speech(), "ask-why-extend"), scene)
        }
        Action::Reply => ask_line(state, case, Asked::Reply, say!(scene.speech(), "ask-reply"), scene),
        Action::Decline => {
            ask_line(state, case, Asked::Decline, say!(scene.speech(), "ask-why-decline"), scene)
        }
        Action::Show => Turn::of(state).ask(Ask::ShowCase { case: case.id }),
        Action::PlaceOf => place_of(state, case, scene),
        Action::NoPin | Action::Discard | Action::Speak(_) => Turn::of(state),
    }
}

fn ask_line(mut state: ChatState, case: &Case, asked: Asked, words: String, scene: &Scene<'_>) -> Turn {
    put(&mut state, case, asked, scene);
    Turn::of(state).question(typed(words, scene))
}

/// The reason why a press is of no use, with the card as it is now.
pub(super) fn refuse(state: ChatState, case: &Case, refusal: &Refusal, scene: &Scene<'_>) -> Turn {
    let words = why_not(refusal, scene);
    Turn { replies: vec![redrawn(case, scene)], ..Turn::of(state) }.tell(scene, words)
}

/// The card of a case as it is now, in place of the one that this chat has.
pub(super) fn redrawn(case: &Case, scene: &Scene<'_>) -> Outgoing {
    Outgoing {
        card: Some(CardKey { case: case.id, version: case.version }),
        only_edit: true,
        ..Outgoing::reply(card::card(case, &scene.viewer(case), scene.city, scene.now))
    }
}

pub(super) fn objected(case: &Case, next: Next, scene: &Scene<'_>) -> Option<Refusal> {
    objection(case, scene.person.map(|person: &Person| &person.code)?, next, scene.city)
}

fn menu_if(
    state: ChatState,
    case: &Case,
    next: Next,
    scene: &Scene<'_>,
    menu: fn(&Case, &Scene<'_>) -> Message,
) -> Turn {
    match objected(case, next, scene) {
        Some(refusal) => refuse(state, case, &refusal, scene),
        None => Turn::of(state).say(menu(case, scene)),
    }
}

fn arrive(state: ChatState, case: &Case, inbound: &Inbound, scene: &Scene<'_>) -> Turn {
    if let Some(refusal) = objected(case, Next::Arrive, scene) {
        return refuse(state, case, &refusal, scene);
    }
    let fresh = state.live.filter(|fix| {
        let taken = fix.taken_at.unwrap_or_default();
        inbound.said_at.signed_duration_since(taken).abs() <= scene.settings.live_window
    });
    match fresh.filter(|_| scene.kind == ChatKind::Private) {
        Some(fix) => Turn::of(state).act(case.id, Command::Arrive { fix: Some(fix) }),
        None => ask_arrival(state, case, scene),
    }
}

fn ask_why_return(mut state: ChatState, case: &Case, scene: &Scene<'_>) -> Turn {
    if let Some(refusal) = objected(case, Next::Return, scene) {
        return refuse(state, case, &refusal, scene);
    }
    put(&mut state, case, Asked::Return, scene);
    Turn::of(state).question(menu::return_reasons(case, scene))
}

fn because(state: ChatState, case: &Case, index: u8, scene: &Scene<'_>) -> Turn {
    match menu::return_reason(index, scene.speech()) {
        Some(reason) => Turn::of(state).act(case.id, Command::Return { reason }),
        None => Turn::of(state).tell(scene, say!(scene.speech(), "button-unknown")),
    }
}

fn call_for(mut state: ChatState, case: &Case, reason: u8, page: u8, scene: &Scene<'_>) -> Turn {
    let Some(chosen) = CallReason::ALL.get(usize::from(reason)).copied() else {
        return Turn::of(state).tell(scene, say!(scene.speech(), "button-unknown"));
    };
    put(&mut state, case, Asked::Department { reason: chosen }, scene);
    Turn::of(state).question(menu::departments(case, reason, page, scene))
}

fn summon(state: ChatState, case: &Case, reason: u8, tag: &Tag, scene: &Scene<'_>) -> Turn {
    let chosen = CallReason::ALL.get(usize::from(reason)).copied();
    let department = menu::all_departments(scene).into_iter().find(|unit| tag.names(unit.code.as_str()));
    let (Some(reason), Some(department)) = (chosen, department) else {
        return Turn::of(state).tell(scene, say!(scene.speech(), "button-unknown"));
    };
    // What it is about stands in the case; the department is told the reason.
    let words = speech(scene).call_reason(reason);
    let command = Command::CallDepartment { department: department.code.clone(), reason, words };
    Turn::of(state).act(case.id, command)
}

/// Departments whose names hold the words.
pub(super) fn search_departments(
    state: ChatState,
    case: CaseId,
    reason: CallReason,
    words: &str,
    scene: &Scene<'_>,
) -> Turn {
    let index = CallReason::ALL.iter().position(|known| *known == reason).unwrap_or_default() as u8;
    Turn::of(state).question(menu::found_departments(case, index, words, scene))
}

fn minor(state: ChatState, case: &Case, tag: &Tag, scene: &Scene<'_>) -> Turn {
    match scene.city.catalogue.iter().find(|category| tag.names(category.code.as_str())) {
        Some(category) => {
            Turn::of(state).act(case.id, Command::Recategorise { category: category.code.clone() })
        }
        None => Turn::of(state).tell(scene, say!(scene.speech(), "button-unknown")),
    }
}

fn grid(state: ChatState, case: &Case, tag: &Tag, scene: &Scene<'_>) -> Turn {
    match scene.city.organisation.units().find(|unit| tag.names(unit.code.as_str())) {
        Some(unit) => Turn::of(state).act(case.id, Command::Reroute { grid: unit.code.clone() }),
        None => Turn::of(state).tell(scene, say!(scene.speech(), "button-unknown")),
    }
}

fn score_department(state: ChatState, case: &Case, score: u8, tag: &Tag, scene: &Scene<'_>) -> Turn {
    match case.departments.iter().find(|whistle| tag.names(whistle.unit.as_str())) {
        Some(whistle) => {
            Turn::of(state).act(case.id, Command::ScoreDepartment { department: whistle.unit.clone(), score })
        }
        None => Turn::of(state).tell(scene, say!(scene.speech(), "button-unknown")),
    }
}

/// The last pin corrects the former report and begins no new one.
fn place_of(mut state: ChatState, case: &Case, scene: &Scene<'_>) -> Turn {
    match state.draft.take() {
        Some(draft) if !draft.has_matter() && draft.place.is_some() => {
            let place = draft.place.unwrap_or_default();
            if let Some(recent) = state.recent.as_mut().filter(|recent| recent.case == case.id) {
                recent.fix = place.fix;
                recent.last_at = recent.last_at.max(draft.last_at);
            }
            Turn::of(state).act(case.id, Command::Locate { place: Box::new(place), reason: None })
        }
        draft => {
            state.draft = draft;
            Turn::of(state).tell(scene, say!(scene.speech(), "nothing-unfinished"))
        }
    }
}
