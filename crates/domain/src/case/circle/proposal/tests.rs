use super::*;
use crate::access::{self, Actor, HeldPost, Verdict};
use crate::case::circle::{ConsentAbout, NewMember, Voice, end_speaker, join, leave, may_decide};
use crate::place::CasePage;
use crate::testing::{add, case_of, line, named, new_member, opened, prose};
use crate::{AreaId, OrganisationId, Why};
use strum::VariantArray;
use uuid::Uuid;

const JO: AccountId = AccountId(Uuid::from_u128(1));
const PRIYA: AccountId = AccountId(Uuid::from_u128(2));
const COLIN: AccountId = AccountId(Uuid::from_u128(3));
const CARYS: AccountId = AccountId(Uuid::from_u128(4));
/// Jo's own, at home.
const MAILBOX: AccountId = AccountId(Uuid::from_u128(5));
const ALICES: AccountId = AccountId(Uuid::from_u128(6));
const NAN: AccountId = AccountId(Uuid::from_u128(7));
const TODAY: Date = Date::constant(2027, 3, 1);
const AREA: AreaId = AreaId(Uuid::from_u128(50));
const MARTIN: MemberId = MemberId(Uuid::from_u128(20));
const ALICE: MemberId = MemberId(Uuid::from_u128(21));
const SISTER: MemberId = MemberId(Uuid::from_u128(22));
const BROKER: MemberId = MemberId(Uuid::from_u128(23));

fn seen() -> Seen {
    Seen { words: prose("Saw the minutes"), on: TODAY, works_in_the_area: false }
}

/// A case as it grows.
struct Story(Case);

impl Story {
    /// Jo is the care co-ordinator, Priya the nurse, Colin from the council.
    fn begun() -> Self {
        let mut story = Self(case_of(&[]));
        story.adds(JO, vec![opened(AREA), named("Alice")]);
        for (number, name, role, account) in [
            (10, "Jo", CaseRole::CareCoordinator, Some(JO)),
            (11, "Priya", CaseRole::Clinician, Some(PRIYA)),
            (12, "Colin", CaseRole::CouncilWorker, Some(COLIN)),
            (21, "Alice", CaseRole::Person, None),
            (22, "Nan", CaseRole::FamilyCarer, None),
            (23, "Sam", CaseRole::Supporter, None),
        ] {
            let member = new_member(MemberId(Uuid::from_u128(number)), name, role, account);
            let events = join(&story.case(), member).expect("they join");
            story.adds(JO, events);
        }
        story
    }

    /// The same, with Martin proposed as a representative.
    fn with_martin() -> Self {
        let mut story = Self::begun();
        let speaks = Some(Speaking {
            footing: Footing::Representative,
            about: prose("Money"),
            evidence: None,
            matters: Matter::VARIANTS.to_vec(),
        });
        let martin = NewMember { speaks, ..new_member(MARTIN, "Martin", CaseRole::Representative, None) };
        let events = join(&story.case(), martin).expect("he joins");
        story.adds(JO, events);
        story
    }

    fn case(&self) -> Case {
        self.0.clone()
    }

    fn adds(&mut self, by: AccountId, events: Vec<case::Event>) {
        add(&mut self.0, Author::Account(by), events);
    }

    fn invites(&mut self, by: AccountId, member: MemberId, account: AccountId) {
        let how = Some(prose("She told me"));
        let events = invite(&self.case(), member, account, false, how).expect("they are invited");
        self.adds(by, events);
    }

    fn waiting(&self) -> Vec<u64> {
        self.case().circle.waiting().map(|p| p.number).collect()
    }

    fn confirms(&mut self, by: AccountId) -> Result<(), Refusal> {
        let events = confirm(&self.case(), by, &self.waiting(), &seen(), TODAY)?;
        self.adds(by, events);
        Ok(())
    }
}

fn actor(account: AccountId) -> Actor {
    let posting = HeldPost {
        area: AREA,
        organisation: OrganisationId(Uuid::nil()),
        kind: access::Kind::NhsBody,
        post: access::Post::Auditor,
    };
    let posts = if account == CARYS {
        vec![HeldPost { post: access::Post::Commissioner, ..posting }]
    } else {
        vec![]
    };
    Actor { account, name: "Somebody".into(), posts, second_factor: true, today: Date::constant(2026, 3, 2) }
}

