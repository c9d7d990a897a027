//! Choices as buttons: reasons, departments, matters, grids, closing conditions. Pages of six.

use super::{
    Button, Language, Message, Scene,
    card::speech,
    data::{Action, Data, Tag},
    texts::{key, say},
};
use crate::domain::{
    CallReason, Case, CaseId, Category, Unit, UnitCode, UnitLevel, catalogue::UNCATEGORISED,
};

const PAGE: usize = 6;
/// The usual reasons of a return, in the order of their buttons.
const RETURN_REASONS: [&str; 4] = [
    key("return-not-our-grid"),
    key("return-needs-department"),
    key("return-duplicate"),
    key("return-not-found"),
];

fn button(case: &Case, label: String, action: Action) -> Button {
    Button { label, data: Data::on(case.id, case.version, action).encode() }
}

/// The usual reasons of a return.
pub(super) fn return_reasons(case: &Case, scene: &Scene<'_>) -> Message {
    let reasons = RETURN_REASONS.iter().enumerate();
    let buttons: Vec<Button> = reasons
        .map(|(index, reason)| button(case, say!(scene.speech(), reason), Action::Because(index as u8)))
        .collect();
    Message { buttons: rows(buttons, 2), ..Message::line(say!(scene.speech(), "ask-why-return")) }
}

/// The words of a usual reason.
pub(super) fn return_reason(index: u8, language: Language) -> Option<String> {
    RETURN_REASONS.get(usize::from(index)).map(|reason| say!(language, reason))
}

/// The closing conditions of the matter.
pub(super) fn conditions(case: &Case, scene: &Scene<'_>) -> Message {
    let conditions = scene.city.catalogue.get(&case.category).map(|category| &category.closing_conditions);
    let buttons = conditions.into_iter().flatten().enumerate().map(|(index, condition)| {
        let label = match scene.speech() {
            Language::Chinese => condition.text.clone(),
            Language::English => condition.text_en.clone(),
        };
        vec![button(case, label, Action::Condition(index as u8))]
    });
    Message { buttons: buttons.collect(), ..Message::line(say!(scene.speech(), "settle-condition")) }
}

/// The three reasons for which a department may be called.
pub(super) fn reasons(case: &Case, scene: &Scene<'_>) -> Message {
    let buttons = CallReason::ALL.iter().enumerate().map(|(index, reason)| {
        vec![button(case, speech(scene).call_reason(*reason), Action::CallFor(index as u8, 0))]
    });
    Message { buttons: buttons.collect(), ..Message::line(say!(scene.speech(), "call-why")) }
}

/// Every department and social organisation, in code order.
pub(super) fn all_departments<'a>(scene: &Scene<'a>) -> Vec<&'a Unit> {
    let called = |unit: &&Unit| matches!(unit.level, UnitLevel::Department | UnitLevel::Organisation);
    let mut units: Vec<&Unit> = scene.city.organisation.units().filter(called).collect();
    units.sort_by(|a, b| a.level.cmp(&b.level).then(a.code.cmp(&b.code)));
    units
}

/// A page of departments.
pub(super) fn departments(case: &Case, reason: u8, page: u8, scene: &Scene<'_>) -> Message {
    let all = all_departments(scene);
    let buttons = all.iter().map(|unit| {
        button(case, speech(scene).unit(&unit.code), Action::Summon(reason, Tag::of(unit.code.as_str())))
    });
    let mut message = Message::line(say!(scene.speech(), "department-ask"));
    message.buttons = paged(case, buttons.collect(), page, scene, |page| Action::CallFor(reason, page));
    message
}

/// The departments whose names hold the words.
pub(super) fn found_departments(case: CaseId, reason: u8, words: &str, scene: &Scene<'_>) -> Message {
    let wanted = words.to_lowercase();
    let holds = |unit: &&&Unit| {
        let names = [Some(&unit.name), unit.name_en.as_ref()];
        names.into_iter().flatten().any(|name| {
            let name = name.to_lowercase();
            name.contains(&wanted) || wanted.contains(&name)
        })
    };
    let all = all_departments(scene);
    let found: Vec<Vec<Button>> = all
        .iter()
        .filter(holds)
        .take(PAGE)
        .map(|unit| {
            let action = Action::Summon(reason, Tag::of(unit.code.as_str()));
            vec![Button { label: speech(scene).unit(&unit.code), data: Data::on(case, 0, action).encode() }]
        })
        .collect();
    let line = if found.is_empty() {
        say!(scene.speech(), "department-none", words = words)
    } else {
        say!(scene.speech(), "department-found")
    };
    Message { buttons: found, ..Message::line(line) }
}

