//! Money of a year that was signed is planned, paid or called off on purpose: none of
//! it is lost, and somebody always has the next move.

use super::*;

const MORE: &str = "Plan more payments: they come to less than the plan says";
const NEW: HoldingId = HoldingId(Uuid::from_u128(45));
const NEXT_YEAR: Date = Date::constant(2027, 4, 6);

fn on(y: i16, m: i8, d: i8) -> By {
    at(Date::constant(y, m, d))
}

/// All that is planned or paid through the years into the direct payment, however it
/// is held.
fn wages_of(world: &World) -> Pence {
    world.regular(|i| i.planned.funder == Funder::Nhs && is_not_called_off(i))
}

/// The first payments are made, and the account changes on a day.
fn changed_after(world: &mut World, paid: usize, day: By) {
    let all = world.of(DIRECT);
    for payment in &all[..=paid] {
        world.paid(by(5), *payment).expect("paid");
    }
    world.changed(day, (DIRECT, NEW), Mode::DirectPayment, Leftover::MoveOn);
    world.agreed_on(day);
}

#[test]
fn a_change_in_the_last_weeks_of_a_year_loses_none_of_it() {
    let mut world = wages_planned();
    changed_after(&mut world, 10, on(2027, 2, 12));
    let day = on(2027, 2, 13);
    assert_eq!(agreement::begins(&world.case, day.today), day.today, "this year has none about it");
    world.made(day, NEXT_YEAR);
    world.signed(day);
    let this_year = "Make a new agreement for the rest of this year".to_owned();
    assert!(world.tasks(day.today).contains(&this_year), "{:?}", world.tasks(day.today));
    assert!(!world.tasks(NEXT_YEAR).contains(&this_year), "it is over");
    // The next year has what this one cannot pay any more.
    let april = at(NEXT_YEAR);
    world.planned_from(april, NEW, NEXT_YEAR).expect("with the rest of this year");
    assert_eq!(wages_of(&world), WAGES_OF_A_YEAR + WAGES_OF_A_YEAR);
    for payment in world.of(NEW) {
        let approved = approve_account(&world.case, NEW, line("A budget"), "0417", finance(april, FIRST));
        if let Ok(events) = approved {
            world.all_on(finance(april, FIRST), Ok(events));
        }
        world.paid(april, payment).expect("within what both years signed");
    }
}

#[test]
fn the_rest_of_a_year_is_planned_in_it_where_it_is_agreed_so() {
    let mut world = wages_planned();
    let june = on(2026, 6, 1);
    world.made(june, NEXT_YEAR);
    world.signed(june);
    changed_after(&mut world, 2, june);
    let later = on(2026, 6, 2);
    world.made(later, NEXT_YEAR);
    world.signed(later);
    let this_year = "Make a new agreement for the rest of this year".to_owned();
    for day in [later.today, Date::constant(2026, 10, 1)] {
        assert!(world.tasks(day).contains(&this_year), "{:?}", world.tasks(day));
    }
    let day = on(2026, 6, 3);
    world.made(day, day.today);
    world.signed(day);
    assert!(!world.tasks(day.today).contains(&this_year));
    world.planned_from(day, NEW, day.today).expect("ten months");
    assert_eq!(wages_of(&world), WAGES_OF_A_YEAR);
    world.planned_from(day, NEW, NEXT_YEAR).expect("and the next year");
    assert_eq!(wages_of(&world), WAGES_OF_A_YEAR + WAGES_OF_A_YEAR, "not a penny twice");
}

/// Payments that were overdue when the account changed after the end of their year.
#[test]
fn what_was_overdue_is_planned_anew() {
    let mut world = wages_planned();
    let april = at(NEXT_YEAR);
    world.made(april, NEXT_YEAR);
    world.signed(april);
    world.planned_from(april, DIRECT, NEXT_YEAR).expect("the next year");
    changed_after(&mut world, 10, on(2027, 4, 8));
    let day = on(2027, 4, 9);
    world.made(day, day.today);
    world.signed(day);
    world.planned_from(day, NEW, day.today).expect("both");
    assert_eq!(wages_of(&world), WAGES_OF_A_YEAR + WAGES_OF_A_YEAR);
}

#[test]
fn less_and_then_more_is_all_planned() {
    let mut world = wages_planned();
    let may = on(2026, 5, 7);
    world.wages(may, 20_000);
    world.made(may, may.today);
    world.signed(may);
    for payment in &world.of(DIRECT)[8..] {
        world.cancelled(may, *payment);
    }
    let august = on(2026, 8, 7);
    world.wages(august, 33_333);
    world.made(august, august.today);
    world.signed(august);
    assert!(world.tasks(august.today).contains(&MORE.to_owned()), "{:?}", world.tasks(august.today));
    world.planned_from(august, DIRECT, august.today).expect("what had been cut");
    assert_eq!(wages_of(&world), WAGES_OF_A_YEAR);
    assert!(!world.tasks(august.today).contains(&MORE.to_owned()));
}

/// What was called off on purpose, and planned after all, is not counted twice.
#[test]
fn what_was_planned_after_all_hides_no_raise() {
    let mut world = wages_planned();
    for payment in &world.of(DIRECT)[1..] {
        world.cancelled(by(5), *payment);
    }
    assert!(!world.tasks(TODAY).contains(&MORE.to_owned()), "on purpose");
    let day = on(2026, 4, 8);
    world.planned_from(day, DIRECT, day.today).expect("after all");
    let may = on(2026, 5, 7);
    world.wages(may, 40_000);
    world.made(may, may.today);
    world.signed(may);
    assert!(world.tasks(may.today).contains(&MORE.to_owned()), "{:?}", world.tasks(may.today));
}

