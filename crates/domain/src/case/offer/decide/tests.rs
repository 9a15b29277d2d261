use super::*;
use crate::case::circle::{self, CaseRole, Footing};
use crate::testing::{case_of, joined, named, opened, prose};
use crate::{Aggregate as _, AreaId, MemberId, Why};
use strum::VariantArray;
use uuid::Uuid;

fn day(number: i8) -> Date {
    Date::constant(2027, 3, number)
}

const HUSBAND: MemberId = MemberId(Uuid::from_u128(1));
const COORDINATOR: MemberId = MemberId(Uuid::from_u128(2));
const BROTHER: MemberId = MemberId(Uuid::from_u128(3));

fn given(more: Vec<case::Event>) -> Case {
    let mut events: Vec<case::Event> = vec![
        opened(AreaId(Uuid::nil())),
        named("Alice"),
        joined(HUSBAND, "Martin", CaseRole::Representative, None),
        circle::Event::SpeakerRecognised {
            member: HUSBAND,
            footing: Footing::Representative,
            about: prose("All"),
            evidence: None,
        }
        .into(),
        joined(COORDINATOR, "Jo", CaseRole::CareCoordinator, None),
        joined(BROTHER, "Sam", CaseRole::FamilyCarer, None),
    ];
    events.extend(more);
    case_of(&events)
}

fn talk(with: Vec<Voice>, topics: Vec<Topic>) -> NewConversation {
    let id = ConversationId(Uuid::from_u128(50));
    NewConversation { id, on: day(1), with, topics, leaflet: false, note: None }
}

fn talked() -> Vec<case::Event> {
    let new = talk(vec![Voice::Person, Voice::Member(HUSBAND)], Topic::VARIANTS.to_vec());
    hold_conversation(&given(vec![]), new, day(2)).expect("they talked")
}

fn offered() -> Vec<case::Event> {
    let made = make_offer(&given(talked()), prose("All of her care"), None, true).expect("it is offered");
    [talked(), made].concat()
}

fn answered(answer: Answer) -> Vec<case::Event> {
    let given_answer =
        answer_offer(&given(offered()), answer, Voice::Person, Some(prose("Blinked once")), day(3));
    [offered(), given_answer.expect("it is answered")].concat()
}

#[test]
fn a_leaflet_alone_is_not_a_conversation() {
    let mut new = talk(vec![], Topic::VARIANTS.to_vec());
    new.leaflet = true;
    let no = hold_conversation(&given(vec![]), new.clone(), day(2)).expect_err("a leaflet");
    assert_eq!(no.why, Why::NotYet);
    assert!(no.message.contains("leaflet"));
    new.with = vec![Voice::Member(COORDINATOR)];
    assert_eq!(
        hold_conversation(&given(vec![]), new.clone(), day(2)).expect_err("only staff").why,
        Why::NotYet
    );
    new.with = vec![Voice::Person];
    assert!(hold_conversation(&given(vec![]), new, day(2)).is_ok());
}

#[test]
fn a_conversation_says_who_what_and_when() {
    let case = given(vec![]);
    let field = |new| hold_conversation(&case, new, day(2)).expect_err("something is missing").field;
    assert_eq!(field(talk(vec![], Topic::VARIANTS.to_vec())).as_deref(), Some("with"));
    assert_eq!(
        field(talk(vec![Voice::Member(MemberId(Uuid::max()))], vec![Topic::WhatItIs])).as_deref(),
        Some("with")
    );
    assert_eq!(field(talk(vec![Voice::Person], vec![])).as_deref(), Some("topics"));
    let tomorrow = NewConversation { on: day(3), ..talk(vec![Voice::Person], vec![Topic::WhatItIs]) };
    assert_eq!(field(tomorrow).as_deref(), Some("on"));
    let again = talk(vec![Voice::Person, Voice::Member(HUSBAND)], Topic::VARIANTS.to_vec());
    assert_eq!(hold_conversation(&given(talked()), again, day(2)), Ok(vec![]));
    let other = talk(vec![Voice::Person], vec![Topic::WhatItIs]);
    let no = hold_conversation(&given(talked()), other, day(2)).expect_err("another one");
    assert_eq!(no.why, Why::AlreadyDone);
}

#[test]
fn a_list_of_questions_as_people_write_them() {
    let read = one_per_line(
        "1. How could I benefit?\n\n - What difference would it make?\r\n10) 2 carers?\n• \n3 nights away?",
    );
    let words: Vec<String> = read.expect("questions").into_iter().map(String::from).collect();
    assert_eq!(
        words,
        ["How could I benefit?", "What difference would it make?", "2 carers?", "3 nights away?"]
    );
    assert!(one_per_line(" \n - \n").is_err());
    assert!(one_per_line(&"what?\n".repeat(101)).is_err());
    assert_eq!(one_per_line("هل يمكنني؟ 👍").map(|q| q.len()), Ok(1));
    assert!(one_per_line(&"x".repeat(10_001)).is_err());
    assert_eq!(of_a_request(prose("1. Can I?\n2. Who pays?\n")), [prose("Can I?"), prose("Who pays?")]);
    let no_list = prose("what?\n".repeat(101).trim_end());
    assert_eq!(
        of_a_request(no_list.clone()),
        std::slice::from_ref(&no_list),
        "more than a list has stays as it was written"
    );
}

