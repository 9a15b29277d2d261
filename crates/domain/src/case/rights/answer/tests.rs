use super::*;
use crate::access::{HeldPost, Kind, Post};
use crate::case::CaseRole;
use crate::case::rights::{About, Event};
use crate::testing::{case_of, framework, given, id, joined, named, opened, prose};
use crate::{AccountId, Aggregate as _, Timestamp, Why};

/// What is given happens at the beginning of time.
const TODAY: Date = Date::constant(1970, 1, 1);
const DUE: Date = Date::constant(1970, 2, 2);

fn alices() -> Case {
    case_of(&[
        opened(id(1)),
        named("Alice"),
        joined(id(2), "Jo", CaseRole::CareCoordinator, Some(id(12))),
        joined(id(3), "Sam", CaseRole::FamilyCarer, Some(id(13))),
        joined(id(4), "Alice", CaseRole::Person, Some(id(11))),
    ])
}

/// Somebody who works for the NHS; who is no co-ordinator here is a commissioner.
fn actor(account: u128) -> Actor {
    let post = if account == 12 { Post::Practitioner } else { Post::Commissioner };
    let posts = vec![HeldPost { area: id(1), organisation: id(8), kind: Kind::NhsBody, post }];
    Actor { account: id(account), name: "Somebody".into(), posts, second_factor: true, today: TODAY }
}

/// The person, who signs in themselves.
fn alice() -> Actor {
    Actor { account: id(11), name: "Alice".into(), posts: vec![], second_factor: true, today: TODAY }
}

fn told() -> Option<ToldUs> {
    Some(ToldUs { how: prose("She nodded"), why: prose("It is settled") })
}

fn to_put_right() -> Ask {
    Ask::PutRight {
        about: About::Needs,
        wrong: prose("It says I cannot read"),
        instead: prose("I read large print"),
    }
}

fn to_restrict(until: Option<Date>) -> Ask {
    Ask::Restrict { why: prose("Until it is put right"), until }
}

fn to_erase() -> Ask {
    Ask::Erase { what: prose("My old address"), why: prose("Somebody must not find it") }
}

fn asks(case: &Case, number: u128, ask: Ask) -> Decision {
    ask_about(case, &framework(), id(number), Voice::Person, ask, TODAY)
}

fn asked_for(ask: Ask) -> Case {
    let mut case = alices();
    let events = asks(&case, 5, ask).expect("it is asked for");
    given(&mut case, events);
    case
}

fn answered(ask: Ask, said: Answer) -> Case {
    let case = asked_for(ask);
    by(&case, 12, answer(&case, id(5), (said, prose("Because")), &actor(12)))
}

fn by(case: &Case, account: u128, decided: Decision) -> Case {
    let by = Author::Account(id::<AccountId>(account));
    case.after(by, Timestamp::UNIX_EPOCH, &decided.expect("it is done"))
}

fn one(case: &Case) -> &Asked {
    case.rights.asked(id(5)).expect("it was asked for")
}

fn refused(answer: Decision) -> Why {
    answer.expect_err("it is refused").why
}

#[test]
fn each_is_asked_for_once_and_has_a_month() {
    for ask in [
        to_put_right(),
        to_restrict(None),
        to_erase(),
        Ask::Object { what: prose("Figures"), why: prose("They would know me") },
    ] {
        let case = asked_for(ask.clone());
        assert_eq!((one(&case).time.due, one(&case).is_waiting()), (DUE, true), "{ask:?}");
        assert_eq!(asks(&case, 5, ask.clone()), Ok(vec![]), "the form was sent twice");
        let other = Ask::Erase { what: prose("All of it"), why: prose("I want to") };
        assert_eq!(refused(asks(&case, 5, other)), Why::AlreadyDone, "gone back to, with other words");
        let carer = ask_about(&alices(), &framework(), id(5), Voice::Member(id(3)), ask, TODAY);
        assert_eq!(refused(carer), Why::Invalid, "who does not speak about sharing");
    }
}

