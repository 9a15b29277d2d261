//! What the plan pays: from which funder into which holding, once and through
//! the year.

use super::years::{self, Year, bought_regularly, is_promised, is_regular, spoken_for};
use super::{Arrangement, Instalment, InstalmentKind, Paid, Scheduled, Term};
use crate::case::budget::Amounts;
use crate::case::plan::{Every, Holding, LineItem, Mode, Plan};
use crate::case::{Case, signoff};
use crate::ledger::Funder;
use crate::{HoldingId, LineId, Pence};
use strum::VariantArray as _;

/// The lines of the plan that one funder pays from one holding. A line that
/// names no holding belongs to the only one there is.
fn lines_of(plan: &Plan, holding: HoldingId, funder: Funder) -> impl Iterator<Item = &LineItem> {
    let mut open = plan.open_holdings();
    let only = match (open.next(), open.next()) {
        (Some(one), None) => Some(one.id),
        _ => None,
    };
    plan.current_lines()
        .filter(move |l| l.words.funder == funder && l.words.holding.or(only) == Some(holding))
}

/// Whether a cost is paid once.
#[must_use]
pub(super) fn is_once(line: &LineItem) -> bool {
    line.words.every == Every::Once
}

/// What of a cost that is paid once has been paid or bought, or is to be, in pence.
fn paid_of(arrangement: &Arrangement, line: LineId) -> Pence {
    let bought: Pence = arrangement.bought.iter().filter(|b| b.line == line).map(|b| b.amount).sum();
    let promised = arrangement.instalments.iter().filter(|i| is_promised(i));
    bought + promised.map(|i| i.paid_for(line)).sum()
}

/// What one funder pays into one holding in a year: through the year, and of
/// what is paid once what has not been, and is not planned. That is paid once,
/// however often the way of holding it changes.
#[must_use]
pub fn to_pay(plan: &Plan, arrangement: &Arrangement, holding: HoldingId, funder: Funder) -> Paid {
    let lines = || lines_of(plan, holding, funder);
    let left_of = |line: &LineItem| (line.words.yearly() - paid_of(arrangement, line.id)).or_zero();
    Paid {
        by: funder,
        once: lines().filter(|line| is_once(line)).map(left_of).sum(),
        regular: lines().filter(|line| !is_once(line)).map(|line| line.words.yearly()).sum(),
    }
}

/// A cost of the plan that is paid from nowhere: it names no way of holding money
/// that there is, and there are several.
#[must_use]
pub(super) fn from_nowhere(plan: &Plan) -> Option<&LineItem> {
    let is_open = |id| plan.open_holdings().any(|h| h.id == id);
    let is_paid_somewhere = |line: &LineItem| match line.words.holding {
        Some(holding) => is_open(holding),
        None => plan.open_holdings().count() == 1,
    };
    plan.current_lines().find(|line| line.words.yearly().0 > 0 && !is_paid_somewhere(line))
}

/// Whether the plan has a cost that a funder pays from a holding.
#[must_use]
pub(super) fn is_paid_by(plan: &Plan, holding: HoldingId, funder: Funder) -> bool {
    lines_of(plan, holding, funder).any(|line| line.words.yearly().0 > 0)
}

/// What an agreement that is made of a plan says of its money: each way of
/// holding it, and what each funder pays there.
#[must_use]
pub(super) fn terms(plan: &Plan, arrangement: &Arrangement) -> Vec<Term> {
    let paid = |h: &Holding| Funder::VARIANTS.iter().map(|f| to_pay(plan, arrangement, h.id, *f)).collect();
    let term = |h: &Holding| Term { holding: h.id, words: h.words.clone(), paid: paid(h) };
    plan.open_holdings().map(term).collect()
}

