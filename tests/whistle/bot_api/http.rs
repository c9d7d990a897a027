//! HTTP/1.1 by hand: as much as a client of a Bot API speaks, and the power to cut a connection.

use super::{Shared, calls};
use std::sync::Arc;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// A request that was read to its end.
pub(super) struct Request {
    pub(super) path: String,
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
}

/// What the client gets.
pub(super) enum Reply {
    /// An answer.
    Answer { status: u16, content_type: &'static str, body: Vec<u8> },
    /// The head of an answer and half of its body, and no more.
    Half { body: Vec<u8> },
    /// The end of the connection.
    Cut,
}

pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(converse(stream, shared.clone()));
    }
}

async fn converse(stream: TcpStream, shared: Arc<Shared>) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream).await {
        let reply = calls::answer(&shared, request).await;
        if write(&mut stream, reply).await.is_none() {
            return;
        }
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let first = line(stream).await?;
    let path = first.split(' ').nth(1)?.to_owned();
    let (mut length, mut chunked, mut content_type, mut expects) = (0, false, String::new(), false);
    loop {
        let header = line(stream).await?;
        let Some((name, value)) = header.split_once(':') else { break };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "transfer-encoding" => chunked = value.eq_ignore_ascii_case("chunked"),
            "content-type" => value.clone_into(&mut content_type),
            "expect" => expects = true,
            _ => {}
        }
    }
    if expects {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.ok()?;
    }
    let body = if chunked { chunks(stream).await? } else { exactly(stream, length).await? };
    Some(Request { path, content_type, body })
}

async fn line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (read > 0).then(|| line.trim_end().to_owned())
}

async fn exactly(stream: &mut BufReader<TcpStream>, length: usize) -> Option<Vec<u8>> {
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(body)
}

async fn chunks(stream: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let length = usize::from_str_radix(line(stream).await?.split(';').next()?, 16).ok()?;
        body.extend(exactly(stream, length).await?);
        line(stream).await?;
        if length == 0 {
            return Some(body);
        }
    }
}

async fn write(stream: &mut BufReader<TcpStream>, reply: Reply) -> Option<()> {
    let (status, content_type, body, whole) = match reply {
        Reply::Answer { status, content_type, body } => (status, content_type, body, true),
        Reply::Half { body } => (200, "application/json", body, false),
        Reply::Cut => return None,
    };
    let length = if whole { body.len() } else { body.len() * 2 };
    let head =
        format!("HTTP/1.1 {status} .\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(&body).await.ok()?;
    stream.flush().await.ok()?;
    whole.then_some(())
}
