//! The first page of a case: calm for the family, at a glance for staff.

use domain::case::Voice;
use domain::case::circle::{ContactBy, ContactPreference, Event};
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
