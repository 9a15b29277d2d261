//! Bodies of requests: how slowly they may come, and how much of them is kept.

use axum::body::{Body, HttpBody as _};
use axum::http::{HeaderMap, header};
use futures_util::stream::{StreamExt as _, unfold};
use service::limit::Coming;
use std::error::Error;
use std::fmt;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// More than this is a large form, of which only so many are kept at once.
pub const SMALL_BYTES: u64 = 64 * 1024;

/// How slowly a body may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// For how long at the start nothing need come.
    pub grace: Duration,
    /// How many bytes must have come for each second after that.
    pub bytes_a_second: u32,
    /// The longest that any body may take.
    pub longest: Duration,
}

impl Default for Pace {
    /// A photograph over a very slow telephone line still comes through.
    fn default() -> Self {
        Self {
            grace: Duration::from_secs(20),
            bytes_a_second: 8 * 1024,
            longest: Duration::from_secs(15 * 60),
        }
    }
}

/// The body came too slowly.
#[derive(Clone, Copy, Debug)]
pub struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body came too slowly")
    }
}

impl Error for TooSlow {}

/// The same body, which breaks off where it comes more slowly than it may.
pub fn paced(body: Body, pace: Pace) -> Body {
    let started = Instant::now();
    let stream = unfold(Some((body.into_data_stream(), 0_u64)), move |state| async move {
        let (mut stream, came) = state?;
        let earned = came.saturating_mul(1_000) / u64::from(pace.bytes_a_second).max(1);
        let may_take = pace.grace.saturating_add(Duration::from_millis(earned)).min(pace.longest);
        match timeout_at(started + may_take, stream.next()).await {
            Ok(Some(Ok(bytes))) => {
                let came = came + bytes.len() as u64;
                Some((Ok(bytes), Some((stream, came))))
            }
            Ok(Some(Err(error))) => Some((Err(error), None)),
            Ok(None) => None,
            Err(_) => Some((Err(axum::Error::new(TooSlow)), None)),
        }
    });
    // Whoever asks again after the end is told again that it has ended.
    Body::from_stream(stream.fuse())
}

/// The body came slowly, and others waited for its place.
#[derive(Clone, Copy, Debug)]
pub struct MadeRoom;

impl fmt::Display for MadeRoom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body made room for another")
    }
}

impl Error for MadeRoom {}

/// The same body, which breaks off where its place is given to another.
pub fn giving_way(body: Body, coming: Coming) -> Body {
    let stream = unfold(Some((body.into_data_stream(), coming)), |state| async move {
        let (mut stream, coming) = state?;
        let next = tokio::select! {
            biased;
            () = coming.has_to_go() => return Some((Err(axum::Error::new(MadeRoom)), None)),
            next = stream.next() => next?,
        };
        if let Ok(bytes) = &next {
            coming.came(bytes.len());
        }
        Some((next, Some((stream, coming))))
    });
    Body::from_stream(stream.fuse())
}

/// How many bytes a body says that it has; none where it does not say.
#[must_use]
pub fn said(body: &Body) -> Option<u64> {
    body.size_hint().exact()
}

/// Whether an error, or what is behind it, is of a kind.
#[must_use]
pub fn is_because<E: Error + 'static>(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<E>() {
            return true;
        }
        next = error.source();
    }
    false
}

/// Reads what is left of a body and keeps nothing, so that a browser which is
/// still sending gets to read the answer.
pub async fn read_to_nowhere(body: Body, most: usize) {
    let mut stream = body.into_data_stream();
    let mut came = 0;
    while let Some(Ok(bytes)) = stream.next().await {
        came += bytes.len();
        if came > most {
            return;
        }
        // Others first: this is for nobody but the browser that sends.
        tokio::task::yield_now().await;
    }
}

/// Whether a form comes in parts, as one with files does.
#[must_use]
pub fn is_multipart(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.starts_with("multipart/form-data"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Bytes, to_bytes};
    use futures_util::stream;

    const QUICK: Pace =
        Pace { grace: Duration::from_millis(40), bytes_a_second: 1_000, longest: Duration::from_millis(400) };

    /// A body of so many pieces of so many bytes, with a pause before each.
    fn dripping(pieces: usize, bytes: usize, pause: Duration) -> Body {
        let drops = stream::iter(0..pieces).then(move |_| async move {
            tokio::time::sleep(pause).await;
            Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; bytes]))
        });
        Body::from_stream(drops)
    }

    async fn read(body: Body) -> Result<usize, bool> {
        let read = to_bytes(paced(body, QUICK), 1_000_000).await;
        read.map(|bytes| bytes.len()).map_err(|error| is_because::<TooSlow>(&error))
    }

    #[tokio::test]
    async fn a_body_that_comes_as_it_should_is_the_same() {
        assert_eq!(read(Body::from("a form")).await, Ok(6));
        assert_eq!(read(Body::empty()).await, Ok(0));
        assert_eq!(read(dripping(5, 1_000, Duration::from_millis(5))).await, Ok(5_000));
    }

    #[tokio::test]
    async fn a_body_that_has_ended_stays_ended() {
        let mut stream = paced(Body::from("a form"), QUICK).into_data_stream();
        assert!(stream.next().await.is_some());
        for _ in 0..3 {
            assert!(stream.next().await.is_none());
        }
    }

    #[tokio::test]
    async fn a_body_that_drips_or_stops_or_never_ends_breaks_off() {
        assert_eq!(read(dripping(1_000, 1, Duration::from_millis(10))).await, Err(true), "it drips");
        assert_eq!(read(dripping(1, 1, Duration::from_secs(3_600))).await, Err(true), "it stopped");
        let quick_enough = dripping(1_000_000, 100, Duration::from_millis(10));
        assert_eq!(read(quick_enough).await, Err(true), "it would go on for ever");
    }
}
