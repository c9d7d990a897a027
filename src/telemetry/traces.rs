//! Spans of what is done, for whoever follows one message through several processes: sent to a collector by
//! OpenTelemetry's protocol over HTTP, where the settings name one.
//!
//! Spans hold ids, names of steps and results, and never what was said, by whom, or where.

use crate::settings;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{Sampler, SdkTracer, SdkTracerProvider},
};
use std::{future::Future, pin::Pin, time::Duration};
use tokio::runtime::Handle;
use tracing::{Subscriber, level_filters::LevelFilter};
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::{
    Layer,
    filter::{Filtered, Targets},
    registry::LookupSpan,
};

/// A collector that takes longer is away.
const PATIENCE: Duration = Duration::from_secs(10);

/// What gathers spans and sends them.
#[derive(Clone, Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Spans go where the settings say, from the runtime that this is called in; none when they name no place.
    ///
    /// # Errors
    /// One line that says why not.
    pub fn start(settings: &settings::Traces) -> Result<Option<Self>, String> {
        let Some(url) = &settings.url else { return Ok(None) };
        let runtime = Handle::try_current().map_err(|error| error.to_string())?;
        let client =
            reqwest::Client::builder().timeout(PATIENCE).build().map_err(|error| error.to_string())?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Sender { client, runtime })
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(url.as_str())
            .build()
            .map_err(|error| format!("traces.url: {error}"))?;
        let resource = Resource::builder().with_service_name(settings.service.clone()).build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource)
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(settings.share))))
            .build();
        Ok(Some(Self(provider)))
    }

    /// Our own spans as they are made: what libraries make may hold what was said.
    pub fn layer<S>(&self) -> Filtered<OpenTelemetryLayer<S, SdkTracer>, Targets, S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("whistle"))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_filter(Targets::new().with_target("whistle", LevelFilter::DEBUG))
    }

    /// Sends what is gathered, and no more after it. It waits, so it has a thread of its own.
    pub async fn end(self) {
        let ended = tokio::task::spawn_blocking(move || self.0.shutdown()).await;
        if let Ok(Err(error)) = ended {
            tracing::warn!(%error, "the last spans were not sent");
        }
    }
}

/// Our one HTTP client for OpenTelemetry, whose own thread has no runtime.
#[derive(Debug)]
struct Sender {
    client: reqwest::Client,
    runtime: Handle,
}

impl HttpClient for Sender {
    fn send_bytes<'a, 'b>(
        &'a self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        let client = self.client.clone();
        let sending = self
            .runtime
            .spawn(async move { client.execute(request.try_into()?).await.map(|answer| answer.status()) });
        // What the collector says beside is not read: nothing hangs on it, and it may be long.
        Box::pin(async move { Ok(Response::builder().status(sending.await??).body(Bytes::new())?) })
    }
}
