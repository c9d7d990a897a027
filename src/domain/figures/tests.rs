use super::*;
use crate::domain::{
    Calendar, Case, City, Organisation, Rating, Stage, State, Times, Unit, UnitLevel, Whistle,
    calendar::Deadline,
};
use chrono::{DateTime, Duration, TimeZone, Utc};
use serde_json::json;

/// A minute of Thursday 1 October 2026, Asia/Shanghai being eight hours ahead.
fn minute(minute: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 10, 1, 0, 0, 0).unwrap() + Duration::minutes(minute)
}

fn day() -> Window {
    Window { from: minute(0), to: minute(1_440) }
}

fn due(at: i64) -> Deadline {
    Deadline { at: minute(at), provisional: false }
}

/// A case of grid `G1` reported at minute 0, without a whistle.
fn reported(id: i64) -> Case {
    let mut case: Case = serde_json::from_value(json!({
        "version": 1, "state": "reported", "origin": "worker", "reporters": [], "category": "06010",
        "category_guessed": false, "material": [], "desk": "C1", "departments": [],
        "place": {"located": {"candidates": []}},
        "times": {"reported": minute(0)}, "escalation": "grid", "was_suspended": false, "urged": [],
        "extensions": [], "reworks": 0, "returns": 0, "reopenings": 0, "reassignments": 0, "rerouted": false,
        "time_capped": false,
    }))
    .unwrap();
    case.id = crate::domain::CaseId(id);
    case
}

fn whistle(unit: &str, at: i64, (answer, arrive, settle): (i64, i64, i64)) -> Whistle {
    let mut whistle: Whistle = serde_json::from_value(json!({
        "unit": unit, "stage": "whistled", "helpers": [], "times": {"whistled": minute(at)},
        "answer": due(at + answer), "arrive": due(at + arrive), "settle": due(at + settle),
        "urgent": false, "escalation": "grid",
    }))
    .unwrap();
    whistle.times.whistled = Some(minute(at));
    whistle
}

/// Whistled at minute 0 with limits of 30, 60 and 240 minutes, and the steps taken at these minutes.
fn lived(id: i64, steps: &[i64]) -> Case {
    let mut case = reported(id);
    let mut whistle = whistle("G1", 0, (30, 60, 240));
    let times: Vec<_> = steps.iter().map(|at| minute(*at)).collect();
    let step = |at: usize| times.get(at).copied();
    whistle.times.answered = step(0);
    whistle.times.arrived = step(1);
    whistle.times.settled = step(2);
    case.times = Times { reported: Some(minute(0)), closed: step(3), ..whistle.times.clone() };
    (case.state, whistle.stage) = match steps.len() {
        0 => (State::Whistled, Stage::Whistled),
        1 => (State::Answered, Stage::Answered),
        2 => (State::Arrived, Stage::Arrived),
        3 => (State::Settled, Stage::Settled),
        _ => (State::Closed, Stage::Settled),
    };
    case.whistle = Some(whistle);
    case
}

fn ids(cases: &[CaseId]) -> Vec<i64> {
    cases.iter().map(|case| case.0).collect()
}

#[test]
fn the_minutes_of_one_case_are_exact() {
    let case = lived(1, &[5, 42, 200, 260]);
    let figures = compute([&case], &day());
    let both = |spread: &Spread| (spread.median, spread.p90);
    assert_eq!(both(&figures.answer), (Some(5.0), Some(5.0)));
    assert_eq!(both(&figures.response), (Some(42.0), Some(42.0)));
    assert_eq!(both(&figures.settlement), (Some(200.0), Some(200.0)));
    assert_eq!(both(&figures.closure), (Some(260.0), Some(260.0)));
    assert_eq!(ids(&figures.closure.cases), [1]);
    for rate in [&figures.arrived_on_time, &figures.handled, &figures.handled_on_time, &figures.closed_rate] {
        assert_eq!((ids(&rate.of), ids(&rate.hit)), (vec![1], vec![1]));
    }
    assert_eq!(figures.reworked.value(), Some(0.0));
    assert_eq!(figures.satisfied.value(), None, "nobody has rated");
}

#[test]
fn percentiles_are_those_of_a_spreadsheet() {
    let cases: Vec<_> = [10, 20, 30, 40].iter().zip(1..).map(|(at, id)| lived(id, &[*at])).collect();
    let answer = compute(&cases, &day()).answer;
    assert_eq!(answer.median, Some(25.0));
    assert!((answer.p90.unwrap() - 37.0).abs() < 1e-9, "10 + 2.7 steps of 10");
    assert_eq!(compute([], &day()).answer.median, None);
}

