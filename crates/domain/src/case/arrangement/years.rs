//! The years of agreements, and what each of them has of the money: what was
//! promised and paid in it, what was bought, and what came back.

use super::bought::Purchase;
use super::{Agreement, Arrangement, Instalment, PaymentState};
use crate::case::Case;
use crate::case::plan::{Every, Plan};
use crate::ledger::Funder;
use crate::{Date, HoldingId, LineId, Pence, dates};
use strum::VariantArray as _;

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

/// What was bought from notional budgets in a year.
fn bought(case: &Case, year: Year) -> impl Iterator<Item = &Purchase> {
    case.arrangement.bought.iter().filter(move |b| case.arrangement.counted_in(b.bought.on) == Some(year))
}

/// Whether a cost is one that is paid once, as the plan is now; so is one that is
/// not in it any more.
pub(super) fn is_of_once(plan: &Plan, line: LineId) -> bool {
    plan.line(line).is_none_or(|line| line.words.every == Every::Once)
}

/// What was bought in a year from one notional budget by one funder, in pence,
/// without what the plan pays for once.
#[must_use]
pub(super) fn bought_regularly(case: &Case, year: Year, holding: HoldingId, funder: Funder) -> Pence {
    let is_it = |b: &&Purchase| {
        b.bought.holding == holding && b.funder == Some(funder) && !is_of_once(&case.plan, b.bought.line)
    };
    bought(case, year).filter(is_it).map(|b| b.bought.amount).sum()
}

/// What was bought for a line of the plan before a year, in pence.
#[must_use]
pub(super) fn bought_before(case: &Case, year: Year, line: LineId) -> Pence {
    let before = |on: Date| case.arrangement.counted_in(on).is_some_and(|of| of.start < year.start);
    let all = case.arrangement.bought.iter().map(|purchase| &purchase.bought);
    all.filter(|b| b.line == line && before(b.on)).map(|bought| bought.amount).sum()
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
        bought(case, year).filter(|b| b.funder == Some(funder)).map(|b| b.bought.amount).sum();
    payments + bought - returned(case, year, funder, |back| back.part)
}

/// What came back of one payment, in pence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Back<'a> {
    pub of: &'a Instalment,
    pub part: Pence,
}

impl Back<'_> {
    /// What of it had been paid through the year: that comes back before what
    /// was paid for something that is paid once.
    pub fn regular(&self, plan: &Plan) -> Pence {
        self.part.min(self.of.regular(plan))
    }

    /// What of it had been paid for a cost that is paid once.
    pub fn for_line(&self, line: LineId) -> Pence {
        let rest: Pence = self.of.for_lines.iter().map(|(_, part)| *part).sum();
        let mut left = (self.part - (self.of.planned.amount - rest)).or_zero();
        for (id, part) in self.of.for_lines.iter().rev() {
            let back = left.min(*part);
            if *id == line {
                return back;
            }
            left -= back;
        }
        Pence::ZERO
    }
}

/// What came back that no payment is known of: to whom, and when.
struct Unknown {
    to: Funder,
    on: Date,
    sum: Pence,
}

/// Of which payments what came back is, each penny of them once. What is left in
/// an account is what was paid in last, into it or into those that it took over from.
fn all_that_came_back(arrangement: &Arrangement) -> (Vec<Back<'_>>, Vec<Unknown>) {
    let (mut all, mut unknown): (Vec<Back<'_>>, Vec<Unknown>) = (vec![], vec![]);
    for settled in &arrangement.settled {
        for to in Funder::VARIANTS.iter().copied().filter(|funder| settled.to(*funder).0 > 0) {
            let line = arrangement.line_of(settled.holding);
            let mut left = settled.to(to);
            for of in paid_last_first(arrangement, &line).filter(|i| i.planned.funder == to) {
                let is_back = |back: &&Back<'_>| back.of.planned.id == of.planned.id;
                let before: Pence = all.iter().filter(is_back).map(|back| back.part).sum();
                let part = (of.planned.amount - before).min(left);
                left -= part;
                all.push(Back { of, part });
            }
            unknown.push(Unknown { to, on: settled.on, sum: left });
        }
    }
    (all, unknown)
}

/// What was paid into some ways of holding money, the last of it first.
pub(super) fn paid_last_first<'a>(
    arrangement: &'a Arrangement,
    line: &[HoldingId],
) -> impl Iterator<Item = &'a Instalment> {
    let is_it = |i: &&Instalment| is_paid(i) && line.contains(&i.planned.holding);
    let mut paid: Vec<&Instalment> = arrangement.instalments.iter().filter(is_it).collect();
    paid.sort_by_key(|i| (i.first_due, i.planned.due));
    paid.into_iter().rev()
}

/// What came back of payments, in pence of each.
pub(super) fn came_back(arrangement: &Arrangement) -> Vec<Back<'_>> {
    all_that_came_back(arrangement).0
}

/// What came back to a funder of a year's money, in pence: of each payment what
/// `part` says.
#[must_use]
pub(super) fn returned(case: &Case, year: Year, funder: Funder, part: impl Fn(&Back<'_>) -> Pence) -> Pence {
    let arrangement = &case.arrangement;
    let (all, unknown) = all_that_came_back(arrangement);
    let of_it = all.iter().filter(|b| b.of.planned.funder == funder && arrangement.is_of(year, b.of));
    let known: Pence = of_it.map(part).sum();
    let of_year = unknown.iter().filter(|u| u.to == funder && arrangement.counted_in(u.on) == Some(year));
    known + of_year.map(|unknown| unknown.sum).sum()
}

/// Whether a payment is promised, on its way or paid.
pub(super) fn is_promised(instalment: &Instalment) -> bool {
    instalment.state != PaymentState::Cancelled
}

/// Whether a payment has been made.
pub(super) fn is_paid(instalment: &Instalment) -> bool {
    instalment.state == PaymentState::Paid
}
