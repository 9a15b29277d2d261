//! What is paid once belongs to a year, is paid once, and is not taken for what came
//! back when it was bought.

use super::*;

const MORE: &str = "Plan more payments: they come to less than the plan says";
const NEXT_YEAR: Date = Date::constant(2027, 4, 6);
const NEW: HoldingId = HoldingId(Uuid::from_u128(45));
const MONTH: Pence = Pence(33_333 * 52 / 12);
const COURSE: LineId = LineId(Uuid::from_u128(60));

fn on(y: i16, m: i8, d: i8) -> By {
    at(Date::constant(y, m, d))
}

fn course() -> case::Event {
    cost(COURSE, Funder::Nhs, 78_000, Every::Once, DIRECT, "training")
}

/// The payment that is for a cost.
fn payment_for(world: &World, line: LineId) -> InstalmentId {
    let all = &world.case.arrangement.instalments;
    all.iter().rfind(|i| i.paid_for(line).0 > 0).expect("planned").planned.id
}

/// What is planned or paid into a holding at once, and not through the year.
fn once_into(world: &World, holding: HoldingId) -> Pence {
    let all = world.case.arrangement.instalments.iter();
    let of_it = all.filter(|i| i.planned.holding == holding && is_not_called_off(i));
    of_it.map(Instalment::once).sum()
}

/// The chair of the first year is not paid yet; the second has a course.
fn two_years() -> (World, InstalmentId) {
    let mut world = wages_planned();
    let chair = payment_for(&world, CHAIR);
    world.happen(3, vec![course()]);
    let spring = on(2027, 3, 20);
    world.agreed_on(spring);
    world.made(spring, NEXT_YEAR);
    world.signed(spring);
    let april = at(NEXT_YEAR);
    world.planned_from(april, DIRECT, NEXT_YEAR).expect("the next year");
    let course = payment_for(&world, COURSE);
    world.paid(april, course).expect("what the second year pays once");
    (world, chair)
}

#[test]
fn what_another_year_paid_once_stands_in_the_way_of_nothing() {
    let (mut world, chair) = two_years();
    world.paid(at(NEXT_YEAR), chair).expect("it was signed for the first year");
}

#[test]
fn what_another_year_paid_once_makes_nothing_fit_less() {
    let (mut world, chair) = two_years();
    world.cancelled(at(NEXT_YEAR), chair);
    let chair = world.case.arrangement.instalment(chair).expect("there");
    assert!(!chair.is_owed(), "it was called off on purpose");
}

/// A cost that was paid once, and is paid each year from the next one on, stays what
/// it was in its own year.
#[test]
fn a_year_keeps_what_was_paid_once_in_it() {
    let mut world = wages_planned();
    let all = world.of(DIRECT);
    let (last, others) = all.split_last().expect("planned");
    for payment in others {
        world.paid(by(5), *payment).expect("the chair, and 11 months");
    }
    let april = at(NEXT_YEAR);
    world.line_changed(april, CHAIR, |line| line.every = Every::Year);
    world.agreed_on(april);
    world.made(april, NEXT_YEAR);
    world.signed(april);
    world.paid(april, *last).expect("what is overdue of the first year");
}

/// The same of what a notional budget bought.
#[test]
fn a_year_keeps_what_was_bought_in_it() {
    let mut world = agreed();
    world.changed(by(5), (DIRECT, NEW), Mode::Notional, Leftover::MoveOn);
    world.agreed_on(by(5));
    world.made(by(5), TODAY);
    world.signed(by(5));
    let buy = |world: &mut World, by: By, line_of, pence, on| {
        let entry = world.entry();
        let bought = Bought { holding: NEW, line: line_of, amount: Pence(pence), on, what: line("It") };
        let decision = record_notional(&world.case, bought, by, entry, false);
        decision.map(|decision| world.on(by, Ok(decision)))
    };
    buy(&mut world, by(5), WAGES, 1_000_000, TODAY).expect("bought through the first year");
    let april = at(NEXT_YEAR);
    world.line_changed(april, WAGES, |line| (line.every, line.amount) = (Every::Once, Pence(1_200_000)));
    world.agreed_on(april);
    world.made(april, NEXT_YEAR);
    world.signed(april);
    buy(&mut world, april, CHAIR, 25_000, TODAY).expect("told late, and of the first year");
}