#[test]
fn a_rate_counts_what_fell_due_and_what_was_finished() {
    let open_late = lived(1, &[5]);
    let late = lived(2, &[5, 61, 241]);
    let on_the_minute = lived(3, &[5, 60, 240]);
    let all = [open_late, late, on_the_minute];
    let figures = compute(&all, &day());
    assert_eq!(
        (ids(&figures.arrived_on_time.of), ids(&figures.arrived_on_time.hit)),
        (vec![1, 2, 3], vec![3])
    );
    assert_eq!((ids(&figures.handled.of), ids(&figures.handled.hit)), (vec![1, 2, 3], vec![2, 3]));
    assert_eq!(ids(&figures.handled_on_time.hit), [3]);
    assert_eq!(figures.closed_rate.value(), Some(0.0));
    // Nothing is due yet, nothing finished.
    let early = Window { from: minute(0), to: minute(50) };
    assert_eq!(compute(&all, &early).arrived_on_time.value(), None);
}

#[test]
fn what_happens_later_does_not_change_a_period() {
    let case = lived(1, &[5, 50, 2_000, 2_100]);
    let figures = compute([&case], &day());
    assert_eq!(
        (ids(&figures.handled.of), ids(&figures.handled.hit)),
        (vec![1], vec![]),
        "due today, not settled"
    );
    assert_eq!(figures.settlement.median, None);
    let next = compute([&case], &Window { from: minute(1_440), to: minute(2_880) });
    assert_eq!(
        (ids(&next.handled.of), ids(&next.handled.hit)),
        (vec![1], vec![1]),
        "finished on the next day"
    );
    assert_eq!(next.handled_on_time.value(), Some(0.0));
    assert_eq!(next.response.median, None, "the arrival was yesterday");
}

#[test]
fn self_resolved_cases_are_counted_apart() {
    let mut case = lived(1, &[0, 0, 0]);
    case.settlement = Some(
        serde_json::from_value(json!({
        "by": "W1", "condition": 0, "words": "", "photos": [], "self_resolved": true}))
        .unwrap(),
    );
    let figures = compute([&case, &lived(2, &[5, 50, 200])], &day());
    assert_eq!((ids(&figures.self_resolved.of), ids(&figures.self_resolved.hit)), (vec![1, 2], vec![1]));
    assert_eq!(ids(&figures.settled), [1, 2]);
    assert_eq!(ids(&figures.handled.of), [2]);
    assert_eq!(ids(&figures.settlement.cases), [2]);
}

#[test]
fn what_was_declined_voided_or_merged_is_owed_to_nobody() {
    for state in [State::Declined, State::Voided, State::Merged] {
        let mut case = lived(1, &[5]);
        case.state = state;
        case.times.closed = Some(minute(20));
        let figures = compute([&case], &day());
        assert_eq!(figures.handled.value(), None);
        assert_eq!(figures.answer.median, None);
        assert_eq!(ids(&figures.reported), [1]);
    }
}

#[test]
fn a_failed_check_leaves_the_first_arrival_and_undoes_the_settlement() {
    let mut case = lived(1, &[5, 50, 100]);
    case.reworks = 1;
    case.state = State::Answered;
    let whistle = case.whistle.as_mut().unwrap();
    whistle.stage = Stage::Answered;
    whistle.times = Times { whistled: Some(minute(0)), answered: Some(minute(150)), ..Times::default() };
    let figures = compute([&case], &day());
    assert_eq!(figures.arrived_on_time.value(), Some(1.0));
    assert_eq!(figures.handled.value(), Some(0.0));
    assert_eq!(figures.reworked.value(), Some(1.0));
    assert_eq!(figures.settlement.median, Some(100.0), "the first clocks stay");
}

#[test]
fn ratings_count_of_those_rated() {
    let mut good = lived(1, &[5, 50, 100, 200]);
    let mut bad = lived(2, &[5, 50, 100, 200]);
    let rating = |score, solved| Some(Rating { score, solved, words: None, at: minute(300) });
    (good.rating, bad.rating) = (rating(3, true), rating(2, false));
    let figures = compute([&good, &bad, &lived(3, &[5, 50, 100, 200])], &day());
    assert_eq!(figures.satisfied.value(), Some(0.5));
    assert_eq!((ids(&figures.solved.of), ids(&figures.solved.hit)), (vec![1, 2], vec![1]));
    assert_eq!(figures.responded.value(), Some(1.0));
    assert_eq!(figures.handled.value(), Some(1.0), "handled and solved stand side by side");
}

