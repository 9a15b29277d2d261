//! Whose move it is about the agreement and the payments.

use super::PaymentState;
use crate::access::{CaseRole, Role};
use crate::case::plan::Mode;
use crate::case::{Case, Turn};
use crate::place::CasePage;

pub(in crate::case) fn turns(case: &Case) -> Option<Turn> {
    let mut released = case.arrangement.instalments.iter().filter(|i| i.state == PaymentState::Released);
    let first = released.next()?.released_by;
    // Whoever released all that waits can confirm none of it.
    let not_of = first.filter(|by| released.all(|i| i.released_by == Some(*by))).into_iter().collect();
    let words = "A payment is being checked by a second person.";
    let turn = Turn::new(vec![Role::Finance], "Confirm a payment", words, CasePage::Payments);
    Some(Turn { not_of, ..turn })
}

pub(in crate::case) fn next_step(case: &Case) -> Turn {
    let arrangement = &case.arrangement;
    match arrangement.agreement() {
        None => Turn::of_coordinator(
            "Make the agreement",
            "Your care co-ordinator will write the agreement about the money for you to read.",
            CasePage::Agreement,
        ),
        Some(agreement) if agreement.signed.is_none() => Turn::of_family(
            "Waiting for them to sign the agreement",
            "Read the agreement and sign it when you are happy with it.",
            CasePage::Agreement,
        ),
        Some(_) if !arrangement.is_signed() => Turn::new(
            vec![Role::Commissioner, Role::Case(CaseRole::CareCoordinator)],
            "Sign the agreement for the NHS",
            "We will sign our side of the agreement.",
            CasePage::Agreement,
        ),
        Some(_) => pay(case),
    }
}

fn pay(case: &Case) -> Turn {
    let instalments = &case.arrangement.instalments;
    let moves_money = case.plan.open_holdings().any(|h| h.words.mode != Mode::Notional);
    if instalments.is_empty() && moves_money {
        let words = "The finance team will set up your payments.";
        return Turn::new(vec![Role::Finance], "Schedule the payments", words, CasePage::Payments);
    }
    let planned = instalments.iter().filter(|i| i.state == PaymentState::Planned);
    let words = "The finance team will make the first payment.";
    Turn::new(vec![Role::Finance], "Release the first payment", words, CasePage::Payments)
        .by(planned.map(|i| i.planned.due).min())
}
