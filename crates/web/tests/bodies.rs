//! What the posts and places of each kind of body open, on both databases.

use domain::access::Post;
use domain::case::circle::ConsentAbout;
use testkit::{Stage, World, databases};

async fn worlds() -> Vec<World> {
    let mut worlds = vec![];
    for (_, url) in databases::both() {
        worlds.push(World::new(&url).await);
    }
    worlds
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_a_body_does_not_have_gives_nothing_and_is_said_to() {
    for world in worlds().await {
        let case = world.case_at(Stage::Review).await;
        let stranger = world.people.stranger;
        // Given before it was asked which posts a council has.
        for post in [Post::Commissioner, Post::Auditor, Post::Finance, Post::FrameworkOwner] {
            world.give_post(world.organisations.council, stranger, post).await;
        }
        let client = world.client(stranger).await;
        for tab in ["", "/needs", "/history", "/plan", "/money", "/documents"] {
            client.get(&format!("/cases/{case}{tab}")).await.expect(404).never_says("Alice");
        }
        for page in ["/finance", "/admin", &format!("/home/waiting/commissioner/{}", world.place.area)] {
            client.get(page).await.expect(404);
        }
        client.post("/home", &[("words", "Alice")]).await.expect(200).never_says("Alice Carter");
        for reader in [world.people.admin, world.people.auditor] {
            let people = format!("/admin/{}/people", world.place.area);
            let page = world.client(reader).await.get(&people).await;
            page.expect(200).says("Posts that give nothing").says("Norman Stray : Commissioner");
        }
        let page = world.client(world.people.admin).await;
        let page = page.get(&format!("/admin/{}/people/{stranger}", world.place.area)).await;
        page.expect(200).says("This post gives nothing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_of_the_council_reads_only_what_the_person_shares_with_it() {
    for world in worlds().await {
        let p = world.people;
        let case = world.case_at(Stage::Plan).await;
        let jo = world.client(p.coordinator).await;
        world.give_post(world.organisations.council, p.stranger, Post::Practitioner).await;
        // Not as a clinician or a co-ordinator, who read whatever is shared.
        let add = |role: &'static str| {
            let (jo, key, who) = (&jo, world.app.id().to_string(), p.stranger.to_string());
            async move {
                let fields = [
                    ("key", key.as_str()),
                    ("role", role),
                    ("colleague", who.as_str()),
                    ("relation", "social worker"),
                ];
                jo.post(&format!("/cases/{case}/people"), &fields).await
            }
        };
        add("clinician").await.expect(422).says("cannot have the place of a clinician");
        add("care-coordinator").await.expect(422).says("cannot have the place of a care co-ordinator");
        assert!(world.case(case).await.circle.member_of(p.stranger).is_none());
        // And no request that somebody sent to the NHS.
        let client = world.client(p.stranger).await;
        client.get(&format!("/home/requests/{}", world.place.area)).await.expect(404);
        // Nor a case that they open, since they would read all of it.
        client.get("/cases/new").await.expect(404);
        client.get("/home").await.expect(200).never_says("Open a case");
        // What is shared with the council is read, until it is taken back.
        let colin = world.client(p.council_worker).await;
        let shared = world.case(case).await.circle.has_consented(ConsentAbout::SharingWithCouncil);
        let status = colin.get(&format!("/cases/{case}/needs")).await.status.as_u16();
        assert_eq!(status, if shared { 200 } else { 404 });
        if shared {
            let back = [("voice", "person"), ("how", "Two blinks")];
            jo.post(&format!("/cases/{case}/consent/sharing-with-council/withdraw"), &back).await.expect(303);
            for tab in ["", "/needs", "/history", "/plan", "/money", "/documents", "/people"] {
                colin.get(&format!("/cases/{case}{tab}")).await.expect(404).never_says("Alice");
            }
            colin.get("/home").await.expect(200).never_says("Alice");
        }
    }
}
