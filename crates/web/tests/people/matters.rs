//! Nobody who speaks for the person about one thing decides another, on both
//! databases.

use domain::access::Action;
use domain::case::Voice;
use domain::case::circle::{self, Matter};
use strum::VariantArray;
use testkit::{Client, Page, Stage, World, databases};

async fn record(jo: &Client, path: &str, matters: &[&str]) -> Page {
    let mut fields = vec![
        ("footing", "attorney"),
        ("about", "What the paper says"),
        ("evidence", "The stamped paper, seen today"),
    ];
    fields.extend(matters.iter().map(|matter| ("matters", *matter)));
    jo.post(path, &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_speaks_about_care_signs_nothing_about_money() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        let p = world.people;
        let (jo, priya) = (world.client(p.coordinator).await, world.client(p.nurse).await);
        let state = world.case(case).await;
        let martin = state.circle.member_of(p.husband).expect("he is in the circle").id;
        assert!(Matter::VARIANTS.iter().all(|m| circle::may_decide(&state, Voice::Member(martin), *m)));

        // What decides says about what; nothing typed is lost.
        let path = format!("/cases/{case}/people/{martin}/footing");
        let page = record(&jo, &path, &[]).await.expect(422);
        assert!(page.html.contains("The stamped paper, seen today"));
        page.says("Choose what they may decide about");
        record(&jo, &path, &["care"]).await.expect(303);
        let waiting: Vec<u64> =
            world.case(case).await.circle.waiting_for(martin).map(|proposal| proposal.number).collect();
        assert_eq!(waiting.len(), 1, "{name}");
        // Whoever confirms it sees what about.
        let page = priya.get(&format!("/cases/{case}/people/{martin}")).await.expect(200);
        page.says("has a lasting power of attorney, and decides about: health and care");
        let number = waiting[0].to_string();
        let today = world.app.clock.today();
        let (day, month, year) =
            (today.day().to_string(), today.month().to_string(), today.year().to_string());
        let seen = [
            ("confirm", number.as_str()),
            ("seen", "The stamped paper"),
            ("on-day", day.as_str()),
            ("on-month", month.as_str()),
            ("on-year", year.as_str()),
        ];
        priya.post(&format!("/cases/{case}/people/{martin}/confirm"), &seen).await.expect(303);

        // His footing as a representative ends; the paper is about care alone.
        let ends = [("ends", "representative"), ("ends-why", "There is a paper now")];
        jo.post(&format!("/cases/{case}/people/{martin}/footing-ends"), &ends).await.expect(303);

        let state = world.case(case).await;
        for &matter in Matter::VARIANTS {
            let may = circle::may_decide(&state, Voice::Member(martin), matter);
            assert_eq!(may, matter == Matter::Care, "{name}: {matter:?}");
        }
        let actor = world.actor(p.husband).await;
        for (action, may) in [
            (Action::SendPlan, true),
            (Action::Appeal, true),
            (Action::SignAgreement, false),
            (Action::ImportStatement, false),
            (Action::MatchSpending, false),
            (Action::SeeMoney, true),
        ] {
            assert_eq!(actor.may(action, &state), may, "{name}: {action:?}");
        }
        let me = world.client(p.husband).await;
        me.get(&format!("/cases/{case}/people/{martin}"))
            .await
            .expect(200)
            .says("May decide about: health and care");
        // He is offered where he may, and where he may not he is not.
        let consent = |about: &str| format!("/cases/{case}/consent/{about}");
        let offered = |page: &Page| page.html.contains(&format!("value=\"{martin}\""));
        assert!(offered(&jo.get(&consent("taking-part")).await.expect(200)), "{name}");
        assert!(!offered(&jo.get(&consent("direct-payment")).await.expect(200)), "{name}");
        let said = martin.to_string();
        let fields = [("given", "yes"), ("voice", said.as_str()), ("how", "He said so")];
        jo.post(&consent("direct-payment"), &fields).await.expect(422).says("but not about money");
    }
}
