//! How often things may be done: by one source, and by one account.
//!
//! Kept in memory, by the method of a leaking bucket (GCRA). Each route says
//! which of these holds for it. Whoever goes on too fast is told for how long
//! to wait; nobody is locked out. What must hold over all sources together
//! (letters to one address, guesses at one account) is counted in the
//! database by the use case.

use crate::No;
use crate::clock::Clock;
use domain::AccountId;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::fmt::Write as _;
use std::hash::{BuildHasher as _, RandomState};
use std::num::NonZeroU32;
use std::time::Duration;

/// What is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// Signing in with a browser that is not known for that account. It is
    /// asked inside the use case, so that a known browser is not counted.
    SignIn,
    /// The code of the second step.
    Code,
    /// Asking for a link to choose a new passphrase.
    Recover,
    /// Using a link that works once.
    Link,
    /// The pages of a request to be contacted: six for each request.
    Contact,
    /// "Sign in as", in the demonstration.
    Demo,
    /// Anything that concerns one's own passphrase, second step or sessions.
    Account,
    /// Any other form of somebody signed in.
    Form,
    /// A form with files.
    Upload,
    /// A paper that is set in print, or a file that is sent.
    Paper,
}

/// So many at once, of which all come back in so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    pub times: u32,
    pub seconds: u32,
}

impl Rate {
    pub const ALL: [Self; 10] = [
        Self::SignIn,
        Self::Code,
        Self::Recover,
        Self::Link,
        Self::Contact,
        Self::Demo,
        Self::Account,
        Self::Form,
        Self::Upload,
        Self::Paper,
    ];

    /// How often. It holds for each account where somebody is signed in, and
    /// else for each source. A source may be an office or a library with many
    /// people in it, so these are for programs and not for people.
    #[must_use]
    pub fn measure(self) -> Measure {
        let measure = |times, seconds| Measure { times, seconds };
        match self {
            Self::SignIn => measure(60, 600),
            Self::Code | Self::Account => measure(40, 600),
            Self::Recover => measure(20, 3_600),
            Self::Link => measure(40, 600),
            Self::Contact | Self::Demo => measure(150, 600),
            Self::Form => measure(240, 120),
            Self::Upload => measure(60, 600),
            Self::Paper => measure(90, 600),
        }
    }

    /// In words, for the table of routes.
    #[must_use]
    pub fn words(self) -> String {
        let Measure { times, seconds } = self.measure();
        let mut words = format!("{times} in {} minutes", seconds / 60);
        if seconds == 3_600 {
            words = format!("{times} in an hour");
        }
        if self == Self::SignIn {
            let _ = write!(words, ", browsers that are not known");
        }
        words
    }
}

/// An instant as the limiter counts it: nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct At(u64);

impl std::ops::Add<Nanos> for At {
    type Output = Self;

    fn add(self, other: Nanos) -> Self {
        Self(self.0.saturating_add(other.as_u64()))
    }
}

impl governor::clock::Reference for At {
    fn duration_since(&self, earlier: Self) -> Nanos {
        self.0.saturating_sub(earlier.0).into()
    }

    fn saturating_sub(&self, duration: Nanos) -> Self {
        Self(self.0.checked_sub(duration.into()).unwrap_or(self.0))
    }
}

impl governor::clock::Clock for Clock {
    type Instant = At;

    fn now(&self) -> At {
        At(u64::try_from(Self::now(self).as_nanosecond()).unwrap_or(0))
    }
}

type Limiter = RateLimiter<u16, HashMapStateStore<u16>, Clock, NoOpMiddleware<At>>;

/// The counts of all.
pub struct Rates {
    clock: Clock,
    /// One for each of [`Rate::ALL`]; none where nothing is slowed down.
    limiters: Vec<Limiter>,
    /// Sources are counted by one of 65,536 numbers that a key which only this
    /// process knows gives them. So the memory is bounded however many come,
    /// and nobody can choose with whom they share a number.
    numbers: RandomState,
}

