use super::*;
use crate::MemberId;
use crate::access::{Action, Actor, HeldPost, Kind, Post, Verdict};
use crate::case::circle::{CaseRole, ConsentAbout, Speaking, join};
use crate::case::plan::{self, HoldingWords, Mode};
use crate::case::{self, circle};
use crate::testing::{case_of, given, line, named, new_member, opened, prose};
use crate::{AccountId, AreaId, HoldingId, Why};
use uuid::Uuid;

const AREA: AreaId = AreaId(Uuid::from_u128(1));
const VALE: OrganisationId = OrganisationId(Uuid::from_u128(2));
const ALICE: MemberId = MemberId(Uuid::from_u128(10));
const MARTIN: MemberId = MemberId(Uuid::from_u128(11));
const JO: MemberId = MemberId(Uuid::from_u128(12));
const SAM: MemberId = MemberId(Uuid::from_u128(13));
const ADA: MemberId = MemberId(Uuid::from_u128(14));
const TODAY: Date = Date::constant(2027, 3, 1);

/// Alice; Martin, who decides about money alone; Jo; Sam the broker; Ada the
/// advocate; and Vale, who holds her money.
fn begun() -> Vec<case::Event> {
    let mut events = vec![opened(AREA), named("Alice")];
    for (id, name, role) in [
        (ALICE, "Alice", CaseRole::Person),
        (MARTIN, "Martin", CaseRole::FamilyCarer),
        (JO, "Jo", CaseRole::CareCoordinator),
        (SAM, "Sam", CaseRole::Supporter),
        (ADA, "Ada", CaseRole::Supporter),
    ] {
        events.extend(join(&case_of(&events), new_member(id, name, role, None)).expect("they join"));
    }
    let holding =
        HoldingWords { mode: Mode::ThirdParty, organisation: Some(VALE), name: line("Care at night") };
    let id = HoldingId(Uuid::from_u128(20));
    events.push(plan::Event::HoldingAdded { id, holding, from: TODAY }.into());
    for (id, account) in [(SAM, 7), (ADA, 8)] {
        events.push(circle::Event::MemberInvited { id, account: AccountId(Uuid::from_u128(account)) }.into());
    }
    events
}

fn and(more: Vec<case::Event>) -> Vec<case::Event> {
    begun().into_iter().chain(more).collect()
}

fn sharing(with: SharedWith, parts: &[RecordPart], until: Option<Date>) -> Sharing {
    let (voice, how) = (Voice::Person, prose("One blink for each"));
    Sharing { with, parts: parts.to_vec(), until, voice, how, seen: None }
}

fn sam(today: Date) -> Actor {
    let account = AccountId(Uuid::from_u128(7));
    Actor { account, name: "Sam".into(), posts: vec![], second_factor: true, today }
}

fn of_vale(today: Date) -> Actor {
    let posts =
        vec![HeldPost { area: AREA, organisation: VALE, kind: Kind::ThirdParty, post: Post::ThirdParty }];
    let account = AccountId(Uuid::from_u128(9));
    Actor { account, name: "Vera".into(), posts, second_factor: true, today }
}

const BROKER: SharedWith = SharedWith::Member(SAM);
const HOLDER: SharedWith = SharedWith::Organisation(VALE);

#[test]
fn what_is_shared_is_seen_until_its_last_day() {
    let case = case_of(&begun());
    let last = dates::days_after(TODAY, 10);
    let parts = [RecordPart::Budget, RecordPart::Plan, RecordPart::Budget];
    let events = share(&case, sharing(BROKER, &parts, Some(last)), TODAY).expect("it is shared");
    let expected: Vec<case::Event> = vec![
        Event::RecordShared {
            with: BROKER,
            parts: vec![RecordPart::Plan, RecordPart::Budget],
            until: Some(last),
            voice: Voice::Person,
            how: prose("One blink for each"),
        }
        .into(),
    ];
    assert_eq!(events, expected);
    assert_eq!(sam(TODAY).verdict(Action::SeeCase, &case), Verdict::Hidden, "before it was said");
    let case = case_of(&and(events));
    for today in [TODAY, last] {
        assert_eq!(sam(today).verdict(Action::SeePlan, &case), Verdict::Allowed, "{today}");
        assert_eq!(sam(today).verdict(Action::SeeNeeds, &case), Verdict::Refused, "{today}");
    }
    let after = dates::days_after(last, 1);
    assert_eq!(sam(after).verdict(Action::SeePlan, &case), Verdict::Hidden);
    assert_eq!(of_vale(TODAY).verdict(Action::SeeCase, &case), Verdict::Hidden, "it is for Sam alone");
    assert_eq!(case.circle.sight_of(SharedWith::Member(ADA), TODAY), Sight::default());
    // The same, sent twice, is one.
    let again = sharing(BROKER, &[RecordPart::Plan, RecordPart::Budget], Some(last));
    assert_eq!(share(&case, again, TODAY), Ok(vec![]));
    // A newer word takes the place of the older one.
    let less = share(&case, sharing(BROKER, &[RecordPart::Notes], None), TODAY).expect("less");
    let mut case = case;
    given(&mut case, less);
    assert!(!sam(TODAY).may(Action::SeePlan, &case) && sam(after).may(Action::SeeNotes, &case));
}