/// For which costs a payment is that is made once: those that nothing has been
/// paid for yet, in the order of the plan.
#[must_use]
pub(super) fn for_lines(plan: &Plan, arrangement: &Arrangement, planned: &Scheduled) -> Vec<(LineId, Pence)> {
    let mut amount = planned.amount;
    if planned.kind != InstalmentKind::StartUp {
        return vec![];
    }
    let mut of_line = |line: &LineItem| {
        let part = (line.words.yearly() - paid_of(arrangement, line.id)).or_zero().min(amount);
        amount -= part;
        (line.id, part)
    };
    let lines = lines_of(plan, planned.holding, planned.funder).filter(|line| is_once(line));
    lines.map(&mut of_line).filter(|(_, part)| !part.is_zero()).collect()
}

/// What of a cost that is paid once was paid before a year, in pence.
#[must_use]
pub(super) fn paid_before(case: &Case, year: Year, line: &LineItem) -> Pence {
    if !is_once(line) {
        return Pence::ZERO;
    }
    let arrangement = &case.arrangement;
    let before = |i: &&Instalment| is_promised(i) && i.first_due < year.start;
    let paid: Pence = arrangement.instalments.iter().filter(before).map(|i| i.paid_for(line.id)).sum();
    paid + years::bought_before(case, year, line.id)
}

/// What is agreed for a year, and may be promised at most.
#[must_use]
pub fn agreed_amounts(case: &Case) -> Option<Amounts> {
    match &case.signoff.agreed()?.outcome.as_ref()?.outcome {
        signoff::Outcome::Agreed { nhs, council, start_up, .. } => {
            Some(Amounts { nhs: *nhs, council: *council, start_up: *start_up })
        }
        _ => None,
    }
}

/// What is paid through the year into one holding and is neither planned nor
/// paid, in pence: at most what the plan pays from there, and no more than the
/// year has left for it. What was paid elsewhere before the way of holding the
/// money changed is not paid a second time, and no month is lost between.
#[must_use]
pub fn regular_left(case: &Case, year: Year, holding: HoldingId, funder: Funder) -> Pence {
    let regular = |id| to_pay(&case.plan, &case.arrangement, id, funder).regular;
    let all: Pence = case.plan.open_holdings().map(|h| regular(h.id)).sum();
    let spoken_for = spoken_for(case, year, funder, |i| is_promised(i) && is_regular(i)).or_zero();
    let waits_elsewhere = |other: &Holding| match other.words.mode {
        Mode::Notional => (regular(other.id) - bought_regularly(case, year, other.id, funder)).or_zero(),
        _ if is_planned(case, year, other.id, funder) => Pence::ZERO,
        _ => regular(other.id),
    };
    let others = case.plan.open_holdings().filter(|h| h.id != holding);
    let elsewhere: Pence = others.map(waits_elsewhere).sum();
    regular(holding).min((all - spoken_for - elsewhere).or_zero())
}

/// Whether anything of a funder is planned or paid through a year into a holding.
fn is_planned(case: &Case, year: Year, holding: HoldingId, funder: Funder) -> bool {
    case.arrangement.instalments.iter().any(|i| {
        (i.planned.holding, i.planned.funder) == (holding, funder)
            && is_promised(i)
            && is_regular(i)
            && case.arrangement.is_of(year, i)
    })
}

/// Whether less is planned in a year than the plan pays, in holdings from which
/// money is paid out. What was called off on purpose, where money is held as it
/// was, is not planned again until nothing else is planned.
#[must_use]
pub(super) fn is_short(case: &Case, year: Year) -> bool {
    let is_paid_out = |h: &&Holding| h.words.mode != Mode::Notional;
    let is_open = |id| case.plan.holding(id).is_some_and(|h| h.ending.is_none());
    let waits = |i: &Instalment| i.waits() && case.arrangement.is_of(year, i);
    let something_waits = case.arrangement.instalments.iter().any(waits);
    Funder::VARIANTS.iter().any(|funder| {
        let paid = |h: &Holding| to_pay(&case.plan, &case.arrangement, h.id, *funder);
        let all = || case.plan.open_holdings().filter(is_paid_out).map(paid);
        let counts = |i: &Instalment| {
            is_regular(i) && (is_promised(i) || (something_waits && is_open(i.planned.holding)))
        };
        let regular: Pence = all().map(|paid| paid.regular).sum();
        regular > spoken_for(case, year, *funder, counts)
    })
}
