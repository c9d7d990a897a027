//! Reports: routing, self-resolving, taking back, correcting.

use super::*;
use crate::domain::{
    case::{Checker, State},
    command::SelfResolved,
};

fn opened(origin: Origin, category: &str, place: Place, by: &str) -> Story {
    Story::opened(report(origin, category, place), by, MORNING)
}

fn refused(report: &Report, by: &str) -> Refusal {
    let now = at(MORNING);
    open(report.clone(), &actor(by, now), &city(), now).expect_err("should be refused")
}

#[test]
fn a_workers_report_in_one_grid_is_whistled_at_once() {
    let story = Story::whistled(SHOP);
    assert_eq!(story.facts(2), ["reported", "whistled"]);
    assert_eq!((story.case.state, story.case.desk.as_str()), (State::Whistled, "C1"));
    assert_eq!(story.owner().unit, "G1".into());
    let due = |due: Due| local(due.at);
    let whistle = story.owner();
    assert_eq!(due(whistle.answer), "2026-07-08 10:30");
    assert_eq!(due(whistle.arrive), "2026-07-08 12:00");
    assert_eq!(due(whistle.settle), "2026-07-10 18:00");
}

#[test]
fn the_branch_hears_it_but_not_the_reporter() {
    let story = Story::whistled(SHOP);
    assert_eq!(story.heard(), ["grid_lead", "secretary", "building_lead", "worker2"]);
    let mut place = in_g1();
    place.located.building_group = None;
    let story = opened(Origin::Worker, SHOP, place, "worker");
    assert_eq!(story.heard(), ["grid_lead", "secretary", "worker2"], "no building group, no building lead");
}

#[test]
fn a_grid_with_nobody_in_particular_is_heard_by_everybody_who_may_answer() {
    let mut place = in_g1();
    place.located.grid = Some("G3".to_owned());
    let story = opened(Origin::Worker, SHOP, place, "far_worker");
    assert_eq!(story.heard(), ["far_worker"], "the only responder there is the reporter");
}

#[test]
fn a_whistle_that_nobody_hears_is_told_to_the_desk_at_once() {
    let units = organisation().units().cloned().collect();
    let mut people: Vec<Person> = organisation().people().cloned().collect();
    people.retain(|person| person.code.as_str() != "secretary2");
    let empty = City { organisation: Organisation::new(units, people), ..city() };
    let mut place = in_g1();
    place.located.grid = Some("G2".to_owned());
    let story = Story::opened_in(empty, report(Origin::Worker, SHOP, place.clone()), "worker", MORNING);
    assert_eq!((story.case.state, story.heard().len()), (State::Whistled, 0));
    assert_eq!(story.told("unheard"), ["dispatcher"]);
    let story = Story::opened(report(Origin::Worker, SHOP, place), "worker", MORNING);
    assert_eq!((story.heard(), story.told("unheard")), (vec!["secretary2".to_owned()], Vec::new()));
}

#[test]
fn a_residents_request_waits_for_the_desk() {
    let story = Story::reported();
    assert_eq!((story.case.state, story.case.desk.as_str()), (State::Reported, "C1"));
    assert_eq!(local(story.case.triage.expect("a triage limit").at), "2026-07-08 11:00");
    assert_eq!(story.told("triage"), ["dispatcher", "group C1"]);
    let open311 = opened(Origin::Open311, SHOP, in_g1(), "nobody");
    assert_eq!(open311.case.reporters, [Party::Anonymous]);
    assert_eq!(open311.case.state, State::Reported);
}

#[test]
fn a_direct_category_goes_straight_out() {
    for (origin, by) in
        [(Origin::Resident, "resident"), (Origin::Open311, "nobody"), (Origin::Dispatcher, "dispatcher")]
    {
        assert_eq!(opened(origin, LITTER, in_g1(), by).case.state, State::Whistled);
        assert_eq!(opened(origin, LITTER, outside(), by).case.state, State::Reported, "no owner");
    }
}

#[test]
fn nothing_is_refused_for_its_place() {
    let near = opened(Origin::Worker, SHOP, outside(), "worker");
    assert_eq!((near.case.state, near.case.desk.as_str()), (State::Reported, "C2"), "the nearest desk");
    let words_only = Place { words: Some("by the old well".to_owned()), ..Place::default() };
    let own = opened(Origin::Worker, SHOP, words_only.clone(), "worker");
    assert_eq!(own.case.desk, "C1".into(), "the worker's own community");
    let resident = opened(Origin::Resident, SHOP, words_only, "resident");
    assert_eq!(resident.case.desk, "D".into(), "the district");
    assert_eq!(
        resident.told("triage"),
        ["admin", "group D"],
        "nobody dispatches there but the administrator"
    );
}

