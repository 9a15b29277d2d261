use super::*;
use crate::access::{Kind, Post, Subject};
use crate::case::circle;
use crate::testing::{self, case_of, line, opened};
use crate::{AccountId, Aggregate as _, AreaId, Date, OrganisationId};
use strum::VariantArray;
use uuid::Uuid;

/// A case of area 1 in which account 7 has this place.
fn seated(role: CaseRole, organisation: Option<OrganisationId>) -> Case {
    let joined = circle::Event::MemberJoined {
        id: testing::id(1),
        name: line("Pat"),
        relation: line("somebody"),
        role,
        account: Some(PAT),
        organisation,
    };
    case_of(&[opened(AREA), joined.into()])
}

const AREA: AreaId = AreaId(Uuid::from_u128(1));
const NHS: OrganisationId = OrganisationId(Uuid::from_u128(2));
const COUNCIL: OrganisationId = OrganisationId(Uuid::from_u128(4));
const PAT: AccountId = AccountId(Uuid::from_u128(7));

fn pat(posts: &[(AreaId, OrganisationId, Post)]) -> Actor {
    let posts = posts.iter().map(|(area, organisation, post)| HeldPost {
        area: *area,
        organisation: *organisation,
        kind: if *organisation == COUNCIL { Kind::Council } else { Kind::NhsBody },
        post: *post,
    });
    Actor {
        account: PAT,
        name: "Pat".into(),
        posts: posts.collect(),
        second_factor: true,
        today: Date::constant(2026, 3, 2),
    }
}

#[test]
fn a_seat_of_a_body_counts_only_while_its_post_stands() {
    let (elsewhere, other) = (AreaId(Uuid::from_u128(9)), OrganisationId(Uuid::from_u128(3)));
    for &role in CaseRole::VARIANTS {
        let body = if role == CaseRole::CouncilWorker { COUNCIL } else { NHS };
        let case = seated(role, Some(body));
        let roles = |posts: &[(AreaId, OrganisationId, Post)]| pat(posts).roles_on(&case);
        // Nobody has confirmed that this representative speaks for anybody.
        let counts = role != CaseRole::Representative;
        let seat: Vec<Role> = counts.then_some(Role::Case(role)).into_iter().collect();
        assert_eq!(roles(&[(AREA, body, Post::Practitioner)]), seat, "{role:?} with the post");
        for left in
            [vec![], vec![(AREA, other, Post::Practitioner)], vec![(elsewhere, body, Post::Practitioner)]]
        {
            let expected = if role.is_of_a_body() { vec![] } else { seat.clone() };
            assert_eq!(roles(&left), expected, "{role:?} with {left:?}");
            let hidden = pat(&left).verdict(Action::SeeCase, &case) == Verdict::Hidden;
            assert!(hidden || !role.is_of_a_body(), "{role:?} with {left:?}");
        }
    }
    // Another post of theirs does not stand behind the seat.
    let case = seated(CaseRole::Clinician, Some(NHS));
    assert_eq!(pat(&[(AREA, NHS, Post::Finance)]).roles_on(&case), [Role::Finance]);
    // Where an old record names no organisation, any of the area's will do.
    let case = seated(CaseRole::Clinician, None);
    assert_eq!(pat(&[(AREA, other, Post::Practitioner)]).roles_on(&case), [Role::Case(CaseRole::Clinician)]);
    assert_eq!(pat(&[(elsewhere, other, Post::Practitioner)]).roles_on(&case), []);
}

#[test]
fn nobody_is_on_both_sides_of_a_budget() {
    for &post in Post::VARIANTS {
        for role in [CaseRole::Person, CaseRole::Representative, CaseRole::FamilyCarer] {
            let roles = pat(&[(AREA, NHS, post)]).roles_on(&seated(role, None));
            assert!(roles.iter().all(|r| *r == Role::Case(role)), "{post:?} as {role:?}: {roles:?}");
        }
    }
    let stranger = seated(CaseRole::Supporter, None);
    let roles = pat(&[(AREA, NHS, Post::Finance)]).roles_on(&stranger);
    assert_eq!(roles, [Role::Case(CaseRole::Supporter), Role::Finance]);
}

#[test]
fn a_body_sits_in_a_case_only_as_what_it_is() {
    let of = |organisation| pat(&[(AREA, organisation, Post::Practitioner)]);
    for (role, nhs, council) in [
        (CaseRole::CareCoordinator, true, false),
        (CaseRole::Clinician, true, false),
        (CaseRole::CouncilWorker, false, true),
    ] {
        for (organisation, sits) in [(NHS, nhs), (COUNCIL, council)] {
            for named in [Some(organisation), None] {
                let places = of(organisation).roles_on(&seated(role, named)).len();
                assert_eq!(places == 1, sits, "{role:?} of {organisation:?}");
            }
        }
    }
}

#[test]
fn a_commissioners_post_of_the_council_opens_no_case() {
    let case = seated(CaseRole::FamilyCarer, None);
    for &post in Post::VARIANTS {
        let other = Actor { account: AccountId(Uuid::from_u128(8)), ..pat(&[(AREA, COUNCIL, post)]) };
        let of_an_area = |action: &Action| matches!(action.subject(), Subject::Area | Subject::Disposal);
        let of_a_case = Action::VARIANTS.iter().filter(|action| !of_an_area(action));
        let allowed: Vec<_> = of_a_case.filter(|action| other.may(**action, &case)).collect();
        assert_eq!(allowed, Vec::<&Action>::new(), "{post:?}");
    }
}

/// A nominee receives and manages a direct payment. Nothing is decided by it.
#[test]
fn whoever_looks_after_a_direct_payment_may_do_what_that_needs() {
    let member = testing::id(1);
    let (footing, about) = (circle::Footing::Nominee, testing::prose("Her direct payment"));
    let speaks = circle::Event::SpeakerRecognised { member, footing, about, evidence: None };
    let before = seated(CaseRole::FamilyCarer, None);
    let case = before.clone().after(crate::Author::System, crate::Timestamp::UNIX_EPOCH, &[speaks.into()]);
    let manages = [Action::ImportStatement, Action::MatchSpending];
    for action in manages {
        assert!(!pat(&[]).may(action, &before), "not without the footing: {action:?}");
        assert!(pat(&[]).may(action, &case), "{action:?}");
    }
    let more: Vec<Action> = Action::VARIANTS
        .iter()
        .copied()
        .filter(|action| pat(&[]).may(*action, &case) && !pat(&[]).may(*action, &before))
        .collect();
    assert_eq!(more, manages, "and nothing else comes with it");
}
