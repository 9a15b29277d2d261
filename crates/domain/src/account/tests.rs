//! A lost second step: who may take it away, and when.

use super::*;
use crate::Aggregate;
use crate::testing::{at, line, recorded};
use uuid::Uuid;

const OWNER: AccountId = AccountId(Uuid::from_u128(1));
const ANNA: AccountId = AccountId(Uuid::from_u128(2));
const OMAR: AccountId = AccountId(Uuid::from_u128(3));
const HERE: AreaId = AreaId(Uuid::from_u128(11));
const THERE: AreaId = AreaId(Uuid::from_u128(12));
const ELSEWHERE: AreaId = AreaId(Uuid::from_u128(13));

fn told(events: &[(i64, Author, Event)]) -> Account {
    let all = events.iter().map(|(seconds, by, event)| (*by, at(*seconds), event.clone()));
    Account::fold(OWNER, &recorded(all))
}

fn owner() -> Author {
    Author::Account(OWNER)
}

fn asked() -> Account {
    told(&[
        (0, owner(), Event::SecondFactorAdded),
        (0, owner(), Event::RemovalAskedFor { why: line("Lost the phone") }),
        (0, Author::Account(ANNA), Event::RemovalAgreed { why: line("Met her") }),
        (0, Author::Account(OMAR), Event::RemovalAgreed { why: line("Rang her") }),
    ])
}

fn lacks(
    account: &Account,
    works_in: &[AreaId],
    of: &[(AccountId, &[AreaId])],
    one: bool,
    now: i64,
) -> Vec<Lacks> {
    let works_in: BTreeSet<AreaId> = works_in.iter().copied().collect();
    let administers = |who: AccountId| {
        of.iter()
            .filter(|(account, _)| *account == who)
            .flat_map(|(_, areas)| areas.iter().copied())
            .collect()
    };
    let removal = account.removal.as_ref().expect("it was asked");
    removal.lacks(OWNER, &works_in, administers, one, at(now)).into_iter().collect()
}

const DAY: i64 = 24 * 60 * 60;

#[test]
fn two_administrators_of_all_areas_and_a_day() {
    let both: [(AccountId, &[AreaId]); 2] = [(ANNA, &[HERE]), (OMAR, &[HERE])];
    assert_eq!(lacks(&asked(), &[HERE], &both, false, DAY), []);
    assert_eq!(lacks(&asked(), &[HERE], &both, false, DAY - 1), [Lacks::Time]);
    // Of two areas, one of which neither administers.
    assert_eq!(lacks(&asked(), &[HERE, THERE], &both, false, DAY), [Lacks::Areas]);
    let split: [(AccountId, &[AreaId]); 2] = [(ANNA, &[HERE]), (OMAR, &[THERE])];
    assert_eq!(lacks(&asked(), &[HERE, THERE], &split, false, DAY), []);
    // Somebody who administers none of the areas, or does so no more, is nobody here.
    let stranger: [(AccountId, &[AreaId]); 2] = [(ANNA, &[HERE]), (OMAR, &[ELSEWHERE])];
    assert_eq!(lacks(&asked(), &[HERE], &stranger, false, DAY), [Lacks::Administrators]);
    assert_eq!(lacks(&asked(), &[HERE], &[], false, DAY), [Lacks::Administrators, Lacks::Areas]);
}

#[test]
fn one_administrator_is_enough_only_where_a_setting_says_so() {
    let one: [(AccountId, &[AreaId]); 1] = [(ANNA, &[HERE])];
    assert_eq!(lacks(&asked(), &[HERE], &one, false, DAY), [Lacks::Administrators]);
    assert_eq!(lacks(&asked(), &[HERE], &one, true, DAY), []);
    assert_eq!(lacks(&asked(), &[HERE, THERE], &one, true, DAY), [Lacks::Areas]);
    // Their own agreement never counts, not even as the only administrator.
    let own = told(&[
        (0, owner(), Event::SecondFactorAdded),
        (0, owner(), Event::RemovalAskedFor { why: line("Mine") }),
        (0, owner(), Event::RemovalAgreed { why: line("Me") }),
    ]);
    assert_eq!(lacks(&own, &[HERE], &[(OWNER, &[HERE])], true, DAY), [Lacks::Administrators, Lacks::Areas]);
}

