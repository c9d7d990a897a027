//! HTTP/1.1 by hand, both ends: what a load needs of it, and as little of the two shared cores as can be.
//! Bodies have a length; nothing here is chunked, compressed or encrypted.

use bytes::{Bytes, BytesMut};
use std::io::{Error, ErrorKind, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const HEAD_END: &[u8] = b"\r\n\r\n";
/// Nobody in a load sends more.
const MOST_BYTES: usize = 32 << 20;

/// A connection that is kept.
pub struct Wire {
    stream: TcpStream,
    buffer: BytesMut,
}

/// A request or an answer.
pub struct Said {
    /// The first line and the headers.
    pub head: Bytes,
    /// What follows them.
    pub body: Bytes,
}

impl Wire {
    /// Over an open connection.
    pub fn over(stream: TcpStream) -> Self {
        // A request is one write: there is nothing to wait for.
        let _ = stream.set_nodelay(true);
        Self { stream, buffer: BytesMut::with_capacity(8 << 10) }
    }

    /// To an address of this machine.
    ///
    /// # Errors
    /// When nobody listens there.
    pub async fn to(address: &str) -> Result<Self> {
        Ok(Self::over(TcpStream::connect(address).await?))
    }

    /// Writes all of it.
    ///
    /// # Errors
    /// The connection's.
    pub async fn say(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.write_all(bytes).await
    }

    /// The next request or answer; none where the other side has ended it in between.
    ///
    /// # Errors
    /// The connection's, or what is no HTTP.
    pub async fn hear(&mut self) -> Result<Option<Said>> {
        let mut seen: usize = 0;
        let end = loop {
            let from = seen.saturating_sub(HEAD_END.len() - 1);
            if let Some(at) = self.buffer[from..].windows(HEAD_END.len()).position(|some| some == HEAD_END) {
                break from + at + HEAD_END.len();
            }
            seen = self.buffer.len();
            if self.more().await? == 0 {
                return if seen == 0 { Ok(None) } else { Err(ErrorKind::UnexpectedEof.into()) };
            }
        };
        let length = length(&self.buffer[..end])?;
        while self.buffer.len() < end + length {
            if self.more().await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
        let head = self.buffer.split_to(end).freeze();
        Ok(Some(Said { head, body: self.buffer.split_to(length).freeze() }))
    }

    /// Says it and hears the answer.
    ///
    /// # Errors
    /// The connection's; whether it was heard is unknown then.
    pub async fn ask(&mut self, bytes: &[u8]) -> Result<Said> {
        self.say(bytes).await?;
        self.hear().await?.ok_or_else(|| ErrorKind::UnexpectedEof.into())
    }

    async fn more(&mut self) -> Result<usize> {
        self.buffer.reserve(4 << 10);
        self.stream.read_buf(&mut self.buffer).await
    }
}

impl Said {
    /// The path of a request.
    pub fn path(&self) -> &str {
        let line = std::str::from_utf8(&self.head).unwrap_or_default();
        line.split(' ').nth(1).unwrap_or_default()
    }

    /// The status of an answer; 0 for what is none.
    pub fn status(&self) -> u16 {
        let digits = self.head.get(9..12).and_then(|some| std::str::from_utf8(some).ok());
        digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
    }
}

fn length(head: &[u8]) -> Result<usize> {
    const NAME: &[u8] = b"content-length:";
    let mut lines = head.split(|byte| *byte == b'\n');
    let line = lines
        .find(|line| line.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME)))
        .map_or(&b"0"[..], |line| &line[NAME.len()..]);
    let text = std::str::from_utf8(line).unwrap_or_default().trim();
    match text.parse() {
        Ok(length) if length <= MOST_BYTES => Ok(length),
        _ => Err(Error::new(ErrorKind::InvalidData, "a length that cannot be")),
    }
}
