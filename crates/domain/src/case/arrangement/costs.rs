//! What the plan pays: from which funder into which holding, once and through
//! the year.

use super::given_back::{Back, came_back, returned};
use super::years::{self, Year, bought_regularly, is_paid, is_promised};
use super::{Arrangement, Instalment, InstalmentKind, Paid, Scheduled, Term};
use crate::case::budget::Amounts;
use crate::case::plan::{Every, Holding, LineItem, Plan};
use crate::case::{Case, signoff};
use crate::ledger::Funder;
use crate::{Date, HoldingId, InstalmentId, LineId, Pence, dates};
use std::collections::BTreeSet;
use strum::VariantArray as _;

/// The lines of the plan that one funder pays from one holding. A line that
/// names no holding belongs to the only one there is.
fn lines_of(plan: &Plan, holding: HoldingId, funder: Funder) -> impl Iterator<Item = &LineItem> {
    let is_it = move |l: &&LineItem| l.words.funder == funder && plan.paid_from(l) == Some(holding);
    plan.current_lines().filter(is_it)
}

/// Whether a cost is paid once.
#[must_use]
pub(super) fn is_once(line: &LineItem) -> bool {
    line.words.every == Every::Once
}

/// What of a cost that is paid once has been bought, or paid by a payment of which
/// `counts` says so, in pence, and did not come back.
fn paid_of(arrangement: &Arrangement, line: LineId, counts: impl Fn(&Instalment) -> bool) -> Pence {
    let all = arrangement.bought.iter().map(|purchase| &purchase.bought);
    let bought: Pence = all.filter(|b| b.line == line).map(|b| b.amount).sum();
    let paid: Pence = arrangement.instalments.iter().filter(|i| counts(i)).map(|i| i.paid_for(line)).sum();
    let back: Pence = came_back(arrangement).iter().map(|back| back.for_line(line)).sum();
    bought + paid - back
}

/// What is left to be paid of a cost that is paid once, in pence.
#[must_use]
pub(super) fn once_left(arrangement: &Arrangement, line: &LineItem) -> Pence {
    (line.words.yearly() - paid_of(arrangement, line.id, is_promised)).or_zero()
}

/// What one funder pays into one holding in a year: through the year, and of
/// what is paid once what has not been, and is not planned. That is paid once,
/// however often the way of holding it changes.
#[must_use]
pub fn to_pay(plan: &Plan, arrangement: &Arrangement, holding: HoldingId, funder: Funder) -> Paid {
    pays(plan, arrangement, (holding, funder), is_promised)
}

/// What the plan costs in an average week, of what is paid again and again from these
/// ways of holding money, in pence.
#[must_use]
pub fn weekly(case: &Case, counts: impl Fn(HoldingId) -> bool) -> Pence {
    let lines = case.plan.current_lines().filter(|line| !is_once(line));
    let counted = lines.filter(|line| case.plan.paid_from(line).is_some_and(&counts));
    counted.map(|line| line.words.yearly()).sum::<Pence>().times(1, Every::Week.times_a_year())
}

/// The same, where of what is paid once that has been paid of which `counts` says so.
fn pays(
    plan: &Plan,
    arrangement: &Arrangement,
    (holding, funder): (HoldingId, Funder),
    counts: impl Fn(&Instalment) -> bool,
) -> Paid {
    let lines = || lines_of(plan, holding, funder);
    let left_of = |line: &LineItem| (line.words.yearly() - paid_of(arrangement, line.id, &counts)).or_zero();
    Paid {
        by: funder,
        once: lines().filter(|line| is_once(line)).map(left_of).sum(),
        regular: lines().filter(|line| !is_once(line)).map(|line| line.words.yearly()).sum(),
    }
}

/// Whether a cost of the plan is paid from a way of holding money, or from the one
/// that took over from it.
#[must_use]
pub(super) fn is_paid_from(case: &Case, line: LineId, holding: HoldingId) -> bool {
    let from = case.plan.line(line).and_then(|line| case.plan.paid_from(line));
    from.is_some_and(|from| case.arrangement.line_of(from).contains(&holding))
}

/// A cost of the plan that is paid from nowhere: it names no way of holding money
/// that there is, and there are several.
#[must_use]
pub(super) fn from_nowhere(plan: &Plan) -> Option<&LineItem> {
    let is_open = |id| plan.open_holdings().any(|h| h.id == id);
    let is_paid_somewhere = |line: &LineItem| plan.paid_from(line).is_some_and(is_open);
    plan.current_lines().find(|line| line.words.yearly().0 > 0 && !is_paid_somewhere(line))
}

