//! What dispatchers and leaders decide.

use super::*;
use crate::domain::case::State;

fn reason() -> String {
    "because".to_owned()
}

#[test]
fn a_dispatcher_whistles_for_the_routed_grid_or_a_named_owner() {
    let story = Story::reported().by("dispatcher", whistle());
    assert_eq!((story.case.state, story.owner().unit.as_str()), (State::Whistled, "G1"));
    assert_eq!((story.case.triage, story.case.desk_ladder), (None, None));
    let named = |unit: &str| Command::Whistle { owner: Some(unit.into()) };
    assert_eq!(Story::reported().by("admin", named("G2")).owner().unit, "G2".into());
    assert_eq!(
        Story::reported().refusal("dispatcher", named("C1")),
        Refusal::UnknownUnit { unit: "C1".into() }
    );
    let nowhere = Story::opened(report(Origin::Resident, SHOP, outside()), "resident", MORNING);
    assert_eq!(nowhere.refusal("dispatcher2", whistle()), Refusal::OwnerMissing);
    for who in ["dispatcher2", "community_leader", "secretary", "worker", "resident", "nobody"] {
        assert_eq!(Story::reported().refusal(who, whistle()), Refusal::NotYours, "{who}");
    }
    assert_eq!(Story::reported().by("clock", whistle()).case.state, State::Whistled);
}

#[test]
fn reassigned_inside_the_unit_the_clock_goes_on() {
    let before = Story::answered(SHOP).after(20);
    let story = before.clone().by("dispatcher", reassign("G1"));
    assert_eq!((story.case.state, story.case.reassignments), (State::Whistled, 1));
    assert_eq!(story.owner().answer, before.owner().answer);
    assert_eq!(story.owner().settle, before.owner().settle);
    assert_eq!(story.owner().lead, None);
    assert!(story.owner().step_at.is_some());
}

#[test]
fn reassigned_to_another_unit_the_clock_starts_again() {
    let before = Story::answered(SHOP).by("grid_lead", Command::Join).after(20);
    let story = before.by("dispatcher", reassign("G2"));
    assert_eq!(local(story.owner().answer.at), "2026-07-08 10:55");
    assert_eq!(story.heard(), ["secretary2"]);
    assert_eq!(story.told("reassigned"), ["secretary", "grid_lead"]);
    assert_eq!(story.case.times.whistled, Some(at(MORNING)), "the first time stays");
    assert_eq!(story.by("secretary2", Command::Answer).case.state, State::Answered);
}

#[test]
fn reassigning_is_for_a_dispatcher_with_a_reason_and_an_owner_that_exists() {
    let blank = Command::Reassign { owner: "G2".into(), reason: String::new() };
    assert_eq!(Story::whistled(SHOP).refusal("dispatcher", blank), Refusal::ReasonMissing);
    assert_eq!(Story::whistled(SHOP).refusal("secretary", reassign("G2")), Refusal::NotYours);
    let unknown = Refusal::UnknownUnit { unit: "?".into() };
    assert_eq!(Story::whistled(SHOP).refusal("dispatcher", reassign("?")), unknown);
    let called = Story::answered(SHOP).by("secretary", call("U1"));
    assert_eq!(called.refusal("dispatcher", reassign("U1")), Refusal::CalledAlready { unit: "U1".into() });
}

#[test]
fn declined_and_voided_with_a_reason_that_the_reporter_hears() {
    let decline = |reason: &str| Command::Decline { reason: reason.to_owned() };
    let void = |reason: &str| Command::Void { reason: reason.to_owned() };
    assert_eq!(Story::reported().refusal("dispatcher", decline(" ")), Refusal::ReasonMissing);
    assert_eq!(Story::reported().refusal("dispatcher", void("")), Refusal::ReasonMissing);
    assert_eq!(Story::reported().refusal("community_leader", void("x")), Refusal::NotYours);
    let declined = Story::reported().by("dispatcher", decline("private ground"));
    assert_eq!(
        (declined.case.state, declined.told("declined")),
        (State::Declined, vec!["chat 9".to_owned()])
    );
    let voided = Story::answered(SHOP).by("dispatcher", void("a test"));
    assert_eq!(voided.told("voided"), ["secretary", "worker"], "everybody on it, and the reporter");
}

