//! A small office: a city of two grids, its people, and an application that does what is asked by the
//! real life of a case, so that a conversation can be played line by line.

use crate::{
    atlas::{Candidate, Datum, Located},
    dialogue::{
        Ask, Body, ChannelKind, ChatKind, ChatState, Inbound, Message, Outgoing, RemoteFile, Rules, Scene,
        Sender, Turn, Viewer, bound, card, done, mine, no_case, not_bound, notice, opened, overdue, refused,
        shown, step, tasks, wanted,
    },
    domain::{
        Actor, Case, CaseId, CaseNumber, Catalogue, Category, ChatId, City, ClosingCondition, Command,
        Decision, Effect, Fix, LimitKind, MediaId, Notice, Organisation, Party, Person, PersonCode, Place,
        Post, Recipient, Refusal, Report, Role, TimeLimit, Unit, UnitCode, UnitLevel, Via, Who, life,
    },
};
use chrono::{DateTime, Duration, TimeZone, Utc};
use std::{collections::BTreeMap, fmt::Write};

/// 2026-03-05 09:00:00 in Jimo, a Thursday.
pub fn morning() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 5, 1, 0, 0).unwrap()
}

fn unit(code: &str, name: &str, level: UnitLevel, parent: Option<&str>) -> Unit {
    let name_en = (level == UnitLevel::Department).then(|| format!("Department {code}"));
    Unit {
        code: code.into(),
        name: name.into(),
        name_en,
        level,
        parent: parent.map(UnitCode::from),
        work_list: Vec::new(),
    }
}

fn person(code: &str, name: &str, role: Role, unit: &str) -> Person {
    let posts = vec![Post { role, unit: unit.into() }];
    Person { code: code.into(), name: name.into(), language: "zh-CN".into(), posts }
}

fn matter(
    code: &str,
    names: (&str, &str, &str, &str),
    keywords: &str,
    words: &str,
    strict: bool,
) -> Category {
    let limit = |hours| TimeLimit::new(hours, LimitKind::UrgentHour);
    let conditions = [("已修复", "Repaired"), ("已设围挡", "Fenced off")];
    let (major, major_en, name, name_en) = names;
    let split = |words: &str| words.split(' ').map(str::to_owned).collect();
    Category {
        code: code.into(),
        major: major.into(),
        major_en: major_en.into(),
        name: name.into(),
        name_en: name_en.into(),
        keywords: split(keywords),
        keywords_en: split(words),
        answer_limit: limit(0.5),
        arrive_limit: limit(2.0),
        settle_limit: limit(8.0),
        closing_conditions: conditions
            .iter()
            .take(if strict { 2 } else { 1 })
            .map(|(text, text_en)| ClosingCondition { text: (*text).into(), text_en: (*text_en).into() })
            .collect(),
        direct: false,
        photo_required: strict,
    }
}

/// Two grids that meet at 120.4500 E, a community's desk, eight departments.
pub fn city() -> City {
    let mut units = vec![
        unit("370215", "即墨区", UnitLevel::District, None),
        unit("370215002", "通济街道", UnitLevel::Subdistrict, Some("370215")),
        unit("370215002013", "华山社区", UnitLevel::Community, Some("370215002")),
        unit("370215002013001", "第一网格", UnitLevel::Grid, Some("370215002013")),
        unit("370215002013002", "第二网格", UnitLevel::Grid, Some("370215002013")),
    ];
    let departments = [
        "城市管理局",
        "住房和城乡建设局",
        "交通运输局",
        "应急管理局",
        "生态环境分局",
        "市场监督管理局",
        "水利局",
        "公安分局",
    ];
    for (index, name) in departments.iter().enumerate() {
        units.push(unit(&format!("D{:03}", index + 1), name, UnitLevel::Department, None));
    }
    let people = vec![
        person("W1", "张伟", Role::GridWorker, "370215002013001"),
        person("S1", "李秀英", Role::BranchSecretary, "370215002013001"),
        person("L1", "王磊", Role::GridLead, "370215002013001"),
        person("L2", "赵敏", Role::GridLead, "370215002013002"),
        person("P1", "孙丽", Role::Dispatcher, "370215002013"),
        person("O1", "周强", Role::DepartmentOfficer, "D001"),
    ];
    let public = ("公共设施", "Public facilities");
    let street = ("市容环境", "Street scene");
    // A lamp has two closing conditions and needs a photo; litter has one and needs none.
    let catalogue = vec![
        matter("00000", ("未分类", "Uncategorised", "未分类", "Not classed"), "", "", false),
        matter("06001", (public.0, public.1, "路灯", "Street lamp"), "路灯 不亮", "lamp streetlight", true),
        matter("06002", (public.0, public.1, "井盖", "Manhole cover"), "井盖", "manhole", true),
        matter("07001", (street.0, street.1, "暴露垃圾", "Litter"), "垃圾", "litter rubbish", false),
        matter("07002", (street.0, street.1, "店外经营", "Trading outside"), "占道 店外", "stall", false),
    ];
    City {
        organisation: Organisation::new(units, people),
        catalogue: Catalogue::new(catalogue),
        ..City::default()
    }
}

