//! What counts in which year of agreements, and what a year has left.

use super::*;
use crate::case::arrangement::years::Year;

fn at(y: i16, m: i8, d: i8) -> By {
    super::at(Date::constant(y, m, d))
}

#[test]
fn an_agreement_eleven_months_on_begins_a_year_of_its_own() {
    let day = |y, m, d| Date::constant(y, m, d);
    let mut case = Case::new(CaseId(id(1)));
    let year_of = |case: &Case, day| year_with(case, day).start;
    assert_eq!(year_of(&case, day(2025, 9, 8)), day(2025, 9, 8));
    let made = |from, is_signed: bool| Agreement {
        terms: vec![],
        amounts: Default::default(),
        costs: vec![],
        parts: vec![],
        from,
        made: by(1).now,
        made_by: Author::System,
        signed: is_signed.then(|| Signature { voice: Voice::Person, how: prose("Yes"), at: by(1).now }),
        countersigned: is_signed.then(|| (Author::System, by(1).now)),
    };
    let add = |case: &mut Case, agreement| {
        let arrangement = std::sync::Arc::make_mut(&mut case.arrangement);
        arrangement.agreements.push(agreement);
        arrangement.count_years();
    };
    add(&mut case, made(day(2025, 9, 8), true));
    add(&mut case, made(day(2026, 1, 5), true));
    assert_eq!(year_of(&case, day(2026, 3, 1)), day(2025, 9, 8), "a change within the year");
    assert_eq!(year_of(&case, day(2026, 8, 8)), day(2026, 8, 8), "the next year");
    let year = |start, end| Year { start, end };
    assert_eq!(case.arrangement.years(), [year(day(2025, 9, 8), day(2026, 9, 8))]);
    assert_eq!(case.arrangement.year_of(day(2026, 9, 8)), None, "it has ended");

    // One that another replaced before it was signed is of no year.
    add(&mut case, made(day(2027, 9, 8), false));
    assert_eq!(case.arrangement.years().len(), 2);
    add(&mut case, made(day(2026, 9, 8), true));
    assert_eq!(case.arrangement.years()[1], year(day(2026, 9, 8), day(2027, 9, 8)));
    // The order in which they were made is not that of the years.
    add(&mut case, made(day(2026, 2, 1), true));
    assert_eq!(case.arrangement.years().len(), 2);
    assert_eq!(case.arrangement.years()[0], year(day(2025, 9, 8), day(2026, 9, 8)));
}

#[test]
fn nothing_is_paid_for_a_year_of_which_the_agreement_is_not_signed() {
    let mut world = wages_planned();
    let spring = at(2027, 2, 20);
    let next = Date::constant(2027, 4, 6);
    assert_eq!(world.tasks(Date::constant(2027, 2, 1)).iter().filter(|t| t.contains("next year")).count(), 0);
    assert!(world.tasks(spring.today).contains(&"Make the agreement for the next year".to_owned()));
    assert_eq!(agreement::begins(&world.case, spring.today), next, "it is not typed");
    let early = world.planned_from(spring, DIRECT, next);
    assert!(refused(early).1.contains("No agreement is about 6 April 2027"));
    world.made(spring, next);
    world.planned_from(spring, DIRECT, next).expect("it is made");
    let of_next = |world: &World| world.planned_now().last().copied().expect("planned");
    let waits = of_next(&world);
    assert!(refused(world.paid(spring, waits)).1.contains("signed by both sides"));
    let this_year = world.planned_now()[0];
    world.paid(spring, this_year).expect("of the year that is signed");
    world.signed(spring);
    world.paid(spring, waits).expect("both have signed");
}

