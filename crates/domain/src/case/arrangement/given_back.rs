//! What came back of which payment, when a way of holding money ended: what is left in
//! an account is what was paid in last and was not spent.

use super::years::{Year, is_paid};
use super::{Arrangement, ForLine, Instalment};
use crate::case::Case;
use crate::ledger::Funder;
use crate::{BankLineId, Date, HoldingId, InstalmentId, LineId, Pence};
use strum::VariantArray as _;

/// Money that went out for a cost that is paid once, and the payment that it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spent {
    pub with: BankLineId,
    of: InstalmentId,
    line: LineId,
    part: Pence,
}

/// What came back of one payment, in pence: all of it, and what of that had been paid
/// for costs that are paid once.
#[derive(Clone, Debug)]
pub(super) struct Back<'a> {
    pub of: &'a Instalment,
    pub part: Pence,
    once: Vec<(LineId, Pence)>,
}

impl Back<'_> {
    /// What of it had been paid through the year, as its year says.
    pub fn regular(&self) -> Pence {
        let is_once = |line| self.of.for_lines.iter().any(|it| it.line == line && it.is_once);
        let once = self.once.iter().filter(|(line, _)| is_once(*line));
        self.part - once.map(|(_, part)| *part).sum()
    }

    /// What of it had been paid for a cost that is paid once.
    pub fn for_line(&self, line: LineId) -> Pence {
        self.once.iter().filter(|(id, _)| *id == line).map(|(_, part)| *part).sum()
    }
}

/// What came back that no payment is known of: to whom, and when.
struct Unknown {
    to: Funder,
    on: Date,
    sum: Pence,
}

/// Whether what was spent is looked at when it is worked out what came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spending {
    StaysSpent,
    /// More came back than was not spent: what had been bought was paid back.
    CameBackToo,
}

/// What of a payment came back before, of its cost that is paid once or of the rest.
fn before(all: &[Back<'_>], of: &Instalment, line: Option<LineId>) -> Pence {
    let backs = all.iter().filter(|back| back.of.planned.id == of.planned.id);
    let part = |back: &Back<'_>| match line {
        Some(line) => back.for_line(line),
        None => back.part - back.once.iter().map(|(_, part)| *part).sum(),
    };
    backs.map(part).sum()
}

/// What of a payment went out for a cost that is paid once.
fn spent_on(arrangement: &Arrangement, of: &Instalment, line: LineId) -> Pence {
    let spent = arrangement.spent.iter().filter(|spent| (spent.of, spent.line) == (of.planned.id, line));
    spent.map(|spent| spent.part).sum()
}

/// Of one payment, as much of a sum as can have come back: what was paid through the
/// year before what was paid for something that is paid once.
fn back_of<'a>(
    arrangement: &Arrangement,
    (of, all): (&'a Instalment, &[Back<'a>]),
    sum: Pence,
    spending: Spending,
) -> Back<'a> {
    let for_lines: Pence = of.for_lines.iter().map(|it| it.part).sum();
    let regular = (of.planned.amount - for_lines - before(all, of, None)).or_zero().min(sum);
    let mut left = sum - regular;
    let mut once = vec![];
    for ForLine { line, part, .. } in of.for_lines.iter().rev() {
        let spent = match spending {
            Spending::StaysSpent => spent_on(arrangement, of, *line),
            Spending::CameBackToo => Pence::ZERO,
        };
        let back = (*part - spent - before(all, of, Some(*line))).or_zero().min(left);
        left -= back;
        once.push((*line, back));
    }
    Back { of, part: sum - left, once }
}

/// Of which payments what came back is, each penny of them once. What is left in
/// an account is what was paid in last, into it or into those that it took over from,
/// and was not spent.
fn all_that_came_back(arrangement: &Arrangement) -> (Vec<Back<'_>>, Vec<Unknown>) {
    let (mut all, mut unknown): (Vec<Back<'_>>, Vec<Unknown>) = (vec![], vec![]);
    for settled in &arrangement.settled {
        for to in Funder::VARIANTS.iter().copied().filter(|funder| settled.to(*funder).0 > 0) {
            let line = arrangement.line_of(settled.holding);
            let mut left = settled.to(to);
            for spending in [Spending::StaysSpent, Spending::CameBackToo] {
                if left.is_zero() {
                    break;
                }
                for of in paid_last_first(arrangement, &line).filter(|i| i.planned.funder == to) {
                    let back = back_of(arrangement, (of, &all), left, spending);
                    left -= back.part;
                    all.extend(Some(back).filter(|back| back.part.0 > 0));
                }
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
    paid.sort_by_key(|i| (i.paid, i.planned.due));
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

impl Arrangement {
    /// Money that went out was for costs of the plan: of those that are paid once it
    /// is known of which payment it is. That is the first that was paid for it, was
    /// not spent yet and did not come back.
    pub(super) fn spend(&mut self, with: BankLineId, to: &[(LineId, Pence)]) {
        for (line, amount) in to {
            let new = self.spent_of(with, *line, *amount);
            self.spent.extend(new);
        }
    }

    fn spent_of(&self, with: BankLineId, line: LineId, mut amount: Pence) -> Vec<Spent> {
        let mut paid: Vec<&Instalment> =
            self.instalments.iter().filter(|i| is_paid(i) && i.paid_for(line).0 > 0).collect();
        if paid.is_empty() {
            return vec![];
        }
        paid.sort_by_key(|i| (i.paid, i.planned.due));
        let came_back = came_back(self);
        let mut new: Vec<Spent> = vec![];
        // What is thought to have come back was spent after all, where nothing else was.
        for is_sure in [true, false] {
            for of in &paid {
                let back = if is_sure { before(&came_back, of, Some(line)) } else { Pence::ZERO };
                let now = new.iter().filter(|spent| spent.of == of.planned.id).map(|spent| spent.part);
                let spent = spent_on(self, of, line) + now.sum::<Pence>();
                let part = (of.paid_for(line) - spent - back).or_zero().min(amount);
                amount -= part;
                new.push(Spent { with, of: of.planned.id, line, part });
            }
        }
        new.retain(|spent| spent.part.0 > 0);
        new
    }
}
