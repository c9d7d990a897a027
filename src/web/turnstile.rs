//! How often somebody may ask: who signs in or writes, by address; a program, by its token. One more is
//! told when to come again. Each process counts by itself.

use super::{Problem, Site, edge::trusted, session::site};
use crate::app::Clock as Time;
use actix_web::{Error, FromRequest, HttpRequest, dev::Payload, web};
use arc_swap::ArcSwap;
use governor::{
    Quota, RateLimiter, clock::Clock, middleware::NoOpMiddleware, nanos::Nanos,
    state::keyed::HashMapStateStore,
};
use ipnet::IpNet;
use std::{
    future::{Ready, ready},
    hash::Hash,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    time::{Duration, Instant},
};

/// Names remembered at a time; beyond, all of them begin anew. Who has so many addresses is not held up by
/// a limit for each.
const REMEMBERED: usize = 50_000;

/// How often, and who is believed.
#[derive(Clone, Debug, Default)]
pub struct Rates {
    /// Tries to sign in, a minute and address; 0 for no limit. Wrong tokens count the same.
    pub sign_in: u32,
    /// Messages of the built-in chat and of residents' pages, a minute and address; 0 for no limit.
    pub write: u32,
    /// Requests of a program, a minute; 0 for no limit.
    pub api: u32,
    /// Addresses that are proxies of ours.
    pub proxies: Vec<IpNet>,
}

/// Counts who comes.
pub struct Turnstile {
    sign_in: Gate<IpAddr>,
    write: Gate<IpAddr>,
    api: Gate<String>,
    proxies: Vec<IpNet>,
}

impl Turnstile {
    /// With nobody counted yet. A clock that is turned by hand is followed; the machine's may be set back
    /// and is not, time there only passes.
    pub fn new(rates: Rates, clock: &Time) -> Self {
        Self {
            sign_in: Gate::new(rates.sign_in, clock),
            write: Gate::new(rates.write, clock),
            api: Gate::new(rates.api, clock),
            proxies: rates.proxies,
        }
    }

    /// # Errors
    /// 429 when a program asks too often.
    pub(super) fn program(&self, name: &str) -> Result<(), Problem> {
        self.api.pass(name.to_owned()).map_err(Problem::too_many)
    }

    /// # Errors
    /// 429 when wrong tokens come too often from where the request comes from.
    pub(super) fn stranger(&self, request: &HttpRequest) -> Result<(), Problem> {
        self.sign_in.pass(self.from(request)).map_err(Problem::too_many)
    }

    fn from(&self, request: &HttpRequest) -> IpAddr {
        let forwarded = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
        let forwarded: Vec<&str> = forwarded.flat_map(|value| value.split(',')).collect();
        let peer = request.peer_addr().map_or(Ipv6Addr::UNSPECIFIED.into(), |peer| peer.ip());
        network(origin(peer.to_canonical(), &forwarded, &self.proxies))
    }
}

/// Somebody who wants to sign in, and has not tried too often.
pub(super) struct Entering;

/// Somebody who writes, and not too often.
pub(super) struct Writing;

impl FromRequest for Entering {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(pass(request, |turnstile| &turnstile.sign_in).map(|()| Self).map_err(|wait| match wait {
            Some(wait) => super::sign_in::too_often(request, wait),
            None => Problem::not_found().into(),
        }))
    }
}

impl FromRequest for Writing {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let passed = pass(request, |turnstile| &turnstile.write).map(|()| Self);
        ready(passed.map_err(|wait| wait.map_or_else(Problem::not_found, Problem::too_many).into()))
    }
}

/// One more of the request's address; how long to wait where that is one too many.
fn pass(request: &HttpRequest, gate: impl Fn(&Turnstile) -> &Gate<IpAddr>) -> Result<(), Option<Duration>> {
    let site: &web::Data<Site> = site(request).map_err(|_| None)?;
    gate(&site.turnstile).pass(site.turnstile.from(request)).map_err(Some)
}

/// Where a request comes from: the peer, or whom our proxies name. Whatever somebody else put before it in
/// the header is not believed.
fn origin(peer: IpAddr, forwarded: &[&str], proxies: &[IpNet]) -> IpAddr {
    let mut from = peer;
    for told in forwarded.iter().rev() {
        if !trusted(proxies, from) {
            break;
        }
        let told = told.trim();
        let address = told.parse().ok().or_else(|| Some(told.parse::<SocketAddr>().ok()?.ip()));
        let Some(address) = address else { break };
        from = address.to_canonical();
    }
    from
}

