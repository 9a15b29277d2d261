//! Places for what comes in over a network: whoever sends slowly keeps a place
//! only until others wait for it. So a place is held for a short time where it
//! is wanted, and for as long as a slow line takes where it is not.

use super::{Lane, Limits, Turn, Work};
use crate::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

/// For how long a body that comes in keeps its place, whoever waits: less than
/// anybody waits for.
pub(super) const KEPT: Duration = Duration::from_secs(10);
/// How often those who wait look whether somebody has to make room.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Somebody who has a turn, and whose body still comes in.
pub(super) struct Held {
    who: String,
    since: Instant,
    /// How many bytes came.
    came: AtomicU64,
    go: Notify,
}

impl Held {
    /// Bytes in a second so far.
    fn speed(&self) -> u64 {
        let millis = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        self.came.load(Relaxed).saturating_mul(1_000) / millis
    }
}

/// A body that comes in at a place. Dropped when it is there, or breaks off.
pub struct Coming {
    lane: Arc<Lane>,
    held: Arc<Held>,
}

impl fmt::Debug for Coming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Coming")
    }
}

impl Coming {
    /// Notes that so many bytes came.
    pub fn came(&self, bytes: usize) {
        self.held.came.fetch_add(u64::try_from(bytes).unwrap_or(u64::MAX), Relaxed);
    }

    /// Done when the place was given to another.
    pub async fn has_to_go(&self) {
        self.held.go.notified().await;
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        self.lane.state().coming.retain(|held| !Arc::ptr_eq(held, &self.held));
    }
}

impl Limits {
    /// A turn for a body that comes in. Where all places are taken, one that has
    /// been coming in for long makes room: of whoever has most places, and more
    /// than the newcomer, the one that comes most slowly.
    ///
    /// # Errors
    /// [`Error::Busy`], as for [`Limits::turn`].
    pub async fn turn_for_body(&self, work: Work, who: &str) -> Result<(Turn, Coming), Error> {
        let lane = self.lane(work);
        let turn = self.turn(work, who);
        tokio::pin!(turn);
        let turn = loop {
            tokio::select! {
                biased;
                turn = &mut turn => break turn?,
                () = sleep(LOOK_EVERY.min(self.kept)) => lane.make_room(who, self.kept),
            }
        };
        let since = Instant::now();
        let held = Arc::new(Held { who: who.to_owned(), since, came: AtomicU64::new(0), go: Notify::new() });
        lane.state().coming.push(Arc::clone(&held));
        Ok((turn, Coming { lane: Arc::clone(lane), held }))
    }
}

impl Lane {
    fn make_room(&self, newcomer: &str, kept: Duration) {
        let mut state = self.state();
        if state.running.values().sum::<usize>() < self.bounds.at_once {
            // They wait for their own share, and not for a place.
            return;
        }
        let has = |who: &str| state.running.get(who).copied().unwrap_or(0);
        let own = has(newcomer);
        let may_go = state.coming.iter().filter(|held| held.since.elapsed() >= kept && has(&held.who) > own);
        let goes = may_go.max_by_key(|held| (has(&held.who), std::cmp::Reverse(held.speed()))).cloned();
        if let Some(goes) = goes {
            goes.go.notify_one();
            state.coming.retain(|held| !Arc::ptr_eq(held, &goes));
        }
    }
}