#[test]
fn without_a_post_the_letter_stands_for_the_agreement_and_no_colleague() {
    let both: [(AccountId, &[AreaId]); 2] = [(ANNA, &[HERE]), (OMAR, &[HERE])];
    assert_eq!(lacks(&asked(), &[], &both, false, DAY), [Lacks::Letter]);
    let mut confirmed = asked();
    confirmed.removal.as_mut().expect("asked").confirmed = true;
    assert_eq!(lacks(&confirmed, &[], &[], false, DAY), []);
    assert_eq!(lacks(&confirmed, &[], &[], false, 60), [Lacks::Time]);
    // With a post the letter is not enough.
    assert_eq!(lacks(&confirmed, &[HERE], &[], false, DAY), [Lacks::Administrators, Lacks::Areas]);
}

#[test]
fn it_is_asked_once_and_not_right_after_a_new_passphrase() {
    let none = told(&[(0, owner(), Event::SetUp)]);
    assert!(none.ask_for_removal(line("x"), true, at(0)).is_err(), "there is nothing to take away");
    let app = told(&[(0, owner(), Event::SecondFactorAdded)]);
    assert_eq!(app.ask_for_removal(line("x"), false, at(9)).map(|e| e.len()), Ok(1));
    assert_eq!(asked().ask_for_removal(line("x"), true, at(9)), Ok(vec![]), "asked already");
    assert_eq!(asked().ask_for_removal(line("x"), true, at(15 * DAY)).map(|e| e.len()), Ok(1), "long ago");
    let fresh = told(&[(0, owner(), Event::SecondFactorAdded), (5, owner(), Event::PassphraseChanged)]);
    assert!(fresh.ask_for_removal(line("x"), false, at(7 * DAY)).is_err());
    assert!(fresh.ask_for_removal(line("x"), false, at(7 * DAY + 5)).is_ok());
    assert!(fresh.ask_for_removal(line("x"), true, at(9)).is_ok(), "colleagues decide on it in any case");
}

#[test]
fn it_is_agreed_to_once_by_each_and_never_by_the_owner() {
    let account = asked();
    assert!(account.agree_to_removal(OWNER, OWNER, line("x"), at(1)).is_err());
    assert_eq!(account.agree_to_removal(OWNER, ANNA, line("Met her"), at(1)), Ok(vec![]));
    assert!(account.agree_to_removal(OWNER, ANNA, line("x"), at(1)).is_err(), "her words are not dropped");
    let third = AccountId(Uuid::from_u128(9));
    assert_eq!(account.agree_to_removal(OWNER, third, line("x"), at(1)).map(|e| e.len()), Ok(1));
    assert!(account.agree_to_removal(OWNER, third, line("x"), at(14 * DAY)).is_err(), "it has lapsed");
}

#[test]
fn what_ends_it() {
    for event in
        [Event::RemovalStopped, Event::PassphraseChanged, Event::SecondFactorRemoved { why: line("Lost") }]
    {
        let mut account = asked();
        account.apply(&Recorded { seq: 5, at: at(9), by: owner(), event });
        assert_eq!(account.removal, None);
    }
    // What was agreed to before is not agreed to when it is asked anew.
    let mut account = asked();
    for event in [Event::RemovalStopped, Event::RemovalAskedFor { why: line("Again") }] {
        account.apply(&Recorded { seq: 5, at: at(9), by: owner(), event });
    }
    assert_eq!(account.removal.expect("asked").agreed, []);
}

#[test]
fn a_passkey_is_a_second_step_too() {
    let id = PasskeyId(Uuid::from_u128(5));
    let mut account = told(&[(0, owner(), Event::PasskeyAdded { id, name: line("Phone") })]);
    assert!(account.has_second_step() && !account.has_second_factor);
    account.apply(&Recorded { seq: 2, at: at(1), by: owner(), event: Event::PasskeyRemoved { id } });
    assert!(!account.has_second_step());
}
