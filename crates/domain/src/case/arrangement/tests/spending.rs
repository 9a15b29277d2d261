//! What came out of an account, what it was for, and what is left.

use super::*;
use crate::access::Role;

#[test]
fn our_own_payments_are_recognised_and_not_counted_twice() {
    let mut world = scheduled();
    world.pay(0);
    world.pay(1);
    let together = world.balances().come_in();
    let lines =
        [movement(901, DIRECT, together.0), movement(902, DIRECT, 25_000), movement(903, DIRECT, -900)];
    let taken = take_in(&world.case, StatementId(id(1)), DIRECT, &lines, 0, by(3));
    world.take(3, taken);
    assert_eq!(world.case.arrangement.arrived.size(), 1);
    assert_eq!(
        world.case.arrangement.arrived.get(&BankLineId(id(901))),
        Some(&vec![world.nth(0), world.nth(1)])
    );
    assert_eq!(world.balances().come_in(), together, "counted when it was paid");
    assert_eq!(world.balances().spent(), Pence(900));
    let nobody = take_in(&world.case, StatementId(id(2)), NOTIONAL, &[], 0, by(3));
    assert_eq!(refused(nobody).0, Why::Invalid);
}

#[test]
fn a_payment_is_matched_to_the_penny_or_not_at_all() {
    let mut world = scheduled();
    let paid = movement(910, DIRECT, -1_001);
    let taken = take_in(&world.case, StatementId(id(1)), DIRECT, std::slice::from_ref(&paid), 0, by(3));
    world.take(3, taken);
    let try_it = |to: Vec<(LineId, Pence)>| match_spending(&world.case, &paid, to, by(3), EntryId(id(911)));
    for wrong in [
        vec![],
        vec![(WAGES, Pence(1_000))],
        vec![(WAGES, Pence(2_001)), (CHAIR, Pence(-1_000))],
        vec![(WAGES, Pence(500)), (WAGES, Pence(501))],
        vec![(LineId(id(404)), Pence(1_001))],
        vec![(WAGES, Pence(i64::MAX)), (CHAIR, Pence(i64::MAX))],
    ] {
        assert_eq!(refused(try_it(wrong.clone())).0, Why::Invalid, "{wrong:?}");
    }
    let matched = try_it(vec![(WAGES, Pence(500)), (CHAIR, Pence(501))]);
    world.take(3, matched);
    assert_eq!(world.balances().get(Layer::Actual, Account::Line(CHAIR)), Pence(501));
    assert_eq!(world.balances().get(Layer::Actual, Account::Unmatched), Pence(0));
    let again = match_spending(&world.case, &paid, vec![(WAGES, Pence(1_001))], by(3), EntryId(id(912)));
    assert_eq!(refused(again).0, Why::AlreadyDone);

    let entry = world.entries.last().cloned().expect("the match");
    let undone = unmatch(&world.case, paid.id, prose("It was swimming"), &entry, by(3), EntryId(id(913)));
    world.take(3, undone);
    assert_eq!(world.balances().get(Layer::Actual, Account::Unmatched), Pence(1_001));
    let twice = unmatch(&world.case, paid.id, prose("x"), &entry, by(3), EntryId(id(914)));
    assert_eq!(refused(twice).0, Why::AlreadyDone);
    let other = match_spending(&world.case, &paid, vec![(SWIM, Pence(1_001))], by(3), EntryId(id(915)));
    world.take(3, other);
    assert_eq!(world.balances().get(Layer::Actual, Account::Line(SWIM)), Pence(1_001));
}

