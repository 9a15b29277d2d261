use super::*;
use crate::access::{HeldPost, Kind, Post};
use crate::case::CaseRole;
use crate::case::arrangement::{self, InstalmentKind, Scheduled};
use crate::case::circle;
use crate::case::plan::{self, HoldingWords, Mode};
use crate::case::rights::{Answer, Ask, Event as Right};
use crate::case::signoff;
use crate::ledger::Funder;
use crate::testing::{case_of, given, id, joined, line, opened, prose};
use crate::{AccountId, Pence, Why};

const DAY: Date = Date::constant(1990, 1, 1);

fn someone(account: u128, post: Post) -> Actor {
    let post = HeldPost { area: id(1), organisation: id(8), kind: Kind::NhsBody, post };
    Actor {
        account: id(account),
        name: "Somebody".into(),
        posts: vec![post],
        second_factor: true,
        today: DAY,
    }
}

/// A case of a grown-up, in which the last thing happened in 1970.
fn old() -> Case {
    let named = circle::Event::PersonNamed {
        name: line("Alice"),
        known_as: None,
        born: Some(Date::constant(1930, 1, 1)),
    };
    case_of(&[opened(id(1)), named.into(), joined(id(2), "Sam", CaseRole::FamilyCarer, Some(id(23)))])
}

fn due(case: &Case) -> Result<Item, String> {
    case_due(case, &Retention::default(), DAY)
}

fn proposed(items: Vec<Item>) -> Disposal {
    let none = Disposal::new(id(5));
    let events = propose(&none, id(1), items, prose("The code")).expect("it is proposed");
    none.after(Author::Account(id::<AccountId>(21)), Timestamp::UNIX_EPOCH, &events)
}

fn destroyed_by(case: &Case, disposal: &Disposal, actor: &Actor) -> Result<Vec<Event>, Refusal> {
    let facts = facts(disposal.waits().expect("it waits"), &[case], actor);
    destroy(disposal, &[due(case)], facts, actor)
}

fn refused(answer: Result<Vec<Event>, Refusal>) -> Why {
    answer.expect_err("it is refused").why
}

#[test]
fn two_people_destroy_what_is_due() {
    let case = old();
    let disposal = proposed(vec![due(&case).expect("it is due")]);
    let (first, second) = (someone(21, Post::Administrator), someone(22, Post::FrameworkOwner));
    assert_eq!(refused(destroyed_by(&case, &disposal, &first)), Why::NotAllowed, "who proposed it");
    let auditor = someone(24, Post::Auditor);
    assert_eq!(refused(destroyed_by(&case, &disposal, &auditor)), Why::NotAllowed, "who only reads");
    let of_the_family = someone(23, Post::Administrator);
    assert_eq!(refused(destroyed_by(&case, &disposal, &of_the_family)), Why::NotAllowed, "who is close");
    let events = destroyed_by(&case, &disposal, &second).expect("it is destroyed");
    let gone = disposal.after(Author::Account(second.account), Timestamp::UNIX_EPOCH, &events);
    assert!(gone.destroyed().is_some() && gone.waits().is_none());
    assert_eq!(refused(destroy(&gone, &[due(&case)], Facts::default(), &second)), Why::AlreadyDone);
    assert_eq!(refused(take_back(&gone, prose("No"))), Why::AlreadyDone, "too late");
}

#[test]
fn what_came_in_between_stops_it() {
    let case = old();
    let disposal = proposed(vec![due(&case).expect("it is due")]);
    let second = someone(22, Post::FrameworkOwner);
    let asked = |ask, answer: Option<Answer>| {
        let id = id(7);
        let mut events = vec![Right::Asked { id, voice: circle::Voice::Person, ask, due: DAY }];
        events.extend(answer.map(|answer| Right::Answered { id, answer, words: prose("So") }));
        events
    };
    let erase = || Ask::Erase { what: prose("It"), why: prose("I want to") };
    for (events, what) in [
        (vec![Right::HoldPut { id: id(6), why: prose("A claim") }], "a hold"),
        (asked(Ask::Restrict { why: prose("Why"), until: None }, Some(Answer::Yes)), "a restriction"),
        (asked(erase(), None), "an open request"),
    ] {
        let mut now = case.clone();
        given(&mut now, events);
        assert_eq!(refused(destroyed_by(&now, &disposal, &second)), Why::NotYet, "{what}");
    }
    let moved = case.after(
        Author::System,
        Timestamp::from_second(86_400).expect("an instant"),
        &[joined(id(9), "Kim", CaseRole::FamilyCarer, None)],
    );
    assert_eq!(refused(destroyed_by(&moved, &disposal, &second)), Why::NotYet, "something happened");
    let young = case_due(&case, &Retention::default(), Date::constant(1977, 1, 1));
    assert!(young.expect_err("it is not due").contains("It is kept until"));
}

