//! Which forms a case page offers: those that the domain would let this person do now. Each is asked
//! of [`decide`](life::decide) itself with plausible answers, so no second table of rules can go stale.

use super::{
    form::{Field, Form},
    words::Words,
};
use crate::{
    app::{Desk, Snapshot},
    atlas::{Datum, Point},
    domain::{
        Actor, CallReason, Case, CaseId, City, Command, Fix, PersonCode, PlaceSource, Refusal, Stage,
        UnitCode, Via, life,
    },
};
use chrono::{DateTime, Duration, Utc};

/// A case on a desk.
pub(super) struct Board<'a> {
    pub case: &'a Case,
    pub desk: &'a Desk,
    pub snapshot: &'a Snapshot,
    pub words: Words<'a>,
    pub now: DateTime<Utc>,
}

impl Board<'_> {
    pub fn city(&self) -> &City {
        &self.snapshot.city
    }

    /// The forms that could succeed, in the order of a case's life.
    pub fn forms(&self) -> Vec<Form> {
        let offers = [self.triage(), self.work(), self.follow(), self.end(), self.correct()];
        let wanted = offers
            .into_iter()
            .flatten()
            .filter(|(_, plausible)| plausible.iter().any(|command| self.would_accept(command)));
        // A form that has nothing to choose from cannot be filled in.
        let fillable = |form: &Form| {
            form.fields
                .iter()
                .all(|field| field.input != "choice" || !field.required || !field.groups.is_empty())
        };
        wanted.map(|(form, _)| form).filter(fillable).collect()
    }

    /// A date that is out of range is still a matter of choosing another.
    fn would_accept(&self, command: &Command) -> bool {
        let by = Actor::person(self.desk.person.clone(), self.now, Via::Console);
        match life::decide(self.case, command.clone(), &by, self.city(), self.now) {
            Ok(decision) => !decision.events.is_empty(),
            Err(refusal) => matches!(refusal, Refusal::DateOutOfRange { .. }),
        }
    }

    /// The range that the domain allows a date in; none when it has no objection to `command`.
    fn range(&self, command: Command) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let by = Actor::person(self.desk.person.clone(), self.now, Via::Console);
        match life::decide(self.case, command, &by, self.city(), self.now) {
            Err(Refusal::DateOutOfRange { earliest, latest }) => Some((earliest, latest)),
            _ => None,
        }
    }

    fn word<'w>(&self, chinese: &'w str, english: &'w str) -> &'w str {
        self.words.word(chinese, english)
    }

    fn reason(&self) -> Field {
        Field::words("reason", self.word("原因", "Reason"))
    }

    fn line(&self) -> Field {
        Field::words("words", self.word("说明", "A line"))
    }
}

/// A form with the commands that it could become.
type Offer = (Form, Vec<Command>);

/// Stands for what a person would type.
fn typed() -> String {
    "…".to_owned()
}

