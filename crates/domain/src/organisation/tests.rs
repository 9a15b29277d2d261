//! Given these events, when this is asked, then that.

use super::*;
use crate::organisation::{Former, Kind};
use crate::testing::{line, on_day, recorded};
use crate::{Aggregate, AreaId, OrganisationId, Why};
use uuid::Uuid;

const ANNA: AccountId = AccountId(Uuid::from_u128(1));
const BILAL: AccountId = AccountId(Uuid::from_u128(2));
const NOOR: AccountId = AccountId(Uuid::from_u128(3));
const ONE: ProposalId = ProposalId(Uuid::from_u128(11));

/// The NHS body after these events, each by somebody on a day.
fn given(events: &[(AccountId, i64, Event)]) -> Organisation {
    let first =
        Event::Registered { area: AreaId(Uuid::from_u128(9)), name: line("NHS"), kind: Kind::NhsBody };
    let all = std::iter::once((ANNA, 0, first)).chain(events.iter().cloned());
    let told = all.map(|(by, day, event)| (Author::Account(by), on_day(day), event));
    Organisation::fold(OrganisationId(Uuid::from_u128(8)), &recorded(told))
}

fn proposed() -> (AccountId, i64, Event) {
    (ANNA, 0, Event::PostProposed { proposal: ONE, account: NOOR, post: Post::Finance })
}

fn confirmed() -> (AccountId, i64, Event) {
    (BILAL, 1, Event::PostConfirmed { proposal: ONE })
}

fn why(decision: Decision) -> Why {
    decision.expect_err("it is refused").why
}

#[test]
fn one_proposes_another_confirms_and_they_accept_themselves() {
    let body = given(&[]);
    let events = propose(&body, ONE, NOOR, Post::Finance, on_day(0)).expect("it is proposed");
    assert_eq!(events, [proposed().2]);
    let body = given(&[proposed()]);
    assert!(body.posts.is_empty(), "a proposal opens nothing");
    assert_eq!(confirm(&body, ONE, BILAL, on_day(1)).expect("it is confirmed"), [confirmed().2]);
    let body = given(&[proposed(), confirmed()]);
    assert!(body.posts.is_empty(), "an offer opens nothing");
    let events = accept(&body, ONE, NOOR, on_day(2)).expect("it is accepted");
    let body = given(&[proposed(), confirmed(), (NOOR, 2, events[0].clone()), (NOOR, 2, events[1].clone())]);
    assert_eq!(body.posts, [(NOOR, Post::Finance)]);
    assert!(body.proposals.is_empty());
}

#[test]
fn nobody_confirms_their_own_proposal_or_their_own_post() {
    let body = given(&[proposed()]);
    assert_eq!(why(confirm(&body, ONE, ANNA, on_day(1))), Why::NotAllowed);
    assert_eq!(why(confirm(&body, ONE, NOOR, on_day(1))), Why::NotAllowed);
    assert_eq!(why(confirm(&given(&[proposed(), confirmed()]), ONE, BILAL, on_day(1))), Why::AlreadyDone);
}

#[test]
fn it_lapses_after_fourteen_days_and_an_offer_that_is_sent_anew_stands_longer() {
    let body = given(&[proposed()]);
    assert!(confirm(&body, ONE, BILAL, on_day(13)).is_ok());
    assert_eq!(why(confirm(&body, ONE, BILAL, on_day(14))), Why::AlreadyDone);
    assert!(propose(&body, ProposalId(Uuid::from_u128(12)), NOOR, Post::Finance, on_day(14)).is_ok());
    let body = given(&[proposed(), confirmed()]);
    assert!(accept(&body, ONE, NOOR, on_day(14)).is_ok());
    assert_eq!(why(accept(&body, ONE, NOOR, on_day(15))), Why::AlreadyDone);
    let again = offer_again(&body, ONE, on_day(10)).expect("it is sent anew");
    let body = given(&[proposed(), confirmed(), (ANNA, 10, again[0].clone())]);
    assert!(accept(&body, ONE, NOOR, on_day(23)).is_ok());
    assert_eq!(why(offer_again(&given(&[proposed()]), ONE, on_day(1))), Why::NotYet);
}

#[test]
fn it_is_turned_down_taken_back_or_declined_and_then_gone() {
    let body = given(&[proposed()]);
    assert_eq!(why(take_back(&body, ONE, BILAL, on_day(1))), Why::NotAllowed);
    assert!(take_back(&body, ONE, ANNA, on_day(1)).is_ok());
    let no = turn_down(&body, ONE, line("I do not know them"), on_day(1)).expect("it is turned down");
    let body = given(&[proposed(), (BILAL, 1, no[0].clone())]);
    assert_eq!(why(confirm(&body, ONE, BILAL, on_day(1))), Why::AlreadyDone);
    let body = given(&[proposed(), confirmed()]);
    assert_eq!(why(decline(&body, ONE, BILAL, on_day(2))), Why::NotAllowed);
    assert!(decline(&body, ONE, NOOR, on_day(2)).is_ok());
    assert_eq!(
        why(accept(&given(&[proposed()]), ONE, NOOR, on_day(2))),
        Why::NotAllowed,
        "nobody confirmed it"
    );
}

#[test]
fn nobody_is_proposed_twice_or_for_what_there_is_not() {
    let body = given(&[proposed()]);
    assert_eq!(propose(&body, ONE, NOOR, Post::Finance, on_day(1)), Ok(vec![]), "sent twice");
    let other = ProposalId(Uuid::from_u128(12));
    assert_eq!(why(propose(&body, other, NOOR, Post::Finance, on_day(1))), Why::AlreadyDone);
    assert_eq!(why(propose(&body, other, NOOR, Post::ThirdParty, on_day(1))), Why::Invalid);
    let held = given(&[(ANNA, 0, Event::PostGiven { account: NOOR, post: Post::Finance })]);
    assert_eq!(why(propose(&held, other, NOOR, Post::Finance, on_day(1))), Why::AlreadyDone);
}

#[test]
fn those_who_left_are_known_until_they_come_back() {
    let (gave, ends) = (
        Event::PostGiven { account: NOOR, post: Post::Finance },
        Event::PostEnded { account: NOOR, post: Post::Finance },
    );
    let left = given(&[(ANNA, 0, gave.clone()), (ANNA, 5, ends.clone())]);
    assert_eq!(left.former, [Former { account: NOOR, post: Post::Finance, ended: on_day(5) }]);
    assert_eq!(why(end(&left, NOOR, Post::Finance)), Why::AlreadyDone);
    let back = given(&[(ANNA, 0, gave.clone()), (ANNA, 5, ends), (ANNA, 6, gave)]);
    assert!(back.former.is_empty() && end(&back, NOOR, Post::Finance).is_ok());
}
