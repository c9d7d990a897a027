//! Reminders, the ladder, quiet hours, catching up, and calendars that come late.

use super::*;
use crate::domain::{calendar::Deadline, case::State, life::recompute};

fn wake_time(story: &Story) -> String {
    local(story.case.wake_at.expect("an alarm"))
}

#[test]
fn before_the_limit_runs_out_the_unit_is_reminded_and_then_the_lead() {
    let story = Story::whistled(SHOP);
    // A quarter of half an hour is left.
    assert_eq!(wake_time(&story), "2026-07-08 10:22");
    let story = story.wake();
    assert_eq!(story.told("reminder"), ["grid_lead", "secretary", "building_lead", "worker2", "group G1"]);
    let story = story.by("secretary", Command::Answer);
    assert_eq!(wake_time(&story), "2026-07-08 11:30", "half an hour is a quarter of two");
    let story = story.wake();
    assert_eq!(story.told("reminder"), ["secretary"]);
    assert_eq!(story.facts(1), ["reminded"]);
    assert_eq!(
        wake_time(&story),
        "2026-07-08 14:00",
        "the limit ends with the morning; people are told after lunch"
    );
}

#[test]
fn when_a_limit_runs_out_it_escalates_one_level_and_again_at_each_step() {
    let story = Story::whistled(SHOP).wake().wake();
    assert_eq!(local(story.now), "2026-07-08 10:30");
    assert_eq!(story.told("escalated"), ["community_leader", "dispatcher", "group C1"]);
    assert_eq!((story.case.escalation, story.case.state), (Escalation::Community, State::Whistled));
    assert_eq!(wake_time(&story), "2026-07-08 14:30", "two hours of office time");
    let story = story.wake();
    assert_eq!(story.told("escalated"), ["subdistrict_leader", "group S1"]);
    let story = story.wake();
    assert_eq!(local(story.now), "2026-07-08 16:30");
    assert_eq!(story.told("escalated"), ["district_leader", "group D"]);
    assert_eq!((story.case.escalation, story.case.wake_at), (Escalation::District, None), "the top");
}

#[test]
fn the_next_stage_has_its_own_limit_and_goes_on_from_the_level_reached() {
    let story = Story::whistled(SHOP).wake().wake().by("secretary", Command::Answer).wake().wake();
    assert_eq!(story.case.escalation, Escalation::Subdistrict);
    assert_eq!(local(story.now), "2026-07-08 14:00");
}

#[test]
fn somebody_who_answers_late_is_not_escalated_on_the_spot() {
    let story = Story::whistled(SHOP).wake().wake().at("2026-07-08 14:10").by("secretary", Command::Answer);
    assert!(story.owner().arrive.at < story.now, "the limit to arrive has run out too");
    assert_eq!(wake_time(&story), "2026-07-08 16:10", "one step from now");
}

#[test]
fn what_is_not_urgent_waits_for_the_office_to_open() {
    let story = Story::opened(report(Origin::Worker, SHOP, in_g1()), "worker", "2026-07-10 17:50");
    assert_eq!(local(story.owner().answer.at), "2026-07-13 08:20");
    let night = Story::opened(report(Origin::Worker, LITTER, in_g1()), "worker", "2026-07-10 20:00");
    assert_eq!(local(night.owner().answer.at), "2026-07-13 08:30");
    assert_eq!(local(night.owner().settle.at), "2026-07-11 20:00", "a natural day runs on");
    let night = night.by("secretary", Command::Answer).by("secretary", here());
    assert_eq!(wake_time(&night), "2026-07-13 08:00");
}

#[test]
fn urgent_ones_ring_day_and_night() {
    let story =
        Story::opened(report(Origin::Worker, GAS, in_g1()), "worker", "2026-07-11 02:00").wake().wake();
    assert_eq!(local(story.now), "2026-07-11 02:15");
    assert_eq!(story.case.escalation, Escalation::Community);
    let story = story.wake();
    assert_eq!(local(story.now), "2026-07-11 02:45");
    assert_eq!(story.case.escalation, Escalation::Subdistrict);
}

#[test]
fn an_urgent_request_does_not_wait_for_the_desk_to_open() {
    let gas = Story::opened(report(Origin::Resident, GAS, in_g1()), "resident", "2026-07-11 02:00");
    assert_eq!(local(gas.case.triage.expect("a limit").at), "2026-07-11 03:00");
    let story = gas.wake();
    assert_eq!(story.told("escalated"), ["subdistrict_leader", "group S1"]);
    let shop = Story::opened(report(Origin::Resident, SHOP, in_g1()), "resident", "2026-07-11 02:00");
    assert_eq!(local(shop.case.triage.expect("a limit").at), "2026-07-13 09:00");
}

#[test]
fn a_desk_that_does_not_decide_is_late_itself() {
    let story = Story::reported().wake();
    assert_eq!((local(story.now), story.case.state), ("2026-07-08 11:00".to_owned(), State::Reported));
    assert_eq!(story.told("escalated"), ["subdistrict_leader", "group S1"]);
    assert_eq!(story.case.escalation, Escalation::Subdistrict);
    let story = story.wake().by("dispatcher", whistle());
    assert_eq!(story.case.escalation, Escalation::Grid, "with its owner now");
}

#[test]
fn a_machine_that_was_off_for_days_climbs_one_step() {
    let story = Story::whistled(SHOP).at("2026-07-13 09:00").by("clock", Command::Wake);
    assert_eq!(story.facts(1), ["escalated"]);
    assert_eq!(story.case.escalation, Escalation::Community);
    assert_eq!(wake_time(&story), "2026-07-13 11:00", "the next step is counted from now");
}