impl Board<'_> {
    /// While it waits for a decision.
    fn triage(&self) -> Vec<Offer> {
        let grid = self.grid();
        let owner = grid.clone().or_else(|| self.another_grid());
        let mut whistle = Form::new("whistle", self.word("吹哨", "Blow the whistle"));
        whistle = match &grid {
            Some(grid) => whistle.hint(format!(
                "{} {}",
                self.word("地图找到：", "The map says:"),
                self.words.ground(grid)
            )),
            None => whistle.hint(
                self.word("地图没有找到网格，请指定承办单位。", "The map found no grid: name the owner."),
            ),
        };
        let owners = Field::choice("owner", self.word("承办单位", "Owner"), self.owners());
        let owners = owners.preset(grid.map(|grid| grid.0).unwrap_or_default());
        let worker = self.workers().into_iter().flat_map(|group| group.choices).next();
        let worker = PersonCode(worker.map(|choice| choice.value).unwrap_or_default());
        vec![
            (whistle.field(owners), vec![Command::Whistle { owner: owner.clone() }]),
            (
                Form::new("ask_precheck", self.word("请网格员先去看", "Ask a worker to look first"))
                    .field(Field::choice("worker", self.word("网格员", "Worker"), self.workers())),
                vec![Command::AskPrecheck { worker }],
            ),
            (
                Form::new("precheck", self.word("先看的结果", "What was found"))
                    .field(Field::choice(
                        "found",
                        self.word("情况", "Finding"),
                        Self::yes_no(
                            self.word("属实", "It is there"),
                            self.word("没有发现", "It is not there"),
                        ),
                    ))
                    .field(self.line()),
                vec![Command::Precheck { found: true, words: typed() }],
            ),
        ]
    }

    /// For whoever also belongs to the owner.
    fn work(&self) -> Vec<Offer> {
        let category = self.city().catalogue.get(&self.case.category);
        let conditions = category.map(|category| category.closing_conditions.as_slice()).unwrap_or_default();
        let conditions = conditions.iter().enumerate().map(|(index, one)| {
            super::form::Choice::new(index.to_string(), self.word(&one.text, &one.text_en))
        });
        let conditions = vec![super::form::Group::new("", conditions.collect())];
        vec![
            (Form::new("answer", self.word("接哨", "I am coming")), vec![Command::Answer]),
            (Form::new("join", self.word("协同", "I help the lead")), vec![Command::Join]),
            (
                Form::new("arrive", self.word("人到", "I am there")).hint(self.word(
                    "这里没有定位，会标为未核实。",
                    "There is no position here: it is marked as not verified.",
                )),
                vec![Command::Arrive { fix: None }],
            ),
            (
                Form::new("settle", self.word("事了", "It is settled"))
                    .field(Field::choice("condition", self.word("结案条件", "Closing condition"), conditions))
                    .field(self.line()),
                vec![Command::Settle { condition: 0, words: typed(), photos: Vec::new() }],
            ),
            (
                Form::new("return", self.word("退回", "Send back")).field(self.reason()),
                vec![Command::Return { reason: typed() }],
            ),
            (
                Form::new("ask_extension", self.word("申请延期", "Ask for more time")).field(self.reason()),
                vec![Command::AskExtension { reason: typed() }],
            ),
        ]
    }

    /// While somebody is on it.
    #[expect(clippy::too_many_lines, reason = "a table: a form after a form")]
    fn follow(&self) -> Vec<Offer> {
        let decide = |until| Command::DecideExtension { until, words: typed() };
        let far = self.now + Duration::days(3_650);
        let granted =
            self.range(decide(Some(far))).map_or(self.now + Duration::days(1), |(_, latest)| latest);
        let suspend = |until| Command::Suspend { until, reason: typed() };
        let week = self.now + Duration::days(7);
        let until = self.range(suspend(week)).map_or(week, |(_, latest)| latest);
        let called: Vec<UnitCode> = self
            .case
            .departments
            .iter()
            .filter(|whistle| whistle.stage == Stage::Settled && whistle.score.is_none())
            .map(|whistle| whistle.unit.clone())
            .collect();
        let scored = called.iter().map(|unit| super::form::Choice::new(unit.as_str(), self.words.unit(unit)));
        let scored = vec![super::form::Group::new("", scored.collect())];
        vec![
            (
                Form::new("decide_extension", self.word("决定延期", "Decide on more time"))
                    .hint(
                        self.case
                            .extension_asked
                            .as_ref()
                            .map(|asked| format!("{}：{}", self.words.person(&asked.by), asked.reason))
                            .unwrap_or_default(),
                    )
                    .field(Field::choice(
                        "granted",
                        self.word("决定", "Decision"),
                        Self::yes_no(self.word("同意", "Grant"), self.word("不同意", "Refuse")),
                    ))
                    .field(
                        Field::moment(
                            "until",
                            self.word("同意至", "Granted until"),
                            self.words.moment(granted),
                        )
                        .optional(),
                    )
                    .field(self.line()),
                vec![decide(None), decide(Some(granted))],
            ),
            (
                Form::new("reply", self.word("回复催办、督办", "Answer an urging or a supervision"))
                    .field(self.line()),
                vec![Command::Reply { words: typed() }],
            ),
            (
                Form::new("urge", self.word("催办", "Urge")).field(self.line()),
                vec![Command::Urge { words: typed() }],
            ),
            (
                Form::new("supervise", self.word("督办", "Supervise")).field(self.line()),
                vec![Command::Supervise { words: typed() }],
            ),
            (
                Form::new("reassign", self.word("改派", "Give to another owner"))
                    .hint(self.word("换单位则重新计时。", "Another unit's clock starts again."))
                    .field(Field::choice("owner", self.word("承办单位", "Owner"), self.owners()))
                    .field(self.reason()),
                self.another_grid()
                    .into_iter()
                    .map(|owner| Command::Reassign { owner, reason: typed() })
                    .collect(),
            ),
            (
                Form::new("call_department", self.word("吹哨部门", "Call a department"))
                    .field(Field::choice("department", self.word("部门", "Department"), self.departments()))
                    .field(Field::choice("reason", self.word("理由", "Why"), self.call_reasons()))
                    .field(self.line()),
                self.departments()
                    .into_iter()
                    .flat_map(|group| group.choices)
                    .map(|choice| Command::CallDepartment {
                        department: UnitCode(choice.value),
                        reason: CallReason::BeyondPowers,
                        words: typed(),
                    })
                    .collect(),
            ),
            (
                Form::new("score_department", self.word("评价部门", "Score a department"))
                    .field(Field::choice("department", self.word("部门", "Department"), scored))
                    .field(Field::choice("score", self.word("评分", "Score"), Self::scores())),
                called
                    .into_iter()
                    .map(|department| Command::ScoreDepartment { department, score: 5 })
                    .collect(),
            ),
            (
                Form::new("escalate", self.word("升级", "One level up")).field(self.reason()),
                vec![Command::Escalate { reason: typed() }],
            ),
            (
                Form::new("suspend", self.word("挂账", "Suspend"))
                    .hint(self.word("到期自动恢复；每案一次。", "It resumes by itself; once a case."))
                    .field(Field::moment("until", self.word("至", "Until"), self.words.moment(until)))
                    .field(self.reason()),
                vec![suspend(until)],
            ),
            (Form::new("resume", self.word("恢复计时", "Resume")), vec![Command::Resume]),
        ]
    }

    /// Where it ends.
    fn end(&self) -> Vec<Offer> {
        let elsewhere = CaseId(self.case.id.0 + 1);
        vec![
            (
                Form::new("check", self.word("核查", "Check"))
                    .field(Field::choice(
                        "passed",
                        self.word("结果", "Result"),
                        Self::yes_no(
                            self.word("通过，结案", "Passed: close it"),
                            self.word("不通过，返工", "Not passed: to be done again"),
                        ),
                    ))
                    .field(self.line().optional()),
                vec![Command::Check { passed: true, words: typed() }],
            ),
            (
                Form::new("rate", self.word("代来电人评价", "Rate for a caller"))
                    .field(Field::choice("score", self.word("评分", "Score"), Self::scores()))
                    .field(Field::choice(
                        "solved",
                        self.word("是否解决", "Solved?"),
                        Self::yes_no(self.word("已解决", "Solved"), self.word("未解决", "Not solved")),
                    ))
                    .field(self.line().optional()),
                vec![Command::Rate { score: 5, solved: true, words: None }],
            ),
            (
                Form::new("reopen", self.word("重开", "Reopen")).field(self.reason()),
                vec![Command::Reopen { reason: typed() }],
            ),
            (
                Form::new("merge", self.word("并案", "Merge"))
                    .hint(self.word(
                        "本案结束，上报人转到另一案。",
                        "This case ends; its reporters follow the other.",
                    ))
                    .field(Field::line("into", self.word("并入案件号", "Number of the other case")))
                    .field(self.reason()),
                vec![Command::Merge { into: elsewhere, reason: typed() }],
            ),
            (
                Form::new("decline", self.word("不予立案", "Decline"))
                    .hint(self.word("上报人会收到原因。", "The reporter is told why."))
                    .field(self.reason()),
                vec![Command::Decline { reason: typed() }],
            ),
            (
                Form::new("void", self.word("作废", "Void"))
                    .hint(self.word("上报人会收到原因。", "The reporter is told why."))
                    .field(self.reason()),
                vec![Command::Void { reason: typed() }],
            ),
        ]
    }

    /// What was told, put right.
    fn correct(&self) -> Vec<Offer> {
        let other = self.city().catalogue.iter().find(|category| category.code != self.case.category);
        let middle = self.case.place.point().or_else(|| centre(self.snapshot, [&self.case.desk]));
        let mut offers = vec![(
            Form::new("recategorise", self.word("改类别", "Change the category")).field(
                Field::choice("category", self.word("类别", "Category"), self.categories())
                    .preset(self.case.category.as_str()),
            ),
            other.map(|other| Command::Recategorise { category: other.code.clone() }).into_iter().collect(),
        )];
        offers.push((
            Form::new("reroute", self.word("改网格", "Correct the grid")).field(Field::choice(
                "grid",
                self.word("网格", "Grid"),
                self.grids(),
            )),
            self.another_grid().into_iter().map(|grid| Command::Reroute { grid }).collect(),
        ));
        if let Some(middle) = middle {
            let fix = Fix::new(middle.lon, middle.lat, Datum::Wgs84, PlaceSource::Map);
            let place = Box::new(self.snapshot.place(&fix));
            offers.push((
                Form::new("locate", self.word("定位置", "Give the place"))
                    .field(Field::point(
                        self.word("在地图上点选", "Pick it on the map"),
                        middle.lat,
                        middle.lon,
                    ))
                    .field(Field::line("place", self.word("位置描述", "The place in words")).optional()),
                vec![Command::Locate { place }],
            ));
        }
        offers.push((
            Form::new("add", self.word("补充说明", "Add a line")).field(self.line()),
            vec![super::read::note(typed(), self.now)],
        ));
        offers
    }

    /// A grid that the case is not with now.
    fn another_grid(&self) -> Option<UnitCode> {
        let own = self.case.whistle.as_ref().map(|whistle| &whistle.unit);
        let grids =
            self.grids().into_iter().flat_map(|group| group.choices).map(|choice| UnitCode(choice.value));
        let found = self.grid();
        grids.into_iter().find(|code| Some(code) != own && Some(code) != found.as_ref())
    }
}

/// Where a map begins: in the middle of the first of `units` that has ground, else of the whole map.
pub(super) fn centre<'u>(
    snapshot: &Snapshot,
    units: impl IntoIterator<Item = &'u UnitCode>,
) -> Option<Point> {
    let edition = &snapshot.edition;
    let own = units.into_iter().find_map(|unit| edition.centre(unit.as_str()));
    own.or_else(|| {
        edition
            .bounds()
            .map(|(a, b)| Point { lon: f64::midpoint(a.lon, b.lon), lat: f64::midpoint(a.lat, b.lat) })
    })
}
