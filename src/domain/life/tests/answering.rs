//! Answer, join, arrive, settle, return.

use super::*;
use crate::domain::case::{Checker, State};

#[test]
fn the_first_to_answer_leads_and_the_reporter_hears_it() {
    let story = Story::answered(SHOP);
    assert_eq!(story.case.state, State::Answered);
    assert_eq!(story.owner().lead, Some("secretary".into()));
    assert_eq!(story.told("coming"), ["worker"]);
}

#[test]
fn a_later_answer_is_told_who_leads_and_may_join() {
    let story = Story::answered(SHOP);
    let taken = Refusal::TakenBy { lead: "secretary".into() };
    assert_eq!(story.refusal("grid_lead", Command::Answer), taken);
    assert_eq!(story.refusal("secretary", Command::Answer), Refusal::AlreadyDone);
    let story = story.by("grid_lead", Command::Join);
    assert_eq!(story.owner().helpers, ["grid_lead".into()]);
    assert_eq!(story.told("joined"), ["secretary"]);
    assert_eq!(story.refusal("grid_lead", Command::Join), Refusal::AlreadyDone);
    assert_eq!(story.refusal("secretary", Command::Join), Refusal::AlreadyDone);
    assert_eq!(story.refusal("grid_lead", Command::Answer), taken);
}

#[test]
fn nobody_joins_before_somebody_leads() {
    let wrong = Refusal::WrongState { state: State::Whistled };
    assert_eq!(Story::whistled(SHOP).refusal("grid_lead", Command::Join), wrong);
}

#[test]
fn every_responder_of_the_grid_and_its_building_groups_may_answer() {
    for who in ["worker", "worker2", "secretary", "grid_lead", "building_lead", "entrance_lead"] {
        let story = Story::whistled(SHOP).by(who, Command::Answer);
        assert_eq!(story.owner().lead, Some(who.into()));
    }
}

#[test]
fn nobody_else_answers_and_no_dispatcher_before_it_is_escalated() {
    for who in [
        "secretary2",
        "far_worker",
        "dispatcher",
        "community_leader",
        "admin",
        "officer",
        "resident",
        "nobody",
        "clock",
    ] {
        assert_eq!(Story::whistled(SHOP).refusal(who, Command::Answer), Refusal::NotYours, "{who}");
    }
}

#[test]
fn from_the_communitys_level_on_its_people_may_act() {
    let story = Story::whistled(SHOP).by("dispatcher", escalate());
    assert_eq!(story.refusal("subdistrict_leader", Command::Answer), Refusal::NotYours, "one level only");
    assert_eq!(story.refusal("dispatcher2", Command::Answer), Refusal::NotYours, "another community");
    let story = story.by("dispatcher", Command::Answer).by("dispatcher", here());
    assert_eq!(story.case.state, State::Arrived);
    let higher = Story::whistled(SHOP).by("dispatcher", escalate()).by("dispatcher", escalate());
    assert_eq!(higher.by("community_leader", Command::Answer).case.state, State::Answered);
}

fn arrival(command: Command) -> (Evidence, Option<f64>) {
    let story = Story::answered(SHOP).after(20).by("secretary", command);
    let arrival = story.owner().arrival.expect("an arrival");
    assert_eq!(story.case.state, State::Arrived, "allowed whatever the evidence");
    assert_eq!(story.told("arrival_marked"), ["secretary"]);
    assert_eq!(story.told("here"), ["worker"]);
    (arrival.evidence, arrival.distance_m)
}

/// A fix so many metres north of the case.
fn metres_north(metres: f64) -> Fix {
    fix(120.45, 36.39 + metres / 110_950.0)
}

fn arrive_with(fix: Fix) -> Command {
    Command::Arrive { fix: Some(fix) }
}

