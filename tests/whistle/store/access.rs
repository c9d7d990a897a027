//! Who may come in, and what one process does at a time.

use super::{minute, open};
use crate::database::Throwaway;
use whistle::store::{ApiClient, Error, LogEntry, Session};

on_both_databases! {
    async fn a_lease_has_one_holder(database: Throwaway) {
        let (one, other) = (open(&database).await, open(&database).await);
        let (first, second) = tokio::join!(
            one.take_lease("poll", "a", minute(1), minute(0)),
            other.take_lease("poll", "b", minute(1), minute(0)),
        );
        let (first, second) = (first.unwrap(), second.unwrap());
        assert!(first ^ second, "one of two processes");
        let (winner, loser) = if first { ("a", "b") } else { ("b", "a") };
        assert!(one.take_lease("poll", winner, minute(2), minute(1)).await.unwrap(), "its holder keeps it");
        assert!(!one.take_lease("poll", loser, minute(3), minute(1)).await.unwrap());
        one.release_lease("poll", loser).await.unwrap();
        assert!(
            !one.take_lease("poll", loser, minute(3), minute(1)).await.unwrap(),
            "it is not the loser's to give"
        );
        assert!(one.take_lease("poll", loser, minute(4), minute(2)).await.unwrap(), "it has run out");
        one.release_lease("poll", loser).await.unwrap();
        assert!(other.take_lease("poll", winner, minute(5), minute(2)).await.unwrap(), "it was given back");
        assert!(other.take_lease("other", loser, minute(5), minute(2)).await.unwrap());
    }

    async fn the_offset_is_kept(database: Throwaway) {
        let store = open(&database).await;
        assert_eq!(store.offset("7").await.unwrap(), None);
        store.set_offset("7", 100, minute(0)).await.unwrap();
        let tx = store.begin().await.unwrap();
        tx.set_offset("7", i64::MAX, minute(1)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.offset("7").await.unwrap(), Some((i64::MAX, Some(minute(1)))));
    }

    async fn a_session_ends(database: Throwaway) {
        let store = open(&database).await;
        let session = |token: &str, until| Session {
            token_hash: token.into(),
            person: "D1".into(),
            csrf: "c".into(),
            created_at: minute(0),
            expires_at: minute(until),
        };
        for (token, until) in [("t1", 60), ("t2", 60), ("t3", 10)] {
            store.add_session(&session(token, until)).await.unwrap();
        }
        assert_eq!(store.session("t1", minute(59)).await.unwrap(), Some(session("t1", 60)));
        assert_eq!(store.session("t1", minute(60)).await.unwrap(), None, "by itself");
        store.end_session("t1").await.unwrap();
        assert_eq!(store.session("t1", minute(1)).await.unwrap(), None, "by signing out");
        assert_eq!(store.end_expired_sessions(minute(10)).await.unwrap(), 1);
        store.set_password(&"D1".into(), "$argon2id$1", minute(1)).await.unwrap();
        assert_eq!(store.session("t2", minute(1)).await.unwrap(), None, "by a new password");
        store.set_password(&"D1".into(), "$argon2id$2", minute(2)).await.unwrap();
        assert_eq!(store.password(&"D1".into()).await.unwrap().as_deref(), Some("$argon2id$2"));
        assert_eq!(store.password(&"D2".into()).await.unwrap(), None);
    }

    async fn a_program_comes_in_by_its_token(database: Throwaway) {
        let store = open(&database).await;
        let client =
            ApiClient { token_hash: "h".into(), name: "open311".into(), scopes: vec!["report".into()], last_used_at: None };
        store.add_api_client(&client, minute(0)).await.unwrap();
        let same = ApiClient { token_hash: "h2".into(), ..client.clone() };
        assert_eq!(store.add_api_client(&same, minute(0)).await, Err(Error::Taken));
        assert_eq!(store.api_client("h").await.unwrap(), Some(client));
        for (used, known) in [(5, 5), (6, 5), (7, 7)] {
            store.touch_api_client("h", minute(used)).await.unwrap();
            let [last] = &store.api_clients().await.unwrap()[..] else { panic!("one program") };
            assert_eq!((last.name.as_str(), last.last_used_at), ("open311", Some(minute(known))));
        }
        assert!(store.remove_api_client("open311").await.unwrap());
        assert!(!store.remove_api_client("open311").await.unwrap());
        assert_eq!(store.api_client("h").await.unwrap(), None);
    }

    async fn what_was_looked_at_is_written_down(database: Throwaway) {
        let store = open(&database).await;
        let entry = |at| LogEntry {
            at: minute(at),
            person: "D1".into(),
            action: "reveal_phone".into(),
            subject: "person:W0001".into(),
            reason: "回访".into(),
        };
        store.log_access(&entry(1)).await.unwrap();
        store.log_access(&entry(2)).await.unwrap();
        assert_eq!(store.access_log(9).await.unwrap(), [entry(2), entry(1)]);
        assert_eq!(store.access_log(1).await.unwrap(), [entry(2)]);
    }
}