#[test]
fn merged_by_a_dispatcher_or_a_workers_tap() {
    let merge = |into| Command::Merge { into: CaseId(into), reason: reason() };
    for who in ["worker", "worker2", "dispatcher"] {
        let story = Story::answered(SHOP).by(who, merge(7));
        assert_eq!((story.case.state, story.case.merged_into), (State::Merged, Some(CaseId(7))));
    }
    let story = Story::answered(SHOP).by("dispatcher", merge(7));
    assert_eq!(story.told("merged"), ["worker", "secretary"], "the reporter, and the lead on the way");
    assert_eq!(Story::answered(SHOP).refusal("far_worker", merge(7)), Refusal::NotYours);
    assert_eq!(Story::answered(SHOP).refusal("resident", merge(7)), Refusal::NotYours);
    assert_eq!(Story::answered(SHOP).refusal("dispatcher", merge(0)), Refusal::SameCase, "into itself");
}

#[test]
fn all_reporters_follow_the_surviving_case() {
    let absorb = Command::Absorb {
        from: CaseId(3),
        reporters: vec![Party::Chat(ChatId(5)), Party::Person("worker".into())],
    };
    let story = Story::whistled(SHOP).by("far_worker", absorb.clone());
    assert_eq!(story.case.reporters, [Party::Person("worker".into()), Party::Chat(ChatId(5))], "each once");
    let story = story.by("secretary", Command::Answer);
    assert_eq!(story.told("coming"), ["worker", "chat 5"]);
    assert_eq!(Story::closed(SHOP).refusal("dispatcher", absorb.clone()), Refusal::CannotMerge);
    assert_eq!(Story::whistled(SHOP).refusal("resident", absorb), Refusal::NotYours);
}

#[test]
fn a_worker_is_asked_to_look_first_and_the_answer_returns_to_the_case() {
    let ask = |worker: &str| Command::AskPrecheck { worker: worker.into() };
    let found = |found| Command::Precheck { found, words: "a heap of sand".to_owned() };
    let unknown = Refusal::UnknownPerson { person: "secretary".into() };
    assert_eq!(Story::reported().refusal("dispatcher", ask("secretary")), unknown);
    let story = Story::reported().by("dispatcher", ask("worker2"));
    assert_eq!(story.told("precheck_asked"), ["worker2"]);
    assert_eq!(story.refusal("dispatcher", ask("worker2")), Refusal::AlreadyDone);
    assert_eq!(story.refusal("worker", found(true)), Refusal::NotYours);
    let story = story.by("worker2", found(true));
    assert_eq!(story.told("prechecked"), ["dispatcher"]);
    let precheck = story.case.precheck.clone().expect("a precheck");
    assert_eq!(precheck.finding, Some((true, "a heap of sand".to_owned())));
    assert_eq!(story.refusal("worker2", found(false)), Refusal::AlreadyDone);
    assert_eq!(story.case.state, State::Reported);
}

fn ask() -> Command {
    Command::AskExtension { reason: reason() }
}

fn grant(until: &str) -> Command {
    Command::DecideExtension { until: Some(at(until)), words: String::new() }
}

#[test]
fn a_responder_asks_for_more_time_and_a_dispatcher_grants_it() {
    let story = Story::arrived(SHOP).by("secretary", ask());
    assert_eq!(story.told("extension_asked"), ["dispatcher"]);
    assert_eq!(story.refusal("grid_lead", ask()), Refusal::ExtensionWaits);
    assert_eq!(story.refusal("secretary", grant("2026-07-13 18:00")), Refusal::NotYours);
    let story = story.by("dispatcher", grant("2026-07-13 18:00"));
    assert_eq!(local(story.owner().settle.at), "2026-07-13 18:00");
    assert_eq!(story.told("extension_decided"), ["secretary"]);
    assert_eq!(story.case.extensions.len(), 1);
    assert_eq!(local(story.owner().step_at.expect("a step")), "2026-07-14 08:00", "alarms follow");
    assert_eq!(story.refusal("dispatcher", grant("2026-07-14 18:00")), Refusal::NoExtensionAsked);
}

