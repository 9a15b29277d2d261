//! A page that was sent is gone back to and sent again with other words: its key
//! is used up, and nothing that was typed is lost. And no key of something else
//! begins anything.

use domain::access::Kind;
use domain::{CaseId, OrganisationId};
use strum::VariantArray;
use testkit::{Client, Page, Stage, World, databases};

const SENT_BEFORE: &str = "You sent this page before";
const KEY: &str = "0199aaaa-0000-7000-8000-000000000001";

fn with<'a>(fields: &[(&'a str, &'a str)], changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let is_changed = |name: &str| changed.iter().any(|(other, _)| *other == name);
    let kept = fields.iter().copied().filter(|(name, _)| !is_changed(name));
    kept.chain(changed.iter().copied()).collect()
}

/// Sends a form, and again with other words: they are said not to be kept, with
/// what was, and the page that comes back adds them.
async fn sent_again(
    client: &Client,
    page: &str,
    to: &str,
    fields: &[(&str, &str)],
    changed: (&str, &str),
    kept: &str,
) {
    let key = client.get(page).await.expect(200).value("key").expect("a key");
    let first = with(fields, &[("key", &key)]);
    let done = client.post(to, &first).await.expect(303).location();
    assert_eq!(client.post(to, &first).await.expect(303).location(), done, "{to}: sent twice");
    let other = with(&first, &[changed]);
    let again = client.post(to, &other).await.expect(422).says(SENT_BEFORE).says(kept);
    let anew = again.value("key").expect("a key");
    assert_ne!(anew, key, "{to}: a key of its own");
    assert_eq!(again.value(changed.0).as_deref(), Some(changed.1), "{to}");
    client.post(to, &with(&other, &[("key", &anew)])).await.expect(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_words_under_a_key_that_is_used_up_are_added_the_second_time() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Contact).await;
        let at = |page: &str| format!("/cases/{case}/{page}");
        let (husband, jo) =
            (world.client(world.people.husband).await, world.client(world.people.coordinator).await);
        let fields = [("questions", "Who decides?"), ("voice", "person")];
        let other = ("questions", "Who pays?");
        sent_again(&husband, &at("questions"), &at("questions"), &fields, other, "“Who decides?”").await;
        let fields = [("role", "family-carer"), ("name", "Rosa Hale"), ("relation", "sister")];
        let other = ("name", "Ben Hale");
        sent_again(&husband, &at("people/new"), &at("people"), &fields, other, "Rosa Hale, sister").await;
        let day = [("on-day", "2"), ("on-month", "3"), ("on-year", "2026"), ("with", "person")];
        let fields = with(&day, &[("topics", "what-it-is"), ("note", "A first talk")]);
        let other = ("note", "A second talk");
        sent_again(&jo, &at("offer"), &at("offer/conversation"), &fields, other, "2 March 2026").await;
        let after = world.case(case).await;
        let asked: Vec<&str> = after.offer.questions.iter().map(|q| q.words.as_str()).collect();
        assert!(asked.ends_with(&["Who decides?", "Who pays?"]), "{name}: {asked:?}");
        let people: Vec<&str> = after.circle.present().map(|m| m.name.as_str()).collect();
        assert!(people.ends_with(&["Rosa Hale", "Ben Hale"]), "{name}: {people:?}");

        let case = world.case_at(Stage::Plan).await;
        let add = format!("/cases/{case}/plan/risks/add");
        let fields =
            [("words", "A fall at night"), ("what-we-do", "A rail"), ("who", "Martin"), ("voice", "person")];
        let other = ("words", "A fall in the bath");
        sent_again(&husband, &add, &add, &fields, other, "“A fall at night”").await;
        let risks = world.case(case).await.plan.current_risks().count();
        assert!(risks >= 2, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_of_another_cases_team_begins_nothing_and_breaks_nothing() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let (one, other) = (world.case_at(Stage::Organise).await, world.case_at(Stage::Organise).await);
        let husband = world.client(world.people.husband).await;
        let begin = |case: CaseId| format!("/cases/{case}/begin-team");
        let fields = [("key", KEY), ("voice", "person"), ("why", "We want to choose who helps")];
        husband.post(&begin(one), &fields).await.expect(303);
        let page = husband.post(&begin(other), &fields).await.expect(422);
        page.clone().says("This page was used before").says("We want to choose who helps");
        let anew = page.value("key").expect("a key");
        assert_ne!(anew, KEY, "{name}");
        husband.post(&begin(other), &with(&fields, &[("key", &anew)])).await.expect(303);
        let nonsense = with(&fields, &[("key", "no key of ours")]);
        let third = world.case_at(Stage::Organise).await;
        husband.post(&begin(third), &nonsense).await.expect(303);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_id_of_a_case_or_a_body_that_is_there_opens_and_registers_nothing() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let theirs = world.other_case().await.to_string();
        let priya = world.client(world.people.nurse).await;
        let new = [("key", theirs.as_str()), ("name", "Ada King"), ("asker", "nobody")];
        let page = priya.post("/cases", &new).await.expect(422).says("This page was used before");
        let anew = page.value("key").expect("a key");
        let opened = with(&new, &[("key", &anew)]);
        priya.post("/cases", &opened).await.leads_to(&format!("/cases/{anew}/offer"));
        let changed = with(&opened, &[("name", "Ida King")]);
        priya.post("/cases", &changed).await.expect(422).says(SENT_BEFORE).says("Ada King");

        let (_, elsewhere) = world.further_area().await;
        let area = world.place.area;
        let to = format!("/admin/{area}/organisations/new");
        let anna = world.client(world.people.admin).await;
        let fields = [("name", "Vale Advocacy"), ("kind", Kind::VARIANTS[0].into())];
        let post = |id: OrganisationId, name: &'static str| {
            let (anna, to) = (&anna, &to);
            let kind: &'static str = fields[1].1;
            async move {
                let key = id.to_string();
                anna.post(to, &[("key", &key), ("name", name), ("kind", kind)]).await
            }
        };
        post(elsewhere, "Vale Advocacy").await.expect(422).says("This page was used before");
        let id = OrganisationId(world.app.id());
        post(id, "Vale Advocacy").await.expect(303);
        post(id, "Vale Advocacy").await.expect(303);
        post(id, "Hill Advocacy").await.expect(422).says(SENT_BEFORE).says("Vale Advocacy");
        let bodies = world.app.area_organisations(&world.actor(world.people.admin).await, area).await;
        let named = |wanted| bodies.iter().flatten().filter(|(_, name, _)| name == wanted).count();
        assert_eq!((named("Vale Advocacy"), named("Hill Advocacy")), (1, 0), "{name}");
    }
}

