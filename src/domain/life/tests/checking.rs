//! The check, rework, rating, reopening.

use super::*;
use crate::domain::case::{Checker, State};

#[test]
fn reporter_another_worker_or_dispatcher_checks_never_the_settler() {
    for who in ["worker", "worker2", "dispatcher", "admin"] {
        assert_eq!(Story::settled(SHOP).by(who, passed()).case.state, State::Closed, "{who}");
    }
    assert_eq!(Story::settled(SHOP).refusal("secretary", passed()), Refusal::OwnWork);
    for who in ["grid_lead", "far_worker", "dispatcher2", "officer", "resident", "nobody", "clock"] {
        assert_eq!(Story::settled(SHOP).refusal(who, passed()), Refusal::NotYours, "{who}");
    }
}

#[test]
fn a_passed_check_closes_and_asks_how_it_was() {
    let story = Story::settled(SHOP).by("worker2", passed());
    assert_eq!((story.case.state, story.case.wake_at), (State::Closed, None));
    assert_eq!(story.case.times.closed, Some(story.now));
    assert_eq!(story.told("closed"), ["worker"]);
}

#[test]
fn a_failed_check_is_rework_for_the_same_lead_and_the_first_clocks_stay() {
    let before = Story::settled(SHOP);
    let blank = Command::Check { passed: false, words: String::new() };
    assert_eq!(before.refusal("worker", blank), Refusal::ReasonMissing);
    let story = before.clone().after(60).by("worker", failed());
    assert_eq!((story.case.state, story.case.reworks), (State::Answered, 1));
    assert_eq!(story.owner().lead, Some("secretary".into()));
    assert_eq!(story.case.times, before.case.times, "first times stay");
    assert_eq!(story.owner().settle, before.owner().settle, "first clocks stay");
    assert_eq!(story.told("reworked"), ["secretary"]);
    assert!(story.case.wake_at.is_some());
    let story = story.by("secretary", here()).by("secretary", settle()).by("worker", passed());
    assert_eq!(story.case.state, State::Closed);
}

#[test]
fn no_answer_in_the_window_puts_it_before_a_dispatcher_and_then_up_the_ladder() {
    let story = Story::settled(SHOP).wake();
    assert_eq!(local(story.now), "2026-07-10 10:55");
    let check = story.case.check.clone().expect("a check");
    assert_eq!((check.asked, local(check.until)), (Checker::Dispatcher, "2026-07-13 08:00".to_owned()));
    assert_eq!(story.told("check_wanted"), ["dispatcher"]);
    let story = story.wake();
    assert_eq!((story.case.state, story.case.escalation), (State::Settled, Escalation::Subdistrict));
    assert_eq!(story.told("escalated"), ["subdistrict_leader", "group S1"]);
    let story = story.wake();
    assert_eq!((story.case.escalation, story.case.wake_at), (Escalation::District, None));
    assert_eq!(story.by("dispatcher", passed()).case.state, State::Closed);
}

fn rate(score: u8, solved: bool) -> Command {
    Command::Rate { score, solved, words: Some("as before".to_owned()) }
}

#[test]
fn the_reporter_rates_once() {
    let story = Story::closed(SHOP).by("worker", rate(4, true));
    assert_eq!(
        (story.case.state, story.case.rating.as_ref().map(|rating| rating.score)),
        (State::Closed, Some(4))
    );
    assert_eq!(story.refusal("worker", rate(5, true)), Refusal::AlreadyDone);
    assert_eq!(Story::closed(SHOP).refusal("worker", rate(0, true)), Refusal::ScoreOutOfRange);
    assert_eq!(Story::closed(SHOP).refusal("worker", rate(6, true)), Refusal::ScoreOutOfRange);
    assert_eq!(Story::closed(SHOP).refusal("worker2", rate(4, true)), Refusal::NotYours);
}

#[test]
fn dissatisfied_within_the_window_opens_it_again() {
    for dissatisfied in [rate(2, true), rate(5, false)] {
        let before = Story::closed(SHOP);
        let story = before.clone().after(60).by("worker", dissatisfied);
        assert_eq!(story.facts(2), ["rated", "reopened"]);
        assert_eq!((story.case.state, story.case.reopenings), (State::Whistled, 1));
        assert_eq!(story.case.times, before.case.times, "the first times stay");
        assert_eq!(story.owner().unit, "G1".into());
        assert_eq!(story.owner().lead, None);
        assert_eq!(story.owner().times.whistled, Some(story.now), "the new whistle has its own");
        assert_eq!(story.heard(), ["grid_lead", "secretary", "building_lead", "worker2"]);
        assert_eq!(story.told("reopened"), ["secretary"]);
    }
}

#[test]
fn dissatisfied_after_the_window_is_a_rating_only() {
    let story = Story::closed(SHOP).after(7 * 24 * 60 + 1).by("worker", rate(1, false));
    assert_eq!((story.case.state, story.case.rating.is_some()), (State::Closed, true));
    let ended = story.case.times.closed.expect("closed") + Duration::days(7);
    let again = Command::Reopen { reason: "it is back".to_owned() };
    assert_eq!(story.refusal("worker", again), Refusal::WindowPassed { ended });
}

#[test]
fn a_reopened_case_is_closed_and_rated_once_more() {
    let reopen = || Command::Reopen { reason: "it is back".to_owned() };
    let blank = Command::Reopen { reason: String::new() };
    assert_eq!(Story::closed(SHOP).refusal("worker", blank), Refusal::ReasonMissing);
    assert_eq!(Story::closed(SHOP).refusal("secretary", reopen()), Refusal::NotYours);
    let story = Story::closed(SHOP).by("worker", rate(4, true)).after(60).by("worker", reopen());
    let story = story.by("grid_lead", Command::Answer).by("grid_lead", here()).by("grid_lead", settle());
    let first = story.case.times.closed;
    let story = story.after(30).by("worker", passed()).by("worker", rate(5, true));
    assert_eq!(story.case.times.closed, first, "the first closing stays");
    assert_eq!(story.owner().times.closed, Some(story.now), "the newest is the whistle's");
    assert_eq!((story.case.state, story.case.reopenings), (State::Closed, 1));
    assert_eq!(story.case.rating.expect("a rating").score, 5);
}

#[test]
fn ends_other_than_closing_stay() {
    let reason = || "because".to_owned();
    let ended = [
        Story::reported().by("dispatcher", Command::Decline { reason: reason() }),
        Story::reported().by("dispatcher", Command::Void { reason: reason() }),
        Story::reported().by("dispatcher", Command::Merge { into: CaseId(4), reason: reason() }),
    ];
    for story in ended {
        let wrong = Refusal::WrongState { state: story.case.state };
        assert_eq!(story.refusal("resident", Command::Reopen { reason: reason() }), wrong);
        assert_eq!(story.refusal("dispatcher", whistle()), wrong);
        assert_eq!(story.case.reason, Some(reason()));
    }
}
