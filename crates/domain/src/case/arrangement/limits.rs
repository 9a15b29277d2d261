//! What may still be promised, paid or bought for one way of holding money, by one
//! funder, in one year of agreements: never more than was signed for it. Planning,
//! releasing, confirming and buying all ask here.

use super::costs::{carried, once_of, regular_by, regular_of, spoken_for};
use super::years::Year;
use super::{Agreement, Instalment};
use crate::case::Case;
use crate::ledger::Funder;
use crate::{HoldingId, Pence};
use strum::VariantArray as _;

/// What is asked for, in pence: money that is paid through the year, and money for
/// what is paid once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub regular: Pence,
    pub once: Pence,
}

impl Asked {
    /// What one payment asks for.
    pub fn of(instalment: &Instalment) -> Self {
        Self { regular: instalment.regular(), once: instalment.once() }
    }
}

/// What was signed, and what it comes to with what is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limit {
    pub total: Pence,
    pub most: Pence,
    /// Whose limit it is, in words that follow “£100 is what”.
    pub words: &'static str,
}

impl Limit {
    fn is_beyond(&self) -> bool {
        self.total > self.most
    }

    fn room(&self) -> Pence {
        (self.most - self.total).or_zero()
    }
}

/// An agreement, and its year.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signed<'a> {
    pub year: Year,
    pub agreement: &'a Agreement,
}

/// The limits that everything has to be within: of the funder, and of both kinds of
/// money in the account. `counts` says which payments are spoken for already.
struct Limits {
    of_funder: Limit,
    regular: [Limit; 2],
    once: Limit,
}

fn limits(
    case: &Case,
    signed: Signed<'_>,
    (holding, funder): (HoldingId, Funder),
    counts: impl Fn(&Instalment) -> bool,
    asked: Asked,
) -> Limits {
    let Signed { year, agreement } = signed;
    let at = (holding, funder);
    let amounts = agreement.amounts;
    let (yearly, start_up, words, through_the_year) = match funder {
        Funder::Nhs => {
            (amounts.nhs, amounts.start_up, "the NHS agreed to pay", "the NHS agreed to pay through the year")
        }
        Funder::Council => (
            amounts.council,
            Pence::ZERO,
            "the council agreed to pay",
            "the council agreed to pay through the year",
        ),
    };
    let carried_over: Pence =
        case.plan.open_holdings().map(|open| carried(case, year, (open.id, funder))).sum();
    let (says, before) = (agreement.paid(at), agreement.paid_once(at));
    let of_funder = Limit {
        total: spoken_for(case, year, funder, &counts) + asked.regular + asked.once,
        most: yearly + start_up + carried_over,
        words,
    };
    let of_funder_regularly = Limit {
        total: regular_by(case, year, funder, &counts) + asked.regular,
        most: yearly + carried_over,
        words: through_the_year,
    };
    let here = Limit {
        total: regular_of(case, year, at, &counts) + asked.regular,
        most: says.regular + carried(case, year, at),
        words: "the agreement says is paid there",
    };
    let once = Limit {
        total: once_of(&case.arrangement, year, at, &counts) + asked.once,
        most: before + says.once,
        words: "the agreement says is paid there once",
    };
    Limits { of_funder, regular: [of_funder_regularly, here], once }
}

/// The limit that what is asked for would go beyond, if there is one.
pub(super) fn beyond(
    case: &Case,
    signed: Signed<'_>,
    at: (HoldingId, Funder),
    counts: impl Fn(&Instalment) -> bool,
    asked: Asked,
) -> Option<Limit> {
    let Limits { of_funder, regular, once } = limits(case, signed, at, counts, asked);
    let regular = regular.into_iter().filter(|_| asked.regular.0 > 0);
    let once = Some(once).filter(|_| asked.once.0 > 0);
    [of_funder].into_iter().chain(regular).chain(once).find(Limit::is_beyond)
}

/// Whether what is spoken for already is beyond what was signed.
pub(super) fn is_beyond(
    case: &Case,
    signed: Signed<'_>,
    at: (HoldingId, Funder),
    counts: impl Fn(&Instalment) -> bool,
) -> bool {
    let Limits { of_funder, regular, once } = limits(case, signed, at, counts, Asked::default());
    [of_funder, once].iter().chain(&regular).any(Limit::is_beyond)
}

/// What there is room for, in pence: money through the year, for what is paid once,
/// and both together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Room {
    pub regular: Pence,
    pub once: Pence,
    pub all: Pence,
}

/// What there is room for in a way of holding money.
pub(super) fn room(
    case: &Case,
    signed: Signed<'_>,
    at: (HoldingId, Funder),
    counts: impl Fn(&Instalment) -> bool,
) -> Room {
    let Limits { of_funder, regular: [by_funder, here], once } =
        limits(case, signed, at, counts, Asked::default());
    Room { regular: by_funder.room().min(here.room()), once: once.room(), all: of_funder.room() }
}

/// The same of all ways of holding money of an agreement.
pub(super) fn any_beyond(
    case: &Case,
    signed: Signed<'_>,
    counts: impl Fn(&Instalment) -> bool + Copy,
) -> bool {
    let each = signed
        .agreement
        .terms
        .iter()
        .flat_map(|term| Funder::VARIANTS.iter().map(|funder| (term.holding, *funder)));
    let is_open = |id| case.plan.holding(id).is_some_and(|h| h.ending.is_none());
    each.filter(|(holding, _)| is_open(*holding)).any(|at| is_beyond(case, signed, at, counts))
}