#[test]
fn who_alone_granted_that_all_is_erased_is_not_the_second() {
    let mut case = case_of(&[opened(id(1))]);
    let (id_of, erase) = (id(7), Ask::Erase { what: prose("All of it"), why: prose("I want to") });
    given(&mut case, [Right::Asked { id: id_of, voice: circle::Voice::Person, ask: erase, due: DAY }]);
    let granter = Author::Account(id::<AccountId>(22));
    let granted = [
        Right::Answered { id: id_of, answer: Answer::Yes, words: prose("Yes") }.into(),
        Right::AllToBeErased { id: id_of }.into(),
    ];
    let case = case.after(granter, Timestamp::UNIX_EPOCH, &granted);
    let item = due(&case).expect("it is due, whatever its age");
    let granted = Granted { by: granter, on: Date::constant(1970, 1, 1) };
    assert_eq!(item.ground, Ground::Erased { request: id_of, granted: Some(granted) });
    let words = item.ground.words("Kim");
    assert_eq!(words, "It was granted that all of it is erased, on 1 January 1970, by Kim");
    let disposal = proposed(vec![item]);
    let (granter, another) = (someone(22, Post::Administrator), someone(25, Post::Administrator));
    assert_eq!(refused(destroyed_by(&case, &disposal, &granter)), Why::NotAllowed);
    assert!(destroyed_by(&case, &disposal, &another).is_ok());
    let mut back = case.clone();
    given(&mut back, [Right::Withdrawn { id: id_of, voice: circle::Voice::Person, told: None }]);
    assert_eq!(refused(destroyed_by(&back, &disposal, &another)), Why::NotYet, "they took it back");
}

#[test]
fn what_is_proposed_is_something_not_too_much_and_said_once() {
    let item = due(&old()).expect("it is due");
    let none = Disposal::new(id(5));
    let propose = |disposal: &Disposal, items| propose(disposal, id(1), items, prose("The code"));
    assert_eq!(refused(propose(&none, vec![])), Why::Invalid);
    assert_eq!(refused(propose(&none, vec![item.clone(); MOST + 1])), Why::Invalid);
    let disposal = proposed(vec![item.clone()]);
    assert_eq!(propose(&disposal, vec![item.clone()]), Ok(vec![]), "sent twice");
    assert_eq!(refused(propose(&disposal, vec![item.clone(), item])), Why::AlreadyDone);
    let events = take_back(&disposal, prose("Not yet")).expect("it is taken back");
    let back = disposal.after(Author::System, Timestamp::UNIX_EPOCH, &events);
    assert_eq!(take_back(&back, prose("Not yet")), Ok(vec![]), "sent twice");
    assert_eq!(refused(take_back(&back, prose("Other"))), Why::AlreadyDone);
    let second = someone(22, Post::FrameworkOwner);
    assert_eq!(refused(destroy(&back, &[], Facts::default(), &second)), Why::AlreadyDone, "too late");
}

/// A case all of which is to be erased, as was granted.
fn erased(events: Vec<crate::case::Event>) -> Case {
    let mut case = case_of(&[opened(id(1))]);
    let (id_of, erase) = (id(7), Ask::Erase { what: prose("All of it"), why: prose("I want to") });
    given(&mut case, events);
    given(
        &mut case,
        [
            Right::Asked { id: id_of, voice: circle::Voice::Person, ask: erase, due: DAY },
            Right::Answered { id: id_of, answer: Answer::Yes, words: prose("Yes") },
            Right::AllToBeErased { id: id_of },
        ],
    );
    case
}

