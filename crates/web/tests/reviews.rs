//! Asking for a review, booking it, speaking before it and recording it.

use testkit::{Stage, World, databases};

const KEY: &str = "01890000-0000-7000-8000-000000000002";

#[tokio::test(flavor = "multi_thread")]
async fn from_one_button_to_what_changes() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Review).await;
        let reviews = format!("/cases/{case}/reviews");
        let husband = world.client(world.people.husband).await;
        let page = husband.get(&reviews).await.expect(200);
        let page = page.says("Saying that something is wrong never puts care or money at risk");
        let key = page.value("key").expect("a key");
        let ask = format!("{reviews}/ask");
        let letters = world.letters_to("jo@mendipvale.example").await.len();
        husband.post(&ask, &[("key", &key)]).await.leads_to(&format!("{reviews}?done=asked"));
        husband.post(&ask, &[("key", &key)]).await.leads_to(&format!("{reviews}?done=asked"));
        // Another's words are not dropped as if they had been heard.
        let hers = [("key", KEY), ("why", "I am in pain at night")];
        let page = world.client(world.people.broker).await.post(&ask, &hers).await.expect(422);
        page.says("A review has been asked for already").says("I am in pain at night");
        assert_eq!(world.case(case).await.review.all.len(), 1, "{name}: asked twice is asked once");
        let alerted = world.letters_to("jo@mendipvale.example").await.len() - letters;
        assert_eq!(alerted, 1, "{name}: the co-ordinator is alerted, once");

        let one = format!("{reviews}/{key}");
        husband.post(&format!("{one}/say"), &[("words", "")]).await.expect(422);
        let said = [("words", "I want the same two carers 💬"), ("voice", "person")];
        husband.post(&format!("{one}/say"), &said).await.leads_to(&one);

        let broker = world.client(world.people.broker).await;
        let the_broker = world.case(case).await.circle.voice_of(world.people.broker).expect("a place");
        let the_broker = web::voice::value(the_broker);
        let his = [("words", "Nights need a second pair of hands"), ("voice", &*the_broker)];
        broker.post(&format!("{one}/say"), &his).await.leads_to(&one);

        let coordinator = world.client(world.people.coordinator).await;
        let book = format!("{reviews}/book");
        let nonsense = [
            ("review", key.as_str()),
            ("on-day", "31"),
            ("on-month", "2"),
            ("on-year", "2026"),
            ("where", "At home"),
        ];
        coordinator.post(&book, &nonsense).await.expect(422).says("must be a real date").says("At home");
        husband.post(&book, &nonsense).await.expect(403);
        let day = [nonsense[0], ("on-day", "20"), ("on-month", "3"), ("on-year", "2026"), nonsense[4]];
        coordinator.post(&book, &day).await.leads_to(&reviews);
        husband.get(&reviews).await.expect(200).says("Your review is on 20 March 2026");
        // It waits for the day that was agreed, not for the last that could be.
        let mut at_work = coordinator.get("/home").await.expect(200).says("20 March 2026");
        at_work = at_work.says("Hold the review");
        assert!(!at_work.text().contains("2 June 2026"), "{name}: {}", at_work.text());
        let on_the_case = coordinator.get(&format!("/cases/{case}")).await.expect(200);
        on_the_case.says("Hold the review").says("20 March 2026").says("review booked");
        let file = husband.get(&format!("{one}/calendar.ics")).await.expect(200);
        assert!(file.html.contains("SUMMARY:Review") && !file.html.contains("Alice"), "{}", file.html);
        assert!(file.html.contains("20260320"));

        world.days_later(18);
        let coordinator = world.client(world.people.coordinator).await;
        let hold = format!("{one}/hold");
        let form = coordinator.get(&hold).await.expect(200).says("I want the same two carers 💬");
        let form = form.says("Nights need a second pair of hands");
        let progress = form.attributes("input[type=radio][name^='progress-']", "name");
        let outcome = progress.first().expect("the outcome of the plan").clone();
        coordinator
            .post(&hold, &[])
            .await
            .expect(422)
            .says("Enter what is working")
            .says("Choose who was there")
            .says("Choose how this outcome is going")
            .says("Choose yes or no for whether the money is enough");
        let mut held = vec![
            ("on-day", "20"),
            ("on-month", "3"),
            ("on-year", "2026"),
            ("with", "person"),
            ("working", "Nights are calm"),
            ("not-working", "A carer frightened her"),
            (outcome.as_str(), "some-change"),
            ("enough", "no"),
            ("changes", "Two carers she knows"),
            ("next-day", "21"),
            ("next-month", "3"),
            ("next-year", "2027"),
        ];
        coordinator.post(&hold, &held).await.expect(422).says("Say what the money is not enough for");
        held.extend([("money", "Bank holidays cost double"), ("with", &the_broker)]);
        coordinator.post(&hold, &held).await.expect(422).says("within 12 months").says("Nights are calm");
        held[9] = ("next-day", "20");
        coordinator.post(&hold, &held).await.leads_to(&one);
        coordinator.post(&hold, &held).await.leads_to(&one);
        let state = world.case(case).await;
        assert_eq!(state.events_of_reviews(), 1);
        assert!(state.budget_must_be_looked_at());

        let husband = world.client(world.people.husband).await;
        husband
            .get(&one)
            .await
            .expect(200)
            .says("A carer frightened her")
            .says("Sam Okoro")
            .says("a little better")
            .says("Change the plan")
            .says("looks at the budget again");
        coordinator.get(&format!("/cases/{case}")).await.expect(200).says("Look at the budget again");
    }
}

/// How many reviews were held.
trait Held {
    fn events_of_reviews(&self) -> usize;
}

impl Held for domain::case::Case {
    fn events_of_reviews(&self) -> usize {
        self.review.all.iter().filter(|r| r.held.is_some()).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_in_the_circle_may_ask_and_nobody_else() {
    for (_, url) in databases::both() {
        let world = World::new(&url).await;
        let p = world.people;
        for who in [p.alice, p.husband, p.coordinator, p.nurse, p.broker, p.council_worker, p.third_party] {
            let case = world.case_at(Stage::Review).await;
            let key = world.app.id().to_string();
            let client = world.client(who).await;
            client.post(&format!("/cases/{case}/reviews/ask"), &[("key", &key)]).await.expect(303);
            assert_eq!(world.case(case).await.review.all.len(), 1);
        }
        let case = world.case_at(Stage::Review).await;
        for (who, status) in [(p.stranger, 404), (p.finance1, 403), (p.auditor, 403)] {
            let client = world.client(who).await;
            client.post(&format!("/cases/{case}/reviews/ask"), &[("key", KEY)]).await.expect(status);
        }
        let husband = world.client(p.husband).await;
        husband.get(&format!("/cases/{case}/reviews/{KEY}")).await.expect(404);
        husband.get(&format!("/cases/{case}/reviews/{KEY}/calendar.ics")).await.expect(404);
        husband.get(&format!("/cases/{case}/reviews/nonsense")).await.expect(404);
        // Before anything was agreed there is nothing to review.
        let early = world.case_at(Stage::Plan).await;
        let refused = husband.post(&format!("/cases/{early}/reviews/ask"), &[("key", KEY)]).await;
        refused.expect(422).says("has not been agreed yet");
    }
}