// ---- a request to be contacted

fn tom() -> Vec<(&'static str, &'static str)> {
    vec![
        ("at", "check"),
        ("key", KEY),
        ("name", "Tom Marlow"),
        ("about", "me"),
        ("by", "phone"),
        ("phone", "01632 960999"),
    ]
}

async fn receipt(client: &Client, fields: &[(&str, &str)]) -> Page {
    let sent = client.post("/contact", fields).await.leads_to(&format!("/contact/sent/{KEY}"));
    client.follow(sent).await.expect(200).says("We have your request")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_number_is_put_right_and_whoever_took_it_on_is_told() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let nobody = world.nobody();
        receipt(&nobody, &tom()).await.never_says("sent it again");
        let jo = world.client(world.people.coordinator).await;
        let page = format!("/enquiries/{KEY}");
        jo.post(&format!("{page}/take-on"), &[]).await.expect(303);
        let letters = async || world.letters_to("jo@mendipvale.example").await.len();
        let before = letters().await;
        world.seconds_later(60);
        let words = "I typed the wrong number before, please use this one";
        let right = with(&tom(), &[("phone", "01632 960111"), ("words", words)]);
        for _ in 0..2 {
            receipt(&nobody, &right).await.says("You changed something and sent it again");
        }
        jo.get(&page)
            .await
            .expect(200)
            .says("They put something right")
            .says("01632 960111")
            .says(words)
            .says("01632 960999");
        assert_eq!(letters().await, before + 1, "{name}: told once");
        // Not from another browser, and not once somebody has reached them: then
        // it is a request of its own.
        let more = with(&right, &[("words", "And ring in the morning")]);
        world.nobody().post("/contact", &more).await.expect(422).says(SENT_BEFORE);
        let day =
            [("on-day", "2"), ("on-month", "3"), ("on-year", "2026"), ("by", "phone"), ("reached", "yes")];
        jo.post(&format!("{page}/tried"), &day).await.expect(303);
        let again = nobody.post("/contact", &more).await.expect(422).says(SENT_BEFORE);
        let anew = again.value("key").expect("a key");
        assert_ne!(anew, KEY, "{name}");
        let more = with(&more, &[("key", &anew)]);
        nobody.post("/contact", &more).await.leads_to(&format!("/contact/sent/{anew}"));
        jo.get(&format!("/enquiries/{anew}")).await.expect(200).says("And ring in the morning");
        assert!(world.app.check_lists(|_| {}).await.expect("checked").differences.is_empty(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_with_a_key_that_nobody_can_read_is_taken_in() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let sent = with(&tom(), &[("key", "no key of ours")]);
        let page = world.nobody().post("/contact", &sent).await.leads_to("/contact/sent/");
        assert!(!page.location().is_some_and(|to| to.contains("no key")), "{name}");
    }
}

/// Whoever mistyped their address gets their reference at the right one.
#[tokio::test(flavor = "multi_thread")]
async fn the_reference_goes_to_the_address_that_was_put_right() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let nobody = world.nobody();
        let by_email = with(&tom(), &[("by", "email"), ("email", "tom@wrong.example")]);
        receipt(&nobody, &by_email).await;
        let right = with(&by_email, &[("email", "tom@right.example")]);
        receipt(&nobody, &right).await.says("We send your reference to your email address too");
        receipt(&nobody, &with(&right, &[("words", "Ring me too")])).await;
        for (address, letters) in [("tom@wrong.example", 1), ("tom@right.example", 1)] {
            assert_eq!(world.letters_to(address).await.len(), letters, "{name}: {address}");
        }
    }
}
