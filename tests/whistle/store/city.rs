//! The city as data: replaced as a whole, in one step, with a sign for the other processes.

use super::{again_from, minute, open, whistled};
use crate::database::Throwaway;
use chrono::{NaiveDate, NaiveTime};
use whistle::{
    atlas::{Datum, Point},
    domain::{
        Category, ClosingCondition, DayKind, LimitKind, Person, Post, Role, TimeLimit, Unit, UnitLevel,
    },
    store::{CalendarDay, Duty, EditionNew, Error, PersonRow, Station, TraceFilter, TracePart},
};

fn unit(code: &str, level: UnitLevel) -> Unit {
    let name_en = (level == UnitLevel::Department).then(|| "Roads".to_owned());
    Unit {
        code: code.into(),
        name: format!("{code} 号"),
        name_en,
        level,
        parent: None,
        work_list: if level == UnitLevel::Department {
            vec!["占道".into(), "违建".into()]
        } else {
            vec![]
        },
    }
}

fn person(n: usize) -> PersonRow {
    let posts = vec![
        Post { role: Role::GridWorker, unit: "G2".into() },
        Post { role: Role::BuildingLead, unit: "G1".into() },
    ];
    let person =
        Person { code: format!("W{n:05}").into(), name: "王小明".into(), language: "zh-CN".into(), posts };
    PersonRow { person, phone_cipher: n.is_multiple_of(2).then(|| vec![0, 159, n as u8]) }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

on_both_databases! {
    async fn units_of_the_levels_named_are_replaced(database: Throwaway) {
        let store = open(&database).await;
        let tx = store.begin().await.unwrap();
        let (grid, department) = (unit("G1", UnitLevel::Grid), unit("D1", UnitLevel::Department));
        tx.replace_units(&[UnitLevel::Grid], &[unit("G0", UnitLevel::Grid)]).await.unwrap();
        tx.replace_units(&[UnitLevel::Department], std::slice::from_ref(&department)).await.unwrap();
        tx.replace_units(&[UnitLevel::Grid], std::slice::from_ref(&grid)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.load_organisation().await.unwrap().0, [department, grid.clone()]);
        let tx = store.begin().await.unwrap();
        let twice = tx.replace_units(&[UnitLevel::Grid], &[grid.clone(), grid]).await;
        assert_eq!(twice, Err(Error::Taken));
    }

    async fn a_district_of_people_comes_back_as_it_was(database: Throwaway) {
        let store = open(&database).await;
        let people: Vec<PersonRow> = (0..8_626).map(person).collect();
        for _ in 0..2 {
            let tx = store.begin().await.unwrap();
            tx.replace_people(&people).await.unwrap();
            tx.bump_city_revision().await.unwrap();
            tx.commit().await.unwrap();
        }
        let (_, loaded) = store.load_organisation().await.unwrap();
        assert_eq!(loaded.len(), 8_626);
        assert!(loaded.iter().zip(&people).all(|(loaded, row)| *loaded == row.person));
        assert_eq!(store.person_phone(&"W00002".into()).await.unwrap(), Some(vec![0, 159, 2]));
        assert_eq!(store.person_phone(&"W00001".into()).await.unwrap(), None);
        assert_eq!(store.phones().await.unwrap().len(), 4_313);
        assert_eq!(store.city_revision().await.unwrap(), 2);
    }

    async fn catalogue_calendar_duty_and_stations_come_back(database: Throwaway) {
        let store = open(&database).await;
        assert_eq!(store.city_revision().await.unwrap(), 0);
        let limit = TimeLimit::new(4.0, LimitKind::WorkHour);
        let category = Category {
            code: "06001".into(),
            major: "街面秩序".into(),
            major_en: "Streets".into(),
            name: "店外经营".into(),
            name_en: "Trading outside".into(),
            keywords: vec!["占道".into()],
            keywords_en: vec!["stall".into()],
            answer_limit: limit,
            arrive_limit: limit,
            settle_limit: limit,
            closing_conditions: vec![ClosingCondition { text: "已清".into(), text_en: "cleared".into() }],
            direct: true,
            photo_required: false,
        };
        let turn = Duty {
            unit: "G1".into(),
            person: "W0001".into(),
            weekday: 7,
            from: NaiveTime::from_hms_opt(18, 0, 0).unwrap(),
            to: NaiveTime::from_hms_opt(8, 0, 0).unwrap(),
            valid_from: Some(day("2026-11-01")),
            valid_to: None,
        };
        let point = Point { lon: 120.447_301_234_567_8, lat: 36.389_512_345_678_9 };
        let station = Station { code: "S1".into(), name: "党群服务站".into(), unit: "C1".into(), point };
        for _ in 0..2 {
            let tx = store.begin().await.unwrap();
            tx.replace_catalogue(std::slice::from_ref(&category)).await.unwrap();
            tx.replace_duty(std::slice::from_ref(&turn)).await.unwrap();
            tx.replace_stations(std::slice::from_ref(&station)).await.unwrap();
            tx.commit().await.unwrap();
        }
        assert_eq!(store.load_catalogue().await.unwrap(), [category]);
        assert_eq!(store.load_duty().await.unwrap(), [turn]);
        assert_eq!(store.load_stations().await.unwrap(), [station]);
    }

    async fn a_published_year_replaces_itself_and_no_other(database: Throwaway) {
        let store = open(&database).await;
        let at = |date: &str, kind| CalendarDay { date: day(date), kind, name: "国庆节".into() };
        let tx = store.begin().await.unwrap();
        let first =
            [at("2025-10-01", DayKind::Off), at("2026-10-01", DayKind::Off), at("2026-10-10", DayKind::Work)];
        tx.replace_calendar(&first).await.unwrap();
        tx.replace_calendar(&[at("2026-10-02", DayKind::Off)]).await.unwrap();
        tx.commit().await.unwrap();
        let days = store.load_calendar().await.unwrap();
        assert_eq!(days.into_keys().collect::<Vec<_>>(), [day("2025-10-01"), day("2026-10-02")]);
        assert_eq!(store.calendar_days().await.unwrap()[0].name, "国庆节");
    }

    async fn an_edition_holds_from_its_time_and_is_kept(database: Throwaway) {
        let store = open(&database).await;
        let tx = store.begin().await.unwrap();
        let edition = |digest, at, geojson| EditionNew {
            digest,
            name: None,
            effective_at: Some(minute(at)),
            datum: Datum::Gcj02,
            geojson,
        };
        let a = tx.save_edition(&edition("a", 0, "{A}"), minute(0)).await.unwrap();
        let b = tx.save_edition(&edition("b", 60, "{B}"), minute(1)).await.unwrap();
        assert_eq!(
            tx.save_edition(&edition("a", 30, "{A}"), minute(2)).await.unwrap(),
            a,
            "in force already"
        );
        let back = tx.save_edition(&edition("a", 90, "{A}"), minute(3)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(![a, b].contains(&back), "going back to an older map is an edition of its own");
        assert_eq!(store.edition_in_force(minute(-1)).await.unwrap(), None);
        assert_eq!(store.edition_in_force(minute(59)).await.unwrap(), Some(a));
        assert_eq!(store.edition_in_force(minute(60)).await.unwrap(), Some(b));
        assert_eq!(store.edition(b).await.unwrap().as_deref(), Some("{B}"));
        let all = store.editions().await.unwrap();
        assert_eq!(all.iter().map(|row| row.id).collect::<Vec<_>>(), [back, b, a]);
        assert_eq!((all[2].datum, all[2].loaded_at), (Datum::Gcj02, minute(0)));
    }

    async fn the_stored_form_of_a_map_stands_beside_its_file(database: Throwaway) {
        let store = open(&database).await;
        let tx = store.begin().await.unwrap();
        let edition =
            EditionNew { digest: "a", name: None, effective_at: Some(minute(0)), datum: Datum::Wgs84, geojson: "{A}" };
        let id = tx.save_edition(&edition, minute(0)).await.unwrap();
        assert_eq!(tx.map_form(id).await.unwrap(), None);
        tx.save_map_form(id, vec![1, 0, 255]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.map_form(id).await.unwrap(), Some(vec![1, 0, 255]));
        store.save_map_form(id, vec![2]).await.unwrap();
        assert_eq!(store.map_form(id).await.unwrap(), Some(vec![2]), "another version's form is replaced");
    }

    async fn a_schema_from_before_drafts_keeps_its_editions_and_cases(database: Throwaway) {
        let store = open(&database).await;
        let tx = store.begin().await.unwrap();
        let edition = |digest, at: Option<i64>| EditionNew {
            digest,
            name: None,
            effective_at: at.map(minute),
            datum: Datum::Wgs84,
            geojson: "{}",
        };
        let timed = tx.save_edition(&edition("a", Some(0)), minute(0)).await.unwrap();
        let draft = tx.save_edition(&edition("b", None), minute(0)).await.unwrap();
        let withdrawn = tx.save_edition(&edition("c", Some(5)), minute(0)).await.unwrap();
        assert!(tx.withdraw_edition(withdrawn, None, minute(1)).await.unwrap());
        let case = tx.insert_case(&whistled()).await.unwrap();
        tx.commit().await.unwrap();
        again_from(&store, "m20261125_000011_map_change").await;
        assert_eq!(store.edition_row(timed).await.unwrap().unwrap().effective_at, Some(minute(0)));
        assert_eq!(store.edition_in_force(minute(1_000_000)).await.unwrap(), Some(timed), "not {draft}");
        for never in [draft, withdrawn] {
            assert_eq!(store.edition_row(never).await.unwrap().unwrap().effective_at, None, "{never}");
        }
        let filter = TraceFilter {
            since: minute(-9),
            until: minute(9),
            desks: None,
            part: TracePart::All,
            limit: 9,
            after: None,
        };
        let traces = store.traces(&filter).await.unwrap();
        assert_eq!((traces[0].case, traces[0].map_grid.as_ref()), (case, Some(&"G1".into())));
    }
}