#[test]
fn an_organisation_has_the_least_that_it_needs() {
    let events = share(&case_of(&begun()), sharing(HOLDER, &[], None), TODAY).expect("the least");
    let case = case_of(&and(events));
    let vera = of_vale(TODAY);
    for action in [Action::SeeCase, Action::SeeMoney, Action::SeeCosts, Action::ImportStatement] {
        assert!(vera.may(action, &case), "{action:?}");
    }
    for action in [Action::SeePlan, Action::SeeNeeds, Action::SeeReviews, Action::SeeHistory] {
        assert_eq!(vera.verdict(action, &case), Verdict::Refused, "{action:?}");
    }
}

#[test]
fn what_cannot_be_shared() {
    let case = case_of(&begun());
    let plan = [RecordPart::Plan];
    let no = |sharing: Sharing| share(&case, sharing, TODAY).expect_err("it cannot be shared");
    for (member, says) in [(MARTIN, "of the family"), (ALICE, "of the family"), (JO, "work with it")] {
        let refusal = no(sharing(SharedWith::Member(member), &plan, None));
        assert_eq!(refusal.why, Why::NotYet);
        assert!(refusal.message.contains(says), "{}", refusal.message);
    }
    let elsewhere = SharedWith::Organisation(OrganisationId(Uuid::from_u128(3)));
    assert!(no(sharing(elsewhere, &plan, None)).message.contains("holds no money"));
    let nobody = SharedWith::Member(MemberId(Uuid::from_u128(99)));
    assert!(no(sharing(nobody, &plan, None)).message.contains("not in the circle"));
    assert_eq!(no(sharing(BROKER, &[], None)).field.as_deref(), Some("parts"));
    let yesterday = dates::days_after(TODAY, -1);
    assert_eq!(no(sharing(BROKER, &plan, Some(yesterday))).field.as_deref(), Some("until"));
    // Nobody decides this for her who does not speak for her about sharing.
    let voice = Voice::Member(MARTIN);
    assert_eq!(no(Sharing { voice, ..sharing(BROKER, &plan, None) }).field.as_deref(), Some("voice"));
    let left = and(vec![circle::Event::MemberLeft { id: SAM, why: None }.into()]);
    let gone = share(&case_of(&left), sharing(BROKER, &plan, None), TODAY).expect_err("they left");
    assert!(gone.message.contains("has left"), "{}", gone.message);
}

#[test]
fn whoever_speaks_about_money_alone_shares_nothing() {
    for (matters, may) in [(vec![circle::Matter::Money], false), (vec![circle::Matter::Sharing], true)] {
        let speaking = Speaking {
            footing: circle::Footing::Representative,
            about: prose("Some of it"),
            evidence: None,
            matters,
        };
        let mut events = begun();
        events.extend(
            circle::propose_speaker(&case_of(&events), MARTIN, None, speaking).expect("it is proposed"),
        );
        let case = case_of(&events);
        let seen = circle::Seen { words: prose("The minutes"), on: TODAY, works_in_the_area: false };
        let waiting: Vec<u64> = case.circle.waiting().map(|p| p.number).collect();
        let by = AccountId(Uuid::from_u128(99));
        events.extend(circle::confirm(&case, by, &waiting, &seen, TODAY).expect("confirmed"));
        let told = Sharing { voice: Voice::Member(MARTIN), ..sharing(BROKER, &[RecordPart::Plan], None) };
        assert_eq!(share(&case_of(&events), told, TODAY).is_ok(), may);
    }
}

