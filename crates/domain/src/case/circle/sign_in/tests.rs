use super::*;
use crate::access;
use crate::case::circle::{NewMember, Seen, confirm, hand_over, invite, join, leave};
use crate::testing::{add, case_of, new_member, opened, prose};
use crate::{AreaId, OrganisationId, Why};
use uuid::Uuid;

const JO: AccountId = AccountId(Uuid::from_u128(1));
const PRIYA: AccountId = AccountId(Uuid::from_u128(2));
const NORA: AccountId = AccountId(Uuid::from_u128(3));
const ALICES: AccountId = AccountId(Uuid::from_u128(4));
const CARYS: AccountId = AccountId(Uuid::from_u128(5));
/// Jo's own, at home.
const MAILBOX: AccountId = AccountId(Uuid::from_u128(6));
const ALICE: MemberId = MemberId(Uuid::from_u128(20));
const SAM: MemberId = MemberId(Uuid::from_u128(21));
const JOS_SEAT: MemberId = MemberId(Uuid::from_u128(22));
const TODAY: Date = Date::constant(2027, 3, 1);

fn new(id: MemberId, name: &str, role: CaseRole, account: Option<AccountId>) -> NewMember {
    let organisation = account.map(|_| OrganisationId(Uuid::nil()));
    NewMember { organisation, ..new_member(id, name, role, account) }
}

struct Story(Case);

impl Story {
    /// Jo is the care co-ordinator, Priya the nurse; Alice signs in, and Sam is
    /// a family carer who does not yet.
    fn begun() -> Self {
        let mut story = Self(case_of(&[]));
        story.adds(JO, vec![opened(AreaId(Uuid::nil()))]);
        for member in [
            new(JOS_SEAT, "Jo", CaseRole::CareCoordinator, Some(JO)),
            new(MemberId(Uuid::from_u128(23)), "Priya", CaseRole::Clinician, Some(PRIYA)),
            new(ALICE, "Alice", CaseRole::Person, None),
            new(SAM, "Sam", CaseRole::FamilyCarer, None),
        ] {
            let events = join(&story.case(), member).expect("they join");
            story.adds(JO, events);
        }
        let how = Some(prose("She told me"));
        let asked = invite(&story.case(), ALICE, ALICES, false, how).expect("it is asked for");
        story.adds(JO, asked);
        let number = story.case().circle.waiting().next().expect("it waits").number;
        let seen = Seen { words: prose("Rang her"), on: TODAY, works_in_the_area: false };
        let confirmed = confirm(&story.case(), PRIYA, &[number], &seen, TODAY).expect("confirmed");
        story.adds(PRIYA, confirmed);
        story
    }

    fn case(&self) -> Case {
        self.0.clone()
    }

    fn adds(&mut self, by: AccountId, events: Vec<case::Event>) {
        add(&mut self.0, Author::Account(by), events);
    }

    /// Jo alone has invited a mailbox as Sam's.
    fn with_a_mailbox() -> Self {
        let mut story = Self::begun();
        let invited = invite(&story.case(), SAM, MAILBOX, false, None).expect("invited");
        assert!(matches!(invited[..], [case::Event::Circle(Event::MemberInvited { .. })]), "at once");
        story.adds(JO, invited);
        story
    }

    /// Her post has ended, and Nora goes on.
    fn with_jo_gone() -> Self {
        let mut story = Self::with_a_mailbox();
        let nora = new(MemberId(Uuid::from_u128(24)), "Nora", CaseRole::CareCoordinator, Some(NORA));
        let events = hand_over(&story.case(), JO, nora, prose("Left")).expect("handed over");
        story.adds(CARYS, events);
        story
    }
}

fn alone(case: &Case) -> Vec<MemberId> {
    case.circle.left_alone().map(|(m, ..)| m.id).collect()
}

fn tasks(case: &Case) -> Vec<String> {
    turns(case).into_iter().map(|turn| turn.task).collect()
}