fn why_not(case: &Case) -> String {
    due(case).expect_err("it is not due")
}

#[test]
fn nothing_is_due_while_something_goes_on_whatever_the_ground() {
    assert!(due(&erased(vec![])).is_ok(), "it is due without any of it");
    let planned = Scheduled {
        id: id(30),
        holding: id(31),
        due: DAY,
        funder: Funder::Nhs,
        kind: InstalmentKind::Regular,
        amount: Pence(500),
    };
    let scheduled: crate::case::Event =
        arrangement::Event::PaymentsScheduled { instalments: vec![planned] }.into();
    let released: crate::case::Event = arrangement::Event::PaymentReleased { instalment: id(30) }.into();
    assert!(why_not(&erased(vec![scheduled.clone()])).contains("A payment is planned"));
    let waits = erased(vec![scheduled.clone(), released]);
    assert!(why_not(&waits).contains("released and not confirmed"));
    let cancelled = arrangement::Event::PaymentCancelled { instalment: id(30), why: prose("Over") };
    assert!(due(&erased(vec![scheduled, cancelled.into()])).is_ok(), "one that was cancelled stops nothing");
    let (sent, no) = (id(40), || prose("No"));
    let sends = signoff::Event::Sent { id: sent, voice: circle::Voice::Person, to: None, note: None };
    assert!(why_not(&erased(vec![sends.clone().into()])).contains("A plan waits"));
    let not_yet = signoff::Event::NotYet { id: sent, reasons: no(), change: no(), appeal: no() };
    assert!(due(&erased(vec![sends.clone().into(), not_yet.clone().into()])).is_ok(), "it was answered");
    let appealed = signoff::Event::Appealed { id: sent, voice: circle::Voice::Person, words: no() };
    let waits = erased(vec![sends.into(), not_yet.into(), appealed.into()]);
    assert!(why_not(&waits).contains("An appeal waits"));
    let holding = plan::Event::HoldingAdded {
        id: id(31),
        holding: HoldingWords { mode: Mode::DirectPayment, organisation: None, name: line("Helpers") },
        from: Date::constant(1988, 6, 1),
    };
    let agreed = |from| arrangement::Event::AgreementMade { parts: vec![], from };
    let runs = erased(vec![holding.clone().into(), agreed(Date::constant(1989, 6, 1)).into()]);
    assert!(why_not(&runs).contains("runs until 31 May 1990"));
    assert!(
        due(&erased(vec![holding.into(), agreed(Date::constant(1988, 6, 1)).into()])).is_ok(),
        "it is over"
    );
}

#[test]
fn who_ended_a_hold_is_neither_of_the_two() {
    let mut case = old();
    given(&mut case, [Right::HoldPut { id: id(6), why: prose("A claim") }]);
    let ended = [Right::HoldEnded { id: id(6), why: prose("It was settled") }.into()];
    let by = |account| Author::Account(id::<AccountId>(account));
    let second = case.after(by(22), Timestamp::UNIX_EPOCH, &ended);
    let disposal = proposed(vec![due(&second).expect("it is due")]);
    let owner = someone(22, Post::FrameworkOwner);
    assert_eq!(refused(destroyed_by(&second, &disposal, &owner)), Why::NotAllowed, "who ended it");
    let another = someone(25, Post::Administrator);
    assert!(destroyed_by(&second, &disposal, &another).is_ok());
    // The first may not have proposed it, nor end one afterwards.
    let facts = facts_to_propose(&[&second], owner.account);
    assert_ne!(owner.verdict_in(Action::ProposeDestroying, id(1), facts), Verdict::Allowed);
    let facts = facts_to_propose(&[&second], another.account);
    assert_eq!(another.verdict_in(Action::ProposeDestroying, id(1), facts), Verdict::Allowed);
    let first = case.after(by(21), Timestamp::UNIX_EPOCH, &ended);
    let waits = disposal.waits().expect("it waits");
    assert!(case_proposed(waits, &first, due(&first)).expect_err("it stops").contains("ended a hold"));
    assert!(case_proposed(waits, &second, due(&second)).is_ok());
}
