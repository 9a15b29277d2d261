//! What the money buys, who holds it, and the first review.

use super::*;
use crate::case::plan::checklist::{BudgetAmounts, checklist};

#[test]
fn what_the_law_excludes_is_refused_with_its_reason_and_source() {
    let case = with_outcome();
    let add = |words| add_line(&case, &framework(), LineId(id(71)), words, Pence::ZERO, husband());
    let refusal = refused(add(bought("tobacco", 10, Funder::Nhs)), Why::Invalid);
    assert_eq!(refusal.field.as_deref(), Some("kind"));
    for words in ["Tobacco", "The law leaves it out", "2013 Regulations, regulation 12"] {
        assert!(refusal.message.contains(words), "{refusal}");
    }
    refused(add(bought("unheard-of", 10, Funder::Nhs)), Why::Invalid);
    refused(add(bought("agency", 0, Funder::Nhs)), Why::Invalid);
    refused(add(LineWords { outcomes: vec![], ..bought("agency", 10, Funder::Nhs) }), Why::Invalid);
    let nowhere = LineWords { holding: Some(HoldingId(id(99))), ..bought("agency", 10, Funder::Nhs) };
    assert_eq!(refused(add(nowhere), Why::Invalid).field.as_deref(), Some("holding"));
    assert!(add(bought("agency", 10, Funder::Nhs)).is_ok());
}

/// What counts is the outcome that it is for, and not whether it looks like health
/// care (001:730).
#[test]
fn what_looks_nothing_like_health_care_is_bought_for_its_outcome() {
    let mut case = whole();
    let ticket = |outcomes| LineWords {
        what: line("A season ticket for the football, with a friend who drives"),
        holding: Some(HoldingId(id(61))),
        outcomes,
        ..bought("other", 200, Funder::Nhs)
    };
    let add =
        |case: &Case, words| add_line(case, &framework(), LineId(id(72)), words, Pence::ZERO, husband());
    refused(add(&case, ticket(vec![])), Why::Invalid);
    let added = add(&case, ticket(vec![outcome_id()]));
    then(&mut case, added);
    assert!(checklist(&case, BudgetAmounts::Told).iter().all(|criterion| criterion.met), "it can be agreed");
}

#[test]
fn nhs_money_is_never_topped_up_and_council_money_may_be() {
    let mut case = with_outcome();
    let add = |case: &Case, funder, own| {
        add_line(case, &framework(), LineId(id(71)), bought("agency", 10, funder), Pence(own), husband())
    };
    let refusal = refused(add(&case, Funder::Nhs, 500), Why::Invalid);
    assert!(refusal.message.contains("cannot add your own money to NHS money"));
    let added = add(&case, Funder::Council, 500);
    then(&mut case, added);
    assert_eq!(case.plan.top_up(LineId(id(71))), Pence(500));
    // Turning it into an NHS line needs the top-up to go.
    let nhs = bought("agency", 10, Funder::Nhs);
    let change = |own| {
        change_line(&case, &framework(), LineId(id(71)), nhs.clone(), Pence(own), husband(), case.version)
    };
    refused(change(500), Why::Invalid);
    assert_eq!(change(0).map(|e| e.len()), Ok(2));
}

#[test]
fn going_over_is_shown_and_stops_the_checklist_not_the_writing() {
    let mut case = whole();
    assert_eq!(left(&case, Funder::Nhs), Some(Pence(20_000)));
    let words = LineWords { holding: Some(HoldingId(id(61))), ..bought("therapy", 300, Funder::Nhs) };
    let added = add_line(&case, &framework(), LineId(id(72)), words, Pence::ZERO, husband());
    then(&mut case, added);
    assert_eq!(over(&case), vec![(Funder::Nhs, Pence(10_000))]);
    let sixth = &checklist(&case, BudgetAmounts::Told)[5];
    assert!(!sixth.met && sixth.missing.iter().any(|m| m.words.contains("£100.00 more")), "{sixth:?}");
    let untold = &checklist(&case, BudgetAmounts::Withheld)[5];
    assert!(!untold.met && untold.missing.iter().any(|m| m.words.starts_with("The plan costs more")));
    assert!(untold.missing.iter().all(|m| !m.words.contains("100.00")), "{untold:?}");
    assert_eq!(left(&case, Funder::Council), Some(Pence(50_000)));
}

#[test]
fn a_line_counts_for_a_year() {
    for (every, yearly) in [
        (Every::Week, 520),
        (Every::FourWeeks, 130),
        (Every::Month, 120),
        (Every::Year, 10),
        (Every::Once, 10),
    ] {
        let words = LineWords { every, amount: Pence(10), ..bought("agency", 1, Funder::Nhs) };
        assert_eq!(words.yearly(), Pence(yearly), "{every:?}");
    }
}