#[test]
fn what_one_colleague_gave_alone_is_looked_at_when_she_has_left() {
    let before = Story::with_a_mailbox().case();
    assert_eq!(before.circle.given_alone().map(|(m, by, _)| (m.id, by)).collect::<Vec<_>>(), [(SAM, JO)]);
    assert_eq!((alone(&before), tasks(&before)), (vec![], vec![]), "while she is here nobody is asked");
    let case = Story::with_jo_gone().case();
    assert_eq!(alone(&case), [SAM], "Alice's own was confirmed by Priya");
    assert_eq!(tasks(&case), ["Look at how Sam signs in: Jo alone set it up, and has left"]);
    assert!(case.movers(&turns(&case)[0]).contains(&access::Role::Case(CaseRole::CareCoordinator)));
}

/// Her post has ended, and nobody took her seat over.
#[test]
fn it_is_looked_at_too_where_her_seat_still_stands() {
    let mut story = Story::with_a_mailbox();
    let events = leave_behind(&story.case(), JO);
    assert_eq!(
        events,
        [Event::SignInLeftBehind { member: SAM }.into()],
        "not Alice's, which Priya confirmed"
    );
    assert_eq!(leave_behind(&story.case(), PRIYA), [], "she gave nothing alone");
    story.adds(CARYS, events);
    let case = story.case();
    assert!(case.circle.member_of(JO).is_some(), "her seat is there");
    assert_eq!(alone(&case), [SAM]);
    assert_eq!(tasks(&case), ["Look at how Sam signs in: Jo alone set it up, and has left"]);
    let of = case.movers(&turns(&case)[0]);
    assert!(of.contains(&access::Role::Case(CaseRole::Clinician)), "{of:?}");
    assert!(!of.contains(&access::Role::Case(CaseRole::CareCoordinator)), "nobody but her has this seat");
    assert_eq!(leave_behind(&case, JO), [], "it is asked already");
    assert_eq!(may_look_at(&case, JO, SAM).expect_err("hers").why, Why::NotAllowed);
    // Where nobody else works here, it waits for a commissioner.
    let priya = MemberId(Uuid::from_u128(23));
    let left = leave(&case, priya, None).expect("Priya leaves");
    story.adds(JO, left);
    let case = story.case();
    assert!(case.movers(&turns(&case)[0]).contains(&access::Role::Commissioner));
    let ended = end_sign_in(&story.case(), CARYS, SAM, prose("Nobody knows him")).expect("it ends");
    story.adds(CARYS, ended);
    assert_eq!(alone(&story.case()), []);
}

/// What was left once is looked at, whether or not she comes back.
#[test]
fn nobody_takes_a_question_back_by_coming_back() {
    let mut story = Story::with_jo_gone();
    let again = new(MemberId(Uuid::from_u128(31)), "Jo", CaseRole::CareCoordinator, Some(JO));
    let events = hand_over(&story.case(), NORA, again, prose("Back")).expect("handed over");
    story.adds(CARYS, events);
    assert_eq!(alone(&story.case()), [SAM]);
    // What she gives from now on is as new as she is.
    let events = withdraw_sign_in(&story.case(), SAM, prose("Wrong")).expect("withdrawn");
    story.adds(JO, events);
    let events = invite(&story.case(), SAM, MAILBOX, false, None).expect("invited");
    story.adds(JO, events);
    assert_eq!(story.case().circle.given_alone().count(), 1);
    assert_eq!(alone(&story.case()), []);
}

