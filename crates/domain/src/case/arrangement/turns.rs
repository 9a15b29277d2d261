//! Whose move it is about the agreement and the payments.

use super::costs::{is_short, to_pay};
use super::payments::held_up;
use super::years::{beyond, is_promised, spoken_for};
use super::{Instalment, PaymentState, agreement};
use crate::access::{CaseRole, Role};
use crate::case::plan::{Mode, changes};
use crate::case::turn::family;
use crate::case::{Case, Turn};
use crate::ledger::Funder;
use crate::place::CasePage;
use crate::{HoldingId, dates};
use strum::VariantArray as _;

pub(in crate::case) fn turns(case: &Case) -> Vec<Turn> {
    let all = [
        to_confirm(case),
        to_send_back(case),
        before_money_moves(case),
        to_agree_anew(case),
        to_renew(case),
        to_plan_again(case),
        to_release(case),
    ];
    all.into_iter().flatten().collect()
}

/// A change of the plan that has to be agreed waits for somebody to send it,
/// also where the agreement about the money stays as it is.
fn to_agree_anew(case: &Case) -> Option<Turn> {
    case.signoff.agreed()?;
    let is_to_be_sent = case.signoff.waiting().is_none() && !changes::pending(case).is_empty();
    let mut of = family();
    of.push(Role::Case(CaseRole::CareCoordinator));
    let words = "The plan has changed in a way that has to be agreed. Send it when it is ready.";
    is_to_be_sent.then(|| Turn::new(of, "Have the changed plan agreed", words, CasePage::Plan))
}

/// The agreement for the next year, before this one ends.
fn to_renew(case: &Case) -> Option<Turn> {
    case.signoff.agreed()?;
    let renewal = agreement::to_renew(case)?;
    let words = "Your care co-ordinator will write the agreement for the next year for you to read.";
    let turn = Turn::of_coordinator("Make the agreement for the next year", words, CasePage::Agreement);
    Some(Turn { from: Some(renewal.from), ..turn.by(Some(renewal.year_ends)) })
}

/// Payments that come to less than the plan says, or to more than was agreed.
fn to_plan_again(case: &Case) -> Option<Turn> {
    if before_money_moves(case).is_some() {
        return None;
    }
    let newest = case.arrangement.agreement()?;
    let year = case.arrangement.year_of(newest.from)?;
    let finance = |task| {
        let words = "The finance team will put the planned payments right.";
        let turn = Turn::new(vec![Role::Finance], task, words, CasePage::PlanPayments);
        Some(Turn { until: Some(dates::days_after(year.end, -1)), ..turn })
    };
    if beyond(&newest.amounts, |funder| spoken_for(case, year, funder, is_promised)).is_some() {
        return finance("Cancel planned payments: they come to more than was agreed");
    }
    is_short(case, year)
        .then(|| finance("Plan more payments: they come to less than the plan says"))
        .flatten()
}

/// How long before a payment is due it waits to be released: days.
const RELEASED_BEFORE: i32 = 7;

/// The next payment that can be released. The first of a case is a step of it.
fn to_release(case: &Case) -> Option<Turn> {
    case.arrangement.first_paid?;
    let planned = case.arrangement.instalments.iter().filter(|i| i.state == PaymentState::Planned);
    let next = planned.filter(|i| held_up(case, i).is_none()).map(|i| i.planned.due).min()?;
    let words = "The finance team will make the next payment.";
    let turn = Turn::new(vec![Role::Finance], "Release a payment", words, CasePage::Payments);
    Some(Turn { from: Some(dates::days_after(next, -RELEASED_BEFORE)), ..turn.by(Some(next)) })
}

fn to_confirm(case: &Case) -> Option<Turn> {
    // One that cannot be paid now is sent back.
    let can_be = |i: &&Instalment| i.state == PaymentState::Released && held_up(case, i).is_none();
    let mut released = case.arrangement.instalments.iter().filter(can_be);
    let first = released.next()?.released_by;
    // Whoever released all that waits can confirm none of it.
    let not_of = first.filter(|by| released.all(|i| i.released_by == Some(*by))).into_iter().collect();
    let words = "A payment is being checked by a second person.";
    let turn = Turn::new(vec![Role::Finance], "Confirm a payment", words, CasePage::Payments);
    Some(Turn { not_of, ..turn })
}