#[test]
fn nobody_asks_in_the_name_of_those_who_answer() {
    let jo = AccountId(Uuid::from_u128(90));
    let mut case = given(vec![]);
    let invited = circle::Event::MemberInvited { id: COORDINATOR, account: jo };
    crate::testing::given(&mut case, [invited]);
    let selam = AccountId(Uuid::from_u128(91));
    let may = |asker, voice| may_ask_as(&case, asker, voice);
    assert!(may(selam, Voice::Person) && may(selam, Voice::Member(HUSBAND)));
    assert!(!may(selam, Voice::Member(COORDINATOR)));
    assert!(may(jo, Voice::Member(COORDINATOR)) && may(jo, Voice::Person));
}

#[test]
fn questions_are_open_until_they_are_answered_and_can_be_opened_again() {
    let id = QuestionId(Uuid::from_u128(60));
    let second = QuestionId(Uuid::from_u128(61));
    let list = vec![(id, prose("How?")), (second, prose("When?"))];
    let asked = ask_questions(&given(vec![]), list.clone(), Voice::Person).expect("asked");
    assert_eq!(ask_questions(&given(asked.clone()), list.clone(), Voice::Person), Ok(vec![]));
    let mut more = list.clone();
    more.push((QuestionId(Uuid::from_u128(77)), prose("Who pays for the car?")));
    let no = ask_questions(&given(asked.clone()), more, Voice::Person).expect_err("one is not there");
    assert_eq!(no.why, Why::AlreadyDone);
    assert!(ask_questions(&given(asked.clone()), list.clone(), Voice::Member(HUSBAND)).is_err(), "his own");
    assert!(ask_questions(&given(vec![]), list, Voice::Member(MemberId(Uuid::max()))).is_err());
    let case = given(asked.clone());
    assert_eq!(case.offer.questions.iter().filter(|q| q.open).count(), 2);
    assert_eq!(reopen_question(&case, id, prose("?")).expect_err("no answer").why, Why::NotYet);
    assert!(answer_question(&case, QuestionId(Uuid::max()), prose("So")).is_err());

    let answered = [asked, answer_question(&case, id, prose("Like this")).expect("an answer")].concat();
    let case = given(answered.clone());
    assert!(!case.offer.questions[0].open);
    assert_eq!(answer_question(&case, id, prose("Like this")), Ok(vec![]));
    let again = [answered, reopen_question(&case, id, prose("I meant the money")).expect("opened")].concat();
    let case = given(again);
    assert!(case.offer.questions[0].open);
    assert_eq!(reopen_question(&case, id, prose("Still")).expect_err("it is open").why, Why::AlreadyDone);
}

#[test]
fn no_offer_before_a_real_conversation() {
    let offer = |case: &Case| make_offer(case, prose("All"), None, true);
    assert!(offer(&given(vec![])).expect_err("nobody talked").message.contains("leaflet"));
    let half = talk(vec![Voice::Person], vec![Topic::WhatItIs]);
    let half = hold_conversation(&given(vec![]), half, day(2)).expect("they talked");
    let no = offer(&given(half)).expect_err("not said that it is voluntary");
    assert!(no.message.contains("their choice"), "{no}");
    assert!(offer(&given(talked())).is_ok());
    let unsaid = make_offer(&given(talked()), prose("All"), None, false).expect_err("not said");
    assert_eq!(unsaid.field.as_deref(), Some("voluntary"));
    assert_eq!(offer(&given(offered())).expect_err("it is waiting").why, Why::AlreadyDone);
}

#[test]
fn no_and_not_yet_change_nothing_and_an_offer_can_come_again() {
    for answer in
        [Answer::No, Answer::NotYet { ask_again: Some(day(20)) }, Answer::OnlyPart { which: prose("Nights") }]
    {
        let case = given(answered(answer));
        assert!(make_offer(&case, prose("All"), None, true).is_ok());
        assert_eq!(case.arrangement, Default::default());
    }
    let case = given(answered(Answer::No));
    assert_eq!(case.stage(), Stage::Contact);
    let changed = answer_offer(&case, Answer::Yes, Voice::Member(HUSBAND), None, day(4));
    assert!(changed.is_ok(), "they may change their mind");
    let yes = given(answered(Answer::Yes));
    assert_eq!(make_offer(&yes, prose("All"), None, true).expect_err("yes").why, Why::AlreadyDone);
    let again = |how| answer_offer(&yes, Answer::Yes, Voice::Person, Some(prose(how)), day(4));
    assert_eq!(again("Blinked once"), Ok(vec![]));
    assert_eq!(again("She said it").map(|events| events.len()), Ok(1), "these words are kept too");
}