#[test]
fn what_is_taken_back_is_seen_no_more() {
    let how = || prose("Two blinks");
    let case = case_of(&begun());
    let nothing = end_sharing(&case, BROKER, Voice::Person, how()).expect_err("nothing");
    assert_eq!(nothing.why, Why::NotYet);
    let mut events = and(share(&case, sharing(BROKER, &[RecordPart::Plan], None), TODAY).expect("shared"));
    let shared = case_of(&events);
    let wrong = end_sharing(&shared, BROKER, Voice::Member(MARTIN), how()).expect_err("not his");
    assert_eq!(wrong.field.as_deref(), Some("voice"));
    events.extend(end_sharing(&shared, BROKER, Voice::Person, how()).expect("taken back"));
    let ended = case_of(&events);
    assert_eq!(sam(TODAY).verdict(Action::SeeCase, &ended), Verdict::Hidden);
    let again = end_sharing(&ended, BROKER, Voice::Person, how()).expect_err("again");
    assert_eq!(again.why, Why::AlreadyDone);
}

/// What was agreed to for all who help, before each was asked about by name.
#[test]
fn an_old_yes_counts_until_somebody_is_spoken_of_by_name() {
    let about = ConsentAbout::SharingWithSupporters;
    let yes = Event::ConsentGiven { about, voice: Voice::Person, how: prose("One blink") };
    let named = |id: MemberId| move |e: &case::Event| matches!(e, case::Event::Circle(Event::NothingSharedYet { member }) if *member == id);
    // Sam was there before; Ada came when it was asked by name.
    let mut events: Vec<case::Event> = begun().into_iter().filter(|e| !named(SAM)(e)).collect();
    events.push(yes.into());
    let case = case_of(&events);
    assert!(sam(TODAY).may(Action::SeeNeeds, &case), "as before");
    assert_eq!(case.circle.sight_of(SharedWith::Member(ADA), TODAY), Sight::default());
    let vera = of_vale(TODAY);
    assert!(vera.may(Action::SeeMoney, &case));
    assert!(!vera.may(Action::SeePlan, &case), "an organisation no longer reads about health");
    let tasks: Vec<String> = sharing_turns(&case).into_iter().map(|turn| turn.task).collect();
    assert_eq!(tasks, ["Look over who sees what", "Say what Ada may see"]);
    events.extend(share(&case, sharing(BROKER, &[RecordPart::Plan], None), TODAY).expect("by name"));
    let case = case_of(&events);
    assert!(sam(TODAY).may(Action::SeePlan, &case) && !sam(TODAY).may(Action::SeeNeeds, &case));
    assert!(case.circle.is_from_before(HOLDER), "the organisation was not spoken of");
    let how = prose("Two blinks");
    events.extend(circle::withdraw_consent(&case, about, Voice::Person, how).expect("withdrawn"));
    let case = case_of(&events);
    assert!(sam(TODAY).may(Action::SeePlan, &case), "what was said by name stays");
    assert_eq!(of_vale(TODAY).verdict(Action::SeeCase, &case), Verdict::Hidden);
}

#[test]
fn before_it_ends_somebody_is_asked_whether_it_goes_on() {
    let last = dates::days_after(TODAY, 30);
    let mut events =
        and(share(&case_of(&begun()), sharing(BROKER, &[RecordPart::Plan], Some(last)), TODAY)
            .expect("shared"));
    let case = case_of(&events);
    let turns = sharing_turns(&case);
    let turn = turns.iter().find(|t| t.task.contains("Sam")).expect("it is asked");
    assert_eq!(turn.due, Some(last));
    assert!(!turn.waits(TODAY) && turn.waits(dates::days_after(last, -14)));
    events.extend(end_sharing(&case, BROKER, Voice::Person, prose("No")).expect("ended"));
    assert!(sharing_turns(&case_of(&events)).iter().all(|t| !t.task.contains("Sam")));
}

