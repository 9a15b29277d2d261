//! The work of finance: what waits for whom, and what is late.

use domain::case::Voice;
use domain::case::arrangement::{self, PaymentState};
use domain::case::circle::{self, ConsentAbout};
use domain::case::plan::Mode;
use domain::dates;
use testkit::world::prose;
use testkit::{Stage, World, databases};

/// Whoever released a payment is not told that it waits for them, and a payment
/// that is released and not confirmed is late all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_released_payment_waits_for_another_and_may_be_late() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Review).await;
        let state = world.case(case).await;
        let planned = state.arrangement.instalments.iter().filter(|i| i.state == PaymentState::Planned);
        let first = planned.min_by_key(|i| i.planned.due).expect("one is planned").planned.clone();
        world.days_later(dates::days_between(world.today(), first.due) + 1);
        let (one, two) = (world.people.finance1, world.people.finance2);
        let overdue = async |who| world.client(who).await.get("/finance").await.expect(200).main();
        let before = overdue(two).await;
        let release = format!("/cases/{case}/payments/{}/release", first.id);
        world.client(one).await.post(&release, &[]).await.expect(303);
        let home = async |who| world.client(who).await.get("/home").await.expect(200);
        home(one).await.never_says("Confirm a payment");
        home(two).await.says("Confirm a payment");
        let after = overdue(two).await;
        let number = |page: &str| -> u32 {
            let words = page.split(" overdue").next().expect("there is a figure");
            words.rsplit(' ').find_map(|word| word.parse().ok()).expect("a number stands before it")
        };
        assert_eq!(number(&after), number(&before), "{name}: it is late still, though it was released");
        assert!(after.contains("1 more is overdue, and released"), "{name}: {after}");
        // Who releases the next one too can confirm the other's.
        let others = state
            .arrangement
            .instalments
            .iter()
            .filter(|i| i.state == PaymentState::Planned && i.planned.id != first.id);
        let next = others.min_by_key(|i| i.planned.due).expect("another").planned.clone();
        world.days_later(dates::days_between(world.today(), next.due));
        let release = format!("/cases/{case}/payments/{}/release", next.id);
        world.client(two).await.post(&release, &[]).await.expect(303);
        home(one).await.says("Confirm a payment");
    }
}

/// Somebody who takes back their consent is not paid all the same by whoever reads
/// only the list of what is due.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_the_way_of_a_payment_stands_where_it_would_be_released() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Review).await;
        let state = world.case(case).await;
        let direct =
            state.plan.open_holdings().find(|h| h.words.mode == Mode::DirectPayment).expect("one").id;
        let to_direct = |i: &&domain::case::arrangement::Instalment| {
            i.state == PaymentState::Planned && i.planned.holding == direct
        };
        let all = state.arrangement.instalments.iter().filter(to_direct);
        let first = all.min_by_key(|i| i.planned.due).expect("one is planned").planned.clone();
        world.days_later(dates::days_between(world.today(), first.due));
        let release = format!("/cases/{case}/payments/{}/release", first.id);
        let pages = [
            "/finance".to_owned(),
            format!("/cases/{case}/payments"),
            format!("/cases/{case}/payments/{}", first.id),
        ];
        let finance = world.client(world.people.finance1).await;
        let forms = |page: &testkit::Page| page.attributes("form", "action").contains(&release);
        for at in &pages {
            let page =
                finance.get(at).await.expect(200).never_says("There is no consent to a direct payment");
            assert!(forms(&page), "{name}: {at}");
        }
        let (about, how) = (ConsentAbout::DirectPayment, prose("Blinked twice"));
        let back = circle::Event::ConsentWithdrawn { about, voice: Voice::Person, how };
        world.say(case, world.people.husband, back).await;
        for at in &pages {
            let page = finance.get(at).await.expect(200).says("There is no consent to a direct payment");
            assert!(!forms(&page), "{name}: {at}");
        }
        finance.post(&release, &[]).await.expect(409);
    }
}

/// What cannot be done yet is not asked of anybody.
#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_cannot_be_released_yet_waits_for_nobody() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Review).await;
        let state = world.case(case).await;
        let planned = state.arrangement.instalments.iter().filter(|i| i.state == PaymentState::Planned);
        let (soon, later): (Vec<_>, Vec<_>) =
            planned.partition(|i| arrangement::payments::released_from(i) <= world.today());
        for paid in soon {
            let (instalment, paid) = (paid.planned.id, world.today());
            let confirmed = arrangement::Event::PaymentConfirmed { instalment, paid };
            world.say(case, world.people.finance2, confirmed).await;
        }
        let from =
            later.into_iter().map(arrangement::payments::released_from).min().expect("more are planned");
        let days = dates::days_between(world.today(), from);
        assert!(days > 0, "{name}: it is to come");
        let home = async || world.client(world.people.finance1).await.get("/home").await.expect(200);
        home().await.never_says("Release a payment");
        world.days_later(days);
        home().await.says("Release a payment");
    }
}
