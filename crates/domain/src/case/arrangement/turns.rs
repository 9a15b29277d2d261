//! Whose move it is about the agreement and the payments.

use super::payments::{RELEASED_BEFORE, held_up};
use super::planned::{Planned, planned, without_payments};
use super::years::Year;
use super::{Agreement, Instalment, PaymentState, agreement};
use crate::access::Action;
use crate::case::plan::{Mode, changes};
use crate::case::{Case, Meant, Turn};
use crate::dates;
use crate::place::CasePage;

pub(in crate::case) fn turns(case: &Case) -> Vec<Turn> {
    let all = [
        to_confirm(case),
        to_send_back(case),
        before_money_moves(case),
        to_agree_anew(case),
        to_make_again(case),
        to_renew(case),
        to_release(case),
    ];
    all.into_iter()
        .flatten()
        .chain(to_plan_again(case))
        .chain(to_check_accounts(case))
        .chain(to_cover(case))
        .chain(to_settle(case))
        .collect()
}

/// A change of the plan that has to be agreed waits for somebody to send it,
/// also where the agreement about the money stays as it is.
fn to_agree_anew(case: &Case) -> Option<Turn> {
    case.signoff.agreed()?;
    let is_to_be_sent = case.signoff.waiting().is_none() && !changes::pending(case).is_empty();
    let words = "The plan has changed in a way that has to be agreed. Send it when it is ready.";
    let turn = Turn::new(Action::SendPlan, "Have the changed plan agreed", words, CasePage::Plan);
    is_to_be_sent.then(|| turn.meant(Meant::FamilyAndCoordinator))
}

/// The agreement for the next year, before this one ends.
fn to_renew(case: &Case) -> Option<Turn> {
    case.signoff.agreed()?;
    let renewal = agreement::to_renew(case)?;
    let words = "Your care co-ordinator will write the agreement for the next year for you to read.";
    let turn =
        Turn::new(Action::MakeAgreement, "Make the agreement for the next year", words, CasePage::Agreement);
    Some(Turn { from: Some(renewal.from), ..turn.by(Some(renewal.year_ends)) })
}

/// The years of agreements that are not over, as far as can be told without
/// knowing the day: a next one is made at most a year before it begins.
const NOT_OVER: usize = 3;

/// The agreements that count in years that may not be over, the newest of each.
fn of_years(case: &Case) -> impl Iterator<Item = (Year, &Agreement)> {
    let years = case.arrangement.years().iter().rev().take(NOT_OVER).copied();
    let newest_of = |year| Some((year, case.arrangement.of_year(year).next_back()?));
    years.filter_map(newest_of).filter(|(_, agreement)| agreement.is_signed())
}

/// How long before a year begins its payments wait to be scheduled: days.
const SCHEDULED_BEFORE: i32 = 8 * 7;

/// What finance does about the payments of a year, while it is not over.
fn for_year(year: Year, task: &str, words: &str) -> Turn {
    let (from, until) = (dates::days_after(year.start, -SCHEDULED_BEFORE), dates::days_after(year.end, -1));
    let turn = Turn::new(Action::SchedulePayments, task, words, CasePage::PlanPayments);
    Turn { from: Some(from), until: Some(until), ..turn }
}

/// Payments that come to less than the plan says, or to more than was agreed, and
/// years without any. A plan that has no agreement yet gets one first.
fn to_plan_again(case: &Case) -> Vec<Turn> {
    if agreement::is_due(case) {
        return vec![];
    }
    let newest = case.arrangement.agreement().map(|agreement| agreement.from);
    let of_newest = newest.and_then(|from| case.arrangement.year_of(from));
    let of_year = |(year, agreement): (Year, &Agreement)| {
        let planned = planned(case, year, agreement);
        let is_newest = of_newest == Some(year);
        if planned != Planned::TooMuch && without_payments(case, year, agreement).next().is_some() {
            // Of the newest agreement it is the next step to the first payment.
            let words = "The finance team will set up your payments.";
            return (!is_newest).then(|| for_year(year, "Schedule the payments", words));
        }
        let task = match planned {
            Planned::AsItShouldBe => return None,
            Planned::TooMuch => "Cancel planned payments: they come to more than was agreed",
            Planned::TooLittle => "Plan more payments: they come to less than the plan says",
            Planned::Elsewhere => "Put planned payments right: the plan pays from elsewhere now",
        };
        let turn = for_year(year, task, "The finance team will put the planned payments right.");
        // What does not fit stays where it is when the year is over.
        let until = turn.until.filter(|_| planned != Planned::TooMuch);
        Some(Turn { until, ..turn })
    };
    of_years(case).filter_map(of_year).collect()
}

/// A next year's agreement that was made before something changed.
fn to_make_again(case: &Case) -> Option<Turn> {
    let is_next = !agreement::is_due(case) && agreement::is_due_for_later(case);
    let words = "Your care co-ordinator will write the agreement for the next year for you to read.";
    let task = "Make the agreement for the next year again";
    is_next.then(|| Turn::new(Action::MakeAgreement, task, words, CasePage::Agreement))
}

/// A year whose agreement is not about the way in which money is held now, while it
/// lasts, although that of a later year is.
fn to_cover(case: &Case) -> impl Iterator<Item = Turn> {
    let is_agreed = case.signoff.agreed().is_some() && !agreement::is_due(case);
    agreement::not_covered(case).filter(move |_| is_agreed).map(|year| {
        let words =
            "Your care co-ordinator will write the agreement for the rest of this year for you to read.";
        let task = "Make a new agreement for the rest of this year";
        let turn = Turn::new(Action::MakeAgreement, task, words, CasePage::Agreement);
        Turn { until: Some(dates::days_after(year.end, -1)), ..turn }
    })
}

