//! The built-in chat as its page uses it, over a database of its own.

use actix_web::{
    http::{StatusCode, header},
    test::TestRequest,
};
use tempfile::TempDir;
use whistle::{
    app::{Options, media::Blobs},
    atlas::{Datum, Point},
    dialogue::ChannelKind,
    domain::{Fix, MediaId, PlaceSource},
    store::{ChatMessage, EditionNew},
    web,
};

use super::{
    console::town::{Answer, Town},
    database::Throwaway,
    town::PHOTO,
};

/// The town with the chat page on, and a folder for its photos.
struct Page {
    town: Town,
    _photos: TempDir,
}

impl Page {
    async fn new(database: &Throwaway) -> Self {
        let photos = TempDir::with_prefix("whistle-chat-").unwrap();
        let blobs = Blobs::open(&format!("file://{}", photos.path().display()), 1 << 20).unwrap();
        let options = Options { blobs: Some(blobs), ..Options::default() };
        let pages = web::Options { chat: true, ..web::Options::default() };
        Self { town: Town::with(&database.url, options, pages).await, _photos: photos }
    }

    async fn look(&self, person: &str, language: &str) -> Answer {
        let page = TestRequest::get().uri(&format!("/chat/{person}?lang={language}"));
        let answer = self.town.call(page).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer
    }

    /// Sends a piece, as the page's script does.
    async fn send(&self, person: &str, uid: &str, field: &str, value: &[u8]) -> Answer {
        let said_at = self.town.clock.now().timestamp_millis().to_string();
        let mut form = Vec::new();
        for (name, value) in [("uid", uid.as_bytes()), ("said_at", said_at.as_bytes()), (field, value)] {
            let file = if name == "photo" { "; filename=\"a.jpg\"" } else { "" };
            let head = format!("--LINE\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
            form.extend_from_slice(head.as_bytes());
            form.extend_from_slice(value);
            form.extend_from_slice(b"\r\n");
        }
        form.extend_from_slice(b"--LINE--\r\n");
        let request = TestRequest::post()
            .uri(&format!("/chat/{person}/send"))
            .insert_header((header::CONTENT_TYPE, "multipart/form-data; boundary=LINE"))
            .insert_header((header::COOKIE, "lang=en"))
            .set_payload(form);
        self.town.call(request).await
    }

    /// A map of two grids far from each other: its middle is in neither.
    async fn apart(&self) {
        let square = |west: f64| {
            let east = west + 0.01;
            serde_json::json!([[[west, 36.39], [east, 36.39], [east, 36.40], [west, 36.40], [west, 36.39]]])
        };
        let (west, east) = (square(120.40), square(120.50));
        let both = serde_json::json!([west, east]);
        let area = |code: &str, level: &str, parent: Option<&str>, kind: &str, ground: &serde_json::Value| {
            serde_json::json!({
                "type": "Feature",
                "properties": {"code": code, "name": code, "level": level, "parent": parent},
                "geometry": {"type": kind, "coordinates": ground},
            })
        };
        let features = [
            area("D", "district", None, "MultiPolygon", &both),
            area("S", "subdistrict", Some("D"), "MultiPolygon", &both),
            area("C1", "community", Some("S"), "Polygon", &west),
            area("C2", "community", Some("S"), "Polygon", &east),
            area("G1", "grid", Some("C1"), "Polygon", &west),
            area("G3", "grid", Some("C2"), "Polygon", &east),
        ];
        let map = serde_json::json!({"type": "FeatureCollection", "features": features}).to_string();
        let now = self.town.clock.now();
        let edition = EditionNew {
            digest: "apart",
            name: None,
            effective_at: Some(now),
            datum: Datum::Wgs84,
            geojson: &map,
        };
        let tx = self.town.app.store().begin().await.unwrap();
        tx.save_edition(&edition, now).await.unwrap();
        tx.bump_city_revision().await.unwrap();
        tx.commit().await.unwrap();
        self.town.app.refresh_city().await.unwrap();
    }

    async fn shown(&self, person: &str) -> Vec<ChatMessage> {
        let store = self.town.app.store();
        let chat = store.chat(ChannelKind::Web, person).await.unwrap().unwrap();
        store.chat_messages(chat.id, 0, 99).await.unwrap()
    }

    async fn language(&self, person: &str) -> Option<String> {
        let chat = self.town.app.store().chat(ChannelKind::Web, person).await.unwrap();
        chat.unwrap().language
    }
}

on_both_databases! {
    async fn the_same_message_again_shows_nothing_twice(database: Throwaway) {
        let page = Page::new(&database).await;
        for _ in 0..2 {
            assert_eq!(page.send("WORK1", "1", "text", "路灯不亮".as_bytes()).await.status, StatusCode::OK);
            assert_eq!(page.send("WORK1", "2", "photo", PHOTO).await.status, StatusCode::OK);
        }
        let shown = page.shown("WORK1").await;
        let bodies: Vec<&str> = shown.iter().map(|message| message.body.as_str()).collect();
        assert_eq!(bodies.len(), 2, "{bodies:?}");
        assert!(bodies[0].contains("路灯不亮") && bodies[1].contains("\"photo\":1,"), "{bodies:?}");
        let store = page.town.app.store();
        assert!(store.media(MediaId(2)).await.unwrap().is_none(), "the photo is kept once");
        let photo = page.town.call(TestRequest::get().uri("/chat/WORK1/media/1")).await;
        assert_eq!(photo.status, StatusCode::OK, "and the page may show it");
    }
}

#[actix_web::test]
async fn what_is_not_taken_is_not_shown() {
    let database = Throwaway::sqlite();
    let page = Page::new(&database).await;
    page.look("WORK1", "zh-CN").await;
    let refused = page.send("WORK1", "1", "photo", b"no photo").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.body);
    assert_eq!(page.send("WORK1", "2", "text", b"  ").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(page.shown("WORK1").await, []);
}

#[actix_web::test]
async fn a_resident_is_spoken_to_as_the_page_speaks() {
    let database = Throwaway::sqlite();
    let page = Page::new(&database).await;
    page.send("resident", "1", "text", b"Hello").await;
    assert_eq!(page.language("resident").await.as_deref(), Some("en"), "from the first word");
    page.look("resident", "zh-CN").await;
    assert_eq!(page.language("resident").await.as_deref(), Some("zh-CN"), "the page was switched over");
    page.look("WORK1", "en").await;
    assert_eq!(page.language("WORK1").await, None, "the roster says how its people are spoken to");
}

#[actix_web::test]
async fn the_map_to_pick_a_place_on_begins_on_ground() {
    let database = Throwaway::sqlite();
    let page = Page::new(&database).await;
    page.apart().await;
    for person in ["resident", "OFF1", "WORK1"] {
        let answer = page.look(person, "en").await;
        let number = |name: &str| -> f64 {
            let rest = answer.body.split(&format!("data-{name}=\"")).nth(1).unwrap();
            rest.split('"').next().unwrap().parse().unwrap()
        };
        let at = Point::new(number("lon"), number("lat"));
        let place = page.town.app.city().place(&Fix::new(at.lon, at.lat, Datum::Wgs84, PlaceSource::Pin));
        assert!(place.located.grid.is_some(), "{person} begins at {at:?}");
    }
}
