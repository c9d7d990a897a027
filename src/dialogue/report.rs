//! How pieces become a report: photos, voice, words and a position, in any order.
//!
//! A report opens as soon as there is a place and something to see there. What follows within the
//! window is added to it. A pin somewhere else begins the next report and takes along what was sent
//! for it already: an impatient thumb photographs the second matter before it pins it.

use super::{
    Ask, Body, ChatState, Inbound, Keyboard, Message, Outgoing, Scene, Turn,
    data::{Action, Data},
    outgoing::Button,
    phrase, settle,
    state::{Draft, Missing, Piece, Recent},
    texts::say,
    word,
};
use crate::domain::{
    Case, CaseId, CategoryCode, Command, Origin, PhotoStage, Place, Report, Role, State,
    catalogue::UNCATEGORISED, command::SelfResolved,
};
use chrono::Duration;

/// Pieces of one matter follow each other within this.
pub(super) const PAUSE: Duration = Duration::seconds(20);

/// The piece in a message; none for a position, or where the file has no row.
pub(super) fn piece(inbound: &Inbound, scene: &Scene<'_>) -> Option<Piece> {
    let mut piece = Piece {
        message: message_key(inbound),
        album: None,
        words: None,
        forwarded: inbound.forwarded,
        photo: None,
        voice: None,
        said_at: inbound.said_at,
    };
    match &inbound.body {
        Body::Text { text } => piece.words = word::kept(text),
        Body::Photo { album, caption, .. } => {
            piece.photo = Some(scene.media?);
            piece.album.clone_from(album);
            piece.words = caption.as_deref().and_then(word::kept);
        }
        Body::Voice { caption, .. } => {
            piece.voice = Some(scene.media?);
            piece.words = caption.as_deref().and_then(word::kept);
        }
        _ => return None,
    }
    (piece.words.is_some() || piece.photo.is_some() || piece.voice.is_some()).then_some(piece)
}

/// What a message is called in a case: unique in its channel, and the same for its edits.
pub fn message_key(inbound: &Inbound) -> Option<String> {
    inbound.message.as_ref().map(|message| format!("{}/{message}", inbound.chat))
}

/// Takes a piece of words, photo or voice.
pub(super) fn take(mut state: ChatState, piece: Piece, scene: &Scene<'_>) -> Turn {
    if let Some(album) = state.album(&piece) {
        return sibling(state, piece, album.case, album.stage);
    }
    let mut before = Vec::new();
    if let Some(mut draft) = state.draft.take() {
        if let Some(words) = typed_place(&draft, &piece, scene) {
            draft.last_at = draft.last_at.max(piece.said_at);
            draft.place = Some(Place { words: Some(words), ..Place::default() });
            draft.pinned_last = true;
            state.draft = Some(draft);
            return proceed(state, scene);
        }
        let slow = piece.said_at - draft.last_at > PAUSE;
        let of_album = piece.album.is_some() && draft.pieces.iter().any(|known| known.album == piece.album);
        if of_album || draft.goes_on(piece.said_at, scene.settings.report_window) {
            let plain_words = piece.photo.is_none() && piece.voice.is_none();
            let reminder =
                slow && plain_words && draft.place.is_none() && draft.asked.contains(&Missing::Place);
            draft.push(piece);
            draft.pinned_last = false;
            state.draft = Some(draft);
            let turn = proceed(state, scene);
            return if reminder { turn.question(still_no_place(scene)) } else { turn };
        }
        before.extend(hand_over(&mut state, draft, scene));
    } else if let Some(recent) = state.recent.take()
        && piece.said_at - recent.last_at <= scene.settings.report_window
    {
        if takes_more(&recent, scene) || afterthought(&piece, &recent, scene) {
            return add(state, piece, recent, scene);
        }
        let number = phrase::number(recent.case);
        let begun = Message::line(say!(scene.speech(), "begun-anew", number = number));
        let mut turn = begin(state, piece, scene);
        turn.replies.insert(0, Outgoing::reply(begun));
        return turn;
    }
    state.recent = None;
    let mut turn = begin(state, piece, scene);
    turn.asks.splice(0..0, before);
    turn
}

fn begin(mut state: ChatState, piece: Piece, scene: &Scene<'_>) -> Turn {
    let mut draft = Draft::default();
    draft.push(piece);
    state.draft = Some(draft);
    proceed(state, scene)
}

