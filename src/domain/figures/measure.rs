//! The figures as a list, for tables: each with its code and its names.

use super::{Figures, Rate, Spread};
use crate::domain::CaseId;

/// A figure with its names.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure<'a> {
    /// In the API and in files.
    pub code: &'static str,
    /// 中文
    pub name: &'static str,
    /// English.
    pub name_en: &'static str,
    /// What it is.
    pub value: Value<'a>,
}

/// What a figure is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// So many cases.
    Count(&'a [CaseId]),
    /// Minutes.
    Minutes(&'a Spread),
    /// A share.
    Share(&'a Rate),
    /// So many per hundred; the list is what was counted.
    Per100(Option<f64>, &'a [CaseId]),
}

impl Figures {
    /// Every figure in the order of a report.
    pub fn measures(&self) -> Vec<Measure<'_>> {
        use Value::{Count, Minutes, Per100, Share};
        let measure = |code, name, name_en, value| Measure { code, name, name_en, value };
        vec![
            measure("reported", "上报数", "reported", Count(&self.reported)),
            measure("whistled", "哨响数", "whistled", Count(&self.whistled)),
            measure("settled", "事了数", "settled", Count(&self.settled)),
            measure("closed", "结案数", "closed", Count(&self.closed)),
            measure("answer", "接哨用时", "answer time", Minutes(&self.answer)),
            measure("response", "响应用时", "response time", Minutes(&self.response)),
            measure("settlement", "处置用时", "settlement time", Minutes(&self.settlement)),
            measure("closure", "结案用时", "closure time", Minutes(&self.closure)),
            measure("arrived_on_time", "按期到场率", "arrived on time", Share(&self.arrived_on_time)),
            measure("handled", "处置率", "handled", Share(&self.handled)),
            measure("handled_on_time", "按期处置率", "handled on time", Share(&self.handled_on_time)),
            measure("closed_rate", "结案率", "closed", Share(&self.closed_rate)),
            measure("reworked", "返工率", "reworked", Share(&self.reworked)),
            measure("returned", "退回率", "returned", Share(&self.returned)),
            measure("extended", "延期率", "extended", Share(&self.extended)),
            measure("reopened", "重开率", "reopened", Share(&self.reopened)),
            measure("self_resolved", "自办率", "self-resolved", Share(&self.self_resolved)),
            measure("verified", "到场核实率", "verified arrivals", Share(&self.verified)),
            measure("responded", "响应率（回访）", "responded (of those rated)", Share(&self.responded)),
            measure("solved", "解决率（回访）", "solved (of those rated)", Share(&self.solved)),
            measure("satisfied", "满意率（回访）", "satisfied (of those rated)", Share(&self.satisfied)),
            measure(
                "department_whistles",
                "吹哨率（每百件）",
                "department whistles per 100",
                Per100(self.whistles_per_100(), &self.department_whistles),
            ),
        ]
    }
}
