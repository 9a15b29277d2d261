use super::*;
use crate::access::{Action, CaseRole, HeldPost, Kind, Post, Queue};
use crate::case::circle::{Event, Footing, Voice};
use crate::case::lists::CaseRow;
use crate::case::{Event as CaseEvent, signoff};
use crate::place::CasePage;
use crate::testing::{add, case_of, framework, id, joined, named, opened, prose};
use crate::{Author, Date, SubmissionId, dates};

const PERSON: Role = Role::Case(CaseRole::Person);
const CARER: Role = Role::Case(CaseRole::FamilyCarer);
const COORDINATOR: Role = Role::Case(CaseRole::CareCoordinator);
const CLINICIAN: Role = Role::Case(CaseRole::Clinician);

fn people() -> Vec<CaseEvent> {
    vec![
        opened(id(1)),
        named("Alice"),
        joined(id(2), "Alice", CaseRole::Person, None),
        joined(id(3), "Sam", CaseRole::FamilyCarer, Some(id(13))),
        joined(id(4), "Jo", CaseRole::CareCoordinator, Some(id(14))),
        joined(id(5), "Priya", CaseRole::Clinician, Some(id(15))),
    ]
}

fn turn(action: Action) -> Turn {
    Turn::new(action, "A task", "Words", CasePage::Plan)
}

fn actor(account: u128, post: Post) -> Actor {
    let post = HeldPost { area: id(1), organisation: id(8), kind: Kind::NhsBody, post };
    let today = Date::constant(2026, 3, 2);
    Actor { account: id(account), name: "Pat".into(), posts: vec![post], second_factor: true, today }
}

#[test]
fn it_waits_for_those_who_may_and_of_them_for_whom_it_is_meant() {
    let case = case_of(&people());
    let of = |action, meant| case.movers(&turn(action).meant(meant));
    assert_eq!(of(Action::AnswerQuestion, Meant::Anyone), [COORDINATOR, CLINICIAN]);
    assert_eq!(of(Action::AnswerQuestion, Meant::Coordinator), [COORDINATOR]);
    assert_eq!(
        of(Action::SendPlan, Meant::FamilyAndCoordinator),
        [PERSON, COORDINATOR],
        "Sam decides nothing"
    );
    assert_eq!(of(Action::SendPlan, Meant::Family), [PERSON]);
    assert_eq!(of(Action::WritePlan, Meant::Family)[..2], [PERSON, Role::Case(CaseRole::Representative)]);
    assert!(of(Action::WritePlan, Meant::Family).contains(&CARER), "they write it together");
    assert_eq!(of(Action::ReleasePayment, Meant::Anyone), [Role::Finance]);
    assert_eq!(of(Action::SettleNeeds, Meant::Family), []);
}

#[test]
fn what_the_family_decides_is_the_move_of_whoever_of_them_may() {
    let mut events = people();
    let of_sam = |case: &Case, action| {
        let sam = case.circle.member(id(3)).expect("he is there");
        case.is_move_of_member(&turn(action).meant(Meant::Family), sam)
    };
    let decided = [Action::AnswerOffer, Action::SignAgreement, Action::DecideSharing, Action::FetchCopy];
    for action in decided {
        assert!(!of_sam(&case_of(&events), action), "{action:?}");
    }
    let (member, footing, about) = (id(3), Footing::Attorney, prose("All of it"));
    events.push(Event::SpeakerRecognised { member, footing, about, evidence: None }.into());
    for action in decided {
        assert!(of_sam(&case_of(&events), action), "{action:?}");
    }
}

/// A place that nobody has is among them, so that it is seen who is missing; and
/// whoever may not by what they are to the person is not.
#[test]
fn who_is_close_to_the_person_decides_on_no_plan() {
    let missing = case_of(&people()[..5]);
    assert_eq!(missing.movers(&turn(Action::SignOff)), [CLINICIAN]);
    let mut events = people();
    events.push(joined(id(6), "Priya", CaseRole::FamilyCarer, Some(id(15))));
    let case = case_of(&events);
    assert_eq!(case.movers(&turn(Action::SignOff)), []);
    assert!(!actor(15, Post::Practitioner).is_to_move(&turn(Action::SignOff), &case));
}

