//! A file that somebody adds is shown to a virus scanner before anything of it is
//! read or kept, where one is set: any program that speaks the protocol of clamd.
//! Where it cannot be asked, nothing is kept.

use clamav_client::tokio::{Socket, Tcp, scan_buffer};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// For how long a scanner may look at one file, before it counts as not there.
const LONGEST: Duration = Duration::from_secs(60);

/// Where the scanner is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scanner {
    /// A socket in this computer: `unix:/run/clamav/clamd.ctl`.
    Socket(PathBuf),
    /// A host and its port: `tcp://127.0.0.1:3310`. What is said there is not encrypted.
    Tcp { host: String, port: u16 },
}

impl FromStr for Scanner {
    type Err = String;

    fn from_str(address: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "the scanner's address, {address}, is none: write unix:/path/of/socket or tcp://host:port"
            )
        };
        if let Some(path) = address.strip_prefix("unix:").filter(|path| path.starts_with('/')) {
            return Ok(Self::Socket(path.into()));
        }
        let url = url::Url::parse(address).map_err(|_| wrong())?;
        let is_bare = matches!(url.path(), "" | "/") && url.username().is_empty() && url.query().is_none();
        match (url.scheme(), url.host_str(), url.port()) {
            ("tcp", Some(host), Some(port)) if is_bare => Ok(Self::Tcp { host: host.to_owned(), port }),
            _ => Err(wrong()),
        }
    }
}

impl Scanner {
    /// Whether files on their way to it could be read by others.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        match self {
            Self::Socket(_) => false,
            Self::Tcp { host, .. } => {
                let bare = host.trim_start_matches('[').trim_end_matches(']');
                let is_loopback = bare.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
                !is_loopback && host != "localhost"
            }
        }
    }

    async fn answer(&self, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Socket(path) => scan_buffer(bytes, Socket { socket_path: path }, None).await,
            Self::Tcp { host, port } => {
                let host_address = format!("{host}:{port}");
                scan_buffer(bytes, Tcp { host_address }, None).await
            }
        }
    }

    /// What it finds in a file; nothing where that is harmless.
    pub(crate) async fn finds(&self, bytes: &[u8]) -> Result<Option<String>, String> {
        let answer = tokio::time::timeout(LONGEST, self.answer(bytes)).await;
        let answer = answer.map_err(|_| "it took too long".to_owned())?.map_err(|why| why.to_string())?;
        told(&String::from_utf8_lossy(&answer))
    }
}

/// `stream: OK`, or `stream: Name-Of-It FOUND`; whatever else it says is no answer.
fn told(answer: &str) -> Result<Option<String>, String> {
    let answer = answer.trim_matches(|c: char| c == '\0' || c.is_whitespace());
    let words = answer.strip_prefix("stream:").map(str::trim);
    match words {
        Some("OK") => Ok(None),
        Some(found) if found.ends_with(" FOUND") => Ok(Some(found.trim_end_matches(" FOUND").to_owned())),
        _ => Err(format!("it said {answer:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_two_answers_that_are_known_are_answers() {
        assert_eq!(told("stream: OK\0"), Ok(None));
        assert_eq!(told("stream: Some-Test FOUND\n"), Ok(Some("Some-Test".into())));
        for other in
            ["", "OK", "stream: OK FOUND too", "INSTREAM size limit exceeded. ERROR", "stream: ERROR"]
        {
            assert!(told(other).is_err(), "{other}");
        }
    }

    #[test]
    fn an_address_is_a_socket_or_a_host_and_port() {
        for (address, is_elsewhere) in [
            ("unix:/run/clamav/clamd.ctl", false),
            ("tcp://127.0.0.1:3310", false),
            ("tcp://localhost:3310", false),
            ("tcp://[::1]:3310", false),
            ("tcp://scanner.example.org:3310", true),
            ("tcp://localhost.example.org:3310", true),
        ] {
            assert_eq!(address.parse::<Scanner>().expect(address).is_elsewhere(), is_elsewhere, "{address}");
        }
        for wrong in ["", "clamd.ctl", "unix:clamd.ctl", "tcp://here", "http://here:80", "tcp://a:b@here:1"] {
            assert!(wrong.parse::<Scanner>().is_err(), "{wrong}");
        }
    }
}
