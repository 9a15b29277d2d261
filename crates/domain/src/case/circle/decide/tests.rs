use super::super::proposal::{Seen, confirm, propose_speaker};
use super::*;
use crate::case::circle::ContactBy;
use crate::case::{Stage, offer};
use crate::testing::{case_of, line, new_member, opened, prose};
use crate::{Aggregate, AreaId, Author, Timestamp, Why};
use uuid::Uuid;

const HUSBAND: MemberId = MemberId(Uuid::from_u128(1));
const COORDINATOR: MemberId = MemberId(Uuid::from_u128(2));
const BROKER: MemberId = MemberId(Uuid::from_u128(3));
const CARER: MemberId = MemberId(Uuid::from_u128(4));
const TODAY: Date = Date::constant(2027, 3, 1);

fn new(id: MemberId, name: &str, role: CaseRole) -> NewMember {
    new_member(id, name, role, None)
}

fn speaking(footing: Footing, about: &str, evidence: Option<&str>) -> Speaking {
    Speaking {
        footing,
        about: prose(about),
        evidence: evidence.map(line),
        matters: Matter::VARIANTS.to_vec(),
    }
}

fn with_footing(new: NewMember, footing: Footing, evidence: Option<&str>) -> NewMember {
    NewMember { speaks: Some(speaking(footing, "Everything", evidence)), ..new }
}

fn start() -> Vec<case::Event> {
    let mut events = vec![opened(AreaId(Uuid::nil()))];
    events.extend(name_person(&case_of(&[]), line("Alice"), None, None, TODAY).expect("a name"));
    let martin =
        with_footing(new(HUSBAND, "Martin", CaseRole::Representative), Footing::Representative, None);
    for member in [
        martin,
        new(COORDINATOR, "Jo", CaseRole::CareCoordinator),
        new(BROKER, "Bea", CaseRole::Supporter),
        new(CARER, "Sam", CaseRole::FamilyCarer),
    ] {
        events.extend(join(&case_of(&events), member).expect("they join"));
    }
    events.extend(confirmed(&case_of(&events)));
    events
}

/// Everything that waits, confirmed by a second colleague.
fn confirmed(case: &Case) -> Vec<case::Event> {
    let seen = Seen { words: prose("Saw the minutes"), on: TODAY, works_in_the_area: false };
    let waiting: Vec<u64> = case.circle.waiting().map(|p| p.number).collect();
    confirm(case, AccountId(Uuid::from_u128(99)), &waiting, &seen, TODAY).expect("it is confirmed")
}

fn given(more: Vec<case::Event>) -> Case {
    case_of(&[start(), more].concat())
}

#[test]
fn there_is_always_a_care_coordinator() {
    let no = leave(&given(vec![]), COORDINATOR, None).expect_err("the last one");
    assert_eq!(no.why, Why::NotYet);
    assert!(no.next.contains("Add another"));
    let second = join(&given(vec![]), new(MemberId(Uuid::from_u128(9)), "Pat", CaseRole::CareCoordinator))
        .expect("a second");
    assert!(leave(&given(second), COORDINATOR, None).is_ok());
}

#[test]
fn leaving_happens_once_and_nobody_takes_the_person_out() {
    let left = leave(&given(vec![]), BROKER, Some(prose("Not needed now"))).expect("she leaves");
    let left = given(left);
    assert_eq!(leave(&left, BROKER, Some(prose("Not needed now"))), Ok(vec![]), "the same form sent twice");
    let again = leave(&left, BROKER, None).expect_err("for another reason");
    assert_eq!(again.why, Why::AlreadyDone);
    assert!(again.message.contains("Nothing was changed"), "{again}");
    assert!(leave(&given(vec![]), MemberId(Uuid::max()), None).is_err());
    let alice = MemberId(Uuid::from_u128(8));
    let person = join(&given(vec![]), new(alice, "Alice", CaseRole::Person)).expect("she signs in herself");
    assert_eq!(leave(&given(person.clone()), alice, None).expect_err("her own").why, Why::NotAllowed);
    let twice = new(MemberId(Uuid::from_u128(7)), "Alice", CaseRole::Person);
    assert_eq!(join(&given(person), twice).expect_err("twice").why, Why::AlreadyDone);
}

