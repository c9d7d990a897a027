//! Random people, random commands, random clocks: what holds whatever happens.

use super::*;
use crate::domain::{
    case::{Checker, State},
    command::SelfResolved,
};
use proptest::prelude::*;

const PEOPLE: [&str; 18] = [
    "clock",
    "resident",
    "nobody",
    "worker",
    "worker2",
    "far_worker",
    "secretary",
    "grid_lead",
    "building_lead",
    "entrance_lead",
    "secretary2",
    "dispatcher",
    "dispatcher2",
    "community_leader",
    "subdistrict_leader",
    "officer",
    "clerk",
    "admin",
];
const COMMANDS: u8 = 35;

/// One attempt: who, what, with which detail, how many minutes later, and how far off the phone's clock is.
#[derive(Clone, Copy, Debug)]
struct Attempt {
    who: &'static str,
    command: u8,
    detail: u16,
    later: i64,
    phone: i64,
}

fn attempts() -> impl Strategy<Value = Vec<Attempt>> {
    let later = prop_oneof![6 => 0_i64..40, 3 => 40_i64..600, 1 => 600_i64..6_000];
    let phone = prop_oneof![6 => Just(0_i64), 3 => -90_i64..10, 1 => -6_000_i64..6_000];
    let who = prop::option::weighted(0.25, prop::sample::select(&PEOPLE[..]));
    let attempt = (who, usual_commands(), any::<u16>(), later, phone);
    let attempt = attempt.prop_map(|(who, command, detail, later, phone)| {
        let who = who.unwrap_or_else(|| usual_person(command, detail));
        Attempt { who, command, detail, later, phone }
    });
    prop::collection::vec(attempt, 1..100)
}

/// Every command; those that move a case on more often, those that end it otherwise more rarely.
fn usual_commands() -> impl Strategy<Value = u8> {
    const ENDS: [u8; 4] = [21, 26, 27, 28];
    let stays: Vec<u8> = (0..COMMANDS).filter(|index| !ENDS.contains(index)).collect();
    prop_oneof![
        60 => prop::sample::select(vec![2_u8, 3, 3, 5, 5, 5, 6, 6, 6, 10, 11, 13, 23, 24]),
        40 => prop::sample::select(stays),
        1 => prop::sample::select(&ENDS[..]),
    ]
}

/// Somebody who may well give this command.
fn usual_person(command: u8, detail: u16) -> &'static str {
    let people: &[&str] = match command {
        0 | 2 | 9 | 12 | 15..=17 | 26 | 27 => &["dispatcher", "admin"],
        1 => &["worker", "worker2"],
        3..=6 | 8 | 14 | 20 => {
            &["secretary", "secretary", "secretary", "secretary", "secretary2", "officer", "officer"]
        }
        10 | 11 => &["secretary", "dispatcher"],
        13 => &["clock"],
        18 | 19 => &["community_leader"],
        23 => &["worker2", "resident", "dispatcher"],
        _ => &["worker", "resident"],
    };
    people[usize::from(detail) % people.len()]
}

