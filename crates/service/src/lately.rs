//! How often each source, and the networks around it, have asked lately: who asks
//! least goes first where strangers wait for a turn.
//!
//! It is kept in memory of a fixed size. A count halves in an hour. Two numbers,
//! which a key that only this process knows gives to a network, stand for it;
//! the smaller of what they hold is its count, so that those who share one number
//! with somebody are not taken for them. With very many networks at once all
//! numbers are shared, and the order is no better than chance.

use crate::clock::Clock;
use crate::networks::{Width, around};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, PoisonError};

/// After so many seconds a count is half of what it was.
const HALF_LIFE: f64 = 60.0 * 60.0;
/// How many numbers there are in each of the two rows. 4 MB in all.
const NUMBERS: usize = 1 << 18;
/// What is known to be somebody's own network goes first for so many asks.
const OF_KNOWN: f64 = 8.0;
/// Behind every network that is known and does not flood.
const UNKNOWN: u64 = 1 << 48;

/// So many asks go first from known sources of one network, whichever those are,
/// before it counts as crowded: a network that somebody filled with known sources
/// is worth no more than a few. Neighbours who are not known do not fill it.
fn of_known_in(width: Width) -> Option<f64> {
    match width {
        Width::Near => Some(3.0 * OF_KNOWN),
        Width::Wide => Some(8.0 * OF_KNOWN),
        // Of a provider: as good as everybody.
        Width::Widest => None,
    }
}

/// What stands under one number.
#[derive(Clone, Copy, Default)]
struct Cell {
    count: f32,
    /// When it was so: seconds from the start.
    at: u32,
}

impl Cell {
    fn now(self, now: u32) -> f64 {
        f64::from(self.count) * (-f64::from(now.saturating_sub(self.at)) / HALF_LIFE).exp2()
    }
}

/// The counts of all sources.
pub struct Lately {
    clock: Clock,
    start: i64,
    keys: [RandomState; 2],
    rows: Mutex<[Vec<Cell>; 2]>,
}

impl std::fmt::Debug for Lately {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lately")
    }
}

/// What one ask from the source itself counts for, and one from a network
/// around it: a neighbour's flood puts one behind strangers who have fewer
/// such neighbours, and never behind the neighbour.
const OF_ITSELF: f64 = 512.0;

fn weight(width: Width) -> f64 {
    match width {
        Width::Near => 64.0,
        Width::Wide => 8.0,
        Width::Widest => 1.0,
    }
}

/// What the asks of known sources in a network are counted under.
fn went_first(network: &str) -> String {
    format!("known in {network}")
}

impl Lately {
    #[must_use]
    pub fn new(clock: &Clock) -> Self {
        let row = || vec![Cell::default(); NUMBERS];
        Self {
            clock: clock.clone(),
            start: clock.now().as_second(),
            keys: [RandomState::new(), RandomState::new()],
            rows: Mutex::new([row(), row()]),
        }
    }

