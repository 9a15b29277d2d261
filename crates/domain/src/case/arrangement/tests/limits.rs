//! Nothing is paid, planned or bought that was not signed for.

use super::*;

const DAY: Date = Date::constant(2026, 4, 7);
const NEXT_YEAR: Date = Date::constant(2027, 4, 6);
const NEW: HoldingId = HoldingId(Uuid::from_u128(45));

/// What has been paid of which `is_it` says so.
fn paid(world: &World, is_it: impl Fn(&Instalment) -> bool) -> Pence {
    let all = world.case.arrangement.instalments.iter();
    all.filter(|i| i.state == PaymentState::Paid && is_it(i)).map(|i| i.planned.amount).sum()
}

#[test]
fn one_payment_goes_only_where_it_was_signed_for() {
    let mut world = agreed();
    let why = refused(world.one(by(5), (THIRD, Funder::Nhs), 33_333 * 52)).1;
    assert!(why.contains("£0.00 is what the agreement says is paid there"), "{why}");
    let why = refused(world.one(by(5), (DIRECT, Funder::Council), 25_000)).1;
    assert!(why.contains("the agreement says is paid there"), "nor the council's start-up: {why}");
    world.one(by(5), (DIRECT, Funder::Nhs), 33_333 * 52 + 25_000).expect("what is signed for it");
    assert!(world.planned_from(by(5), DIRECT, TODAY).is_err(), "all of it is planned");
}

/// What one payment paid ahead is not planned a second time.
#[test]
fn one_payment_is_of_the_money_of_the_year() {
    let mut world = wages_planned();
    let of_wages = world.of(DIRECT);
    for payment in &of_wages[7..] {
        world.cancelled(at(DAY), *payment);
    }
    let half: Pence =
        WAGES_OF_A_YEAR - world.regular(|i| i.planned.holding == DIRECT && is_not_called_off(i));
    let one = world.one(at(DAY), (DIRECT, Funder::Nhs), half.0).expect("half a year ahead");
    world.paid(at(DAY), one).expect("paid");
    assert!(world.planned_from(at(DAY), DIRECT, DAY).is_err(), "nothing is left");
    assert_eq!(world.tasks(DAY).iter().filter(|task| task.contains("Plan")).count(), 0);
    for payment in &of_wages[..7] {
        world.paid(at(DAY), *payment).expect("the others");
    }
    world.changed(at(DAY), (DIRECT, NEW), Mode::DirectPayment, Leftover::MoveOn);
    world.agreed_on(at(DAY));
    let later = at(Date::constant(2026, 4, 8));
    world.made(later, later.today);
    world.signed(later);
    let schedule = "Schedule the payments".to_owned();
    assert!(!world.tasks(later.today).contains(&schedule), "{:?}", world.tasks(later.today));
}

#[test]
fn more_is_planned_at_once_as_well_as_through_the_year() {
    let mut world = wages_planned();
    world.wages(at(DAY), 40_000);
    let later = at(Date::constant(2026, 4, 8));
    world.made(later, later.today);
    world.signed(later);
    let more = "Plan more payments: they come to less than the plan says".to_owned();
    assert!(world.tasks(later.today).contains(&more));
    world.one(later, (DIRECT, Funder::Nhs), (40_000 - 33_333) * 52).expect("the difference");
    assert!(!world.tasks(later.today).contains(&more));
}

/// A cost that is paid once is paid by one payment as well, and not again by others.
#[test]
fn one_payment_is_first_for_what_is_paid_once() {
    let mut world = wages_planned();
    let chair = world.of(DIRECT)[0];
    world.cancelled(by(5), chair);
    world.one(by(5), (DIRECT, Funder::Nhs), 25_000).expect("the chair");
    let again = refused(world.one(by(5), (DIRECT, Funder::Nhs), 25_000)).1;
    assert!(again.contains("would promise"), "{again}");
}

#[test]
fn what_is_paid_once_is_of_no_later_year() {
    let mut world = wages_planned();
    for payment in world.planned_now() {
        world.paid(by(5), payment).expect("the year");
    }
    let spring = at(NEXT_YEAR);
    world.made(spring, NEXT_YEAR);
    world.signed(spring);
    let agreement = world.case.arrangement.agreement().expect("made");
    assert_eq!(agreement.paid((DIRECT, Funder::Nhs)).once, Pence(0));
    world.planned_from(spring, DIRECT, NEXT_YEAR).expect("the next year");
    world.planned_from(spring, THIRD, NEXT_YEAR).expect("the next year");
    for funder in [Funder::Nhs, Funder::Council] {
        assert_eq!(refused(world.one(spring, (DIRECT, funder), 25_000)).0, Why::NotYet, "{funder:?}");
    }
}

