//! Cases are found by those who may see them, in the order that they ask for.

use super::{due, keep, minute, open, place, set, whistle, whistled};
use crate::database::Throwaway;
use whistle::{
    atlas::Point,
    domain::{Case, CaseId, ChatId, Due, Party, Stage, State, Times, Unit, UnitLevel},
    store::{CaseFilter, Keyset, Order, Store},
};

fn unit(code: &str, level: UnitLevel, parent: Option<&str>) -> Unit {
    Unit {
        code: code.into(),
        name: code.into(),
        name_en: None,
        level,
        parent: parent.map(Into::into),
        work_list: Vec::new(),
    }
}

/// District D over subdistrict S over communities C1 (grids G1, G2) and C2 (grid G3); department D012.
async fn district(store: &Store) {
    use UnitLevel::{Community, Department, District, Grid, Subdistrict};
    let units = [
        unit("D", District, None),
        unit("S", Subdistrict, Some("D")),
        unit("C1", Community, Some("S")),
        unit("C2", Community, Some("S")),
        unit("G1", Grid, Some("C1")),
        unit("G2", Grid, Some("C1")),
        unit("G3", Grid, Some("C2")),
        unit("D012", Department, None),
    ];
    let tx = store.begin().await.unwrap();
    tx.replace_units(&[District, Subdistrict, Community, Grid, Department], &units).await.unwrap();
    tx.commit().await.unwrap();
}

fn in_c2() -> Case {
    let mut case = whistled();
    case.desk = "C2".into();
    case.place.located.grid = Some("G3".into());
    case.place.located.community = Some("C2".into());
    case.whistle = Some(whistle("G3"));
    case
}

fn for_desks(desks: &[&str]) -> CaseFilter {
    CaseFilter { desks: Some(desks.iter().map(|code| (*code).into()).collect()), ..CaseFilter::default() }
}

async fn found(store: &Store, filter: &CaseFilter) -> std::collections::BTreeSet<CaseId> {
    let cases = store.list(filter).await.unwrap();
    assert_eq!(store.count(filter).await.unwrap(), cases.len() as u64);
    set(cases.into_iter().map(|case| case.id))
}

