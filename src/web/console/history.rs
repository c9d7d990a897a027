//! The history of a case in words: every event, who, when, from where, and the text as it was.

use super::words::Words;
use crate::domain::{Case, CaseNumber, Event, Fact, Material, UnitCode, event::Clocks};

/// One step as a page shows it.
pub(super) struct Step {
    pub seq: u32,
    /// When, by the person's own time.
    pub said_at: String,
    /// When the server heard it, where that is another minute.
    pub heard_at: Option<String>,
    /// The person's time was not believed.
    pub capped: bool,
    pub who: String,
    pub via: &'static str,
    /// What happened.
    pub what: String,
    /// The words of it, line by line.
    pub lines: Vec<String>,
}

/// The steps, the newest first.
pub(super) fn steps(case: &Case, events: &[Event], words: &Words<'_>) -> Vec<Step> {
    events.iter().rev().map(|event| step(case, event, words)).collect()
}

/// One step.
pub(super) fn step(case: &Case, event: &Event, words: &Words<'_>) -> Step {
    let (what, lines) = told(case, &event.fact, words);
    let apart = (event.at - event.said_at).num_seconds().abs() >= 60;
    Step {
        seq: event.seq,
        said_at: words.time(event.said_at),
        heard_at: apart.then(|| words.time(event.at)),
        capped: event.capped,
        who: words.who(&event.by, case),
        via: words.via(event.via),
        what,
        lines: lines.into_iter().filter(|line| !line.trim().is_empty()).collect(),
    }
}

type Told = (String, Vec<String>);

fn told(case: &Case, fact: &Fact, words: &Words<'_>) -> Told {
    let say = |chinese: &str, english: &str| words.word(chinese, english).to_owned();
    let one = |what: String, line: &str| (what, vec![line.to_owned()]);
    match fact {
        Fact::Reported { origin, category, material, desk, .. } => {
            let what = format!("{} · {}", say("上报", "reported"), words.origin(*origin));
            let mut lines = vec![words.category(category), words.unit(desk)];
            lines.extend(pieces(material, words));
            (what, lines)
        }
        Fact::Whistled { unit, clocks, .. } => {
            (of(words, "哨响", "whistle blown", unit), limits(Some(clocks), words))
        }
        Fact::Answered { unit, lead, .. } => (
            of(words, "接哨", "answered", unit),
            vec![format!("{} {}", say("牵头", "lead:"), words.person(lead))],
        ),
        Fact::Joined { unit, helper } => {
            (of(words, "协同", "helper joined", unit), vec![words.person(helper)])
        }
        Fact::Arrived { unit, arrival, .. } => {
            (of(words, "人到", "arrived", unit), vec![words.arrival(arrival)])
        }
        Fact::Settled { unit, condition, words: text, self_resolved, .. } => {
            let what = if *self_resolved {
                of(words, "自办", "settled on the spot", unit)
            } else {
                of(words, "事了", "settled", unit)
            };
            (what, vec![closing(case, *condition, words), text.clone()])
        }
        Fact::Returned { unit, reason, .. } => one(of(words, "退回", "returned", unit), reason),
        Fact::Reassigned { unit, reason, clocks, .. } => {
            let mut lines = vec![reason.clone()];
            lines.extend(limits(clocks.as_ref(), words));
            (of(words, "改派", "reassigned to", unit), lines)
        }
        Fact::Called { unit, reason, words: text, .. } => {
            (of(words, "吹哨部门", "department called", unit), vec![words.call_reason(*reason), text.clone()])
        }
        Fact::Scored { unit, score } => {
            one(of(words, "评价部门", "department scored", unit), &format!("{score}/5"))
        }
        Fact::Reminded { unit } => (of(words, "提醒", "reminded", unit), Vec::new()),
        Fact::Escalated { level, reason, .. } => {
            one(format!("{} · {}", say("升级", "escalated"), words.level(*level)), reason)
        }
        other => also_told(case, other, words),
    }
}

