//! Looking ahead: when the money would run out at this rate. Worked out from
//! the ledger alone, in whole pence.

use crate::dates::{days_after, days_between};
use crate::ledger::{Account, Entry, Layer};
use crate::{Date, Pence};

/// Weeks that the rate is taken over.
pub const WEEKS: i32 = 8;

/// When the money would be used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunOut {
    /// Nothing has been spent in the last 8 weeks: there is no rate.
    NothingSpent,
    /// It would last to the end of what was looked at, with this much left.
    Lasts { until: Date, left: Pence },
    /// The first day on which there would be too little.
    On(Date),
}

/// What a case spends, has and expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// Pence in an average week of the last 8.
    pub weekly: Pence,
    pub runs_out: RunOut,
    /// What was left at the end of each of the last 6 months.
    pub past: Vec<(Date, Pence)>,
    /// What would be left at the end of each month to come, beginning today.
    pub ahead: Vec<(Date, Pence)>,
}

/// How much an entry spent: what reached the plan or left an account. A match
/// moves it from one to the other, and is nought.
#[must_use]
pub fn spent_in(entry: &Entry) -> Pence {
    sum(entry, |a| matches!(a, Account::Line(_) | Account::Unmatched))
}

fn sum(entry: &Entry, which: impl Fn(Account) -> bool) -> Pence {
    entry.postings().iter().filter(|p| p.layer == Layer::Actual && which(p.account)).map(|p| p.amount).sum()
}

/// The average of the last 8 weeks, or of the weeks since spending began if
/// those are fewer. Gives the pence spent and the days they were spent over.
fn rate(entries: &[Entry], today: Date) -> (Pence, i64) {
    let spending = || entries.iter().filter(|e| e.happened <= today && !spent_in(e).is_zero());
    let Some(first) = spending().map(|e| e.happened).min() else { return (Pence::ZERO, 7) };
    let days = (days_between(first, today) + 1).clamp(7, WEEKS * 7);
    let since = days_after(today, -days);
    let spent: Pence = spending().filter(|e| e.happened > since).map(spent_in).sum();
    (spent.or_zero(), i64::from(days))
}

/// Works it out. `left` is what there is today, `planned` the payments to come
/// and `until` the last day to look at.
#[must_use]
pub fn outlook(
    entries: &[Entry],
    left: Pence,
    planned: &[(Date, Pence)],
    today: Date,
    until: Date,
) -> Outlook {
    let (spent, days) = rate(entries, today);
    let coming = |day: Date| -> Pence {
        // What was due and has not come is counted as if it came tomorrow.
        let in_time = |due: Date| if due <= today { days_after(today, 1) } else { due };
        planned.iter().filter(|(due, _)| in_time(*due) <= day).map(|(_, amount)| *amount).sum()
    };
    let on = |day: Date| left + coming(day) - spent.times(i64::from(days_between(today, day)), days);
    let length = days_between(today, until).max(0);
    let day_of = |number: i32| days_after(today, number);
    let runs_out = if spent.is_zero() {
        RunOut::NothingSpent
    } else if let Some(day) = (0..=length).map(day_of).find(|day| on(*day).is_negative()) {
        RunOut::On(day)
    } else {
        RunOut::Lasts { until: day_of(length), left: on(day_of(length)) }
    };
    let mut ahead = vec![(today, left)];
    ahead.extend(
        month_ends(today).take_while(|day| *day <= until).take(12).map(|day| (day, on(day).or_zero())),
    );
    Outlook { weekly: spent.times(7, days), runs_out, past: past(entries, today), ahead }
}

/// What was in the holdings at the end of each of the last 6 months in which
/// there was a ledger.
fn past(entries: &[Entry], today: Date) -> Vec<(Date, Pence)> {
    let Some(first) = entries.iter().filter(|e| touches_actual(e)).map(|e| e.happened).min() else {
        return vec![];
    };
    let left_on = |day: Date| -> Pence {
        let until = entries.iter().filter(|e| e.happened <= day);
        until.map(|e| sum(e, |a| matches!(a, Account::Holding(_)))).sum()
    };
    let start = crate::dates::months_after(today, -7);
    month_ends(start)
        .take_while(|day| *day < today)
        .filter(|day| *day >= first)
        .map(|d| (d, left_on(d)))
        .collect()
}

fn touches_actual(entry: &Entry) -> bool {
    entry.postings().iter().any(|p| p.layer == Layer::Actual)
}

