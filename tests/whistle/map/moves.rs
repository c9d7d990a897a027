//! Open cases at a take-over.

use super::{PLAIN, SPLIT, desk, import, map};
use crate::{console::town::Town, database::Throwaway};
use whistle::{
    app::{
        Desk,
        map::{Moving, Outcome},
    },
    domain::{Actor, Case, Command, Fact, State, Via},
};

fn reason() -> Moving {
    Moving::Move("新地图".to_owned())
}

async fn settle(town: &Town, desk: &Desk, case: &Case, seen: u32, moving: &Moving) -> Outcome {
    let by = Actor::person(desk.person.clone(), town.clock.now(), Via::Console);
    town.app.settle_displaced(desk, case.id, seen, moving, &by).await.unwrap()
}

async fn listed(town: &Town, desk: &Desk) -> Vec<(Case, String, Option<String>)> {
    let (found, more) = town.app.displaced(desk, 50).await.unwrap();
    assert!(!more);
    let row = |one: whistle::app::map::Displaced| (one.case, one.from.0, one.to.map(|to| to.0));
    found.into_iter().map(row).collect()
}

on_both_databases! {
    async fn open_cases_that_change_hands_are_moved_or_kept(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let waiting = town.reported("G2", "路灯不亮").await;
        let whistled = town.patrolled("WORK2", "G2", "垃圾满溢").await;
        let kept = town.patrolled("WORK2", "G2", "井盖松动").await;
        let elsewhere = town.patrolled("WORK1", "G1", "污水外溢").await;
        let office = town.patrolled("WORK2", "G2", "违章搭建").await;
        town.act(&office, "DIS1", Command::Reassign { owner: "DEP1".into(), reason: "归执法".into() }).await;
        let (old, ours, theirs) = (town.app.city().edition_id, desk(&town, "DIS1"), desk(&town, "DIS2"));
        assert!(listed(&town, &ours).await.is_empty(), "nothing changes hands before the take-over");

        import(&town.app, &map(&SPLIT, "单位"), None).await;
        let found = listed(&town, &ours).await;
        let numbers: Vec<_> = found.iter().map(|(case, ..)| case.id).collect();
        assert_eq!(numbers, [kept.id, whistled.id, waiting.id], "{elsewhere:?} and {office:?} stay");
        assert!(found.iter().all(|(case, from, to)| {
            case.place.edition == old && from == "G2" && to.as_deref() == Some("G4")
        }));
        assert!(listed(&town, &theirs).await.is_empty());
        assert_eq!(settle(&town, &theirs, &whistled, whistled.version, &reason()).await, Outcome::Gone);
        let leader = desk(&town, "LEAD");
        let refused = settle(&town, &leader, &kept, kept.version, &Moving::Keep).await;
        assert!(matches!(refused, Outcome::Refused(_)), "{refused:?}");

        let mute = settle(&town, &ours, &waiting, waiting.version, &Moving::Move(" ".into())).await;
        assert!(matches!(mute, Outcome::Refused(_)), "{mute:?}");
        assert_eq!(settle(&town, &ours, &waiting, waiting.version, &reason()).await, Outcome::Done);
        assert_eq!(settle(&town, &ours, &whistled, whistled.version, &reason()).await, Outcome::Done);
        assert_eq!(settle(&town, &ours, &kept, kept.version, &Moving::Keep).await, Outcome::Done);
        assert!(listed(&town, &ours).await.is_empty());
        let (waiting, moved) = (town.case(&waiting).await, town.case(&whistled).await);
        let new = town.app.city().edition_id;
        assert_eq!((waiting.state, waiting.place.edition), (State::Reported, new));
        assert_eq!(waiting.place.located.grid.as_deref(), Some("G4"));
        let whistle = moved.whistle.as_ref().unwrap();
        assert_eq!((whistle.unit.as_str(), moved.place.edition, moved.reassignments), ("G4", new, 1));
        let events = town.app.store().events(moved.id).await.unwrap();
        let told = |event: &whistle::domain::Event| {
            matches!(&event.fact, Fact::Reassigned { unit, reason, .. }
                if unit.as_str() == "G4" && reason == "新地图")
        };
        assert!(events.iter().any(told), "{events:?}");
        let still = town.case(&kept).await;
        assert_eq!((still.version, still.place.edition), (kept.version, old), "a kept case is as it was");
        let told = town.app.kept_cases(&ours, 9).await.unwrap();
        let [choice] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!((choice.case, choice.edition, choice.person.as_str()), (kept.id, new.unwrap(), "DIS1"));
        assert!(town.app.kept_cases(&theirs, 9).await.unwrap().is_empty());
        let facts = town.app.store().events(waiting.id).await.unwrap();
        let reason = facts.iter().rev().find_map(|event| match &event.fact {
            Fact::Located { reason, .. } => Some(reason.as_deref()),
            _ => None,
        });
        assert_eq!(reason, Some(Some("新地图")), "a case that only waits keeps the reason too");
    }

    async fn a_case_that_changed_meanwhile_is_not_moved(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let case = town.patrolled("WORK1", "G2", "垃圾满溢").await;
        import(&town.app, &map(&SPLIT, "单位"), None).await;
        let desk = desk(&town, "DIS1");
        town.act(&case, "WORK2", Command::Answer).await;
        let before = town.case(&case).await;
        for moving in [reason(), Moving::Keep] {
            let outcome = settle(&town, &desk, &case, case.version, &moving).await;
            assert_eq!(outcome, Outcome::Changed(Box::new(before.clone())));
        }
        assert_eq!(town.case(&case).await, before);
        assert_eq!(listed(&town, &desk).await.len(), 1, "it waits for a decision still");
        assert_eq!(settle(&town, &desk, &case, before.version, &reason()).await, Outcome::Done);
        assert_eq!(settle(&town, &desk, &case, before.version + 1, &reason()).await, {
            Outcome::Changed(Box::new(town.case(&case).await))
        });
        assert_eq!(town.case(&case).await.whistle.unwrap().unit.as_str(), "G4");
    }

    async fn what_becomes_nobodys_is_told_and_can_only_be_kept(database: Throwaway) {
        let town = Town::new(&database.url).await;
        let case = town.patrolled("WORK1", "G1", "垃圾满溢").await;
        import(&town.app, &map(&PLAIN[1..], "单位"), None).await;
        let desk = desk(&town, "DIS1");
        let found = listed(&town, &desk).await;
        assert_eq!((found[0].1.as_str(), found[0].2.as_deref()), ("G1", None));
        let refused = settle(&town, &desk, &case, case.version, &reason()).await;
        assert!(matches!(refused, Outcome::Refused(_)), "{refused:?}");
        assert_eq!(settle(&town, &desk, &case, case.version, &Moving::Keep).await, Outcome::Done);
        assert!(listed(&town, &desk).await.is_empty());
    }
}