#[test]
fn nothing_is_paid_before_an_agreement_begins_or_after_it_ended() {
    let mut world = planned();
    let in_june = Date::constant(2026, 6, 1);
    world.made(by(5), in_june);
    world.signed(by(5));
    let early = world.planned_from(by(5), THIRD, Date::constant(2026, 5, 31));
    assert!(refused(early).1.contains("No agreement is about 31 May 2026"));
    world.planned_from(by(5), THIRD, in_june).expect("from that day on");
    let late = at(2027, 6, 2);
    assert_eq!(refused(world.planned_from(late, THIRD, late.today)).0, Why::NotYet);

    // A way of holding money from a later day on is paid to from that day.
    let new = HoldingId(id(45));
    let words =
        HoldingWords { mode: Mode::ThirdParty, organisation: Some(OrganisationId(id(9))), name: line("B") };
    let change =
        Change { old: THIRD, new, words, on: TODAY, why: prose("It closed"), leftover: Leftover::MoveOn };
    let mut n = 3_000;
    let changed = change_holding(&world.case, change, Held::default(), by(5), || {
        n += 1;
        EntryId(id(n))
    });
    world.on(by(5), changed);
    agreed_anew(&mut world);
    let august = Date::constant(2026, 8, 1);
    world.made(by(5), august);
    let july = world.planned_from(by(5), new, Date::constant(2026, 7, 31));
    assert!(refused(july).1.contains("begins on 1 August 2026"));
    world.planned_from(by(5), new, august).expect("from then on");
}

#[test]
fn what_was_agreed_anew_with_less_is_not_paid_as_before() {
    let mut world = wages_planned();
    let may = at(2026, 5, 7);
    let planned = world.planned_now();
    let of_wages: Vec<_> = {
        let all = world.case.arrangement.instalments.iter();
        all.filter(|i| i.planned.holding == DIRECT && is_regular(i)).map(|i| i.planned.id).collect()
    };
    assert!(planned.len() > of_wages.len());
    world.paid(may, of_wages[0]).expect("the first month");
    world.wages(may, 20_000);
    world.made(may, may.today);
    world.signed(may);
    let excess = "Cancel planned payments: they come to more than was agreed";
    assert!(world.tasks(may.today).contains(&excess.to_owned()), "{:?}", world.tasks(may.today));
    let mut paid = 1;
    for payment in &of_wages[1..] {
        if world.paid(may, *payment).is_err() {
            break;
        }
        paid += 1;
    }
    assert_eq!(paid, 7, "7 of the old amount are within what is agreed for the year");
    let why = refused(world.paid(may, of_wages[7])).1;
    assert!(why.contains("the NHS agreed to pay"), "{why}");
    for payment in &of_wages[7..] {
        let entry = world.entry();
        let cancelled = cancel(&world.case, *payment, prose("Less was agreed"), finance(may, FIRST), entry);
        world.on(finance(may, FIRST), cancelled);
    }
    assert!(!world.tasks(may.today).contains(&excess.to_owned()));
}

#[test]
fn what_was_agreed_anew_with_more_is_planned_too() {
    let mut world = wages_planned();
    let may = at(2026, 5, 7);
    let short = "Plan more payments: they come to less than the plan says".to_owned();
    assert!(!world.tasks(may.today).contains(&short));
    world.wages(may, 40_000);
    world.made(may, may.today);
    world.signed(may);
    assert!(world.tasks(may.today).contains(&short), "{:?}", world.tasks(may.today));
    assert!(!world.tasks(Date::constant(2027, 4, 6)).contains(&short), "that year is over");
    let difference = Scheduled {
        id: InstalmentId(id(950)),
        holding: DIRECT,
        due: may.today,
        funder: Funder::Nhs,
        kind: InstalmentKind::Regular,
        amount: Pence((40_000 - 33_333) * 52),
    };
    let planned = schedule_one(&world.case, difference, finance(may, FIRST));
    world.on(finance(may, FIRST), planned);
    assert!(!world.tasks(may.today).contains(&short));
    // One that is called off on purpose is not asked for again.
    let entry = world.entry();
    let cancelled = cancel(&world.case, world.nth(3), prose("Not needed"), finance(may, FIRST), entry);
    world.on(finance(may, FIRST), cancelled);
    assert!(!world.tasks(may.today).contains(&short));
}

