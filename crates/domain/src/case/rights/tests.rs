use super::*;
use crate::access::{HeldPost, Kind, Post, Role};
use crate::case::CaseRole;
use crate::testing::{case_of, framework, given, id, joined, named, opened, prose};
use crate::{Aggregate, MemberId, Timestamp, Why};

/// What is given happens at the beginning of time.
const TODAY: Date = Date::constant(1970, 1, 1);

fn alices() -> Case {
    let (nurse, sam): (MemberId, MemberId) = (id(2), id(3));
    case_of(&[
        opened(id(1)),
        named("Alice"),
        joined(nurse, "Anne", CaseRole::Clinician, Some(id(12))),
        joined(sam, "Sam", CaseRole::FamilyCarer, Some(id(13))),
        joined(id(4), "Jo", CaseRole::CareCoordinator, Some(id(14))),
    ])
}

/// Somebody who works with people, for the NHS.
fn actor(account: AccountId) -> Actor {
    let post = HeldPost { area: id(1), organisation: id(8), kind: Kind::NhsBody, post: Post::Practitioner };
    Actor { account, name: "Somebody".into(), posts: vec![post], second_factor: true, today: TODAY }
}

fn found(seq: u64, what: Confidence, by: AccountId) -> Found {
    Found { seq, what, by: Author::Account(by) }
}

fn asked(passages: Vec<Found>) -> Case {
    let mut case = alices();
    let events = ask(&case, &framework(), id(5), Voice::Person, passages, TODAY).expect("it is asked for");
    given(&mut case, events);
    case
}

fn a_copy(number: u128) -> Made {
    let sha256 = "0".repeat(64);
    Made {
        copy: id(number),
        size: 1,
        sha256,
        version: 9,
        until: dates::days_after(TODAY, 14),
        left_out: 0,
        too_large: 0,
        lacks_paper: false,
    }
}

fn refused(answer: Decision) -> Why {
    answer.expect_err("it is refused").why
}

#[test]
fn a_copy_is_asked_for_once_at_a_time() {
    let case = asked(vec![]);
    let request = case.rights.get(id(5)).expect("a request");
    assert_eq!((request.time.due, request.look_by), (Date::constant(1970, 2, 2), None));
    assert!(request.is_being_made() && !request.is_answered());
    let again = |id| ask(&case, &framework(), id, Voice::Person, vec![], TODAY);
    assert_eq!(again(id(5)), Ok(vec![]), "the form was sent twice");
    assert_eq!(refused(again(id(6))), Why::AlreadyDone);
}

#[test]
fn nobody_asks_for_it_who_does_not_speak_about_sharing() {
    let answer = ask(&alices(), &framework(), id(5), Voice::Member(id(3)), vec![], TODAY);
    assert_eq!(refused(answer), Why::Invalid);
}

#[test]
fn the_rest_does_not_wait_for_what_is_looked_at() {
    let mut case = asked(vec![found(3, Confidence::NoteOfStaff, id(12))]);
    let copy = Made { version: case.version, ..a_copy(20) };
    let events = make(&case, id(5), copy).expect("it is made");
    given(&mut case, events);
    let request = case.rights.get(id(5)).expect("a request");
    assert!(request.ready(TODAY).is_some() && !request.is_answered() && !request.is_being_made());
    let give = || (true, prose("It is fair to give it."));
    let decided = decide_on(&case, id(5), 3, give(), &actor(id(12))).expect("it is decided");
    // The clock of these tests stands still, and a decision is later than a copy.
    let by = Author::Account(id(12));
    let case = case.after(by, Timestamp::from_second(9_000_000_000).expect("an instant"), &decided);
    let request = case.rights.get(id(5)).expect("a request");
    assert!(request.is_being_made(), "a new one, with it");
    assert_eq!(decide_on(&case, id(5), 3, give(), &actor(id(12))), Ok(vec![]), "sent twice");
    let other = decide_on(&case, id(5), 3, (false, prose("No")), &actor(id(12)));
    assert_eq!(refused(other), Why::AlreadyDone);
    assert_eq!(refused(decide_on(&case, id(5), 4, give(), &actor(id(12)))), Why::Invalid);
}