#[test]
fn a_grid_that_the_reporter_chose_goes_before_the_one_found() {
    let place = Place { corrected_to: Some("G2".into()), ..in_g1() };
    let story = opened(Origin::Worker, SHOP, place, "worker");
    assert_eq!((story.owner().unit.as_str(), story.case.rerouted), ("G2", true));
    let place = Place { corrected_to: Some("C1".into()), ..in_g1() };
    let unknown = Refusal::UnknownGrid { grid: "C1".into() };
    assert_eq!(refused(&report(Origin::Worker, SHOP, place), "worker"), unknown);
}

#[test]
fn a_grid_that_the_organisation_does_not_know_owns_nothing() {
    let mut place = in_g1();
    place.located.grid = Some("G77".to_owned());
    assert_eq!(opened(Origin::Worker, SHOP, place, "worker").case.state, State::Reported);
}

#[test]
fn an_empty_report_is_refused_and_so_is_an_endless_one() {
    let mut empty = report(Origin::Worker, SHOP, in_g1());
    empty.material = vec![words("  ", at(MORNING))];
    assert_eq!(refused(&empty, "worker"), Refusal::Empty);
    let mut endless = report(Origin::Worker, SHOP, in_g1());
    endless.material = (0..61).map(|n| words(&format!("piece {n}"), at(MORNING))).collect();
    assert_eq!(refused(&endless, "worker"), Refusal::TooMuch { most: 60 });
    let unknown = report(Origin::Worker, "77777", in_g1());
    assert_eq!(refused(&unknown, "worker"), Refusal::UnknownCategory);
    assert_eq!(refused(&report(Origin::Worker, SHOP, in_g1()), "nobody"), Refusal::NotYours);
}

fn resolved(city: City, words: &str, photos: Vec<MediaId>, place: Place) -> Result<Story, Refusal> {
    let mut report = report(Origin::Worker, SHOP, place);
    report.self_resolved = Some(SelfResolved { words: words.to_owned(), photos });
    let now = at(MORNING);
    let decision = open(report, &actor("worker", now), &city, now)?;
    Ok(Story { city, now, case: decision.case, events: decision.events, effects: decision.effects })
}

/// The share of self-resolved cases that another worker checks.
fn checked(every: u32) -> City {
    let mut city = city();
    city.policy.self_resolved_check_every = every;
    city
}

#[test]
fn self_resolved_in_one_message_with_an_after_photo() {
    let story = resolved(checked(0), "moved the bike", vec![MediaId(3)], in_g1()).expect("accepted");
    assert_eq!(story.facts(3), ["reported", "whistled", "settled"]);
    let settlement = story.case.settlement.clone().expect("a settlement");
    assert!(settlement.self_resolved);
    assert_eq!((settlement.by, story.owner().lead.clone()), ("worker".into(), Some("worker".into())));
    assert_eq!((story.case.times.arrived, story.case.times.settled), (None, Some(at(MORNING))));
    assert_eq!(story.heard(), Vec::<String>::new(), "nobody has to come");
    let refusal = |words, photos| resolved(city(), words, photos, in_g1()).expect_err("refused");
    assert_eq!(refusal("moved the bike", vec![]), Refusal::PhotoMissing);
    assert_eq!(refusal("", vec![MediaId(3)]), Refusal::WordsMissing);
}

#[test]
fn self_resolved_where_nobody_owns_the_ground_is_a_plain_report_that_loses_nothing() {
    let story =
        resolved(city(), "moved the bike", vec![MediaId(3), MediaId(4)], outside()).expect("accepted");
    assert_eq!(story.case.state, State::Reported);
    let pieces = &story.case.material;
    assert!(pieces.iter().any(|piece| piece.words.as_deref() == Some("moved the bike")));
    let after = pieces.iter().filter_map(|piece| piece.photo).map(|photo| (photo.media, photo.stage));
    assert_eq!(after.collect::<Vec<_>>(), [(MediaId(3), PhotoStage::After), (MediaId(4), PhotoStage::After)]);
}

