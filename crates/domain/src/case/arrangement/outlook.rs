//! Looking ahead: when the money would run out at this rate. Worked out from
//! the ledger alone, in whole pence.

use crate::dates::{days_after, days_between};
use crate::ledger::{Account, Entry, Layer};
use crate::{Date, Pence};
use std::collections::BTreeMap;

/// Weeks that the rate is taken over.
pub const WEEKS: i32 = 8;

/// When the money would be used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunOut {
    /// Nothing has been spent in the last 8 weeks: there is no rate.
    NothingSpent,
    /// Money is spent as it is now for fewer than 8 weeks: that says nothing of a year.
    TooEarly,
    /// It would last to the end of what was looked at, with this much left.
    Lasts { until: Date, left: Pence },
    /// The first day to come on which there would be too little.
    On(Date),
    /// More is spent than there was.
    Gone,
}

/// What a case spends, has and expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// Pence in an average week of the last 8.
    pub weekly: Pence,
    pub runs_out: RunOut,
    /// What was due and has not come, pence. It is counted as if it came tomorrow.
    pub late: Pence,
    /// The last day of those looked at on which something is known to have been spent.
    pub last_spent: Option<Date>,
    /// What was left at the end of each of the last 6 months.
    pub past: Vec<(Date, Pence)>,
    /// What would be left at the end of each month to come, beginning today.
    pub ahead: Vec<(Date, Pence)>,
}

/// One day on which money moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    pub day: Date,
    /// What reached the plan or left an account. A match moves it from one to
    /// the other, and is nought.
    pub spent: Pence,
    /// By how much there was more in the holdings at its end.
    pub held: Pence,
}

/// At what rate money is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rate {
    Nothing,
    TooEarly,
    /// So much in the last 8 weeks, pence.
    Spent(Pence),
}

/// What the ledger says, day by day: no more of it than is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// The first day on which money really moved.
    pub first_moved: Option<Date>,
    /// The day on which this year's agreement began: what was spent before it says
    /// nothing of the rate. None: nothing was agreed yet.
    pub rate_from: Option<Date>,
    /// What is in the holdings, all days together.
    pub held: Pence,
    /// Every day from [`looks_from`] on, oldest first.
    pub days: Vec<Day>,
}

/// The first day that has to be known for an outlook on `today`.
#[must_use]
pub fn looks_from(today: Date) -> Date {
    crate::dates::months_after(today, -7).first_of_month()
}

impl Past {
    /// The same from entries of the ledger.
    #[must_use]
    pub fn of(entries: &[Entry]) -> Self {
        let mut days: BTreeMap<Date, (Pence, Pence)> = BTreeMap::new();
        let mut past = Self::default();
        for entry in entries.iter().filter(|e| e.postings().iter().any(|p| p.layer == Layer::Actual)) {
            let earliest = |first: Option<Date>| first.map_or(entry.happened, |f| f.min(entry.happened));
            let spent = sum(entry, |a| matches!(a, Account::Line(_) | Account::Unmatched));
            past.first_moved = Some(earliest(past.first_moved));
            let held = sum(entry, |a| matches!(a, Account::Holding(_)));
            past.held += held;
            let day = days.entry(entry.happened).or_default();
            *day = (day.0 + spent, day.1 + held);
        }
        past.days = days.into_iter().map(|(day, (spent, held))| Day { day, spent, held }).collect();
        past
    }

    /// What was spent in the last 8 weeks, where money is spent as long as that under
    /// this year's agreement.
    fn rate(&self, today: Date) -> Rate {
        let begins = days_after(today, 1 - WEEKS * 7);
        let is_new = self.rate_from.is_some_and(|from| from > begins);
        let counts = |d: &&Day| d.day <= today && self.rate_from.is_none_or(|from| from <= d.day);
        let counted = || self.days.iter().filter(counts);
        let first = counted().find(|d| !d.spent.is_zero()).map(|d| d.day);
        if is_new || first.is_some_and(|first| first > begins) {
            return Rate::TooEarly;
        }
        let spent = counted().filter(|d| d.day >= begins).map(|d| d.spent).sum::<Pence>().or_zero();
        if spent.is_zero() { Rate::Nothing } else { Rate::Spent(spent) }
    }