#[test]
fn a_note_for_one_is_decided_on_by_whoever_wrote_it_and_by_nobody_else() {
    let case = asked(vec![found(3, Confidence::NoteOfOne, id(12)), found(4, Confidence::NoteOfOne, id(99))]);
    let no = || (false, prose("It is not about her."));
    assert_eq!(refused(decide_on(&case, id(5), 3, no(), &actor(id(14)))), Why::NotAllowed);
    assert!(decide_on(&case, id(5), 3, no(), &actor(id(12))).is_ok());
    let after = decide_on(&case, id(5), 4, no(), &actor(id(14)));
    assert_eq!(refused(after), Why::NotAllowed, "whoever wrote it has gone, or was taken out");
    let nobody = Actor { posts: vec![], ..actor(id(12)) };
    assert_eq!(refused(decide_on(&case, id(5), 3, no(), &nobody)), Why::NotAllowed, "the post has ended");
}

#[test]
fn it_is_fetched_while_it_is_there() {
    let mut case = asked(vec![]);
    let (alice, at) = (id(11), |seconds| Timestamp::from_second(seconds).expect("an instant"));
    assert_eq!(refused(fetch(&case, id(5), id(20), alice, at(0))), Why::NotYet);
    let events = make(&case, id(5), a_copy(20)).expect("it is made");
    given(&mut case, events);
    assert_eq!(make(&case, id(5), a_copy(20)), Ok(vec![]), "once");
    let events = fetch(&case, id(5), id(20), alice, at(60)).expect("it is fetched");
    let case = case.after(Author::Account(alice), at(60), &events);
    assert_eq!(fetch(&case, id(5), id(20), alice, at(800)), Ok(vec![]), "the download broke");
    assert_ne!(fetch(&case, id(5), id(20), alice, at(961)), Ok(vec![]), "a quarter of an hour later");
    assert_ne!(fetch(&case, id(5), id(20), id(13), at(61)), Ok(vec![]), "somebody else");
    assert_eq!(refused(fetch(&case, id(5), id(21), alice, at(60))), Why::NotYet);
    assert_eq!(refused(fetch(&case, id(5), id(20), alice, at(15 * 24 * 60 * 60))), Why::NotYet);
    let again = ask(&case, &framework(), id(6), Voice::Person, vec![], TODAY);
    assert_eq!(refused(again), Why::NotYet, "one a day");
    assert!(ask(&case, &framework(), id(6), Voice::Person, vec![], dates::days_after(TODAY, 1)).is_ok());
}

#[test]
fn the_clock_stands_still_and_goes_on_and_is_put_off_once() {
    let (mut case, jo) = (asked(vec![]), actor(id(14)));
    let why = || prose("Which of two people with this name is it?");
    let events = pause(&case, id(5), why(), &jo, TODAY).expect("it stands still");
    given(&mut case, events);
    assert_eq!(pause(&case, id(5), why(), &jo, TODAY), Ok(vec![]));
    assert_eq!(refused(pause(&case, id(5), prose("Another reason"), &jo, TODAY)), Why::AlreadyDone);
    let since = day(case.rights.requests[0].time.paused.as_ref().expect("it stands still").1);
    let events = resume(&case, &framework(), id(5), &jo, dates::days_after(since, 6)).expect("it goes on");
    given(&mut case, events);
    assert_eq!(case.rights.requests[0].time.due, Date::constant(1970, 2, 9), "7 February is a Saturday");
    assert_eq!(resume(&case, &framework(), id(5), &jo, TODAY), Ok(vec![]));

    let put_off = |case: &Case, due| extend(case, &framework(), id(5), (due, why()), &jo, TODAY);
    let last = case.rights.requests[0].time.latest(TODAY, &framework().bank_holidays);
    assert_eq!(refused(put_off(&case, dates::days_after(last, 1))), Why::Invalid);
    assert_eq!(refused(put_off(&case, TODAY)), Why::Invalid);
    let late = extend(&case, &framework(), id(5), (last, why()), &jo, Date::constant(1970, 2, 10));
    assert_eq!(refused(late), Why::NotYet);
}

