//! How guessing is slowed down.
//!
//! An attempt is counted in the transaction that asks whether it may be made,
//! before anything is checked, and taken back when it turns out right. So of
//! any number made at once no more are checked than of as many one after
//! another.
//!
//! A stranger's attempts count three times: for the name and the source (one
//! who guesses), for the name over all sources (many who guess one person),
//! and for the source over all names (one who tries one passphrase on
//! everyone; the network around it too, where one household or anybody who rents
//! one has thousands of sources). A browser that signed in before as that person
//! has a count of its own, which nobody else can run up: its owner is never kept
//! out. Nor is an owner with a new browser: strangers on networks that somebody
//! really signs in from do not wait for those on others, nor for other such
//! networks while little came from their own, and never longer than anybody
//! else; and a letter lets a browser try by a count of its own, with the
//! passphrase as it is.

use crate::App;
use crate::browser::Known;
use crate::networks::{Width, around};
use crate::tally::Tally;
use domain::Timestamp;
use store::{StoreError, Tx, accounts};
use uuid::Uuid;

/// Wrong attempts in the last hour that cost no waiting.
const FREE: u64 = 5;
/// The longest wait: 15 minutes.
const LONGEST: i64 = 15 * 60;
/// From so many wrong attempts of strangers at one name in an hour on, somebody
/// seems to guess from many places: then each of them has one free attempt.
const MANY_AT_ONE: u64 = 50;
/// From so many on, strangers wait for each other, a little.
const TOO_MANY_AT_ONE: u64 = 200;
/// Wrong attempts at one name from the /24 or the /56 around a known source
/// that wait for nobody elsewhere.
const FREE_AT_HOME: u64 = 3;
/// The longest that strangers wait for each other, seconds.
const LONGEST_FOR_EACH_OTHER: i64 = 15;
/// Wrong attempts from one source, at any names, that cost no waiting: an
/// organisation is often one source.
const FREE_OF_SOURCE: u64 = 60;
/// The same of the /24 or the /48 around it; they wait for each other then.
const FREE_OF_NETWORK: u64 = 600;

/// Something that attempts are counted under.
#[derive(Clone, Debug)]
pub(crate) struct Count {
    tally: Tally,
    /// Attempts in the last hour that cost no waiting.
    free: u64,
    /// The longest wait, seconds.
    most: i64,
    /// Whether one that is right clears the count. Where others are counted
    /// too, it takes back itself alone.
    is_ones_own: bool,
}

impl Count {
    fn new(parts: &[&str], free: u64, most: i64) -> Self {
        Self { tally: Tally::of_an_hour(parts), free, most, is_ones_own: false }
    }

    fn ones_own(parts: &[&str]) -> Self {
        Self { is_ones_own: true, ..Self::new(parts, FREE, LONGEST) }
    }

    /// Of a browser that is its owner's. All those that a letter says so of have
    /// one count together: who reads a mailbox gets no more guesses by asking
    /// for more letters.
    pub(crate) fn of_known(name: &str, known: &Known) -> Vec<Self> {
        vec![match known {
            Known::SignedIn(known) => Self::ones_own(&["known", name, known]),
            Known::ByLetter => Self::ones_own(&["letter", name]),
        }]
    }

    /// Of any other browser. `is_near` says that somebody signed in from its
    /// source lately, whoever that was.
    pub(crate) fn of_stranger(
        tx: &mut Tx<'_>,
        name: &str,
        (source, is_near): (&str, bool),
        now: Timestamp,
    ) -> Result<Vec<Self>, StoreError> {
        let networks = around(source);
        let all = |which| Self::new(&[which, name], TOO_MANY_AT_ONE, LONGEST_FOR_EACH_OTHER);
        let (mut all, elsewhere) = (all(if is_near { "all near" } else { "all" }), all("all"));
        let mut home = None;
        if is_near {
            let near = networks.first().map_or(source, |(_, network)| network);
            let at_home = Self { free: u64::MAX, ..Self::new(&["near", name, near], 0, 0) };
            if at_home.tally.so_far(tx, now)? < FREE_AT_HOME {
                // It is counted with the others and does not wait for them.
                all.free = u64::MAX;
            } else if all.wait(tx, now)? > elsewhere.wait(tx, now)? {
                all = elsewhere;
            }
            home = Some(at_home);
        }
        let mut own = Self::ones_own(&["from", name, source]);
        if all.tally.so_far(tx, now)? >= MANY_AT_ONE {
            own.free = 1;
        }
        let mut counts = vec![own, all, Self::new(&["source", source], FREE_OF_SOURCE, LONGEST)];
        counts.extend(home);
        // Of IPv4 the street, of IPv6 what one of its customers has.
        let width =
            if networks.iter().any(|(width, _)| *width == Width::Widest) { Width::Wide } else { Width::Near };
        if let Some((_, network)) = networks.into_iter().find(|one| one.0 == width) {
            counts.push(Self::new(&["network", &network], FREE_OF_NETWORK, LONGEST_FOR_EACH_OTHER));
        }
        Ok(counts)
    }

