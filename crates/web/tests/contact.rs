//! First contact: the public pages, asking to be contacted, the work list and
//! opening a case, on both databases.

use domain::case::CaseRole;
use domain::case::circle::ContactBy;
use testkit::World;
use testkit::client::{Client, Page};

const ID: &str = "0199aaaa-0000-7000-8000-000000000001";

/// What the husband types, page by page.
fn husband() -> Vec<(&'static str, &'static str)> {
    vec![
        ("key", ID),
        ("name", "Martin Hale"),
        ("about", "someone"),
        ("person", "Alice Hale"),
        ("relation", "husband"),
        ("by", "email"),
        ("email", "martin@mail.example"),
        ("only", "yes"),
        ("when", "Mornings"),
        ("words", "Could the same two carers stay?\nWho decides?"),
    ]
}

async fn send(client: &Client, at: &str, fields: &[(&str, &str)]) -> Page {
    let mut all = vec![("at", at)];
    all.extend_from_slice(fields);
    client.post("/contact", &all).await
}

fn but<'a>(fields: &[(&'a str, &'a str)], name: &str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(n, v)| if *n == name { (*n, value) } else { (*n, *v) }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn someone_without_an_account_asks_and_is_told_what_happens_next() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let nobody = world.nobody();
        let start = nobody.get("/contact").await.expect(200);
        assert!(start.main().contains("You do not have to decide anything"), "{name}");
        assert!(start.main().contains("01632 960 100"));
        assert!(start.main().contains("call 999"), "{name}: nobody waits here for an ambulance");
        let fields = husband();
        for (at, next) in [
            ("start", "Who are you?"),
            ("who", "How should we get in touch?"),
            ("how", "When is a good time?"),
            ("when", "Is there anything you want to say or ask?"),
            ("words", "Check your answers"),
        ] {
            let page = send(&nobody, at, &fields).await.expect(200);
            assert!(page.main().contains(next), "{name}: after {at} comes {next}");
        }
        let checked = send(&nobody, "words", &fields).await.expect(200);
        for words in
            ["Martin Hale", "Alice Hale", "husband", "martin@mail.example", "Mornings", "Who decides?"]
        {
            assert!(checked.main().contains(words), "{name}: {words} can be checked");
        }
        let done = send(&nobody, "check", &fields).await.expect(303);
        let address = done.location().expect("it goes on");
        assert_eq!(address, format!("/contact/sent/{ID}"));
        // Monday 2 March and 3 working days.
        let sent = nobody.follow(done).await.expect(200);
        assert!(sent.main().contains("by 5 March 2026"), "{name}: {}", sent.main());
        assert!(sent.main().contains("Q-"));
        assert!(
            !sent.text().contains("Alice") && !sent.text().contains("Martin"),
            "the address shows nothing personal"
        );
        // Sent twice, it is one request and one email.
        send(&nobody, "check", &fields).await.expect(303);
        let mail = world.db.read(|tx| store::outbox::latest_messages(tx, 10)).await.expect("the outbox");
        let to: Vec<&str> = mail.iter().map(|m| m.to_address.as_str()).collect();
        assert_eq!(to, ["martin@mail.example"], "{name}");
        assert!(!mail[0].body.contains("Alice") && mail[0].body.contains("5 March 2026"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_stays_and_every_mistake_is_named() {
    let world = World::new(&testkit::databases::both()[0].1).await;
    let nobody = world.nobody();
    let fields = husband();
    let long = "x".repeat(201);
    let very_long = "y".repeat(10_001);
    for (at, field, value, says) in [
        ("who", "name", "", "Enter your name"),
        ("who", "name", long.as_str(), "200 characters or fewer"),
        ("who", "about", "", "Choose who it is about"),
        ("who", "about", "nonsense", "Choose who it is about"),
        ("who", "person", " ", "Enter the name of the person"),
        ("who", "relation", "", "Enter what you are to them"),
        ("how", "by", "", "Choose how we should get in touch"),
        ("how", "by", "pigeon", "Choose how we should get in touch"),
        ("how", "email", "not an address", "must be like name@example.com"),
        ("how", "email", "", "Enter your email address"),
        ("how", "by", "phone", "Enter your phone number"),
        ("when", "when", long.as_str(), "200 characters or fewer"),
        ("words", "words", very_long.as_str(), "10,000 characters or fewer"),
    ] {
        let page = send(&nobody, at, &but(&fields, field, value)).await.expect(422);
        assert!(page.main().contains("There is a problem"), "{at} {field}");
        assert!(
            page.main().contains(says),
            "{at} {field}={}: {}",
            &value[..value.len().min(20)],
            page.main()
        );
        assert!(page.html.contains("Martin") || field == "name", "{at} {field}: the rest is kept");
    }
    // Half a number reaches nobody.
    let text = [&but(&fields, "by", "text")[..], &[("text", "07")]].concat();
    let page = send(&nobody, "how", &text).await.expect(422);
    assert!(page.main().contains("must have all its numbers, like 01632 960 001"), "{}", page.main());
    assert_eq!(page.value("text").as_deref(), Some("07"));
    // The same holds at the end, whatever the hidden fields were made to say.
    let end = send(&nobody, "check", &but(&fields, "email", "x")).await.expect(422);
    assert!(end.main().contains("How should we get in touch?"));
    // Any script and emoji may be in a name.
    let arabic = send(&nobody, "words", &but(&fields, "name", "مارتن 👍🏽")).await.expect(200);
    assert!(arabic.main().contains("مارتن 👍🏽"));
    // Back keeps what was typed, even where it is wrong.
    let mut back = but(&fields, "email", "half an addr");
    back.push(("go", "back"));
    let page = send(&nobody, "how", &back).await.expect(200);
    assert_eq!(page.value("name").as_deref(), Some("Martin Hale"));
    assert_eq!(page.value("email").as_deref(), Some("half an addr"));
    let mut change = fields.clone();
    change.push(("go", "change-when"));
    let page = send(&nobody, "check", &change).await.expect(200);
    assert_eq!(page.value("when").as_deref(), Some("Mornings"));
    let then = send(&nobody, "when", &[&fields[..], &[("checked", "yes")]].concat()).await.expect(200);
    assert!(then.main().contains("Check your answers"));
    // Without our token nothing is taken in.
    let bare = nobody.post_bare("/contact", &fields).await;
    assert_ne!(bare.status.as_u16(), 303);
    nobody.get("/contact/sent/0199aaaa-0000-7000-8000-00000000ffff").await.expect(404);
    nobody.get("/contact/sent/nonsense").await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_browser_cannot_flood_those_who_answer() {
    let world = World::new(&testkit::databases::both()[0].1).await;
    let nobody = world.nobody();
    for n in 0..5 {
        let id = format!("0199aaaa-0000-7000-8000-00000000000{n}");
        send(&nobody, "check", &but(&husband(), "key", &id)).await.expect(303);
    }
    let id = "0199aaaa-0000-7000-8000-00000000000a";
    let page = send(&nobody, "check", &but(&husband(), "key", id)).await.expect(422);
    assert!(page.main().contains("we have them all"), "{}", page.main());
    send(&world.nobody(), "check", &but(&husband(), "key", id)).await.expect(303);
    world.seconds_later(3601);
    let id = "0199aaaa-0000-7000-8000-00000000000b";
    send(&nobody, "check", &but(&husband(), "key", id)).await.expect(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_taken_on_and_becomes_a_case() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        send(&world.nobody(), "check", &husband()).await.expect(303);
        let jo = world.client(world.people.coordinator).await;
        let home = jo.get("/home").await.expect(200);
        assert!(
            home.main().contains("Martin Hale") && home.main().contains("In 3 days"),
            "{name}: {}",
            home.main()
        );
        world.days_later(5);
        let jo = world.client(world.people.coordinator).await;
        assert!(jo.get("/home").await.main().contains("2 days late"), "{name}");

        let path = format!("/enquiries/{ID}");
        let page = jo.get(&path).await.expect(200);
        assert!(page.main().contains("Contact them by email only"), "{name}");
        jo.post(&format!("{path}/take-on"), &[]).await.expect(303);
        // A call, although they asked for email only: noted, and shown as that.
        let day = [("on-day", "6"), ("on-month", "3"), ("on-year", "2026")];
        let call = [&day[..], &[("by", "phone"), ("words", "No answer")]].concat();
        jo.post(&format!("{path}/tried"), &call).await.expect(303);
        let page = jo.get(&path).await.expect(200);
        assert!(page.main().contains("not the way they asked for"), "{name}: {}", page.main());
        let never = [("on-day", "31"), ("on-month", "2"), ("on-year", "2026"), ("by", "email")];
        let page = jo.post(&format!("{path}/tried"), &never).await.expect(422);
        assert!(page.main().contains("must be a real date"));
        assert!(
            jo.post(&format!("{path}/close"), &[("why", "")]).await.expect(422).main().contains("Enter why")
        );

        let form = jo.get(&format!("{path}/open-case")).await.expect(200);
        assert_eq!(form.value("name").as_deref(), Some("Alice Hale"));
        assert_eq!(form.value("relation").as_deref(), Some("husband"));
        let key = form.value("key").expect("a key");
        let new = [
            ("key", key.as_str()),
            ("enquiry", ID),
            ("name", "Alice Hale"),
            ("known-as", ""),
            ("asker-name", "Martin Hale"),
            ("relation", "husband"),
            ("asker", "representative"),
            ("footing", "representative"),
            ("matters", "care"),
            ("matters", "money"),
            ("about", "What she cannot say herself"),
            ("keep-words", "yes"),
        ];
        let unsaid: Vec<_> = new.iter().copied().filter(|(n, _)| *n != "footing").collect();
        assert!(jo.post("/cases", &unsaid).await.expect(422).main().contains("on what footing"));
        let born = [&new[..], &[("born-day", "30"), ("born-month", "2"), ("born-year", "1960")]].concat();
        jo.post("/cases", &born).await.expect(422);
        let opened = jo.post("/cases", &new).await.expect(303).location().expect("it goes on");
        assert_eq!(opened, format!("/cases/{key}/offer?done=opened"), "{name}");
        assert_eq!(jo.post("/cases", &new).await.expect(303).location(), Some(opened), "{name}: sent twice");

        let case = world.case(key.parse().expect("an id")).await;
        let reference = case.offer.opened.as_ref().map(|o| o.reference.clone());
        assert_eq!(reference.as_deref(), Some("MV-2026-0001"), "{name}");
        let roles: Vec<CaseRole> = case.circle.present().map(|m| m.role).collect();
        assert_eq!(roles, [CaseRole::CareCoordinator, CaseRole::Representative]);
        assert!(
            case.circle.contact.iter().all(|(_, p)| p.only && p.by == [ContactBy::Email]),
            "nobody asks twice"
        );
        let questions: Vec<&str> = case.offer.questions.iter().map(|q| q.words.as_str()).collect();
        assert_eq!(
            questions,
            ["Could the same two carers stay?", "Who decides?"],
            "{name}: one on each line"
        );
        let home = jo.get("/home").await.expect(200);
        assert!(home.main().contains("Nobody is waiting to hear from us"), "{name}");
        assert!(
            home.main().contains("Answer 2 questions") && home.main().contains("Have the first conversation")
        );
        // Done is done.
        assert!(jo.get(&format!("{path}/open-case")).await.location().is_some());
        assert_eq!(jo.post(&format!("{path}/close"), &[("why", "No")]).await.status.as_u16(), 422);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_for_those_who_answer_them() {
    let world = World::new(&testkit::databases::both()[0].1).await;
    let id = world.enquiry().await;
    let path = format!("/enquiries/{id}");
    for account in
        [world.people.husband, world.people.finance1, world.people.admin, world.people.commissioner]
    {
        let client = world.client(account).await;
        let page = client.get(&path).await.expect(404);
        assert!(!page.text().contains("Tim Ashby"));
        client.post(&format!("{path}/take-on"), &[]).await.expect(404);
        client.post("/cases", &[("name", "X")]).await.expect(404);
    }
    assert!(world.nobody().get(&path).await.location().is_some_and(|to| to.starts_with("/sign-in")));
    let jo = world.client(world.people.coordinator).await;
    jo.get("/enquiries/0199aaaa-0000-7000-8000-00000000ffff").await.expect(404);
    jo.get(&path).await.expect(200);
    jo.post(&format!("{path}/close"), &[("why", "They only wanted to know, and know now.")])
        .await
        .expect(303);
    assert!(jo.get(&path).await.main().contains("They only wanted to know"));
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_finds_their_own_work_and_nothing_else() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let alice = world.case_at(testkit::stages::Stage::Contact).await;
        world.other_case().await;
        // Family with one case go straight to it.
        let martin = world.client(world.people.husband).await;
        assert_eq!(
            martin.get("/home").await.expect(303).location(),
            Some(format!("/cases/{alice}")),
            "{name}"
        );
        let stranger = world.client(world.people.stranger).await.get("/home").await.expect(200);
        assert!(stranger.main().contains("There is nothing here yet"), "{name}");
        // A practitioner finds only their own.
        let priya = world.client(world.people.nurse).await;
        let found = priya.post("/home", &[("words", "hale")]).await.expect(200);
        assert!(found.main().contains("Alice Hale"), "{name}: {}", found.main());
        let none = priya.post("/home", &[("words", "lowe")]).await.expect(200);
        assert!(none.main().contains("No case that you may see") && !none.main().contains("David"), "{name}");
        priya.post("/home", &[("words", "")]).await.expect(422);
        let odd = priya.post("/home", &[("words", "%_' OR 1=1 👍")]).await.expect(200);
        assert!(odd.main().contains("No case that you may see"), "{name}");
        // A commissioner finds every case of the area.
        let carys = world.client(world.people.commissioner).await;
        assert!(carys.post("/home", &[("words", "david low")]).await.main().contains("David Lowe"), "{name}");
        let page = carys.get("/home").await.expect(200);
        assert!(page.main().contains("Nothing waits for you now"), "{name}: {}", page.main());
    }
}

/// However many asked, the page says so, and nobody falls off its end.
#[tokio::test(flavor = "multi_thread")]
async fn however_many_asked_each_is_on_some_page() {
    const ASKED: usize = 203;
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        for _ in 0..ASKED {
            world.enquiry().await;
        }
        let jo = world.client(world.people.coordinator).await;
        let mut page =
            jo.get("/home").await.expect(200).says("203 people asked us to get in touch").says("0 late");
        let (mut found, mut pages) = (std::collections::BTreeSet::new(), 0);
        loop {
            pages += 1;
            let links = page.attributes("#requests a[href^='/enquiries/']", "href");
            assert!(links.len() <= 100, "{name}");
            found.extend(links);
            let next = page.attributes("a[href^='/home/requests/']", "href");
            let Some(next) = next.first() else { break };
            page = jo.get(next).await.expect(200);
        }
        assert_eq!((pages, found.len()), (3, ASKED), "{name}");
        page.says("Back to your work");
        world.days_later(60);
        let jo = world.client(world.people.coordinator).await;
        jo.get("/home").await.expect(200).says("203 late");
        // Only for those who answer requests there.
        let area = world.place.area;
        for account in [world.people.finance1, world.people.husband, world.people.admin] {
            world.client(account).await.get(&format!("/home/requests/{area}")).await.expect(404);
        }
        jo.get("/home/requests/018f0000-0000-7000-8000-000000000000").await.expect(404);
        jo.get("/home/requests/nonsense").await.expect(404);
    }
}

/// An area can have several bodies of the NHS: a request is read by the one that
/// was asked, and by all of them where nobody said which.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_read_by_the_body_that_was_asked() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let (p, area) = (world.people, world.place.area);
        let other = domain::OrganisationId(world.app.id());
        let registered = domain::organisation::Event::Registered {
            area,
            name: testkit::world::line("NHS Quantock"),
            kind: domain::access::Kind::NhsBody,
        };
        let alone = world.enquiry().await;
        let by = domain::Author::System;
        world.app.record_organisation(by, other, vec![registered]).await.expect("a second body");
        let quinn = world
            .colleague_of(other, "Quinn Moss", "quinn@quantock.example", domain::access::Post::Practitioner)
            .await;
        let (ours, theirs) = (world.client(p.nurse).await, world.client(quinn).await);
        let council = world.client(p.council_worker).await;

        let unsaid = world.enquiry().await;
        let chosen = domain::EnquiryId(world.app.id());
        let asked = domain::enquiry::Asked {
            area,
            sent_to: Some(other),
            name: testkit::world::line("Una Reyes"),
            about: None,
            preference: domain::case::circle::ContactPreference {
                by: vec![domain::case::circle::ContactBy::Phone],
                only: false,
                details: Some(testkit::world::line("01632 960 188")),
                when: None,
            },
            words: None,
        };
        let from = service::enquiry::Asker { browser: "una".into(), source: "una".into() };
        world.app.ask_for_contact(chosen, asked, from).await.expect("it is taken in");

        // The first was sent while there was one body alone.
        for (id, reads) in [(alone, [true, false]), (unsaid, [true, true]), (chosen, [false, true])] {
            for (client, reads) in [&ours, &theirs].into_iter().zip(reads) {
                let page = format!("/enquiries/{id}");
                let status = if reads { 200 } else { 404 };
                client.get(&page).await.expect(status);
                let home = client.get("/home").await.expect(200);
                let listed = home.attributes("#requests a", "href").contains(&page);
                assert_eq!(listed, reads, "{name}: {page}");
                if !reads {
                    client.post(&format!("{page}/take-on"), &[]).await.expect(404);
                }
            }
            council.get(&format!("/enquiries/{id}")).await.expect(404);
        }
        let page = world.nobody().get("/contact").await.expect(200);
        page.says("Which NHS organisation do you want to ask?").says("NHS Quantock");

        // When nobody is left in a body, nobody waits for it: the others answer.
        let taken_on = format!("/enquiries/{chosen}");
        theirs.post(&format!("{taken_on}/take-on"), &[]).await.expect(303);
        let ended = domain::organisation::Event::PostEnded {
            account: quinn,
            post: domain::access::Post::Practitioner,
        };
        world.app.record_organisation(by, other, vec![ended]).await.expect("the post ends");
        ours.get(&taken_on).await.expect(200).says("Una Reyes");
        let home = ours.get("/home").await.expect(200);
        assert!(home.attributes("#requests a", "href").contains(&taken_on), "{name}");
        council.get(&taken_on).await.expect(404);
        world.nobody().get("/contact").await.expect(200).never_says("Which NHS organisation");
    }
}