#[test]
fn only_the_person_or_someone_who_speaks_for_them_answers() {
    let case = given(offered());
    let answer = |case: &Case, who| answer_offer(case, Answer::Yes, Voice::Member(who), None, day(3));
    assert!(answer(&case, HUSBAND).is_ok());
    for who in [COORDINATOR, BROTHER] {
        assert_eq!(answer(&case, who).expect_err("not theirs").field.as_deref(), Some("voice"));
    }
    let speaks = |footing| circle::Event::SpeakerRecognised {
        member: BROTHER,
        footing,
        about: prose("All"),
        evidence: None,
    };
    let helps = given([offered(), vec![speaks(Footing::HelpsToCommunicate).into()]].concat());
    assert!(answer(&helps, BROTHER).is_err());
    let attorney = given([offered(), vec![speaks(Footing::Attorney).into()]].concat());
    assert!(answer(&attorney, BROTHER).is_ok());
    assert!(
        answer_offer(&given(talked()), Answer::Yes, Voice::Person, None, day(3)).is_err(),
        "no offer yet"
    );
    let past = Answer::NotYet { ask_again: Some(day(3)) };
    assert_eq!(
        answer_offer(&case, past, Voice::Person, None, day(3)).expect_err("today").field.as_deref(),
        Some("ask-again")
    );
}

// ---- another area

fn came_from(area: AreaId) -> CameFrom {
    CameFrom {
        area,
        area_name: crate::testing::line("Mendip Vale"),
        site: crate::testing::line("https://budgets.example"),
        sha256: "ab".repeat(32),
        made: crate::Timestamp::UNIX_EPOCH,
        version: 3,
        head: "cd".repeat(32),
        seal: None,
        by: crate::testing::line("Kim Tan"),
    }
}

#[test]
fn a_case_that_comes_from_elsewhere_brings_nobody_and_goes_on_here() {
    use crate::testing::id;
    let (there, here): (AreaId, AreaId) = (id(1), id(2));
    let opened = Event::CaseOpened { area: there, reference: "MV-1".into(), enquiry: None, contact_by: None };
    let (person, jo) = (id(11), id(12));
    let case = case_of(&[
        opened.into(),
        joined(person, "Alice Hale", CaseRole::Person, Some(id(21))),
        joined(jo, "Jo Field", CaseRole::CareCoordinator, Some(id(22))),
        joined(id(13), "Tom", CaseRole::FamilyCarer, None),
    ]);
    let events = take_in(&case, here, came_from(there)).expect("it is taken in");
    let after = case.after(crate::Author::System, crate::Timestamp::UNIX_EPOCH, &events);
    assert_eq!(after.area(), Some(here));
    assert_eq!(after.offer.opened.as_ref().map(|opened| opened.reference.as_str()), Some("MV-1"));
    assert!(after.circle.present().all(|member| member.account.is_none()), "no sign-in came along");
    assert!(after.circle.present().all(|member| member.id != jo), "nor who worked with them there");
    assert_eq!(after.circle.present().count(), 2);
    // Of that area already, and nothing at all.
    assert_eq!(take_in(&after, here, came_from(there)).expect_err("it is").why, Why::AlreadyDone);
    let nothing = case_of(&[]);
    assert_eq!(take_in(&nothing, here, came_from(there)).expect_err("there is none").why, Why::AlreadyDone);
}

#[test]
fn an_archive_is_given_out_once_and_another_is_another() {
    use crate::testing::{id, line};
    let opened = Event::CaseOpened { area: id(1), reference: "MV-1".into(), enquiry: None, contact_by: None };
    let given =
        |sum: &str| GivenOut { to: line("North Vale"), by: line("Sam"), sha256: sum.into(), version: 1 };
    let case = case_of(&[opened.into()]);
    let events = give_out(&case, given("aa")).expect("it is given");
    let after = case.after(crate::Author::System, crate::Timestamp::UNIX_EPOCH, &events);
    assert_eq!(give_out(&after, given("aa")), Ok(vec![]));
    assert_eq!(give_out(&after, given("bb")).map(|events| events.len()), Ok(1));
}

/// Who asked to be contacted was promised a day: it is not lost when a case begins.
#[test]
fn the_first_conversation_has_the_day_that_was_promised_until_it_is_held() {
    use crate::testing::{framework, id};
    let contact_by = Some(day(4));
    let from = Some(FromRequest { id: id(7), contact_by });
    let opening = open_case(&case_of(&[]), id(1), "MV-1".into(), from).expect("it is opened");
    let first = |more: Vec<case::Event>| {
        let case = case_of(&[opening.clone(), more].concat());
        let turn = case.turns(&framework()).remove(0);
        (turn.task, turn.due)
    };
    assert_eq!(first(vec![]), ("Have the first conversation".to_owned(), contact_by));
    assert_eq!(first(talked()), ("Make the offer".to_owned(), None));
}
