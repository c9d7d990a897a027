//! The edge, talked to over bare sockets: who is slow, or silent, or too many, holds nothing for long. A test
//! waits for its connection to end, which is the server's to do.

use crate::{console::town::Town, database::Throwaway};
use actix_web::dev::ServerHandle;
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use whistle::web::edge::{Limits, serve};

/// Nothing here may take so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// Time-outs that a test does not wait for.
const LONG: Duration = Duration::from_mins(10);

fn limits() -> Limits {
    Limits {
        connections: 100,
        per_address: 100,
        proxies: Vec::new(),
        head: LONG,
        pause: LONG,
        body: LONG,
        idle: LONG,
        write: LONG,
    }
}

/// A program with such limits.
struct Door {
    town: Town,
    address: SocketAddr,
    handle: ServerHandle,
    _database: Throwaway,
}

impl Door {
    async fn with(limits: Limits) -> Self {
        let database = Throwaway::sqlite();
        let town = Town::new(&database.url).await;
        let (server, addresses) = serve("127.0.0.1:0".parse().unwrap(), limits, town.site.clone()).unwrap();
        let handle = server.handle();
        tokio::spawn(server);
        Self { town, address: addresses[0], handle, _database: database }
    }

    async fn says(&self, words: &str) -> TcpStream {
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        socket.write_all(words.as_bytes()).await.unwrap();
        socket
    }

    /// What comes back until the server hangs up.
    async fn all(&self, words: &str) -> String {
        to_the_end(self.says(words).await).await
    }

    async fn shut(self) {
        self.handle.stop(false).await;
    }

    /// How many connections the program counts.
    fn present(&self) -> u64 {
        let numbers = self.town.site.metrics.render();
        let line = numbers.lines().find_map(|line| line.strip_prefix("whistle_http_connections "));
        line.unwrap().parse().unwrap()
    }

    async fn until_present(&self, number: u64) {
        let waiting = async {
            while self.present() != number {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .unwrap_or_else(|_| panic!("{} are here", self.present()));
    }
}

/// A connection that is cut while something lies unread is at its end too.
async fn to_the_end(mut socket: TcpStream) -> String {
    let mut heard = Vec::new();
    let reading = async { while socket.read_buf(&mut heard).await.is_ok_and(|more| more > 0) {} };
    let over = tokio::time::timeout(PATIENCE, reading).await;
    let heard = String::from_utf8_lossy(&heard).into_owned();
    over.unwrap_or_else(|_| panic!("the server does not hang up after {heard:?}"));
    heard
}

/// The answer's head, from a connection that may stay open.
async fn head_of(socket: &mut TcpStream) -> String {
    let mut heard = Vec::new();
    let reading = async {
        while !heard.windows(4).any(|end| end == b"\r\n\r\n") {
            assert_ne!(socket.read_buf(&mut heard).await.unwrap(), 0, "{}", String::from_utf8_lossy(&heard));
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.expect("an answer");
    String::from_utf8_lossy(&heard).into_owned()
}

const SHORT: Duration = Duration::from_secs(1);
const FORM: &str = "Host: a\r\nContent-Type: application/x-www-form-urlencoded\r\n";

#[tokio::test]
async fn headers_that_never_end_are_not_waited_for() {
    let door = Door::with(Limits { head: SHORT, ..limits() }).await;
    let answer = door.all("GET / HTTP/1.1\r\nHost: a\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    door.shut().await;
}

#[tokio::test]
async fn a_body_that_stops_is_not_waited_for() {
    let door = Door::with(Limits { pause: SHORT, ..limits() }).await;
    let answer =
        door.all(&format!("POST /sign-in HTTP/1.1\r\n{FORM}Content-Length: 500\r\n\r\ncode=DIS1")).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    door.shut().await;
}

#[tokio::test]
async fn a_body_has_an_end() {
    let door = Door::with(Limits { body: SHORT, ..limits() }).await;
    let mut socket =
        door.says(&format!("POST /sign-in HTTP/1.1\r\n{FORM}Transfer-Encoding: chunked\r\n\r\n")).await;
    // Never late by itself, and endless.
    let dribbling = async {
        while socket.write_all(b"1\r\na\r\n").await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, dribbling).await.expect("the server hangs up");
    door.until_present(0).await;
    door.shut().await;
}

#[tokio::test]
async fn a_connection_without_a_request_is_given_back() {
    let door = Door::with(Limits { idle: SHORT, ..limits() }).await;
    let answer = door.all("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    door.shut().await;
}

#[tokio::test]
async fn an_answer_that_nobody_reads_is_given_up() {
    let door = Door::with(Limits { write: SHORT, ..limits() }).await;
    let one = "GET /assets/console.js HTTP/1.1\r\nHost: a\r\n\r\n";
    let mut socket = door.says(one).await;
    assert!(head_of(&mut socket).await.starts_with("HTTP/1.1 200"));
    assert_eq!(door.present(), 1);
    let asking = async { while socket.write_all(one.as_bytes()).await.is_ok() {} };
    tokio::select! {
        () = asking => {}
        () = door.until_present(0) => {}
    }
    door.until_present(0).await;
    door.shut().await;
}

#[tokio::test]
async fn one_address_has_so_many_connections_and_a_proxy_has_more() {
    let door = Door::with(Limits { per_address: 2, ..limits() }).await;
    let ask = "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n";
    let (mut first, mut second) = (door.says(ask).await, door.says(ask).await);
    assert!(head_of(&mut first).await.starts_with("HTTP/1.1 200"));
    assert!(head_of(&mut second).await.starts_with("HTTP/1.1 200"));
    let third = TcpStream::connect(door.address).await.unwrap();
    assert_eq!(to_the_end(third).await, "");
    drop(first);
    door.until_present(1).await;
    assert!(head_of(&mut door.says(ask).await).await.starts_with("HTTP/1.1 200"), "there is room again");
    door.shut().await;

    let proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let door = Door::with(Limits { per_address: 2, proxies, ..limits() }).await;
    let mut sockets = Vec::new();
    for _ in 0..4 {
        let mut socket = door.says(ask).await;
        assert!(head_of(&mut socket).await.starts_with("HTTP/1.1 200"));
        sockets.push(socket);
    }
    door.shut().await;
}

#[tokio::test]
async fn who_is_not_let_in_is_told_before_sending_the_body() {
    let door = Door::with(limits()).await;
    for (head, status) in [
        ("POST /telegram/webhook HTTP/1.1\r\nHost: a\r\n".to_owned(), 404),
        (format!("POST /console/new HTTP/1.1\r\nAccept: application/json\r\n{FORM}"), 401),
        (format!("POST /sign-out HTTP/1.1\r\nAccept: application/json\r\n{FORM}"), 401),
        (format!("POST /sign-in HTTP/1.1\r\n{FORM}"), 400),
        ("POST /api/v1/figures HTTP/1.1\r\nHost: a\r\n".to_owned(), 404),
    ] {
        let mut socket = door.says(&format!("{head}Content-Length: 1000000000\r\n\r\n")).await;
        let answer = head_of(&mut socket).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{head}{answer}");
    }
    door.shut().await;
}

#[tokio::test]
async fn a_refused_body_in_pieces_does_not_keep_its_connection() {
    let door = Door::with(Limits { pause: SHORT, ..limits() }).await;
    let head = "POST /telegram/webhook HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n";
    let answer = door.all(head).await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    door.shut().await;
}