#[test]
fn a_representative_needs_a_footing() {
    let case = given(vec![]);
    let id = MemberId(Uuid::from_u128(9));
    let field = |new| join(&case, new).expect_err("refused").field;
    let rep = || new(id, "Kim", CaseRole::Representative);
    assert_eq!(field(rep()).as_deref(), Some("footing"));
    assert_eq!(field(with_footing(rep(), Footing::HelpsToCommunicate, None)).as_deref(), Some("footing"));
    assert_eq!(field(with_footing(rep(), Footing::Attorney, None)).as_deref(), Some("evidence"));
    assert!(join(&case, with_footing(rep(), Footing::Attorney, Some("Saw it on 1 March"))).is_ok());
    let own = NewMember { account: Some(AccountId(Uuid::from_u128(5))), ..rep() };
    let own = with_footing(own, Footing::Representative, None);
    assert_eq!(join(&case, own).expect_err("and a sign-in at once").why, Why::NotYet);
    let nurse = with_footing(new(id, "Nas", CaseRole::Clinician), Footing::Representative, None);
    assert_eq!(field(nurse).as_deref(), Some("footing"));
    let no = end_speaker(&case, HUSBAND, Footing::Representative, None).expect_err("his only footing");
    assert_eq!(no.why, Why::NotYet);
}

#[test]
fn a_form_sent_twice_adds_one_and_with_another_name_nobody_without_a_word() {
    let id = MemberId(Uuid::from_u128(9));
    let kim = |about: &str| {
        let one = with_footing(new(id, "Kim", CaseRole::Representative), Footing::Representative, None);
        let speaks = one.speaks.map(|speaks| super::Speaking { about: prose(about), ..speaks });
        NewMember { speaks, ..one }
    };
    let before = given(vec![]);
    let case =
        before.after(Author::System, Timestamp::UNIX_EPOCH, &join(&before, kim("All")).expect("joined"));
    assert_eq!(join(&case, kim("All")), Ok(vec![]), "sent twice");
    let others = [kim("Her money"), NewMember { name: line("Dana"), ..kim("All") }];
    for other in others {
        let no = join(&case, other).expect_err("somebody else");
        assert_eq!(no.why, Why::AlreadyDone);
        assert!(no.message.contains("Kim"), "{no}");
    }
}

#[test]
fn nobody_of_the_family_gives_themselves_a_footing() {
    let case = given(vec![]);
    let by = |recorder| propose_speaker(&case, CARER, recorder, speaking(Footing::Parent, "All", None));
    assert_eq!(by(Some(CARER)).expect_err("himself").why, Why::NotAllowed);
    let mut recorded = by(Some(COORDINATOR)).expect("the co-ordinator may");
    assert!(
        !may_decide(&given(recorded.clone()), Voice::Member(CARER), Matter::Care),
        "not by one colleague alone"
    );
    recorded.extend(confirmed(&given(recorded.clone())));
    let case = given(recorded.clone());
    assert!(may_decide(&case, Voice::Member(CARER), Matter::Care));
    assert_eq!(propose_speaker(&case, CARER, None, speaking(Footing::Parent, "All", None)), Ok(vec![]));
    let ended = end_speaker(&case, CARER, Footing::Parent, None).expect("it ends");
    let case = given([recorded, ended].concat());
    assert!(!may_decide(&case, Voice::Member(CARER), Matter::Care));
    assert_eq!(end_speaker(&case, CARER, Footing::Parent, None).expect_err("again").why, Why::AlreadyDone);
}

#[test]
fn a_family_carer_cannot_consent_for_the_person() {
    let case = given(vec![]);
    let consent = |who| record_consent(&case, ConsentAbout::TakingPart, true, who, prose("Blinked once"));
    assert!(consent(Voice::Person).is_ok());
    assert!(consent(Voice::Member(HUSBAND)).is_ok());
    for who in [CARER, BROKER, COORDINATOR] {
        let no = consent(Voice::Member(who)).expect_err("not theirs to give");
        assert_eq!(no.field.as_deref(), Some("voice"));
        assert!(no.message.contains("Alice"));
    }
    let helper =
        propose_speaker(&case, CARER, None, speaking(Footing::HelpsToCommunicate, "Says it aloud", None));
    let case = given(helper.expect("he helps"));
    let no = record_consent(&case, ConsentAbout::TakingPart, true, Voice::Member(CARER), prose("Yes"));
    assert!(no.is_err(), "helping to say it is not deciding it");
}

