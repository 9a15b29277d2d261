//! How often things may be done: by one source, and by one account.
//!
//! Kept in memory, by the method of a leaking bucket (GCRA). Each route says
//! which of these holds for it. Whoever goes on too fast is told for how long
//! to wait; nobody is locked out. Around each source the networks that it is in
//! are counted too, so that nobody who has thousands of addresses may do what
//! thousands may; where a network does too much, each source in it may still do
//! a little. What must hold over all sources together (letters to one address,
//! guesses at one account) is counted in the database by the use case.

use crate::Error;
use crate::clock::Clock;
use crate::networks::{Width, around};
use domain::AccountId;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use strum::VariantArray;

/// What is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
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

/// A leaking bucket for each number: so much fits into it, and it is empty again
/// after so long.
#[derive(Debug)]
struct Buckets {
    /// For how long one is in it, nanoseconds.
    one: u64,
    /// For how long all that fits in it.
    all: u64,
    /// When it will be empty: nanoseconds since 1970.
    empty_at: HashMap<u16, u64>,
}

impl Buckets {
    fn new(times: u32, seconds: u32) -> Self {
        let all = u64::from(seconds) * 1_000_000_000;
        Self { one: all / u64::from(times.max(1)), all, empty_at: HashMap::new() }
    }

    /// How long until so many more fit: 0 where they fit now.
    fn wait(&self, number: u16, count: u64, now: u64) -> u64 {
        let empty_at = self.empty_at.get(&number).copied().unwrap_or(now).max(now);
        (empty_at + self.one * count).saturating_sub(now + self.all)
    }

    fn pour(&mut self, number: u16, count: u64, now: u64) {
        let empty_at = self.empty_at.entry(number).or_insert(now);
        *empty_at = (*empty_at).max(now) + self.one * count;
    }

    fn tidy(&mut self, now: u64) {
        self.empty_at.retain(|_, empty_at| *empty_at > now);
        self.empty_at.shrink_to_fit();
    }
}

/// One rate's counts.
#[derive(Debug)]
struct Counts {
    /// Of accounts, and of sources.
    own: Buckets,
    /// Of the networks around sources.
    around: Buckets,
    /// Of sources where a network around them does too much.
    few: Buckets,
}

/// A bucket of a network holds so many times what that of one source does …
const IN_A_NETWORK: u32 = 128;
/// … and each from a smaller one takes more of it.
fn cost(width: Width) -> u64 {
    match width {
        // 8 times as much as one source.
        Width::Near => 16,
        // 32 times.
        Width::Wide => 4,
        // 128 times.
        Width::Widest => 1,
    }
}
/// What a source may do where its network does too much: one of so many.
const FEW: u32 = 10;

impl Counts {
    fn new(rate: Rate) -> Self {
        let Measure { times, seconds } = rate.measure();
        Self {
            own: Buckets::new(times, seconds),
            around: Buckets::new(times * IN_A_NETWORK, seconds),
            few: Buckets::new(times / FEW, seconds),
        }
    }

    fn all(&mut self) -> [&mut Buckets; 3] {
        [&mut self.own, &mut self.around, &mut self.few]
    }

    /// Counts one more, or gives how long to wait. What is refused is counted
    /// nowhere: so a flood that is refused fills nothing that others need.
    fn count(&mut self, own: u16, around: &[(u64, u16)], now: u64) -> Result<(), u64> {
        let mut wait = self.own.wait(own, 1, now);
        let is_crowded = around.iter().any(|(cost, number)| self.around.wait(*number, *cost, now) > 0);
        if is_crowded {
            wait = wait.max(self.few.wait(own, 1, now));
        }
        if wait > 0 {
            return Err(wait);
        }
        self.own.pour(own, 1, now);
        if is_crowded {
            self.few.pour(own, 1, now);
        }
        for (cost, number) in around {
            if self.around.wait(*number, *cost, now) == 0 {
                self.around.pour(*number, *cost, now);
            }
        }
        Ok(())
    }
}