fn command(index: u8, detail: u16, story: &Story) -> Command {
    let now = story.now;
    let pick = |list: &[&'static str]| list[usize::from(detail) % list.len()];
    let yes = !detail.is_multiple_of(3);
    let text = || if detail.is_multiple_of(11) { String::new() } else { "because".to_owned() };
    let photos = || if detail.is_multiple_of(7) { Vec::new() } else { vec![MediaId(i64::from(detail))] };
    let ahead = Duration::hours(i64::from(detail % 100));
    let score = (detail % 7) as u8;
    match index {
        0 => Command::AskPrecheck { worker: pick(&["worker", "worker2", "secretary"]).into() },
        1 => Command::Precheck { found: yes, words: text() },
        2 => Command::Whistle { owner: yes.then(|| pick(&["G1", "G2", "U1", "C1", "?"]).into()) },
        3 => Command::Answer,
        4 => Command::Join,
        5 => Command::Arrive { fix: yes.then(|| fix(120.45 + f64::from(detail % 10) / 1_000.0, 36.39)) },
        6 => Command::Settle { condition: usize::from(detail % 3), words: text(), photos: photos() },
        7 => Command::SelfResolve { words: text(), photos: photos() },
        8 => Command::Return { reason: text() },
        9 => Command::Reassign { owner: pick(&["G1", "G2", "G3", "U1", "S1"]).into(), reason: text() },
        10 => call(pick(&["U1", "U1", "U1", "U2", "G1"])),
        11 => Command::ScoreDepartment { department: pick(&["U1", "U1", "U2"]).into(), score },
        12 => Command::Escalate { reason: text() },
        13 => Command::Wake,
        14 => Command::AskExtension { reason: text() },
        15 => Command::DecideExtension {
            until: yes.then(|| later_than_due(&story.case, now) + ahead / 4),
            words: text(),
        },
        16 => Command::Suspend { until: now + ahead, reason: text() },
        17 => Command::Resume,
        18 => Command::Urge { words: text() },
        19 => Command::Supervise { words: text() },
        20 => Command::Reply { words: text() },
        21 => Command::Merge { into: CaseId(i64::from(detail % 2)), reason: text() },
        22 => {
            Command::Absorb { from: CaseId(5), reporters: vec![Party::Chat(ChatId(i64::from(detail % 4)))] }
        }
        23 => Command::Check { passed: yes, words: text() },
        24 => Command::Rate { score, solved: yes, words: None },
        25 => Command::Reopen { reason: text() },
        26 => Command::Decline { reason: text() },
        27 => Command::Void { reason: text() },
        28 => Command::Undo,
        29 => Command::Recategorise { category: pick(&[SHOP, GAS, LITTER, "99999"]).into() },
        30 => Command::Reroute { grid: pick(&["G1", "G2", "G3", "C1"]).into() },
        31 => Command::Locate { place: Box::new(if yes { in_g1() } else { outside() }), reason: None },
        32 => Command::Add { material: vec![words(&text(), now)] },
        33 => Command::Amend { message: "because".to_owned(), words: format!("because {detail}") },
        _ => Command::Detach { messages: vec!["because".to_owned()] },
    }
}

fn later_than_due(case: &Case, now: DateTime<Utc>) -> DateTime<Utc> {
    case.whistle.as_ref().map_or(now, |whistle| whistle.settle.at)
}

fn beginnings() -> impl Strategy<Value = Story> {
    let origin = prop::sample::select(vec![
        (Origin::Worker, "worker"),
        (Origin::Resident, "resident"),
        (Origin::Dispatcher, "dispatcher"),
        (Origin::Open311, "nobody"),
    ]);
    let category = prop::sample::select(vec![SHOP, GAS, LITTER, "00000"]);
    let start = 0_i64..400_000;
    (origin, category, any::<bool>(), any::<bool>(), start).prop_map(
        |(origin, category, inside, resolved, start)| {
            let place = if inside { in_g1() } else { outside() };
            let mut report = report(origin.0, category, place);
            let done = SelfResolved { words: "swept".to_owned(), photos: vec![MediaId(1)] };
            report.self_resolved = (resolved && origin.0 == Origin::Worker && start % 4 == 0).then_some(done);
            let now = at("2026-01-01 00:00") + Duration::minutes(start);
            Story::opened(report, origin.1, &local(now))
        },
    )
}

/// What is true of every case.
fn sound(story: &Story) {
    let case = &story.case;
    assert_eq!(case.version as usize, story.events.len());
    assert!(story.events.iter().zip(1..).all(|(event, seq)| event.seq == seq), "no gap in the history");
    assert_eq!(Case::replay(&story.events).as_ref(), Some(case), "replay gives the same case");
    ordered(&case.times, "the case");
    for whistle in case.whistle.iter().chain(&case.departments) {
        ordered(&whistle.times, whistle.unit.as_str());
        one_lead(whistle);
        assert!(whistle.started <= whistle.answer.at);
    }
    assert_eq!(case.state == State::Settled, case.check.is_some(), "a settled case waits for a check");
    owner_stands_where_the_case_does(case);
    alarmed(story);
}

fn ordered(times: &Times, whose: &str) {
    let steps = [times.reported, times.whistled, times.answered, times.arrived, times.settled, times.closed];
    let steps: Vec<_> = steps.into_iter().flatten().collect();
    assert!(steps.is_sorted(), "stage times of {whose} run backwards: {times:?}");
}

fn one_lead(whistle: &Whistle) {
    match whistle.stage {
        Stage::Whistled => assert_eq!((&whistle.lead, whistle.helpers.len()), (&None, 0), "nobody leads yet"),
        Stage::Answered | Stage::Arrived | Stage::Settled => {
            assert!(whistle.lead.is_some(), "somebody leads");
        }
        Stage::Returned => {}
    }
    let crew: Vec<_> = whistle.crew().collect();
    assert!(crew.iter().all(|one| crew.iter().filter(|other| other == &one).count() == 1), "each once");
}

fn owner_stands_where_the_case_does(case: &Case) {
    let stage = case.whistle.as_ref().map(|whistle| whistle.stage);
    match case.state {
        State::Reported => assert!(matches!(stage, None | Some(Stage::Returned))),
        State::Whistled => assert_eq!(stage, Some(Stage::Whistled)),
        State::Answered => assert_eq!(stage, Some(Stage::Answered)),
        State::Arrived => assert_eq!(stage, Some(Stage::Arrived)),
        State::Settled | State::Closed => assert_eq!(stage, Some(Stage::Settled)),
        State::Declined | State::Voided | State::Merged => {}
    }
}

/// An alarm is set whenever a clock runs; none in the end.
fn alarmed(story: &Story) {
    let case = &story.case;
    if case.state.is_terminal() {
        assert_eq!((case.wake_at, &case.suspended), (None, &None));
        return;
    }
    if let Some(suspension) = &case.suspended {
        let alarm = case.wake_at.expect("a suspension ends by itself");
        assert!(alarm >= suspension.until, "the clocks stand");
        return;
    }
    let owner = case.whistle.as_ref().filter(|_| case.state.is_open());
    let owner_runs = owner.is_some_and(|whistle| whistle.escalation < Escalation::District);
    let asked = case.check.as_ref().is_some_and(|check| check.asked != Checker::Dispatcher);
    let desk_runs = case.desk_ladder.is_some_and(|ladder| ladder.level < Escalation::District);
    if owner_runs || asked || desk_runs {
        assert!(case.wake_at.is_some(), "a clock runs without an alarm: {case:#?}");
    }
}

fn attempt(story: &mut Story, attempt: Attempt) {
    story.now += Duration::minutes(attempt.later);
    let command = command(attempt.command, attempt.detail, story);
    let said_at = story.now + Duration::minutes(attempt.phone);
    let by = actor(attempt.who, said_at);
    let before = story.case.clone();
    let Ok(decision) = decide(&before, command.clone(), &by, &story.city, story.now) else { return };
    if decision.events.is_empty() {
        assert_eq!(decision.case, before, "no change without an event");
        assert_eq!(decision.effects, [], "nothing leaves without an event");
        return;
    }
    if before.state.is_terminal() {
        let reopened = before.state == State::Closed && decision.case.state == State::Whistled;
        assert!(decision.case.state == before.state || reopened, "an end is an end");
    }
    first_times_stay(&before, &decision.case);
    believable(&decision.events, story);
    story.events.extend(decision.events);
    story.case = decision.case;
    sound(story);
}

fn first_times_stay(before: &Case, after: &Case) {
    let all = |times: &Times| {
        [times.reported, times.whistled, times.answered, times.arrived, times.settled, times.closed]
    };
    for (old, new) in all(&before.times).into_iter().zip(all(&after.times)) {
        assert!(old.is_none() || old == new, "a first time was moved");
    }
}

fn believable(events: &[Event], story: &Story) {
    let policy = &story.city.policy;
    for event in events {
        assert_eq!(event.at, story.now);
        let latest = story.events.iter().map(|event| event.said_at).max().unwrap();
        assert!(event.said_at <= (story.now + policy.clock_skew).max(latest), "said in the future");
    }
}

/// The alarm rings when it is due, as the clockwork does it.
fn ring(story: &mut Story) {
    if story.case.wake_at.is_none_or(|at| at > story.now) {
        return;
    }
    let climbed = story.case.escalation;
    let decision =
        decide(&story.case, Command::Wake, &Actor::clock(story.now), &story.city, story.now).unwrap();
    assert!(!decision.events.is_empty(), "something was due");
    assert!(
        decision.case.wake_at.is_none_or(|at| at > story.now),
        "waking makes progress: {:#?}",
        decision.case
    );
    let ladder = Escalation::next(climbed).unwrap_or(climbed);
    let desk = decision.case.desk_ladder.is_some();
    assert!(desk || decision.case.escalation <= ladder, "no burst up the ladder");
    polite(&decision, story);
    story.events.extend(decision.events);
    story.case = decision.case;
    sound(story);
}

/// In quiet hours nobody is told anything, unless a clock of the case runs day and night.
fn polite(decision: &Decision, story: &Story) {
    let quiet = story.city.calendar.next_working(story.now) > story.now;
    let whistles = story.case.whistle.iter().chain(&story.case.departments);
    let urgent = story.case.category.as_str() == GAS || whistles.into_iter().any(|whistle| whistle.urgent);
    if quiet && !urgent {
        assert_eq!(decision.effects, [], "quiet hours");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_case_stays_sound(mut story in beginnings(), attempts in attempts()) {
        sound(&story);
        for one in attempts {
            attempt(&mut story, one);
            ring(&mut story);
        }
    }

    #[test]
    fn left_alone_it_climbs_the_ladder_and_falls_silent(mut story in beginnings()) {
        let mut rung = 0;
        while let Some(alarm) = story.case.wake_at {
            story.now = alarm.max(story.now);
            ring(&mut story);
            rung += 1;
            prop_assert!(rung < 30, "it rings for ever");
        }
        let silent = story.case.state.is_terminal() || story.case.escalation == Escalation::District;
        prop_assert!(silent, "nobody at the top was told");
    }

    #[test]
    fn a_refusal_tells_why_in_words(mut story in beginnings(), attempts in attempts()) {
        for one in attempts {
            let command = command(one.command, one.detail, &story);
            let by = actor(one.who, story.now);
            if let Err(refusal) = decide(&story.case, command, &by, &story.city, story.now) {
                prop_assert!(!refusal.to_string().is_empty());
            }
            attempt(&mut story, one);
        }
    }
}

/// The walks above prove nothing about what they never reach.
#[test]
fn random_walks_reach_every_state_and_fact() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let walks = (beginnings(), attempts());
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..2_400 {
        let (mut story, attempts) = walks.new_tree(&mut runner).unwrap().current();
        for one in attempts {
            attempt(&mut story, one);
            ring(&mut story);
            seen.insert(story.case.state.as_str().to_owned());
        }
        seen.extend(story.events.iter().map(|event| format!("fact {}", kind(&event.fact))));
    }
    let facts = [
        "absorbed",
        "added",
        "amended",
        "answered",
        "arrived",
        "called",
        "check_passed_on",
        "closed",
        "declined",
        "deferred",
        "detached",
        "escalated",
        "extended",
        "extension_asked",
        "extension_refused",
        "joined",
        "located",
        "merged",
        "precheck_asked",
        "prechecked",
        "rated",
        "reassigned",
        "recategorised",
        "reminded",
        "reopened",
        "replied",
        "reported",
        "rerouted",
        "resumed",
        "returned",
        "reworked",
        "scored",
        "settled",
        "supervised",
        "suspended",
        "urged",
        "voided",
        "whistled",
    ];
    let wanted = facts.iter().map(|fact| format!("fact {fact}"));
    let wanted = wanted.chain(State::ALL.iter().map(|state| state.as_str().to_owned()));
    let missed: Vec<_> = wanted.filter(|one| !seen.contains(one)).collect();
    assert_eq!(missed, Vec::<String>::new());
}