/// The map: west of 120.4500 the first grid, east of it the second, far away none.
pub fn locate(fix: &Fix) -> Place {
    let (first, second) = ("370215002013001", "370215002013002");
    let edge = (fix.point.lon - 120.45).abs() * 89_600.0;
    let near = edge < fix.accuracy_m.unwrap_or(0.0);
    let (own, other, name) = if fix.point.lon < 120.45 {
        (first, second, "第二网格")
    } else {
        (second, first, "第一网格")
    };
    let inside = (120.4..120.5).contains(&fix.point.lon);
    let candidate = Candidate { code: other.into(), name: name.into(), distance_m: edge };
    let located = Located {
        grid: inside.then(|| own.to_owned()),
        community: inside.then(|| "370215002013".to_owned()),
        edge_m: inside.then_some(edge),
        candidates: if near && inside { vec![candidate] } else { Vec::new() },
        desk: (!inside).then(|| "370215".to_owned()),
        ..Located::default()
    };
    Place { fix: Some(*fix), words: None, located, edition: Some(1), corrected_to: None }
}

/// One conversation on one phone, or in one group.
#[derive(Default)]
struct Chat {
    id: ChatId,
    state: String,
    kind: Option<ChatKind>,
    person: Option<PersonCode>,
    unit: Option<UnitCode>,
    language: String,
    /// Labels and data of every button ever shown here, newest last.
    buttons: Vec<(String, String)>,
    /// Cards that this chat has.
    cards: Vec<CaseId>,
    /// It was told that a piece could not be added.
    not_added: bool,
}

/// A message being taken.
struct Talk<'a> {
    chat: &'a str,
    member: &'a str,
    inbound: &'a Inbound,
    /// The case that a press or a reply names.
    case: Option<CaseId>,
    /// The case that the chat told of last.
    recent: Option<CaseId>,
}

/// The application and everybody's phones.
pub struct Office {
    pub city: City,
    pub cases: BTreeMap<CaseId, Case>,
    chats: BTreeMap<String, Chat>,
    pub now: DateTime<Utc>,
    messages: u64,
    files: i64,
    settled: Vec<MediaId>,
    /// Cases nearby that the application finds for "same as".
    pub near: bool,
    pub said: String,
}

impl Office {
    /// Everybody of the roster has bound a chat; `居民` has not, `新人` not yet.
    pub fn new() -> Self {
        let city = city();
        let mut chats = BTreeMap::new();
        let mut people: Vec<&Person> = city.organisation.people().collect();
        people.sort_by(|a, b| a.code.cmp(&b.code));
        for person in people {
            let id = ChatId(chats.len() as i64 + 1);
            let chat = Chat { id, person: Some(person.code.clone()), ..Chat::default() };
            chats.insert(person.name.clone(), Chat { language: "zh-CN".into(), ..chat });
        }
        for name in ["居民", "新人"] {
            let id = ChatId(chats.len() as i64 + 1);
            chats.insert(name.into(), Chat { id, language: "zh-CN".into(), ..Chat::default() });
        }
        let id = ChatId(chats.len() as i64 + 1);
        let group = Chat { id, kind: Some(ChatKind::Group), language: "zh-CN".into(), ..Chat::default() };
        chats.insert("群".into(), group);
        let (cases, said) = (BTreeMap::new(), String::new());
        let now = morning();
        Self { city, cases, chats, now, messages: 0, files: 0, settled: Vec::new(), near: false, said }
    }