/// What was shared with an organisation is over with the last money that it
/// holds, and does not come back with the next.
#[test]
fn it_ends_with_the_last_holding() {
    let holding = |n: u128| {
        let words = HoldingWords { mode: Mode::ThirdParty, organisation: Some(VALE), name: line("Care") };
        plan::Event::HoldingAdded { id: HoldingId(Uuid::from_u128(n)), holding: words, from: TODAY }.into()
    };
    let ended = |n: u128| -> case::Event {
        let (id, why) = (HoldingId(Uuid::from_u128(n)), prose("It is enough"));
        plan::Event::HoldingEnded { id, on: TODAY, why }.into()
    };
    let shared =
        share(&case_of(&begun()), sharing(HOLDER, &[RecordPart::Plan], None), TODAY).expect("shared");
    let with = |more: Vec<case::Event>| {
        case_of(&and(shared.clone().into_iter().chain(more).collect())).circle.sight_of(HOLDER, TODAY)
    };
    assert!(with(vec![]).parts.contains(RecordPart::Plan));
    // Another account of the same goes on.
    assert!(with(vec![holding(21), ended(20)]).something);
    assert!(!with(vec![ended(20)]).something);
    assert!(!with(vec![ended(20), holding(22)]).something, "it does not come back");
    // Nor does what an old yes let them see.
    let old: case::Event = Event::ConsentGiven {
        about: ConsentAbout::SharingWithSupporters,
        voice: Voice::Person,
        how: prose("A blink"),
    }
    .into();
    let from_before = |more: Vec<case::Event>| {
        let events = std::iter::once(old.clone()).chain(more).collect();
        case_of(&and(events)).circle.sight_of(HOLDER, TODAY)
    };
    assert!(from_before(vec![]).something);
    assert!(!from_before(vec![ended(20), holding(22)]).something);
}

/// Before it ends somebody is asked whether it goes on; after it, whether that
/// is as it should be, until somebody says so.
#[test]
fn what_has_ended_is_said_in_the_past_until_it_is_answered() {
    let last = dates::days_after(TODAY, 3);
    let until = sharing(BROKER, &[RecordPart::Plan], Some(last));
    let shared = share(&case_of(&begun()), until, TODAY).expect("shared");
    let waits = |more: &[case::Event], today: Date| -> Vec<String> {
        let case = case_of(&and(shared.iter().chain(more).cloned().collect()));
        let turns = sharing_turns(&case).into_iter().filter(|turn| turn.waits(today));
        let of_sam = turns.filter(|turn| turn.task.contains("Sam"));
        of_sam.map(|turn| format!("{} {:?}", turn.words, turn.due)).collect()
    };
    let before =
        format!("What you share with Sam ends after this day. Say if it should go on. {:?}", Some(last));
    assert_eq!(waits(&[], last), [before]);
    let after =
        "What you shared with Sam ended on 4 March 2027. You can share it again, or leave it ended. None";
    assert_eq!(waits(&[], dates::days_after(last, 1)), [after]);
    assert_eq!(waits(&[], dates::days_after(last, 60)), [after]);
    let case = case_of(&and(shared.clone()));
    let left = end_sharing(&case, BROKER, Voice::Person, prose("It was enough")).expect("left ended");
    assert_eq!(waits(&left, dates::days_after(last, 1)), [""; 0]);
    assert_eq!(waits(&left, last), [""; 0]);
}

/// With the organisation's sight of the record ends nothing else: who holds the
/// money is to be talked about.
#[test]
fn an_organisation_that_sees_nothing_still_holds_the_money() {
    let shared = share(&case_of(&begun()), sharing(HOLDER, &[], None), TODAY).expect("shared");
    let asked = |events: Vec<case::Event>| {
        let case = case_of(&and(events));
        let turns = sharing_turns(&case);
        let talk = turns.into_iter().find(|turn| turn.task.contains("Talk about who holds the money"));
        talk.map(|turn| case.movers(&turn))
    };
    assert_eq!(asked(shared.clone()), None);
    let case = case_of(&and(shared.clone()));
    let ended = end_sharing(&case, HOLDER, Voice::Person, prose("A blink")).expect("ended");
    let of = vec![Role::Case(CaseRole::CareCoordinator), Role::Finance];
    assert_eq!(asked(shared.into_iter().chain(ended).collect()), Some(of));
}

/// What happened keeps its words when the organisation is given other money.
#[test]
fn an_organisation_is_called_what_it_was_called_then() {
    let shared = share(&case_of(&begun()), sharing(HOLDER, &[], None), TODAY).expect("shared");
    let held = and(shared);
    let seq = held.len() as u64;
    let holding =
        HoldingWords { mode: Mode::ThirdParty, organisation: Some(VALE), name: line("Care by day") };
    let id = HoldingId(Uuid::from_u128(21));
    let added = plan::Event::HoldingAdded { id, holding, from: TODAY };
    let case = case_of(&held.into_iter().chain([added.into()]).collect::<Vec<_>>());
    assert!(who_at(&case, HOLDER, seq).contains("Care at night"));
    assert!(who(&case, HOLDER).contains("Care by day"));
}