#[test]
fn it_is_not_the_move_of_those_who_are_left_out_nor_of_others_where_it_is_ones_own() {
    let case = case_of(&people());
    let priya = actor(15, Post::Practitioner);
    let open = turn(Action::LookThrough);
    assert!(priya.is_to_move(&open, &case));
    let without = Turn { not_of: vec![id(15)], ..open.clone() };
    assert_eq!((case.movers(&without), priya.is_to_move(&without, &case)), (vec![COORDINATOR], false));
    let own = Turn { only_of: Some(id(15)), ..open.clone() };
    assert_eq!((case.movers(&own), priya.is_to_move(&own, &case)), (vec![CLINICIAN], true));
    let of_sam = Turn { only_of: Some(id(13)), ..open };
    assert_eq!(case.movers(&of_sam), [], "he may not");
}

/// Alice's plan was passed on, a commissioner said "not yet", and she appealed.
fn appealed() -> Case {
    let mut case = case_of(&people());
    let sent: SubmissionId = id(30);
    let by = |case: &mut Case, who: u128, event: signoff::Event| add(case, Author::Account(id(who)), [event]);
    by(&mut case, 14, signoff::Event::Sent { id: sent, voice: Voice::Person, to: None, note: None });
    by(&mut case, 15, signoff::Event::PassedOn { id: sent, why: prose("It costs more") });
    let [reasons, change, appeal] = ["Too much", "Say why", "Write to us"].map(prose);
    by(&mut case, 21, signoff::Event::NotYet { id: sent, reasons, change, appeal });
    by(&mut case, 14, signoff::Event::Appealed { id: sent, voice: Voice::Person, words: prose("I need it") });
    case
}

#[test]
fn an_appeal_waits_for_a_commissioner_who_did_not_decide() {
    let case = appealed();
    let turns = case.turns(&framework());
    let appeal = turns.iter().find(|turn| turn.task == "Answer an appeal").expect("it waits");
    assert_eq!(case.movers(appeal), [Role::Commissioner]);
    let made = case.signoff.appealed().next().and_then(|sent| sent.appeal.as_ref()).expect("it was made").at;
    let due = dates::days_after(dates::london(made), framework().decision_days);
    assert_eq!(appeal.due, Some(due), "as long as for the first decision");
    assert!(!actor(21, Post::Commissioner).is_to_move(appeal, &case), "they decided");
    assert!(actor(22, Post::Commissioner).is_to_move(appeal, &case));
    assert!(!actor(22, Post::Finance).is_to_move(appeal, &case));
    let CaseRow { turns, .. } = case.row(&framework()).expect("it is opened");
    let row = turns.iter().find(|turn| turn.task == "Answer an appeal").expect("it is listed");
    assert!(row.is_for(Queue::Commissioner, id(22)) && !row.is_for(Queue::Commissioner, id(21)));
    assert!(!row.is_for(Queue::Finance, id(22)));
}

/// A list of the area is read without opening a case: whoever has nothing to do
/// with it but by their work is told, and nobody else.
#[test]
fn nobody_pays_those_among_whom_they_have_a_place() {
    let case = case_of(&people());
    let roles = case.movers(&turn(Action::ReleasePayment));
    let kept: Vec<AccountId> = [13, 14, 15].map(id).into();
    assert_eq!(case.kept_from(&turn(Action::ReleasePayment), &roles), kept);
    let row = case.row(&framework()).expect("it is opened");
    let own = case.circle.member(id(4)).expect("Jo").clone();
    let of_jo = case.row_of(&own, &framework()).expect("it is opened");
    assert_eq!(row.turns[0].of, of_jo.turns[0].of, "{row:?}");
    assert!(row.turns[0].of.contains(&COORDINATOR));
}
