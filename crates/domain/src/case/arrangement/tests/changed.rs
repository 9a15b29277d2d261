//! A plan that changes within its years: nothing is paid before it is agreed and
//! signed, and what waits is somebody's turn.

use super::*;
use crate::case::arrangement::spending::settle_left;

const NEXT_YEAR: Date = Date::constant(2027, 4, 6);

fn on(y: i16, m: i8, d: i8) -> By {
    at(Date::constant(y, m, d))
}

/// A cost that names no way of holding money is paid from the only one there is.
#[test]
fn a_change_waits_also_where_its_cost_names_no_account() {
    let mut world = wages_planned();
    for payment in world.of(THIRD) {
        world.cancelled(by(5), payment);
    }
    let removed = plan::Event::LineRemoved { id: SWIM, why: prose("It closed") };
    let ended = plan::Event::HoldingEnded { id: THIRD, on: TODAY, why: prose("It closed") };
    let holiday = LineWords {
        what: line("A cruise"),
        kind: "holiday".into(),
        funder: Funder::Nhs,
        amount: Pence(10_000),
        every: Every::Week,
        outcomes: vec![],
        holding: None,
    };
    let added = plan::Event::LineAdded { id: LineId(id(60)), line: holiday, voice: Voice::Person };
    world.happen(3, vec![removed.into(), ended.into()]);
    world.line_changed(by(3), WAGES, |line| line.amount = Pence(20_000));
    let last = *world.of(DIRECT).last().expect("planned");
    world.cancelled(by(5), last);
    world.happen(3, vec![added.into()]);
    let why = refused(world.one(by(5), (DIRECT, Funder::Nhs), 10_000)).1;
    assert!(why.contains("has to be agreed before more is planned here"), "{why}");
}

/// More was agreed, and the next year's agreement was made first: this year has none
/// that says so.
#[test]
fn a_raise_is_signed_for_the_rest_of_this_year_too() {
    let mut world = wages_planned();
    let june = on(2026, 6, 1);
    world.made(june, NEXT_YEAR);
    world.signed(june);
    world.wages(june, 40_000);
    assert_eq!(agreement::begins(&world.case, june.today), june.today);
    let later = on(2026, 6, 2);
    world.made(later, NEXT_YEAR);
    world.signed(later);
    let this_year = "Make a new agreement for the rest of this year".to_owned();
    assert!(world.tasks(later.today).contains(&this_year), "{:?}", world.tasks(later.today));
    assert!(!world.tasks(NEXT_YEAR).contains(&this_year), "it is over");
    let day = on(2026, 6, 3);
    world.made(day, day.today);
    world.signed(day);
    assert!(!world.tasks(day.today).contains(&this_year), "{:?}", world.tasks(day.today));
}

/// In the last weeks of a year too, an agreement is for this year where the plan pays
/// more in it than was signed.
#[test]
fn a_raise_in_the_last_weeks_begins_at_once() {
    let mut world = wages_planned();
    let march = on(2027, 3, 1);
    assert_eq!(agreement::begins(&world.case, march.today), NEXT_YEAR);
    world.wages(march, 40_000);
    assert_eq!(agreement::begins(&world.case, march.today), march.today);
}

const NEW: HoldingId = HoldingId(Uuid::from_u128(45));
const SETTLE: &str = "Say what becomes of money that is left";

/// A month of wages is in an account that is ended in the plan.
fn ended_with_money_in_it() -> World {
    let mut world = wages_planned();
    let all = world.of(DIRECT);
    world.paid(by(5), all[1]).expect("a month");
    for payment in all.iter().filter(|id| **id != all[1]) {
        world.cancelled(by(5), *payment);
    }
    world.line_changed(by(5), WAGES, |line| line.holding = Some(THIRD));
    world.line_changed(by(5), CHAIR, |line| line.holding = Some(THIRD));
    let left = held(&world, DIRECT).left;
    assert_eq!(left, Pence(33_333 * 52 / 12));
    let ended = plan::Event::HoldingEnded { id: DIRECT, on: TODAY, why: prose("Too much work") };
    world.happen(3, vec![ended.into(), Event::MoneyLeft { holding: DIRECT, left }.into()]);
    world
}

