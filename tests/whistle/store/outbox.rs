//! Letters: each to one process at a time, each chat in order, cards replaced while they wait.

use super::{card, chat, keep, minute, note, open, push, set, take_inbound, whistled};
use crate::database::Throwaway;
use chrono::{DateTime, Duration, Utc};
use sea_orm::{ConnectionTrait, Database};
use std::collections::BTreeMap;
use whistle::{
    dialogue::ChannelKind,
    domain::ChatId,
    store::{Finished, OutboxNew, OutboxRow, Place, Store},
};

const LEASE: Duration = Duration::seconds(60);

async fn claim(store: &Store, holder: &str, now: DateTime<Utc>) -> Vec<OutboxRow> {
    store.claim((holder, LEASE), &[ChannelKind::Telegram], 32, &mut Place::default(), now).await.unwrap()
}

fn texts(rows: &[OutboxRow]) -> Vec<String> {
    rows.iter().map(|row| row.outgoing.message.plain()).collect()
}

fn sent(message: &str) -> Finished {
    Finished::Sent { message: Some(message.into()) }
}

/// Claims and sends until nothing is left, in the order of the letters.
async fn drain(store: Store, holder: &'static str) -> Vec<(i64, i64)> {
    let (mut seen, mut place) = (Vec::new(), Place::default());
    loop {
        let channels = [ChannelKind::Telegram];
        let rows = store.claim((holder, LEASE), &channels, 3, &mut place, minute(1)).await.unwrap();
        if rows.is_empty() {
            return seen;
        }
        for row in rows {
            seen.push((row.chat.id.0, row.id));
            assert!(store.finish(&row, sent("1"), minute(1)).await.unwrap());
        }
    }
}

