//! Somebody takes out what another has taken out before: it is said when that
//! was and who did it, and what they typed is not lost.

use domain::case::plan;
use testkit::{Stage, World, databases};

#[tokio::test(flavor = "multi_thread")]
async fn another_reason_for_what_was_taken_out_is_not_dropped_in_silence() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Organise).await;
        let (martin, jo) =
            (world.client(world.people.husband).await, world.client(world.people.coordinator).await);
        let state = world.case(case).await;
        let risk = state.plan.current_risks().next().expect("there is one").id;
        let broker = state.circle.member_of(world.people.broker).expect("he is in it").id;
        for (path, back) in [
            (format!("/cases/{case}/plan/risks/{risk}/remove"), "/plan/risks?done=removed"),
            (format!("/cases/{case}/people/{broker}/leave"), "/people?done=left"),
        ] {
            let why = [("why", "It is settled"), ("based-on", "9999")];
            let back = format!("/cases/{case}{back}");
            martin.post(&path, &why).await.leads_to(&back);
            let before = world.case(case).await.version;
            martin.post(&path, &why).await.leads_to(&back);
            let other = [("why", "The lift was mended"), ("based-on", "9999")];
            let again = jo.post(&path, &other).await.expect(422);
            let again =
                again.says("out of the").says("on 2 March 2026 by Martin Hale").says("Nothing was changed");
            assert!(again.html.contains("The lift was mended"), "{name}: what was typed is there");
            assert_eq!(world.case(case).await.version, before, "{name}: and nothing is recorded twice");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_is_another_reason_for_an_account_that_was_ended() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Organise).await;
        let (martin, jo) =
            (world.client(world.people.husband).await, world.client(world.people.coordinator).await);
        let holding = domain::HoldingId(world.app.id());
        let words = plan::HoldingWords {
            mode: plan::Mode::Notional,
            organisation: None,
            name: domain::testing::line("Held by the NHS"),
        };
        let event = plan::Event::HoldingAdded { id: holding, holding: words, from: world.today() };
        world.say(case, world.people.husband, event).await;
        let path = format!("/cases/{case}/plan/holding/{holding}/end");
        martin.post(&path, &[("why", "Not needed")]).await.expect(303);
        martin.post(&path, &[("why", "Not needed")]).await.expect(303);
        let again = jo.post(&path, &[("why", "It was a mistake")]).await.expect(422);
        let again = again.says("This was ended on 2 March 2026 by Martin Hale. Nothing was changed");
        assert!(again.html.contains("It was a mistake"), "{name}");
    }
}