/// Whether the plan has a cost that a funder pays from a holding.
#[must_use]
pub(super) fn is_paid_by(plan: &Plan, holding: HoldingId, funder: Funder) -> bool {
    lines_of(plan, holding, funder).any(|line| line.words.yearly().0 > 0)
}

/// What an agreement from a day that is made of a plan says of its money: each way of
/// holding it, and what each funder pays there. What is paid once is in it until it
/// is paid; where it is planned in an earlier year, that is the year that has it.
#[must_use]
pub(super) fn terms(plan: &Plan, arrangement: &Arrangement, from: Option<Date>) -> Vec<Term> {
    let year = from.and_then(|from| arrangement.year_of(from));
    let is_before = |i: &Instalment| year.is_some_and(|year| i.first_due < year.start);
    let counts = |i: &Instalment| is_paid(i) || (is_promised(i) && is_before(i));
    let before = |at| year.map_or(Pence::ZERO, |year| once_of(arrangement, year, at, is_paid));
    let each = |h: &Holding| Funder::VARIANTS.iter().map(move |funder| (h.id, *funder)).collect::<Vec<_>>();
    let term = |h: &Holding| Term {
        holding: h.id,
        words: h.words.clone(),
        paid: each(h).into_iter().map(|at| pays(plan, arrangement, at, counts)).collect(),
        paid_once: each(h).into_iter().map(|at| (at.1, before(at))).collect(),
    };
    plan.open_holdings().map(term).collect()
}