/// Whoever has an IPv6 address has 2⁶⁴ of them.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => Ipv6Addr::from_bits(six.to_bits() >> 64 << 64).into(),
    }
}

type Limiter<K> = RateLimiter<K, HashMapStateStore<K>, Ticks, NoOpMiddleware<Nanos>>;

/// A limit for each name.
struct Gate<K: Hash + Eq + Clone> {
    /// None for no limit.
    quota: Option<Quota>,
    ticks: Ticks,
    limiter: ArcSwap<Limiter<K>>,
}

impl<K: Hash + Eq + Clone> Gate<K> {
    fn new(a_minute: u32, clock: &Time) -> Self {
        let quota = NonZeroU32::new(a_minute).map(Quota::per_minute);
        let ticks = Ticks::of(clock);
        let limiter = ArcSwap::from_pointee(fresh(quota, &ticks));
        Self { quota, ticks, limiter }
    }

    /// One more; how long to wait where that is one too many.
    fn pass(&self, name: K) -> Result<(), Duration> {
        if self.quota.is_none() {
            return Ok(());
        }
        let limiter = self.limiter.load();
        if limiter.len() >= REMEMBERED {
            self.limiter.store(fresh(self.quota, &self.ticks).into());
        }
        limiter.check_key(&name).map_err(|early| early.wait_time_from(self.ticks.now()))
    }
}

fn fresh<K: Hash + Eq + Clone>(quota: Option<Quota>, ticks: &Ticks) -> Limiter<K> {
    let quota = quota.unwrap_or_else(|| Quota::per_minute(NonZeroU32::MIN));
    RateLimiter::hashmap_with_clock(quota, ticks.clone())
}

/// Time since the program was started.
#[derive(Clone, Debug)]
enum Ticks {
    System(Instant),
    Manual(Time, i64),
}

impl Ticks {
    fn of(clock: &Time) -> Self {
        match clock {
            Time::System => Self::System(Instant::now()),
            Time::Manual(_) => Self::Manual(clock.clone(), clock.now().timestamp_millis()),
        }
    }
}

impl Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        match self {
            Self::System(start) => start.elapsed().into(),
            Self::Manual(clock, start) => {
                let millis = (clock.now().timestamp_millis() - start).max(0);
                Duration::from_millis(millis.unsigned_abs()).into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_our_proxies_are_believed() {
        let proxies: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        let from = |peer, forwarded: &[&str]| origin(address(peer), forwarded, &proxies).to_string();
        assert_eq!(from("203.0.113.7", &["198.51.100.1"]), "203.0.113.7", "a stranger says what it likes");
        assert_eq!(from("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(from("10.0.0.1", &["6.6.6.6", " 198.51.100.1", "10.0.0.2"]), "198.51.100.1");
        assert_eq!(from("10.0.0.1", &["198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(from("::1", &["[2001:db8::5]:80"]), "2001:db8::5");
        assert_eq!(from("10.0.0.1", &["6.6.6.6", "unknown"]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &["10.0.0.9"]), "10.0.0.9");
    }

    #[test]
    fn a_line_of_ipv6_is_one_address() {
        assert_eq!(network(address("2001:db8:0:1:2:3:4:5")), address("2001:db8:0:1::"));
        assert_eq!(network(address("203.0.113.7")), address("203.0.113.7"));
    }

    #[test]
    fn a_gate_lets_so_many_in_and_says_when_to_come_again() {
        let clock = Time::manual(DateTime::from_timestamp(1_780_000_000, 0).unwrap());
        let gate = Gate::new(60, &clock);
        (0..60).for_each(|_| gate.pass("a").unwrap());
        let wait = gate.pass("a").unwrap_err();
        assert!(wait > Duration::ZERO && wait <= Duration::from_secs(1), "{wait:?}");
        gate.pass("b").expect("another name is not held up");
        clock.advance(chrono::Duration::seconds(1));
        gate.pass("a").expect("a minute has sixty");
        gate.pass("a").unwrap_err();
        clock.advance(chrono::Duration::hours(-1));
        assert!(
            gate.pass("a").unwrap_err() <= Duration::from_secs(2),
            "a clock put back adds next to nothing"
        );
        let open = Gate::new(0, &clock);
        (0..1_000).for_each(|_| open.pass("a").unwrap());
    }

    #[test]
    fn remembering_has_a_bound() {
        let gate = Gate::new(1, &Time::default());
        (0..REMEMBERED + 10).for_each(|name| gate.pass(name).unwrap());
        assert!(gate.limiter.load().len() <= REMEMBERED);
    }
}
