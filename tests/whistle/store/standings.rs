//! What waits for a decision and what is late is found by the store, whole and in order, however much
//! lies in front of it.

use super::{again_from, due, keep, minute, open, whistle, whistled};
use crate::database::Throwaway;
use entity::cases;
use sea_orm::{ConnectionTrait, Database, Iterable, sea_query::Iden};
use whistle::{
    domain::{
        Case, CaseId, Escalation, Rating, State, Suspension,
        case::{CheckDue, Checker, ExtensionAsked, Owed},
    },
    store::{CaseFilter, Keyset, Order, Store},
};

fn late(now: i64) -> CaseFilter {
    CaseFilter { late_at: Some(minute(now)), order: Order::DueFirst, ..CaseFilter::default() }
}

fn waiting() -> CaseFilter {
    CaseFilter { waiting: true, order: Order::DueFirst, ..CaseFilter::default() }
}

async fn ids(store: &Store, filter: &CaseFilter) -> Vec<i64> {
    let found: Vec<i64> = store.list(filter).await.unwrap().iter().map(|case| case.id.0).collect();
    assert_eq!(store.count(filter).await.unwrap(), found.len() as u64);
    found
}

fn urged() -> Case {
    let owed = Owed { by: "L1".into(), at: minute(1), words: "请尽快".into(), answer: None };
    Case { urged: vec![owed], ..whistled() }
}

fn suspended() -> Case {
    let suspended = Suspension { since: minute(1), until: minute(900), reason: "等材料".into() };
    Case { suspended: Some(suspended), ..whistled() }
}

fn due_at(n: i64, mut case: Case) -> Case {
    case.whistle.as_mut().unwrap().answer = due(n);
    case
}

/// Copies the rows of a database until there are at least so many of them.
async fn copy(database: &Throwaway, wanted: u64) {
    let connection = Database::connect(&database.url).await.unwrap();
    let columns: Vec<String> = cases::Column::iter()
        .map(|column| column.unquoted().to_owned())
        .filter(|column| column != "id")
        .map(|column| format!("\"{column}\""))
        .collect();
    let columns = columns.join(", ");
    let mut rows = 1;
    while rows < wanted {
        let copy = format!("INSERT INTO cases ({columns}) SELECT {columns} FROM cases");
        rows += connection.execute_unprepared(&copy).await.unwrap().rows_affected();
    }
    connection.close().await.unwrap();
}

