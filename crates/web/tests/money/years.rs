//! What the page of the money says of its years, and of how long it lasts.

use super::*;

/// The next year's agreement, made and signed by both sides.
async fn next_year(world: &World, case: CaseId) {
    let at = |path: &str| format!("/cases/{case}/agreement{path}");
    let day = [("from-day", "2"), ("from-month", "3"), ("from-year", "2027")];
    let jo = world.client(world.people.coordinator).await;
    jo.post(&at("/make"), &day).await.leads_to(&at("?done=made"));
    let read = newest(world, case).await;
    let martin = world.client(world.people.husband).await;
    let yes = [("read", read.as_str()), ("voice", "person"), ("how", "Read together, she blinked once")];
    martin.post(&at("/sign"), &yes).await.leads_to(&at("?done=signed"));
    jo.post(&at("/countersign"), &[("read", &read)]).await.leads_to(&at("?done=countersigned"));
}

/// What is of one year is not said as if it were of another.
#[tokio::test(flavor = "multi_thread")]
async fn each_figure_says_of_which_year_it_is() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let case = agreed(&world).await;
        sign(&world, case).await;
        schedule(&world, case).await;
        let paid = pay_first(&world, case).await.to_string();
        let money = format!("/cases/{case}/money");
        let first = world.client(world.people.husband).await.get(&money).await.expect(200);
        first.never_says("all years together").never_says("One year");

        world.days_later(330);
        next_year(&world, case).await;
        let martin = world.client(world.people.husband).await;
        let page = martin.get(&money).await.expect(200);
        page.says("This is the money of all years together")
            .says(&format!("In the year from 2 March 2026 to 1 March 2027, {paid} came in"))
            .says("By each thing in the plan, in the year from 2 March 2026 to 1 March 2027")
            .says("The year after: the year from 2 March 2027 to 1 March 2028");
        let next = martin.get(&format!("{money}?year=2027-03-02")).await.expect(200);
        next.says("In the year from 2 March 2027 to 1 March 2028, £0.00 came in and £0.00 was spent")
            .says("The year before")
            .never_says("The year after");
        martin.get(&format!("{money}?year=nonsense")).await.expect(200).says("In the year from 2 March 2026");
        let agreement = martin.get(&format!("/cases/{case}/agreement")).await.expect(200);
        let agreement = agreement.says("What was agreed for the year:");
        assert!(!agreement.html.contains("It is not paid again"), "{name}: it is of another year");
    }
}

/// The forecast says what it goes by, what is late and what it leaves out.
#[tokio::test(flavor = "multi_thread")]
async fn the_forecast_says_what_it_counts() {
    for (_, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let case = agreed(&world).await;
        sign(&world, case).await;
        schedule(&world, case).await;
        let paid = pay_first(&world, case).await;
        let p = world.people;
        let money = format!("/cases/{case}/money");
        let martin = world.client(p.husband).await;
        martin.get(&money).await.expect(200).says("It is too early to say how long it lasts");
        let direct = holding(&world, case, Mode::DirectPayment).await;
        send(&martin, case, direct, "march.csv", statement(paid).as_bytes()).await.expect(303);

        world.days_later(55);
        let martin = world.client(p.husband).await;
        let page = martin.get(&money).await.expect(200);
        page.says("It is too early to say").never_says("would be left then");
        world.days_later(1);
        let martin = world.client(p.husband).await;
        let page = martin.get(&money).await.expect(200);
        page.says("As far as we know, about")
            .says("Payments to come are counted on the day")
            .says("was due before today and has not come yet")
            .says("The last spending that we know of was on 5 March 2026")
            .never_says("is planned and cannot be paid as things are");
        let back = circle::Event::ConsentWithdrawn {
            about: ConsentAbout::DirectPayment,
            voice: Voice::Person,
            how: prose("Two blinks."),
        };
        world.say(case, p.husband, back).await;
        let page = martin.get(&money).await.expect(200);
        page.says("is planned and cannot be paid as things are, so it is not counted")
            .says("does not agree to a direct payment now");
    }
}
