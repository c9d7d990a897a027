//! A draft tried on past cases, and where people knew better than the map.

use super::{SPLIT, desk, draft, map};
use crate::{console::town::Town, database::Throwaway};
use chrono::Duration;
use whistle::{
    app::{
        Error,
        map::{Change, Why},
    },
    domain::{Command, figures::Window},
    store::{TraceFilter, TracePart},
};

fn everything(town: &Town) -> TraceFilter {
    TraceFilter {
        since: town.clock.now() - Duration::days(9),
        until: town.clock.now() + Duration::days(9),
        desks: None,
        part: TracePart::All,
        limit: 2,
        after: None,
    }
}

on_both_databases! {
    async fn a_draft_is_tried_on_the_cases_of_the_last_days(database: Throwaway) {
        let town = Town::new(&database.url).await;
        town.patrolled("WORK1", "G2", "太久以前的").await;
        town.clock.advance(Duration::days(3));
        for _ in 0..3 {
            town.settled("G1", "垃圾满溢", 20, 50).await;
        }
        town.patrolled("WORK2", "G2", "井盖松动").await;
        town.patrolled("WORK2", "G2", "路面不洁").await;
        town.clock.advance(Duration::seconds(1));
        let id = draft(&town.app, &map(&SPLIT, "单位")).await;
        let mut told = Vec::new();
        let what_if = town.app.what_if(id, 2, |count| told.push(count)).await.unwrap();
        assert_eq!((what_if.placed, what_if.moved, told.last()), (5, 2, Some(&5)));
        let line = |code: &str| {
            what_if.grids.iter().find(|line| line.grid == Some(code.into())).unwrap()
        };
        assert_eq!((line("G2").before, line("G2").after, line("G2").lost), (2, 0, 2));
        assert_eq!((line("G4").gained, line("G4").change, line("G4").people), (2, Change::New, 0));
        assert_eq!((line("G1").before, line("G1").after, line("G1").people), (3, 3, 3));
        assert!((line("G1").hours_after - 1.5).abs() < 1e-9);
        assert_eq!((line("G1").response, line("G1").history), (None, 3), "too few to say");
        assert_eq!(what_if.exchanges[0].cases, 2);
        assert!(matches!(town.app.what_if(id, 0, |_| ()).await, Err(Error::BadInput(_))));
        assert!(matches!(town.app.what_if(99, 2, |_| ()).await, Err(Error::NotFound(_))));
    }

    async fn traces_come_page_by_page_and_each_once(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let mut expected = Vec::new();
        for grid in ["G1", "G2", "G3", "G1", "G2"] {
            expected.push(town.reported(grid, "垃圾").await.id);
        }
        expected.reverse();
        let (mut filter, mut found) = (everything(&town), Vec::new());
        loop {
            let page = town.app.store().traces(&filter).await.unwrap();
            filter.after = page.last().map(whistle::store::Trace::keyset);
            found.extend(page.iter().map(|trace| trace.case));
            if page.len() < 2 {
                break;
            }
        }
        assert_eq!(found, expected, "the clock stands still, so the number decides");
        let scoped = TraceFilter { desks: Some(vec!["C2".into()]), ..everything(&town) };
        assert_eq!(town.app.store().count_traces(&scoped).await.unwrap(), 1);
        let counted = town.app.store().count_by_map_grid(&everything(&town)).await.unwrap();
        assert_eq!((counted[&"G1".into()], counted[&"G3".into()]), (2, 1));
    }

    async fn corrected_routings_are_counted_by_pair(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let picked = town.reported("G1", "两界之间").await;
        town.act(&picked, "DIS1", Command::Reroute { grid: "G2".into() }).await;
        let given = town.patrolled("WORK1", "G1", "其实是二网格的").await;
        town.act(&given, "DIS1", Command::Reassign { owner: "G2".into(), reason: "位置".into() }).await;
        let office = town.patrolled("WORK1", "G1", "归执法").await;
        town.act(&office, "DIS1", Command::Reassign { owner: "DEP1".into(), reason: "职权".into() }).await;
        town.patrolled("WORK1", "G1", "没有更正的").await;
        let far = town.reported("G3", "别的社区").await;
        town.act(&far, "ADM", Command::Reroute { grid: "G2".into() }).await;

        let window =
            Window { from: town.clock.now() - Duration::days(1), to: town.clock.now() + Duration::days(1) };
        let all = town.app.corrections(&window, None).await.unwrap();
        assert_eq!((all.given, all.corrected, all.pairs.len()), (5, 3, 2));
        let pair = &all.pairs[0];
        assert_eq!((pair.from.as_str(), pair.to.as_str()), ("G1", "G2"));
        assert_eq!((pair.picked, pair.reassigned, pair.given, pair.share()), (1, 1, 4, Some(0.5)));
        assert!(pair.edge_m.is_some_and(|metres| (440.0..560.0).contains(&metres)), "{pair:?}");

        let theirs = town.app.corrections(&window, Some(&desk(&town, "DIS2").units)).await.unwrap();
        assert_eq!((theirs.pairs.len(), theirs.pairs[0].from.as_str()), (1, "G3"));
        let ends = (&"G2".into(), &"G1".into());
        let points = town.app.corrections_between(&window, None, ends, 9).await.unwrap();
        let whys: Vec<_> = points.iter().map(|one| (one.case, one.why)).collect();
        assert_eq!(whys, [(given.id, Why::Reassigned), (picked.id, Why::Picked)]);
        let newest = town.app.corrections_between(&window, None, ends, 1).await.unwrap();
        assert_eq!(newest.iter().map(|one| one.case).collect::<Vec<_>>(), [given.id], "no more than asked for");
        let third = town.reported("G1", "选了三网格，又派给二网格").await;
        town.act(&third, "ADM", Command::Reroute { grid: "G3".into() }).await;
        town.act(&third, "ADM", Command::Whistle { owner: Some("G2".into()) }).await;
        let newest = town.app.corrections_between(&window, None, ends, 1).await.unwrap();
        assert_eq!(newest.iter().map(|one| one.case).collect::<Vec<_>>(), [given.id], "it is between G1 and G3");
        let hidden = town.app.corrections_between(&window, Some(&desk(&town, "DIS2").units), ends, 9).await.unwrap();
        assert!(hidden.is_empty());
    }
}