on_both_databases! {
    async fn each_reason_to_wait_or_to_be_late_counts(database: Throwaway) {
        let store = open(&database).await;
        let by = |asked| Case {
            state: State::Settled,
            check: Some(CheckDue { asked, until: minute(500) }),
            ..whistled()
        };
        let asked = ExtensionAsked { by: "L1".into(), reason: "要等材料".into() };
        let reported = Case { state: State::Reported, whistle: None, triage: Some(due(40)), ..whistled() };
        let reported = keep(&store, reported).await.id.0;
        let checked = keep(&store, due_at(700, by(Checker::Dispatcher))).await.id.0;
        keep(&store, due_at(700, by(Checker::Reporter))).await;
        let asked = keep(&store, due_at(60, Case { extension_asked: Some(asked), ..whistled() })).await.id.0;
        let urged_late = keep(&store, due_at(50, urged())).await.id.0;
        let climbed = Case { escalation: Escalation::Community, ..whistled() };
        let climbed = keep(&store, due_at(800, climbed)).await.id.0;
        keep(&store, suspended()).await;
        keep(&store, due_at(900, whistled())).await;
        keep(&store, Case { state: State::Closed, escalation: Escalation::District, ..urged() }).await;
        assert_eq!(ids(&store, &waiting()).await, [reported, urged_late, asked, checked]);
        assert_eq!(ids(&store, &late(45)).await, [reported, urged_late, climbed]);
        assert_eq!(ids(&store, &late(55)).await, [reported, urged_late, climbed]);
        assert_eq!(ids(&store, &late(61)).await, [reported, urged_late, asked, climbed]);
        assert_eq!(ids(&store, &late(40)).await, [urged_late, climbed], "a deadline is not late itself");
        let newest = CaseFilter { order: Order::NewestFirst, ..late(61) };
        assert_eq!(ids(&store, &newest).await, [climbed, urged_late, asked, reported]);
    }

    async fn the_late_come_in_parts_without_a_gap(database: Throwaway) {
        let store = open(&database).await;
        for n in 0..9 {
            keep(&store, due_at(100 - n / 2, if n % 3 == 0 { urged() } else { whistled() })).await;
        }
        let whole = ids(&store, &late(200)).await;
        assert_eq!(whole, [9, 7, 8, 5, 6, 3, 4, 1, 2]);
        let (mut parts, mut after) = (Vec::new(), None);
        loop {
            let part = store.list(&CaseFilter { limit: 2, after, ..late(200) }).await.unwrap();
            let Some(last) = part.last() else { break };
            after = Some(Keyset::of(last, Order::DueFirst));
            parts.extend(part.iter().map(|case| case.id.0));
        }
        assert_eq!(parts, whole);
    }

    async fn thousands_in_front_hide_nothing(database: Throwaway) {
        let store = open(&database).await;
        keep(&store, suspended()).await;
        copy(&database, 8_192).await;
        let urged = keep(&store, due_at(500, urged())).await.id.0;
        assert_eq!(store.count(&CaseFilter::default()).await.unwrap(), 8_193);
        assert_eq!(ids(&store, &waiting()).await, [urged]);
        assert_eq!(ids(&store, &late(400)).await, [urged]);
    }

    async fn rows_of_before_the_step_get_their_standing(database: Throwaway) {
        let store = open(&database).await;
        let urged = keep(&store, due_at(50, urged())).await.id.0;
        let overdue = keep(&store, due_at(20, whistled())).await.id.0;
        keep(&store, Case { state: State::Closed, ..whistled() }).await;
        again_from(&store, "m20261125_000008_standing").await;
        assert_eq!(ids(&store, &waiting()).await, [urged]);
        assert_eq!(ids(&store, &late(30)).await, [overdue, urged]);
        let whole = CaseFilter { order: Order::DueFirst, ..CaseFilter::default() };
        assert_eq!(ids(&store, &whole).await, [overdue, urged, 3]);
        assert_eq!(store.list(&CaseFilter { limit: 1, ..late(30) }).await.unwrap().len(), 1);
    }

    async fn a_row_that_cannot_be_read_does_not_stop_the_step(database: Throwaway) {
        let store = open(&database).await;
        keep(&store, whistled()).await;
        let good = keep(&store, urged()).await.id.0;
        let connection = Database::connect(&database.url).await.unwrap();
        let spoil = "UPDATE cases SET due_key = -1, waits = false, body = CASE id WHEN 1 THEN '{}' ELSE body END";
        connection.execute_unprepared(spoil).await.unwrap();
        connection.close().await.unwrap();
        store.migrate_up().await.unwrap();
        assert_eq!(ids(&store, &waiting()).await, [good]);
        assert!(store.case(CaseId(1)).await.is_err());
    }

    async fn a_rating_belongs_to_the_period_in_which_it_was_given(database: Throwaway) {
        let store = open(&database).await;
        let rating = Rating { score: 2, solved: false, words: None, at: minute(5_000) };
        let rated = keep(&store, Case { state: State::Closed, rating: Some(rating), ..whistled() }).await.id;
        let mut called = whistled();
        called.departments = vec![whistle("D012")];
        called.departments[0].settle = due(5_001);
        let called = keep(&store, called).await.id;
        keep(&store, whistled()).await;
        let found = store.finished_or_due(minute(4_990), minute(5_002)).await.unwrap();
        assert_eq!(found.into_iter().map(|case| case.id).collect::<Vec<_>>(), [rated, called]);
        let between = store.finished_or_due(minute(4_000), minute(4_990)).await.unwrap();
        assert!(between.is_empty(), "nothing happened in between");
    }
}