fn settle(world: &mut World, by: By, into: Option<HoldingId>) -> Result<(), Refusal> {
    let entry = world.entry();
    let of = held(world, DIRECT);
    let settled = settle_left(&world.case, DIRECT, into, of, by, entry)?;
    world.on(by, Ok(settled));
    Ok(())
}

#[test]
fn money_in_an_account_that_ended_is_somebodys_turn_until_it_is_settled() {
    let mut world = ended_with_money_in_it();
    assert!(world.tasks(TODAY).contains(&SETTLE.to_owned()), "{:?}", world.tasks(TODAY));
    assert_eq!(refused(settle(&mut world, by(5), Some(DIRECT))).0, Why::NotYet, "it has ended");
    assert_eq!(refused(settle(&mut world, by(3), None)).0, Why::NotAllowed, "her husband");
    settle(&mut world, by(5), None).expect("given back");
    assert!(!world.tasks(TODAY).contains(&SETTLE.to_owned()));
    assert_eq!(held(&world, DIRECT).left, Pence::ZERO);
    let settled = world.case.arrangement.settled.last().expect("settled");
    assert_eq!((settled.nhs, settled.council), (Pence(33_333 * 52 / 12), Pence(0)));
    assert_eq!(refused(settle(&mut world, by(5), None)).0, Why::AlreadyDone, "once");
    // What came back is planned anew, and what moves on is not.
    for (into, planned) in [(None, WAGES_OF_A_YEAR), (Some(THIRD), WAGES_OF_A_YEAR - Pence(33_333 * 52 / 12))]
    {
        let mut world = ended_with_money_in_it();
        settle(&mut world, by(5), into).expect("settled");
        let day = on(2026, 4, 8);
        world.made(day, day.today);
        world.signed(day);
        world.planned_from(day, THIRD, day.today).expect("the wages");
        let into_third = |i: &Instalment| i.planned.holding == THIRD && i.planned.funder == Funder::Nhs;
        assert_eq!(world.regular(|i| into_third(i) && is_not_called_off(i)), planned, "{into:?}");
    }
}

#[test]
fn money_that_is_left_moves_only_where_money_can_be_paid() {
    let mut world = ended_with_money_in_it();
    world.happen(3, vec![holding(NOTIONAL, Mode::Notional), holding(NEW, Mode::DirectPayment)]);
    assert_eq!(refused(settle(&mut world, by(5), Some(NOTIONAL))).0, Why::Invalid);
    world.withdrawn(by(3), ConsentAbout::DirectPayment);
    assert_eq!(refused(settle(&mut world, by(5), Some(NEW))).0, Why::Invalid, "they do not agree to it");
}

/// A yes to a direct payment that is taken back stops the money, also over the end of
/// its year: what was signed for that year is paid when there is a yes again.
#[test]
fn what_is_stopped_when_its_year_ends_is_paid_when_it_goes_on() {
    let mut world = wages_planned();
    let february = on(2027, 2, 1);
    world.withdrawn(february, ConsentAbout::DirectPayment);
    let april = at(NEXT_YEAR);
    let renew = "Make the agreement for the next year".to_owned();
    assert!(world.tasks(april.today).contains(&renew), "{:?}", world.tasks(april.today));
    world.made(april, NEXT_YEAR);
    let signed = sign(&world.case, newest(&world.case), Voice::Person, prose("Said yes"));
    assert!(refused(signed).1.contains("Consent to a direct payment"));
    let payments = world.of(DIRECT);
    assert!(refused(world.paid(april, payments[11])).1.contains("no consent to a direct payment"));
    let given = circle::Event::ConsentGiven {
        about: ConsentAbout::DirectPayment,
        voice: Voice::Person,
        how: prose("Blinked once"),
    };
    world.all_on(april, Ok(vec![given.into()]));
    world.paid(april, payments[11]).expect("it was signed for that year");
    world.signed(april);
}