impl std::fmt::Debug for Rates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rates")
    }
}

impl Rates {
    /// `slow_down` is false in tests alone.
    #[must_use]
    pub fn new(clock: &Clock, slow_down: bool) -> Self {
        let limiter = |rate: Rate| {
            let Measure { times, seconds } = rate.measure();
            let times = NonZeroU32::new(times).unwrap_or(NonZeroU32::MIN);
            let one_in = Duration::from_secs(seconds.into()) / times.get();
            let quota = Quota::with_period(one_in).unwrap_or(Quota::per_second(NonZeroU32::MIN));
            RateLimiter::hashmap_with_clock(quota.allow_burst(times), clock.clone())
        };
        let limiters = if slow_down { Rate::ALL.into_iter().map(limiter).collect() } else { vec![] };
        Self { clock: clock.clone(), limiters, numbers: RandomState::new() }
    }

    /// Counts one more by an account, or where nobody is signed in by a source.
    ///
    /// # Errors
    /// [`No::TooOften`] with the seconds to wait.
    pub fn count(&self, rate: Rate, account: Option<AccountId>, source: &str) -> Result<(), No> {
        let at = Rate::ALL.iter().position(|one| *one == rate).unwrap_or(0);
        let Some(limiter) = self.limiters.get(at) else { return Ok(()) };
        let number = match account {
            Some(account) => self.numbers.hash_one(account.0),
            None => self.numbers.hash_one(source),
        };
        // Any sixteen of its bits are as good as others.
        let number = u16::try_from(number & 0xffff).unwrap_or(0);
        limiter.check_key(&number).map_err(|not_yet| {
            let wait = not_yet.wait_time_from(governor::clock::Clock::now(&self.clock));
            No::TooOften { seconds: wait.as_secs() + 1 }
        })
    }

    /// Forgets those who have not come for long; the counts stay true.
    pub fn tidy(&self) {
        for limiter in &self.limiters {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }

    /// How many are remembered.
    #[must_use]
    pub fn remembered(&self) -> usize {
        self.limiters.iter().map(Limiter::len).sum()
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
    fn each_rate_holds_for_one_source_and_leaves_others_alone() {
        let clock = start();
        for rate in Rate::ALL {
            let rates = Rates::new(&clock, true);
            let Measure { times, seconds } = rate.measure();
            for n in 0..times {
                rates.count(rate, None, "from 192.0.2.1").unwrap_or_else(|no| panic!("{rate:?} {n}: {no}"));
            }
            let Err(No::TooOften { seconds: wait }) = rates.count(rate, None, "from 192.0.2.1") else {
                panic!("{rate:?} has no end")
            };
            assert!(wait >= 1 && wait <= u64::from(seconds), "{rate:?} says {wait} seconds");
            rates.count(rate, None, "from 192.0.2.2").expect("somebody else is not slowed down");
            rates
                .count(rate, Some(AccountId(uuid::Uuid::from_u128(7))), "from 192.0.2.1")
                .expect("nor is an account");
            later(&clock, i64::try_from(wait).expect("it is short"));
            rates.count(rate, None, "from 192.0.2.1").expect("after that wait it goes on");
        }
    }

    #[test]
    fn nothing_grows_with_the_number_of_sources() {
        let clock = start();
        let rates = Rates::new(&clock, true);
        for n in 0..200_000 {
            let _ = rates.count(Rate::Contact, None, &format!("from {n}"));
        }
        assert!(rates.remembered() <= 65_536, "{}", rates.remembered());
        later(&clock, 3_600);
        rates.tidy();
        assert_eq!(rates.remembered(), 0);
    }

    #[test]
    fn tests_can_do_without() {
        let rates = Rates::new(&start(), false);
        for _ in 0..10_000 {
            rates.count(Rate::SignIn, None, "").expect("it is off");
        }
    }
}
