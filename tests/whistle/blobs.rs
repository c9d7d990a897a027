//! Photos in a bucket: the S3 address against a server.

use crate::town::PHOTO;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, http::Method, web};
use bytes::Bytes;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use whistle::app::{Error, media::Blobs};

type Bucket = Mutex<BTreeMap<String, Bytes>>;

/// As much of S3 as is used: an object is put and got by its path; who asks without a key is refused.
fn s3_server(objects: Arc<Bucket>) -> String {
    async fn answer(request: HttpRequest, body: Bytes, objects: web::Data<Bucket>) -> HttpResponse {
        let key = request.headers().get("authorization").and_then(|value| value.to_str().ok());
        if !key.is_some_and(|key| key.contains("Credential=whistle-key/")) {
            return HttpResponse::Forbidden().finish();
        }
        let (path, mut objects) = (request.path().to_owned(), objects.lock().unwrap());
        if request.method() == Method::PUT {
            objects.insert(path, body);
            return HttpResponse::Ok().insert_header(("etag", "\"1\"")).finish();
        }
        match objects.get(&path) {
            Some(body) => HttpResponse::Ok()
                .insert_header(("etag", "\"1\""))
                .insert_header(("last-modified", "Wed, 25 Nov 2026 00:00:00 GMT"))
                .body(body.clone()),
            None => HttpResponse::NotFound().finish(),
        }
    }
    let data = web::Data::from(objects);
    let server = HttpServer::new(move || App::new().app_data(data.clone()).default_service(web::to(answer)));
    let server = server.workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", server.addrs()[0]);
    tokio::spawn(server.run());
    address
}

#[tokio::test]
async fn a_bucket_keeps_them_below_its_prefix() {
    let objects = Arc::new(Bucket::default());
    let endpoint = s3_server(objects.clone());
    let environment = |key: &str| {
        [
            ("AWS_ENDPOINT", endpoint.as_str()),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_REGION", "cn-north-1"),
            ("AWS_ACCESS_KEY_ID", key),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("HOME", "/nowhere"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into_iter()
    };
    let blobs = Blobs::open_with("s3://photos/of/2026", 1_000, environment("whistle-key")).unwrap();
    let kept = blobs.keep(Bytes::from_static(PHOTO)).await.unwrap();
    assert_eq!(blobs.get(&kept.original).await.unwrap(), Bytes::from_static(PHOTO));
    assert!(!blobs.get(&kept.shown).await.unwrap().is_empty());
    let paths: Vec<String> = objects.lock().unwrap().keys().cloned().collect();
    assert_eq!(paths.len(), 2);
    assert!(paths.iter().all(|path| path.starts_with("/photos/of/2026/")), "{paths:?}");
    let stranger = Blobs::open_with("s3://photos/of/2026", 1_000, environment("other")).unwrap();
    assert!(matches!(stranger.keep(Bytes::from_static(PHOTO)).await, Err(Error::Internal(_))));
}
