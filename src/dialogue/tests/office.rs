//! A small office: a city of two grids, its people, and an application that does what is asked, so
//! that a conversation can be played line by line.

use crate::{
    atlas::{Candidate, Datum, Located},
    dialogue::{
        Ask, Body, ChannelKind, ChatKind, ChatState, Inbound, Message, Outgoing, RemoteFile, Rules, Scene,
        Sender, Turn, bound, card, done, mine, no_case, not_bound, opened, overdue, refused, shown, step,
        tasks, wanted,
    },
    domain::{
        Arrival, Case, CaseId, CaseNumber, Catalogue, Category, ChatId, City, ClosingCondition, Command,
        Escalation, Evidence, Fix, LimitKind, MediaId, Organisation, Origin, Party, Person, PersonCode,
        Place, Post, Rating, Refusal, Report, Role, Settlement, Stage, State, TimeLimit, Times, Unit,
        UnitCode, UnitLevel, Whistle,
        calendar::Deadline,
        case::{CheckDue, Checker},
    },
};
use chrono::{DateTime, Duration, TimeZone, Utc};
use serde_json::json;
use std::{collections::BTreeMap, fmt::Write};

/// 2026-03-05 09:00:00 in Jimo, a Thursday.
pub fn morning() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 5, 1, 0, 0).unwrap()
}