/// A relative's note for themselves alone holds no copy up: they cannot look
/// through what was said in confidence, so it stays theirs. Nor does that of a
/// colleague whose post has ended or whose account is closed.
#[test]
fn a_note_that_its_writer_cannot_decide_about_holds_nothing_up() {
    let case = alices();
    let own = |account: u128| found(7, Confidence::NoteOfOne, id(account));
    let of = |account: u128| can_be_decided(&case, own(account), Some(&actor(id(account))));
    assert!(of(12), "the nurse");
    assert!(!of(13), "Sam, of the family");
    assert!(!of(404), "who left");
    let ended = Actor { posts: vec![], ..actor(id(12)) };
    assert!(!can_be_decided(&case, own(12), Some(&ended)), "the post has ended");
    assert!(!can_be_decided(&case, own(12), None), "the account is closed");
    let why = found(7, Confidence::WhyGiven, id(12));
    assert!(!can_be_decided(&case, why, Some(&actor(id(12)))), "nobody is asked why they gave something");
}

#[test]
fn what_its_writer_does_not_decide_about_stays_out_and_nobody_waits_for_ever() {
    let (own, staffs) = (found(3, Confidence::NoteOfOne, id(12)), found(4, Confidence::NoteOfStaff, id(14)));
    let mut case = asked(vec![own, staffs]);
    let copy = Made { version: case.version, ..a_copy(20) };
    let events = make(&case, id(5), copy).expect("it is made");
    given(&mut case, events);
    let (look_by, due) = (case.rights.requests[0].look_by.expect("a day"), case.rights.requests[0].time.due);
    let left = |case: &Case, today, is_gone| leave_to_writers(case, id(5), today, |f| is_gone && f == own);
    assert_eq!(left(&case, look_by, false), Ok(vec![]), "there is still time");
    assert_eq!(left(&case, TODAY, true).map(|events| events.len()), Ok(1), "their post has ended");
    let events = left(&case, dates::days_after(look_by, 1), false).expect("it stays out");
    given(&mut case, events);
    let request = &case.rights.requests[0];
    let decided = request.passage(3).and_then(|passage| passage.decided.as_ref()).expect("it is decided");
    assert!(!decided.give && decided.why.as_str().contains("in time"), "{decided:?}");
    assert_eq!(request.open().map(|passage| passage.found.seq).collect::<Vec<_>>(), [4], "staff look at it");
    assert_eq!(left(&case, dates::days_after(due, 1), true), Ok(vec![]), "no more than that");

    let again = |today| ask(&case, &framework(), id(6), Voice::Person, vec![], today);
    assert_eq!(refused(again(due)), Why::AlreadyDone, "the time can still be kept");
    let late = dates::days_after(due, 1);
    assert!(again(late).is_ok(), "who is late lets nobody wait longer");
    let next = |today| gone(&case, today).next;
    assert_ne!(next(due), next(late), "what they can do is what is so");
    let mut paused = case.clone();
    let events = pause(&paused, id(5), prose("Which of two?"), &actor(id(14)), due).expect("it stands still");
    given(&mut paused, events);
    assert!(paused.rights.in_the_way(late).is_some(), "the time stands still");
}

/// What nobody but its writer may decide about waits for them alone, and for nobody
/// where they cannot: no turn is told to somebody who can do nothing about it.
#[test]
fn what_was_said_in_confidence_waits_for_those_who_may_decide_about_it() {
    let (nurse, son, gone) = (id(12), id(13), id(19));
    let waits = |passages: Vec<Found>| {
        let case = asked(passages);
        let turns =
            crate::case::rights::turns(&case).into_iter().filter(|turn| turn.task.starts_with("Look at"));
        turns.map(|turn| (turn.task.clone(), case.movers(&turn), turn.only_of)).collect::<Vec<_>>()
    };
    let own = |by| found(3, Confidence::NoteOfOne, by);
    assert_eq!(waits(vec![own(son), own(gone)]), [], "nobody can decide about them");
    let (coordinator, clinician) = (Role::Case(CaseRole::CareCoordinator), Role::Case(CaseRole::Clinician));
    let (of_all, of_one) = (
        ("Look at 1 thing said in confidence, for the copy".to_owned(), vec![coordinator, clinician], None),
        (
            "Look at 2 notes that nobody but their writer reads, for the copy".to_owned(),
            vec![clinician],
            Some(nurse),
        ),
    );
    let shared = found(4, Confidence::NoteOfStaff, son);
    assert_eq!(waits(vec![shared, own(nurse), own(nurse), own(gone)]), [of_all, of_one]);
}