/// Payments that begin late run on into the next year, and stand in the way of
/// nothing there; a change within the year loses none of them.
#[test]
fn payments_that_begin_late_are_all_of_their_year() {
    let mut world = agreed();
    let june = at(2026, 6, 20);
    world.planned_from(june, DIRECT, june.today).expect("planned");
    let regular = |world: &World| -> Pence {
        let all = world.case.arrangement.instalments.iter();
        all.filter(|i| is_regular(i) && i.state != PaymentState::Cancelled).map(|i| i.planned.amount).sum()
    };
    let wages = Pence(33_333 * 52);
    assert_eq!(regular(&world), wages);
    let first = world.planned_now()[1];
    world.paid(june, first).expect("paid");

    let july = at(2026, 7, 5);
    let new = HoldingId(id(45));
    world.changed(july, (DIRECT, new), Mode::DirectPayment, Leftover::MoveOn);
    agreed_anew(&mut world);
    let later = at(2026, 7, 6);
    world.made(later, later.today);
    world.signed(later);
    world.planned_from(later, new, later.today).expect("the rest of the year");
    assert_eq!(regular(&world), wages, "not a month is lost, and none is paid twice");
    assert_eq!(world.planned_now().len(), 1 + 11, "the chair, and 11 months");

    let march = at(2027, 3, 1);
    world.made(march, Date::constant(2027, 4, 6));
    world.signed(march);
    world.planned_from(march, new, Date::constant(2027, 4, 6)).expect("the whole next year");
    assert_eq!(regular(&world), wages + wages);
}

#[test]
fn the_next_payment_is_the_work_of_finance_a_week_before_it_is_due() {
    let mut world = agreed();
    let june = at(2026, 6, 20);
    world.planned_from(june, DIRECT, june.today).expect("planned");
    let release = "Release a payment".to_owned();
    for payment in world.planned_now().into_iter().take(2) {
        world.paid(june, payment).expect("the chair, and a month");
    }
    assert!(!world.tasks(Date::constant(2026, 7, 12)).contains(&release));
    assert!(world.tasks(Date::constant(2026, 7, 13)).contains(&release), "it is due on 20 July");
    assert!(world.tasks(Date::constant(2026, 8, 1)).contains(&release), "and overdue");
    let (about, how) = (ConsentAbout::DirectPayment, prose("Blinked twice"));
    let back = circle::Event::ConsentWithdrawn { about, voice: Voice::Person, how };
    world.happen(3, vec![back.into()]);
    assert!(!world.tasks(Date::constant(2026, 8, 1)).contains(&release), "it cannot be paid now");
}

/// What is paid once is for a cost of the plan: paid once, and a new one too.
#[test]
fn each_cost_that_is_paid_once_is_paid_once() {
    let mut world = wages_planned();
    world.pay(12);
    let once = |world: &World, holding| {
        costs::to_pay(&world.case.plan, &world.case.arrangement, holding, Funder::Nhs).once
    };
    assert_eq!(once(&world, DIRECT), Pence(0));
    let removed = plan::Event::LineRemoved { id: CHAIR, why: prose("It is here") };
    let course = cost(LineId(id(60)), Funder::Nhs, 78_000, Every::Once, DIRECT, "training");
    world.happen(3, vec![removed.into(), course]);
    assert_eq!(once(&world, DIRECT), Pence(78_000), "the new one is paid in full");
    assert_eq!(once(&world, THIRD), Pence(0), "and from where it is held");
}

/// The budget of a year is what was agreed for that year.
#[test]
fn a_later_year_made_early_leaves_the_budget_of_this_one_alone() {
    let mut world = agreed();
    let year = |world: &World, start: Date| {
        let end = crate::dates::months_after(start, 12);
        let of_year = world.entries.iter().filter(|e| (start..end).contains(&e.happened));
        let balances = Balances::of(of_year.flat_map(|e| e.postings().iter().copied()));
        [WAGES, CHAIR].map(|line| balances.get(Layer::Budget, Account::Line(line)))
    };
    let (this, next) = (TODAY, Date::constant(2027, 4, 6));
    world.planned_from(by(5), DIRECT, TODAY).expect("planned");
    let june = at(2026, 6, 1);
    world.made(june, next);
    world.signed(june);
    assert_eq!(year(&world, this), [Pence(33_333 * 52), Pence(25_000)]);
    assert_eq!(year(&world, next), [Pence(33_333 * 52), Pence(0)], "the chair is not agreed twice");
    for pence in [30_000, 25_000] {
        let day = at(2026, 6, if pence == 30_000 { 2 } else { 3 });
        world.wages(day, pence);
        assert!(world.tasks(day.today).contains(&"Make a new agreement".to_owned()));
        world.made(day, day.today);
        world.signed(day);
        assert_eq!(year(&world, this)[0], Pence(pence * 52));
        assert!(
            world.tasks(day.today).iter().any(|task| task.contains("next year again")),
            "{:?}",
            world.tasks(day.today)
        );
        world.made(day, next);
        world.signed(day);
        assert_eq!(year(&world, next)[0], Pence(pence * 52));
    }
}