fn unit(code: &str, name: &str, level: UnitLevel, parent: Option<&str>) -> Unit {
    let name_en = (level == UnitLevel::Department).then(|| format!("Department {code}"));
    Unit { code: code.into(), name: name.into(), name_en, level, parent: parent.map(UnitCode::from) }
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
    let (own, other, name) = match fix.point.lon < 120.45 {
        true => (first, second, "第二网格"),
        false => (second, first, "第一网格"),
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
        let case = case.and_then(|id| self.cases.get(&id).cloned());
        let media = wanted.media.then(|| {
            self.files += 1;
            MediaId(self.files)
        });
        let mut turn =
            self.scene(chat, member, inbound, case.as_ref(), media, |scene| step(state, inbound, scene));
        let mut asks = std::mem::take(&mut turn.asks);
        while !asks.is_empty() {
            let ask = asks.remove(0);
            let later = self.serve(chat, member, inbound, case.as_ref(), turn.state.clone(), &ask);
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

    fn scene<T>(
        &self,
        chat: &str,
        member: &str,
        inbound: &Inbound,
        case: Option<&Case>,
        media: Option<MediaId>,
        then: impl FnOnce(&Scene<'_>) -> T,
    ) -> T {
        let own = &self.chats[chat];
        let person = self.chats.get(member).and_then(|chat| chat.person.as_ref());
        then(&Scene {
            city: &self.city,
            now: self.now,
            settings: &Rules::default(),
            chat: own.id,
            kind: own.kind.unwrap_or(ChatKind::Private),
            person: person.and_then(|code| self.city.organisation.person(code)),
            unit: own.unit.as_ref(),
            language: &own.language,
            member,
            pressed: matches!(inbound.body, Body::Press { .. }),
            locate: &locate,
            case,
            media,
        })
    }

    fn serve(
        &mut self,
        chat: &str,
        member: &str,
        inbound: &Inbound,
        seen: Option<&Case>,
        state: ChatState,
        ask: &Ask,
    ) -> Turn {
        let who = self.chats.get(member).and_then(|chat| chat.person.clone());
        match ask {
            Ask::Open(report) => {
                let party = who.map_or(Party::Chat(self.chats[chat].id), Party::Person);
                let case = self.open(report, party);
                writeln!(
                    self.said,
                    "   ! open {} {} {}",
                    CaseNumber::of(case.id),
                    case.category,
                    pieces(&case)
                )
                .unwrap();
                self.whistle(&case, chat);
                let near: Vec<Case> =
                    self.cases.values().filter(|other| self.near && other.id != case.id).cloned().collect();
                self.scene(chat, member, inbound, seen, None, |scene| opened(state, &case, &near, scene))
            }
            Ask::Act { case, command } => {
                let told = match self.act(*case, command, who.as_ref()) {
                    Ok(()) => {
                        writeln!(self.said, "   ! {} {}", command.name(), CaseNumber::of(*case)).unwrap();
                        let after = self.cases[case].clone();
                        if let Command::Settle { photos, .. } | Command::SelfResolve { photos, .. } = command
                        {
                            self.settled.extend(photos);
                        }
                        self.redraw(&after);
                        self.scene(chat, member, inbound, seen, None, |scene| {
                            done(state, &after, command, scene)
                        })
                    }
                    Err(refusal) => {
                        if matches!(command, Command::Add { .. }) {
                            self.chats.get_mut(chat).unwrap().not_added = true;
                        }
                        writeln!(self.said, "   ! {} {}: {refusal}", command.name(), CaseNumber::of(*case))
                            .unwrap();
                        self.scene(chat, member, inbound, seen, None, |scene| {
                            refused(state, &refusal, ask, scene)
                        })
                    }
                };
                told
            }
            Ask::Bind { code } => self.bind(chat, member, inbound, state, code),
            Ask::ListTasks => {
                let cases: Vec<Case> =
                    self.cases.values().filter(|case| case.state.is_open()).cloned().collect();
                let list = self.scene(chat, member, inbound, None, None, |scene| tasks(&cases, scene));
                Turn::of(state).say(list)
            }
            Ask::ListMine => {
                let party = who.map_or(Party::Chat(self.chats[chat].id), Party::Person);
                let cases: Vec<Case> =
                    self.cases.values().filter(|case| case.reporters.contains(&party)).cloned().collect();
                let list = self.scene(chat, member, inbound, None, None, |scene| mine(&cases, scene));
                Turn::of(state).say(list)
            }
            Ask::ShowCase { case } => match self.cases.get(case) {
                Some(case) => {
                    let card = self.scene(chat, member, inbound, None, None, |scene| shown(case, scene));
                    Turn { replies: vec![card], ..Turn::of(state) }
                }
                None => self.scene(chat, member, inbound, None, None, |scene| no_case(state, scene)),
            },
            Ask::SetLanguage(tag) => {
                self.chats.get_mut(chat).unwrap().language.clone_from(tag);
                Turn::of(state)
            }
            other => {
                writeln!(self.said, "   ! {other:?}").unwrap();
                Turn::of(state)
            }
        }
    }

    fn bind(&mut self, chat: &str, member: &str, inbound: &Inbound, state: ChatState, code: &str) -> Turn {
        let own = self.chats.get_mut(chat).unwrap();
        match code {
            "WORKER" => own.person = Some("W1".into()),
            "BRANCH" => own.unit = Some("370215002013001".into()),
            _ => return self.scene(chat, member, inbound, None, None, |scene| not_bound(state, scene)),
        }
        self.scene(chat, member, inbound, None, None, |scene| bound(state, scene))
    }

    /// A case from a report, whistled at once where a worker's pin lies in a grid.
    fn open(&mut self, report: &Report, reporter: Party) -> Case {
        let id = CaseId(self.cases.len() as i64 + 1);
        let mut case = case(report.clone(), reporter, self.now);
        case.id = id;
        if report.origin == Origin::Worker {
            blow(&mut case, self.now);
        }
        if let Some(own) = &report.self_resolved {
            self.settled.extend(&own.photos);
            settle(&mut case, 0, &own.words, &own.photos, &"W1".into(), true, self.now);
        }
        self.cases.insert(id, case.clone());
        case
    }

    /// The domain in small: enough for a conversation.
    pub fn act(&mut self, id: CaseId, command: &Command, who: Option<&PersonCode>) -> Result<(), Refusal> {
        let now = self.now;
        let city = self.city.clone();
        let photo_required =
            |case: &Case| city.catalogue.get(&case.category).is_some_and(|known| known.photo_required);
        let case = self.cases.get_mut(&id).ok_or(Refusal::NotYours)?;
        let nobody = PersonCode::default();
        let who = who.unwrap_or(&nobody);
        let wrong = Refusal::WrongState { state: case.state };
        let lead = case.whistle.as_ref().and_then(|whistle| whistle.lead.clone());
        match command {
            Command::Answer => {
                match lead {
                    Some(lead) if lead == *who => return Err(Refusal::AlreadyDone),
                    Some(lead) => return Err(Refusal::TakenBy { lead }),
                    None => {}
                }
                let whistle =
                    case.whistle.as_mut().filter(|whistle| whistle.stage == Stage::Whistled).ok_or(wrong)?;
                if *who == PersonCode::from("L2") {
                    return Err(Refusal::NotYours);
                }
                (whistle.lead, whistle.stage) = (Some(who.clone()), Stage::Answered);
                (case.state, case.times.answered) = (State::Answered, Some(now));
            }
            Command::Join => case.whistle.as_mut().ok_or(wrong)?.helpers.push(who.clone()),
            Command::Arrive { fix } => {
                let lead = lead.ok_or(wrong.clone())?;
                if lead != *who {
                    return Err(Refusal::OnlyLead { lead });
                }
                let distance_m = fix.and_then(|fix| Some(fix.point.distance_m(case.place.point()?)));
                let evidence = match distance_m {
                    Some(metres) if metres <= 100.0 => Evidence::Verified,
                    _ => Evidence::Unverified,
                };
                let whistle = case.whistle.as_mut().filter(|whistle| whistle.stage == Stage::Answered);
                let whistle = whistle.ok_or(wrong)?;
                whistle.stage = Stage::Arrived;
                whistle.arrival = Some(Arrival { fix: *fix, distance_m, evidence });
                (case.state, case.times.arrived) = (State::Arrived, Some(now));
            }
            Command::Settle { condition, words, photos } => {
                if case.state != State::Arrived {
                    return Err(Refusal::NotArrived);
                }
                if photo_required(case) && photos.is_empty() {
                    return Err(Refusal::PhotoMissing);
                }
                settle(case, *condition, words, photos, who, false, now);
            }
            Command::SelfResolve { words, photos } => settle(case, 0, words, photos, who, true, now),
            Command::Return { reason } => {
                case.whistle.as_mut().ok_or(wrong)?.stage = Stage::Returned;
                case.state = State::Reported;
                case.reason = Some(reason.clone());
            }
            Command::CallDepartment { department, reason, .. } => {
                let mut whistle = whistle(department.clone(), now);
                whistle.reason = Some(*reason);
                case.departments.push(whistle);
            }
            Command::Undo => {
                let ended = case.times.reported.unwrap() + Duration::seconds(60);
                if now > ended {
                    return Err(Refusal::WindowPassed { ended });
                }
                (case.state, case.times.closed) = (State::Voided, Some(now));
            }
            Command::Recategorise { category } => {
                case.category = category.clone();
                case.category_guessed = false;
            }
            Command::Reroute { grid } => {
                case.place.corrected_to = Some(grid.clone());
                blow(case, now);
            }
            Command::Locate { place } => {
                case.place = (**place).clone();
                blow(case, now);
            }
            Command::Add { material } => {
                if case.state.is_terminal() {
                    return Err(wrong);
                }
                case.material.extend(material.iter().cloned());
            }
            Command::Amend { message, words } => {
                let piece = case.material.iter_mut().find(|piece| piece.message.as_ref() == Some(message));
                piece.ok_or(Refusal::UnknownPiece)?.words = Some(words.clone());
            }
            Command::Detach { messages } => {
                case.material
                    .retain(|piece| piece.message.as_ref().is_none_or(|known| !messages.contains(known)));
            }
            Command::Merge { into, .. } if *into == id => return Err(Refusal::CannotMerge),
            Command::Merge { into, .. } => {
                (case.state, case.merged_into) = (State::Merged, Some(*into));
            }
            Command::Check { .. } if case.state != State::Settled || case.whistle.is_none() => {
                return Err(wrong);
            }
            Command::Rate { .. } | Command::Reopen { .. } if case.state != State::Closed => {
                return Err(wrong);
            }
            Command::Check { passed: true, .. } => {
                (case.state, case.times.closed, case.check) = (State::Closed, Some(now), None);
            }
            Command::Check { passed: false, .. } => {
                case.state = State::Answered;
                case.whistle.as_mut().unwrap().stage = Stage::Answered;
                case.reworks += 1;
            }
            Command::Rate { score, solved, words } => {
                case.rating = Some(Rating { score: *score, solved: *solved, words: words.clone(), at: now });
            }
            Command::Reopen { .. } => {
                case.state = State::Whistled;
                case.reopenings += 1;
            }
            _ => return Err(Refusal::NotYours),
        }
        case.version += 1;
        Ok(())
    }

    /// The branch's people hear it, and the branch's group.
    fn whistle(&mut self, case: &Case, reporter: &str) {
        let Some(whistle) = case.whistle.as_ref().filter(|whistle| whistle.stage == Stage::Whistled) else {
            return;
        };
        let unit = whistle.unit.clone();
        for name in ["李秀英", "王磊", "赵敏", "群"] {
            let chat = &self.chats[name];
            let of_unit = chat.person.as_ref().is_some_and(|person| {
                self.city.organisation.posts_of(person).iter().any(|post| post.unit == unit)
            });
            if name != reporter && (of_unit || chat.unit.as_ref() == Some(&unit)) {
                self.put_card(name, case);
                writeln!(self.said, "   » {name}").unwrap();
            }
        }
    }

    fn put_card(&mut self, name: &str, case: &Case) -> Message {
        let message = self.message(name, case);
        let chat = self.chats.get_mut(name).unwrap();
        if !chat.cards.contains(&case.id) {
            chat.cards.push(case.id);
        }
        remember(chat, &message);
        message
    }

    /// The card as a chat sees it.
    pub fn message(&self, name: &str, case: &Case) -> Message {
        let chat = &self.chats[name];
        let party = chat.person.clone().map_or(Party::Chat(chat.id), Party::Person);
        let kind = chat.kind.unwrap_or(ChatKind::Private);
        let viewer = crate::dialogue::Viewer {
            person: chat.person.as_ref(),
            kind,
            unit: chat.unit.as_ref(),
            reporter: kind == ChatKind::Private && case.reporters.contains(&party),
            language: &chat.language,
        };
        card(case, &viewer, &self.city, self.now)
    }

    fn redraw(&mut self, case: &Case) {
        let names: Vec<String> = self
            .chats
            .iter()
            .filter(|(_, chat)| chat.cards.contains(&case.id))
            .map(|(name, _)| name.clone())
            .collect();
        for name in names {
            let message = self.put_card(&name, case);
            writeln!(self.said, "   ~ {name}: {}", message.title.unwrap_or_default()).unwrap();
        }
    }

    fn tell(&mut self, name: &str, reply: &Outgoing) {
        let chat = self.chats.get_mut(name).unwrap();
        if let Some(key) = reply.card {
            if !chat.cards.contains(&key.case) {
                chat.cards.push(key.case);
            }
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
        let turn = self.scene(chat, chat, &inbound, None, None, |scene| overdue(state, scene));
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

/// A case as it stands right after the report, read as the store reads one.
pub fn case(report: Report, reporter: Party, now: DateTime<Utc>) -> Case {
    let case = json!({
        "version": 1,
        "state": State::Reported,
        "origin": report.origin,
        "reporters": [reporter],
        "category": report.category,
        "category_guessed": !report.category_chosen,
        "material": report.material,
        "place": report.place,
        "desk": "370215002013",
        "departments": [],
        "times": Times { reported: Some(now), ..Times::default() },
        "escalation": Escalation::Grid,
        "was_suspended": false,
        "urged": [],
        "extensions": [],
        "reworks": 0,
        "returns": 0,
        "reopenings": 0,
        "reassignments": 0,
        "rerouted": false,
        "time_capped": false,
    });
    Case { id: CaseId(1), ..serde_json::from_value(case).unwrap() }
}

/// A whistle that was just blown.
pub fn whistle(unit: UnitCode, now: DateTime<Utc>) -> Whistle {
    let due = |minutes| Deadline { at: now + Duration::minutes(minutes), provisional: false };
    let whistle = json!({
        "unit": unit,
        "stage": Stage::Whistled,
        "helpers": [],
        "times": Times { whistled: Some(now), ..Times::default() },
        "answer": due(30),
        "arrive": due(120),
        "settle": due(480),
        "urgent": true,
        "escalation": Escalation::Grid,
    });
    serde_json::from_value(whistle).unwrap()
}

/// The whistle of the grid that the place is in.
pub fn blow(case: &mut Case, now: DateTime<Utc>) {
    let chosen = case.place.corrected_to.clone();
    if let Some(grid) = chosen.or_else(|| case.place.located.grid.clone().map(UnitCode::from)) {
        case.whistle = Some(whistle(grid, now));
        (case.state, case.times.whistled) = (State::Whistled, Some(now));
    }
}

fn settle(
    case: &mut Case,
    condition: usize,
    words: &str,
    photos: &[MediaId],
    by: &PersonCode,
    own: bool,
    now: DateTime<Utc>,
) {
    case.settlement = Some(Settlement {
        by: by.clone(),
        condition,
        words: words.to_owned(),
        photos: photos.to_vec(),
        self_resolved: own,
    });
    if let Some(whistle) = &mut case.whistle {
        whistle.stage = Stage::Settled;
    }
    case.check = Some(CheckDue { asked: Checker::Reporter, until: now + Duration::days(2) });
    (case.state, case.times.settled) = (State::Settled, Some(now));
}
