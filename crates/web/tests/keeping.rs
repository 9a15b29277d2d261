//! How long records are kept: what was kept long enough is shown by its number,
//! and a hold keeps a record whatever its age.

use domain::case::notes::{Event, ReadBy};
use testkit::world::prose;
use testkit::{Client, Page, Stage, World, databases};

const WHY: &str = "There is a claim about the payments";

/// Nine years, which is longer than the rules say of a case of an adult.
const NINE_YEARS: i32 = 9 * 366;

async fn hold(client: &Client, path: &str, number: &str) -> Page {
    let page = client.get(&format!("{path}/hold")).await.expect(200);
    let key = page.value("key").expect("a key");
    let fields = [("key", &*key), ("reference", number), ("why", WHY)];
    client.post(&format!("{path}/hold"), &fields).await.expect(303);
    client.post(&format!("{path}/hold"), &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_long_enough_is_shown_by_its_number_and_a_hold_keeps_it() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let p = world.people;
        let case = world.case_at(Stage::Review).await;
        world.enquiry().await;
        let number = world.case(case).await.offer.opened.as_ref().expect("opened").reference.clone();
        let path = format!("/admin/{}/keeping", world.place.area);
        let admin = world.client(p.admin).await;
        let none = admin.get(&path).await.expect(200).says("No case was kept for longer than the rules say");
        none.says("No request was kept").says("No record is held").never_says(&number);

        world.days_later(NINE_YEARS);
        for who in [p.admin, p.auditor, p.framework_owner] {
            let page = world.client(who).await.get(&path).await.expect(200).says(&number);
            page.says("kept long enough (1)").never_says("Alice").never_says("No request was kept");
        }
        for who in [p.husband, p.coordinator, p.commissioner, p.finance1] {
            assert_eq!(world.client(who).await.get(&path).await.status, 404, "{name}");
        }
        let auditor = world.client(p.auditor).await;
        assert_eq!(auditor.get(&format!("{path}/hold")).await.status, 404, "{name}");

        let admin = world.client(p.admin).await;
        let wrong = [("reference", "MV-1999-0001"), ("why", WHY)];
        let page = admin.post(&format!("{path}/hold"), &wrong).await.expect(422);
        page.says("No record of this area has this number").says(WHY);
        admin.post(&format!("{path}/hold"), &[]).await.expect(422).says("Enter why it is held");
        hold(&admin, &path, &number.to_lowercase()).await.leads_to(&format!("{path}?done=held"));
        let page = admin.get(&path).await.expect(200).says("No case was kept for longer").says(WHY);
        assert_eq!(world.case(case).await.rights.holds().count(), 1, "{name}: sent twice");
        let end = page.attributes("main a", "href");
        let end = end.iter().find(|href| href.ends_with("/end")).expect("a way to end it").clone();
        let husband = world.client(p.husband).await;
        let history = husband.get(&format!("/cases/{case}/history")).await.expect(200);
        history.says("The record is held, so that it is kept").says(WHY);

        let owner = world.client(p.framework_owner).await;
        owner.get(&end).await.expect(200).says(WHY).says(&number);
        owner.post(&end, &[]).await.expect(422).says("Enter why it ends");
        for _ in 0..2 {
            owner.post(&end, &[("why", "It was settled")]).await.leads_to(&format!("{path}?done=ended"));
        }
        owner.post(&end, &[("why", "Other words")]).await.expect(422).says("has ended already");
        // Holding it made it no younger.
        owner.get(&path).await.expect(200).says(&number).says("No record is held");

        // Whatever happens in a case does.
        let event = Event::Written { text: prose("She rang."), read_by: ReadBy::Everyone };
        world.say(case, p.nurse, event).await;
        owner.get(&path).await.expect(200).never_says(&number);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_holds_or_sees_a_record_of_another_area() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Contact).await;
        let number = world.case(case).await.offer.opened.as_ref().expect("opened").reference.clone();
        let (area, other) = world.other_area("Over", "over@other.example").await;
        let admin = world.client(other).await;
        let path = format!("/admin/{area}/keeping");
        let fields = [("reference", &*number), ("why", WHY)];
        admin.post(&format!("{path}/hold"), &fields).await.expect(422).says("No record of this area");
        let own = world.client(world.people.admin).await;
        let here = format!("/admin/{}/keeping", world.place.area);
        hold(&own, &here, &number).await.expect(303);
        let held = world.case(case).await.rights.holds().next().expect("a hold").id;
        let end = format!("{path}/{case}/holds/{held}/end");
        assert_eq!(admin.get(&end).await.status, 404, "{name}");
        assert_eq!(admin.post(&end, &[("why", "No")]).await.status, 404, "{name}");
        assert_eq!(admin.get(&here).await.status, 404, "{name}");
        assert_eq!(world.case(case).await.rights.holds().count(), 1, "{name}");
    }
}
