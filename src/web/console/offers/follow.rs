//! While somebody is on it: following up, more time, departments.

use super::{Board, Offer, typed};
use crate::{
    domain::{CallReason, Command, Stage, UnitCode},
    web::console::form::{Choice, Field, Form, Group},
};
use chrono::Duration;

impl Board<'_> {
    /// While somebody is on it.
    pub(super) fn follow(&self) -> Vec<Offer> {
        vec![
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
                Form::new("escalate", self.word("升级", "One level up")).field(self.reason()),
                vec![Command::Escalate { reason: typed() }],
            ),
        ]
    }

    /// More time, or a stopped clock.
    pub(super) fn pace(&self) -> Vec<Offer> {
        let decide = |until| Command::DecideExtension { until, words: typed() };
        let far = self.now + Duration::days(3_650);
        let granted =
            self.range(decide(Some(far))).map_or(self.now + Duration::days(1), |(_, latest)| latest);
        let suspend = |until| Command::Suspend { until, reason: typed() };
        let week = self.now + Duration::days(7);
        let until = self.range(suspend(week)).map_or(week, |(_, latest)| latest);
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
                Form::new("suspend", self.word("挂账", "Suspend"))
                    .hint(self.word("到期自动恢复；每案一次。", "It resumes by itself; once a case."))
                    .field(Field::moment("until", self.word("至", "Until"), self.words.moment(until)))
                    .field(self.reason()),
                vec![suspend(until)],
            ),
            (Form::new("resume", self.word("恢复计时", "Resume")), vec![Command::Resume]),
        ]
    }

    /// Departments: calling one, and saying how it was.
    pub(super) fn departments_called(&self) -> Vec<Offer> {
        let called: Vec<UnitCode> = self
            .case
            .departments
            .iter()
            .filter(|whistle| whistle.stage == Stage::Settled && whistle.score.is_none())
            .map(|whistle| whistle.unit.clone())
            .collect();
        let scored = called.iter().map(|unit| Choice::new(unit.as_str(), self.words.unit(unit)));
        let scored = vec![Group::new("", scored.collect())];
        vec![
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
        ]
    }
}