    /// Of somebody signed in who is asked for their passphrase again: for the
    /// session, and over all sessions of the account.
    pub(crate) fn of_session(account: &str, session: &str) -> Vec<Self> {
        vec![Self::ones_own(&["now", account, session]), Self::new(&["now", account], 4 * FREE, LONGEST)]
    }

    /// Of the second step at sign-in: for the account, or for a browser that
    /// signed in before.
    pub(crate) fn of_code(account: &str, known: Option<&str>) -> Vec<Self> {
        vec![match known {
            Some(known) => Self::ones_own(&["code known", account, known]),
            None => Self::ones_own(&["code", account]),
        }]
    }

    /// How long an attempt has to wait, seconds.
    fn wait(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<i64, StoreError> {
        let wrong = self.tally.so_far(tx, now)?;
        let wait = wait_after(wrong, self.free).min(self.most);
        let is_over = wait == 0 || self.tally.within(tx, wait, now)? == 0;
        Ok(if is_over { 0 } else { wait })
    }
}

/// An attempt that was counted before it is checked.
#[derive(Clone, Debug)]
#[must_use = "what turns out right is taken back"]
pub(crate) struct Attempt(Vec<(Count, Uuid)>);

impl Attempt {
    /// Counts an attempt, or says how many seconds it has to wait; then it is
    /// not counted.
    pub(crate) fn claim(
        app: &App,
        tx: &mut Tx<'_>,
        counts: Vec<Count>,
        now: Timestamp,
    ) -> Result<Result<Self, i64>, StoreError> {
        let mut longest = 0;
        for count in &counts {
            longest = longest.max(count.wait(tx, now)?);
        }
        if longest > 0 {
            return Ok(Err(longest));
        }
        let mut made = vec![];
        for count in counts {
            let id = count.tally.add(app, tx, now)?;
            made.push((count, id));
        }
        Ok(Ok(Self(made)))
    }

    /// It was right: one's own wrong ones before it are forgotten.
    pub(crate) fn was_right(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        for (count, id) in &self.0 {
            if count.is_ones_own {
                count.tally.forget(tx)?;
            } else {
                accounts::remove_attempt(tx, *id)?;
            }
        }
        Ok(())
    }

    /// It was not checked after all.
    pub(crate) fn take_back(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        for (_, id) in &self.0 {
            accounts::remove_attempt(tx, *id)?;
        }
        Ok(())
    }
}

/// The wait after so many wrong attempts in an hour, seconds: 10 after the
/// last free one, twice as long after each further one, 15 minutes at most.
#[must_use]
pub fn wait_after(wrong: u64, free: u64) -> i64 {
    match wrong.checked_sub(free) {
        None => 0,
        Some(over) => (10_i64 << over.min(7)).min(LONGEST),
    }
}

/// A wait in words, for beside a field.
#[must_use]
pub fn wait_words(seconds: i64) -> String {
    let (number, unit) = if seconds < 60 { (seconds, "second") } else { ((seconds + 59) / 60, "minute") };
    let s = if number == 1 { "" } else { "s" };
    format!("There were too many wrong tries. Wait {number} {unit}{s}, then try again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end_at_a_quarter_of_an_hour() {
        assert_eq!([0, 4, 5, 6, 7].map(|wrong| wait_after(wrong, FREE)), [0, 0, 10, 20, 40]);
        assert_eq!([11, 12, 1_000, u64::MAX].map(|wrong| wait_after(wrong, FREE)), [640, 900, 900, 900]);
        assert_eq!([0, 1, 2].map(|wrong| wait_after(wrong, 1)), [0, 10, 20]);
    }

    #[test]
    fn waits_in_words() {
        assert_eq!(wait_words(1), "There were too many wrong tries. Wait 1 second, then try again");
        assert_eq!(wait_words(900), "There were too many wrong tries. Wait 15 minutes, then try again");
    }
}
