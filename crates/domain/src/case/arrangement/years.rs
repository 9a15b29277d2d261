//! The years of agreements, and what each of them has of the money: what was
//! promised and paid in it, what was bought, and what came back.

use super::bought::Purchase;
use super::{Agreement, Arrangement, Instalment, PaymentState};
use crate::case::Case;
use crate::ledger::Funder;
use crate::{Date, HoldingId, LineId, Pence, dates};

/// An agreement that begins so many months after the year of the one before
/// begins a year of its own.
const BEGINS_ANOTHER: i32 = 11;

/// A year of agreements: its first day, and the first that is not in it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Year {
    pub start: Date,
    pub end: Date,
}

impl Year {
    #[must_use]
    pub fn has(&self, day: Date) -> bool {
        self.start <= day && day < self.end
    }
}

/// The years that agreements from these days come to, the first of them first.
fn years_from(days: impl Iterator<Item = Date>) -> Vec<Year> {
    let mut days: Vec<Date> = days.collect();
    days.sort_unstable();
    let mut starts: Vec<Date> = vec![];
    for day in days {
        if starts.last().is_none_or(|start| day >= dates::months_after(*start, BEGINS_ANOTHER)) {
            starts.push(day);
        }
    }
    let ends = starts.iter().skip(1).map(|next| Some(*next)).chain([None]);
    let year = |(start, next): (&Date, Option<Date>)| {
        let whole = dates::months_after(*start, 12);
        Year { start: *start, end: next.map_or(whole, |next| next.min(whole)) }
    };
    starts.iter().zip(ends).map(year).collect()
}

/// The year that an agreement from `from` belongs to, if one is made. What was
/// made before and is not signed by both sides is replaced by it.
#[must_use]
pub fn year_with(case: &Case, from: Date) -> Year {
    let signed = case.arrangement.agreements.iter().filter(|a| a.is_signed()).map(|a| a.from);
    let years = years_from(signed.chain([from]));
    years.into_iter().rfind(|year| year.start <= from).unwrap_or(Year { start: from, end: from })
}

impl Arrangement {
    /// The agreements that count: not those that another replaced before both
    /// sides had signed.
    fn counting(&self) -> impl Iterator<Item = &Agreement> {
        let newest = self.agreements.len().saturating_sub(1);
        self.agreements.iter().enumerate().filter(move |(n, a)| *n == newest || a.is_signed()).map(|(_, a)| a)
    }

    /// The years of its agreements, the first of them first.
    #[must_use]
    pub fn years(&self) -> &[Year] {
        &self.years
    }

    /// Works out the years anew, after an agreement was made or signed.
    pub(super) fn count_years(&mut self) {
        self.years = years_from(self.counting().map(|agreement| agreement.from));
    }

    /// The year that a day lies in; none before the first, in a gap, and after
    /// the last.
    #[must_use]
    pub fn year_of(&self, day: Date) -> Option<Year> {
        self.years.iter().find(|year| year.has(day)).copied()
    }

    /// The day from which the amounts of an agreement count: the first of its year.
    #[must_use]
    pub fn counts_from(&self, agreement: &Agreement) -> Date {
        self.year_of(agreement.from).map_or(agreement.from, |year| year.start)
    }

    /// The agreements of a year, the newest of them last.
    pub(super) fn of_year(&self, year: Year) -> impl DoubleEndedIterator<Item = &Agreement> {
        let of_it: Vec<&Agreement> = self.counting().filter(|agreement| year.has(agreement.from)).collect();
        of_it.into_iter()
    }

    /// The year in which what begins on a day is counted: also where nothing
    /// was agreed for that very day.
    pub(super) fn counted_in(&self, day: Date) -> Option<Year> {
        let begun = self.years.iter().rfind(|year| year.start <= day);
        begun.or(self.years.first()).copied()
    }

    /// Whether a payment is counted in a year: those that were scheduled
    /// together are all of the year in which the first of them falls.
    pub(super) fn is_of(&self, year: Year, instalment: &Instalment) -> bool {
        self.counted_in(instalment.first_due) == Some(year)
    }

    /// The newest agreement of the year in which what begins on a day is counted.
    pub(super) fn newest_for(&self, day: Date) -> Option<&Agreement> {
        self.counted_in(day).and_then(|year| self.of_year(year).next_back())
    }

    /// Sorts what was planned and bought anew into what is paid once and what is paid
    /// through the year: a year has it as its newest agreement says, so that what
    /// changes in a later year changes nothing in it.
    pub(super) fn sort_by_kind(&mut self) {
        let newest: Vec<(Year, Agreement)> = self
            .years
            .iter()
            .filter_map(|year| Some((*year, self.of_year(*year).next_back()?.clone())))
            .collect();
        // A cost that was not in the plan then is as it was when it was planned.
        let is_once = |year: Option<Year>, line| {
            let of_year = newest.iter().find(|(of, _)| Some(*of) == year);
            of_year.and_then(|(_, agreement)| agreement.is_once(line))
        };
        let years = self.years.clone();
        let counted_in = |day: Date| {
            let begun = years.iter().rfind(|year| year.start <= day);
            begun.or(years.first()).copied()
        };
        for instalment in &mut self.instalments {
            let year = counted_in(instalment.first_due);
            for part in &mut instalment.for_lines {
                part.is_once = is_once(year, part.line).unwrap_or(part.is_once);
            }
        }
        for number in 0..self.bought.len() {
            let Some(purchase) = self.bought.get_mut(number) else { continue };
            let year = counted_in(purchase.bought.on);
            purchase.is_once = is_once(year, purchase.bought.line).unwrap_or(purchase.is_once);
        }
    }
}

/// What is planned or on its way in a year into the ways of holding money of which
/// `is_seen` says so, in pence.
#[must_use]
pub fn to_be_paid_in(case: &Case, year: Year, is_seen: impl Fn(HoldingId) -> bool) -> Pence {
    let waits = case.arrangement.instalments.iter().filter(|i| i.waits() && is_seen(i.planned.holding));
    waits.filter(|i| case.arrangement.is_of(year, i)).map(|i| i.planned.amount).sum()
}

/// What was bought from notional budgets in a year.
pub(super) fn bought(case: &Case, year: Year) -> impl Iterator<Item = &Purchase> {
    case.arrangement.bought.iter().filter(move |b| case.arrangement.counted_in(b.bought.on) == Some(year))
}

/// What was bought in a year from one notional budget by one funder, in pence,
/// without what the plan pays for once.
#[must_use]
pub(super) fn bought_regularly(case: &Case, year: Year, holding: HoldingId, funder: Funder) -> Pence {
    let is_it = |b: &&Purchase| b.bought.holding == holding && b.funder == Some(funder) && !b.is_once;
    bought(case, year).filter(is_it).map(|b| b.bought.amount).sum()
}

/// What was bought for a line of the plan before a year, in pence.
#[must_use]
pub(super) fn bought_before(case: &Case, year: Year, line: LineId) -> Pence {
    let before = |on: Date| case.arrangement.counted_in(on).is_some_and(|of| of.start < year.start);
    let all = case.arrangement.bought.iter().map(|purchase| &purchase.bought);
    all.filter(|b| b.line == line && before(b.on)).map(|bought| bought.amount).sum()
}

/// Whether a payment is promised, on its way or paid.
pub(super) fn is_promised(instalment: &Instalment) -> bool {
    instalment.state != PaymentState::Cancelled
}

/// Whether a payment has been made.
pub(super) fn is_paid(instalment: &Instalment) -> bool {
    instalment.state == PaymentState::Paid
}