#[test]
fn consent_withdrawn_closes_the_door_to_a_broker() {
    use crate::AccountId;
    use crate::access::{Action, Actor, Verdict};
    let account = AccountId(Uuid::from_u128(77));
    let broker = Actor {
        account,
        name: "Bea".into(),
        posts: vec![],
        second_factor: false,
        today: Date::constant(2026, 3, 2),
    };
    // A case of before each was asked about by name.
    let before = |more: Vec<case::Event>| {
        let named = |e: &case::Event| matches!(e, case::Event::Circle(Event::NothingSharedYet { .. }));
        case_of(&start().into_iter().filter(|e| !named(e)).chain(more).collect::<Vec<_>>())
    };
    let about = ConsentAbout::SharingWithSupporters;
    let mut events: Vec<case::Event> = vec![Event::MemberInvited { id: BROKER, account }.into()];
    assert_eq!(broker.verdict(Action::SeePlan, &before(events.clone())), Verdict::Hidden);
    assert_eq!(
        withdraw_consent(&before(vec![]), about, Voice::Person, prose("No")).expect_err("none").why,
        Why::NotYet
    );
    // It is said by name now; what was agreed to before that still counts.
    assert_eq!(
        record_consent(&before(vec![]), about, true, Voice::Person, prose("Yes")).expect_err("by name").why,
        Why::NotYet
    );
    events.push(Event::ConsentGiven { about, voice: Voice::Person, how: prose("One blink") }.into());
    assert_eq!(broker.verdict(Action::SeePlan, &before(events.clone())), Verdict::Allowed);
    assert!(withdraw_consent(&before(events.clone()), about, Voice::Member(BROKER), prose("No")).is_err());
    events.extend(
        withdraw_consent(&before(events.clone()), about, Voice::Person, prose("Two blinks"))
            .expect("withdrawn"),
    );
    assert_eq!(broker.verdict(Action::SeePlan, &before(events.clone())), Verdict::Hidden);
    assert_eq!(
        withdraw_consent(&before(events), about, Voice::Person, prose("No")).expect_err("again").why,
        Why::AlreadyDone
    );
}

#[test]
fn being_recorded_as_unable_to_communicate_blocks_nothing() {
    let case = given(vec![]);
    let how = prose("She cannot communicate, it was said; she blinks");
    let mut events =
        describe_communication(&case, Some(line("One blink")), Some(line("Two blinks")), how, None)
            .expect("described");
    let said = prose("Not able to communicate at all");
    events.extend(note_wrong_record(&case, said.clone(), Some(line("The hospital"))).expect("noted"));
    assert_eq!(note_wrong_record(&given(events.clone()), said, Some(line("The hospital"))), Ok(vec![]));
    assert!(
        record_consent(
            &given(events.clone()),
            ConsentAbout::TakingPart,
            true,
            Voice::Person,
            prose("One blink")
        )
        .is_ok()
    );
    let talk = offer::NewConversation {
        id: crate::ConversationId(Uuid::from_u128(5)),
        on: TODAY,
        with: vec![Voice::Person],
        topics: offer::Topic::VARIANTS.to_vec(),
        leaflet: false,
        note: None,
    };
    events.extend(offer::hold_conversation(&given(events.clone()), talk, TODAY).expect("they talked"));
    events.extend(offer::make_offer(&given(events.clone()), prose("All"), None, true).expect("offered"));
    let yes = offer::answer_offer(
        &given(events.clone()),
        offer::Answer::Yes,
        Voice::Person,
        Some(prose("One blink")),
        TODAY,
    );
    events.extend(yes.expect("her own answer"));
    assert_eq!(given(events).stage(), Stage::Needs);
}

#[test]
fn yes_and_no_must_differ() {
    let how = || prose("By sounds");
    let same = describe_communication(&given(vec![]), Some(line("Hum")), Some(line("Hum")), how(), None);
    assert_eq!(same.expect_err("the same").field.as_deref(), Some("no"));
    let first = describe_communication(&given(vec![]), None, None, how(), None).expect("described");
    assert_eq!(describe_communication(&given(first), None, None, how(), None), Ok(vec![]));
}

