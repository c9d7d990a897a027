//! Chats and what comes in: one row an address, one taking a message, one use a code.

use super::{card, chat, chat_of, keep, minute, note, open, push, take_inbound, whistled};
use crate::database::Throwaway;
use serde_json::json;
use whistle::{
    dialogue::{ChannelKind, ChatKind},
    domain::{ChatId, PersonCode},
    store::{Binding, Chat, Error, Kept, MediaState, Place, Store, Unfetched},
};

const TELEGRAM: ChannelKind = ChannelKind::Telegram;

async fn take(store: &Store, uid: &str) -> bool {
    let tx = store.begin().await.unwrap();
    let taken = take_inbound(&tx, TELEGRAM, uid, "{}", minute(0)).await;
    tx.commit().await.unwrap();
    taken
}

on_both_databases! {
    async fn a_message_is_taken_once(database: Throwaway) {
        let (one, other) = (open(&database).await, open(&database).await);
        let (first, second) = tokio::join!(take(&one, "7:1"), take(&other, "7:1"));
        assert!(first ^ second, "one of two processes takes it");
        assert!(!take(&one, "7:1").await);
        assert!(take(&one, "7:2").await);
        let tx = one.begin().await.unwrap();
        assert!(take_inbound(&tx, ChannelKind::Web, "7:1", "{}", minute(0)).await, "another channel");
        drop(tx);
        let tx = one.begin().await.unwrap();
        assert!(
            take_inbound(&tx, ChannelKind::Web, "7:1", "{}", minute(0)).await,
            "a crash before the commit"
        );
    }

    async fn a_message_that_fails_comes_again_until_it_is_put_aside(database: Throwaway) {
        let store = open(&database).await;
        for tries in 1..=3 {
            let failed = store.inbound_failed(TELEGRAM, "7:1", "{raw}", "no", minute(tries)).await.unwrap();
            assert_eq!(i64::from(failed), tries);
        }
        let tx = store.begin().await.unwrap();
        assert!(take_inbound(&tx, TELEGRAM, "7:1", "{raw}", minute(4)).await, "it may be taken again");
        drop(tx);
        store.put_aside(TELEGRAM, "7:1", "{raw}", "still no", minute(5)).await.unwrap();
        assert!(!take(&store, "7:1").await);
        let aside = store.aside(9).await.unwrap();
        assert_eq!(aside.len(), 1);
        assert_eq!(
            (aside[0].uid.as_str(), aside[0].error.as_str(), aside[0].attempts),
            ("7:1", "still no", 3)
        );
        assert!(store.reopen_aside(TELEGRAM, "7:1").await.unwrap());
        assert_eq!(store.aside(9).await.unwrap().len(), 1, "until it is taken it stays on the list");
        assert!(take(&store, "7:1").await);
        assert!(store.aside(9).await.unwrap().is_empty());
        assert!(take(&store, "7:2").await);
        store.put_aside(TELEGRAM, "7:2", "{}", "late", minute(6)).await.unwrap();
        assert!(store.aside(9).await.unwrap().is_empty(), "what was taken is not put aside");
    }

    async fn an_address_is_one_chat(database: Throwaway) {
        let (one, other) = (open(&database).await, open(&database).await);
        let (first, second) = tokio::join!(chat(&one, "42"), chat(&other, "42"));
        assert_eq!(first.id, second.id);
        assert_eq!(one.chat(TELEGRAM, "42").await.unwrap(), Some(first));
        assert_eq!(one.chat(ChannelKind::Web, "42").await.unwrap(), None);
        assert_eq!(one.chat_by_id(ChatId(404)).await.unwrap(), None);
    }

    async fn a_chat_is_saved_where_nobody_was_faster(database: Throwaway) {
        let store = open(&database).await;
        let seen = chat_of(&store, "42", "W0001").await;
        let next =
            Chat { state: json!({"report": [1, "井盖"]}), language: Some("en".into()), ..seen.clone() };
        let tx = store.begin().await.unwrap();
        assert!(tx.save_chat(&next).await.unwrap());
        assert!(!tx.save_chat(&next).await.unwrap(), "its version has moved on");
        tx.commit().await.unwrap();
        let kept = store.chat_by_id(seen.id).await.unwrap().unwrap();
        assert_eq!(kept, Chat { version: next.version + 1, ..next });
        store.set_reachable(seen.id, false).await.unwrap();
        let tx = store.begin().await.unwrap();
        assert!(!tx.save_chat(&kept).await.unwrap(), "nobody writes over that");
        drop(tx);
        assert!(!store.chats_of(&["W0001".into()]).await.unwrap()[0].reachable);
    }

    async fn people_and_units_have_their_chats(database: Throwaway) {
        let store = open(&database).await;
        let (one, two) = (chat_of(&store, "1", "W0001").await, chat_of(&store, "2", "W0002").await);
        let tx = store.begin().await.unwrap();
        let group = tx.chat_or_new(TELEGRAM, "-100", ChatKind::Group, minute(0)).await.unwrap();
        let group = Chat { unit: Some("G1".into()), person: Some("W0001".into()), ..group };
        assert!(tx.save_chat(&group).await.unwrap());
        tx.commit().await.unwrap();
        let both = ["W0001".into(), "W0002".into(), "W0003".into()];
        assert_eq!(store.chats_of(&both).await.unwrap(), [one.clone(), two]);
        let thrice: Vec<PersonCode> = (0..1_100).map(|at| if at % 500 == 0 { "W0001".into() } else { "W0404".into() }).collect();
        assert_eq!(store.chats_of(&thrice).await.unwrap(), std::slice::from_ref(&one), "named in three questions, told once");
        assert_eq!(store.chats_of(&["W0001".into()]).await.unwrap(), [one], "a group is nobody's own");
        assert_eq!(store.groups_of(&["G1".into()]).await.unwrap()[0].id, group.id);
        assert!(store.groups_of(&["G2".into()]).await.unwrap().is_empty());
    }

    async fn a_group_moves_with_everything_it_has(database: Throwaway) {
        let store = open(&database).await;
        let case = keep(&store, whistled()).await.id;
        let (old, new) = (chat(&store, "-1").await, chat(&store, "-100").await);
        push(
            &store,
            &[card(old.id, case, 2, true), card(new.id, case, 2, true), note(new.id, "later")],
            minute(0),
        )
        .await;
        for row in store.claim(("p", chrono::Duration::seconds(60)), &[TELEGRAM], 9, &mut Place::default(), minute(0)).await.unwrap() {
            let message = Some(row.chat.address.clone());
            store.finish(&row, whistle::store::Finished::Sent { message }, minute(0)).await.unwrap();
        }
        let tx = store.begin().await.unwrap();
        assert!(tx.migrate_chat(TELEGRAM, "-1", "-100").await.unwrap());
        assert!(!tx.migrate_chat(TELEGRAM, "-1", "-100").await.unwrap(), "there is no such chat any more");
        tx.commit().await.unwrap();
        let moved = store.chat(TELEGRAM, "-100").await.unwrap().unwrap();
        assert_eq!(moved.id, old.id);
        assert_eq!(
            store.case_of_message(old.id, "-100").await.unwrap(),
            Some(case),
            "the new group's card holds"
        );
        assert_eq!(store.outbox_depth(&ChannelKind::ALL, minute(0)).await.unwrap().0, 1);
        let tx = store.begin().await.unwrap();
        assert!(tx.migrate_chat(TELEGRAM, "-100", "-200").await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(store.chat(TELEGRAM, "-200").await.unwrap().unwrap().id, old.id);
    }

    async fn a_code_binds_once(database: Throwaway) {
        let (one, other) = (open(&database).await, open(&database).await);
        let person = Binding::Person("W0001".into());
        one.issue_code("h1", &person, TELEGRAM, minute(60), minute(0)).await.unwrap();
        assert_eq!(one.issue_code("h1", &person, TELEGRAM, minute(60), minute(0)).await, Err(Error::Taken));
        let redeem = |store: Store, channel, group: bool, at| async move {
            let tx = store.begin().await.unwrap();
            let found = tx
                .redeem_code("h1", channel, |binding| group == matches!(binding, Binding::Unit(_)), minute(at))
                .await.unwrap();
            tx.commit().await.unwrap();
            found
        };
        assert_eq!(redeem(one.clone(), ChannelKind::Web, false, 1).await, None, "of another channel");
        assert_eq!(redeem(one.clone(), TELEGRAM, true, 1).await, None, "a person's, in a group");
        assert_eq!(redeem(one.clone(), TELEGRAM, false, 60).await, None, "has run out");
        let (first, second) =
            tokio::join!(redeem(one.clone(), TELEGRAM, false, 1), redeem(other, TELEGRAM, false, 1));
        assert_eq!([first, second].into_iter().flatten().collect::<Vec<_>>(), [person]);
        assert_eq!(redeem(one, TELEGRAM, false, 1).await, None);
    }

    async fn a_page_sees_every_change_once(database: Throwaway) {
        let store = open(&database).await;
        let chat = chat(&store, "W0001").await.id;
        let first = store.add_chat_message(chat, false, "a", minute(0)).await.unwrap();
        let second = store.add_chat_message(chat, true, "b", minute(1)).await.unwrap();
        let seen = store.chat_messages(chat, 0, 9).await.unwrap();
        assert_eq!(
            seen.iter().map(|row| (row.id, row.mine)).collect::<Vec<_>>(),
            [(first, false), (second, true)]
        );
        let last = seen[1].revision;
        assert!(store.update_chat_message(chat, first, "a2", minute(2)).await.unwrap());
        let news = store.chat_messages(chat, last, 9).await.unwrap();
        assert_eq!(news.len(), 1);
        assert_eq!((news[0].id, news[0].body.as_str(), news[0].edited_at), (first, "a2", Some(minute(2))));
        assert!(!store.update_chat_message(chat, 404, "x", minute(2)).await.unwrap());
        assert_eq!(store.chat_messages(chat, 0, 1).await.unwrap()[0].id, first, "the newest change");
        store.add_chat_message(chat, false, "c", minute(3)).await.unwrap();
        assert_eq!(
            store.chat_messages(chat, last, 1).await.unwrap()[0].id,
            first,
            "a page that goes on misses none"
        );
        assert_eq!(store.chat_message(chat, second).await.unwrap().unwrap().body, "b");
        assert_eq!(store.chat_message(ChatId(404), second).await.unwrap(), None);
        assert_eq!(
            store.add_chat_message(ChatId(404), true, "x", minute(3)).await,
            Err(Error::NotFound("chat"))
        );
    }

    async fn a_file_waits_until_it_is_kept_or_given_up(database: Throwaway) {
        let store = open(&database).await;
        let file = |id: &str| whistle::store::MediaNew {
            channel: TELEGRAM,
            file: whistle::dialogue::RemoteFile { id: id.into(), unique_id: None, size: None, mime: None },
            kind: "photo",
        };
        let tx = store.begin().await.unwrap();
        let (one, two) = (
            tx.add_media(&[file("f1")], minute(0)).await.unwrap()[0],
            tx.add_media(&[file("f2")], minute(0)).await.unwrap()[0],
        );
        tx.commit().await.unwrap();
        assert_eq!(store.media_waiting(minute(0), 9).await.unwrap().len(), 2);
        let later = Unfetched::Later { not_before: minute(1), error: "nobody there".into() };
        store.media_failed(one, &later).await.unwrap();
        assert_eq!(store.media(one).await.unwrap().unwrap().attempts, 0, "nobody was asked");
        store.media_failed(one, &Unfetched::Again { not_before: minute(5), error: "broken".into() }).await.unwrap();
        store.media_stored(two, "original/a", "shown/a", "image/jpeg", 12).await.unwrap();
        assert!(store.media_waiting(minute(4), 9).await.unwrap().is_empty());
        let waiting = store.media_waiting(minute(5), 9).await.unwrap();
        assert_eq!((waiting[0].id, waiting[0].attempts), (one, 1));
        assert!(store.lost_media(9).await.unwrap().is_empty());
        let lost = Unfetched::Lost { error: "gone".into() };
        store.media_failed(one, &lost).await.unwrap();
        let found = store.lost_media(9).await.unwrap();
        assert_eq!((found.len(), found[0].id, found[0].error.as_deref()), (1, one, Some("gone")));
        assert!(store.refetch(one, minute(7)).await.unwrap());
        assert!(!store.refetch(one, minute(7)).await.unwrap(), "it waits already");
        assert!(!store.refetch(two, minute(7)).await.unwrap(), "it is here");
        let again = store.media_waiting(minute(7), 9).await.unwrap();
        assert_eq!((again.len(), again[0].id, again[0].attempts), (1, one, 0));
        store.media_failed(one, &lost).await.unwrap();
        let kept = store.media(two).await.unwrap().unwrap();
        assert_eq!(
            (kept.state, kept.shown_key.as_deref(), kept.size),
            (MediaState::Stored, Some("shown/a"), Some(12))
        );
        for slow in [&lost, &later] {
            store.media_failed(two, slow).await.unwrap();
        }
        store.media_refused(two, "a page").await.unwrap();
        assert_eq!(store.media(two).await.unwrap().unwrap(), kept, "a slower process takes nothing back");
        assert!(store.refetch(one, minute(7)).await.unwrap());
        store.media_refused(one, "a page").await.unwrap();
        assert_eq!(store.media(one).await.unwrap().unwrap().state, MediaState::Refused);
        assert_eq!(
            store.media_refused(whistle::domain::MediaId(404), "x").await,
            Err(Error::NotFound("file"))
        );
    }

    async fn an_upload_is_found_by_the_message_that_brings_it(database: Throwaway) {
        let store = open(&database).await;
        let kept = Kept {
            original: "original/a".into(),
            shown: "shown/a".into(),
            mime: "image/jpeg".into(),
            size: 3,
        };
        let tx = store.begin().await.unwrap();
        let web = ChannelKind::Web;
        let one = tx.add_kept_media(web, "photo", "W1:1", &kept, minute(0)).await.unwrap();
        let two = tx.add_kept_media(web, "photo", "W1:2", &kept, minute(0)).await.unwrap();
        assert_ne!(one, two);
        let again = tx.add_kept_media(web, "photo", "W1:1", &kept, minute(1)).await.unwrap();
        assert_eq!(again, one, "the same message again brings no second file");
        let file =
            whistle::dialogue::RemoteFile { id: "W1:1".into(), unique_id: None, size: None, mime: None };
        let new = whistle::store::MediaNew { channel: web, file, kind: "photo" };
        assert_eq!(tx.add_media(&[new], minute(1)).await.unwrap()[0], one);
        tx.commit().await.unwrap();
        assert_eq!(store.media(one).await.unwrap().unwrap().state, MediaState::Stored);
        assert!(store.media_waiting(minute(9), 9).await.unwrap().is_empty());
    }
}