#[test]
fn an_extension_adds_at_most_the_original_limit() {
    let story = Story::arrived(SHOP).by("secretary", ask());
    let range = Refusal::DateOutOfRange { earliest: at("2026-07-10 18:00"), latest: at("2026-07-14 18:00") };
    assert_eq!(story.refusal("dispatcher", grant("2026-07-14 18:01")), range);
    assert_eq!(story.refusal("dispatcher", grant("2026-07-10 18:00")), range);
    assert_eq!(
        local(story.by("dispatcher", grant("2026-07-14 18:00")).owner().settle.at),
        "2026-07-14 18:00"
    );
}

#[test]
fn at_most_two_extensions_and_a_refusal_uses_none() {
    let refuse = || Command::DecideExtension { until: None, words: "try harder".to_owned() };
    let story = Story::arrived(SHOP).by("secretary", ask()).by("dispatcher", refuse());
    assert_eq!((story.case.extensions.len(), &story.case.extension_asked), (0, &None));
    let story = story.by("secretary", ask()).by("dispatcher", grant("2026-07-13 18:00"));
    let story = story.by("secretary", ask()).by("dispatcher", grant("2026-07-14 18:00"));
    assert_eq!(story.refusal("secretary", ask()), Refusal::NoExtensionLeft { used: 2 });
}

#[test]
fn more_time_is_asked_for_only_before_it_is_late() {
    let late = Story::arrived(SHOP).at("2026-07-10 18:01");
    assert_eq!(late.refusal("secretary", ask()), Refusal::TooLate { due: at("2026-07-10 18:00") });
    let blank = Command::AskExtension { reason: String::new() };
    assert_eq!(Story::arrived(SHOP).refusal("secretary", blank), Refusal::ReasonMissing);
    assert_eq!(Story::arrived(SHOP).refusal("far_worker", ask()), Refusal::NotYours);
}

#[test]
fn a_suspended_case_stands_and_resumes_by_itself_with_its_clocks_moved() {
    let story = Story::arrived(SHOP).at("2026-07-08 17:00").by("dispatcher", suspend("2026-07-13 09:00"));
    assert_eq!(story.told("suspended"), ["secretary"]);
    assert_eq!(story.case.wake_at, Some(at("2026-07-13 09:00")), "its only alarm");
    let story = story.wake();
    assert_eq!(story.case.suspended, None);
    // It stood for 1 + 8 + 8 + 1 hours of office time, over a weekend.
    assert_eq!(local(story.owner().settle.at), "2026-07-15 10:00");
    assert_eq!(story.told("resumed"), ["secretary"]);
    let again = story.refusal("dispatcher", suspend("2026-07-20 09:00"));
    assert_eq!(again, Refusal::SuspendedBefore);
}

#[test]
fn a_suspension_has_an_end_in_the_future_a_reason_and_a_dispatcher() {
    let story = Story::arrived(SHOP);
    let out = |until| matches!(story.refusal("dispatcher", suspend(until)), Refusal::DateOutOfRange { .. });
    assert!(out("2026-07-08 10:00") && out("2028-01-01 10:00"));
    let blank = Command::Suspend { until: at("2026-07-20 08:00"), reason: String::new() };
    assert_eq!(story.refusal("dispatcher", blank), Refusal::ReasonMissing);
    assert_eq!(story.refusal("secretary", suspend("2026-07-20 08:00")), Refusal::NotYours);
    assert_eq!(story.refusal("dispatcher", Command::Resume), Refusal::NotSuspended);
    let story = story.by("dispatcher", suspend("2026-07-20 08:00"));
    let stands = Refusal::Suspended { until: at("2026-07-20 08:00") };
    assert_eq!(story.refusal("dispatcher", suspend("2026-07-21 08:00")), stands);
    assert_eq!(story.refusal("dispatcher", escalate()), stands);
    assert_eq!(story.refusal("secretary", ask()), stands);
}