/// The facts that stand beside the main line.
fn also_told(case: &Case, fact: &Fact, words: &Words<'_>) -> Told {
    let say = |chinese: &str, english: &str| words.word(chinese, english).to_owned();
    let one = |what: String, line: &str| (what, vec![line.to_owned()]);
    match fact {
        Fact::ExtensionAsked { reason } => one(say("申请延期", "asked for more time"), reason),
        Fact::Extended { from, to, words: text, .. } => {
            let line = format!("{} → {}", words.time(from.at), words.time(to.at));
            (say("同意延期", "more time granted"), vec![line, text.clone()])
        }
        Fact::ExtensionRefused { words: text } => one(say("不同意延期", "more time refused"), text),
        Fact::Suspended { until, reason } => {
            one(format!("{} {}", say("挂账至", "suspended until"), words.time(*until)), reason)
        }
        Fact::Resumed { clocks, .. } => {
            (say("恢复计时", "the clock runs again"), limits(clocks.as_ref(), words))
        }
        Fact::Urged { owed } => one(say("催办", "urged"), &owed.words),
        Fact::Supervised { owed } => one(say("督办", "supervised"), &owed.words),
        Fact::Replied { words: text } => one(say("回复", "replied"), text),
        Fact::PrecheckAsked { worker } => {
            one(say("请网格员先去看", "a worker was asked to look first"), &words.person(worker))
        }
        Fact::Prechecked { found: true, words: text } => {
            one(say("看过：情况属实", "looked: it is there"), text)
        }
        Fact::Prechecked { found: false, words: text } => {
            one(say("看过：没有发现", "looked: it is not there"), text)
        }
        Fact::Merged { into, reason } => {
            one(format!("{} {}", say("并入", "merged into"), CaseNumber::of(*into)), reason)
        }
        Fact::Absorbed { from, .. } => {
            (format!("{} {}", say("并入了", "took in"), CaseNumber::of(*from)), Vec::new())
        }
        Fact::CheckPassedOn { to, until } => {
            let line = format!("{} {}", say("截至", "until"), words.time(*until));
            one(format!("{} {}", say("核查转给", "the check goes to"), words.checker(*to)), &line)
        }
        Fact::Closed { words: text } => one(say("结案", "closed"), text),
        Fact::Reworked { reason, .. } => one(say("返工", "to be done again"), reason),
        Fact::Rated { score, solved, words: text } => {
            let solved = if *solved { say("已解决", "solved") } else { say("未解决", "not solved") };
            let line = text.clone().unwrap_or_default();
            one(format!("{} {score}/5 · {solved}", say("回访", "rated")), &line)
        }
        Fact::Reopened { reason, clocks, .. } => {
            let mut lines = vec![reason.clone()];
            lines.extend(limits(Some(clocks), words));
            (say("重开", "reopened"), lines)
        }
        Fact::Declined { reason } => one(say("不予立案", "declined"), reason),
        Fact::Voided { reason } => one(say("作废", "voided"), reason),
        other => corrected(case, other, words),
    }
}

/// The facts that correct what was told.
fn corrected(_case: &Case, fact: &Fact, words: &Words<'_>) -> Told {
    let say = |chinese: &str, english: &str| words.word(chinese, english).to_owned();
    match fact {
        Fact::Recategorised { category, clocks, .. } => {
            let mut lines = vec![words.category(category)];
            lines.extend(limits(clocks.as_ref(), words));
            (say("改类别", "category changed"), lines)
        }
        Fact::Rerouted { from, to } => {
            let from = from.as_ref().map(|unit| format!("{} → ", words.ground(unit))).unwrap_or_default();
            (say("改网格", "grid corrected"), vec![format!("{from}{}", words.ground(to))])
        }
        Fact::Located { place, desk, reason } => {
            let point = place.point().map(|point| format!("{:.5}, {:.5}", point.lat, point.lon));
            let lines = [point, place.words.clone(), Some(words.unit(desk)), reason.clone()];
            (say("补充位置", "place given"), lines.into_iter().flatten().collect())
        }
        Fact::Added { material } => (say("补充", "added"), pieces(material, words)),
        Fact::Amended { from, to, .. } => {
            let from = from.as_ref().map(|from| format!("{} {from}", say("原文：", "before:")));
            (say("修改了消息", "edited a message"), from.into_iter().chain([to.clone()]).collect())
        }
        Fact::Detached { .. } => (say("内容移到另一上报", "pieces moved to another report"), Vec::new()),
        Fact::Recomputed { clocks, .. } => (
            say("按新公布的日历重算时限", "deadlines computed again by the new calendar"),
            limits(clocks.as_ref(), words),
        ),
        // Everything else is told above.
        _ => (String::new(), Vec::new()),
    }
}

fn of(words: &Words<'_>, chinese: &str, english: &str, unit: &UnitCode) -> String {
    format!("{} · {}", words.word(chinese, english), words.ground(unit))
}

fn limits(clocks: Option<&Clocks>, words: &Words<'_>) -> Vec<String> {
    let Some(clocks) = clocks else { return Vec::new() };
    vec![format!(
        "{} {} · {} {} · {} {}",
        words.word("接哨", "answer by"),
        words.time(clocks.answer.at),
        words.word("人到", "arrive by"),
        words.time(clocks.arrive.at),
        words.word("事了", "settle by"),
        words.time(clocks.settle.at),
    )]
}

fn closing(case: &Case, condition: usize, words: &Words<'_>) -> String {
    let category = words.city.catalogue.get(&case.category);
    let condition = category.and_then(|category| category.closing_conditions.get(condition));
    condition.map(|one| words.word(&one.text, &one.text_en).to_owned()).unwrap_or_default()
}

fn pieces(material: &[Material], words: &Words<'_>) -> Vec<String> {
    let piece = |piece: &Material| match (&piece.words, piece.photo, piece.voice) {
        (Some(text), _, _) => text.clone(),
        (None, Some(_), _) => words.word("［照片］", "[photo]").to_owned(),
        (None, None, Some(_)) => words.word("［语音］", "[voice]").to_owned(),
        _ => String::new(),
    };
    material.iter().map(piece).collect()
}
