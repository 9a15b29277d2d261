//! What is to be written down as a security event, and the counting of those
//! that have no transaction to be written in.
//!
//! Refusals, wrong passphrases, forged forms and waits come as fast as somebody
//! sends them. They are counted in memory, alike ones together, and a worker
//! writes each kind of them at most twice in an hour: once soon after the first,
//! and once with all that came after it. So a flood costs one row and not one for
//! each attempt, and no request waits for a disk. How many different ones are
//! told apart in an hour is bounded too; beyond that they are counted by kind
//! alone.

use domain::security::Kind;
use domain::{AccountId, AreaId, CaseId, Timestamp};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// Where a request comes from, and what it asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The reference of the request.
    pub reference: String,
    /// The declared address of the route, or the name of a command.
    pub reached: String,
    /// An address of a computer. It is never written down as it is.
    pub source: String,
    /// What the browser is, in words.
    pub browser: String,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Happened {
    pub kind: Kind,
    /// Who did it, or tried to.
    pub account: Option<AccountId>,
    /// Whose account it concerns, where that is another's.
    pub about: Option<AccountId>,
    pub area: Option<AreaId>,
    pub case: Option<CaseId>,
    /// A word of the program's own.
    pub detail: &'static str,
}

impl Happened {
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self { kind, account: None, about: None, area: None, case: None, detail: "" }
    }

    #[must_use]
    pub fn by(self, account: impl Into<Option<AccountId>>) -> Self {
        Self { account: account.into(), ..self }
    }

    #[must_use]
    pub fn about(self, account: AccountId) -> Self {
        Self { about: Some(account), ..self }
    }

    #[must_use]
    pub fn in_area(self, area: Option<AreaId>) -> Self {
        Self { area, ..self }
    }

    #[must_use]
    pub fn of_case(self, case: Option<CaseId>) -> Self {
        Self { case, ..self }
    }

    #[must_use]
    pub fn saying(self, detail: &'static str) -> Self {
        Self { detail, ..self }
    }
}

/// The most kinds of attempts by accounts that are told apart in an hour …
const MOST_OF_ACCOUNTS: usize = 2_000;
/// … and by whoever is not signed in.
const MOST_OF_STRANGERS: usize = 300;

const HOUR: i64 = 3_600;

/// What is counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Alike {
    hour: i64,
    what: Happened,
    reached: String,
    /// The network around the source, not yet under a key.
    network: String,
}

#[derive(Clone, Debug)]
struct Count {
    first: Timestamp,
    last: Timestamp,
    /// How many are still to be written.
    times: u64,
    was_written: bool,
    reference: String,
    browser: String,
}

/// Several that are alike, to be written as one row.
#[derive(Clone, Debug)]
pub(crate) struct Summed {
    alike: Alike,
    pub first: Timestamp,
    pub last: Timestamp,
    pub times: u64,
    pub reference: String,
    pub browser: String,
}

impl Summed {
    pub fn what(&self) -> &Happened {
        &self.alike.what
    }

    pub fn reached(&self) -> &str {
        &self.alike.reached
    }

    pub fn network(&self) -> &str {
        &self.alike.network
    }
}

/// What was counted and is not written yet.
#[derive(Debug, Default)]
pub(crate) struct Sums(Mutex<HashMap<Alike, Count>>);

impl Sums {
    /// Counts one more.
    pub fn add(&self, what: Happened, origin: Option<&Origin>, network: String, now: Timestamp) {
        let hour = now.as_second().div_euclid(HOUR);
        let reached = origin.map(|origin| origin.reached.clone()).unwrap_or_default();
        let mut alike = Alike { hour, what, reached, network };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !all.contains_key(&alike) {
            let is_known = |what: &Happened| what.account.is_some() || what.about.is_some();
            let strangers = all.keys().filter(|one| !is_known(&one.what)).count();
            let is_full = if is_known(&alike.what) {
                all.len() - strangers >= MOST_OF_ACCOUNTS
            } else {
                strangers >= MOST_OF_STRANGERS
            };
            if is_full {
                let what = Happened::new(alike.what.kind).saying("many");
                alike = Alike { hour, what, reached: String::new(), network: String::new() };
            }
        }
        let is_many = alike.what.detail == "many";
        let of = |text: fn(&Origin) -> &String| {
            origin.filter(|_| !is_many).map(|origin| text(origin).clone()).unwrap_or_default()
        };
        let count = all.entry(alike).or_insert_with(|| Count {
            first: now,
            last: now,
            times: 0,
            was_written: false,
            reference: of(|origin| &origin.reference),
            browser: of(|origin| &origin.browser),
        });
        if count.times == 0 {
            count.first = now;
        }
        count.times += 1;
        count.last = now;
    }