#[test]
fn a_dispatcher_or_a_persons_step_ends_a_suspension_early() {
    let story = Story::answered(SHOP).by("dispatcher", suspend("2026-07-20 08:00")).after(60);
    let resumed = story.clone().by("dispatcher", Command::Resume);
    assert_eq!((resumed.facts(1), &resumed.case.suspended), (vec!["resumed".to_owned()], &None));
    let arrived = story.by("secretary", here());
    assert_eq!(arrived.facts(2), ["resumed", "arrived"]);
    assert_eq!(local(arrived.owner().arrive.at), "2026-07-08 15:00", "an hour later than without");
}

#[test]
fn a_suspended_report_stands_before_its_desk_too() {
    let story = Story::reported().after(30).by("dispatcher", suspend("2026-07-09 10:30")).wake();
    assert_eq!(local(story.case.triage.expect("a limit").at), "2026-07-09 11:00");
    assert_eq!(story.case.wake_at, Some(at("2026-07-09 11:00")));
}

#[test]
fn urging_is_recorded_and_an_answer_is_owed_until_the_next_step() {
    let story = Story::answered(SHOP).by("community_leader", urge());
    assert_eq!(story.told("urged"), ["secretary"]);
    let replied = story.clone().by("secretary", reply());
    assert_eq!(replied.case.urged[0].answer.as_deref(), Some("at noon"));
    assert_eq!(replied.told("replied"), ["community_leader"]);
    assert_eq!(replied.refusal("secretary", reply()), Refusal::NothingOwed);
    let stepped = story.by("secretary", here());
    assert_eq!(stepped.case.urged, [], "the step is the answer");
    assert_eq!(Story::answered(SHOP).refusal("secretary", urge()), Refusal::NotYours);
    let unled = Story::whistled(SHOP).by("dispatcher", urge());
    assert_eq!(unled.told("urged"), ["grid_lead", "secretary", "building_lead", "worker2", "group G1"]);
    let waiting = Story::reported().by("community_leader", urge());
    assert_eq!(waiting.told("urged"), ["dispatcher"]);
}

#[test]
fn supervision_stays_and_words_are_owed() {
    let supervise = || Command::Supervise { words: "I watch this".to_owned() };
    let story = Story::answered(SHOP).by("subdistrict_leader", supervise());
    assert_eq!(story.told("supervised"), ["secretary"]);
    assert_eq!(story.refusal("community_leader", supervise()), Refusal::AlreadyDone);
    let story = story.by("secretary", here());
    assert!(story.case.supervised.as_ref().is_some_and(|owed| owed.answer.is_none()), "a step is no answer");
    let blank = Command::Reply { words: String::new() };
    assert_eq!(story.refusal("secretary", blank), Refusal::WordsMissing);
    assert_eq!(story.refusal("far_worker", reply()), Refusal::NotYours);
    let story = story.by("secretary", reply());
    assert!(story.case.supervised.as_ref().is_some_and(|owed| owed.answer.is_some()));
    assert_eq!(Story::answered(SHOP).refusal("secretary", supervise()), Refusal::NotYours);
}

#[test]
fn a_dispatcher_escalates_by_hand_up_to_the_district() {
    let blank = Command::Escalate { reason: String::new() };
    assert_eq!(Story::whistled(SHOP).refusal("dispatcher", blank), Refusal::ReasonMissing);
    assert_eq!(Story::whistled(SHOP).refusal("community_leader", escalate()), Refusal::NotYours);
    let story = Story::whistled(SHOP).by("dispatcher", escalate());
    assert_eq!(story.told("escalated"), ["community_leader", "group C1"], "but not the one who did it");
    let story = story.by("dispatcher", escalate()).by("dispatcher", escalate());
    assert_eq!(story.case.escalation, Escalation::District);
    assert_eq!(story.told("escalated"), ["district_leader", "group D"]);
    assert_eq!(story.refusal("dispatcher", escalate()), Refusal::TopLevel);
    let waiting = Story::reported().by("dispatcher", escalate());
    assert_eq!(waiting.told("escalated"), ["subdistrict_leader", "group S1"], "above the desk");
}
