//! §4 by the published calendar of 2025 and 2026; 2027 is not published.

use super::*;
use chrono::NaiveTime;
use proptest::prelude::*;

fn published() -> Calendar {
    let rows = include_str!("../../../../config/city/calendar.csv").lines().skip(1);
    let days = rows.map(|row| {
        let mut cells = row.trim_start_matches('\u{feff}').split(',');
        let date = cells.next().unwrap().parse().unwrap();
        let kind = if cells.next() == Some("work") { DayKind::Work } else { DayKind::Off };
        (date, kind)
    });
    Calendar { days: days.collect(), ..Calendar::default() }
}

fn at(local: &str) -> DateTime<Utc> {
    let naive = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap();
    chrono_tz::Asia::Shanghai.from_local_datetime(&naive).unwrap().to_utc()
}

fn due(start: &str, limit: &str) -> String {
    let due = published().due(at(start), limit.parse().unwrap());
    let local = due.at.with_timezone(&chrono_tz::Asia::Shanghai).format("%Y-%m-%d %H:%M");
    if due.provisional { format!("{local} ?") } else { local.to_string() }
}

#[test]
fn work_hours_stand_over_the_lunch_break() {
    assert_eq!(due("2026-07-08 11:00", "2 work_hour"), "2026-07-08 15:00");
    assert_eq!(due("2026-07-08 12:30", "0.5 work_hour"), "2026-07-08 14:30");
    // Used up exactly at the close: the limit ends there, not at the next opening.
    assert_eq!(due("2026-07-08 11:00", "1 work_hour"), "2026-07-08 12:00");
}

#[test]
fn work_hours_stand_over_night_and_weekend() {
    assert_eq!(due("2026-07-10 17:00", "2 work_hour"), "2026-07-13 09:00");
    assert_eq!(due("2026-07-11 10:00", "1 work_hour"), "2026-07-13 09:00");
    assert_eq!(due("2026-07-08 18:00", "1 work_hour"), "2026-07-09 09:00");
}

#[test]
fn a_make_up_workday_counts() {
    assert!(published().is_workday("2026-10-10".parse().unwrap()), "a Saturday");
    assert_eq!(due("2026-10-09 17:00", "2 work_hour"), "2026-10-10 09:00");
    assert_eq!(due("2026-10-09 10:00", "1 work_day"), "2026-10-10 18:00");
}

#[test]
fn spring_festival_stands_still() {
    // Holidays 15–23 February; 14 and 28 February, both Saturdays, are worked.
    assert_eq!(due("2026-02-14 17:00", "2 work_hour"), "2026-02-24 09:00");
    assert_eq!(due("2026-02-13 10:00", "2 work_day"), "2026-02-24 18:00");
    assert_eq!(due("2026-02-18 10:00", "1 work_day"), "2026-02-25 18:00");
}

#[test]
fn work_days_end_at_the_close_of_the_nth_workday_after() {
    assert_eq!(due("2026-07-07 08:00", "1 work_day"), "2026-07-08 18:00");
    assert_eq!(due("2026-07-07 17:59", "1 work_day"), "2026-07-08 18:00");
    assert_eq!(due("2026-07-07 12:30", "1 work_day"), "2026-07-08 18:00");
    assert_eq!(due("2026-07-07 03:00", "1 work_day"), "2026-07-08 18:00");
    // After the close, and on a Saturday, the clock starts on the next workday.
    assert_eq!(due("2026-07-07 19:00", "1 work_day"), "2026-07-09 18:00");
    assert_eq!(due("2026-07-11 10:00", "1 work_day"), "2026-07-14 18:00");
    assert_eq!(due("2026-07-07 10:00", "15 work_day"), "2026-07-28 18:00");
}

#[test]
fn urgent_hours_and_natural_days_run_day_and_night() {
    assert_eq!(due("2026-07-11 23:30", "2 urgent_hour"), "2026-07-12 01:30");
    assert_eq!(due("2026-07-10 20:15", "1 natural_day"), "2026-07-11 20:15");
    assert_eq!(due("2026-02-16 09:00", "0.25 urgent_hour"), "2026-02-16 09:15");
}

#[test]
fn a_year_that_nobody_has_published_is_provisional() {
    assert_eq!(due("2026-12-30 10:00", "1 work_day"), "2026-12-31 18:00");
    assert_eq!(due("2026-12-31 10:00", "1 work_day"), "2027-01-01 18:00 ?");
    assert_eq!(due("2027-03-01 10:00", "1 work_hour"), "2027-03-01 11:00 ?");
    // Day and night need no calendar.
    assert_eq!(due("2026-12-31 23:30", "2 urgent_hour"), "2027-01-01 01:30");
    assert!(published().published(2026) && !published().published(2027));
    assert!(!Calendar::default().published(2026), "unpublished is not holiday-free");
}

#[test]
fn the_next_working_instant_is_now_or_an_opening() {
    let calendar = published();
    let next = |local| calendar.next_working(at(local));
    assert_eq!(next("2026-07-08 10:00"), at("2026-07-08 10:00"));
    assert_eq!(next("2026-07-08 08:00"), at("2026-07-08 08:00"));
    assert_eq!(next("2026-07-08 12:00"), at("2026-07-08 14:00"));
    assert_eq!(next("2026-07-10 18:00"), at("2026-07-13 08:00"));
    assert_eq!(next("2026-10-01 09:00"), at("2026-10-08 08:00"));
    assert_eq!(calendar.opening_before(at("2026-07-13 08:00")), at("2026-07-10 14:00"));
}