#[test]
fn a_second_one_keeps_it_or_ends_it_and_nobody_else_does() {
    let story = Story::with_jo_gone();
    let case = story.case();
    let keep = |case: &Case, by| keep_sign_in(case, by, SAM, prose("Rang him"), TODAY, TODAY);
    for (by, is_allowed) in
        [(NORA, true), (PRIYA, true), (ALICES, true), (CARYS, true), (JO, false), (MAILBOX, false)]
    {
        assert_eq!(may_look_at(&case, by, SAM).is_ok(), is_allowed, "{by}");
        assert_eq!(keep(&case, by).is_ok(), is_allowed, "{by}");
        assert_eq!(end_sign_in(&case, by, SAM, prose("Nobody knows him")).is_ok(), is_allowed, "{by}");
    }
    // A second one may look at it before she leaves, too.
    assert!(keep(&Story::with_a_mailbox().case(), PRIYA).is_ok());
    let tomorrow = keep_sign_in(&case, PRIYA, SAM, prose("x"), Date::constant(2027, 3, 2), TODAY);
    assert_eq!(tomorrow.expect_err("not yet").field.as_deref(), Some("kept-on"));

    let mut kept = story;
    let events = keep(&kept.case(), NORA).expect("it is right");
    kept.adds(NORA, events);
    assert_eq!((alone(&kept.case()), tasks(&kept.case())), (vec![], vec![]));
    assert_eq!(kept.case().circle.member_of(MAILBOX).map(|m| m.id), Some(SAM), "he signs in as before");
    assert_eq!(keep(&kept.case(), PRIYA).expect_err("twice").why, Why::AlreadyDone);

    let mut ended = Story::with_jo_gone();
    let events = end_sign_in(&ended.case(), PRIYA, SAM, prose("Nobody knows him")).expect("it ends");
    ended.adds(PRIYA, events);
    let case = ended.case();
    assert_eq!(case.circle.roles_of(MAILBOX).count(), 0, "it opens nothing");
    assert!(case.circle.present().any(|m| m.id == SAM), "and what he said stays his");
    assert_eq!(case.circle.who_had(MAILBOX).map(|m| m.id), Some(SAM), "what he did keeps his name");
    assert_eq!((alone(&case), tasks(&case)), (vec![], vec![]));
    assert_eq!(end_sign_in(&case, PRIYA, SAM, prose("x")).expect_err("twice").why, Why::AlreadyDone);
}

#[test]
fn what_the_person_gave_is_nobodys_to_look_at() {
    let mut story = Story::begun();
    let invited = invite(&story.case(), SAM, MAILBOX, false, None).expect("invited");
    story.adds(ALICES, invited);
    let left = leave(&story.case(), MemberId(Uuid::from_u128(23)), None).expect("Priya leaves");
    story.adds(JO, left);
    assert_eq!(story.case().circle.given_alone().count(), 0);
    assert_eq!(may_look_at(&story.case(), JO, SAM).expect_err("hers").why, Why::AlreadyDone);
    // A colleague who becomes family later has not given it as family.
    let mut story = Story::with_jo_gone();
    let events = join(&story.case(), new(MemberId(Uuid::from_u128(30)), "Jo", CaseRole::Supporter, Some(JO)));
    story.adds(NORA, events.expect("she is a neighbour too"));
    assert_eq!(alone(&story.case()), [SAM]);
}

#[test]
fn an_invitation_to_a_wrong_address_is_taken_back_and_given_anew() {
    let mut story = Story::with_a_mailbox();
    let events = withdraw_sign_in(&story.case(), SAM, prose("A letter was missing")).expect("withdrawn");
    story.adds(JO, events);
    assert!(story.case().circle.member_of(MAILBOX).is_none());
    assert_eq!(withdraw_sign_in(&story.case(), SAM, prose("x")).expect_err("twice").why, Why::AlreadyDone);
    let right = AccountId(Uuid::from_u128(7));
    let events = invite(&story.case(), SAM, right, false, None).expect("invited");
    story.adds(JO, events);
    assert_eq!(story.case().circle.member_of(right).map(|m| m.id), Some(SAM));
    assert_eq!(alone(&story.case()), [], "still Jo's, who is here");
    // Of whoever decides, the new address waits for a second one again.
    let mut story = Story::begun();
    let events = withdraw_sign_in(&story.case(), ALICE, prose("x")).expect("withdrawn");
    story.adds(JO, events);
    let events = invite(&story.case(), ALICE, right, false, Some(prose("x"))).expect("asked for");
    assert!(matches!(events[..], [case::Event::Circle(Event::SignInProposed { .. })]), "{events:?}");
    // A colleague has no invitation by letter.
    assert_eq!(withdraw_sign_in(&story.case(), JOS_SEAT, prose("x")).expect_err("no").why, Why::AlreadyDone);
}