#[test]
fn thirty_metres_off_is_verified_and_four_hundred_is_not() {
    let (evidence, distance) = arrival(arrive_with(metres_north(30.0)));
    assert_eq!(evidence, Evidence::Verified);
    assert!((distance.expect("a distance") - 30.0).abs() < 1.0);
    assert_eq!(arrival(arrive_with(metres_north(200.0))).0, Evidence::Near);
    assert_eq!(arrival(arrive_with(metres_north(400.0))).0, Evidence::Unverified);
}

#[test]
fn a_coarse_fix_on_the_spot_is_near() {
    let coarse = Fix { accuracy_m: Some(250.0), ..metres_north(10.0) };
    assert_eq!(arrival(arrive_with(coarse)).0, Evidence::Near);
    let exact = Fix { accuracy_m: Some(12.0), ..metres_north(10.0) };
    assert_eq!(arrival(arrive_with(exact)).0, Evidence::Verified);
}

#[test]
fn an_old_fix_or_none_is_unverified() {
    let taken = |minutes: i64| at(MORNING) + Duration::minutes(25 - minutes);
    let old = Fix { taken_at: Some(taken(11)), ..metres_north(10.0) };
    let fresh = Fix { taken_at: Some(taken(9)), ..metres_north(10.0) };
    assert_eq!(arrival(arrive_with(old)).0, Evidence::Unverified);
    assert_eq!(arrival(arrive_with(fresh)).0, Evidence::Verified);
    assert_eq!(arrival(Command::Arrive { fix: None }), (Evidence::Unverified, None));
}

#[test]
fn an_arrival_where_the_case_has_no_point_is_unverified() {
    let place = Place { words: Some("behind the school".to_owned()), ..Place::default() };
    let story = Story::opened(report(Origin::Worker, SHOP, place), "worker", MORNING);
    let owner = Command::Whistle { owner: Some("G1".into()) };
    let story = story.by("dispatcher", owner).by("secretary", Command::Answer).by("secretary", here());
    assert_eq!(story.owner().arrival.expect("an arrival").evidence, Evidence::Unverified);
}

#[test]
fn only_the_lead_arrives_and_settles() {
    let lead = Refusal::OnlyLead { lead: "secretary".into() };
    let story = Story::answered(SHOP).by("grid_lead", Command::Join);
    assert_eq!(story.refusal("grid_lead", here()), lead);
    assert_eq!(story.refusal("grid_lead", settle()), lead);
    let wrong = Refusal::WrongState { state: State::Whistled };
    assert_eq!(Story::whistled(SHOP).refusal("secretary", here()), wrong);
    assert_eq!(Story::arrived(SHOP).refusal("secretary", here()), Refusal::AlreadyDone);
    assert_eq!(Story::arrived(SHOP).refusal("far_worker", settle()), Refusal::NotYours);
}

#[test]
fn settling_without_having_arrived_is_refused_with_the_way_to_do_it() {
    assert_eq!(Story::answered(SHOP).refusal("secretary", settle()), Refusal::NotArrived);
    assert_eq!(Story::whistled(SHOP).refusal("secretary", settle()), Refusal::NotArrived);
}

#[test]
fn settling_needs_a_condition_words_and_a_photo_where_asked_for() {
    let command =
        |condition, words: &str, photos| Command::Settle { condition, words: words.to_owned(), photos };
    let story = Story::arrived(SHOP);
    let refusal = |command| story.refusal("secretary", command);
    assert_eq!(refusal(command(2, "done", vec![MediaId(1)])), Refusal::UnknownCondition);
    assert_eq!(refusal(command(1, " ", vec![MediaId(1)])), Refusal::WordsMissing);
    assert_eq!(refusal(command(1, "done", vec![])), Refusal::PhotoMissing);
    let litter = Story::arrived(LITTER).by("secretary", command(1, "done", vec![]));
    let settlement = litter.case.settlement.expect("a settlement");
    assert_eq!(
        (settlement.condition, settlement.words.as_str(), settlement.self_resolved),
        (1, "done", false)
    );
}

#[test]
fn the_reporter_is_asked_first_and_has_a_window() {
    let story = Story::settled(SHOP);
    let check = story.case.check.clone().expect("a check");
    assert_eq!(check.asked, Checker::Reporter);
    assert_eq!(local(check.until), "2026-07-10 10:55");
    assert_eq!(story.told("check_asked"), ["worker"]);
}