/// The last days of the months after (and with) a day.
fn month_ends(from: Date) -> impl Iterator<Item = Date> {
    (0..)
        .map(move |n| crate::dates::months_after(from.first_of_month(), n).last_of_month())
        .filter(move |d| *d > from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Cause, Funder, Heading, Purpose, transfer};
    use crate::{CaseId, EntryId, HoldingId, Timestamp};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn d(y: i16, m: i8, day: i8) -> Date {
        Date::constant(y, m, day)
    }

    fn entry(from: Account, to: Account, pence: i64, on: Date) -> Entry {
        let heading = Heading {
            id: EntryId(Uuid::nil()),
            case: CaseId(Uuid::nil()),
            purpose: Purpose::Plain,
            cause: Cause::BankLineTakenIn,
            about: Uuid::nil(),
            by: None,
            happened: on,
            recorded: Timestamp::UNIX_EPOCH,
            key: "k".into(),
        };
        Entry::new(heading, transfer(Layer::Actual, from, to, Pence(pence)).to_vec()).expect("balances")
    }

    fn spend(pence: i64, on: Date) -> Entry {
        entry(Account::Holding(HoldingId(Uuid::nil())), Account::Unmatched, pence, on)
    }

    #[test]
    fn seventy_pounds_a_week_uses_up_a_hundred_and_forty_in_two() {
        let today = d(2026, 9, 28);
        let spending: Vec<Entry> = (0..8).map(|w| spend(7_000, days_after(today, -7 * w))).collect();
        let seen = outlook(&spending, Pence(14_000), &[], today, d(2027, 9, 28));
        // The first of them was 49 days ago: 50 days, 8 payments.
        assert_eq!(seen.weekly, Pence(7_840));
        assert_eq!(seen.runs_out, RunOut::On(d(2026, 10, 11)));
    }

    #[test]
    fn payments_to_come_make_it_last() {
        let today = d(2026, 9, 28);
        let spending: Vec<Entry> = (0..60).map(|n| spend(1_000, days_after(today, -n))).collect();
        let monthly: Vec<_> =
            (1..=12).map(|m| (crate::dates::months_after(d(2026, 9, 28), m), Pence(31_000))).collect();
        let seen = outlook(&spending, Pence(30_000), &monthly, today, d(2027, 9, 28));
        assert_eq!(seen.weekly, Pence(7_000));
        assert_eq!(
            seen.runs_out,
            RunOut::Lasts { until: d(2027, 9, 28), left: Pence(30_000 + 12 * 31_000 - 365 * 1_000) }
        );
        let none = outlook(&spending, Pence(30_000), &[], today, d(2027, 9, 28));
        assert_eq!(none.runs_out, RunOut::On(d(2026, 10, 29)));
    }

    #[test]
    fn without_spending_there_is_no_rate() {
        let today = d(2026, 9, 28);
        let came = entry(Account::Funding(Funder::Nhs), Account::Holding(HoldingId(Uuid::nil())), 500, today);
        let old = spend(9_000, d(2025, 1, 1));
        assert_eq!(outlook(&[came], Pence(500), &[], today, today).runs_out, RunOut::NothingSpent);
        assert_eq!(outlook(&[old], Pence(500), &[], today, today).runs_out, RunOut::NothingSpent);
        assert_eq!(outlook(&[], Pence::ZERO, &[], today, today).past, vec![]);
    }

    #[test]
    fn spending_that_was_put_right_counts_once() {
        let today = d(2026, 9, 28);
        let out = spend(700, today);
        let back = entry(Account::Unmatched, Account::Holding(HoldingId(Uuid::nil())), 700, today);
        assert_eq!(outlook(&[out, back], Pence(500), &[], today, today).runs_out, RunOut::NothingSpent);
    }

    proptest! {
        #[test]
        fn more_money_never_runs_out_sooner(
            spending in proptest::collection::vec((1i64..50_000, 0i32..80), 1..20),
            left in 0i64..1_000_000, more in 0i64..1_000_000,
        ) {
            let today = d(2026, 9, 28);
            let entries: Vec<_> = spending.iter().map(|(p, n)| spend(*p, days_after(today, -n))).collect();
            let day = |left: i64| match outlook(&entries, Pence(left), &[], today, d(2028, 1, 1)).runs_out {
                RunOut::On(day) => day,
                _ => d(9999, 12, 31),
            };
            prop_assert!(day(left) <= day(left + more));
        }
    }
}