/// The counts of all.
pub struct Rates {
    clock: Clock,
    /// One for each of [`Rate::VARIANTS`]; none where nothing is slowed down.
    counts: Vec<Mutex<Counts>>,
    /// Sources are counted by one of 65,536 numbers that a key which only this
    /// process knows gives them. So the memory is bounded however many come,
    /// and nobody can choose with whom they share a number.
    keys: RandomState,
    /// The most that a number can be: less in tests alone.
    largest: u16,
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
        let all = Rate::VARIANTS.iter().copied().filter(|_| slow_down);
        let counts = all.map(|rate| Mutex::new(Counts::new(rate))).collect();
        Self { clock: clock.clone(), counts, keys: RandomState::new(), largest: u16::MAX }
    }

    /// Counts one more by an account, or where nobody is signed in by a source.
    ///
    /// # Errors
    /// [`Error::TooOften`] with the seconds to wait.
    pub fn count(&self, rate: Rate, account: Option<AccountId>, source: &str) -> Result<(), Error> {
        let at = Rate::VARIANTS.iter().position(|one| *one == rate).unwrap_or(0);
        let Some(counts) = self.counts.get(at) else { return Ok(()) };
        let counted = match account {
            Some(account) => open(counts).count(self.number(account.0), &[], self.now()),
            None => {
                let networks = around(source).into_iter();
                let networks: Vec<_> = networks.map(|(width, of)| (cost(width), self.number(of))).collect();
                open(counts).count(self.number(source), &networks, self.now())
            }
        };
        counted.map_err(|wait| Error::TooOften { seconds: wait / 1_000_000_000 + 1 })
    }

    fn now(&self) -> u64 {
        u64::try_from(self.clock.now().as_nanosecond()).unwrap_or(0)
    }

    /// Any sixteen bits of a hash are as good as others.
    fn number(&self, of: impl Hash) -> u16 {
        u16::try_from(self.keys.hash_one(of) & u64::from(self.largest)).unwrap_or(0)
    }

    /// Forgets those who have not come for long; the counts stay true.
    pub fn tidy(&self) {
        let now = self.now();
        for counts in &self.counts {
            open(counts).all().into_iter().for_each(|buckets| buckets.tidy(now));
        }
    }

    /// How many are remembered.
    #[must_use]
    pub fn remembered(&self) -> usize {
        let of = |counts| open(counts).all().map(|buckets| buckets.empty_at.len()).iter().sum::<usize>();
        self.counts.iter().map(of).sum()
    }
}

fn open(counts: &Mutex<Counts>) -> MutexGuard<'_, Counts> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
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
        for &rate in Rate::VARIANTS {
            let rates = Rates::new(&clock, true);
            let Measure { times, seconds } = rate.measure();
            for n in 0..times {
                rates.count(rate, None, "from 192.0.2.1").unwrap_or_else(|no| panic!("{rate:?} {n}: {no}"));
            }
            let Err(Error::TooOften { seconds: wait }) = rates.count(rate, None, "from 192.0.2.1") else {
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

    /// However many addresses somebody has, the numbers by which sources are
    /// counted are not full of them, and others find theirs free.
    #[test]
    fn who_has_a_network_of_ipv6_cannot_use_up_what_others_may() {
        let rates = Rates { largest: 0xfff, ..Rates::new(&start(), true) };
        let Measure { times, .. } = Rate::Recover.measure();
        // Four times what would fill every number that there is.
        let flood = (0..4 * times * 0x1000).filter(|n| {
            let source = format!("2001:db8:1:{:x}::/64", n % 0x1_0000);
            rates.count(Rate::Recover, None, &source).is_ok()
        });
        let through = flood.count();
        let others = (0..500).filter(|n| {
            let source = format!("{}.{}.1.1", 12 + n / 250, n % 250);
            rates.count(Rate::Recover, None, &source).is_ok()
        });
        let others = others.count();
        assert!(others >= 420, "{others} of 500 others; {through} of the flood came through");
    }

    #[test]
    fn where_a_network_does_too_much_each_source_in_it_may_do_a_little() {
        let rates = Rates::new(&start(), true);
        let count = |source: &str| rates.count(Rate::Recover, None, source);
        let flood = (0..4_000).filter(|n| count(&format!("192.0.2.{}", n / 20)).is_ok()).count();
        // Two sources may share a number, by the key of this process: then they
        // share what each of them may do.
        let most = 8 * 20 + 2 * 192;
        assert!((most - 60..=most).contains(&flood), "8 sources take all there is, 192 their two: {flood}");
        let of = |source: String| (0..20).filter(|_| count(&source).is_ok()).count();
        let neighbours = (201..206).map(|n| of(format!("192.0.2.{n}"))).max();
        assert_eq!(neighbours, Some(2));
        let further = (1..6).map(|n| of(format!("192.0.3.{n}"))).max();
        assert_eq!(further, Some(20), "the town is no crowd yet");
    }

    #[test]
    fn nothing_grows_with_the_number_of_sources() {
        let clock = start();
        let rates = Rates::new(&clock, true);
        for n in 0..200_000 {
            let _ = rates.count(Rate::Contact, None, &format!("from {n}"));
        }
        assert!(rates.remembered() <= 3 * 65_536, "{}", rates.remembered());
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