/// What an account can do in the case, as the policy says.
fn allowed(case: &Case, account: AccountId) -> usize {
    let may = |action: &&access::Action| actor(account).may(**action, case);
    access::Action::VARIANTS.iter().filter(may).count()
}

#[test]
fn until_it_is_confirmed_somebody_who_is_to_decide_has_no_place() {
    let mut story = Story::with_martin();
    story.invites(JO, MARTIN, MAILBOX);
    let case = story.case();
    assert_eq!(case.circle.waiting_for(MARTIN).count(), 2, "the footing and the address");
    assert!(!may_decide(&case, Voice::Member(MARTIN), Matter::Care));
    assert_eq!(case.circle.roles_of(MAILBOX).count(), 0);
    assert_eq!(allowed(&case, MAILBOX), 0);
    assert!(case.circle.is_close_voice(Voice::Member(MARTIN)), "one talks with him all the same");
    assert_eq!(case.accounts().find(|account| *account == MAILBOX), None);

    // The footing alone gives nobody a sign-in, and the sign-in alone no place.
    let numbers = story.waiting();
    for number in &numbers {
        let events = confirm(&case, PRIYA, &[*number], &seen(), TODAY).expect("one of the two");
        let mut half = Story(story.0.clone());
        half.adds(PRIYA, events);
        assert_eq!(allowed(&half.case(), MAILBOX), 0);
        assert_eq!(half.case().circle.roles_of(MAILBOX).count(), 0);
    }
    story.confirms(PRIYA).expect("both in one step");
    let case = story.case();
    assert!(may_decide(&case, Voice::Member(MARTIN), Matter::Care));
    assert_eq!(case.circle.roles_of(MAILBOX).collect::<Vec<_>>(), [CaseRole::Representative]);
    assert!(case.circle.proposals.iter().all(|p| p.answer == Some(Answer::Confirmed)));
    let again = confirm(&case, PRIYA, &numbers, &seen(), TODAY).expect_err("pressed twice");
    assert_eq!(again.why, Why::AlreadyDone);
}

