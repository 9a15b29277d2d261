//! Answering on a socket until told to stop.
//!
//! Every connection has a seat, and there are only so many of them. Headers,
//! bodies, answers and idleness each have a time. When seats run out, the
//! connection that has waited longest without asking for anything makes room,
//! of whoever holds most of them.

mod patient;

use crate::body::Pace;
use crate::seats::{Seat, Seats};
use crate::site::router;
use crate::state::Web;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use patient::Patient;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tower::ServiceExt as _;

/// How many files and connections a process may have open for us to be at
/// ease; we ask for as many at the start.
const WANTED_DESCRIPTORS: u64 = 16_384;
/// How many of them are for other things than connections: the database, the
/// log, files that are read.
const OTHER_DESCRIPTORS: u64 = 96;
/// The most connections at once, however many descriptors there are.
const MOST_CONNECTIONS: u64 = 2_048;
/// The most headers, and their most bytes with the request's first line.
const MOST_HEADERS: usize = 100;
const MOST_HEADER_BYTES: usize = 32 * 1024;

/// What a connection may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at once, in all …
    pub connections: usize,
    /// … and from one source. Behind a proxy all come from there.
    pub from_one_source: usize,
    /// How long the headers of a request may take; also how long a connection
    /// may be idle between two requests.
    pub headers: Duration,
    /// How slowly a body may come.
    pub pace: Pace,
    /// For how long a client may take nothing of an answer.
    pub answer: Duration,
    /// When told to stop: for how long requests that are still coming in, and
    /// those that are being answered, may go on.
    pub stop: (Duration, Duration),
}

impl Limits {
    /// Those that fit so many descriptors.
    #[must_use]
    pub fn for_descriptors(descriptors: u64, behind_proxy: bool) -> Self {
        let connections = descriptors.saturating_sub(OTHER_DESCRIPTORS).clamp(32, MOST_CONNECTIONS);
        let connections = usize::try_from(connections).unwrap_or(32);
        Self {
            connections,
            from_one_source: if behind_proxy { connections } else { connections / 2 },
            headers: Duration::from_secs(15),
            pace: Pace::default(),
            answer: Duration::from_secs(30),
            stop: (Duration::from_secs(5), Duration::from_secs(60)),
        }
    }
}

/// Asks for as many descriptors as we want, and says how many there are.
#[must_use]
pub fn descriptors() -> u64 {
    let there_are = rlimit::increase_nofile_limit(WANTED_DESCRIPTORS).unwrap_or(256);
    if there_are < 1_024 {
        tracing::warn!(
            there_are,
            "few files and connections may be open at once: raise the limit (LimitNOFILE in systemd, ulimit -n)"
        );
    }
    there_are
}

/// Serves the site. When `stop` is done no new requests are taken, and those
/// under way are answered first.
pub async fn serve(
    listener: TcpListener,
    web: Web,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let limits = Limits::for_descriptors(descriptors(), web.app.settings.behind_proxy);
    serve_within(listener, web, limits, stop).await
}

/// The same within limits of one's own.
pub async fn serve_within(
    listener: TcpListener,
    web: Web,
    limits: Limits,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let router = router(web);
    let seats = Seats::new(limits.connections, limits.from_one_source);
    let (tell, stopping) = watch::channel(false);
    // Each connection holds one end; when all have let go, nobody is there.
    let (alive, mut all_gone) = mpsc::channel::<()>(1);
    tokio::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener) => accepted,
        };
        let Some(seat) = seats.take(peer.ip()) else { continue };
        let connection = Connection { peer, seat, router: router.clone(), limits };
        let (stopping, alive) = (stopping.clone(), alive.clone());
        tokio::spawn(async move {
            connection.answer(stream, stopping).await;
            drop(alive);
        });
    }
    drop((listener, alive));
    tell.send(true).ok();
    all_gone.recv().await;
    Ok(())
}

/// The next connection. What cannot be accepted now (no descriptor is left,
/// say) is tried again in a moment; others go on meanwhile.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(why) if is_theirs(&why) => {}
            Err(why) => {
                tracing::error!(%why, "no connection can be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Errors of one connection and not of ours.
fn is_theirs(why: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(why.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// One connection, while it is there.
struct Connection {
    peer: SocketAddr,
    seat: Seat,
    router: Router,
    limits: Limits,
}

impl Connection {
    async fn answer(self, stream: TcpStream, mut stopping: watch::Receiver<bool>) {
        stream.set_nodelay(true).ok();
        let Self { peer, seat, router, limits } = self;
        let for_requests = seat.clone();
        let service = service_fn(move |mut request: Request<hyper::body::Incoming>| {
            let extensions = request.extensions_mut();
            extensions.insert(ConnectInfo(peer));
            extensions.insert(for_requests.clone());
            extensions.insert(limits.pace);
            router.clone().oneshot(request.map(Body::new))
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(limits.headers);
        http.max_headers(MOST_HEADERS).max_buf_size(MOST_HEADER_BYTES);
        let io = TokioIo::new(Patient::new(stream, limits.answer));
        let connection = http.serve_connection(io, service);
        tokio::pin!(connection);
        tokio::select! {
            // What goes wrong here is the other side's: it left, or sent what
            // is not HTTP. It is not for the log.
            _ = connection.as_mut() => return,
            () = seat.has_to_go() => return,
            _ = stopping.wait_for(|stop| *stop) => {}
        }
        connection.as_mut().graceful_shutdown();
        let (coming_in, being_answered) = (limits.stop.0, limits.stop.1);
        let until = async {
            tokio::time::sleep(coming_in).await;
            if seat.is_working() {
                let rest = being_answered.saturating_sub(coming_in);
                let answered = async {
                    while seat.is_working() {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                };
                tokio::time::timeout(rest, answered).await.ok();
                // The answer is there, and still has to be written.
                tokio::time::sleep(coming_in).await;
            }
        };
        tokio::select! {
            _ = connection => {}
            () = until => {}
        }
    }
}
