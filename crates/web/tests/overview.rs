//! The first page of a case: calm for the family, at a glance for staff.

use domain::case::circle::{ContactBy, ContactPreference, Event};
use domain::case::{Voice, offer};
use testkit::{Stage, World, databases};

#[tokio::test(flavor = "multi_thread")]
async fn where_am_i_whose_move_what_next() {
    for (_, url) in databases::both() {
        let world = World::new(&url).await;
        let p = world.people;
        for (stage, words) in [
            (Stage::Needs, "Your move"),
            (Stage::Money, "Jo Field, care co-ordinator, moves next"),
            (Stage::Plan, "Your move"),
            (Stage::Organise, "News for you"),
            (Stage::Review, "My money"),
        ] {
            let case = world.case_at(stage).await;
            let husband = world.client(p.husband).await;
            let page = husband.get(&format!("/cases/{case}")).await.expect(200).says("Alice Hale’s budget");
            let page = page.says(stage.title()).says(words);
            assert_eq!(page.select("h1").len(), 1);
            assert_eq!(page.select(".phb-next").len(), 1, "one thing to do next");
            for link in page.attributes("main a[href^='/cases/']", "href") {
                assert!(link.starts_with(&format!("/cases/{case}")), "{link}");
            }
        }
        let case = world.case_at(Stage::Review).await;
        let alice = world.client(p.alice).await;
        alice.get(&format!("/cases/{case}")).await.expect(200).says("My budget").says("£1,500.00");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_see_a_case_at_a_glance_and_only_what_is_theirs() {
    for (_, url) in databases::both() {
        let world = World::new(&url).await;
        let p = world.people;
        let case = world.case_at(Stage::Review).await;
        let preference =
            ContactPreference { by: vec![ContactBy::Email], only: true, details: None, when: None };
        world.say(case, p.husband, Event::ContactPreferred { who: Voice::Person, preference }).await;
        let coordinator = world.client(p.coordinator).await;
        coordinator
            .get(&format!("/cases/{case}"))
            .await
            .expect(200)
            .says("Contact Alice Hale by email only")
            .says("Blinks once")
            .says("Hold the review")
            .says("9 of 9");
        for who in [p.finance1, p.third_party] {
            let page = world.client(who).await.get(&format!("/cases/{case}")).await.expect(200);
            page.never_says("Blinks").never_says("email only").never_says("husband");
        }
        world.client(p.stranger).await.get(&format!("/cases/{case}")).await.expect(404);
        world.client(p.dee).await.get(&format!("/cases/{case}")).await.expect(404).never_says("Alice");
        world.nobody().get(&format!("/cases/{case}")).await.expect(303);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_stage_begins_with_how_it_should_feel() {
    let pages = [
        (Stage::Contact, vec!["offer"]),
        (Stage::Needs, vec!["needs"]),
        (Stage::Money, vec!["budget"]),
        (Stage::Plan, vec!["plan", "sign-off"]),
        (Stage::Organise, vec!["agreement", "payments", "money"]),
        (Stage::Review, vec!["reviews"]),
    ];
    let world = World::new(&databases::sqlite_url()).await;
    // Before anything is there, and when everything is.
    for reached in [Stage::Contact, Stage::Plan, Stage::Review] {
        let case = world.case_at(reached).await;
        for who in [world.people.alice, world.people.husband, world.people.coordinator] {
            let client = world.client(who).await;
            for (stage, names) in &pages {
                for name in names {
                    let page = client.get(&format!("/cases/{case}/{name}")).await.expect(200);
                    let said = page.select("main h1 + .phb-feeling q");
                    assert_eq!(said, [stage.i_statement()], "{name} in a case at {}", reached.title());
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_question_hides_nothing_and_what_was_agreed_is_the_money() {
    let world = World::new(&databases::sqlite_url()).await;
    let p = world.people;
    let case = world.case_sent().await;
    let alice = world.client(p.alice).await;
    let jo = world.actor(p.coordinator).await;
    let words = vec![testkit::world::prose("Who comes at night?")];
    let id = domain::QuestionId(world.app.id());
    world.app.ask_questions(&jo, case, id, words, Voice::Person).await.expect("asked");
    let home = format!("/cases/{case}");
    let page = alice.get(&home).await.expect(200).says("Your plan has been sent. We are reading it now");
    let next = page.select(".phb-next").remove(0);
    assert!(next.contains("Your plan has been sent") && !next.contains("questions"), "{next}");
    page.says("What else waits").says("Your care co-ordinator will answer your questions");
    alice.get(&format!("{home}/questions")).await.says("There is an answer by");
    world.days_later(30);
    let alice = world.client(p.alice).await;
    alice.get(&format!("{home}/questions")).await.says("It is late");

    let case = world.case_at(Stage::Organise).await;
    let page = alice.get(&format!("/cases/{case}")).await.expect(200);
    page.says("is agreed for the first year").never_says("It is not set in stone");
    // No words name a button that is not there: a plan that is agreed has none to appeal.
    let framework = world.app.framework_of(world.place.area).await.expect("a framework");
    assert!(!framework.appeal.as_str().contains("button"), "{}", framework.appeal);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_s_own_pages_speak_to_them_and_help_has_their_words_for_the_night() {
    let world = World::new(&databases::sqlite_url()).await;
    let case = world.case_at(Stage::Organise).await;
    let alice = world.client(world.people.alice).await;
    let at = |page: &str| format!("/cases/{case}/{page}");
    let page = alice.get(&at("people")).await.expect(200);
    page.says("How you communicate").says("Contacting you").never_says("How Alice Hale communicates");
    let nurse = world.client(world.people.nurse).await;
    nurse.get(&at("people")).await.says("How Alice Hale communicates").never_says("Contacting you");
    alice.get(&at("consent/taking-part")).await.expect(200).never_says("Does Alice Hale agree");
    alice.get(&at("help")).await.says("If things go wrong: written with Alice, by her husband.");
    nurse.get(&at("help")).await.expect(200).never_says("written with Alice");
    // Who said yes to the offer is not asked the same again.
    let (case, david) = (world.other_case().await, world.client(world.people.david).await);
    david.get(&format!("/cases/{case}/people")).await.expect(200).never_says("Said yes to the offer");
    let what = testkit::world::prose("All of it");
    let made = offer::Event::Made { what, why_now: None, said_voluntary: true };
    let yes = offer::Event::Answered { answer: offer::Answer::Yes, voice: Voice::Person, how: None };
    world.record(case, world.people.david, vec![made.into(), yes.into()]).await;
    david.get(&format!("/cases/{case}/people")).await.says("Said yes to the offer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_that_is_asked_for_keeps_its_day_on_the_page() {
    let world = World::new(&databases::sqlite_url()).await;
    let case = world.case_at(Stage::Review).await;
    let alice = world.client(world.people.alice).await;
    let state = world.case(case).await;
    let framework = world.app.framework_of(world.place.area).await.expect("a framework");
    let due = domain::dates::long(state.review_due(&framework).expect("one is due"));
    let (id, voice) = (domain::ReviewId(world.app.id()), Some(Voice::Person));
    let asked = domain::case::review::Event::AskedFor { id, voice, why: None };
    world.say(case, world.people.alice, asked).await;
    alice.get(&format!("/cases/{case}")).await.says(&format!("It is due by {due}"));
    alice.get(&format!("/cases/{case}/reviews")).await.says(&format!("It is due by {due}"));
}