#[test]
fn a_restriction_is_asked_for_until_a_day_to_come_and_one_at_a_time() {
    assert_eq!(refused(asks(&alices(), 5, to_restrict(Some(Date::constant(1969, 12, 31))))), Why::Invalid);
    let case = asked_for(to_restrict(None));
    assert_eq!(refused(asks(&case, 6, to_restrict(None))), Why::AlreadyDone, "one waits");
    let case = answered(to_restrict(None), Answer::Yes);
    assert_eq!(refused(asks(&case, 6, to_restrict(None))), Why::AlreadyDone, "one holds");
}

#[test]
fn a_restriction_holds_from_the_answer_to_its_day_or_its_end() {
    let last = Date::constant(1970, 3, 1);
    assert!(asked_for(to_restrict(Some(last))).rights.restriction(TODAY).is_none(), "not answered yet");
    assert!(answered(to_restrict(Some(last)), Answer::No).rights.restriction(TODAY).is_none());
    let case = answered(to_restrict(Some(last)), Answer::Partly);
    let holds = |case: &Case, day| case.rights.restriction(day).is_some();
    assert!(holds(&case, TODAY) && holds(&case, last) && !holds(&case, dates::days_after(last, 1)));

    let lifted = by(&case, 12, lift(&case, id(5), prose("It is put right"), &actor(12), TODAY));
    assert!(!holds(&lifted, TODAY));
    assert_eq!(lift(&lifted, id(5), prose("It is put right"), &actor(12), TODAY), Ok(vec![]), "sent twice");
    assert_eq!(refused(lift(&lifted, id(5), prose("Another"), &actor(12), TODAY)), Why::AlreadyDone);
    let taken_back = by(&case, 11, withdraw(&case, id(5), (Voice::Person, None), &alice(), TODAY));
    assert!(!holds(&taken_back, TODAY), "they want it no more");
    assert_eq!(
        refused(lift(&asked_for(to_erase()), id(5), prose("No"), &actor(12), TODAY)),
        Why::AlreadyDone
    );
}

#[test]
fn what_waits_can_be_taken_back_and_what_is_answered_cannot() {
    let case = asked_for(to_erase());
    assert_eq!(refused(withdraw(&case, id(5), (Voice::Member(id(3)), None), &alice(), TODAY)), Why::Invalid);
    let back = by(&case, 11, withdraw(&case, id(5), (Voice::Person, None), &alice(), TODAY));
    assert!(!one(&back).is_waiting());
    assert_eq!(withdraw(&back, id(5), (Voice::Person, None), &alice(), TODAY), Ok(vec![]), "sent twice");
    assert_eq!(
        refused(withdraw(&back, id(5), (Voice::Member(id(3)), None), &alice(), TODAY)),
        Why::AlreadyDone
    );
    assert_eq!(refused(answer(&back, id(5), (Answer::Yes, prose("Yes")), &actor(12))), Why::AlreadyDone);
    let done = answered(to_erase(), Answer::No);
    assert_eq!(refused(withdraw(&done, id(5), (Voice::Person, None), &alice(), TODAY)), Why::AlreadyDone);
    assert_eq!(refused(withdraw(&done, id(9), (Voice::Person, None), &alice(), TODAY)), Why::Invalid);
}

#[test]
fn it_is_answered_once_and_again_by_somebody_else() {
    let case = answered(to_put_right(), Answer::No);
    let same = answer(&case, id(5), (Answer::No, prose("Because")), &actor(12));
    assert_eq!(same, Ok(vec![]), "sent twice");
    assert_eq!(refused(answer(&case, id(5), (Answer::Yes, prose("Yes")), &actor(14))), Why::AlreadyDone);

    let again =
        |case: &Case, why: &str| ask_again(case, &framework(), id(5), (Voice::Person, prose(why)), TODAY);
    assert_eq!(refused(again(&asked_for(to_put_right()), "Why")), Why::NotYet);
    assert_eq!(refused(again(&answered(to_put_right(), Answer::Yes), "Why")), Why::AlreadyDone);
    let case = by(&case, 11, again(&case, "I had no glasses"));
    assert!(one(&case).is_waiting());
    assert_eq!(again(&case, "I had no glasses"), Ok(vec![]), "sent twice");
    assert_eq!(refused(again(&case, "Other words")), Why::AlreadyDone);
    let by_the_first = answer(&case, id(5), (Answer::Yes, prose("Yes")), &actor(12));
    assert_eq!(refused(by_the_first), Why::NotAllowed);
    let case = by(&case, 14, answer(&case, id(5), (Answer::Partly, prose("Some")), &actor(14)));
    assert!(!one(&case).is_waiting() && one(&case).is_granted());
    assert_eq!(refused(again(&case, "Once more")), Why::AlreadyDone, "then the Commissioner");
}

