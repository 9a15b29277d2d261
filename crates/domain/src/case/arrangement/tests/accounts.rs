//! Which bank account money goes to, and who has to look at it.

use super::*;

const DAY: Date = Date::constant(2026, 4, 7);

fn enter(world: &World, who: u128, four: &str) -> Result<Vec<case::Event>, Refusal> {
    approve_account(&world.case, DIRECT, line("F Khan Savings"), four, finance(at(DAY), who))
}

fn goes_to(world: &World) -> &str {
    &world.case.arrangement.account_of(DIRECT).expect("approved").last_four
}

#[test]
fn another_account_needs_two_people_and_takes_back_what_was_released() {
    let mut world = wages_planned();
    let payments = world.of(DIRECT);
    world.paid(by(5), payments[0]).expect("to the first account");
    let released = release(&world.case, payments[1], finance(by(5), FIRST));
    world.all_on(finance(by(5), FIRST), released);

    let entered = enter(&world, FIRST, "6666");
    world.all_on(finance(at(DAY), FIRST), entered);
    assert_eq!(goes_to(&world), "0417", "it does not count yet");
    assert_eq!(refused(enter(&world, FIRST, "6666")).0, Why::NotAllowed, "the same person again");
    let check = "Check another bank account that was entered";
    let turn = turns(&world.case).into_iter().find(|turn| turn.task == check).expect("somebody has to");
    assert_eq!(turn.not_of, [account(FIRST)]);
    assert_eq!(turn.due, Some(crate::dates::days_after(DAY, 14)), "it lapses after that");
    assert_eq!(refused(enter(&world, 3, "6666")).0, Why::NotAllowed, "her husband");

    let another = enter(&world, SECOND, "7777");
    world.all_on(finance(at(DAY), SECOND), another);
    assert_eq!(goes_to(&world), "0417", "they entered two different ones");
    let approved = enter(&world, FIRST, "7777");
    world.all_on(finance(at(DAY), FIRST), approved);
    assert_eq!(goes_to(&world), "7777");
    assert!(!world.tasks(DAY).contains(&check.to_owned()));

    let state =
        |world: &World, n: usize| world.case.arrangement.instalment(payments[n]).expect("there").clone();
    assert_eq!(state(&world, 1).state, PaymentState::Planned, "it was on its way to the old one");
    assert!(state(&world, 1).reasons[0].as_str().contains("account that it goes to has changed"));
    let confirmed = confirm(&world.case, payments[1], finance(at(DAY), SECOND), EntryId(id(960)));
    assert_eq!(refused(confirmed).0, Why::NotYet);
    let since = |today| agreement::goes_elsewhere_since(&world.case, DIRECT, today);
    assert_eq!(since(DAY), Some(DAY));
    assert_eq!(since(Date::constant(2026, 5, 1)), None, "it is known by then");
    world.paid(at(DAY), payments[1]).expect("to the new one");
    let went_to = |n| {
        let instalment = state(&world, n);
        world.case.arrangement.account_for(&instalment).expect("known").last_four.clone()
    };
    assert_eq!([went_to(0), went_to(1)], ["0417", "7777"], "each keeps where it went");
}

#[test]
fn nobody_with_a_place_in_the_case_approves_its_account() {
    let world = planned();
    let own = approve_account(&world.case, DIRECT, line("Ours"), "1234", finance(by(5), 3));
    assert_eq!(refused(own).0, Why::NotAllowed);
}

const NEW: HoldingId = HoldingId(Uuid::from_u128(45));

/// Whoever changes how the money is held, or ends one way and begins another, does not
/// thereby choose alone where it goes.
#[test]
fn another_way_of_holding_money_does_not_take_another_account_alone() {
    let enter = |world: &World, who: u128, name: &str, four: &str| {
        approve_account(&world.case, NEW, line(name), four, finance(at(DAY), who))
    };
    let mut changed = agreed();
    changed.changed(by(5), (DIRECT, NEW), Mode::DirectPayment, Leftover::MoveOn);
    let mut begun = agreed();
    begun.line_changed(by(5), WAGES, |line| line.holding = Some(THIRD));
    begun.line_changed(by(5), CHAIR, |line| line.holding = Some(THIRD));
    let ended = plan::Event::HoldingEnded { id: DIRECT, on: TODAY, why: prose("Anew") };
    begun.happen(3, vec![ended.into(), holding(NEW, Mode::DirectPayment)]);
    for mut world in [changed, begun] {
        let same = enter(&world, FIRST, "A budget", "0417").expect("the account that it went to before");
        assert!(matches!(&same[..], [case::Event::Arrangement(Event::AccountApproved { .. })]));
        let first = enter(&world, FIRST, "F Khan Savings", "6666");
        world.all_on(finance(at(DAY), FIRST), first);
        assert_eq!(world.case.arrangement.account_of(NEW), None, "it waits for a second person");
        assert_eq!(refused(enter(&world, FIRST, "F Khan Savings", "6666")).0, Why::NotAllowed);
        let second = enter(&world, SECOND, "F Khan Savings", "6666");
        world.all_on(finance(at(DAY), SECOND), second);
        assert_eq!(world.case.arrangement.account_of(NEW).expect("approved").last_four, "6666");
        assert_eq!(agreement::goes_elsewhere_since(&world.case, NEW, DAY), Some(DAY), "and it is said");
    }
}

#[test]
fn an_account_that_waits_is_taken_back_with_a_reason() {
    let mut world = wages_planned();
    let check = "Check another bank account that was entered".to_owned();
    let back = |world: &World, who| {
        agreement::take_back_account(&world.case, DIRECT, prose("A typing error"), finance(at(DAY), who))
    };
    assert_eq!(refused(back(&world, FIRST)).0, Why::AlreadyDone, "none waits");
    let entered = enter(&world, FIRST, "6666");
    world.all_on(finance(at(DAY), FIRST), entered);
    assert_eq!(refused(back(&world, 3)).0, Why::NotAllowed, "her husband");
    let taken_back = back(&world, FIRST);
    world.all_on(finance(at(DAY), FIRST), taken_back);
    assert!(!world.tasks(DAY).contains(&check));
    let second = enter(&world, SECOND, "6666");
    world.all_on(finance(at(DAY), SECOND), second);
    assert_eq!(goes_to(&world), "0417", "that is a first again");
}

#[test]
fn an_account_that_nobody_else_enters_lapses() {
    let mut world = wages_planned();
    let check = "Check another bank account that was entered".to_owned();
    let entered = enter(&world, FIRST, "6666");
    world.all_on(finance(at(DAY), FIRST), entered);
    let last = crate::dates::days_after(DAY, 14);
    let late = crate::dates::days_after(DAY, 15);
    assert!(world.tasks(last).contains(&check));
    assert!(!world.tasks(late).contains(&check), "it has lapsed");
    let on = |day, who| {
        approve_account(&world.case, DIRECT, line("F Khan Savings"), "6666", finance(at(day), who))
    };
    let is_approved = |events: &[case::Event]| {
        matches!(events.last(), Some(case::Event::Arrangement(Event::AccountApproved { .. })))
    };
    assert!(is_approved(&on(last, SECOND).expect("in time")));
    assert!(!is_approved(&on(late, SECOND).expect("they are the first now")));
    assert!(on(late, FIRST).is_ok(), "whoever entered it first enters it anew");
}
