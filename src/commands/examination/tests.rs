use super::*;
use crate::settings::Layers;

fn settings(folder: &std::path::Path) -> Settings {
    let mut layers = Layers::new().unwrap();
    layers.set("database.url", &format!("sqlite://{}?mode=rwc", folder.join("x.db").display()));
    layers.set("blobs.url", &format!("file://{}", folder.join("blobs").display()));
    layers.settings().unwrap()
}

fn state(found: &[Finding], part: &str) -> Option<State> {
    found.iter().find(|finding| finding.part == part).map(|finding| finding.state)
}

#[tokio::test]
async fn each_part_says_what_is_wrong_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let now = "2026-11-24T00:00:00Z".parse().unwrap();
    let found = examine(&settings, now).await;
    for part in
        [SCHEMA, MAP, PEOPLE, CATALOGUE, CALENDAR, DELIVERY, DEADLINES, POLLING, LETTERS, FILES, ASIDE]
    {
        assert!(
            matches!(state(&found, part), Some(State::Wrong | State::Unseen)),
            "{part}: a part that cannot be seen is named"
        );
    }
    let store = Store::connect(settings.database.url.reveal(), &store::Options::default()).await.unwrap();
    store.migrate_up().await.unwrap();
    let found = examine(&settings, now).await;
    for part in [MAP, PEOPLE, CATALOGUE, CALENDAR] {
        assert_eq!(state(&found, part), Some(State::Wrong), "{part}");
    }
    for part in [DATABASE, SCHEMA, DELIVERY, DEADLINES, POLLING, LETTERS, FILES, ASIDE] {
        assert_eq!(state(&found, part), Some(State::Ok), "{part}");
    }
    assert_eq!(state(&found, TELEGRAM), Some(State::Note));
    let schema = found.iter().find(|finding| finding.part == SCHEMA).unwrap();
    assert_eq!(schema.to_string(), format!("✓ ok {SCHEMA}"));
    let map = found.iter().find(|finding| finding.part == MAP).unwrap().to_string();
    assert!(map.ends_with("→ whistle import map FILE"), "{map}");
}

#[tokio::test]
async fn a_grid_where_nobody_hears_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let now = "2026-11-24T00:00:00Z".parse().unwrap();
    let store = startup::open_store(&settings).await.unwrap();
    let unit = |code: &str| crate::domain::Unit {
        code: code.into(),
        name: code.into(),
        name_en: None,
        level: UnitLevel::Grid,
        parent: None,
        work_list: Vec::new(),
    };
    let person = |code: &str, role| store::PersonRow {
        person: crate::domain::Person {
            code: code.into(),
            name: code.into(),
            language: "zh-CN".into(),
            posts: vec![crate::domain::Post { role, unit: "G1".into() }],
        },
        phone_cipher: None,
    };
    let tx = store.begin().await.unwrap();
    tx.replace_units(&[UnitLevel::Grid], &[unit("G1"), unit("G2")]).await.unwrap();
    let people = [person("W1", Role::GridWorker), person("D1", Role::Dispatcher)];
    tx.replace_people(&people).await.unwrap();
    tx.bump_city_revision().await.unwrap();
    tx.commit().await.unwrap();
    let found = examine(&settings, now).await;
    let people = found.iter().find(|finding| finding.part == PEOPLE).unwrap();
    assert_eq!(people.state, State::Note);
    assert!(people.words.contains("G2") && !people.words.contains("G1"), "{people}");
}