#[test]
fn their_statement_stands_beside_what_was_not_put_right() {
    let words = || prose("I have always read");
    let say = |case: &Case| state(case, id(5), Voice::Person, words());
    assert_eq!(refused(say(&asked_for(to_put_right()))), Why::NotYet);
    assert_eq!(refused(say(&answered(to_put_right(), Answer::Yes))), Why::AlreadyDone);
    assert_eq!(refused(say(&answered(to_erase(), Answer::No))), Why::Invalid);
    let case = answered(to_put_right(), Answer::No);
    let case = by(&case, 11, say(&case));
    assert_eq!(say(&case), Ok(vec![]), "sent twice");
    assert_eq!(refused(state(&case, id(5), Voice::Person, prose("Other"))), Why::AlreadyDone);
    let beside: Vec<_> = case.rights.statements(About::Needs).map(|said| said.words.clone()).collect();
    assert_eq!((beside, case.rights.statements(About::Plan).count()), (vec![words()], 0));
}

/// One that was refused first, is looked at again, and what a commissioner gave.
fn looked_at_again(ask: Ask, second: Option<Answer>) -> Case {
    let case = answered(ask, Answer::No);
    let again = ask_again(&case, &framework(), id(5), (Voice::Person, prose("Why")), TODAY);
    let case = by(&case, 11, again);
    match second {
        None => case,
        Some(said) => by(&case, 14, answer(&case, id(5), (said, prose("So it is")), &actor(14))),
    }
}

#[test]
fn whoever_answered_first_touches_nothing_of_the_second_look() {
    use crate::case::rights::{extend, pause, resume};
    let (first, waits) = (actor(12), looked_at_again(to_restrict(None), None));
    let (for_them, longer) = ((Voice::Person, told()), (dates::days_after(DUE, 20), prose("Old files")));
    let of_the_look = [
        answer(&waits, id(5), (Answer::Yes, prose("Yes")), &first),
        withdraw(&waits, id(5), for_them.clone(), &first, TODAY),
        pause(&waits, id(5), prose("Which?"), &first, TODAY),
        extend(&waits, &framework(), id(5), longer, &first, TODAY),
    ];
    let still = by(&waits, 15, Ok(vec![Event::TimePaused { id: id(5), why: prose("Which?") }.into()]));
    let granted = looked_at_again(to_restrict(None), Some(Answer::Yes));
    let of_what_it_gave = [
        resume(&still, &framework(), id(5), &first, TODAY),
        withdraw(&granted, id(5), for_them, &first, TODAY),
        lift(&granted, id(5), prose("I never thought so"), &first, TODAY),
    ];
    for touched in of_the_look.into_iter().chain(of_what_it_gave) {
        assert_eq!(refused(touched), Why::NotAllowed);
    }
    // Everybody else goes on as ever: whoever gave it, and the person.
    assert!(lift(&granted, id(5), prose("It is right now"), &actor(14), TODAY).is_ok());
    assert!(withdraw(&granted, id(5), (Voice::Person, None), &alice(), TODAY).is_ok());
    // What was looked at once is theirs to end.
    let once = answered(to_restrict(None), Answer::Yes);
    assert!(lift(&once, id(5), prose("It is right now"), &first, TODAY).is_ok());
}

#[test]
fn nothing_is_taken_back_for_somebody_without_saying_how_it_is_known() {
    let case = asked_for(to_erase());
    let by_jo = |told| withdraw(&case, id(5), (Voice::Person, told), &actor(12), TODAY);
    assert_eq!(refused(by_jo(None)), Why::Invalid);
    let back = by(&case, 12, by_jo(told()));
    assert_eq!(one(&back).withdrawn.as_ref().and_then(|done| done.told.clone()), told());
    let same = withdraw(&back, id(5), (Voice::Person, told()), &actor(12), TODAY);
    assert_eq!(same, Ok(vec![]), "sent twice");
}