#[test]
fn a_machine_that_comes_back_at_night_lets_people_sleep() {
    let story = Story::whistled(SHOP).at("2026-07-09 03:00").by("clock", Command::Wake);
    assert_eq!(story.facts(1), ["deferred"]);
    assert_eq!(story.effects, []);
    assert_eq!(wake_time(&story), "2026-07-09 08:00");
    let story = story.wake();
    assert_eq!(story.facts(1), ["escalated"]);
}

#[test]
fn nothing_due_is_no_refusal_and_leaves_no_event() {
    let story = Story::whistled(SHOP);
    let nothing = story.try_by("clock", Command::Wake).expect("no refusal");
    assert_eq!((nothing.events, nothing.effects), (vec![], vec![]));
    assert_eq!(nothing.case, story.case);
    assert_eq!(story.refusal("dispatcher", Command::Wake), Refusal::NotYours);
}

#[test]
fn a_natural_day_over_a_weekend_reminds_before_it_runs_out() {
    let story = Story::opened(report(Origin::Worker, LITTER, in_g1()), "worker", "2026-07-10 09:00");
    let story = story.by("secretary", Command::Answer).by("secretary", here());
    assert_eq!(local(story.owner().settle.at), "2026-07-11 09:00");
    // Three in the night from Friday to Saturday is no time; Friday's last opening is.
    assert_eq!(wake_time(&story), "2026-07-10 14:00");
}

#[test]
fn a_published_calendar_computes_provisional_deadlines_again() {
    let story = Story::opened(report(Origin::Worker, SHOP, in_g1()), "worker", "2026-12-30 10:00");
    let story = story.by("secretary", Command::Answer).by("secretary", here());
    assert_eq!(story.owner().settle, Deadline { at: at("2027-01-01 18:00"), provisional: true });
    assert_eq!(recompute(&story.case, &story.city, story.now), None, "nothing new is published");
    let mut city = story.city.clone();
    for day in ["2027-01-01", "2027-01-02", "2027-01-03"] {
        city.calendar.days.insert(day.parse().expect("a date"), DayKind::Off);
    }
    let decision = recompute(&story.case, &city, story.now).expect("recomputed");
    let whistle = decision.case.whistle.clone().expect("a whistle");
    assert_eq!(whistle.settle, Deadline { at: at("2027-01-04 18:00"), provisional: false });
    assert_eq!(whistle.answer, story.owner().answer, "what was sure stays");
    assert_eq!(whistle.step_at.map(local), Some("2027-01-05 08:00".to_owned()));
    let mut events = story.events.clone();
    events.extend(decision.events);
    assert_eq!(Case::replay(&events), Some(decision.case.clone()));
    assert_eq!(recompute(&decision.case, &city, story.now), None, "once is enough");
}

#[test]
fn granted_time_is_sure_and_not_computed_again() {
    let ask = Command::AskExtension { reason: "a part is missing".to_owned() };
    let grant = Command::DecideExtension { until: Some(at("2027-01-05 12:00")), words: String::new() };
    let story = Story::opened(report(Origin::Worker, SHOP, in_g1()), "worker", "2026-12-31 10:00");
    let story = story.by("secretary", ask).by("dispatcher", grant);
    let mut city = story.city.clone();
    city.calendar.days.insert("2027-01-01".parse().expect("a date"), DayKind::Off);
    let granted = Deadline { at: at("2027-01-05 12:00"), provisional: false };
    assert_eq!(story.owner().settle, granted);
    assert_eq!(recompute(&story.case, &city, story.now), None);
}

#[test]
fn a_provisional_triage_is_computed_again_too() {
    let story = Story::opened(report(Origin::Resident, SHOP, in_g1()), "resident", "2026-12-31 17:30");
    let triage = story.case.triage.expect("a limit");
    assert_eq!(triage, Deadline { at: at("2027-01-01 08:30"), provisional: true });
    let mut city = story.city.clone();
    city.calendar.days.insert("2027-01-01".parse().expect("a date"), DayKind::Off);
    let case = recompute(&story.case, &city, story.now).expect("recomputed").case;
    assert_eq!(case.triage, Some(Deadline { at: at("2027-01-04 08:30"), provisional: false }));
    assert_eq!(case.wake_at, Some(at("2027-01-04 08:30")));
}

#[test]
fn a_matter_that_left_the_catalogue_runs_by_the_unclassed_limits() {
    let mut story = Story::closed(SHOP);
    story.city.catalogue =
        Catalogue::new([category("00000", ["1 work_hour", "2 work_hour", "1 work_day"], false, false)]);
    let story = story.by("worker", Command::Reopen { reason: "it is back".to_owned() });
    assert_eq!(local(story.owner().answer.at), "2026-07-08 14:05");
}

#[test]
fn a_history_begins_with_a_report() {
    let story = Story::answered(SHOP);
    assert_eq!(Case::replay(&[]), None);
    assert_eq!(Case::replay(&story.events[1..]), None);
    assert_eq!(Case::replay(&story.events), Some(story.case));
}

#[test]
fn a_suspension_ends_on_its_date_also_when_the_machine_was_off_then() {
    let story = Story::arrived(SHOP).at("2026-07-08 17:00").by("dispatcher", suspend("2026-07-09 09:00"));
    let late = story.clone().at("2026-07-09 16:00").by("clock", Command::Wake);
    let on_time = story.clone().wake();
    assert_eq!(late.owner().settle, on_time.owner().settle, "it stood two office hours either way");
    assert_eq!(local(late.owner().settle.at), "2026-07-13 10:00");
    let night = story.at("2026-07-09 23:00").by("clock", Command::Wake);
    assert_eq!((night.facts(1), night.effects.len()), (vec!["deferred".to_owned()], 0), "people sleep");
    assert_eq!(night.wake().facts(1), ["resumed"]);
}
