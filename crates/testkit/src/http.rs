//! A very small HTTP client over a real socket: one connection that is kept
//! open, one request after the other.

use std::io::{Error, ErrorKind, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One connection to a server, with the cookies that it sends.
pub struct Http {
    stream: TcpStream,
    host: String,
    cookies: String,
    read: Vec<u8>,
}

/// What came back. The body is read and its bytes kept.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Http {
    /// Connects to `127.0.0.1:8080` with cookies as `name=value; name=value`.
    pub async fn connect(address: &str, cookies: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, host: address.to_owned(), cookies: cookies.to_owned(), read: Vec::new() })
    }

    pub async fn get(&mut self, path: &str) -> Result<Answer> {
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\n\r\n", self.host, self.cookies);
        self.send(request.as_bytes()).await
    }

    /// Sends a form whose fields are encoded already.
    pub async fn post(&mut self, path: &str, form: &str) -> Result<Answer> {
        self.post_as(path, "application/x-www-form-urlencoded", form.as_bytes()).await
    }

    /// Sends bytes of a kind.
    pub async fn post_as(&mut self, path: &str, kind: &str, body: &[u8]) -> Result<Answer> {
        let mut request = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\n\
             content-type: {kind}\r\ncontent-length: {}\r\n\r\n",
            self.host,
            self.cookies,
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        self.send(&request).await
    }

    async fn send(&mut self, request: &[u8]) -> Result<Answer> {
        self.stream.write_all(request).await?;
        let end = loop {
            if let Some(at) = self.read.windows(4).position(|w| w == b"\r\n\r\n") {
                break at + 4;
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(&self.read[..end]).to_ascii_lowercase();
        let status = head.get(9..12).and_then(|s| s.parse().ok()).ok_or_else(|| odd("no status"))?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length = match length {
            Some(length) => length.trim().parse::<usize>().map_err(|_| odd("a length that is no number"))?,
            None if head.contains("transfer-encoding") => return Err(odd("an answer in chunks")),
            None => 0,
        };
        while self.read.len() < end + length {
            self.more().await?;
        }
        let body = self.read[end..end + length].to_vec();
        self.read.drain(..end + length);
        Ok(Answer { status, head, body })
    }

    async fn more(&mut self) -> Result<()> {
        let got = self.stream.read_buf(&mut self.read).await?;
        if got == 0 { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}

fn odd(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}