/// For which costs that are paid once a payment is that is scheduled with others from
/// a day on: those of the agreement of its year that nothing has been paid for yet, in
/// the order of the plan. One that is made once is for those first; the rest of it, and
/// what is paid regularly, is paid through the year.
#[must_use]
pub(super) fn for_lines(
    plan: &Plan,
    arrangement: &Arrangement,
    planned: &Scheduled,
    first: Date,
) -> Vec<(LineId, Pence)> {
    let mut amount = planned.amount;
    let agreement = arrangement.newest_for(first);
    let is_agreed =
        |line: &&LineItem| agreement.is_none_or(|agreement| agreement.is_once(line.id) == Some(true));
    if planned.kind == InstalmentKind::Regular {
        return vec![];
    }
    let mut of_line = |line: &LineItem| {
        let part = once_left(arrangement, line).min(amount);
        amount -= part;
        (line.id, part)
    };
    let lines = lines_of(plan, planned.holding, planned.funder).filter(|line| is_once(line));
    lines.filter(is_agreed).map(&mut of_line).filter(|(_, part)| !part.is_zero()).collect()
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

/// What is paid through a year into a holding, in pence: what the plan pays there, no
/// more than the newest agreement of the year says of it, and what is carried over.
pub(super) fn regular(case: &Case, year: Year, at: (HoldingId, Funder)) -> Pence {
    let (holding, funder) = at;
    let planned = to_pay(&case.plan, &case.arrangement, holding, funder).regular;
    let newest = case.arrangement.of_year(year).next_back();
    let says = newest.map_or(Pence::ZERO, |agreement| agreement.paid(at).regular);
    planned.min(says) + carried(case, year, at)
}

/// What was to be paid through the year before into a holding, or into those that it
/// took over from, and was called off since the money is held otherwise or since it
/// did not fit: as far as nothing took its place in its own year, it is planned anew
/// in this one, unless its own year still plans it.
pub(super) fn carried(case: &Case, year: Year, at: (HoldingId, Funder)) -> Pence {
    let (holding, funder) = at;
    let Some(before) = case.arrangement.years().iter().rfind(|before| before.start < year.start).copied()
    else {
        return Pence::ZERO;
    };
    let line = case.arrangement.line_of(holding);
    let is_owed = |i: &&Instalment| {
        i.is_owed()
            && i.planned.funder == funder
            && line.contains(&i.planned.holding)
            && case.arrangement.is_of(before, i)
    };
    let owed: Pence = case.arrangement.instalments.iter().filter(is_owed).map(|i| i.regular()).sum();
    let carried_to_it = carried(case, before, at);
    if (owed + carried_to_it).is_zero() {
        return Pence::ZERO;
    }
    let Some(agreement) = case.arrangement.of_year(before).rfind(|agreement| agreement.is_signed()) else {
        return Pence::ZERO;
    };
    let is_over = case.last.is_some_and(|last| dates::london(last) >= before.end);
    if agreement.covers(holding) && !is_over {
        return Pence::ZERO;
    }
    let signed: Pence = line.iter().map(|id| agreement.paid((*id, funder)).regular).sum();
    let had = regular_of(case, before, at, is_promised) + off_on_purpose(case, before, at);
    (owed + carried_to_it).min((signed + carried_to_it - had).or_zero())
}

/// What finance called off on purpose of what is paid through a year into a holding,
/// or into those that it took over from, in pence.
pub(super) fn off_on_purpose(case: &Case, year: Year, at: (HoldingId, Funder)) -> Pence {
    called_off_in(case, year, at).map(Instalment::off_on_purpose).sum()
}

fn called_off_in(
    case: &Case,
    year: Year,
    (holding, funder): (HoldingId, Funder),
) -> impl Iterator<Item = &Instalment> {
    let line = case.arrangement.line_of(holding);
    let is_it = move |i: &&Instalment| {
        !i.off_on_purpose().is_zero()
            && i.planned.funder == funder
            && line.contains(&i.planned.holding)
            && case.arrangement.is_of(year, i)
    };
    case.arrangement.instalments.iter().filter(is_it)
}

/// Which payments had been called off on purpose and are planned anew after all with
/// these, and how much of them.
#[must_use]
pub(in crate::case) fn planned_after_all(case: &Case, new: &[Scheduled]) -> Vec<(Vec<InstalmentId>, Pence)> {
    let Some(first) = new.iter().map(|planned| planned.due).min() else { return vec![] };
    let Some(year) = case.arrangement.year_of(first) else { return vec![] };
    let at: BTreeSet<(HoldingId, Funder)> = new.iter().map(|p| (p.holding, p.funder)).collect();
    let after_all = |at: (HoldingId, Funder)| {
        let spoken_for = regular_of(case, year, at, is_promised) + off_on_purpose(case, year, at);
        let which = called_off_in(case, year, at).map(|i| i.planned.id).collect();
        (which, (spoken_for - regular(case, year, at)).or_zero())
    };
    at.into_iter().map(after_all).collect()
}

/// What is spoken for through a year in a holding and in those that it took over
/// from, in pence: payments of which `counts` says so and what was bought, without
/// what is paid once; what came back is free again.
#[must_use]
pub(super) fn regular_of(
    case: &Case,
    year: Year,
    (holding, funder): (HoldingId, Funder),
    counts: impl Fn(&Instalment) -> bool,
) -> Pence {
    let line = case.arrangement.line_of(holding);
    regularly(case, year, funder, |id| line.contains(&id), counts)
}

/// The same of all that a funder pays, wherever it is held.
#[must_use]
pub(super) fn regular_by(
    case: &Case,
    year: Year,
    funder: Funder,
    counts: impl Fn(&Instalment) -> bool,
) -> Pence {
    regularly(case, year, funder, |_| true, counts)
}

fn regularly(
    case: &Case,
    year: Year,
    funder: Funder,
    is_here: impl Fn(HoldingId) -> bool,
    counts: impl Fn(&Instalment) -> bool,
) -> Pence {
    let counted = |i: &&Instalment| {
        i.planned.funder == funder
            && is_here(i.planned.holding)
            && case.arrangement.is_of(year, i)
            && counts(i)
    };
    let all = case.arrangement.instalments.iter().filter(counted);
    let payments: Pence = all.map(Instalment::regular).sum();
    let here = case.plan.holdings.iter().filter(|h| is_here(h.id));
    let bought: Pence = here.map(|h| bought_regularly(case, year, h.id, funder)).sum();
    let back = |back: &Back<'_>| {
        if is_here(back.of.planned.holding) { back.regular() } else { Pence::ZERO }
    };
    (payments + bought - returned(case, year, funder, back)).or_zero()
}

