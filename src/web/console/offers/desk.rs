//! What a dispatcher decides: while the case waits, where it ends, and what was told put right.

use super::{Board, Offer, typed};
use crate::{
    atlas::Datum,
    domain::{CaseId, Command, Fix, PersonCode, PlaceSource},
    web::console::{
        form::{Field, Form},
        read::note,
    },
};

impl Board<'_> {
    /// While it waits for a decision.
    pub(super) fn triage(&self) -> Vec<Offer> {
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

    /// Where it ends.
    pub(super) fn end(&self) -> Vec<Offer> {
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
    pub(super) fn correct(&self) -> Vec<Offer> {
        let other = self.city().catalogue.iter().find(|category| category.code != self.case.category);
        let middle =
            self.case.place.point().or_else(|| self.snapshot.edition.beginning([self.case.desk.as_str()]));
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
                vec![Command::Locate { place, reason: None }],
            ));
        }
        offers.push((
            Form::new("add", self.word("补充说明", "Add a line")).field(self.line()),
            vec![note(typed(), self.now)],
        ));
        offers
    }
}