on_both_databases! {
    async fn a_desk_sees_what_lies_below_it_and_nothing_else(database: Throwaway) {
        let store = open(&database).await;
        district(&store).await;
        let one = keep(&store, whistled()).await.id;
        let two = keep(&store, in_c2()).await.id;
        let mut called = in_c2();
        called.departments = vec![whistle("D012")];
        let three = keep(&store, called).await.id;
        assert_eq!(found(&store, &for_desks(&["C1"])).await, set([one]));
        assert_eq!(found(&store, &for_desks(&["G3"])).await, set([two, three]));
        assert_eq!(found(&store, &for_desks(&["D012"])).await, set([three]));
        assert_eq!(found(&store, &for_desks(&["D"])).await, set([one, two, three]));
        assert_eq!(found(&store, &for_desks(&["G2"])).await, set([]));
        assert_eq!(found(&store, &for_desks(&[])).await, set([]), "no post, no case");
        assert_eq!(found(&store, &CaseFilter::default()).await, set([one, two, three]));
        let of_c2 = store.finished_or_due_within(minute(0), minute(1), &["C2".into()]).await.unwrap();
        assert_eq!(set(of_c2.into_iter().map(|case| case.id)), set([two, three]));
    }

    async fn a_case_that_went_to_another_community_is_seen_there(database: Throwaway) {
        let store = open(&database).await;
        district(&store).await;
        let moved = keep(&store, Case { whistle: Some(whistle("G3")), ..whistled() }).await.id;
        assert_eq!(found(&store, &for_desks(&["C2"])).await, set([moved]));
        assert_eq!(found(&store, &for_desks(&["C1"])).await, set([moved]), "its place is still there");
    }

    async fn each_condition_holds(database: Throwaway) {
        let store = open(&database).await;
        let mut led = whistled();
        led.state = State::Answered;
        led.whistle = Some(whistle::domain::Whistle {
            lead: Some("L1".into()),
            helpers: vec!["H1".into()],
            stage: Stage::Answered,
            ..whistle("G1")
        });
        let led = keep(&store, led).await.id;
        let mut other = in_c2();
        other.reporters = vec![Party::Chat(ChatId(7)), Party::Person("W0009".into())];
        other.category = "07002".into();
        other.times.reported = Some(minute(60));
        other.material[0].words = Some("路灯不亮 at No_5".into());
        let other = keep(&store, other).await.id;
        let all = CaseFilter::default;
        let filters = [
            (CaseFilter { states: vec![State::Answered, State::Closed], ..all() }, led),
            (CaseFilter { owner_in: vec!["G3".into()], ..all() }, other),
            (CaseFilter { reporter: Some(Party::Chat(ChatId(7))), ..all() }, other),
            (CaseFilter { reporter: Some(Party::Person("W0009".into())), ..all() }, other),
            (CaseFilter { lead: Some("L1".into()), ..all() }, led),
            (CaseFilter { involved: Some("H1".into()), ..all() }, led),
            (CaseFilter { category: Some("07002".into()), ..all() }, other),
            (CaseFilter { since: Some(minute(60)), ..all() }, other),
            (CaseFilter { until: Some(minute(60)), ..all() }, led),
            (CaseFilter { words: Some("manhole 井盖".into()), ..all() }, led),
            (CaseFilter { words: Some("100%".into()), ..all() }, led),
            (CaseFilter { words: Some("no_5".into()), ..all() }, other),
        ];
        for (filter, only) in filters {
            assert_eq!(found(&store, &filter).await, set([only]), "{filter:?}");
        }
        let none = CaseFilter { words: Some("1%0".into()), ..all() };
        assert_eq!(found(&store, &none).await, set([]), "a per cent sign is a per cent sign");
        let reported = store.reported_by(&Party::Person("W0009".into()), 9).await.unwrap();
        assert_eq!(set(reported.into_iter().map(|case| case.id)), set([other]));
        assert!(store.reported_by(&Party::Anonymous, 9).await.unwrap().is_empty());
    }

    async fn pages_follow_each_other_without_a_gap(database: Throwaway) {
        let store = open(&database).await;
        for n in 0..7 {
            let mut case = whistled();
            // Two share each time, and one owes nothing.
            case.times.reported = Some(minute(n / 2));
            case.whistle.as_mut().unwrap().answer = due(100 - n / 2);
            if n == 6 {
                case.state = State::Closed;
            }
            keep(&store, case).await;
        }
        for order in [Order::DueFirst, Order::NewestFirst] {
            let whole = CaseFilter { order, ..CaseFilter::default() };
            let whole: Vec<CaseId> = store.list(&whole).await.unwrap().iter().map(|case| case.id).collect();
            let mut pages = Vec::new();
            let mut after = None;
            loop {
                let page = CaseFilter { order, limit: 2, after, ..CaseFilter::default() };
                let page = store.list(&page).await.unwrap();
                let Some(last) = page.last() else { break };
                after = Some(Keyset::of(last, order));
                pages.extend(page.iter().map(|case| case.id));
            }
            assert_eq!(pages, whole);
            assert_eq!(whole.len(), 7);
            let due_first: Vec<i64> = vec![5, 6, 3, 4, 1, 2, 7];
            if order == Order::DueFirst {
                assert_eq!(whole.iter().map(|id| id.0).collect::<Vec<_>>(), due_first);
            }
        }
    }

    async fn tasks_are_what_is_owed_and_the_most_urgent_first(database: Throwaway) {
        let store = open(&database).await;
        let mut later = whistled();
        later.whistle.as_mut().unwrap().answer = due(50);
        let later = keep(&store, later).await.id;
        let sooner = keep(&store, whistled()).await.id;
        let mut done = whistled();
        done.state = State::Settled;
        done.whistle.as_mut().unwrap().stage = Stage::Settled;
        keep(&store, done).await;
        keep(&store, Case { state: State::Voided, ..whistled() }).await;
        let mut called = in_c2();
        called.departments = vec![whistle("D012")];
        let called = keep(&store, called).await.id;
        let ids = |cases: Vec<Case>| cases.into_iter().map(|case| case.id).collect::<Vec<_>>();
        assert_eq!(ids(store.tasks(None, &["G1".into()]).await.unwrap()), [sooner, later]);
        assert_eq!(ids(store.tasks(None, &["D012".into()]).await.unwrap()), [called]);
        assert!(store.tasks(None, &[]).await.unwrap().is_empty());
        let mut led = store.case(later).await.unwrap().unwrap();
        led.whistle.as_mut().unwrap().lead = Some("L1".into());
        led.version += 1;
        let tx = store.begin().await.unwrap();
        assert!(tx.save_case(&led, led.version - 1).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(ids(store.tasks(Some(&"L1".into()), &[]).await.unwrap()), [later], "who leads has it too");
    }

    async fn near_is_a_circle_and_leaves_out_what_has_ended(database: Throwaway) {
        let store = open(&database).await;
        let at = |lon: f64, lat: f64| Case { place: place(lon, lat), ..whistled() };
        let here = keep(&store, at(120.45, 36.39)).await.id;
        let near = keep(&store, at(120.4504, 36.39)).await.id;
        // In the box around the circle, not in the circle.
        keep(&store, at(120.4505, 36.3904)).await;
        keep(&store, at(120.46, 36.39)).await;
        keep(&store, Case { state: State::Closed, ..at(120.45, 36.39) }).await;
        let mut old = at(120.45, 36.39);
        old.times.reported = Some(minute(-60));
        keep(&store, old).await;
        let found = store.near(&[Point { lon: 120.45, lat: 36.39 }], 50.0, minute(-1)).await.unwrap().remove(0);
        assert_eq!(found.into_iter().map(|case| case.id).collect::<Vec<_>>(), [here, near]);
    }

    async fn a_period_holds_what_was_done_or_fell_due_in_it(database: Throwaway) {
        let store = open(&database).await;
        let settled = Times { settled: Some(minute(1000)), ..whistled().times };
        let settled = keep(&store, Case { times: settled, ..whistled() }).await.id;
        let mut late = whistled();
        late.whistle.as_mut().unwrap().settle = due(1001);
        let late = keep(&store, late).await.id;
        keep(&store, whistled()).await;
        let found = store.finished_or_due(minute(1000), minute(1002)).await.unwrap();
        assert_eq!(found.into_iter().map(|case| case.id).collect::<Vec<_>>(), [settled, late]);
        assert!(store.finished_or_due(minute(1002), minute(2000)).await.unwrap().is_empty());
    }

    async fn states_are_counted_and_provisional_deadlines_found(database: Throwaway) {
        let store = open(&database).await;
        let mut provisional = whistled();
        provisional.whistle.as_mut().unwrap().settle = Due { at: minute(9), provisional: true };
        let provisional = keep(&store, provisional).await.id;
        keep(&store, Case { state: State::Closed, ..whistled() }).await;
        assert_eq!(store.provisional().await.unwrap(), [provisional]);
        let counts = store.count_by_state().await.unwrap();
        assert_eq!(counts.len(), State::ALL.len());
        let ones: Vec<State> =
            counts.into_iter().filter(|(_, count)| *count == 1).map(|(state, _)| state).collect();
        assert_eq!(ones, [State::Whistled, State::Closed]);
    }
}
