//! The edge: how many connections there may be, and how long anybody is waited for.
//!
//! A client that sends its words one by one, or never reads what it asked for, costs a connection and no
//! worker; these limits give the connection back too. Behind a proxy the proxy keeps the same watch, and
//! its address is not counted against itself.

use super::{Site, guard::Timed, routes};
use crate::telemetry::Metrics;
use actix_web::{
    App, Error, HttpMessage, HttpServer,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Extensions, Payload, Server, ServiceRequest, ServiceResponse},
    error::PayloadError,
    middleware::{self, Next, from_fn},
    rt::net::TcpStream,
    web::{Bytes, Data},
};
use futures_util::{Stream, StreamExt, stream};
use ipnet::IpNet;
use socket2::SockRef;
use std::{
    any::Any,
    cell::RefCell,
    collections::HashMap,
    future::poll_fn,
    io,
    net::{IpAddr, Shutdown, SocketAddr},
    pin::Pin,
    rc::Rc,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, timeout_at};

/// Threads that answer.
const WORKERS: usize = 2;
/// What is held is finished within this many seconds of stopping.
const FAREWELL: u64 = 3;
/// How long what a client still sends is thrown away after it was refused, so that it hears why. The
/// server's clock has steps of half a second, and what falls below them it never wakes up for.
const LINGER: Duration = Duration::from_secs(2);

/// How many may come, and how long they may take.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at a time; who comes later waits.
    pub connections: usize,
    /// Connections at a time from one address; one more is closed.
    pub per_address: usize,
    /// Addresses that are proxies of ours.
    pub proxies: Vec<IpNet>,
    /// A request's line and headers are there by then.
    pub head: Duration,
    /// The next piece of a body is there by then …
    pub pause: Duration,
    /// … and the whole of it by then.
    pub body: Duration,
    /// A connection without a request is kept so long.
    pub idle: Duration,
    /// Somebody who takes nothing of an answer for so long is gone.
    pub write: Duration,
}

/// The server, bound and running once it is waited for; and the addresses that it listens on.
///
/// # Errors
/// When the address cannot be bound.
pub fn serve(bind: SocketAddr, limits: Limits, site: Site) -> io::Result<(Server, Vec<SocketAddr>)> {
    let (metrics, pause, body) = (site.metrics.clone(), limits.pause, limits.body);
    let (head, idle, each) = (limits.head, limits.idle, (limits.connections / WORKERS).max(1));
    let porch = Porch { limits, present: Arc::default(), metrics: metrics.clone() };
    let server = HttpServer::new(move || {
        App::new()
            .app_data(Data::new(site.clone()))
            .wrap(from_fn(move |request, next| in_time(pause, body, request, next)))
            .wrap(middleware::Compress::default())
            .wrap(Timed::new(metrics.clone()))
            .configure(routes)
    })
    .workers(WORKERS)
    .disable_signals()
    .max_connections(each)
    .client_request_timeout(head)
    .client_disconnect_timeout(LINGER)
    .keep_alive(idle)
    .shutdown_timeout(FAREWELL)
    .on_connect(move |connection, kept| porch.meet(connection, kept))
    .bind(bind)?;
    let addresses = server.addrs();
    Ok((server.run(), addresses))
}

/// A request whose body is waited for so long and no longer.
async fn in_time(
    pause: Duration,
    whole: Duration,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<Holding>, Error> {
    let body = match request.take_payload() {
        Payload::None => None,
        body => Some(Rc::new(RefCell::new(body))),
    };
    if let Some(body) = body.clone() {
        request.set_payload(Payload::Stream { payload: Box::pin(patient(body, pause, whole)) });
    }
    let answer = next.call(request).await?;
    Ok(answer.map_body(|_, answer| Holding { answer: answer.boxed(), _asked: body }))
}

/// The pieces of a body: an error ends it when one is late.
fn patient(
    body: Rc<RefCell<Payload>>,
    pause: Duration,
    whole: Duration,
) -> impl Stream<Item = Result<Bytes, PayloadError>> {
    let end = Instant::now() + whole;
    // A form is read past its end.
    stream::unfold(Some(body), move |body| async move {
        let body = body?;
        let next = poll_fn(|context| body.borrow_mut().poll_next_unpin(context));
        match timeout_at(end.min(Instant::now() + pause), next).await {
            Ok(piece) => piece.map(|piece| (piece, Some(body))),
            Err(_) => Some((Err(PayloadError::Io(io::ErrorKind::TimedOut.into())), None)),
        }
    })
    .fuse()
}

/// An answer that holds on to the body of its request. Of a body in chunks that somebody has let go of the
/// server would read on for ever; one that is held and not read it closes the connection for.
struct Holding {
    answer: BoxBody,
    _asked: Option<Rc<RefCell<Payload>>>,
}

impl MessageBody for Holding {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.answer.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.get_mut().answer).poll_next(context)
    }
}

/// Who is here, by address.
#[derive(Clone)]
struct Porch {
    limits: Limits,
    present: Arc<Mutex<HashMap<IpAddr, usize>>>,
    metrics: Arc<Metrics>,
}

impl Porch {
    fn meet(&self, connection: &dyn Any, kept: &mut Extensions) {
        let Some(stream) = connection.downcast_ref::<TcpStream>() else { return };
        let Ok(from) = stream.peer_addr().map(|address| address.ip().to_canonical()) else { return };
        let socket = SockRef::from(stream);
        if let Err(error) = socket.set_tcp_user_timeout(Some(self.limits.write)) {
            tracing::debug!(%error, "a connection has no limit for writing");
        }
        let place = Place::take(self.clone(), from);
        if place.others >= self.limits.per_address && !trusted(&self.limits.proxies, from) {
            // Closed already: nothing can be done about a failure.
            let _ = socket.shutdown(Shutdown::Both);
        }
        kept.insert(place);
    }

    fn present(&self) -> std::sync::MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Is the address a proxy of ours?
pub(super) fn trusted(proxies: &[IpNet], address: IpAddr) -> bool {
    proxies.iter().any(|proxy| proxy.contains(&address))
}

/// A connection, as long as it lasts.
struct Place {
    porch: Porch,
    from: IpAddr,
    others: usize,
}

impl Place {
    fn take(porch: Porch, from: IpAddr) -> Self {
        let others = {
            let mut present = porch.present();
            let here = present.entry(from).or_default();
            *here += 1;
            *here - 1
        };
        porch.metrics.connected(1);
        Self { porch, from, others }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut present = self.porch.present();
        if let Some(here) = present.get_mut(&self.from) {
            *here -= 1;
            if *here == 0 {
                present.remove(&self.from);
            }
        }
        self.porch.metrics.connected(-1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_body_may_be_read_past_its_end() {
        let sent = stream::iter([Ok(Bytes::from_static(b"one"))]);
        let body: Payload = Payload::Stream { payload: Box::pin(sent) };
        let body = Rc::new(RefCell::new(body));
        let mut pieces = Box::pin(patient(body, Duration::from_secs(1), Duration::from_secs(1)));
        assert_eq!(pieces.next().await.unwrap().unwrap(), "one");
        assert!(pieces.next().await.is_none());
        assert!(pieces.next().await.is_none(), "and a form does");
    }
}