#[test]
fn office_time_between_two_instants() {
    let calendar = published();
    let hours = |a, b| calendar.working_between(at(a), at(b)).num_minutes() as f64 / 60.0;
    assert!((hours("2026-07-08 11:30", "2026-07-08 14:30") - 1.0).abs() < 1e-9);
    assert!((hours("2026-07-10 17:00", "2026-07-13 09:00") - 2.0).abs() < 1e-9);
    assert!(hours("2026-07-11 09:00", "2026-07-12 20:00").abs() < 1e-9);
    assert!(hours("2026-07-08 14:30", "2026-07-08 11:30").abs() < 1e-9, "never negative");
}

#[test]
fn a_clock_that_stood_is_moved_by_its_own_kind_of_time() {
    let calendar = published();
    let due = Deadline { at: at("2026-07-10 18:00"), provisional: false };
    let stood = (at("2026-07-10 17:00"), at("2026-07-13 09:00"));
    assert_eq!(calendar.moved(due, LimitKind::WorkHour, stood).at, at("2026-07-13 10:00"));
    assert_eq!(calendar.moved(due, LimitKind::UrgentHour, stood).at, at("2026-07-13 10:00"));
    let weekend = (at("2026-07-10 18:00"), at("2026-07-12 18:00"));
    assert_eq!(calendar.moved(due, LimitKind::WorkHour, weekend).at, due.at, "no office time was lost");
    assert_eq!(calendar.moved(due, LimitKind::NaturalDay, weekend).at, at("2026-07-12 18:00"));
}

#[test]
fn one_more_limit_is_no_longer_than_the_first() {
    let more = |due, limit: &str| published().extended(at(due), limit.parse().unwrap()).at;
    assert_eq!(more("2026-07-08 18:00", "2 work_day"), at("2026-07-10 18:00"));
    assert_eq!(more("2026-07-08 15:00", "4 work_hour"), at("2026-07-09 09:00"));
    assert_eq!(more("2026-07-10 15:00", "1 natural_day"), at("2026-07-11 15:00"));
}

#[test]
fn a_calendar_without_office_hours_hangs_nobody() {
    let none = Calendar { hours: Vec::new(), ..published() };
    let start = at("2026-07-08 10:00");
    assert_eq!(none.due(start, TimeLimit::new(2.0, LimitKind::WorkHour)).at, start + Duration::hours(2));
    assert_eq!(none.due(start, TimeLimit::new(2.0, LimitKind::WorkDay)).at, start + Duration::days(2));
    assert_eq!(none.next_working(start), start);
    assert_eq!(none.opening_before(start), start);
    assert_eq!(none.before(start, Duration::hours(1), LimitKind::WorkHour), start - Duration::hours(1));
}

fn starts() -> impl Strategy<Value = DateTime<Utc>> {
    // Two years by the second, from 2025-06-01.
    (0_i64..63_072_000).prop_map(|seconds| at("2025-06-01 00:00") + Duration::seconds(seconds))
}

fn kinds() -> impl Strategy<Value = LimitKind> {
    prop::sample::select(vec![
        LimitKind::UrgentHour,
        LimitKind::NaturalDay,
        LimitKind::WorkHour,
        LimitKind::WorkDay,
    ])
}

proptest! {
    #[test]
    fn a_later_start_and_a_longer_limit_are_never_due_earlier(
        start in starts(), later in 0_i64..1_000_000, kind in kinds(), amount in 1_u32..40, more in 0_u32..10,
    ) {
        let calendar = published();
        let limit = TimeLimit::new(f64::from(amount), kind);
        let due = calendar.due(start, limit).at;
        prop_assert!(due > start);
        prop_assert!(calendar.due(start + Duration::seconds(later), limit).at >= due);
        let longer = TimeLimit::new(f64::from(amount + more), kind);
        prop_assert!(calendar.due(start, longer).at >= due);
    }

    #[test]
    fn a_work_hour_limit_is_just_so_much_office_time(start in starts(), minutes in 1_i64..6_000) {
        let calendar = published();
        let limit = TimeLimit::new(minutes as f64 / 60.0, LimitKind::WorkHour);
        let due = calendar.due(start, limit);
        prop_assert_eq!(calendar.working_between(start, due.at), calendar.length(limit));
        // And back from the deadline to the first working instant.
        let back = calendar.before(due.at, calendar.length(limit), LimitKind::WorkHour);
        prop_assert_eq!(calendar.working_between(back, due.at), calendar.length(limit));
    }

    #[test]
    fn work_days_end_at_a_close_of_a_workday(start in starts(), days in 1_u32..30) {
        let calendar = published();
        let due = calendar.due(start, TimeLimit::new(f64::from(days), LimitKind::WorkDay));
        let local = due.at.with_timezone(&calendar.zone);
        prop_assert_eq!(local.time(), NaiveTime::from_hms_opt(18, 0, 0).unwrap());
        prop_assert!(calendar.is_workday(local.date_naive()));
    }

    #[test]
    fn people_are_disturbed_in_office_hours_only(start in starts()) {
        let calendar = published();
        let next = calendar.next_working(start);
        prop_assert!(next >= start);
        prop_assert_eq!(calendar.next_working(next), next);
        prop_assert_eq!(calendar.working_between(start, next), Duration::zero());
    }
}