    /// What is to be written now: what was not written at all yet, and all of an
    /// hour that is over; everything, where it is `all`.
    pub fn due(&self, now: Timestamp, everything: bool) -> Vec<Summed> {
        let hour = now.as_second().div_euclid(HOUR);
        let mut due = vec![];
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|alike, count| {
            let is_over = alike.hour < hour;
            if count.times > 0 && (is_over || everything || !count.was_written) {
                due.push(Summed {
                    alike: alike.clone(),
                    first: count.first,
                    last: count.last,
                    times: count.times,
                    reference: count.reference.clone(),
                    browser: count.browser.clone(),
                });
                count.times = 0;
                count.was_written = true;
            }
            !is_over
        });
        due.sort_by_key(|summed| summed.first);
        due
    }

    /// Counts what could not be written once more.
    pub fn put_back(&self, summed: Vec<Summed>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for Summed { alike, first, last, times, reference, browser } in summed {
            let count = all.entry(alike).or_insert(Count {
                first,
                last,
                times: 0,
                was_written: false,
                reference,
                browser,
            });
            count.first = count.first.min(first);
            count.times += times;
            count.was_written = false;
        }
    }
}

/// What a process keeps for the writing of security events.
#[derive(Debug, Default)]
pub(crate) struct Keeping {
    pub sums: Sums,
    /// The log of this process and of a day.
    log: Mutex<Option<store::security::Log>>,
    /// The key under which networks are written down, once it was read.
    pub key: std::sync::OnceLock<Arc<str>>,
}

impl Keeping {
    /// This process's log of a day; `new_id` where it has none yet.
    pub fn log(&self, day: domain::Date, new_id: impl FnOnce() -> Uuid) -> store::security::Log {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        match *log {
            Some(known) if known.day == day => known,
            _ => *log.insert(store::security::Log { id: new_id(), day }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(3_600 * 500_000 + second).expect("a moment")
    }

    fn refused(account: Option<u128>) -> Happened {
        Happened::new(Kind::Refused).by(account.map(|n| AccountId(Uuid::from_u128(n))))
    }

    #[test]
    fn alike_ones_are_two_rows_in_an_hour_however_many_they_are() {
        let sums = Sums::default();
        let mut rows = vec![];
        for second in 0..3_600 {
            sums.add(refused(Some(1)), None, "192.0.2.0/24".into(), at(second));
            rows.extend(sums.due(at(second), false));
        }
        assert_eq!(rows.iter().map(|row| row.times).collect::<Vec<_>>(), [1]);
        rows.extend(sums.due(at(3_601), false));
        assert_eq!(rows.iter().map(|row| row.times).collect::<Vec<_>>(), [1, 3_599]);
        assert_eq!((rows[1].first, rows[1].last), (at(1), at(3_599)));
        assert!(sums.due(at(7_201), true).is_empty());
    }

    #[test]
    fn a_flood_from_everywhere_is_told_apart_up_to_a_bound_and_counted_whole() {
        let sums = Sums::default();
        for n in 0..10_000_u32 {
            sums.add(refused(None), None, format!("10.{}.{}.0/24", n / 256, n % 256), at(1));
            sums.add(refused(Some(u128::from(n))), None, String::new(), at(2));
        }
        let rows = sums.due(at(3), false);
        assert_eq!(rows.len(), MOST_OF_ACCOUNTS + MOST_OF_STRANGERS + 1);
        assert_eq!(rows.iter().map(|row| row.times).sum::<u64>(), 20_000);
        assert!(rows.iter().any(|row| row.what().detail == "many" && row.times > 17_000));
    }

    #[test]
    fn what_could_not_be_written_is_written_later() {
        let sums = Sums::default();
        sums.add(refused(Some(1)), None, String::new(), at(1));
        let due = sums.due(at(2), false);
        sums.put_back(due);
        sums.add(refused(Some(1)), None, String::new(), at(3));
        let again = sums.due(at(3_700), false);
        assert_eq!(again.iter().map(|row| (row.times, row.first)).collect::<Vec<_>>(), [(2, at(1))]);
    }
}