/// Accounts that one person entered in place of others: another checks each.
fn to_check_accounts(case: &Case) -> impl Iterator<Item = Turn> {
    let is_open = |id| case.plan.holding(id).is_some_and(|h| h.ending.is_none());
    let entered = case.arrangement.entered.iter().filter(move |account| is_open(account.holding));
    entered.map(|account| {
        let words = "A second person checks the account that the money is to go to.";
        let task = "Check another bank account that was entered";
        let turn = Turn::new(Action::SchedulePayments, task, words, CasePage::PlanPayments);
        let until = Some(account.waits_until());
        Turn { not_of: account.by.account().into_iter().collect(), until, ..turn.by(until) }
    })
}

/// Money that was left in an account which ended: somebody says what becomes of it.
fn to_settle(case: &Case) -> impl Iterator<Item = Turn> {
    case.arrangement.left_in.iter().map(|(holding, _)| {
        let words = "Your care co-ordinator will say what becomes of the money that is left in an account.";
        let task = "Say what becomes of money that is left";
        Turn::new(Action::MakeAgreement, task, words, CasePage::MoneyLeft(*holding)).meant(Meant::Coordinator)
    })
}

/// The next payment that can be released. The first of a case is a step of it.
fn to_release(case: &Case) -> Option<Turn> {
    case.arrangement.first_paid?;
    let planned = case.arrangement.instalments.iter().filter(|i| i.state == PaymentState::Planned);
    let next = planned.filter(|i| held_up(case, i).is_none()).map(|i| i.planned.due).min()?;
    let words = "The finance team will make the next payment.";
    let turn = Turn::new(Action::ReleasePayment, "Release a payment", words, CasePage::Payments);
    Some(Turn { from: Some(dates::days_after(next, -RELEASED_BEFORE)), ..turn.by(Some(next)) })
}

fn to_confirm(case: &Case) -> Option<Turn> {
    // One that cannot be paid now is sent back.
    let can_be = |i: &&Instalment| i.state == PaymentState::Released && held_up(case, i).is_none();
    let mut released = case.arrangement.instalments.iter().filter(can_be);
    let due = released.clone().map(|i| i.planned.due).min();
    let first = released.next()?.released_by;
    // Whoever released all that waits can confirm none of it.
    let not_of = first.filter(|by| released.all(|i| i.released_by == Some(*by))).into_iter().collect();
    let words = "A payment is being checked by a second person.";
    let turn = Turn::new(Action::ConfirmPayment, "Confirm a payment", words, CasePage::Payments);
    Some(Turn { not_of, ..turn.by(due) })
}

/// A payment that was released and cannot be paid any more: it stands in the way
/// of holding the money otherwise, and only finance can take it out of it.
fn to_send_back(case: &Case) -> Option<Turn> {
    let is_stuck = |i: &Instalment| i.state == PaymentState::Released && held_up(case, i).is_some();
    case.arrangement.instalments.iter().any(is_stuck).then(|| {
        let words = "A payment that was on its way is stopped.";
        let task = "Send back a payment that cannot be paid now";
        Turn::new(Action::ConfirmPayment, task, words, CasePage::Payments)
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
        return Some(Turn::new(Action::MakeAgreement, task, words, CasePage::Agreement));
    }
    let agreement = arrangement.agreement()?;
    if agreement.signed.is_none() {
        return Some(Turn::new(
            Action::SignAgreement,
            "Waiting for them to sign the agreement",
            "Read the agreement and sign it when you are happy with it.",
            CasePage::Agreement,
        ));
    }
    if !agreement.is_signed() {
        return Some(Turn::new(
            Action::CountersignAgreement,
            "Sign the agreement for the NHS",
            "We will sign our side of the agreement.",
            CasePage::Agreement,
        ));
    }
    let waits = agreement.terms.iter().filter(|term| term.words.mode != Mode::Notional);
    let finance =
        |task, words| Some(Turn::new(Action::SchedulePayments, task, words, CasePage::PlanPayments));
    let year = case.arrangement.year_of(agreement.from);
    if let Some(year) = year.filter(|year| without_payments(case, *year, agreement).next().is_some()) {
        let turn = for_year(year, "Schedule the payments", "The finance team will set up your payments.");
        // Of a later year it waits until that is near.
        let from = turn.from.filter(|_| case.arrangement.years().first() != Some(&year));
        return Some(Turn { from, until: None, ..turn });
    }
    let has_account = |holding| case.arrangement.accounts.iter().any(|account| account.holding == holding);
    let mut direct = waits.filter(|term| term.words.mode == Mode::DirectPayment);
    if direct.any(|term| !has_account(term.holding)) {
        let words = "The finance team will check the account that the money goes to.";
        return finance("Approve a bank account", words);
    }
    None
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
        let turn = Turn::new(Action::RecordNotionalSpending, task, words, CasePage::Money);
        return Some(turn.meant(Meant::Coordinator));
    }
    let planned = case.arrangement.instalments.iter().filter(|i| i.state == PaymentState::Planned);
    let words = "The finance team will make the first payment.";
    let turn = Turn::new(Action::ReleasePayment, "Release the first payment", words, CasePage::Payments);
    Some(turn.by(planned.map(|i| i.planned.due).min()))
}