/// What a funder has paid once in a year into a holding and those that it took over
/// from, in pence: payments of which `counts` says so, and what was bought.
#[must_use]
pub(super) fn once_of(
    arrangement: &Arrangement,
    year: Year,
    (holding, funder): (HoldingId, Funder),
    counts: impl Fn(&Instalment) -> bool,
) -> Pence {
    let line = arrangement.line_of(holding);
    let is_here = |i: &Instalment| {
        i.planned.funder == funder && line.contains(&i.planned.holding) && arrangement.is_of(year, i)
    };
    let payments = arrangement.instalments.iter().filter(|i| is_here(i) && counts(i));
    let paid: Pence = payments.map(Instalment::once).sum();
    let is_of_year = |on: Date| arrangement.counted_in(on) == Some(year);
    let once = arrangement.bought.iter().filter(|p| p.funder == Some(funder) && p.is_once).map(|p| &p.bought);
    let once = once.filter(|b| line.contains(&b.holding) && is_of_year(b.on));
    let bought: Pence = once.map(|b| b.amount).sum();
    let came_back = came_back(arrangement);
    let back = came_back.iter().filter(|back| is_here(back.of)).map(|back| back.part - back.regular());
    (paid + bought - back.sum()).or_zero()
}

/// What is paid through the year into one holding and is neither planned nor paid, nor
/// was called off on purpose, in pence: what the plan pays from there without what it
/// has, or had in another way of holding it, so that a change within the year pays
/// nothing twice and loses nothing. It is no more than the year has left beside the
/// others.
pub(super) fn wanted(case: &Case, year: Year, holding: HoldingId, funder: Funder) -> Pence {
    left(case, year, (holding, funder), |at| off_on_purpose(case, year, at))
}

/// What can be planned there: what is wanted, and where nothing is, what was called
/// off on purpose.
#[must_use]
pub fn regular_left(case: &Case, year: Year, holding: HoldingId, funder: Funder) -> Pence {
    let wanted = wanted(case, year, holding, funder);
    if wanted.0 > 0 { wanted } else { left(case, year, (holding, funder), |_| Pence::ZERO) }
}

fn left(
    case: &Case,
    year: Year,
    (holding, funder): (HoldingId, Funder),
    off: impl Fn((HoldingId, Funder)) -> Pence,
) -> Pence {
    let waits = |id| {
        let at = (id, funder);
        (regular(case, year, at) - regular_of(case, year, at, is_promised) - off(at)).or_zero()
    };
    let open = || case.plan.open_holdings().map(|h| h.id);
    let all: Pence = open().map(|id| regular(case, year, (id, funder))).sum();
    let spoken_for = regular_by(case, year, funder, is_promised);
    let elsewhere: Pence = open().filter(|id| *id != holding).map(waits).sum();
    waits(holding).min((all - spoken_for - elsewhere).or_zero())
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
        years::bought(case, year).filter(|b| b.funder == Some(funder)).map(|b| b.bought.amount).sum();
    payments + bought - returned(case, year, funder, |back| back.part)
}

/// What of costs that are paid once from a holding in a year is neither planned nor
/// paid, nor was called off on purpose in that year, in pence.
pub(super) fn once_wanted(case: &Case, year: Year, holding: HoldingId, funder: Funder) -> Pence {
    let of_year = || case.arrangement.instalments.iter().filter(|i| case.arrangement.is_of(year, i));
    let off = |line: &LineItem| -> Pence { of_year().map(|i| i.off_for(line.id)).sum() };
    once_without(case, year, (holding, funder), off)
}

/// What of them can be planned: what is wanted, and where nothing else is, what was
/// called off on purpose.
#[must_use]
pub(super) fn once_to_plan(case: &Case, year: Year, holding: HoldingId, funder: Funder) -> Pence {
    let is_wanted = |funder: &Funder| {
        (once_wanted(case, year, holding, *funder) + wanted(case, year, holding, *funder)).0 > 0
    };
    if Funder::VARIANTS.iter().any(is_wanted) {
        return once_wanted(case, year, holding, funder);
    }
    once_without(case, year, (holding, funder), |_| Pence::ZERO)
}

/// What is left of what the newest agreement of a year says is paid once in it, without
/// what `off` says of each cost.
fn once_without(case: &Case, year: Year, at: (HoldingId, Funder), off: impl Fn(&LineItem) -> Pence) -> Pence {
    let Some(agreement) = case.arrangement.of_year(year).next_back() else { return Pence::ZERO };
    let says = agreement.paid(at).once + agreement.paid_once(at);
    let room = (says - once_of(&case.arrangement, year, at, is_promised)).or_zero();
    let once =
        lines_of(&case.plan, at.0, at.1).filter(|l| is_once(l) && agreement.is_once(l.id) == Some(true));
    let left: Pence = once.map(|line| (once_left(&case.arrangement, line) - off(line)).or_zero()).sum();
    left.min(room)
}
