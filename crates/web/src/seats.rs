//! Seats for connections: so many in all, and so many for one source.
//!
//! A connection works from the moment that a whole request is there until it
//! is answered; before and after, it waits. When no seat is free, one that
//! waits makes room for the newcomer: of the same source where that has its
//! share, and else of the source that has most seats; the one that has waited
//! longest. So half requests push out each other, and never anybody's whole
//! request.

use crate::source::network;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::Notify;

/// All seats. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Seats(Arc<Room>);

#[derive(Debug)]
struct Room {
    in_all: usize,
    of_one: usize,
    opened: Instant,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    taken: HashMap<u64, Arc<Sitting>>,
    of: HashMap<String, usize>,
}

#[derive(Debug)]
struct Sitting {
    source: String,
    works: AtomicBool,
    /// Since when it waits: microseconds since the room was opened.
    since: AtomicU64,
    leave: Notify,
}

/// One connection's seat; free again when the last clone of it is gone.
#[derive(Clone, Debug)]
pub struct Seat(Arc<Taken>);

#[derive(Debug)]
struct Taken {
    room: Arc<Room>,
    number: u64,
    sitting: Arc<Sitting>,
}

impl Seats {
    #[must_use]
    pub fn new(in_all: usize, of_one: usize) -> Self {
        Self(Arc::new(Room { in_all, of_one, opened: Instant::now(), state: Mutex::default() }))
    }

    /// A seat for a connection from this address; none where all seats are
    /// taken by those that are at work.
    #[must_use]
    pub fn take(&self, from: IpAddr) -> Option<Seat> {
        let source = network(from);
        let mut state = self.0.state();
        let theirs = state.of.get(&source).copied().unwrap_or(0);
        if theirs >= self.0.of_one {
            state.make_room(&source)?;
        } else if state.taken.len() >= self.0.in_all {
            state.make_room_anywhere()?;
        }
        let number = state.next;
        state.next += 1;
        let sitting = Arc::new(Sitting {
            source: source.clone(),
            works: AtomicBool::new(false),
            since: AtomicU64::new(self.0.now()),
            leave: Notify::new(),
        });
        *state.of.entry(source).or_default() += 1;
        state.taken.insert(number, Arc::clone(&sitting));
        Some(Seat(Arc::new(Taken { room: Arc::clone(&self.0), number, sitting })))
    }

    /// How many seats are taken.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.0.state().taken.len()
    }
}

impl Room {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

impl State {
    /// Sends away the connection of a source that has waited longest.
    fn make_room(&mut self, source: &str) -> Option<()> {
        let waits = self.taken.iter().filter(|(_, s)| s.source == source && !s.works.load(Relaxed));
        let number = *waits.min_by_key(|(number, s)| (s.since.load(Relaxed), **number))?.0;
        if let Some(sitting) = self.taken.get(&number) {
            sitting.leave.notify_one();
        }
        self.free(number);
        Some(())
    }

    /// The same, of the source that has most seats and one that waits.
    fn make_room_anywhere(&mut self) -> Option<()> {
        let mut sources: Vec<(usize, String)> = self.of.iter().map(|(s, n)| (*n, s.clone())).collect();
        sources.sort_unstable_by(|a, b| b.cmp(a));
        sources.into_iter().find_map(|(_, source)| self.make_room(&source))
    }

    fn free(&mut self, number: u64) {
        let Some(sitting) = self.taken.remove(&number) else { return };
        if let Some(count) = self.of.get_mut(&sitting.source) {
            *count -= 1;
            if *count == 0 {
                self.of.remove(&sitting.source);
            }
        }
    }
}

impl Seat {
    /// A whole request is there, and is being answered.
    pub fn works(&self) {
        self.0.sitting.works.store(true, Relaxed);
    }

    /// It is answered.
    pub fn rests(&self) {
        self.0.sitting.since.store(self.0.room.now(), Relaxed);
        self.0.sitting.works.store(false, Relaxed);
    }

    pub(super) fn is_working(&self) -> bool {
        self.0.sitting.works.load(Relaxed)
    }

    /// Done when the seat was given to another.
    pub(super) async fn has_to_go(&self) {
        self.0.sitting.leave.notified().await;
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.room.state().free(self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    async fn is_sent_away(seat: &Seat) -> bool {
        tokio::time::timeout(Duration::ZERO, seat.has_to_go()).await.is_ok()
    }

    #[tokio::test]
    async fn half_requests_push_out_each_other_and_no_whole_one() {
        let seats = Seats::new(10, 4);
        let whole = seats.take(ip("192.0.2.1")).expect("a seat");
        whole.works();
        let half: Vec<Seat> = (0..20).map(|_| seats.take(ip("192.0.2.1")).expect("a seat")).collect();
        assert!(!is_sent_away(&whole).await);
        assert_eq!(seats.taken(), 4);
        for (n, seat) in half.iter().enumerate() {
            assert_eq!(is_sent_away(seat).await, n < 17, "{n}: the newest three stay");
        }
    }

    #[tokio::test]
    async fn when_all_is_full_those_who_have_most_make_room() {
        let seats = Seats::new(6, 4);
        let many: Vec<Seat> = (0..4).map(|_| seats.take(ip("192.0.2.1")).expect("a seat")).collect();
        let few = seats.take(ip("192.0.2.2")).expect("a seat");
        let one = seats.take(ip("192.0.2.3")).expect("a seat");
        let late = seats.take(ip("192.0.2.4")).expect("there is room for a newcomer");
        assert!(is_sent_away(&many[0]).await && !is_sent_away(&many[1]).await);
        for seat in [&few, &one, &late] {
            assert!(!is_sent_away(seat).await);
        }
    }

    #[tokio::test]
    async fn where_everyone_works_a_newcomer_has_no_seat_and_seats_come_back() {
        let seats = Seats::new(2, 2);
        let [one, two] = ["192.0.2.1", "192.0.2.2"].map(|from| seats.take(ip(from)).expect("a seat"));
        one.works();
        two.works();
        assert!(seats.take(ip("192.0.2.3")).is_none());
        two.rests();
        let three = seats.take(ip("192.0.2.3")).expect("one waits by now");
        assert!(is_sent_away(&two).await);
        drop((one, two, three));
        assert_eq!(seats.taken(), 0);
        assert!(seats.0.state().of.is_empty(), "nothing is kept of those who left");
    }

    #[tokio::test]
    async fn one_network_of_ipv6_is_one_source() {
        let seats = Seats::new(100, 3);
        let all: Vec<_> =
            (1..=50).map(|n| seats.take(ip(&format!("2001:db8::{n}"))).expect("a seat")).collect();
        assert_eq!((seats.taken(), all.len()), (3, 50));
    }
}