/// The likely matters, and the way to all of them.
pub(super) fn guesses(case: &Case, scene: &Scene<'_>) -> Message {
    let words: Vec<&str> = case.material.iter().filter_map(|piece| piece.words.as_deref()).collect();
    let guesses = scene.city.catalogue.guesses(&words.join("\n"));
    let buttons = guesses
        .into_iter()
        .filter(|code| *code != case.category)
        .take(PAGE)
        .map(|code| button(case, speech(scene).matter(&code), Action::Minor(Tag::of(code.as_str()))));
    let mut buttons = rows(buttons.collect(), 2);
    if buttons.is_empty() {
        return majors(case, 0, scene);
    }
    buttons.push(vec![button(case, say!(scene.speech(), "button-all-matters"), Action::Majors(0))]);
    Message { buttons, ..Message::line(say!(scene.speech(), "category-ask")) }
}

/// A page of the major classes.
pub(super) fn majors(case: &Case, page: u8, scene: &Scene<'_>) -> Message {
    let names = major_classes(scene).into_iter().enumerate();
    let buttons = names.map(|(index, category)| {
        let label = match scene.speech() {
            Language::Chinese => category.major.clone(),
            Language::English => category.major_en.clone(),
        };
        button(case, label, Action::Minors(index as u8, 0))
    });
    let mut message = Message::line(say!(scene.speech(), "category-ask-major"));
    message.buttons = paged(case, buttons.collect(), page, scene, Action::Majors);
    message
}

/// A page of the matters of a major class.
pub(super) fn minors(case: &Case, major: u8, page: u8, scene: &Scene<'_>) -> Message {
    let classes = major_classes(scene);
    let Some(class) = classes.get(usize::from(major)) else { return majors(case, 0, scene) };
    let members = scene.city.catalogue.iter().filter(|category| category.major == class.major);
    let buttons = members.map(|category| {
        let action = Action::Minor(Tag::of(category.code.as_str()));
        button(case, category.name_in(scene.language).to_owned(), action)
    });
    let mut message = Message::line(say!(scene.speech(), "category-ask"));
    message.buttons = paged(case, buttons.collect(), page, scene, |page| Action::Minors(major, page));
    message
}

/// The first matter of each major class, in code order.
fn major_classes<'a>(scene: &Scene<'a>) -> Vec<&'a Category> {
    let mut classes: Vec<&Category> = Vec::new();
    for category in scene.city.catalogue.iter().filter(|category| category.code.as_str() != UNCATEGORISED) {
        if classes.iter().all(|known| known.major != category.major) {
            classes.push(category);
        }
    }
    classes
}

/// The grids that the reporter may mean: the candidates of the map, then the same community's.
pub(super) fn grids(case: &Case, scene: &Scene<'_>) -> Message {
    let organisation = &scene.city.organisation;
    let now = owner(case);
    let mut codes: Vec<UnitCode> =
        case.place.located.candidates.iter().map(|candidate| candidate.code.clone().into()).collect();
    let community = now.as_ref().and_then(|grid| organisation.above(grid, UnitLevel::Community));
    codes.extend(community.into_iter().flat_map(|unit| organisation.children(&unit.code)).cloned());
    let mut seen = std::collections::HashSet::new();
    codes.retain(|code| Some(code) != now.as_ref() && seen.insert(code.clone()));
    let buttons = codes
        .into_iter()
        .take(2 * PAGE)
        .map(|code| button(case, speech(scene).ground(&code), Action::Grid(Tag::of(code.as_str()))));
    let buttons = rows(buttons.collect(), 1);
    let line =
        if buttons.is_empty() { say!(scene.speech(), "grid-none") } else { say!(scene.speech(), "grid-ask") };
    Message { buttons, ..Message::line(line) }
}

/// The grid that a case is with, or would be.
pub(super) fn owner(case: &Case) -> Option<UnitCode> {
    let whistled = case.whistle.as_ref().map(|whistle| whistle.unit.clone());
    let chosen = || case.place.corrected_to.clone();
    whistled.or_else(chosen).or_else(|| case.place.located.grid.clone().map(UnitCode::from))
}

fn paged(
    case: &Case,
    buttons: Vec<Button>,
    page: u8,
    scene: &Scene<'_>,
    turn: impl Fn(u8) -> Action,
) -> Vec<Vec<Button>> {
    let pages = buttons.len().div_ceil(PAGE).clamp(1, usize::from(u8::MAX));
    let page = usize::from(page).min(pages - 1);
    let shown = buttons.into_iter().skip(page * PAGE).take(PAGE).collect();
    let mut rows = rows(shown, 2);
    let mut arrows = Vec::new();
    if page > 0 {
        arrows.push(button(case, say!(scene.speech(), "button-back"), turn(page as u8 - 1)));
    }
    if page + 1 < pages {
        arrows.push(button(case, say!(scene.speech(), "button-more"), turn(page as u8 + 1)));
    }
    if !arrows.is_empty() {
        rows.push(arrows);
    }
    rows
}

/// Buttons in rows of `wide`.
pub(super) fn rows(buttons: Vec<Button>, wide: usize) -> Vec<Vec<Button>> {
    buttons.chunks(wide).map(<[Button]>::to_vec).collect()
}
