//! Around every request: how long it took, what browsers are told to keep off, and a session's cookie kept.

use super::session;
use crate::telemetry::Metrics;
use actix_web::{
    Error,
    body::MessageBody,
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
    http::header::{HeaderName, HeaderValue},
};
use std::{
    future::{Future, Ready, ready},
    pin::Pin,
    rc::Rc,
    sync::Arc,
    time::Instant,
};
use tracing::{Instrument, field::Empty};

/// Times requests and sets the headers of [`HEADERS`].
#[derive(Clone)]
pub struct Timed {
    metrics: Arc<Metrics>,
}

/// Leaflet sets styles by script; nothing else comes from elsewhere but map tiles.
const HEADERS: [(&str, &str); 4] = [
    (
        "content-security-policy",
        "default-src 'self'; img-src 'self' data: blob: https:; media-src 'self' blob:; \
         style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("permissions-policy", "geolocation=(self), microphone=(self), camera=(self)"),
];

impl Timed {
    /// A middleware that counts into these metrics.
    pub fn new(metrics: Arc<Metrics>) -> Self {
        Self { metrics }
    }
}

impl<S, B> Transform<S, ServiceRequest> for Timed
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Transform = Timing<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(Timing { service: Rc::new(service), metrics: self.metrics.clone() }))
    }
}

/// The middleware at work.
pub struct Timing<S> {
    service: Rc<S>,
    metrics: Arc<Metrics>,
}

impl<S, B> Service<ServiceRequest> for Timing<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>>>>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let metrics = self.metrics.clone();
        let started = Instant::now();
        let method = request.method().to_string();
        let span = tracing::debug_span!("request", method, route = Empty, status = Empty);
        let answering = span.in_scope(|| self.service.call(request));
        Box::pin(async move {
            let mut answer = answering.instrument(span.clone()).await?;
            session::keep_cookie(&mut answer);
            let route = answer.request().match_pattern().unwrap_or_else(|| "none".into());
            metrics.request(&method, &route, answer.status().as_u16(), started.elapsed().as_secs_f64());
            span.record("route", &route).record("status", answer.status().as_u16());
            for (name, value) in HEADERS {
                let name = HeaderName::from_static(name);
                if !answer.headers().contains_key(&name) {
                    answer.headers_mut().insert(name, HeaderValue::from_static(value));
                }
            }
            Ok(answer)
        })
    }
}