#[test]
fn a_wrong_day_is_put_right_before_both_have_signed() {
    let mut world = planned();
    world.made(by(5), Date::constant(2027, 4, 1));
    let again = make(&world.case, Date::constant(2027, 4, 1), by(5), EntryId(id(940)), &Balances::default());
    assert_eq!(refused(again).0, Why::AlreadyDone);
    world.made(by(5), TODAY);
    world.signed(by(5));
    assert_eq!(world.case.arrangement.years().len(), 1);
    let other = make(&world.case, Date::constant(2026, 4, 7), by(5), EntryId(id(941)), &Balances::default());
    assert_eq!(refused(other).0, Why::AlreadyDone, "it is signed");
}

#[test]
fn no_cost_falls_out_of_an_agreement() {
    let mut world = planned();
    let words = world.case.plan.line(SWIM).expect("there").words.clone();
    let line = LineWords { holding: None, ..words };
    let adrift = plan::Event::LineChanged { id: SWIM, line, voice: Voice::Person, based_on: None };
    world.happen(3, vec![adrift.into()]);
    let why = refused(make(&world.case, TODAY, by(5), EntryId(id(940)), &Balances::default())).1;
    assert!(why.contains("from where “A cost” is paid"), "{why}");
}

/// The person cut their own plan while the agreement lay there: nobody signs
/// amounts that are not so any more.
#[test]
fn amounts_that_changed_are_not_signed() {
    let mut world = planned();
    world.made(by(5), TODAY);
    let words = world.case.plan.line(WAGES).expect("there").words.clone();
    let line = LineWords { amount: Pence(20_000), ..words };
    let cut = plan::Event::LineChanged { id: WAGES, line, voice: Voice::Person, based_on: None };
    world.happen(3, vec![cut.into()]);
    let early = sign(&world.case, newest(&world.case), Voice::Person, prose("Yes"));
    assert!(refused(early).1.contains("has changed since this agreement was written"));
    assert!(world.tasks(TODAY).contains(&"Make a new agreement".to_owned()));
    world.made(by(5), TODAY);
    world.signed(by(5));
}

/// What a notional budget bought is of the year's money like a payment.
#[test]
fn what_was_bought_counts_in_the_year_and_needs_its_agreement() {
    let mut world = agreed();
    let new = HoldingId(id(45));
    let words = HoldingWords { mode: Mode::Notional, organisation: None, name: line("NHS") };
    let change =
        Change { old: DIRECT, new, words, on: TODAY, why: prose("Too much"), leftover: Leftover::GiveBack };
    let mut n = 3_000;
    let changed = change_holding(&world.case, change, Held::default(), by(5), || {
        n += 1;
        EntryId(id(n))
    });
    world.on(by(5), changed);
    let bought =
        |pence| Bought { holding: new, line: WAGES, amount: Pence(pence), on: TODAY, what: line("Agency") };
    let buy =
        |world: &World, pence, n| record_notional(&world.case, bought(pence), by(5), EntryId(id(n)), false);
    let why = refused(buy(&world, 4_200, 960)).1;
    assert!(why.contains("No signed agreement was about"), "{why}");
    agreed_anew(&mut world);
    world.made(by(5), TODAY);
    assert!(refused(buy(&world, 4_200, 961)).1.contains("No signed agreement was about"));
    world.signed(by(5));
    let spent = buy(&world, 1_000_000, 962);
    world.on(by(5), spent);
    let too_much = refused(buy(&world, 1_000_000, 963)).1;
    assert!(too_much.contains("would be £20,000.00"), "{too_much}");

    // Back to a direct payment: what was bought is not paid out again.
    let last = HoldingId(id(46));
    let words = HoldingWords { mode: Mode::DirectPayment, organisation: None, name: line("Own") };
    let change =
        Change { old: new, new: last, words, on: TODAY, why: prose("Ready"), leftover: Leftover::MoveOn };
    let changed = change_holding(&world.case, change, Held::default(), by(5), || {
        n += 1;
        EntryId(id(n))
    });
    world.on(by(5), changed);
    agreed_anew(&mut world);
    world.made(by(5), TODAY);
    world.planned_from(by(5), last, TODAY).expect("planned");
    let regular = world.case.arrangement.instalments.iter().filter(|i| is_regular(i));
    let planned: Pence = regular.map(|i| i.planned.amount).sum();
    assert_eq!(planned, Pence(33_333 * 52 - 1_000_000));
}