/// What is told next may still belong to the case told of last: nobody has settled or ended it.
pub(super) fn takes_more(recent: &Recent, scene: &Scene<'_>) -> bool {
    let goes_on = |case: &Case| !case.state.is_terminal() && case.state != State::Settled;
    recent.stage == PhotoStage::Before && scene.recent.is_some_and(goes_on)
}

/// Right after settling, what tells of no matter shows what was done; and "done" said late is no matter.
fn afterthought(piece: &Piece, recent: &Recent, scene: &Scene<'_>) -> bool {
    let words = piece.words.as_deref().unwrap_or_default();
    let tells = !scene.city.catalogue.guesses(words).is_empty();
    let shows = recent.stage == PhotoStage::After && piece.said_at - recent.last_at <= PAUSE && !tells;
    !piece.forwarded && (shows || word::says_settled(words))
}

/// Opens the draft when it is complete, else asks once for what it lacks.
pub(super) fn proceed(mut state: ChatState, scene: &Scene<'_>) -> Turn {
    let Some(mut draft) = state.draft.take() else { return Turn::of(state) };
    let Some(missing) = missing(&draft, scene) else {
        let ask = hand_over(&mut state, draft, scene);
        state.recent = None;
        let turn = Turn::of(state);
        return ask.into_iter().fold(turn, Turn::ask);
    };
    let known = draft.asked.contains(&missing);
    if !known {
        draft.asked.push(missing);
    }
    let question = match missing {
        Missing::Place => ask_place(&draft, scene),
        Missing::Matter => ask_matter(&draft, &state, scene),
        Missing::AfterPhoto => Message::line(say!(scene.speech(), "ask-after-photo")),
    };
    state.draft = Some(draft);
    let turn = Turn::of(state);
    if known { turn } else { turn.question(question) }
}

fn missing(draft: &Draft, scene: &Scene<'_>) -> Option<Missing> {
    if draft.place.is_none() {
        return Some(Missing::Place);
    }
    if !draft.has_matter() {
        return Some(Missing::Matter);
    }
    (settled_on_the_spot(draft, scene) && draft.photos().is_empty()).then_some(Missing::AfterPhoto)
}

/// Hands a draft over to be opened as it is; a pin alone says nothing and is let go.
pub(super) fn hand_over(state: &mut ChatState, draft: Draft, scene: &Scene<'_>) -> Option<Ask> {
    if !draft.has_matter() {
        return None;
    }
    let ask = Ask::Open(report(&draft, scene));
    state.opening.push(draft);
    Some(ask)
}

fn report(draft: &Draft, scene: &Scene<'_>) -> Report {
    let words = draft.words();
    let photos = draft.photos();
    let self_resolved = (settled_on_the_spot(draft, scene) && !photos.is_empty())
        .then(|| SelfResolved { words: words.clone(), photos });
    let stage = if self_resolved.is_some() { PhotoStage::After } else { PhotoStage::Before };
    Report {
        origin: origin(scene),
        place: draft.place.clone().unwrap_or_default(),
        material: draft.pieces.iter().map(|piece| piece.material(stage)).collect(),
        category: scene.city.catalogue.guess(&words),
        category_chosen: false,
        self_resolved,
    }
}

fn origin(scene: &Scene<'_>) -> Origin {
    let Some(person) = scene.person else { return Origin::Resident };
    let desk = person.posts.iter().any(|post| post.role == Role::Dispatcher);
    let field = person.posts.iter().any(|post| post.role.responds());
    if desk && !field { Origin::Dispatcher } else { Origin::Worker }
}

fn settled_on_the_spot(draft: &Draft, scene: &Scene<'_>) -> bool {
    let own = |piece: &&Piece| !piece.forwarded;
    origin(scene) == Origin::Worker
        && draft.pieces.iter().filter(own).filter_map(|piece| piece.words.as_deref()).any(word::says_settled)
}

/// The words of a place, where the piece answers the question for it: after the matter is told, a
/// further line is where it is; before, only a line that names a place and no matter.
fn typed_place(draft: &Draft, piece: &Piece, scene: &Scene<'_>) -> Option<String> {
    let asked = draft.place.is_none() && draft.asked.contains(&Missing::Place);
    let plain = piece.photo.is_none() && piece.voice.is_none() && !piece.forwarded;
    if !asked || !plain || !draft.goes_on(piece.said_at, scene.settings.unfinished_window) {
        return None;
    }
    let words = piece.words.clone()?;
    let matter = !scene.city.catalogue.guesses(&words).is_empty();
    let told = !draft.words().is_empty();
    let answers = if word::names_place(&words) { told || !matter } else { told && !matter };
    answers.then_some(words)
}