#[test]
fn a_person_has_a_believable_birthday() {
    let born =
        |y, m, d| name_person(&given(vec![]), line("Alice"), None, Some(Date::constant(y, m, d)), TODAY);
    assert!(born(1950, 2, 28).is_ok());
    assert_eq!(born(2027, 3, 2).expect_err("tomorrow").field.as_deref(), Some("born"));
    assert_eq!(born(1890, 1, 1).expect_err("137 years").field.as_deref(), Some("born"));
    assert_eq!(name_person(&given(vec![]), line("Alice"), None, None, TODAY), Ok(vec![]));
}

#[test]
fn email_only_means_email_only() {
    let email = |only| ContactPreference { by: vec![ContactBy::Email], only, details: None, when: None };
    let case = given(vec![]);
    assert!(case.circle.may_contact(Voice::Person, ContactBy::Phone), "nothing was asked for");
    let only = given(prefer_contact(&case, Voice::Person, email(true)).expect("preferred"));
    assert!(only.circle.may_contact(Voice::Person, ContactBy::Email));
    assert!(!only.circle.may_contact(Voice::Person, ContactBy::Phone));
    let rather = given(prefer_contact(&case, Voice::Person, email(false)).expect("preferred"));
    assert!(rather.circle.may_contact(Voice::Person, ContactBy::Phone));
    let nothing = ContactPreference { by: vec![], only: true, details: None, when: None };
    assert_eq!(
        prefer_contact(&case, Voice::Person, nothing).expect_err("no way").field.as_deref(),
        Some("by")
    );
    assert!(prefer_contact(&case, Voice::Member(MemberId(Uuid::max())), email(true)).is_err());
}

const LEAVER: AccountId = AccountId(Uuid::from_u128(21));
const COLLEAGUE: AccountId = AccountId(Uuid::from_u128(22));

/// A colleague's seat in the case.
fn seat(id: u128, name: &str, role: CaseRole, account: AccountId) -> NewMember {
    NewMember { account: Some(account), ..new(MemberId(Uuid::from_u128(id)), name, role) }
}

#[test]
fn a_seat_is_handed_over_and_there_is_always_a_care_coordinator() {
    let mut events = start();
    let jo = seat(31, "Jo", CaseRole::CareCoordinator, LEAVER);
    events
        .retain(|e| !matches!(e, case::Event::Circle(Event::MemberJoined { id, .. }) if *id == COORDINATOR));
    events.extend(join(&case_of(&events), jo).expect("she joins"));
    let case = case_of(&events.clone());
    let priya = seat(32, "Priya", CaseRole::CareCoordinator, COLLEAGUE);
    let done =
        hand_over(&case, LEAVER, priya.clone(), prose("Her post has ended")).expect("it is handed over");
    assert_eq!(done.len(), 2, "one joins, the other leaves");
    events.extend(done);
    let after = case_of(&events);
    assert_eq!(after.circle.care_coordinator().and_then(|m| m.account), Some(COLLEAGUE));
    assert!(after.circle.member_of(LEAVER).is_none());
    assert_eq!(hand_over(&after, LEAVER, priya, prose("Again")).expect_err("she left").why, Why::NotYet);
}

#[test]
fn who_has_another_place_takes_no_seat_and_who_has_the_same_one_keeps_it() {
    let mut events = start();
    for (id, role, account) in [(31, CaseRole::Clinician, LEAVER), (32, CaseRole::CouncilWorker, COLLEAGUE)] {
        events.extend(join(&case_of(&events), seat(id, "Pat", role, account)).expect("they join"));
    }
    let to = seat(33, "Pat", CaseRole::Clinician, COLLEAGUE);
    let no = hand_over(&case_of(&events), LEAVER, to.clone(), prose("It ended")).expect_err("another place");
    assert_eq!(no.why, Why::NotYet);
    let third = AccountId(Uuid::from_u128(23));
    events.extend(join(&case_of(&events), seat(34, "Kim", CaseRole::Clinician, third)).expect("they join"));
    let to = NewMember { account: Some(third), ..to };
    let done = hand_over(&case_of(&events), LEAVER, to, prose("It ended")).expect("it is handed over");
    assert_eq!(done.len(), 1, "they only leave");
}