#[tokio::test]
async fn a_database_that_is_not_there_hides_its_parts_and_leaves_none_out() {
    let folder = tempfile::tempdir().unwrap();
    let mut layers = Layers::new().unwrap();
    layers.set("database.url", &format!("sqlite://{}?mode=ro", folder.path().join("none.db").display()));
    let found = examine(&layers.settings().unwrap(), DateTime::UNIX_EPOCH).await;
    let parts: Vec<&str> = found.iter().map(|finding| finding.part).collect();
    let all = [
        DATABASE, SCHEMA, MAP, PEOPLE, NUMBERS, CATALOGUE, CALENDAR, DELIVERY, DEADLINES, POLLING, LETTERS,
        FILES, ASIDE, TELEGRAM,
    ];
    assert_eq!(parts, all);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_no_word_on_the_token() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    for token in ["123:good", "malformed"] {
        let mut layers = Layers::new().unwrap();
        layers.set("telegram.api_url", &format!("http://127.0.0.1:{port}"));
        layers.set("telegram.token", token);
        let found = telegram(&layers.settings().unwrap()).await;
        assert_eq!(found.state, State::Wrong);
        assert!(!found.to_do.contains("BotFather"), "{found}");
        assert!(found.to_do.contains("telegram.api_url"), "{found}");
    }
}

#[tokio::test]
async fn what_was_put_aside_is_named_without_its_words() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let store = Store::connect(settings.database.url.reveal(), &store::Options::default()).await.unwrap();
    store.migrate_up().await.unwrap();
    let now = "2026-11-24T00:00:00Z".parse().unwrap();
    let telegram = crate::dialogue::ChannelKind::Telegram;
    store.put_aside(telegram, "7:1", "{\"text\":\"hunter2\"}", "no such kind", now).await.unwrap();
    let found = examine(&settings, now).await;
    let aside = found.iter().find(|finding| finding.part == ASIDE).unwrap();
    assert_eq!(aside.state, State::Wrong);
    assert!(aside.to_string().contains("7:1 telegram 2026-11-24 00:00Z: no such kind"), "{aside}");
    assert!(!aside.to_string().contains("hunter2"), "{aside}");
}

#[tokio::test]
async fn what_is_stuck_is_said_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let mut layers = Layers::new().unwrap();
    layers.set("database.url", &format!("sqlite://{}?mode=rwc", folder.path().join("x.db").display()));
    layers.set("blobs.url", &format!("file://{}", folder.path().join("blobs").display()));
    layers.set("telegram.token", "123:none");
    layers.set("telegram.api_url", "http://127.0.0.1:1");
    let settings = layers.settings().unwrap();
    let store = startup::open_store(&settings).await.unwrap();
    let now: DateTime<Utc> = "2026-11-24T00:00:00Z".parse().unwrap();
    let telegram = crate::dialogue::ChannelKind::Telegram;
    let tx = store.begin().await.unwrap();
    let chat = tx.chat_or_new(telegram, "7", crate::dialogue::ChatKind::Private, now).await.unwrap();
    let outgoing = crate::dialogue::Outgoing::reply(crate::dialogue::Message::default());
    tx.push(&[store::OutboxNew { chat: chat.id, outgoing, not_before: None }], now).await.unwrap();
    tx.commit().await.unwrap();
    let at = |minutes| now + chrono::Duration::minutes(minutes);
    let found = examine(&settings, at(9)).await;
    assert_eq!(state(&found, DELIVERY), Some(State::Ok), "it may take a while");
    assert_eq!(state(&found, POLLING), Some(State::Note));
    let found = examine(&settings, at(11)).await;
    let delivery = found.iter().find(|finding| finding.part == DELIVERY).unwrap();
    assert_eq!(delivery.state, State::Wrong);
    assert!(
        delivery.to_string().contains("11 min") && delivery.to_do.contains("--role deliver"),
        "{delivery}"
    );
    store.take_part(store::SENDS, "somebody", at(12), at(11)).await.unwrap();
    store.take_lease("poll:123", "somebody", at(12), at(11)).await.unwrap();
    let found = examine(&settings, at(11)).await;
    assert_eq!(state(&found, POLLING), Some(State::Ok));
    let delivery = found.iter().find(|finding| finding.part == DELIVERY).unwrap();
    assert!(!delivery.to_do.contains("--role deliver"), "somebody sends: {delivery}");
    let shown = screen(&found, SCREEN);
    assert!(shown.len() <= SCREEN.1 && shown.concat().contains(DELIVERY), "{shown:#?}");
}
