use super::*;
use crate::case::CaseRole;
use crate::case::rights::{About, latest};
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
    ])
}

fn actor(account: u128) -> Actor {
    Actor { account: id(account), name: "Somebody".into(), posts: vec![], second_factor: true, today: TODAY }
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
        assert_eq!((one(&case).due, one(&case).is_waiting()), (DUE, true), "{ask:?}");
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

    let lifted = by(&case, 12, lift(&case, id(5), prose("It is put right"), TODAY));
    assert!(!holds(&lifted, TODAY));
    assert_eq!(lift(&lifted, id(5), prose("It is put right"), TODAY), Ok(vec![]), "sent twice");
    assert_eq!(refused(lift(&lifted, id(5), prose("Another"), TODAY)), Why::AlreadyDone);
    let taken_back = by(&case, 11, withdraw(&case, id(5), Voice::Person, TODAY));
    assert!(!holds(&taken_back, TODAY), "they want it no more");
    assert_eq!(refused(lift(&asked_for(to_erase()), id(5), prose("No"), TODAY)), Why::AlreadyDone);
}

#[test]
fn what_waits_can_be_taken_back_and_what_is_answered_cannot() {
    let case = asked_for(to_erase());
    assert_eq!(refused(withdraw(&case, id(5), Voice::Member(id(3)), TODAY)), Why::Invalid);
    let back = by(&case, 11, withdraw(&case, id(5), Voice::Person, TODAY));
    assert!(!one(&back).is_waiting());
    assert_eq!(withdraw(&back, id(5), Voice::Person, TODAY), Ok(vec![]), "sent twice");
    assert_eq!(refused(withdraw(&back, id(5), Voice::Member(id(3)), TODAY)), Why::AlreadyDone);
    assert_eq!(refused(answer(&back, id(5), (Answer::Yes, prose("Yes")), &actor(12))), Why::AlreadyDone);
    let done = answered(to_erase(), Answer::No);
    assert_eq!(refused(withdraw(&done, id(5), Voice::Person, TODAY)), Why::AlreadyDone);
    assert_eq!(refused(withdraw(&done, id(9), Voice::Person, TODAY)), Why::Invalid);
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

#[test]
fn its_clock_is_that_of_every_request() {
    use crate::case::rights::{extend, pause, resume};
    let case = asked_for(to_erase());
    let case = by(&case, 12, pause(&case, id(5), prose("Which address?")));
    assert!(one(&case).paused.is_some());
    let case = by(&case, 12, resume(&case, id(5), Date::constant(1970, 1, 6)));
    assert_eq!((one(&case).due, one(&case).paused.is_none()), (dates::days_after(DUE, 5), true));
    let last = latest(TODAY, &framework().bank_holidays);
    let longer = |case: &Case, due| extend(case, &framework(), id(5), (due, prose("Old files")), TODAY);
    assert_eq!(refused(longer(&case, dates::days_after(last, 1))), Why::Invalid);
    let case = by(&case, 12, longer(&case, last));
    assert_eq!(one(&case).due, last);
    assert_eq!(refused(pause(&answered(to_erase(), Answer::No), id(5), prose("Why"))), Why::AlreadyDone);
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