    /// What was in the holdings at the end of each of the last 6 months in
    /// which there was a ledger.
    fn month_ends(&self, today: Date) -> Vec<(Date, Pence)> {
        let Some(first) = self.first_moved else { return vec![] };
        let left_on = |day: Date| -> Pence {
            let since: Pence = self.days.iter().filter(|d| d.day > day).map(|d| d.held).sum();
            self.held - since
        };
        let start = crate::dates::months_after(today, -7);
        month_ends(start)
            .take_while(|day| *day < today)
            .filter(|day| *day >= first)
            .map(|d| (d, left_on(d)))
            .collect()
    }
}

fn sum(entry: &Entry, which: impl Fn(Account) -> bool) -> Pence {
    entry.postings().iter().filter(|p| p.layer == Layer::Actual && which(p.account)).map(|p| p.amount).sum()
}

/// Works it out. `left` is what there is today, `planned` the payments to come
/// and `until` the last day to look at.
#[must_use]
pub fn outlook(known: &Past, left: Pence, planned: &[(Date, Pence)], today: Date, until: Date) -> Outlook {
    let (rate, days) = (known.rate(today), i64::from(WEEKS * 7));
    let spent = if let Rate::Spent(spent) = rate { spent } else { Pence::ZERO };
    let is_late = |(due, _): &&(Date, Pence)| *due < today;
    let late = planned.iter().filter(is_late).map(|(_, amount)| *amount).sum();
    let coming = |day: Date| -> Pence {
        let in_time = |due: Date| if due <= today { days_after(today, 1) } else { due };
        planned.iter().filter(|(due, _)| in_time(*due) <= day).map(|(_, amount)| *amount).sum()
    };
    let on = |day: Date| left + coming(day) - spent.times(i64::from(days_between(today, day)), days);
    let length = days_between(today, until).max(0);
    let day_of = |number: i32| days_after(today, number);
    let runs_out = if rate == Rate::Nothing {
        RunOut::NothingSpent
    } else if left.is_negative() {
        RunOut::Gone
    } else if rate == Rate::TooEarly {
        RunOut::TooEarly
    } else if let Some(day) = (0..=length).map(day_of).find(|day| on(*day).is_negative()) {
        RunOut::On(day)
    } else {
        RunOut::Lasts { until: day_of(length), left: on(day_of(length)) }
    };
    let mut ahead = vec![(today, left)];
    // Without a rate nothing is known of the months to come.
    let months = if rate == Rate::TooEarly { 0 } else { 12 };
    ahead.extend(
        month_ends(today).take_while(|day| *day <= until).take(months).map(|day| (day, on(day).or_zero())),
    );
    let spent_on = known.days.iter().filter(|d| d.day <= today && !d.spent.is_zero()).map(|d| d.day);
    let (weekly, last_spent) = (spent.times(7, days), spent_on.max());
    Outlook { weekly, runs_out, late, last_spent, past: known.month_ends(today), ahead }
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
    use jiff::civil::date;
    use proptest::prelude::*;
    use uuid::Uuid;

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
        let today = date(2026, 9, 28);
        let spending: Vec<Entry> = (0..9).map(|w| spend(7_000, days_after(today, -7 * w))).collect();
        let seen = outlook(&Past::of(&spending), Pence(14_000), &[], today, date(2027, 9, 28));
        assert_eq!(seen.weekly, Pence(7_000));
        assert_eq!(seen.runs_out, RunOut::On(date(2026, 10, 13)));
    }

    #[test]
    fn payments_to_come_make_it_last() {
        let today = date(2026, 9, 28);
        let spending: Vec<Entry> = (0..60).map(|n| spend(1_000, days_after(today, -n))).collect();
        let monthly: Vec<_> =
            (1..=12).map(|m| (crate::dates::months_after(date(2026, 9, 28), m), Pence(31_000))).collect();
        let seen = outlook(&Past::of(&spending), Pence(30_000), &monthly, today, date(2027, 9, 28));
        assert_eq!(seen.weekly, Pence(7_000));
        assert_eq!(
            seen.runs_out,
            RunOut::Lasts { until: date(2027, 9, 28), left: Pence(30_000 + 12 * 31_000 - 365 * 1_000) }
        );
        let none = outlook(&Past::of(&spending), Pence(30_000), &[], today, date(2027, 9, 28));
        assert_eq!(none.runs_out, RunOut::On(date(2026, 10, 29)));
    }

    /// What was due a month ago and has not come is said to be late, and what is gone
    /// does not run out at a later day.
    #[test]
    fn what_is_late_and_what_is_gone_is_said_as_it_is() {
        let today = date(2026, 9, 28);
        let spending = [spend(8_000, date(2026, 7, 1)), spend(8_000, date(2026, 9, 1))];
        let planned = [(date(2026, 8, 28), Pence(5_000)), (today, Pence(700)), (date(2026, 10, 1), Pence(1))];
        let seen = outlook(&Past::of(&spending), Pence(100), &planned, today, date(2027, 9, 28));
        assert_eq!((seen.late, seen.last_spent), (Pence(5_000), Some(date(2026, 9, 1))));
        let gone = outlook(&Past::of(&spending), Pence(-100), &planned, today, date(2027, 9, 28));
        assert_eq!(gone.runs_out, RunOut::Gone);
    }

    #[test]
    fn without_spending_there_is_no_rate() {
        let today = date(2026, 9, 28);
        let came = entry(Account::Funding(Funder::Nhs), Account::Holding(HoldingId(Uuid::nil())), 500, today);
        let old = spend(9_000, date(2025, 1, 1));
        assert_eq!(outlook(&Past::of(&[came]), Pence(500), &[], today, today).runs_out, RunOut::NothingSpent);
        assert_eq!(outlook(&Past::of(&[old]), Pence(500), &[], today, today).runs_out, RunOut::NothingSpent);
        assert_eq!(outlook(&Past::of(&[]), Pence::ZERO, &[], today, today).past, vec![]);
    }

    /// A year followed one in which the NHS held the money and bought more with it.
    #[test]
    fn what_was_spent_before_this_agreement_began_is_not_the_rate() {
        let (today, began) = (date(2026, 9, 28), date(2026, 8, 4));
        let mut spending: Vec<Entry> = (10..30).map(|w| spend(90_000, days_after(today, -7 * w))).collect();
        let of = |spending: &[Entry], from, day| {
            let past = Past { rate_from: Some(from), ..Past::of(spending) };
            outlook(&past, Pence(100_000), &[], day, date(2027, 3, 28))
        };
        assert_eq!(of(&spending, days_after(began, 1), today).runs_out, RunOut::TooEarly);
        assert_eq!(of(&spending, days_after(began, 1), today).ahead, [(today, Pence(100_000))]);
        assert_eq!(of(&spending, began, today).runs_out, RunOut::NothingSpent);
        spending.push(spend(1_000, days_after(today, -20)));
        assert_eq!(of(&spending, began, today).runs_out, RunOut::TooEarly, "3 weeks of it");
        spending.extend((0..9).map(|w| spend(1_000, days_after(today, -7 * w))));
        let seen = of(&spending, date(2026, 8, 1), today);
        assert_eq!(seen.weekly, Pence(1_125), "9 payments of £10 in 8 weeks");
    }

    #[test]
    fn spending_that_was_put_right_counts_once() {
        let today = date(2026, 9, 28);
        let out = spend(700, today);
        let back = entry(Account::Unmatched, Account::Holding(HoldingId(Uuid::nil())), 700, today);
        assert_eq!(
            outlook(&Past::of(&[out, back]), Pence(500), &[], today, today).runs_out,
            RunOut::NothingSpent
        );
    }

    proptest! {
        #[test]
        fn more_money_never_runs_out_sooner(
            spending in proptest::collection::vec((1i64..50_000, 0i32..80), 1..20),
            left in 0i64..1_000_000, more in 0i64..1_000_000,
        ) {
            let today = date(2026, 9, 28);
            let entries: Vec<_> = spending.iter().map(|(p, n)| spend(*p, days_after(today, -n))).collect();
            let day = |left: i64| match outlook(&Past::of(&entries), Pence(left), &[], today, date(2028, 1, 1)).runs_out {
                RunOut::On(day) => day,
                RunOut::Gone => today,
                _ => date(9999, 12, 31),
            };
            prop_assert!(day(left) <= day(left + more));
        }
    }
}
