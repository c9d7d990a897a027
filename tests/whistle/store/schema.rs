//! The schema goes up, down and up again, and two processes that start at once do not meet.

use super::{connect, keep, minute, open, whistled};
use crate::database::Throwaway;
use whistle::store::{Error, Options, Store};

on_both_databases! {
    async fn goes_up_down_and_up(database: Throwaway) {
        let store = connect(&database).await;
        assert!(!store.is_current_schema().await.unwrap(), "an empty database has no schema");
        store.migrate_up().await.unwrap();
        store.migrate_up().await.unwrap();
        assert!(store.is_current_schema().await.unwrap());
        keep(&store, whistled()).await;
        store.migrate_down(Some(1)).await.unwrap();
        let steps = store.migrate_status().await.unwrap();
        assert_eq!(steps.iter().filter(|step| !step.applied).count(), 1);
        assert!(!steps.last().unwrap().applied, "the newest step is taken back first");
        store.migrate_down(None).await.unwrap();
        assert!(store.count_by_state().await.is_err(), "the tables are gone");
        store.migrate_up().await.unwrap();
        assert!(store.count_by_state().await.unwrap().iter().all(|(_, count)| *count == 0));
    }

    async fn is_built_once_by_two_processes(database: Throwaway) {
        let (one, other) = (connect(&database).await, connect(&database).await);
        let (first, second) = tokio::join!(one.migrate_up(), other.migrate_up());
        first.unwrap();
        second.unwrap();
        assert!(other.is_current_schema().await.unwrap());
        one.ping().await.unwrap();
        one.close().await.unwrap();
    }

    async fn a_dropped_transaction_has_never_been(database: Throwaway) {
        let store = open(&database).await;
        let tx = store.begin().await.unwrap();
        let id = tx.insert_case(&whistled()).await.unwrap();
        assert!(tx.case(id).await.unwrap().is_some(), "inside it is there");
        drop(tx);
        assert_eq!(store.case(id).await.unwrap(), None);
    }
}

#[tokio::test]
async fn an_address_of_another_database_is_refused_without_being_told() {
    let refused = Store::connect("mysql://root:secret@localhost/x", &Options::default()).await;
    let error = refused.err().unwrap();
    assert!(matches!(error, Error::Address(_)));
    assert!(!error.to_string().contains("secret"));
}

#[tokio::test]
async fn a_second_write_beside_ones_own_is_an_error_and_not_for_ever() {
    let database = Throwaway::sqlite();
    let options = Options { busy_timeout: std::time::Duration::ZERO, ..Options::default() };
    let store = Store::connect(&database.url, &options).await.unwrap();
    store.migrate_up().await.unwrap();
    let held = store.begin().await.unwrap();
    assert_eq!(store.begin().await.err(), Some(Error::Busy));
    let lease = store.take_lease("poll", "a", minute(1), minute(0)).await;
    assert_eq!(lease, Err(Error::Busy));
    held.commit().await.unwrap();
    assert!(store.begin().await.is_ok());
}