/// What is given back goes to whoever paid it in, also where it had moved on,
/// and what the family put in goes to them.
#[test]
fn what_moved_on_goes_back_in_the_shares_in_which_it_came() {
    let old = BTreeMap::from([
        (Account::Funding(Funder::Nhs), Pence(6_000)),
        (Account::Funding(Funder::Council), Pence(3_000)),
        (Account::Own, Pence(1_000)),
        (Account::Unmatched, Pence(-5_000)),
        (Account::Holding(THIRD), Pence(-5_000)),
    ]);
    let of_old = Held::of(&old, |_| panic!("it came from no other"));
    assert_eq!((of_old.left, of_old.from_own), (Pence(0), Pence(1_000)));
    let new = BTreeMap::from([(Account::Holding(DIRECT), Pence(5_000)), (Account::Unmatched, Pence(-1_000))]);
    let held = Held::of(&new, |other| {
        assert_eq!(other, DIRECT);
        of_old
    });
    assert_eq!(held.left, Pence(4_000));
    let world = scheduled();
    let change = Change {
        old: THIRD,
        new: HoldingId(id(45)),
        words: HoldingWords { mode: Mode::Notional, organisation: None, name: line("NHS") },
        on: TODAY,
        why: prose("Over"),
        leftover: Leftover::GiveBack,
    };
    let mut n = 3_000;
    let decision = change_holding(&world.case, change, held, by(5), || {
        n += 1;
        EntryId(id(n))
    });
    let entries = decision.expect("changed").entries;
    let balances = Balances::of(entries.iter().flat_map(|e| e.postings().iter().copied()));
    let back = |account| balances.get(Layer::Actual, account);
    assert_eq!(back(Account::Funding(Funder::Nhs)), Pence(2_400));
    assert_eq!(back(Account::Funding(Funder::Council)), Pence(1_200));
    assert_eq!(back(Account::Own), Pence(400));
}

const MORE: &str = "Plan more payments: they come to less than the plan says";

/// What is given back is what was paid in last: the money of an earlier year that
/// goes back frees nothing of this one.
#[test]
fn what_came_back_is_free_in_the_year_in_which_it_was_paid() {
    let mut world = wages_planned();
    let all = |world: &World| -> Vec<InstalmentId> {
        let of = world.case.arrangement.instalments.iter().filter(|i| i.planned.holding == DIRECT);
        of.map(|i| i.planned.id).collect()
    };
    for payment in all(&world) {
        world.paid(by(5), payment).expect("the year is paid, and nothing of it spent");
    }
    let spring = at(2027, 4, 6);
    world.made(spring, spring.today);
    world.signed(spring);
    world.planned_from(spring, DIRECT, spring.today).expect("the next year");
    let first = *all(&world).get(13).expect("planned");
    world.paid(spring, first).expect("paid");
    let new = HoldingId(id(45));
    world.changed(spring, (DIRECT, new), Mode::DirectPayment, Leftover::GiveBack);
    agreed_anew(&mut world);
    let later = at(2027, 4, 7);
    world.made(later, later.today);
    world.signed(later);
    world.planned_from(later, new, later.today).expect("the whole year, since all of it came back");
    let to_new = |world: &World| world.regular(|i| i.planned.holding == new && is_not_called_off(i));
    assert_eq!(to_new(&world), WAGES_OF_A_YEAR);
    assert!(!world.tasks(later.today).contains(&MORE.to_owned()), "{:?}", world.tasks(later.today));
    assert!(world.planned_from(later, new, later.today).is_err(), "nothing is left");
}

