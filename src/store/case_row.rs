//! A case as a row: the whole of it in `body`, and the columns that queries look for.

use super::{
    Result,
    column::{corrupt, from_json, json, ms, ms_opt, party, person, word},
};
use crate::domain::{Case, CaseId, Party, Place, Stage, Whistle};
use entity::{case_party, case_unit, cases};
use sea_orm::{NotSet, Set};
use std::collections::BTreeMap;

/// The key of a case that nothing is owed on: behind every deadline.
pub(super) const NEVER_DUE: i64 = i64::MAX;

/// The row of a case, less its id.
pub(super) fn to_row(case: &Case) -> Result<cases::ActiveModel> {
    let mut row = columns(case);
    row.body = Set(json("cases", case)?);
    row.words = Set(words(case));
    Ok(row)
}

/// The case of a row.
pub(super) fn from_row(row: cases::Model) -> Result<Case> {
    let mut case: Case = from_json("cases", row.id, &row.body)?;
    if i64::from(case.version) != i64::from(row.version) {
        return Err(corrupt("cases", row.id, "the version of its body is not the row's"));
    }
    case.id = CaseId(row.id);
    Ok(case)
}

/// What queries look for, without the words and the body.
pub(super) fn columns(case: &Case) -> cases::ActiveModel {
    let whistle = case.whistle.as_ref();
    let (times, located) = (&case.times, &case.place.located);
    let point = case.place.point();
    let dates: Vec<i64> = case.dates().map(ms).collect();
    cases::ActiveModel {
        id: NotSet,
        version: Set(case.version as i32),
        state: Set(case.state.as_str().to_owned()),
        origin: Set(word(&case.origin)),
        category: Set(case.category.to_string()),
        desk: Set(case.desk.to_string()),
        owner: Set(whistle.map(|whistle| whistle.unit.to_string())),
        grid: Set(grid(&case.place)),
        map_grid: Set(located.grid.clone()),
        community: Set(located.community.clone()),
        subdistrict: Set(located.subdistrict.clone()),
        reporter: Set(party(case.reporters.first().unwrap_or(&Party::Anonymous))),
        lead: Set(whistle.and_then(|whistle| whistle.lead.as_ref()).map(ToString::to_string)),
        lon: Set(point.map(|point| point.lon)),
        lat: Set(point.map(|point| point.lat)),
        reported_at: Set(reported_at(case)),
        whistled_at: Set(ms_opt(times.whistled)),
        answered_at: Set(ms_opt(times.answered)),
        arrived_at: Set(ms_opt(times.arrived)),
        settled_at: Set(ms_opt(times.settled)),
        closed_at: Set(ms_opt(times.closed)),
        answer_due: Set(whistle.map(|whistle| ms(whistle.answer.at))),
        arrive_due: Set(whistle.map(|whistle| ms(whistle.arrive.at))),
        settle_due: Set(whistle.map(|whistle| ms(whistle.settle.at))),
        first_at: Set(dates.iter().copied().min().unwrap_or(0)),
        last_at: Set(dates.iter().copied().max().unwrap_or(0)),
        due_at: Set(ms_opt(case.due().map(|due| due.at))),
        due_key: Set(due_key(case)),
        waits: Set(case.waits()),
        stuck: Set(case.is_stuck()),
        provisional: Set(provisional(case)),
        escalation: Set(case.escalation as i32),
        wake_at: Set(ms_opt(case.wake_at)),
        stuck_since: Set(None),
        suspended: Set(case.suspended.is_some()),
        supervised: Set(case.supervised.as_ref().is_some_and(|owed| owed.answer.is_none())),
        joint: Set(!case.departments.is_empty()),
        urged: Set(case.urged.iter().any(|owed| owed.answer.is_none())),
        extension_asked: Set(case.extension_asked.is_some()),
        self_resolved: Set(case.settlement.as_ref().is_some_and(|settlement| settlement.self_resolved)),
        words: NotSet,
        body: NotSet,
    }
}

fn grid(place: &Place) -> Option<String> {
    place.corrected_to.as_ref().map(ToString::to_string).or_else(|| place.located.grid.clone())
}