#[test]
fn the_nhs_part_is_never_topped_up() {
    let mut world = scheduled();
    let own = movement(920, DIRECT, 5_000);
    let (why, message) = refused(explain_money_in(&world.case, &own, CameIn::OwnMoney, by(3)));
    assert_eq!(why, Why::NotYet);
    assert!(message.contains("NHS part"), "{message}");
    let council = explain_money_in(&world.case, &movement(921, THIRD, 5_000), CameIn::OwnMoney, by(3));
    world.take(3, council);
    assert_eq!(world.balances().get(Layer::Actual, Account::Own), Pence(-5_000));
    let again = explain_money_in(&world.case, &movement(921, THIRD, 5_000), CameIn::Interest, by(3));
    assert_eq!(refused(again).0, Why::AlreadyDone);
    let out = explain_money_in(&world.case, &movement(922, THIRD, -1), CameIn::Interest, by(3));
    assert_eq!(refused(out).0, Why::NotYet);
    let refund =
        explain_money_in(&world.case, &movement(923, THIRD, 40), CameIn::Refund { line: SWIM }, by(3));
    world.take(3, refund);
    assert_eq!(world.balances().spent(), Pence(-40));
}

#[test]
fn receipts_are_kept_once_and_point_at_what_is_there() {
    let mut world = agreed();
    let kept = add_receipt(&world.case, FileId(id(1)), None, Some(SWIM), None).expect("kept");
    world.happen(3, kept);
    assert_eq!(add_receipt(&world.case, FileId(id(1)), None, Some(SWIM), None), Ok(vec![]));
    let other = add_receipt(&world.case, FileId(id(1)), None, None, Some(line("A bus fare")));
    assert_eq!(refused(other).0, Why::AlreadyDone);
    let nowhere = add_receipt(&world.case, FileId(id(2)), None, Some(LineId(id(404))), None);
    assert_eq!(refused(nowhere).0, Why::Invalid);
}

/// David and Dee: a notional budget first, a direct payment a year later.
#[test]
fn from_notional_to_a_direct_payment_in_the_same_case() {
    let mut world = planned();
    let to_notional =
        |line: LineId, funder, pence, every| cost(line, funder, pence, every, NOTIONAL, "assistant");
    let ended = |id| plan::Event::HoldingEnded { id, on: TODAY, why: prose("Not yet") }.into();
    let removed = |id| plan::Event::LineRemoved { id, why: prose("Not yet") }.into();
    world.happen(
        3,
        vec![
            removed(WAGES),
            removed(CHAIR),
            removed(SWIM),
            holding(NOTIONAL, Mode::Notional),
            ended(DIRECT),
            ended(THIRD),
            to_notional(LineId(id(54)), Funder::Nhs, 100, Every::Week),
        ],
    );
    let bought = |on| Bought {
        holding: NOTIONAL,
        line: LineId(id(54)),
        amount: Pence(4_200),
        on,
        what: line("Agency, first week"),
    };
    let spend = |world: &World, on| record_notional(&world.case, bought(on), by(5), EntryId(id(930)), false);
    assert_eq!(refused(spend(&world, TODAY)).0, Why::NotYet);
    let why = make(&world.case, TODAY, by(5), EntryId(id(931)), &world.balances());
    assert!(refused(why).1.contains("changed since it was agreed"));
    agreed_anew(&mut world);
    let entry = world.entry();
    let made = make(&world.case, TODAY, by(5), entry, &world.balances());
    world.take(5, made);
    let signed = sign(&world.case, newest(&world.case), Voice::Person, prose("Said yes")).expect("signed");
    world.happen(3, signed);
    let countersigned = countersign(&world.case, newest(&world.case), by(5)).expect("countersigned");
    world.happen(5, countersigned);
    assert_eq!(refused(spend(&world, Date::constant(2026, 4, 7))).0, Why::Invalid);
    let spent = spend(&world, TODAY);
    world.take(5, spent);
    assert_eq!((world.balances().come_in(), world.balances().left()), (Pence(4_200), Pence(0)));

    let new = HoldingId(id(44));
    let words = HoldingWords { mode: Mode::DirectPayment, organisation: None, name: line("David's own") };
    let change = Change {
        old: NOTIONAL,
        new,
        words,
        on: TODAY,
        why: prose("We feel ready"),
        leftover: Leftover::MoveOn,
    };
    let mut n = 2_000;
    let changed = change_holding(&world.case, change.clone(), held(&world, NOTIONAL), by(5), || {
        n += 1;
        EntryId(id(n))
    });
    world.take(5, changed);
    assert_eq!(world.case.plan.line(LineId(id(54))).expect("there").words.holding, Some(new));
    assert_eq!(world.case.plan.open_holdings().map(|h| h.id).collect::<Vec<_>>(), [new]);
    assert_eq!(world.balances().spent(), Pence(4_200), "nothing is lost");
    let again = change_holding(&world.case, change, held(&world, NOTIONAL), by(5), || EntryId(id(1)));
    assert_eq!(again, Ok(Decision::default()), "sent twice");
    // The signed agreement says nothing of a direct payment: a new one is due.
    let why = agreement::may_be_paid(&world.case, new, TODAY).expect_err("not covered").message;
    assert!(why.contains("is not about"), "{why}");
}