#[test]
fn a_statement_is_taken_back_by_whose_it_is() {
    let stated = || {
        let case = answered(to_put_right(), Answer::No);
        by(&case, 11, state(&case, id(5), Voice::Person, prose("I have always read")))
    };
    let back = |case: &Case, voice, told, who: &Actor| take_statement_back(case, id(5), (voice, told), who);
    let case = stated();
    assert_eq!(refused(back(&case, Voice::Member(id(3)), told(), &alice())), Why::Invalid, "does not decide");
    assert_eq!(refused(back(&case, Voice::Person, None, &actor(12))), Why::Invalid, "does not say how");
    assert_eq!(refused(back(&case, Voice::Person, told(), &actor(14))), Why::NotAllowed, "no commissioner");
    let case = by(&case, 11, back(&case, Voice::Person, None, &alice()));
    assert_eq!(case.rights.statements(About::Needs).count(), 0);
    assert_eq!(refused(back(&case, Voice::Person, None, &alice())), Why::AlreadyDone);
    let other = state(&case, id(5), Voice::Person, prose("I read large print"));
    assert_eq!(
        by(&case, 11, other).rights.statements(About::Needs).count(),
        1,
        "and others put in its place"
    );
}

#[test]
fn its_clock_is_that_of_every_request() {
    use crate::case::rights::{extend, pause, resume};
    let (jo, holidays) = (actor(12), framework().bank_holidays);
    let case = asked_for(to_erase());
    let late = dates::days_after(DUE, 1);
    assert_eq!(refused(pause(&case, id(5), prose("Which?"), &jo, late)), Why::NotYet, "it is late already");
    let case = by(&case, 12, pause(&case, id(5), prose("Which address?"), &jo, TODAY));
    assert!(one(&case).time.paused.is_some());
    let case = by(&case, 12, resume(&case, &framework(), id(5), &jo, Date::constant(1970, 1, 6)));
    // A month later is a Sunday, so the five days end on a Friday.
    assert_eq!((one(&case).time.due, one(&case).time.paused.is_none()), (Date::constant(1970, 2, 6), true));
    let last = one(&case).time.latest(TODAY, &holidays);
    let longer = |case: &Case, due| extend(case, &framework(), id(5), (due, prose("Old files")), &jo, TODAY);
    assert_eq!(refused(longer(&case, dates::days_after(last, 1))), Why::Invalid);
    let case = by(&case, 12, longer(&case, last));
    assert_eq!(one(&case).time.due, last);
    assert_eq!(longer(&case, last), Ok(vec![]), "sent twice");
    let done = answered(to_erase(), Answer::No);
    assert_eq!(refused(pause(&done, id(5), prose("Why"), &jo, TODAY)), Why::AlreadyDone);
}

#[test]
fn it_is_a_move_until_it_is_answered() {
    let turns = |case: &Case| crate::case::rights::turns(case);
    let waits = turns(&asked_for(to_put_right()));
    assert_eq!((waits.len(), waits[0].due), (1, Some(DUE)));
    assert!(turns(&answered(to_put_right(), Answer::No)).is_empty());
    let case = answered(to_put_right(), Answer::No);
    let again = ask_again(&case, &framework(), id(5), (Voice::Person, prose("Why")), TODAY);
    let waits = turns(&by(&case, 11, again));
    assert_eq!(waits[0].not_of, [id::<AccountId>(12)], "not of whoever answered first");
}

#[test]
fn who_wrote_it_down_does_not_grant_that_all_is_erased() {
    let asked = asks(&alices(), 5, to_erase());
    let case = by(&alices(), 12, asked);
    let all = |account| answer_with_all(&case, id(5), (Answer::Yes, prose("Yes")), &actor(account));
    let refusal = all(12).expect_err("it is refused");
    assert_eq!(refusal.why, Why::NotAllowed);
    assert!(refusal.message.contains("You wrote this request down"), "{}", refusal.message);
    let part = answer(&case, id(5), (Answer::Yes, prose("Yes")), &actor(12));
    assert!(part.is_ok(), "a part of it is another matter");
    let another = all(22).expect("a commissioner grants it");
    assert!(by(&case, 22, Ok(another)).rights.erased().is_some());
}