/// When it was reported, milliseconds since 1970: a list's key, so never absent.
pub(super) fn reported_at(case: &Case) -> i64 {
    case.times.reported.map_or(0, ms)
}

/// When the next thing that is owed is due, milliseconds since 1970; [`NEVER_DUE`] when nothing is.
pub(super) fn due_key(case: &Case) -> i64 {
    case.due().map_or(NEVER_DUE, |due| ms(due.at))
}

fn provisional(case: &Case) -> bool {
    let open = open(case).flat_map(|one| [one.answer, one.arrive, one.settle]);
    !case.state.is_terminal() && open.chain(case.triage).any(|due| due.provisional)
}

/// The whistles that something is still owed on.
fn open(case: &Case) -> impl Iterator<Item = &Whistle> {
    whistles(case).map(|(_, whistle)| whistle).filter(|whistle| owes(case, whistle))
}

fn whistles(case: &Case) -> impl Iterator<Item = (&'static str, &Whistle)> {
    let departments = case.departments.iter().map(|whistle| ("department", whistle));
    case.whistle.iter().map(|whistle| ("owner", whistle)).chain(departments)
}

fn owes(case: &Case, whistle: &Whistle) -> bool {
    !case.state.is_terminal() && !matches!(whistle.stage, Stage::Settled | Stage::Returned)
}

/// Everything that was told, and the place's words.
fn words(case: &Case) -> String {
    let told = case.material.iter().filter_map(|piece| piece.words.as_deref());
    let whole: Vec<&str> = told.chain(case.place.words.as_deref()).collect();
    whole.join("\n").to_lowercase()
}

/// The units of a case, each once a kind; a department that was called again counts as open.
pub(super) fn units(id: CaseId, case: &Case) -> Vec<case_unit::ActiveModel> {
    let mut found: BTreeMap<(&str, &str), (Stage, bool)> = BTreeMap::new();
    for (kind, whistle) in whistles(case) {
        let open = owes(case, whistle);
        let one = found.entry((kind, whistle.unit.as_str())).or_insert((whistle.stage, open));
        *one = (whistle.stage, one.1 || open);
    }
    let row = |((kind, unit), (stage, open)): ((&str, &str), (Stage, bool))| case_unit::ActiveModel {
        case_id: Set(id.0),
        unit: Set(unit.to_owned()),
        kind: Set(kind.to_owned()),
        stage: Set(word(&stage)),
        open: Set(open),
    };
    found.into_iter().map(row).collect()
}

/// The people and chats of a case, each once a part.
pub(super) fn parties(id: CaseId, case: &Case) -> Vec<case_party::ActiveModel> {
    let mut found: BTreeMap<(String, &str), bool> = BTreeMap::new();
    for reporter in case.reporters.iter().filter(|reporter| **reporter != Party::Anonymous) {
        found.insert((party(reporter), "reporter"), false);
    }
    for (_, whistle) in whistles(case) {
        let leads = whistle.lead.iter().map(|lead| (lead, "lead"));
        let helpers = whistle.helpers.iter().map(|helper| (helper, "helper"));
        for (code, part) in leads.chain(helpers) {
            *found.entry((person(code), part)).or_default() |= owes(case, whistle);
        }
    }
    if let Some(settlement) = &case.settlement {
        found.insert((person(&settlement.by), "settler"), false);
    }
    let row = |((party, part), open): ((String, &str), bool)| case_party::ActiveModel {
        case_id: Set(id.0),
        party: Set(party),
        part: Set(part.to_owned()),
        open: Set(open),
    };
    found.into_iter().map(row).collect()
}

/// The photos and voice notes that a case refers to.
pub(super) fn media(case: &Case) -> Vec<i64> {
    let told = case
        .material
        .iter()
        .flat_map(|piece| piece.photo.map(|photo| photo.media).into_iter().chain(piece.voice));
    let settled = case.settlement.iter().flat_map(|settlement| settlement.photos.iter().copied());
    told.chain(settled).map(|media| media.0).collect()
}
