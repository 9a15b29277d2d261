//! The years of agreements, and what each of them has of the money: what was
//! promised and paid in it, what was bought, and what came back.

use super::{Agreement, Arrangement, Instalment, InstalmentKind, PaymentState};
use crate::case::Case;
use crate::case::budget::Amounts;
use crate::case::plan::Every;
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
    fn counted_in(&self, day: Date) -> Option<Year> {
        let begun = self.years.iter().rfind(|year| year.start <= day);
        begun.or(self.years.first()).copied()
    }

    /// Whether a payment is counted in a year: those that were scheduled
    /// together are all of the year in which the first of them falls.
    pub(super) fn is_of(&self, year: Year, instalment: &Instalment) -> bool {
        self.counted_in(instalment.first_due) == Some(year)
    }
}

/// What was bought from notional budgets in a year, with the funder of its line.
fn bought(case: &Case, year: Year) -> impl Iterator<Item = (HoldingId, LineId, Option<Funder>, Pence)> {
    let of_year = move |on: Date| case.arrangement.counted_in(on) == Some(year);
    let bought = case.arrangement.bought.iter().filter(move |bought| of_year(bought.on));
    bought.map(|b| (b.holding, b.line, case.plan.line(b.line).map(|line| line.words.funder), b.amount))
}

/// What was bought in a year from one notional budget by one funder, in pence,
/// without what the plan pays for once.
#[must_use]
pub(super) fn bought_regularly(case: &Case, year: Year, holding: HoldingId, funder: Funder) -> Pence {
    let is_once = |line| case.plan.line(line).is_some_and(|line| line.words.every == Every::Once);
    let of_it = bought(case, year)
        .filter(|(from, line, by, _)| (*from, *by) == (holding, Some(funder)) && !is_once(*line));
    of_it.map(|(.., amount)| amount).sum()
}

/// What was bought for a line of the plan before a year, in pence.
#[must_use]
pub(super) fn bought_before(case: &Case, year: Year, line: LineId) -> Pence {
    let before = |on: Date| case.arrangement.counted_in(on).is_some_and(|of| of.start < year.start);
    let of_line = case.arrangement.bought.iter().filter(|b| b.line == line && before(b.on));
    of_line.map(|bought| bought.amount).sum()
}

/// What of a funder's money is spoken for in a year, in pence: payments of which
/// `counts` says so, and what was bought; what came back is free again.
#[must_use]
pub(super) fn spoken_for(
    case: &Case,
    year: Year,
    funder: Funder,
    counts: impl Fn(&Instalment) -> bool,
) -> Pence {
    let arrangement = &case.arrangement;
    let is_of_it = |i: &&Instalment| i.planned.funder == funder && arrangement.is_of(year, i) && counts(i);
    let payments: Pence = arrangement.instalments.iter().filter(is_of_it).map(|i| i.planned.amount).sum();
    let bought: Pence =
        bought(case, year).filter(|(_, _, by, _)| *by == Some(funder)).map(|(.., amount)| amount).sum();
    payments + bought - returned(case, year, funder, |_| true)
}

/// What came back to a funder of a year's money, in pence, of payments of which
/// `counts` says so. What is left in an account is what was paid in last, into it
/// or into those that it took over from.
#[must_use]
pub(super) fn returned(
    case: &Case,
    year: Year,
    funder: Funder,
    counts: impl Fn(&Instalment) -> bool,
) -> Pence {
    let arrangement = &case.arrangement;
    let mut sum = Pence::ZERO;
    for settled in arrangement.settled.iter().filter(|settled| settled.to(funder).0 > 0) {
        let line = arrangement.line_of(settled.holding);
        let is_paid = |i: &&Instalment| {
            i.state == PaymentState::Paid && i.planned.funder == funder && line.contains(&i.planned.holding)
        };
        let mut paid: Vec<&Instalment> = arrangement.instalments.iter().filter(is_paid).collect();
        paid.sort_by_key(|i| (i.first_due, i.planned.due));
        let mut left = settled.to(funder);
        for instalment in paid.into_iter().rev() {
            let part = instalment.planned.amount.min(left);
            left -= part;
            if arrangement.is_of(year, instalment) && counts(instalment) {
                sum += part;
            }
        }
        if arrangement.counted_in(settled.on) == Some(year) {
            sum += left;
        }
    }
    sum
}

/// Whether a payment is promised, on its way or paid.
pub(super) fn is_promised(instalment: &Instalment) -> bool {
    instalment.state != PaymentState::Cancelled
}

/// Whether it is one of those that are paid through the year.
pub(super) fn is_regular(instalment: &Instalment) -> bool {
    instalment.planned.kind == InstalmentKind::Regular
}

/// By how much what the funders have spoken for is more than was agreed: what
/// it comes to, what the limit is, and whose it is in words.
#[must_use]
pub(super) fn beyond(
    agreed: &Amounts,
    from: impl Fn(Funder) -> Pence,
) -> Option<(Pence, Pence, &'static str)> {
    let Amounts { nhs, council, start_up } = *agreed;
    let (from_nhs, from_council) = (from(Funder::Nhs), from(Funder::Council));
    let limits = [
        (from_nhs, nhs + start_up, "the NHS agreed to pay"),
        (from_council, council + start_up, "the council agreed to pay"),
        (from_nhs + from_council, nhs + council + start_up, "was agreed"),
    ];
    limits.into_iter().find(|(total, limit, _)| total > limit)
}