/// A payment that was released and cannot be paid any more: it stands in the way
/// of holding the money otherwise, and only finance can take it out of it.
fn to_send_back(case: &Case) -> Option<Turn> {
    let is_stuck = |i: &Instalment| i.state == PaymentState::Released && held_up(case, i).is_some();
    case.arrangement.instalments.iter().any(is_stuck).then(|| {
        let words = "A payment that was on its way is stopped.";
        let task = "Send back a payment that cannot be paid now";
        Turn::new(vec![Role::Finance], task, words, CasePage::Payments)
    })
}

/// Whether something has to be done before all that is agreed is paid.
#[must_use]
pub fn is_being_arranged(case: &Case) -> bool {
    before_money_moves(case).is_some() || agreement::is_due(case)
}

/// What has to be done before money can move, the first time and each time that
/// the plan is agreed anew or the money is held in another way.
fn before_money_moves(case: &Case) -> Option<Turn> {
    case.signoff.agreed()?;
    let arrangement = &case.arrangement;
    if agreement::is_due(case) && !changes::pending(case).is_empty() {
        return None;
    }
    if agreement::is_due(case) {
        let task =
            if arrangement.agreement().is_some() { "Make a new agreement" } else { "Make the agreement" };
        let words = "Your care co-ordinator will write the agreement about the money for you to read.";
        return Some(Turn::of_coordinator(task, words, CasePage::Agreement));
    }
    let agreement = arrangement.agreement()?;
    if agreement.signed.is_none() {
        return Some(Turn::of_family(
            "Waiting for them to sign the agreement",
            "Read the agreement and sign it when you are happy with it.",
            CasePage::Agreement,
        ));
    }
    if !agreement.is_signed() {
        return Some(Turn::new(
            vec![Role::Commissioner, Role::Case(CaseRole::CareCoordinator)],
            "Sign the agreement for the NHS",
            "We will sign our side of the agreement.",
            CasePage::Agreement,
        ));
    }
    if agreement::is_due_for_later(case) {
        let words = "Your care co-ordinator will write the agreement for the next year for you to read.";
        let task = "Make the agreement for the next year again";
        return Some(Turn::of_coordinator(task, words, CasePage::Agreement));
    }
    let waits = agreement.terms.iter().filter(|term| term.words.mode != Mode::Notional);
    let finance = |task, words| Some(Turn::new(vec![Role::Finance], task, words, CasePage::PlanPayments));
    if waits.clone().any(|term| has_no_payments(case, term.holding)) {
        return finance("Schedule the payments", "The finance team will set up your payments.");
    }
    let has_account = |holding| case.arrangement.accounts.iter().any(|account| account.holding == holding);
    let mut direct = waits.filter(|term| term.words.mode == Mode::DirectPayment);
    if direct.any(|term| !has_account(term.holding)) {
        let words = "The finance team will check the account that the money goes to.";
        return finance("Approve a bank account", words);
    }
    None
}

/// Whether nothing is planned, on its way or paid to a holding in the year of
/// the newest agreement, although the plan pays for something from it.
fn has_no_payments(case: &Case, holding: HoldingId) -> bool {
    let is_paid_for = Funder::VARIANTS.iter().any(|funder| {
        let paid = to_pay(&case.plan, &case.arrangement, holding, *funder);
        (paid.once + paid.regular).0 > 0
    });
    let newest = case.arrangement.agreement();
    let year = newest.and_then(|agreement| case.arrangement.year_of(agreement.from));
    let counts = |i: &Instalment| {
        i.planned.holding == holding
            && is_promised(i)
            && year.is_some_and(|year| case.arrangement.is_of(year, i))
    };
    is_paid_for && !case.arrangement.instalments.iter().any(counts)
}

/// What brings a case on to its first payment, when all before it is done.
pub(in crate::case) fn next_step(case: &Case) -> Option<Turn> {
    if is_being_arranged(case) {
        return None;
    }
    let mut terms = case.arrangement.agreement()?.terms.iter();
    if terms.all(|term| term.words.mode == Mode::Notional) {
        let words = "We hold the money, and buy what your plan says. You see here what was bought.";
        let task = "Buy what the plan says, and write it down";
        return Some(Turn::of_coordinator(task, words, CasePage::Money));
    }
    let planned = case.arrangement.instalments.iter().filter(|i| i.state == PaymentState::Planned);
    let words = "The finance team will make the first payment.";
    let turn = Turn::new(vec![Role::Finance], "Release the first payment", words, CasePage::Payments);
    Some(turn.by(planned.map(|i| i.planned.due).min()))
}