/// A cost that only the next year's agreement has is asked for in that year alone.
#[test]
fn what_is_paid_once_is_asked_for_in_its_year() {
    let mut world = wages_planned();
    world.happen(3, vec![course()]);
    let june = on(2026, 6, 1);
    world.agreed_on(june);
    world.made(june, NEXT_YEAR);
    world.signed(june);
    assert!(!world.tasks(june.today).contains(&MORE.to_owned()), "{:?}", world.tasks(june.today));
    let march = Date::constant(2027, 3, 1);
    assert!(world.tasks(march).contains(&"Schedule the payments".to_owned()), "{:?}", world.tasks(march));
    // Nor is it planned with what this year has left.
    let wages = world.of(DIRECT)[12];
    world.cancelled(june, wages);
    world.planned_from(june, DIRECT, june.today).expect("a month");
    assert_eq!(once_into(&world, DIRECT), Pence(25_000));
}

/// It was called off on purpose in one year, and signed again for the next.
#[test]
fn what_was_called_off_in_one_year_is_asked_for_where_it_is_signed_again() {
    let mut world = wages_planned();
    let chair = payment_for(&world, CHAIR);
    world.cancelled(by(5), chair);
    assert!(!world.tasks(TODAY).contains(&MORE.to_owned()), "on purpose");
    let march = on(2027, 3, 1);
    world.made(march, NEXT_YEAR);
    world.signed(march);
    let april = at(NEXT_YEAR);
    let wages = Scheduled {
        id: InstalmentId(id(950)),
        holding: DIRECT,
        due: NEXT_YEAR,
        funder: Funder::Nhs,
        kind: InstalmentKind::Regular,
        amount: WAGES_OF_A_YEAR,
    };
    let planned = schedule_one(&world.case, wages, finance(april, FIRST));
    world.on(finance(april, FIRST), planned);
    world.planned_from(april, THIRD, NEXT_YEAR).expect("the swimming");
    assert!(world.tasks(NEXT_YEAR).contains(&MORE.to_owned()), "{:?}", world.tasks(NEXT_YEAR));
}

/// The chair is paid in the middle of the wages, or last, and bought.
fn chair_in_june(is_last: bool) -> World {
    let mut world = agreed();
    world.planned_from(by(5), DIRECT, TODAY).expect("planned");
    let all = world.of(DIRECT);
    world.cancelled(by(5), all[0]);
    let (before, after) = all[1..].split_at(if is_last { 5 } else { 3 });
    for payment in before {
        world.paid(by(5), *payment).expect("wages");
    }
    let then = if is_last { on(2026, 8, 20) } else { on(2026, 6, 20) };
    let chair = world.one(then, (DIRECT, Funder::Nhs), 25_000).expect("the chair");
    world.paid(then, chair).expect("paid");
    for payment in after.iter().take(if is_last { 0 } else { 2 }) {
        world.paid(then, *payment).expect("wages, later");
    }
    let day = on(2026, 11, 1);
    let spent = Movement { date: then.today, ..movement(900, DIRECT, -25_000) };
    let wages = Movement { date: then.today, ..movement(902, DIRECT, -3 * MONTH.0) };
    let all = if is_last { vec![spent.clone()] } else { vec![spent.clone(), wages] };
    let taken_in = take_in(&world.case, StatementId(id(901)), DIRECT, &all, 0, by(3));
    world.on(finance(day, 3), taken_in);
    if is_last {
        let entry = world.entry();
        let matched = match_spending(&world.case, &spent, vec![(CHAIR, Pence(25_000))], by(3), entry);
        world.on(finance(day, 3), matched);
    }
    world
}

fn given_back_and_planned_anew(world: &mut World) {
    let day = on(2026, 11, 1);
    world.changed(day, (DIRECT, NEW), Mode::DirectPayment, Leftover::GiveBack);
    world.agreed_on(day);
    let later = on(2026, 11, 2);
    world.made(later, later.today);
    world.signed(later);
    world.planned_from(later, NEW, later.today).expect("the wages");
}

