//! Spans of the four walkthroughs reach a collector, hang together, and tell nothing about people.

use crate::{
    database::Throwaway,
    town::{PHOTO, SPOT, Town},
};
use actix_web::{App as Web, HttpResponse, HttpServer, web};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest, common::v1::any_value::Value, trace::v1::Span,
};
use prost::Message;
use std::{
    collections::BTreeMap,
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};
use tracing_subscriber::layer::SubscriberExt;
use whistle::{
    domain::{Actor, Command as Does, Via},
    settings,
    telemetry::Traces,
};

const PATIENT: Duration = Duration::from_mins(1);

/// A collector on loopback that keeps what it is sent.
struct Collector {
    url: String,
    requests: Arc<Mutex<Vec<ExportTraceServiceRequest>>>,
    server: actix_web::dev::ServerHandle,
}

impl Collector {
    fn start() -> Self {
        let requests: Arc<Mutex<Vec<ExportTraceServiceRequest>>> = Arc::default();
        let kept = web::Data::from(requests.clone());
        let take = |kept: web::Data<Mutex<Vec<ExportTraceServiceRequest>>>, body: web::Bytes| async move {
            kept.lock().unwrap().push(ExportTraceServiceRequest::decode(body).unwrap());
            HttpResponse::Ok().finish()
        };
        let site = move || Web::new().app_data(kept.clone()).route("/v1/traces", web::post().to(take));
        let server = HttpServer::new(site).workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1/traces", server.addrs()[0]);
        let running = server.run();
        let server = running.handle();
        tokio::spawn(running);
        Self { url, requests, server }
    }

    fn spans(&self) -> Vec<Span> {
        let requests = self.requests.lock().unwrap();
        let resources = requests.iter().flat_map(|request| &request.resource_spans);
        resources.flat_map(|of| &of.scope_spans).flat_map(|of| of.spans.clone()).collect()
    }
}

/// The attributes of a span as words.
fn attributes(span: &Span) -> BTreeMap<String, String> {
    let word = |value: Value| match value {
        Value::StringValue(text) => text,
        Value::IntValue(number) => number.to_string(),
        other => format!("{other:?}"),
    };
    let pairs = span.attributes.iter().map(|pair| {
        let value = pair.value.clone().and_then(|value| value.value);
        (pair.key.clone(), value.map(word).unwrap_or_default())
    });
    pairs.collect()
}

/// The names of a span and of those that it was done in, the innermost first.
fn line_of(span: &Span, all: &[Span]) -> Vec<String> {
    let mut line = vec![span.name.clone()];
    let mut inner = span;
    while let Some(outer) = all.iter().find(|outer| outer.span_id == inner.parent_span_id) {
        line.push(outer.name.clone());
        inner = outer;
    }
    line
}

#[tokio::test]
async fn the_four_walkthroughs_are_told_without_people() {
    let database = Throwaway::sqlite();
    let town = Town::new(&database, "2026-10-09 09:00").await;
    let (worker, secretary) = (town.comes("W1", 11).await, town.comes("S1", 12).await);
    let collector = Collector::start();
    let url = Some(collector.url.parse().unwrap());
    let traces =
        Traces::start(&settings::Traces { url, share: 1.0, service: "town".into() }).unwrap().unwrap();
    let listening = tracing::subscriber::set_default(tracing_subscriber::registry().with(traces.layer()));

    worker.sends_photo(PHOTO, Some("垃圾满了"));
    worker.sends_location(SPOT.lat, SPOT.lon, Some(10.0));
    town.poll().await;
    secretary.presses("接哨");
    town.poll().await;
    let case = town.cases().await.remove(0);
    let desk = Actor::person("DIS".into(), town.clock.now(), Via::Console);
    let urge = Does::Urge { words: "请张三尽快 13800000000".into() };
    town.office.app.act(case.id, urge, &desk, None).await.unwrap();
    town.until("2026-10-09 11:00").await;

    drop(listening);
    tokio::time::timeout(PATIENT, traces.end()).await.expect("the collector answers");
    let spans = collector.spans();
    let lines: Vec<String> = spans.iter().map(|span| line_of(span, &spans).join(" < ")).collect();
    for line in ["take", "commit < converse", "commit < act", "act < wake", "deliver", "send < deliver"] {
        assert!(lines.iter().any(|found| found == line), "no span {line}: {lines:#?}");
    }
    let id = case.id.to_string();
    let acts = spans.iter().filter(|span| span.name == "act").map(attributes);
    let acts: Vec<_> = acts.filter(|about| about["case.id"] == id).collect();
    assert!(acts.iter().any(|about| about["command"] == "urge"), "{acts:?}");
    assert!(acts.iter().any(|about| about["command"] == "wake"), "{acts:?}");
    let sent = spans.iter().filter(|span| span.name == "deliver").map(attributes);
    assert!(sent.clone().any(|about| about["result"] == "sent" && about.contains_key("outbox.id")));
    let together = spans.iter().find(|span| span.name == "converse").unwrap();
    let taken = spans.iter().filter(|span| span.name == "take");
    let linked: Vec<&Span> =
        taken.filter(|take| together.links.iter().any(|to| to.span_id == take.span_id)).collect();
    assert!(!linked.is_empty(), "what was taken together names what came");
    let everything = format!("{spans:?}");
    for secret in ["垃圾", "王小明", "吴书记", "张三", "13800000000", "120.40", "36.38", "接哨"] {
        assert!(!everything.contains(secret), "{secret} is told");
    }
    collector.server.stop(false).await;
}

#[tokio::test]
async fn the_program_sends_its_last_spans_before_it_ends() {
    let database = Throwaway::sqlite();
    let collector = Collector::start();
    let mut command = Command::new(env!("CARGO_BIN_EXE_whistle"));
    command
        .args(["migrate", "up"])
        .env("WHISTLE__DATABASE__URL", &database.url)
        .env("WHISTLE__TRACES__URL", &collector.url)
        .stdout(Stdio::null());
    let done = tokio::task::spawn_blocking(move || command.status().unwrap());
    let done = tokio::time::timeout(PATIENT, done).await.expect("it ends").unwrap();
    assert!(done.success());
    let spans = collector.spans();
    assert!(spans.iter().any(|span| span.name == "commit"), "{spans:?}");
    collector.server.stop(false).await;
}