#[test]
fn money_is_held_one_way_or_several() {
    let mut case = with_outcome();
    let add = |case: &Case, n, words| add_holding(case, HoldingId(id(n)), words, TODAY);
    refused(add(&case, 61, held(Mode::ThirdParty, None)), Why::Invalid);
    refused(add(&case, 61, held(Mode::Notional, Some(5))), Why::Invalid);
    let refusal = refused(add(&case, 62, held(Mode::DirectPayment, None)), Why::NotYet);
    assert!(refusal.message.contains("Alice has not agreed"));
    let how = prose("One blink");
    let consent =
        circle::Event::ConsentGiven { about: ConsentAbout::DirectPayment, voice: Voice::Person, how };
    given(&mut case, [consent]);
    for (n, words) in [(61, held(Mode::ThirdParty, Some(5))), (62, held(Mode::DirectPayment, None))] {
        let added = add(&case, n, words);
        then(&mut case, added);
    }
    assert_eq!(add(&case, 61, held(Mode::ThirdParty, Some(5))), Ok(vec![]), "the same form twice");
    refused(add(&case, 61, held(Mode::ThirdParty, Some(6))), Why::AlreadyDone);
    refused(add(&case, 63, held(Mode::ThirdParty, Some(5))), Why::AlreadyDone);
    assert_eq!(case.plan.open_holdings().count(), 2);
}

#[test]
fn a_holding_ends_once_nothing_is_paid_from_it() {
    let mut case = whole();
    let holding = HoldingId(id(61));
    let end = |case: &Case, on| end_holding(case, holding, on, prose("We take it ourselves"), Pence::ZERO);
    refused(end(&case, TODAY), Why::NotYet);
    let removed = remove_line(&case, LineId(id(71)), prose("Not needed"), case.version);
    then(&mut case, removed);
    let planned = arrangement::Scheduled {
        id: crate::InstalmentId(id(91)),
        holding,
        due: TODAY,
        funder: Funder::Nhs,
        kind: arrangement::InstalmentKind::Regular,
        amount: Pence(1),
    };
    let mut waiting = case.clone();
    given(&mut waiting, [arrangement::Event::PaymentsScheduled { instalments: vec![planned] }]);
    refused(end(&waiting, TODAY), Why::NotYet);
    refused(end(&case, dates::days_after(TODAY, -1)), Why::Invalid);
    let with_money = end_holding(&case, holding, TODAY, prose("We take it ourselves"), Pence(500));
    let is_left = arrangement::Event::MoneyLeft { holding, left: Pence(500) };
    assert_eq!(with_money.expect("ended").last(), Some(&is_left.into()), "it is written down");
    let ended = end(&case, TODAY);
    then(&mut case, ended);
    assert_eq!(end(&case, TODAY), Ok(vec![]));
    refused(end_holding(&case, holding, TODAY, prose("Other words"), Pence::ZERO), Why::AlreadyDone);
    refused(assign_line(&case, LineId(id(71)), holding), Why::AlreadyDone);
    refused(
        change_line(
            &case,
            &framework(),
            LineId(id(71)),
            bought("agency", 1, Funder::Nhs),
            Pence(0),
            husband(),
            0,
        ),
        Why::AlreadyDone,
    );
    assert_eq!(remove_line(&case, LineId(id(71)), prose("Not needed"), 0), Ok(vec![]), "the same form twice");
    super::told_when_it_was(remove_line(&case, LineId(id(71)), prose("Again"), 0));
    super::told_when_it_was(end_holding(&case, holding, TODAY, prose("Again"), Pence::ZERO));
}

#[test]
fn a_line_is_given_to_a_holding() {
    let mut case = whole();
    let added = add_holding(&case, HoldingId(id(62)), held(Mode::ThirdParty, Some(5)), TODAY);
    then(&mut case, added);
    let moved = assign_line(&case, LineId(id(71)), HoldingId(id(62)));
    then(&mut case, moved);
    assert_eq!(case.plan.line(LineId(id(71))).and_then(|l| l.words.holding), Some(HoldingId(id(62))));
    assert_eq!(assign_line(&case, LineId(id(71)), HoldingId(id(62))), Ok(vec![]));
    refused(assign_line(&case, LineId(id(71)), HoldingId(id(99))), Why::Invalid);
}

#[test]
fn the_first_review_is_within_three_months_of_the_money() {
    let mut case = open();
    let set = |case: &Case, on| set_first_review(case, &framework(), on, TODAY);
    assert!(set(&case, dates::months_after(TODAY, 3)).is_ok());
    refused(set(&case, dates::days_after(dates::months_after(TODAY, 3), 1)), Why::Invalid);
    refused(set(&case, dates::days_after(TODAY, -1)), Why::Invalid);
    // Money that starts later lets the review be later.
    let later = dates::months_after(TODAY, 1);
    let added = add_holding(&case, HoldingId(id(61)), held(Mode::Notional, None), later);
    then(&mut case, added);
    assert_eq!(latest_first_review(&case, &framework(), TODAY), dates::months_after(later, 3));
    let done = set(&case, TODAY);
    then(&mut case, done);
    assert_eq!(set(&case, TODAY), Ok(vec![]));
    let held = review::Event::Held {
        id: crate::ReviewId(id(95)),
        on: TODAY,
        with: vec![],
        working: prose("Sleep"),
        not_working: prose("Nothing"),
        outcomes: vec![],
        enough: true,
        money: None,
        changes: None,
        next: dates::months_after(TODAY, 12),
    };
    given(&mut case, [held]);
    refused(set(&case, dates::days_after(TODAY, 1)), Why::AlreadyDone);
}