#[test]
fn what_came_back_was_paid_in_last_by_the_day_it_was_paid() {
    let mut world = chair_in_june(false);
    given_back_and_planned_anew(&mut world);
    assert_eq!(once_into(&world, NEW), Pence(0), "the chair stands in the room");
    let wages = world.regular(|i| i.planned.holding == NEW && is_not_called_off(i));
    assert_eq!(wages, WAGES_OF_A_YEAR - MONTH - MONTH - MONTH, "and 3 months of wages were spent");
}

#[test]
fn what_was_bought_did_not_come_back() {
    let mut world = chair_in_june(true);
    given_back_and_planned_anew(&mut world);
    assert_eq!(once_into(&world, NEW), Pence(0), "it was paid in last, and it was bought");
    // A second chair, paid and bought later, changes nothing of that.
    let (day, entry) = (on(2026, 11, 3), world.entry());
    let again = movement(910, NEW, -25_000);
    let taken_in = take_in(&world.case, StatementId(id(911)), NEW, std::slice::from_ref(&again), 0, by(3));
    world.on(finance(day, 3), taken_in);
    let matched = match_spending(&world.case, &again, vec![(CHAIR, Pence(25_000))], by(3), entry);
    world.on(finance(day, 3), matched);
    let chair = world.case.plan.line(CHAIR).expect("there");
    assert_eq!(costs::once_left(&world.case.arrangement, chair), Pence(0));
}

/// Wages that are planned after all use up what was called off of the wages alone.
#[test]
fn wages_that_are_planned_after_all_are_not_the_chair() {
    let mut world = wages_planned();
    let all = world.of(DIRECT);
    for payment in &all[..2] {
        world.cancelled(by(5), *payment);
    }
    let wages = Scheduled {
        id: InstalmentId(id(950)),
        amount: world.case.arrangement.instalment(all[1]).expect("there").planned.amount,
        holding: DIRECT,
        due: TODAY,
        funder: Funder::Nhs,
        kind: InstalmentKind::Regular,
    };
    let planned = schedule_one(&world.case, wages, finance(by(5), FIRST));
    world.on(finance(by(5), FIRST), planned);
    assert!(!world.tasks(TODAY).contains(&MORE.to_owned()), "{:?}", world.tasks(TODAY));
    let off = |n: usize| world.case.arrangement.instalment(all[n]).expect("there").off_on_purpose();
    assert_eq!(off(1), Pence(0), "planned after all");
}

/// The paper of the next year says nothing of what was paid once before.
#[test]
fn an_agreement_says_what_is_paid_once_in_its_own_year() {
    let mut world = wages_planned();
    let first = world.case.arrangement.agreement().expect("made");
    assert_eq!((first.once_in_all(), first.once_before()), (Pence(25_000), Pence(0)));
    let chair = payment_for(&world, CHAIR);
    world.paid(by(5), chair).expect("paid");
    let may = on(2026, 5, 7);
    world.wages(may, 40_000);
    world.made(may, may.today);
    let raised = world.case.arrangement.agreement().expect("made");
    assert_eq!((raised.once_in_all(), raised.once_before()), (Pence(0), Pence(25_000)), "in this year");
    world.signed(may);
    world.made(on(2027, 3, 1), NEXT_YEAR);
    let next = world.case.arrangement.agreement().expect("made");
    assert_eq!((next.once_in_all(), next.once_before()), (Pence(0), Pence(0)));
    assert_eq!(next.amounts.start_up, Pence(25_000), "that is what was decided on the plan");
}

/// A cost that was paid once and taken out of the plan in the same year stays one that
/// was paid once, and takes nothing from the wages.
#[test]
fn what_was_paid_once_and_taken_out_of_the_plan_takes_nothing_from_the_rest() {
    let mut world = wages_planned();
    let all = world.of(DIRECT);
    for payment in &all[..12] {
        world.paid(by(5), *payment).expect("the chair, and 11 months");
    }
    let removed = plan::Event::LineRemoved { id: CHAIR, why: prose("It is here") };
    world.happen(3, vec![removed.into(), course()]);
    let day = on(2027, 3, 7);
    world.agreed_on(day);
    world.made(day, day.today);
    world.signed(day);
    assert_eq!(world.case.arrangement.instalment(all[0]).expect("there").once(), Pence(25_000));
    world.paid(day, all[12]).expect("the last month");
}