#[test]
fn what_is_left_goes_back_to_those_who_paid_it() {
    let mut world = scheduled();
    world.pay(0);
    let change = |leftover| Change {
        old: DIRECT,
        new: HoldingId(id(45)),
        words: HoldingWords { mode: Mode::Notional, organisation: None, name: line("NHS") },
        on: TODAY,
        why: prose("It is too much for us now"),
        leftover,
    };
    let mut n = 3_000;
    let mut deal = || {
        n += 1;
        EntryId(id(n))
    };
    let back =
        change_holding(&world.case, change(Leftover::GiveBack), held(&world, DIRECT), by(5), &mut deal);
    world.take(5, back);
    assert_eq!((world.balances().come_in(), world.balances().left()), (Pence(0), Pence(0)));
    let again = change_holding(&world.case, change(Leftover::GiveBack), Held::default(), by(5), &mut deal);
    assert_eq!(again, Ok(Decision::default()), "sent twice");
    let other = change_holding(&world.case, change(Leftover::MoveOn), Held::default(), by(5), &mut deal);
    assert_eq!(refused(other).0, Why::AlreadyDone, "it did not move on");
    let settled = world.case.arrangement.settled.last().expect("it is known");
    assert_eq!((settled.holding, settled.nhs, settled.council), (DIRECT, Pence(25_000), Pence(0)));
    assert_eq!(world.balances().promised(), Pence(7_777 * 12), "only what the organisation is promised");
}

#[test]
fn a_notional_budget_begun_within_the_year_has_what_the_year_has_left() {
    let (new, wages) = (HoldingId(id(45)), Pence(33_333 * 52));
    let mut world = scheduled();
    assert_eq!(notional::to_come(&world.case, TODAY), [], "none is notional");
    world.pay(0);
    world.pay(1);
    let paid = [0, 1].map(|n| world.case.arrangement.instalments[n].planned.amount);
    assert_eq!(paid, [Pence(25_000), Pence(133_332)], "the chair, and 4 weeks");
    let change = Change {
        old: DIRECT,
        new,
        words: HoldingWords { mode: Mode::Notional, organisation: None, name: line("NHS") },
        on: TODAY,
        why: prose("It is too much for us now"),
        leftover: Leftover::MoveOn,
    };
    let mut n = 3_000;
    let changed = change_holding(&world.case, change, held(&world, DIRECT), by(5), || {
        n += 1;
        EntryId(id(n))
    });
    world.take(5, changed);
    assert_eq!(notional::to_come(&world.case, TODAY), [], "nobody has signed for it");
    agreed_anew(&mut world);
    let entry = world.entry();
    let made = make(&world.case, TODAY, by(5), entry, &world.balances());
    world.take(5, made);
    let signed = sign(&world.case, newest(&world.case), Voice::Person, prose("Said yes")).expect("signed");
    world.happen(3, signed);
    let countersigned = countersign(&world.case, newest(&world.case), by(5)).expect("countersigned");
    world.happen(5, countersigned);
    let to_come = notional::to_come(&world.case, TODAY);
    assert_eq!(to_come, [(new, wages - paid[1])], "48 weeks, and no second chair");
    let bought = Bought { holding: new, line: WAGES, amount: Pence(4_200), on: TODAY, what: line("Agency") };
    let entry = world.entry();
    let spent = record_notional(&world.case, bought, by(5), entry, false);
    world.take(5, spent);
    assert_eq!(notional::to_come(&world.case, TODAY), [(new, wages - paid[1] - Pence(4_200))]);

    let entry = world.entry();
    let renewed = make(&world.case, Date::constant(2027, 4, 6), by(5), entry, &world.balances());
    world.take(5, renewed);
    assert_eq!(notional::to_come(&world.case, TODAY), [(new, wages - paid[1] - Pence(4_200))], "this year");
    let next = Date::constant(2027, 4, 6);
    assert_eq!(notional::to_come(&world.case, next), [], "that is not signed");
    world.signed(by(5));
    assert_eq!(notional::to_come(&world.case, next), [(new, wages)], "a whole year again");
}