/// Adds a piece to the case opened last.
fn add(mut state: ChatState, piece: Piece, mut recent: Recent, scene: &Scene<'_>) -> Turn {
    if let Some(turn) = settles_recent(&state, &piece, &recent, scene) {
        return turn;
    }
    let (case, stage) = (recent.case, recent.stage);
    let material = vec![piece.material(stage)];
    state.note(&piece, case, stage);
    let guess = explained(&piece, &recent, scene);
    if guess.is_some() {
        (recent.unclassed, recent.classed_by) = (false, piece.message.clone());
    }
    recent.last_at = recent.last_at.max(piece.said_at);
    recent.after.push(piece);
    state.recent = Some(recent);
    let turn = Turn::of(state).act(case, Command::Add { material });
    guess.into_iter().fold(turn, |turn, category| turn.act(case, Command::Recategorise { category }))
}

/// The matter that a later line tells of. A photo with words is more likely the next matter.
fn explained(piece: &Piece, recent: &Recent, scene: &Scene<'_>) -> Option<CategoryCode> {
    let line = piece.photo.is_none() && !piece.forwarded && recent.unclassed;
    let guess = scene.city.catalogue.guess(piece.words.as_deref().filter(|_| line)?);
    (guess.as_str() != UNCATEGORISED).then_some(guess)
}

/// `已处理` after the report: the photos sent for it show the matter settled.
fn settles_recent(state: &ChatState, piece: &Piece, recent: &Recent, scene: &Scene<'_>) -> Option<Turn> {
    let words = piece.words.as_deref().filter(|words| word::says_settled(words) && !piece.forwarded)?;
    if origin(scene) != Origin::Worker || recent.stage != PhotoStage::Before {
        return None;
    }
    let mut photos = recent.photos.clone();
    photos.extend(recent.after.iter().chain([piece]).filter_map(|piece| piece.photo));
    let mut state = state.clone();
    let last_at = recent.last_at.max(piece.said_at);
    state.recent = Some(Recent { last_at, ..recent.clone() });
    if photos.is_empty() {
        return Some(settle::ask_self_resolved(state, recent.case, None, vec![piece.clone()], scene));
    }
    state.note(piece, recent.case, PhotoStage::After);
    let command = Command::SelfResolve { words: words.to_owned(), photos };
    Some(Turn::of(state).act(recent.case, command))
}

/// A late photo of an album goes where its siblings are, whatever has happened since.
fn sibling(mut state: ChatState, piece: Piece, case: CaseId, stage: PhotoStage) -> Turn {
    let material = vec![piece.material(stage)];
    state.note(&piece, case, stage);
    if let Some(recent) = state.recent.as_mut().filter(|recent| recent.case == case) {
        recent.last_at = recent.last_at.max(piece.said_at);
        if recent.after.iter().any(|known| known.album == piece.album) {
            recent.after.push(piece);
        }
    }
    Turn::of(state).act(case, Command::Add { material })
}

fn ask_place(draft: &Draft, scene: &Scene<'_>) -> Message {
    let language = scene.speech();
    let mut message = Message::line(say!(language, "ask-place"));
    message.keyboard = Some(Keyboard::AskLocation(say!(language, "button-send-location")));
    if !draft.words().is_empty() {
        message.buttons = vec![vec![no_pin(scene)]];
    }
    message
}

fn still_no_place(scene: &Scene<'_>) -> Message {
    let message = Message::line(say!(scene.speech(), "ask-place-again"));
    Message { buttons: vec![vec![no_pin(scene)]], ..message }
}

fn no_pin(scene: &Scene<'_>) -> Button {
    Button { label: say!(scene.speech(), "button-no-pin"), data: Data::plain(Action::NoPin).encode() }
}

fn ask_matter(draft: &Draft, state: &ChatState, scene: &Scene<'_>) -> Message {
    let speech = super::card::speech(scene);
    let located = draft.place.as_ref().and_then(|place| place.located.grid.clone());
    let mut message = Message::line(if let Some(grid) = located {
        say!(speech.language, "ask-matter", ground = speech.ground(&grid.into()))
    } else {
        say!(speech.language, "ask-matter-outside")
    });
    if let Some(recent) = &state.recent {
        let label = say!(speech.language, "button-place-of", number = phrase::number(recent.case));
        let data = Data::on(recent.case, 0, Action::PlaceOf).encode();
        message.buttons = vec![vec![Button { label, data }]];
    }
    message
}
