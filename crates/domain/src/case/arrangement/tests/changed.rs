//! A plan that changes within its years: nothing is paid before it is agreed and
//! signed, and what waits is somebody's turn.

use super::*;

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