/// Whoever changes how money is held has a place in the case. Payments to the
/// old way are called off with it, though nobody with a place cancels one.
#[test]
fn a_coordinator_changes_the_way_where_payments_are_planned() {
    let mut world = scheduled();
    let jo = crate::MemberId(id(1_500));
    let place = crate::testing::joined(jo, "Jo", crate::case::CaseRole::CareCoordinator, Some(by(5).who));
    world.happen(3, vec![place]);
    let cancelled = cancel(&world.case, world.nth(0), prose("x"), by(5), EntryId(id(2_999)));
    assert_eq!(refused(cancelled).0, Why::NotAllowed);
    let change = Change {
        old: DIRECT,
        new: HoldingId(id(45)),
        words: HoldingWords { mode: Mode::Notional, organisation: None, name: line("NHS") },
        on: TODAY,
        why: prose("It is too much for us now"),
        leftover: Leftover::MoveOn,
    };
    let mut n = 3_000;
    let changed = change_holding(&world.case, change, held(&world, DIRECT), by(5), || {
        n += 1;
        EntryId(id(n))
    });
    world.take(5, changed);
    let of_old = world.case.arrangement.instalments.iter().filter(|i| i.planned.holding == DIRECT);
    assert!(of_old.clone().count() > 0);
    assert!(of_old.clone().all(|i| i.state == PaymentState::Cancelled));
    assert_eq!(world.balances().promised(), Pence(7_777 * 12), "only what the organisation is promised");
}

/// The tasks that wait about the agreement and the payments until they are done,
/// each with whose it is.
fn waiting(world: &World) -> Vec<(String, Vec<Role>)> {
    let all = turns(&world.case).into_iter().filter(|turn| turn.from.is_none());
    all.map(|turn| (world.case.movers(&turn), turn)).map(|(of, turn)| (turn.task, of)).collect()
}

/// The same way of holding money, with somebody else: nothing else on the record
/// tells that nobody is paid from now on.
#[test]
fn when_the_money_moves_to_another_organisation_each_step_to_the_next_payment_is_somebodys() {
    let mut world = scheduled();
    world.pay(0);
    assert_eq!(waiting(&world), [], "all that is needed is there");
    let (new, first) = (HoldingId(id(45)), world.case.arrangement.agreement().expect("made").clone());
    let words = HoldingWords {
        mode: Mode::ThirdParty,
        organisation: Some(OrganisationId(id(10))),
        name: line("Another organisation"),
    };
    let change =
        Change { old: THIRD, new, words, on: TODAY, why: prose("It closed"), leftover: Leftover::MoveOn };
    let mut n = 3_000;
    let changed = change_holding(&world.case, change, held(&world, THIRD), by(5), || {
        n += 1;
        EntryId(id(n))
    });
    world.take(5, changed);
    let coordinator = vec![Role::Case(CaseRole::CareCoordinator)];
    assert_eq!(waiting(&world)[0].0, "Have the changed plan agreed", "the organisation was not");
    let why = make(&world.case, TODAY, by(5), EntryId(id(931)), &world.balances());
    assert!(refused(why).1.contains("changed since it was agreed"));
    agreed_anew(&mut world);
    assert_eq!(waiting(&world), [("Make a new agreement".to_owned(), coordinator)]);
    assert_eq!(world.case.arrangement.agreement().expect("there").terms, first.terms, "signed stays signed");
    let why = agreement::may_be_paid(&world.case, new, TODAY).expect_err("not covered").message;
    assert!(why.contains("is not about"), "{why}");

    let entry = world.entry();
    let made = make(&world.case, TODAY, by(5), entry, &world.balances());
    world.take(5, made);
    assert_eq!(waiting(&world)[0].0, "Waiting for them to sign the agreement");
    let signed =
        sign(&world.case, newest(&world.case), Voice::Person, prose("Blinked once")).expect("signed");
    world.happen(3, signed);
    assert_eq!(waiting(&world)[0].0, "Sign the agreement for the NHS");
    let countersigned = countersign(&world.case, newest(&world.case), by(5)).expect("countersigned");
    world.happen(5, countersigned);
    assert_eq!(waiting(&world), [("Schedule the payments".to_owned(), vec![Role::Finance])]);
    let mut ids: Vec<Uuid> = (0..40).map(|_| world.deal()).collect();
    let planned = schedule(&world.case, new, TODAY, Rhythm::Monthly, by(FIRST), || ids.pop().expect("an id"));
    world.take(FIRST, planned);
    assert_eq!(waiting(&world), []);
    assert!(agreement::may_be_paid(&world.case, new, TODAY).is_ok());
}