/// Next year's agreement was made early: what changes in this year is still
/// somebody's turn in this year.
#[test]
fn this_year_has_its_turns_when_the_next_is_agreed_already() {
    let mut world = wages_planned();
    let (june, next) = (at(2026, 6, 1), Date::constant(2027, 4, 6));
    world.made(june, next);
    world.signed(june);
    let new = HoldingId(id(45));
    world.changed(june, (DIRECT, new), Mode::DirectPayment, Leftover::MoveOn);
    agreed_anew(&mut world);
    let later = at(2026, 6, 2);
    world.made(later, later.today);
    world.signed(later);
    let tasks = world.tasks(later.today);
    assert!(tasks.contains(&"Schedule the payments".to_owned()), "{tasks:?}");
    assert!(tasks.contains(&"Make the agreement for the next year again".to_owned()), "{tasks:?}");
    world.made(later, next);
    world.signed(later);
    assert!(world.tasks(later.today).contains(&"Schedule the payments".to_owned()), "of this year");
    world.planned_from(later, new, later.today).expect("planned");
    assert!(!world.tasks(later.today).contains(&"Schedule the payments".to_owned()));
    assert!(world.tasks(Date::constant(2027, 3, 1)).contains(&"Schedule the payments".to_owned()), "next");

    world.wages(later, 20_000);
    let day = at(2026, 6, 3);
    for from in [day.today, next] {
        world.made(day, from);
        world.signed(day);
    }
    let excess = "Cancel planned payments: they come to more than was agreed".to_owned();
    assert!(world.tasks(day.today).contains(&excess), "{:?}", world.tasks(day.today));
}

/// Each way of holding money has what the plan pays there, and not what another
/// has left.
#[test]
fn one_account_does_not_take_what_another_has_left() {
    let mut world = wages_planned();
    let of_swim: Vec<_> = {
        let all = world.case.arrangement.instalments.iter().filter(|i| i.planned.holding == THIRD);
        all.map(|i| i.planned.id).take(3).collect()
    };
    for payment in of_swim {
        let entry = world.entry();
        let cancelled = cancel(&world.case, payment, prose("Not yet"), finance(by(5), FIRST), entry);
        world.on(finance(by(5), FIRST), cancelled);
    }
    assert!(world.planned_from(by(5), DIRECT, TODAY).is_err(), "it has all that is for it");
    world.planned_from(by(5), THIRD, TODAY).expect("3 months");
    let swim = world.regular(|i| i.planned.holding == THIRD && is_not_called_off(i));
    assert_eq!(swim, Pence(7_777 * 12));
}

/// The plan pays a cost from elsewhere: that is signed first, and then finance is
/// told, and not left to find it.
#[test]
fn what_the_plan_pays_from_elsewhere_now_is_planned_there() {
    let mut world = wages_planned();
    let words = world.case.plan.line(WAGES).expect("there").words.clone();
    let line = LineWords { holding: Some(THIRD), ..words };
    let moved = plan::Event::LineChanged { id: WAGES, line, voice: Voice::Person, based_on: None };
    world.happen(3, vec![moved.into()]);
    let sign_it = "Make a new agreement".to_owned();
    assert!(world.tasks(TODAY).contains(&sign_it), "{:?}", world.tasks(TODAY));
    world.made(by(5), TODAY);
    world.signed(by(5));
    let excess = "Cancel planned payments: they come to more than was agreed".to_owned();
    assert!(world.tasks(TODAY).contains(&excess), "{:?}", world.tasks(TODAY));
    let of_wages = world.of(DIRECT);
    for payment in &of_wages[1..] {
        world.cancelled(by(5), *payment);
    }
    world.planned_from(by(5), THIRD, TODAY).expect("planned there");
    assert_eq!(world.regular(|i| i.planned.funder == Funder::Nhs && is_not_called_off(i)), WAGES_OF_A_YEAR);
}

/// Payments that run on into the next year are not lost when the money is held
/// otherwise there.
#[test]
fn what_ran_on_into_the_next_year_is_planned_anew_in_it() {
    let mut world = agreed();
    let december = at(2026, 12, 20);
    world.planned_from(december, DIRECT, december.today).expect("planned");
    let april = at(2027, 4, 6);
    for payment in world.planned_now().into_iter().take(1 + 4) {
        world.paid(april, payment).expect("the chair, and 4 months");
    }
    world.made(april, april.today);
    world.signed(april);
    world.planned_from(april, DIRECT, april.today).expect("the next year");
    let new = HoldingId(id(45));
    world.changed(april, (DIRECT, new), Mode::DirectPayment, Leftover::MoveOn);
    agreed_anew(&mut world);
    let later = at(2027, 4, 7);
    world.made(later, later.today);
    world.signed(later);
    world.planned_from(later, new, later.today).expect("both");
    assert_eq!(world.regular(is_not_called_off), WAGES_OF_A_YEAR + WAGES_OF_A_YEAR);
    for payment in world.planned_now() {
        let account = approve_account(&world.case, new, line("A budget"), "0417", by(FIRST));
        if let Ok(events) = account {
            world.all_on(finance(later, FIRST), Ok(events));
        }
        world.paid(later, payment).expect("each of them");
    }
}

