//! Photos while Telegram is away.

use super::{PATIENT, World};
use crate::{bot_api::Fault, database::Throwaway, town::PHOTO};
use chrono::Duration;
use whistle::{domain::MediaId, store::MediaState};

on_both_databases! {
    async fn a_photo_outlasts_a_long_outage(database: Throwaway) {
        let world = World::new(&database).await;
        let process = world.process("a").await;
        let store = process.app.store();
        world.worker.sends_photo(PHOTO, Some("道路上有垃圾"));
        process.hear().await;
        let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let nowhere = world.process_at(&format!("http://{port}"), PATIENT, "nowhere").await;
        let off = world.process_without_telegram("off").await;
        let mut waits = Vec::new();
        for n in 0..40 {
            let process = if n % 2 == 0 { &nowhere } else { &off };
            assert_eq!(process.jobs.fetch_media().await.unwrap(), 1, "try {n}");
            let file = store.media(MediaId(1)).await.unwrap().unwrap();
            assert_eq!((file.state, file.attempts), (MediaState::Waiting, 0), "nobody could be asked");
            waits.push(file.not_before - world.clock.now());
            world.turn(file.not_before - world.clock.now());
        }
        assert!(waits.is_sorted(), "{waits:?}");
        assert_eq!((waits[0], waits[39]), (Duration::seconds(5), Duration::hours(1)));
        process.jobs.fetch_media().await.unwrap();
        assert_eq!(store.media(MediaId(1)).await.unwrap().unwrap().state, MediaState::Stored);
    }

    async fn a_photo_that_never_comes_is_listed_and_can_be_asked_for_again(database: Throwaway) {
        let world = World::new(&database).await;
        let process = world.process("a").await;
        let store = process.app.store();
        world.worker.sends_photo(PHOTO, Some("道路上有垃圾"));
        process.hear().await;
        world.api.script(Fault::HalfOk).method("file").always();
        let began = world.clock.now();
        while store.lost_media(9).await.unwrap().is_empty() {
            assert_eq!(process.jobs.fetch_media().await.unwrap(), 1);
            let file = store.media(MediaId(1)).await.unwrap().unwrap();
            world.turn((file.not_before - world.clock.now()).max(Duration::zero()));
        }
        assert!(world.clock.now() - began > Duration::days(1));
        assert_eq!(process.jobs.fetch_media().await.unwrap(), 0);
        world.api.heal();
        assert!(store.refetch(MediaId(1), world.clock.now()).await.unwrap());
        assert_eq!(process.jobs.fetch_media().await.unwrap(), 1);
        assert_eq!(store.media(MediaId(1)).await.unwrap().unwrap().state, MediaState::Stored);
        assert!(store.lost_media(9).await.unwrap().is_empty());
    }
}