#[test]
fn nobody_signs_what_is_not_so_any_more() {
    let mut world = planned();
    let entry = world.entry();
    let made = make(&world.case, TODAY, by(5), entry, &world.balances());
    world.take(5, made);
    let husband = Voice::Member(HUSBAND);
    world.happen(5, vec![holding(NOTIONAL, Mode::Notional)]);
    assert_eq!(refused(sign(&world.case, newest(&world.case), husband, prose("x"))).0, Why::NotYet);
    let ended = plan::Event::HoldingEnded { id: NOTIONAL, on: TODAY, why: prose("A mistake") };
    world.happen(5, vec![ended.into()]);
    let signed =
        sign(&world.case, newest(&world.case), husband, prose("For Alice")).expect("as it was written");
    world.happen(3, signed);
    world.happen(5, vec![holding(HoldingId(id(46)), Mode::Notional)]);
    assert_eq!(refused(countersign(&world.case, newest(&world.case), by(5))).0, Why::NotYet);
}

/// The new agreement is made within the year: what is promised in it is still
/// what was agreed for one year, and what is paid once has been paid.
#[test]
fn a_change_within_the_year_promises_nothing_twice() {
    let mut world = scheduled();
    world.pay(0);
    for paid in 1..4 {
        world.pay(paid);
    }
    let mut at = by(5);
    at.today = Date::constant(2026, 7, 1);
    let new = HoldingId(id(45));
    let words = HoldingWords { mode: Mode::DirectPayment, organisation: None, name: line("Another account") };
    let change = Change {
        old: DIRECT,
        new,
        words,
        on: at.today,
        why: prose("A better bank"),
        leftover: Leftover::MoveOn,
    };
    let mut n = 3_000;
    let changed = change_holding(&world.case, change, held(&world, DIRECT), at, || {
        n += 1;
        EntryId(id(n))
    });
    world.take(5, changed);
    let entry = world.entry();
    let made = make(&world.case, at.today, at, entry, &world.balances());
    world.take(5, made);
    let terms = &world.case.arrangement.agreement().expect("made").terms;
    let of_new = terms.iter().find(|term| term.holding == new).expect("it is about it");
    assert!(of_new.paid.iter().all(|paid| paid.once == Pence(0)), "{of_new:?}");
    let signed =
        sign(&world.case, newest(&world.case), Voice::Person, prose("Blinked once")).expect("signed");
    world.happen(3, signed);
    let countersigned = countersign(&world.case, newest(&world.case), at).expect("countersigned");
    world.happen(5, countersigned);

    let mut finance = by(FIRST);
    finance.today = at.today;
    let mut ids: Vec<Uuid> = (0..40).map(|_| world.deal()).collect();
    let four_weekly = Rhythm::FourWeekly;
    let planned = schedule(&world.case, new, at.today, four_weekly, finance, || ids.pop().expect("an id"));
    world.take(FIRST, planned);
    let all = world.case.arrangement.instalments.iter().filter(|i| i.planned.holding == new);
    let (all, year_end) = (all.collect::<Vec<_>>(), Date::constant(2027, 4, 6));
    assert!(all.iter().all(|i| i.planned.kind == InstalmentKind::Regular && i.planned.due < year_end));
    assert_eq!(all.len(), 10, "three of thirteen are paid");
    let more = Scheduled {
        id: InstalmentId(id(900)),
        holding: new,
        due: at.today,
        funder: Funder::Nhs,
        kind: InstalmentKind::OneOff,
        amount: Pence(100_000),
    };
    let message = refused(schedule_one(&world.case, more.clone(), finance)).1;
    assert!(message.contains("would promise"), "{message}");

    // Next year's agreement is made when this year ends, and frees nothing of this year.
    let early = make(&world.case, Date::constant(2027, 2, 1), at, EntryId(id(950)), &world.balances());
    assert_eq!(refused(early).0, Why::AlreadyDone);
    let entry = world.entry();
    let next = make(&world.case, Date::constant(2027, 4, 6), at, entry, &world.balances());
    world.take(5, next);
    let message = refused(schedule_one(&world.case, more.clone(), finance)).1;
    assert!(message.contains("would promise"), "{message}");
    let in_may = Scheduled { due: Date::constant(2027, 5, 6), ..more };
    assert!(schedule_one(&world.case, in_may, finance).is_ok(), "it is of the year after");
}