/// What a form offers is what may be chosen, in every place and either way.
#[test]
fn every_footing_that_is_offered_is_taken_and_no_other() {
    let case = given(vec![]);
    let paper = Some("Saw it on 1 March");
    for &role in CaseRole::VARIANTS {
        let id = MemberId(Uuid::from_u128(9));
        let joined = match role {
            CaseRole::Person => given(vec![]),
            CaseRole::Representative => {
                given(join(&case, with_footing(new(id, "K", role), Footing::Parent, None)).expect("joins"))
            }
            _ => given(join(&case, new(id, "K", role)).expect("joins")),
        };
        for &footing in Footing::VARIANTS {
            let is_refused = |no: &Refusal| no.field.as_deref() == Some("footing");
            let comes = join(&case, with_footing(new(id, "K", role), footing, paper));
            let taken = !comes.as_ref().err().is_some_and(is_refused);
            assert_eq!(footings_to_join(role).contains(&footing), taken, "{role:?} joins, {footing:?}");
            if role == CaseRole::Person {
                continue;
            }
            let said = propose_speaker(&joined, id, None, speaking(footing, "Other", paper));
            let taken = !said.as_ref().err().is_some_and(is_refused);
            assert_eq!(footings_of(role).contains(&footing), taken, "{role:?}, {footing:?}");
        }
    }
}

#[test]
fn whoever_speaks_about_one_thing_decides_nothing_else() {
    let sister = MemberId(Uuid::from_u128(9));
    let speaks = |matters: &[Matter]| Speaking {
        matters: matters.to_vec(),
        ..speaking(Footing::Attorney, "What the paper says", Some("The paper"))
    };
    let member = |matters: &[Matter]| NewMember {
        speaks: Some(speaks(matters)),
        ..new(sister, "Sal", CaseRole::Representative)
    };
    let none = join(&given(vec![]), member(&[])).expect_err("for nothing");
    assert_eq!((none.field.as_deref(), none.why), (Some("matters"), Why::Invalid));
    for &matter in Matter::VARIANTS {
        let mut events = join(&given(vec![]), member(&[matter])).expect("joined");
        let case = given(events.clone());
        let numbers: Vec<u64> = case.circle.waiting_for(sister).map(|p| p.number).collect();
        let seen = Seen { words: prose("I saw it"), on: TODAY, works_in_the_area: false };
        let by = crate::AccountId(Uuid::from_u128(99));
        events.extend(confirm(&case, by, &numbers, &seen, TODAY).expect("confirmed"));
        let case = given(events.clone());
        for &other in Matter::VARIANTS {
            assert_eq!(may_decide(&case, Voice::Member(sister), other), other == matter, "{other:?}");
        }
        let asked = |about: &ConsentAbout| *about != ConsentAbout::SharingWithSupporters;
        for about in ConsentAbout::VARIANTS.iter().copied().filter(asked) {
            let said = record_consent(&case, about, true, Voice::Member(sister), prose("She nodded"));
            assert_eq!(said.is_ok(), about.matter() == matter, "{about:?}");
            if let Err(no) = said {
                assert!(no.message.contains("but not about"), "{}", no.message);
            }
        }
        // More is asked for: until it is confirmed, it is what it was.
        let wider = propose_speaker(&case, sister, None, speaks(Matter::VARIANTS)).expect("asked for");
        assert_eq!(wider.len(), 2, "what is named, and the footing");
        events.extend(wider);
        let case = given(events.clone());
        let all = |case: &Case| Matter::VARIANTS.iter().all(|m| may_decide(case, Voice::Member(sister), *m));
        assert!(!all(&case), "nothing is wider before it is confirmed");
        let numbers: Vec<u64> = case.circle.waiting_for(sister).map(|p| p.number).collect();
        events.extend(confirm(&case, by, &numbers, &seen, TODAY).expect("confirmed"));
        assert!(all(&given(events)));
    }
}

#[test]
fn what_was_recorded_before_it_was_asked_is_for_everything() {
    let recorded = Event::SpeakerRecognised {
        member: CARER,
        footing: Footing::Parent,
        about: prose("All"),
        evidence: None,
    };
    let case = given(vec![recorded.into()]);
    assert!(Matter::VARIANTS.iter().all(|matter| may_decide(&case, Voice::Member(CARER), *matter)));
}