#[test]
fn of_self_resolved_cases_a_share_is_checked_by_another_worker() {
    let story = resolved(checked(1), "moved the bike", vec![MediaId(3)], in_g1()).expect("accepted");
    assert_eq!(story.case.check.clone().expect("a check").asked, Checker::Worker);
    assert_eq!(story.told("check_wanted"), ["worker2"]);
    let share = (0..400).filter(|number| {
        let words = format!("moved bike {number}");
        let story = resolved(checked(5), &words, vec![MediaId(3)], in_g1()).expect("accepted");
        story.case.check.expect("a check").asked == Checker::Worker
    });
    assert!((60..=100).contains(&share.count()), "about one in five");
}

#[test]
fn the_rest_close_by_themselves() {
    let story = resolved(checked(0), "moved the bike", vec![MediaId(3)], in_g1()).expect("accepted");
    assert_eq!(story.case.check.clone().expect("a check").asked, Checker::Nobody);
    let story = story.wake();
    assert_eq!((story.case.state, local(story.now)), (State::Closed, "2026-07-10 10:00".to_owned()));
    assert_eq!(story.told("closed"), Vec::<String>::new(), "nobody rates one's own work");
}

#[test]
fn self_resolved_after_the_report_while_nobody_has_answered() {
    let command = || Command::SelfResolve { words: "moved it".to_owned(), photos: vec![MediaId(3)] };
    let story = Story::whistled(SHOP).by("worker", command());
    assert_eq!(story.case.state, State::Settled);
    let whistled = Story::whistled(SHOP);
    assert_eq!(whistled.refusal("worker2", command()), Refusal::NotReporter);
    let taken = Refusal::TakenBy { lead: "secretary".into() };
    assert_eq!(Story::answered(SHOP).refusal("worker", command()), taken);
    let leads = Story::whistled(SHOP).by("worker", Command::Answer);
    assert_eq!(leads.refusal("worker", command()), Refusal::NotArrived);
    assert_eq!(Story::reported().refusal("resident", command()), Refusal::NotYours);
    let away = opened(Origin::Worker, SHOP, outside(), "worker");
    assert_eq!(away.refusal("worker", command()), Refusal::OwnerMissing);
}

#[test]
fn the_reporter_takes_it_back_within_a_minute() {
    let story = Story::whistled(SHOP);
    assert_eq!(story.refusal("secretary", Command::Undo), Refusal::NotReporter);
    let ended = at(MORNING) + Duration::seconds(60);
    let late = story.clone().after(2);
    assert_eq!(late.refusal("worker", Command::Undo), Refusal::WindowPassed { ended });
    let story = story.after(1).by("worker", Command::Undo);
    assert_eq!((story.case.state, story.case.wake_at), (State::Voided, None));
    assert_eq!(story.told("voided"), ["grid_lead", "secretary", "building_lead", "worker2"]);
}

#[test]
fn another_matter_sets_the_clocks_by_its_own_limits_from_where_they_started() {
    let command = |code: &str| Command::Recategorise { category: code.into() };
    let story = Story::whistled(SHOP).after(20).by("worker", command(GAS));
    assert_eq!(story.case.category, GAS.into());
    assert!(story.owner().urgent);
    assert_eq!(local(story.owner().answer.at), "2026-07-08 10:15");
    assert_eq!(local(story.owner().settle.at), "2026-07-08 12:00");
    assert_eq!(story.refusal("worker", command(GAS)), Refusal::AlreadyDone);
    assert_eq!(story.refusal("worker", command("77777")), Refusal::UnknownCategory);
    assert_eq!(story.refusal("secretary", command(SHOP)), Refusal::NotYours);
}

#[test]
fn a_guessed_matter_is_confirmed_by_choosing_it() {
    let mut guessed = report(Origin::Worker, SHOP, in_g1());
    guessed.category_chosen = false;
    let story = Story::opened(guessed, "worker", MORNING);
    assert!(story.case.category_guessed);
    let before = story.owner().clone();
    let story = story.by("worker", Command::Recategorise { category: SHOP.into() });
    assert!(!story.case.category_guessed);
    assert_eq!(*story.owner(), before, "its clocks go on");
}

#[test]
fn a_request_whose_matter_turns_out_direct_goes_out_at_once() {
    let story = Story::reported().by("resident", Command::Recategorise { category: LITTER.into() });
    assert_eq!(story.facts(2), ["recategorised", "whistled"]);
    assert_eq!(story.case.state, State::Whistled);
}

