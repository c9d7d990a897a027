//! What a turn of the conversation asks for: reports are opened, commands given, chats bound, lists read.

use super::talk::{Prepared, Talk};
use crate::{
    app::{Change, Error, Result, binding},
    atlas::Point,
    dialogue::{self, Ask, ChatKind, ChatState, Message, Scene, Turn},
    domain::{Case, CaseId, Command, Party, PersonCode, Report, UnitCode, access, life},
    store::{Binding, Tx},
};
use chrono::{DateTime, Duration, Utc};

/// Asks that follow from asks: more than any conversation needs, less than for ever.
const MOST_ASKS: usize = 24;
/// The longest list that a chat is told.
const LISTED: u64 = 20;
/// "Same as …": this near …
const SAME_M: f64 = 50.0;
/// … and this recent.
const SAME_SINCE: Duration = Duration::hours(24);

impl Talk<'_> {
    /// Does what the turn asks, and what follows from it; none when somebody else was faster.
    pub(super) async fn follow(&mut self, tx: &mut Tx, mut turn: Turn) -> Result<Option<Turn>> {
        for _ in 0..MOST_ASKS {
            if turn.asks.is_empty() {
                return Ok(Some(turn));
            }
            let ask = turn.asks.remove(0);
            let state = std::mem::take(&mut turn.state);
            let Some(next) = Box::pin(self.one(tx, state, ask)).await? else { return Ok(None) };
            turn = turn.then(next);
        }
        Err(Error::Internal("a conversation asked without end".into()))
    }

    async fn one(&mut self, tx: &mut Tx, state: ChatState, ask: Ask) -> Result<Option<Turn>> {
        if !matches!(ask, Ask::Open(_)) {
            self.write_opened(tx).await?;
        }
        Ok(Some(match ask {
            Ask::Open(report) => self.open(tx, state, report).await?,
            Ask::Act { case, command } => return self.act(tx, state, case, command).await,
            Ask::Bind { code } => self.bind(tx, state, &code).await?,
            Ask::ShowCase { case } => self.show(tx, state, case).await?,
            Ask::ListTasks => {
                let cases = self.tasks(tx).await?;
                self.say(state, |scene| dialogue::tasks(&cases, scene))
            }
            Ask::ListMine => {
                let cases = tx.reported_by(&self.party(), LISTED).await?;
                self.say(state, |scene| dialogue::mine(&cases, scene))
            }
            Ask::Stats => {
                let figures = self.app.unit_figures(tx, &self.city, &self.units()).await?;
                self.say(state, |scene| dialogue::stats(&figures, scene))
            }
            Ask::MyData => {
                let cases = tx.reported_by(&self.party(), LISTED).await?;
                let phone = match &self.person {
                    Some(person) => tx.person_phone(&person.code).await?.is_some(),
                    None => false,
                };
                self.say(state, |scene| dialogue::my_data(&cases, phone, scene))
            }
            Ask::SetLanguage(language) => {
                self.chat.language = Some(language);
                Turn::of(state)
            }
            Ask::Unreachable => {
                self.chat.reachable = false;
                self.app.tell_unreachable(tx, &self.city, &self.chat, None).await?;
                Turn::of(state)
            }
            Ask::Reachable => {
                self.chat.reachable = true;
                Turn::of(state)
            }
            Ask::Migrate { to } => {
                let from = self.chat.address.clone();
                tx.migrate_chat(self.chat.channel, &from, &to).await?;
                if let Some(moved) = tx.chat_by_id(self.chat.id).await? {
                    self.chat = moved;
                }
                Turn::of(state)
            }
        }))
    }

    async fn open(&mut self, tx: &mut Tx, state: ChatState, report: Report) -> Result<Turn> {
        let asked = Ask::Open(report.clone());
        let prepared = match self.prepared.take() {
            Some(prepared) => prepared,
            None => Prepared::of(tx, &report, self.now).await?,
        };
        match life::open(report, &self.actor(), &self.city.city, self.now) {
            Ok(mut decision) => {
                let Prepared { id, near } = prepared;
                decision.case.id = id;
                self.changes.push(Change::to(&decision.case));
                let turn = self.with_scene(|scene| dialogue::opened(state, &decision.case, &near, scene));
                self.opened.push(decision);
                Ok(turn)
            }
            Err(refusal) => Ok(self.with_scene(|scene| dialogue::refused(state, &refusal, &asked, scene))),
        }
    }

    /// Writes what was opened, before anything is asked that may see it.
    async fn write_opened(&mut self, tx: &mut Tx) -> Result<()> {
        let opened = std::mem::take(&mut self.opened);
        self.app.open_in(tx, &self.city, &opened).await
    }

    async fn act(
        &mut self,
        tx: &mut Tx,
        state: ChatState,
        id: CaseId,
        command: Command,
    ) -> Result<Option<Turn>> {
        let Some(case) = tx.case(id).await? else {
            return Ok(Some(self.with_scene(|scene| dialogue::no_case(state, scene))));
        };
        let acted = self.app.act_in(tx, &self.city, &case, command.clone(), &self.actor()).await;
        Ok(match acted {
            Ok(None) => None,
            Ok(Some(after)) => {
                self.changes.extend(Change::of(&case, &after));
                let turn = self.with_scene(|scene| dialogue::done(state, &after, &command, scene));
                self.case = Some(after);
                Some(turn)
            }
            Err(Error::Refused(refusal)) => {
                self.case = Some(case);
                let ask = Ask::Act { case: id, command };
                Some(self.with_scene(|scene| dialogue::refused(state, &refusal, &ask, scene)))
            }
            Err(error) => return Err(error),
        })
    }

    async fn bind(&mut self, tx: &mut Tx, state: ChatState, code: &str) -> Result<Turn> {
        let group = self.chat.kind == ChatKind::Group;
        let organisation = &self.city.city.organisation;
        // A person's code binds a group to the unit for which that person answers.
        let branch = |person: &PersonCode| access::answers_for(organisation, person).cloned();
        let fits = |binding: &Binding| match binding {
            Binding::Person(person) => !group || branch(person).is_some(),
            Binding::Unit(_) => group,
        };
        match tx.redeem_code(&binding::digest(code), self.chat.channel, fits, self.now).await? {
            Some(Binding::Person(person)) if group => self.chat.unit = branch(&person),
            Some(Binding::Person(person)) => {
                self.chat.person = Some(person);
                self.chat.reachable = true;
                self.person = self.speaker(tx).await?;
            }
            Some(Binding::Unit(unit)) => self.chat.unit = Some(unit),
            None => return Ok(self.with_scene(|scene| dialogue::not_bound(state, scene))),
        }
        Ok(self.with_scene(|scene| dialogue::bound(state, scene)))
    }

    /// Sends the card anew where this chat may see the case.
    async fn show(&mut self, tx: &mut Tx, state: ChatState, id: CaseId) -> Result<Turn> {
        let seen = tx.case(id).await?.filter(|case| {
            case.reporters.contains(&self.party())
                || self
                    .person
                    .as_ref()
                    .is_some_and(|person| access::sees(&self.city.city, &person.code, case))
                || self.chat.unit.as_ref().is_some_and(|unit| case.involves(unit))
        });
        let Some(case) = seen else {
            return Ok(self.with_scene(|scene| dialogue::no_case(state, scene)));
        };
        tx.forget_card(self.chat.id, Some(id)).await?;
        let mut turn = Turn::of(state);
        turn.replies.push(self.app.card(&self.city, &case, &self.chat));
        Ok(turn)
    }

    /// Open cases that this person, or this group's unit, may have to act on.
    async fn tasks(&self, tx: &mut Tx) -> Result<Vec<Case>> {
        // What is on one member's hands is not the group's to read.
        let person = self.person.as_ref().filter(|_| self.chat.kind == ChatKind::Private);
        let person = person.map(|person| &person.code);
        Ok(tx.tasks(person, &self.units()).await?)
    }

    /// The units whose work is this chat's business.
    fn units(&self) -> Vec<UnitCode> {
        if let Some(unit) = &self.chat.unit {
            return vec![unit.clone()];
        }
        let posts = self.person.iter().flat_map(|person| &person.posts);
        access::working_units(&self.city.city, posts)
    }

    fn party(&self) -> Party {
        self.person.as_ref().map_or(Party::Chat(self.chat.id), |person| Party::Person(person.code.clone()))
    }

    fn say(&self, state: ChatState, words: impl FnOnce(&Scene<'_>) -> Message) -> Turn {
        Turn::of(state).say(self.with_scene(words))
    }
}

impl Prepared {
    /// For one report alone.
    async fn of(tx: &Tx, report: &Report, now: DateTime<Utc>) -> Result<Self> {
        let points: Vec<Point> = report.place.point().into_iter().collect();
        let near = same_as(tx, &points, now).await?.pop().unwrap_or_default();
        Ok(Self { id: tx.new_case_ids(1).await?[0], near })
    }
}

/// Cases that reports at these places may be the same as.
pub(super) async fn same_as(tx: &Tx, points: &[Point], now: DateTime<Utc>) -> Result<Vec<Vec<Case>>> {
    Ok(tx.near(points, SAME_M, now - SAME_SINCE).await?)
}