fn city() -> City {
    let unit = |code: &str, level, parent: Option<&str>| Unit {
        code: code.into(),
        name: format!("单位{code}"),
        name_en: None,
        level,
        parent: parent.map(Into::into),
        work_list: Vec::new(),
    };
    let units = vec![
        unit("Q", UnitLevel::District, None),
        unit("S1", UnitLevel::Subdistrict, Some("Q")),
        unit("C1", UnitLevel::Community, Some("S1")),
        unit("G1", UnitLevel::Grid, Some("C1")),
        unit("D1", UnitLevel::Department, None),
    ];
    City { organisation: Organisation::new(units, vec![]), calendar: Calendar::default(), ..City::default() }
}

#[test]
fn departments_have_their_own_clocks_and_callers() {
    let mut case = lived(1, &[5, 50]);
    let mut called = whistle("D1", 60, (30, 60, 240));
    called.times.answered = Some(minute(70));
    called.times.arrived = Some(minute(130));
    called.times.settled = Some(minute(200));
    called.stage = Stage::Settled;
    called.score = Some(4);
    case.departments = vec![called];
    let cases = [case, lived(2, &[])];
    assert_eq!(compute(&cases, &day()).whistles_per_100(), Some(50.0));
    let groups = grouped(&cases, Grouping::Department, &day(), &city());
    assert_eq!(groups.iter().map(|group| group.key.as_str()).collect::<Vec<_>>(), ["D1"]);
    let figures = &groups[0].figures;
    assert_eq!(figures.response.median, Some(70.0), "from its own whistle");
    assert_eq!(figures.arrived_on_time.value(), Some(0.0));
    assert_eq!(figures.handled_on_time.value(), Some(1.0));
    assert_eq!(figures.satisfied.value(), Some(1.0));
}

#[test]
fn every_level_counts_a_case_once() {
    let mut nowhere = reported(3);
    nowhere.desk = "Q".into();
    let cases = [lived(1, &[5]), reported(2), nowhere];
    let keys = |grouping| -> Vec<(String, usize)> {
        let groups = grouped(&cases, grouping, &day(), &city());
        groups.into_iter().map(|group| (group.key, group.figures.reported.len())).collect()
    };
    let at = |key: &str, count| (key.to_owned(), count);
    assert_eq!(keys(Grouping::Whole), [at("Q", 3)]);
    assert_eq!(keys(Grouping::District), [at("Q", 3)]);
    assert_eq!(keys(Grouping::Community), [at("-", 1), at("C1", 2)]);
    assert_eq!(keys(Grouping::Grid), [at("-", 2), at("G1", 1)]);
    assert_eq!(keys(Grouping::Category), [at("06010", 3)]);
}

#[test]
fn periods_are_the_citys_days() {
    // 08:00 UTC on the 1st is 16:00 in the city; its day ends at minute 960.
    let mut second = lived(2, &[5]);
    second.times.reported = Some(minute(961));
    let cases = [lived(1, &[5]), second];
    let window = Window { from: minute(0), to: minute(1_440) };
    let days = grouped(&cases, Grouping::Day, &window, &city());
    let counts: Vec<_> =
        days.iter().map(|group| (group.key.as_str(), group.figures.reported.len())).collect();
    assert_eq!(counts, [("2026-10-01", 1), ("2026-10-02", 1)]);
    assert_eq!(days[0].window.to, minute(960));
    let weeks = grouped(&cases, Grouping::Week, &window, &city());
    assert_eq!(weeks.iter().map(|group| group.key.as_str()).collect::<Vec<_>>(), ["2026-09-28"]);
    let months = grouped(&cases, Grouping::Month, &window, &city());
    assert_eq!(months.iter().map(|group| group.key.as_str()).collect::<Vec<_>>(), ["2026-10-01"]);
}

#[test]
fn every_figure_is_in_the_list_once() {
    let figures = compute([&lived(1, &[5])], &day());
    let codes: std::collections::BTreeSet<_> =
        figures.measures().iter().map(|measure| measure.code).collect();
    assert_eq!(codes.len(), figures.measures().len());
    // One for each field of the struct.
    let fields = serde_json::to_value(&figures).unwrap();
    assert_eq!(fields.as_object().unwrap().len(), codes.len());
}