#[test]
fn where_nobody_can_be_asked_a_dispatcher_checks() {
    let call = report(Origin::Dispatcher, SHOP, in_g1());
    let story = Story::opened(call, "dispatcher", MORNING).by("dispatcher", whistle());
    let story = story.by("secretary", Command::Answer).by("secretary", here()).by("secretary", settle());
    assert_eq!(story.case.check.clone().expect("a check").asked, Checker::Dispatcher);
    assert_eq!(story.told("check_wanted"), ["dispatcher"]);
}

#[test]
fn a_reporter_who_settled_it_does_not_check_it() {
    let story =
        Story::whistled(SHOP).by("worker", Command::Answer).by("worker", here()).by("worker", settle());
    assert_eq!(story.case.check.clone().expect("a check").asked, Checker::Dispatcher);
    assert_eq!(story.refusal("worker", passed()), Refusal::OwnWork);
}

#[test]
fn sending_it_back_puts_it_before_the_desk_with_the_reason() {
    for story in [Story::whistled(SHOP), Story::answered(SHOP), Story::arrived(SHOP)] {
        let story = story.by("secretary", send_back());
        assert_eq!((story.case.state, story.case.returns), (State::Reported, 1));
        assert_eq!(story.case.reason.as_deref(), Some("not our ground"));
        assert_eq!((story.owner().stage, &story.owner().lead), (Stage::Returned, &None));
        assert_eq!(story.told("returned"), ["dispatcher"]);
        assert!(story.case.triage.is_some());
        let again = story.by("dispatcher", whistle());
        assert_eq!(again.case.state, State::Whistled);
        assert_eq!(again.case.times.whistled, Some(at(MORNING)), "the first time stays");
    }
}

#[test]
fn sending_back_needs_a_reason() {
    let blank = Command::Return { reason: "  ".to_owned() };
    assert_eq!(Story::answered(SHOP).refusal("secretary", blank), Refusal::ReasonMissing);
}

#[test]
fn stage_times_are_the_persons_own_and_never_run_backwards() {
    let story = Story::whistled(SHOP).after(20);
    let said_at = at(MORNING) + Duration::minutes(12);
    let story = story.by_at("secretary", Command::Answer, said_at);
    assert_eq!(story.case.times.answered, Some(said_at), "the message was queued for eight minutes");
    let early = said_at - Duration::minutes(5);
    let story = story.by_at("secretary", here(), early);
    assert_eq!(story.case.times.arrived, Some(said_at));
    assert!(!story.case.time_capped, "out of order is not unbelievable");
}

#[test]
fn a_time_in_the_future_or_absurdly_old_is_capped_and_marked() {
    let story = Story::whistled(SHOP).after(10);
    let (now, case) = (story.now, story.case.clone());
    let future = story.clone().by_at("secretary", Command::Answer, now + Duration::hours(3));
    assert_eq!((future.case.times.answered, future.case.time_capped), (Some(now), true));
    assert!(future.events.last().expect("an event").capped);
    let skewed = story.clone().by_at("secretary", Command::Answer, now + Duration::minutes(1));
    assert_eq!(skewed.case.times.answered, Some(now + Duration::minutes(1)), "clocks differ a little");
    assert!(!skewed.case.time_capped);
    let ancient = story.by_at("secretary", Command::Answer, now - Duration::days(700));
    assert_eq!(ancient.case.times.answered, case.times.whistled);
    assert!(ancient.case.time_capped);
}

#[test]
fn an_old_report_is_capped_too() {
    let now = at(MORNING);
    let by = person("worker", now - Duration::days(90));
    let decision = open(report(Origin::Worker, SHOP, in_g1()), &by, &city(), now).expect("opened");
    assert_eq!(decision.case.times.reported, Some(now - Duration::hours(48)));
    assert!(decision.case.time_capped);
}