/// Who took back consent is not left with a payment that nobody can take away.
#[test]
fn a_released_payment_that_cannot_be_paid_is_sent_back() {
    let mut world = scheduled();
    world.pay(0);
    let payment = world.nth(1);
    let released = release(&world.case, payment, by(FIRST)).expect("released");
    world.happen(FIRST, released);
    assert_eq!(waiting(&world)[0].0, "Confirm a payment");
    let due = world.case.arrangement.instalment(payment).map(|i| i.planned.due);
    let confirm = turns(&world.case).into_iter().find(|turn| turn.task == "Confirm a payment");
    assert_eq!(confirm.expect("it waits").due, due, "it is late once it is not paid by its day");
    let (about, how) = (ConsentAbout::DirectPayment, prose("Blinked twice"));
    let back = circle::Event::ConsentWithdrawn { about, voice: Voice::Person, how };
    world.happen(3, vec![back.into()]);
    let finance = vec![Role::Finance];
    assert_eq!(waiting(&world), [("Send back a payment that cannot be paid now".to_owned(), finance)]);
    let sent_back = send_back(&world.case, payment, prose("Consent was taken back"), by(SECOND));
    world.happen(SECOND, sent_back.expect("it may"));
    assert_eq!(waiting(&world), []);
}

/// Less is paid than was signed: theirs to change, and said where the agreement
/// stands. What gets more than was signed for it is signed again.
#[test]
fn what_is_paid_less_needs_no_new_agreement_and_what_is_paid_more_does() {
    let mut world = scheduled();
    let has_moved = |world: &World| {
        let last = world.case.arrangement.agreement().expect("made");
        (agreement::is_due(&world.case), agreement::has_moved(&world.case, last))
    };
    assert_eq!(has_moved(&world), (false, false));
    let wages = world.case.plan.line(WAGES).expect("there").words.clone();
    let moved = LineWords { holding: Some(THIRD), ..wages.clone() };
    let change = |line| plan::Event::LineChanged { id: WAGES, line, voice: Voice::Person, based_on: None };
    let less = LineWords { amount: Pence(30_000), ..wages.clone() };
    world.happen(5, vec![change(less).into()]);
    assert_eq!(has_moved(&world), (false, true));
    world.happen(5, vec![change(moved).into()]);
    assert_eq!(has_moved(&world), (true, false), "the organisation gets more");
    let made = make(&world.case, TODAY, by(5), EntryId(id(940)), &world.balances());
    assert!(made.is_ok());
    let dearer = LineWords { amount: Pence(40_000), ..wages };
    world.happen(5, vec![change(dearer).into()]);
    assert_eq!(has_moved(&world), (false, false), "the plan is being written: its agreement comes first");
}
