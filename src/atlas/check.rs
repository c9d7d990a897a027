//! Whether what was read is a map: the tree first, then the ground layer by layer.

use super::area::AreaLevel;
use super::draft::Draft;
use super::finding::{Finding, Flaw, Severity};
use super::inspect::Inspection;
use super::progress::Watch;
use super::read::Reading;
use super::{coverage, gap, ground, mend, shift};
use std::collections::BTreeMap;

/// Of each level, whether any two of its areas share ground.
pub(super) type Overlaps = [bool; AreaLevel::ALL.len()];

/// Checks and mends. The drafts come back sorted by code, in the form that they are stored in.
pub(super) fn check(reading: Reading, inspection: &Inspection) -> (Vec<Draft>, Vec<Finding>, Overlaps) {
    let Reading { mut drafts, mut findings, dropped, datum } = reading;
    let watch = inspection.watch;
    drafts.sort_by(|a, b| a.code.cmp(&b.code));
    findings.extend(doubles(&drafts));
    findings.extend(parents(&drafts, |code| dropped.contains(code)));
    for draft in &mut drafts {
        findings.extend(tidy(draft));
        draft.put_in_order();
    }
    findings.extend(shift::shift(&drafts, datum, inspection));
    findings.extend(mend_all(&mut drafts, watch));
    let overlaps = AreaLevel::ALL.map(|level| {
        let (found, has_overlaps) = ground::check(&layer(&drafts, level), watch);
        findings.extend(found);
        has_overlaps
    });
    findings.extend(drafts.iter().filter_map(ground::pieces));
    if !has_error(&findings) {
        let whole = AreaLevel::ALL.into_iter().filter(|level| *level != AreaLevel::BuildingGroup);
        // Building groups stand apart in their grid; every other layer is meant to be whole.
        findings.extend(whole.flat_map(|level| gap::gaps(&layer(&drafts, level), watch)));
        findings.extend(coverage::coverage(&drafts, watch));
    }
    findings.sort_by(|a, b| (a.severity, &a.area, a.code).cmp(&(b.severity, &b.area, b.code)));
    (drafts, findings, overlaps)
}

pub(super) fn has_error(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

fn layer(drafts: &[Draft], level: AreaLevel) -> Vec<&Draft> {
    drafts.iter().filter(|draft| draft.level == level && !draft.parts.is_empty()).collect()
}

/// Mends, and tells the rings that nothing was left of.
fn mend_all(drafts: &mut [Draft], watch: Watch) -> Vec<Finding> {
    let before: Vec<_> = drafts.iter().map(|draft| (draft.rings().count(), draft.place())).collect();
    let mut findings = mend::mend(drafts, watch);
    for (draft, (before, place)) in drafts.iter_mut().zip(before) {
        draft.put_in_order();
        if draft.rings().count() < before {
            findings.push(flat(draft).at(place));
        }
    }
    findings
}

fn tidy(draft: &mut Draft) -> Option<Finding> {
    let (before, place) = (draft.rings().count(), draft.place());
    draft.tidy();
    (draft.rings().count() < before).then(|| flat(draft).at(place))
}

fn flat(draft: &Draft) -> Finding {
    Finding::error(
        Flaw::FlatRing,
        "a ring holds no ground: its corners lie on one line or within 2 cm of each other",
        "环没有面积:各顶点在一条线上,或彼此相距不足 2 厘米",
    )
    .of(&draft.code)
}

/// Areas whose code is taken already; the drafts are sorted by code.
fn doubles(drafts: &[Draft]) -> Vec<Finding> {
    let same = drafts.windows(2).filter(|pair| pair[0].code == pair[1].code).map(|pair| &pair[1]);
    let double = |draft: &Draft| {
        let (code, name) = (&draft.code, &draft.name);
        let message = format!("code {code} is used more than once, here by \"{name}\"");
        let message_zh = format!("代码 {code} 重复,此处为“{name}”");
        Finding::error(Flaw::DuplicateCode, message, message_zh).of(code).at(draft.place())
    };
    same.map(double).collect()
}

fn parents(drafts: &[Draft], is_dropped: impl Fn(&str) -> bool) -> Vec<Finding> {
    let levels: BTreeMap<&str, AreaLevel> =
        drafts.iter().map(|draft| (draft.code.as_str(), draft.level)).collect();
    let finding = |draft: &Draft| {
        let finding = match draft.parent.as_deref() {
            None => missing_parent(draft.level)?,
            Some(parent) => match levels.get(parent) {
                Some(level) => wrong_parent(draft.level, parent, *level)?,
                None if is_dropped(parent) => return None,
                None => orphan(parent),
            },
        };
        Some(finding.of(&draft.code).at(draft.place()))
    };
    drafts.iter().filter_map(finding).collect()
}

fn missing_parent(level: AreaLevel) -> Option<Finding> {
    let wanted = either(level)?;
    let message = format!("a {level} needs a parent: the code of its {}", wanted.0);
    let message_zh = format!("{}缺少上级代码,上级应为{}", level.as_zh(), wanted.1);
    Some(Finding::error(Flaw::MissingParent, message, message_zh))
}

fn orphan(parent: &str) -> Finding {
    let message = format!("its parent {parent} is not in the file");
    Finding::error(Flaw::Orphan, message, format!("上级 {parent} 不在文件中"))
}

fn wrong_parent(level: AreaLevel, parent: &str, found: AreaLevel) -> Option<Finding> {
    if level.parents().contains(&found) {
        return None;
    }
    let (wanted, wanted_zh) = either(level).unwrap_or(("none".into(), "无".into()));
    let message = format!("its parent {parent} is a {found}; the parent of a {level} must be: {wanted}");
    let message_zh = format!("上级 {parent} 是{};{}的上级应为:{wanted_zh}", found.as_zh(), level.as_zh());
    Some(Finding::error(Flaw::WrongParentLevel, message, message_zh))
}

/// The levels that a parent may have, in words; `None` for the district.
fn either(level: AreaLevel) -> Option<(String, String)> {
    let parents = level.parents();
    let words = |separator: &str, word: fn(AreaLevel) -> &'static str| {
        parents.iter().map(|parent| word(*parent)).collect::<Vec<_>>().join(separator)
    };
    (!parents.is_empty()).then(|| (words(" or ", AreaLevel::as_str), words("或", AreaLevel::as_zh)))
}