    /// Plays a script, a line a message: `MM:SS name what …`; a group's member is `群/name`.
    pub fn play(&mut self, script: &str) -> String {
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (time, rest) = line.split_once(' ').unwrap();
            let (who, what) = rest.split_once(' ').unwrap();
            let (minutes, seconds) = time.split_once(':').unwrap();
            let offset = minutes.parse::<i64>().unwrap() * 60 + seconds.parse::<i64>().unwrap();
            self.now = morning() + Duration::seconds(offset);
            writeln!(self.said, "{time} {who} ▸ {what}").unwrap();
            let (chat, member) = who.split_once('/').unwrap_or((who, who));
            let inbound = self.inbound(chat, member, what);
            self.hear(chat, member, &inbound);
        }
        std::mem::take(&mut self.said)
    }

    fn inbound(&mut self, chat: &str, member: &str, what: &str) -> Inbound {
        self.messages += 1;
        let (mut message, mut edited, mut forwarded, mut reply_to) =
            (self.messages.to_string(), false, false, None);
        let mut what = what;
        loop {
            let (first, rest) = what.split_once(' ').unwrap_or((what, ""));
            match first {
                "edit" => {
                    let (number, rest) = rest.split_once(' ').unwrap();
                    (message, edited, what) = (number.to_owned(), true, rest);
                }
                "forwarded" => (forwarded, what) = (true, rest),
                "reply" => {
                    reply_to = self.chats[chat].cards.last().map(|case| format!("card {case}"));
                    what = rest;
                }
                _ => break,
            }
        }
        Inbound {
            channel: ChannelKind::Telegram,
            uid: format!("bot:{}", self.messages),
            chat: chat.to_owned(),
            kind: self.chats[chat].kind.unwrap_or(ChatKind::Private),
            sender: Sender { address: member.to_owned(), ..Sender::default() },
            said_at: self.now,
            message: Some(message),
            reply_to,
            edited,
            forwarded,
            body: self.body(chat, what),
        }
    }

    fn body(&self, chat: &str, what: &str) -> Body {
        let (kind, rest) = what.split_once(' ').unwrap_or((what, ""));
        let file = || RemoteFile { id: "file".into(), unique_id: None, size: None, mime: None };
        let caption = |words: &str| (!words.is_empty()).then(|| words.to_owned());
        let pin = |live: bool| {
            let mut numbers = rest.split(' ');
            let mut number = || numbers.next().map(|number| number.trim_start_matches('±').parse().unwrap());
            let (lat, lon, accuracy_m) = (number().unwrap(), number().unwrap(), number());
            Body::Location { lon, lat, datum: Datum::Wgs84, accuracy_m, live, venue: None }
        };
        match kind {
            "text" => Body::Text { text: rest.to_owned() },
            "photo" => Body::Photo { file: file(), album: None, caption: caption(rest) },
            "album" => {
                let (album, words) = rest.split_once(' ').unwrap_or((rest, ""));
                Body::Photo { file: file(), album: Some(album.to_owned()), caption: caption(words) }
            }
            "voice" => Body::Voice { file: file(), seconds: 4, caption: caption(rest) },
            "pin" => pin(false),
            "live" => pin(true),
            "press" => {
                let found = self.chats[chat].buttons.iter().rev().find(|(label, _)| label.contains(rest));
                let (_, data) = found.unwrap_or_else(|| panic!("no button {rest} in {chat}"));
                Body::Press { data: data.clone(), press: "press".into() }
            }
            "data" => Body::Press { data: rest.to_owned(), press: "press".into() },
            "sticker" => Body::Unknown { what: "sticker".into() },
            "contact" => Body::Contact { phone: rest.to_owned(), own: true },
            "blocked" => Body::Blocked,
            other => panic!("no line `{other}`"),
        }
    }

    /// What the application does with a message: load, step, do what is asked, tell.
    pub fn hear(&mut self, chat: &str, member: &str, inbound: &Inbound) {
        let state = ChatState::read(&self.chats[chat].state);
        let wanted = wanted(inbound, &state);
        let replied = wanted.replied_to.as_deref().and_then(|reply| reply.strip_prefix("card "));
        let case = wanted.case.or_else(|| replied.map(|id| CaseId(id.parse().unwrap())));
        let media = wanted.media.then(|| {
            self.files += 1;
            MediaId(self.files)
        });
        let talk = Talk { chat, member, inbound, case, recent: wanted.recent };
        let mut turn = self.scene(&talk, media, |scene| step(state, inbound, scene));
        let mut asks = std::mem::take(&mut turn.asks);
        while !asks.is_empty() {
            let ask = asks.remove(0);
            let later = self.serve(&talk, turn.state.clone(), &ask);
            turn = turn.then(later);
            let more = std::mem::take(&mut turn.asks);
            asks.splice(0..0, more);
        }
        if let Some(toast) = &turn.toast {
            assert!(toast.chars().count() <= 200);
            writeln!(self.said, "   ({toast})").unwrap();
        }
        for reply in &turn.replies {
            self.tell(chat, reply);
        }
        self.chats.get_mut(chat).unwrap().state = turn.state.write();
    }

    fn scene<T>(&self, talk: &Talk<'_>, media: Option<MediaId>, then: impl FnOnce(&Scene<'_>) -> T) -> T {
        let own = &self.chats[talk.chat];
        let person = self.chats.get(talk.member).and_then(|chat| chat.person.as_ref());
        then(&Scene {
            city: &self.city,
            now: self.now,
            settings: &Rules::default(),
            chat: own.id,
            kind: own.kind.unwrap_or(ChatKind::Private),
            person: person.and_then(|code| self.city.organisation.person(code)),
            unit: own.unit.as_ref(),
            language: &own.language,
            member: talk.member,
            pressed: matches!(talk.inbound.body, Body::Press { .. }),
            locate: &locate,
            case: talk.case.and_then(|id| self.cases.get(&id)),
            recent: talk.recent.and_then(|id| self.cases.get(&id)),
            media,
        })
    }

    fn serve(&mut self, talk: &Talk<'_>, state: ChatState, ask: &Ask) -> Turn {
        match ask {
            Ask::Open(report) => self.open(talk, state, report, ask),
            Ask::Act { case, command } => self.act(talk, state, *case, command, ask),
            Ask::Bind { code } => self.bind(talk, state, code),
            Ask::ListTasks => {
                let cases: Vec<Case> =
                    self.cases.values().filter(|case| case.state.is_open()).cloned().collect();
                Turn::of(state).say(self.scene(talk, None, |scene| tasks(&cases, scene)))
            }
            Ask::ListMine => {
                let party = self.who(talk).party();
                let cases: Vec<Case> =
                    self.cases.values().filter(|case| case.reporters.contains(&party)).cloned().collect();
                Turn::of(state).say(self.scene(talk, None, |scene| mine(&cases, scene)))
            }
            Ask::ShowCase { case } => match self.cases.get(case) {
                Some(case) => {
                    let card = self.scene(talk, None, |scene| shown(case, scene));
                    Turn { replies: vec![card], ..Turn::of(state) }
                }
                None => self.scene(talk, None, |scene| no_case(state, scene)),
            },
            Ask::SetLanguage(tag) => {
                self.chats.get_mut(talk.chat).unwrap().language.clone_from(tag);
                Turn::of(state)
            }
            other => {
                writeln!(self.said, "   ! {other:?}").unwrap();
                Turn::of(state)
            }
        }
    }

    fn bind(&mut self, talk: &Talk<'_>, state: ChatState, code: &str) -> Turn {
        let own = self.chats.get_mut(talk.chat).unwrap();
        match code {
            "WORKER" => own.person = Some("W1".into()),
            "BRANCH" => own.unit = Some("370215002013001".into()),
            _ => return self.scene(talk, None, |scene| not_bound(state, scene)),
        }
        self.scene(talk, None, |scene| bound(state, scene))
    }

    /// Who speaks, as the domain knows them.
    fn who(&self, talk: &Talk<'_>) -> Who {
        let person = self.chats.get(talk.member).and_then(|chat| chat.person.clone());
        match (person, talk.inbound.kind) {
            (Some(person), _) => Who::Person(person),
            (None, ChatKind::Private) => Who::Resident(self.chats[talk.chat].id),
            (None, ChatKind::Group) => Who::Anonymous,
        }
    }

    fn actor(&self, talk: &Talk<'_>) -> Actor {
        Actor { who: self.who(talk), said_at: talk.inbound.said_at, via: Via::Chat }
    }

    fn open(&mut self, talk: &Talk<'_>, state: ChatState, report: &Report, ask: &Ask) -> Turn {
        let mut decision = match life::open(report.clone(), &self.actor(talk), &self.city, self.now) {
            Ok(decision) => decision,
            Err(refusal) => {
                writeln!(self.said, "   ! open: {refusal}").unwrap();
                return self.scene(talk, None, |scene| refused(state, &refusal, ask, scene));
            }
        };
        decision.case.id = CaseId(self.cases.len() as i64 + 1);
        let case = decision.case.clone();
        writeln!(self.said, "   ! open {} {} {}", CaseNumber::of(case.id), case.category, pieces(&case))
            .unwrap();
        self.settled.extend(report.self_resolved.iter().flat_map(|own| &own.photos));
        self.cases.insert(case.id, case.clone());
        self.send(&decision);
        let near: Vec<Case> =
            self.cases.values().filter(|other| self.near && other.id != case.id).cloned().collect();
        self.scene(talk, None, |scene| opened(state, &case, &near, scene))
    }

    fn act(&mut self, talk: &Talk<'_>, state: ChatState, id: CaseId, command: &Command, ask: &Ask) -> Turn {
        let Some(case) = self.cases.get(&id).cloned() else {
            return self.scene(talk, None, |scene| no_case(state, scene));
        };
        let number = CaseNumber::of(id);
        match self.decide(talk, &case, command.clone()) {
            Ok(decision) => {
                writeln!(self.said, "   ! {} {number}", command.name()).unwrap();
                if let Command::Settle { photos, .. } | Command::SelfResolve { photos, .. } = command {
                    self.settled.extend(photos);
                }
                let after = decision.case.clone();
                self.cases.insert(id, after.clone());
                self.send(&decision);
                self.redraw(&after);
                self.scene(talk, None, |scene| done(state, &after, command, scene))
            }
            Err(refusal) => {
                if matches!(command, Command::Add { .. }) {
                    self.chats.get_mut(talk.chat).unwrap().not_added = true;
                }
                writeln!(self.said, "   ! {} {number}: {refusal}", command.name()).unwrap();
                self.scene(talk, None, |scene| refused(state, &refusal, ask, scene))
            }
        }
    }

    fn decide(&mut self, talk: &Talk<'_>, case: &Case, command: Command) -> Result<Decision, Refusal> {
        let by = self.actor(talk);
        if let Command::Merge { into, .. } = &command {
            let surviving = self.cases.get(into).cloned().ok_or(Refusal::CannotMerge)?;
            let absorb = Command::Absorb { from: case.id, reporters: case.reporters.clone() };
            let mut decision = life::decide(&surviving, absorb, &by, &self.city, self.now)?;
            decision.case.id = *into;
            self.cases.insert(*into, decision.case);
        }
        let mut decision = life::decide(case, command, &by, &self.city, self.now)?;
        decision.case.id = case.id;
        Ok(decision)
    }

    /// What leaves: cards to those who hear the whistle, notices to those who are told.
    fn send(&mut self, decision: &Decision) {
        let case = &decision.case;
        for effect in &decision.effects {
            match effect {
                Effect::Whistle { unit, to } => {
                    let hears = |chat: &Chat| {
                        chat.person.as_ref().is_some_and(|person| to.contains(person))
                            || chat.unit.as_ref() == Some(unit)
                    };
                    for name in self.names(hears) {
                        self.put_card(&name, case);
                        writeln!(self.said, "   » {name}").unwrap();
                    }
                }
                Effect::Tell { to, notice } => {
                    let told = |chat: &Chat| match to {
                        Recipient::Person(person) => chat.person.as_ref() == Some(person),
                        Recipient::Chat(id) => chat.id == *id,
                        Recipient::Group(unit) => chat.unit.as_ref() == Some(unit),
                    };
                    for name in self.names(told) {
                        self.notify(&name, case, notice);
                    }
                }
            }
        }
    }

    fn notify(&mut self, name: &str, case: &Case, told: &Notice) {
        let message = self.view(name, case, |viewer| notice(case, told, viewer, &self.city, self.now));
        remember(self.chats.get_mut(name).unwrap(), &message);
        writeln!(self.said, "   » {name}: {}", message.title.unwrap_or_default()).unwrap();
    }

    fn names(&self, which: impl Fn(&Chat) -> bool) -> Vec<String> {
        self.chats.iter().filter(|(_, chat)| which(chat)).map(|(name, _)| name.clone()).collect()
    }

    fn put_card(&mut self, name: &str, case: &Case) -> Message {
        let message = self.view(name, case, |viewer| card(case, viewer, &self.city, self.now));
        let chat = self.chats.get_mut(name).unwrap();
        if !chat.cards.contains(&case.id) {
            chat.cards.push(case.id);
        }
        remember(chat, &message);
        message
    }

    fn view<T>(&self, name: &str, case: &Case, then: impl FnOnce(&Viewer<'_>) -> T) -> T {
        let chat = &self.chats[name];
        let party = chat.person.clone().map_or(Party::Chat(chat.id), Party::Person);
        let kind = chat.kind.unwrap_or(ChatKind::Private);
        then(&Viewer {
            person: chat.person.as_ref(),
            kind,
            unit: chat.unit.as_ref(),
            reporter: kind == ChatKind::Private && case.reporters.contains(&party),
            language: &chat.language,
        })
    }

    fn redraw(&mut self, case: &Case) {
        for name in self.names(|chat| chat.cards.contains(&case.id)) {
            let message = self.put_card(&name, case);
            writeln!(self.said, "   ~ {name}: {}", message.title.unwrap_or_default()).unwrap();
        }
    }

    fn tell(&mut self, name: &str, reply: &Outgoing) {
        let chat = self.chats.get_mut(name).unwrap();
        if let Some(key) = reply.card
            && !chat.cards.contains(&key.case)
        {
            chat.cards.push(key.case);
        }
        remember(chat, &reply.message);
        let mark = if reply.only_edit { "~" } else { "◂" };
        for (index, line) in reply.message.title.iter().chain(&reply.message.lines).enumerate() {
            let mark = if index == 0 { mark } else { " " };
            for line in line.lines() {
                writeln!(self.said, "   {mark} {line}").unwrap();
            }
        }
        for row in &reply.message.buttons {
            let row: Vec<String> = row.iter().map(|button| format!("[{}]", button.label)).collect();
            writeln!(self.said, "     {}", row.join(" ")).unwrap();
        }
        if let Some(keyboard) = &reply.message.keyboard {
            writeln!(self.said, "     ⌨ {keyboard:?}").unwrap();
        }
    }

    /// How many photos and voice notes were given a row.
    pub fn files(&self) -> i64 {
        self.files
    }

    /// A case was settled with this photo.
    pub fn settled_with(&self, file: i64) -> bool {
        self.settled.contains(&MediaId(file))
    }

    /// Somebody was told that a piece could not be added.
    pub fn told_not_added(&self, chat: &str) -> bool {
        self.chats[chat].not_added
    }

    /// Binds the group without a word.
    pub fn bind_group(&mut self, unit: &UnitCode) {
        self.chats.get_mut("群").unwrap().unit = Some(unit.clone());
    }

    /// The report that is handed over because nobody has completed it.
    pub fn overdue(&self, chat: &str) -> Option<Report> {
        let inbound = Inbound { said_at: self.now, ..self.nothing(chat) };
        let state = self.state(chat);
        let talk = Talk { chat, member: chat, inbound: &inbound, case: None, recent: None };
        let turn = self.scene(&talk, None, |scene| overdue(state, scene));
        turn.asks.into_iter().find_map(|ask| match ask {
            Ask::Open(report) => Some(report),
            _ => None,
        })
    }

    fn nothing(&self, chat: &str) -> Inbound {
        Inbound {
            channel: ChannelKind::Telegram,
            uid: String::new(),
            chat: chat.to_owned(),
            kind: ChatKind::Private,
            sender: Sender { address: chat.to_owned(), ..Sender::default() },
            said_at: self.now,
            message: None,
            reply_to: None,
            edited: false,
            forwarded: false,
            body: Body::Unblocked,
        }
    }

    /// What a chat remembers.
    pub fn state(&self, name: &str) -> ChatState {
        ChatState::read(&self.chats[name].state)
    }
}

fn remember(chat: &mut Chat, message: &Message) {
    for button in message.buttons.iter().flatten() {
        assert!((1..=64).contains(&button.data.len()), "{}", button.data);
        chat.buttons.push((button.label.clone(), button.data.clone()));
    }
}

fn pieces(case: &Case) -> String {
    let pieces = case.material.iter().map(|piece| {
        let photo = piece.photo.map(|photo| format!("photo {} {:?}", photo.media, photo.stage));
        let voice = piece.voice.map(|voice| format!("voice {voice}"));
        let words = piece.words.as_ref().map(|words| format!("“{words}”"));
        photo.into_iter().chain(voice).chain(words).collect::<Vec<_>>().join(" ")
    });
    format!("{:?}", pieces.collect::<Vec<_>>())
}
