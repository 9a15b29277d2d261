//! Every decision about money and every refusal, given a case.

mod accounts;
mod carried;
mod changed;
mod limits;
mod once;
mod spending;
mod world;
mod years;

use super::agreement::{approve_account, countersign, make, parts, sign};
use super::payments::{Rhythm, cancel, confirm, release, schedule, schedule_one, send_back};
use super::spending::{
    Change, Held, Leftover, add_receipt, change_holding, explain_money_in, match_spending, record_notional,
    take_in, unmatch,
};
use super::years::year_with;
use super::*;
use crate::case::circle::{self, CaseRole, ConsentAbout};
use crate::case::plan::{self, Every, HoldingWords, LineWords, Mode};
use crate::case::{self, Case, signoff};
use crate::ledger::{Account, Balances, Layer, Posting};
use crate::testing::{id, joined, line, prose};
use crate::{
    Aggregate, Author, CaseId, EntryId, FileId, MemberId, OrganisationId, Refusal, SubmissionId, Why,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;
use world::*;

#[test]
fn the_parts_that_apply_follow_from_the_plan() {
    let world = planned();
    use Part::{DirectPayment, EmployingPeople, Everyone, ThirdParty};
    assert_eq!(parts(&world.case), [Everyone, ThirdParty, DirectPayment, EmployingPeople]);
    assert_eq!(parts(&Case::new(CaseId(id(2)))), [Everyone]);
}

#[test]
fn no_agreement_before_a_plan_is_agreed_and_not_the_same_twice() {
    let empty = Case::new(CaseId(id(2)));
    let entry = EntryId(id(6));
    assert_eq!(refused(make(&empty, TODAY, by(5), entry, &Balances::default())).0, Why::NotYet);
    let world = agreed();
    let again = make(&world.case, TODAY, by(5), entry, &world.balances());
    assert_eq!(refused(again).0, Why::AlreadyDone);
    let other = make(&world.case, crate::dates::days_after(TODAY, 1), by(5), entry, &world.balances());
    assert_eq!(refused(other).0, Why::AlreadyDone);
    let next_year = make(&world.case, Date::constant(2027, 4, 6), by(5), entry, &world.balances());
    assert_eq!(next_year.expect("renewed").entries, vec![], "the budget layer says so already");
    let far = make(&planned().case, Date::constant(2028, 1, 1), by(5), entry, &Balances::default());
    assert_eq!(refused(far).0, Why::Invalid);
}

#[test]
fn the_budget_layer_says_what_was_agreed_line_by_line() {
    let balances = agreed().balances();
    assert_eq!(balances.get(Layer::Budget, Account::Line(WAGES)), Pence(33_333 * 52));
    assert_eq!(balances.get(Layer::Budget, Account::Line(SWIM)), Pence(7_777 * 12));
    assert_eq!(balances.come_in(), Pence(0), "an agreement moves no money");
}

#[test]
fn both_sides_sign_in_turn() {
    let mut world = planned();
    assert_eq!(refused(sign(&world.case, newest(&world.case), Voice::Person, prose("x"))).0, Why::NotYet);
    let entry = world.entry();
    let made = make(&world.case, TODAY, by(5), entry, &world.balances());
    world.take(5, made);
    assert_eq!(refused(countersign(&world.case, newest(&world.case), by(5))).0, Why::NotYet);
    let stranger = Voice::Member(MemberId(id(99)));
    assert_eq!(refused(sign(&world.case, newest(&world.case), stranger, prose("x"))).0, Why::Invalid);
    let signed = sign(&world.case, newest(&world.case), Voice::Member(HUSBAND), prose("For Alice"))
        .expect("he represents her");
    world.happen(3, signed);
    assert_eq!(
        refused(sign(&world.case, newest(&world.case), Voice::Person, prose("x"))).0,
        Why::AlreadyDone
    );
    assert_eq!(
        refused(countersign(&world.case, newest(&world.case), by(3))).0,
        Why::NotAllowed,
        "not for both sides"
    );
    let countersigned = countersign(&world.case, newest(&world.case), by(5)).expect("countersigned");
    world.happen(5, countersigned);
    assert_eq!(refused(countersign(&world.case, newest(&world.case), by(5))).0, Why::AlreadyDone);
    assert!(world.case.arrangement.in_force().is_some());
}

#[test]
fn a_direct_payment_needs_consent_to_be_signed_and_to_be_paid() {
    let mut world = scheduled();
    let withdrawn = circle::Event::ConsentWithdrawn {
        about: ConsentAbout::DirectPayment,
        voice: Voice::Person,
        how: prose("Blinked twice"),
    };
    world.happen(3, vec![withdrawn.into()]);
    let (why, message) = refused(release(&world.case, world.nth(0), by(FIRST)));
    assert_eq!((why, message.contains("consent")), (Why::NotYet, true));
}

#[test]
fn an_account_is_four_numbers_of_a_holding_that_has_one() {
    let world = planned();
    for wrong in ["", "123", "12345", "12a4", "١٢٣٤", "-123"] {
        let answer = approve_account(&world.case, DIRECT, line("A"), wrong, by(FIRST));
        assert_eq!(refused(answer).0, Why::Invalid, "{wrong}");
    }
    let gone = approve_account(&world.case, NOTIONAL, line("A"), "1234", by(FIRST));
    assert_eq!(refused(gone).0, Why::Invalid);
    let again = approve_account(&agreed().case, DIRECT, line("A budget"), "0417", by(FIRST));
    assert_eq!(refused(again).0, Why::AlreadyDone);
}

#[test]
fn a_year_is_scheduled_to_the_penny_and_set_aside() {
    let world = scheduled();
    let all = &world.case.arrangement.instalments;
    assert_eq!(all.len(), 1 + 13 + 12);
    let sum = |held: HoldingId| -> Pence {
        all.iter().filter(|i| i.planned.holding == held).map(|i| i.planned.amount).sum()
    };
    assert_eq!((sum(DIRECT), sum(THIRD)), (Pence(33_333 * 52 + 25_000), Pence(7_777 * 12)));
    assert_eq!(all[0].planned.kind, InstalmentKind::StartUp);
    assert_eq!(all[13].planned.due, Date::constant(2027, 3, 8), "12 times 4 weeks later");
    assert_eq!(all[15].planned.due, Date::constant(2026, 5, 6));
    assert_eq!(world.balances().promised(), Pence(33_333 * 52 + 25_000 + 7_777 * 12));
}

#[test]
fn nothing_is_promised_beyond_what_was_agreed() {
    let world = scheduled();
    let more = |funder, pence, n| {
        let amount = Pence(pence);
        let one = Scheduled {
            id: InstalmentId(id(n)),
            holding: THIRD,
            due: TODAY,
            funder,
            kind: InstalmentKind::OneOff,
            amount,
        };
        schedule_one(&world.case, one, by(FIRST))
    };
    let (why, message) = refused(more(Funder::Council, 1, 600));
    assert_eq!(why, Why::NotYet);
    assert!(message.contains("£"), "{message}");
    assert_eq!(refused(more(Funder::Nhs, 0, 601)).0, Why::Invalid);
    assert_eq!(refused(more(Funder::Nhs, -5, 602)).0, Why::Invalid);
    let first = world.nth(0).0;
    let again = |rhythm, day| schedule(&world.case, DIRECT, day, rhythm, by(FIRST), || first);
    let same = again(Rhythm::FourWeekly, TODAY);
    assert_eq!(same, Ok(Decision::default()), "the same form sent twice");
    assert_eq!(refused(again(Rhythm::Monthly, TODAY)).0, Why::AlreadyDone);
    assert_eq!(refused(again(Rhythm::FourWeekly, crate::dates::days_after(TODAY, 1))).0, Why::AlreadyDone);
}

#[test]
fn what_cannot_be_scheduled() {
    let world = agreed();
    let try_it = |held, day, who| schedule(&world.case, held, day, Rhythm::Monthly, who, || id(700));
    assert_eq!(refused(try_it(HoldingId(id(404)), TODAY, by(FIRST))).0, Why::Invalid);
    assert_eq!(refused(try_it(DIRECT, Date::constant(2026, 4, 5), by(FIRST))).0, Why::Invalid);
    assert_eq!(refused(try_it(DIRECT, Date::constant(2028, 4, 5), by(FIRST))).0, Why::Invalid);
    assert_eq!(refused(try_it(DIRECT, TODAY, by(3))).0, Why::NotAllowed, "not for one's own family");
    let early = schedule(&planned().case, DIRECT, TODAY, Rhythm::Monthly, by(FIRST), || id(700));
    assert_eq!(refused(early).0, Why::NotYet, "there is no agreement");
}

#[test]
fn one_releases_another_confirms_and_the_money_moves_once() {
    let mut world = scheduled();
    let payment = world.nth(0);
    let entry = EntryId(id(800));
    assert_eq!(refused(confirm(&world.case, payment, by(SECOND), entry)).0, Why::NotYet);
    let released = release(&world.case, payment, by(FIRST)).expect("released");
    world.happen(FIRST, released);
    assert_eq!(refused(release(&world.case, payment, by(SECOND))).0, Why::AlreadyDone);
    let (why, message) = refused(confirm(&world.case, payment, by(FIRST), entry));
    assert_eq!(why, Why::NotAllowed);
    assert!(message.contains("somebody else"), "{message}");
    assert_eq!(world.balances().come_in(), Pence(0), "released is not paid");
    assert_eq!(refused(cancel(&world.case, payment, prose("x"), by(FIRST), entry)).0, Why::NotYet);
    let before = world.balances().promised();
    let confirmed = confirm(&world.case, payment, by(SECOND), entry);
    world.take(SECOND, confirmed);
    assert_eq!(refused(confirm(&world.case, payment, by(SECOND), entry)).0, Why::AlreadyDone);
    assert_eq!(world.balances().come_in(), Pence(25_000));
    assert_eq!(world.balances().promised(), before - Pence(25_000), "the promise is kept");
    assert_eq!(world.case.arrangement.first_paid, Some(TODAY));
    assert_eq!(refused(send_back(&world.case, payment, prose("x"), by(FIRST))).0, Why::NotYet);
    assert_eq!(refused(cancel(&world.case, payment, prose("x"), by(FIRST), entry)).0, Why::NotYet);
}

#[test]
fn nothing_is_released_before_both_have_signed() {
    let mut world = planned();
    let entry = world.entry();
    let made = make(&world.case, TODAY, by(5), entry, &world.balances());
    world.take(5, made);
    let mut ids: Vec<Uuid> = (0..40).map(|_| world.deal()).collect();
    let decision =
        schedule(&world.case, THIRD, TODAY, Rhythm::Monthly, by(FIRST), || ids.pop().expect("an id"));
    world.take(FIRST, decision);
    assert_eq!(refused(release(&world.case, world.nth(0), by(FIRST))).0, Why::NotYet);
    let signed =
        sign(&world.case, newest(&world.case), Voice::Person, prose("Blinked once")).expect("signed");
    world.happen(3, signed);
    assert_eq!(refused(release(&world.case, world.nth(0), by(FIRST))).0, Why::NotYet, "one side is not both");
}

#[test]
fn sent_back_and_cancelled_money_is_free_again() {
    let mut world = scheduled();
    let payment = world.nth(0);
    let released = release(&world.case, payment, by(FIRST)).expect("released");
    world.happen(FIRST, released);
    let back = send_back(&world.case, payment, prose("The account is another"), by(SECOND)).expect("back");
    world.happen(SECOND, back);
    assert_eq!(world.case.arrangement.instalments[0].state, PaymentState::Planned);
    let before = world.balances().promised();
    let cancelled = cancel(&world.case, payment, prose("Not needed"), by(FIRST), EntryId(id(801)));
    world.take(FIRST, cancelled);
    assert_eq!(world.balances().promised(), before - Pence(25_000));
    let again = cancel(&world.case, payment, prose("x"), by(FIRST), EntryId(id(802)));
    assert_eq!(refused(again).0, Why::AlreadyDone);
    assert_eq!(refused(release(&world.case, payment, by(FIRST))).0, Why::NotYet);
}

proptest! {
    #[test]
    fn schedules_lose_no_penny(weekly in 1i64..500_000, monthly in any::<bool>()) {
        let mut world = planned();
        let line = LineWords { amount: Pence(weekly), ..world.case.plan.line(WAGES).expect("there").words.clone() };
        let sending = SubmissionId(id(9));
        world.happen(3, vec![
            plan::Event::LineChanged { id: WAGES, line, voice: Voice::Person, based_on: None }.into(),
            signoff::Event::Sent { id: sending, voice: Voice::Person, to: None, note: None }.into(),
            signoff::Event::Agreed {
                id: sending, reasons: prose("x"), nhs: Pence(weekly * 52), council: Pence(0),
                start_up: Pence(25_000), limit: Pence(i64::MAX),
            }.into(),
        ]);
        let entry = world.entry();
        let made = make(&world.case, TODAY, by(5), entry, &world.balances());
        world.take(5, made);
        let rhythm = if monthly { Rhythm::Monthly } else { Rhythm::FourWeekly };
        let mut ids: Vec<Uuid> = (0..40).map(|_| world.deal()).collect();
        let decision = schedule(&world.case, DIRECT, TODAY, rhythm, by(FIRST), || ids.pop().expect("an id"));
        world.take(FIRST, decision);
        prop_assert_eq!(world.balances().promised(), Pence(weekly * 52 + 25_000));
    }

    #[test]
    fn what_came_in_is_spent_or_left_whatever_happens(
        steps in proptest::collection::vec((0u8..9, 1i64..200_000, 0usize..26), 1..60)
    ) {
        let mut world = scheduled();
        let mut out: Vec<Movement> = vec![];
        for (n, (kind, pence, nth)) in (10_000u128..).zip(steps) {
            let before = world.clone();
            let payment = world.nth(nth);
            let entry = EntryId(id(n));
            let decision = match kind {
                0 => release(&world.case, payment, by(FIRST)).map(|events| Decision { events, entries: vec![] }),
                1 => confirm(&world.case, payment, by(SECOND), entry),
                2 => send_back(&world.case, payment, prose("x"), by(SECOND)).map(|events| Decision { events, entries: vec![] }),
                3 => cancel(&world.case, payment, prose("x"), by(FIRST), entry),
                4 => {
                    out.push(movement(n, DIRECT, -pence));
                    take_in(&world.case, StatementId(id(n)), DIRECT, &out[out.len() - 1..], 0, by(3))
                }
                5 => explain_money_in(&world.case, &movement(n, THIRD, pence), CameIn::OwnMoney, by(3)),
                6 => explain_money_in(&world.case, &movement(n, DIRECT, pence), CameIn::Refund { line: WAGES }, by(3)),
                7 => match out.get(nth) {
                    Some(m) => match_spending(&world.case, m, vec![(WAGES, -m.amount)], by(3), entry),
                    None => continue,
                },
                _ => {
                    let Some(m) = out.get(nth) else { continue };
                    let made = world.entries.iter().rev().find(|e| e.about == m.id.0 && e.cause == crate::ledger::Cause::BankLineMatched);
                    let Some(made) = made.cloned() else { continue };
                    unmatch(&world.case, m.id, prose("x"), &made, by(3), entry)
                }
            };
            match decision {
                Ok(decision) => {
                    let who = if kind == 1 || kind == 2 { SECOND } else { FIRST };
                    world.take(who, Ok(decision));
                }
                Err(_) => prop_assert_eq!(&world.case, &before.case),
            }
            let b = world.balances();
            prop_assert_eq!(b.come_in(), b.spent() + b.left());
            let waiting: Pence = world.case.arrangement.instalments.iter()
                .filter(|i| matches!(i.state, PaymentState::Planned | PaymentState::Released))
                .map(|i| i.planned.amount).sum();
            prop_assert_eq!(b.promised(), waiting, "what is promised is what is scheduled and not paid");
            let mut keys: Vec<_> = world.entries.iter().map(|e| e.key.clone()).collect();
            keys.sort();
            keys.dedup();
            prop_assert_eq!(keys.len(), world.entries.len(), "no key is used twice");
        }
    }
}
