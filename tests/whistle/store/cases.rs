//! A case and its events come back as they were; the version lets one of two win.

use super::{event, keep, minute, open, whistle, whistled};
use crate::database::Throwaway;
use chrono::Duration;
use whistle::{
    dialogue::{ChannelKind, RemoteFile},
    domain::{
        CallReason, Case, CaseId, Escalation, Fact, Material, MediaId, Party, Photo, PhotoStage, Rating,
        Stage, State, Suspension, case::Owed,
    },
    store::{Error, MediaNew},
};

/// With something in every part.
fn full() -> Case {
    let owed = Owed { by: "D1".into(), at: minute(3), words: "快".into(), answer: None };
    let mut case = whistled();
    case.state = State::Arrived;
    case.reporters.push(Party::Chat(whistle::domain::ChatId(9)));
    let photo = Some(Photo { media: MediaId(4), stage: PhotoStage::Before });
    case.material.push(Material {
        message: None,
        words: None,
        photo,
        voice: Some(MediaId(5)),
        said_at: minute(1),
    });
    case.departments = vec![whistle::domain::Whistle {
        reason: Some(CallReason::Emergency),
        lead: Some("O1".into()),
        helpers: vec!["O2".into()],
        stage: Stage::Answered,
        ..whistle("D012")
    }];
    case.escalation = Escalation::Subdistrict;
    case.suspended = Some(Suspension { since: minute(3), until: minute(900), reason: "等材料".into() });
    case.supervised = Some(owed.clone());
    case.urged = vec![owed];
    case.rating = Some(Rating { score: 5, solved: true, words: Some("好".into()), at: minute(99) });
    case
}

on_both_databases! {
    async fn comes_back_as_it_was(database: Throwaway) {
        let store = open(&database).await;
        let case = keep(&store, full()).await;
        let events = vec![
            event(1, Fact::Joined { unit: "G1".into(), helper: "W0002".into() }),
            event(2, Fact::Joined { unit: "G1".into(), helper: "W0003".into() }),
        ];
        let tx = store.begin().await.unwrap();
        tx.append_events(case.id, &events).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.case(case.id).await.unwrap(), Some(case.clone()));
        assert_eq!(store.events(case.id).await.unwrap(), events);
        assert_eq!(store.case(CaseId(case.id.0 + 1)).await.unwrap(), None);
    }

    async fn a_stale_version_writes_nothing(database: Throwaway) {
        let store = open(&database).await;
        let before = keep(&store, whistled()).await;
        let after = Case { version: 3, state: State::Answered, ..before.clone() };
        let tx = store.begin().await.unwrap();
        assert!(tx.save_case(&after, 2).await.unwrap());
        tx.commit().await.unwrap();
        let late = Case { version: 3, state: State::Voided, ..before };
        let tx = store.begin().await.unwrap();
        assert!(!tx.save_case(&late, 2).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(store.case(after.id).await.unwrap(), Some(after));
    }

    async fn of_two_processes_with_one_version_one_wins(database: Throwaway) {
        let (one, other) = (open(&database).await, open(&database).await);
        let before = keep(&one, whistled()).await;
        let save = |store: whistle::store::Store, state: State| {
            let after = Case { version: 3, state, ..before.clone() };
            async move {
                let tx = store.begin().await.unwrap();
                let saved = tx.save_case(&after, 2).await.unwrap();
                tx.commit().await.unwrap();
                saved
            }
        };
        let (first, second) = tokio::join!(save(one.clone(), State::Answered), save(other, State::Voided));
        assert!(first ^ second, "exactly one");
        let state = one.case(before.id).await.unwrap().unwrap().state;
        assert_eq!(state, if first { State::Answered } else { State::Voided });
    }

    async fn an_event_is_never_written_over(database: Throwaway) {
        let store = open(&database).await;
        let case = keep(&store, whistled()).await;
        let first = event(1, Fact::Joined { unit: "G1".into(), helper: "W0002".into() });
        let tx = store.begin().await.unwrap();
        tx.append_events(case.id, std::slice::from_ref(&first)).await.unwrap();
        tx.commit().await.unwrap();
        let again = event(1, Fact::Joined { unit: "G1".into(), helper: "W0003".into() });
        let tx = store.begin().await.unwrap();
        assert_eq!(tx.append_events(case.id, &[again]).await, Err(Error::Taken));
        drop(tx);
        assert_eq!(store.events(case.id).await.unwrap(), [first]);
    }

    async fn an_event_needs_its_case(database: Throwaway) {
        let store = open(&database).await;
        let tx = store.begin().await.unwrap();
        let lost = event(1, Fact::Joined { unit: "G1".into(), helper: "W0002".into() });
        assert!(tx.append_events(CaseId(404), &[lost]).await.is_err(), "foreign keys are on");
    }

    async fn its_files_know_it(database: Throwaway) {
        let store = open(&database).await;
        let file = RemoteFile { id: "AgAC".into(), unique_id: None, size: Some(10), mime: None };
        let new = MediaNew { channel: ChannelKind::Telegram, file, kind: "photo" };
        let tx = store.begin().await.unwrap();
        let media = tx.add_media(std::slice::from_ref(&new), minute(0)).await.unwrap()[0];
        assert_eq!(
            tx.add_media(std::slice::from_ref(&new), minute(1)).await.unwrap()[0],
            media,
            "the same reference is the same file"
        );
        tx.commit().await.unwrap();
        let mut case = whistled();
        case.material[0].photo = Some(Photo { media, stage: PhotoStage::Before });
        let case = keep(&store, case).await;
        assert_eq!(store.media(media).await.unwrap().unwrap().case, Some(case.id));
    }

    async fn alarms_ring_in_order(database: Throwaway) {
        let store = open(&database).await;
        let late = keep(&store, Case { wake_at: Some(minute(20)), ..whistled() }).await;
        let early = keep(&store, Case { wake_at: Some(minute(10)), ..whistled() }).await;
        keep(&store, Case { wake_at: None, ..whistled() }).await;
        assert_eq!(store.next_wake().await.unwrap(), Some(minute(10)));
        let just_before = minute(10) - Duration::milliseconds(1);
        assert!(store.due(just_before, 9).await.unwrap().is_empty());
        assert_eq!(store.due(minute(10), 9).await.unwrap(), [early.id]);
        assert_eq!(store.due(minute(30), 9).await.unwrap(), [early.id, late.id]);
        assert_eq!(store.due(minute(30), 1).await.unwrap(), [early.id]);
    }
}