    /// Counts one more from a source, and gives its rank before that: the lower
    /// the sooner. `is_known` says that somebody signed in from there lately: it
    /// goes first unless it, or what is known around it, went first often lately.
    pub fn rank(&self, source: &str, is_known: bool) -> u64 {
        let own = self.change(source, 1.0);
        let mut rank = own * OF_ITSELF;
        let networks = around(source);
        for (width, network) in &networks {
            rank += self.change(network, 1.0) * weight(*width);
        }
        // A float that is too large becomes the largest number there is.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "counts are small and positive"
        )]
        let rank = (rank as u64).min(UNKNOWN - 1);
        let has_room = |(width, network): &(Width, String)| {
            of_known_in(*width).is_none_or(|most| self.change(&went_first(network), 0.0) < most)
        };
        if !is_known || own >= OF_KNOWN || !networks.iter().all(has_room) {
            return UNKNOWN + rank;
        }
        for (_, network) in &networks {
            self.change(&went_first(network), 1.0);
        }
        rank
    }

    /// It was somebody with the right passphrase, who had this rank: it does not
    /// count.
    pub fn take_back(&self, source: &str, rank: u64) {
        self.change(source, -1.0);
        for (_, network) in around(source) {
            self.change(&network, -1.0);
            if rank < UNKNOWN {
                self.change(&went_first(&network), -1.0);
            }
        }
    }

    /// Adds to the count of a network; gives what it was.
    fn change(&self, network: &str, by: f64) -> f64 {
        let now = u32::try_from(self.clock.now().as_second() - self.start).unwrap_or(0);
        let numbers = [0, 1].map(|row| {
            let number = self.keys[row].hash_one(network) % NUMBERS as u64;
            usize::try_from(number).unwrap_or(0)
        });
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let each = [0, 1].map(|row: usize| rows[row][numbers[row]].now(now));
        let was = each[0].min(each[1]);
        for row in [0, 1] {
            // Where another shares the number, it may hold more than ours.
            let count = if by > 0.0 { each[row].max(was + by) } else { (each[row] + by).max(0.0) };
            #[expect(clippy::cast_possible_truncation, reason = "a count needs no more digits")]
            let count = count as f32;
            rows[row][numbers[row]] = Cell { count, at: now };
        }
        was
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> Clock {
        Clock::standing_at("2026-03-02T09:30:00Z".parse().expect("an instant"))
    }

    fn later(clock: &Clock, seconds: i64) {
        clock.set(domain::Timestamp::from_second(clock.now().as_second() + seconds).expect("an instant"));
    }

    #[test]
    fn who_asked_less_lately_goes_first_and_neighbours_count_a_little() {
        let lately = Lately::new(&start());
        for _ in 0..5 {
            lately.rank("192.0.2.1", false);
        }
        lately.rank("198.51.100.1", false);
        let all = ["203.0.113.1", "192.0.9.9", "192.0.2.2", "198.51.100.1", "192.0.2.1"];
        let ranks = all.map(|source| lately.rank(source, false));
        assert!(ranks.is_sorted_by(|a, b| a < b), "{all:?} {ranks:?}");
    }

    #[test]
    fn another_address_of_ones_own_network_is_no_new_start() {
        let lately = Lately::new(&start());
        for n in 0..1_000 {
            lately.rank(&format!("2001:db8:1:{n:x}::/64"), false);
        }
        let fresh = lately.rank("2001:db8:1:ffff::/64", false);
        assert!(fresh > lately.rank("2a00:1:1:1::/64", false));
        // Nor is another /48 of one's own /32.
        assert!(lately.rank("2001:db8:2:1::/64", false) > lately.rank("2a01:1:1:1::/64", false));
    }

    #[test]
    fn a_known_network_goes_first_until_it_floods() {
        let lately = Lately::new(&start());
        lately.rank("192.0.2.1", true);
        assert!(lately.rank("192.0.2.1", true) < lately.rank("203.0.113.1", false));
        for _ in 0..8 {
            lately.rank("192.0.2.1", true);
        }
        assert!(lately.rank("192.0.2.1", true) > lately.rank("203.0.114.1", false));
    }

    #[test]
    fn a_network_that_was_filled_with_known_sources_goes_first_a_few_times() {
        let first = |lately: &Lately, source: &str| lately.rank(source, true) < UNKNOWN;
        for of in ["11.5", "2001:db8:5"] {
            let source = |n: usize| match of {
                "11.5" => format!("11.5.{}.{}", n / 30, n % 30),
                _ => format!("2001:db8:5:{:x}::/64", n / 30 * 0x100 + n % 30),
            };
            let lately = Lately::new(&start());
            let street = (0..30).filter(|n| first(&lately, &source(*n))).count();
            assert_eq!(street, 24, "{of}: a street");
            let all = (0..8 * 160).filter(|n| first(&lately, &source(30 + n % 160))).count();
            assert_eq!(street + all, 64, "{of}: a town");
            // It takes nothing from who is known elsewhere.
            assert!(first(&lately, "203.0.113.1") && first(&lately, "2001:db8:6:1::/64"), "{of}");
        }
        // Neighbours whom nobody knows take nothing away, nor do those who were right.
        let lately = Lately::new(&start());
        for n in 0..1_000 {
            lately.rank(&format!("11.5.1.{}", n % 200), false);
            let rank = lately.rank("11.5.2.1", true);
            assert!(rank < UNKNOWN, "{n}");
            lately.take_back("11.5.2.1", rank);
        }
        // Nor is more taken back than was counted.
        let source = |n: usize| format!("11.6.{}.1", n % 200);
        assert_eq!((0..400).filter(|n| first(&lately, &source(*n))).count(), 64);
        for n in 0..200 {
            lately.take_back(&source(n), UNKNOWN);
        }
        assert!(!first(&lately, "11.6.250.1"));
    }

    #[test]
    fn counts_halve_and_what_was_right_is_taken_back() {
        let clock = start();
        let lately = Lately::new(&clock);
        let fresh = lately.rank("203.0.113.1", false);
        lately.take_back("203.0.113.1", fresh);
        assert_eq!(lately.rank("203.0.113.1", false), fresh);
        let after_one = lately.rank("203.0.113.1", false);
        for _ in 0..6 {
            lately.rank("203.0.113.1", false);
        }
        assert!(lately.rank("203.0.113.1", false) > after_one);
        later(&clock, 4 * 60 * 60);
        assert!(lately.rank("203.0.113.1", false) < after_one, "8 are less than one after four hours");
        later(&clock, 24 * 60 * 60);
        assert_eq!(lately.rank("203.0.113.1", false), fresh, "and nothing after a day");
    }

    #[test]
    fn thousands_of_networks_do_not_make_somebody_else_look_like_one_of_them() {
        let lately = Lately::new(&start());
        for n in 0..20_000 {
            lately.rank(&format!("{}.{}.1.1", 20 + n / 250, n % 250), false);
        }
        let owners = (0..1_000).map(|n| lately.rank(&format!("{}.{}.5.5", 120 + n / 250, n % 250), false));
        let first = owners.filter(|rank| *rank == UNKNOWN).count();
        assert!(first >= 750, "{first} of 1,000 owners stand in front of all of them");
    }
}