#[test]
fn a_corrected_grid_takes_the_whistle_along_while_nobody_has_answered() {
    let command = |grid: &str| Command::Reroute { grid: grid.into() };
    let story = Story::whistled(SHOP).after(20).by("worker", command("G2"));
    assert_eq!(story.facts(2), ["rerouted", "whistled"]);
    assert_eq!((story.owner().unit.as_str(), story.case.rerouted), ("G2", true));
    assert_eq!(local(story.owner().answer.at), "2026-07-08 10:50", "clocks anew");
    assert_eq!(story.heard(), ["secretary2"]);
    assert_eq!(story.refusal("worker", command("G2")), Refusal::AlreadyDone);
    let unknown = Refusal::UnknownGrid { grid: "U1".into() };
    assert_eq!(story.refusal("worker", command("U1")), unknown);
    let wrong = Refusal::WrongState { state: State::Answered };
    assert_eq!(Story::answered(SHOP).refusal("worker", command("G2")), wrong);
}

#[test]
fn a_grid_of_another_community_takes_the_case_to_its_desk() {
    let story = Story::whistled(SHOP).by("worker", Command::Reroute { grid: "G3".into() });
    assert_eq!((story.case.desk.as_str(), story.owner().unit.as_str()), ("C2", "G3"));
    assert_eq!(story.by("dispatcher2", escalate()).case.escalation, Escalation::Community);
}

#[test]
fn a_report_that_waited_for_its_place_goes_out_when_it_has_one() {
    let nowhere = Place { words: Some("by the old well".to_owned()), ..Place::default() };
    let story = opened(Origin::Worker, SHOP, nowhere, "worker");
    let story = story.by("worker", Command::Locate { place: Box::new(in_g1()), reason: None });
    assert_eq!(story.facts(2), ["located", "whistled"]);
    assert_eq!(story.case.place.words.as_deref(), Some("by the old well"), "the words are kept");
    let empty = Command::Locate { place: Box::default(), reason: None };
    assert_eq!(story.refusal("worker", empty), Refusal::Empty);
    let request =
        Story::reported().by("resident", Command::Locate { place: Box::new(outside()), reason: None });
    assert_eq!((request.case.state, request.case.desk.as_str()), (State::Reported, "C2"));
    assert_eq!(request.told("triage"), ["dispatcher2", "group C2"]);
}

#[test]
fn pieces_are_added_amended_and_detached() {
    let add = |text: &str| Command::Add { material: vec![words(text, at(MORNING))] };
    let story = Story::whistled(SHOP).by("worker", add("and a bench"));
    assert_eq!(story.case.material.len(), 2);
    assert_eq!(story.refusal("far_worker", add("x")), Refusal::NotYours);
    assert_eq!(story.refusal("worker", add(" ")), Refusal::Empty);
    let amend =
        |message: &str, words: &str| Command::Amend { message: message.to_owned(), words: words.to_owned() };
    assert_eq!(story.refusal("worker", amend("?", "x")), Refusal::UnknownPiece);
    let story = story.by("worker", amend("and a bench", "and two benches"));
    assert_eq!(story.case.material[1].words.as_deref(), Some("and two benches"));
    let Fact::Amended { from, .. } = &story.events[story.events.len() - 1].fact else { panic!("amended") };
    assert_eq!(from.as_deref(), Some("and a bench"), "the former words stay in the history");
    let again = story.try_by("worker", amend("and a bench", "and two benches")).expect("no refusal");
    assert_eq!(again.events, [], "the same words again are nothing new");
    let detach = |message: &str| Command::Detach { messages: vec![message.to_owned()] };
    assert_eq!(story.refusal("worker", detach("?")), Refusal::UnknownPiece);
    let story = story.by("worker", detach("and a bench"));
    assert_eq!(story.case.material.len(), 1);
    assert_eq!(story.refusal("worker", detach("a shop blocks the pavement")), Refusal::Empty);
}

#[test]
fn a_case_holds_sixty_pieces() {
    let material = (0..60).map(|n| words(&format!("piece {n}"), at(MORNING))).collect();
    assert_eq!(
        Story::whistled(SHOP).refusal("worker", Command::Add { material }),
        Refusal::TooMuch { most: 60 }
    );
}
