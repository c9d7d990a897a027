//! What the application tells the conversation, and what the conversation asks of the application.

use super::{ChatKind, ChatState, Keyboard, Language, Message, Outgoing, Viewer};
use crate::domain::{
    Case, CaseId, ChatId, City, Command, Fix, MediaId, Party, Person, Place, Report, UnitCode,
};
use chrono::{DateTime, Duration, Utc};

/// The rules of conversation; each is a key of `config/default.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// How long after the newest piece another still belongs to the same report.
    pub report_window: Duration,
    /// How long a question waits for its answer.
    pub question_window: Duration,
    /// How long an unfinished report waits before it goes to the desk as it is.
    pub unfinished_window: Duration,
    /// How long a position of a live location counts as the present one.
    pub live_window: Duration,
    /// A pin farther off than this, in metres, is another place.
    pub same_place_m: f64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            report_window: Duration::seconds(120),
            question_window: Duration::minutes(30),
            unfinished_window: Duration::minutes(30),
            live_window: Duration::minutes(2),
            same_place_m: 30.0,
        }
    }
}

/// Who talks, and what the application looked up for this step.
pub struct Scene<'a> {
    /// The city as it is now.
    pub city: &'a City,
    /// The server's time.
    pub now: DateTime<Utc>,
    /// The rules of conversation.
    pub settings: &'a Rules,
    /// The chat.
    pub chat: ChatId,
    /// One person or many.
    pub kind: ChatKind,
    /// Whom the chat is bound to; in a group, whom the member's own chat is bound to.
    pub person: Option<&'a Person>,
    /// The branch or department that the group is bound to.
    pub unit: Option<&'a UnitCode>,
    /// The chat's language (`zh-CN`, `en`).
    pub language: &'a str,
    /// The member who speaks: [`Sender::address`](super::Sender).
    pub member: &'a str,
    /// It was a press: short answers go into its toast.
    pub pressed: bool,
    /// What the map says of a position.
    pub locate: &'a dyn Fn(&Fix) -> Place,
    /// The case that the press or the reply names, see [`Wanted`].
    pub case: Option<&'a Case>,
    /// The case that the chat told of last, as it stands now, see [`Wanted`].
    pub recent: Option<&'a Case>,
    /// The row of this message's photo or voice note, see [`Wanted`].
    pub media: Option<MediaId>,
}

/// What the application looks up before a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Load this case into [`Scene::case`].
    pub case: Option<CaseId>,
    /// Load the case of the card that this message replies to, where it is one.
    pub replied_to: Option<String>,
    /// Load this case into [`Scene::recent`].
    pub recent: Option<CaseId>,
    /// Give the message's file a row and its id into [`Scene::media`].
    pub media: bool,
}

/// What a step led to.
#[derive(Clone, Debug, Default)]
pub struct Turn {
    /// What the chat remembers now.
    pub state: ChatState,
    /// What it is told.
    pub replies: Vec<Outgoing>,
    /// What the application does, in this order, in the same transaction. The turn that follows each
    /// ([`opened`](super::opened), [`done`](super::done), [`refused`](super::refused) …) may ask again.
    pub asks: Vec<Ask>,
    /// The answer to a press, at most 200 characters.
    pub toast: Option<String>,
}

/// What the application does for the conversation.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a step asks for one or two things, which live for a moment")]
pub enum Ask {
    /// Bind the chat by a one-time code, then [`bound`](super::bound) or [`not_bound`](super::not_bound).
    Bind {
        /// As typed.
        code: String,
    },
    /// Open a case, then [`opened`](super::opened) or [`refused`](super::refused).
    Open(Report),
    /// Act on a case, then [`done`](super::done) or [`refused`](super::refused).
    Act {
        /// Which.
        case: CaseId,
        /// What.
        command: Command,
    },
    /// The open tasks of the person, or of the group's unit: [`tasks`](super::tasks).
    ListTasks,
    /// The reporter's own cases: [`mine`](super::mine).
    ListMine,
    /// The unit's figures: [`stats`](super::stats).
    Stats,
    /// What is kept about the person: [`my_data`](super::my_data).
    MyData,
    /// Remember the chat's language.
    SetLanguage(String),
    /// The person blocked us: mark it and tell the dispatcher.
    Unreachable,
    /// The person is back.
    Reachable,
    /// The chat has a new address.
    Migrate {
        /// Which.
        to: String,
    },
    /// Send the card of a case anew, where this chat may see it; else [`no_case`](super::no_case).
    ShowCase {
        /// Which.
        case: CaseId,
    },
}

impl Scene<'_> {
    /// The language of the chat.
    pub fn speech(&self) -> Language {
        Language::of(self.language)
    }

    /// The speaker as a reporter.
    pub fn party(&self) -> Party {
        self.person.map_or(Party::Chat(self.chat), |person| Party::Person(person.code.clone()))
    }

    /// Whom a card in this chat is for.
    pub fn viewer(&self, case: &Case) -> Viewer<'_> {
        Viewer {
            person: self.person.filter(|_| self.kind == ChatKind::Private).map(|person| &person.code),
            kind: self.kind,
            unit: self.unit,
            reporter: self.kind == ChatKind::Private && case.reporters.contains(&self.party()),
            language: self.language,
        }
    }
}

impl Turn {
    /// Nothing but a state.
    pub fn of(state: ChatState) -> Self {
        Self { state, ..Self::default() }
    }

    /// With a reply.
    #[must_use]
    pub fn say(mut self, message: Message) -> Self {
        self.replies.push(Outgoing::reply(message));
        self
    }

    /// With a message that asks for something: it is worth sending twice.
    #[must_use]
    pub fn question(mut self, message: Message) -> Self {
        self.replies.push(Outgoing { courtesy: false, ..Outgoing::reply(message) });
        self
    }

    /// With something for the application to do.
    #[must_use]
    pub fn ask(mut self, ask: Ask) -> Self {
        self.asks.push(ask);
        self
    }

    /// With a command on a case.
    #[must_use]
    pub fn act(self, case: CaseId, command: Command) -> Self {
        self.ask(Ask::Act { case, command })
    }

    /// With a short answer: in the toast of a press, else as a line.
    #[must_use]
    pub fn tell(mut self, scene: &Scene<'_>, words: String) -> Self {
        if scene.pressed && self.toast.is_none() && words.chars().count() <= 200 {
            self.toast = Some(words);
            return self;
        }
        self.say(Message::line(words))
    }

    /// Appends what followed an ask. Its asks come first: they belong to the one just done.
    #[must_use]
    pub fn then(mut self, later: Turn) -> Self {
        self.state = later.state;
        self.replies.extend(later.replies);
        self.asks.splice(0..0, later.asks);
        self.toast = self.toast.or(later.toast);
        self
    }
}

impl Message {
    /// The same with the phone's usual keyboard back.
    #[must_use]
    pub(super) fn usual_keyboard(self) -> Self {
        Self { keyboard: Some(Keyboard::Remove), ..self }
    }
}
