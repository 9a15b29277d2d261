//! Whose move it is about the agreement and the payments.

use super::payments::{FUNDERS, held_up, to_pay};
use super::{Instalment, PaymentState, agreement};
use crate::HoldingId;
use crate::access::{CaseRole, Role};
use crate::case::plan::{Mode, changes};
use crate::case::turn::family;
use crate::case::{Case, Turn};
use crate::place::CasePage;

pub(in crate::case) fn turns(case: &Case) -> Vec<Turn> {
    to_confirm(case).into_iter().chain(to_send_back(case)).chain(before_money_moves(case)).collect()
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
    before_money_moves(case).is_some()
}

/// What has to be done before money can move, the first time and each time that
/// the plan is agreed anew or the money is held in another way.
fn before_money_moves(case: &Case) -> Option<Turn> {
    case.signoff.agreed()?;
    let arrangement = &case.arrangement;
    if agreement::is_due(case) && !changes::pending(case).is_empty() {
        return case.signoff.waiting().is_none().then(|| {
            let mut of = family();
            of.push(Role::Case(CaseRole::CareCoordinator));
            let words = "The plan has changed in a way that has to be agreed. Send it when it is ready.";
            Turn::new(of, "Have the changed plan agreed", words, CasePage::Plan)
        });
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
    let is_paid_for = FUNDERS.iter().any(|funder| {
        let paid = to_pay(&case.plan, &case.arrangement.instalments, holding, *funder);
        (paid.once + paid.regular).0 > 0
    });
    let from = case.arrangement.agreement().map(|agreement| agreement.from);
    let counts = |i: &&Instalment| {
        i.planned.holding == holding
            && i.state != PaymentState::Cancelled
            && from.is_some_and(|from| i.planned.due >= from)
    };
    is_paid_for && !case.arrangement.instalments.iter().any(|i| counts(&i))
}

/// What brings a case on to its first payment, when all before it is done.
pub(in crate::case) fn next_step(case: &Case) -> Option<Turn> {
    if before_money_moves(case).is_some() {
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