/// A cost that is planned and not paid yet stays in what is signed.
#[test]
fn a_new_agreement_has_what_is_paid_once_until_it_is_paid() {
    let mut world = wages_planned();
    world.wages(at(DAY), 40_000);
    let later = at(Date::constant(2026, 4, 8));
    world.made(later, later.today);
    world.signed(later);
    let agreement = world.case.arrangement.agreement().expect("made");
    assert_eq!(agreement.paid((DIRECT, Funder::Nhs)).once, Pence(25_000));
    let chair = world.of(DIRECT)[0];
    world.paid(later, chair).expect("as it was signed");
    world.wages(at(Date::constant(2026, 4, 9)), 41_000);
    let day = at(Date::constant(2026, 4, 10));
    world.made(day, day.today);
    let agreement = world.case.arrangement.agreement().expect("made");
    assert_eq!(agreement.paid((DIRECT, Funder::Nhs)).once, Pence(0));
}

/// Whoever changed from where a cost is paid: it is signed before it is paid there.
#[test]
fn a_year_does_not_move_elsewhere_without_a_signature() {
    let mut world = agreed();
    world.line_changed(by(7), WAGES, |line| line.holding = Some(THIRD));
    assert!(world.tasks(TODAY).contains(&"Make a new agreement".to_owned()), "{:?}", world.tasks(TODAY));
    world.planned_from(by(5), THIRD, TODAY).expect("the swimming alone");
    assert_eq!(world.regular(|i| i.planned.funder == Funder::Nhs), Pence(0));

    // Signed by the person, and changed before the NHS signs.
    let mut world = planned();
    world.made(by(5), TODAY);
    let signed = sign(&world.case, newest(&world.case), Voice::Person, prose("Said yes"));
    world.all_on(by(3), signed);
    world.line_changed(by(7), WAGES, |line| line.holding = Some(THIRD));
    let countersigned = countersign(&world.case, newest(&world.case), by(5));
    assert!(refused(countersigned).1.contains("has changed since this agreement was written"));
}

/// What still has to be agreed is neither planned nor bought; all else goes on.
#[test]
fn a_change_that_waits_to_be_agreed_stops_what_it_touches() {
    let mut world = wages_planned();
    let holiday = LineId(id(60));
    let removed = plan::Event::LineRemoved { id: WAGES, why: prose("Something else") };
    let cruise = cost(holiday, Funder::Nhs, 33_333, Every::Week, THIRD, "holiday");
    world.happen(3, vec![removed.into(), cruise]);
    assert_eq!(plan::changes::pending(&world.case).len(), 1);
    let why = refused(world.one(by(5), (THIRD, Funder::Council), 100)).1;
    assert!(why.contains("has to be agreed before more is planned here"), "{why}");
    for payment in world.planned_now() {
        world.paid(by(5), payment).expect("what was planned as it was agreed");
    }
    assert_eq!(paid(&world, |i| i.planned.holding == THIRD), Pence(7_777 * 12));
    assert_eq!(paid(&world, |i| i.planned.funder == Funder::Nhs), WAGES_OF_A_YEAR + Pence(25_000));
}

#[test]
fn nothing_is_bought_for_what_waits_to_be_agreed_or_is_paid_from_elsewhere() {
    let mut world = agreed();
    world.changed(by(5), (DIRECT, NEW), Mode::Notional, Leftover::MoveOn);
    world.agreed_on(at(DAY));
    let later = at(Date::constant(2026, 4, 8));
    world.made(later, later.today);
    world.signed(later);
    let buy = |world: &World, of: LineId, pence| {
        let (on, what) = (later.today, line("It"));
        let bought = Bought { holding: NEW, line: of, amount: Pence(pence), on, what };
        record_notional(&world.case, bought, later, EntryId(id(960)), false)
    };
    assert!(refused(buy(&world, SWIM, 100)).1.contains("pays for this from elsewhere"));
    let chair = buy(&world, CHAIR, 20_000);
    world.on(later, chair);
    assert!(refused(buy(&world, CHAIR, 5_001)).1.contains("£50.00 is what is left for this"));
    let rest = buy(&world, CHAIR, 5_000);
    world.on(later, rest);
    assert_eq!(notional::to_come(&world.case, later.today), [(NEW, WAGES_OF_A_YEAR)]);
    let wages = buy(&world, WAGES, 33_333 * 52);
    world.on(later, wages);
    assert_eq!(refused(buy(&world, WAGES, 1)).0, Why::NotYet);
    let holiday = cost(LineId(id(60)), Funder::Nhs, 100, Every::Week, NEW, "holiday");
    world.happen(3, vec![holiday]);
    assert!(refused(buy(&world, LineId(id(60)), 100)).1.contains("has to be agreed before money is used"));
}

#[test]
fn who_takes_back_their_yes_to_a_budget_is_paid_nothing() {
    let mut world = wages_planned();
    let payments = world.of(THIRD);
    let released = release(&world.case, payments[0], finance(by(5), FIRST));
    world.all_on(finance(by(5), FIRST), released);
    let given = circle::Event::ConsentGiven {
        about: ConsentAbout::TakingPart,
        voice: Voice::Person,
        how: prose("Said yes"),
    };
    world.happen(3, vec![given.into()]);
    world.withdrawn(by(3), ConsentAbout::TakingPart);
    let confirmed = confirm(&world.case, payments[0], finance(by(5), SECOND), EntryId(id(960)));
    assert!(refused(confirmed).1.contains("took back their yes to a budget"));
    assert_eq!(refused(release(&world.case, payments[1], finance(by(5), FIRST))).0, Why::NotYet);
    assert!(payments::is_stopped(&world.case, THIRD));
    assert!(world.tasks(TODAY).contains(&"Send back a payment that cannot be paid now".to_owned()));
}

