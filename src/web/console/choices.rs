//! What a dispatcher may choose from: owners, departments, workers, matters.

use super::{
    form::{Choice, Group},
    offers::Board,
    words::Words,
};
use crate::domain::{CallReason, Category, PersonCode, Role, UnitCode, UnitLevel};
use std::collections::BTreeMap;

impl Board<'_> {
    /// Grids by community, the case's own community first, then departments.
    pub(super) fn owners(&self) -> Vec<Group> {
        let mut groups = self.grids();
        groups.push(Group::new(self.words.word("部门", "Departments"), self.units(UnitLevel::Department)));
        groups
    }

    /// The grids on this desk's ground, by community, the case's own first.
    pub(super) fn grids(&self) -> Vec<Group> {
        let organisation = &self.city().organisation;
        let own = organisation.above(&self.case.desk, UnitLevel::Community).map(|unit| unit.code.clone());
        let mut communities: BTreeMap<(bool, UnitCode), Vec<Choice>> = BTreeMap::new();
        for code in self.desk.grounds(self.city()) {
            if organisation.unit(&code).is_none_or(|unit| unit.level != UnitLevel::Grid) {
                continue;
            }
            let Some(community) = organisation.above(&code, UnitLevel::Community) else { continue };
            let key = (Some(&community.code) != own.as_ref(), community.code.clone());
            communities.entry(key).or_default().push(Choice::new(code.as_str(), self.answering(&code)));
        }
        communities.into_iter().map(|((_, code), grids)| Group::new(self.words.unit(&code), grids)).collect()
    }

    /// The unit's name, and whether a whistle would be heard there.
    fn answering(&self, code: &UnitCode) -> String {
        let name = self.words.unit(code);
        if !self.city().organisation.responders(code).is_empty() {
            return name;
        }
        format!("{name}{}", self.words.word("（无人应哨）", " (nobody answers there)"))
    }

    pub(super) fn departments(&self) -> Vec<Group> {
        vec![Group::new("", self.units(UnitLevel::Department))]
    }

    /// 城管局（违建、占道）: what a department has published that it may be called for stands beside it.
    fn unit_with_work(&self, code: &UnitCode) -> String {
        let name = self.answering(code);
        let work = self.city().organisation.unit(code).map_or(&[][..], |unit| &unit.work_list);
        if work.is_empty() { name } else { format!("{name}（{}）", work.join("、")) }
    }

    fn units(&self, level: UnitLevel) -> Vec<Choice> {
        let organisation = &self.city().organisation;
        let mut codes: Vec<_> =
            organisation.units().filter(|unit| unit.level == level).map(|unit| unit.code.clone()).collect();
        codes.sort();
        codes.iter().map(|code| Choice::new(code.as_str(), self.unit_with_work(code))).collect()
    }

    /// The grid workers of the case's grid, then those of its community.
    pub(super) fn workers(&self) -> Vec<Group> {
        let organisation = &self.city().organisation;
        let grid = self.grid();
        let near = grid.iter().flat_map(|grid| organisation.holders(grid, &[Role::GridWorker])).collect();
        let community = organisation.above(grid.as_ref().unwrap_or(&self.case.desk), UnitLevel::Community);
        let others = community.into_iter().flat_map(|community| organisation.children(&community.code));
        let others = others
            .filter(|code| Some(*code) != grid.as_ref())
            .flat_map(|code| organisation.holders(code, &[Role::GridWorker]))
            .collect();
        let people = |codes: Vec<PersonCode>| {
            codes.iter().map(|code| Choice::new(code.as_str(), self.words.person(code))).collect::<Vec<_>>()
        };
        vec![
            Group::new(self.words.word("本网格", "This grid"), people(near)),
            Group::new(self.words.word("本社区其他网格", "Other grids of the community"), people(others)),
        ]
    }

    /// Every matter by its major class; those that the words point to come first.
    pub(super) fn categories(&self) -> Vec<Group> {
        let told: Vec<&str> = self.case.material.iter().filter_map(|piece| piece.words.as_deref()).collect();
        matters(&self.words, &told.join(" "))
    }

    pub(super) fn call_reasons(&self) -> Vec<Group> {
        let choice = |reason: CallReason| {
            let value = serde_json::to_value(reason).ok();
            let value = value.as_ref().and_then(|value| value.as_str()).unwrap_or_default().to_owned();
            Choice::new(value, self.words.call_reason(reason))
        };
        vec![Group::new("", CallReason::ALL.into_iter().map(choice).collect())]
    }

    pub(super) fn scores() -> Vec<Group> {
        vec![Group::new(
            "",
            (1..=5).rev().map(|score| Choice::new(score.to_string(), format!("{score}"))).collect(),
        )]
    }

    pub(super) fn yes_no(yes: &str, no: &str) -> Vec<Group> {
        vec![Group::new("", vec![Choice::new("yes", yes), Choice::new("no", no)])]
    }

    /// The grid that the case lies in, by a person's word or the map's.
    pub(super) fn grid(&self) -> Option<UnitCode> {
        let located = self.case.place.located.grid.clone().map(UnitCode);
        self.case.place.corrected_to.clone().or(located)
    }
}

/// Every matter by its major class; those that `told` points to come first.
pub(super) fn matters(words: &Words<'_>, told: &str) -> Vec<Group> {
    let catalogue = &words.city.catalogue;
    let choice = |category: &Category| Choice::new(category.code.as_str(), words.category(&category.code));
    let likely =
        catalogue.guesses(told).into_iter().take(5).filter_map(|code| catalogue.get(&code)).map(choice);
    let mut groups = vec![Group::new(words.word("可能是", "Likely"), likely.collect())];
    let mut majors: Vec<(&str, Vec<Choice>)> = Vec::new();
    for category in catalogue.iter() {
        let major = words.word(&category.major, &category.major_en);
        match majors.last_mut() {
            Some((last, choices)) if *last == major => choices.push(choice(category)),
            _ => majors.push((major, vec![choice(category)])),
        }
    }
    groups.extend(majors.into_iter().map(|(major, choices)| Group::new(major, choices)));
    groups
}
