//! The take-over.

use super::{PLAIN, SPLIT, draft, import, map, process, settings};
use crate::{console::town::Town, database::Throwaway};
use chrono::Duration;
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};
use whistle::{
    app::{App, Clock, Error, map::Standing},
    atlas::Point,
    startup,
    store::{self, Store},
};

/// In G2 of the town, in G4 once it is split.
const EAST: Point = Point { lon: 120.417, lat: 36.395 };

fn owner(app: &App) -> Option<String> {
    app.city().edition.locate(EAST, None).grid
}

/// What the city calls G1, and what the map calls it.
fn names(app: &App) -> (String, String) {
    let city = app.city();
    let unit = city.city.organisation.unit(&"G1".into()).unwrap();
    (unit.name.clone(), city.edition.area("G1").unwrap().name.to_owned())
}

fn name() -> (String, String) {
    ("G1单位".to_owned(), "G1单位".to_owned())
}

on_both_databases! {
    async fn an_edition_takes_over_at_its_time_in_every_process(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let other = process(&database, town.clock.clone()).await;
        let first = town.app.city().edition_id.unwrap();
        let at = town.clock.now() + Duration::hours(1);
        import(&town.app, &map(&SPLIT, "新"), Some(at)).await;
        other.refresh_city().await.unwrap();
        for app in [&town.app, &other] {
            assert_eq!((owner(app).as_deref(), app.city().edition_id), (Some("G2"), Some(first)));
            assert_eq!(names(app), name(), "the names of an edition come with it");
            let known = app.city().city.organisation.unit(&"G4".into()).is_some();
            assert!(known, "people may be given posts in a grid that is to come");
        }
        town.clock.set(at - Duration::milliseconds(1));
        town.app.refresh_city().await.unwrap();
        assert_eq!(owner(&town.app).as_deref(), Some("G2"));

        town.clock.set(at);
        town.app.refresh_city().await.unwrap();
        assert_eq!(owner(&town.app).as_deref(), Some("G4"));
        assert_eq!(names(&town.app), ("G1新".into(), "G1新".into()));
        assert_eq!(names(&other), name(), "the other process has the whole of what was");
        other.refresh_city().await.unwrap();
        assert_eq!(owner(&other).as_deref(), Some("G4"));
        assert_eq!(names(&other), names(&town.app));

        let late = process(&database, Clock::manual(at - Duration::hours(1))).await;
        late.refresh_city().await.unwrap();
        town.app.refresh_city().await.unwrap();
        for app in [&late, &town.app] {
            assert_eq!(owner(app).as_deref(), Some("G4"), "a clock that is behind takes nothing back");
        }
        let views = town.app.editions().await.unwrap();
        let standings: Vec<Standing> = views.iter().map(|view| view.standing).collect();
        assert_eq!(standings, [Standing::InForce, Standing::Past]);
        assert_eq!(views[0].row.taken_at, Some(at));
    }

    async fn two_processes_that_notice_at_once_take_over_once(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let other = process(&database, town.clock.clone()).await;
        let at = town.clock.now() + Duration::hours(1);
        import(&town.app, &map(&SPLIT, "新"), Some(at)).await;
        let before = town.app.store().city_revision().await.unwrap();
        town.clock.set(at);
        let (one, two) = tokio::join!(town.app.refresh_city(), other.refresh_city());
        one.unwrap();
        two.unwrap();
        other.refresh_city().await.unwrap();
        town.app.refresh_city().await.unwrap();
        assert_eq!((names(&town.app), owner(&other)), (("G1新".into(), "G1新".into()), Some("G4".into())));
        assert_eq!(town.app.store().city_revision().await.unwrap(), before + 1);
    }

    async fn nobody_sees_half_of_a_take_over(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let other = process(&database, town.clock.clone()).await;
        let (stop, looked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let readers: Vec<_> = [town.app.clone(), other.clone()]
            .into_iter()
            .map(|app| {
                let (stop, looked) = (stop.clone(), looked.clone());
                std::thread::spawn(move || {
                    let mut seen = std::collections::BTreeSet::new();
                    while !stop.load(Ordering::Relaxed) {
                        let (unit, area) = names(&app);
                        assert_eq!(unit, area, "half a take-over");
                        seen.insert(unit);
                        looked.fetch_add(1, Ordering::Relaxed);
                    }
                    seen.len()
                })
            })
            .collect();
        for turn in 0..6 {
            let grids: &[crate::map::Grid] = if turn % 2 == 0 { &SPLIT } else { &PLAIN };
            let at = town.clock.now() + Duration::minutes(1);
            import(&town.app, &map(grids, &format!("第{turn}版")), Some(at)).await;
            town.clock.set(at);
            let (one, two) = tokio::join!(other.refresh_city(), town.app.refresh_city());
            one.and(two).unwrap();
            let enough = looked.load(Ordering::Relaxed) + 200;
            while looked.load(Ordering::Relaxed) < enough && readers.iter().all(|one| !one.is_finished()) {
                tokio::task::yield_now().await;
            }
        }
        stop.store(true, Ordering::Relaxed);
        for reader in readers {
            assert!(reader.join().expect("no mixture") > 1, "somebody looked while it changed");
        }
    }

    async fn a_draft_waits_until_it_is_given_its_time(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let id = draft(&town.app, &map(&SPLIT, "")).await;
        assert_eq!(draft(&town.app, &map(&SPLIT, "")).await, id, "the same draft again is that draft");
        let tx = town.app.store().begin().await.unwrap();
        assert!(tx.name_edition(id, "另一个名字").await.unwrap());
        assert!(!tx.name_edition(id, "另一个名字").await.unwrap(), "it is called so already");
        tx.commit().await.unwrap();
        assert_eq!(draft(&town.app, &map(&SPLIT, "")).await, id);
        let name = town.app.edition_view(id).await.unwrap().row.name;
        assert_eq!(name.as_deref(), Some("拆分"), "it takes the name that it is loaded with");
        town.clock.advance(Duration::days(30));
        town.app.refresh_city().await.unwrap();
        assert_eq!(owner(&town.app).as_deref(), Some("G2"));
        assert!(town.app.city().city.organisation.unit(&"G4".into()).is_none(), "a draft brings no units");
        assert_eq!(town.app.edition_view(id).await.unwrap().standing, Standing::Draft);

        let gone = town.app.now() - Duration::seconds(1);
        assert!(matches!(town.app.schedule_edition(id, Some(gone), None).await, Err(Error::BadInput(_))));
        assert!(matches!(town.app.schedule_edition(99, None, None).await, Err(Error::NotFound(_))));
        let at = town.app.now() + Duration::hours(2);
        town.app.schedule_edition(id, Some(at), Some(&"ADM".into())).await.unwrap();
        let view = town.app.edition_view(id).await.unwrap();
        assert_eq!((view.standing, view.row.effective_at), (Standing::Scheduled, Some(at)));
        assert_eq!(view.row.decided_by, Some("ADM".into()));
        assert_eq!(town.app.store().next_edition_at(town.app.now()).await.unwrap(), Some(at));
        town.app.schedule_edition(id, None, None).await.unwrap();
        assert_eq!(owner(&town.app).as_deref(), Some("G4"), "its time may still be changed, to now");
        assert!(matches!(town.app.withdraw_edition(id, None).await, Err(Error::BadInput(_))));
        assert!(matches!(town.app.schedule_edition(id, None, None).await, Err(Error::BadInput(_))));
    }

    async fn whoever_only_looks_takes_nothing_over(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let first = town.app.city().edition_id;
        import(&town.app, &map(&SPLIT, ""), Some(town.clock.now() + Duration::hours(1))).await;
        let clock = Clock::manual(town.clock.now() + Duration::hours(2));
        let options = store::Options::default();
        let open = || Store::connect(&database.url, &options);
        let mut settings = settings();
        let folder = tempfile::TempDir::with_prefix("whistle-look-").unwrap();
        settings.blobs.url = format!("file://{}", folder.path().display());
        let looking = startup::open_app_to_look(&settings, open().await.unwrap(), clock.clone()).await.unwrap();
        assert_eq!((looking.city().edition_id, owner(&looking).as_deref()), (first, Some("G2")));
        assert_eq!(town.app.store().edition_taken().await.unwrap(), first, "a trial of a map changes nothing");
        let running = startup::open_app(&settings, open().await.unwrap(), clock).await.unwrap();
        assert_eq!(owner(&running).as_deref(), Some("G4"));
    }

    async fn a_withdrawn_edition_never_comes(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let at = town.clock.now() + Duration::hours(1);
        import(&town.app, &map(&SPLIT, ""), Some(at)).await;
        let id = town.app.editions().await.unwrap()[0].row.id;
        town.app.withdraw_edition(id, Some(&"ADM".into())).await.unwrap();
        town.clock.set(at);
        town.app.refresh_city().await.unwrap();
        assert_eq!(owner(&town.app).as_deref(), Some("G2"));
        assert_eq!(town.app.edition_view(id).await.unwrap().standing, Standing::Withdrawn);
        assert!(matches!(town.app.withdraw_edition(id, None).await, Err(Error::BadInput(_))));
        let again = town.clock.now() + Duration::hours(1);
        import(&town.app, &map(&SPLIT, ""), Some(again)).await;
        assert_ne!(town.app.editions().await.unwrap()[0].row.id, id, "loaded again it is another edition");
    }
}