#[test]
fn what_was_called_off_on_purpose_does_not_come_back_by_itself() {
    let mut world = agreed();
    let december = on(2026, 12, 20);
    world.planned_from(december, DIRECT, december.today).expect("planned");
    for payment in &world.of(DIRECT)[5..] {
        world.cancelled(december, *payment);
    }
    let april = at(NEXT_YEAR);
    world.made(april, NEXT_YEAR);
    world.signed(april);
    world.planned_from(april, DIRECT, NEXT_YEAR).expect("the next year");
    changed_after(&mut world, 4, april);
    let later = on(2027, 4, 7);
    world.made(later, later.today);
    world.signed(later);
    world.planned_from(later, NEW, later.today).expect("the next year alone");
    let of_new = world.regular(|i| i.planned.holding == NEW && is_not_called_off(i));
    assert_eq!(of_new, WAGES_OF_A_YEAR);
}

/// A cost that is paid once is asked for, although an earlier one was called off.
#[test]
fn a_new_cost_that_is_paid_once_is_somebodys_turn() {
    let mut world = wages_planned();
    let chair = world.of(DIRECT)[0];
    world.cancelled(by(5), chair);
    assert!(!world.tasks(TODAY).contains(&MORE.to_owned()), "on purpose");
    let course = cost(LineId(id(60)), Funder::Nhs, 78_000, Every::Once, DIRECT, "training");
    world.happen(3, vec![course]);
    let day = on(2026, 4, 7);
    world.agreed_on(day);
    let later = on(2026, 4, 8);
    world.made(later, later.today);
    world.signed(later);
    assert!(world.tasks(later.today).contains(&MORE.to_owned()), "{:?}", world.tasks(later.today));
}

/// What does not fit is somebody's turn also when its year is over.
#[test]
fn what_does_not_fit_stays_somebodys_turn() {
    let mut world = agreed();
    let december = on(2026, 12, 20);
    world.planned_from(december, DIRECT, december.today).expect("planned");
    for payment in &world.of(DIRECT)[..4] {
        world.paid(december, *payment).expect("paid");
    }
    let february = on(2027, 2, 20);
    world.wages(february, 15_000);
    world.made(february, february.today);
    world.signed(february);
    let april = at(NEXT_YEAR);
    world.made(april, NEXT_YEAR);
    world.signed(april);
    let excess = "Cancel planned payments: they come to more than was agreed".to_owned();
    let in_may = Date::constant(2027, 5, 6);
    assert!(world.tasks(in_may).contains(&excess), "{:?}", world.tasks(in_may));
}

/// What is given back goes to whoever paid it in last, and may be paid again.
#[test]
fn what_is_left_was_paid_in_last() {
    let mut world = agreed();
    world.planned_from(by(5), DIRECT, TODAY).expect("planned");
    for payment in world.planned_now() {
        world.paid(by(5), payment).expect("the NHS pays the first year");
    }
    let spent = Movement { date: NEXT_YEAR, ..movement(900, DIRECT, -(33_333 * 52 + 25_000)) };
    let taken_in = take_in(&world.case, StatementId(id(901)), DIRECT, &[spent], 0, by(3));
    world.on(by(3), taken_in);
    let april = at(NEXT_YEAR);
    world.line_changed(april, WAGES, |line| line.funder = Funder::Council);
    world.agreed_on(april);
    let later = on(2027, 4, 7);
    world.made(later, later.today);
    world.signed(later);
    world.planned_from(later, DIRECT, later.today).expect("the council's");
    let first = world.planned_now()[0];
    world.paid(later, first).expect("the council pays the second");
    let amount = world.case.arrangement.instalment(first).expect("there").planned.amount;
    world.changed(later, (DIRECT, NEW), Mode::DirectPayment, Leftover::GiveBack);
    let settled = world.case.arrangement.settled.last().expect("settled");
    assert_eq!((settled.nhs, settled.council), (Pence(0), amount));
}

/// A cost that is paid once, and whose money came back, is paid again.
#[test]
fn what_came_back_of_a_cost_that_is_paid_once_is_paid_again() {
    let mut world = wages_planned();
    let chair = world.of(DIRECT)[0];
    world.paid(by(5), chair).expect("paid, and not spent");
    world.changed(by(5), (DIRECT, NEW), Mode::DirectPayment, Leftover::GiveBack);
    let day = on(2026, 4, 7);
    world.agreed_on(day);
    let later = on(2026, 4, 8);
    world.made(later, later.today);
    world.signed(later);
    world.planned_from(later, NEW, later.today).expect("planned");
    let of_new: Pence = {
        let all = world.case.arrangement.instalments.iter().filter(|i| i.planned.holding == NEW);
        all.map(|i| i.planned.amount).sum()
    };
    assert_eq!(of_new, WAGES_OF_A_YEAR + Pence(25_000));
}

/// Whose money something was bought with stays as it was then.
#[test]
fn what_was_bought_keeps_its_funder() {
    let mut world = agreed();
    world.changed(by(5), (THIRD, NEW), Mode::Notional, Leftover::MoveOn);
    let day = on(2026, 4, 7);
    world.agreed_on(day);
    let later = on(2026, 4, 8);
    world.made(later, later.today);
    world.signed(later);
    let (amount, what) = (Pence(7_777), line("A month"));
    let month = Bought { holding: NEW, line: SWIM, amount, on: later.today, what };
    let bought = record_notional(&world.case, month, later, EntryId(id(960)), false);
    world.on(later, bought);
    world.line_changed(later, SWIM, |line| line.funder = Funder::Nhs);
    assert_eq!(world.case.arrangement.bought[0].funder, Some(Funder::Council));
}
