//! The first stage of a case and the people in it: conversations, the offer,
//! questions, the circle, consent; on both databases.

#[path = "people/confirm.rs"]
mod confirm;
#[path = "people/footing.rs"]
mod footing;
#[path = "people/matters.rs"]
mod matters;
#[path = "people/sign_ins.rs"]
mod sign_ins;
#[path = "people/taken_back.rs"]
mod taken_back;

use domain::case::circle::{CaseRole, ConsentAbout};
use domain::case::offer::Answer;
use domain::{CaseId, MemberId};
use testkit::stages::Stage;
use testkit::{World, client::Page};

const KEY: &str = "0199bbbb-0000-7000-8000-000000000001";
const NOBODY: &str = "0199bbbb-0000-7000-8000-00000000ffff";

async fn member(world: &World, case: CaseId, role: CaseRole) -> MemberId {
    let case = world.case(case).await;
    case.circle.present().find(|m| m.role == role).expect("somebody has this place").id
}

#[track_caller]
fn says(page: Page, status: u16, words: &str) -> Page {
    let page = page.expect(status);
    assert!(page.main().contains(words), "“{words}” is not in: {}", page.main());
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn the_offer_comes_after_a_conversation_and_any_answer_is_fine() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let jo = world.client(world.people.coordinator).await;
        let new = [("key", KEY), ("name", "Nora Quist"), ("asker", "nobody")];
        jo.post("/cases", &new).await.expect(303);
        let path = format!("/cases/{KEY}/offer");
        says(jo.get(&path).await, 200, "A leaflet or a link alone does not count");
        let early = [("what", "All of her care"), ("voluntary", "yes")];
        says(jo.post(&path, &early).await, 422, "No conversation is on the record yet");

        let talk = format!("{path}/conversation");
        let day = [("key", NOBODY), ("on-day", "2"), ("on-month", "3"), ("on-year", "2026")];
        let leaflet = [&day[..], &[("leaflet", "yes"), ("topics", "what-it-is")]].concat();
        says(jo.post(&talk, &leaflet).await, 422, "Giving someone a leaflet is not a conversation");
        let future = [
            ("key", NOBODY),
            ("on-day", "3"),
            ("on-month", "3"),
            ("on-year", "2026"),
            ("with", "person"),
            ("topics", "what-it-is"),
        ];
        says(jo.post(&talk, &future).await, 422, "must be today or in the past");
        let odd = [&day[..], &[("with", "person"), ("topics", "astrology")]].concat();
        says(jo.post(&talk, &odd).await, 422, "Choose what you talked about");
        let half = [&day[..], &[("with", "person"), ("topics", "what-it-is")]].concat();
        jo.post(&talk, &half).await.expect(303);
        jo.post(&talk, &half).await.expect(303);
        says(jo.post(&path, &early).await, 422, "It is their choice");
        let mut rest = half.clone();
        rest[0] = ("key", "0199bbbb-0000-7000-8000-00000000eeee");
        rest.push(("topics", "it-is-voluntary"));
        jo.post(&talk, &rest).await.expect(303);
        let id: CaseId = KEY.parse().expect("an id");
        assert_eq!(world.case(id).await.offer.conversations.len(), 2, "{name}: sent twice, recorded once");

        says(jo.post(&path, &[("what", "All of her care")]).await, 422, "tick that you have");
        says(jo.post(&path, &[("what", ""), ("voluntary", "yes")]).await, 422, "Enter what is offered");
        jo.post(&path, &early).await.expect(303);
        let answer = format!("{path}/answer");
        says(jo.post(&answer, &[("voice", "person")]).await, 422, "Choose an answer");
        let past = [
            ("answer", "not-yet"),
            ("voice", "person"),
            ("ask-again-day", "1"),
            ("ask-again-month", "3"),
            ("ask-again-year", "2026"),
        ];
        says(jo.post(&answer, &past).await, 422, "must be after today");
        let coordinator = member(&world, id, CaseRole::CareCoordinator).await.to_string();
        says(
            jo.post(&answer, &[("answer", "yes"), ("voice", &coordinator)]).await,
            422,
            "cannot answer the offer for Nora Quist",
        );
        let not_yet = [("answer", "not-yet"), ("voice", "person"), ("how", "Blinked twice")];
        jo.post(&answer, &not_yet).await.expect(303);
        says(jo.get(&path).await, 200, "Their care goes on as it is");
        // Again later, wider or smaller; nothing before it is overwritten.
        jo.post(&path, &early).await.expect(303);
        let part = [("answer", "only-part"), ("voice", "person"), ("which", "Only the nights")];
        jo.post(&answer, &part).await.expect(303);
        let case = world.case(id).await;
        assert_eq!(case.offer.offers.len(), 2, "{name}");
        assert!(matches!(case.offer.answer(), Some(Answer::OnlyPart { .. })));
        assert_eq!(case.stage(), Stage::Needs, "{name}");
        says(jo.get(&path).await, 200, "Earlier offers");

        // And for whoever is asked there is no deadline.
        let id = world.case_at(Stage::Contact).await;
        let path = format!("/cases/{id}/offer");
        jo.post(&path, &early).await.expect(303);
        let page = world.client(world.people.husband).await.get(&path).await;
        says(page, 200, "You do not have to choose anything now. There is no last day.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn family_answer_the_offer_themselves() {
    let world = World::new(&testkit::databases::both()[0].1).await;
    let case = world.case_at(Stage::Needs).await;
    let martin = world.client(world.people.husband).await;
    let path = format!("/cases/{case}/offer");
    says(martin.get(&path).await, 200, "Your choice");
    let no = [("answer", "no"), ("voice", "person"), ("how", "Two blinks, asked twice")];
    martin.post(&format!("{path}/answer"), &no).await.expect(303);
    says(martin.get(&path).await, 200, "Your care goes on as it is");
    assert_eq!(world.case(case).await.stage(), Stage::Contact);
    martin.post(&format!("{path}/conversation"), &[("key", KEY)]).await.expect(403);
    let full = [
        ("key", KEY),
        ("on-day", "2"),
        ("on-month", "3"),
        ("on-year", "2026"),
        ("with", "person"),
        ("topics", "what-it-is"),
    ];
    martin.post(&format!("{path}/conversation"), &full).await.expect(403);
    martin.post(&path, &[("what", "Everything"), ("voluntary", "yes")]).await.expect(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_questions_each_open_or_answered() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let id = world.case_at(Stage::Contact).await;
        let before = world.case(id).await.offer.questions.len();
        let martin = world.client(world.people.husband).await;
        let jo = world.client(world.people.coordinator).await;
        let husband = member(&world, id, CaseRole::Representative).await.to_string();
        let path = format!("/cases/{id}/questions");
        let list = "1. How could I benefit?\n2. What difference would it make?\n\n- ومن يساعدني؟ 👍";
        let sent = [("key", KEY), ("questions", list), ("voice", husband.as_str())];
        martin.post(&path, &sent).await.expect(303);
        martin.post(&path, &sent).await.expect(303);
        assert_eq!(world.case(id).await.offer.questions.len(), before + 3, "{name}");
        says(
            martin.post(&path, &[("key", NOBODY), ("questions", " \n"), ("voice", "person")]).await,
            422,
            "at least one question",
        );
        let long = "x".repeat(10_001);
        let page = martin
            .post(&path, &[("key", NOBODY), ("questions", &long), ("voice", "person")])
            .await
            .expect(422);
        assert_eq!(page.value("questions").map(|text| text.len()), Some(10_001), "what was typed is kept");
        martin.post(&path, &[("key", NOBODY), ("questions", "Why?"), ("voice", NOBODY)]).await.expect(422);

        let answer = format!("{path}/{KEY}/answer");
        martin.post(&answer, &[("answer", "So")]).await.expect(403);
        says(jo.post(&answer, &[("answer", "")]).await, 422, "Enter an answer");
        jo.post(&answer, &[("answer", "You could keep the same two carers.")]).await.expect(303);
        says(martin.get(&path).await, 200, "You could keep the same two carers.");
        let mail = world.db.read(|tx| store::outbox::latest_messages(tx, 10)).await.expect("the outbox");
        assert_eq!(
            mail.iter().filter(|m| m.subject.contains("answer to your question")).count(),
            1,
            "{name}"
        );
        assert!(mail.iter().all(|m| !m.body.contains("Alice") && !m.body.contains("carers")));

        says(martin.get(&format!("{path}/{KEY}")).await, 200, "Does this answer it?");
        martin.post(&format!("{path}/{KEY}/open"), &[("why", "I meant the money.")]).await.expect(303);
        assert!(world.case(id).await.offer.questions.iter().any(|q| q.id.to_string() == KEY && q.open));
        says(martin.post(&format!("{path}/{KEY}/open"), &[("why", "Still")]).await, 422, "open again");
        jo.post(&format!("{path}/{NOBODY}/answer"), &[("answer", "So")]).await.expect(404);
        jo.get(&format!("{path}/{NOBODY}")).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_email_goes_to_someone_who_wants_letters_only() {
    let world = World::new(&testkit::databases::both()[0].1).await;
    let id = world.case_at(Stage::Contact).await;
    let martin = world.client(world.people.husband).await;
    let jo = world.client(world.people.coordinator).await;
    let husband = member(&world, id, CaseRole::Representative).await.to_string();
    let contact = format!("/cases/{id}/people/{husband}/contact");
    says(martin.post(&contact, &[("only", "yes")]).await, 422, "Choose at least one way");
    martin.post(&contact, &[("by", "letter"), ("only", "yes"), ("details", "4 Mill Lane")]).await.expect(303);
    says(jo.get(&format!("/cases/{id}/people/{husband}")).await, 200, "Contact by letter only");
    let path = format!("/cases/{id}/questions");
    martin.post(&path, &[("key", KEY), ("questions", "When?"), ("voice", &husband)]).await.expect(303);
    says(jo.get(&format!("{path}/{KEY}")).await, 200, "Contact them by letter only");
    jo.post(&format!("{path}/{KEY}/answer"), &[("answer", "In May.")]).await.expect(303);
    let mail = world.db.read(|tx| store::outbox::latest_messages(tx, 10)).await.expect("the outbox");
    assert!(mail.iter().all(|m| !m.subject.contains("answer to your question")));
}

#[tokio::test(flavor = "multi_thread")]
async fn how_somebody_is_reached_is_theirs_to_say() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let id = world.case_at(Stage::Contact).await;
        let husband = member(&world, id, CaseRole::Representative).await.to_string();
        let coordinator = member(&world, id, CaseRole::CareCoordinator).await.to_string();
        let p = world.people;
        // Of whom each may say it: of themselves, he of the person too, and she of everyone.
        for (who, own) in [
            (p.husband, vec![&*husband, "person"]),
            (p.coordinator, vec![&*husband, &*coordinator, "person"]),
            (p.nurse, vec![]),
        ] {
            let client = world.client(who).await;
            for of in [&*husband, &*coordinator, "person"] {
                let (page, may) = (format!("/cases/{id}/people/{of}"), own.contains(&of));
                let contact = format!("{page}/contact");
                let shown = client.get(&page).await.expect(200).html.contains(&contact);
                let sent = client.post(&contact, &[("by", "letter"), ("details", "4 Mill Lane")]).await;
                let expected = if may { 303 } else { 403 };
                assert_eq!((shown, sent.status.as_u16()), (may, expected), "{name}: {of} by {who}");
            }
        }
        // Somebody of the family who decides nothing says it of themselves alone.
        world.comes(id, p.dee, "Dee Lowe", CaseRole::FamilyCarer).await;
        let dee = world.client(p.dee).await;
        let own = world.case(id).await.circle.member_of(p.dee).expect("she is in it").id.to_string();
        for (of, status) in [(&*own, 303), ("person", 403), (&*husband, 403)] {
            let contact = format!("/cases/{id}/people/{of}/contact");
            dee.post(&contact, &[("by", "phone"), ("details", "01632 960001")]).await.expect(status);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_taken_back_closes_the_door_at_the_next_request() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let id = world.case_at(Stage::Plan).await;
        let martin = world.client(world.people.husband).await;
        let sam = world.client(world.people.broker).await;
        says(sam.get(&format!("/cases/{id}/people")).await, 200, "Alice Hale");
        assert!(sam.get("/home").await.text().contains("Alice Hale"), "{name}");
        let broker = world.case(id).await.circle.member_of(world.people.broker).expect("he is in it").id;
        let his = format!("/cases/{id}/people/sharing/{broker}");
        let end = format!("{his}/end");
        says(martin.post(&end, &[("voice", "person"), ("how", "")]).await, 422, "Enter how they said it");
        let withdraw = [("voice", "person"), ("how", "Two blinks, asked twice")];
        martin.post(&end, &withdraw).await.expect(303);
        for page in ["people", "offer", "questions", "help"] {
            let page = sam.get(&format!("/cases/{id}/{page}")).await.expect(404);
            assert!(!page.text().contains("Alice"), "{name}");
        }
        assert!(!sam.get("/home").await.text().contains("Alice"), "{name}: nor in a list");
        martin.post(&end, &withdraw).await.leads_to(&format!("/cases/{id}/people/sharing?done=ended"));
        let otherwise = [("voice", "person"), ("how", "Asked again the next day")];
        says(martin.post(&end, &otherwise).await, 422, "Nothing is shared with them any more");
        let seen = martin.get(&his).await.expect(200).value("seen").expect("what it is based on");
        let shared = [
            ("parts", "people"),
            ("until", "changed"),
            ("voice", "person"),
            ("how", "One blink"),
            ("checked", "yes"),
            ("seen", &*seen),
        ];
        martin.post(&his, &shared).await.expect(303);
        sam.get(&format!("/cases/{id}/people")).await.expect(200);
        sam.get(&format!("/cases/{id}/plan")).await.expect(403);
        // It is said by name now, and not for everyone at once.
        let all = format!("/cases/{id}/consent/sharing-with-supporters");
        says(martin.get(&all).await, 200, "said for each one who helps now");
        let yes = [("given", "yes"), ("voice", "person"), ("how", "One blink")];
        says(martin.post(&all, &yes).await, 422, "for each part of the record");
        martin.get(&format!("/cases/{id}/consent/nonsense")).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_joins_the_circle_and_who_may_let_them() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let id = world.case_at(Stage::Needs).await;
        let jo = world.client(world.people.coordinator).await;
        let martin = world.client(world.people.husband).await;
        let path = format!("/cases/{id}/people");
        let nan = [("key", KEY), ("role", "family-carer"), ("name", "Nan Hale"), ("relation", "sister")];
        martin.post(&path, &nan).await.expect(303);
        martin.post(&path, &nan).await.expect(303);
        assert_eq!(
            world.case(id).await.circle.present().filter(|m| m.name.as_str() == "Nan Hale").count(),
            1,
            "{name}"
        );
        // Nobody gives themselves a place of the NHS.
        let stranger = world.people.stranger.to_string();
        let grab = [
            ("key", NOBODY),
            ("role", "care-coordinator"),
            ("relation", "boss"),
            ("colleague", stranger.as_str()),
        ];
        martin.post(&path, &grab).await.expect(403);
        says(jo.post(&path, &grab).await, 422, "Choose a colleague from the list");
        let rep = [
            ("key", NOBODY),
            ("role", "representative"),
            ("name", "Kim"),
            ("relation", "friend"),
            ("footing", "attorney"),
            ("matters", "care"),
            ("matters", "money"),
            ("about", "Money"),
        ];
        says(martin.post(&path, &rep).await, 422, "Say which paper you saw");
        says(
            martin.post(&path, &[("key", NOBODY), ("name", "Kim"), ("relation", "friend")]).await,
            422,
            "Choose their place",
        );
        let long = "k".repeat(201);
        let too_long =
            [("key", NOBODY), ("role", "supporter"), ("name", long.as_str()), ("relation", "friend")];
        says(jo.post(&path, &too_long).await, 422, "200 characters or fewer");

        let invite = format!("{path}/{KEY}/invite");
        says(martin.post(&invite, &[("email", "nan at mail")]).await, 422, "must be like name@example.com");
        martin.post(&invite, &[("email", "nan@mail.example")]).await.expect(303);
        assert!(
            world
                .case(id)
                .await
                .circle
                .member(KEY.parse().expect("an id"))
                .is_some_and(|m| m.account.is_some())
        );
        says(martin.post(&invite, &[("email", "other@mail.example")]).await, 422, "can sign in already");
        martin.post(&format!("{path}/{NOBODY}/invite"), &[("email", "nan@mail.example")]).await.expect(404);

        says(martin.post(&format!("{path}/{KEY}/leave"), &[("why", "")]).await, 422, "Enter why they leave");
        martin.post(&format!("{path}/{KEY}/leave"), &[("why", "She moved away")]).await.expect(303);
        says(martin.get(&path).await, 200, "Were in it before");
        let coordinator = member(&world, id, CaseRole::CareCoordinator).await;
        says(
            martin.post(&format!("{path}/{coordinator}/leave"), &[("why", "No")]).await,
            422,
            "only care co-ordinator",
        );
        let husband = member(&world, id, CaseRole::Representative).await;
        let own = [("footing", "parent"), ("matters", "care"), ("about", "All")];
        martin.post(&format!("{path}/{husband}/footing"), &own).await.expect(403);
        // The nurse of another person, the finance worker and a stranger see nothing.
        for account in [world.people.stranger, world.people.dee, world.people.admin] {
            let page = world.client(account).await.get(&path).await.expect(404);
            assert!(!page.text().contains("Alice"), "{name}");
        }
        world.client(world.people.finance1).await.get(&path).await.expect(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn how_alice_says_yes_and_what_was_wrongly_written() {
    let world = World::new(&testkit::databases::both()[0].1).await;
    let id = world.case_at(Stage::Needs).await;
    let martin = world.client(world.people.husband).await;
    let path = format!("/cases/{id}/communication");
    says(
        martin.post(&path, &[("yes", "Hums"), ("no", "Hums"), ("how", "Sounds")]).await,
        422,
        "must look different",
    );
    says(martin.post(&path, &[("yes", "x"), ("no", "y")]).await, 422, "Enter how they communicate");
    martin
        .post(
            &path,
            &[
                ("yes", "One blink"),
                ("no", "Two blinks"),
                ("how", "She cannot communicate, they said. She blinks."),
            ],
        )
        .await
        .expect(303);
    let wrong = [("said", "Not able to communicate at all"), ("said-by", "The hospital")];
    martin.post(&format!("{path}/wrong"), &wrong).await.expect(303);
    let jo = world.client(world.people.coordinator).await;
    let page = says(
        jo.get(&format!("/cases/{id}/people")).await,
        200,
        "This was written about Alice Hale and is not so",
    );
    assert!(page.main().contains("Two blinks"));
    // It blocks nothing: her own consent counts, in her own way.
    let consent = [("given", "yes"), ("voice", "person"), ("how", "One blink, asked twice")];
    jo.post(
        &format!("/cases/{id}/consent/direct-payment/withdraw"),
        &[("voice", "person"), ("how", "Two blinks")],
    )
    .await
    .expect(303);
    jo.post(&format!("/cases/{id}/consent/direct-payment"), &consent).await.expect(303);
    assert!(world.case(id).await.circle.has_consented(ConsentAbout::DirectPayment));
}

#[tokio::test(flavor = "multi_thread")]
async fn help_is_there_for_everyone_in_the_circle() {
    let world = World::new(&testkit::databases::both()[0].1).await;
    let id = world.case_at(Stage::Review).await;
    for account in [world.people.husband, world.people.broker, world.people.nurse] {
        let page = says(world.client(account).await.get(&format!("/cases/{id}/help")).await, 200, "Jo Field");
        assert!(page.main().contains("advocate") && page.main().contains("999"));
    }
}