/// What was bought before they took it back is written down, also when it is told late.
#[test]
fn nothing_is_bought_for_who_took_back_their_yes_to_a_budget() {
    let mut world = agreed();
    world.changed(by(5), (DIRECT, NEW), Mode::Notional, Leftover::MoveOn);
    world.agreed_on(at(DAY));
    let later = at(Date::constant(2026, 4, 8));
    world.made(later, later.today);
    world.signed(later);
    assert_ne!(notional::to_come(&world.case, later.today), []);
    let given = circle::Event::ConsentGiven {
        about: ConsentAbout::TakingPart,
        voice: Voice::Person,
        how: prose("Said yes"),
    };
    world.happen(3, vec![given.into()]);
    let back = at(Date::constant(2026, 4, 10));
    world.withdrawn(back, ConsentAbout::TakingPart);
    let buy = |on| {
        let bought = Bought { holding: NEW, line: WAGES, amount: Pence(100), on, what: line("It") };
        record_notional(&world.case, bought, at(Date::constant(2026, 4, 12)), EntryId(id(960)), false)
    };
    assert!(refused(buy(back.today)).1.contains("took back their yes to a budget"));
    assert!(buy(Date::constant(2026, 4, 9)).is_ok(), "it was bought before");
    assert_eq!(notional::to_come(&world.case, back.today), [], "and nothing more is to come");
}

/// A payment is counted as to come only where it can be made: what was signed has room
/// for some of them, and the next year's wait for its signatures.
#[test]
fn what_cannot_be_paid_is_not_to_come() {
    let mut world = wages_planned();
    let to_come = |world: &World| -> Pence {
        payments::that_can_be_made(&world.case).iter().map(|i| i.planned.amount).sum()
    };
    let all = WAGES_OF_A_YEAR + Pence(25_000) + Pence(7_777 * 12);
    assert_eq!(to_come(&world), all);
    let march = at(Date::constant(2027, 3, 1));
    world.made(march, NEXT_YEAR);
    world.planned_from(march, DIRECT, NEXT_YEAR).expect("it is made");
    assert_eq!(to_come(&world), all, "it is not signed");
    world.signed(march);
    assert_eq!(to_come(&world), all + WAGES_OF_A_YEAR);
    let april = at(NEXT_YEAR);
    world.wages(april, 10_000);
    world.made(april, april.today);
    world.signed(april);
    let month = WAGES_OF_A_YEAR.0 / 12;
    let of_next = 10_000 * 52 / month * month;
    assert_eq!(to_come(&world), all + Pence(of_next), "less was agreed for that year");
    world.withdrawn(april, ConsentAbout::DirectPayment);
    assert_eq!(to_come(&world), Pence(7_777 * 12));
}

#[test]
fn money_moves_into_a_direct_payment_only_with_consent() {
    let mut world = wages_planned();
    world.withdrawn(by(3), ConsentAbout::DirectPayment);
    let words = HoldingWords { mode: Mode::DirectPayment, organisation: None, name: line("Own") };
    let change =
        Change { old: THIRD, new: NEW, words, on: TODAY, why: prose("Over"), leftover: Leftover::MoveOn };
    let changed = change_holding(&world.case, change, Held::default(), by(5), || EntryId(id(960)));
    assert!(refused(changed).1.contains("no consent to a direct payment"));
}

#[test]
fn a_payment_is_released_a_week_before_it_is_due_and_not_earlier() {
    let world = wages_planned();
    let may = world.of(DIRECT)[2];
    let on = |day| release(&world.case, may, finance(at(day), FIRST));
    let why = refused(on(Date::constant(2026, 4, 28))).1;
    assert!(why.contains("due on 6 May 2026"), "{why}");
    assert!(on(Date::constant(2026, 4, 29)).is_ok());
}

/// What is paid into an account is never more than was signed for it, in whatever
/// order finance plans and the plan changes.
#[test]
fn a_cost_that_is_paid_once_and_then_each_year_is_not_paid_twice() {
    let mut world = agreed();
    world.line_changed(by(5), WAGES, |line| line.amount = Pence(10_000));
    world.planned_from(by(5), DIRECT, TODAY).expect("planned");
    let chair = world.of(DIRECT)[0];
    world.paid(by(5), chair).expect("paid once");
    world.line_changed(at(DAY), CHAIR, |line| line.every = Every::Year);
    world.agreed_on(at(DAY));
    let later = at(Date::constant(2026, 4, 8));
    world.made(later, later.today);
    world.signed(later);
    assert!(world.planned_from(later, DIRECT, later.today).is_err(), "it has been paid in this year");
}
