//! 吹哨: departments beside the owner, each with its own clocks, lead and helpers.

use super::*;
use crate::domain::case::State;

#[test]
fn a_department_gets_its_own_whistle_with_its_own_clocks() {
    let story = Story::arrived(SHOP).by("secretary", call("U1"));
    let department = &story.case.departments[0];
    assert_eq!((department.unit.as_str(), department.stage), ("U1", Stage::Whistled));
    assert_eq!(department.reason, Some(CallReason::BeyondPowers));
    assert_eq!(department.called_by, Some("secretary".into()));
    assert_eq!(local(department.answer.at), "2026-07-08 10:55");
    assert_eq!(story.heard(), ["officer", "officer2"]);
    assert_eq!((story.case.state, &story.owner().lead), (State::Arrived, &Some("secretary".into())));
}

#[test]
fn responders_of_the_owner_and_dispatchers_call() {
    let story = Story::answered(SHOP).by("dispatcher", call("U1"));
    assert_eq!(story.told("department_called"), ["secretary"]);
    assert_eq!(Story::answered(SHOP).by("grid_lead", call("U2")).case.departments.len(), 1);
    for who in ["officer", "far_worker", "dispatcher2", "resident"] {
        assert_eq!(Story::answered(SHOP).refusal(who, call("U1")), Refusal::NotYours, "{who}");
    }
}

#[test]
fn only_departments_are_called_and_each_once() {
    let story = Story::answered(SHOP).by("secretary", call("U1"));
    assert_eq!(story.refusal("secretary", call("U1")), Refusal::CalledAlready { unit: "U1".into() });
    for unit in ["G2", "C1", "?"] {
        assert_eq!(story.refusal("secretary", call(unit)), Refusal::UnknownUnit { unit: unit.into() });
    }
    assert_eq!(story.by("secretary", call("U2")).case.departments.len(), 2);
}

#[test]
fn an_officers_answer_is_the_departments_and_the_caller_follows_it() {
    let story = Story::answered(SHOP).by("secretary", call("U1")).after(5).by("officer", Command::Answer);
    assert_eq!(story.told("department_step"), ["secretary"]);
    assert_eq!(story.case.departments[0].lead, Some("officer".into()));
    assert_eq!(story.case.state, State::Answered, "the owner's stage is its own");
    let taken = Refusal::TakenBy { lead: "officer".into() };
    assert_eq!(story.refusal("officer2", Command::Answer), taken);
    let story = story.by("officer2", Command::Join).after(5).by("officer", here());
    assert_eq!(story.case.departments[0].helpers, ["officer2".into()]);
    assert_eq!(story.case.departments[0].stage, Stage::Arrived);
    let no_photo = Command::Settle { condition: 0, words: "fined".to_owned(), photos: vec![] };
    let story = story.by("officer", no_photo);
    assert_eq!(story.case.departments[0].stage, Stage::Settled);
    assert_eq!((story.case.state, &story.case.check), (State::Answered, &None));
    assert_eq!(story.told("department_step"), ["secretary"]);
}

#[test]
fn a_department_sends_it_back_to_the_one_who_called() {
    let story = Story::answered(SHOP).by("secretary", call("U1")).by("officer", send_back());
    assert_eq!(story.case.departments[0].stage, Stage::Returned);
    assert_eq!((story.case.state, story.case.returns), (State::Answered, 0));
    assert_eq!(story.told("returned"), ["secretary"]);
    assert_eq!(story.by("secretary", call("U1")).case.departments.len(), 1, "and may be called again");
}

#[test]
fn the_caller_scores_a_department_when_it_is_done() {
    let score = |score| Command::ScoreDepartment { department: "U1".into(), score };
    let story = Story::answered(SHOP).by("secretary", call("U1"));
    let wrong = Refusal::WrongState { state: State::Answered };
    assert_eq!(story.refusal("secretary", score(4)), wrong);
    let story = story.by("officer", send_back());
    assert_eq!(story.refusal("secretary", score(0)), Refusal::ScoreOutOfRange);
    assert_eq!(story.refusal("grid_lead", score(4)), Refusal::NotYours);
    let unknown = Command::ScoreDepartment { department: "U2".into(), score: 3 };
    assert_eq!(story.refusal("dispatcher", unknown), Refusal::UnknownUnit { unit: "U2".into() });
    let story = story.by("secretary", score(4));
    assert_eq!(story.case.departments[0].score, Some(4));
    assert_eq!(story.refusal("dispatcher", score(5)), Refusal::AlreadyDone);
}

#[test]
fn closing_calls_off_a_department_that_has_not_come_and_it_can_be_scored() {
    let story = Story::arrived(SHOP).by("secretary", call("U1")).by("secretary", settle());
    assert!(story.case.wake_at < story.case.check.clone().map(|check| check.until), "it is still awaited");
    let story = story.by("worker", passed());
    assert_eq!((story.case.departments[0].stage, story.case.wake_at), (Stage::Returned, None));
    let score = Command::ScoreDepartment { department: "U1".into(), score: 1 };
    assert_eq!(story.by("secretary", score).case.departments[0].score, Some(1));
}

#[test]
fn a_late_department_climbs_the_ladder_of_the_cases_ground() {
    let story = Story::arrived(SHOP).by("secretary", call("U1")).wake();
    assert_eq!(story.told("reminder"), ["officer", "officer2", "group U1"]);
    let story = story.wake();
    assert_eq!(story.case.departments[0].escalation, Escalation::Community);
    assert_eq!(story.owner().escalation, Escalation::Grid);
    assert_eq!(story.case.escalation, Escalation::Community, "the highest of its whistles");
    assert_eq!(story.told("escalated"), ["community_leader", "dispatcher", "group C1"]);
}

#[test]
fn a_department_can_own_a_case() {
    let story = Story::reported().by("dispatcher", Command::Whistle { owner: Some("U1".into()) });
    assert_eq!(story.heard(), ["officer", "officer2"]);
    let story = story.by("officer", Command::Answer).by("officer", here());
    assert_eq!(story.refusal("officer", call("U1")), Refusal::CalledAlready { unit: "U1".into() });
    assert_eq!(story.by("officer", settle()).case.state, State::Settled);
}
