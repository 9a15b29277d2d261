//! How what is planned stands to what was signed: too much, too little, or as it
//! should be.

use super::costs::{off_on_purpose, once_wanted, regular, regular_of, wanted};
use super::limits::{self, Signed};
use super::years::{Year, is_promised};
use super::{Agreement, Instalment, Term};
use crate::case::Case;
use crate::case::plan::{Mode, changes};
use crate::ledger::Funder;
use crate::{HoldingId, InstalmentId};
use strum::VariantArray as _;

/// Whether what is planned where a payment goes comes to more than was signed for it:
/// who calls it off then does so because of that.
#[must_use]
pub(in crate::case) fn does_not_fit(case: &Case, id: InstalmentId) -> bool {
    let Some(instalment) = case.arrangement.instalment(id) else { return false };
    let at = (instalment.planned.holding, instalment.planned.funder);
    let year =
        case.arrangement.years().iter().find(|year| case.arrangement.is_of(**year, instalment)).copied();
    let Some(year) = year else { return false };
    let newest = case.arrangement.of_year(year).rfind(|agreement| agreement.is_signed());
    newest.is_some_and(|agreement| limits::is_beyond(case, Signed { year, agreement }, at, is_promised))
}

/// How what is planned in a year stands to what the plan, and the agreement, say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Planned {
    AsItShouldBe,
    /// More than was agreed, or than the agreement says of a way of holding money.
    TooMuch,
    TooLittle,
    /// Too little, and what is missing is planned elsewhere.
    Elsewhere,
}

/// The holdings of an agreement from which money is paid out, that are open, and
/// about which nothing has to be agreed first.
fn paid_out<'c>(case: &'c Case, agreement: &'c Agreement) -> impl Iterator<Item = &'c Term> {
    let is_open = |id| case.plan.holding(id).is_some_and(|h| h.ending.is_none());
    let terms = agreement.terms.iter().filter(|term| term.words.mode != Mode::Notional);
    terms.filter(move |term| is_open(term.holding) && changes::touched(case, term.holding).is_none())
}

/// How the payments of a year stand to an agreement of it. What was called off on
/// purpose is not asked for again.
#[must_use]
pub(super) fn planned(case: &Case, year: Year, agreement: &Agreement) -> Planned {
    let each = || {
        paid_out(case, agreement)
            .flat_map(|term| Funder::VARIANTS.iter().map(|funder| (term.holding, *funder)))
    };
    let something_waits = |i: &Instalment| i.waits() && case.arrangement.is_of(year, i);
    if case.arrangement.instalments.iter().any(something_waits)
        && limits::any_beyond(case, Signed { year, agreement }, is_promised)
    {
        return Planned::TooMuch;
    }
    let is_short = |(holding, funder): &(HoldingId, Funder)| {
        let at = (*holding, *funder);
        let had = regular_of(case, year, at, is_promised) + off_on_purpose(case, year, at);
        regular(case, year, at) > had || once_wanted(case, year, *holding, *funder).0 > 0
    };
    let short: Vec<_> = each().filter(is_short).collect();
    if short.is_empty() {
        return Planned::AsItShouldBe;
    }
    let can_be_planned = |(holding, funder): &(HoldingId, Funder)| {
        (wanted(case, year, *holding, *funder) + once_wanted(case, year, *holding, *funder)).0 > 0
    };
    if short.iter().any(can_be_planned) { Planned::TooLittle } else { Planned::Elsewhere }
}

/// The ways of holding money of an agreement to which nothing is planned, on its
/// way or paid in a year, although something is left to be planned.
pub(super) fn without_payments<'c>(
    case: &'c Case,
    year: Year,
    agreement: &'c Agreement,
) -> impl Iterator<Item = &'c Term> {
    let is_left = move |holding| {
        Funder::VARIANTS.iter().any(|funder| {
            (once_wanted(case, year, holding, *funder) + wanted(case, year, holding, *funder)).0 > 0
        })
    };
    let has_some = move |holding| {
        case.arrangement
            .instalments
            .iter()
            .any(|i| i.planned.holding == holding && is_promised(i) && case.arrangement.is_of(year, i))
    };
    paid_out(case, agreement).filter(move |term| is_left(term.holding) && !has_some(term.holding))
}