on_both_databases! {
    async fn two_processes_never_hold_the_same_letter(database: Throwaway) {
        let (one, other) = (open(&database).await, open(&database).await);
        let mut letters = Vec::new();
        for n in 0..12 {
            let chat = chat(&one, &format!("c{n}")).await.id;
            letters.extend((0..4).map(|k| note(chat, &k.to_string())));
        }
        push(&one, &letters, minute(0)).await;
        let (a, b) = (one.clone(), other.clone());
        let tasks = [(one, "a"), (other, "b"), (a, "a2"), (b, "b2")];
        let tasks = tasks.map(|(store, holder)| tokio::spawn(drain(store, holder)));
        let mut by_chat: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        let mut all = Vec::new();
        for task in tasks {
            all.extend(task.await.unwrap());
        }
        for (chat, id) in &all {
            by_chat.entry(*chat).or_default().push(*id);
        }
        assert_eq!(all.len(), 48, "each letter once");
        assert_eq!(set(all.iter().map(|(_, id)| *id)).len(), 48);
        assert!(by_chat.values().all(|ids| ids.len() == 4));
    }

    async fn every_chat_has_its_turn_however_many_wait(database: Throwaway) {
        const CHATS: usize = 300;
        let store = open(&database).await;
        let mut letters = Vec::new();
        for n in 0..CHATS {
            let chat = chat(&store, &format!("c{n}")).await.id;
            letters.extend((0..2).map(|k| note(chat, &k.to_string())));
        }
        push(&store, &letters, minute(0)).await;
        let mut place = Place::default();
        for round in ["0", "1"] {
            let mut rows: Vec<OutboxRow> = Vec::new();
            while rows.len() < CHATS {
                let most = if rows.len() < 100 { 7 } else { 200 };
                let some = store.claim(("p", LEASE), &[ChannelKind::Telegram], most, &mut place, minute(0)).await;
                let some = some.unwrap();
                assert!((1..=most as usize).contains(&some.len()), "{} after {}", some.len(), rows.len());
                rows.extend(some);
            }
            assert_eq!(set(rows.iter().map(|row| row.chat.id.0)).len(), CHATS, "each chat once before any twice");
            assert!(texts(&rows).iter().all(|text| text == round), "each in its lane");
            let nothing = store.claim(("q", LEASE), &[ChannelKind::Telegram], 9, &mut place, minute(0)).await;
            assert!(nothing.unwrap().is_empty(), "all are on their way");
            for row in &rows {
                assert!(store.finish(row, sent("1"), minute(0)).await.unwrap());
            }
        }
        // One letter in the middle of all the lanes is found from everywhere.
        push(&store, &[note(letters[CHATS].chat, "last")], minute(0)).await;
        assert_eq!(texts(&claim(&store, "p", minute(0)).await), ["last"]);
    }

    async fn two_who_add_to_one_notice_lose_nothing(database: Throwaway) {
        let (one, other) = (open(&database).await, open(&database).await);
        let to = chat(&one, "1").await.id;
        let told = |words: &str| {
            let mut letter = note(to, words);
            letter.outgoing.digest = true;
            letter
        };
        push(&one, &[told("a")], minute(0)).await;
        let first = one.begin().await.unwrap();
        first.push(&[told("b")], minute(0)).await.unwrap();
        let second = async {
            let second = other.begin().await.unwrap();
            second.push(&[told("c")], minute(0)).await.unwrap();
            second.commit().await.unwrap();
        };
        let first = async {
            // The other has looked by then, where it does not wait for this one.
            for _ in 0..500 {
                tokio::task::yield_now().await;
            }
            first.commit().await.unwrap();
        };
        tokio::join!(first, second);
        let rows = claim(&one, "p", minute(0)).await;
        assert_eq!(rows.len(), 1);
        let words = rows[0].outgoing.message.plain();
        assert!(["a", "b", "c"].iter().all(|one| words.contains(one)), "{words}");
    }

    async fn a_chat_gets_its_letters_in_order_and_one_at_a_time(database: Throwaway) {
        let store = open(&database).await;
        let (one, two) = (chat(&store, "1").await.id, chat(&store, "2").await.id);
        push(&store, &[note(one, "a"), note(one, "b"), note(two, "x")], minute(0)).await;
        let first = claim(&store, "p", minute(0)).await;
        assert_eq!(texts(&first), ["a", "x"]);
        assert!(claim(&store, "q", minute(0)).await.is_empty(), "both chats have a letter on its way");
        store.finish(&first[0], sent("1"), minute(0)).await.unwrap();
        assert_eq!(texts(&claim(&store, "q", minute(0)).await), ["b"]);
    }

    async fn only_the_channels_asked_for_are_claimed(database: Throwaway) {
        let store = open(&database).await;
        push(&store, &[note(chat(&store, "1").await.id, "a")], minute(0)).await;
        for channels in [&[ChannelKind::Web][..], &[]] {
            let claimed = store.claim(("p", LEASE), channels, 9, &mut Place::default(), minute(0)).await;
            assert!(claimed.unwrap().is_empty());
        }
        let served = |channels: &'static [ChannelKind]| store.outbox_depth(channels, minute(30));
        assert_eq!(served(&[ChannelKind::Telegram]).await.unwrap(), (1, 1800));
        assert_eq!(served(&[ChannelKind::Web]).await.unwrap(), (1, 0), "nobody is late where nobody serves");
        assert_eq!(claim(&store, "p", minute(0)).await.len(), 1);
    }

    async fn what_has_served_its_purpose_goes_and_the_rest_stays(database: Throwaway) {
        let store = open(&database).await;
        let (one, two) = (chat(&store, "1").await.id, chat(&store, "2").await.id);
        push(&store, &[note(one, "sent"), note(two, "dead"), note(one, "waits")], minute(0)).await;
        let rows = claim(&store, "p", minute(0)).await;
        store.finish(&rows[0], sent("1"), minute(0)).await.unwrap();
        store.finish(&rows[1], Finished::Never { error: "blocked".into() }, minute(0)).await.unwrap();
        let telegram = ChannelKind::Telegram;
        let tx = store.begin().await.unwrap();
        assert!(take_inbound(&tx, telegram, "old", "{}", minute(0)).await);
        assert!(take_inbound(&tx, telegram, "new", "{}", minute(9)).await);
        tx.commit().await.unwrap();
        store.put_aside(telegram, "poison", "{}", "no", minute(0)).await.unwrap();

        assert_eq!(store.forget_letters(minute(0)).await.unwrap(), 0, "not before its time");
        assert_eq!(store.forget_letters(minute(5)).await.unwrap(), 1);
        assert_eq!(store.forget_inbound(minute(5)).await.unwrap(), 1);
        assert_eq!(store.forget_inbound(minute(5)).await.unwrap(), 0);
        assert_eq!(store.dead_letters(9).await.unwrap().len(), 1);
        assert_eq!(store.aside(9).await.unwrap().len(), 1);
        assert_eq!(texts(&claim(&store, "p", minute(5)).await), ["waits"]);
        let tx = store.begin().await.unwrap();
        assert!(!take_inbound(&tx, telegram, "new", "{}", minute(9)).await, "still known");
    }

    async fn a_lease_that_runs_out_comes_back_ambiguous(database: Throwaway) {
        let store = open(&database).await;
        push(&store, &[note(chat(&store, "1").await.id, "a")], minute(0)).await;
        let first = claim(&store, "dead", minute(0)).await;
        assert!(!first[0].ambiguous);
        assert_eq!(first[0].attempts, 0);
        assert_eq!(store.next_outbox(&ChannelKind::ALL, minute(0)).await.unwrap(), Some(minute(1)), "when the lease runs out");
        assert!(claim(&store, "other", minute(1) - Duration::milliseconds(1)).await.is_empty());
        let again = claim(&store, "other", minute(1)).await;
        assert_eq!(again[0].id, first[0].id);
        assert!(again[0].ambiguous);
        assert_eq!(again[0].attempts, 1);
        assert!(
            store
                .finish(&again[0], Finished::Uncertain { error: "reset".into() }, minute(1))
                .await
                .unwrap()
        );
        assert!(
            !store.finish(&first[0], sent("7"), minute(1)).await.unwrap(),
            "the dead one comes too late"
        );
        assert!(claim(&store, "other", minute(9)).await.is_empty());
    }

    async fn who_comes_too_late_changes_nothing_of_the_next_ones_claim(database: Throwaway) {
        let store = open(&database).await;
        let one = chat(&store, "1").await.id;
        let case = keep(&store, whistled()).await.id;
        push(&store, &[card(one, case, 2, true)], minute(0)).await;
        let first = claim(&store, "slow", minute(0)).await.remove(0);
        let second = claim(&store, "quick", minute(1)).await.remove(0);
        assert_eq!(first.id, second.id);
        for late in [
            Finished::Later { not_before: minute(1), error: Some("429".into()) },
            Finished::Again { not_before: minute(1), error: "500".into() },
            Finished::Never { error: "blocked".into() },
            Finished::Superseded,
        ] {
            assert!(!store.finish(&first, late.clone(), minute(1)).await.unwrap(), "{late:?}");
            assert!(claim(&store, "third", minute(1)).await.is_empty(), "{late:?}: nobody sends it a third time");
        }
        assert!(!store.finish(&first, sent("7"), minute(1)).await.unwrap());
        assert_eq!(store.case_of_message(one, "7").await.unwrap(), Some(case), "it is there all the same");
        assert!(store.finish(&second, sent("8"), minute(1)).await.unwrap());
        assert!(!store.finish(&first, sent("7"), minute(1)).await.unwrap());
        assert_eq!(store.case_of_message(one, "8").await.unwrap(), Some(case), "the newest is the one to edit");
    }

    async fn a_process_that_took_its_own_letter_again_has_two_claims(database: Throwaway) {
        let store = open(&database).await;
        push(&store, &[note(chat(&store, "1").await.id, "a")], minute(0)).await;
        let first = claim(&store, "p", minute(0)).await.remove(0);
        let second = claim(&store, "p", minute(1)).await.remove(0);
        assert!(!store.finish(&first, Finished::Never { error: "late".into() }, minute(1)).await.unwrap());
        assert!(store.finish(&second, sent("1"), minute(1)).await.unwrap());
        assert!(store.dead_letters(9).await.unwrap().is_empty());
    }

    async fn what_cannot_leave_wakes_nobody(database: Throwaway) {
        let store = open(&database).await;
        let next = |now| store.next_outbox(&[ChannelKind::Telegram], now);
        let one = chat(&store, "1").await.id;
        push(&store, &[note(one, "a"), note(one, "b")], minute(0)).await;
        let row = claim(&store, "p", minute(0)).await.remove(0);
        assert_eq!(next(minute(0)).await.unwrap(), Some(minute(1)), "its lease, not what waits behind it");
        let again = Finished::Again { not_before: minute(9), error: "500".into() };
        store.finish(&row, again, minute(0)).await.unwrap();
        assert_eq!(next(minute(0)).await.unwrap(), Some(minute(9)), "b waits with it");
        let nobodys = store.next_outbox(&[ChannelKind::Web], minute(0)).await.unwrap();
        assert_eq!(nobodys, None, "a channel that is off");
        let later = OutboxNew { not_before: Some(minute(5)), ..note(chat(&store, "2").await.id, "later") };
        push(&store, &[later, note(chat(&store, "3").await.id, "now")], minute(0)).await;
        assert_eq!(next(minute(0)).await.unwrap(), Some(minute(0)));
        assert_eq!(texts(&claim(&store, "p", minute(0)).await), ["now"]);
        assert_eq!(next(minute(3)).await.unwrap(), Some(minute(3)), "its lease has run out");
        assert_eq!(texts(&claim(&store, "p", minute(5)).await), ["later", "now"]);
    }

    async fn a_letter_to_be_tried_again_holds_its_chat(database: Throwaway) {
        let store = open(&database).await;
        let one = chat(&store, "1").await.id;
        push(&store, &[note(one, "a"), note(one, "b")], minute(0)).await;
        for (n, finished) in [
            Finished::Again { not_before: minute(1), error: "500".into() },
            Finished::Later { not_before: minute(2), error: Some("429".into()) },
            Finished::Ambiguous { not_before: minute(3), error: "reset".into() },
        ]
        .into_iter()
        .enumerate()
        {
            let now = minute(n as i64);
            let rows = claim(&store, "p", now).await;
            assert_eq!(texts(&rows), ["a"]);
            assert_eq!(rows[0].attempts, [0, 1, 1][n], "being asked to wait is no attempt");
            store.finish(&rows[0], finished, now).await.unwrap();
            assert!(claim(&store, "p", now).await.is_empty(), "b waits behind a");
            assert_eq!(store.outbox_depth(&ChannelKind::ALL, now).await.unwrap(), (2, 0), "delivery is not behind");
        }
        let rows = claim(&store, "p", minute(3)).await;
        assert!(rows[0].ambiguous, "marked as a repeat");
        store.finish(&rows[0], sent("1"), minute(3)).await.unwrap();
        assert_eq!(texts(&claim(&store, "p", minute(3)).await), ["b"]);
    }

    async fn a_letter_for_the_morning_holds_nothing(database: Throwaway) {
        let store = open(&database).await;
        let one = chat(&store, "1").await.id;
        let morning = OutboxNew { not_before: Some(minute(600)), ..note(one, "morning") };
        push(&store, &[morning, note(one, "night")], minute(0)).await;
        let rows = claim(&store, "p", minute(0)).await;
        assert_eq!(texts(&rows), ["night"]);
        store.finish(&rows[0], sent("1"), minute(0)).await.unwrap();
        assert!(claim(&store, "p", minute(0)).await.is_empty());
        assert_eq!(store.next_outbox(&ChannelKind::ALL, minute(0)).await.unwrap(), Some(minute(600)));
        assert_eq!(store.outbox_depth(&ChannelKind::ALL, minute(10)).await.unwrap(), (1, 0), "waiting as it should is not late");
        assert_eq!(texts(&claim(&store, "p", minute(600)).await), ["morning"]);
    }

    async fn the_newest_card_replaces_a_waiting_one_in_its_place(database: Throwaway) {
        let store = open(&database).await;
        let one = chat(&store, "1").await.id;
        let (case, other) = (keep(&store, whistled()).await.id, keep(&store, whistled()).await.id);
        push(
            &store,
            &[card(one, case, 2, true), note(one, "after it"), card(one, other, 2, true)],
            minute(0),
        )
        .await;
        push(&store, &[card(one, case, 3, false)], minute(1)).await;
        push(&store, &[card(one, case, 4, false)], minute(2)).await;
        assert_eq!(store.outbox_depth(&ChannelKind::ALL, minute(2)).await.unwrap(), (3, 120));
        let rows = claim(&store, "p", minute(2)).await;
        let card = &rows[0].outgoing;
        assert_eq!(card.message.plain(), "version 4");
        assert_eq!(card.card.unwrap().version, 4);
        assert!(
            card.loud && !card.only_edit && card.place.is_some(),
            "it is still the whistle that was never sent"
        );
        assert!(!card.courtesy);
    }

    async fn what_is_put_in_at_once_is_as_if_put_in_one_by_one(database: Throwaway) {
        let store = open(&database).await;
        let (one, two) = (chat(&store, "together").await.id, chat(&store, "one by one").await.id);
        let case = keep(&store, whistled()).await.id;
        let digest = |chat, text| {
            let mut letter = note(chat, text);
            letter.outgoing.digest = true;
            letter
        };
        let all = |chat| {
            let later = OutboxNew { not_before: Some(minute(9)), ..card(chat, case, 3, false) };
            [card(chat, case, 2, true), note(chat, "between"), later, digest(chat, "a"), digest(chat, "b")]
        };
        push(&store, &all(one), minute(0)).await;
        for letter in all(two) {
            push(&store, &[letter], minute(0)).await;
        }
        let mut told: BTreeMap<ChatId, Vec<_>> = BTreeMap::new();
        loop {
            let rows = claim(&store, "p", minute(0)).await;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                assert!(store.finish(&row, sent("1"), minute(0)).await.unwrap());
                told.entry(row.chat.id).or_default().push(row.outgoing);
            }
        }
        assert_eq!(told[&one], told[&two]);
        let texts: Vec<_> = told[&one].iter().map(|outgoing| outgoing.message.plain()).collect();
        assert_eq!(texts, ["version 3", "between", "a\n\nb"]);
        assert!(told[&one][0].loud, "still the whistle");
    }

    async fn letters_end_together_each_by_its_own_claim(database: Throwaway) {
        let store = open(&database).await;
        let case = keep(&store, whistled()).await.id;
        let mut chats = Vec::new();
        for address in ["1", "2", "3", "4"] {
            chats.push(chat(&store, address).await.id);
        }
        let letters: Vec<_> = chats.iter().map(|chat| card(*chat, case, 2, true)).collect();
        push(&store, &letters, minute(0)).await;
        let rows = claim(&store, "p", minute(0)).await;
        // The second one's claim ran out, and another process has it.
        let mut stolen = rows[1].clone();
        stolen.claim.holder = "q".into();
        let again = Finished::Again { not_before: minute(5), error: "away".into() };
        let never = Finished::Never { error: "blocked".into() };
        let (first, second) = (sent("71"), sent("72"));
        let ended = [(&rows[0], &first), (&stolen, &second), (&rows[2], &again), (&rows[3], &never)];
        assert_eq!(store.finish_all(&ended, minute(1)).await.unwrap(), [true, false, true, true]);
        assert_eq!(store.dead_letters(9).await.unwrap().len(), 1);
        let newer: Vec<_> = chats.iter().map(|chat| card(*chat, case, 3, false)).collect();
        push(&store, &newer, minute(1)).await;
        let next = claim(&store, "r", minute(6)).await;
        let seen: Vec<_> = next.iter().map(|row| (row.chat.id, row.message.as_deref())).collect();
        assert_eq!(
            seen,
            [(chats[1], Some("72")), (chats[2], None), (chats[0], Some("71")), (chats[3], None)],
            "sent is sent, whoever says so; what was put off goes on; what ended is followed"
        );
    }

    async fn a_card_on_its_way_is_followed_and_not_changed(database: Throwaway) {
        let store = open(&database).await;
        let one = chat(&store, "1").await.id;
        let case = keep(&store, whistled()).await.id;
        push(&store, &[card(one, case, 2, true)], minute(0)).await;
        let first = claim(&store, "p", minute(0)).await;
        push(&store, &[card(one, case, 3, false)], minute(0)).await;
        push(&store, &[card(one, case, 4, false)], minute(0)).await;
        assert_eq!(first[0].message, None);
        store.finish(&first[0], sent("77"), minute(0)).await.unwrap();
        let edit = claim(&store, "p", minute(0)).await;
        assert_eq!(texts(&edit), ["version 4"]);
        assert_eq!(edit[0].message.as_deref(), Some("77"), "edited in place");
        assert!(edit[0].outgoing.only_edit && !edit[0].outgoing.loud);
        assert_eq!(store.case_of_message(one, "77").await.unwrap(), Some(case));
    }

    async fn chats_with_a_card_now_or_soon_are_known(database: Throwaway) {
        let store = open(&database).await;
        let case = keep(&store, whistled()).await.id;
        let (shown, coming, never) =
            (chat(&store, "1").await.id, chat(&store, "2").await.id, chat(&store, "3").await.id);
        push(&store, &[card(shown, case, 2, true), note(never, "no card")], minute(0)).await;
        for row in claim(&store, "p", minute(0)).await {
            store.finish(&row, sent("5"), minute(0)).await.unwrap();
        }
        push(&store, &[card(coming, case, 2, true)], minute(0)).await;
        let of = |chats: Vec<whistle::store::Chat>| chats.into_iter().map(|chat| chat.id).collect::<Vec<_>>();
        assert_eq!(of(store.cards_of(case).await.unwrap()), [shown, coming]);
        store.forget_card(shown, Some(case)).await.unwrap();
        store.forget_card(shown, None).await.unwrap();
        assert_eq!(of(store.cards_of(case).await.unwrap()), [coming]);
    }

    async fn a_letter_that_cannot_be_read_is_dead_and_the_others_leave(database: Throwaway) {
        let store = open(&database).await;
        let (one, two) = (chat(&store, "1").await.id, chat(&store, "2").await.id);
        push(&store, &[note(one, "a"), note(two, "b")], minute(0)).await;
        let hand = Database::connect(&database.url).await.unwrap();
        for spoilt in ["UPDATE outbox SET body = '{' WHERE id = 1", "UPDATE chat SET state = '{' WHERE address = '2'"] {
            assert_eq!(hand.execute_unprepared(spoilt).await.unwrap().rows_affected(), 1, "{spoilt}");
        }
        hand.close().await.unwrap();
        assert_eq!(texts(&claim(&store, "p", minute(0)).await), ["b"], "a chat's conversation is not asked for");
        let dead = store.dead_letters(9).await.unwrap();
        assert_eq!((dead.len(), dead[0].chat.id), (1, one));
    }

    async fn dead_letters_are_listed_and_can_be_sent_again(database: Throwaway) {
        let store = open(&database).await;
        push(&store, &[note(chat(&store, "1").await.id, "a")], minute(0)).await;
        let row = claim(&store, "p", minute(0)).await.remove(0);
        store.finish(&row, Finished::Never { error: "403 blocked".into() }, minute(1)).await.unwrap();
        let dead = store.dead_letters(9).await.unwrap();
        assert_eq!((dead[0].id, dead[0].error.as_str(), dead[0].attempts), (row.id, "403 blocked", 1));
        assert_eq!(dead[0].finished_at, minute(1));
        assert!(store.resend(row.id, minute(2)).await.unwrap());
        assert!(!store.resend(row.id, minute(2)).await.unwrap(), "it waits already");
        let row = claim(&store, "p", minute(2)).await.remove(0);
        assert_eq!(row.attempts, 0);
        store.finish(&row, Finished::Never { error: "again".into() }, minute(2)).await.unwrap();
        assert_eq!(store.resend_all(minute(3)).await.unwrap(), 1);
        let row = claim(&store, "p", minute(3)).await.remove(0);
        assert!(store.finish(&row, Finished::Expired, minute(3)).await.unwrap());
        assert_eq!(store.resend_all(minute(3)).await.unwrap(), 0, "what is pointless is not dead");
        assert_eq!(store.outbox_depth(&ChannelKind::ALL, minute(3)).await.unwrap(), (0, 0));
        assert_eq!(store.next_outbox(&ChannelKind::ALL, minute(3)).await.unwrap(), None);
    }
}
