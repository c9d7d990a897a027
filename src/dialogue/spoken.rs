//! Commands: by a slash, or by their Chinese words.

use super::{Ask, ChatKind, ChatState, Message, Scene, Turn, answer, list, press, texts::say, word::Spoken};

pub(super) fn command(mut state: ChatState, spoken: Spoken, scene: &Scene<'_>) -> Turn {
    let language = scene.speech();
    match spoken {
        Spoken::Start(Some(code)) => Turn::of(state).ask(Ask::Bind { code }),
        Spoken::Start(None) => start(state, scene),
        Spoken::Tasks | Spoken::Stats if scene.kind == ChatKind::Group && scene.unit.is_none() => {
            Turn::of(state).say(Message::line(say!(language, "bind-group-first")))
        }
        // What is one person's is not for the others to read.
        Spoken::Mine | Spoken::MyData if scene.kind == ChatKind::Group => {
            Turn::of(state).say(Message::line(say!(language, "only-in-private")))
        }
        Spoken::Tasks | Spoken::Stats if scene.person.is_none() && scene.unit.is_none() => {
            Turn::of(state).say(Message::line(say!(language, "bind-first")))
        }
        Spoken::Tasks => Turn::of(state).ask(Ask::ListTasks),
        Spoken::Stats => Turn::of(state).ask(Ask::Stats),
        Spoken::Mine => Turn::of(state).ask(Ask::ListMine),
        Spoken::MyData => Turn::of(state).ask(Ask::MyData),
        Spoken::Language(Some(tag))
            if ["zh", "en"].iter().any(|known| tag.to_lowercase().starts_with(known)) =>
        {
            press::speak(state, &tag)
        }
        Spoken::Language(_) => Turn::of(state).say(list::languages(language)),
        Spoken::Help => Turn::of(state).say(list::help(scene)),
        Spoken::Cancel => {
            let question = state.questions.remove(scene.member);
            match question {
                Some(question) => {
                    let turn = answer::set_aside(state, &question, scene);
                    turn.say(Message::line(say!(language, "question-cancelled")).usual_keyboard())
                }
                None => cancel_draft(state, scene),
            }
        }
        // Other bots have commands too.
        Spoken::Unknown(_) if scene.kind == ChatKind::Group => Turn::of(state),
        Spoken::Unknown(name) => {
            let words = say!(language, "unknown-command", name = super::card::clip(&name, 32));
            Turn::of(state).say(Message::line(words))
        }
    }
}

fn cancel_draft(mut state: ChatState, scene: &Scene<'_>) -> Turn {
    let pieces = state.draft.take().map_or(0, |draft| draft.pieces.len());
    let words = if pieces == 0 {
        say!(scene.speech(), "nothing-unfinished")
    } else {
        say!(scene.speech(), "discarded", pieces = pieces)
    };
    Turn::of(state).say(Message::line(words).usual_keyboard())
}

fn start(state: ChatState, scene: &Scene<'_>) -> Turn {
    match (scene.kind, scene.person) {
        (ChatKind::Group, _) => Turn::of(state).say(Message::line(say!(scene.speech(), "start-group"))),
        (ChatKind::Private, Some(_)) => Turn::of(state).say(list::help(scene)),
        (ChatKind::Private, None) if state.greeted => {
            let turn = Turn::of(state).say(Message::line(say!(scene.speech(), "privacy")));
            turn.say(Message::line(say!(scene.speech(), "greeting-resident")))
        }
        // The privacy line comes first of itself.
        (ChatKind::Private, None) => {
            Turn::of(state).say(Message::line(say!(scene.speech(), "greeting-resident")))
        }
    }
}