/// Every way to a seat that decides, tried by one colleague with a mailbox of
/// her own: none gives it anything.
#[test]
fn one_colleague_alone_gives_no_mailbox_a_say() {
    type Way = (&'static str, fn(&mut Story));
    let ways: [Way; 8] = [
        ("as a representative", |s| {
            *s = Story::with_martin();
            s.invites(JO, MARTIN, MAILBOX);
        }),
        ("as the person", |s| s.invites(JO, ALICE, MAILBOX)),
        ("a family carer, then a footing", |s| {
            s.invites(JO, SISTER, MAILBOX);
            propose(s, SISTER, Footing::Parent);
        }),
        ("a footing, then the sign-in", |s| {
            propose(s, SISTER, Footing::Attorney);
            s.invites(JO, SISTER, MAILBOX);
        }),
        ("as a nominee", |s| {
            propose(s, SISTER, Footing::Nominee);
            s.invites(JO, SISTER, MAILBOX);
        }),
        ("somebody confirmed leaves and joins anew with another address", |s| {
            *s = Story::with_martin();
            s.confirms(PRIYA).expect("the real one");
            let events = leave(&s.case(), MARTIN, Some(prose("By mistake"))).expect("he leaves");
            s.adds(JO, events);
            let speaks = Some(Speaking {
                footing: Footing::Representative,
                about: prose("Money"),
                evidence: None,
                matters: Matter::VARIANTS.to_vec(),
            });
            let again = MemberId(Uuid::from_u128(30));
            let martin = NewMember { speaks, ..new_member(again, "Martin", CaseRole::Representative, None) };
            let events = join(&s.case(), martin).expect("he joins again");
            s.adds(JO, events);
            s.invites(JO, again, MAILBOX);
        }),
        ("a confirmed footing, and the address by one alone", |s| {
            *s = Story::with_martin();
            s.confirms(PRIYA).expect("the footing");
            s.invites(JO, MARTIN, MAILBOX);
        }),
        ("a confirmed footing with wider words", |s| {
            s.invites(JO, SISTER, MAILBOX);
            propose(s, SISTER, Footing::HelpsToCommunicate);
            propose(s, SISTER, Footing::Representative);
        }),
    ];
    for (way, take) in ways {
        let mut story = Story::begun();
        take(&mut story);
        let case = story.case();
        let decides = case.circle.present().any(|m| m.account == Some(MAILBOX) && m.decides());
        assert!(!decides, "{way}: the mailbox decides");
        let role = access::Role::Case(CaseRole::Representative);
        let roles = actor(MAILBOX).roles_on(&case);
        assert!(!roles.contains(&role) && !roles.contains(&access::Role::Case(CaseRole::Person)), "{way}");
        for action in
            [access::Action::DecideSharing, access::Action::SignAgreement, access::Action::AnswerOffer]
        {
            assert!(!actor(MAILBOX).may(action, &case), "{way}: {action:?}");
        }
        // Nor does she answer for herself, from either of her accounts.
        assert!(!story.waiting().is_empty(), "{way}: it waits");
        for account in [JO, MAILBOX] {
            let no = story.confirms(account).expect_err("she would confirm herself");
            assert_eq!(no.why, Why::NotAllowed, "{way}");
        }
        // Somebody else says no, and that is the end of it.
        let waiting = story.waiting();
        let events = turn_down(&case, PRIYA, &waiting, &prose("I do not know this address")).expect("no");
        story.adds(PRIYA, events);
        assert!(story.waiting().is_empty() && story.confirms(PRIYA).is_err(), "{way}");
        let case = story.case();
        assert!(!case.circle.present().any(|m| m.account == Some(MAILBOX) && m.decides()), "{way}");
    }
}

fn propose(story: &mut Story, member: MemberId, footing: Footing) {
    let evidence = Some(line("A paper"));
    let events = propose_speaker(
        &story.case(),
        member,
        None,
        Speaking { footing, about: prose("All"), evidence, matters: Matter::VARIANTS.to_vec() },
    );
    story.adds(JO, events.expect("it is proposed"));
}

#[test]
fn who_may_confirm_and_who_may_not() {
    let mut story = Story::with_martin();
    let martins = story.waiting();
    for (who, may) in [(JO, false), (PRIYA, true), (COLIN, true), (CARYS, true)] {
        let answer = confirm(&story.case(), who, &martins, &seen(), TODAY);
        assert_eq!(answer.is_ok(), may, "{who}: {answer:?}");
        assert_eq!(turn_down(&story.case(), who, &martins, &prose("No")).is_ok(), may);
    }
    // Alice herself, once it is confirmed that her sign-in is hers.
    story.invites(JO, ALICE, ALICES);
    let hers: Vec<u64> = story.case().circle.waiting_for(ALICE).map(|p| p.number).collect();
    let by_herself = confirm(&story.case(), ALICES, &hers, &seen(), TODAY).expect_err("about herself");
    assert_eq!(by_herself.why, Why::NotAllowed);
    let events = confirm(&story.case(), PRIYA, &hers, &seen(), TODAY).expect("her nurse knows her");
    story.adds(PRIYA, events);
    assert!(confirm(&story.case(), ALICES, &martins, &seen(), TODAY).is_ok(), "she says so herself");
    // Family does not confirm, with a seat of a body besides or without one.
    story.invites(JO, SISTER, NAN);
    let no = confirm(&story.case(), NAN, &martins, &seen(), TODAY).expect_err("family");
    assert_eq!(no.why, Why::NotAllowed);
    let nurse = MemberId(Uuid::from_u128(31));
    let (name, relation) = (line("Nan"), line("nurse"));
    let (account, role, organisation) = (Some(NAN), CaseRole::Clinician, None);
    story.adds(
        JO,
        vec![Event::MemberJoined { id: nurse, name, relation, role, account, organisation }.into()],
    );
    assert!(confirm(&story.case(), NAN, &martins, &seen(), TODAY).is_err(), "an old case, on both sides");
    let tomorrow = Seen { on: Date::constant(2027, 3, 2), ..seen() };
    let no = confirm(&story.case(), PRIYA, &martins, &tomorrow, TODAY).expect_err("not seen yet");
    assert_eq!(no.field.as_deref(), Some("on"));
    assert_eq!(confirm(&story.case(), PRIYA, &[], &seen(), TODAY).expect_err("nothing").why, Why::Invalid);
    assert_eq!(
        confirm(&story.case(), PRIYA, &[9_999], &seen(), TODAY).expect_err("never was").why,
        Why::NotYet
    );
}

#[test]
fn the_policy_names_those_who_may_confirm() {
    let facts = access::Facts { shared_with_council: true, apart: true, ..access::Facts::default() };
    let may = |role: &access::Role| {
        access::decide(*role, access::Action::ConfirmSpeaker, facts) == Verdict::Allowed
    };
    let all: Vec<&str> = access::Role::all().filter(may).map(|r| r.words()).collect();
    assert_eq!(all, ["The person", "Care co-ordinator", "Clinician", "Council worker", "Commissioner"]);
}

#[test]
fn what_was_taken_back_or_has_left_is_not_confirmed() {
    let mut story = Story::with_martin();
    let waiting = story.waiting();
    let before = story.case();
    assert_eq!(take_back(&before, PRIYA, &waiting).expect_err("not hers").why, Why::NotAllowed);
    let events = take_back(&before, JO, &waiting).expect("it is hers");
    story.adds(JO, events);
    let no = confirm(&story.case(), PRIYA, &waiting, &seen(), TODAY).expect_err("it was taken back");
    assert_eq!(no.why, Why::AlreadyDone);
    assert!(!may_decide(&story.case(), Voice::Member(MARTIN), Matter::Care));
    // Proposed anew it is another one, so that nothing is confirmed unseen.
    propose(&mut story, MARTIN, Footing::Deputy);
    assert_ne!(story.waiting(), waiting);
    assert!(confirm(&story.case(), PRIYA, &waiting, &seen(), TODAY).is_err());
    let mut left = Story(story.0.clone());
    let events = leave(&left.case(), MARTIN, Some(prose("A mistake"))).expect("he leaves");
    let waiting = left.waiting();
    left.adds(JO, events);
    assert!(left.waiting().is_empty());
    assert!(confirm(&left.case(), PRIYA, &waiting, &seen(), TODAY).is_err());
}

#[test]
fn nobody_works_on_both_sides() {
    let mut story = Story::with_martin();
    let how = || Some(prose("She told me"));
    // Not with a seat of a body in this case, and not with two places.
    for account in [JO, PRIYA, COLIN] {
        let no = invite(&story.case(), MARTIN, account, true, how()).expect_err("they work here");
        assert_eq!(no.field.as_deref(), Some("email"));
    }
    story.invites(JO, MARTIN, MAILBOX);
    for member in [ALICE, SISTER] {
        assert!(invite(&story.case(), member, MAILBOX, false, how()).is_err(), "it waits for Martin");
    }
    // Not when the seat was given while it waited, either.
    let (name, relation) = (line("Kim"), line("nurse"));
    let kim = NewMember {
        name,
        relation,
        ..new_member(MemberId(Uuid::from_u128(32)), "Kim", CaseRole::Clinician, Some(MAILBOX))
    };
    let joined = join(&story.case(), kim).expect("she joins");
    story.adds(JO, joined);
    assert_eq!(story.confirms(PRIYA).expect_err("she has a seat by now").why, Why::NotYet);
    // A post in the area is said in words, also for those who decide nothing.
    let mut story = Story::with_martin();
    story.invites(JO, MARTIN, MAILBOX);
    // While nobody who decides has a sign-in, nobody would hear of a new one.
    for member in [SISTER, BROKER] {
        let unheard = invite(&story.case(), member, NAN, false, None).expect_err("who would hear of it?");
        assert_eq!(unheard.field.as_deref(), Some("how"));
        let events = invite(&story.case(), member, NAN, false, how()).expect("it waits");
        assert!(matches!(events[..], [case::Event::Circle(Event::SignInProposed { .. })]));
    }
    story.confirms(PRIYA).expect("he speaks for her, and has a sign-in");
    let case = story.case();
    for member in [SISTER, BROKER] {
        let alone = invite(&case, member, NAN, true, None).expect_err("how is it known?");
        assert_eq!(alone.field.as_deref(), Some("how"));
        let events = invite(&case, member, NAN, true, how()).expect("it waits");
        assert!(matches!(events[..], [case::Event::Circle(Event::SignInProposed { .. })]));
        let events = invite(&case, member, NAN, false, None).expect("at once");
        assert!(matches!(events[..], [case::Event::Circle(Event::MemberInvited { .. })]));
    }
}

#[test]
fn an_invitation_goes_to_someone_present_and_once() {
    let mut story = Story::with_martin();
    let says = |case: &Case, how: Prose| invite(case, MARTIN, MAILBOX, false, Some(how));
    let ask =
        |case: &Case, member, account| invite(case, member, account, false, Some(prose("He wrote to me")));
    story.invites(JO, MARTIN, MAILBOX);
    let case = story.case();
    let waiting = case.circle.waiting().find_map(|p| match &p.what {
        Proposed::SignIn { how, .. } => Some(how.clone()),
        Proposed::Speaks { .. } => None,
    });
    assert_eq!(says(&case, waiting.expect("one waits")), Ok(vec![]), "sent twice");
    assert_eq!(says(&case, prose("He rang")).expect_err("other words").why, Why::NotYet);
    assert_eq!(ask(&case, MARTIN, NAN).expect_err("one waits").why, Why::NotYet);
    story.confirms(PRIYA).expect("confirmed");
    let case = story.case();
    assert_eq!(ask(&case, MARTIN, MAILBOX), Ok(vec![]));
    assert_eq!(ask(&case, MARTIN, NAN).expect_err("he has one").why, Why::AlreadyDone);
    assert_eq!(ask(&case, SISTER, MAILBOX).expect_err("it is Martin's").field.as_deref(), Some("email"));
    assert!(ask(&case, MemberId(Uuid::max()), NAN).is_err());
    let jo = MemberId(Uuid::from_u128(10));
    assert!(ask(&case, jo, NAN).is_err(), "she has a post");
}

#[test]
fn what_is_on_the_record_from_before_stays_in_force() {
    let mut story = Story::begun();
    let (name, relation) = (line("Martin"), line("husband"));
    let role = CaseRole::Representative;
    story.adds(
        JO,
        vec![
            Event::MemberJoined { id: MARTIN, name, relation, role, account: None, organisation: None }
                .into(),
            Event::SpeakerRecognised {
                member: MARTIN,
                footing: Footing::Representative,
                about: prose("Money"),
                evidence: None,
            }
            .into(),
            Event::MemberInvited { id: MARTIN, account: MAILBOX }.into(),
        ],
    );
    let case = story.case();
    assert!(may_decide(&case, Voice::Member(MARTIN), Matter::Care));
    assert!(actor(MAILBOX).may(access::Action::DecideSharing, &case));
    let no = end_speaker(&case, MARTIN, Footing::Representative, None).expect_err("his only one");
    assert_eq!(no.why, Why::NotYet);
}

#[test]
fn it_is_somebodys_move_to_confirm() {
    let story = Story::with_martin();
    let case = story.case();
    let first = turns(&case).into_iter().next().expect("it waits for somebody");
    assert_eq!(first.task, "Confirm that Martin speaks for Alice: asked for by Jo on 1 January 1970");
    assert_eq!(first.page, CasePage::People);
    let of = |case: &Case| case.movers(&turns(case)[0]);
    let clinician = access::Role::Case(CaseRole::Clinician);
    assert_eq!(of(&case), [clinician], "not Jo, who asked, nor the council yet");
    let mut shared = Story(story.0.clone());
    let (about, voice, how) = (ConsentAbout::SharingWithCouncil, Voice::Person, prose("One blink"));
    shared.adds(JO, vec![Event::ConsentGiven { about, voice, how }.into()]);
    assert_eq!(of(&shared.case()).len(), 2);
    let mut alone = Story(story.0.clone());
    for member in [11, 12] {
        let id = MemberId(Uuid::from_u128(member));
        alone.adds(JO, vec![Event::MemberLeft { id, why: None }.into()]);
    }
    assert_eq!(of(&alone.case()), [access::Role::Commissioner]);
    let mut done = Story(story.0.clone());
    done.confirms(PRIYA).expect("confirmed");
    assert!(turns(&done.case()).is_empty());
}