/// A cost that is paid once takes nothing from what is paid through the year.
#[test]
fn what_is_bought_once_takes_nothing_from_the_rest() {
    let mut world = agreed();
    let (new, last) = (HoldingId(id(45)), HoldingId(id(46)));
    world.changed(by(5), (DIRECT, new), Mode::Notional, Leftover::MoveOn);
    agreed_anew(&mut world);
    world.made(by(5), TODAY);
    world.signed(by(5));
    let chair = Bought { holding: new, line: CHAIR, amount: Pence(25_000), on: TODAY, what: line("A chair") };
    let spent = record_notional(&world.case, chair, by(5), EntryId(id(962)), false);
    world.on(by(5), spent);
    assert_eq!(notional::to_come(&world.case, TODAY), [(new, WAGES_OF_A_YEAR)]);
    world.changed(by(5), (new, last), Mode::DirectPayment, Leftover::MoveOn);
    agreed_anew(&mut world);
    world.made(by(5), TODAY);
    world.planned_from(by(5), last, TODAY).expect("planned");
    assert_eq!(world.regular(is_not_called_off), WAGES_OF_A_YEAR);
}

/// The person pays less within what was agreed, and it was signed so: the old
/// amounts are not paid any more.
#[test]
fn what_was_signed_for_less_is_paid_as_signed() {
    let mut world = wages_planned();
    let words = world.case.plan.line(WAGES).expect("there").words.clone();
    let line = LineWords { amount: Pence(20_000), ..words };
    let cut = plan::Event::LineChanged { id: WAGES, line, voice: Voice::Person, based_on: None };
    world.happen(3, vec![cut.into()]);
    let excess = "Cancel planned payments: they come to more than was agreed".to_owned();
    assert!(!world.tasks(TODAY).contains(&excess), "the signed agreement says so");
    world.made(by(5), TODAY);
    world.signed(by(5));
    assert!(world.tasks(TODAY).contains(&excess));
    let of_wages: Vec<_> = {
        let all = world.case.arrangement.instalments.iter();
        all.filter(|i| i.planned.holding == DIRECT && is_regular(i)).map(|i| i.planned.id).collect()
    };
    let paid = of_wages.iter().filter(|id| world.paid(by(5), **id).is_ok()).count();
    assert_eq!(paid, 7, "7 of 12 are within it");
}

/// What has been called off on purpose, and what has all been paid, is not asked
/// for again.
#[test]
fn nobody_is_asked_for_what_is_done() {
    let mut world = wages_planned();
    let planned = world.planned_now();
    for payment in planned.iter().rev().take(2) {
        let entry = world.entry();
        let cancelled = cancel(&world.case, *payment, prose("Not needed"), finance(by(5), FIRST), entry);
        world.on(finance(by(5), FIRST), cancelled);
    }
    for payment in world.planned_now() {
        world.paid(by(5), payment).expect("paid early");
    }
    assert!(!world.tasks(TODAY).contains(&MORE.to_owned()), "{:?}", world.tasks(TODAY));
    let other = HoldingId(id(45));
    world.changed(by(5), (THIRD, other), Mode::DirectPayment, Leftover::MoveOn);
    agreed_anew(&mut world);
    world.made(by(5), TODAY);
    world.signed(by(5));
    assert!(!world.tasks(TODAY).contains(&"Schedule the payments".to_owned()), "{:?}", world.tasks(TODAY));
}

/// A signed agreement that begins too late is put right by one that begins before.
#[test]
fn a_signed_agreement_that_begins_too_late_is_put_right() {
    let mut world = wages_planned();
    let march = at(2027, 3, 1);
    world.made(march, Date::constant(2027, 5, 6));
    world.signed(march);
    let on_the_day = Date::constant(2027, 4, 6);
    assert!(world.planned_from(march, DIRECT, on_the_day).is_err());
    world.made(march, on_the_day);
    world.signed(march);
    world.planned_from(march, DIRECT, on_the_day).expect("from the first day on");
}
